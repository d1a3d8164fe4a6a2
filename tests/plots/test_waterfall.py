"""Waterfall plots: bars in order, lines only where asked for, and everyone without a bar counted."""

from __future__ import annotations

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pytest

import cartsim as cs
from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.plots.artists import gid, with_gid
from cartsim.plots.labels import labels_of
from cartsim.plots.patients import REMARK, alike, read_of
from cartsim.plots.style import BLUE, GREEN, ORANGE, VERMILLION
from cartsim.plots.waterfall import waterfall
from cartsim.questions.readout import Readouts

CHANGES = {"Ann": -80.0, "Bob": 25.0, "Cem": -35.0, "Dee": 0.0, "Eva": -10.0}


@cache
def mice(*doses: float) -> cs.Ensemble:
    """Mice with tumours, treated on day 42."""
    mouse = cs.models.barros_2021
    each = {f"mouse {i}": mouse.with_events(cs.Dose(d, into="C_T", at=42)) for i, d in enumerate(doses)}
    return cs.simulate(each, until=142)


def bars(ax: plt.Axes) -> list[plt.Rectangle]:
    return with_gid(ax.patches, "bar")


def heights(ax: plt.Axes) -> list[float]:
    return [float(bar.get_height()) for bar in bars(ax)]


def remarks(ax: plt.Axes) -> str:
    return " ".join(" ".join(text.get_text() for text in ax.texts if gid(text) == REMARK).split())


def test_bars_stand_from_the_worst_to_the_best_with_their_names() -> None:
    ax = waterfall(CHANGES, words="change of the tumour", unit="percent")
    assert heights(ax) == [25.0, 0.0, -10.0, -35.0, -80.0]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["Bob", "Dee", "Eva", "Cem", "Ann"]
    assert ax.get_ylabel() == "change of the tumour (%)"


def test_lines_are_drawn_only_where_levels_are_given_and_colour_the_bars_that_reach_them() -> None:
    plain = waterfall(CHANGES)
    assert with_gid(plain.lines, "level:") == []
    assert len({bar.get_facecolor() for bar in bars(plain)}) == 1
    ax = waterfall(CHANGES, levels={-30: "response", 20: "growth"})
    assert [line.get_ydata()[0] for line in with_gid(ax.lines, "level:")] == [20.0, -30.0]
    assert [plt.matplotlib.colors.to_hex(bar.get_facecolor()) for bar in bars(ax)] == [
        *(VERMILLION, ORANGE, ORANGE, BLUE, BLUE)
    ]
    said = [" ".join(note.get_text().split()) for note in labels_of(ax)]
    assert said == ["growth: 1 of 5", "response: 2 of 5"]


def test_a_bar_on_the_level_reaches_it() -> None:
    ax = waterfall([-30.0, -29.9], levels=[-30])
    assert [plt.matplotlib.colors.to_hex(bar.get_facecolor()) for bar in bars(ax)] == [VERMILLION, BLUE]


def test_the_kill_hangs_from_the_tumour_at_the_infusion() -> None:
    runs = mice(1e3, 1e5, 4e5, 2e6)
    kill = cs.readouts(runs)["log10_kill"].values
    assert np.isinf(kill[3])
    ax = waterfall(runs)
    np.testing.assert_allclose(heights(ax)[:3], -kill[:3])
    assert heights(ax)[3] == ax.get_ylim()[0]
    assert plt.matplotlib.colors.to_hex(bars(ax)[3].get_facecolor()) == GREEN
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["tumour died out: 1 of 4"]
    assert ax.get_ylabel().replace("\n", " ") == "smallest tumour (1 = at infusion)"
    labels = {
        round(place): text.get_text()
        for place, text in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)
    }
    assert labels[0] == "1"
    assert all(text == f"1/{10**-place}" for place, text in labels.items() if place in (-1, -2))


def test_a_level_of_kill_is_in_powers_of_ten() -> None:
    ax = waterfall(mice(1e3, 1e5, 4e5, 2e6), levels={1: "a tenth left"})
    (line,) = with_gid(ax.lines, "level:")
    assert line.get_ydata()[0] == -1.0
    kill = cs.readouts(mice(1e3, 1e5, 4e5, 2e6))["log10_kill"].values
    assert " ".join(labels_of(ax)[0].get_text().split()) == f"a tenth left: {(kill >= 1).sum()} of 4"


