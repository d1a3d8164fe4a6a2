"""The panels of a patient, each built from the roles that the model has, and left out where it has none."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..language.errors import UnitError
from ..language.units import convert
from ..questions.response import MRD
from ..questions.sought import LEVELS
from .panel import Curve, Level, Panel, percent_of_first
from .style import BLUE, GREEN, INK, ORANGE, PURPLE, ROLE_COLOURS, SKY, STROKES, VERMILLION, Stroke
from .view import View
from .words import number, power_of_ten

# fmt: off
LOOKS: dict[str, tuple[str, str, Stroke]] = {  # role: the words beside its curve, colour, line style
    "car_t":                   ("all CAR-T",        BLUE,       STROKES[0]),
    "effector_car_t":          ("effector",         SKY,        STROKES[0]),
    "memory_car_t":            ("memory",           GREEN,      STROKES[1]),
    "exhausted_car_t":         ("exhausted",        INK,        STROKES[2]),
    "tumour":                  ("tumour",           VERMILLION, STROKES[0]),
    "antigen_positive_tumour": ("with antigen",     ROLE_COLOURS["antigen_positive_tumour"], STROKES[0]),
    "antigen_negative_tumour": ("without antigen",  ROLE_COLOURS["antigen_negative_tumour"], STROKES[1]),
    "il6":                     ("IL-6",             VERMILLION, STROKES[0]),
    "ifn_gamma":               ("IFN-γ",            BLUE,       STROKES[1]),
    "il10":                    ("IL-10",            GREEN,      STROKES[2]),
    "il15":                    ("IL-15",            GREEN,      STROKES[1]),
    "temperature":             ("temperature",      VERMILLION, STROKES[0]),
    "neutrophils":             ("neutrophils",      BLUE,       STROKES[0]),
    "platelets":               ("platelets",        ORANGE,     STROKES[1]),
    "b_cells":                 ("B cells",          PURPLE,     STROKES[2]),
    "t_cells":                 ("normal T cells",   INK,        STROKES[0]),
    "culture":                 ("T cells",          INK,        STROKES[1]),
    "cultured_car_t":          ("with CAR",         BLUE,       STROKES[0]),
    "bag":                     ("bag",              GREEN,      STROKES[3]),
}
# fmt: on
COUNTS = ("platelets", "neutrophils", "b_cells")
_PER_UL = "cell/uL"


def curves_of(view: View, roles: Sequence[str]) -> tuple[Curve, ...]:
    """A curve for each of the roles that the model has."""
    return tuple(
        Curve(role, words, view[role], colour, stroke)
        for role, (words, colour, stroke) in ((role, LOOKS[role]) for role in roles if role in view)
    )


def unit_of(view: View, role: str) -> str:
    """The unit of a role; empty where the model gives none."""
    return view.run.units.get(role, "")


def one_unit(view: View, roles: Sequence[str]) -> list[str]:
    """The roles that the model has, of these the ones in the unit of the first."""
    there = [role for role in roles if role in view]
    return [role for role in there if unit_of(view, role) == unit_of(view, there[0])]


def car_t_panel(view: View) -> list[Panel]:
    """Effector, memory and exhausted CAR-T cells, or all where they are not told apart."""
    kinds = one_unit(view, ("effector_car_t", "memory_car_t", "exhausted_car_t"))
    roles = kinds if len(kinds) > 1 else one_unit(view, ("car_t", *kinds))[:1]
    if not roles:
        return []
    return [Panel("car_t", "CAR-T cells", unit_of(view, roles[0]), curves_of(view, roles), decades=6.0)]


def tumour_panel(view: View) -> list[Panel]:
    """The tumour with and without antigen down to one cell, and the limit of minimal residual disease."""
    kinds = one_unit(view, ("antigen_positive_tumour", "antigen_negative_tumour"))
    roles = kinds if len(kinds) > 1 else one_unit(view, ("tumour", *kinds))[:1]
    if not roles:
        return []
    first = view.at("tumour", 0.0) if "tumour" in view else 0.0
    words = f"MRD limit, {power_of_ten(round(math.log10(MRD)))} of day 0"
    levels = (Level(MRD * first, words, "MRD"),) if first > 0.0 else ()
    unit = unit_of(view, roles[0])
    return [Panel("tumour", "tumour cells", unit, curves_of(view, roles), levels, decades=math.inf)]


def cytokine_panel(view: View) -> list[Panel]:
    """IL-6 and IFN-gamma; where the model has neither, IL-10."""
    roles = one_unit(view, ("il6", "ifn_gamma")) or one_unit(view, ("il10",))
    if not roles:
        return []
    return [Panel("cytokines", "cytokines", unit_of(view, roles[0]), curves_of(view, roles), decades=4.0)]


def temperature_panel(view: View) -> list[Panel]:
    """The temperature, with the limit of fever."""
    if "temperature" not in view:
        return []
    unit = unit_of(view, "temperature")
    levels = _levels(unit, "temperature", "fever")
    return [
        Panel(
            "temperature",
            "temperature",
            unit,
            curves_of(view, ["temperature"]),
            levels,
            log=False,
            height=0.85,
        )
    ]


def counts_panel(view: View) -> list[Panel]:
    """Neutrophils, platelets and B cells: in cells/uL if all are, else in percent of how they began."""
    roles = [role for role in COUNTS if role in view]
    if not roles:
        return []
    unit = unit_of(view, roles[0])
    levels = _levels(unit, "neutrophils", "") if "neutrophils" in roles else ()
    panel = Panel(
        "counts", "blood counts", unit, curves_of(view, roles), levels, decades=_down_to_one(view, roles)
    )
    if unit and all(unit_of(view, role) == unit for role in roles):
        return [panel]
    relative = percent_of_first(panel)
    return [relative] if relative.curves else []


def _down_to_one(view: View, roles: Sequence[str]) -> float:
    """The decades from the highest count down to 1."""
    top = max(float(np.nanmax(view[role])) for role in roles)
    return max(math.log10(top), 2.0) if top > 0.0 else 2.0


def _levels(unit: str, role: str, words: str) -> tuple[Level, ...]:
    """The first limit of a role in its own unit, if that fits."""
    common, (level, *_) = LEVELS[role]
    try:
        value = convert(level, common, unit) if unit else math.nan
    except UnitError:
        value = math.nan
    if not math.isfinite(value):
        return ()
    return (Level(value, words, number(value)),)
