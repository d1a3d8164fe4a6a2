"""`Clockwork`: an axis of time on which every phase has a width that fits its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_LEAST = 0.75  # of an even share of the axis: no phase is narrower
_APART = 0.045  # of the axis: ticks that are nearer overlap
_BEYOND = 1e3  # how far the scale goes on before the first phase and after the last, in their lengths


@dataclass(frozen=True, eq=False)
class Clockwork:
    """Days and their places on the axis, straight between `days`.

    Attributes
    ----------
    days, places : ndarray, shape (n,)
        Both rise; the axis goes from place 0 to place 1.
    """

    days: Array
    places: Array

    @classmethod
    def of(cls, spans: Sequence[tuple[float, float]]) -> Clockwork:
        """A phase is as wide as the square root of its days, but none is too narrow for words.

        Examples
        --------
        >>> clock = Clockwork.of([(0.0, 1.0), (1.0, 10.0), (10.0, 110.0)])
        >>> clock.place(np.array([0.0, 1.0, 10.0, 110.0])).round(2).tolist()
        [0.0, 0.25, 0.5, 1.0]
        """
        ends = np.array(sorted({end for span in spans for end in span}))
        width = np.sqrt(np.diff(ends))
        least = np.full(len(width), _LEAST / len(width))
        share = width / width.sum()
        narrow = np.zeros(len(width), dtype=bool)
        while (share < least - 1e-12).any():
            narrow |= share < least
            free = ~narrow
            share = np.where(narrow, least, 0.0)
            share[free] = width[free] / width[free].sum() * (1.0 - least[narrow].sum())
        places = np.concatenate([[0.0], np.cumsum(share)])
        slopes = np.diff(places) / np.diff(ends)
        length = _BEYOND * (ends[-1] - ends[0])
        days = np.concatenate([[ends[0] - length], ends, [ends[-1] + length]])
        beyond = np.array([-length * slopes[0], 1.0 + length * slopes[-1]])
        return cls(days, np.concatenate([beyond[:1], places, beyond[1:]]))

    def place(self, day: Array) -> Array:
        """Where days stand on the axis, shape of `day`."""
        return np.asarray(np.interp(day, self.days, self.places))

    def day(self, place: Array) -> Array:
        """The days at places on the axis, shape of `place`."""
        return np.asarray(np.interp(place, self.places, self.days))

    def apart(self, days: Sequence[float]) -> list[float]:
        """Those of the days, in order, that are so far apart that their numbers are."""
        kept: list[float] = []
        for day in days:
            near = kept and float(self.place(np.array(day)) - self.place(np.array(kept[-1]))) < _APART
            kept += [] if near else [day]
        return kept
