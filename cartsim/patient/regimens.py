"""Regimens of lymphodepletion: which drug, how much, on which days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..language.events import Dose


@dataclass(frozen=True)
class Regimen:
    """Daily doses of two drugs.

    Attributes
    ----------
    fludarabine, cyclophosphamide : mapping of int to float
        mg/m2 by day.
    source : str
        The reference row.
    """

    fludarabine: Mapping[int, float]
    cyclophosphamide: Mapping[int, float]
    source: str

    @property
    def doses(self) -> tuple[Dose, ...]:
        """The doses, in mg/m2 of body surface."""
        given = (("fludarabine", self.fludarabine), ("cyclophosphamide", self.cyclophosphamide))
        return tuple(
            Dose(amount, into=drug, at=float(day)) for drug, days in given for day, amount in days.items()
        )


# fmt: off
REGIMENS: Mapping[str, Regimen] = {
    "flu30x3-cy500x3": Regimen(dict.fromkeys((-5, -4, -3), 30.0), dict.fromkeys((-5, -4, -3), 500.0),
                               "ld.axi.lbcl"),
    "flu30x3-cy300x3": Regimen(dict.fromkeys((-5, -4, -3), 30.0), dict.fromkeys((-5, -4, -3), 300.0),
                               "ld.liso, ld.ide, ld.cilta; the days are assumed"),
    "flu30x4-cy500x2": Regimen(dict.fromkeys((-6, -5, -4, -3), 30.0), dict.fromkeys((-6, -5), 500.0),
                               "ld.tisa.ball; the days are assumed"),
    "flu25x3-cy250x3": Regimen(dict.fromkeys((-5, -4, -3), 25.0), dict.fromkeys((-5, -4, -3), 250.0),
                               "ld.tisa.dlbcl; the days are assumed"),
}
# fmt: on
