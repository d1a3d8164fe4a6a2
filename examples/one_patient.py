"""One patient: tocilizumab by rule, the dashboard, and what happened, in words."""

import cartsim as cs

weight = 40
patient = cs.patients.b_all(product="4-1BB", weight=weight)
rule = cs.therapies.tocilizumab(when="crs_grade >= 2", weight=weight)
run = cs.simulate(patient.with_events(rule), until=365)
cs.plots.save(cs.plots.dashboard(run), "one_patient.png")

print(cs.explain(run))
