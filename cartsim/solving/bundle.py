"""`Bundle`: the runs of many members as arrays, for as long as nobody asks for one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language.checks import Structure
from ..language.model import Model
from ..language.printed import batched_function
from ..language.tree import Expression
from .timeline import Occurrence
from .trajectory import Trajectory, inner

Array = NDArray[np.float64]
_TOGETHER = 64  # members whose values are computed at once: their rows fit into the cache


@dataclass(frozen=True)
class Death:
    """A species died out in one run.

    Attributes
    ----------
    time : float
    place : int
        Of the species.
    reached : bool
        Whether it fell to its limit then; otherwise it was below and something else happened.
    """

    time: float
    place: int
    reached: bool


@dataclass(frozen=True, eq=False)
class Bundle:
    """Runs that share structure, events and output times.

    Attributes
    ----------
    structure : Structure
    labels : sequence of str, length n
    model_of : callable
        The model of a label; `left_behind` on the way from one process to another.
    t : ndarray, shape (n_times,)
    y : ndarray, shape (n, n_times, n_species)
    segment : ndarray of int, shape (n_times,)
        Which stretch between shared events a row belongs to.
    segment_parameters : ndarray, shape (n_segments, n_parameters, n)
    segment_inflow : ndarray, shape (n_segments, n_species)
    segment_end : ndarray, shape (n_segments,)
    occurrences : tuple of Occurrence
        What happened to all of them.
    deaths : mapping of int to list of Death
        By member, in order.
    cuts : mapping of int to list of float
        By member: when a stretch ended for it alone, by a death or by a rise from below the limit.
    method : str
    kept : mapping of str to ndarray of shape (n, n_times), optional
        The only values there are; `y` is empty then.
    """

    structure: Structure
    labels: Sequence[str]
    model_of: Callable[[str], Model]
    t: Array
    y: Array
    segment: NDArray[np.intp]
    segment_parameters: Array
    segment_inflow: Array
    segment_end: Array
    occurrences: tuple[Occurrence, ...]
    deaths: Mapping[int, list[Death]] = field(default_factory=dict)
    cuts: Mapping[int, list[float]] = field(default_factory=dict)
    method: str = ""
    kept: Mapping[str, Array] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def array(self, name: str) -> Array | None:
        """One quantity of every member, shape (n, n_times); None if the model has no such name."""
        structure = self.structure
        if name == "t":
            return np.tile(self.t, (len(self), 1))
        if self.kept is not None:
            return self.kept.get(name)
        if name in structure.species:
            return np.ascontiguousarray(self.y[:, :, structure.species.index(name)])
        tree = structure.expression(name)
        return None if tree is None else self.evaluate([tree])[0]

    def keeping(self, names: Iterable[str]) -> Bundle:
        """The same runs with the values of these names and nothing else."""
        kept = {}
        for name in names:
            values = self.array(name)
            assert values is not None  # it was checked before the run
            kept[name] = values
        return replace(self, y=np.empty((len(self), len(self.t), 0)), kept=kept)

    def evaluate(self, trees: Sequence[Expression]) -> list[Array]:
        """Expressions along every run, each of shape (n, n_times).

        At the ends of a stretch, a ``step`` of time has its value from inside.
        """
        function = batched_function(self.structure, tuple(trees))
        starts = np.concatenate(([-np.inf], self.segment_end[:-1]))
        first, last = inner(starts[self.segment], self.segment_end[self.segment])
        inside = np.clip(self.t, first, np.maximum(first, last))
        found = [np.empty((len(self), len(self.t))) for _ in trees]
        held = self.segment_parameters
        changing = np.flatnonzero((held != held[:1]).any(axis=(0, 2))).tolist()
        for begin in range(0, len(self), _TOGETHER):
            some = slice(begin, begin + _TOGETHER)
            y = self.y[some].transpose(2, 0, 1)
            p: list[Array] = list(held[0, :, some, np.newaxis])
            for place in changing:
                p[place] = held[self.segment, place, some].T
            with np.errstate(all="ignore"):
                for values, made in zip(found, function(inside, y, p), strict=True):
                    values[some] = made
        return found

    def trajectory(self, i: int) -> Trajectory:
        """The run of one member."""
        deaths = self.deaths.get(i, [])
        own = np.array(sorted(set(self.cuts.get(i, [])) - set(self.segment_end.tolist())))
        ends = np.sort(np.concatenate((self.segment_end, own)))
        which = np.searchsorted(self.segment_end, ends, side="left")
        return Trajectory(
            model=self.model_of(self.labels[i]),
            t=self.t,
            y=self.y[i].T,
            segment=self.segment + np.searchsorted(own, self.t, side="right"),
            segment_parameters=self.segment_parameters[which, :, i],
            segment_inflow=self.segment_inflow[which],
            segment_end=ends,
            occurrences=self._with(deaths) if deaths else self.occurrences,
            method=self.method,
            kept=None if self.kept is None else {name: values[i] for name, values in self.kept.items()},
        )

    def _with(self, deaths: Sequence[Death]) -> tuple[Occurrence, ...]:
        """What happened to all, and the deaths of one: those within a stretch come first at their instant."""
        log = [(event.time, 1, event) for event in self.occurrences]
        for death in deaths:
            name = self.structure.species[death.place]
            event = Occurrence(death.time, "extinction", name, 0.0, death.time)
            log.append((death.time, 0 if death.reached else 2, event))
        return tuple(event for *_, event in sorted(log, key=lambda entry: entry[:2]))


def left_behind(label: str) -> Model:
    """Stands for models that were not sent along with their runs."""
    raise RuntimeError(f"the model of {label!r} did not travel with its run")


class Runs(Mapping[str, Trajectory]):
    """Runs by label, in a given order: some made already, others still in bundles.

    Parameters
    ----------
    labels : sequence of str
        All of them, in order.
    bundles : sequence of Bundle
    made : mapping of str to Trajectory
    """

    def __init__(
        self, labels: Sequence[str], bundles: Sequence[Bundle], made: Mapping[str, Trajectory]
    ) -> None:
        self._order = tuple(labels)
        self.bundles = tuple(bundles)
        self.made = dict(made)
        self._places = {
            label: (bundle, i) for bundle in self.bundles for i, label in enumerate(bundle.labels)
        }

    def __getitem__(self, label: str) -> Trajectory:
        if label in self.made:
            return self.made[label]
        bundle, i = self._places[label]
        return bundle.trajectory(i)

    def __iter__(self) -> Iterator[str]:
        return iter(self._order)

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, label: object) -> bool:
        return label in self.made or label in self._places

    @property
    def t(self) -> Array | None:
        """The times that all share, or None if they do not."""
        times = [bundle.t for bundle in self.bundles] + [run.t for run in self.made.values()]
        if any(len(other) != len(times[0]) or not np.array_equal(other, times[0]) for other in times[1:]):
            return None
        return times[0]

    def array(self, name: str) -> Array:
        """One quantity of every run, shape (n_runs, n_times)."""
        places = {label: i for i, label in enumerate(self._order)}
        found: Array | None = None
        for bundle in self.bundles:
            values = bundle.array(name)
            if values is None:  # the run says what the nearest name is
                values = bundle.trajectory(0)[name][np.newaxis]
            if found is None:
                found = np.empty((len(self), values.shape[1]))
            found[[places[label] for label in bundle.labels]] = values
        for label, run in self.made.items():
            if found is None:
                found = np.empty((len(self), len(run.t)))
            found[places[label]] = run[name]
        assert found is not None
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        return Runs, (self._order, self.bundles, self.made)
