"""Absolute tolerances: far below the smallest amount that can grow back, a species at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language.compile import ARITHMETIC_ERRORS, compiled
from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from ..language.events import Dose, Infusion, When
from ..language.model import Model
from ..language.targets import target_species
from ..language.units import parse_unit
from ..language.values import finite

Array = NDArray[np.float64]
_OF_A_CELL = 1e-20
_OF_THE_LARGEST = 1e-12
_CELL = parse_unit("cell")


def absolute_tolerances(model: Model, atol: Any, rtol: float) -> Array:
    """The absolute tolerance of each species, shape (n_species,).

    Parameters
    ----------
    atol : float, mapping of str to float, or None
        A number for all, or one by name; what is left out gets the default: `rtol` times the amount below
        which a species dies out; 1e-20 of a cell where the unit counts cells, or where no unit is given;
        otherwise 1e-12 of the largest amount that it starts with or is given (of 1, if there is none).

    Raises
    ------
    ModelError
        If a tolerance is not above zero.
    UnknownNameError
        If a name is not a species.
    """
    if atol is None or isinstance(atol, Mapping):
        chosen = dict(atol or {})
        for name in chosen:
            if name not in model.species:
                raise UnknownNameError(
                    f"atol names {shorten(name)}, which is not a species of {model.name!r}"
                    + suggestion(name, model.species, plural="species")
                )
        largest = _largest(model)
        values = [
            _positive(chosen[name], f"atol of {name!r}")
            if name in chosen
            else _default(model, name, largest, rtol)
            for name in model.species
        ]
        return np.array(values)
    return np.full(len(model.species), _positive(atol, "atol"))


def _default(model: Model, name: str, largest: Mapping[str, float], rtol: float) -> float:
    species = model.species[name]
    if species.extinct_below is not None:
        return min(rtol, 1e-3) * species.extinct_below
    unit = model.structure.units[name]
    if unit is not None and unit.same_dimension(_CELL):
        return _OF_A_CELL / unit.scale
    if unit is None:
        return _OF_A_CELL * min(largest[name] or 1.0, 1.0)
    return _OF_THE_LARGEST * (largest[name] or 1.0)


def _largest(model: Model) -> dict[str, float]:
    """The largest amount that each species starts with or is given at once."""
    try:
        initial = compiled(model.structure).initial(model, list(model.values.values()))
    except ARITHMETIC_ERRORS:  # the run itself will say so
        initial = np.zeros(len(model.species))
    largest = {name: abs(float(value)) for name, value in zip(model.species, initial, strict=True)}
    for event in model.events:
        for action in event.actions if isinstance(event, When) else (event,):
            if isinstance(action, Dose | Infusion):
                name = target_species(model, action.into)
                largest[name] = max(largest[name], action.amount)
    return largest


def _positive(value: Any, what: str) -> float:
    number = finite(value, what)
    if number <= 0.0:
        raise ModelError(f"{what} is {number:g}; it must be above zero")
    return number


def relative_tolerance(rtol: Any) -> float:
    """`rtol` as a float within what the solvers can do.

    Raises
    ------
    ModelError
        If it is not between 1e-13 and 0.1.
    """
    number = finite(rtol, "rtol")
    if not 1e-13 <= number <= 0.1:
        raise ModelError(f"rtol is {number:g}; it must lie between 1e-13 and 0.1, usually 1e-6")
    return number
