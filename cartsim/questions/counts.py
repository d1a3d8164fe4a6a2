"""What is read from blood counts: their lowest points, the days below limits, B cells gone and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .answers import Answers, Case
from .inflammation import nadir_readouts
from .pieces import Pieces, Spans
from .readout import quantity, spelled
from .record import Record
from .response import short
from .sought import APLASIA, DAYS, LEVELS, level_in

Array = NDArray[np.float64]

Limit = tuple[str, int]
"""A role, and which of its levels."""
NEUTROPENIA: tuple[Limit, ...] = (("neutrophils", 0),)
THROMBOCYTOPENIA: tuple[Limit, ...] = (("platelets", 0),)
INFECTION_RISK: tuple[Limit, ...] = (("neutrophils", 0), ("immunoglobulin", 0))
BLEEDING_RISK: tuple[Limit, ...] = (("platelets", 1),)
_WINDOW = "a window for teaching, not a clinical rule"


def neutrophil_readouts(record: Record) -> dict[str, Answers]:
    """The read-outs of the role ``neutrophils``."""
    low, day = nadir_readouts(record.courses["neutrophils"], "neutrophil", "neutrophils")
    return {
        "neutropenia_days": _days(record, NEUTROPENIA),
        "neutrophil_nadir": low,
        "neutrophil_nadir_day": day,
        "infection_risk_days": _days(record, INFECTION_RISK, _WINDOW),
    }


def platelet_readouts(record: Record) -> dict[str, Answers]:
    """The read-outs of the role ``platelets``."""
    return {
        "thrombocytopenia_days": _days(record, THROMBOCYTOPENIA),
        "platelet_nadir": nadir_readouts(record.courses["platelets"], "platelet", "platelets")[0],
        "bleeding_risk_days": _days(record, BLEEDING_RISK, _WINDOW),
    }


def unlike(record: Record, limits: Sequence[Limit]) -> str:
    """Why limits do not fit the units of the roles that the model has; empty if they do."""
    for role, place in limits:
        unit = record.units.get(role, "")
        if role in record and level_in(role, unit, place) is None:
            has = f"are in {unit!r}" if unit else "have no unit"
            return f"not defined: {role} {has} here, and the limit is in {LEVELS[role][0]}"
    return ""


def spans_below(record: Record, limits: Sequence[Limit], start: Array) -> Spans:
    """When any of the roles that the model has is below its limit, from `start` in days on."""
    levels = []
    for role, place in limits:
        if role in record:
            level = level_in(role, record.units.get(role, ""), place)
            assert level is not None  # see `unlike`
            levels.append((record.courses[role].curves, np.full(len(record), level)))
    pieces = Pieces.of(levels, start, record.end)
    return pieces.where(np.asarray(~pieces.reached.all(axis=0)))


def _days(record: Record, limits: Sequence[Limit], remark: str = "") -> Answers:
    own = [(role, place) for role, place in limits if role in record]
    said = " or ".join(f"{role} below {quantity(LEVELS[role][1][i], LEVELS[role][0])}" for role, i in own)
    meaning = f"days with {said}, from {record.words(0)} to the end of the run, all together"
    meaning += f"; {remark}" if remark else ""
    why = unlike(record, own)
    if why:
        missing = Answers(np.full(len(record), np.nan), "day", meaning)
        return missing.unless(Case(np.ones(len(record), dtype=bool), why))
    return Answers(spans_below(record, own, record.origin).total(), "day", meaning)


# ------------------------------------------------------------------ B cells


def aplasia_spans(record: Record, start: Array) -> Spans:
    """When the healthy B cells are nearly gone, from `start` in days on."""
    level = APLASIA * record.first["b_cells"]
    pieces = Pieces.of([(record.courses["b_cells"].curves, level)], start, record.end)
    return pieces.where(~pieces.reached[0])


def b_cell_readouts(record: Record) -> dict[str, Answers]:
    """The read-outs of the role ``b_cells``."""
    courses, since = record.courses["b_cells"], record.words(0)
    spans, days = aplasia_spans(record, record.origin), record.end - record.origin
    _, back = spans.last()
    limit = f"{APLASIA:.0%} of their amount at the start of the run"
    none = Case(~(record.first["b_cells"] > 0.0), "not defined: there are no B cells at the start of the run")

    def still(i: int) -> str:
        return f"not reached: still below at the end of the run, day {spelled(days[i])}"

    gone = Answers(
        spans.total(), "day", f"days from {since} on with healthy B cells below {limit}, all together"
    )
    time = record.origin + DAYS["b_cells"][0]
    value = courses.curves.value(np.minimum(time, courses.end))
    then = Answers(value, courses.unit, f"healthy B cells on day {DAYS['b_cells'][0]:g} after {since}")
    recovery = Answers(
        back - record.origin,
        "day",
        f"days from {since} to the day from which on the healthy B cells stay above {limit}",
    )
    return {
        "b_cell_aplasia_days": gone.unless(none),
        "b_cells_day_28": then.unless(short(courses, time)),
        "b_cell_recovery_day": recovery.unless(
            none,
            Case(np.isnan(back), f"not defined: never below {limit}"),
            Case(back >= record.end, still),
        ),
    }
