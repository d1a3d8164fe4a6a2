"""Quantiles from counts: right to half a percent, in any order, for any sign."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartsim.questions.sketch import ACCURACY, Sketch, counted

WANTED = (0.0, 0.05, 0.5, 0.95, 1.0)


def sketched(*parts: np.ndarray) -> Sketch:
    sketch = Sketch(parts[0].shape[1])
    for part in parts:
        sketch.add(counted(part))
    return sketch


def exact(values: np.ndarray) -> np.ndarray:
    """The order statistic at or below each quantile, which is what a sketch counts to."""
    return np.quantile(values, WANTED, axis=0, method="lower")


@pytest.mark.parametrize("n", [1, 2, 7, 5000])
def test_quantiles_are_right_to_half_a_percent(n: int) -> None:
    values = np.exp(np.random.default_rng(1).normal(0.0, [[0.1, 3.0, 10.0]], (n, 3)))
    found = sketched(values).quantiles(WANTED)
    assert found.shape == (5, 3)
    np.testing.assert_allclose(found, exact(values), rtol=ACCURACY * (1 + 1e-9))


def test_zeros_negative_and_huge_values_have_their_place() -> None:
    values = np.array([[-1e40], [-3.0], [0.0], [0.0], [1e-35], [2.0], [1e29]])
    found = sketched(values).quantiles([0.0, 1 / 6, 2 / 6, 4 / 6, 5 / 6, 1.0])[:, 0]
    assert found[0] == pytest.approx(-1e30, rel=0.02)
    assert found[1] == pytest.approx(-3.0, rel=ACCURACY)
    assert found[2] == found[3] == 0.0
    assert found[4:] == pytest.approx([2.0, 1e29], rel=ACCURACY)


@given(
    st.lists(st.floats(-1e20, 1e20), min_size=1, max_size=60),
    st.integers(0, 60),
)
def test_the_parts_of_a_cohort_add_up_to_the_whole_in_any_order(numbers: list[float], cut: int) -> None:
    values = np.array(numbers)[:, np.newaxis]
    parts = [part for part in (values[:cut], values[cut:]) if len(part)]
    whole = sketched(values).quantiles(WANTED)
    np.testing.assert_array_equal(sketched(*parts).quantiles(WANTED), whole)
    np.testing.assert_array_equal(sketched(*parts[::-1]).quantiles(WANTED), whole)
    tiny = np.where(np.abs(values) < 1e-30, 0.0, values)
    np.testing.assert_allclose(whole, exact(tiny), rtol=ACCURACY * (1 + 1e-6))


def test_without_values_there_is_no_quantile() -> None:
    assert np.isnan(Sketch(2).quantiles(WANTED)).all()
