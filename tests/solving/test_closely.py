"""Where a species falls below its limit, between two rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from cartsim.solving.closely import GRID, TooCoarseError, falls, first_fall

RATES = np.array([1.0, 2.0, 3.0])


def decay(t: float, y: Any) -> Any:
    return -RATES * y


def rows(start: float, end: float) -> tuple[Any, Any]:
    t = np.linspace(start, end, GRID + 1)
    return t, np.exp(-np.outer(t, RATES))


def found(mortal: Any, t: Any, y: Any, function: Any = decay) -> Any:
    return first_fall(mortal, t, y, function, rtol=1e-6, atol=np.full(y.shape[1], 1e-12))


@pytest.mark.parametrize("start", [-2.0, 0.0, 5.0])
def test_the_first_fall_is_where_the_closed_form_has_it(start: float) -> None:
    t, y = rows(start, start + 0.5)
    limits = [(place, math.exp(-RATES[place] * (start + at))) for place, at in enumerate((0.4, 0.31, 0.2))]
    fall = found(limits, t, y)
    assert fall.which == 2
    assert fall.time == pytest.approx(start + 0.2, abs=1e-9)
    assert fall.y[2] < limits[2][1]
    np.testing.assert_allclose(fall.y, np.exp(-RATES * fall.time), rtol=1e-9)


def test_of_two_in_one_interval_the_earlier_counts() -> None:
    t, y = rows(0.0, 0.64)
    fall = found([(0, math.exp(-0.315)), (1, math.exp(-2 * 0.313))], t, y)
    assert fall.which == 1
    assert fall.time == pytest.approx(0.313, abs=1e-9)


def test_a_fall_in_the_very_first_interval_is_found() -> None:
    t, y = rows(0.0, 0.64)
    assert found([(0, math.exp(-0.004))], t, y).time == pytest.approx(0.004, abs=1e-9)


def test_what_has_not_been_at_its_limit_cannot_fall_below_it() -> None:
    t, y = rows(0.0, 0.5)
    assert found([(0, 2.0)], t, y) is None


def test_what_rises_and_falls_has_fallen_the_second_time() -> None:
    y = np.array([[0.0], [2.0], [3.0], [0.5], [2.0], [0.1]])
    assert falls(((0, 1.0),), y)[:, 0].tolist() == [False, False, False, True, False, True]


def test_rows_that_are_too_far_apart_are_refused() -> None:
    t = np.linspace(0.0, 30.0, GRID + 1)
    y = 2.0 + np.cos(7.0 * t)[:, np.newaxis]
    with pytest.raises(TooCoarseError):
        found([(0, 1.5)], t, y, lambda t, y: np.array([-7.0 * math.sin(7.0 * t)]))
