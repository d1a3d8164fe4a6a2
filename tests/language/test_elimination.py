"""The planned elimination: right to rounding for every sparse pattern, and no more fill than needed."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cartsim.language.elimination import Pivot, Place, factor_lines, plan, solve_lines


@st.composite
def patterns(draw: st.DrawFn) -> tuple[int, set[Place]]:
    size = draw(st.integers(1, 9))
    place = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1))
    return size, draw(st.sets(place, max_size=3 * size))


def _solved(pivots: tuple[Pivot, ...], matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The printed lines, run on names as `BatchedFunctions` does."""
    n = len(matrix)
    fresh = {place for pivot in pivots for place in pivot.fresh}
    names = {
        f"_w_{i}_{j}": float(matrix[i, j])
        for i in range(n)
        for j in range(n)
        if (matrix[i, j] or i == j) and (i, j) not in fresh
    }
    names |= {f"_x_{i}": float(right[i]) for i in range(n)}
    exec("\n".join([*factor_lines(pivots), *solve_lines(pivots)]), {}, names)
    return np.array([names[f"_x_{i}"] for i in range(n)])


def _matrix(size: int, pattern: set[Place], seed: int) -> np.ndarray:
    """Random signs and sizes over six decades; the diagonal outweighs its column, as small steps do."""
    rng = np.random.default_rng(seed)
    matrix = np.zeros((size, size))
    for i, j in sorted(pattern):
        matrix[i, j] = rng.choice([-1.0, 1.0]) * 10 ** rng.uniform(-3, 3)
    np.fill_diagonal(matrix, 0.0)
    np.fill_diagonal(matrix, np.abs(matrix).sum(axis=0) * 1.1 + 10 ** rng.uniform(-3, 3, size))
    return matrix


@given(patterns(), st.integers(0, 2**32 - 1))
@settings(max_examples=150)
def test_every_sparse_system_is_solved_to_rounding(case: tuple[int, set[Place]], seed: int) -> None:
    size, pattern = case
    matrix = _matrix(size, pattern, seed)
    right = np.random.default_rng(seed + 1).normal(size=size)
    x = _solved(plan(size, pattern), matrix, right)
    residual = np.abs(matrix @ x - right).max()
    assert residual <= 1e-13 * (np.abs(matrix).sum(axis=1).max() * np.abs(x).max() + np.abs(right).max())


@given(patterns(), st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_an_entry_of_the_pattern_may_be_zero_after_all(case: tuple[int, set[Place]], seed: int) -> None:
    size, pattern = case
    matrix = _matrix(size, set(), seed)
    full = dict.fromkeys(pattern, 0.0)
    names = {f"_w_{i}_{j}": value for (i, j), value in full.items()}
    names |= {f"_w_{i}_{i}": matrix[i, i] for i in range(size)} | {f"_x_{i}": 1.0 for i in range(size)}
    pivots = plan(size, pattern)
    exec("\n".join([*factor_lines(pivots), *solve_lines(pivots)]), {}, names)
    for i in range(size):
        np.testing.assert_allclose(names[f"_x_{i}"], 1.0 / matrix[i, i], rtol=1e-15)


@given(patterns())
def test_every_row_is_a_pivot_once_and_only_what_is_left_is_touched(case: tuple[int, set[Place]]) -> None:
    size, pattern = case
    pivots = plan(size, pattern)
    assert sorted(pivot.index for pivot in pivots) == list(range(size))
    done: set[int] = set()
    for pivot in pivots:
        done.add(pivot.index)
        assert not done & set(pivot.rows)
        assert not done & set(pivot.columns)
        assert pivot.fresh <= {(i, j) for i in pivot.rows for j in pivot.columns}


@given(patterns())
def test_what_fills_in_is_fresh_exactly_once_and_was_not_there(case: tuple[int, set[Place]]) -> None:
    size, pattern = case
    there = set(pattern) | {(i, i) for i in range(size)}
    for pivot in plan(size, pattern):
        assert not there & pivot.fresh
        there |= pivot.fresh


def test_an_arrow_is_turned_so_that_its_head_comes_last() -> None:
    for head in range(6):
        pattern = {(head, j) for j in range(6)} | {(i, head) for i in range(6)}
        assert not any(pivot.fresh for pivot in plan(6, pattern))


def test_a_chain_of_compartments_fills_in_nothing() -> None:
    chain = {(i + 1, i) for i in range(7)}
    assert not any(pivot.fresh for pivot in plan(8, chain))
    both = chain | {(i, i + 1) for i in range(7)}
    assert not any(pivot.fresh for pivot in plan(8, both))


def test_a_ring_must_fill_in_something() -> None:
    ring = {((i + 1) % 5, i) for i in range(5)}
    assert any(pivot.fresh for pivot in plan(5, ring))


def test_the_order_does_not_depend_on_the_order_of_the_pattern() -> None:
    pattern = [(0, 3), (3, 1), (2, 0), (1, 2), (4, 0), (0, 4)]
    assert plan(5, pattern) == plan(5, reversed(pattern))
