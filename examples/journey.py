"""The journey: from leukapheresis to follow-up on one time axis, and what waiting costs."""

import cartsim as cs

run = cs.simulate(cs.patients.b_all(), until=90)
cs.plots.save(cs.plots.journey(run), "journey.png")

waits = cs.patients.grid("b_all", vein_to_vein=[20, 43, 60])
for label, waited in cs.simulate(waits, until=0).items():
    print(f"{label} days: {waited['tumour'][-1]:.1e} tumour cells on the day of the infusion")
