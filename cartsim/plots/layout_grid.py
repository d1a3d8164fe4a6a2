"""Where the species of a diagram go: each into a cell of a coarse grid, so that lines are few and short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from .layout_geometry import Array, crossings, through

_STARTS = 6
_CROSSING, _HIDDEN = 1.2, 3.0  # in lengths of a cell

Links = Sequence[tuple[int, int, float]]


def grids(number: int, *, aspect: float) -> list[tuple[int, int]]:
    """Sizes of grid (columns, rows) worth trying for so many species, the fullest first.

    Examples
    --------
    >>> grids(1, aspect=1.0), grids(6, aspect=1.0)
    ([(1, 1)], [(3, 2), (2, 3), (4, 2), (3, 3)])
    """
    if number <= 1:
        return [(1, 1)]
    found = []
    for rows in range(1, number + 1):
        columns = -(-number // rows)
        if (columns - 1) * rows < number <= columns * rows and columns * (rows - 1) < number:
            found.append((columns, rows))
    found.sort(key=lambda grid: (abs(np.log(grid[0] / grid[1] / aspect)), grid))
    best = found[:2]
    wider = [(columns + 1, rows) for columns, rows in best if rows > 1]
    return list(dict.fromkeys([*best, *wider]))


def arrange(number: int, links: Links, *, columns: int, rows: int) -> list[Array]:
    """Cells for the species, the best arrangement first.

    Parameters
    ----------
    number : int
        How many species.
    links : sequence of (int, int, float)
        Pairs of species and how much they want to be neighbours.
    columns, rows : int
        Size of the grid, at least `number` cells.

    Returns
    -------
    list of ndarray, shape (number, 2)
        Column and row of each species, rows counted upwards; no two in one cell. Several different local
        optima, found from fixed starts by exchanging the contents of two cells as long as it helps.
    """
    cells = np.array([(c, r) for r in reversed(range(rows)) for c in range(columns)], dtype=float)
    pairs = np.array([(a, b) for a, b, _ in links if a != b], dtype=int).reshape(-1, 2)
    weights = np.array([w for a, b, w in links if a != b])
    found: dict[bytes, tuple[float, Array]] = {}
    for order in _starts(number, len(cells)):
        cost = _cost(cells[order[:number]], pairs, weights)
        improved = True
        while improved:
            improved = False
            for i, j in combinations(range(len(cells)), 2):
                if i >= number:
                    continue
                order[[i, j]] = order[[j, i]]
                changed = _cost(cells[order[:number]], pairs, weights)
                if changed < cost - 1e-9:
                    cost, improved = changed, True
                else:
                    order[[i, j]] = order[[j, i]]
        places = cells[order[:number]]
        found[places.tobytes()] = (cost, places)
    return [places for _, places in sorted(found.values(), key=lambda entry: entry[0])]


def _starts(number: int, cells: int) -> Iterator[NDArray[np.intp]]:
    """Fixed permutations of the cells, the order of reading first."""
    random = np.random.default_rng(number)
    yield np.arange(cells)
    for _ in range(_STARTS - 1 if number > 1 else 0):
        yield random.permutation(cells)


def _cost(places: Array, pairs: NDArray[np.intp], weights: Array) -> float:
    """Length of the links, plus what crosses and what is hidden behind a species."""
    reading = 0.01 * float((places[:, 0] - places[:, 1]) @ np.arange(len(places), 0.0, -1.0)) / len(places)
    if len(pairs) == 0:
        return reading
    lines = places[pairs]
    lengths = np.linalg.norm(lines[:, 1] - lines[:, 0], axis=-1)
    behind = through(lines, places, np.full(2, 0.25))
    rows = np.arange(len(pairs))
    behind[rows, pairs[:, 0]] = behind[rows, pairs[:, 1]] = False
    crossed = crossings(lines, lines) * np.minimum(weights[:, None], weights)
    cost = weights @ lengths**1.5 + _HIDDEN * weights @ behind.sum(axis=1) + _CROSSING * crossed.sum() / 2.0
    return float(cost) + reading
