"""The figure of a tumour that nearly dies out: its numbers come from its run."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

import cartsim as cs
from cartsim.plots.artists import course, renderer_of, with_gid
from cartsim.plots.chance_of_cure import NOTE, POINTS, VARIANT, draw, example, rounded, story
from cartsim.plots.style import GREY, SIZES, contrast_with_white
from cartsim.plots.words import number

SLOW = cs.models.kimmel_2021.variant(VARIANT)
OTHER = SLOW.with_values(rB=0.13, rhoC=0.03, b=0.7, rN=0.2)


@pytest.fixture(scope="module")
def drawn() -> dict[str, Any]:
    """The figure, drawn once for the tests that only look at it, and what drawing did around it."""
    before = dict(matplotlib.rcParams)
    figure = cs.plots.chance_of_cure(for_="print")
    last = plt.figure(plt.get_fignums()[-1])
    return {"figure": figure, "before": before, "after": dict(matplotlib.rcParams), "last": last}


@pytest.fixture
def shown(drawn: dict[str, Any]) -> Figure:
    return drawn["figure"]


@pytest.fixture(scope="module")
def runs() -> dict[str, cs.Trajectory]:
    return {"slow": example(), "other": cs.simulate(OTHER, 365)}


@pytest.fixture(scope="module")
def figures(drawn: dict[str, Any], runs: dict[str, cs.Trajectory]) -> dict[str, Figure]:
    other = draw(runs["other"], cs.datasets.load(POINTS), for_="print")
    return {"slow": drawn["figure"], "other": other}


def notes(figure: Figure) -> dict[str, Text]:
    """The annotations, by what they tell."""
    found = [note for ax in figure.axes for note in with_gid(ax.texts, NOTE)]
    return {str(note.get_gid()).removeprefix(NOTE): note for note in found}


def seen(figure: Figure) -> list[Text]:
    """Every text that is drawn: of the ticks, those within the limits."""
    hidden: set[Text] = set()
    for ax in figure.axes:
        for axis, (low, high) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
            ticks = axis.get_major_ticks()
            hidden |= {
                t.label1 for t in ticks if not low <= t.get_loc() <= high or not t.label1.get_visible()
            }
    found = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
    return [text for text in found if text not in hidden]


def curve(ax: Axes) -> tuple[np.ndarray, np.ndarray]:
    (line,) = with_gid(ax.lines, "curve:")
    return course(line)


# ------------------------------------------------------------------ the numbers


def test_the_story_is_that_of_a_fine_solution() -> None:
    told, fine = story(example()), cs.simulate(SLOW, 365, rtol=1e-10, at=np.arange(0.0, 365.0, 0.01))
    blood, tumour = fine["car_t_per_uL"], fine["tumour"]
    top, low = int(blood.argmax()), int(tumour.argmin())
    assert told.peak == pytest.approx(blood[top], rel=1e-4)
    assert told.peak_day == pytest.approx(fine.t[top], abs=0.02)
    assert told.fold == pytest.approx(blood[top] / blood[0], rel=1e-4)
    assert told.start == tumour[0]
    assert told.nadir == pytest.approx(tumour[low], rel=3e-4)
    assert told.nadir_day == pytest.approx(fine.t[low], abs=0.05)
    back = fine.t[low:][tumour[low:] >= tumour[0]][0]
    assert told.back_day == pytest.approx(back, abs=0.02)
    after = blood[top:]
    halves = [np.interp(-h / 2, -after, fine.t[top:]) - t for h, t in zip(after, fine.t[top:], strict=True)]
    falling = after > after[0] / 5  # from here a half-life ends at a tenth of the peak
    assert told.halving == pytest.approx(np.min(np.array(halves)[falling]), abs=0.02)
    last = blood[-1] / np.interp(365 - told.late_halving, fine.t, blood)
    assert last == pytest.approx(0.5, rel=1e-3)


def test_the_tumour_comes_down_to_single_cells_and_returns_within_the_year() -> None:
    told = story(example())
    assert 1.0 < told.nadir < 10.0
    assert told.nadir_day < told.back_day < 365


@pytest.mark.parametrize("variant", ["medium", "fast"])
def test_with_the_other_tumours_chance_would_not_matter(variant: str) -> None:
    assert story(cs.simulate(cs.models.kimmel_2021.variant(variant), 365)).nadir > 1000


def test_a_run_without_the_return_is_refused() -> None:
    with pytest.raises(cs.ModelError, match="no 'back_day'"):
        story(cs.simulate(SLOW, 200))


# ------------------------------------------------------------------ the figure


def test_it_is_one_figure_of_two_logarithmic_panels_that_share_their_time(shown: Figure) -> None:
    figure = shown
    assert isinstance(figure, Figure)
    above, below = figure.axes
    assert above.get_ylabel().replace("\n", " ") == "CAR-T cells in blood (cells/µL)"
    assert below.get_ylabel() == "tumour cells"
    assert (above.get_yscale(), below.get_yscale()) == ("log", "log")
    assert above.get_xlim() == below.get_xlim() == (0.0, 365.0)
    assert "CAR-T infusion" in below.get_xlabel()


def test_the_curves_are_the_run_and_the_points_are_the_data(shown: Figure) -> None:
    figure, run, zuma = shown, example(), cs.datasets.load(POINTS)
    for ax, name in zip(figure.axes, ("car_t_per_uL", "tumour"), strict=True):
        t, y = curve(ax)
        assert t.tolist() == run.t.tolist()
        assert y.tolist() == run[name].tolist()
    (dots,) = with_gid(figure.axes[0].lines, "points:")
    days, medians = course(dots)
    assert days.tolist() == zuma["day"].tolist()
    assert medians.tolist() == zuma["median_cells_per_uL"].tolist()
    assert set(zuma["day"]) < set(figure.axes[1].get_xticks())


def test_the_phases_are_named_and_all_bars_are_inside_the_axis(shown: Figure) -> None:
    figure, zuma = shown, cs.datasets.load(POINTS)
    words = " ".join(note.get_text() for note in notes(figure).values())
    assert all(phase in words for phase in ("peak", "expansion", "contraction", "persistence", "nadir"))
    assert "chance decides" in words
    low, high = figure.axes[0].get_ylim()
    assert low < zuma["q1"].min()
    assert high > zuma["q3"].max()


@pytest.mark.parametrize("name", ["slow", "other"])
def test_every_number_on_the_figure_is_computed_from_its_run(
    name: str, runs: dict[str, cs.Trajectory], figures: dict[str, Figure]
) -> None:
    run, figure = runs[name], figures[name]
    found = cs.readouts(run)
    said = {about: note.get_text() for about, note in notes(figure).items()}
    value = {name: readout.value for name, readout in found.items()}
    peak = float(run["car_t_per_uL"].max())
    assert f"{peak:.2g} cells/µL on day {value['tmax']:.0f}" in said["peak"]
    assert f"{number(value['fold_expansion'], 2)}-fold" in said["fold"]
    assert f"{value['contraction_half_life']:.2g} days" in said["halving"]
    assert f"{value['terminal_half_life']:.2g} days" in said["late_halving"]
    nadir = rounded(value["tumour_nadir"])
    assert f"{nadir} cells on day {value['tumour_nadir_day']:.0f}" in said["nadir"]
    assert f"day {value['relapse_day']:.0f}" in said["back_day"]
    assert f"With {nadir} of 95 billion" in figure.axes[0].get_title(loc="left")


def test_another_tumour_gives_other_numbers(shown: Figure, figures: dict[str, Figure]) -> None:
    texts = [
        {about: note.get_text() for about, note in notes(figure).items()}
        for figure in (shown, figures["other"])
    ]
    same = {about for about in texts[0] if texts[0][about] == texts[1][about]}
    assert same == {"patients", "cure"}


def test_what_the_words_point_at_is_where_the_run_has_it(shown: Figure) -> None:
    figure, told = shown, story(example())
    circles = [course(line) for line in figure.axes[1].lines if line.get_markerfacecolor() == "white"]
    assert [(float(t[0]), float(y[0])) for t, y in circles] == [
        (told.nadir_day, told.nadir),
        (told.back_day, told.start),
    ]
    (way,) = with_gid(figure.axes[1].lines, "cure")
    assert course(way)[0].tolist() == [told.nadir_day] * 2
    assert course(way)[1][0] == told.nadir
    assert course(way)[1][1] < 1.0
    (floor,) = with_gid(figure.axes[1].lines, "floor")
    assert floor.get_label() == "_one cell"
    assert course(floor)[1].tolist() == [1.0, 1.0]


def test_the_source_says_model_data_and_that_it_is_not_for_the_clinic(shown: Figure) -> None:
    (text,) = (t.get_text() for t in seen(shown) if t.get_text().startswith("Model: "))
    assert "Kimmel, Locke & Altrock 2021" in text
    assert "kimmel_2021/slow" in text
    assert "ZUMA-1" in text
    assert "not for clinical use" in text


@pytest.mark.slow
@pytest.mark.parametrize("size", list(SIZES))
def test_no_text_leaves_the_figure_or_overlaps_another_or_a_curve(size: str) -> None:
    figure = cs.plots.chance_of_cure(for_=size)
    figure.set_dpi(SIZES[size].dpi)
    figure.draw_without_rendering()
    renderer, page = renderer_of(figure), figure.bbox
    boxes = {text: Text.get_window_extent(text, renderer) for text in seen(figure)}
    for text, box in boxes.items():
        inside = page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1
        assert inside, text
    for one, other in itertools.combinations(boxes, 2):
        assert not boxes[one].overlaps(boxes[other]), (one, other)
    for ax in figure.axes:
        t, y = curve(ax)
        drawn = ax.transData.transform(np.column_stack([t, y]))
        for note in with_gid(ax.texts, NOTE):
            box = boxes[note]
            inside = (drawn > [box.x0, box.y0]).all(axis=1) & (drawn < [box.x1, box.y1]).all(axis=1)
            assert not inside.any(), note


@pytest.mark.slow
def test_letters_are_large_enough_for_the_last_row() -> None:
    figure = cs.plots.chance_of_cure(for_="slide")
    sizes = {note.get_fontsize() for note in notes(figure).values()}
    assert min(sizes) >= 0.8 * SIZES["slide"].font


def test_words_are_dark_enough_to_be_read(shown: Figure) -> None:
    colours = [note.get_color() for note in notes(shown).values()] + [GREY]
    assert all(contrast_with_white(colour) >= 4.5 for colour in colours)


def test_curves_are_told_apart_without_colour_by_their_own_panels(shown: Figure) -> None:
    assert [len(with_gid(ax.lines, "curve:")) for ax in shown.axes] == [1, 1]


# ------------------------------------------------------------------ around it


def test_alt_text_tells_the_title_the_peak_the_points_and_the_nadir(shown: Figure) -> None:
    words = cs.plots.alt_text(shown)
    assert words.startswith("With 2 of 95 billion tumour cells left, cure is a matter of chance. 2 panels.")
    assert "a peak of 30.2 at day 7" in words
    assert "4 points (patients in ZUMA-1: median and quartiles)" in words
    assert "a low of 2.0" in words
    assert "\n" not in words


def test_the_settings_of_matplotlib_stay_as_they_were(drawn: dict[str, Any]) -> None:
    assert drawn["after"] == drawn["before"]


def test_it_is_open_in_pyplot_so_that_a_script_can_show_it(drawn: dict[str, Any]) -> None:
    assert drawn["last"] is drawn["figure"]


@pytest.mark.slow
def test_a_notebook_shows_it_once() -> None:
    pytest.importorskip("matplotlib_inline")
    program = (
        "import matplotlib; matplotlib.use('module://matplotlib_inline.backend_inline')\n"
        "import cartsim as cs, matplotlib.pyplot as plt\n"
        "figure = cs.plots.chance_of_cure(for_='print'); print(plt.get_fignums(), type(figure).__name__)"
    )
    root = Path(cs.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=root, timeout=120, check=False
    )
    assert done.stdout.split("\n")[0] == "[] Figure", done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_it_can_be_saved(ending: str, tmp_path: Path) -> None:
    cs.plots.save(cs.plots.chance_of_cure(for_="print"), tmp_path / f"demo.{ending}")
    assert (tmp_path / f"demo.{ending}").stat().st_size > 10_000


def test_an_unknown_size_is_refused_with_the_nearest() -> None:
    with pytest.raises(cs.UnknownNameError, match="did you mean 'slide'"):
        cs.plots.chance_of_cure(for_="slid")
    assert plt.get_fignums() == []


def test_the_time_axis_is_by_square_roots_and_can_be_inverted(shown: Figure) -> None:
    ax = shown.axes[1]
    places = ax.transData.transform([[day, 1.0] for day in (0.0, 7.0, 28.0)])[:, 0]
    assert (places[2] - places[0]) / (places[1] - places[0]) == pytest.approx(math.sqrt(28 / 7))
    back = ax.transData.inverted().transform([[places[1], 10.0]])[0, 0]
    assert back == pytest.approx(7.0)
