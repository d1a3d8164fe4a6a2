"""`Story`: the phases of a run in days, the CAR-T cells along them, and what is said of each."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..questions.explain_curves import reading
from ..questions.explain_phases import Phase
from ..solving.trajectory import Trajectory
from .view import View, view_of
from .words import number

Array = NDArray[np.float64]

_POINTS = 80  # of the curve in a phase
_LONGEST = 50  # letters of what drives a phase; of a longer one the first part is said
_NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, eq=False)
class Story:
    """The phases of a run in days, and the CAR-T cells along them.

    Attributes
    ----------
    view : View
    phases : tuple of Phase
        As `explain` has them, in the model's own unit of time.
    spans : list of (float, float)
        Their days.
    t, values : ndarray, shape (n,)
        The curve, with not-a-number where there is no phase.
    """

    view: View
    phases: tuple[Phase, ...]
    spans: list[tuple[float, float]]
    t: Array
    values: Array


def story_of(run: Trajectory, found: tuple[Phase, ...]) -> Story:
    """The phases that `explain` found, as they are drawn."""
    whole = view_of(run, None, (-math.inf, math.inf), "phases")
    spans = [(float(whole.days(phase.start)), float(whole.days(phase.stop))) for phase in found]
    view = view_of(run, (spans[0][0], spans[-1][1]), (-math.inf, math.inf), "phases")
    line, before = reading(run).line("car_t").curves, spans[0][0]
    times, values = [np.empty(0)], [np.empty(0)]
    for phase, (start, stop) in zip(found, spans, strict=True):
        inside = np.linspace(phase.start, phase.stop, _POINTS)[1:-1]
        cells = line.value_of(np.zeros(len(inside), dtype=np.intp), inside)
        if start > before:
            times.append(np.array([start]))
            values.append(np.array([np.nan]))
        times.append(np.concatenate([[start], view.days(inside), [stop]]))
        values.append(np.concatenate([[phase.first], cells, [phase.last]]))
        before = stop
    return Story(view, found, spans, np.concatenate(times), np.concatenate(values))


def parts_of(phase: Phase, view: View) -> list[str]:
    """Kind, speed and driver of a phase, each in a few words."""
    days = phase.rate * view.day
    word = "doubling time" if phase.last > phase.first else "half-life"
    speed = f"{word} {number(days, 2)}{_NO_BREAK}days" if math.isfinite(days) else "level"
    if phase.driver is None:
        return [phase.kind, speed]
    meaning = phase.driver.meaning or phase.driver.name.replace("_", " ")
    return [phase.kind, speed, meaning if len(meaning) <= _LONGEST else re.split(r", | \(", meaning)[0]]
