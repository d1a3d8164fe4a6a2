"""An exercise: a question, a usual mistake that is recognised, and a hint that leads on."""

import cartsim as cs

print(cs.lessons.question("units-2"), end="\n\n")
wrong = 1 / cs.models.kimmel_2021.values["rB"]
print(cs.lessons.check("units-2", wrong), end="\n\n")
print(cs.lessons.hint("units-2", 2), end="\n\n")
print(cs.help("doubling time"))
