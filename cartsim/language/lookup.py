"""What a name of a model stands for, and the number that it has there."""

from __future__ import annotations

from typing import Any

from .errors import ModelError, UnknownNameError, shorten, suggestion
from .model import Model


def kind_of(model: Model, name: Any) -> str:
    """``"parameter"`` or ``"species"``.

    Raises
    ------
    UnknownNameError
        If `model` has neither of this name; the nearest one is offered.
    """
    known = [*model.parameters, *model.species]
    if not isinstance(name, str) or name not in known:
        raise UnknownNameError(
            f"{shorten(name)} is neither a parameter nor a species of {model.name!r}"
            + suggestion(name, known, plural="parameters and species")
        )
    return "parameter" if name in model.parameters else "species"


def centre_of(model: Model, name: str) -> float:
    """The model's own number for a parameter, or for a species at the start.

    Raises
    ------
    UnknownNameError
        If it has neither of this name.
    ModelError
        If the initial amount is arithmetic on parameters.
    """
    if kind_of(model, name) == "parameter":
        return model.parameters[name].value
    initial = model.species[name].initial
    if isinstance(initial, str):
        raise ModelError(
            f"the initial amount of {name!r} in {model.name!r} is arithmetic, {initial}, so there is no "
            "number to spread around; give the spread to its parameters"
        )
    return initial
