"""`Pieces`: the parts of runs in which none of some curves crosses its level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .many_curves import Curves

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
Level = tuple[Curves, Array]
"""Curves of n runs, and the level of each, shape (n,)."""


@dataclass(frozen=True, eq=False)
class Spans:
    """Spans of n runs, in the order of runs and times.

    Attributes
    ----------
    n : int
    member : ndarray of int, shape (k,)
        The run of each.
    start, stop : ndarray, shape (k,)
    """

    n: int
    member: Places
    start: Array
    stop: Array

    def joined(self, pause: float) -> Spans:
        """The same, where those are one between which there is less than a `pause`."""
        if not len(self.member):
            return self
        new = np.ones(len(self.member), dtype=bool)
        new[1:] = np.diff(self.member) != 0
        new[1:] |= self.start[1:] - self.stop[:-1] >= pause
        begin = np.flatnonzero(new)
        last = np.append(begin[1:], len(new)) - 1
        return Spans(self.n, self.member[begin], self.start[begin], self.stop[last])

    def total(self) -> Array:
        """How long the spans of each run are together, shape (n,)."""
        found = np.bincount(self.member, weights=self.stop - self.start, minlength=self.n)
        return found.astype(float)  # without spans it counts, in whole numbers

    def first(self) -> tuple[Array, Array]:
        """Start and stop of the first span of each run, nan where there is none."""
        which, at = np.unique(self.member, return_index=True)
        return self._of(which, at)

    def last(self) -> tuple[Array, Array]:
        """Start and stop of the last span of each run, nan where there is none."""
        which, at = np.unique(self.member[::-1], return_index=True)
        return self._of(which, len(self.member) - 1 - at)

    def _of(self, which: Places, at: Places) -> tuple[Array, Array]:
        found = np.full((2, self.n), np.nan)
        found[:, which] = self.start[at], self.stop[at]
        return found[0], found[1]


@dataclass(frozen=True, eq=False)
class Pieces:
    """Parts of n runs, in the order of runs and times.

    Attributes
    ----------
    n : int
    member : ndarray of int, shape (k,)
    start, stop : ndarray, shape (k,)
    reached : ndarray of bool, shape (n_levels, k)
        Whether each curve is at its level or above.
    """

    n: int
    member: Places
    start: Array
    stop: Array
    reached: Mask

    @classmethod
    def of(cls, levels: Sequence[Level], start: Array, stop: Array) -> Pieces:
        """The pieces of each run from `start` to `stop`, both of shape (n,).

        Examples
        --------
        >>> t, y = np.array([[0.0, 4.0]]), np.array([[0.0, 4.0]])
        >>> ramp = Curves(t, y, np.ones_like(y), np.array([[True]]))
        >>> found = Pieces.of([(ramp, np.array([1.0]))], np.array([0.0]), np.array([4.0]))
        >>> found.start.tolist(), found.stop.tolist(), found.reached.tolist()
        ([0.0, 1.0], [1.0, 4.0], [[False, True]])
        """
        n = len(start)
        members, times = [np.arange(n), np.arange(n)], [start, stop]
        for curves, level in levels:
            i, time = curves.crossings(level, start)
            inside = time < stop[i]
            members.append(i[inside])
            times.append(time[inside])
        member, time = np.concatenate(members), np.concatenate(times)
        order = np.lexsort((time, member))
        member, time = member[order], time[order]
        part = np.flatnonzero((member[1:] == member[:-1]) & (time[1:] > time[:-1]))
        member, begin, end = member[part], time[part], time[part + 1]
        middle = 0.5 * (begin + end)
        reached = [curves.value_of(member, middle) >= level[member] for curves, level in levels]
        return cls(n, member, begin, end, np.array(reached, dtype=bool).reshape(len(levels), len(part)))

    def where(self, true: Mask) -> Spans:
        """The spans in which something is `true` of the pieces, shape (k,)."""
        return Spans(self.n, self.member[true], self.start[true], self.stop[true]).joined(
            np.nextafter(0.0, 1.0)
        )

    def highest(self, value: Array) -> Array:
        """The highest of what belongs to the pieces of each run, shape (n,); 0 where there is no piece."""
        found = np.zeros(self.n)
        np.maximum.at(found, self.member, value)
        return found
