"""Pieces of the fifth degree where a cubic is not good enough: the exact second derivatives are known.

Such a piece goes through the values or through their logarithms, whichever is smoother; then it is cut into
cubic ones, so that everything else deals with cubics.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .many_inserted import Insertion
from .many_rows import ManyRows
from .rows import movers_of, slope_along

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
Ends = tuple[tuple[Array, Array, Array], tuple[Array, Array, Array]]
"""Value, slope and second derivative at both ends of pieces, whose length is the unit of time."""

_STEP = 1e-6  # of an interval: along this part of it the slope is compared
_MOST_PARTS = 16
_LARGEST = 600.0  # a logarithm above this is none


@dataclass(frozen=True, eq=False)
class Trace:
    """One role along the rows of n runs.

    Attributes
    ----------
    t : ndarray, shape (n, m) or (1, m)
    value, slope : ndarray, shape (n, m)
    smooth : ndarray of bool, shape (n, m - 1) or (1, m - 1)
    doubt : ndarray, shape (n, m - 1)
        See `doubts`.
    """

    t: Array
    value: Array
    slope: Array
    smooth: Mask
    doubt: Array


@dataclass(frozen=True, eq=False)
class Quintics:
    """Quintic pieces in some intervals of a trace.

    Attributes
    ----------
    i, j : ndarray of int, shape (k,)
        Run and interval of each.
    t, h : ndarray, shape (k,)
        Where it begins, and its length.
    ends, log_ends : Ends
        Of the values and of their logarithms.
    doubt, log_doubt : ndarray, shape (k,)
        How wrong the cubics with the same values and slopes may be, as a part of the value.
    """

    i: Places
    j: Places
    t: Array
    h: Array
    ends: Ends
    log_ends: Ends
    doubt: Array
    log_doubt: Array

    @classmethod
    def of(cls, rows: ManyRows, role: str, trace: Trace, wanted: Mask) -> Quintics:
        """The pieces of the `wanted` intervals, shape (n, m - 1), which must be smooth."""
        i, j = np.nonzero(wanted)
        t = np.broadcast_to(trace.t, trace.value.shape)
        h = t[i, j + 1] - t[i, j]
        ends, log_ends = [], []
        slopes = np.concatenate([trace.slope[i, j], trace.slope[i, j + 1]])
        step = np.concatenate([_STEP * h, -_STEP * h])
        bends = _second(rows, role, slopes, np.tile(i, 2), np.concatenate([j, j + 1]), step)
        for value, slope, bend in (
            (trace.value[i, j], slopes[: len(i)], bends[: len(i)]),
            (trace.value[i, j + 1], slopes[len(i) :], bends[len(i) :]),
        ):
            y, m, b = value, h * slope, h * h * bend
            ends.append((y, m, b))
            with np.errstate(all="ignore"):
                log_ends.append((np.log(y), m / y, b / y - (m / y) ** 2))
        both, logs = (ends[0], ends[1]), (log_ends[0], log_ends[1])
        size = np.maximum(np.abs(ends[0][0]), np.abs(ends[1][0]))
        with np.errstate(all="ignore"):
            off, log = _off(both), _off(logs)
            plain = np.where(off == 0.0, 0.0, off / size)  # nothing at all is known exactly
        known = trace.doubt[i, j]
        return cls(
            i,
            j,
            t[i, j],
            h,
            both,
            logs,
            np.maximum(_or_inf(plain), np.where(known < np.inf, known, 0.0)),
            _or_inf(log),
        )

    @property
    def least_doubt(self) -> Array:
        """How wrong the better of the two cubics may be, shape (k,); the quintic ones are better still."""
        return np.minimum(self.doubt, self.log_doubt)

    def cut(self, trace: Trace, aim: float, limit: float) -> Trace:
        """The trace with cubic pieces that follow the quintic ones that are in less doubt than `limit`."""
        good = self.least_doubt <= limit
        parts = np.ceil((np.minimum(self.doubt, 1.0) / aim) ** 0.25).clip(2, _MOST_PARTS).astype(np.intp)
        parts = np.where(good, parts, 1)
        owner = np.repeat(np.arange(len(parts)), parts - 1)
        if not len(owner):
            return trace
        step = np.arange(len(owner)) - np.repeat(np.cumsum(parts - 1) - (parts - 1), parts - 1) + 1
        s = step / parts[owner]
        value, slope = _quintic(s, _of(self.ends, owner))
        log, rate = _quintic(s, _of(self.log_ends, owner))
        take = self.log_doubt[owner] < self.doubt[owner]
        with np.errstate(all="ignore"):
            other = np.exp(np.minimum(log, _LARGEST))
            value, slope = np.where(take, other, value), np.where(take, other * rate, slope)
        insertion = Insertion.of(trace.value.shape, self.i[owner], self.j[owner])
        doubt = trace.doubt.copy()
        doubt[self.i[good], self.j[good]] = aim
        t = insertion.rows(trace.t, self.t[owner] + s * self.h[owner])
        return Trace(
            t,
            insertion.rows(trace.value, value),
            insertion.rows(trace.slope, slope / self.h[owner]),
            insertion.intervals(trace.smooth) & (np.diff(t, axis=1) > 0.0),
            insertion.intervals(doubt),
        )


def _second(rows: ManyRows, role: str, slope: Array, i: Places, j: Places, step: Array) -> Array:
    """The second time derivative of a role at the rows `j` of the runs `i`, seen from the side of `step`."""
    structure = rows.model.structure
    movers = movers_of(structure, role)
    t = np.broadcast_to(rows.inside, rows.y.shape[1:])[i, j]
    y: list[Array | float] = [0.0] * len(structure.species)
    for place in movers.species:
        y[place] = rows.y[place, i, j]
    p, inflow = rows.some_parameters_at(i, j, movers.parameters), rows.inflow_at(i, j)
    with np.errstate(all="ignore"):
        rates = movers.rates(t, y, p)
        for place, rate in zip(movers.places, rates, strict=True):
            y[place] = y[place] + step * (rate if inflow is None else rate + inflow[place])
        return np.asarray((slope_along(structure, role, t + step, y, p, inflow) - slope) / step)


def _off(ends: Ends) -> Array:
    """How far the cubics are from the quintic ones in the middle, at most."""
    (y0, m0, b0), (y1, m1, b1) = ends
    rise = y1 - y0
    left, right = b0 - (6.0 * rise - 4.0 * m0 - 2.0 * m1), b1 - (-6.0 * rise + 2.0 * m0 + 4.0 * m1)
    return (np.abs(left) + np.abs(right)) / 64.0


def _or_inf(doubt: Array) -> Array:
    return np.where(np.isfinite(doubt), doubt, np.inf)


def _of(ends: Ends, which: Places) -> Ends:
    (y0, m0, b0), (y1, m1, b1) = ends
    return (y0[which], m0[which], b0[which]), (y1[which], m1[which], b1[which])


def _quintic(s: Array, ends: Ends) -> tuple[Array, Array]:
    """Value and slope of the pieces at the places `s` between 0 and 1."""
    (y0, m0, b0), (y1, m1, b1) = ends
    # What is missing at the right end of the Taylor polynomial of the left one.
    with np.errstate(all="ignore"):
        rise, run, bend = y1 - y0 - m0 - 0.5 * b0, m1 - m0 - b0, b1 - b0
        c3 = 10.0 * rise - 4.0 * run + 0.5 * bend
        c4 = -15.0 * rise + 7.0 * run - bend
        c5 = 6.0 * rise - 3.0 * run + 0.5 * bend
        value = y0 + s * (m0 + s * (0.5 * b0 + s * (c3 + s * (c4 + s * c5))))
        return value, m0 + s * (b0 + s * (3.0 * c3 + s * (4.0 * c4 + s * 5.0 * c5)))
