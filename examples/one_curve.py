"""One curve: a dose of CAR-T cells against a lymphoma in mice, as a figure for a slide."""

import cartsim as cs

mouse = cs.models.barros_2021.with_events(cs.Dose(2e6, into="C_T", at=42))
run = cs.simulate(mouse, until=200)
ax = cs.plot(run, title="CAR-T cells given on day 42")
cs.plots.save(ax.figure, "one_curve.png")

for name in ("cmax", "tmax", "tumour_nadir", "log10_kill"):
    print(f"{name}: {cs.readouts(run)[name]}")
print(cs.cite(mouse).text)
