"""Measurements: the points are where the data are, in the units of the axis."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

import cartsim as cs
from cartsim.language.errors import ModelError, UnitError, UnknownNameError
from cartsim.language.parts import Source
from cartsim.plots.artists import corners, course, renderer_of, with_gid
from cartsim.plots.labels import box_of

from .cases import growth, treated

ZUMA = "zuma1_moffitt_car_per_uL"


def table(unit: str, time: str = "day") -> cs.datasets.Dataset:
    columns = {"when": [0, 24], "what": [1.0, 2.0], "sd": [0.5, 0.5]}
    units = {"when": time, "what": unit, "sd": unit}
    shown = {"x": "when", "y": "what", "spread": "sd"}
    return cs.datasets.Dataset("t", columns, units, "", Source("Me", 2024, "Mine"), "MIT", shown=shown)


def test_points_stand_at_the_medians_and_bars_reach_to_the_quartiles() -> None:
    zuma = cs.datasets.load(ZUMA)
    ax = cs.plots.data(zuma)
    (dots,) = with_gid(ax.lines, "points:")
    assert [values.tolist() for values in course(dots)] == [[7, 14, 28, 90], [27.5, 9.1, 2.1, 0.1]]
    (bars,) = with_gid(ax.collections, "bars:")
    ends = np.array([corners(path)[:, 1] for path in bars.get_paths()])
    np.testing.assert_allclose(ends, np.column_stack([zuma["q1"], zuma["q3"]]))
    assert ax.get_ylim()[0] < 0.01
    assert ax.get_ylabel().replace("\n", " ") == "CAR-T cells in blood (cells/µL)"
    assert ax.get_xlabel() == "time after CAR-T infusion (day)"


@pytest.mark.parametrize("log", [True, False])
def test_points_over_a_curve_leave_the_curve_and_all_bars_are_seen(log: bool) -> None:
    run = cs.simulate(cs.models.kimmel_2021, until=120)
    ax = cs.plot(run, "car_t_per_uL", log=log)
    before = course(with_gid(ax.lines, "curve:")[0])[1].tolist()
    assert cs.plots.data(cs.datasets.load(ZUMA), ax=ax) is ax
    assert course(with_gid(ax.lines, "curve:")[0])[1].tolist() == before
    assert ax.get_ylim()[1] > 57.5
    assert ax.get_ylim()[0] <= (0.01 if log else 0.0)


def test_units_are_converted_to_those_of_the_axes() -> None:
    ax = cs.plot(growth())
    cs.plots.data(table("1e3 cell", "hour"), ax=ax)
    t, y = course(with_gid(ax.lines, "points:")[0])
    assert t.tolist() == [0.0, 1.0]
    assert y.tolist() == [1000.0, 2000.0]


def test_points_of_another_kind_than_the_axis_are_refused() -> None:
    ax = cs.plot(treated())
    with pytest.raises(UnitError, match="they measure different things"):
        cs.plots.data(cs.datasets.load(ZUMA), ax=ax)
    assert with_gid(ax.lines, "points:") == []


def test_zero_on_a_logarithmic_axis_is_an_open_triangle_at_its_foot() -> None:
    _, ax = plt.subplots()
    ax.set_yscale("log")
    ax.set_ylim(1, 100)
    cs.plots.points({"t": [1, 2], "y": [10.0, 0.0]}, x="t", y="y", ax=ax, label="lab")
    (feet,) = with_gid(ax.lines, "below:")
    assert course(feet)[0].tolist() == [2]
    assert feet.get_marker() == "v"
    assert course(with_gid(ax.lines, "points:")[0])[0].tolist() == [1]


def test_the_label_stands_beside_the_points() -> None:
    ax = cs.plots.data(cs.datasets.load(ZUMA), label="patients")
    assert [note.get_text() for note in with_gid(ax.texts, "data-words")] == ["patients"]


def test_the_label_keeps_off_the_title_the_points_and_the_bars() -> None:
    run = cs.simulate(cs.models.kimmel_2021, until=100)
    ax = cs.plots.data(
        cs.datasets.load(ZUMA), ax=cs.plot(run, "car_t_per_uL", log=True, title="CAR-T cells in blood")
    )
    (note,) = with_gid(ax.texts, "data-words")
    box = box_of(note, renderer_of(ax))
    assert box.y1 <= ax.bbox.y1 + 1
    (bars,) = with_gid(ax.collections, "bars:")
    for bar in bars.get_paths():
        (x, low), (_, high) = ax.transData.transform(corners(bar))
        assert not (box.x0 < x < box.x1 and low < box.y1 and high > box.y0)
    dots = ax.transData.transform(np.column_stack(course(with_gid(ax.lines, "points:")[0])))
    assert not any(box.contains(*dot) for dot in dots)


def test_a_misspelt_column_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'day'"):
        cs.plots.points(cs.datasets.load(ZUMA), x="dya", y="q1")


def test_texts_cannot_be_drawn() -> None:
    with pytest.raises(ModelError, match="holds texts"):
        cs.plots.points(cs.datasets.load("stein2019_params"), x="name", y="typical")


def test_a_dataset_without_columns_to_show_says_how() -> None:
    with pytest.raises(ModelError, match=r"use points\(\.\.\., x=\.\.\., y=\.\.\.\)"):
        cs.plots.data(cs.datasets.load("stein2019_params"))
