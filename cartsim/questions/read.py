"""`read`: every read-out of the runs whose courses are known, by name."""

from __future__ import annotations

from dataclasses import dataclass

from ..language.errors import ModelError
from ..language.model import Model
from .answers import Answers
from .counts import b_cell_readouts, neutrophil_readouts, platelet_readouts
from .cytokines import CYTOKINES, cytokine_readouts
from .grades import grade_readouts
from .hematotox import HEMATOTOX_ROLES, hematotox_readouts
from .inflammation import FALLING, RISING, inflammation_readouts
from .kinetics import Windows, car_t_readouts
from .needs import ROLES_READ, order
from .outcome import outcome_readouts
from .record import Record
from .rescue import RESCUE, rescue_readouts
from .response import response_readouts
from .sought import GRADES
from .tumour import tumour_readouts

WHOLE = ("car_t", "tumour")
"""The roles that are read along all the rows of a run; the others only where something depends on them."""


@dataclass(frozen=True)
class Options:
    """What the user may choose; see `readouts`.

    Attributes
    ----------
    detection_limit, tumour_limit : float or None
    windows : tuple of (float, float)
    """

    detection_limit: float | None = None
    tumour_limit: float | None = None
    windows: Windows = ((0.0, 28.0),)


def roles_of(model: Model) -> tuple[str, ...]:
    """The roles of a model that are read along all of its runs.

    Raises
    ------
    ModelError
        If there is no role that any read-out is taken from.
    """
    if not set(ROLES_READ) & set(model.roles):
        raise ModelError(
            f"{model.name!r} has none of the roles that read-outs need ({', '.join(ROLES_READ)}); "
            "say what its species are, for example roles=dict(car_t='C', tumour='T')"
        )
    return tuple(role for role in WHOLE if role in model.roles)


def read(record: Record, options: Options) -> dict[str, Answers]:
    """Every read-out by name, in the order in which a reader meets them.

    Parameters
    ----------
    record : Record
    options : Options
    """
    courses, entries = record.courses, dict[str, Answers]()
    if "car_t" in courses:
        limit, windows = options.detection_limit, options.windows
        entries |= car_t_readouts(courses["car_t"], detection_limit=limit, windows=windows)
    if "tumour" in courses:
        entries |= tumour_readouts(courses["tumour"], tumour_limit=options.tumour_limit)
        entries |= response_readouts(courses["tumour"])
        entries |= outcome_readouts(record, entries)
    for role in (*CYTOKINES, *RISING, *FALLING, *GRADES, *RESCUE):
        if role in record:
            entries |= _of_role(record, role)
    if "neutrophils" in record:
        entries |= neutrophil_readouts(record)
    if "platelets" in record:
        entries |= platelet_readouts(record)
    if "b_cells" in record:
        entries |= b_cell_readouts(record)
    if all(role in record for role in HEMATOTOX_ROLES):
        entries |= hematotox_readouts(record)
    return {name: entries[name] for name in sorted(entries, key=order)}


def _of_role(record: Record, role: str) -> dict[str, Answers]:
    if role in CYTOKINES:
        return cytokine_readouts(record.courses[role], role)
    if role in GRADES:
        return grade_readouts(record, role)
    if role in RESCUE:
        return rescue_readouts(record, role)
    return inflammation_readouts(record.courses[role], role)
