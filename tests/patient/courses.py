"""Patients solved once for all tests of the stories, and what is read from their curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

import cartsim as cs
from cartsim.patient.presets import patient

PLAIN = 365.0
"""Until when a patient is followed to whom nothing is done."""


@cache
def run(disease: str, *events: Any, until: float = 60.0, **keywords: Any) -> cs.Trajectory:
    """One patient, solved once for all tests: finely in the first weeks, coarsely later."""
    model = patient(disease, **keywords).with_events(events)
    before, acute, late = np.arange(model.start, 0.0), np.arange(0.0, 40.0, 0.1), np.arange(40.0, until, 4.0)
    days = np.unique([*before, -0.01, *acute[acute < until], *late, until])
    return cs.simulate(model, until=until, at=days)


def at(course: cs.Trajectory, name: str, day: float) -> float:
    return float(np.interp(day, course.t, course[name]))


def read(course: cs.Trajectory, name: str) -> float:
    """A read-out; all of a run are computed once."""
    return float(_readouts(_Same(course))[name].value)


@dataclass(frozen=True, eq=False)
class _Same:
    course: cs.Trajectory

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.course is self.course

    def __hash__(self) -> int:
        return id(self.course)


@cache
def _readouts(one: _Same) -> Mapping[str, Any]:
    return cs.readouts(one.course)


def first(course: cs.Trajectory, holds: Any) -> float:
    """The first day after the infusion on which something holds."""
    days = course.t[np.asarray(holds) & (course.t > 0)]
    assert len(days), "it never holds"
    return float(days[0])
