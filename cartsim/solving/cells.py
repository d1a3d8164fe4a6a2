"""`Census`: which amounts of a model are whole cells, and which processes move them one at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..language.checks import Structure
from ..language.errors import ModelError
from ..language.model import Model
from ..language.tree import symbols
from ..language.units import parse_unit

Array = NDArray[np.float64]
Changes = tuple[tuple[int, float], ...]
_CELL = parse_unit("cell")
_ROUNDING = 1e-9  # of a cell unit such as 1e9, whose products with decimal numbers are not quite whole


@dataclass(frozen=True)
class Happening:
    """One process: what it changes, in cells (or in the species' own unit) for each time it happens.

    Attributes
    ----------
    name : str
    counted : bool
        Whether it happens a whole number of times; otherwise it flows.
    size : float
        How often it happens for one unit of its rate: 1e9 where its species are in ``1e9 cell``.
    changes : tuple of (int, float)
        Places of species, and what is added to them.
    """

    name: str
    counted: bool
    size: float
    changes: Changes


@dataclass(frozen=True, eq=False)
class Census:
    """What is counted in a model.

    A species whose unit counts cells, or that has no unit, is counted in whole cells. Everything else (pg/mL,
    mg, cell/uL, copies) is an amount that flows.

    Attributes
    ----------
    counted : ndarray of bool, shape (n_species,)
    size : ndarray, shape (n_species,)
        Cells in one unit of the amount; 1 for what flows.
    used : ndarray of bool, shape (n_species,)
        Whether a rate depends on the amount.
    happenings : tuple of Happening
        The processes that change anything.
    moving : bool
        Whether rates can change while nothing happens: something flows, or a rate depends on the time.
    """

    counted: NDArray[np.bool_]
    size: Array
    used: NDArray[np.bool_]
    happenings: tuple[Happening, ...]
    moving: bool

    def whole(self, y: Array, chance: np.random.Generator) -> Array:
        """Amounts with what is counted in whole cells, rounded up or down by chance with the right mean.

        Parameters
        ----------
        y : ndarray, shape (n_species,)
        chance : Generator
            Used only where there is something to round.
        """
        cells = y * self.size
        nearest = np.rint(cells)
        near = np.abs(cells - nearest) <= _ROUNDING * np.maximum(cells, 1.0)
        cells = np.where(near, nearest, cells)
        parts = self.counted & ~near
        if parts.any():
            below = np.floor(cells[parts])
            cells[parts] = below + (chance.random(below.size) < cells[parts] - below)
        whole: Array = np.where(self.counted, cells / self.size, y)
        return whole


def census(model: Model) -> Census:
    """The census of a model.

    Raises
    ------
    ModelError
        If nothing is counted, if cells would come in parts, or if a process joins what is counted with what
        is not.
    """
    structure = model.structure
    units = [structure.units[name] for name in structure.species]
    counted = [unit is None or unit.same_dimension(_CELL) for unit in units]
    if not any(counted):
        amounts = ", ".join(f"{name} in {species.unit}" for name, species in model.species.items())
        raise ModelError(
            f"{model.name!r} counts nothing in cells ({amounts}), so nothing in it happens by chance; "
            "use simulate(...), or give a species the unit 'cell'"
        )
    size = np.array(
        [
            unit.scale if unit is not None and is_cells else 1.0
            for unit, is_cells in zip(units, counted, strict=True)
        ]
    )
    happenings = tuple(
        _happening(model, name, changes, np.array(counted), size)
        for name, changes in structure.stoichiometry
        if changes
    )
    behind = {name for happening in happenings for name in names_behind(structure, happening.name)}
    return Census(
        counted=np.array(counted),
        size=size,
        used=np.array([name in behind for name in structure.species]),
        happenings=happenings,
        moving=not all(counted) or "t" in behind,
    )


def names_behind(structure: Structure, name: str) -> dict[str, None]:
    """Species, parameters and ``t`` that a process, definition, observable or role depends on."""
    tree = structure.expression(name)
    found: dict[str, None] = {}
    for used in symbols(tree) if tree is not None else ():
        deeper = used in structure.definitions or used in structure.observables
        found |= names_behind(structure, used) if deeper else {used: None}
    return found


def _happening(
    model: Model, name: str, changes: tuple[tuple[str, float], ...], counted: NDArray[np.bool_], size: Array
) -> Happening:
    places = {species: i for i, species in enumerate(model.species)}
    sizes = {species: size[places[species]] for species, _ in changes}
    kinds = {bool(counted[places[species]]) for species, _ in changes}
    if len(kinds) > 1 or (kinds == {True} and len(set(sizes.values())) > 1):
        words = ", ".join(
            f"{species} in {model.species[species].unit or 'no unit, so in cells'}" for species in sizes
        )
        raise ModelError(
            f"process {name!r} of {model.name!r} joins species that are not counted alike ({words}); "
            "give them one unit"
        )
    if kinds == {True}:
        for species, number in changes:
            if not number.is_integer():
                raise ModelError(
                    f"process {name!r} of {model.name!r} changes {species!r} by {number:g}, and cells come "
                    "whole; write whole numbers in its flow and scale its rate instead"
                )
    return Happening(
        name, kinds == {True}, float(next(iter(sizes.values()))), tuple((places[s], n) for s, n in changes)
    )
