"""The text printed for Numba, run as plain Python: the same mathematics as the code on arrays."""

from __future__ import annotations

import ast
import math
from typing import Any

import numpy as np
import pytest

import cartsim as cs
from cartsim.language.batched import batched
from cartsim.language.compile import compiled
from cartsim.language.model import Model
from cartsim.language.native import NativeText
from cartsim.language.parts import Parameter, Process, Species
from cartsim.models import INDEX
from cartsim.solving import native_pattern
from cartsim.solving.watch import Watch


def _space(model: Model) -> dict[str, Any]:
    """What the printed text defines."""
    text = str(NativeText(model.structure, Watch(model).trees))
    space: dict[str, Any] = {"compiled": lambda function: function, "math": math}
    exec(compile(text, "printed", "exec"), space)
    return space


def _somewhere(model: Model) -> tuple[float, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    initial = np.array([s.initial if isinstance(s.initial, float) else 1.0 for s in model.species.values()])
    y = (initial + 1.0) * rng.uniform(0.5, 2.0, len(initial))
    return 3.25, y, np.array(list(model.values.values()))


EVERYTHING = Model(
    "everything",
    species={"larger": Species(3.0, extinct_below=0.5), "A": Species(2.0), "math": Species(0.7)},
    parameters={"k": Parameter(0.8), "n": Parameter(1.7), "smaller": Parameter(0.4)},
    definitions={"act": "hill(A, k, n) + tanh(larger/5)", "wave": "exp(-t*k)*sqrt(A) + log(1 + math)"},
    processes={
        "one": Process("-> larger", "max(A, 0.1, k)*act + wave"),
        "two": Process("larger -> A", "min(larger, 4)*abs(A - 3)*step(t - 1)"),
        "three": Process("A + larger -> 2 math", "A**n*larger**2/(k + math)"),
    },
)


@pytest.mark.parametrize("name", [*INDEX, "everything"])
def test_the_printed_functions_agree_with_those_on_arrays(name: str) -> None:
    model = EVERYTHING if name == "everything" else getattr(cs.models, name)
    space, arrays, size = _space(model), batched(model.structure), len(model.species)
    t, y, p = _somewhere(model)
    columns = np.array([t]), y[:, np.newaxis], p[:, np.newaxis]
    found, expected = np.empty(size), np.empty((size, 1))
    space["right_hand_side"](t, y, p, found)
    arrays.right_hand_side(*columns, expected)
    np.testing.assert_allclose(found, expected[:, 0], rtol=1e-13)
    assert np.abs(found).max() > 0.0
    assert space["DEPENDS_ON_TIME"] == arrays.depends_on_time
    if arrays.depends_on_time:
        space["time_derivative"](t, y, p, found)
        arrays.time_derivative(*columns, expected)
        np.testing.assert_allclose(found, expected[:, 0], rtol=1e-12)


@pytest.mark.parametrize("name", [*INDEX, "everything"])
def test_factor_and_solve_solve_with_the_exact_jacobian(name: str) -> None:
    model = EVERYTHING if name == "everything" else getattr(cs.models, name)
    space = _space(model)
    t, y, p = _somewhere(model)
    jacobian = compiled(model.structure).jacobian(p.tolist())(t, y)
    heavy = 3.0 * np.abs(jacobian).max()
    factors, x = np.empty(space["N_FACTORS"]), np.cos(np.arange(len(y)))
    right = x.copy()
    space["factor"](t, y, p, heavy, factors)
    space["solve"](factors, x)
    np.testing.assert_allclose((heavy * np.eye(len(y)) - jacobian) @ x, right, rtol=1e-10, atol=1e-12)


def test_watches_are_what_falls_below_and_what_rises() -> None:
    space = _space(EVERYTHING)
    seen = np.empty(space["N_WATCHES"])
    space["watch"](0.0, np.array([3.0, 2.0, 0.7]), np.array([0.8, 1.7, 0.4]), seen)
    np.testing.assert_allclose(seen, [0.5 - 3.0, 3.0 - 0.5])


def test_not_a_number_is_never_hidden_by_min_max_or_sign() -> None:
    space = _space(EVERYTHING)
    for a, b in ((math.nan, 1.0), (1.0, math.nan)):
        assert math.isnan(space["_smaller"](a, b))
        assert math.isnan(space["_larger"](a, b))
    assert math.isnan(space["sign"](math.nan))
    assert [space["sign"](x) for x in (-2.0, 0.0, 3.0)] == [-1.0, 0.0, 1.0]
    assert (space["_smaller"](1.0, 2.0), space["_larger"](1.0, 2.0)) == (1.0, 2.0)


def test_the_pattern_shows_every_name_that_is_printed_and_how_many_arguments_it_takes() -> None:
    tree = ast.parse(str(NativeText(EVERYTHING.structure, ())))
    printed = {n.name: len(n.args.args) for n in tree.body if isinstance(n, ast.FunctionDef)}
    for name in ("right_hand_side", "time_derivative", "factor", "solve", "watch"):
        assert printed[name] == getattr(native_pattern, name).__code__.co_argcount
    constants = {n.targets[0].id for n in tree.body if isinstance(n, ast.Assign)}
    assert constants == {name for name in vars(native_pattern) if name.isupper()}
    space = _space(
        Model("decay", species={"A": 1}, parameters={"k": 2}, processes={"d": Process("A ->", "k*A")})
    )
    y, p, found, shown = np.array([3.0]), np.array([2.0]), np.empty(1), np.empty(1)
    for function, arguments in (("right_hand_side", (0.0, y, p)), ("factor", (0.0, y, p, 5.0))):
        space[function](*arguments, found)
        getattr(native_pattern, function)(*arguments, shown)
        assert found == pytest.approx(shown)
