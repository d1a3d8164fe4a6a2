"""A model on paper: its equations as LaTeX and as a picture, and its diagram."""

import cartsim as cs

model = cs.models.barros_2021
print(cs.export.equations(model))
cs.plots.save(cs.plots.equations(model).figure, "equations.png")
cs.plots.save(cs.export.diagram(model).figure, "diagram.svg")
