"""Comparisons: panels of the arms, the differences in numbers, and what was done to one arm alone."""

from __future__ import annotations

from functools import cache
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

import cartsim as cs
from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.plots.artists import course, with_gid
from cartsim.plots.compare import compare
from cartsim.plots.compare_panels import BAND
from cartsim.plots.style import BLUE, GREY, VERMILLION, readable

from .cases import PATIENT, arms
from .toxic import TOXIC, TREATED

SIZES = ["slide", *(pytest.param(size, marks=pytest.mark.slow) for size in ("print", "poster"))]


@cache
def doses() -> cs.Ensemble:
    """A small dose that never shrinks the tumour, and a large one that kills it."""
    models = {
        name: PATIENT.with_events(cs.Dose(d, into="C", at=5)) for name, d in (("high", 1e10), ("low", 1e8))
    }
    return cs.simulate(models, until=60)


@cache
def toxic_arms() -> cs.Ensemble:
    return cs.simulate({"treated": TREATED, "severe": TOXIC.with_values(high=3.5)}, until=40)


@cache
def drawn() -> Any:
    """The panels of `doses`, for tests that only look at them."""
    return compare(doses())


@cache
def toxic_drawn() -> Any:
    return compare(toxic_arms())


def heading(axes: Any) -> str:
    return str(axes[0].figure.get_suptitle()).replace("\n", " ")


def test_each_arm_has_its_colour_and_line_style_in_every_panel() -> None:
    axes = drawn()
    assert [ax.get_ylabel().split("\n")[0] for ax in axes] == ["CAR-T cells", "tumour cells", "interleukin 6"]
    for ax in axes:
        high, low = with_gid(ax.lines, "curve:")
        assert (high.get_label(), low.get_label()) == ("high", "low")
        assert (high.get_color(), low.get_color()) == (BLUE, VERMILLION)
        assert high.get_linestyle() != low.get_linestyle()


def test_days_count_from_the_infusion_and_the_lower_panels_show_four_weeks() -> None:
    axes = drawn()
    assert [ax.get_xlim() for ax in axes] == [(-5.0, 55.0), (-5.0, 55.0), (-5.0, 28.0)]
    cells = course(with_gid(axes[0].lines, "curve:")[0])
    assert cells[1][np.isfinite(cells[1])][0] == pytest.approx(1e10)
    assert [ax.get_xlim() for ax in compare(doses(), days=(0, 20))] == [(0.0, 20.0)] * 3


def test_the_heading_has_the_differences_of_two_arms_from_their_read_outs() -> None:
    found = cs.readouts(doses())
    times = found["cmax"].values[0] / found["cmax"].values[1]
    earlier = found["tmax"].values[1] - found["tmax"].values[0]
    assert heading(drawn()).startswith(
        f"High against low: peak {times:.2g} times as high, {earlier:.2g} days earlier; response complete"
    )
    assert heading(toxic_drawn()) == "Treated against severe: the same peak; CRS grade 2 against 3"
    assert heading(compare(doses(), title="Mine")) == "Mine"


def test_of_three_arms_the_extremes_are_named() -> None:
    runs = arms(3)
    peaks = cs.readouts(runs)["cmax"].values
    low, high = runs.labels[0], runs.labels[2]
    times = f"{peaks[2] / peaks[0]:.2g} times that with {low}"
    assert heading(compare(runs)) == f"{', '.join(runs.labels)}: peak highest with {high}, {times}"


def test_grades_are_bands_of_the_right_days_with_their_numbers() -> None:
    ax = toxic_drawn()[-1]
    bands = with_gid(ax.patches, f"{BAND}crs_grade:severe")
    spans = [(band.get_x(), band.get_x() + band.get_width(), band.get_label()) for band in bands]
    expected = [(2.5, 3.5, 1), (3.5, 4.5, 2), (4.5, 5.5, 3), (5.5, 6.5, 2), (6.5, 7.5, 1)]
    for (start, stop, label), (begin, end, grade) in zip(spans, expected, strict=True):
        assert (start, stop) == pytest.approx((begin, end), abs=1e-3)
        assert label == f"_grade {grade}"
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["CRS", "ICANS"]
    names = [text.get_text() for text in ax.texts if text.get_text() in ("treated", "severe")]
    assert names == ["severe", "treated"] * 2  # from bottom to top


def test_what_one_arm_alone_was_given_has_its_colour_and_what_all_share_is_grey() -> None:
    axes = toxic_drawn()
    lines = {course(line)[0][0]: line.get_color() for line in with_gid(axes[0].lines, "event:dose")}
    assert lines == {0.0: GREY, 4.0: BLUE, 4.5: BLUE}
    (words,) = [text for text in axes[2].texts if "tocilizumab" in text.get_text()]
    assert words.get_color() == BLUE
    assert not [text for text in axes[0].texts if "tocilizumab" in text.get_text()]  # said once, below
    assert with_gid(compare(toxic_arms(), events=False)[0].lines, "event:") == []


