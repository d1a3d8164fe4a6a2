"""The verbs `question` and `hint`: what an exercise asks, and what leads on, one step at a time."""

from __future__ import annotations

from ...language.errors import ModelError, shorten
from ...language.units import parse_unit
from .dimension_words import spoken
from .exercise import LETTERS, Exercise
from .index import find
from .verdict import Words


def question(name: str) -> Words:
    """What an exercise asks, with its choices.

    Examples
    --------
    >>> print(question("units-2"))
    In kimmel_2021 a tumour cell divides ...
    Answer: a number in days.
    """
    exercise = find(name)
    return Words("\n".join([exercise.question, *lettered(exercise), f"Answer: {wanted(exercise)}."]))


def hint(name: str, level: int = 1) -> Words:
    """One hint of an exercise; each level leads further than the one before.

    Parameters
    ----------
    name : str
        The exercise.
    level : int
        From 1 to the number of hints that it has.

    Raises
    ------
    ModelError
        If it has no such level.

    Examples
    --------
    >>> hint("units-2")
    Hint 1 of 2: The rate per head is in 1/day, ...
    """
    exercise = find(name)
    count = len(exercise.hints)
    if isinstance(level, bool) or level not in range(1, count + 1):
        raise ModelError(f"exercise {name} has the hints 1 to {count}; there is no hint {shorten(level)}")
    level = int(level)
    return Words(f"Hint {level} of {count}: {exercise.hints[level - 1]}")


def lettered(exercise: Exercise) -> list[str]:
    """Its choices, one line each, with their letters."""
    return [f"{letter}) {choice}" for letter, choice in zip(LETTERS, exercise.choices, strict=False)]


def wanted(exercise: Exercise) -> str:
    """What kind of answer is wanted, in words."""
    if exercise.kind == "choice":
        return "the letter of a choice, or its text"
    if exercise.kind == "open":
        return "what the question says"
    bare = exercise.measured_in.agrees_with(parse_unit("1"))
    return "a number" if bare else f"a number in {spoken(exercise.unit)}"
