"""Extending a paper: cells without the antigen are added to a published model."""

import cartsim as cs

escape = cs.Model(
    "escape",
    species={"N": cs.Species(1e3, "cell", "tumour cells without the antigen")},
    parameters={"r": cs.models.barros_2021.parameters["r"]},
    processes={"growth_of_N": cs.Process("-> N", "r*N", "division without antigen")},
)
both = cs.join("barros_with_escape", cs.models.barros_2021, escape)
run = cs.simulate(both.with_events(cs.Dose(2e6, into="C_T", at=42)), until=300)
ax = cs.plot(run, ["car_t", "T", "N"], title="Nobody sees N: a relapse without antigen")
cs.plots.save(ax, "add_to_a_paper.png")
print(both)
print(f"day 300: {run['T'][-1]:.2g} cells with the antigen, {run['N'][-1]:.2g} without")
