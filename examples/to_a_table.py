"""Numbers for a spreadsheet: a run as a CSV file, its units in the first line."""

from pathlib import Path

import cartsim as cs

run = cs.simulate(cs.models.kimmel_2021, until=28, at=[0, 7, 14, 28])
run.to_csv("kimmel.csv")
heading, *rows = Path("kimmel.csv").read_text(encoding="utf-8").splitlines()
print(heading)
for row in rows:
    print(", ".join(f"{float(cell):.4g}" for cell in row.split(",")))
