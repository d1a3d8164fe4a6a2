"""`Cubic`: many cubic pieces of curves, each given by its values and slopes at both ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.intp]

_STEPS = 60  # at most: Newton's method needs five or six, halving 50
_CLOSE = 1e-11  # of a piece: the next step is far more exact


@dataclass(frozen=True, eq=False)
class Cubic:
    """Cubic pieces; every attribute is an array with one entry a piece.

    Attributes
    ----------
    t, h : ndarray
        Where a piece begins, and its length; 0 for a jump.
    y0, y1 : ndarray
        Its values at both ends.
    m0, m1 : ndarray
        Its slopes at both ends, times `h`.
    """

    t: Array
    h: Array
    y0: Array
    y1: Array
    m0: Array
    m1: Array

    def __getitem__(self, chosen: Places) -> Cubic:
        parts = (self.t, self.h, self.y0, self.y1, self.m0, self.m1)
        return Cubic(*(part[chosen] for part in parts))

    def place(self, time: Array) -> Array:
        """Where `time` lies in each piece, from 0 to 1."""
        since = np.asarray(time - self.t)
        found: Array = np.divide(since, self.h, out=np.zeros_like(since), where=self.h > 0.0)
        return found

    def _coefficients(self) -> tuple[Array, Array]:
        rise = self.y1 - self.y0
        return 3.0 * rise - 2.0 * self.m0 - self.m1, self.m0 + self.m1 - 2.0 * rise

    def at_place(self, s: Array) -> Array:
        """The value of each piece at a place between 0 and 1."""
        square, cube = self._coefficients()
        found = self.y0 + s * (self.m0 + s * (square + s * cube))
        return np.where(s == 1.0, self.y1, found)

    def at(self, time: Array) -> Array:
        """The value of each piece at its own time."""
        return self.at_place(self.place(time))

    def area(self, start: Array, stop: Array) -> Array:
        """The area under each piece from `start` to `stop`."""
        a, b = self.place(start), self.place(stop)
        middle = self.at_place(0.5 * (a + b))  # Simpson's rule is exact for cubics
        return self.h * (b - a) / 6.0 * (self.at_place(a) + 4.0 * middle + self.at_place(b))

    def flat(self) -> list[Array]:
        """The two times at which the derivative of each piece is zero, nan where it is not inside."""
        return [np.where(np.isnan(s), np.nan, self.t + s * self.h) for s in self._flat_places()]

    def _flat_places(self) -> list[Array]:
        square, cube = self._coefficients()
        with np.errstate(all="ignore"):
            # m0 + 2 square s + 3 cube s^2 = 0, by the form that loses no digits
            root = np.sqrt(square**2 - 3.0 * cube * self.m0)
            half = -(square + np.where(square >= 0.0, root, -root))
            places = [self.m0 / half, half / (3.0 * cube)]
            return [np.where((s > 0.0) & (s < 1.0), s, np.nan) for s in places]

    def reaching(self, level: Array) -> tuple[Places, Array]:
        """Which pieces reach their `level`, and when; a piece may do so up to three times."""
        a, b = (np.nan_to_num(s, nan=edge) for s, edge in zip(self._flat_places(), (0.0, 1.0), strict=True))
        edges = [np.zeros_like(a), np.minimum(a, b), np.maximum(a, b), np.ones_like(a)]
        values = [self.at_place(s) - level for s in edges]
        which, times = [], []
        for k in range(3):
            meets = np.sign(values[k]) * np.sign(values[k + 1]) <= 0.0
            meets &= (values[k] != 0.0) | (values[k + 1] != 0.0)
            found = np.flatnonzero(meets)
            if len(found):
                part = self[found]
                s = part.solve(level[found], edges[k][found], edges[k + 1][found])
                which.append(found)
                times.append(np.where(s >= 1.0, part.t + part.h, part.t + s * part.h))
        if not which:
            return np.empty(0, dtype=np.intp), np.empty(0)
        return np.concatenate(which), np.concatenate(times)

    def solve(self, level: Array, low: Array, high: Array) -> Array:
        """The place between `low` and `high` at which each piece crosses its `level`, as it must."""
        square, cube = self._coefficients()
        falling = self.at_place(high) - self.at_place(low) < 0.0
        s = 0.5 * (low + high)
        for _ in range(_STEPS):
            beyond = self.y0 + s * (self.m0 + s * (square + s * cube)) - level
            short = (beyond > 0.0) == falling
            low, high = np.where(short, s, low), np.where(short, high, s)
            with np.errstate(all="ignore"):
                newton = s - beyond / (self.m0 + s * (2.0 * square + 3.0 * s * cube))
            new = np.where((newton >= low) & (newton <= high), newton, 0.5 * (low + high))
            moved, s = np.abs(new - s), new
            if not (moved > _CLOSE).any():
                break
        return s
