"""Memory: tumour cells are given again, with and without the CAR-T cells that persist."""

import cartsim as cs

again, switch = cs.therapies.rechallenge(1e6, day=90), cs.therapies.ablation(day=60)
patient = cs.patients.b_all(antigen_negative_fraction=0)
arms = {"they persist": patient.with_events(again), "they were lost": patient.with_events(switch, again)}
runs = cs.simulate(arms, until=300)
ax = cs.plot(runs, ["car_t", "tumour"], log=True, title="A million tumour cells are given on day 90")
cs.plots.save(ax, "rechallenge.png")

for label, run in runs.items():
    print(f"{label}: {run['tumour'][-1]:.2g} tumour cells on day 300")
