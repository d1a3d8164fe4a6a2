"""`Curves`: one quantity of many runs between their output times, as cubic pieces with the exact derivatives.

Every question takes one time, range or level a curve and is answered for all curves at once. Nothing is
interpolated across a jump.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .cubic import Cubic

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

GROSS = 1e-2  # a piece in doubt by more than this part of its value is kept between its two ends
_NEGLIGIBLE = 1e-12  # this part of the largest value is not looked at closely
_JUMP = 1e-9  # a smaller relative difference between two rows of one time is rounding


def doubts(t: Array, y: Array, slope: Array, smooth: Mask) -> Array:
    """How wrong the cubic of each interval may be, as a part of the value.

    Every inner time is a check: the cubic across its two intervals must meet it.

    Parameters
    ----------
    t : ndarray, shape (n, m) or (1, m)
        Times of each curve, not decreasing; (1, m) if all curves share them.
    y, slope : ndarray, shape (n, m)
        Values and derivatives.
    smooth : ndarray of bool, shape (n, m - 1) or (1, m - 1)
        Which intervals have a length and no event inside.

    Returns
    -------
    ndarray, shape (n, m - 1)
        Infinite for a smooth interval without a smooth neighbour, 0 for one that is not smooth.

    Examples
    --------
    >>> t = np.array([[0.0, 1.0, 2.0]])
    >>> doubts(t, t**3, 3 * t**2, np.array([[True, True]])).tolist()
    [[0.0, 0.0]]
    """
    h = np.diff(t, axis=1)
    before, after = h[:, :-1], h[:, 1:]
    checked = smooth[:, :-1] & smooth[:, 1:]
    with np.errstate(all="ignore"):
        s = before / (before + after)
        r = 1.0 - s
        left, right = (1.0 + 2.0 * s) * r * r, (1.0 + 2.0 * r) * s * s
        expected = left * y[:, :-2]
        expected += right * y[:, 2:]
        expected += (before * r * r) * slope[:, :-2]
        expected -= (after * s * s) * slope[:, 2:]
        expected -= y[:, 1:-1]
        size = np.abs(y)
        np.maximum(size, _NEGLIGIBLE * size.max(axis=1, keepdims=True), out=size)
        largest = np.maximum(size[:, :-2], size[:, 2:])
        np.maximum(largest, size[:, 1:-1], out=largest)
        error = np.abs(expected, out=expected)
        error /= np.where(largest > 0.0, largest, 1.0)
        error[~np.isfinite(error)] = np.inf
        # The error of a cubic is h0^2 h1^2 y''''/24 at a distance h0, h1 from its ends.
        ratio = before / after
        found = np.zeros_like(y[:, :-1])
        np.multiply(error, ratio**2 / 16.0, out=found[:, :-1], where=checked)
        other = np.multiply(error, ratio**-2.0 / 16.0, out=np.zeros_like(error), where=checked)
        np.maximum(found[:, 1:], other, out=found[:, 1:])
    seen = np.zeros(smooth.shape, dtype=bool)
    seen[:, :-1] |= checked
    seen[:, 1:] |= checked
    return np.where(smooth & ~seen, np.inf, found)


def _limited(exact: Array, secant: Array) -> Array:
    """Slopes with which a cubic stays between its two ends, as near to the exact ones as they may be."""
    exact = np.where(np.isfinite(exact), exact, secant)  # such as that of a square root at 0
    size = np.minimum(abs(exact), 3.0 * abs(secant))
    return np.asarray(np.sign(secant) * size * (exact * secant > 0.0))


@dataclass(frozen=True, eq=False)
class Curves:
    """A quantity of many runs as functions of time, smooth between events.

    Parameters
    ----------
    t : ndarray, shape (n, m) or (1, m)
        Times, not decreasing; two equal ones are the two sides of a jump, and a short curve repeats its last
        time. One row if all curves share them.
    y, slope : ndarray, shape (n, m)
        Values and derivatives there.
    smooth : ndarray of bool, shape (n, m - 1) or (1, m - 1)
        Intervals in which the derivatives can be trusted; elsewhere a curve is a straight line.
    doubt : ndarray, shape (n, m - 1), optional
        From `doubts`, if it is known already.

    Notes
    -----
    Where a cubic is in gross doubt, as for a fast transient between two times, its slopes are limited so that
    it stays between its two ends [1]_.

    References
    ----------
    .. [1] Fritsch, Carlson 1980, SIAM J Numer Anal 17:238-246, doi:10.1137/0717021
    """

    t: Array
    y: Array
    slope: Array
    smooth: Mask
    doubt: Array | None = None

    def __len__(self) -> int:
        return len(self.y)

    @cached_property
    def times(self) -> Array:
        """The times of every curve, shape (n, m)."""
        return np.broadcast_to(self.t, self.y.shape)

    @cached_property
    def h(self) -> Array:
        """The lengths of the intervals, shape (n, m - 1) or (1, m - 1)."""
        return np.diff(self.t, axis=1)

    @cached_property
    def end(self) -> Array:
        """The last time of each curve, shape (n,)."""
        return np.array(self.times[:, -1])

    @cached_property
    def slopes(self) -> tuple[Array, Array]:
        """The derivatives at the left and right end of each piece, each of shape (n, m - 1)."""
        doubt = doubts(self.t, self.y, self.slope, self.smooth) if self.doubt is None else self.doubt
        sides = self.slope[:, :-1].copy(), self.slope[:, 1:].copy()
        straight = ~np.broadcast_to(self.smooth, doubt.shape)
        for where, limited in ((straight, False), (~straight & (doubt > GROSS), True)):
            i, j = np.nonzero(where)
            secant = self._secant(i, j)
            for m in sides:
                m[i, j] = _limited(m[i, j], secant) if limited else secant
        for m in sides:
            if not np.isfinite(m).all():
                i, j = np.nonzero(~np.isfinite(m))
                m[i, j] = self._secant(i, j)
        return sides

    def _secant(self, i: Places, j: Places) -> Array:
        """The slopes of straight lines across the intervals `j` of the curves `i`; 0 without a length."""
        h = np.broadcast_to(self.h, (len(self), self.h.shape[1]))[i, j]
        rise = self.y[i, j + 1] - self.y[i, j]
        return np.divide(rise, h, out=np.zeros_like(h), where=h > 0.0)

    @cached_property
    def hull(self) -> tuple[Array, Array]:
        """Bounds of each piece, below and above, each of shape (n, m - 1): those of its Bernstein form."""
        left, right = self.slopes
        third = self.h / 3.0
        inner = self.y[:, :-1] + third * left, self.y[:, 1:] - third * right
        outer = self.y[:, :-1], self.y[:, 1:]
        low = np.minimum(np.minimum(*inner), np.minimum(*outer))
        return low, np.maximum(np.maximum(*inner), np.maximum(*outer))

    @cached_property
    def jumps(self) -> list[list[float]]:
        """The times at which each curve jumps."""
        found: list[list[float]] = [[] for _ in range(len(self))]
        columns = np.flatnonzero((self.h == 0.0).any(axis=0))
        before, after = self.y[:, columns], self.y[:, columns + 1]
        size = np.maximum(np.abs(before), np.abs(after))
        at = (self.h[:, columns] == 0.0) & (np.abs(after - before) > _JUMP * size)
        for i, j in np.argwhere(at).tolist():
            found[i].append(float(self.times[i, columns[j]]))
        return found

    # -------------------------------------------------------------- pieces

    def row_before(self, members: Places, time: Array) -> Places:
        """The last row at or before `time`, of the curves `members`; that after a jump."""
        if len(self.t) == 1:
            return np.searchsorted(self.t[0], time, side="right") - 1
        return np.asarray((self.t[members] <= time[:, np.newaxis]).sum(axis=1) - 1)

    def pieces(self, i: Places, j: Places) -> Cubic:
        """The pieces of the curves `i` in the intervals `j`, two arrays of the same shape."""
        left, right = self.slopes
        t = self.times
        h = t[i, j + 1] - t[i, j]
        return Cubic(t[i, j], h, self.y[i, j], self.y[i, j + 1], h * left[i, j], h * right[i, j])

    def value_of(self, members: Places, time: Array) -> Array:
        """The values of the curves `members`, each at its own time; at a jump, those after it."""
        row = self.row_before(members, time)
        last = self.y.shape[1] - 1
        found = self.pieces(members, np.clip(row, 0, last - 1)).at(time)
        return np.where(row >= last, self.y[members, -1], found)

    def value(self, time: Array) -> Array:
        """The value of each curve at its own time, shape (n,); at a jump, the one after it."""
        return self.value_of(np.arange(len(self)), time)

    # -------------------------------------------------------------- areas

    @cached_property
    def _areas(self) -> Array:
        left, right = self.slopes
        return self.h * (0.5 * (self.y[:, :-1] + self.y[:, 1:]) + self.h / 12.0 * (left - right))

    def integral(self, start: Array, stop: Array) -> Array:
        """The area under each curve from `start` to `stop`, all of shape (n,)."""
        members = np.arange(len(self))
        first, last = self.row_before(members, start), self.row_before(members, stop)
        final = self.y.shape[1] - 2
        column = np.arange(final + 1)
        whole = (column > first[:, np.newaxis]) & (column < last[:, np.newaxis])
        area = np.sum(self._areas, axis=1, where=whole)
        begin = self.pieces(members, np.clip(first, 0, final))
        area += begin.area(start, np.minimum(stop, begin.t + begin.h))
        close = self.pieces(members, np.clip(last, 0, final))
        rest = np.where((last > first) & (last <= final), close.area(close.t, stop), 0.0)
        return np.asarray(area + rest)

    # -------------------------------------------------------------- highest and lowest points

    def maximum(self, start: Array, stop: Array) -> tuple[Array, Array]:
        """Time and value of each highest point, the first of several; a jump at `start` is over."""
        return self._extreme(start, stop, 1.0)

    def minimum(self, start: Array, stop: Array) -> tuple[Array, Array]:
        """Time and value of each lowest point, the first of several; a jump at `start` is over."""
        return self._extreme(start, stop, -1.0)

    def _extreme(self, start: Array, stop: Array, sign: float) -> tuple[Array, Array]:
        members, t = np.arange(len(self)), self.t
        inside = (t > start[:, np.newaxis]) & (t <= stop[:, np.newaxis])
        seen = np.where(inside, sign * self.y, -np.inf)
        row = seen.argmax(axis=1)
        ends = [(members, time, sign * self.value(time)) for time in (start, stop)]
        found = [(members, self.times[members, row], seen[members, row]), *ends]
        known = np.max([value for _, _, value in found], axis=0)
        bound = self.hull[1] if sign > 0 else -self.hull[0]
        within = (t[:, 1:] > start[:, np.newaxis]) & (t[:, :-1] < stop[:, np.newaxis])
        i, j = np.nonzero((bound > known[:, np.newaxis]) & within)
        if len(i):
            pieces = self.pieces(i, j)
            for time in pieces.flat():
                there = (time > start[i]) & (time < stop[i])
                found.append((i[there], time[there], sign * pieces.at(time)[there]))
        which, times, values = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.lexsort((times, -values, which))
        first = order[np.searchsorted(which[order], members)]
        return times[first], sign * values[first]

    # -------------------------------------------------------------- levels

    def first_crossing(self, level: Array, start: Array) -> Array:
        """The first time after `start` at which each curve crosses or jumps over `level`, nan if never."""
        i, time = self.crossings(level, start)
        found = np.full(len(self), np.inf)
        later = time > start[i]
        np.minimum.at(found, i[later], time[later])
        return np.where(np.isinf(found), np.nan, found)

    def last_above(self, level: Array, start: Array) -> Array:
        """The last time from `start` on at which each curve is above `level`; nan if it never is."""
        above = (self.y > level[:, np.newaxis]) & (self.t >= start[:, np.newaxis])
        last = above.shape[1] - 1 - above[:, ::-1].argmax(axis=1)
        known = np.where(above.any(axis=1), self.times[np.arange(len(self)), last], -np.inf)
        i, time = self.crossings(level, np.maximum(known, start))
        found = known.copy()
        np.maximum.at(found, i, time)
        found = np.where(known >= self.end, known, found)
        return np.where(np.isinf(found), np.nan, found)

    def crossings(self, level: Array, start: Array) -> tuple[Places, Array]:
        """Curves and times from `start` on at which they cross or jump over `level`."""
        low, high = self.hull
        may = (low <= level[:, np.newaxis]) & (high >= level[:, np.newaxis])
        i, j = np.nonzero(may & (self.t[:, 1:] >= start[:, np.newaxis]))
        if not len(i):
            return i, np.empty(0)
        which, times = self.pieces(i, j).reaching(level[i])
        i = i[which]
        there = times >= start[i]
        return i[there], times[there]
