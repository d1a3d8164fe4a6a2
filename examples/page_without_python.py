"""A page for a class that cannot install anything: one file with sliders, to open in any browser."""

from pathlib import Path

import cartsim as cs

patient = cs.patients.lymphoma(product="CD28")
path = Path(cs.export.html(patient, "lesson.html", title="A lymphoma and CD28 cells"))
print(f"{path.name} needs no network and no server: {path.stat().st_size < 1e6 = }")

lecture = cs.export.gallery("lecture", {"The mouse": cs.models.barros_2021, "The patient": patient})
print(sorted(page.name for page in Path("lecture").iterdir()))
