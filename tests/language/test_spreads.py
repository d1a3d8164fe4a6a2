"""Spreads between patients: their quantiles, their limits, and what they refuse."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cartsim.language.errors import ModelError
from cartsim.language.spreads import SPREADS, LogNormal, Normal, Spread, Truncated, Uniform, as_spread

U = np.array([2.0**-54, 1e-9, 0.001, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999, 1 - 1e-9, 1 - 2.0**-53])


def close(values: np.ndarray, expected: np.ndarray) -> None:
    """Both sides are formulas: ten digits, to leave room for how two libraries compute a tail."""
    np.testing.assert_allclose(values, expected, rtol=1e-10, atol=1e-13)


# ------------------------------------------------------------------ the distributions


def test_a_log_normal_is_the_one_of_the_textbooks_with_the_value_as_median() -> None:
    close(LogNormal(sd=0.4).quantile(U, 3.0), stats.lognorm.ppf(U, s=0.4, scale=3.0))
    assert LogNormal(sd=0.4).quantile(np.array([0.5]), 3.0)[0] == 3.0


@pytest.mark.parametrize("cv", [0.01, 0.3, 1.0, 4.0])
def test_the_coefficient_of_variation_of_a_log_normal_is_the_one_asked_for(cv: float) -> None:
    log_sd = LogNormal(cv=cv).log_sd
    assert log_sd == math.sqrt(math.log1p(cv**2))
    mean, variance = stats.lognorm.stats(s=log_sd, scale=2.0, moments="mv")
    assert math.sqrt(variance) / mean == pytest.approx(cv, rel=1e-12)


def test_a_normal_and_a_uniform_are_those_of_the_textbooks() -> None:
    close(Normal(2.0).quantile(U, -1.0), stats.norm.ppf(U, loc=-1.0, scale=2.0))
    close(Uniform(-1.0, 3.0).quantile(U, 100.0), stats.uniform.ppf(U, loc=-1.0, scale=4.0))


LIMITS = [(None, 0.0), (0.0, None), (-1.0, 0.5), (2.5, 3.5), (3.0, None), (None, -6.0), (9.0, None)]


@pytest.mark.parametrize(("low", "high"), LIMITS)
def test_a_truncated_normal_is_the_one_of_the_textbooks(low: float | None, high: float | None) -> None:
    below, above = -math.inf if low is None else low, math.inf if high is None else high
    expected = stats.truncnorm.ppf(U, (below - 1.0) / 2.0, (above - 1.0) / 2.0, loc=1.0, scale=2.0)
    values = Truncated(Normal(2.0), low, high).quantile(U, 1.0)
    np.testing.assert_allclose(values, expected, rtol=1e-10, atol=1e-13)


def test_a_truncated_log_normal_is_a_truncated_normal_of_the_logarithm() -> None:
    values = Truncated(LogNormal(sd=0.5), low=1.0, high=4.0).quantile(U, 2.0)
    logarithms = Truncated(Normal(0.5), low=0.0, high=math.log(4.0)).quantile(U, math.log(2.0))
    close(np.log(values), logarithms)
    assert Truncated(LogNormal(sd=0.5), low=-1.0).quantile(U, 2.0).tolist() == pytest.approx(
        LogNormal(sd=0.5).quantile(U, 2.0).tolist()
    )


def test_a_truncated_uniform_is_a_narrower_uniform() -> None:
    values = Truncated(Uniform(0.0, 10.0), low=2.0, high=20.0).quantile(U, 0.0)
    close(values, Uniform(2.0, 10.0).quantile(U, 0.0))


def test_limits_far_in_the_upper_tail_keep_their_digits() -> None:
    low, high = (Truncated(Normal(1.0), low=x, high=y) for x, y in ((-12.0, -9.0), (9.0, 12.0)))
    close(high.quantile(1 - U[3:8], 0.0), -low.quantile(U[3:8], 0.0))
    assert len(set(high.quantile(U[3:8], 0.0))) == 5


def test_nothing_piles_up_at_the_limit_of_a_truncated_spread() -> None:
    u = (np.arange(1000) + 0.5) / 1000
    values = Truncated(Normal(1.0), low=0.0).quantile(u, 0.0)
    assert len(set(values)) == 1000
    assert values.min() > 0.0
    middle = Truncated(Normal(1.0), low=0.0).quantile(np.array([0.5]), 0.0)[0]
    assert middle == pytest.approx(stats.norm.ppf(0.75))  # half of the upper half lies below it


@pytest.mark.parametrize("spread", [LogNormal(cv=0), LogNormal(sd=0), Normal(0), Truncated(0, high=5.0)])
def test_a_spread_of_zero_gives_everybody_the_same(spread: Spread) -> None:
    assert set(spread.quantile(U, 2.5)) == {2.5}


def test_a_log_normal_spread_of_zero_stands_around_any_value() -> None:
    assert set(LogNormal(cv=0).quantile(U, 0.0)) == {0.0}
    assert set(LogNormal(cv=0).quantile(U, -1.0)) == {-1.0}


# ------------------------------------------------------------------ properties

POSITIVE = st.floats(1e-3, 1e3)
BASIC = st.one_of(
    st.builds(lambda cv: LogNormal(cv=cv), st.floats(0.01, 3.0)),
    st.builds(lambda sd: LogNormal(sd=sd), st.floats(0.01, 3.0)),
    st.builds(Normal, POSITIVE),
    st.builds(lambda low, width: Uniform(low, low + width), st.floats(-1e3, 1e3), POSITIVE),
)
EVEN = st.floats(2.0**-54, 1 - 2.0**-53)


@given(BASIC, POSITIVE, EVEN, EVEN)
def test_a_larger_quantile_is_a_larger_value(spread: Spread, centre: float, a: float, b: float) -> None:
    low, high = spread.quantile(np.array([min(a, b), max(a, b)]), centre)
    assert low <= high + 1e-14 * abs(high)  # the libraries' ndtri and exp are monotone but for rounding


@given(BASIC, POSITIVE, st.floats(0.01, 0.98), st.floats(0.01, 0.5), st.lists(EVEN, min_size=1), EVEN)
def test_a_truncated_value_lies_within_the_limits_and_rises_with_u(
    spread: Spread, centre: float, start: float, share: float, u: list[float], last: float
) -> None:
    limits = spread.quantile(np.array([start, start + share * (1 - start)]), centre).tolist()
    cut = Truncated(spread, *limits)
    values = cut.quantile(np.array(sorted([*u, last])), centre)
    assert (values >= limits[0]).all()
    assert (values <= limits[1]).all()
    largest = max(abs(centre), *map(abs, limits))  # a small value may be the difference of larger ones
    assert (np.diff(values) >= -1e-14 * largest).all()


@given(BASIC, POSITIVE, st.lists(EVEN, min_size=1, max_size=40))
def test_a_value_does_not_depend_on_its_company(spread: Spread, centre: float, u: list[float]) -> None:
    for one in (spread, Truncated(spread, low=-1e9, high=1e9)):
        together = one.quantile(np.array(u), centre)
        alone = np.concatenate([one.quantile(np.array([x]), centre) for x in u])
        np.testing.assert_array_equal(together, alone)


# ------------------------------------------------------------------ as data

EACH: list[Spread] = [LogNormal(cv=0.3), LogNormal(sd=0.5), Normal(2.0), Uniform(1.0, 2.0)]
EACH += [Truncated(Normal(2.0), low=0.0), Truncated(LogNormal(sd=1.0), 0.5, 8.0), Truncated(0.3, high=2.0)]


@pytest.mark.parametrize("spread", EACH, ids=repr)
def test_a_spread_prints_as_it_is_written_and_survives_pickling(spread: Spread) -> None:
    assert eval(repr(spread), dict(SPREADS)) == spread
    assert pickle.loads(pickle.dumps(spread)) == spread
    assert hash(spread) == hash(pickle.loads(pickle.dumps(spread)))


def test_the_plain_form_names_the_kind_and_the_numbers_given() -> None:
    assert LogNormal(cv=0.3).to_dict() == {"kind": "LogNormal", "cv": 0.3}
    assert Uniform(1, 2).to_dict() == {"kind": "Uniform", "low": 1.0, "high": 2.0}
    inner = {"kind": "Normal", "sd": 2.0}
    assert Truncated(Normal(2), low=0).to_dict() == {"kind": "Truncated", "spread": inner, "low": 0.0}


def test_a_spread_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Normal(1.0).sd = 2.0  # type: ignore[misc]


def test_a_bare_number_is_a_coefficient_of_variation() -> None:
    assert as_spread(0.3, "it") == LogNormal(cv=0.3)
    assert as_spread(np.float64(0.3), "it") == LogNormal(cv=0.3)
    assert Truncated(0.3, low=1.0).spread == LogNormal(cv=0.3)
    assert as_spread(Normal(1.0), "it") == Normal(1.0)


def test_importing_spreads_does_not_import_scipy() -> None:
    program = "import sys, cartsim.language.parts; print('scipy.special' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: LogNormal(), r"cv= \(0.3 is 30 %\) or sd= .*, and needs one of them"),
        (lambda: LogNormal(cv=0.3, sd=0.3), "a log-normal spread takes cv= .*, not both"),
        (lambda: LogNormal(cv=-0.3), "the cv of a log-normal spread is -0.3; it cannot be negative"),
        (lambda: LogNormal(sd=-1), "the sd of a log-normal spread is -1; it cannot be negative"),
        (lambda: LogNormal(cv=math.nan), "the cv of a log-normal spread is nan; it must be a finite number"),
        (lambda: LogNormal(cv=1e200), r"the cv of a log-normal spread is 1e\+200, too large"),
        (lambda: LogNormal(sd="1"), "the sd of a log-normal spread must be a number, not '1'"),  # type: ignore[arg-type]
        (lambda: Normal(-1.0), "the sd of a normal spread is -1; it cannot be negative"),
        (lambda: Normal(math.inf), "the sd of a normal spread is inf; it must be a finite number"),
        (lambda: Uniform(2, 1), "a uniform spread has low=2 and high=1; low must be below high"),
        (lambda: Uniform(1, 1), "low=1 and high=1; low must be below high"),
        (lambda: Uniform(0, math.inf), "high of a uniform spread is inf; it must be a finite number"),
        (lambda: Uniform(math.nan, 1), "low of a uniform spread is nan"),
        (lambda: Uniform(-1e308, 1e308), "is too wide"),
        (lambda: Truncated(Normal(1)), "a truncated spread needs low=, high= or both"),
        (lambda: Truncated(Normal(1), 3, 2), "a truncated spread has low=3 and high=2; low must be below"),
        (lambda: Truncated(Normal(1), high=math.inf), "high of a truncated spread is inf"),
        (lambda: Truncated(Truncated(Normal(1), low=0), high=1), "truncated again; give both limits at once"),
        (lambda: Truncated("wide", low=0), "what is truncated must be a number .* not 'wide'"),  # type: ignore[arg-type]
        (lambda: as_spread(True, "the spread of 'k'"), "the spread of 'k' must be a number .* not True"),
        (lambda: as_spread(None, "it"), r"or a spread such as LogNormal\(sd=0.5\), not None"),
        (lambda: as_spread(LogNormal, "it"), "it must be a number"),
        (lambda: as_spread(-0.3, "the spread of 'k'"), "the spread of 'k' is -0.3; it cannot be negative"),
        (lambda: as_spread(math.inf, "it"), "it is inf; it must be a finite number"),
    ],
)
def test_a_spread_that_makes_no_sense_is_refused_in_a_sentence(make: Any, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        make()


@pytest.mark.parametrize("centre", [0.0, -1.0])
def test_a_log_normal_around_zero_or_less_is_refused(centre: float) -> None:
    for spread in (LogNormal(cv=0.3), Truncated(LogNormal(cv=0.3), high=5.0)):
        with pytest.raises(ModelError, match=r"needs a value above zero as its median, not .*; use Normal"):
            spread.quantile(U, centre)


@pytest.mark.parametrize(
    "spread",
    [
        Truncated(Normal(1.0), low=50.0, high=60.0),
        Truncated(Normal(1.0), high=-50.0),
        Truncated(Normal(0.0), low=2.0),
        Truncated(LogNormal(sd=1.0), high=-1.0),
        Truncated(LogNormal(cv=0.0), high=0.5),
        Truncated(Uniform(0.0, 1.0), low=1.0),
    ],
    ids=repr,
)
def test_limits_that_leave_nothing_are_refused(spread: Spread) -> None:
    with pytest.raises(ModelError, match=r"Truncated\(.* around 1 leaves nothing to draw; move its limits"):
        spread.quantile(U, 1.0)


@pytest.mark.parametrize("u", [0.0, 1.0, -0.1, 1.1, math.nan])
def test_a_quantile_outside_of_zero_and_one_is_refused(u: float) -> None:
    with pytest.raises(ModelError, match="above 0 and below 1 only"):
        Normal(1.0).quantile(np.array([0.5, u]), 0.0)


def test_a_value_too_large_for_a_number_comes_out_as_infinite_without_a_warning() -> None:
    assert LogNormal(sd=1e3).quantile(np.array([0.999]), 1.0)[0] == math.inf
    assert Normal(1e308).quantile(np.array([1 - 1e-9]), 1.0)[0] == math.inf
