"""The verb `check`: what an answer is worth, and what helps if it is not right."""

from __future__ import annotations

import math
from typing import Any

from ...language.errors import ModelError, shorten
from .answers import Reading, read
from .dimension_words import mixed_up
from .exercise import Exercise
from .index import find
from .mistakes import recognised, recognised_in_its_unit
from .solved import right_choice, right_number
from .tolerance import accepted, allowance, measured
from .verdict import Verdict

_STUDENTS_OWN = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


def check(name: str, answer: Any = None) -> Verdict:
    """Whether an answer to an exercise is right, and what helps if it is not.

    Parameters
    ----------
    name : str
        The exercise, such as ``"relapse-3"``; `names` has them all.
    answer : object
        A number in the unit that was asked, a number with its unit (``"8 weeks"``, ``(8, "week")``, a
        read-out), the text or the letter of a choice, or what the question says. None is no answer yet.

    Returns
    -------
    Verdict
        It shows itself in a notebook; ``.right`` is True or False. The right answer is in it only if the
        answer is right.

    Raises
    ------
    UnknownNameError
        If there is no such exercise.

    Examples
    --------
    >>> check("units-2", None)
    No answer yet. Put it into the cell above, and run both.
    >>> check("units-2", "1 cell")
    Not yet. A time in days was asked; you gave an amount in cells.
    """
    return judged(find(name), answer)


def judged(exercise: Exercise, answer: Any) -> Verdict:
    """The same for an exercise itself, wherever it stands."""
    name = exercise.name
    if answer is None or answer is ... or (isinstance(answer, str | dict | list | tuple) and not answer):
        return Verdict(name, False, "Put it into the cell above, and run both.", answered=False)
    if exercise.kind == "open":
        return _tried(exercise, answer)
    reading = read(exercise, answer)
    if reading.problem:
        return _unread(exercise, reading)
    if isinstance(reading.value, str):
        return _choice(exercise, reading.value)
    assert reading.value is not None  # no problem, so a number or a choice
    return _number(exercise, reading.value)


def _unread(exercise: Exercise, reading: Reading) -> Verdict:
    """An answer that is no number, or measures something else."""
    if reading.given is None:
        return Verdict(exercise.name, False, _sentence(reading.problem))
    known = recognised_in_its_unit(exercise, *reading.given, right_number(exercise))
    if known is not None:
        return Verdict(exercise.name, False, _sentence(known[1]), known[0])
    return Verdict(exercise.name, False, reading.problem, mixed_up(exercise.unit, reading.given[1]))


def _tried(exercise: Exercise, answer: Any) -> Verdict:
    """An answer that the exercise itself judges."""
    assert exercise.accepts is not None
    try:
        wrong = exercise.accepts(answer)
    except _STUDENTS_OWN as error:
        wrong = f"That could not be tried. {_sentence(str(error) or type(error).__name__)}"
    if not isinstance(wrong, str):
        raise ModelError(
            f"exercise {exercise.name}: accepts returns {shorten(wrong)}; it must return '' or a sentence"
        )
    if wrong:
        return Verdict(exercise.name, False, _sentence(wrong), hint=exercise.hints[0])
    return Verdict(exercise.name, True, _sentence(exercise.because))


def _choice(exercise: Exercise, chosen: str) -> Verdict:
    if chosen == right_choice(exercise):
        return Verdict(exercise.name, True, _sentence(exercise.because))
    for mistake in exercise.mistakes:
        if exercise.chosen(str(mistake.wrong)) == chosen:
            return Verdict(exercise.name, False, _sentence(mistake.explanation), mistake.name)
    return Verdict(exercise.name, False, f"It is not {shorten(chosen, 80)}.", hint=exercise.hints[0])


def _number(exercise: Exercise, answer: float) -> Verdict:
    right = right_number(exercise)
    if accepted(exercise, answer, right):
        computed = f"Computed: {measured(right, exercise.unit)}."
        return Verdict(exercise.name, True, f"{computed} {_sentence(exercise.because)}")
    known = recognised(exercise, answer, right)
    if known is not None:
        return Verdict(exercise.name, False, _sentence(known[1]), known[0])
    return Verdict(exercise.name, False, _how_far(exercise, answer, right), hint=exercise.hints[0])


def _how_far(exercise: Exercise, answer: float, right: float) -> str:
    """In which direction an answer is wrong, and roughly how far."""
    if abs(answer - right) <= 3 * allowance(exercise, right):
        return f"Close, but not close enough: {_tolerance(exercise)} count as right."
    way = "large" if answer > right else "small"
    if answer * right <= 0.0:
        return f"Your number is too {way}."
    ratio = max(answer / right, right / answer)
    way = "large" if abs(answer) > abs(right) else "small"
    if ratio < 2.0:
        return f"The size is about right, but the number is too {way}."
    if ratio >= 1e4:
        return f"Your number is too {way}, by about {math.log10(ratio):.0f} powers of ten."
    return f"Your number is about {float(f'{ratio:.1g}'):g} times too {way}."


def _tolerance(exercise: Exercise) -> str:
    near = [f"{100 * exercise.rtol:g} %"] if exercise.rtol else []
    if exercise.atol:
        near.append(measured(exercise.atol, exercise.unit))
    return f"answers within {' and '.join(near)}"


def _sentence(text: str) -> str:
    """With a capital letter, and a full stop at the end."""
    text = text.strip()
    text = text if text.endswith((".", "!", "?")) else f"{text}."
    first = text.split()[0].strip(",;:")
    return text[0].upper() + text[1:] if first.isalpha() and first.islower() and len(first) > 1 else text
