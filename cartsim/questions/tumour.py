"""What is read from the curve of the tumour: its lowest point, the kill, the relapse."""

from __future__ import annotations

import math

from ..language.units import parse_unit
from .course import Course
from .readout import Readout, quantity, spelled


def tumour_readouts(course: Course, *, tumour_limit: float | None) -> dict[str, Readout]:
    """The read-outs of the role ``tumour`` by name.

    Parameters
    ----------
    course : Course
    tumour_limit : float or None
        Back at this amount, in the unit of the role, the tumour has relapsed; None for that at the infusion.
    """
    first = course.curve.value(course.origin.time)
    low, nadir = course.curve.minimum(course.origin.time, course.end)
    since, remark = course.origin.words, _remark(course, low, nadir)
    day = low - course.origin.time
    limit = first if tumour_limit is None else tumour_limit
    back = f"at its amount at {since}" if tumour_limit is None else f"at {quantity(limit, course.unit)}"
    return {
        "tumour_nadir": Readout(nadir, course.unit, f"smallest amount of tumour since {since}", remark),
        "tumour_nadir_day": Readout(day, "day", f"days from {since} to tumour_nadir", remark),
        "log10_kill": _kill(course, first, nadir),
        "relapse_day": _relapse(course, low, nadir, limit, back),
    }


def _remark(course: Course, low: float, nadir: float) -> str:
    if nadir == 0.0:
        return "the tumour died out"
    if low == course.origin.time:
        return f"never smaller than at {course.origin.words}"
    if low >= course.end:
        return "still falling at the end of the run"
    unit = parse_unit(course.unit) if course.unit else None
    counts_cells = unit is not None and unit.same_dimension(parse_unit("cell"))
    if unit is not None and counts_cells and nadir * unit.scale < 1.0:
        return "below one cell, which no real tumour survives: see extinct_below of Species"
    return ""


def _kill(course: Course, first: float, nadir: float) -> Readout:
    meaning = f"orders of magnitude from the tumour at {course.origin.words} down to tumour_nadir"
    if first <= 0.0:
        return Readout(math.nan, "1", meaning, f"not defined: there is no tumour at {course.origin.words}")
    if nadir == 0.0:
        return Readout(math.inf, "1", meaning, "infinite: the tumour died out")
    if nadir < 0.0:
        return Readout(math.nan, "1", meaning, "not defined: the tumour falls below zero; use a smaller atol")
    return Readout(math.log10(first / nadir), "1", meaning)


def _relapse(course: Course, low: float, nadir: float, limit: float, back: str) -> Readout:
    since = course.origin.words
    shown = quantity(limit, course.unit)
    meaning = f"days from {since} to the first day after tumour_nadir on which the tumour is back {back}"

    def missing(reason: str) -> Readout:
        return Readout(math.nan, "day", meaning, reason)

    if limit <= 0.0:
        return missing(f"not defined: there is no tumour at {since}")
    if nadir >= limit:
        return missing(f"not defined: the tumour is never below {shown}")
    back_at = course.curve.crossings(limit, low, course.end)
    back_at = back_at[back_at > low]
    if len(back_at):
        return Readout(float(back_at[0]) - course.origin.time, "day", meaning)
    if nadir == 0.0:
        return missing(f"not reached: the tumour died out on day {spelled(low - course.origin.time)}")
    return missing(f"not reached: below {shown} until the end of the run, day {spelled(course.last_day)}")
