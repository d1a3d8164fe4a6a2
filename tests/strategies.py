"""Random trees and random small models, shared by the tests of the language."""

from __future__ import annotations

import math
from collections.abc import Mapping

from hypothesis import assume
from hypothesis import strategies as st

from cartsim.language.functions import DERIVED, FUNCTIONS, SCALAR
from cartsim.language.model import Model
from cartsim.language.parts import Process
from cartsim.language.tree import Call, Expression, Number, Power, Product, Sum, Symbol, walk

NAMES = ("A", "B", "k", "n")
"""The names that a random tree may use."""

NUMBERS = st.sampled_from([0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, -1.0, -2.0, 12.0]).map(Number)
EXPONENTS = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 2.5, 3.0]).map(Number)
LEAVES = NUMBERS | st.sampled_from(NAMES).map(Symbol)
POINTS = st.fixed_dictionaries({name: st.floats(0.25, 3.0) for name in NAMES})
"""A value for each name, far from zero, where nothing overflows quickly."""


def _several(below: st.SearchStrategy[Expression]) -> st.SearchStrategy[tuple[Expression, ...]]:
    return st.lists(below, min_size=2, max_size=3).map(tuple)


def _smooth(below: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    positive = st.builds(lambda x: Sum((Number(0.5), Call("abs", (x,)))), below)
    return st.one_of(
        _several(below).map(Sum),
        _several(below).map(Product),
        st.builds(Power, positive, EXPONENTS | below),
        st.builds(lambda f, x: Call(f, (x,)), st.sampled_from(["exp", "tanh"]), below),
        st.builds(lambda f, x: Call(f, (x,)), st.sampled_from(["log", "sqrt"]), positive),
        st.builds(lambda x, k, n: Call("hill", (x, k, n)), positive, positive, positive),
    )


def _any(below: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    calls = [
        st.tuples(*[below] * function.arity).map(lambda arguments, name=name: Call(name, arguments))
        for name, function in FUNCTIONS.items()
    ]
    powers = st.builds(Power, below, EXPONENTS | below)
    return st.one_of(_several(below).map(Sum), _several(below).map(Product), powers, *calls)


TREES = st.recursive(LEAVES, _any, max_leaves=10)
"""Any tree that a user can write, also where its arithmetic has no value."""

SMOOTH = st.recursive(LEAVES, _smooth, max_leaves=7)
"""Trees that have a value and (but for the corner of an ``abs``) a derivative at every one of `POINTS`."""


def value(node: Expression, at: Mapping[str, float]) -> float:
    """The value of a tree by its definition, on plain floats; it raises where the arithmetic has none."""
    match node:
        case Number(value=number):
            return number
        case Symbol(name=name):
            return at[name]
        case Sum(terms=terms):
            return sum((value(n, at) for n in terms), 0.0)
        case Product(factors=factors):
            return math.prod((value(n, at) for n in factors), start=1.0)
        case Power(base=base, exponent=exponent):
            return math.pow(value(base, at), value(exponent, at))
        case Call(function=function, arguments=arguments):
            assert function in FUNCTIONS or function in DERIVED
            return float(SCALAR[function](*(value(n, at) for n in arguments)))


def tame(node: Expression, at: Mapping[str, float]) -> float:
    """The value of a tree; the example is left out where rounding could decide about it.

    Rounding decides where the arithmetic has no value, where intermediate results are large, and at the
    corners of ``step``, ``abs``, ``min`` and ``max``.
    """
    try:
        values = {below: value(below, at) for below in walk(node)}
    except (ValueError, OverflowError, ZeroDivisionError):
        assume(False)
    for below, result in values.items():
        assume(abs(result) < 1e3)
        match below:
            case Power(base=base, exponent=exponent):
                assume(abs(values[base]) > 1e-3)
                assume(values[base] > 0.0 or isinstance(exponent, Number))
            case Call(function="step" | "sign" | "abs" | "sqrt" | "log" | "hill", arguments=(x, *others)):
                assume(abs(values[x]) > 1e-3 and all(values[other] > 1e-3 for other in others))
            case Call(function="min" | "max", arguments=(x, y)):
                assume(abs(values[x] - values[y]) > 1e-3)
            case _:
                pass
    return values[node]


FLOWS = ("-> A", "A ->", "A -> B", "2 A -> B", "B -> 3 A", "A + B -> 2 B", "A -> A + B")
RATES = (
    "k*A",
    "k*A*B/(n + A)",
    "k*act",
    "act*share",
    "A**n*act",
    "hill(A, B, n)",
    "max(A - k, B)*k",
    "exp(-k*t)*B",
    "k*sqrt(A + B)",
    "share**2*A",
    "step(t - n)*A",
    "min(A, act)/(1 + share)",
)
DEFINITIONS = ("A/(A + B)", "hill(B, k, 2)", "k*A**1.5", "1 + tanh(B - n)", "log(1 + A*B)")

MODELS = st.builds(
    lambda processes, share, act, start, numbers: Model(
        "random",
        species=dict(zip("AB", start, strict=True)),
        parameters=dict(zip("kn", numbers, strict=True)),
        definitions={"act": f"{act} + share", "share": share},
        processes={f"p{i}": Process(flow, rate) for i, (flow, rate) in enumerate(processes)},
    ),
    st.lists(st.tuples(st.sampled_from(FLOWS), st.sampled_from(RATES)), min_size=1, max_size=5),
    st.sampled_from(DEFINITIONS),
    st.sampled_from(DEFINITIONS),
    st.tuples(st.floats(0.25, 3.0), st.floats(0.25, 3.0)),
    st.tuples(st.floats(0.25, 3.0), st.floats(0.25, 3.0)),
)
"""Small models of A and B with parameters k, n and definitions `act` (which uses `share`) and `share`."""
