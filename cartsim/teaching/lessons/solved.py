"""The answers of an exercise: its solution, and each of its mistakes, is run once and then remembered."""

from __future__ import annotations

from functools import cache

from ...language.errors import ModelError, shorten
from ...language.values import finite
from .exercise import Exercise, Mistake
from .usual_mistakes import value


@cache
def right_number(exercise: Exercise) -> float:
    """The right number, in the unit of an exercise that asks for one.

    Raises
    ------
    ModelError
        If the solution returns no finite number.
    """
    assert exercise.solution is not None  # as `Exercise` has checked
    return finite(exercise.solution(), f"exercise {exercise.name}: what its solution returns")


@cache
def right_choice(exercise: Exercise) -> str:
    """The text of the right choice.

    Raises
    ------
    ModelError
        If the solution returns none of the choices, nor the letter of one.
    """
    assert exercise.solution is not None
    answer = exercise.solution()
    found = exercise.chosen(answer) if isinstance(answer, str) else None
    if found is None:
        raise ModelError(f"exercise {exercise.name}: its solution returns {shorten(answer)}, no choice of it")
    return found


@cache
def wrong_number(mistake: Mistake, right: float) -> float | None:
    """The number that an exercise's own mistake gives; None where it gives no finite one.

    Parameters
    ----------
    mistake : Mistake
        Of an exercise that asks for a number.
    right : float
        The right number; both in the unit of the exercise.
    """
    return value(mistake.wrong, right) if callable(mistake.wrong) else None
