"""Grids: a cell for each place, its value and colour, the sides from the labels, and what is missing."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

import cartsim as cs
from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.plots.artists import with_gid
from cartsim.plots.grid import grid

from .cases import PATIENT, arms
from .toxic import TOXIC

DOSES, GROWTH = (1e7, 1e8, 1e9), (0.5, 0.6)


@cache
def runs() -> cs.Ensemble:
    """Six patients; the labels are not in the order of the doses."""
    models = {
        f"dose={dose:g}, g={g:g}": PATIENT.with_values(g=g).with_events(cs.Dose(dose, into="C", at=0))
        for dose in (1e9, 1e7, 1e8)
        for g in GROWTH
    }
    return cs.simulate(models, until=60)


@cache
def drawn() -> plt.Axes:
    """The peaks of `runs`, for tests that only look at them."""
    return grid(runs())


def cells(ax: plt.Axes) -> np.ma.MaskedArray[Any, Any]:
    (mesh,) = with_gid(ax.collections, "cells")
    n_y, n_x = (round(abs(low - high)) for low, high in (ax.get_ylim(), ax.get_xlim()))
    return np.ma.asarray(mesh.get_array()).reshape(n_y, n_x)


def written(ax: plt.Axes) -> list[str]:
    return [text.get_text() for text in with_gid(ax.texts, "cell-value")]


def test_every_run_stands_at_its_place_and_numbers_are_in_order() -> None:
    ax = drawn()
    peaks = cs.readouts(runs())["cmax"]
    expected = [[peaks[f"dose={dose:g}, g={g:g}"].value for dose in DOSES] for g in GROWTH]
    np.testing.assert_allclose(cells(ax), expected)
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["10⁷", "10⁸", "10⁹"]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["0.5", "0.6"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("dose (CAR-T cells)", "g")


def test_the_heading_says_how_much_the_read_out_varies_along_each_side() -> None:
    peaks = cs.readouts(runs())["cmax"].values.reshape(3, 2)
    by_dose = np.median(peaks.max(axis=0) / peaks.min(axis=0))
    assert np.median(peaks.max(axis=1) / peaks.min(axis=1)) < 1.1
    assert drawn().figure.get_suptitle().replace("\n", " ") == (
        f"Peak of the CAR-T cells: varies {by_dose:.2g}-fold with dose and hardly with g"
    )
    assert grid(runs(), title="Mine").figure.get_suptitle() == "Mine"


def test_classes_have_their_own_colours_and_words() -> None:
    ax = grid(runs(), "best_response")
    best = cs.readouts(runs())["best_response"]
    words = [best[f"dose={dose:g}, g={g:g}"].reason for g in GROWTH for dose in DOSES]
    assert written(ax) == words
    assert len(set(words)) > 1


def test_grades_have_the_colours_of_the_traffic_light() -> None:
    models = {f"high={h}": TOXIC.with_values(high=h) for h in (0.5, 1.5, 4.5)}
    ax = grid(cs.simulate(models, until=12), "crs_max_grade")
    assert written(ax) == ["0", "1", "4"]
    (mesh,) = with_gid(ax.collections, "cells")
    assert (mesh.norm.vmin, mesh.norm.vmax) == (-0.5, 4.5)
    assert [plt.matplotlib.colors.to_hex(c) for c in mesh.to_rgba([0, 1, 4])] == [
        "#ececec",
        "#fee391",
        "#662506",
    ]
    assert ax.figure.get_supxlabel() == "Illustrative, not for clinical use."


def test_what_has_no_value_is_hatched_and_the_reason_is_said() -> None:
    ax = grid(runs(), "relapse_day")
    values = cs.readouts(runs())["relapse_day"].values
    assert np.isnan(values).any()
    assert len(with_gid(ax.patches, "cell-missing")) == np.isnan(values).sum()
    assert written(ax).count("none") == np.isnan(values).sum()
    assert f"{np.isnan(values).sum()} of 6" in ax.figure.get_supxlabel()


def test_a_failed_run_leaves_its_cell_empty() -> None:
    some = dict(runs())
    lost = some.pop("dose=1e+08, g=0.6")
    ax = grid(cs.Ensemble(some, {"dose=1e+08, g=0.6": ModelError("no")}))
    assert lost is not None
    assert written(ax).count("none") == 1
    assert cells(ax).shape == (2, 3)
    assert "1 of 6 runs failed" in ax.figure.get_supxlabel()


def test_a_tumour_that_died_out_is_said_to() -> None:
    killed = {f"dose={d:g}": PATIENT.with_events(cs.Dose(d, into="C", at=0)) for d in (1e7, 1e10)}
    finished = cs.simulate(killed, until=60)
    assert np.isinf(cs.readouts(finished)["log10_kill"].values).tolist() == [False, True]
    assert written(grid(finished, "log10_kill"))[1] == "died out"


def test_words_and_answers_stand_at_the_sides_in_the_order_of_the_labels() -> None:
    models = {
        f"product={p}, bridging={b}": PATIENT.with_values(g=g).with_events(cs.Dose(d, into="C", at=0))
        for p, g in (("late", 0.5), ("early", 0.6))
        for b, d in ((True, 1e8), (False, 1e9))
    }
    ax = grid(cs.simulate(models, until=30))
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["late", "early"]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["yes", "no"]


@pytest.mark.slow
def test_cells_that_are_too_small_for_numbers_have_a_colour_bar() -> None:
    run = runs()[runs().labels[0]]
    many = cs.Ensemble({f"a={i}, b={j}": run for i in range(90) for j in range(2)})
    ax = grid(many)
    assert written(ax) == []
    assert len(ax.figure.axes) == 2
    assert len(drawn().figure.axes) == 1
    assert written(grid(runs(), label=False)) == []


def test_the_numbers_fit_into_their_cells_and_those_below_do_not_touch() -> None:
    models = {f"dose={1.7 * 10 ** (6 + i / 4):g}": runs()[runs().labels[0]] for i in range(14)}
    ax = grid(cs.Ensemble(models), for_="print")
    renderer = ax.figure._get_renderer()
    wide = ax.bbox.width / 14
    assert all(t.get_window_extent(renderer).width < wide for t in with_gid(ax.texts, "cell-value"))
    ticks = [tick.get_window_extent(renderer) for tick in ax.get_xticklabels()]
    assert all(one.x1 < other.x0 for one, other in pairwise(ticks))


def test_alt_text_has_every_value() -> None:
    said = cs.plots.alt_text(grid(runs(), "best_response"))
    assert said.startswith(
        "Best response. Coloured cells of best response: dose (CAR-T cells) to the right, 1e+07, 1e+08, "
        "1e+09; g upwards, 0.5, 0.6. g 0.5: "
    )
    numbers = cs.plots.alt_text(drawn())
    assert numbers.count("million") + numbers.count("billion") == 6


def test_the_given_axis_comes_back_with_heading_and_remarks() -> None:
    _, ax = plt.subplots()
    assert grid(runs(), "relapse_day", ax=ax) is ax
    assert ax.get_title(loc="left") == "Time to relapse (day)"
    assert any("of 6" in text.get_text() for text in ax.texts)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (PATIENT, "grid draws an Ensemble"),
        (arms(2), "'100000000 cells' does not say where its run stands"),
        (cs.Ensemble({}), r"see \.failures"),
        (cs.Ensemble({"a=1, b=2, c=3": arms(1)["100000000 cells"]}), "does not say where"),
        (
            cs.Ensemble({"a=1": arms(1)["100000000 cells"], "b=1": arms(1)["100000000 cells"]}),
            "the labels say different things, a and b",
        ),
    ],
)
def test_runs_without_a_place_are_refused(wrong: Any, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        grid(wrong)


def test_a_misspelt_read_out_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="'cmax'"):
        grid(runs(), "cmaxx")
