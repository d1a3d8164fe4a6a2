"""The functions that a rate may use: how many arguments, what derivative, and how they are computed.

One row of `FUNCTIONS` is all there is to know about a function; the parser, the derivative and the
printers look nowhere else. `SCALAR` and `BATCHED` are the names under which printed code finds them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .tree import MINUS_ONE, ONE, ZERO, Call, Expression, Number, add, divide, multiply, negative, power

Derivatives = Callable[..., tuple[Expression, ...]]


@dataclass(frozen=True)
class Function:
    """One function of the language.

    `derivatives` takes the arguments and returns the derivative with respect to each of them.
    """

    arity: int
    meaning: str
    derivatives: Derivatives


def _call(function: str, *arguments: Expression) -> Expression:
    return Call(function, arguments)


def _larger(a: Expression, b: Expression) -> tuple[Expression, ...]:
    a_wins = _call("step", add(a, negative(b)))
    return a_wins, add(ONE, negative(a_wins))


def _smaller(a: Expression, b: Expression) -> tuple[Expression, ...]:
    a_wins = _call("step", add(b, negative(a)))
    return a_wins, add(ONE, negative(a_wins))


def _hill(x: Expression, k: Expression, n: Expression) -> tuple[Expression, ...]:
    value, slope = _call("hill", x, k, n), _call("hill_slope", x, k, n)
    tiny = Number(1e-300)  # log(0) is never needed: hill is 0 there
    logarithm = _call("log", divide(_call("max", x, tiny), k))
    return (
        slope,
        negative(divide(multiply(x, slope), k)),  # hill depends on x/K only
        multiply(value, add(ONE, negative(value)), logarithm),
    )


def _hill_slope(x: Expression, k: Expression, n: Expression) -> tuple[Expression, ...]:
    value, slope = _call("hill", x, k, n), _call("hill_slope", x, k, n)
    safe = _call("max", x, Number(1e-300))
    bend = add(ONE, multiply(Number(-2.0), value))  # d(value*(1 - value))/d(value)
    in_x = divide(multiply(slope, add(multiply(n, bend), MINUS_ONE)), safe)
    in_k = negative(
        divide(add(slope, multiply(x, in_x)), k)
    )  # hill_slope is homogeneous of degree -1 in x and K
    in_n = multiply(slope, add(power(n, MINUS_ONE), multiply(bend, _call("log", divide(safe, k)))))
    return in_x, in_k, in_n


# fmt: off
FUNCTIONS: dict[str, Function] = {
    "exp":  Function(1, "e to the power x",              lambda x: (_call("exp", x),)),
    "log":  Function(1, "natural logarithm",             lambda x: (power(x, MINUS_ONE),)),
    "sqrt": Function(1, "square root",                   lambda x: (divide(Number(0.5), _call("sqrt", x)),)),
    "tanh": Function(1, "hyperbolic tangent",
                     lambda x: (add(ONE, negative(power(_call("tanh", x), Number(2.0)))),)),
    "abs":  Function(1, "absolute value",                lambda x: (_call("sign", x),)),
    "min":  Function(2, "the smaller of two or more",    _smaller),
    "max":  Function(2, "the larger of two or more",     _larger),
    "hill": Function(3, "x^n / (K^n + x^n), 0 for x <= 0", _hill),
    "step": Function(1, "1 where x >= 0, otherwise 0",   lambda x: (ZERO,)),
}
# These appear in derivatives and conditions only and cannot be written by a user.
DERIVED: dict[str, Function] = {
    "sign":       Function(1, "-1, 0 or 1",                        lambda x: (ZERO,)),
    "above":      Function(1, "x where x > 0, otherwise -1: a strict comparison", lambda x: (ZERO,)),
    "hill_slope": Function(3, "derivative of hill with respect to x", _hill_slope),
}
# fmt: on

RESERVED = frozenset(FUNCTIONS) | frozenset(DERIVED) | {"t", "pow"}  # printed code calls pow
"""Names that a model may not give to anything of its own."""


# ------------------------------------------------------------------ on plain floats


def hill(x: float, k: float, n: float) -> float:
    """``x^n / (K^n + x^n)`` for K, n > 0, and 0 for x <= 0; neither power can overflow.

    Examples
    --------
    >>> hill(2.0, 2.0, 4.0)
    0.5
    """
    if x <= 0.0:
        return 0.0
    ratio = x / k
    smaller = ratio if ratio < 1.0 else 1.0 / ratio
    raised = smaller * smaller if n == 2.0 else math.pow(smaller, n)  # 2 is usual, and quicker so
    return raised / (1.0 + raised) if ratio < 1.0 else 1.0 / (1.0 + raised)


def hill_slope(x: float, k: float, n: float) -> float:
    """Derivative of `hill` with respect to `x`; at x = 0 it is 1/K for n = 1 and 0 otherwise."""
    if x <= 0.0:
        return 1.0 / k if x == 0.0 and n == 1.0 else 0.0
    ratio = x / k
    ratio = ratio if ratio < 1.0 else 1.0 / ratio  # hill*(1 - hill) is the same for it and for its inverse
    raised = ratio * ratio if n == 2.0 else math.pow(ratio, n)
    return n * raised / ((1.0 + raised) * (1.0 + raised) * x)


def step(x: float) -> float:
    """1 where `x` is zero or more, otherwise 0."""
    return 1.0 if x >= 0.0 else 0.0


def sign(x: float) -> float:
    """-1, 0 or 1."""
    return (x > 0.0) - (x < 0.0) + 0.0


def above(x: float) -> float:
    """`x` where it is above zero, otherwise -1: zero or more exactly where ``x > 0``."""
    return x if x > 0.0 else -1.0


SCALAR: dict[str, Any] = {
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "abs": abs,
    "min": min,
    "max": max,
    "pow": math.pow,
    "hill": hill,
    "hill_slope": hill_slope,
    "step": step,
    "above": above,
    "sign": sign,
}


# ------------------------------------------------------------------ on arrays


def _raised(base: Any, n: Any) -> Any:
    """``base**n``, by a product where n is 2: each element as if it were alone."""
    square = np.equal(n, 2.0)
    if square.all():
        return base * base
    with np.errstate(over="ignore", divide="ignore"):
        return np.where(square, base * base, np.power(base, n)) if square.any() else np.power(base, n)


def _hill_batched(x: Any, k: Any, n: Any) -> Any:
    with np.errstate(over="ignore"):
        raised = np.minimum(_raised(np.maximum(x, 0.0) / k, n), 1e300)  # finite: it is divided by itself
    return raised / (1.0 + raised)


def _hill_slope_batched(x: Any, k: Any, n: Any) -> Any:
    positive = np.where(x > 0.0, x, 1.0)
    ratio = positive / k
    with np.errstate(over="ignore", divide="ignore"):
        raised = _raised(np.minimum(ratio, 1.0 / ratio), n)
    at_zero = np.where((np.asarray(x) == 0.0) & (np.asarray(n) == 1.0), 1.0 / k, 0.0)
    return np.where(x > 0.0, n * raised / ((1.0 + raised) ** 2 * positive), at_zero)


BATCHED: dict[str, Any] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "abs": np.abs,
    "min": np.minimum,
    "max": np.maximum,
    "pow": np.power,
    "hill": _hill_batched,
    "hill_slope": _hill_slope_batched,
    "step": lambda x: np.where(np.asarray(x) >= 0.0, 1.0, 0.0),
    "above": lambda x: np.where(np.asarray(x) > 0.0, x, -1.0),
    "sign": np.sign,
}
