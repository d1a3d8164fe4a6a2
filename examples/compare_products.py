"""A comparison of products: CD28 and 4-1BB cells in the same patient with lymphoma."""

import cartsim as cs

same = {"dose": 1e8, "tumour_burden": 2e10, "vein_to_vein": 30}
arms = {product: cs.patients.lymphoma(product=product, **same) for product in ("CD28", "4-1BB")}
runs = cs.simulate(arms, until=365)
cs.plots.save(cs.plots.compare(runs), "compare_products.png")

table = cs.readouts(runs)
for name in ("doubling_time", "tmax", "cmax", "terminal_half_life", "crs_max_grade", "icans_max_grade"):
    found = zip(arms, table[name], strict=True)
    print(f"{name}:", ", ".join(f"{value} with {product}" for product, value in found))
