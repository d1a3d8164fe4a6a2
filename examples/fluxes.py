"""Fluxes: what adds to the tumour, what removes from it, and when the balance turns."""

import cartsim as cs

mouse = cs.models.barros_2021.with_events(cs.Dose(2e6, into="C_T", at=42))
run = cs.simulate(mouse, until=60)
ax = cs.plots.fluxes(run, "T")
cs.plots.save(ax.figure, "fluxes.png")

turn = run.t[run["killing"] > run["tumour_growth"]][0]
print(f"killing outweighs growth from day {turn:g} on")
print(f"rates are in {run.units['killing']}")
