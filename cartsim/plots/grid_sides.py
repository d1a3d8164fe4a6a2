"""Where the runs of a grid stand: its two sides, read from the labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..language.errors import ModelError, shorten
from ..patient.grid import coordinates
from ..patient.keywords import KEYWORDS
from ..solving.ensemble import Ensemble
from .words import axis_label, number


@dataclass(frozen=True)
class Side:
    """One side of a grid: the keyword and its values as the labels say them, in the order they are drawn."""

    name: str
    values: tuple[str, ...]

    @property
    def words(self) -> str:
        """What stands at the axis."""
        unit = KEYWORDS[self.name].unit if self.name in KEYWORDS else ""
        return axis_label(self.name.replace("_", " "), unit)

    @property
    def numbers(self) -> list[float] | None:
        """The values, if all are numbers."""
        try:
            return [float(value) for value in self.values]
        except ValueError:
            return None

    @property
    def ticks(self) -> list[str]:
        """The values as ticks."""
        if self.numbers:
            return [number(value) for value in self.numbers]
        return [{"True": "yes", "False": "no"}.get(value, value) for value in self.values]


def places_of(runs: Any) -> dict[str, dict[str, str]]:
    """What each label says, those of failed runs too."""
    if not isinstance(runs, Ensemble):
        raise ModelError(
            f"grid draws an Ensemble, as simulate gives it for cs.patients.grid(...), not {shorten(runs)}"
        )
    found = {}
    for each in (*runs.labels, *runs.failures):
        place = coordinates(each)
        if place is None or not 0 < len(place) <= 2:
            raise ModelError(
                f"the label {shorten(each)} does not say where its run stands in a grid; take the models "
                "from cs.patients.grid(...), or give them labels such as 'dose=1e6, tumour_burden=1e9'"
            )
        found[each] = place
    names = {tuple(place) for place in found.values()}
    if len(names) > 1:
        first, second = sorted(names)[:2]
        raise ModelError(
            f"the labels say different things, {', '.join(first)} and {', '.join(second)}; a grid has the "
            "same keywords everywhere"
        )
    return found


def sides_of(places: dict[str, dict[str, str]]) -> list[Side]:
    """The side to the right and the one upwards; the second has no name if there is only one."""
    names = list(next(iter(places.values()), {}))
    sides = []
    for name in names:
        side = Side(name, tuple(dict.fromkeys(place[name] for place in places.values())))
        if side.numbers is not None:
            side = Side(name, tuple(sorted(side.values, key=float)))
        sides.append(side)
    return [*sides, Side("", ("",))][:2]
