"""`Members`: many models of one structure as arrays, to whom the same is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..language.compile import compiled
from ..language.events import When
from ..language.mathematics import jumps
from ..language.model import Model
from ..language.tree import symbols
from .cohort import Cohort

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Members:
    """Models that differ in numbers alone: one structure, the same events, no rules.

    Attributes
    ----------
    model : Model
        Any of them, for what they share.
    labels : sequence of str
    model_of : callable
        The model of a label.
    parameters : ndarray, shape (n_parameters, n)
    initial : ndarray, shape (n_species, n)
        Not finite where the arithmetic of an initial amount has no value.
    """

    model: Model
    labels: Sequence[str]
    model_of: Callable[[str], Model]
    parameters: Array
    initial: Array

    def __len__(self) -> int:
        return len(self.labels)

    def part(self, first: int, last: int) -> Members:
        """The members from `first` up to `last`."""
        return Members(
            self.model,
            self.labels[first:last],
            self.model_of,
            self.parameters[:, first:last],
            self.initial[:, first:last],
        )


def members_of(models: Mapping[str, Model]) -> Members | None:
    """The models as arrays, or None if they differ in more than numbers, or if one of them has a rule.

    A ``step`` of time may switch at another time in each of them; those advance by their own events too.
    """
    first = next(iter(models.values()))
    if any(isinstance(event, When) for event in first.events):
        return None
    if isinstance(models, Cohort):
        parameters = models.parameters()
        given = models.amounts()
        labels: Sequence[str] = models.labels
    else:
        if any(not _differ_in_numbers(model, first) for model in models.values()):
            return None
        labels = list(models)
        columns = [[part.value for part in model.parameters.values()] for model in models.values()]
        parameters = np.array(columns, dtype=float).reshape(len(models), -1).T.copy()
        given = {}
        for name in first.species:
            written = {model.species[name].initial for model in models.values()}
            if not any(isinstance(initial, str) for initial in written):
                given[name] = np.array(
                    [model.species[name].initial for model in models.values()], dtype=float
                )
            elif len(written) > 1:
                return None
    varied = [name for name, row in zip(first.parameters, parameters, strict=True) if (row != row[:1]).any()]
    if any(set(symbols(tree)) & set(varied) for tree in jumps(first.structure)):
        return None
    initial = _initial(first, parameters, given)
    return Members(first, labels, models.__getitem__, parameters, initial)


def _differ_in_numbers(model: Model, first: Model) -> bool:
    """Whether a model differs from the first in the numbers of parameters and initial amounts at most."""
    if model.structure is not first.structure and model.structure != first.structure:
        return False
    if model.events is not first.events and model.events != first.events:
        return False
    limits = all(
        own.extinct_below == other.extinct_below
        for own, other in zip(model.species.values(), first.species.values(), strict=True)
    )
    return limits and model.start == first.start


def _initial(model: Model, parameters: Array, given: Mapping[str, Array]) -> Array:
    """The states at the start, shape (n_species, n)."""
    n = parameters.shape[1]
    initial = np.zeros((len(model.species), n))
    written: list[tuple[int, str]] = []
    for place, (name, species) in enumerate(model.species.items()):
        if name in given:
            initial[place] = given[name]
        elif isinstance(species.initial, str):
            written.append((place, name))
        else:
            initial[place] = species.initial
    trees = [model.structure.initial[name] for _, name in written]
    if trees:
        start = np.full(n, model.start)
        values = compiled(model.structure).evaluate(trees, start, initial, parameters)
        for (place, _), amounts in zip(written, values, strict=True):
            initial[place] = amounts
    return initial
