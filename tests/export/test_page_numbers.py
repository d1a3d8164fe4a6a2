"""The numbers of the page, read back from a real browser, against Python's.

Every model of the shelf with all its variants, and every patient with every product, as the page gives them
by ``window.cartsim.run``. They are compared with Python's at a fine tolerance: at its default one Python
itself is up to 5e-4 away from that.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import cartsim as cs
from cartsim.export.html import html
from cartsim.language.model import Model
from cartsim.models import INDEX
from cartsim.patient.diseases import DISEASES
from cartsim.patient.presets import patient
from cartsim.questions.controls import horizon, presets
from cartsim.solving.tolerances import absolute_tolerances
from tests.export.browser import Browser, Window

pytestmark = pytest.mark.slow

PATIENTS = ("b_all", "glioblastoma")  # the presets of each are all blood cancers, and all solid tumours
FINE = 1e-9


def _model(name: str) -> Model:
    found: Model = getattr(cs.models, name) if name in INDEX else getattr(cs.patients, name)()
    return found


def floors(model: Model, run: cs.Trajectory) -> np.ndarray:
    """The amount of each species below which a difference is not counted as a part of it, shape (n_species,).

    A millionth of the largest amount of the species: so far below its peak a curve is not seen on an axis
    that shows both. Or ten thousand times the absolute tolerance: 1e-4 of that is the tolerance itself, below
    which no solver promises anything.
    """
    absolute = absolute_tolerances(model, None, 1e-7)
    return np.maximum(1e-6 * np.abs(run.y).max(axis=1), 1e4 * absolute)


def difference(window: Window, label: str, model: Model) -> float:
    """The largest difference of one preset, as a part of Python's amount or of `floors`."""
    fine = dict(zip(model.species, 0.01 * absolute_tolerances(model, None, FINE), strict=True))
    run = cs.simulate(model, until=horizon(model), rtol=FINE, atol=fine)
    page = window.run("label => window.cartsim.run({}, { preset: label })", label)
    t = np.array(page["t"])
    assert t.shape == run.t.shape, f"{label}: the page has {len(t)} rows, Python {len(run.t)}"
    np.testing.assert_allclose(t, run.t, rtol=1e-6, atol=1e-3)  # an extinction or a rule is found, not given
    y = np.array([page["species"][name] for name in model.species], dtype=float)
    assert np.isfinite(y).all()
    sizes = np.maximum(np.abs(run.y), floors(model, run)[:, np.newaxis])
    return float((np.abs(y - run.y) / sizes).max())


@pytest.mark.parametrize("name", [*INDEX, *PATIENTS])
def test_every_preset_of_the_page_has_the_numbers_of_python(
    name: str, chromium: Browser, tmp_path: Path
) -> None:
    model = _model(name)
    with chromium.window(html(model, tmp_path / "page.html")) as window:
        found = {label: difference(window, label, preset) for label, preset in presets(model).items()}
        assert window.errors == []
    worst = max(found, key=lambda label: found[label])
    assert found[worst] < 1e-4, f"{worst}: {found[worst]:.1e}"
    assert found[worst] > 0.0  # two different solvers that agree to the last digit would be the same one


def test_these_pages_are_all_there_is() -> None:
    seen = [preset.name for name in [*INDEX, *PATIENTS] for preset in presets(_model(name)).values()]
    for name in INDEX:
        shelf = _model(name)
        assert {shelf.variant(label).name for label in shelf.variants} <= set(seen)
    for disease, known in DISEASES.items():
        for product in known.products:
            assert patient(disease, product=product).name in seen
