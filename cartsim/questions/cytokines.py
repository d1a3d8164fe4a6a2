"""What is read from the curves of cytokines: their peaks."""

from __future__ import annotations

from .course import Course
from .kinetics import still_rising
from .readout import Readout

CYTOKINES = {"il6": "interleukin 6", "ifn_gamma": "interferon gamma", "il10": "interleukin 10"}


def cytokine_readouts(course: Course, role: str) -> dict[str, Readout]:
    """Peak of a cytokine, and its day.

    Parameters
    ----------
    course : Course
    role : str
        One of `CYTOKINES`.
    """
    top, peak = course.curve.maximum(course.origin.time, course.end)
    since, remark = course.origin.words, still_rising(course, top)
    return {
        f"{role}_peak": Readout(peak, course.unit, f"highest {CYTOKINES[role]} since {since}", remark),
        f"{role}_peak_day": Readout(
            top - course.origin.time, "day", f"days from {since} to {role}_peak", remark
        ),
    }
