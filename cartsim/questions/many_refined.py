"""The roles along many runs, with more rows where a read-out depends on what a cubic does not describe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .many_curves import doubts
from .many_inserted import Insertion
from .many_quintic import Quintics, Trace
from .many_rows import ManyRows
from .many_solved import NewRows, Wishes, at_kinks, inside
from .rows import along

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
Wanted = Callable[[str, Trace], Mask]
"""Takes a role and its trace; says on which intervals a read-out depends, shape (n, m - 1)."""

_DOUBTFUL = 3e-6  # of a value: a cubic that is wrong by more is replaced
_AIM = 1e-6  # what it is to be wrong by then
# A cubic that is wrong by more has no good quintic either: the run is solved again. Times in which cells
# double depend on their amounts more than peaks do.
_GROSS = {"car_t": 5e-3}
_GROSS_ELSEWHERE = 2e-2
_ROUNDS = 2
_MOST_PARTS = 16


def traced(rows: ManyRows, roles: tuple[str, ...], wanted: Wanted) -> Wishes[dict[str, Trace]]:
    """The roles along the rows, by name, with more rows where they are `wanted` and in doubt.

    Most of them follow from the second derivatives; where the rows are too far apart for that, the runs are
    solved again.
    """
    found = {role: rows.along(role) for role in roles}
    for k in range(max(map(len, rows.kinks))):
        new = yield from at_kinks(rows, k)
        if new is not None:
            insertion = Insertion.of(rows.y.shape[1:], new.member, new.after)
            found, rows = _inserted(rows, found, new, insertion)
    doubt = {role: doubts(rows.t, *pair, rows.smooth) for role, pair in found.items()}
    for left in range(_ROUNDS, -1, -1):
        traces = {role: Trace(rows.t, *pair, rows.smooth, doubt[role]) for role, pair in found.items()}
        quintics = {role: _quintics(rows, role, trace, wanted) for role, trace in traces.items()}
        i, j, parts = _gross(quintics, doubt)
        new = (yield from inside(rows, i, j, parts)) if left and len(i) else None
        if new is None:
            break
        insertion = Insertion.of(rows.y.shape[1:], new.member, new.after)
        found, rows = _inserted(rows, found, new, insertion)
        doubt = {role: insertion.intervals(values) for role, values in doubt.items()}
    return {
        role: trace if pieces is None else pieces.cut(trace, _AIM, _GROSS.get(role, _GROSS_ELSEWHERE))
        for (role, trace), pieces in zip(traces.items(), quintics.values(), strict=True)
    }


def _gross(
    quintics: Mapping[str, Quintics | None], doubt: Mapping[str, Array]
) -> tuple[Places, Places, Places]:
    """Runs, intervals, and into how many parts these must be solved; notes the doubt of the parts."""
    shape = next(iter(doubt.values())).shape
    parts = np.zeros(shape, dtype=np.intp)
    for role, pieces in quintics.items():
        if pieces is not None:
            # The error of a cubic falls with the fourth power of its length.
            needed = np.ceil((np.minimum(pieces.least_doubt, 1.0) / _AIM) ** 0.25).clip(2, _MOST_PARTS)
            gross = pieces.least_doubt > _GROSS.get(role, _GROSS_ELSEWHERE)
            np.maximum.at(parts, (pieces.i, pieces.j), np.where(gross, needed, 0).astype(np.intp))
    i, j = np.nonzero(parts)
    for values in doubt.values():
        values[i, j] = np.minimum(values[i, j], 1.0) / parts[i, j] ** 4.0 + _DOUBTFUL
    return i, j, parts[i, j]


def _quintics(rows: ManyRows, role: str, trace: Trace, wanted: Wanted) -> Quintics | None:
    """Pieces for the intervals in doubt on which a read-out depends; None if there are none."""
    smooth = np.broadcast_to(trace.smooth, trace.doubt.shape)
    large = trace.doubt >= _DOUBTFUL
    # The first of several smooth intervals may hide what is over at its end.
    large[:, 0] |= smooth[:, 0]
    large[:, 1:] |= smooth[:, 1:] & ~smooth[:, :-1]
    large &= smooth
    if not large.any() or not np.isfinite(trace.value).all():
        return None
    large &= wanted(role, trace)
    return Quintics.of(rows, role, trace, large) if large.any() else None


def _inserted(
    rows: ManyRows, found: Mapping[str, tuple[Array, Array]], new: NewRows, insertion: Insertion
) -> tuple[dict[str, tuple[Array, Array]], ManyRows]:
    """Roles and rows with the new ones between."""
    p, inflow = rows.parameters_at(new.member, new.after), rows.inflow_at(new.member, new.after)
    roles = {}
    for role, pair in found.items():
        fresh = along(rows.model.structure, role, new.inside, new.y, p, inflow)
        value, slope = (np.broadcast_to(np.asarray(part, float), new.t.shape) for part in fresh)
        roles[role] = insertion.rows(pair[0], value), insertion.rows(pair[1], slope)
    t = insertion.rows(rows.t, new.t)
    return roles, replace(
        rows,
        t=t,
        inside=insertion.rows(rows.inside, new.inside),
        y=insertion.rows(rows.y, new.y),
        changing={place: insertion.rows(values, p[place]) for place, values in rows.changing.items()},
        inflow=None if inflow is None or rows.inflow is None else insertion.rows(rows.inflow, inflow),
        smooth=insertion.intervals(rows.smooth) & (np.diff(t, axis=1) > 0.0),
    )
