"""The functions on arrays: the same numbers as the scalar ones, for every patient of a row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cartsim as cs
from cartsim.language.batched import BatchedFunctions, batched
from cartsim.language.compile import compiled
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Species
from cartsim.language.printers.python import to_text
from cartsim.language.tree import Expression
from tests.strategies import SMOOTH

SHELF = [getattr(cs.models, name) for name in cs.models.INDEX]
_N = 5


def _points(model: Model, n: int = _N, seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Times, states of all sizes, and parameters around the published ones, for `n` patients."""
    rng = np.random.default_rng(seed)
    size = len(model.species)
    values = np.array(list(model.values.values()))
    p = values[:, np.newaxis] * np.exp(0.3 * rng.standard_normal((len(values), n)))
    return rng.uniform(0, 30, n), 10 ** rng.uniform(-2, 6, (size, n)), p


def _inverse(
    functions: BatchedFunctions, t: np.ndarray, y: np.ndarray, p: np.ndarray, heavy: np.ndarray
) -> np.ndarray:
    """The inverse of ``heavy*I - J``, a column at a time, by the printed solution."""
    size, n = y.shape
    factors = functions.factor(t, y, p, heavy)
    columns = []
    for j in range(size):
        x = np.zeros((size, n))
        x[j] = 1.0
        functions.solve(factors, x)
        columns.append(x)
    return np.stack(columns, axis=1)  # (row, column, patient)


@pytest.mark.parametrize("model", SHELF, ids=lambda model: model.name)
def test_right_hand_sides_of_the_shelf_are_those_of_the_scalar_function(model: Model) -> None:
    t, y, p = _points(model)
    out = np.full_like(y, np.nan)
    with np.errstate(all="ignore"):
        batched(model.structure).right_hand_side(t, y, p, out)
    for i in range(_N):
        one = compiled(model.structure).right_hand_side(p[:, i].tolist())(t[i], y[:, i])
        np.testing.assert_allclose(out[:, i], one, rtol=1e-11, atol=1e-9 * np.abs(one).max() * 1e-3)


@pytest.mark.parametrize("model", SHELF, ids=lambda model: model.name)
@pytest.mark.parametrize("step", [1e-9, 1e-3, 0.05])
def test_factorised_matrices_of_the_shelf_solve_the_scalar_jacobian(model: Model, step: float) -> None:
    """As a linear system's residual, in the size of what is added up in each row."""
    t, y, p = _points(model)
    heavy = np.full(_N, 1.0 / step)
    with np.errstate(all="ignore"):
        factors = batched(model.structure).factor(t, y, p, heavy)
    right = np.random.default_rng(5).normal(size=y.shape)
    x = right.copy()
    batched(model.structure).solve(factors, x)
    checked = 0
    for i in range(_N):
        J = np.array(compiled(model.structure).jacobian(p[:, i].tolist())(t[i], y[:, i]))
        W = heavy[i] * np.eye(len(y)) - J
        expected = np.linalg.solve(W, right[:, i])
        if np.linalg.cond(W) < 1e8:
            scale = np.linalg.cond(W) * np.abs(expected).max()
            np.testing.assert_allclose(x[:, i], expected, rtol=0, atol=1e-13 * scale)
            checked += 1
    assert checked


@pytest.mark.parametrize("model", SHELF, ids=lambda model: model.name)
def test_patients_of_one_row_do_not_touch_one_another(model: Model) -> None:
    t, y, p = _points(model)
    functions, heavy = batched(model.structure), np.full(_N, 1e4)
    together, changed = np.empty_like(y), np.empty_like(y)
    with np.errstate(all="ignore"):
        functions.right_hand_side(t, y, p, together)
        inverse = _inverse(functions, t, y, p, heavy)
        y2, p2 = y.copy(), p.copy()
        y2[:, 2], p2[:, 2] = np.nan, np.nan
        functions.right_hand_side(t, y2, p2, changed)
        inverse2 = _inverse(functions, t, y2, p2, heavy)
    others = [0, 1, 3, 4]
    np.testing.assert_array_equal(changed[:, others], together[:, others])
    np.testing.assert_array_equal(inverse2[:, :, others], inverse[:, :, others])
    assert np.isnan(changed[:, 2]).any()


