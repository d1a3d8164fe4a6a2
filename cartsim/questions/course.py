"""`Courses`: one quantity of several runs as curves, in days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from ..language.checks import Structure
from ..language.errors import ModelError
from ..language.model import Model
from ..language.units import convert
from ..solving.timeline import Occurrence
from ..solving.trajectory import Trajectory
from .expanded import inlined, role_of
from .many_curves import Curves
from .rows import refined

Array = NDArray[np.float64]
Spans = list[tuple[float, float]]


@dataclass(frozen=True)
class Origin:
    """When the days of a read-out begin to count.

    Attributes
    ----------
    time : float
        Day of the first infusion of CAR-T cells, or the start of the run.
    after : float
        When that infusion has ended.
    infused : bool
        Which of the two it is.
    """

    time: float
    after: float
    infused: bool


@dataclass(frozen=True, eq=False)
class Courses:
    """One quantity of n runs, with days as the unit of time.

    Attributes
    ----------
    curves : Curves
    origins : sequence of Origin, length n
    unit : str
        Of the quantity.
    given : sequence of lists of (float, float), length n
        Start and stop of the doses and infusions into it.
    """

    curves: Curves
    origins: Sequence[Origin]
    unit: str
    given: Sequence[Spans]

    @cached_property
    def origin(self) -> Array:
        """When the days begin to count, shape (n,)."""
        return np.array([origin.time for origin in self.origins])

    @cached_property
    def after(self) -> Array:
        """When the first infusion has ended, shape (n,)."""
        return np.array([origin.after for origin in self.origins])

    @property
    def infused(self) -> list[bool]:
        """Whether the days count from an infusion of CAR-T cells."""
        return [origin.infused for origin in self.origins]

    def words(self, i: int) -> str:
        """What the days of a run count from."""
        return "the first CAR-T infusion" if self.origins[i].infused else "the start of the run"

    @property
    def end(self) -> Array:
        """The ends of the runs, shape (n,)."""
        return self.curves.end

    @property
    def last_day(self) -> Array:
        """The ends of the runs, in days after the origin, shape (n,)."""
        return np.asarray(self.end - self.origin)

    def undisturbed(self, start: Array, stop: Array) -> list[Spans]:
        """The parts of each ``[start, stop]`` in which nothing is given and nothing jumps."""
        spans = zip(start.tolist(), stop.tolist(), self.curves.jumps, self.given, strict=True)
        return [
            _between([*((time, time) for time in jumps), *given], begin, end)
            for begin, end, jumps, given in spans
        ]


def _between(pauses: Spans, start: float, stop: float) -> Spans:
    parts, begin = [], start
    for pause, resume in sorted(pauses):
        if pause > begin:
            parts.append((begin, min(pause, stop)))
        begin = max(begin, resume)
        if begin >= stop:
            return [(a, b) for a, b in parts if b > a]
    return [(a, b) for a, b in (*parts, (begin, stop)) if b > a]


def courses(run: Trajectory, roles: tuple[str, ...]) -> dict[str, Courses]:
    """The course of each of the `roles` in one run, read with all the accuracy that the run has.

    Raises
    ------
    ModelError
        If the run has a single time, or a role has no value somewhere.
    """
    if run.kept is not None:
        raise kept_too_little(run.model, run.kept)
    require_course(run.model, run.t)
    day = convert(1.0, run.model.time, "day")
    rows = refined(run, roles)
    origin = _origin(run, day)
    found = {}
    for role in roles:
        value, slope = rows.along(role)
        require_value(run.model, role, rows.t, value)
        curves = Curves(
            (rows.t * day)[np.newaxis], value[np.newaxis], slope[np.newaxis] / day, rows.smooth[np.newaxis]
        )
        given = given_into(run.occurrences, targets(run.model.structure, role), float(run.t[-1]), day)
        found[role] = Courses(curves, [origin], run.units[role], [given])
    return found


def kept_too_little(model: Model, kept: Iterable[str]) -> ModelError:
    """What is raised about a run that has not kept its states."""
    return ModelError(
        f"this run of {model.name!r} kept {', '.join(kept)} alone; read-outs need all of it, so leave out "
        "keep=[...]"
    )


def require_course(model: Model, t: Array) -> None:
    """Refuse a run that is no more than a point in time."""
    if not len(t) or t[-1] <= t[0]:
        raise ModelError(f"this run of {model.name!r} has a single output time; read-outs need a course")


def require_value(model: Model, role: str, t: Array, value: Array) -> None:
    """Refuse a role that has no value somewhere along a run."""
    if not np.isfinite(value).all():
        first = t[~np.isfinite(value)][0]
        raise ModelError(
            f"{role_of(role)!r} of {model.name!r} has no value at {model.time} {first:g}; "
            "look for a division by zero in what the role stands for"
        )


# ------------------------------------------------------------------ where the days begin


@lru_cache(maxsize=256)
def targets(structure: Structure, *roles: str) -> frozenset[str]:
    """The species that the roles depend on: what is given into them is given into the role."""
    return frozenset(
        name for role in roles if role in structure.roles for name in inlined(structure, role)[1]
    )


def given_into(happened: Iterable[Occurrence], species: frozenset[str], end: float, day: float) -> Spans:
    """Start and stop, in days, of each dose and infusion into these species."""
    return [
        (event.time * day, min(event.stop, end) * day)
        for event in happened
        if event.kind in ("dose", "infusion") and event.name in species and event.amount > 0.0
    ]


def origin_of(given: Spans, start: float) -> Origin:
    """When the days begin to count, from what was given of CAR-T cells and the start of the run."""
    return Origin(*min(given), True) if given else Origin(start, start, False)


def _origin(run: Trajectory, day: float) -> Origin:
    species = targets(run.model.structure, "car_t", "infused")
    given = given_into(run.occurrences, species, float(run.t[-1]), day)
    return origin_of(given, float(run.t[0]) * day)
