"""What a page says and shows of a model beside its numbers: words, colours, read-outs and sources."""

from __future__ import annotations

from typing import Any

from ..language.errors import ModelError
from ..language.model import Model
from ..language.tree import Expression, Symbol
from ..language.units import convert
from ..models.citation import cite
from ..plots.colours_of_terms import Look, looks_of
from ..plots.culture import behind, of_the_culture
from ..plots.given import DRUGS, LYMPHODEPLETION, MEDICINES
from ..plots.marks import given_words
from ..plots.quantities import words_for
from ..plots.style import COLOURS, STROKES, Stroke
from ..plots.words import one_cell, pretty
from ..questions.control_ranges import is_patient
from ..questions.controls import controls, presets, shown
from ..questions.course import targets
from ..questions.explain import CAUTION
from ..questions.needs import ROLES_READ
from ..questions.readouts import readouts
from ..questions.sought import level_in
from ..solving.simulate import simulate
from ..solving.trajectory import units_of
from .page_equations import page_equations

__all__ = ["READOUTS", "opening", "page_words"]

_LONGEST = 48  # letters of a meaning that name a curve
# fmt: off
READOUTS: dict[str, str] = {  # read-out: a few plain words for it
    "cmax":                   "peak of the CAR-T cells",
    "tmax":                   "CAR-T cells peak on day",
    "auc_0_28":               "area under CAR-T cells, day 0 to 28",
    "fold_expansion":         "fold expansion of CAR-T cells",
    "doubling_time":          "fastest doubling of CAR-T cells (days)",
    "contraction_half_life":  "fastest halving after the peak (days)",
    "terminal_half_life":     "half-life at the end of the run (days)",
    "persistence":            "CAR-T cells last until day",
    "tumour_nadir":           "fewest tumour cells",
    "tumour_nadir_day":       "fewest on day",
    "log10_kill":             "powers of ten killed",
    "best_response":          "best response",
    "response_day_28":        "response on day 28",
    "mrd_negative_day":       "tumour below MRD limit from day",
    "relapse_day":            "relapse on day",
    "relapse_kind":           "kind of relapse",
    "event_free_days":        "days without relapse or progression",
    "il6_peak":               "peak of interleukin 6",
    "il6_peak_day":           "interleukin 6 peaks on day",
    "ifn_gamma_peak":         "peak of interferon gamma",
    "ferritin_peak":          "peak of ferritin",
    "crp_peak":               "peak of C-reactive protein",
    "temperature_peak":       "highest temperature",
    "blood_pressure_nadir":   "lowest blood pressure",
    "oxygen_saturation_nadir": "lowest oxygen saturation",
    "crs_max_grade":          "CRS, highest grade",
    "crs_onset":              "CRS begins on day",
    "crs_duration":           "days of CRS",
    "icans_max_grade":        "ICANS, highest grade",
    "icans_onset":            "ICANS begins on day",
    "icans_duration":         "days of ICANS",
    "neutropenia_days":       "days of neutropenia",
    "neutrophil_nadir":       "lowest neutrophils",
    "platelet_nadir":         "lowest platelets",
    "thrombocytopenia_days":  "days of thrombocytopenia",
    "b_cell_aplasia_days":    "days without B cells",
}
"""The read-outs that a page computes, in the order in which it shows them."""
# fmt: on


def page_words(model: Model, *, until: float, title: str | None = None) -> dict[str, Any]:
    """What a page shows of a model beside its numbers, as plain data for JSON.

    Parameters
    ----------
    model : Model
    until : float
        Where its runs end by default, in the model's time.
    title : str, optional
        The heading; without it the model's own title, or else its name.

    Returns
    -------
    dict

    Examples
    --------
    >>> words = page_words(Model("decay", species={"T": 1.0}), until=5.0)
    >>> words["title"], words["curves"][0]["words"], words["readouts"]
    ('decay', 'T', [])
    """
    units = units_of(model)
    known = presets(model)
    opened, patient = _opening(model, known), is_patient(model)
    found = _readouts(model, known[opened], until)
    written = {*units.values(), *_control_units(known), *(entry["unit"] for entry in found)}
    return {
        "title": title or _sentence(model.title) or model.name.replace("_", " "),
        "subtitle": _sentence(model.title) if title and model.title.lower() not in title.lower() else "",
        "day": _day(model),
        "caution": CAUTION if "crs_grade" in model.roles else "",
        "opens": list(known).index(opened),
        "curves": _curves(model, units),
        "strokes": [_dashes(stroke) for stroke in STROKES],
        "palette": list(COLOURS),
        "looks": {name: _look(look) for name, look in looks_of(model).items() if name in model.processes},
        "words": {name: _words(model, name) for name in (*model.species, *model.processes)},
        "equations": page_equations(model),
        "timeWords": f"{model.time}s after the CAR-T infusion" if patient else f"time ({model.time})",
        "widened": patient,
        "given": _given(model),
        "readouts": found,
        "units": {unit: pretty(unit) for unit in sorted(written)},
        "source": _source(model),
        "sure": _sure(model),
    }


