"""Straight-line code: what is shared is computed once, what is constant outside."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartsim.language.block import Block
from cartsim.language.expression import parse
from cartsim.language.functions import SCALAR
from cartsim.language.printers.python import Scalar
from cartsim.language.tree import Expression
from tests.strategies import POINTS, TREES, tame


def block(assigned: dict[str, str], *outputs: str, constants: tuple[str, ...] = ()) -> Block:
    trees = {name: parse(text) for name, text in assigned.items()}
    return Block(Scalar(), trees, [parse(text) for text in outputs], constants=constants)


def run(built: Block, at: dict[str, float]) -> list[float]:
    """The results, by running first the constant lines and then the others."""
    space = {"__builtins__": {}, **SCALAR, **at}
    exec("\n".join([*built.constant_lines, *built.lines]), space)
    return [eval(result, space) for result in built.results]


@given(st.lists(TREES, min_size=1, max_size=4), POINTS, st.sampled_from([(), ("k",), ("k", "n")]))
def test_a_block_computes_its_outputs(
    trees: list[Expression], at: dict[str, float], constants: tuple[str, ...]
) -> None:
    expected = [tame(tree, at) for tree in trees]
    built = Block(Scalar(), {}, [*trees, *trees], constants=constants)
    assert run(built, at) == pytest.approx(expected * 2, rel=1e-8, abs=1e-8)


@given(TREES, TREES, POINTS)
def test_named_values_are_found_by_those_that_use_them(
    a: Expression, b: Expression, at: dict[str, float]
) -> None:
    x, y = tame(a, at), tame(b, at)
    built = Block(Scalar(), {"first": a, "second": b}, [parse("first*second + first")], constants=("k",))
    assert run(built, at) == pytest.approx([x * y + x], rel=1e-7, abs=1e-7)


def test_what_stands_twice_is_computed_once() -> None:
    built = block({}, "exp(A*B) + A", "2*exp(A*B)")
    text = "\n".join([*built.lines, *built.results])
    assert text.count("exp(") == 1
    assert run(built, {"A": 1.0, "B": 2.0}) == pytest.approx([math.exp(2) + 1, 2 * math.exp(2)])


def test_what_is_named_already_is_not_computed_again() -> None:
    built = block({"kill": "A*B/(1 + A)"}, "kill", "exp(A*B/(1 + A))")
    text = "\n".join([*built.lines, *built.results])
    assert text.count("1.0 + A") == 1
    assert text.count("A*B") == 1


def test_arithmetic_on_constants_is_taken_out() -> None:
    built = block({}, "k*n*A + exp(k)*B", constants=("k", "n"))
    inside = "\n".join([*built.lines, *built.results])
    assert "exp" not in inside
    assert "k" not in inside
    assert run(built, {"A": 2.0, "B": 3.0, "k": 0.5, "n": 4.0}) == pytest.approx([4.0 + 3.0 * math.exp(0.5)])


def test_a_named_value_of_constants_alone_is_a_constant() -> None:
    built = block({"ratio": "k/n", "twice": "2*ratio", "rate": "twice*A"}, "rate", constants=("k", "n"))
    assert built.lines == ["rate = twice*A"]
    assert [line.split(" = ")[0] for line in built.constant_lines] == ["ratio", "twice"]


def test_what_nobody_asks_for_is_left_out() -> None:
    built = block({"unused": "exp(A)", "base": "A + 1", "used": "base**2"}, "used")
    assert [line.split(" = ")[0] for line in built.lines] == ["base", "used"]


def test_the_largest_block_of_nested_functions_stays_short() -> None:
    nested = "A"
    for i in range(90):
        nested = f"max({nested}, {i}.5)" if i % 2 else f"min({nested}, {i}.5 + B)"
    built = block({}, nested)
    assert len("\n".join([*built.lines, *built.results])) < 10_000
    assert run(built, {"A": 3.0, "B": 200.0}) == [89.5]
