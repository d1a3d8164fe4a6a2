"""Right-hand side, Jacobian and jump times: against hand-written twins and difference quotients."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cartsim.language.compile import compiled
from cartsim.language.mathematics import jacobian, jacobian_program, jumps, right_hand_side
from cartsim.language.model import Model
from cartsim.language.parts import Process
from cartsim.language.printers.python import to_text
from tests.strategies import MODELS, POINTS, value

STATES = st.tuples(st.floats(0.25, 3.0), st.floats(0.25, 3.0)).map(np.array)


def slopes(model: Model, y: Any, t: float = 0.5) -> np.ndarray:
    """The compiled right-hand side, shape (n_species,)."""
    function = compiled(model.structure).right_hand_side(list(model.values.values()))
    return np.array(function(t, np.asarray(y, float)), float)


def quotients(model: Model, y: np.ndarray, step: float) -> np.ndarray:
    """Central differences of the right-hand side, shape (n_species, n_species)."""
    columns = []
    for i in range(len(y)):
        h = np.zeros(len(y))
        h[i] = step
        columns.append((slopes(model, y + h) - slopes(model, y - h)) / (2 * step))
    return np.array(columns).T


def exact(model: Model, y: np.ndarray, t: float = 0.5) -> np.ndarray:
    return compiled(model.structure).jacobian(list(model.values.values()))(t, y)


# ------------------------------------------------------------------ a twin by hand


TWIN = Model(
    "twin",
    species={"C_T": 2.0, "C_M": 1.0, "T": 3.0},
    parameters={
        "phi": 0.265,
        "rho": 0.35,
        "theta": 0.2,
        "alpha": 0.1,
        "eps": 0.15,
        "mu": 0.05,
        "r": 0.6,
        "b": 0.1,
        "gamma": 0.4,
    },
    processes={
        "proliferation": Process("-> C_T", "phi*C_T"),
        "loss": Process("C_T ->", "rho*C_T"),
        "recall": Process("C_M -> C_T", "theta*T*C_M"),
        "inhibition": Process("C_T ->", "alpha*T*C_T"),
        "memory": Process("-> C_M", "eps*C_T"),
        "death": Process("C_M ->", "mu*C_M"),
        "growth": Process("-> T", "r*T*(1 - b*T)"),
        "killing": Process("T ->", "gamma*C_T*T"),
    },
)


def by_hand(y: np.ndarray, p: dict[str, float]) -> list[float]:
    c, m, x = y
    return [
        p["phi"] * c - p["rho"] * c + p["theta"] * x * m - p["alpha"] * x * c,
        p["eps"] * c - p["theta"] * x * m - p["mu"] * m,
        p["r"] * x * (1 - p["b"] * x) - p["gamma"] * c * x,
    ]


@given(st.lists(st.floats(0.0, 50.0), min_size=3, max_size=3).map(np.array))
def test_the_processes_add_up_to_the_equations_written_by_hand(y: np.ndarray) -> None:
    assert slopes(TWIN, y) == pytest.approx(by_hand(y, TWIN.values), rel=1e-12, abs=1e-12)


@given(st.lists(st.floats(0.0, 50.0), min_size=3, max_size=3).map(np.array))
def test_the_jacobian_is_the_one_written_by_hand(y: np.ndarray) -> None:
    (c, m, x), p = y, TWIN.values
    expected = [
        [p["phi"] - p["rho"] - p["alpha"] * x, p["theta"] * x, p["theta"] * m - p["alpha"] * c],
        [p["eps"], -p["theta"] * x - p["mu"], -p["theta"] * m],
        [-p["gamma"] * x, 0.0, p["r"] * (1 - 2 * p["b"] * x) - p["gamma"] * c],
    ]
    assert exact(TWIN, y) == pytest.approx(np.array(expected), rel=1e-11, abs=1e-11)


def test_the_equations_are_printed_as_in_a_paper() -> None:
    assert {name: to_text(tree) for name, tree in right_hand_side(TWIN.structure).items()} == {
        "C_T": "phi*C_T - rho*C_T + theta*T*C_M - alpha*T*C_T",
        "C_M": "-theta*T*C_M + eps*C_T - mu*C_M",
        "T": "r*T*(1 - b*T) - gamma*C_T*T",
    }


def test_the_jacobian_can_be_read_and_leaves_zeros_out() -> None:
    entries = {place: to_text(tree) for place, tree in jacobian(TWIN.structure).items()}
    assert entries["T", "C_T"] == "-gamma*T"
    assert entries["C_M", "C_M"] == "-theta*T - mu"
    assert ("T", "C_M") not in entries


# ------------------------------------------------------------------ properties


@given(MODELS, STATES)
def test_the_right_hand_side_is_the_sum_of_the_processes(model: Model, y: np.ndarray) -> None:
    at = {"A": y[0], "B": y[1], "t": 0.5, **model.values}
    at["share"] = value(model.structure.definitions["share"], at)
    at["act"] = value(model.structure.definitions["act"], at)
    expected = {"A": 0.0, "B": 0.0}
    for name, process in model.processes.items():
        for species, number in process.stoichiometry.items():
            expected[species] += number * value(model.structure.rates[name], at)
    assert slopes(model, y) == pytest.approx(list(expected.values()), rel=1e-12, abs=1e-12)
    written = right_hand_side(model.structure)
    assert [value(tree, at) for tree in written.values()] == pytest.approx(
        slopes(model, y), rel=1e-10, abs=1e-10
    )


@given(MODELS, STATES, st.integers(0, 1000))
@settings(max_examples=50)
def test_the_order_of_processes_is_irrelevant(model: Model, y: np.ndarray, seed: int) -> None:
    items = list(model.processes.items())
    random.Random(seed).shuffle(items)
    other = Model.from_dict(
        model.to_dict() | {"processes": {n: model.to_dict()["processes"][n] for n, _ in items}}
    )
    assert slopes(other, y) == pytest.approx(slopes(model, y), rel=1e-12, abs=1e-12)
    assert exact(other, y) == pytest.approx(exact(model, y), rel=1e-9, abs=1e-9)


@given(STATES, st.sampled_from(["k*A", "k*A**n", "hill(A, B, n)", "max(A, B)*k"]))
def test_what_leaves_a_arrives_in_b(y: np.ndarray, rate: str) -> None:
    model = Model(
        "m",
        species={"A": 1.0, "B": 1.0},
        parameters={"k": 0.3, "n": 2.5},
        processes={"p": Process("A -> B", rate)},
    )
    found = slopes(model, y)
    assert found[0] < 0.0
    assert found[0] == -found[1]
    double = Model(
        "m",
        species={"A": 1.0, "B": 1.0},
        parameters={"k": 0.3, "n": 2.5},
        processes={"p": Process("2 A -> B", rate)},
    )
    assert slopes(double, y)[0] == pytest.approx(-2 * slopes(double, y)[1], rel=1e-15)


@given(MODELS, STATES)
@settings(max_examples=100)
def test_the_jacobian_is_that_of_the_difference_quotients(model: Model, y: np.ndarray) -> None:
    coarse, fine = quotients(model, y, 1e-4), quotients(model, y, 1e-5)
    assume(np.allclose(coarse, fine, rtol=1e-5, atol=1e-5))  # not at a corner of max, min or step
    assert exact(model, y) == pytest.approx(fine, rel=1e-5, abs=1e-5 * (1 + np.abs(slopes(model, y)).max()))


@given(MODELS, POINTS)
@settings(max_examples=50)
def test_the_readable_jacobian_has_the_value_of_the_compiled_one(model: Model, at: dict[str, float]) -> None:
    full = {**at, "t": 0.5}
    for name, tree in model.structure.definitions.items():
        full[name] = value(tree, full)
    model = model.with_values(k=at["k"], n=at["n"])
    entries = jacobian(model.structure)
    compiled_one = exact(model, np.array([at["A"], at["B"]]))
    for i, row in enumerate("AB"):
        for j, column in enumerate("AB"):
            tree = entries.get((row, column))
            readable = 0.0 if tree is None else value(tree, full)
            assert readable == pytest.approx(compiled_one[i, j], rel=1e-8, abs=1e-8)


def test_the_slope_of_a_definition_is_not_mixed_up_with_that_of_another() -> None:
    model = Model(
        "m",
        species={"C_T": 2.0, "T": 3.0},
        definitions={"act": "C_T**2", "act_C": "T**3"},
        processes={"p": Process("-> C_T", "act*act_C"), "q": Process("-> T", "act + act_C")},
    )
    labels, _ = jacobian_program(model.structure)
    assert len(labels) == 4  # of act, of act_C, and two of p; those of q are the same
    assert exact(model, np.array([2.0, 3.0])).tolist() == [[108.0, 108.0], [4.0, 27.0]]


def test_numbers_that_overflow_do_not_become_names() -> None:
    model = Model("m", species={"A": 1.0}, processes={"p": Process("A ->", "1e300*A*1e300")})
    assert exact(model, np.array([1.0])).tolist() == [[-np.inf]]


# ------------------------------------------------------------------ jumps


def jump_model(rate: str, **parameters: float) -> Model:
    return Model("m", species={"A": 1.0}, parameters=parameters, processes={"p": Process("-> A", rate)})


@pytest.mark.parametrize(
    ("rate", "parameters", "times"),
    [
        ("step(t - t0)", {"t0": 7.0}, [7.0]),
        ("step(t0 - t)*A", {"t0": 7.0}, [7.0]),
        ("step(t - t0) - step(t - t0 - d)", {"t0": 7.0, "d": 2.0}, [7.0, 9.0]),
        ("step(2*t - t0)", {"t0": 7.0}, [3.5]),
        ("step((t - t0)/d)", {"t0": 7.0, "d": -2.0}, [7.0]),
        ("step(A - 1)", {}, []),
        ("step(t - A)", {}, []),
        ("step(t**2 - t0)", {"t0": 4.0}, []),
        ("step(t0 - 1)", {"t0": 4.0}, []),
        ("step(k*t - t0)", {"k": 0.0, "t0": 4.0}, []),
        ("step(k*t - t0) + step(t - t0)", {"k": 0.0, "t0": 7.0}, [7.0]),
        ("exp(A)", {}, []),
    ],
)
def test_the_times_at_which_a_step_switches_are_known(
    rate: str, parameters: dict[str, float], times: list[float]
) -> None:
    model = jump_model(rate, **parameters)
    found = compiled(model.structure).jump_times(list(parameters.values()))
    assert found == pytest.approx(times)
    assert bool(jumps(model.structure)) == compiled(model.structure).has_jumps


def test_a_step_inside_a_definition_is_found() -> None:
    model = Model(
        "m", species={"A": 1.0}, parameters={"t0": 7.0}, definitions={"late": "t - t0", "on": "step(late)"},
        processes={"p": Process("-> A", "on*A")},
    )  # fmt: skip
    assert compiled(model.structure).jump_times([7.0]) == [7.0]