def test_different_doses_on_the_same_day_are_grey_with_words_in_two_colours() -> None:
    ax = drawn()[2]
    words = {text.get_text(): text.get_color() for text in with_gid(ax.texts, "event-text:")}
    assert words == {"10¹⁰ CAR-T cells": readable(BLUE), "10⁸ CAR-T cells": readable(VERMILLION)}
    assert [line.get_color() for line in with_gid(ax.lines, "event:dose")] == [GREY]


def test_another_third_panel_can_be_asked_for() -> None:
    assert "temperature" in toxic_drawn()[2].get_ylabel()
    axes = compare(toxic_arms(), also="leak")
    assert len(axes) == 4
    with pytest.raises(UnknownNameError, match="did you mean"):
        compare(toxic_arms(), also="temperatur")


def test_a_population_that_died_out_has_its_circle() -> None:
    ax = drawn()[1]
    (circle,) = with_gid(ax.lines, "extinction:tumour-high")
    day = cs.readouts(doses())["tumour_nadir_day"]["high"].value
    assert course(circle)[0][0] == pytest.approx(day, abs=0.2)


def test_arms_are_named_once_at_their_curves() -> None:
    axes = drawn()
    names = [[t.get_text() for t in with_gid(ax.texts, "label:")] for ax in axes]
    assert names == [[], ["high", "low"], []]
    assert not any(with_gid(ax.texts, "label:") for ax in compare(doses(), label=False))


def test_alt_text_tells_each_arm_and_the_caution() -> None:
    said = cs.plots.alt_text(toxic_drawn())
    assert "treated: CAR-T cells peak at 100 million cells on day 0" in said
    assert "CRS up to grade 2, ICANS up to grade 1" in said
    assert said.endswith("Illustrative, not for clinical use.")
    assert "Illustrative" not in cs.plots.alt_text(drawn())


def test_models_with_grades_alone_have_one_panel() -> None:
    model = cs.Model(
        "grades",
        species={"leak": cs.Species(2.5, "1", "leaking vessels")},
        parameters={"seal": cs.Parameter(0.5, "1/day")},
        processes={"sealing": cs.Process("leak ->", "seal*leak")},
        observables={"CRS": cs.Observable("step(leak - 1) + step(leak - 2)", "1", "grade of CRS")},
        roles={"crs_grade": "CRS"},
    )
    axes = compare(cs.simulate({"a": model, "b": model.with_values(seal=1)}, until=5))
    assert len(axes) == 1
    assert heading(axes) == "A against b: CRS grade 2 in both"


def test_given_axes_are_used() -> None:
    figure, grid = plt.subplots(2, 2)
    size = tuple(figure.get_size_inches())
    assert list(compare(toxic_arms(), ax=grid)) == list(grid.ravel())
    assert tuple(figure.get_size_inches()) == size
    assert grid[0, 0].get_title(loc="left").startswith("Treated against")
    with pytest.raises(ModelError, match=r"there are 4 panels \(car_t, tumour, temperature, grades\)"):
        compare(toxic_arms(), ax=grid[0, 0])


@pytest.mark.parametrize("for_", SIZES)
def test_nothing_leaves_the_figure(for_: str) -> None:
    axes = compare(toxic_arms(), for_=for_)
    figure = axes[0].figure
    renderer = figure._get_renderer()
    texts = [figure._suptitle, figure._supxlabel, *(t for ax in axes for t in (*ax.texts, ax.yaxis.label))]
    for text in texts:
        box = text.get_window_extent(renderer)
        assert figure.bbox.x0 - 1 <= box.x0
        assert box.x1 <= figure.bbox.x1 + 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (PATIENT, "compare draws an Ensemble"),
        (arms(1), "compare draws two to 4 arms, and there are 1 finished runs"),
        (
            cs.Ensemble({str(i): doses()["low"] for i in range(5)}),
            r"there are 5 finished runs; cs\.plots\.fan",
        ),
        (cs.Ensemble(dict(arms(1)), {"x": ModelError("no")}), r"see \.failures"),
    ],
)
def test_what_cannot_be_compared_is_refused(wrong: Any, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        compare(wrong)


def test_models_that_share_no_role_are_refused_in_a_sentence() -> None:
    plain = cs.Model("plain", species={"A": cs.Species(1, "mg")}, processes={})
    with pytest.raises(ModelError, match="'plain' share none"):
        compare(cs.simulate({"a": plain, "b": plain}, until=1))
