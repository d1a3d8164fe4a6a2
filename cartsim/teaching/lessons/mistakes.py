"""Which known mistake stands behind a wrong answer.

A usual mistake is undone in the answer: if the answer, divided by 24, would be right, it was in hours.
"""

from __future__ import annotations

from ...language.units import convert, parse_unit
from .exercise import Exercise
from .solved import wrong_number
from .tolerance import accepted
from .usual_mistakes import usual, value


def recognised(exercise: Exercise, answer: float, right: float) -> tuple[str, str] | None:
    """The name and the explanation of the mistake behind a wrong answer, or None.

    The exercise's own mistakes come before the usual ones.

    Parameters
    ----------
    exercise : Exercise
        One that asks for a number.
    answer, right : float
        In its unit; `answer` is not right.

    Examples
    --------
    >>> from cartsim.teaching.lessons.index import find
    >>> recognised(find("units-2"), 84.0, 3.5)[0]
    'hours for days'
    """
    for mistake in exercise.mistakes:
        wrong = wrong_number(mistake, right)
        if wrong is not None and not accepted(exercise, wrong, right) and accepted(exercise, answer, wrong):
            return mistake.name, mistake.explanation
    for known in usual(exercise, right):
        before = value(known.undone, answer)
        if before is not None and accepted(exercise, before, right):
            return known.name, known.explanation
    return None


def recognised_in_its_unit(
    exercise: Exercise, number: float, unit: str, right: float
) -> tuple[str, str] | None:
    """The same for an answer with a unit that measures something else, such as a rate where a time was asked.

    Parameters
    ----------
    exercise : Exercise
        One that asks for a number.
    number : float
        The answer, in `unit`.
    unit : str
        A unit of another dimension than the exercise's.
    right : float
        In the unit of the exercise.

    Examples
    --------
    >>> from cartsim.teaching.lessons.index import find
    >>> recognised_in_its_unit(find("units-2"), 0.2, "1/day", 3.5)[0]
    'rate for half-life'
    """
    for other, names in _COUNTERPARTS.items():
        wanted = other.format(exercise.unit)
        if parse_unit(unit).same_dimension(parse_unit(wanted)):
            known = recognised(exercise, convert(number, unit, wanted), right)
            if known is not None and known[0] in names:
                return known
    return None


_COUNTERPARTS = {  # the unit in which a mistake gives its number: the mistakes
    "1/({})": (
        "rate for half-life",
        "half-life for rate",
        "mean lifetime for rate",
    ),
    "cell": ("cells for cells/uL",),
    "cell/uL": ("cells/uL for cells",),
}
