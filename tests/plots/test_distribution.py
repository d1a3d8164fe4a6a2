"""Distributions: bars count everyone with a value, everyone else is counted in words."""

from __future__ import annotations

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cartsim as cs
from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.plots.artists import gid, with_gid
from cartsim.plots.distribution import _counts, _edges, distribution
from cartsim.plots.patients import REMARK, words_of
from cartsim.plots.style import BLUE, VERMILLION
from cartsim.questions.readout import Readouts

HUNDRED = np.linspace(1.0, 50.0, 100)


@cache
def mice(*doses: float) -> cs.Ensemble:
    """Mice with tumours, treated on day 42."""
    mouse = cs.models.barros_2021
    each = {f"mouse {i}": mouse.with_events(cs.Dose(d, into="C_T", at=42)) for i, d in enumerate(doses)}
    return cs.simulate(each, until=142)


def remarks(ax: plt.Axes) -> str:
    return " ".join(" ".join(text.get_text() for text in ax.texts if gid(text) == REMARK).split())


def bars(ax: plt.Axes, name: str = "") -> list[plt.Rectangle]:
    return with_gid(ax.patches, f"bar:{name}")


def quantiles(ax: plt.Axes) -> list[float]:
    return [float(line.get_xdata()[0]) for line in with_gid(ax.lines, "quantile")]


def test_the_bars_count_the_patients_and_a_stroke_is_each() -> None:
    ax = distribution(HUNDRED)
    assert sum(bar.get_height() for bar in bars(ax)) == 100
    (rug,) = with_gid(ax.collections, "rug")
    assert [segment[0][0] for segment in rug.get_segments()] == HUNDRED.tolist()
    assert ax.get_ylabel() == "patients"
    assert min(ax.get_yticks()) == 0.0


def test_median_and_the_outermost_twentieths_are_marked_and_named() -> None:
    ax = distribution(HUNDRED)
    np.testing.assert_allclose(quantiles(ax), np.quantile(HUNDRED, [0.05, 0.5, 0.95]))
    said = [text.get_text() for text in ax.texts]
    assert said == ["5 %: 3.45", "median 25.5", "95 %: 47.5"]


def test_few_patients_have_a_median_alone() -> None:
    assert quantiles(distribution([1.0, 2.0, 9.0])) == [2.0]
    assert len(quantiles(distribution(range(1, 20)))) == 1
    assert len(quantiles(distribution(range(1, 21)))) == 3


def test_two_decades_make_the_axis_logarithmic_and_less_do_not() -> None:
    assert distribution([1.0, 99.0]).get_xscale() == "linear"
    assert distribution([1.0, 101.0]).get_xscale() == "log"
    assert distribution([0.0, 101.0]).get_xscale() == "linear"
    assert distribution([1.0, 101.0], log=False).get_xscale() == "linear"


def test_a_logarithmic_axis_of_few_decades_has_ticks_that_are_read() -> None:
    ax = distribution([1.0, 2.0, 8.0], log=True)
    ax.figure.draw_without_rendering()
    low, high = ax.get_xlim()
    shown = [
        text.get_text()
        for tick, text in zip(ax.get_xticks(), ax.get_xticklabels(), strict=True)
        if low <= tick <= high
    ]
    assert shown == ["1", "2", "5"]


def test_zero_has_no_place_on_a_logarithm_and_is_counted_in_words() -> None:
    ax = distribution([0.0, 1.0, 10.0], log=True)
    assert sum(bar.get_height() for bar in bars(ax)) == 2
    assert "1 of 3 zero or less" in remarks(ax)
    with pytest.raises(ModelError, match="use log=False"):
        distribution([0.0, -1.0], log=True)


def test_the_missing_are_counted_in_words_with_their_reason() -> None:
    values = np.array([1.0, 2.0, np.nan, np.nan, np.inf])
    reasons = {"c": "not reached: below 3 cell", "d": "not reached: below 4 cell", "e": "infinite: died out"}
    ax = distribution(Readouts(values, "day", "days to relapse", tuple("abcde"), reasons))
    assert sum(bar.get_height() for bar in bars(ax)) == 2
    assert "2 of 5 not reached: below … cell" in remarks(ax)
    assert "1 of 5 infinite: died out" in remarks(ax)
    assert ax.get_xlabel() == "days to relapse (day)"


def test_runs_are_asked_for_the_read_out_and_failed_ones_are_mentioned() -> None:
    runs = mice(1e5, 2e5, 4e5)
    ax = distribution(runs, "cmax")
    assert quantiles(ax) == [np.median(cs.readouts(runs)["cmax"].values)]
    assert ax.get_xlabel() == "peak of the CAR-T cells"
    failed = cs.Ensemble(dict(runs), {"x": ModelError("no")})
    assert "1 of 4 runs failed" in remarks(distribution(failed))


