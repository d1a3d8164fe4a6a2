"""Whether a number is near enough to the right one."""

from __future__ import annotations

from ...questions.readout import quantity, spelled
from .dimension_words import spoken
from .exercise import Exercise


def accepted(exercise: Exercise, answer: float, right: float) -> bool:
    """Whether `answer` lies within the tolerance of `right`; both in the unit of the exercise.

    Examples
    --------
    >>> from cartsim.teaching.lessons.index import find
    >>> accepted(find("units-2"), 3.52, 3.5), accepted(find("units-2"), 4.2, 3.5)
    (True, False)
    """
    return abs(answer - right) <= allowance(exercise, right)


def allowance(exercise: Exercise, right: float) -> float:
    """How far from the right number an answer may be, in the unit of the exercise.

    One part in 1e9 is rounding, and never counts.
    """
    return exercise.atol + max(exercise.rtol, 1e-9) * abs(right)


def measured(number: float, unit: str) -> str:
    """A number with its unit, as it is read aloud.

    Examples
    --------
    >>> measured(0.25, "1/day"), measured(3.0, "day"), measured(7.9, "1")
    ('0.25 per day', '3 days', '7.9')
    """
    if unit.startswith("1/"):
        return f"{spelled(number)} per {unit[2:]}"
    one = unit in ("", "1") or unit[0].isdigit() or number == 1.0
    return quantity(number, unit) if one else f"{spelled(number)} {spoken(unit)}"
