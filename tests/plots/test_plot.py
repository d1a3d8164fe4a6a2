"""Curves: which, where, how labelled, and what is drawn where a logarithm has no value."""

from __future__ import annotations

from itertools import pairwise

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cartsim as cs
from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.plots.artists import course, gid, renderer_of, with_gid
from cartsim.plots.labels import box_of, labels_of, spread
from cartsim.plots.style import BLUE, SIZES, VERMILLION

from .cases import PATIENT, TREATED, P, Q, S, arms, growth, treated


def test_a_run_is_drawn_with_its_car_t_cells_and_tumour() -> None:
    run = treated()
    ax = cs.plot(run)
    curves = with_gid(ax.lines, "curve:")
    assert [line.get_label() for line in curves] == ["CAR-T cells", "tumour cells"]
    assert [line.get_color() for line in curves] == [BLUE, VERMILLION]
    assert ax.get_ylabel() == "number of cells"
    assert ax.get_xlabel() == "time after CAR-T dose (day)"
    assert ax.get_xlim() == (0.0, 40.0)


def test_the_line_has_the_values_of_the_run_where_it_is_above_the_floor() -> None:
    run = treated()
    line = with_gid(cs.plot(run).lines, "curve:tumour")[0]
    t, y = course(line)
    above = run["T"] >= 1.0
    assert 10 < above.sum() < len(run.t)
    for time, value in zip(run.t[above], run["T"][above], strict=True):
        assert np.isclose(y[t == time], value, rtol=1e-12).any()
    assert np.nanmin(y) >= 1.0 - 1e-6


def test_each_unit_has_its_own_axis_and_they_share_their_time() -> None:
    axes = cs.plot(treated(), ["car_t", "il6", "tumour", "D"])
    assert [ax.get_ylabel().replace("\n", " ") for ax in axes] == [
        "number of cells",
        "interleukin 6 (pg/mL)",
        "tocilizumab (mg)",
    ]
    assert [len(with_gid(ax.lines, "curve:")) for ax in axes] == [2, 1, 1]
    assert axes[0].get_shared_x_axes().joined(axes[0], axes[2])
    assert [bool(ax.get_xlabel()) for ax in axes] == [False, False, True]


def test_a_single_curve_is_named_by_its_axis_alone() -> None:
    ax = cs.plot(treated(), "il6")
    assert ax.get_ylabel() == "interleukin 6 (pg/mL)"
    assert labels_of(ax) == []


def test_a_species_that_is_the_tumour_has_the_colour_of_the_tumour() -> None:
    curves = with_gid(cs.plot(treated(), ["C", "T"]).lines, "curve:")
    assert [line.get_color() for line in curves] == [BLUE, VERMILLION]


def test_a_misspelt_name_raises_and_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'tumour'"):
        cs.plot(treated(), ["tumuor"])
    with pytest.raises(UnknownNameError, match="did you mean 'slide'"):
        cs.plot(treated(), for_="slides")


# ------------------------------------------------------------------ the axis of values


def test_three_decades_make_the_axis_logarithmic_and_less_do_not() -> None:
    assert cs.plot(growth(until=5)).get_yscale() == "linear"  # e^5 is 148
    assert cs.plot(growth(until=8)).get_yscale() == "log"  # e^8 is 2981
    assert cs.plot(growth(until=8), log=False).get_yscale() == "linear"


def test_cells_have_a_floor_at_one_cell_and_what_is_below_stands_in_the_strip() -> None:
    ax = cs.plot(treated())
    (floor,) = with_gid(ax.lines, "floor")
    assert set(floor.get_ydata()) == {1.0}
    assert [text.get_text().strip() for text in with_gid(ax.texts, "floor-words")] == ["one cell"]
    (below,) = with_gid(ax.lines, "below:tumour")
    heights = course(below)[1]
    heights = heights[np.isfinite(heights)]
    assert len(heights) > 10
    assert (heights < 1.0).all()
    assert (heights > ax.get_ylim()[0]).all()