@pytest.mark.parametrize("model", SHELF, ids=lambda model: model.name)
def test_what_is_given_is_not_written_on(model: Model) -> None:
    t, y, p = _points(model)
    given_before = t.copy(), y.copy(), p.copy()
    out, heavy = np.empty_like(y), np.full(_N, 1e3)
    functions = batched(model.structure)
    with np.errstate(all="ignore"):
        functions.right_hand_side(t, y, p, out)
        factors = functions.factor(t, y, p, heavy)
        kept = [np.array(factor) for factor in factors]
        functions.solve(factors, np.ones_like(y))
        functions.time_derivative(t, y, p, out)
    for before, after in zip(given_before, (t, y, p), strict=True):
        np.testing.assert_array_equal(before, after)
    for before, after in zip(kept, factors, strict=True):
        np.testing.assert_array_equal(before, after)
    assert (heavy == 1e3).all()


def _random_model(rates: list[Expression]) -> Model:
    flows = ["-> A", "B ->", "A -> B"]
    return Model(
        "random",
        species={"A": Species(1.0), "B": Species(1.0)},
        parameters={"k": Parameter(1.0), "n": Parameter(1.0)},
        processes={f"p{i}": Process(flows[i], to_text(rate)) for i, rate in enumerate(rates)},
    )


