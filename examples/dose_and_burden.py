"""Dose against burden: which of the two decides how many CAR-T cells there will be?"""

import cartsim as cs

patients = cs.patients.grid("b_all", dose=[1e6, 1e7, 1e8], tumour_burden=[1e9, 1e10, 1e11])
runs = cs.simulate(patients, until=60)
cs.plots.save(cs.plots.grid(runs, "cmax"), "dose_and_burden.png")

peaks = dict(zip(runs.labels, cs.readouts(runs)["cmax"].values, strict=True))
by_dose = peaks["dose=1e+08, tumour_burden=1e+10"] / peaks["dose=1e+06, tumour_burden=1e+10"]
by_burden = peaks["dose=1e+07, tumour_burden=1e+11"] / peaks["dose=1e+07, tumour_burden=1e+09"]
print(f"a hundred times the dose: the peak is {by_dose:.2g} times as high")
print(f"a hundred times the tumour: the peak is {by_burden:.2g} times as high")
