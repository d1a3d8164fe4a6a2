"""What an exercise must have, checked when it is made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ...language.errors import ModelError, shorten
from ...language.units import parse_unit
from ...language.values import amount, finite

if TYPE_CHECKING:
    from .exercise import Exercise

LETTERS = "abcdefgh"
"""What the choices of an exercise are called, in their order."""

_POINTS = re.compile(r"(1) point: \S|([0-9]+) points: \S")


def requirements(exercise: Exercise) -> None:
    """Refuse an exercise whose parts contradict each other.

    Raises
    ------
    ModelError
        Which part, and what it should be; `Exercise` puts the name before it.
    """
    _check_texts(exercise)
    _check_kind(exercise)
    _check_mistakes(exercise)
    {"number": _check_number, "choice": _check_choices, "open": _check_open}[exercise.kind](exercise)


def folded(text: str) -> str:
    """A choice without its case, its spaces and its full stop."""
    return " ".join(text.split()).casefold().rstrip(".")


def points(line: str) -> int:
    """The points that a line of a rubric gives; 0 if it does not say."""
    found = _POINTS.match(line)
    return int(found[1] or found[2]) if found else 0


def _check_texts(exercise: Exercise) -> None:
    sentence(exercise.question, "question")
    sentence(exercise.because, "because")
    for what, least in (("hints", 2), ("rubric", 1), ("choices", 0)):
        texts = _tuple(getattr(exercise, what), what)
        for entry in texts:
            sentence(entry, f"each of {what}")
        if len(texts) < least:
            raise ModelError(f"it has {len(texts)} of {what}; it needs {least} or more")
    for line in exercise.rubric:
        if points(line) < 1:
            raise ModelError(
                f"a line of its rubric begins '1 point: ...' or '2 points: ...', not {shorten(line)}"
            )


def _check_kind(exercise: Exercise) -> None:
    if exercise.accepts is None:
        if not callable(exercise.solution):
            raise ModelError("it needs a solution, a function without arguments that computes the answer")
        if exercise.example is not None:
            raise ModelError("example goes with accepts; a solution is its own example")
    elif exercise.solution is not None or exercise.choices:
        raise ModelError("accepts stands instead of a solution and of choices")


def _check_mistakes(exercise: Exercise) -> None:
    from .mistake import Mistake

    names = set()
    for mistake in _tuple(exercise.mistakes, "mistakes"):
        if not isinstance(mistake, Mistake):
            raise ModelError(f"mistakes holds Mistake(name, wrong, explanation), not {shorten(mistake)}")
        if mistake.name in names:
            raise ModelError(f"two mistakes are called {mistake.name!r}")
        if exercise.kind != "open" and callable(mistake.wrong) != (exercise.kind == "number"):
            wanted = "a function of the right answer" if exercise.kind == "number" else "the text of a choice"
            raise ModelError(f"mistake {mistake.name!r}: wrong must be {wanted}")
        names.add(mistake.name)


def _check_number(exercise: Exercise) -> None:
    if not exercise.unit:
        raise ModelError("it asks for a number and names no unit; write unit='1' for a number without unit")
    unit = parse_unit(exercise.unit)
    if amount(exercise.rtol, "rtol") >= 1.0:
        raise ModelError(f"rtol is {exercise.rtol:g}; from 1 on, zero would be right")
    if amount(exercise.atol, "atol") == 0.0 == exercise.rtol:
        raise ModelError("rtol and atol are both 0; nobody types every digit of a number")
    if exercise.volume is not None:
        per_volume = parse_unit("cell/uL")
        if amount(exercise.volume, "volume") == 0.0:
            raise ModelError("volume is 0")
        if not (unit.same_dimension(per_volume) or unit.same_dimension(parse_unit("cell"))):
            raise ModelError(f"volume goes with cells or cells per volume, not with {exercise.unit!r}")
    if exercise.day_zero is not None:
        finite(exercise.day_zero, "day_zero")
        if not unit.same_dimension(parse_unit("day")):
            raise ModelError(f"day_zero goes with a time, not with {exercise.unit!r}")


def _check_choices(exercise: Exercise) -> None:
    choices = exercise.choices
    _no_number(exercise)
    if not 2 <= len(choices) <= len(LETTERS):
        raise ModelError(f"it has {len(choices)} of choices; from 2 to {len(LETTERS)} are possible")
    if len({folded(choice) for choice in choices}) < len(choices):
        raise ModelError("two of its choices are the same")
    if any(len(folded(choice).strip("(). ")) < 2 for choice in choices):
        raise ModelError("a choice of one letter would be taken for the letter of a choice; write it out")
    for mistake in exercise.mistakes:
        if exercise.chosen(str(mistake.wrong)) is None:
            raise ModelError(f"mistake {mistake.name!r}: {shorten(mistake.wrong)} is none of the choices")


def _check_open(exercise: Exercise) -> None:
    _no_number(exercise)
    if not callable(exercise.accepts):
        raise ModelError("accepts must be a function of the answer that returns '' or a sentence")
    if not callable(exercise.example):
        raise ModelError("accepts needs an example, a function without arguments that returns a right answer")
    if exercise.mistakes:
        raise ModelError("with accepts there are no mistakes: accepts says itself what is wrong")


def _no_number(exercise: Exercise) -> None:
    if exercise.unit:
        raise ModelError(f"it has the unit {exercise.unit!r} but asks for no number; leave the unit out")
    if exercise.volume is not None or exercise.day_zero is not None:
        raise ModelError("volume and day_zero go with a number")


def sentence(value: Any, what: str) -> None:
    """Refuse what is not a text, or an empty one."""
    if not isinstance(value, str) or not value.strip():
        raise ModelError(f"{what} must be a text that is not empty, not {shorten(value)}")


def _tuple(value: Any, what: str) -> tuple[Any, ...]:
    if not isinstance(value, tuple):
        raise ModelError(
            f"{what} must be a tuple, not {shorten(value)}; one alone is written (..., ) with a comma"
        )
    return value
