"""Curves of many runs: peaks, areas, crossings and halving times of functions that are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartsim.questions.many_curves import Curves, doubts
from cartsim.questions.quickest import quickest

RATES = np.array([0.3, 0.7, 1.1])


def several(*rows: tuple[np.ndarray, np.ndarray], t: np.ndarray) -> Curves:
    """Curves of functions with their slopes, at shared times."""
    y, slope = (np.array(part) for part in zip(*rows, strict=True))
    return Curves(t[np.newaxis], y, slope, np.ones((1, len(t) - 1), dtype=bool))


def decays(t: np.ndarray | None = None) -> Curves:
    t = np.linspace(0.0, 10.0, 401) if t is None else t
    return several(*((np.exp(-r * t), -r * np.exp(-r * t)) for r in RATES), t=t)


def same(*values: float) -> np.ndarray:
    return np.array(values)


def test_areas_are_exact_to_1e_6_wherever_they_begin_and_end() -> None:
    start, stop = same(0.0, 0.123, 9.99), same(10.0, 4.567, 9.995)
    expected = (np.exp(-RATES * start) - np.exp(-RATES * stop)) / RATES
    np.testing.assert_allclose(decays().integral(start, stop), expected, rtol=1e-6)


def test_peaks_and_lowest_points_between_two_times_are_found() -> None:
    t = np.linspace(0.0, 9.7, 401)
    curves = several((t * np.exp(-t), (1 - t) * np.exp(-t)), (-((t - math.pi) ** 2), -2 * (t - math.pi)), t=t)
    time, value = curves.maximum(same(0.0, 0.0), same(9.7, 9.7))
    np.testing.assert_allclose(time, [1.0, math.pi], rtol=1e-6)
    np.testing.assert_allclose(value, [math.exp(-1), 0.0], rtol=1e-6, atol=1e-12)
    time, value = curves.minimum(same(0.3, 0.3), same(0.8, 9.7))
    np.testing.assert_allclose(time, [0.3, 9.7])
    np.testing.assert_allclose(value, [0.3 * math.exp(-0.3), -((9.7 - math.pi) ** 2)], rtol=1e-6)


def test_first_crossings_and_last_times_above_a_level_are_those_of_the_function() -> None:
    t = np.linspace(0.0, 10.0, 401)
    curves = several((np.sin(t), np.cos(t)), (np.sin(t), np.cos(t)), (np.sin(t), np.cos(t)), t=t)
    third = math.pi / 6
    found = curves.first_crossing(same(0.5, 0.5, 2.0), same(0.0, 3.0, 0.0))
    np.testing.assert_allclose(found, [third, 2 * math.pi + third, math.nan], atol=1e-6)
    found = curves.last_above(same(0.5, 2.0, -0.9), same(0.0, 0.0, 0.0))
    np.testing.assert_allclose(found, [3 * math.pi - third, math.nan, 10.0], atol=1e-6)


def test_two_crossings_within_one_interval_are_seen() -> None:
    t = np.array([0.0, 1.0, 2.0])
    curves = several(((t - 0.5) ** 2, 2 * (t - 0.5)), t=t)
    assert curves.first_crossing(same(0.01), same(0.0))[0] == pytest.approx(0.4)


def test_a_jump_is_crossed_at_its_time_and_nothing_is_interpolated_across() -> None:
    t = np.array([[0.0, 1.0, 1.0, 2.0]])
    curves = Curves(t, np.array([[1.0, 1.0, 5.0, 5.0]]), np.zeros((1, 4)), np.diff(t) > 0.0)
    assert curves.jumps == [[1.0]]
    assert curves.first_crossing(same(3.0), same(0.0))[0] == 1.0
    assert curves.value(same(1.0))[0] == 5.0
    assert curves.value(same(0.999))[0] == 1.0
    assert curves.integral(same(0.0), same(2.0))[0] == pytest.approx(6.0)


def test_a_short_curve_that_repeats_its_last_row_is_the_same_curve() -> None:
    t = np.linspace(0.0, 10.0, 41)
    plain = decays(t)
    longer = np.concatenate([np.tile(t, (3, 1)), np.full((3, 5), 10.0)], axis=1)
    y, slope = (
        np.concatenate([part, part[:, -1:].repeat(5, axis=1)], axis=1) for part in (plain.y, plain.slope)
    )
    padded = Curves(longer, y, slope, np.diff(longer) > 0.0)
    start, stop, level = np.zeros(3), np.full(3, 10.0), np.full(3, 0.1)
    np.testing.assert_allclose(padded.integral(start, stop), plain.integral(start, stop), rtol=1e-14)
    np.testing.assert_allclose(padded.first_crossing(level, start), plain.first_crossing(level, start))
    np.testing.assert_array_equal(padded.minimum(start, stop), plain.minimum(start, stop))
    assert padded.jumps == [[], [], []]


def test_exponentials_halve_in_their_half_lives_and_never_double() -> None:
    spans = [[(0.0, 10.0)], [(1.3, 2.9), (3.0, 9.0)], []]
    found = quickest(decays(), 0.5, spans)
    np.testing.assert_allclose(found, [*(math.log(2) / RATES[:2]), math.nan], rtol=1e-6)
    assert np.isnan(quickest(decays(), 2.0, spans)).all()


def test_the_quickest_doubling_may_end_with_its_span_or_lie_between_two_times() -> None:
    t = np.linspace(0.0, 4.0, 101)
    bent = np.exp(0.5 * t**2)  # from s it doubles within sqrt(s^2 + 2 log 2) - s: quickest at the end
    wave = np.exp(np.sin(t - 1.123))
    curves = several((bent, t * bent), (wave, np.cos(t - 1.123) * wave), t=t)
    ends, across = quickest(curves, 2.0, [[(0.0, 4.0)], [(0.0, 4.0)]])
    assert ends == pytest.approx(4.0 - math.sqrt(16.0 - 2 * math.log(2)), rel=1e-5)
    # The sine rises by log(2) in the shortest time around its zero.
    assert across == pytest.approx(2 * math.asin(math.log(2) / 2), rel=1e-4)


@given(st.lists(st.floats(-5.0, 5.0), min_size=4, max_size=4))
def test_a_cubic_is_never_in_doubt(coefficients: list[float]) -> None:
    t = np.array([[0.0, 0.4, 1.0, 1.1, 2.0]])
    cubic = np.polynomial.Polynomial(coefficients)
    found = doubts(t, cubic(t), cubic.deriv()(t), np.ones((1, 4), dtype=bool))
    assert (found < 1e-8).all()


def test_the_doubt_of_an_exponential_is_the_error_of_its_cubics() -> None:
    t = np.linspace(0.0, 4.0, 9)[np.newaxis]
    y = np.exp(-t)
    found = doubts(t, y, -y, np.ones((1, 8), dtype=bool))
    curves = Curves(t, y, -y, np.ones((1, 8), dtype=bool))
    middle = 0.5 * (t[0, :-1] + t[0, 1:])
    wrong = [abs(curves.value(same(time))[0] / math.exp(-time) - 1) for time in middle]
    assert (found[0] > 0.3 * np.array(wrong)).all()
    assert (found[0] < 10.0 * np.array(wrong)).all()
