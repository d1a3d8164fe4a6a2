"""Under which heading a control stands, and which headings come first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from ..language.model import Model
from ..patient.body import parts
from .control import Control
from .control_ranges import is_patient

START = "at the start"
NUMBERS = "numbers of the model"
PATIENT = "the patient and the tumour"
PRODUCT = "the product"
_FEATURED = {  # heading: the parameters and species that stand there, in this order
    PATIENT: (
        *("burden", "negative", "r_T", "K_T", "antigen_density", "access", "suppression"),
        *("ANC_0", "PLT_0", "HB_0", "FER_0", "CRP_0", "IL15_0"),
    ),
    PRODUCT: (
        "p_E",
        "k_M",
        "d_E",
        "d_M",
        "k_X",
        "k_K",
        "affinity",
        "dual",
        "q_IFN",
        "f_I",
        "A_T",
        "viability",
    ),
}
# fmt: off
_TITLES = {  # part of the patient: heading
    "tumour": "the tumour", "car_t": "CAR-T cells", "killing": "killing", "solid_tumour": "the solid tumour",
    "manufacturing": "manufacturing", "conditioning": "conditioning", "cytokines": "cytokines",
    "inflammation": "inflammation", "toxicity": "CRS and neurotoxicity", "blood": "blood counts",
    "b_cells": "B cells", "medicines": "medicines", "chemotherapy": "chemotherapy and radiation",
    "safety_switch": "safety switch", "readings": "readings",
}
# fmt: on


def grouped(model: Model, controls: Iterable[Control]) -> tuple[Control, ...]:
    """The controls, each with its heading, in the order of the headings."""
    found = [replace(control, group=control.group or _heading(model, control)) for control in controls]
    order = {control.group: i for i, control in reversed(list(enumerate(found)))}
    if is_patient(model):
        featured = [name for names in _FEATURED.values() for name in names]
        first = {heading: i - len(_FEATURED) for i, heading in enumerate(_FEATURED)}
        order = {heading: first.get(heading, place + 1) for heading, place in order.items()}
        order["treatment"] = -len(_FEATURED) - 1
        places = {name: i for i, name in enumerate(featured)}
        found.sort(key=lambda control: (order[control.group], places.get(control.name, 0)))
        return tuple(found)
    return tuple(sorted(found, key=lambda control: order[control.group]))


def _heading(model: Model, control: Control) -> str:
    if is_patient(model):
        for heading, names in _FEATURED.items():
            if control.name in names:
                return heading
        return _part_of().get(control.name, NUMBERS)
    return START if control.kind == "initial" else NUMBERS


@cache
def _part_of() -> dict[str, str]:
    """The heading of every parameter of the patient, by the part that declares it first."""
    found: dict[str, str] = {}
    for part in sorted(parts(), key=lambda part: part.name == "solid_tumour"):
        for name in (*part.parameters, *part.species):
            found.setdefault(name, _TITLES[part.name])
    return found
