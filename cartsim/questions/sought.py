"""`Sought`: around which levels, extremes and days the clinical read-outs look at a quantity."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..language.errors import UnitError
from ..language.model import Model
from ..language.units import convert
from .expanded import role_of, switches
from .many_quintic import Trace

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

GRADES = {"crs_grade": "cytokine release syndrome", "icans_grade": "neurotoxicity (ICANS)"}
PEAKS = ("il6", "ifn_gamma", "il10", "il15", "ferritin", "crp", "temperature")
NADIRS = ("blood_pressure", "oxygen_saturation", "neutrophils", "platelets")
LEVELS = {  # role: the unit of its levels, and these
    "neutrophils": ("cell/uL", (500.0,)),
    "platelets": ("cell/uL", (50e3, 20e3)),
    "immunoglobulin": ("mg/dL", (400.0,)),
    "temperature": ("degC", (38.0,)),
}
APLASIA = 0.01  # of the healthy B cells at the start of the run
DAYS = {"b_cells": (28.0,)}
SOUGHT = (*PEAKS, *NADIRS, "b_cells", "immunoglobulin", *GRADES)
"""The roles that are looked at here."""

_COARSE = 1e-3  # of a value: where only a level counts, days are right to some minutes with that
_SETTLED = 3.0  # times the change along an interval: if the first slope promises more, it came to an end


def names_of(model: Model, but: Collection[str] = ()) -> tuple[str, ...]:
    """The roles of a model that are looked at here, a grade as its switches, `but` for some."""
    found: list[str] = []
    for role in SOUGHT:
        if role in model.roles and role not in but:
            found += switches(model.structure, role).names if role in GRADES else [role]
    return tuple(found)


def level_in(role: str, unit: str, place: int = 0) -> float | None:
    """A level of a role in its own `unit`; None if that is of another kind, or there is none."""
    common, levels = LEVELS[role]
    try:
        return convert(levels[place], common, unit) if unit else None
    except UnitError:
        return None


@dataclass(frozen=True, eq=False)
class Sought:
    """What is looked for in n runs.

    Attributes
    ----------
    origin : ndarray, shape (n,)
        When the days begin to count, in the model's own time.
    start : ndarray, shape (n,)
        From when on something is looked for.
    day : float
        A unit of the model's time, in days.
    units : mapping of str to str
        Of the roles.
    first : mapping of str to ndarray, shape (n,)
        The values at the start of the runs; it is filled by `rows`.
    """

    origin: Array
    start: Array
    day: float
    units: Mapping[str, str]
    first: dict[str, Array] = field(default_factory=dict)

    def rows(self, name: str, t: Array, value: Array) -> Mask:
        """The intervals in which a quantity may be at what is looked for, shape (n, m - 1).

        Parameters
        ----------
        name : str
        t : ndarray, shape (n, m) or (1, m)
        value : ndarray, shape (n, m)
        """
        self.first[name] = value[:, 0].copy()
        low, high = np.minimum(value[:, :-1], value[:, 1:]), np.maximum(value[:, :-1], value[:, 1:])
        room = high - low
        around = room.copy()  # a curve that turns between two rows moved as much before or after
        np.maximum(around[:, 1:], room[:, :-1], out=around[:, 1:])
        np.maximum(around[:, :-1], room[:, 1:], out=around[:, :-1])
        return self._near(name, t, value, low - around, high + around) & (around > 0.0)

    def __call__(self, name: str, trace: Trace) -> Mask:
        """The intervals in doubt on which a read-out depends, shape (n, m - 1)."""
        value = trace.value
        low, high = np.minimum(value[:, :-1], value[:, 1:]), np.maximum(value[:, :-1], value[:, 1:])
        h, steep = np.diff(trace.t, axis=1), np.abs(trace.slope)
        room = np.minimum(trace.doubt, 1.0) * np.maximum(np.abs(low), np.abs(high))
        room = np.minimum(room, 2.0 * h * np.maximum(steep[:, :-1], steep[:, 1:])) + (high - low)
        # What has settled at the end of the first interval after a jump is seen in its slope alone.
        unclear = trace.doubt >= (0.0 if name in PEAKS or name in NADIRS else _COARSE)
        unclear[:, 1:] |= (h[:, :-1] == 0.0) & (h * steep[:, :-1] > _SETTLED * (high - low))[:, 1:]
        return self._near(name, trace.t, value, low - room, high + room) & unclear

    def _near(self, name: str, t: Array, value: Array, low: Array, high: Array) -> Mask:
        start = self.start[:, np.newaxis]
        needed = np.zeros(low.shape, dtype=bool)
        for level in self._levels(name):
            needed |= (low <= level) & (high >= level)
        if name in PEAKS or name in NADIRS:
            sign = 1.0 if name in PEAKS else -1.0
            best = np.where(t >= self.origin[:, np.newaxis], sign * value, -np.inf).max(axis=1, keepdims=True)
            needed |= (high >= best) if sign > 0.0 else (low <= -best)
        for days in DAYS.get(name, ()):
            time = (self.origin + days / self.day)[:, np.newaxis]
            needed |= (t[:, :-1] <= time) & (t[:, 1:] >= time)
        return np.asarray(needed & (t[:, 1:] > start))

    def _levels(self, name: str) -> list[Array | float]:
        if role_of(name) in GRADES:
            return [0.0]
        if name == "b_cells":
            return [APLASIA * self.first[name][:, np.newaxis]]
        places = range(len(LEVELS[name][1])) if name in LEVELS else ()
        found = [level_in(name, self.units.get(name, ""), i) for i in places]
        return [level for level in found if level is not None]
