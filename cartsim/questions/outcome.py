"""What is read from the curves of the tumour: which relapse, and the days until an event."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ..language.errors import UnitError
from ..language.units import convert
from .answers import Answers, Case
from .course import Courses
from .readout import spelled
from .record import Record
from .response import COMPLETE, OWN, PROGRESSIVE, first_of, no_tumour

Array = NDArray[np.float64]

CENSORED = "censored"
"""How the reason begins of days without an event."""


def outcome_readouts(record: Record, known: Mapping[str, Answers]) -> dict[str, Answers]:
    """The kind of the relapse, and the days until an event or until the end of the run.

    Parameters
    ----------
    record : Record
    known : mapping of str to Answers
        The read-outs ``relapse_day`` and ``best_response``.
    """
    courses = record.courses["tumour"]
    first, relapse = first_of(courses), known["relapse_day"].values
    found = {}
    if "antigen_negative_tumour" in record:
        found["relapse_kind"] = _kind(record, relapse)
    found["event_free_days"] = _event_free(courses, first, known["relapse_day"])
    found["relapse_free_days"] = _relapse_free(courses, first, relapse, known["best_response"].values)
    return found


def _kind(record: Record, relapse: Array) -> Answers:
    meaning = (
        "relapse 1 with antigen (most of the tumour on relapse_day carries it), 2 without antigen (at least "
        "half does not)"
    )
    none = np.isnan(relapse)
    negative, whole = (record.units.get(role, "") for role in ("antigen_negative_tumour", "tumour"))
    try:
        factor = convert(1.0, negative, whole) if negative and whole else 1.0
    except UnitError:
        other = f"not defined: antigen_negative_tumour is in {negative!r} and tumour in {whole!r}"
        return Answers(np.full(len(none), np.nan), "1", meaning).unless(Case(np.ones_like(none), other))
    time = np.where(none, record.origin, record.origin + relapse)
    without = factor * record.between("antigen_negative_tumour", time)
    values = np.where(without >= 0.5 * record.between("tumour", time), 2.0, 1.0)
    return Answers(values, "1", meaning).unless(
        Case(none, "no relapse"),
        Case(values == 1.0, "with antigen", value=None),
        Case(values == 2.0, "without antigen", value=None),
    )


def _event_free(courses: Courses, first: Array, relapse: Answers) -> Answers:
    since = courses.words(0)
    meaning = (
        f"days from {since} to relapse_day or, for a tumour never below the amount of a relapse, "
        f"to the first day on which it is above {PROGRESSIVE:.0%} of its amount at {since}; without either, "
        f"to the end of the run (censored); {OWN}"
    )
    fell = np.array([not relapse.reasons.get(i, "").startswith("not defined") for i in range(len(first))])
    progress = courses.curves.first_crossing(PROGRESSIVE * first, courses.origin) - courses.origin
    event = np.where(fell, relapse.values, progress)
    none = np.isnan(event)
    return Answers(np.where(none, courses.last_day, event), "day", meaning).unless(
        no_tumour(courses, first),
        _censored(courses, none, "event"),
        Case(fell, "relapse", value=None),
        Case(~fell, "progression", value=None),
    )


def _relapse_free(courses: Courses, first: Array, relapse: Array, best: Array) -> Answers:
    meaning = (
        f"days from the first day on which the tumour is below {COMPLETE:.0%} of its amount at "
        f"{courses.words(0)} (complete response) to relapse_day; without it, to the end of the run "
        f"(censored); {OWN}"
    )
    responded = courses.curves.first_crossing(COMPLETE * first, courses.origin) - courses.origin
    none = np.isnan(relapse)
    return Answers(np.where(none, courses.last_day, relapse) - responded, "day", meaning).unless(
        no_tumour(courses, first),
        Case(~(best == 3.0) | np.isnan(responded), "not defined: there is no complete response"),
        _censored(courses, none, "relapse"),
        Case(~none, "relapse", value=None),
    )


def _censored(courses: Courses, none: NDArray[np.bool_], event: str) -> Case:
    def until(i: int) -> str:
        return f"{CENSORED}: no {event} until the end of the run, day {spelled(courses.last_day[i])}"

    return Case(none, until, value=None)
