"""`Front`: where runs that advance together stand, each with its own time and clock."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .cells import Census
from .stretches import Stretches
from .trajectory import inner

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass
class Front:
    """Where the runs of one call stand; a column a run.

    Attributes
    ----------
    place, company : ndarray of int, shape (n,)
        Which stretch it is, and who shares its random numbers.
    t, clock, cap : ndarray, shape (n,)
        Time; hazard left until the next single event; longest leap allowed after one was refused.
    x : ndarray, shape (n_species, n)
        Amounts, in cells where counted.
    p : ndarray, shape (n_parameters, n)
    inflow : ndarray, shape (n_species, n)
        What infusions add, in cells where counted.
    steps, next : ndarray of int, shape (n,)
        Steps made, and the output time that is next.
    start, end, first, last : ndarray, shape (n,)
        The stretch, and the times just inside it, between which ``step`` of time is evaluated.
    """

    place: Places
    company: Places
    t: Array
    clock: Array
    cap: Array
    x: Array
    p: Array
    inflow: Array
    steps: Places
    next: Places
    start: Array
    end: Array
    first: Array
    last: Array

    @classmethod
    def of(cls, stretches: Stretches, census: Census, company: Places, clock: Array) -> Front:
        """Runs at the start of their stretches."""
        n, size = len(stretches), census.size[:, np.newaxis]
        x = stretches.y * size
        first, last = inner(stretches.start, stretches.end)
        return cls(
            place=np.arange(n),
            company=company,
            t=np.array(stretches.start, dtype=float),
            clock=clock,
            cap=np.full(n, math.inf),
            x=np.where(census.counted[:, np.newaxis], np.rint(x), x),
            p=np.array(stretches.parameters, dtype=float),
            inflow=np.zeros_like(x) if stretches.inflow is None else stretches.inflow * size,
            steps=np.zeros(n, dtype=np.intp),
            next=np.zeros(n, dtype=np.intp),
            start=stretches.start,
            end=stretches.end,
            first=first,
            last=np.maximum(first, last),
        )

    def next_stop(self, stretches: Stretches) -> Array:
        """The next output time of each, or its end; shape (n,)."""
        width = stretches.times.shape[1]
        if not width:
            return self.end
        ahead = stretches.times[self.place, np.minimum(self.next, width - 1)]
        stop: Array = np.where(self.next < width, np.minimum(ahead, self.end), self.end)
        return stop

    def inside(self, t: Array) -> Array:
        """Times inside the stretches, where a ``step`` of time has happened, or not yet."""
        return np.clip(t, self.first, self.last)

    def keep(self, which: Mask) -> None:
        """Only these from now on."""
        for name, array in vars(self).items():
            setattr(self, name, array[..., which])
