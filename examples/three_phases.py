"""The three phases of the CAR-T curve, and the process that drives each."""

import cartsim as cs

run = cs.simulate(cs.patients.b_all(), until=365)
cs.plots.save(cs.plots.phases(run), "three_phases.png")
for phase in cs.explain(run).phases:
    print(phase)