def opening(model: Model) -> str:
    """The label of the preset that a page opens with: the model itself, unless nothing happens in it.

    A published model to which no CAR-T cells are given is opened with the first variant that has them.

    Examples
    --------
    >>> import cartsim as cs
    >>> opening(cs.models.barros_2021), opening(cs.models.kimmel_2021)
    ('HDLM-2, 2e6 CAR-T cells at once', 'as given')
    """
    return _opening(model, presets(model))


def _opening(model: Model, known: dict[str, Model]) -> str:
    first = next(iter(known))
    infused = model.roles.get("infused", "")
    idle = infused in model.species and model.species[infused].initial == 0.0 and not model.events
    return next((label for label, other in known.items() if other.events), first) if idle else first


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _day(model: Model) -> float | None:
    """A unit of the model's time in days; None where it has no such unit."""
    try:
        return convert(1.0, model.time, "day")
    except ModelError:
        return None


def _control_units(known: dict[str, Model]) -> set[str]:
    return {control.unit for preset in known.values() for control in controls(preset)}


def _given(model: Model) -> dict[str, Any]:
    """How to name what is given; the parameters whose changes are left out; the drugs that are one mark."""
    drugs = {name: role.replace("_", "-") for role in MEDICINES for name in behind(model, role)}
    species = {
        name: {"words": drugs.get(name) or given_words(model, name), "unit": pretty(part.unit or "")}
        for name, part in model.species.items()
    }
    together = {"words": LYMPHODEPLETION, "species": sorted(behind(model, *DRUGS))}
    cells = targets(model.structure, "car_t", "infused")
    levels = {role: level_in(role, units_of(model).get(role, "")) for role in ("neutrophils", "platelets")}
    return {
        "species": species,
        "cells": sorted(cells),
        "counted": sorted(targets(model.structure, "car_t")),
        "levels": {role: level for role, level in levels.items() if role in model.roles},
        "hidden": sorted(of_the_culture(model)),
        "together": together,
    }


def _curves(model: Model, units: dict[str, str]) -> list[dict[str, Any]]:
    """Everything that can be drawn against time: roles, observables, and species that are not one of them."""
    looks = looks_of(model)
    found, seen = [], set[Any]()
    for name in (*shown(model), *model.roles, *model.species, *model.observables):
        meant = _meant(model, name)
        if meant not in seen:
            seen.add(meant)
            found.append(_curve(model, name, units.get(name, "")) | _look(looks[name]))
    for curve in found:  # two of the same words and unit are told apart by their names
        if sum((one["words"], one["unit"]) == (curve["words"], curve["unit"]) for one in found) > 1:
            curve["words"] = f"{curve['words']} ({curve['name']})"
    return found


def _meant(model: Model, name: str) -> Expression:
    """What a name stands for, so that a role and its species, or its observable, are one curve."""
    structure = model.structure
    tree = structure.roles.get(name, structure.observables.get(name, Symbol(name)))
    return structure.observables.get(tree.name, tree) if isinstance(tree, Symbol) else tree


def _curve(model: Model, name: str, unit: str) -> dict[str, Any]:
    return {"name": name, "words": _words(model, name), "unit": pretty(unit), "cell": one_cell(unit)}


def _words(model: Model, name: str) -> str:
    """What a name means, in words that are not too long for a label."""
    own = model.roles.get(name, name).strip()
    part: Any = model.species.get(own) or model.processes.get(own) or model.observables.get(own)
    meaning = part.meaning.strip() if part is not None else ""
    return meaning if 0 < len(meaning) <= _LONGEST else words_for(model, name)


def _look(look: Look) -> dict[str, Any]:
    return {"colour": look.colour, "dashes": _dashes(look.stroke), "hatch": bool(look.hatch)}


def _dashes(stroke: Stroke) -> list[float]:
    """A line style as the lengths of dashes and gaps, in widths of the line."""
    return [] if isinstance(stroke, str) else list(stroke[1])


def _readouts(model: Model, opened: Model, until: float) -> list[dict[str, str]]:
    """Name, plain words, unit and definition of each read-out that the model has roles for."""
    if not set(ROLES_READ) & set(model.roles) or _day(model) is None:
        return []
    found = readouts(simulate(opened, until))
    return [
        {"name": name, "words": words, "unit": found[name].unit, "meaning": found[name].meaning}
        for name, words in READOUTS.items()
        if name in found
    ]


def _source(model: Model) -> dict[str, str]:
    if model.source is None:
        return {"text": "", "doi": "", "population": "", "confidence": ""}
    source = model.source
    return {
        "text": cite(model).text,
        "doi": source.doi,
        "population": source.population,
        "confidence": source.confidence,
    }


def _sure(model: Model) -> dict[str, int]:
    """How many of the parameters rest on what: read or derived, fitted, assumed, or no source at all."""
    counts = {"read": 0, "calibrated": 0, "assumed": 0, "none": 0}
    for parameter in model.parameters.values():
        first = parameter.source.split(":")[0].strip()
        kind = first if first in ("calibrated", "assumed") else "read" if parameter.source else "none"
        counts[kind] += 1
    return counts
