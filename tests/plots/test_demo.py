"""The figure of the first lecture: the teaching patient, with its numbers written where they happen."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import cartsim as cs
from cartsim.plots.artists import course, renderer_of, with_gid
from cartsim.plots.demo import UNTIL, draw, example
from cartsim.plots.findings import Finding, findings
from cartsim.plots.notes import DOT, NOTE
from cartsim.plots.style import SIZES, contrast_with_white
from cartsim.solving.trajectory import Trajectory

from .cases import treated
from .crowded import faults, seen


@pytest.fixture(scope="module")
def run() -> Trajectory:
    return example()


@pytest.fixture(scope="module")
def told(run: Trajectory) -> list[Finding]:
    return findings(run)


@pytest.fixture(scope="module")
def shown(run: Trajectory, told: list[Finding]) -> Figure:
    """The figure, drawn once for the tests that only look at it."""
    return draw(run, told, for_="print")


def notes(figure: Figure) -> dict[str, Text]:
    """The annotations, by what they tell."""
    found = [note for ax in figure.axes for note in with_gid(ax.texts, NOTE)]
    return {str(note.get_gid()).removeprefix(NOTE): note for note in found}


# ------------------------------------------------------------------ what is told


def test_every_sentence_has_the_numbers_of_the_read_outs(run: Trajectory, told: list[Finding]) -> None:
    value = {name: entry.value for name, entry in cs.readouts(run).items()}
    said = {finding.about: finding.sentence for finding in told}
    assert f"on day {value['tmax']:.1f}" in said["peak"]
    assert f"double in {value['doubling_time']:.2f} days" in said["peak"]
    assert f"halved in {value['contraction_half_life']:.1f} days" in said["contraction"]
    assert f"below the MRD limit from day {value['mrd_negative_day']:.0f}" in said["tumour"]
    assert f"on day {value['il6_peak_day']:.0f}" in said["cytokines"]
    assert f"up to {value['temperature_peak']:.1f} °C" in said["fever"]
    assert f"CRS grade {value['crs_max_grade']:.0f} at the most" in said["grades"]
    assert f"below 500/uL for {value['neutropenia_days']:.0f} days" in said["counts"]


def test_other_patients_are_told_in_other_words_and_what_they_have_not_is_left_out() -> None:
    grown = {f.about: f.sentence for f in findings(cs.simulate(cs.patients.glioblastoma(dose=1e6), until=60))}
    assert grown["tumour"].startswith("best response: ")
    assert "MRD" not in grown["tumour"]
    assert grown["grades"] == "no CRS; no ICANS"
    assert "fever" not in grown
    assert {f.about for f in findings(treated())} == {"peak", "contraction", "tumour", "cytokines"}


def test_a_relapse_and_its_kind_are_told() -> None:
    model = cs.Model(
        "escape",
        species={"P": cs.Species(1e9, "cell"), "N": cs.Species(1e5, "cell")},
        parameters={"k": cs.Parameter(0.5, "1/day"), "r": cs.Parameter(0.2, "1/day")},
        processes={"killing": cs.Process("P ->", "k*P"), "growth": cs.Process("-> N", "r*N")},
        roles={"tumour": "P + N", "antigen_positive_tumour": "P", "antigen_negative_tumour": "N"},
    )
    (tumour,) = findings(cs.simulate(model, until=80))
    day = math.log(1e4) / 0.2
    assert tumour.sentence.startswith("best response: complete; fewest on day ")
    assert tumour.sentence.endswith(f"relapse without antigen on day {day:.0f}")


# ------------------------------------------------------------------ the figure


def test_it_is_the_dashboard_of_the_teaching_patient_over_a_year_with_its_first_weeks_widened(
    shown: Figure, run: Trajectory
) -> None:
    assert run.model.name == "b_all/4-1BB"
    assert [ax.get_ylabel().split("\n")[0] for ax in shown.axes] == [
        "CAR-T cells",
        "tumour cells",
        "cytokines",
        "temperature",
        "grade",
        "blood counts",
    ]
    assert {ax.get_xlim() for ax in shown.axes} == {(-10.0, UNTIL)}
    assert "first weeks widened" in shown.axes[-1].get_xlabel()
    assert "b_all/4-1BB" in shown.get_supxlabel()
    assert "not for clinical use" in shown.get_supxlabel()


@pytest.mark.slow
def test_signature_and_type_are_as_before_and_so_are_the_settings_of_matplotlib() -> None:
    before = dict(matplotlib.rcParams)
    figure = cs.demo(for_="print")
    assert dict(matplotlib.rcParams) == before
    assert isinstance(figure, Figure)
    assert plt.figure(plt.get_fignums()[-1]) is figure


def test_every_short_finding_is_written_and_points_at_its_curve(
    shown: Figure, run: Trajectory, told: list[Finding]
) -> None:
    written = {about: note.get_text() for about, note in notes(shown).items() if not about.startswith("died")}
    short = {finding.about: finding for finding in told if finding.short}
    assert written == {about: finding.short for about, finding in short.items()}
    assert {"peak", "tumour", "cytokines", "fever", "counts"} <= set(written)
    dots = {
        str(d.get_gid()).removeprefix(DOT): course(d) for ax in shown.axes for d in with_gid(ax.lines, DOT)
    }
    for about, (day, height) in dots.items():
        assert day[0] == short[about].day
        assert height[0] == pytest.approx(np.interp(day[0], run.t, run[short[about].role]))


def test_the_run_is_close_together_where_the_axis_is_wide(run: Trajectory) -> None:
    first = np.diff(run.t[(run.t > 0.0) & (run.t < 14.0)])
    assert first.max() < 0.25
    assert (run.t == 0.0).any()


@pytest.mark.slow
@pytest.mark.parametrize("size", list(SIZES))
def test_no_text_leaves_the_figure_or_overlaps_another_or_a_curve(
    size: str, run: Trajectory, told: list[Finding]
) -> None:
    figure = draw(run, told, for_=size)
    assert faults(figure, size) == []
    renderer = renderer_of(figure)
    for ax in figure.axes:
        for line in with_gid(ax.lines, "curve:"):
            drawn = ax.transData.transform(np.column_stack(course(line)))
            for note in with_gid(ax.texts, NOTE):
                box = Text.get_window_extent(note, renderer)
                inside = (drawn > [box.x0, box.y0]).all(axis=1) & (drawn < [box.x1, box.y1]).all(axis=1)
                assert not inside.any(), note


def test_words_are_large_and_dark_enough_to_be_read(shown: Figure) -> None:
    for text in seen(shown):
        assert text.get_fontsize() >= 0.68 * SIZES["print"].font, text
    assert all(contrast_with_white(note.get_color()) >= 4.5 for note in notes(shown).values())


def test_alt_text_tells_the_headline_and_the_curves(shown: Figure) -> None:
    words = cs.plots.alt_text(shown)
    assert words.startswith(shown.get_suptitle())
    assert "6 panels" in words
    assert "with antigen" in words
    assert "\n" not in words


# ------------------------------------------------------------------ around it


@pytest.mark.slow
def test_a_notebook_shows_it_once() -> None:
    pytest.importorskip("matplotlib_inline")
    program = (
        "import matplotlib; matplotlib.use('module://matplotlib_inline.backend_inline')\n"
        "import cartsim as cs, matplotlib.pyplot as plt\n"
        "figure = cs.demo(for_='print'); print(plt.get_fignums(), type(figure).__name__)"
    )
    root = Path(cs.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=root, timeout=120, check=False
    )
    assert done.stdout.split("\n")[0] == "[] Figure", done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_it_can_be_saved(ending: str, shown: Figure, tmp_path: Path) -> None:
    cs.plots.save(shown, tmp_path / f"demo.{ending}")
    assert (tmp_path / f"demo.{ending}").stat().st_size > 10_000


def test_an_unknown_size_is_refused_with_the_nearest() -> None:
    with pytest.raises(cs.UnknownNameError, match="did you mean 'slide'"):
        cs.demo(for_="slid")
    assert plt.get_fignums() == []
