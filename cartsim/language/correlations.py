"""Even numbers tied together: a Gaussian copula, and correlations that contradict one another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import ModelError, UnknownNameError, shorten, suggestion
from .values import finite

Array = NDArray[np.float64]
Pair = tuple[int, int]
EVEN = (2.0**-54, 1.0 - 2.0**-53)
"""The smallest and the largest even number, both with a finite normal score."""


def correlate(
    uniforms: Mapping[str, Array], correlation: Mapping[tuple[str, str], float]
) -> dict[str, Array]:
    """Even numbers tied together by a Gaussian copula.

    Parameters
    ----------
    uniforms : mapping of str to ndarray, shape (n,)
        Independent, above 0 and below 1, by name.
    correlation : mapping of (str, str) to float
        The correlation of two names' normal scores; of log-normal numbers, that of their logarithms. It is 0
        for pairs that are left out.

    Returns
    -------
    dict of str to ndarray, shape (n,)
        The first of the names that belong together keeps its numbers, as do names without any correlation.

    Raises
    ------
    ModelError
        If the correlations contradict one another; the names are given.
    """
    from scipy.special import ndtr, ndtri

    names = list(uniforms)
    tied = dict(uniforms)
    for name, row in zip(names, _triangle(names, _pairs(names, correlation)), strict=True):
        if any(row[:-1]):
            score = row[-1] * ndtri(uniforms[name])
            for other, weight in zip(names, row[:-1], strict=False):  # not BLAS: its order of adding varies
                score = score + weight * ndtri(uniforms[other]) if weight else score
            tied[name] = np.clip(ndtr(score), *EVEN)
    return tied


def _pairs(names: list[str], correlation: Any) -> dict[Pair, float]:
    """The correlations by the places of the two names, the earlier first."""
    found: dict[Pair, float] = {}
    if not isinstance(correlation, Mapping):
        raise ModelError(
            f"correlation must be a mapping such as {{('r', 'k'): 0.5}}, not {shorten(correlation)}"
        )
    for pair, value in correlation.items():
        if not isinstance(pair, tuple) or len(pair) != 2 or pair[0] == pair[1]:
            raise ModelError(f"correlation is given for two names, such as ('r', 'k'), not {shorten(pair)}")
        for name in pair:
            if name not in names:
                raise UnknownNameError(
                    f"correlation names {shorten(name)}, which has no spread"
                    + suggestion(name, names, plural="names that have one")
                )
        what = f"the correlation of {pair[0]!r} and {pair[1]!r}"
        rho = finite(value, what)
        if not -1.0 < rho < 1.0:
            raise ModelError(f"{what} is {rho:g}; it must lie above -1 and below 1")
        first, second = sorted(map(names.index, pair))
        if found.setdefault((first, second), rho) != rho:
            raise ModelError(f"{what} is given twice, as {found[first, second]:g} and {rho:g}")
    return found


def _triangle(names: list[str], pairs: Mapping[Pair, float]) -> list[list[float]]:
    """The rows of the lower triangular factor (Cholesky) of the matrix of correlations."""
    rows: list[list[float]] = []
    for i in range(len(names)):
        row: list[float] = []
        for j, above in enumerate(rows):
            rest = pairs.get((j, i), 0.0) - math.fsum(a * b for a, b in zip(row, above, strict=False))
            row.append(rest / above[j])
        left = 1.0 - math.fsum(a * a for a in row)
        if left < 1e-12:  # a thousand times what rounding can do to it
            raise ModelError(_contradiction(names, pairs))
        rows.append([*row, math.sqrt(left)])
    return rows


def _contradiction(names: list[str], pairs: Mapping[Pair, float]) -> str:
    matrix = np.eye(len(names))
    for (i, j), rho in pairs.items():
        matrix[i, j] = matrix[j, i] = rho
    values, vectors = np.linalg.eigh(matrix)
    parts = np.abs(vectors[:, 0])
    guilty = [name for name, part in zip(names, parts, strict=True) if part > 0.3 * parts.max()]
    return (
        f"the correlations of {', '.join(map(repr, guilty))} contradict one another: their matrix is not "
        f"positive definite (smallest eigenvalue {values[0]:.2g}; pairs left out count as 0); "
        "bring one of them nearer to 0"
    )
