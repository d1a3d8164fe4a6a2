"""Fever and its care: one dose of tocilizumab by rule, beside the same patient without it."""

import cartsim as cs

plain = cs.patients.b_all()
rule = cs.therapies.tocilizumab(when="crs_grade >= 2", doses=1)
runs = cs.simulate({"alone": plain, "tocilizumab": plain.with_events(rule)}, until=21)
axes = cs.plot(runs, ["temperature", "ifn_gamma", "il6"], events=False)
cs.plots.save(axes, "tocilizumab.png")

for name in ("crs_max_grade", "temperature_peak", "il6_peak", "cmax"):
    found = zip(runs.labels, cs.readouts(runs)[name], strict=True)
    print(f"{name}:", ", ".join(f"{value} {label}" for label, value in found))
