"""`essential`: the few rows of many runs on which the clinical read-outs depend."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..language.printed import batched_function
from .expanded import tree_of
from .many_quintic import Trace
from .many_refined import traced
from .many_rows import ManyRows
from .many_solved import Wishes
from .sought import Sought

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def looked_up(rows: ManyRows, names: tuple[str, ...], sought: Sought) -> Wishes[dict[str, Trace]]:
    """The quantities along the rows on which something depends, by name.

    Between two rows that are not neighbours in `rows` a trace is a straight line, which crosses no level.
    """
    if not names:
        return {}
    wanted = np.zeros((len(rows), rows.y.shape[2] - 1), dtype=bool)
    for name, value in zip(names, _values(rows, names), strict=True):
        wanted |= sought.rows(name, rows.t, value)
    return (yield from traced(essential(rows, wanted | _stirred(rows)), names, sought))


def _values(rows: ManyRows, names: tuple[str, ...]) -> list[Array]:
    structure = rows.model.structure
    function = batched_function(structure, tuple(tree_of(structure, name) for name in names))
    with np.errstate(all="ignore"):
        found = function(rows.inside, rows.y, rows.in_force)
    return [np.broadcast_to(np.asarray(value, float), rows.y.shape[1:]) for value in found]


def _stirred(rows: ManyRows) -> Mask:
    """The intervals that follow something that happened: what is over at their ends may not be seen there."""
    stirred = rows.smooth.copy()
    stirred[:, 1:] &= ~rows.smooth[:, :-1]
    found = np.array(np.broadcast_to(stirred, (len(rows), rows.y.shape[2] - 1)))
    t = np.broadcast_to(rows.t, rows.y.shape[1:])
    for i, kinks in enumerate(rows.kinks):
        for time in kinks:
            found[i, int((t[i] < time).sum()) - 1] = True
    return found


def essential(rows: ManyRows, wanted: Mask) -> ManyRows:
    """The rows at the ends of the `wanted` intervals and of their neighbours, and the first and last one.

    Parameters
    ----------
    rows : ManyRows
    wanted : ndarray of bool, shape (n, m - 1)

    Returns
    -------
    ManyRows
        A run with fewer rows than others repeats its last one.
    """
    n, m = len(rows), rows.y.shape[2]
    near = wanted.copy()  # a cubic is judged by its neighbours
    near[:, 1:] |= wanted[:, :-1]
    near[:, :-1] |= wanted[:, 1:]
    kept = np.zeros((n, m), dtype=bool)
    kept[:, :-1] |= near
    kept[:, 1:] |= near
    kept[:, [0, -1]] = True
    i, j = np.nonzero(kept)
    place = np.cumsum(kept, axis=1)
    row = np.full((n, int(place[:, -1].max())), m - 1)
    row[i, place[i, j] - 1] = j
    member = np.arange(n)[:, np.newaxis]
    smooth = np.broadcast_to(rows.smooth, (n, m - 1))[member, np.minimum(row[:, :-1], m - 2)]
    smooth &= np.diff(row, axis=1) == 1

    def of(values: Array) -> Array:
        return np.asarray(np.broadcast_to(values, (*values.shape[:-2], n, m))[..., member, row])

    return replace(
        rows,
        t=of(rows.t),
        inside=of(rows.inside),
        y=of(rows.y),
        changing={place: of(values) for place, values in rows.changing.items()},
        inflow=None if rows.inflow is None else of(rows.inflow),
        smooth=smooth,
    )
