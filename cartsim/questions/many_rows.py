"""`ManyRows`: the rows of many runs of one structure as arrays, and the roles along them.

`gathered` is the one place that knows where the rows come from; everything after it works on arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language.model import Model
from ..solving.bundle import Bundle
from ..solving.timeline import Occurrence
from ..solving.trajectory import Trajectory
from .rows import along, kinks, smooth_intervals

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
Happened = Sequence[tuple[Occurrence, ...]]

TOGETHER = 128
"""Runs that are read at once: enough to share the cost of each operation, few enough for the cache."""


@dataclass(frozen=True, eq=False)
class ManyRows:
    """The rows of n runs with m rows each.

    Attributes
    ----------
    model : Model
        Of the first run: all share its structure, roles and units.
    t : ndarray, shape (n, m) or (1, m)
        One row if all runs share their times.
    inside : ndarray, shape of `t`
        The times as rates see them: at the end of a stretch a ``step`` of time is as before the jump.
    y : ndarray, shape (n_species, n, m)
    parameters : ndarray, shape (n_parameters, n, 1)
        In force at the first row.
    changing : mapping of int to ndarray, shape (n, m)
        By place: in force at each row, of those parameters alone that change in any of the runs.
    inflow : ndarray, shape (n_species, n or 1, m), or None
        What infusions add, a unit of time.
    smooth : ndarray of bool, shape (n, m - 1) or (1, m - 1)
        Intervals that have a length and in which nothing happens.
    happened : sequence of tuples of Occurrence, length n
    kinks : sequence of lists of float, length n
        When a ``step`` of time switches inside a smooth interval, in order.
    """

    model: Model
    t: Array
    inside: Array
    y: Array
    parameters: Array
    changing: Mapping[int, Array]
    inflow: Array | None
    smooth: Mask
    happened: Happened
    kinks: Sequence[Sequence[float]]

    def __len__(self) -> int:
        return int(self.y.shape[1])

    @property
    def in_force(self) -> list[Array]:
        """The values of each parameter, shape (n, m) or (n, 1)."""
        return [self.changing.get(place, values) for place, values in enumerate(self.parameters)]

    def along(self, role: str) -> tuple[Array, Array]:
        """Value and time derivative of a role, each of shape (n, m)."""
        found = along(self.model.structure, role, self.inside, self.y, self.in_force, self.inflow)
        value, slope = (np.broadcast_to(np.asarray(part, float), self.y.shape[1:]) for part in found)
        return value, slope

    def parameters_at(self, i: Places, j: Places) -> Array:
        """The parameter values of the runs `i` in force at their rows `j`, shape (n_parameters, k)."""
        found = self.parameters[:, i, 0]
        for place, values in self.changing.items():
            found[place] = values[i, j]
        return np.ascontiguousarray(found)

    def some_parameters_at(self, i: Places, j: Places, places: Iterable[int]) -> list[Array | float]:
        """As `parameters_at`, of the parameters at some `places` alone; the others are 0."""
        found: list[Array | float] = [0.0] * len(self.parameters)
        for place in places:
            held = self.changing.get(place)
            found[place] = self.parameters[place, i, 0] if held is None else held[i, j]
        return found

    def inflow_at(self, i: Places, j: Places) -> Array | None:
        """What infusions add to the runs `i` at their rows `j`, shape (n_species, k), or None."""
        if self.inflow is None:
            return None
        return np.ascontiguousarray(self.inflow[:, i if self.inflow.shape[1] > 1 else 0, j])


# ------------------------------------------------------------------ where the rows come from


def gathered(source: Bundle | Sequence[Trajectory]) -> Iterator[ManyRows]:
    """The rows of many runs, some runs at a time.

    Parameters
    ----------
    source : Bundle, or sequence of Trajectory
        Trajectories must share their structure and their number of rows.
    """
    for begin in range(0, len(source), TOGETHER):
        if isinstance(source, Bundle):
            yield _of_bundle(source, begin, min(begin + TOGETHER, len(source)))
        else:
            yield _of_runs(source[begin : begin + TOGETHER])


def _of_bundle(bundle: Bundle, first: int, last: int) -> ManyRows:
    some = slice(first, last)
    parameters = bundle.segment_parameters[:, :, some]
    varied = np.flatnonzero((parameters != parameters[:1]).any(axis=(0, 2))).tolist()
    inflow = bundle.segment_inflow[bundle.segment].T[:, np.newaxis]
    smooth = _smooth_of_bundle(bundle, first, last)
    switches = kinks(bundle.t, bundle.segment, bundle.segment_end, smooth[0])
    return ManyRows(
        model=bundle.model_of(bundle.labels[first]),
        t=bundle.t[np.newaxis],
        inside=_before(bundle.t, bundle.segment_end[bundle.segment])[np.newaxis],
        y=np.ascontiguousarray(bundle.y[some].transpose(2, 0, 1)),
        parameters=np.ascontiguousarray(parameters[bundle.segment[0]][:, :, np.newaxis]),
        changing={k: np.ascontiguousarray(parameters[bundle.segment, k].T) for k in varied},
        inflow=np.ascontiguousarray(inflow) if inflow.any() else None,
        smooth=smooth,
        happened=[bundle.occurrences] * (last - first),
        kinks=[switches] * (last - first),
    )


def _smooth_of_bundle(bundle: Bundle, first: int, last: int) -> Mask:
    """As `smooth_intervals`: a death between two rows is the only thing that is not shared."""
    smooth = smooth_intervals(replace(bundle, deaths={}, cuts={}).trajectory(first))[np.newaxis]
    deaths = [(i, death.time) for i in range(first, last) for death in bundle.deaths.get(i, ())]
    if deaths:
        smooth = np.repeat(smooth, last - first, axis=0)
    for i, time in deaths:
        place = int(np.searchsorted(bundle.t, time, side="left")) - 1
        if 0 <= place < len(bundle.t) - 1:  # at an instant with two rows, the death is between those
            own = time in bundle.cuts.get(i, ())
            smooth[i - first, place] &= not own and bundle.segment[place] == bundle.segment[place + 1]
    return smooth


def _of_runs(runs: Sequence[Trajectory]) -> ManyRows:
    parameters = np.stack([run.segment_parameters[run.segment[0]] for run in runs], axis=1)[:, :, np.newaxis]
    varied = {
        place
        for run in runs
        for place in np.flatnonzero(
            (run.segment_parameters != run.segment_parameters[:1]).any(axis=0)
        ).tolist()
    }
    inflow = None
    if any(run.segment_inflow.any() for run in runs):
        inflow = np.stack([run.segment_inflow[run.segment].T for run in runs], axis=1)
    smooth = [smooth_intervals(run) for run in runs]
    return ManyRows(
        model=runs[0].model,
        t=_shared([run.t for run in runs]),
        inside=_shared([_before(run.t, run.segment_end[run.segment]) for run in runs]),
        y=np.stack([run.y for run in runs], axis=1),
        parameters=parameters,
        changing={
            k: np.stack([run.segment_parameters[run.segment, k] for run in runs]) for k in sorted(varied)
        },
        inflow=inflow,
        smooth=_shared(smooth),
        happened=[run.occurrences for run in runs],
        kinks=[
            kinks(run.t, run.segment, run.segment_end, own) for run, own in zip(runs, smooth, strict=True)
        ],
    )


def _before(t: Array, end: Array) -> Array:
    return np.minimum(t, np.nextafter(end, -np.inf))


def _shared(rows: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Rows as one array; a single row if they are all the same."""
    stacked = np.stack(rows)
    return stacked[:1] if (stacked == stacked[:1]).all() else stacked
