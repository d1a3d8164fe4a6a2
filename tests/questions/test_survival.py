"""Kaplan-Meier: against a table worked out by hand, against SciPy, and the events of runs."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import cartsim as cs
from cartsim.language.errors import ModelError
from cartsim.questions.readout import Readout, Readouts
from cartsim.questions.survival import event_times, follow_up, responses, survival, undefined_in

DAYS = [5, 8, 12, 12, 20]
HAPPENED = [True, False, True, False, True]
"""Five patients: events on days 5, 12 and 20, censored on days 8 and 12."""

NORMAL_975 = 1.959963984540054  # the quantile 0.975 of the standard normal distribution
SCIPY = tuple(int(part) for part in scipy.__version__.split(".")[:2])
READOUT = dict(unit="day", meaning="days to relapse")


# ------------------------------------------------------------------ the estimate


def test_the_share_is_the_product_worked_out_by_hand() -> None:
    found = survival(DAYS, HAPPENED)
    # At risk just before the events: 5, then 3 (who is censored on day 12 counts), then 1.
    assert found.t.tolist() == [0.0, 5.0, 12.0, 20.0]
    np.testing.assert_allclose(found.share, [1.0, 4 / 5, 4 / 5 * 2 / 3, 0.0], rtol=1e-14)
    assert len(found) == 5


def test_the_interval_is_greenwoods_on_the_scale_of_log_minus_log() -> None:
    found = survival(DAYS, HAPPENED)
    # Greenwood's sum of d/(n (n - d)): 1/(5*4), then 1/(3*2) more.
    for step, variance in ((1, 1 / 20), (2, 1 / 20 + 1 / 6)):
        middle = math.log(-math.log(found.share[step]))
        reach = NORMAL_975 * math.sqrt(variance) / abs(math.log(found.share[step]))
        assert found.low[step] == pytest.approx(math.exp(-math.exp(middle + reach)), rel=1e-12)
        assert found.high[step] == pytest.approx(math.exp(-math.exp(middle - reach)), rel=1e-12)
    assert (found.low[0], found.high[0]) == (1.0, 1.0)
    assert np.isnan(found.low[-1])
    assert np.isnan(found.high[-1])


def test_at_risk_are_those_still_followed_up_just_before() -> None:
    assert survival(DAYS, HAPPENED).at_risk([0, 5, 6, 8, 9, 12, 13, 20, 21]).tolist() == [
        *(5, 5, 4, 4, 3, 3, 1, 1, 0)
    ]


def test_the_share_at_a_time_is_that_after_what_happens_then() -> None:
    found = survival(DAYS, HAPPENED)
    np.testing.assert_allclose(found.at([0, 4.9, 5, 11, 12, 100]), [1, 1, 0.8, 0.8, 1.6 / 3, 0])


def test_the_median_is_the_first_day_with_half_or_less() -> None:
    assert survival(DAYS, HAPPENED).median == 20.0  # 0.533 on day 12
    assert survival([1, 2, 3, 4], [1, 1, 0, 0]).median == 2.0  # exactly a half
    # Thirty of sixty: the product of thirty factors need not be a half to the last bit.
    assert survival(range(60), [1] * 30 + [0] * 30).median == 29.0
    assert math.isnan(survival([1, 2, 3], [1, 0, 0]).median)


def test_an_event_on_day_0_lowers_the_share_at_once() -> None:
    found = survival([0, 10], [True, False])
    assert found.t.tolist() == [0.0]
    assert found.share.tolist() == [0.5]


def test_nobody_censored_gives_the_share_still_without_event() -> None:
    days = np.array([3.0, 1.0, 4.0, 1.0, 5.0])
    found = survival(days, np.ones(5, bool))
    np.testing.assert_allclose(found.share, [(days > time).mean() for time in found.t], rtol=1e-14)


PATIENTS = st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=2, max_size=40)
"""Whole days, so that events and the end of follow-up often fall on the same one."""


@given(PATIENTS)
def test_the_order_of_the_patients_is_irrelevant(patients: list[tuple[int, bool]]) -> None:
    one, other = (survival(*zip(*order, strict=True)) for order in (patients, patients[::-1]))
    assert one.share.tolist() == other.share.tolist()
    assert one.days.tolist() == other.days.tolist()
    assert one.happened.tolist() == other.happened.tolist()


@given(PATIENTS)
def test_the_share_falls_and_lies_inside_its_interval(patients: list[tuple[int, bool]]) -> None:
    found = survival(*zip(*patients, strict=True))
    assert (np.diff(found.share) < 0.0).all()
    known = found.share > 0.0
    assert (found.low[known] <= found.share[known] + 1e-12).all()
    assert (found.high[known] >= found.share[known] - 1e-12).all()


@pytest.mark.skipif(SCIPY < (1, 11), reason="scipy.stats.ecdf is there from SciPy 1.11 on")
@settings(deadline=None)
@given(PATIENTS)
def test_scipy_finds_the_same_curve_and_the_same_interval(patients: list[tuple[int, bool]]) -> None:
    found = survival(*zip(*patients, strict=True))
    days, happened = (np.array(column) for column in zip(*patients, strict=True))
    theirs = stats.ecdf(stats.CensoredData(uncensored=days[happened], right=days[~happened])).sf
    np.testing.assert_allclose(found.at(theirs.quantiles), theirs.probabilities, rtol=1e-12, atol=1e-14)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # theirs divides by zero where the share is 0 or 1
        interval = theirs.confidence_interval(method="log-log")
    inside = (theirs.probabilities > 1e-12) & (theirs.probabilities < 1.0 - 1e-12)
    steps = np.searchsorted(found.t, theirs.quantiles[inside], side="right") - 1
    np.testing.assert_allclose(found.low[steps], interval.low.probabilities[inside], rtol=1e-9)
    np.testing.assert_allclose(found.high[steps], interval.high.probabilities[inside], rtol=1e-9)


@pytest.mark.parametrize(
    ("days", "happened", "sentence"),
    [
        ([], [], "there are no patients"),
        ([1, 2], [True], r"two lists of one length; they have the shapes \(2,\) and \(1,\)"),
        ([1, -2], [True, True], r"days\[1\] is -2; it must be zero or more"),
        ([1, math.nan], [True, True], r"days\[1\] is nan"),
        ([1, math.inf], [True, True], r"days\[1\] is inf"),
        ([1, 2], [0, 2], "True or False of each patient"),
        ([1, 2], ["yes", "no"], "True or False of each patient"),
        (["a"], [1], "survival takes the days"),
        (3.0, True, "two lists of one length"),
    ],
)
def test_what_is_no_follow_up_is_refused_in_a_sentence(days: object, happened: object, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        survival(days, happened)  # type: ignore[arg-type]


# ------------------------------------------------------------------ from runs


def entry(**patients: tuple[float, str]) -> Readouts:
    """A read-out by hand: a value and a reason for each patient."""
    values = np.array([value for value, _ in patients.values()])
    reasons = {label: reason for label, (_, reason) in patients.items() if reason}
    return Readouts(values, labels=tuple(patients), reasons=reasons, **READOUT)


def test_without_an_event_a_run_is_censored_at_the_end_of_the_follow_up() -> None:
    found = entry(a=(12.0, ""), b=(math.nan, "not reached: the tumour died out"), c=(math.nan, ""))
    days, happened = event_times(found, 60)
    assert days.tolist() == [12.0, 60.0, 60.0]
    assert happened.tolist() == [True, False, False]


def test_an_event_after_the_end_of_the_follow_up_has_not_happened_yet() -> None:
    days, happened = event_times(entry(a=(12.0, ""), b=(80.0, ""), c=(60.0, "")), [10, 60, 60])
    assert days.tolist() == [10.0, 60.0, 60.0]
    assert happened.tolist() == [False, False, True]


def test_who_never_responded_is_left_out_or_counted_on_a_day_and_never_censored() -> None:
    found = entry(
        a=(12.0, ""),
        b=(math.nan, "not defined: the tumour is never below 1e7 cell"),
        c=(math.nan, "not reached: never above 1 cell"),
    )
    assert undefined_in(found).tolist() == [False, True, True]
    days, happened = event_times(found, 60)
    assert days.tolist() == [12.0]
    days, happened = event_times(found, 60, undefined=0)
    assert days.tolist() == [12.0, 0.0, 0.0]
    assert happened.all()


def test_no_run_left_is_said_with_the_reason() -> None:
    with pytest.raises(ModelError, match=r"no run is left.*never below.*undefined=0"):
        event_times(entry(a=(math.nan, "not defined: the tumour is never below 7 cell")), 60)


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ([1.0, 2.0, 3.0], "end has 3 days for 2 runs"),
        (-1.0, "zero or later"),
        (math.nan, "zero or later"),
        ("soon", "end must be a day"),
    ],
)
def test_an_end_that_is_none_is_refused(end: object, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        event_times(entry(a=(1.0, ""), b=(2.0, "")), end)  # type: ignore[arg-type]


def test_a_read_out_that_is_no_day_of_an_event_is_refused() -> None:
    with pytest.raises(ModelError, match="in cell: peak"):
        event_times(Readouts(np.array([1.0]), "cell", "peak", ("a",)), 60)
    with pytest.raises(ModelError, match="one of a single run"):
        event_times(Readout(1.0, "day"), 60)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=r"readouts\(runs\)\['relapse_day'\], not 'relapse_day'"):
        event_times("relapse_day", 60)  # type: ignore[arg-type]


def mice(*doses: float) -> cs.Ensemble:
    """Mice with tumours, treated on day 42."""
    mouse = cs.models.barros_2021
    each = {f"{dose:g} cells": mouse.with_events(cs.Dose(dose, into="C_T", at=42)) for dose in doses}
    return cs.simulate(each, until=142)


def test_the_follow_up_counts_from_the_infusion_as_the_read_outs_do() -> None:
    runs = mice(1e3, 1e5, 2e6)
    np.testing.assert_allclose(follow_up(runs), 100.0)
    relapse = cs.readouts(runs)["relapse_day"]
    # 1e3 cells never shrink this tumour, 1e5 do for some days, 2e6 make it die out.
    assert undefined_in(relapse).tolist() == [True, False, False]
    days, happened = event_times(relapse, follow_up(runs))
    assert happened.tolist() == [True, False]
    assert days[0] == relapse.values[1]
    assert days[1] == pytest.approx(100.0)


def test_without_an_infusion_the_follow_up_counts_from_the_start() -> None:
    assert follow_up(cs.simulate({"untreated": cs.models.barros_2021}, until=50)).tolist() == [50.0]


# ------------------------------------------------------------------ responses


def test_a_response_ends_where_the_straight_line_of_logarithms_crosses_the_limit() -> None:
    t, tumour = np.array([0.0, 1.0, 2.0, 3.0]), np.array([100.0, 1.0, 1.0, 1e4])
    # From 1 to 1e4 in a day: 10 after a quarter; down to 10 after half a day.
    assert responses(t, tumour, 10.0) == [(0.5, 2.25)]


def test_responses_may_come_again_and_last_to_the_end() -> None:
    t, tumour = np.arange(5.0), np.array([10.0, 0.1, 10.0, 1000.0, 0.0])
    spans = responses(t, tumour)
    assert spans[0] == (0.0, 2.0)
    assert spans[1][1] == 4.0
    assert 3.0 < spans[1][0] < 4.0


def test_days_before_the_infusion_are_no_response() -> None:
    assert responses(np.array([-10.0, 0.0, 5.0]), np.array([1.0, 10.0, 20.0])) == []
    assert responses(np.array([0.0, 5.0]), np.array([0.0, 0.0])) == []
