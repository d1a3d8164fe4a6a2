"""Bands of quantiles: the right numbers at the right heights, and what a logarithm cannot show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import cartsim as cs
from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.plots.artists import course, gid, renderer_of, with_gid
from cartsim.plots.bands import edges
from cartsim.plots.fan import fan, pairs_of, quantiles_of, words_of
from cartsim.plots.labels import box_of, labels_of
from cartsim.plots.style import COLOURS, VERMILLION
from cartsim.solving.ensemble import Ensemble

from .cases import PATIENT, P, Q, S

Array = NDArray[np.float64]
STILL = cs.Model(
    "still",
    species={"T": S(1, "cell", "tumour cells")},
    parameters={"r": P(0, "1/day")},
    processes={"birth": Q("-> T", "r*T")},
    roles={"tumour": "T"},
)


def bundle(values: Any, failed: int = 0, model: cs.Model = STILL) -> Ensemble:
    """Runs with these values, shape (n_runs, n_times), at the times 0, 1, 2, ..."""
    rows = np.atleast_2d(np.asarray(values, float))
    run = cs.simulate(model, until=rows.shape[1] - 1, at=list(range(rows.shape[1])))
    runs = {f"patient {i + 1}": replace(run, y=row[None, :].copy()) for i, row in enumerate(rows)}
    return Ensemble(runs, {f"failed {i}": ValueError("no reason") for i in range(failed)})


def lines(n: int = 21, n_times: int = 5) -> Array:
    """Straight lines with slopes 0, 1, 2, ...: the quantile of the line is that of the slopes."""
    return 100.0 + np.arange(n)[:, None] * np.arange(n_times)[None, :]


def dosed(doses: Sequence[float], at: Sequence[float] | None = None) -> Ensemble:
    """Patients with a dose each, at day 1 unless told otherwise."""
    times = at or [1.0] * len(doses)
    people = {
        f"patient {i}": PATIENT.with_events(cs.Dose(dose, into="C", at=time))
        for i, (dose, time) in enumerate(zip(doses, times, strict=True))
    }
    return cs.simulate(people, until=10, at=list(np.linspace(0, 10, 21)))


# ------------------------------------------------------------------ what is drawn


def test_the_median_and_the_edges_are_the_quantiles_of_the_runs_at_each_time() -> None:
    values = lines()
    ax = fan(bundle(values))
    (middle,) = with_gid(ax.lines, "curve:T", "curve:tumour")
    np.testing.assert_allclose(course(middle)[1], np.median(values, axis=0))
    found = sorted((course(edge)[1] for edge in with_gid(ax.lines, "edge:")), key=lambda row: row[-1])
    # of slopes 0 to 20, the quantiles at 5, 25, 75 and 95 % are 1, 5, 15 and 19
    np.testing.assert_allclose(found, [100.0 + slope * np.arange(5) for slope in (1, 5, 15, 19)])


def test_a_band_lies_between_its_quantiles_and_the_widest_comes_first() -> None:
    bands = with_gid(fan(bundle(lines())).collections, "range:")
    ends = [(edges(band)[1][-1], edges(band)[2][-1]) for band in bands]
    np.testing.assert_allclose(ends, [(104, 176), (120, 160)])
    assert [band.get_label() for band in bands] == ["_middle 90 % of runs", "_middle 50 % of runs"]


def test_the_names_say_what_is_the_median_and_what_the_bands_are() -> None:
    texts = [note.get_text() for note in labels_of(fan(bundle(lines())))]
    assert texts == ["median of 21 runs", "middle 90 % of runs", "middle 50 % of runs"]


def test_the_median_alone_is_drawn_where_no_bands_are_asked_for() -> None:
    ax = fan(bundle(lines()), quantiles=())
    assert with_gid(ax.collections, "range:") == []
    assert len(with_gid(ax.lines, "curve:")) == 1


def test_the_quantity_by_default_is_the_tumour_in_its_colour() -> None:
    ax = fan(dosed([1e8, 1e9]))
    assert ax.get_ylabel() == "tumour cells"
    assert with_gid(ax.lines, "curve:tumour")[0].get_color() == VERMILLION
    assert fan(dosed([1e8, 1e9]), "I").get_ylabel() == "interleukin 6 (pg/mL)"


def test_an_axis_that_is_given_is_drawn_on_and_comes_back() -> None:
    _, ax = plt.subplots()
    assert fan(bundle(lines()), ax=ax) is ax
    _, two = plt.subplots(2)
    with pytest.raises(ModelError, match="one quantity at a time"):
        fan(bundle(lines()), ax=two)


# ------------------------------------------------------------------ the floor


def half_extinct() -> Array:
    """Ten runs from 1e6 cells: six die out on day 2, four grow."""
    return np.array([[1e6, 1e3, 0, 0, 0]] * 6 + [[1e6, 1e6, 1e7, 1e8, 1e9]] * 4)


def test_quantiles_of_the_extinct_are_dotted_in_the_strip_under_one_cell() -> None:
    ax = fan(bundle(half_extinct()))
    assert ax.get_yscale() == "log"
    (floor,) = with_gid(ax.lines, "floor")
    assert floor.get_ydata()[0] == 1.0
    assert [text.get_text().strip() for text in with_gid(ax.texts, "floor-words")] == ["one cell"]
    below = course(with_gid(ax.lines, "below:tumour")[0])
    assert below[0][np.isfinite(below[1])].tolist() == [2, 3, 4]
    assert ax.get_ylim()[0] < np.nanmax(below[1]) < 1.0


def test_a_band_with_extinct_runs_reaches_into_the_strip() -> None:
    ax = fan(bundle(half_extinct()))
    for band in with_gid(ax.collections, "range:"):
        _, lower, upper = edges(band)
        assert ax.get_ylim()[0] < lower[-1] < 1.0
        assert upper[-1] == pytest.approx(1e9)


def test_a_linear_axis_shows_zeros_as_zeros() -> None:
    ax = fan(bundle(half_extinct()), log=False)
    assert course(with_gid(ax.lines, "curve:")[0])[1][-1] == 0.0
    assert with_gid(ax.lines, "below:") == []


def test_a_run_without_a_value_is_left_out_at_that_time() -> None:
    values = np.array([[1.0, np.nan, np.nan], [2.0, 4.0, np.nan], [9.0, 8.0, np.inf]])
    np.testing.assert_allclose(
        quantiles_of(np.where(np.isfinite(values), values, np.nan), (0.5,)), [[2, 6, np.nan]]
    )
    _, y = course(with_gid(fan(bundle(values)).lines, "curve:")[0])
    np.testing.assert_allclose(y, [2, 6, np.nan])


# ------------------------------------------------------------------ arms


def test_each_arm_has_a_median_and_one_band_with_its_number_of_runs() -> None:
    ax = fan({"low": bundle(lines(5)), "high": bundle(2 * lines(7))})
    assert [line.get_label() for line in with_gid(ax.lines, "curve:")] == ["low (n = 5)", "high (n = 7)"]
    assert [line.get_color() for line in with_gid(ax.lines, "curve:")] == list(COLOURS[:2])
    assert len({line._unscaled_dash_pattern[1] for line in with_gid(ax.lines, "curve:")}) == 2
    assert len(with_gid(ax.collections, "range:")) == 2
    assert [note.get_text() for note in with_gid(ax.texts, "runs-note")] == [
        "lines: medians; bands: middle 50 % of runs"
    ]


@pytest.mark.parametrize("size", ["slide", "print"])
def test_the_names_of_three_arms_do_not_overlap_nor_break_within_their_number(size: str) -> None:
    arms = {f"{dose} million cells": bundle(lines(9) + i) for i, dose in enumerate((1, 10, 100))}
    ax = fan(arms, for_=size)
    texts = [note.get_text() for note in labels_of(ax)]
    assert [text.split("(")[1] for text in texts] == ["n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}9)"] * 3
    boxes = [box_of(note, renderer_of(ax)) for note in labels_of(ax)]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_arms_may_have_times_of_their_own() -> None:
    ax = fan({"short": bundle(lines(5, 3)), "long": bundle(lines(5, 9))})
    assert ax.get_xlim() == (0, 8)
    assert [course(line)[0][-1] for line in with_gid(ax.lines, "curve:")] == [2, 8]


def test_arms_in_different_units_are_refused() -> None:
    other = cs.Model(
        "billions",
        species={"T": S(1, "1e9 cell")},
        parameters={"r": P(0, "1/day")},
        processes={"b": Q("-> T", "r*T")},
    )
    with pytest.raises(ModelError, match="'T' is in cell in one run and in 1e9 cell in another"):
        fan({"a": bundle(lines(3)), "b": bundle(lines(3), model=other)}, "T")


# ------------------------------------------------------------------ events and failures


def test_what_all_runs_share_is_drawn_and_nothing_else() -> None:
    shared = fan(dosed([1e8, 1e8]))
    assert [course(line)[0][0] for line in with_gid(shared.lines, "event:dose")] == [1]
    assert with_gid(fan(dosed([1e8, 1e8], at=[1, 2])).lines, "event:") == []
    assert with_gid(fan(dosed([1e8, 1e8]), events=False).lines, "event:") == []


def test_failed_runs_are_told_in_small_words() -> None:
    ax = fan(bundle(lines(97), failed=3), label=False)
    assert [note.get_text() for note in with_gid(ax.texts, "runs-note")] == ["3 of 100 runs failed"]
    assert with_gid(fan(bundle(lines())).texts, "runs-note") == []


@pytest.mark.parametrize("size", ["slide", "print"])
def test_nothing_written_lies_outside_the_figure_or_over_other_words(size: str) -> None:
    ax = fan({"low": bundle(lines(97), failed=3), "high": bundle(lines(9))}, for_=size, title="Two doses")
    (note,) = with_gid(ax.texts, "runs-note")
    box, label = box_of(note, renderer_of(ax)), ax.xaxis.label.get_window_extent()
    assert note.get_text().endswith("3 of 109 runs failed")
    assert box.y0 >= ax.figure.bbox.y0
    assert ax.figure.bbox.x0 <= box.x0
    assert box.x1 <= ax.figure.bbox.x1
    assert not box.overlaps(label)


# ------------------------------------------------------------------ errors


@pytest.mark.parametrize(
    ("quantiles", "words"),
    [
        ((0.05, 1.2), "between 0 and 1"),
        ((-0.1, 0.9), "between 0 and 1"),
        ((0.9, 0.1), "from the lowest to the highest"),
        ((0.1, 0.1, 0.9), "from the lowest to the highest"),
        ((0.1, 0.2, 0.9), "2 below the median and 1 above"),
        ((float("nan"), 0.9), "finite"),
        ("half", "no sequence of numbers"),
        (0.5, "no sequence of numbers"),
    ],
)
def test_quantiles_that_make_no_bands_are_refused(quantiles: Any, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        fan(bundle(lines()), quantiles=quantiles)


def test_nothing_to_draw_is_refused() -> None:
    with pytest.raises(ModelError, match="no finished run to draw"):
        fan(Ensemble({}, {"a": ValueError("b")}))
    with pytest.raises(ModelError, match="in the arm 'none'"):
        fan({"some": bundle(lines()), "none": Ensemble({})})
    with pytest.raises(ModelError, match="no finished run"):
        fan({})


def test_an_unknown_name_raises_and_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'tumour'"):
        fan(bundle(lines()), "tumuor")
    with pytest.raises(ModelError, match="one quantity at a time"):
        fan(bundle(lines()), ["T", "tumour"])  # type: ignore[arg-type]


def test_what_is_no_ensemble_is_refused() -> None:
    with pytest.raises(ModelError, match="fan draws an Ensemble"):
        fan(cs.simulate(STILL, until=1))  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="fan draws an Ensemble"):
        fan(dict(bundle(lines())))  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="more than 5"):
        fan({str(i): bundle(lines(2)) for i in range(6)})


def test_runs_that_do_not_share_their_times_are_refused() -> None:
    short, long = bundle(lines(1, 3)), bundle(lines(1, 9))
    with pytest.raises(ModelError, match="do not share their output times"):
        fan(Ensemble({"short": short["patient 1"], "long": long["patient 1"]}))


@given(st.lists(st.floats(0, 0.499), max_size=4, unique=True))
def test_quantiles_around_the_median_pair_from_the_outside(below: list[float]) -> None:
    low = sorted(below)
    high = [1.0 - level for level in reversed(low)]
    if all(a < b for a, b in pairwise(high)):
        pairs = pairs_of([*low, 0.5, *high])
        assert [pair[0] for pair in pairs] == low
        assert all(words_of(pair).startswith(("middle", "all")) for pair in pairs)


def test_every_gid_is_one_that_svg_accepts() -> None:
    ax = fan({"a b": bundle(lines(3)), "c (d)": bundle(lines(3))})
    assert not any(" " in gid(artist) for artist in [*ax.lines, *ax.collections])


@pytest.mark.slow
def test_a_summary_is_drawn_like_the_runs_it_was_made_of() -> None:
    mouse = cs.models.barros_2021.with_events(cs.Dose(2e6, into="C_T", at=42))
    mice = cs.cohort(mouse, 40, spread={"r": 0.2}, seed=1)
    summary = cs.summarise(mice, until=60, every=1)
    from_summary, from_runs = fan(summary), fan(cs.simulate(mice, until=60, every=1))
    assert from_summary.get_ylabel() == from_runs.get_ylabel()
    words = [[text.get_text() for text in ax.texts] for ax in (from_summary, from_runs)]
    assert words[0] == words[1]
    medians = [
        next(line for line in ax.lines if len(line.get_xdata()) > 50) for ax in (from_summary, from_runs)
    ]
    np.testing.assert_allclose(medians[0].get_ydata(), medians[1].get_ydata(), rtol=0.1)
    with pytest.raises(cs.ModelError, match=r"this summary has no quantile 0\.1, only 0\.05"):
        fan(summary, quantiles=(0.1, 0.9))
