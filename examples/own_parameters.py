"""One's own parameters: what does a faster tumour do to the same treatment?"""

import cartsim as cs

patient = cs.models.kimmel_2021
arms = {f"rB = {rate} per day": patient.with_values(rB=rate) for rate in (0.15, 0.19, 0.25)}
runs = cs.simulate(arms, until=120)
ax = cs.plot(runs, "tumour", title="The faster the tumour grows, the sooner it is back")
cs.plots.save(ax.figure, "own_parameters.png")

for label, nadir in zip(runs.labels, cs.readouts(runs)["tumour_nadir"], strict=True):
    print(f"{label}: lowest at {nadir}")
try:
    patient.with_values(rb=0.1)
except cs.UnknownNameError as error:
    print(error)
