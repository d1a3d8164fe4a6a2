"""Derivatives: exact ones against complex steps and against what a student would write."""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cartsim.language.derivative import differentiate
from cartsim.language.expression import parse
from cartsim.language.printers.python import to_text
from cartsim.language.tree import ZERO, Call, Expression, Number, Power, Product, Sum, Symbol, walk
from tests.strategies import NAMES, POINTS, SMOOTH, value

STEP = 1e-30


def _complex_hill(x: complex, k: complex, n: complex) -> complex:
    ratio = x / k
    return ratio**n / (1 + ratio**n) if abs(ratio) < 1 else 1 / (1 + ratio**-n)


def _complex_abs(z: complex) -> complex:
    if z.imag and abs(z.real) <= abs(z.imag):
        raise ArithmeticError("a corner: it has no derivative")
    return z if z.real > 0 else -z


_COMPLEX = {
    "exp": cmath.exp,
    "log": cmath.log,
    "sqrt": cmath.sqrt,
    "tanh": cmath.tanh,
    "abs": _complex_abs,
    "hill": _complex_hill,
}


def on_complex(node: Expression, at: Mapping[str, complex]) -> complex:
    """The value of a smooth tree on complex numbers, whose imaginary part over `STEP` is a derivative."""
    match node:
        case Number(value=number):
            return complex(number)
        case Symbol(name=name):
            return at[name]
        case Sum(terms=terms):
            return sum((on_complex(n, at) for n in terms), 0j)
        case Product(factors=factors):
            return math.prod((on_complex(n, at) for n in factors), start=1 + 0j)
        case Power(base=base, exponent=exponent):
            return on_complex(base, at) ** on_complex(exponent, at)
        case Call(function=function, arguments=arguments):
            return _COMPLEX[function](*(on_complex(n, at) for n in arguments))


@given(SMOOTH, POINTS, st.sampled_from(NAMES))
@settings(max_examples=200)
def test_a_derivative_is_that_of_a_complex_step(tree: Expression, at: dict[str, float], name: str) -> None:
    shifted = {**at, name: complex(at[name], STEP)}
    try:
        steps = [on_complex(node, shifted) for node in walk(tree)]
        found = value(differentiate(tree, name), at)
    except ArithmeticError:  # an overflow, or a corner
        assume(False)
    largest = max(abs(z.real) + abs(z.imag / STEP) for z in steps)
    assume(largest < 1e6)
    assert found == pytest.approx(steps[0].imag / STEP, rel=1e-9, abs=1e-9 * max(1.0, largest))


CORNERED = [
    "max(A, B)*k + min(A**2, n)",
    "abs(A - B)*abs(B - k)",
    "step(A - B)*A**2 + step(B - A)*k*A",
    "(A - 5)**3 + (B - 5)**2",
    "A**-2*(k - 10)**-3",
    "max(A, B, k, n)",
    "min(A, max(B, k))**n",
    "hill(A - 5, k, n)*A + B",
    "A**B - B**A",
    "A/B/k*n/(A + B)",
    "sqrt(A)*exp(-k*A)*log(A/B)",
    "tanh(A*B - k*n)",
    "hill(A, B, 1)*hill(B, A, n)",
]


@pytest.mark.parametrize("text", CORNERED)
@given(at=POINTS, name=st.sampled_from(NAMES))
@settings(max_examples=25)
def test_a_derivative_away_from_corners_is_the_difference_quotient(
    text: str, at: dict[str, float], name: str
) -> None:
    assume(
        all(abs(at[a] - at[b]) > 1e-3 and abs(at[a] ** 2 - at[b]) > 1e-3 for a in at for b in at if a != b)
    )
    tree, h = parse(text), 1e-5
    above, below = (value(tree, {**at, name: at[name] + shift}) for shift in (h, -h))
    slope = (above - below) / (2 * h)
    assert value(differentiate(tree, name), at) == pytest.approx(slope, rel=1e-5, abs=1e-6)


@given(SMOOTH, st.sampled_from(["absent", "t", "exp"]))
def test_the_derivative_by_a_name_that_is_not_there_is_zero(tree: Expression, name: str) -> None:
    assert differentiate(tree, name) == ZERO


@pytest.mark.parametrize(
    ("text", "derivative"),
    [
        ("A", "1"),
        ("7", "0"),
        ("B", "0"),
        ("k*A", "k"),
        ("A*A", "2*A"),
        ("A**2", "2*A"),
        ("A**n", "n*A**(n - 1)"),
        ("k**A", "k**A*log(k)"),
        ("1/A", "-1/A**2"),
        ("k*A/(n + A)", "k/(n + A) - k*A/(n + A)**2"),
        ("r*A*(1 - b*A)", "r*(1 - b*A) - r*A*b"),
        ("exp(-k*A)", "-exp(-k*A)*k"),
        ("log(A)", "1/A"),
        ("sqrt(A)", "0.5/sqrt(A)"),
        ("tanh(A)", "1 - tanh(A)**2"),
        ("abs(A)", "sign(A)"),
        ("step(A)", "0"),
        ("hill(A, K, n)", "hill_slope(A, K, n)"),
        ("max(A, B)", "step(A - B)"),
        ("max(A - 1, 0)", "step(A - 1)"),
        ("A - A", "0"),
    ],
)
def test_a_derivative_can_be_read(text: str, derivative: str) -> None:
    assert to_text(differentiate(parse(text), "A")) == derivative


def test_definitions_are_held_fixed() -> None:
    assert to_text(differentiate(parse("kill*A"), "A")) == "kill"


def test_at_zero_a_hill_function_and_its_derivatives_have_values() -> None:
    tree = parse("hill(A, k, n)")
    at = {"A": 0.0, "k": 2.0, "n": 1.0}
    assert value(differentiate(tree, "A"), at) == 0.5
    assert value(differentiate(tree, "k"), at) == 0.0
    assert value(differentiate(tree, "n"), at) == 0.0


def test_a_second_derivative_of_hill_is_not_silently_zero() -> None:
    first = differentiate(parse("hill(A, k, 2)"), "A")
    at = {"A": 1.0, "k": 2.0}
    slope, h = [], 1e-5
    for shift in (h, -h):
        slope.append(value(first, {**at, "A": 1.0 + shift}))
    expected = (slope[0] - slope[1]) / (2 * h)
    assert value(differentiate(first, "A"), at) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        "exp(" * 99 + "A" + ")" * 99,
        pytest.param("A**" * 99 + "A", marks=pytest.mark.slow),
        "*".join("A" * 100),
        "hill(" * 50 + "A" + ", k, 2)" * 50,
    ],
    ids=["exp of exp", "tower", "product", "hill of hill"],
)
def test_the_deepest_expressions_can_be_differentiated(text: str) -> None:
    assert differentiate(parse(text), "A") != ZERO
