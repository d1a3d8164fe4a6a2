"""The parts of a model as entries of the data of a page, and its functions as the script of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..language.events import When
from ..language.model import Model
from ..language.roles import ROLES
from ..language.script import Script
from ..language.tree import Expression, Symbol
from ..language.units import parse_unit
from ..solving import tolerances
from ..solving.watch import Watch


def words(part: Any) -> dict[str, str]:
    """Unit, meaning and source of a species or a parameter."""
    return {"unit": part.unit or "", "meaning": part.meaning, "source": part.source}


def species_entry(model: Model, name: str) -> dict[str, Any]:
    """A species, with its amount at the start (None if that is arithmetic) and its absolute tolerance."""
    species = model.species[name]
    return {
        "name": name,
        **words(species),
        "initial": None if isinstance(species.initial, str) else species.initial,
        "extinctBelow": species.extinct_below,
        "tolerance": _tolerance(model, name),
    }


def _tolerance(model: Model, name: str) -> tuple[str, float]:
    """The rule of `cartsim.solving.tolerances`: what the absolute tolerance is a part of, and which part.

    ``limit``: of the amount below which it dies out, given here; the part is the relative tolerance.
    ``fixed``: this amount itself. ``bare``: of the largest amount, or of 1 if that is less. ``largest``: of
    the largest amount.
    """
    species, unit = model.species[name], model.structure.units[name]
    if species.extinct_below is not None:
        return "limit", species.extinct_below
    if unit is not None and unit.same_dimension(parse_unit("cell")):
        return "fixed", tolerances._OF_A_CELL / unit.scale
    if unit is None:
        return "bare", tolerances._OF_A_CELL
    return "largest", tolerances._OF_THE_LARGEST


def process_entry(model: Model, name: str, unit: str) -> dict[str, Any]:
    """A process; `unit` is that of its rate."""
    process = model.processes[name]
    return {
        "name": name,
        "flow": process.flow,
        "rate": process.rate,
        "unit": unit,
        "meaning": process.meaning,
        "source": process.source,
        "changes": {species: number for species, number in process.stoichiometry.items() if number},
    }


def output_entry(model: Model, name: str, unit: str) -> dict[str, str]:
    """What a run can be asked for by name, beside species and parameters."""
    kinds = {
        "process": model.processes,
        "definition": model.definitions,
        "observable": model.observables,
        "role": model.roles,
    }
    kind = next(kind for kind, group in kinds.items() if name in group)
    part: Any = kinds[kind][name]
    meaning = part.meaning if kind in ("process", "observable") else ROLES.get(name, "")
    return {"name": name, "kind": kind, "unit": unit, "meaning": meaning}


def targets(model: Model) -> dict[str, int]:
    """The species that a dose goes into, by every name that means one."""
    places = {name: i for i, name in enumerate(model.species)}
    roles = {
        role: places[tree.name]
        for role, tree in model.structure.roles.items()
        if isinstance(tree, Symbol) and tree.name in places
    }
    return roles | places


# ------------------------------------------------------------------ rules


def rules_of(models: list[Model]) -> dict[str, When]:
    """Every condition of a rule, with one rule that has it."""
    rules = [event for model in models for event in model.events if isinstance(event, When)]
    return {rule.condition: rule for rule in rules}


def printed(model: Model, rules: Mapping[str, When]) -> tuple[Script, dict[str, Any]]:
    """The script, and where the numbers of each rule stand in what it writes; rules may share comparisons."""
    comparisons: dict[Expression, int] = {}
    instants: dict[Expression, int] = {}
    conditions: list[Expression] = []
    places: dict[str, Any] = {}

    def placed(trees: Iterable[Expression], known: dict[Expression, int]) -> list[int]:
        return [known.setdefault(tree, len(known)) for tree in trees]

    for text, rule in rules.items():
        watch = Watch(model.without_events().with_events(rule))
        places[text] = {
            "whole": len(conditions),
            "comparisons": placed(watch.rules[0].comparisons, comparisons),
            "instants": placed(watch.instants, instants),
        }
        conditions.append(watch.rules[0].condition)
    script = Script(
        model.structure,
        comparisons=tuple(comparisons),
        conditions=conditions,
        instants=tuple(instants),
    )
    return script, places
