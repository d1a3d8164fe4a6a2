"""Chemotherapy against CAR-T cells: passing relief, and a drug that lives on."""

import cartsim as cs

cells = cs.patients.b_all()
cycles = cells.without_events().with_events(cs.therapies.chemotherapy(day=0, cycles=4))
runs = cs.simulate({"four cycles": cycles, "CAR-T cells": cells}, until=365)
ax = cs.plot(runs, "tumour", title="Relief that passes, and a drug that lives on", events=False)
cs.plots.save(ax, "chemotherapy_or_cells.png")

for label, run in runs.items():
    print(f"{label}: at least {run['tumour'].min():.2g}, on day 365 {run['tumour'][-1]:.2g} tumour cells")