def test_a_curve_meets_the_floor_line_where_it_crosses_one_cell() -> None:
    model = cs.Model(
        "decay",
        species={"A": S(1e6, "cell")},
        parameters={"k": P(1, "1/day")},
        processes={"loss": Q("A ->", "k*A")},
    )
    run = cs.simulate(model, until=30, at=[0, 10, 20, 30])
    t, y = course(with_gid(cs.plot(run).lines, "curve:A")[0])
    last = np.flatnonzero(np.isfinite(y))[-1]
    assert y[last] == pytest.approx(1.0)
    assert t[last] == pytest.approx(np.log(1e6), rel=1e-4)


def test_a_count_in_billions_has_its_floor_at_one_cell_too() -> None:
    model = cs.Model(
        "decay",
        species={"A": S(1.0, "1e9 cell")},
        parameters={"k": P(1, "1/day")},
        processes={"loss": Q("A ->", "k*A")},
    )
    ax = cs.plot(cs.simulate(model, until=30))
    assert with_gid(ax.lines, "floor")[0].get_ydata()[0] == pytest.approx(1e-9)


def test_a_detection_limit_is_drawn_with_its_words() -> None:
    ax = cs.plot(growth(until=8), floor=(50, "detection limit"))
    assert with_gid(ax.lines, "floor")[0].get_ydata()[0] == 50
    assert with_gid(ax.texts, "floor-words")[0].get_text().strip() == "detection limit"
    assert np.nanmin(course(with_gid(ax.lines, "curve:")[0])[1]) == pytest.approx(50)


def test_a_given_floor_asks_for_a_logarithm_and_on_a_linear_axis_it_is_a_line_alone() -> None:
    assert cs.plot(growth(until=5), floor=20).get_yscale() == "log"
    ax = cs.plot(growth(until=5), floor=20, log=False)
    assert ax.get_yscale() == "linear"
    assert with_gid(ax.lines, "floor")[0].get_ydata()[0] == 20
    assert with_gid(ax.patches, "below-floor") == []
    assert np.nanmin(course(with_gid(ax.lines, "curve:")[0])[1]) == pytest.approx(10)


def test_many_cells_need_no_floor() -> None:
    ax = cs.plot(growth(until=8, start=1e6))
    assert ax.get_yscale() == "log"
    assert with_gid(ax.lines, "floor") == []


@pytest.mark.parametrize("floor", [0.0, -1.0, (0.0, "limit")])
def test_a_floor_at_or_below_zero_is_refused(floor: object) -> None:
    with pytest.raises(ModelError, match="above zero"):
        cs.plot(growth(), floor=floor)  # type: ignore[arg-type]


def test_a_logarithm_of_nothing_is_refused_in_a_sentence() -> None:
    run = cs.simulate(PATIENT, until=5)
    with pytest.raises(ModelError, match="use log=False"):
        cs.plot(run, "D", log=True)
    assert cs.plot(run, "D").get_ylim() == (0.0, 1.0)


def test_ticks_are_read_without_an_exponent_in_the_corner() -> None:
    ax = cs.plot(growth(until=13, start=10), log=False)
    ax.figure.draw_without_rendering()
    assert ax.yaxis.get_offset_text().get_text() == ""
    shown = [tick.get_text() for tick in ax.get_yticklabels()]
    assert any("10⁶" in text for text in shown)
    assert not any("e+" in text for text in shown)


# ------------------------------------------------------------------ labels


def boxes(ax: object) -> list[object]:
    return [box_of(note, renderer_of(note)) for note in labels_of(ax)]  # type: ignore[arg-type]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "names", [["car_t", "tumour"], ["C", "T", "growth", "killing", "expansion", "death"]]
)
def test_direct_labels_never_overlap(size: str, names: list[str]) -> None:
    axes = np.ravel(np.array(cs.plot(treated(), names, for_=size), dtype=object))
    assert sum(len(labels_of(ax)) for ax in axes) >= 2
    for ax in axes:
        found = sorted(boxes(ax), key=lambda box: box.y0)
        assert all(low.y1 <= high.y0 + 0.5 for low, high in pairwise(found))