def test_each_group_has_a_row_a_colour_and_its_number() -> None:
    values = [*HUNDRED, *(HUNDRED[:30] + 20)]
    ax = distribution(values, groups=["low"] * 100 + ["high dose"] * 30, bins=7)
    assert [text.get_text() for text in ax.get_yticklabels()] == ["low\n(n = 100)", "high dose\n(n = 30)"]
    colours = [
        plt.matplotlib.colors.to_hex(bars(ax, name)[0].get_facecolor()) for name in ("low", "high-dose")
    ]
    assert colours == [BLUE, VERMILLION]
    for name, group in (("low", HUNDRED), ("high-dose", HUNDRED[:30] + 20)):
        counted = np.array([bar.get_height() for bar in bars(ax, name)])
        expected = np.histogram(group, np.linspace(1.0, 50.0, 8))[0] / len(group)
        np.testing.assert_allclose(counted / counted.sum(), expected)
    assert {bar.get_y() for bar in bars(ax, "low")} == {1.0}
    medians = [text.get_text() for text in ax.texts if gid(text).startswith("median:")]
    assert medians == ["median 25.5", f"median {np.median(HUNDRED[:30] + 20):.3g}"]


def test_groups_by_label_follow_the_labels() -> None:
    ax = distribution({"Ann": 1.0, "Bob": 2.0, "Cem": 3.0}, groups={"Cem": "b", "Ann": "a", "Bob": "b"})
    assert [text.get_text() for text in ax.get_yticklabels()] == ["a\n(n = 1)", "b\n(n = 2)"]


def test_a_group_without_a_value_keeps_its_row() -> None:
    ax = distribution([1.0, 2.0, float("nan")], groups=["a", "a", "b"])
    assert [text.get_text() for text in ax.get_yticklabels()] == ["a\n(n = 2)", "b\n(0 of 1)"]
    assert "no value" in [text.get_text() for text in ax.texts]


@settings(deadline=None)
@given(st.lists(st.floats(1e-300, 1e300), min_size=1, max_size=30), st.booleans())
def test_every_value_is_in_a_bar(values: list[float], log: bool) -> None:
    found = np.array(values)
    edges = _edges(found, log, None)
    assert (np.diff(edges) > 0.0).all()
    assert _counts(found, edges).sum() == len(values)


def test_a_single_value_has_one_bar_around_it() -> None:
    ax = distribution([5.0, 5.0, 5.0])
    (bar,) = bars(ax)
    assert bar.get_height() == 3.0
    assert bar.get_x() < 5.0 < bar.get_x() + bar.get_width()
    assert len(bars(distribution([0.0, 0.0]))) == 1


def test_read_outs_are_said_in_words() -> None:
    assert words_of("relapse_day", "") == "time to relapse"
    assert words_of("il6_peak_day", "") == "interleukin 6, time to the peak"
    assert words_of("auc_0_90", "") == "CAR-T cells, area from day 0 to day 90"
    assert words_of("mine", "what I mean") == "what I mean"


def test_alt_text_tells_range_quantiles_groups_and_the_missing() -> None:
    said = cs.plots.alt_text(distribution(HUNDRED, words="time to relapse", unit="day", title="Relapses"))
    assert said == (
        "Relapses. Distribution of time to relapse (day). 100 patients, from 1 to 50, 5 %: 3.45, "
        "median 25.5, 95 %: 47.5."
    )
    said = cs.plots.alt_text(distribution([1.0, 2.0, float("nan")], groups=["a", "b", "b"], words="peak"))
    assert said == (
        "Distribution of peak in 2 groups. a: 1 patients, from 1 to 1, median 1. b: 2 patients, 1 of them "
        "with a value, from 2 to 2, median 2. solid line: median. 1 of 3 without a value."
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"groups": ["a"]}, "one for each of 100 patients"),
        ({"groups": "ab"}, "must be a mapping"),
        ({"groups": [str(i % 9) for i in range(100)]}, "9 groups, and more than 7"),
        ({"bins": 0}, "whole number"),
        ({"bins": 2.5}, "whole number"),
    ],
)
def test_options_that_make_no_picture_are_refused(options: dict[str, object], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        distribution(HUNDRED, **options)  # type: ignore[arg-type]


def test_a_patient_without_a_group_and_an_unknown_read_out_name_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="none for 'Bob'; did you mean 'bob'"):
        distribution({"Ann": 1.0, "Bob": 2.0}, groups={"Ann": "a", "bob": "b"})
    with pytest.raises(UnknownNameError, match="did you mean 'cmax'"):
        distribution(mice(1e5, 2e5), "cmx")


@pytest.mark.parametrize("patients", [[], [float("nan")], "runs", cs.Ensemble({})])
def test_nobody_to_draw_is_said_in_a_sentence(patients: object) -> None:
    with pytest.raises(ModelError, match=r"no patients|no patient has a value|takes runs|no finished run"):
        distribution(patients)  # type: ignore[arg-type]


def test_the_given_axis_comes_back_with_its_heading() -> None:
    _, ax = plt.subplots()
    ax.set_title("mine", loc="left")
    assert distribution(HUNDRED, ax=ax) is ax
    assert ax.get_title(loc="left") == "mine"
