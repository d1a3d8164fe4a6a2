"""Kaplan-Meier curves: what is drawn, and that the numbers at risk stand under their ticks."""

from __future__ import annotations

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Text

import cartsim as cs
from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.plots.artists import course, gid, renderer_of, with_gid
from cartsim.plots.labels import labels_of
from cartsim.plots.patients import REMARK
from cartsim.plots.style import SIZES
from cartsim.plots.survival import AT_RISK, survival
from cartsim.questions.survival import survival as estimate

LOW = ([5, 8, 12, 12, 20], [True, False, True, False, True])
"""Worked out by hand in the tests of the estimate: 80 % on day 5, 53.3 % on day 12, 0 on day 20."""
HIGH = ([15, 30, 30], [True, False, False])


@cache
def mice(*doses: float) -> cs.Ensemble:
    """Mice with tumours, treated on day 42: 1e3 cells never shrink one, 2e5 do for 27 days, 2e6 cure."""
    mouse = cs.models.barros_2021
    each = {f"{dose:g} cells": mouse.with_events(cs.Dose(dose, into="C_T", at=42)) for dose in doses}
    return cs.simulate(each, until=142)


def counts(ax: plt.Axes, label: str) -> list[Text]:
    return [text for text in ax.texts if gid(text) == f"{AT_RISK}:{label}"]


def test_the_curve_is_a_staircase_in_percent_that_begins_at_100() -> None:
    ax = survival(LOW)
    (line,) = with_gid(ax.lines, "curve:survival")
    t, share = course(line)
    assert (t[0], share[0]) == (0.0, 100.0)
    corners = list(zip(t.tolist(), np.round(share, 6).tolist(), strict=True))
    for corner in (
        (5.0, 100.0),
        (5.0, 80.0),
        (12.0, 80.0),
        (12.0, 53.333333),
        (20.0, 53.333333),
        (20.0, 0.0),
    ):
        assert corner in corners
    assert ax.get_ylabel().replace("\n", " ") == "patients without relapse (%)"
    assert ax.get_xlabel() == "time (day)"
    assert ax.get_xlim() == (0.0, 20.0)


def test_the_band_is_the_confidence_interval() -> None:
    found = estimate(*LOW)
    (area,) = with_gid(survival(LOW).collections, "range:survival")
    heights = np.concatenate([path.vertices[:, 1] for path in area.get_paths()])
    for edge in (found.low[1], found.high[1], found.low[2], found.high[2]):
        assert np.isclose(heights, 100.0 * edge).any()
    assert with_gid(survival(LOW, band=False).collections, "range:") == []


def test_who_is_censored_has_a_stroke_on_the_curve() -> None:
    (strokes,) = with_gid(survival(LOW).lines, "censored:")
    t, share = course(strokes)
    assert t.tolist() == [8.0, 12.0]
    np.testing.assert_allclose(share, [80.0, 53.3333333])


def test_each_arm_has_its_colour_its_stroke_its_name_and_its_row() -> None:
    ax = survival({"low": LOW, "high": HIGH})
    lines = with_gid(ax.lines, "curve:")
    assert [line.get_label() for line in lines] == ["low", "high"]
    assert len({line.get_color() for line in lines}) == 2
    assert lines[0]._unscaled_dash_pattern != lines[1]._unscaled_dash_pattern
    assert [note.get_text() for note in labels_of(ax)] == ["low", "high"]
    assert [text.get_text() for text in ax.texts if gid(text) == f"{AT_RISK}:name"] == ["low", "high"]
    assert labels_of(survival({"low": LOW, "high": HIGH}, label=False)) == []


def test_the_numbers_at_risk_are_those_of_the_ticks() -> None:
    ax = survival({"low": LOW, "high": HIGH})
    ticks = ax.get_xticks()
    assert len(ticks) >= 3
    assert ticks[0] == 0.0
    for label, arm in (("low", LOW), ("high", HIGH)):
        said = [int(text.get_text()) for text in counts(ax, label)]
        assert said == [sum(day >= tick for day in arm[0]) for tick in ticks]
    assert [text for text in survival(LOW, at_risk=False).texts if gid(text).startswith(AT_RISK)] == []


@pytest.mark.parametrize("size", SIZES)
def test_the_numbers_at_risk_stand_under_their_ticks_in_rows_that_do_not_overlap(size: str) -> None:
    ax = survival({"low": LOW, "high": HIGH}, for_=size)
    renderer = renderer_of(ax)
    below = ax.xaxis.label.get_window_extent(renderer).y0
    rows = []
    for label in ("low", "high"):
        boxes = [Text.get_window_extent(text, renderer) for text in counts(ax, label)]
        places = ax.transData.transform([(tick, 0.0) for tick in ax.get_xticks()])[:, 0]
        np.testing.assert_allclose([(box.x0 + box.x1) / 2 for box in boxes], places, atol=1.0)
        rows.append((min(box.y0 for box in boxes), max(box.y1 for box in boxes)))
    assert below + 1.0 >= rows[0][1]
    assert rows[0][0] + 1.0 >= rows[1][1]
    assert rows[1][0] >= 0.0


