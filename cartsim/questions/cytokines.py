"""What is read from the curves of cytokines: their peaks."""

from __future__ import annotations

from .answers import Answers
from .course import Courses
from .kinetics import still_rising

CYTOKINES = {
    "il6": "interleukin 6",
    "ifn_gamma": "interferon gamma",
    "il10": "interleukin 10",
    "il15": "interleukin 15",
}


def cytokine_readouts(courses: Courses, role: str) -> dict[str, Answers]:
    """Peak of a cytokine, and its day.

    Parameters
    ----------
    courses : Courses
    role : str
        One of `CYTOKINES`.
    """
    return peak_readouts(courses, role, CYTOKINES[role])


def peak_readouts(courses: Courses, role: str, called: str) -> dict[str, Answers]:
    """Peak of a quantity, and its day.

    Parameters
    ----------
    courses : Courses
    role : str
    called : str
        The role in words.
    """
    top, peak = courses.curves.maximum(courses.origin, courses.end)
    since, remark = courses.words(0), still_rising(courses, top)
    highest = Answers(peak, courses.unit, f"highest {called} since {since}")
    day = Answers(top - courses.origin, "day", f"days from {since} to {role}_peak")
    return {f"{role}_peak": highest.unless(remark), f"{role}_peak_day": day.unless(remark)}
