"""Two ways to relapse: with the antigen where CAR-T cells are lost, without it where they cannot see."""

import cartsim as cs

escape = cs.patients.b_all(antigen_negative_fraction=1e-6)
lost = cs.patients.b_all().with_events(cs.therapies.ablation(day=10))
runs = cs.simulate({"cells without antigen": escape, "CAR-T cells lost": lost}, until=450)
cs.plots.save(cs.plots.compare(runs), "two_relapses.png")

for name in ("relapse_day", "relapse_kind"):
    for label, found in zip(runs.labels, cs.readouts(runs)[name], strict=True):
        print(f"{label}: {name} {found}")
