"""Numbers of the typical patient put into a model: values, sources, differences between patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..language.model import Model
from ..language.parts import Parameter
from ..language.spreads import LogNormal, Spread, Truncated
from .calibrated import SERVES, SPREADS, VALUES

Sourced = Mapping[str, tuple[float, str]]


def fitted(name: str) -> Sourced:
    """What was fitted under a name, each number with the rows that it serves."""
    return {number: (value, f"calibrated: {SERVES[number]}") for number, value in VALUES[name].items()}


def spreads(name: str) -> Mapping[str, Spread]:
    """How the numbers of patients differ: for everybody, and for those fitted under a name."""
    return {
        number: LogNormal(sd=sd) if high is None else Truncated(LogNormal(sd=sd), high=high)
        for number, (sd, high) in {**SPREADS["everybody"], **SPREADS[name]}.items()
    }


def with_numbers(model: Model, numbers: Sourced, differences: Mapping[str, Spread]) -> Model:
    """The model with these values, sources and spreads; of the spreads, those of parameters that it has.

    Examples
    --------
    >>> from .tumour import model
    >>> slow = with_numbers(model, {"r_T": (0.01, "Table 2")}, {})
    >>> slow.parameters["r_T"].value, slow.parameters["r_T"].source
    (0.01, 'Table 2')
    """
    parameters: dict[str, Parameter] = dict(model.parameters)
    model.with_values({name: value for name, (value, _) in numbers.items()})  # names and numbers are checked
    for name, (value, source) in numbers.items():
        parameters[name] = replace(parameters[name], value=value, source=source)
    for name, spread in differences.items():
        if name in parameters:
            parameters[name] = replace(parameters[name], spread=spread)
    return replace(model, parameters=parameters)
