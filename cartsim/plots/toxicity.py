"""`Toxicity`: grades, vital signs and rescue medicines of one run, in days after the CAR-T infusion."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..language.errors import ModelError
from ..language.model import Model
from ..questions.explain_curves import reading
from ..questions.grades import graded
from ..questions.record import Record, record_of
from ..solving.trajectory import Trajectory
from .quantities import species_behind
from .strips import NAMES, Band
from .view import Days, View, view_of

Array = NDArray[np.float64]
Spans = list[tuple[float, float]]

RESCUE = {"tocilizumab": "tocilizumab", "corticosteroid": "corticosteroid", "anakinra": "anakinra"}
"""Role: what it is called."""
VITALS = ("temperature", "blood_pressure", "oxygen_saturation")
_SHORTEST, _LONGEST = 14.0, 42.0  # days that are shown by themselves
_AFTER = 3.0  # days without a grade that are still shown
_LEAST = 0.02  # of a day: a grade that lasts less is a flicker on a threshold
_EACH = 12  # points of a curve in a day


@dataclass(frozen=True, eq=False)
class Toxicity:
    """What is shown of one run.

    Attributes
    ----------
    view : View
    bands : mapping of str to list of Band
        By role of a grade, those of grade 1 and more, of the whole run from the first day of the view on.
    t : ndarray, shape (n_times,)
        Days.
    vitals : mapping of str to ndarray, shape (n_times,)
        By role; empty where they were not asked for.
    given : mapping of str to list of (float, float)
        By role of a medicine that the model has: when it was given, within the view.
    """

    view: View
    bands: Mapping[str, list[Band]]
    t: Array
    vitals: Mapping[str, Array]
    given: Mapping[str, Spans]

    def highest(self, role: str) -> int:
        """The highest grade."""
        return max((band.grade for band in self.bands[role]), default=0)

    def worst(self, role: str, days: Array) -> NDArray[np.intp]:
        """The highest grade of each of the days from these on, shape of `days`."""
        found = np.zeros(days.shape, dtype=np.intp)
        for band in self.bands[role]:
            touched = np.minimum(band.stop, days + 1.0) - np.maximum(band.start, days) > _LEAST
            found[touched] = np.maximum(found[touched], band.grade)
        return found


def graded_roles(model: Model) -> list[str]:
    """The grades that a model has.

    Raises
    ------
    ModelError
        If it has none.
    """
    roles = [role for role in NAMES if role in model.roles]
    if not roles:
        raise ModelError(
            f"traffic_light needs the role 'crs_grade' or 'icans_grade', and {model.name!r} has neither; a "
            "patient of cs.patients has both"
        )
    return roles


def toxicity_of(
    run: Trajectory, days: Days = None, *, verb: str = "traffic_light", vital_signs: bool = False
) -> Toxicity:
    """What is shown of a run; without `days` as long as a grade lasts, from two to six weeks."""
    view = view_of(run, days, (0.0, math.inf), verb)
    roles = graded_roles(run.model)
    record = record_of(run, (), whole=True)
    bands = {role: _bands(record, role, view) for role in roles}
    if days is None:
        last = max((band.stop for found in bands.values() for band in found), default=0.0)
        last = math.ceil(min(max(last + _AFTER, _SHORTEST), _LONGEST))
        view = view_of(run, (view.first, min(last, view.last)), (0.0, math.inf), "traffic_light")
    t = np.linspace(view.first, view.last, max(round(_EACH * (view.last - view.first)), 1) + 1)
    vitals = _vitals(view, t) if vital_signs else {}
    given = {role: _given(view, role) for role in RESCUE if role in run.model.roles}
    return Toxicity(view, bands, t, vitals, given)


def _bands(record: Record, role: str, view: View) -> list[Band]:
    pieces, grade = graded(record, role, np.array([view.origin + view.first]))
    columns = (grade.tolist(), pieces.start.tolist(), pieces.stop.tolist())
    return [
        Band(int(value), start - view.origin, stop - view.origin)
        for value, start, stop in zip(*columns, strict=True)
        if value >= 1.0
    ]


def _vitals(view: View, t: Array) -> dict[str, Array]:
    """The vital signs that the model has, by role, at some days."""
    curves, place = reading(view.run), np.zeros(len(t), dtype=np.intp)
    time = (t + view.origin) / view.day
    return {role: curves.line(role).curves.value_of(place, time) for role in VITALS if curves.has(role)}


def _given(view: View, role: str) -> Spans:
    species = species_behind(view.run.model, role)
    found = [
        (float(view.days(event.time)), float(view.days(event.stop)))
        for event in view.run.occurrences
        if event.kind in ("dose", "infusion") and event.name in species and event.amount > 0.0
    ]
    return [(start, stop) for start, stop in found if start <= view.last and stop >= view.first]
