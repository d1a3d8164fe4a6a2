"""Why solid tumours resist: let more CAR-T cells in, take the brakes off, or both."""

import cartsim as cs

changes = {"as it is": {}, "let in": {"access": 0.5}, "no brakes": {"suppression": 0.0}}
changes["both"] = changes["let in"] | changes["no brakes"]
arms = {label: cs.patients.glioblastoma(**change) for label, change in changes.items()}
runs = cs.simulate(arms, until=180)
ax = cs.plot(runs, "tumour", title="A glioblastoma, and what holds CAR-T cells back", events=False)
cs.plots.save(ax, "solid_tumour.png")

for label, nadir in zip(runs.labels, cs.readouts(runs)["tumour_nadir"], strict=True):
    print(f"{label}: at the lowest {nadir}")