def test_the_best_change_is_the_kill_in_percent() -> None:
    runs = mice(1e3, 1e5, 4e5, 2e6)
    kill = cs.readouts(runs)["log10_kill"].values
    ax = waterfall(runs, read="best_change")
    np.testing.assert_allclose(heights(ax), 100.0 * (10.0**-kill - 1.0))
    assert heights(ax)[3] == -100.0
    assert ax.get_ylabel().replace("\n", " ") == "best change of the tumour (%)"


@pytest.mark.parametrize("n", [20, 500])
def test_few_patients_are_named_and_many_are_counted(n: int) -> None:
    values = {f"patient {i}": float(-i) for i in range(n)}
    ax = waterfall(values)
    assert len(bars(ax)) == n
    if n == 20:
        assert [tick.get_text() for tick in ax.get_xticklabels()] == [str(i) for i in range(20)]
        assert ax.get_xlabel() == "patient"
    else:
        assert ax.get_xticks().tolist() == []
        assert ax.get_xlabel() == "500 patients, a bar each"


def test_who_has_no_value_is_counted_with_the_reason() -> None:
    entry = Readouts(
        np.array([1.0, np.nan, np.nan]), "1", "kill", ("a", "b", "c"), {"b": "not defined: no tumour"}
    )
    ax = waterfall(entry)
    assert heights(ax) == [1.0]
    assert "1 of 3 not defined: no tumour" in remarks(ax)
    assert "1 of 3 without a value" in remarks(ax)
    failed = cs.Ensemble(dict(mice(1e5, 2e6)), {"x": ModelError("no")})
    assert "1 of 3 runs failed" in remarks(waterfall(failed))


def test_bars_of_no_height_are_drawn() -> None:
    ax = waterfall([0.0, 0.0])
    assert heights(ax) == [0.0, 0.0]
    assert ax.get_ylim()[1] > ax.get_ylim()[0]


def test_alt_text_tells_the_range_and_what_is_reached() -> None:
    said = cs.plots.alt_text(waterfall(CHANGES, words="change", unit="percent", levels={-30: "response"}))
    assert said == (
        "Waterfall plot of 5 patients, a bar each, the worst response first: change (%), from 25 to "
        "minus 80, median minus 10. Reached response: 2 of 5."
    )
    assert "tumour died out: 1 of 2." in cs.plots.alt_text(waterfall(mice(1e5, 2e6)))


def test_reasons_that_differ_in_numbers_alone_are_one() -> None:
    assert alike(["below 1e7 cell on day 3", "below 2.5e7 cell on day 3", "gone"], 5) == [
        "2 of 5 below … cell on day 3",
        "1 of 5 gone",
    ]


def test_a_table_of_read_outs_gives_what_the_runs_give() -> None:
    runs = mice(1e5, 2e6)
    table = read_of(cs.readouts(runs), "cmax", "waterfall")
    assert table.values.tolist() == read_of(runs, "cmax", "waterfall").values.tolist()
    assert (table.name, table.unit) == ("cmax", "cell")


@pytest.mark.parametrize(
    ("patients", "sentence"),
    [
        ([], "no patients to draw"),
        (cs.Ensemble({}), "no finished run to draw"),
        ([float("nan")], "no patient has a value: 1 of 1 without a value"),
        ("runs", "waterfall takes runs"),
        ([[1.0, 2.0]], "waterfall takes runs"),
        ({"a": "b"}, "waterfall takes runs"),
    ],
)
def test_what_has_no_bar_is_refused_in_a_sentence(patients: object, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        waterfall(patients)  # type: ignore[arg-type]


def test_a_single_run_and_an_unknown_read_out_are_refused() -> None:
    run = next(iter(mice(1e5, 2e6).values()))
    with pytest.raises(ModelError, match="'cmax' is of a single one"):
        waterfall(cs.readouts(run), read="cmax")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="did you mean 'log10_kill'"):
        waterfall(mice(1e5, 2e6), read="log10kill")
    with pytest.raises(ModelError, match="a level must be a number"):
        waterfall(CHANGES, levels=["low"])  # type: ignore[list-item]


def test_the_given_axis_comes_back() -> None:
    _, ax = plt.subplots()
    assert waterfall(CHANGES, ax=ax) is ax
