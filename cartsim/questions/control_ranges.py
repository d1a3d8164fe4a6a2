"""How far a slider goes for a parameter or an initial amount.

A number that a paper states may usually be moved by a factor of ten either way. What can only be a share
stays between 0 and 1, a switch too, and the keywords of the teaching patient keep the ranges that they have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..language.events import Change
from ..language.model import Model
from ..patient.keywords import KEYWORDS
from .control import Control

BY_FACTORS = 10.0
"""How far a parameter goes either way."""
AMOUNTS = 100.0
"""How far an initial amount goes either way."""
FEW = 12
"""Species up to which also those that begin at zero have a slider of their own."""
_SHARE = re.compile(r"\b(share|part|switch|fraction|largest suppression|1 if)\b")
_PER_TIME_FROM_ZERO = 1.0
"""The end of a slider for a rate that is 0 in the model; a choice."""

# fmt: off
_PATIENT: Mapping[str, tuple[str, str]] = {  # parameter or species: keyword with its range, label
    "burden":          ("tumour_burden",   "tumour cells at leukapheresis"),
    "antigen_density": ("antigen_density", "antigen on a tumour cell"),
    "affinity":        ("affinity",        "strength of binding, relative to the usual"),
    "ANC_0":           ("neutrophils",     "neutrophils before conditioning"),
    "PLT_0":           ("platelets",       "platelets before conditioning"),
    "HB_0":            ("haemoglobin",     "haemoglobin before conditioning"),
    "FER_0":           ("ferritin",        "ferritin before conditioning"),
    "CRP_0":           ("crp",             "C-reactive protein before conditioning"),
    "access":          ("access",          "share of the traffic that the tumour lets in"),
    "suppression":     ("suppression",     "part of division and killing lost in the tumour"),
    "A_T":             ("collected",       "T cells collected by leukapheresis"),
}
_BELOW_ONE: Mapping[str, float] = {"negative": 1e-12}  # shares whose small values matter: the lower end
_BODY: Mapping[str, tuple[float, float]] = {  # what a living body allows; a choice
    "T_0": (36.0, 38.0), "MAP_0": (70.0, 110.0), "O2_0": (90.0, 100.0),
}
# fmt: on
_INTERNAL = ("one", "growing", "transducing", "harvesting", "thawing", "genomes", "fever", "conversion")
"""Definitions and switches of the schedule, which nobody should move alone."""


def of_parameters(model: Model) -> Iterator[Control]:
    """A control for each parameter that is free, in the order of the model.

    Examples
    --------
    >>> from cartsim.models import barros_2021
    >>> first = next(of_parameters(barros_2021))
    >>> first.name, f"{first.low:g}", f"{first.high:g}", first.log
    ('phi', '0.0265', '2.65', True)
    """
    set_by_events = {event.parameter for event in model.events if isinstance(event, Change)}
    patient = is_patient(model)
    for name, parameter in model.parameters.items():
        if name in set_by_events or (patient and name in _INTERNAL):
            continue
        label = parameter.meaning or name
        low, high, log = _range(model, name, parameter.value, parameter.unit, label)
        if patient and name in _PATIENT:
            label = _PATIENT[name][1]
        yield Control(name, label, _unit(parameter.unit), "", low, high, parameter.value, log, "parameter")


def of_initial_amounts(model: Model) -> Iterator[Control]:
    """A control for each initial amount that is a number, and worth moving."""
    patient = is_patient(model)
    largest = max((_number(species.initial) for species in model.species.values()), default=0.0)
    for name, species in model.species.items():
        value = _number(species.initial)
        label = species.meaning or name
        if isinstance(species.initial, str) or (patient and name not in _PATIENT):
            continue
        if value > 0.0:
            low, high, log = value / AMOUNTS, value * AMOUNTS, True
            if patient:
                low, high, log = _as_keyword(name, value)
                label = _PATIENT[name][1]
        elif len(model.species) <= FEW:
            low, high, log = 0.0, largest or 1.0, False
        else:
            continue
        yield Control(
            name, f"{label}, at the start", _unit(species.unit), "", low, high, value, log, "initial"
        )


def is_patient(model: Model) -> bool:
    """Whether it is the teaching patient, or one with something added.

    Examples
    --------
    >>> from cartsim.models import barros_2021
    >>> is_patient(barros_2021)
    False
    """
    return {"culture", "infused", "crs_grade"} <= model.roles.keys() and {"burden", "A_T"} <= {
        *model.parameters,
        *model.species,
    }


def _range(model: Model, name: str, value: float, unit: str | None, label: str) -> tuple[float, float, bool]:
    if is_patient(model) and name in _PATIENT:
        return _as_keyword(name, value)
    if is_patient(model) and name in _BODY:
        return min(_BODY[name][0], value), max(_BODY[name][1], value), False
    if name in _BELOW_ONE and 0.0 <= value <= 1.0:
        return min(_BELOW_ONE[name], value or 1.0), 1.0, True
    plain = _unit(unit) == ""
    if plain and 0.0 <= value <= 1.0 and (_SHARE.search(label) or value == 0.0):
        return 0.0, 1.0, False
    if value > 0.0:
        return value / BY_FACTORS, value * BY_FACTORS, True
    if value < 0.0:
        return 2.0 * value, -2.0 * value, False
    elsewhere = [abs(variant.values.get(name, 0.0)) for variant in model.variants.values()]
    return 0.0, max(elsewhere, default=0.0) or _PER_TIME_FROM_ZERO, False


def _as_keyword(name: str, value: float) -> tuple[float, float, bool]:
    """The range of the keyword, which is wide: by factors where it allows, and with the value inside."""
    keyword = KEYWORDS[_PATIENT[name][0]]
    low, high = min(keyword.low, value), max(keyword.high, value)
    if high <= 1.0:
        return low, high, False
    return (low or high * 1e-9), high, True


def _number(initial: float | str) -> float:
    return 0.0 if isinstance(initial, str) else float(initial)


def _unit(unit: str | None) -> str:
    return "" if unit in (None, "", "1") else str(unit)
