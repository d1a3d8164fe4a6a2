"""`Course`: one quantity of a run as a curve, in days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..language.errors import ModelError
from ..language.units import convert
from ..solving.trajectory import Trajectory
from .curves import Curve
from .rows import inlined, refined


@dataclass(frozen=True)
class Origin:
    """When the days of a read-out begin to count.

    Attributes
    ----------
    time : float
        Day of the first infusion of CAR-T cells, or the start of the run.
    after : float
        When that infusion has ended.
    words : str
        Which of the two it is.
    """

    time: float
    after: float
    words: str


@dataclass(frozen=True)
class Course:
    """One quantity of a run, with days as the unit of time.

    Attributes
    ----------
    curve : Curve
    origin : Origin
    unit : str
        Of the quantity.
    given : tuple of (float, float)
        Start and stop of the doses and infusions into it.
    """

    curve: Curve
    origin: Origin
    unit: str
    given: tuple[tuple[float, float], ...]

    @property
    def end(self) -> float:
        """The end of the run."""
        return self.curve.end

    @property
    def last_day(self) -> float:
        """The end of the run, in days after the origin."""
        return self.end - self.origin.time

    def undisturbed(self, start: float, stop: float) -> list[tuple[float, float]]:
        """The parts of ``[start, stop]`` in which nothing is given and nothing jumps."""
        pauses = [*((time, time) for time in self.curve.jumps), *self.given]
        parts, begin = [], start
        for pause, resume in sorted(pauses):
            if pause > begin:
                parts.append((begin, min(pause, stop)))
            begin = max(begin, resume)
            if begin >= stop:
                return [(a, b) for a, b in parts if b > a]
        return [(a, b) for a, b in (*parts, (begin, stop)) if b > a]


def courses(run: Trajectory, roles: tuple[str, ...]) -> dict[str, Course]:
    """The course of each of the `roles`.

    Raises
    ------
    ModelError
        If the run has a single time, or a role has no value somewhere.
    """
    if not len(run.t) or run.t[-1] <= run.t[0]:
        raise ModelError(f"this run of {run.model.name!r} has a single output time; read-outs need a course")
    day = convert(1.0, run.model.time, "day")
    rows = refined(run, roles)
    origin = _origin(run, day)
    found = {}
    for role in roles:
        value, slope = rows.along(role)
        if not np.isfinite(value).all():
            first = run.t[0] if not len(rows.t) else rows.t[~np.isfinite(value)][0]
            raise ModelError(
                f"{role!r} of {run.model.name!r} has no value at {run.model.time} {first:g}; "
                "look for a division by zero in what the role stands for"
            )
        curve = Curve(rows.t * day, value, slope / day, rows.smooth)
        given = tuple((start * day, stop * day) for start, stop in _given(run, role))
        found[role] = Course(curve, origin, run.units[role], given)
    return found


# ------------------------------------------------------------------ where the days begin


def _given(run: Trajectory, *roles: str) -> list[tuple[float, float]]:
    """Start and stop of each dose and infusion into what the roles stand for, in the run's own time."""
    structure = run.model.structure
    species = {name for role in roles if role in structure.roles for name in inlined(structure, role)[1]}
    end = float(run.t[-1])
    return [
        (event.time, min(event.stop, end))
        for event in run.occurrences
        if event.kind in ("dose", "infusion") and event.name in species and event.amount > 0.0
    ]


def _origin(run: Trajectory, day: float) -> Origin:
    given = _given(run, "car_t", "infused")
    if not given:
        start = float(run.t[0]) * day
        return Origin(start, start, "the start of the run")
    start, stop = min(given)
    return Origin(start * day, stop * day, "the first CAR-T infusion")
