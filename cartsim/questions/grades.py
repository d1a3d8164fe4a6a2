"""What is read from grades: the highest, when it begins, how long it lasts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .answers import Answers, Case
from .expanded import switches
from .pieces import Pieces, Spans
from .readout import spelled
from .record import Record
from .sought import GRADES

Array = NDArray[np.float64]

PAUSE = 2.0
"""Days without a grade after which it is over."""
_ROUNDING = 1e-9


def graded(record: Record, role: str, start: Array) -> tuple[Pieces, Array]:
    """The pieces of each run, from `start` in days to its end, with one grade each; and these grades."""
    own = switches(record.rows.model.structure, role)
    level = np.zeros(len(record))
    pieces = Pieces.of([(record.courses[name].curves, level) for name in own.names], start, record.end)
    return pieces, np.floor(own.values(pieces.reached) + _ROUNDING)


def grade_readouts(record: Record, role: str) -> dict[str, Answers]:
    """Highest grade, its onset and its duration.

    Parameters
    ----------
    record : Record
    role : str
        ``crs_grade`` or ``icans_grade``. A grade changes where an argument of one of its ``step(...)``
        changes its sign, between the output times too.
    """
    called, short, since = GRADES[role], role.removesuffix("_grade"), record.words(0)
    pieces, grade = graded(record, role, record.origin)
    begin, over = pieces.where(grade >= 1.0).joined(PAUSE).first()
    never, days = np.isnan(begin), record.end - record.origin

    def none(i: int) -> str:
        return f"not reached: never, no grade of 1 or more until the end of the run, day {spelled(days[i])}"

    highest = f"highest grade of {called} since {since}"
    onset = f"days from {since} to the first grade of 1 or more of {called}"
    lasts = (
        f"days from {short}_onset to the first time at which the grade of {called} is 0 and stays so for "
        f"{PAUSE:g} days"
    )
    still = Case(over >= record.end, "not over at the end of the run", value=None)
    return {
        f"{short}_max_grade": Answers(pieces.highest(grade), "1", highest),
        f"{short}_onset": Answers(begin - record.origin, "day", onset).unless(Case(never, none)),
        f"{short}_duration": Answers(over - begin, "day", lasts).unless(
            Case(never, "not defined: never a grade of 1 or more"), still
        ),
    }


def grade_spans(record: Record, role: str, start: Array) -> Spans:
    """When the grade is 1 or more, from `start` in days on."""
    pieces, grade = graded(record, role, start)
    return pieces.where(grade >= 1.0)
