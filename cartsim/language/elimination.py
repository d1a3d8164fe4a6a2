"""Sparse Gaussian elimination as a list of operations, planned once a structure.

The Jacobian of a model is mostly zeros, and where they stand is known from its text. So the elimination is
planned beforehand: in which order, and which entries fill in. What is printed from the plan is a few dozen
operations on numbers (or on arrays with one number a patient), and no search for pivots while it runs: the
matrices are ``I/(h*gamma) - J``, whose diagonal a smaller step makes as heavy as need be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Place = tuple[int, int]


@dataclass(frozen=True)
class Pivot:
    """One step of the elimination.

    Attributes
    ----------
    index : int
        The diagonal entry that is eliminated.
    rows, columns : tuple of int
        The other rows and columns still left in which its column and row are not zero.
    fresh : frozenset of (int, int)
        The entries that are zero until this step fills them in.
    """

    index: int
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    fresh: frozenset[Place]


def plan(size: int, pattern: Iterable[Place]) -> tuple[Pivot, ...]:
    """The elimination of a matrix whose entries outside `pattern` and the diagonal are zero.

    The next pivot is always the one that fills in the least (Markowitz 1957, doi:10.1287/mnsc.3.3.255).

    Examples
    --------
    An arrow: with its head first everything fills in, with its head last nothing does.

    >>> arrow = [(0, j) for j in range(4)] + [(i, 0) for i in range(4)]
    >>> [pivot.index for pivot in plan(4, arrow)], any(pivot.fresh for pivot in plan(4, arrow))
    ([1, 2, 0, 3], False)
    """
    filled = {(i, i) for i in range(size)} | set(pattern)
    left = set(range(size))
    pivots: list[Pivot] = []
    while left:
        rows = {k: tuple(i for i in sorted(left) if i != k and (i, k) in filled) for k in left}
        columns = {k: tuple(j for j in sorted(left) if j != k and (k, j) in filled) for k in left}
        chosen = min(left, key=lambda k: (len(rows[k]) * len(columns[k]), k))
        left.remove(chosen)
        touched = {(i, j) for i in rows[chosen] for j in columns[chosen]}
        pivots.append(Pivot(chosen, rows[chosen], columns[chosen], frozenset(touched - filled)))
        filled |= touched
    return tuple(pivots)


def factor_lines(pivots: tuple[Pivot, ...]) -> list[str]:
    """The factorisation as code on names ``_w_i_j``.

    Below the diagonal the multipliers take the place of what they eliminate; ``_r_k`` is one over a pivot.
    """
    lines = []
    for pivot in pivots:
        k = pivot.index
        lines.append(f"_r_{k} = 1.0/_w_{k}_{k}")
        for i in pivot.rows:
            lines.append(f"_w_{i}_{k} = _w_{i}_{k}*_r_{k}")
            for j in pivot.columns:
                before = "" if (i, j) in pivot.fresh else f"_w_{i}_{j} "
                lines.append(f"_w_{i}_{j} = {before}-{' ' * bool(before)}_w_{i}_{k}*_w_{k}_{j}")
    return lines


def solve_lines(pivots: tuple[Pivot, ...]) -> list[str]:
    """The solution as code on names ``_x_i``: the right-hand side before, the solution after."""
    forward = [
        f"_x_{i} = _x_{i} - _w_{i}_{pivot.index}*_x_{pivot.index}" for pivot in pivots for i in pivot.rows
    ]
    backward = []
    for pivot in reversed(pivots):
        k = pivot.index
        taken = "".join(f" - _w_{k}_{j}*_x_{j}" for j in pivot.columns)
        backward.append(f"_x_{k} = (_x_{k}{taken})*_r_{k}" if taken else f"_x_{k} = _x_{k}*_r_{k}")
    return forward + backward
