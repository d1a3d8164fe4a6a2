"""What is read from the log of a run: how often rescue drugs were given."""

from __future__ import annotations

import math

import numpy as np

from ..solving.timeline import Occurrence
from .answers import Answers
from .course import Origin, targets
from .record import Record

RESCUE = {
    "tocilizumab": "tocilizumab",
    "corticosteroid": "corticosteroid",
    "anakinra": "anakinra",
    "g_csf": "G-CSF",
}


def rescue_readouts(record: Record, role: str) -> dict[str, Answers]:
    """Doses of a rescue drug since the infusion; of a corticosteroid, also the days with one.

    Parameters
    ----------
    record : Record
    role : str
        One of `RESCUE`.
    """
    days = record.each(lambda happened, origin: _days(record, role, happened, origin))
    called, since = RESCUE[role], record.words(0)
    doses = Answers(
        np.array([float(len(own)) for own in days]), "1", f"doses and infusions of {called} since {since}"
    )
    found = {f"{role}_doses": doses}
    if role == "corticosteroid":
        number = np.array([float(len({math.floor(day) for day in own})) for own in days])
        found["corticosteroid_days"] = Answers(number, "1", f"days since {since} on which {called} was given")
    return found


def _days(record: Record, role: str, happened: tuple[Occurrence, ...], origin: Origin) -> list[float]:
    """The days after the origin of each dose into what stands behind a role."""
    species = targets(record.rows.model.structure, role)
    return [
        event.time * record.day - origin.time
        for event in happened
        if event.kind in ("dose", "infusion")
        and event.name in species
        and event.amount > 0.0
        and event.time * record.day >= origin.time
    ]
