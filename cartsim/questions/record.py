"""`Record`: what the read-outs of n runs are taken from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..language.units import convert
from ..solving.timeline import Occurrence
from ..solving.trajectory import Trajectory, units_of
from .course import (
    Courses,
    Origin,
    Spans,
    courses,
    given_into,
    kept_too_little,
    origin_of,
    require_course,
    require_value,
    targets,
)
from .essential import looked_up
from .many_curves import Curves
from .many_quintic import Trace
from .many_rows import ManyRows, gathered
from .many_solved import Wishes, fulfilled
from .rows import along
from .sought import Sought, names_of

Array = NDArray[np.float64]
Found = TypeVar("Found")


@dataclass(frozen=True, eq=False)
class Record:
    """What is known of n runs.

    Attributes
    ----------
    rows : ManyRows
    courses : mapping of str to Courses
        By role, a grade by its switches.
    origins : sequence of Origin, length n
        When the days begin to count.
    first : mapping of str to ndarray, shape (n,)
        Values at the start of the runs, of the roles that are looked up.
    units : mapping of str to str
    """

    rows: ManyRows
    courses: Mapping[str, Courses]
    origins: Sequence[Origin]
    first: Mapping[str, Array]
    units: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, role: str) -> bool:
        return role in self.rows.model.roles

    @property
    def day(self) -> float:
        """A unit of the model's time, in days."""
        return convert(1.0, self.rows.model.time, "day")

    @property
    def times(self) -> Array:
        """The times of the rows in days, shape (n, m)."""
        return np.broadcast_to(self.rows.t * self.day, self.rows.y.shape[1:])

    @property
    def origin(self) -> Array:
        """When the days begin to count, shape (n,)."""
        return np.array([origin.time for origin in self.origins])

    @property
    def end(self) -> Array:
        """The ends of the runs, in days, shape (n,)."""
        return np.array(self.times[:, -1])

    def words(self, i: int) -> str:
        """What the days of a run count from."""
        return "the first CAR-T infusion" if self.origins[i].infused else "the start of the run"

    def each(self, ask: Callable[[tuple[Occurrence, ...], Origin], Found]) -> list[Found]:
        """What is asked of the occurrences of each run; those that share theirs are asked once."""
        known: dict[tuple[int, float], Found] = {}
        for happened, origin in zip(self.rows.happened, self.origins, strict=True):
            key = id(happened), origin.time
            if key not in known:
                known[key] = ask(happened, origin)
        return [known[id(own), o.time] for own, o in zip(self.rows.happened, self.origins, strict=True)]

    def before(self, role: str, time: Array) -> Array:
        """The value of a role in the first row at `time` or in the last one before, shape (n,).

        Parameters
        ----------
        role : str
        time : ndarray, shape (n,)
            In days.
        """
        members, t = np.arange(len(self)), self.times
        row = np.minimum((t < time[:, np.newaxis]).sum(axis=1), t.shape[1] - 1)
        row = np.where(t[members, row] > time, np.maximum(row - 1, 0), row)
        return self._at(role, row)

    def between(self, role: str, time: Array) -> Array:
        """The value of a role at `time`, in days, on a straight line between two rows; nan where that is."""
        members, t = np.arange(len(self)), self.times
        after = np.clip((t < time[:, np.newaxis]).sum(axis=1), 1, t.shape[1] - 1)
        low, high = t[members, after - 1], t[members, after]
        part = np.clip(np.divide(time - low, high - low, out=np.zeros(len(self)), where=high > low), 0.0, 1.0)
        return np.asarray(self._at(role, after - 1) * (1.0 - part) + self._at(role, after) * part)

    def _at(self, role: str, row: NDArray[np.intp]) -> Array:
        rows, members = self.rows, np.arange(len(self))
        t = np.broadcast_to(rows.inside, rows.y.shape[1:])[members, row]
        p, inflow = rows.parameters_at(members, row), rows.inflow_at(members, row)
        value, _ = along(rows.model.structure, role, t, rows.y[:, members, row], p, inflow)
        return np.asarray(np.broadcast_to(np.asarray(value, float), (len(self),)))


def given_to(rows: ManyRows, day: float, *names: str) -> list[Spans]:
    """Start and stop, in days, of each dose and infusion of each run into the roles."""
    species = targets(rows.model.structure, *names)
    ends = np.broadcast_to(rows.t, rows.y.shape[1:])[:, -1].tolist()
    known: dict[tuple[int, float], Spans] = {}
    for happened, end in zip(rows.happened, ends, strict=True):
        if (id(happened), end) not in known:
            known[id(happened), end] = given_into(happened, species, end, day)
    return [known[id(happened), end] for happened, end in zip(rows.happened, ends, strict=True)]


def origins_of(rows: ManyRows, day: float) -> list[Origin]:
    """When the days of each run begin to count."""
    first = np.broadcast_to(rows.t, rows.y.shape[1:])[:, 0] * day
    given = given_to(rows, day, "car_t", "infused")
    return [origin_of(own, start) for own, start in zip(given, first.tolist(), strict=True)]


def courses_of(
    rows: ManyRows, traces: Mapping[str, Trace], origins: Sequence[Origin], units: Mapping[str, str]
) -> dict[str, Courses]:
    """Traces of n runs as courses, in days."""
    day = convert(1.0, rows.model.time, "day")
    found, nothing = {}, list[Spans]([[]]) * len(origins)
    for name, trace in traces.items():
        for i in np.flatnonzero(~np.isfinite(trace.value).all(axis=1))[:1]:
            require_value(rows.model, name, np.broadcast_to(trace.t, trace.value.shape)[i], trace.value[i])
        curves = Curves(trace.t * day, trace.value, trace.slope / day, trace.smooth, trace.doubt)
        given = given_to(rows, day, name) if name == "car_t" else nothing
        found[name] = Courses(curves, origins, units.get(name, ""), given)
    return found


def looked(
    rows: ManyRows, origins: Sequence[Origin], known: Collection[str], *, whole: bool
) -> Wishes[tuple[dict[str, Trace], Sought]]:
    """The traces of what is looked up and not `known` yet, and what was sought."""
    day = convert(1.0, rows.model.time, "day")
    origin = np.array([origin.time for origin in origins]) / day
    start = np.full(len(origin), -np.inf) if whole else origin
    sought = Sought(origin, start, day, units_of(rows.model))
    traces = yield from looked_up(rows, names_of(rows.model, known), sought)
    return traces, sought


def record_of(run: Trajectory, roles: tuple[str, ...], *, whole: bool = False) -> Record:
    """The record of one run.

    Parameters
    ----------
    run : Trajectory
    roles : tuple of str
        Those whose whole course is read.
    whole : bool
        Whether what happens before the days begin to count is looked up too.
    """
    if run.kept is not None:
        raise kept_too_little(run.model, run.kept)
    require_course(run.model, run.t)
    (rows,) = gathered([run])
    origins = origins_of(rows, convert(1.0, run.model.time, "day"))
    own = courses(run, roles) if roles else {}
    ((traces, sought),) = fulfilled(run.model, [looked(rows, origins, roles, whole=whole)])
    found = courses_of(rows, traces, origins, sought.units)
    return Record(rows, own | found, origins, sought.first, sought.units)
