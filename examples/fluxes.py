"""Fluxes: what adds to a lymphoma, what removes from it, and when the balance turns."""

import cartsim as cs

run = cs.simulate(cs.models.kimmel_2021, until=100)
ax = cs.plots.fluxes(run, "tumour", relative=True, title="A relapse: killing falls below growth")
cs.plots.save(ax.figure, "fluxes.png")

stronger = run["killing"] > run["tumour_growth"]
print(f"killing outweighs growth until day {run.t[stronger][-1]:.0f}")
print(f"{run['tumour'].min():.0f} tumour cells are left then, of {run['tumour'][0]:.3g}")
print(f"rates are in {run.units['killing']}, here divided by the tumour cells of the time")