@given(st.lists(SMOOTH, min_size=1, max_size=3), st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_random_models_have_the_scalar_slopes_and_the_scalar_jacobian(
    rates: list[Expression], seed: int
) -> None:
    model = _random_model(rates)
    rng = np.random.default_rng(seed)
    t, y, p = rng.uniform(0, 3, _N), rng.uniform(0.25, 3, (2, _N)), rng.uniform(0.25, 3, (2, _N))
    functions, slopes = batched(model.structure), np.empty((2, _N))
    with np.errstate(all="ignore"):
        functions.right_hand_side(t, y, p, slopes)
    for i in range(_N):
        try:
            one = np.array(compiled(model.structure).right_hand_side(p[:, i].tolist())(t[i], y[:, i]))
            J = np.array(compiled(model.structure).jacobian(p[:, i].tolist())(t[i], y[:, i]))
        except (OverflowError, ZeroDivisionError, ValueError):
            continue
        size = max(1.0, float(np.abs(one).max()))
        if not (np.isfinite(one).all() and np.isfinite(J).all() and np.abs(J).max() < 1e8 and size < 1e8):
            continue
        np.testing.assert_allclose(slopes[:, i], one, rtol=1e-10, atol=1e-10 * size)
        heavy = np.array([4.0 * np.abs(J).sum() + 1.0])
        one_patient = slice(i, i + 1)
        with np.errstate(all="ignore"):
            inverse = _inverse(functions, t[one_patient], y[:, one_patient], p[:, one_patient], heavy)
        np.testing.assert_allclose(inverse[:, :, 0] @ (heavy * np.eye(2) - J), np.eye(2), atol=1e-11)


TIMED = Model(
    "timed",
    species={"A": Species(1.0), "B": Species(0.5)},
    parameters={"k": Parameter(0.7), "t0": Parameter(1.0)},
    processes={
        "wave": Process("-> A", "k*supply*exp(-t)"),
        "turning": Process("A -> B", "A*t*t/(k + t)"),
        "switch": Process("B ->", "B*step(t - t0)"),
    },
    definitions={"warm": "1 + 0.5*tanh(t)", "supply": "warm*warm*(1 + A)"},
)


def test_the_derivative_in_time_follows_definitions_and_agrees_with_differences() -> None:
    functions = batched(TIMED.structure)
    assert functions.depends_on_time
    rng = np.random.default_rng(8)
    t, y = rng.uniform(1.2, 3, _N), rng.uniform(0.5, 2, (2, _N))
    p = np.array([[0.7], [1.0]]) * np.ones(_N)
    found, before, after = (np.empty((2, _N)) for _ in range(3))
    functions.time_derivative(t, y, p, found)
    d = 1e-5
    functions.right_hand_side(t - d, y, p, before)
    functions.right_hand_side(t + d, y, p, after)
    np.testing.assert_allclose(found, (after - before) / (2 * d), rtol=1e-7, atol=1e-8)
    assert np.abs(found).min() > 1e-3


def test_the_derivative_in_time_agrees_with_the_formula_by_hand() -> None:
    found = np.empty((2, 1))
    batched(TIMED.structure).time_derivative(
        np.array([2.0]), np.array([[1.5], [0.4]]), np.array([[0.7], [1.0]]), found
    )
    k, t, A = 0.7, 2.0, 1.5
    warm, slope = 1 + 0.5 * np.tanh(t), 0.5 / np.cosh(t) ** 2
    wave = k * (1 + A) * np.exp(-t) * (2 * warm * slope - warm**2)
    turning = A * (2 * t * (k + t) - t * t) / (k + t) ** 2
    np.testing.assert_allclose(found[:, 0], [wave - turning, turning], rtol=1e-13)


def test_a_step_of_time_alone_is_no_dependence_that_a_derivative_sees() -> None:
    model = Model(
        "switched",
        species={"A": Species(1.0)},
        parameters={"k": Parameter(1.0), "t0": Parameter(1.0)},
        processes={"made": Process("-> A", "k*step(t - t0)")},
    )
    assert not batched(model.structure).depends_on_time


@pytest.mark.parametrize("model", SHELF, ids=lambda model: model.name)
def test_a_model_depends_on_time_where_its_rates_change_with_it_and_only_there(model: Model) -> None:
    functions = batched(model.structure)
    t, y, p = _points(model)
    later, now = np.empty_like(y), np.empty_like(y)
    with np.errstate(all="ignore"):
        functions.right_hand_side(t, y, p, now)
        functions.right_hand_side(t + 1e-3, y, p, later)
    changing = not np.allclose(later, now, rtol=1e-12, atol=0.0)
    assert functions.depends_on_time == changing


def test_a_model_without_parameters_and_one_with_constant_rates_have_their_functions() -> None:
    bare = Model(
        "bare",
        species={"A": Species(1.0), "B": Species(2.0)},
        parameters={},
        processes={"loss": Process("A ->", "3*A"), "constant": Process("-> B", "2")},
    )
    functions = batched(bare.structure)
    y, p, out = np.array([[1.0, 2.0], [5.0, 6.0]]), np.empty((0, 2)), np.empty((2, 2))
    functions.right_hand_side(np.zeros(2), y, p, out)
    np.testing.assert_array_equal(out, [[-3.0, -6.0], [2.0, 2.0]])
    x = np.ones((2, 2))
    functions.solve(functions.factor(np.zeros(2), y, p, np.array([1.0, 5.0])), x)
    np.testing.assert_allclose(x, [[1 / 4, 1 / 8], [1.0, 1 / 5]], rtol=1e-15)


def test_a_species_that_nothing_changes_stays() -> None:
    model = Model(
        "still",
        species={"A": Species(1.0), "B": Species(2.0)},
        parameters={"k": Parameter(1.0)},
        processes={"loss": Process("A ->", "k*A*B")},
    )
    out = np.full((2, 1), np.nan)
    batched(model.structure).right_hand_side(np.zeros(1), np.array([[2.0], [3.0]]), np.ones((1, 1)), out)
    assert out[:, 0].tolist() == [-6.0, 0.0]


def test_equal_structures_share_their_functions() -> None:
    model = cs.models.barros_2021
    assert batched(model.structure) is batched(model.with_values(phi=0.5).structure)
