"""What is printed to be quick gives what was written."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cartsim.language.compile import Compiled
from cartsim.language.functions import hill
from cartsim.language.model import Model
from cartsim.language.parts import Process
from cartsim.language.printed import PACKED


def slopes(model: Model, y: list[float]) -> list[float]:
    values = list(model.values.values())
    return list(Compiled(model.structure).right_hand_side(values)(0.0, np.array(y)))


@pytest.mark.parametrize("n", [1, PACKED - 1, PACKED, PACKED + 1, 2 * PACKED, 3 * PACKED + 1])
def test_every_derivative_of_many_stands_in_its_place(n: int) -> None:
    names = [f"A{i}" for i in range(n)]
    processes = {f"p{i}": Process(f"-> {name}", f"{i + 1}*{name}") for i, name in enumerate(names)}
    model = Model("many", species=dict.fromkeys(names, 1.0), processes=processes)
    assert slopes(model, [1.0] * n) == [i + 1.0 for i in range(n)]
    jacobian = Compiled(model.structure).jacobian([])(0.0, np.ones(n))
    np.testing.assert_array_equal(jacobian, np.diag(np.arange(1.0, n + 1.0)))


@pytest.mark.parametrize("x", [-1.0, 0.0, 1e-200, 0.3, 2.0, 7.0, 1e200])
def test_a_hill_function_with_two_is_the_one_that_is_called(x: float) -> None:
    model = Model(
        "hill",
        species={"A": 1.0, "B": 0.0},
        parameters={"K": 2.0},
        processes={"p": Process("-> B", "hill(A, K, 2)")},
    )
    assert slopes(model, [x, 0.0])[1] == hill(x, 2.0, 2.0)


@pytest.mark.parametrize("function", ["min", "max"])
@pytest.mark.parametrize("y", [(1.0, 2.0), (2.0, 1.0), (1.0, 1.0), (math.nan, 1.0), (1.0, math.nan)])
def test_the_larger_and_the_smaller_of_two_names_are_those_of_python(
    function: str, y: tuple[float, float]
) -> None:
    species = {"A": 1.0, "B": 1.0, "C": 0.0}
    model = Model("two", species=species, processes={"p": Process("-> C", f"{function}(A, B)")})
    expected = {"min": min, "max": max}[function](*y)
    assert slopes(model, [*y, 0.0])[2] == pytest.approx(expected, nan_ok=True)


def test_from_a_sighting_on_nothing_moves_and_evaluations_are_counted() -> None:
    model = Model("decay", species={"A": 1.0}, parameters={"k": 1.0}, processes={"p": Process("A ->", "k*A")})
    seen, lives = [math.inf, 0], [False]
    function = Compiled(model.structure).right_hand_side([1.0], mortal=((0, 0.5),), lives=lives, seen=seen)
    assert function(0.0, np.array([0.4]))[0] == -0.4  # it has not been at its limit
    assert function(1.0, np.array([0.7]))[0] == -0.7
    assert (seen, lives) == ([math.inf, 0], [True])
    assert function(2.0, np.array([0.4]))[0] == -0.4
    assert seen == [2.0, 1]
    assert function(3.0, np.array([0.3]))[0] == 0.0
    assert seen == [2.0, 2]
