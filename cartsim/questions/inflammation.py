"""What is read from the signs of inflammation: peaks of what rises, the lowest point of what falls."""

from __future__ import annotations

import numpy as np

from .answers import Answers, Case
from .course import Courses
from .cytokines import peak_readouts

RISING = {"ferritin": "ferritin", "crp": "C-reactive protein", "temperature": "body temperature"}
FALLING = {"blood_pressure": "blood pressure", "oxygen_saturation": "oxygen saturation"}


def inflammation_readouts(courses: Courses, role: str) -> dict[str, Answers]:
    """The read-outs of one of the roles in `RISING` and `FALLING`."""
    if role in RISING:
        return peak_readouts(courses, role, RISING[role])
    return {f"{role}_nadir": nadir_readouts(courses, role, FALLING[role])[0]}


def nadir_readouts(courses: Courses, role: str, called: str) -> tuple[Answers, Answers]:
    """The lowest point of a quantity, and its day.

    Parameters
    ----------
    courses : Courses
    role : str
        How the read-out begins.
    called : str
        The role in words.
    """
    low, nadir = courses.curves.minimum(courses.origin, courses.end)
    since = courses.words(0)
    remarks = (
        Case(low == courses.origin, lambda i: f"never lower than at {courses.words(i)}", value=None),
        Case(
            (low >= courses.end) & (courses.last_day > 0.0), "still falling at the end of the run", value=None
        ),
    )
    lowest = Answers(nadir, courses.unit, f"lowest {called} since {since}")
    day = Answers(np.asarray(low - courses.origin), "day", f"days from {since} to {role}_nadir")
    return lowest.unless(*remarks), day.unless(*remarks)
