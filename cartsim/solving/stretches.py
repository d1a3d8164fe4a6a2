"""`Stretches`: what many runs of one structure want solved at once, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass
class Stretches:
    """Stretches between events, one column a run.

    Attributes
    ----------
    start, end : ndarray, shape (n,)
    y : ndarray, shape (n_species, n)
        The states at `start`.
    parameters : ndarray, shape (n_parameters, n)
    inflow : ndarray, shape (n_species, n), or None
        What infusions add, a unit of time.
    thresholds : ndarray, shape (n_watches, n)
        A watch that reaches its threshold ends the stretch there; infinite where nobody is looking.
    times : ndarray, shape (n, n_times)
        Output times strictly inside, in order, padded with infinity. One row seen n times (a view) where all
        share their times.
    """

    start: Array
    end: Array
    y: Array
    parameters: Array
    inflow: Array | None
    thresholds: Array
    times: Array

    def __len__(self) -> int:
        return len(self.start)

    def part(self, which: Places | slice) -> Stretches:
        """Some of them."""
        inflow = None if self.inflow is None else self.inflow[:, which]
        return Stretches(
            self.start[which],
            self.end[which],
            self.y[:, which],
            self.parameters[:, which],
            inflow,
            self.thresholds[:, which],
            self.times[which],
        )


@dataclass
class Solved:
    """The answers to `Stretches`, in their order.

    Attributes
    ----------
    rows : ndarray, shape (n, n_times, n_species)
        The states at the output times; of each run only the first `filled` are set.
    filled : ndarray of int, shape (n,)
    end : ndarray, shape (n,)
        Where each stretch ended: where it should, at a threshold, or where it got stuck.
    y : ndarray, shape (n_species, n)
        The states there.
    hit : ndarray of int, shape (n,)
        The watch that reached its threshold, or -1.
    stuck : ndarray of bool, shape (n,)
        Whether the solver could go no further.
    """

    rows: Array
    filled: Places
    end: Array
    y: Array
    hit: Places
    stuck: NDArray[np.bool_]

    @classmethod
    def empty(cls, stretches: Stretches, rows: Array | None = None) -> Solved:
        """Room for the answers, to be filled in; the states go into `rows` if that is given."""
        n, (n_species, _), n_times = len(stretches), stretches.y.shape, stretches.times.shape[1]
        return cls(
            rows=np.empty((n, n_times, n_species)) if rows is None else rows,
            filled=np.zeros(n, dtype=np.intp),
            end=np.array(stretches.start, dtype=float),
            y=np.array(stretches.y, dtype=float),
            hit=np.full(n, -1, dtype=np.intp),
            stuck=np.zeros(n, dtype=bool),
        )


class Engine(Protocol):
    """What solves stretches of one structure, each as if it were alone."""

    name: str

    def solve(self, stretches: Stretches, rows: Array | None = None) -> Solved:
        """The answers, in the order of the stretches; the states are written into `rows` if that is given."""
        ...
