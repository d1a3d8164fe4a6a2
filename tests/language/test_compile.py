"""Compiled code: plain floats against arrays, any name, and what is within its reach."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartsim.language import printed as printed_module
from cartsim.language.checks import Structure
from cartsim.language.compile import Compiled, Trouble, compiled
from cartsim.language.expression import parse
from cartsim.language.functions import SCALAR
from cartsim.language.model import Model
from cartsim.language.parts import Process
from cartsim.language.tree import Expression
from tests.strategies import MODELS, POINTS, TREES, tame

BLANK = Model("blank", species={"A": 1.0, "B": 1.0}, parameters={"k": 1.0, "n": 1.0})


def columns(at: dict[str, float], copies: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """t, y and p of `Compiled.evaluate`, the same state `copies` times."""
    y = np.tile([[at["A"]], [at["B"]]], copies)
    return np.zeros(copies), y, np.array([[at["k"]], [at["n"]]])


@given(TREES, POINTS)
def test_a_tree_has_the_same_value_on_floats_and_on_arrays(tree: Expression, at: dict[str, float]) -> None:
    expected = tame(tree, at)
    program = compiled(BLANK.structure)
    t, y, p = columns(at)
    (array,) = program.evaluate([tree], t, y, p)
    (scalar,) = program.watch((tree,), [at["k"], at["n"]])(0.0, y[:, 0])
    assert array.shape == (3,)
    assert array == pytest.approx([scalar] * 3, rel=1e-8, abs=1e-8)
    assert scalar == pytest.approx(expected, rel=1e-8, abs=1e-8)


@given(MODELS, st.tuples(st.floats(0.25, 3.0), st.floats(0.25, 3.0)), st.floats(0.0, 3.0))
def test_everything_with_a_name_has_the_same_value_on_floats_and_on_arrays(
    model: Model, state: tuple[float, float], t: float
) -> None:
    trees = tuple(filter(None, map(model.structure.expression, model.structure.names())))
    y, p = np.array(state), list(model.values.values())
    scalar = compiled(model.structure).watch(trees, p)(t, y)
    arrays = compiled(model.structure).evaluate(
        trees, np.array([t, t]), np.tile(y[:, None], 2), np.array(p)[:, None]
    )
    assert np.array(arrays)[:, 1] == pytest.approx(scalar, rel=1e-12, abs=1e-12)


@given(MODELS, st.lists(st.tuples(st.floats(0.25, 3.0), st.floats(0.25, 3.0)), min_size=1, max_size=4))
def test_many_states_are_computed_as_one_after_the_other(
    model: Model, states: list[tuple[float, float]]
) -> None:
    trees = list(model.structure.rates.values())
    y = np.array(states).T
    p = np.array(list(model.values.values()))[:, None]
    together = np.array(compiled(model.structure).evaluate(trees, np.zeros(len(states)), y, p))
    alone = [compiled(model.structure).evaluate(trees, np.zeros(1), y[:, [i]], p) for i in range(len(states))]
    assert together == pytest.approx(np.concatenate(alone, axis=1), rel=1e-13)


# ------------------------------------------------------------------ names


NAMES = [
    "y",
    "p",
    "t0",
    "make",
    "function",
    "trouble",
    "errors",
    "pack",
    "slopes",
    "print",
    "list",
    "float",
    "math",
    "np",
    "self",
    "x",
    "k",
    "n",
    "e",
    "pi",
    "inf",
    "nan",
    "j",
    "match",
    "case",
    "type",
    "IndexError",
    "copy",
    "tolist",
]


def model_with(name: str, kind: str) -> tuple[Model, float]:
    """A model in which `name` is of that kind and has the value 3 where A is 2."""
    parts: dict[str, dict[str, Any]] = {"species": {"A": 2.0}, "parameters": {"one": 1.0}, "definitions": {}}
    parts[kind][name] = "A + 1" if kind == "definitions" else 3.0
    processes = {"first": Process("A ->", f"A*{name}*one"), "second": Process("A ->", f"A**2.5*exp({name})")}
    return Model("m", **parts, processes=processes), 2.0 * 3.0 + 2.0**2.5 * np.exp(3.0)


@pytest.mark.parametrize("kind", ["species", "parameters", "definitions"])
@pytest.mark.parametrize("name", NAMES)
def test_no_allowed_name_hides_a_name_of_the_printed_code(name: str, kind: str) -> None:
    model, loss = model_with(name, kind)
    program, p = compiled(model.structure), list(model.values.values())
    y = np.array([float(species.initial) for species in model.species.values()])
    assert np.array(program.right_hand_side(p)(0.0, y))[0] == pytest.approx(-loss)
    rates = program.evaluate(
        list(model.structure.rates.values()), np.zeros(1), y[:, None], np.array(p)[:, None]
    )
    assert sum(rates)[0] == pytest.approx(loss)
    assert program.watch((parse(name),), p)(0.0, y) == [3.0]
    assert np.isfinite(program.jacobian(p)(0.0, y)).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_process_an_observable_or_a_role_hides_nothing_either(name: str) -> None:
    for part in (
        {"processes": {name: Process("A ->", "A + 1")}},
        {"observables": {name: "A + 1"}},
        {"roles": {name: "A + 1"}},
    ):
        model = Model("m", species={"A": 2.0}, **part)  # type: ignore[arg-type]
        program = compiled(model.structure)
        tree = model.structure.expression(name)
        assert tree is not None
        assert (
            program.evaluate([tree, parse(name)], np.zeros(1), np.array([[2.0]]), np.zeros((0, 1)))[1][0]
            == 3.0
        )
        assert program.watch((parse(name),), [])(0.0, np.array([2.0])) == [3.0]
        assert program.right_hand_side([])(0.0, np.array([2.0]))[0] == (-3.0 if "processes" in part else 0.0)


# ------------------------------------------------------------------ no value


@pytest.mark.parametrize(
    "rate", ["1/A", "log(A)", "A**-1", "exp(1e4 - A)", "sqrt(A - 1)", "9**9**9", "hill(1, A, 2)"]
)
def test_where_a_rate_has_no_value_the_error_is_raised_and_the_state_is_kept(rate: str) -> None:
    model = Model("m", species={"A": 1.0}, processes={"p": Process("A ->", rate)})
    trouble = Trouble()
    with pytest.raises(printed_module.ARITHMETIC_ERRORS):
        compiled(model.structure).right_hand_side([], trouble)(2.0, np.array([0.0]))
    assert [(time, state.tolist()) for time, state in trouble] == [(2.0, [0.0])]


@pytest.mark.parametrize(
    "rate", ["A/k", "1/k", "log(k)*A", "sqrt(k - 1)*A", "hill(1, k, 2)*A", "exp(1e4 + k)"]
)
def test_where_arithmetic_on_parameters_has_no_value_it_is_the_rate_that_raises(rate: str) -> None:
    model = Model("m", species={"A": 1.0}, parameters={"k": 0.0}, processes={"p": Process("A ->", rate)})
    trouble = Trouble()
    slopes = compiled(model.structure).right_hand_side([0.0], trouble)
    with pytest.raises(printed_module.ARITHMETIC_ERRORS):
        slopes(0.0, np.array([1.0]))
    assert len(trouble) == 1


@pytest.mark.parametrize(
    "tree", ["1/A", "log(A)", "9**9**9 + A", "exp(1e4 - A)", "sqrt(A - 1)", "A/A", "(0 - 2)**(A + 0.5)"]
)
def test_arrays_are_not_finite_where_the_arithmetic_has_no_value(tree: str) -> None:
    t, y, p = columns({"A": 0.0, "B": 1.0, "k": 1.0, "n": 1.0})
    (found,) = compiled(BLANK.structure).evaluate([parse(tree)], t, y, p)
    assert not np.isfinite(found).any()


def test_two_calls_give_two_results() -> None:
    model = Model("m", species={"A": 1.0}, processes={"p": Process("-> A", "A")})
    slopes = compiled(model.structure).right_hand_side([])
    first, second = slopes(0.0, np.array([1.0])), slopes(0.0, np.array([2.0]))
    assert (first[0], second[0]) == (1.0, 2.0)


def test_two_patients_with_one_structure_keep_their_own_numbers() -> None:
    model = Model("m", species={"A": 1.0}, parameters={"k": 1.0}, processes={"p": Process("-> A", "k*A")})
    one, two = (compiled(model.structure).right_hand_side([k]) for k in (1.0, 5.0))
    y = np.array([2.0])
    assert (one(0.0, y)[0], two(0.0, y)[0], one(0.0, y)[0]) == (2.0, 10.0, 2.0)


# ------------------------------------------------------------------ what is run


ALLOWED_METHODS = {"tolist", "append", "copy"}


@given(MODELS)
@settings(max_examples=30)
def test_the_code_that_runs_reaches_no_builtins_and_no_attributes_of_its_own(model: Model) -> None:
    texts: list[str] = []
    spaces: list[dict[str, Any]] = []

    def spy_compile(text: str, *others: Any) -> Any:
        texts.append(text)
        return compile(text, *others)

    def spy_exec(code: Any, space: dict[str, Any]) -> None:
        spaces.append(space)
        exec(code, space)

    for cache in (
        printed_module.right_hand_side_factory,
        printed_module.scalar_factory,
        printed_module.batched_function,
    ):
        cache.cache_clear()
    module = vars(printed_module)  # a global of the module stands before the builtin
    module |= {"compile": spy_compile, "exec": spy_exec}
    try:
        program, p = Compiled(model.structure), list(model.values.values())
        program.right_hand_side(p)
        program.jacobian(p)
        program.watch(tuple(model.structure.rates.values()), p)
        program.evaluate(
            list(model.structure.rates.values()), np.zeros(1), np.ones((2, 1)), np.array(p)[:, None]
        )
    finally:
        del module["compile"], module["exec"]
    assert len(texts) == len(spaces) == 4
    for text, reach in zip(texts, spaces, strict=True):
        assert reach["__builtins__"] == {}
        assert set(reach) - {"_make", "_function", "__builtins__", "_errors"} <= {*SCALAR}
        for node in ast.walk(ast.parse(text)):
            assert not isinstance(node, ast.Import | ast.ImportFrom | ast.Lambda | ast.JoinedStr | ast.Global)
            assert not isinstance(node, ast.Attribute) or node.attr in ALLOWED_METHODS
            assert (
                not isinstance(node, ast.Constant) or node.value is None or type(node.value) in (float, int)
            )


def test_equal_structures_share_one_compiled_object() -> None:
    one, two = (Model("m", species={"A": float(i)}, processes={"p": Process("A ->", "A")}) for i in (1, 2))
    assert isinstance(one.structure, Structure)
    assert compiled(one.structure) is compiled(two.structure)
    other = Model("m", species={"A": 1.0}, processes={"p": Process("A ->", "2*A")})
    assert compiled(one.structure) is not compiled(other.structure)
