"""What is read from the curves of the tumour: its lowest point, the kill, the relapse."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..language.units import parse_unit
from .answers import Answers, Case
from .course import Courses
from .readout import quantity, spelled

Array = NDArray[np.float64]


def tumour_readouts(courses: Courses, *, tumour_limit: float | None) -> dict[str, Answers]:
    """The read-outs of the role ``tumour`` by name.

    Parameters
    ----------
    courses : Courses
    tumour_limit : float or None
        Back at this amount, in the unit of the role, the tumour has relapsed; None for that at the infusion.
    """
    first = courses.curves.value(courses.origin)
    low, nadir = courses.curves.minimum(courses.origin, courses.end)
    since, remarks = courses.words(0), _remarks(courses, low, nadir)
    smallest = Answers(nadir, courses.unit, f"smallest amount of tumour since {since}")
    day = Answers(low - courses.origin, "day", f"days from {since} to tumour_nadir")
    limit = first if tumour_limit is None else np.full(len(first), tumour_limit)
    amount = f"its amount at {since}" if tumour_limit is None else quantity(tumour_limit, courses.unit)
    return {
        "tumour_nadir": smallest.unless(*remarks),
        "tumour_nadir_day": day.unless(*remarks),
        "log10_kill": _kill(courses, first, nadir),
        "relapse_day": _relapse(courses, low, nadir, limit, f"at {amount}"),
    }


def _remarks(courses: Courses, low: Array, nadir: Array) -> list[Case]:
    unit = parse_unit(courses.unit) if courses.unit else None
    counts_cells = unit is not None and unit.same_dimension(parse_unit("cell"))
    cells = nadir * unit.scale if unit is not None and counts_cells else np.full(len(nadir), np.inf)
    below = "below one cell, which no real tumour survives: see extinct_below of Species"
    return [
        Case(nadir == 0.0, "the tumour died out", value=None),
        Case(low == courses.origin, lambda i: f"never smaller than at {courses.words(i)}", value=None),
        Case(low >= courses.end, "still falling at the end of the run", value=None),
        Case(cells < 1.0, below, value=None),
    ]


def _kill(courses: Courses, first: Array, nadir: Array) -> Answers:
    meaning = f"orders of magnitude from the tumour at {courses.words(0)} down to tumour_nadir"
    with np.errstate(all="ignore"):
        kill = Answers(np.log10(first / nadir), "1", meaning)
    return kill.unless(
        Case(first <= 0.0, lambda i: f"not defined: there is no tumour at {courses.words(i)}"),
        Case(nadir == 0.0, "infinite: the tumour died out", value=np.inf),
        Case(nadir < 0.0, "not defined: the tumour falls below zero; use a smaller atol"),
    )


def _relapse(courses: Courses, low: Array, nadir: Array, limit: Array, back: str) -> Answers:
    since = courses.words(0)
    meaning = f"days from {since} to the first day after tumour_nadir on which the tumour is back {back}"

    def shown(i: int) -> str:
        return quantity(float(limit[i]), courses.unit)

    def below(i: int) -> str:
        day = spelled(courses.last_day[i])
        return f"not reached: below {shown(i)} until the end of the run, day {day}"

    def died(i: int) -> str:
        return f"not reached: the tumour died out on day {spelled(low[i] - courses.origin[i])}"

    back_at = courses.curves.first_crossing(limit, low)
    never = np.isnan(back_at)
    return Answers(back_at - courses.origin, "day", meaning).unless(
        Case(limit <= 0.0, lambda i: f"not defined: there is no tumour at {courses.words(i)}"),
        Case(nadir >= limit, lambda i: f"not defined: the tumour is never below {shown(i)}"),
        Case(never & (nadir == 0.0), died),
        Case(never, below),
    )