def test_nothing_written_lies_outside_the_figure_even_where_no_layout_makes_room() -> None:
    figure, ax = plt.subplots()
    assert figure.get_layout_engine() is None
    survival({"a rather low dose": LOW, "high": HIGH}, ax=ax)
    renderer = renderer_of(ax)
    boxes = [Text.get_window_extent(text, renderer) for text in ax.texts if gid(text).startswith(AT_RISK)]
    assert len(boxes) > 8
    assert min(box.y0 for box in boxes) >= -1.0
    assert min(box.x0 for box in boxes) >= -1.0


def test_until_ends_the_follow_up_of_everybody() -> None:
    ax = survival(LOW, until=10)
    t, share = course(with_gid(ax.lines, "curve:")[0])
    assert (t[-1], share[-1]) == (10.0, 80.0)
    assert course(with_gid(ax.lines, "censored:")[0])[0].tolist() == [8.0, 10.0]
    assert ax.get_xlim() == (0.0, 10.0)


# ------------------------------------------------------------------ runs


def test_runs_are_asked_for_their_relapse_and_who_never_responded_is_left_out_and_said() -> None:
    runs = mice(1e3, 1e5, 2e5, 2e6)
    ax = survival(runs)
    relapse = cs.readouts(runs)["relapse_day"].values
    t, share = course(with_gid(ax.lines, "curve:")[0])
    assert t[-1] == pytest.approx(100.0)
    np.testing.assert_allclose(np.unique(t)[1:3], relapse[1:3])
    assert share[-1] == pytest.approx(100.0 / 3.0)
    assert ax.get_xlabel() == "time after CAR-T infusion (day)"
    (note,) = [text.get_text() for text in ax.texts if gid(text) == REMARK]
    assert "1 of 4 not defined: the tumour is never below" in note
    assert "(left out)" in note.replace("\n", " ")


def test_who_never_responded_can_be_counted_at_once() -> None:
    ax = survival(mice(1e3, 1e5, 2e5, 2e6), undefined=0)
    t, share = course(with_gid(ax.lines, "curve:")[0])
    assert share[t == 0.0].tolist() == [100.0, 75.0]
    assert "counted on day 0" in str(ax.get_label())


def test_failed_runs_are_mentioned() -> None:
    runs = mice(1e5, 2e6)
    with_one = cs.Ensemble(dict(runs), {"another": cs.ModelError("no")})
    (note,) = [text.get_text() for text in survival({"arm": with_one}).texts if gid(text) == REMARK]
    assert "arm: 1 of 3 runs failed" in note


def test_alt_text_tells_events_median_and_numbers_at_risk() -> None:
    said = cs.plots.alt_text(survival({"low": LOW, "high": HIGH}, title="Two arms"))
    assert said.startswith(
        "Two arms. 2 Kaplan-Meier curves of patients without relapse (%) against time (day)"
    )
    assert "low: 5 patients, 3 with relapse, median at day 20; without relapse at the end: 0 %." in said
    assert "high: 3 patients, 1 with relapse, median not reached; without relapse at the end: 66.7 %." in said
    assert "At risk at day 0, 5, 10, 15, 20, 25, 30: 5, 5, 3, 1, 1, 0, 0." in said


# ------------------------------------------------------------------ errors


def test_a_misspelt_read_out_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'relapse_day'"):
        survival(mice(1e5, 2e6), read="relaps_day")


def test_a_read_out_that_is_no_event_is_refused() -> None:
    with pytest.raises(ModelError, match="an event has a day, and this read-out is in cell"):
        survival(mice(1e5, 2e6), read="cmax")


@pytest.mark.parametrize(
    ("arms", "sentence"),
    [
        ({}, "no arm to draw: the mapping is empty"),
        ({"a": cs.Ensemble({})}, "no finished run to draw in the arm 'a'"),
        ({"a": 3}, "the arm 'a' must be an Ensemble, a Survival, or a pair"),
        ([1, 2, 3], "what survival draws must be"),
        ("runs", "survival draws an Ensemble"),
        ({str(i): LOW for i in range(6)}, "6 arms, and more than 5"),
        ({"a": ([1, -1], [1, 1])}, "must be zero or more"),
        ({"a": ([1, 2], [1])}, "two lists of one length"),
    ],
)
def test_what_is_no_arm_is_refused_in_a_sentence(arms: object, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        survival(arms)  # type: ignore[arg-type]


@pytest.mark.parametrize("until", [0, -5, float("nan"), "soon"])
def test_an_until_that_ends_no_follow_up_is_refused(until: object) -> None:
    with pytest.raises(ModelError, match="until"):
        survival(LOW, until=until)  # type: ignore[arg-type]


def test_the_given_axis_comes_back_and_global_settings_stay() -> None:
    before = dict(plt.rcParams)
    _, ax = plt.subplots()
    assert survival(estimate(*LOW), ax=ax) is ax
    assert dict(plt.rcParams) == before
