"""The keywords of a patient: their ranges, and a sentence for what lies beyond."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np

from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from ..language.values import finite


@dataclass(frozen=True)
class Keyword:
    """What a keyword means and what it may be.

    Attributes
    ----------
    low, high : float
        Both are allowed.
    unit : str
    meaning : str
    """

    low: float
    high: float
    unit: str
    meaning: str


class Keywords(TypedDict, total=False):
    """What every preset takes; `KEYWORDS` has the range and the meaning of each number."""

    product: str
    dose: float
    split: Sequence[float]
    lymphodepletion: bool | str
    tumour_burden: float
    antigen_negative_fraction: float
    vein_to_vein: float
    culture_days: float
    collected: float
    transduction: float
    weight: float
    egfr: float
    doubling_time: float
    antigen_density: float
    affinity: float
    dual_target: bool
    bridging: bool
    fitness: float
    memory: float
    cytokine_response: float
    neutrophils: float
    platelets: float
    haemoglobin: float
    ferritin: float
    crp: float
    access: float
    suppression: float


SOLID_ONLY = ("access", "suppression")
"""Keywords of a solid tumour."""

# fmt: off
KEYWORDS: Mapping[str, Keyword] = {
    "dose":              Keyword(1e4,  1e10,   "CAR-T cells", "living CAR-T cells given from day 0 on"),
    "tumour_burden":     Keyword(0,    1.5e12, "cells",       "tumour cells on the day of leukapheresis"),
    "antigen_negative_fraction": Keyword(0, 1, "",            "share of them without the antigen"),
    "vein_to_vein":      Keyword(5,    200,    "days",        "from leukapheresis to infusion"),
    "culture_days":      Keyword(3,    21,     "days",        "in culture"),
    "collected":         Keyword(1e7,  1e11,   "cells",       "T cells collected by leukapheresis"),
    "transduction":      Keyword(0.01, 0.95,   "",            "share of cultured cells that get the CAR"),
    "weight":            Keyword(3,    250,    "kg",          "body weight"),
    "egfr":              Keyword(15,   180,    "mL/min",      "filtration by the kidneys"),
    "doubling_time":     Keyword(1,    1000,   "days",        "of the untreated tumour while it is small"),
    "antigen_density":   Keyword(10,   1e6,    "molecules",   "of the antigen on a tumour cell"),
    "affinity":          Keyword(1e-3, 1e3,    "",            "strength of binding, relative to the usual"),
    "fitness":           Keyword(0,    2,      "",            "quality of the product: its fastest "
                                                              "expansion, relative to the usual"),
    "memory":            Keyword(0,    100,    "",            "how readily effectors become memory cells, "
                                                              "relative to the usual"),
    "cytokine_response": Keyword(0,    100,    "",            "interleukin 6 for each interferon gamma, "
                                                              "relative to the usual"),
    "neutrophils":       Keyword(100,  20000,  "per uL",      "before conditioning"),
    "platelets":         Keyword(5000, 1e6,    "per uL",      "before conditioning"),
    "haemoglobin":       Keyword(4,    20,     "g/dL",        "before conditioning"),
    "ferritin":          Keyword(5,    2e4,    "ng/mL",       "before conditioning"),
    "crp":               Keyword(0.01, 40,     "mg/dL",       "before conditioning"),
    "access":            Keyword(0,    1,      "",            "share of the traffic of CAR-T cells that "
                                                              "a solid tumour lets in"),
    "suppression":       Keyword(0,    0.99,   "",            "part of division and killing that is "
                                                              "lost inside a solid tumour"),
}
EVERYWHERE: Mapping[str, tuple[float, str]] = {  # where no disease and no product says another
    "culture_days":      (10,    "mfg.fold_expansion.hollow_fibre"),
    "collected":         (2.6e9, "mfg.transduction.tisa, note"),
    "transduction":      (0.174, "mfg.transduction.tisa"),
    "egfr":              (100,   "assumed: healthy kidneys"),
    "fitness":           (1,     "by definition"),
    "memory":            (1,     "by definition"),
    "cytokine_response": (1,     "by definition"),
}
# fmt: on


def checked(name: str, value: Any) -> float:
    """`value` as a number within the range of the keyword `name`.

    Raises
    ------
    ModelError
        If it is no finite number, or beyond the range; the sentence says both ends.
    """
    keyword = KEYWORDS[name]
    number = finite(value, f"{name}=")
    if not keyword.low <= number <= keyword.high:
        unit = f" {keyword.unit}" if keyword.unit else ""
        none = "; for none, take the patient's .without_events()" if name == "dose" and number == 0 else ""
        raise ModelError(
            f"{name}={number:g} is beyond what this model is made for: {keyword.meaning}, "
            f"from {keyword.low:g} to {keyword.high:g}{unit}{none}"
        )
    return number


def one_of(name: str, value: Any, offered: Mapping[str, Any], what: str) -> Any:
    """What `offered` holds under the name `value`.

    Raises
    ------
    UnknownNameError
        If there is no such name; the nearest is offered.
    """
    if not isinstance(value, str) or value not in offered:
        raise UnknownNameError(
            f"{name}={shorten(value)} is not known" + suggestion(str(value), offered, plural=what)
        )
    return offered[value]


def yes_or_no(name: str, value: Any) -> bool:
    """`value` itself if it is True or False.

    Raises
    ------
    ModelError
        If it is anything else.
    """
    if not isinstance(value, bool | np.bool_):
        raise ModelError(f"{name}= is True or False, not {shorten(value)}")
    return bool(value)
