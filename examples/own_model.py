"""A model of one's own in ten lines: processes in plain arithmetic, everything else follows."""

import cartsim as cs

rates = {"r": 0.1, "p": 0.9, "d": 0.2, "k": 2.0}
model = cs.Model(
    "first_model",
    species={"C": cs.Species(1e6, "cell", "CAR-T"), "T": cs.Species(1e9, "cell", "tumour", extinct_below=1)},
    parameters={"h": cs.Parameter(1e8, "cell"), **{k: cs.Parameter(v, "1/day") for k, v in rates.items()}},
    processes={
        "growth": cs.Process("-> T", "r*T"),
        "killing": cs.Process("T ->", "k*C*T/(h + T)"),
        "expansion": cs.Process("-> C", "p*C*T/(h + T)"),
        "death": cs.Process("C ->", "d*C"),
    },
    roles={"car_t": "C", "tumour": "T"},
)
print(model)
run = cs.simulate(model, until=60)
cs.plots.save(cs.plot(run, title="A model of one's own, with invented numbers").figure, "own_model.png")
print(f"at most {run['C'].max():.2e} CAR-T cells, at the end {run['T'][-1]:.2g} tumour cells")
