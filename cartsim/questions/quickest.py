"""`quickest`: the shortest time in which each of many curves doubles or halves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .cubic import Cubic
from .many_curves import Curves

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Spans = Sequence[tuple[float, float]]

_TRIED = 9  # beginnings between the two rows around the best row, in each of the rounds
_ROUNDS = 3


def quickest(curves: Curves, factor: float, spans: Sequence[Spans]) -> Array:
    """The shortest time in which each curve becomes `factor` times what it was, nan if it never does.

    Parameters
    ----------
    curves : Curves
    factor : float
        2 for doubling, 0.5 for halving.
    spans : sequence of lists of (float, float)
        Where to look in each of the curves; there must be no jump inside a span.

    Returns
    -------
    ndarray, shape (n,)
    """
    found = np.full(len(curves), math.inf)
    members = np.repeat(np.arange(len(spans)), [len(own) for own in spans])
    if len(members):
        start, stop = np.array([span for own in spans for span in own]).T
        stop = np.nextafter(stop, -math.inf)  # before a jump at the end
        some = stop > start
        search = _Search.of(curves, factor, members[some], start[some], stop[some])
        np.minimum.at(found, members[some], search.shortest())
    return np.where(np.isinf(found), math.nan, found)


@dataclass(frozen=True, eq=False)
class _Search:
    """Spans of curves, sampled at their ends and at the rows between them.

    Attributes
    ----------
    curves : Curves
    factor : float
    members, first : ndarray of int, shape (k,)
        The curve of each span, and the interval in which the span begins.
    times, values : ndarray, shape (k, n_samples)
        The end of a span is repeated.
    level : ndarray, shape (k, n_samples)
        Logarithms of the values, or minus those for a factor below one; a change by the factor is a rise.
    tops : list of ndarray, shape (k, n_samples)
        The largest of 1, 2, 4, ... levels from each sample on.
    """

    curves: Curves
    factor: float
    members: Places
    first: Places
    times: Array
    values: Array
    level: Array
    tops: list[Array]

    @classmethod
    def of(cls, curves: Curves, factor: float, members: Places, start: Array, stop: Array) -> _Search:
        before = curves.row_before(members, start)
        n_rows = curves.row_before(members, np.nextafter(stop, -math.inf)) - before
        column = np.arange(int(n_rows.max(initial=0)) + 2)
        row = np.minimum(before[:, np.newaxis] + column, curves.y.shape[1] - 1)
        inside = (column > 0) & (column <= n_rows[:, np.newaxis])
        times = np.where(inside, curves.times[members[:, np.newaxis], row], stop[:, np.newaxis])
        times[:, 0] = start
        at_stop = curves.value_of(members, stop)[:, np.newaxis]
        values = np.where(inside, curves.y[members[:, np.newaxis], row], at_stop)
        values[:, 0] = curves.value_of(members, start)
        level = _level(values, factor)
        return cls(curves, factor, members, before, times, values, level, _tops(level))

    def shortest(self) -> Array:
        """The shortest change by the factor within each span, shape (k,); infinite where there is none."""
        if not len(self.members):
            return np.empty(0)
        spans, n = np.arange(len(self.members)), self.times.shape[1]
        lasting = self._sampled()
        best = lasting.argmin(axis=1)
        found = lasting[spans, best]
        low, high = (self.times[spans, np.clip(best + side, 0, n - 1)] for side in (-1, 1))
        span = np.repeat(spans, _TRIED).reshape(-1, _TRIED)
        for _ in range(_ROUNDS):
            begins = np.linspace(low, high, _TRIED, axis=1)
            lasts = self._lasting(span, self._sample_before(begins, best), begins)
            place = lasts.argmin(axis=1)
            np.minimum(found, lasts[spans, place], out=found)
            low, high = (begins[spans, np.clip(place + side, 0, _TRIED - 1)] for side in (-1, 1))
        # A change that ends with the span is one too, and the duration has no slope of zero there.
        return np.asarray(np.fmin(found, self._ending()))

    def _sampled(self) -> Array:
        """How long the change from each sample on takes, where that may be the shortest; else infinity."""
        k, n = self.level.shape
        span = np.repeat(np.arange(k), n).reshape(k, n)
        following = np.broadcast_to(np.arange(1, n + 1), (k, n))
        reached = self._first_reaching(span, following, self.level + abs(math.log(self.factor)))
        known = (reached < n) & np.isfinite(self.level)
        upper = np.minimum(reached, n - 1)
        least = np.where(known, self.times[span, upper - 1] - self.times, math.inf)
        most = np.where(known, self.times[span, upper] - self.times, math.inf)
        lasting = np.full((k, n), math.inf)
        which, sample = np.nonzero(least < most.min(axis=1, keepdims=True))
        lasting[which, sample] = self._lasting(which, sample, self.times[which, sample])
        return lasting

    def _first_reaching(self, span: Places, begin: Places, need: Array) -> Places:
        """The first sample from `begin` on with at least the level `need`, or the number of samples."""
        n = self.level.shape[1]
        place = np.array(begin)
        for power in range(len(self.tops) - 1, -1, -1):
            top = self.tops[power][span, np.minimum(place, n - 1)]
            place = np.where((top < need) & (place < n), place + 2**power, place)
        return np.minimum(place, n)

    def _sample_before(self, begins: Array, best: Places) -> Places:
        """The last sample at or before each time, shape (k, n_times), all next to the sample `best`."""
        around = np.clip(best[:, np.newaxis] + np.array([-1, 0]), 0, self.times.shape[1] - 2)
        later = begins >= np.take_along_axis(self.times, around[:, 1:], axis=1)
        return np.asarray(np.where(later, around[:, 1:], around[:, :1]))

    def _lasting(self, span: Places, sample: Places, begins: Array) -> Array:
        """How long the change takes, exactly, that begins at each time, after the `sample` of its span."""
        values = self._pieces(span, sample).at(begins)
        need = _level(values, self.factor) + abs(math.log(self.factor))
        reached = self._first_reaching(span, sample + 1, need)
        known = (reached < self.level.shape[1]) & (values > 0.0)
        span, reached, begins = span[known], reached[known], begins[known]
        pieces = self._pieces(span, reached - 1)
        low = np.maximum(pieces.place(self.times[span, reached - 1]), pieces.place(begins))
        high = np.maximum(low, pieces.place(self.times[span, reached]))
        place = pieces.solve(self.factor * values[known], low, high)
        lasts = np.full(values.shape, math.inf)
        lasts[known] = pieces.t + place * pieces.h - begins
        return np.where(lasts > 0.0, lasts, math.inf)

    def _ending(self) -> Array:
        """How long the last change that ends with the span takes."""
        n = self.level.shape[1]
        final = self.level[:, -1:] - abs(math.log(self.factor))
        low = (self.level <= final) & np.isfinite(self.level)
        some = np.flatnonzero(low.any(axis=1) & (self.values[:, -1] > 0.0))
        last = n - 1 - low[some, ::-1].argmax(axis=1)
        found = np.full(len(self.members), math.inf)
        pieces = self._pieces(some, last)
        edges = (pieces.place(self.times[some, last + side]) for side in (0, 1))
        place = pieces.solve(self.values[some, -1] / self.factor, *edges)
        found[some] = self.times[some, -1] - (pieces.t + place * pieces.h)
        return np.where(found > 0.0, found, math.inf)

    def _pieces(self, span: Places, sample: Places) -> Cubic:
        intervals = self.curves.h.shape[1] - 1
        return self.curves.pieces(self.members[span], np.minimum(self.first[span] + sample, intervals))


def _level(values: Array, factor: float) -> Array:
    with np.errstate(divide="ignore"):
        return np.log(np.maximum(values, 0.0)) * math.copysign(1.0, math.log(factor))


def _tops(level: Array) -> list[Array]:
    tops, reach = [level], 1
    while 2 * reach <= level.shape[1]:
        last = tops[-1]
        wider = last.copy()
        np.maximum(last[:, :-reach], last[:, reach:], out=wider[:, :-reach])
        tops.append(wider)
        reach *= 2
    return tops
