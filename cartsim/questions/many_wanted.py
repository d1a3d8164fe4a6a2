"""`Wanted`: on which intervals between rows the read-outs of many runs depend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .kinetics import TENTH, limit_of
from .many_quintic import Trace
from .read import Options
from .response import RESPONSE_DAYS, SHARES

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_SHARE = 1e-5  # of an area: an interval that may be wrong by more of it matters
_AT_LEAST = 0.02  # of a value: what lies so near to an extreme may be one


@dataclass(frozen=True, eq=False)
class Wanted:
    """Which intervals matter to the read-outs.

    Attributes
    ----------
    origin : ndarray, shape (n,)
        When the days begin to count, in the model's own time.
    day : float
        A unit of the model's time, in days.
    units : mapping of str to str
        Of the roles.
    options : Options
    """

    origin: Array
    day: float
    units: Mapping[str, str]
    options: Options

    def __call__(self, role: str, trace: Trace) -> Mask:
        """The intervals on which a read-out of a role depends, shape (n, m - 1)."""
        value, t = trace.value, trace.t
        low, high = np.minimum(value[:, :-1], value[:, 1:]), np.maximum(value[:, :-1], value[:, 1:])
        room = np.clip(trace.doubt, _AT_LEAST, 1.0) * np.maximum(np.abs(low), np.abs(high))
        start = self.origin[:, np.newaxis]
        if role == "tumour":
            needed = self._lowest(t, value, low - room)
            for level in (self._back(t, value), *(part * self._first(t, value) for part in SHARES)):
                needed |= _about(low - room, high + room, level)
            for day in RESPONSE_DAYS:
                time = start + day / self.day
                needed |= (t[:, :-1] <= time) & (t[:, 1:] >= time)
        else:
            seen = np.where(t >= start, value, -np.inf)
            needed = high + room >= seen.max(axis=1, keepdims=True)
        if role == "car_t":
            needed |= _phases(seen)
            limit = limit_of(self.units[role], self.options.detection_limit)
            if limit is not None:
                needed |= _about(low - room, high + room, np.full(len(value), limit))
            for begin, end in self.options.windows:
                span = self.origin + begin / self.day, self.origin + end / self.day
                needed |= _within(t, value, trace.doubt, *span)
        return np.asarray(needed & (t[:, 1:] > start))

    def _lowest(self, t: Array, value: Array, low: Array) -> Mask:
        seen = np.where(t >= self.origin[:, np.newaxis], value, np.inf)
        return np.asarray(low <= seen.min(axis=1, keepdims=True))

    def _back(self, t: Array, value: Array) -> Array:
        """The amount at which a tumour is back."""
        if self.options.tumour_limit is not None:
            return np.full(len(value), self.options.tumour_limit)
        return self._first(t, value)

    def _first(self, t: Array, value: Array) -> Array:
        """The amount when the days begin to count."""
        row = (t <= self.origin[:, np.newaxis]).sum(axis=1) - 1
        return np.asarray(value[np.arange(len(value)), np.maximum(row, 0)])


def _about(low: Array, high: Array, level: Array) -> Mask:
    """Which intervals may cross a level."""
    return np.asarray((low <= level[:, np.newaxis]) & (high >= level[:, np.newaxis]))


def _phases(seen: Array) -> Mask:
    """The intervals of expansion and contraction: until the values have fallen below a tenth of the peak."""
    column, top = np.arange(seen.shape[1]), seen.argmax(axis=1)[:, np.newaxis]
    fallen = (seen < TENTH * seen.max(axis=1, keepdims=True)) & (column > top)
    over = np.where(fallen.any(axis=1), fallen.argmax(axis=1), seen.shape[1])
    return np.asarray(column[:-1] < over[:, np.newaxis])


def _within(t: Array, value: Array, doubt: Array, start: Array, stop: Array) -> Mask:
    """The intervals that may change the area between two times."""
    inside = (t[:, 1:] > start[:, np.newaxis]) & (t[:, :-1] < stop[:, np.newaxis])
    size = np.abs(value)
    part = np.where(inside, np.diff(t, axis=1) * np.maximum(size[:, :-1], size[:, 1:]), 0.0)
    large = np.minimum(doubt, 1.0) * part > _SHARE * part.sum(axis=1, keepdims=True)
    return np.asarray(inside & large)
