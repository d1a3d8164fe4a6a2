"""When a therapy is given: on days, or by a rule; and the numbers that every therapy checks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..language.errors import ModelError, shorten
from ..language.events import Dose, Event, When
from ..language.values import finite, text

MOST = 400
"""The longest list of doses that one therapy makes."""


def timed(
    therapy: str,
    doses: tuple[Dose, ...],
    *,
    day: float | None,
    when: str | None,
    delay: float = 0.0,
    times: int = 1,
    apart: float = 0.0,
) -> tuple[Event, ...]:
    """The events of a therapy that is given from a day on, or by a rule.

    Parameters
    ----------
    therapy : str
        Its name, for the errors.
    doses : tuple of Dose
        What is given each time, with times from 0 on, in days.
    day : float or None
        The first time.
    when : str or None
        The condition of a rule; exactly one of `day` and `when` is given.
    delay : float
        Days from the condition to the therapy.
    times : int
        How often it is given; by rule, how often at most.
    apart : float
        Days from one time to the next; by rule, at least, and only while the condition holds.

    Raises
    ------
    ModelError
        If both or none of `day` and `when` are given, a delay without a rule, or too much at once.
    """
    if (day is None) == (when is None):
        given = "not both" if when is not None else "and neither is said"
        raise ModelError(
            f"{therapy} is given either on a day or by a rule, {given}; write {therapy}(day=5), in days "
            f"after the infusion, or {therapy}(when='crs_grade >= 2')"
        )
    if times * len(doses) > MOST:
        raise ModelError(
            f"{therapy} would be {times * len(doses)} doses, more than the {MOST} that are allowed; "
            "give fewer days, or a longer every="
        )
    if when is not None:
        return (When(text(when, f"when= of {therapy}"), doses, delay=delay, at_most=times, apart=apart),)
    first = finite(day, f"day= of {therapy}")
    if finite(delay, f"delay= of {therapy}") != 0.0:
        raise ModelError(
            f"delay= of {therapy} belongs to a rule (when=); on a day, say the later one: "
            f"day={first + delay:g}"
        )
    return tuple(replace(dose, at=first + i * apart + dose.at) for i in range(times) for dose in doses)


def within(name: str, value: Any, low: float, high: float, unit: str) -> float:
    """`value` as a number from `low` (above it, if `low` is 0) up to `high`.

    Raises
    ------
    ModelError
        If it is no finite number, or beyond the range; the sentence says both ends.

    Examples
    --------
    >>> within("dose", 10, 0, 100, "mg")
    10.0
    """
    number = finite(value, f"{name}=")
    if number == 0.0 or not low <= number <= high:
        start = "above 0" if low == 0.0 else f"from {low:g}"
        raise ModelError(f"{name}={number:g} is beyond what can be given: {start} to {high:g} {unit}")
    return number


def whole(name: str, value: Any, most: int) -> int:
    """`value` itself if it is a whole number from 1 to `most`, or a `ModelError`."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise ModelError(f"{name}= must be a whole number from 1 to {most}, not {shorten(value)}")
    return value


def doses_in(days: float, every: float) -> int:
    """How many doses, one each `every` days from the first day on, fit into so many days; at least one.

    Examples
    --------
    >>> doses_in(3.0, 0.25), doses_in(1.0, 2.0)
    (12, 1)
    """
    return max(1, round(days / every))