@pytest.mark.parametrize("size", SIZES)
def test_nothing_written_lies_outside_the_figure(size: str) -> None:
    ax = cs.plot(treated(), for_=size, title="A title")
    renderer, frame = renderer_of(ax), ax.figure.bbox
    texts = [
        text
        for text in [*ax.texts, ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label]
        if text.get_text()
    ]
    assert len(texts) > 6
    for text in texts:
        box = matplotlib.text.Text.get_window_extent(text, renderer)
        assert frame.x0 - 1 <= box.x0
        assert box.x1 <= frame.x1 + 1
        assert frame.y0 - 1 <= box.y0
        assert box.y1 <= frame.y1 + 1


def test_a_legend_comes_where_direct_labels_do_not_fit() -> None:
    _, axes = plt.subplots(1, 2)
    ax = cs.plot(treated(), ax=axes[0])
    assert labels_of(ax) == []
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["CAR-T cells", "tumour cells"]
    assert axes[1].lines[:] == []


@given(
    st.lists(st.floats(-50, 150), min_size=1, max_size=9),
    st.lists(st.floats(1, 10), min_size=9, max_size=9),
)
def test_labels_spread_without_overlap_inside_their_room(wanted: list[float], heights: list[float]) -> None:
    heights = heights[: len(wanted)]
    places = spread(wanted, heights, 0.0, 100.0)
    order = np.argsort(places)
    low, high = places - np.array(heights) / 2, places + np.array(heights) / 2
    assert (low[order][1:] >= high[order][:-1] - 1e-9).all()
    assert low.min() >= -1e-9
    assert high.max() <= 100 + 1e-9
    ranks = np.array(wanted)[order]
    assert (np.diff(ranks) >= 0).all()


def test_labels_that_do_not_collide_stay_where_they_are_wanted() -> None:
    assert spread([10, 50, 90], [5, 5, 5], 0, 100).tolist() == [10, 50, 90]


# ------------------------------------------------------------------ several runs


def test_an_ensemble_has_a_curve_and_a_label_for_each_run() -> None:
    runs = arms(3)
    ax = cs.plot(runs)
    assert ax.get_ylabel() == "tumour cells"
    assert [line.get_label() for line in with_gid(ax.lines, "curve:")] == list(runs.labels)
    assert [note.get_text() for note in labels_of(ax)] == list(runs.labels)


def test_several_names_of_an_ensemble_are_small_multiples() -> None:
    axes = cs.plot(arms(3), ["car_t", "tumour", "il6"])
    assert [ax.get_ylabel().replace("\n", " ") for ax in axes] == [
        "CAR-T cells",
        "tumour cells",
        "interleukin 6 (pg/mL)",
    ]
    assert all(len(with_gid(ax.lines, "curve:")) == 3 for ax in axes)


def test_the_runs_of_an_ensemble_differ_in_colour_and_neighbours_in_line_style() -> None:
    lines = with_gid(cs.plot(arms(4)).lines, "curve:")
    assert len({line.get_color() for line in lines}) == 4
    dashes = [line._unscaled_dash_pattern for line in lines]
    assert all(a != b for a, b in pairwise(dashes))


# ------------------------------------------------------------------ good manners


def test_global_settings_and_the_users_axes_are_left_alone() -> None:
    before = dict(matplotlib.rcParams)
    figure, ax = plt.subplots()
    size = tuple(figure.get_size_inches())
    assert cs.plot(treated(), ax=ax) is ax
    cs.plot(treated())
    assert dict(matplotlib.rcParams) == before
    assert tuple(figure.get_size_inches()) == size


def test_the_wrong_number_of_axes_is_refused_in_a_sentence() -> None:
    _, ax = plt.subplots()
    with pytest.raises(ModelError, match=r"2 units \(cell, pg/mL\).*takes 2 axes, and ax= has one"):
        cs.plot(treated(), ["car_t", "il6"], ax=ax)


@pytest.mark.parametrize("wrong", [TREATED, "run", None])
def test_what_is_no_run_is_refused(wrong: object) -> None:
    with pytest.raises(ModelError, match="Trajectory or an Ensemble"):
        cs.plot(wrong)  # type: ignore[arg-type]


def test_every_curve_has_a_gid_that_svg_accepts() -> None:
    ax = cs.plot(arms(2))
    for line in with_gid(ax.lines, "curve:"):
        assert " " not in gid(line)
