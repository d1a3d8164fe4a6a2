"""`Reading`: the curves that an explanation looks at, in the model's own unit of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..language.errors import ModelError
from ..language.model import Model
from ..solving.trajectory import Trajectory
from .course import Origin, given_into, origin_of, targets
from .expanded import switches
from .explain_movers import Movers, movers_of
from .explain_words import Clock, one_cell
from .many_curves import Curves
from .pieces import Pieces
from .rows import Rows, refined

Array = NDArray[np.float64]

CURVES = ("car_t", "tumour", "temperature", "b_cells", "neutrophils", "platelets")
"""Roles that are read as exact curves."""
PEAKS = ("il6", "ifn_gamma", "il10", "il15", "crp", "ferritin")
"""Roles of which the peak is told."""
GRADES = ("crs_grade", "icans_grade")
"""Roles that are whole numbers."""
COUNTED = 100.0
"""Cells; a quantity that never comes to so many is taken for a scaled one."""


@dataclass(frozen=True, eq=False)
class Line:
    """One quantity of one run as a curve.

    Attributes
    ----------
    curves : Curves
        Of one run.
    unit : str
    """

    curves: Curves
    unit: str

    @property
    def values(self) -> Array:
        """At the rows, shape (n_rows,)."""
        found: Array = self.curves.y[0]
        return found

    @property
    def slopes(self) -> Array:
        """The time derivative at the rows, shape (n_rows,)."""
        found: Array = self.curves.slope[0]
        return found

    def at(self, time: float) -> float:
        """The value at a time; at a jump, the one after it."""
        return float(self.curves.value(np.array([time]))[0])

    def before(self, time: float) -> float:
        """The value just before a time."""
        return self.at(float(np.nextafter(time, -np.inf)))

    def highest(self, start: float, stop: float) -> tuple[float, float]:
        """Time and value of the highest point."""
        time, value = self.curves.maximum(np.array([start]), np.array([stop]))
        return float(time[0]), float(value[0])

    def lowest(self, start: float, stop: float) -> tuple[float, float]:
        """Time and value of the lowest point."""
        time, value = self.curves.minimum(np.array([start]), np.array([stop]))
        return float(time[0]), float(value[0])

    def crossings(self, level: float, start: float) -> list[tuple[float, bool]]:
        """When the curve crosses a level after `start`, and whether it is above it from then on."""
        _, found = self.curves.crossings(np.array([level]), np.array([start]))
        times = np.unique(found[found > start]).tolist()
        end = float(self.curves.end[0])
        above = self.at(start) > level
        changes: list[tuple[float, bool]] = []
        for time, after in pairwise([*times, end]):
            now = self.at(0.5 * (time + after)) > level
            if now != above:
                changes.append((time, now))
            above = now
        return changes


@dataclass(frozen=True, eq=False)
class Reading:
    """A run with enough rows to be read.

    Attributes
    ----------
    run : Trajectory
    rows : Rows
    """

    run: Trajectory
    rows: Rows
    _lines: dict[str, Line | None] = field(default_factory=dict, init=False)
    _movers: dict[str, Movers] = field(default_factory=dict, init=False)

    @property
    def model(self) -> Model:
        """Of the run."""
        return self.run.model

    @cached_property
    def start(self) -> float:
        """The first time."""
        return float(self.rows.t[0])

    @cached_property
    def end(self) -> float:
        """The last time."""
        return float(self.rows.t[-1])

    @cached_property
    def clock(self) -> Clock:
        """How times are written."""
        return Clock(self.model.time, self.end - self.start)

    @cached_property
    def origin(self) -> Origin:
        """The first CAR-T infusion, or the start of the run."""
        found = origin_of(self.given("car_t", "infused"), self.start)
        return found if found.time >= self.start else Origin(self.start, self.start, False)

    def cell(self, role: str) -> float | None:
        """How much one cell is in the unit of a role; None if it does not count cells, or scaled ones."""
        return None if self.scaled(role) else one_cell(self.line(role).unit)

    def scaled(self, role: str) -> bool:
        """Whether a role counts cells and has some, but never so many that they can be real ones."""
        cell, highest = one_cell(self.line(role).unit), float(self.line(role).values.max())
        return cell is not None and 0.0 < highest < COUNTED * cell

    def given(self, *roles: str) -> list[tuple[float, float]]:
        """Start and stop of what is given into these roles."""
        return given_into(self.run.occurrences, targets(self.model.structure, *roles), self.end, 1.0)

    def has(self, role: str) -> bool:
        """Whether the model has the role, and it has a value at all times."""
        return role in self.model.roles and self._line(role) is not None

    def line(self, role: str) -> Line:
        """The curve of a role, or of a switch of a grade.

        Raises
        ------
        ModelError
            If it has no value somewhere.
        """
        found = self._line(role)
        if found is None:
            raise ModelError(
                f"{role!r} of {self.model.name!r} has no value at some time; "
                "look for a division by zero in what the role stands for"
            )
        return found

    def _line(self, role: str) -> Line | None:
        if role not in self._lines:
            value, slope = self.rows.along(role)
            known = bool(np.isfinite(value).all())
            curves = Curves(self.rows.t[None], value[None], slope[None], self.rows.smooth[None])
            self._lines[role] = Line(curves, self.run.units.get(role, "")) if known else None
        return self._lines[role]

    def movers(self, role: str) -> Movers:
        """What every process adds to a role."""
        if role not in self._movers:
            self._movers[role] = movers_of(self.rows, role)
        return self._movers[role]

    def grades(self, role: str) -> Iterator[tuple[float, int]]:
        """A grade from the start on: each time from which it is another, and what it is then."""
        parts = switches(self.model.structure, role)
        zero, start, end = np.zeros(1), np.array([self.start]), np.array([self.end])
        found = Pieces.of([(self.line(name).curves, zero) for name in parts.names], start, end)
        before: int | None = None
        for time, value in zip(found.start.tolist(), parts.values(found.reached).tolist(), strict=True):
            grade = int(np.floor(value + 1e-9))
            if grade != before:
                yield time, grade
            before = grade


def reading(run: Trajectory) -> Reading:
    """The run with rows so close that the roles told about are curves between them."""
    structure = run.model.structure
    known = [role for role in (*CURVES, *PEAKS) if role in structure.roles]
    further = [name for role in GRADES if role in structure.roles for name in switches(structure, role).names]
    return Reading(run, refined(run, (*known, *further)))
