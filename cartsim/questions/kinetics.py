"""What is read from the curve of the CAR-T cells: peak, area, expansion, contraction, persistence."""

from __future__ import annotations

import math
from dataclasses import replace

from ..language.units import parse_unit
from .course import Course
from .readout import Readout, quantity, spelled

_TENTH = 0.1  # of the peak: where contraction is over
_LAST_PART = 3  # the terminal phase is the last third
_LEAST_FALL = 0.05  # of the logarithm, over the last third
_STEADY = 0.02  # by how much the two halves of a terminal phase may differ


def car_t_readouts(
    course: Course, *, detection_limit: float | None, windows: tuple[tuple[float, float], ...]
) -> dict[str, Readout]:
    """The read-outs of the role ``car_t`` by name.

    Parameters
    ----------
    course : Course
    detection_limit : float or None
        For persistence, in the unit of the role; None for one cell where the unit counts cells.
    windows : tuple of (float, float)
        Days after the infusion between which an area is taken.
    """
    top, cmax = course.curve.maximum(course.origin.time, course.end)
    found = {
        **_peak(course, top, cmax),
        **{f"auc_{a:g}_{b:g}": _area(course, a, b) for a, b in windows},
        "fold_expansion": _fold_expansion(course, cmax),
        "doubling_time": _doubling_time(course, top),
        "contraction_half_life": _contraction_half_life(course, top, cmax),
        "terminal_half_life": _terminal_half_life(course, top),
        "persistence": _persistence(course, cmax, detection_limit),
    }
    if cmax > 0.0:
        return found
    reason = f"not defined: there are no CAR-T cells after {course.origin.words}"
    kept = ("cmax", *(name for name in found if name.startswith("auc_")))
    return {
        name: entry if name in kept else replace(entry, value=math.nan, reason=reason)
        for name, entry in found.items()
    }


def still_rising(course: Course, top: float) -> str:
    """What to bear in mind about a peak at the end of the run."""
    at_the_end = course.last_day > 0.0 and top >= course.end
    return "still rising at the end of the run" if at_the_end else ""


def _peak(course: Course, top: float, cmax: float) -> dict[str, Readout]:
    since, remark = course.origin.words, still_rising(course, top)
    return {
        "cmax": Readout(cmax, course.unit, f"highest amount of CAR-T cells since {since}", remark),
        "tmax": Readout(top - course.origin.time, "day", f"days from {since} to cmax", remark),
    }


def _area(course: Course, begin: float, end: float) -> Readout:
    unit = str(parse_unit(course.unit) * parse_unit("day")) if course.unit else ""
    since = course.origin.words
    meaning = f"area under the CAR-T cells from day {begin:g} to day {end:g} after {since}"
    start, stop = course.origin.time + begin, course.origin.time + end
    if stop > course.end + 1e-9 * abs(course.end):
        reason = f"not reached: the run ends on day {spelled(course.last_day)} after {since}"
        return Readout(math.nan, unit, meaning, reason)
    return Readout(course.curve.integral(start, min(stop, course.end)), unit, meaning)


def _fold_expansion(course: Course, cmax: float) -> Readout:
    since = course.origin.words
    when = f"at {since}" if since.startswith("the start") else f"right after {since}"
    meaning = f"cmax divided by the amount {when}"
    first = course.curve.value(course.origin.after)
    if first <= 0.0:
        return Readout(math.nan, "1", meaning, f"not defined: there are no CAR-T cells {when}")
    return Readout(cmax / first, "1", meaning)


def _doubling_time(course: Course, top: float) -> Readout:
    meaning = f"shortest time in which the CAR-T cells double, after {course.origin.words} and up to cmax"
    parts = course.undisturbed(course.origin.after, top)
    shortest = _shortest(course, 2.0, parts)
    if math.isnan(shortest):
        reason = "they never double" if parts else f"they are highest at {course.origin.words}"
        return Readout(math.nan, "day", meaning, f"not reached: {reason}")
    return Readout(shortest, "day", meaning)


def _contraction_half_life(course: Course, top: float, cmax: float) -> Readout:
    meaning = "shortest time in which the CAR-T cells halve, from cmax until they are below a tenth of it"
    if top >= course.end:
        return Readout(math.nan, "day", meaning, "not reached: no fall before the end of the run")
    below = course.curve.crossings(_TENTH * cmax, top, course.end)
    stop = float(below[0]) if len(below) else course.end
    shortest = _shortest(course, 0.5, course.undisturbed(top, stop))
    if math.isnan(shortest):
        return Readout(math.nan, "day", meaning, "not reached: they do not halve within the run")
    return Readout(shortest, "day", meaning)


def _shortest(course: Course, factor: float, parts: list[tuple[float, float]]) -> float:
    found = [course.curve.quickest(factor, start, stop) for start, stop in parts]
    return min((time for time in found if not math.isnan(time)), default=math.nan)


def _terminal_half_life(course: Course, top: float) -> Readout:
    meaning = "half-life of the CAR-T cells over the last third of the run after cmax, if it is steady there"

    def missing(reason: str) -> Readout:
        return Readout(math.nan, "day", meaning, reason)

    calm = course.undisturbed(top, course.end)
    if not calm or calm[-1][1] < course.end:
        return missing("not reached: no undisturbed fall before the end of the run")
    start = course.end - (course.end - calm[-1][0]) / _LAST_PART
    half = (start + course.end) / 2.0
    first, middle, last = (course.curve.value(time) for time in (start, half, course.end))
    if min(first, middle, last) <= 0.0:
        return missing("not defined: there are no CAR-T cells left")
    if math.log(first / last) < _LEAST_FALL:
        return missing("not reached: they hardly fall in the last third of the run")
    rates = [math.log(first / middle) / (half - start), math.log(middle / last) / (course.end - half)]
    if abs(rates[0] - rates[1]) > _STEADY * max(rates):
        return missing("not reached: the fall is not yet log-linear; a longer run may show it")
    return Readout(math.log(2.0) * (course.end - start) / math.log(first / last), "day", meaning)


def _persistence(course: Course, cmax: float, limit: float | None) -> Readout:
    since = course.origin.words
    unit = parse_unit(course.unit) if course.unit else None
    if limit is None and unit is not None and unit.same_dimension(parse_unit("cell")):
        limit = 1.0 / unit.scale
    if limit is None:
        meaning = f"days from {since} to the last day on which the CAR-T cells are above the detection limit"
        of = f", in {course.unit}" if course.unit else ""
        return Readout(math.nan, "day", meaning, f"not defined: give detection_limit={of}")
    shown = quantity(limit, course.unit)
    meaning = f"days from {since} to the last day on which the CAR-T cells are above {shown}"
    if cmax <= limit:
        return Readout(math.nan, "day", meaning, f"not reached: never above {shown}")
    if course.curve.value(course.end) > limit:
        reason = f"not reached: still above {shown} at the end of the run, day {spelled(course.last_day)}"
        return Readout(math.nan, "day", meaning, reason)
    last = course.curve.last_above(limit, course.origin.time)
    return Readout(last - course.origin.time, "day", meaning)
