"""Why a run stopped: which process, which species, in a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..language.compile import ARITHMETIC_ERRORS, compiled
from ..language.model import Model
from ..language.tree import Symbol

Array = NDArray[np.float64]
_WORDS = {
    ZeroDivisionError: "divides by zero",
    OverflowError: "overflows",
    ValueError: "takes a root, a logarithm or a power of a number that has none",
}


def sentence(
    model: Model,
    time: float,
    y: Array,
    tried: Sequence[tuple[float, Array]],
    parameters: Sequence[float],
    largest: Array,
) -> tuple[str, str]:
    """The message about a run that stopped, and the species concerned.

    Parameters
    ----------
    model : Model
    time, y : float and ndarray, shape (n_species,)
        Where the solution stopped.
    tried : sequence of (float, ndarray)
        Later states at which a rate could not be evaluated.
    parameters : sequence of float
        The values in force.
    largest : ndarray, shape (n_species,)
        How large each amount has been.
    """
    for t, state in [(time, y), *tried]:
        failure = _failing_process(model, t, state, parameters)
        if failure is not None:
            process, why, species = failure
            return (
                f"{model.name!r} could not be solved beyond {model.time} {time:.6g}: process {process!r}, "
                f"{model.processes[process].rate!r}, {why} and {species!r} cannot be continued (it is "
                f"{_value(model, species, y):.4g}); the run until then is in .partial",
                species,
            )
    species = _fastest(model, time, y, parameters, largest)
    return (
        f"{model.name!r} could not be solved beyond {model.time} {time:.6g}: {species!r}, at "
        f"{_value(model, species, y):.4g}, changes faster than the solver can follow, mostly by process "
        f"{_strongest(model, species, time, y, parameters)!r}; does it divide by what runs out, or grow "
        "without bound in finite time? The run until then is in .partial",
        species,
    )


def _failing_process(
    model: Model, time: float, y: Array, parameters: Sequence[float]
) -> tuple[str, str, str] | None:
    functions = compiled(model.structure)
    for name, changes in model.structure.stoichiometry:
        species = changes[0][0] if changes else next(iter(model.species))
        try:
            rate = functions.watch((Symbol(name),), parameters)(time, y)[0]
        except ARITHMETIC_ERRORS as error:
            return name, _WORDS[type(error)], species
        if not math.isfinite(rate):
            return name, "is no longer finite", species
    return None


def _fastest(model: Model, time: float, y: Array, parameters: Sequence[float], largest: Array) -> str:
    names = list(model.species)
    try:
        slopes = compiled(model.structure).right_hand_side(parameters)(time, y)
    except ARITHMETIC_ERRORS:
        return names[0]
    size = np.abs(y) + 1e-6 * largest
    relative = np.abs(slopes) / np.where(size > 0.0, size, 1.0)
    return names[int(np.argmax(relative))]


def _strongest(model: Model, species: str, time: float, y: Array, parameters: Sequence[float]) -> str:
    """The process that changes `species` the most."""
    touching = [
        (name, number)
        for name, changes in model.structure.stoichiometry
        for changed, number in changes
        if changed == species
    ]
    trees = [Symbol(name) for name, _ in touching]
    state = y[:, np.newaxis], np.array(parameters)[:, np.newaxis]
    rates = compiled(model.structure).evaluate(trees, np.array([time]), *state)
    sizes = [abs(number * rate[0]) for (_, number), rate in zip(touching, rates, strict=True)]
    return touching[int(np.argmax(np.nan_to_num(sizes, nan=np.inf)))][0]


def _value(model: Model, species: str, y: Array) -> float:
    return float(y[list(model.species).index(species)])
