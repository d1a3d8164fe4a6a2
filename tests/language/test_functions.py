"""The functions of a rate: values, corners, and that plain floats and arrays agree."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartsim.language.functions import BATCHED, DERIVED, FUNCTIONS, SCALAR, hill, hill_slope, sign, step

ARITIES = {name: function.arity for name, function in {**FUNCTIONS, **DERIVED}.items()}
POSITIVE = st.floats(1e-3, 1e3)


def test_every_function_can_be_computed_on_floats_and_on_arrays() -> None:
    assert set(SCALAR) == set(BATCHED) == {*FUNCTIONS, *DERIVED, "pow"}


@pytest.mark.parametrize("name", ARITIES)
@given(arguments=st.tuples(st.floats(-20, 20), POSITIVE, st.floats(0.1, 8)))
def test_arrays_are_computed_as_plain_floats_are(name: str, arguments: tuple[float, float, float]) -> None:
    chosen = arguments[: ARITIES[name]] if name not in ("log", "sqrt") else arguments[1:2]
    arrays = [np.array([x, x]) for x in chosen]
    with np.errstate(all="ignore"):
        found = BATCHED[name](*arrays)
    assert found == pytest.approx([SCALAR[name](*chosen)] * 2, rel=1e-13, abs=1e-300)


@given(POSITIVE, POSITIVE, st.floats(0.5, 6.0))
def test_hill_is_the_fraction_that_its_name_means(x: float, k: float, n: float) -> None:
    assert hill(x, k, n) == pytest.approx(x**n / (k**n + x**n), rel=1e-11)


@given(POSITIVE, POSITIVE, st.floats(0.5, 6.0))
def test_hill_is_symmetric_about_its_half_and_rises_from_0_to_1(x: float, k: float, n: float) -> None:
    assert hill(x, k, n) + hill(k, x, n) == pytest.approx(1.0, rel=1e-12)
    assert 0.0 <= hill(x / 2, k, n) <= hill(x, k, n) <= 1.0
    assert hill(k, k, n) == 0.5


@pytest.mark.parametrize(("x", "expected"), [(1e300, 1.0), (1e-300, 0.0), (0.0, 0.0), (-5.0, 0.0)])
def test_hill_neither_overflows_nor_leaves_its_range(x: float, expected: float) -> None:
    assert hill(x, 1e-9, 50.0) == pytest.approx(expected, abs=1e-12)
    with np.errstate(all="ignore"):
        assert float(BATCHED["hill"](np.float64(x), 1e-9, 50.0)) == hill(x, 1e-9, 50.0)
    assert hill_slope(x, 1e-9, 50.0) == pytest.approx(0.0, abs=1e-12)


@given(POSITIVE, POSITIVE, st.floats(0.5, 6.0))
def test_the_slope_of_hill_is_its_difference_quotient(x: float, k: float, n: float) -> None:
    h = 1e-6 * x
    quotient = (hill(x + h, k, n) - hill(x - h, k, n)) / (2 * h)
    assert hill_slope(x, k, n) == pytest.approx(quotient, rel=1e-5, abs=1e-8 / x)


def test_the_slope_of_hill_at_zero_is_that_from_the_right() -> None:
    assert hill_slope(0.0, 4.0, 1.0) == 0.25
    assert hill_slope(0.0, 4.0, 2.0) == 0.0
    assert hill_slope(-1.0, 4.0, 1.0) == 0.0
    assert BATCHED["hill_slope"](np.array([0.0, -1.0, 4.0]), 4.0, 1.0).tolist() == [0.25, 0.0, 0.0625]


def test_a_step_is_one_at_its_corner_and_sign_is_zero_there() -> None:
    assert [step(x) for x in (-1e-300, -0.0, 0.0, 1e-300)] == [0.0, 1.0, 1.0, 1.0]
    assert [sign(x) for x in (-2.0, 0.0, 3.0)] == [-1.0, 0.0, 1.0]
    assert all(type(f(x)) is float for f in (step, sign) for x in (-1.0, 0.0, 1.0))


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("log", (0.0,), ValueError),
        ("log", (-1.0,), ValueError),
        ("sqrt", (-1.0,), ValueError),
        ("exp", (1e4,), OverflowError),
        ("pow", (-8.0, 1 / 3), ValueError),
        ("pow", (9.0, 9.0**9), OverflowError),
        ("hill", (1.0, 0.0, 2.0), ZeroDivisionError),
    ],
)
def test_where_arithmetic_has_no_value_floats_raise_and_arrays_are_not_finite(
    name: str, arguments: tuple[float, ...], error: type[Exception]
) -> None:
    with pytest.raises(error):
        SCALAR[name](*arguments)
    if name != "hill":  # x/0 is infinite, and hill of infinity is 1
        with np.errstate(all="ignore"):
            assert not math.isfinite(BATCHED[name](*map(np.float64, arguments)))
