"""What is done to the cells in culture and in the bag, which only a picture of the laboratory shows."""

from __future__ import annotations

from ..language.model import Model
from ..language.tree import symbols
from .quantities import species_behind

CULTURE = ("culture", "cultured_car_t", "bag")


def of_the_culture(model: Model) -> frozenset[str]:
    """The parameters that act on nothing but the cells in culture and in the bag."""
    culture = behind(model, *CULTURE)
    within: set[str] = set()
    elsewhere: set[str] = set()
    for name, process in model.processes.items():
        touched = set(process.stoichiometry)
        (within if touched <= culture else elsewhere).update(_names_in(model, name))
    return frozenset(within - elsewhere)


def behind(model: Model, *roles: str) -> frozenset[str]:
    """The species behind those of the roles that the model has."""
    found = [species_behind(model, role) for role in roles if role in model.roles]
    return frozenset().union(*found)


def _names_in(model: Model, process: str) -> set[str]:
    """What the rate of a process depends on, through definitions."""
    waiting, seen = list(symbols(model.structure.rates[process])), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            if name in model.structure.definitions:
                waiting += symbols(model.structure.definitions[name])
    return seen
