"""A model beside measurements: CAR-T cells in the blood of patients of ZUMA-1."""

import cartsim as cs

run = cs.simulate(cs.models.kimmel_2021, until=100)
measured = cs.datasets.load("zuma1_moffitt_car_per_uL")
ax = cs.plot(run, "car_t_per_uL", log=True, title="A model and the medians that it follows")
cs.plots.data(measured, ax=ax)
cs.plots.save(ax, "beside_data.png")
print(cs.cite(run.model).text)
print("points:", measured.source.confidence)
