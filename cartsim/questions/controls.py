"""What may be moved in a model, for sliders: its doses, its initial amounts, its parameters, with ranges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from ..language.model import Model
from ..language.values import finite
from .control import Control
from .control_events import of_events, with_events_moved
from .control_groups import grouped
from .control_ranges import of_initial_amounts, of_parameters
from .openings import horizon, opening, presets, shown

__all__ = ["Control", "controls", "horizon", "moved", "opening", "presets", "shown"]


def controls(model: Model) -> tuple[Control, ...]:
    """Everything of a model that a slider may move, grouped, the most telling groups first.

    Parameters
    ----------
    model : Model

    Returns
    -------
    tuple of Control
        Their names are unlike one another; `value` is that of the model.

    Examples
    --------
    >>> from cartsim.models import barros_2021
    >>> mouse = barros_2021.variant("single_2e6")
    >>> [control.name for control in controls(mouse)][:4]
    ['dose', 'dose_day', 'C_T', 'C_M']
    """
    taken = {*model.species, *model.parameters}
    return grouped(model, (*of_events(model, taken), *of_initial_amounts(model), *of_parameters(model)))


def moved(model: Model, values: Mapping[str, float]) -> Model:
    """The model with some of its controls elsewhere.

    Parameters
    ----------
    model : Model
    values : mapping of str to float
        By the name of a control, a parameter or a species (its initial amount).

    Returns
    -------
    Model

    Raises
    ------
    UnknownNameError
        If a name is none of these; the nearest is offered.
    ModelError
        If a number is not finite, or an amount is negative.

    Examples
    --------
    >>> from cartsim.models import barros_2021
    >>> mouse = barros_2021.variant("single_2e6")
    >>> moved(mouse, {"dose": 1e6, "gamma": 4e-6}).events
    (Dose(amount=1000000.0, into='C_T', at=42.0),)
    """
    if not isinstance(values, Mapping):
        raise ModelError(f"what is moved must be a mapping from names to numbers, not {shorten(values)}")
    offered = {control.name: control for control in controls(model) if control.events}
    numbers: dict[str, float] = {}
    of_event: dict[str, tuple[Control, float]] = {}
    for name, value in values.items():
        number = finite(value, f"the control {shorten(name)}")
        if name in offered:
            of_event[name] = (offered[name], number)
        elif name in model.parameters or name in model.species:
            numbers[name] = number
        else:
            raise UnknownNameError(_unknown(model, name, offered))
    return with_events_moved(model.with_values(numbers), of_event.values())


def _unknown(model: Model, name: Any, offered: Mapping[str, Control]) -> str:
    known = [*offered, *model.parameters, *model.species]
    return f"{model.name!r} has no control {shorten(name)}" + suggestion(name, known, plural="controls")
