"""Side effects as traffic lights: fever, brain and blood counts, day by day."""

import cartsim as cs

run = cs.simulate(cs.patients.b_all(tumour_burden=2e10), until=90)
cs.plots.save(cs.plots.traffic_light(run), "side_effects.png")
for what, spans in cs.windows(run).items():
    days = ", ".join(f"day {start:.1f} to {stop:.1f}" for start, stop in spans)
    print(f"{what}: {days or 'never'}")
