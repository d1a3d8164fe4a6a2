"""What the page computes, read back from a real browser: read-outs, `window.cartsim.run`, the CSV file."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import cartsim as cs
from cartsim.export.html import html
from cartsim.language.model import Model
from cartsim.questions.controls import horizon, presets
from tests.export.browser import Browser
from tests.export.reader import REST, opened

pytestmark = pytest.mark.slow

_READOUTS = """place => Object.entries(cartsim.readouts({}, { preset: place }))
  .map(([name, { value }]) => [name, String(value).replace("Infinity", "inf")])"""
# Python looks around one row: without lymphodepletion it says 12.58 days on 500 times, and 12.24 on 40,000
_SEARCHED = 0.03


@pytest.mark.parametrize("name", ["b_all", "glioblastoma", "barros_2021", "hardiansyah_2019", "kimmel_2021"])
def test_read_outs_agree_with_those_of_python(chromium: Browser, tmp_path: Path, name: str) -> None:
    model: Model = (
        getattr(cs.patients, name)() if name in ("b_all", "glioblastoma") else getattr(cs.models, name)
    )
    compared = 0
    with opened(chromium, html(model, tmp_path / "page.html")) as window:
        for place, (label, preset) in enumerate(presets(model).items()):
            ours = window.run(_READOUTS, place)
            run = cs.simulate(preset, horizon(preset))
            theirs = cs.readouts(run)
            assert {key for key, _ in ours} == {entry["name"] for entry in window.run("Runs.page().readouts")}
            ruled = any(isinstance(event, cs.When) for event in preset.events)
            for key, text in ours:
                found, wanted = float(text), theirs[key].value
                if ruled and key.endswith("max_grade"):  # where the drug acts at once, it lasts for no time
                    wanted = math.floor(run[key.replace("max_grade", "grade")].max())
                if math.isfinite(wanted):
                    within = 0.06 if theirs[key].unit == "day" else 0.0  # of the flat tops of curves, in days
                    near = _SEARCHED if key in ("doubling_time", "contraction_half_life") else 2e-3
                    assert found == pytest.approx(wanted, rel=near, abs=within), f"{label}: {key}"
                    compared += 1
                else:
                    assert (math.isnan(found), math.isinf(found)) == (
                        math.isnan(wanted),
                        math.isinf(wanted),
                    ), key
    assert compared > 10


def test_run_gives_plain_arrays_and_answers_a_misspelt_name(chromium: Browser, mouse: Path) -> None:
    with opened(chromium, mouse) as window:
        found = window.run(
            "cartsim.run({dose: 1e6}, {preset: 'HDLM-2, 2e6 CAR-T cells at once', at: [0, 50, 100]})"
        )
        variant = cs.models.barros_2021.variant("single_2e6").without_events()
        run = cs.simulate(variant.with_events(cs.Dose(1e6, into="C_T", at=42)), 365, at=[0, 50, 100])
        assert found["t"] == found["times"] == [0, 50, 100]
        assert found["units"] == {"C_T": "cell", "C_M": "cell", "T": "cell"}
        assert found["species"]["C_M"] == found["C_M"]
        np.testing.assert_allclose([found["C_T"], found["C_M"]], run.y[:2], rtol=1e-4, atol=1e-3)
        for name, said in (("gama", "did you mean 'gamma'?"), ("Dose", "did you mean 'dose'?")):
            message = window.run(
                "name => { try { cartsim.run({[name]: 1}, {preset: 1}); } catch (e) { return e.message; } }",
                name,
            )
            assert said in message
        assert "there is no preset 'HDLM'" in window.run(
            "() => { try { cartsim.run({}, {preset: 'HDLM'}); } catch (e) { return e.message; } }"
        )


def test_the_csv_has_every_species_with_its_unit(chromium: Browser, mouse: Path) -> None:
    with opened(chromium, mouse) as window:
        window.page.click("#tab-table")
        with window.page.expect_download() as waited:
            window.page.click("#csv")
        lines = Path(waited.value.path()).read_text(encoding="utf-8").splitlines()
        assert waited.value.suggested_filename == "barros_2021.csv"
        assert lines[0].startswith("# barros_2021: ")
        assert lines[1].startswith("t [day],C_T [cell],C_M [cell],T [cell],tumour")
        assert len(lines) > 500
        assert len({line.count(",") for line in lines[1:]}) == 1
        window.page.wait_for_timeout(REST)
        assert window.page.locator("#numbers-body tr").count() == 41
