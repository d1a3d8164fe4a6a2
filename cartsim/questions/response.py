"""What is read from the curves of the tumour: the response, by the library's own simple limits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .answers import Answers, Case
from .course import Courses
from .readout import spelled

Array = NDArray[np.float64]

COMPLETE, PARTIAL, PROGRESSIVE = 0.01, 0.5, 1.25  # of the tumour at the infusion
MRD = 1e-4
SHARES = (COMPLETE, PROGRESSIVE, MRD)
"""The parts of the tumour at the infusion at which something is read."""
RESPONSE_DAYS = (28.0, 90.0)
WORDS = {3.0: "complete", 2.0: "partial", 1.0: "stable", 0.0: "progressive"}
OWN = "a simplification of this library"


def response_readouts(courses: Courses) -> dict[str, Answers]:
    """Response on some days, the best response, and minimal residual disease.

    Parameters
    ----------
    courses : Courses
        Of the role ``tumour``.
    """
    first, since = first_of(courses), courses.words(0)
    found = {f"response_day_{day:g}": _on(courses, first, day) for day in RESPONSE_DAYS}
    found["best_response"] = _best(courses, first)
    below = courses.curves.first_crossing(MRD * first, courses.origin)
    negative = Answers(
        below - courses.origin,
        "day",
        f"days from {since} to the first day on which the tumour is below {MRD:g} of its amount at {since}",
    )

    def still(i: int) -> str:
        day = spelled(courses.last_day[i])
        return f"not reached: the tumour is above it until the end of the run, day {day}"

    found["mrd_negative_day"] = negative.unless(no_tumour(courses, first), Case(np.isnan(below), still))
    time = courses.origin + RESPONSE_DAYS[0]
    share = Answers(
        _share(courses, first, time), "1", f"tumour on day {RESPONSE_DAYS[0]:g} as a part of that at {since}"
    )
    found["mrd_day_28"] = share.unless(no_tumour(courses, first), short(courses, time))
    return found


def first_of(courses: Courses) -> Array:
    """The tumour when the days begin to count, shape (n,)."""
    return courses.curves.value(courses.origin)


def no_tumour(courses: Courses, first: Array) -> Case:
    """There is nothing that could respond."""
    return Case(~(first > 0.0), lambda i: f"not defined: there is no tumour at {courses.words(i)}")


def short(courses: Courses, time: Array) -> Case:
    """The run ends before a time, in days."""

    def until(i: int) -> str:
        return f"not reached: the run ends on day {spelled(courses.last_day[i])} after {courses.words(i)}"

    return Case(time > courses.end + 1e-9 * np.abs(courses.end), until)


def _share(courses: Courses, first: Array, time: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.asarray(courses.curves.value(np.minimum(time, courses.end)) / first)


def _graded(share: Array, highest: Array) -> Array:
    graded = np.where(highest > PROGRESSIVE, 0.0, 1.0)
    return np.where(share < COMPLETE, 3.0, np.where(share < PARTIAL, 2.0, graded))


def _in_words(values: Array) -> list[Case]:
    return [Case(values == value, word, value=None) for value, word in WORDS.items()]


def _on(courses: Courses, first: Array, day: float) -> Answers:
    time = courses.origin + day
    share = _share(courses, first, time)
    values = _graded(share, share)
    meaning = (
        f"response on day {day:g} after {courses.words(0)}: 3 complete (tumour below {COMPLETE:.0%} of its "
        f"amount then), 2 partial (below {PARTIAL:.0%}), 0 progressive (above {PROGRESSIVE:.0%}), else "
        f"1 stable; {OWN}"
    )
    return Answers(values, "1", meaning).unless(
        no_tumour(courses, first), short(courses, time), *_in_words(values)
    )


def _best(courses: Courses, first: Array) -> Answers:
    _, nadir = courses.curves.minimum(courses.origin, courses.end)
    grown = ~np.isnan(courses.curves.first_crossing(PROGRESSIVE * first, courses.origin))
    with np.errstate(all="ignore"):
        values = _graded(nadir / first, np.where(grown, np.inf, 0.0))
    meaning = (
        f"best response since {courses.words(0)}: 3 complete (tumour ever below {COMPLETE:.0%} of its amount "
        f"then), 2 partial (ever below {PARTIAL:.0%}), else 0 progressive if it is ever above "
        f"{PROGRESSIVE:.0%} and 1 stable if not; {OWN}"
    )
    return Answers(values, "1", meaning).unless(no_tumour(courses, first), *_in_words(values))
