"""Reading an answer: a number, a number with its unit, a read-out, a choice or its letter."""

from __future__ import annotations

import math
import numbers
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...language.errors import UnitError, shorten
from ...language.units import convert, parse_unit
from ...questions.readout import Readout, Readouts
from .dimension_words import disagreement
from .exercise import LETTERS, Exercise

_DIGITS = r"(?:[0-9]{1,3}(?:[ ,_][0-9]{3})+(?![0-9])|[0-9]+)"
_NUMBER = re.compile(
    rf"(?P<digits>[+-]?(?:{_DIGITS}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"(?:\s*[x*\u00d7]\s*10\s*(?:\^|\*\*)\s*(?P<ten>[+-]?[0-9]{1,3}))?"
    r"(?P<unit>.*)",
    re.DOTALL,
)
_POWER = re.compile(r"10\s*(?:\^|\*\*)\s*(?P<ten>[+-]?[0-9]{1,3})(?P<unit>.*)", re.DOTALL)
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})(?![0-9])")


@dataclass(frozen=True)
class Reading:
    """What an answer says.

    Parameters
    ----------
    value : float or str, optional
        The number in the unit of the exercise, or the text of the choice; None if it could not be read.
    problem : str
        Why it could not be read, as a sentence to the student; empty if it could.
    given : tuple of (float, str), optional
        The number and the unit as they were given, if a unit was.
    """

    value: float | str | None = None
    problem: str = ""
    given: tuple[float, str] | None = None


class _Unreadable(Exception):
    """Carries the sentence that says why."""


def read(exercise: Exercise, answer: Any) -> Reading:
    """What `answer`, which is not None, says to an exercise that asks for a number or a choice.

    Examples
    --------
    >>> from cartsim.teaching.lessons.index import find
    >>> doubling_time = find("units-2")
    >>> read(doubling_time, "12 hours").value, read(doubling_time, (2, "week")).value
    (0.5, 14.0)
    """
    try:
        if exercise.kind == "choice":
            return Reading(_choice(exercise, answer))
        number, unit = _number_and_unit(answer)
    except _Unreadable as reason:
        return Reading(problem=str(reason))
    return _in_unit(exercise, number, unit)


def _in_unit(exercise: Exercise, number: float, unit: str) -> Reading:
    if not unit:
        return Reading(number)
    try:
        if not parse_unit(unit).same_dimension(exercise.measured_in):
            return Reading(problem=disagreement(exercise.unit, unit), given=(number, unit))
        return Reading(convert(number, unit, exercise.unit), given=(number, unit))
    except UnitError as error:
        end = "" if str(error).endswith("?") else "."
        return Reading(problem=f"The unit of your answer cannot be read: {error}{end}")


# ------------------------------------------------------------------ numbers


def _number_and_unit(answer: Any) -> tuple[float, str]:
    """The number, finite, and the text of its unit, empty if none was given."""
    if isinstance(answer, Readout):
        if not math.isfinite(answer.value):
            raise _Unreadable(f"This read-out has no number: {answer.reason or 'it is missing'}.")
        return answer.value, answer.unit
    if isinstance(answer, tuple | list) and len(answer) == 2 and isinstance(answer[1], str):
        if isinstance(answer[0], str):
            raise _Unreadable(
                f"{shorten(answer[0])} is a text; give a number and its unit, such as (12.5, 'day')."
            )
        return _number(answer[0]), _unit_text(answer[1])
    if isinstance(answer, str):
        return _from_text(answer)
    return _number(answer), ""


def _number(answer: Any) -> float:
    if isinstance(answer, Readouts):
        raise _Unreadable("These are the read-outs of several runs; one number was asked. Choose a run.")
    if isinstance(answer, bool | np.bool_):
        raise _Unreadable(f"{answer} is a yes or no; a number was asked.")
    if isinstance(answer, tuple | list | np.ndarray) or hasattr(answer, "to_numpy"):
        answer = _single(answer)
    if isinstance(answer, complex | np.complexfloating):
        raise _Unreadable("That is a complex number; a real one was asked.")
    if not isinstance(answer, numbers.Real | np.number) and not hasattr(answer, "__float__"):
        raise _Unreadable(
            f"{shorten(answer)} is no number. Give one, such as 12.5, or with its unit, '12.5 day'."
        )
    return _finite(answer)


def _single(answer: Any) -> Any:
    found = np.asarray(answer, dtype=object)
    if found.size != 1:
        raise _Unreadable(f"These are {found.size} values; one number was asked. Choose one of them.")
    (value,) = found.ravel().tolist()
    return value if not isinstance(value, bool) else _number(value)


def _finite(answer: Any) -> float:
    try:
        number = float(answer)
    except (TypeError, ValueError):
        raise _Unreadable(f"{shorten(answer)} is no number.") from None
    except OverflowError:
        number = math.inf
    if math.isnan(number):
        raise _Unreadable("That is not a number (nan): something was missing on the way to it.")
    if math.isinf(number):
        raise _Unreadable("That is infinite: look for a division by zero, or a logarithm of zero.")
    return number


def _from_text(answer: str) -> tuple[float, str]:
    text = " ".join(answer[:200].replace("\N{MINUS SIGN}", "-").split())
    if _DECIMAL_COMMA.match(text):
        raise _Unreadable(f"{shorten(text)} has a comma in it; write a point, as in 0.5.")
    found = _NUMBER.fullmatch(text)
    power = _POWER.fullmatch(text)
    if power:
        number, unit = _finite(f"1e{power['ten']}"), power["unit"]
    elif found:
        digits = re.sub(r"[ ,_]", "", found["digits"])
        number, unit = _finite(f"{digits}e{found['ten']}" if found["ten"] else digits), found["unit"]
    else:
        raise _Unreadable(
            f"{shorten(answer)} is no number. Give one, such as 12.5, or with its unit, '12.5 day'."
        )
    if unit and not re.search("[A-Za-z%\N{DEGREE SIGN}\N{MICRO SIGN}]", unit):
        raise _Unreadable(f"{shorten(answer)} has more in it than one number and its unit.")
    return number, _unit_text(unit)


def _unit_text(text: str) -> str:
    """A unit as people write it, in the notation of `parse_unit`."""
    plain = text.strip().rstrip(".").replace("%", "percent").replace("per cent", "percent")
    plain = re.sub(r"\s*\bper\b\s*", "/", plain.replace("\N{DEGREE SIGN}C", "degC"))
    return f"1{plain}" if plain.startswith("/") else plain


# ------------------------------------------------------------------ choices


def _choice(exercise: Exercise, answer: Any) -> str:
    found = exercise.chosen(answer) if isinstance(answer, str) else None
    if found is None:
        given = "An empty text" if answer == "" else shorten(answer)
        last = LETTERS[len(exercise.choices) - 1]
        raise _Unreadable(
            f"{given} is none of the choices. Answer with a letter, 'a' to '{last}', or with a text."
        )
    return found
