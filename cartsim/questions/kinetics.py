"""What is read from the curves of the CAR-T cells: peak, area, expansion, contraction, persistence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..language.units import parse_unit
from .answers import Answers, Case
from .course import Courses
from .quickest import quickest
from .readout import quantity, spelled

Array = NDArray[np.float64]
Windows = tuple[tuple[float, float], ...]

TENTH = 0.1  # of the peak: where contraction is over
_LAST_PART = 3  # the terminal phase is the last third
_LEAST_FALL = 0.05  # of the logarithm, over the last third
_STEADY = 0.02  # by how much the two halves of a terminal phase may differ


def car_t_readouts(
    courses: Courses, *, detection_limit: float | None, windows: Windows
) -> dict[str, Answers]:
    """The read-outs of the role ``car_t`` by name.

    Parameters
    ----------
    courses : Courses
    detection_limit : float or None
        For persistence, in the unit of the role; None for one cell where the unit counts cells.
    windows : tuple of (float, float)
        Days after the infusion between which an area is taken.
    """
    top, cmax = courses.curves.maximum(courses.origin, courses.end)
    found = {
        **_peak(courses, top, cmax),
        **{f"auc_{a:g}_{b:g}": _area(courses, a, b) for a, b in windows},
        "fold_expansion": _fold_expansion(courses, cmax),
        "doubling_time": _doubling_time(courses, top),
        "contraction_half_life": _contraction_half_life(courses, top, cmax),
        "terminal_half_life": _terminal_half_life(courses, top),
        "persistence": _persistence(courses, cmax, detection_limit),
    }
    none = Case(~(cmax > 0.0), lambda i: f"not defined: there are no CAR-T cells after {courses.words(i)}")
    kept = ("cmax", *(name for name in found if name.startswith("auc_")))
    return {name: entry if name in kept else entry.unless(none) for name, entry in found.items()}


def still_rising(courses: Courses, top: Array) -> Case:
    """What to bear in mind about a peak at the end of the run."""
    at_the_end = (courses.last_day > 0.0) & (top >= courses.end)
    return Case(at_the_end, "still rising at the end of the run", value=None)


def _peak(courses: Courses, top: Array, cmax: Array) -> dict[str, Answers]:
    since, remark = courses.words(0), still_rising(courses, top)
    highest = Answers(cmax, courses.unit, f"highest amount of CAR-T cells since {since}")
    day = Answers(top - courses.origin, "day", f"days from {since} to cmax")
    return {"cmax": highest.unless(remark), "tmax": day.unless(remark)}


def _area(courses: Courses, begin: float, end: float) -> Answers:
    unit = str(parse_unit(courses.unit) * parse_unit("day")) if courses.unit else ""
    meaning = f"area under the CAR-T cells from day {begin:g} to day {end:g} after {courses.words(0)}"
    start, stop = courses.origin + begin, courses.origin + end
    area = courses.curves.integral(np.minimum(start, courses.end), np.minimum(stop, courses.end))

    def short(i: int) -> str:
        return f"not reached: the run ends on day {spelled(courses.last_day[i])} after {courses.words(i)}"

    return Answers(area, unit, meaning).unless(Case(stop > courses.end + 1e-9 * abs(courses.end), short))


def _fold_expansion(courses: Courses, cmax: Array) -> Answers:
    def when(i: int) -> str:
        return f"right after {courses.words(i)}" if courses.infused[i] else f"at {courses.words(i)}"

    first = courses.curves.value(courses.after)
    with np.errstate(divide="ignore", invalid="ignore"):
        fold = Answers(cmax / first, "1", f"cmax divided by the amount {when(0)}")
    return fold.unless(Case(first <= 0.0, lambda i: f"not defined: there are no CAR-T cells {when(i)}"))


def _doubling_time(courses: Courses, top: Array) -> Answers:
    since = courses.words(0)
    meaning = f"shortest time in which the CAR-T cells double, after {since} and up to cmax"
    parts = courses.undisturbed(courses.after, top)
    shortest = quickest(courses.curves, 2.0, parts)
    never = np.isnan(shortest)
    some = np.array([bool(part) for part in parts])
    return Answers(shortest, "day", meaning).unless(
        Case(never & some, "not reached: they never double"),
        Case(never, lambda i: f"not reached: they are highest at {courses.words(i)}"),
    )


def _contraction_half_life(courses: Courses, top: Array, cmax: Array) -> Answers:
    meaning = "shortest time in which the CAR-T cells halve, from cmax until they are below a tenth of it"
    below = courses.curves.first_crossing(TENTH * cmax, top)
    stop = np.where(np.isnan(below), courses.end, below)
    shortest = quickest(courses.curves, 0.5, courses.undisturbed(top, stop))
    return Answers(shortest, "day", meaning).unless(
        Case(top >= courses.end, "not reached: no fall before the end of the run"),
        Case(np.isnan(shortest), "not reached: they do not halve within the run"),
    )


def _terminal_half_life(courses: Courses, top: Array) -> Answers:
    meaning = "half-life of the CAR-T cells over the last third of the run after cmax, if it is steady there"
    end = courses.end
    calm = [parts[-1] if parts else (np.nan, np.nan) for parts in courses.undisturbed(top, end)]
    begin, until = np.array(calm).reshape(len(calm), 2).T
    disturbed = ~(until >= end)
    start = np.where(disturbed, end, end - (end - begin) / _LAST_PART)
    half = (start + end) / 2.0
    first, middle, last = (courses.curves.value(time) for time in (start, half, end))
    with np.errstate(all="ignore"):
        early, late = np.log(first / middle) / (half - start), np.log(middle / last) / (end - half)
        fall = np.log(first / last)
        half_life = np.log(2.0) * (end - start) / fall
        uneven = np.abs(early - late) > _STEADY * np.maximum(early, late)
    return Answers(half_life, "day", meaning).unless(
        Case(disturbed, "not reached: no undisturbed fall before the end of the run"),
        Case(
            np.minimum(np.minimum(first, middle), last) <= 0.0, "not defined: there are no CAR-T cells left"
        ),
        Case(fall < _LEAST_FALL, "not reached: they hardly fall in the last third of the run"),
        Case(uneven, "not reached: the fall is not yet log-linear; a longer run may show it"),
    )


def limit_of(unit: str, limit: float | None) -> float | None:
    """The detection limit: as it was given, or else one cell where the unit counts cells."""
    parsed = parse_unit(unit) if unit else None
    if limit is None and parsed is not None and parsed.same_dimension(parse_unit("cell")):
        return 1.0 / parsed.scale
    return limit


def _persistence(courses: Courses, cmax: Array, given: float | None) -> Answers:
    meaning = f"days from {courses.words(0)} to the last day on which the CAR-T cells are above "
    limit = limit_of(courses.unit, given)
    if limit is None:
        of = f", in {courses.unit}" if courses.unit else ""
        missing = Answers(np.full(len(cmax), np.nan), "day", meaning + "the detection limit")
        return missing.unless(Case(np.ones(len(cmax), dtype=bool), f"not defined: give detection_limit={of}"))
    shown = quantity(limit, courses.unit)

    def still(i: int) -> str:
        day = spelled(courses.last_day[i])
        return f"not reached: still above {shown} at the end of the run, day {day}"

    last = courses.curves.last_above(np.full(len(cmax), limit), courses.origin)
    return Answers(last - courses.origin, "day", meaning + shown).unless(
        Case(cmax <= limit, f"not reached: never above {shown}"),
        Case(courses.curves.value(courses.end) > limit, still),
    )
