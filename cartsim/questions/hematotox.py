"""CAR-HEMATOTOX: a score of the risk for blood counts, from those before lymphodepletion."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..language.errors import UnitError
from ..language.units import convert
from ..solving.timeline import Occurrence
from .answers import Answers, Case
from .course import Origin, targets
from .readout import spelled
from .record import Record
from .rescue import RESCUE

Array = NDArray[np.float64]

# fmt: off
_POINTS = {  # role: unit, limits; a point for each limit that is passed
    "platelets":   ("1e9 cell/L", ((175.0, "at most"), (75.0,   "below"))),
    "neutrophils": ("cell/uL",    ((1200.0, "below"),)),
    "haemoglobin": ("g/dL",       ((9.0,    "below"),)),
    "crp":         ("mg/dL",      ((3.0,    "at least"),)),
    "ferritin":    ("ng/mL",      ((650.0,  "at least"), (2000.0, "above"))),
}
# fmt: on
HEMATOTOX_ROLES = tuple(_POINTS)
LYMPHODEPLETION = ("fludarabine", "cyclophosphamide")
_NONE = ("car_t", "infused", "culture", "cultured_car_t", "bag", "tumour", *RESCUE)
"""What a lymphodepletion is not given into, in a model without these two drugs."""
HIGH = 2.0
"""From this score on the risk is high."""


def hematotox_readouts(record: Record) -> dict[str, Answers]:
    """The score, 0 to 7, from values right before the first dose of the lymphodepletion.

    Parameters
    ----------
    record : Record

    Notes
    -----
    Rejeski K et al. (2021), CAR-HEMATOTOX: a model for CAR T-cell-related hematologic toxicity in
    relapsed/refractory large B-cell lymphoma, Blood 138(24):2499-2513. The limits are from a third party's
    encoding of it. The first dose is the first into the role ``fludarabine`` or ``cyclophosphamide``, up to
    the CAR-T infusion; in a model that has neither, the first into anything but CAR-T cells, tumour and
    rescue drugs. Without one, the start of the run counts.
    """
    days = np.array(record.each(lambda happened, origin: _day_of(record, happened, origin)))
    time = np.where(np.isnan(days), record.times[:, 0], days)
    score = np.zeros(len(record))
    for role, (unit, _) in _POINTS.items():
        own = record.units.get(role, "")
        try:
            factor = convert(1.0, own, unit) if own else None
        except UnitError:
            factor = None
        if factor is None:
            why = f"not defined: {role} must be in a unit such as {unit}, not {own or 'without one'!r}"
            missing = Answers(np.full(len(record), np.nan), "1", _MEANING)
            return {"car_hematotox": missing.unless(Case(np.ones(len(record), dtype=bool), why))}
        score += points(role, factor * record.before(role, time))
    low, high = Case(score < HIGH, "low risk", value=None), Case(score >= HIGH, "high risk", value=None)
    return {"car_hematotox": Answers(score, "1", _MEANING).unless(low, high)}


_MEANING = (
    f"CAR-HEMATOTOX score, 0 to 7, {spelled(HIGH)} or more being a high risk: from platelets, neutrophils, "
    "haemoglobin, CRP and ferritin before the first dose of the lymphodepletion, or else at the start of the "
    "run"
)


def points(role: str, values: Array) -> Array:
    """The points that a laboratory value adds to the score.

    Parameters
    ----------
    role : str
    values : ndarray
        In the unit of the score.

    Examples
    --------
    >>> points("platelets", np.array([176.0, 175.0, 75.0, 74.0])).tolist()
    [0.0, 1.0, 1.0, 2.0]
    """
    found = np.zeros(np.shape(values))
    for limit, how in _POINTS[role][1]:
        passed = {
            "below": values < limit,
            "at most": values <= limit,
            "at least": values >= limit,
            "above": values > limit,
        }
        found += passed[how]
    return found


def _day_of(record: Record, happened: tuple[Occurrence, ...], origin: Origin) -> float:
    """The day of the first dose of a lymphodepletion, nan if there is none."""
    if not origin.infused:
        return float("nan")
    structure = record.rows.model.structure
    own, others = targets(structure, *LYMPHODEPLETION), targets(structure, *_NONE)
    days = (
        event.time * record.day
        for event in happened
        if event.kind in ("dose", "infusion")
        and event.amount > 0.0
        and (event.name in own if own else event.name not in others)
    )
    return min((day for day in days if day <= origin.time), default=float("nan"))
