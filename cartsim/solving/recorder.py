"""`Recorder`: collects the rows of a run as it goes on, and makes the `Trajectory`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..language.model import Model
from .timeline import Occurrence
from .trajectory import Trajectory

Array = NDArray[np.float64]


class Recorder:
    """Rows and stretches of one run.

    Parameters
    ----------
    model : Model
    grid : ndarray, shape (n,)
        Output times in order.
    both_sides : bool
        Whether every event adds two rows, before and after; otherwise the rows are those of the grid, each
        with the value after what happens at that time.
    twice : frozenset of float
        Times of the grid that get two rows in any case, so that several runs share their times.
    """

    def __init__(
        self, model: Model, grid: Array, *, both_sides: bool, twice: frozenset[float] = frozenset()
    ) -> None:
        self.model = model
        self.grid = grid
        self.both_sides = both_sides
        self.twice = twice
        self._times: list[Array] = []
        self._rows: list[Array] = []
        self._segments: list[NDArray[np.intp]] = []
        self._parameters: list[Array] = []
        self._inflows: list[Array] = []
        self._ends: list[float] = []
        self.occurrences: list[Occurrence] = []
        self._n_species = len(model.species)

    def open_segment(self, parameters: Array, inflow: Array | None) -> None:
        """Begin a stretch with these parameter values and infusions."""
        self._parameters.append(parameters)
        self._inflows.append(np.zeros(self._n_species) if inflow is None else inflow)
        self._ends.append(np.inf)

    def close_segment(self, end: float) -> None:
        """Say where the stretch that is open ends."""
        self._ends[-1] = end

    def row(self, time: float, y: Array) -> None:
        """One row of the open stretch."""
        self.add(np.array([time]), y[np.newaxis])

    def inside(self, start: float, end: float) -> Array:
        """The output times strictly between `start` and `end`, those wanted twice given twice."""
        first, last = np.searchsorted(self.grid, [start, end], side="right")
        times = self.grid[first:last]
        times = times[times < end]
        if self.twice:
            times = np.repeat(times, [2 if time in self.twice else 1 for time in times])
        return times

    def add(self, times: Array, rows: Array) -> None:
        """Rows of the open stretch, shape (n, n_species), at `times`."""
        if len(times):
            self._times.append(np.array(times, dtype=float))
            self._rows.append(np.array(rows, dtype=float))
            self._segments.append(np.full(len(times), len(self._ends) - 1, dtype=np.intp))

    def two_rows(self, time: float, visible: bool) -> bool:
        """Whether the instant `time` gets rows before and after, given whether something visible happens."""
        return (self.both_sides and visible) or time in self.twice

    def wants(self, time: float) -> bool:
        """Whether `time` is an output time."""
        place = int(np.searchsorted(self.grid, time))
        return place < len(self.grid) and bool(self.grid[place] == time)

    def largest(self) -> Array:
        """The largest size that each species has had so far, shape (n_species,)."""
        sizes = [np.abs(rows).max(axis=0) for rows in self._rows]
        largest: Array = np.array(sizes).reshape(len(sizes), self._n_species).max(axis=0, initial=0.0)
        return largest

    def finish(self, method: str) -> Trajectory:
        """The trajectory of what was recorded."""
        n = self._n_species
        return Trajectory(
            model=self.model,
            t=np.concatenate(self._times) if self._times else np.empty(0),
            y=np.concatenate(self._rows).T.copy() if self._rows else np.empty((n, 0)),
            segment=np.concatenate(self._segments) if self._segments else np.empty(0, dtype=np.intp),
            segment_parameters=np.array(self._parameters).reshape(
                len(self._parameters), len(self.model.parameters)
            ),
            segment_inflow=np.array(self._inflows).reshape(len(self._inflows), n),
            segment_end=np.array(self._ends),
            occurrences=tuple(self.occurrences),
            method=method,
        )
