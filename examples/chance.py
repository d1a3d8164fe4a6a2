"""Chance: the same processes as random events, where a cure hangs on the last few cells."""

import cartsim as cs

division = cs.Process("-> T", "b * T", "division")
death = cs.Process("T ->", "d * T", "death")
relapse = cs.Model(
    "a few cells",
    species={"T": cs.Species(5, "cell", "tumour cells")},
    parameters={"b": cs.Parameter(0.2, "1/day"), "d": cs.Parameter(0.1, "1/day")},
    processes={"division": division, "death": death},
)
runs = cs.simulate_stochastic(relapse, until=60, runs=500, seed=1)
ax = cs.plots.chance(cs.simulate(relapse, until=60), runs, "T", title="Five tumour cells are left")
cs.plots.save(ax.figure, "chance.png")

print(runs.extinction("T"))
print(f"expected: {(0.1 / 0.2) ** 5:.3f}, while the ODE always grows back")
