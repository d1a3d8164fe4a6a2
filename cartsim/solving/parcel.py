"""Models of one structure on their way to another process: one of them whole, of the others what differs.

A model travels as plain data and is checked again where it arrives, which takes some milliseconds; here that
is done once for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..language.events import Event
from ..language.model import Model

Difference = tuple[str, dict[str, Any], tuple[Event, ...] | None]
"""Label, new parts by ``kind/name``, and events if they are others."""


def packed(models: Mapping[str, Model]) -> tuple[Model, list[Difference]]:
    """The first model, and what the others have instead.

    Parameters
    ----------
    models : mapping of str to Model
        Of equal structure.
    """
    first = next(iter(models.values()))
    return first, [(label, *_difference(model, first)) for label, model in models.items()]


def unpacked(first: Model, differences: list[Difference]) -> dict[str, Model]:
    """The models again, by label."""
    return {label: _with(first, parts, events) for label, parts, events in differences}


def _difference(model: Model, first: Model) -> tuple[dict[str, Any], tuple[Event, ...] | None]:
    changed: dict[str, Any] = {}
    for name, parameter in model.parameters.items():
        if parameter is not first.parameters[name] and parameter.value != first.parameters[name].value:
            changed[name] = parameter.value
    for name, species in model.species.items():
        if species is not first.species[name] and species.initial != first.species[name].initial:
            changed[name] = species.initial
    return changed, None if model.events == first.events else model.events


def _with(first: Model, changed: Mapping[str, Any], events: tuple[Event, ...] | None) -> Model:
    numbers = {name: value for name, value in changed.items() if not isinstance(value, str)}
    model = first.with_values(numbers) if numbers else first
    texts = {name: value for name, value in changed.items() if isinstance(value, str)}
    if texts:
        model = replace(
            model,
            species={**model.species, **{n: replace(model.species[n], initial=t) for n, t in texts.items()}},
        )
    return model if events is None else model.without_events().with_events(*events)
