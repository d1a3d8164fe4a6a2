"""A comparison of doses: the same mouse under three of them, by label."""

import cartsim as cs

mouse = cs.models.barros_2021
arms = {
    f"{millions:g} million cells": mouse.with_events(cs.Dose(millions * 1e6, into="C_T", at=42))
    for millions in (0.2, 0.4, 2)
}
runs = cs.simulate(arms, until=200)
ax = cs.plot(runs, "tumour", title="Escape, control, eradication: one mouse, three doses")
cs.plots.save(ax.figure, "dose_comparison.png")

for label, run in runs.items():
    print(f"{label}: {run['tumour'][-1]:.3g} tumour cells on day 200")
