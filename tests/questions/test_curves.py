"""Curves: peaks, areas, crossings and halving times of functions that are known."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartsim.questions.curves import Curve, doubt


def curve(
    function: Callable[[np.ndarray], np.ndarray],
    slope: Callable[[np.ndarray], np.ndarray],
    *,
    stop: float = 10.0,
    n: int = 401,
) -> Curve:
    t = np.linspace(0.0, stop, n)
    return Curve(t, function(t), slope(t))


def bump() -> Curve:
    """t exp(-t): its peak, 1/e, lies at 1, which is not an output time here."""
    return curve(lambda t: t * np.exp(-t), lambda t: (1 - t) * np.exp(-t), stop=9.7)


def test_the_area_under_an_exponential_is_exact_to_1e_6() -> None:
    decay = curve(lambda t: np.exp(-t), lambda t: -np.exp(-t))
    assert decay.integral(0.0, 10.0) == pytest.approx(1 - math.exp(-10), rel=1e-6)
    assert decay.integral(0.123, 4.567) == pytest.approx(math.exp(-0.123) - math.exp(-4.567), rel=1e-6)


def test_a_peak_between_two_output_times_is_found() -> None:
    found = bump()
    assert 1.0 not in found.t
    time, value = found.maximum(0.0, 9.7)
    assert (time, value) == pytest.approx((1.0, math.exp(-1)), rel=1e-6)
    assert value > found.y.max()


def test_a_lowest_point_between_two_output_times_is_found() -> None:
    parabola = curve(lambda t: (t - math.pi) ** 2 + 1, lambda t: 2 * (t - math.pi))
    assert parabola.minimum(0.0, 10.0) == pytest.approx((math.pi, 1.0), rel=1e-12)


def test_the_highest_point_may_lie_at_either_end_of_the_range() -> None:
    assert bump().maximum(2.0, 5.0) == pytest.approx((2.0, 2 * math.exp(-2)), rel=1e-6)
    assert bump().maximum(0.0, 0.5) == pytest.approx((0.5, 0.5 * math.exp(-0.5)), rel=1e-6)


def test_crossings_are_found_to_1e_6() -> None:
    sine = curve(np.sin, np.cos)
    third = math.pi / 6
    expected = [third, math.pi - third, 2 * math.pi + third, 3 * math.pi - third]
    assert sine.crossings(0.5, 0.0, 10.0).tolist() == pytest.approx(expected, abs=1e-6)
    assert sine.crossings(0.5, 1.0, 7.0).tolist() == pytest.approx(expected[1:3], abs=1e-6)
    assert sine.crossings(1.5, 0.0, 10.0).tolist() == []


def stairs() -> Curve:
    """exp(-t), to which 2 is added at time 1, and which is nothing from time 3 on."""
    t = np.concatenate((np.linspace(0, 1, 11), np.linspace(1, 3, 21), np.linspace(3, 4, 5)))
    y = np.exp(-t) + 2.0 * (np.arange(len(t)) > 10)
    y[-5:] = 0.0
    slope = -np.exp(-t)
    slope[-5:] = 0.0
    return Curve(t, y, slope)


def test_nothing_is_interpolated_across_a_jump() -> None:
    found = stairs()
    assert found.jumps.tolist() == [1.0, 3.0]
    assert found.maximum(0.0, 4.0) == pytest.approx((1.0, 2 + math.exp(-1)), rel=1e-12)
    assert found.minimum(0.0, 2.0) == pytest.approx((1.0, math.exp(-1)), rel=1e-12)
    assert found.minimum(1.0, 2.0)[0] == 2.0, "the value before a jump at the start does not count"
    assert found.value(1.0) == pytest.approx(2 + math.exp(-1))
    assert found.crossings(1.5, 0.0, 4.0).tolist() == pytest.approx([1.0, 3.0])
    area = 1 - math.exp(-1) + math.exp(-1) - math.exp(-3) + 2 * 2
    assert found.integral(0.0, 4.0) == pytest.approx(area, rel=1e-6)


def test_the_last_time_above_a_level_may_be_a_jump_or_the_end() -> None:
    assert stairs().last_above(1.5, 0.0) == 3.0
    assert stairs().last_above(2 + math.exp(-2.2), 0.0) == pytest.approx(2.2, rel=1e-6)
    assert bump().last_above(1e-9, 0.0) == 9.7
    assert math.isnan(bump().last_above(1.0, 0.0))


@pytest.mark.parametrize("factor", [2.0, 0.5])
@given(rate=st.floats(0.05, 3.0), n=st.integers(40, 900))
def test_the_doubling_and_halving_times_of_an_exponential_are_exact(
    factor: float, rate: float, n: int
) -> None:
    sign = math.copysign(1.0, factor - 1.0)
    span = 12.0 / rate
    found = curve(
        lambda t: np.exp(sign * rate * t), lambda t: sign * rate * np.exp(sign * rate * t), stop=span, n=n
    )
    error = (12.0 / n) ** 4  # a cubic's
    assert found.quickest(factor, 0.0, span) == pytest.approx(math.log(2) / rate, rel=1e-6 + error)


def test_the_shortest_halving_is_found_in_the_middle_of_a_fall() -> None:
    # exp(-t^2) with a tail: the logarithmic slope is steepest at the end of the range that is searched.
    fall = curve(lambda t: np.exp(-(t**2)), lambda t: -2 * t * np.exp(-(t**2)), stop=3.0, n=401)
    expected = 2.0 - math.sqrt(4.0 - math.log(2))
    assert fall.quickest(0.5, 0.0, 2.0) == pytest.approx(expected, rel=1e-6)
    step = curve(lambda t: 1.1 - np.tanh(t - 5), lambda t: -1 / np.cosh(t - 5) ** 2, n=401)
    times = np.linspace(0, 9, 90_001)
    values = 1.1 - np.tanh(times - 5)
    later = 5 + np.arctanh(np.minimum(1.1 - values / 2, 1 - 1e-15))
    expected = float((later - times)[values / 2 > 0.1 + 1e-6].min())
    assert 0.1 < expected < 2
    assert step.quickest(0.5, 0.0, 10.0) == pytest.approx(expected, rel=1e-5)


def test_what_never_doubles_has_no_doubling_time() -> None:
    assert math.isnan(bump().quickest(2.0, 1.0, 9.7))
    assert math.isnan(bump().quickest(2.0, 1.0, 1.0))


def test_a_transient_between_two_times_leaves_the_data_alone() -> None:
    t = np.linspace(0.0, 5.0, 51)
    found = Curve(t, 1 - np.exp(-770 * t) + 0.1 * t, 770 * np.exp(-770 * t) + 0.1)
    fine = np.linspace(0, 5, 5001)
    assert found.slope[0] * 0.1 * 4 / 27 > 10, "an unlimited cubic would overshoot tenfold"
    values = np.array([found.value(time) for time in fine])
    assert values.max() <= found.y.max() + 1e-12
    assert (np.diff(values) >= -1e-12).all()


def test_an_interval_that_is_not_smooth_is_a_straight_line() -> None:
    t = np.array([0.0, 1.0, 2.0, 3.0])
    found = Curve(t, t**2, 2 * t, np.array([True, False, True]))
    assert found.value(1.5) == 2.5


def test_a_derivative_that_is_not_finite_does_no_harm() -> None:
    t = np.linspace(0.0, 4.0, 401)
    with np.errstate(divide="ignore"):
        root = Curve(t, np.sqrt(t), 0.5 / np.sqrt(t))
    assert not np.isfinite(root.slope[0])
    assert root.integral(0.0, 4.0) == pytest.approx(16 / 3, rel=1e-4)
    assert root.maximum(0.0, 4.0) == (4.0, 2.0)


def test_doubt_is_about_the_error_of_the_cubic() -> None:
    t = np.linspace(0.0, 4.0, 21)
    smooth = np.ones(20, dtype=bool)
    estimate = doubt(t, np.exp(t), np.exp(t), smooth)
    middle = (t[:-1] + t[1:]) / 2
    exact = curve(np.exp, np.exp, stop=4.0, n=21)
    error = np.array([abs(exact.value(time) - math.exp(time)) / math.exp(time) for time in middle])
    assert (estimate > 0.5 * error).all()
    assert (estimate < 3 * error).all()


def test_doubt_is_infinite_where_nothing_can_be_checked() -> None:
    t = np.array([0.0, 1.0, 1.0, 2.0])
    found = doubt(t, t, np.ones(4), np.array([True, False, True]))
    assert found.tolist() == [math.inf, 0.0, math.inf]


@given(scale=st.floats(1e-12, 1e12), stretch=st.floats(1e-3, 1e3))
def test_scaling_a_curve_scales_what_is_read_from_it(scale: float, stretch: float) -> None:
    one = bump()
    other = Curve(one.t * stretch, one.y * scale, one.slope * scale / stretch)
    top, peak = one.maximum(0.0, 9.7)
    assert other.maximum(0.0, 9.7 * stretch) == pytest.approx((top * stretch, peak * scale), rel=1e-9)
    area = one.integral(0.0, one.end) * scale * stretch
    assert other.integral(0.0, other.end) == pytest.approx(area, rel=1e-9)
    halving = one.quickest(0.5, 1.0, one.end) * stretch
    assert other.quickest(0.5, stretch, other.end) == pytest.approx(halving, rel=1e-6)
