"""The usual wrong answers: what was done, how it shows in the number, and how to get to what was asked.

Which are possible depends on the unit of the exercise, and for rates and half-lives, logarithms and factors
also on the words of its question.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from ...language.units import KNOWN, parse_unit
from ...questions.readout import spelled
from .dimension_words import spoken
from .exercise import Exercise
from .tolerance import accepted

_HALVING = r"half[- ]li[fv]e|halv|doubl|\b(?:is|are|has|have) half of"
LN2, LN10 = math.log(2.0), math.log(10.0)
Way = Callable[[float], float]


@dataclass(frozen=True)
class Known:
    """A usual mistake as it shows in one exercise.

    Parameters
    ----------
    name : str
        In a few words.
    done : callable
        The wrong answer that it makes of the right one; both in the unit of the exercise.
    undone : callable
        The right answer that stands behind a wrong one.
    explanation : str
        What was done, and how to get to what was asked.
    """

    name: str
    done: Way
    undone: Way
    explanation: str


def usual(exercise: Exercise, right: float) -> Iterator[Known]:
    """The usual mistakes that are possible in an exercise and would give a wrong answer, in their order."""
    if right == 0.0:
        return
    for family in (_exponential, _logarithms, _volumes, _fractions, _times, _signs, _days, _thousands):
        for known in family(exercise, right):
            wrong = value(known.done, right)
            if wrong is not None and not accepted(exercise, wrong, right):
                yield known


def value(way: Way, number: float) -> float | None:
    """What `way` makes of a number; None where that is impossible or not finite."""
    try:
        result = float(way(number))
    except (ArithmeticError, ValueError):
        return None
    return result if math.isfinite(result) else None


def _mutual(name: str, way: Way, explanation: str) -> Known:
    """A mistake that undoes itself, such as one divided by the answer."""
    return Known(name, way, way, explanation)


def _factor(name: str, factor: float, explanation: str) -> Known:
    """A mistake that multiplies the right answer."""
    return Known(name, lambda x: x * factor, lambda x: x / factor, explanation)


# ------------------------------------------------------------------ the families, in their order


def _exponential(exercise: Exercise, right: float) -> Iterator[Known]:
    """Rate, half-life (or doubling time) and mean lifetime for one another."""
    words = re.search(_HALVING, exercise.question, re.IGNORECASE)
    unit = exercise.measured_in
    per_time = unit.same_dimension(parse_unit("1/day"))
    if right < 0.0 or not (per_time or unit.same_dimension(parse_unit("day"))):
        return
    if per_time:
        yield _mutual(
            "half-life for rate",
            lambda x: LN2 / x,
            "You gave a half-life or doubling time; a rate was asked. The rate is ln 2 divided by that time.",
        )
        yield _factor(
            "ln 2 forgotten",
            1 / LN2,
            "You divided 1 by the half-life or doubling time. The rate is ln 2 divided by it.",
        )
        yield _mutual(
            "mean lifetime for rate",
            lambda x: 1 / x,
            "You gave the mean lifetime; a rate was asked. It is 1 divided by the mean lifetime.",
        )
    elif words:
        time = "doubling time" if "doubl" in exercise.question.lower() else "half-life"
        yield _mutual(
            "rate for half-life",
            lambda x: LN2 / x,
            f"You gave the rate; the {time} was asked. It is ln 2 divided by the rate.",
        )
        yield _factor(
            "mean lifetime for half-life",
            1 / LN2,
            "You divided 1 by the rate. In that time a number changes by the factor e = 2.718...;"
            f" the {time}, for a factor of two, is ln 2 divided by the rate.",
        )


def _logarithms(exercise: Exercise, right: float) -> Iterator[Known]:
    """The natural logarithm for the decimal one and back, a factor for its power of ten and back."""
    asked = _logarithm_asked(exercise)
    if asked == "log10":
        yield _factor(
            "ln for log10",
            LN10,
            "You took the natural logarithm; powers of ten were asked. Use log10, or divide by ln 10.",
        )
    if asked == "ln":
        yield _factor(
            "log10 for ln",
            1 / LN10,
            "You took the logarithm to base 10; the natural one was asked. Use log, or multiply by ln 10.",
        )
    if asked == "log10":
        yield Known(
            "factor for power of ten",
            lambda x: 10.0**x,
            math.log10,
            "You gave the factor itself; the power of ten was asked, the log10 of that factor.",
        )
    time = exercise.measured_in.same_dimension(parse_unit("day"))
    if not asked and not time and right >= 10.0:  # below ten a number and its exponent are too easily alike
        yield Known(
            "power of ten for factor",
            math.log10,
            lambda x: 10.0**x,
            "You gave a power of ten, that is, a log10; the number itself was asked: 10 to that power.",
        )


def _logarithm_asked(exercise: Exercise) -> str:
    """``"ln"``, ``"log10"``, or empty where the answer is no logarithm."""
    if exercise.measured_in.dimensions:
        return ""
    question = exercise.question.lower()
    if re.search(r"natural log|\bln\b", question):
        return "ln"
    return "log10" if re.search(r"log|powers? of ten|orders? of magnitude", question) else ""


def _volumes(exercise: Exercise, right: float) -> Iterator[Known]:
    """Cells for cells per volume and back, by the volume of the exercise."""
    if exercise.volume is None:
        return
    own, volume = exercise.measured_in, parse_unit(f"{exercise.volume!r} uL")
    if own.same_dimension(parse_unit("cell")):
        yield _factor(
            "cells/uL for cells",
            own.scale / (parse_unit("cell/uL") * volume).scale,
            "You gave cells per uL; the number of cells was asked."
            f" Multiply by the volume of the model, {spelled(exercise.volume)} uL.",
        )
    else:
        yield _factor(
            "cells for cells/uL",
            (own * volume).scale,
            f"You gave the cells in the whole volume; {spoken(exercise.unit)} were asked."
            f" Divide by the volume of the model, {spelled(exercise.volume)} uL.",
        )


def _fractions(exercise: Exercise, right: float) -> Iterator[Known]:
    """Per cent for a fraction and back."""
    unit = exercise.measured_in
    if unit.dimensions or _logarithm_asked(exercise):
        return
    if unit.agrees_with(parse_unit("percent")):
        yield _factor(
            "fraction for percent",
            0.01,
            "You gave a fraction; per cent was asked. The whole is 100 per cent.",
        )
    elif abs(right) <= 1.0:
        yield _factor(
            "percent for fraction", 100.0, "You gave per cent; a fraction was asked. The whole is 1, not 100."
        )


def _times(exercise: Exercise, right: float) -> Iterator[Known]:
    """Hours, minutes and weeks for days; per hour for per day."""
    dimensions = dict(exercise.measured_in.dimensions)
    power = dimensions.get("day", Fraction(0))
    if power != -1 and dimensions != {"day": 1}:
        return
    written = [KNOWN[word] for word in re.findall("[A-Za-z]+", exercise.unit) if word in KNOWN]
    own = next((name for name in _TIMES if KNOWN[name] in written), None)
    if own is None:
        return
    for other in _TIMES:
        if other == own:
            continue
        short, long = sorted((own, other), key=lambda name: KNOWN[name].scale)
        ratio = f"A {long} has {KNOWN[long].scale / KNOWN[short].scale:.0f} {short}s."
        if power == 1:
            name, asked = f"{other}s for {own}s", f"You answered in {other}s; {own}s were asked."
        else:
            name, asked = f"per {other} for per {own}", f"You answered per {other}; per {own} was asked."
        factor = (KNOWN[own].scale / KNOWN[other].scale) ** float(power)
        yield _factor(name, factor, f"{asked} {ratio}")


_TIMES = ("day", "hour", "week", "minute")


def _signs(exercise: Exercise, right: float) -> Iterator[Known]:
    yield _factor(
        "wrong sign",
        -1.0,
        "The size is right, the sign is not. Ask whether what was asked goes up or down, and which is taken"
        " from which.",
    )


def _days(exercise: Exercise, right: float) -> Iterator[Known]:
    """Days from the start of the run for days from the infusion."""
    zero = exercise.day_zero
    if zero:
        yield Known(
            "counted from the start of the run",
            lambda x: x + zero,
            lambda x: x - zero,
            f"You counted from the start of the run; it was asked from the infusion, which is at {zero:g}."
            " Subtract that.",
        )


def _thousands(exercise: Exercise, right: float) -> Iterator[Known]:
    """Microlitres for millilitres and back."""
    if "mL" in dict(exercise.measured_in.dimensions):
        for factor, size in ((1000.0, "large"), (0.001, "small")):
            yield _factor(
                "uL and mL",
                factor,
                f"Your number is 1000 times too {size}. A millilitre has 1000 microlitres: look which of the"
                " two you counted in.",
            )
