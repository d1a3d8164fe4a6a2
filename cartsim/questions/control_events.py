"""Sliders for what is done to a model: how much is given, when, and whether a rule stands."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from ..language.errors import ModelError
from ..language.events import Action, Change, Dose, Event, Infusion, When
from ..language.model import Model
from ..language.targets import target_species
from ..patient.manufacturing import LAG, harvest
from .control import Control
from .control_ranges import is_patient

TREATMENT = "treatment"
MOST = 100.0
"""How many times the model's own dose a slider goes up to, and down."""
FEWEST = 1e4
"""How many times fewer cells than the bag of a patient holds a slider goes down to."""
LATER = 60.0
"""How far a day can be moved, in the model's time."""
_MANUFACTURING = ("transducing", "growing", "harvesting")
_THAWING = "thawing"
_DRUGS = ("fludarabine", "cyclophosphamide")
Naming: TypeAlias = Callable[[str], str]
"""Makes a name of its own out of one that may be taken."""


def of_events(model: Model, taken: Collection[str]) -> Iterator[Control]:
    """Controls for the events of a model, none of them with a name that is `taken`.

    Examples
    --------
    >>> from cartsim.models import barros_2021
    >>> mouse = barros_2021.variant("fig4c")
    >>> [(control.name, control.value) for control in of_events(mouse, ())]
    [('dose', 200000.0), ('dose_day', 42.0)]
    """
    own = _names_beside(taken)
    by_species: dict[str, list[int]] = {}
    for i, event in enumerate(model.events):
        if isinstance(event, Dose | Infusion):
            by_species.setdefault(target_species(model, event.into), []).append(i)
    infused = _infused(model)
    drugs = [name for name in by_species if _is_conditioning(model, name)]
    for species, found in sorted(by_species.items(), key=lambda item: item[0] != infused):
        if species not in drugs:
            yield from _amount(model, species, found, own)
            yield from _day(model, species, found, own)
    if drugs:
        indices = tuple(sorted(i for name in drugs for i in by_species[name]))
        label = "conditioning chemotherapy, relative to the usual"
        yield Control(own("lymphodepletion"), label, "", TREATMENT, 0.0, 2.0, 1.0, False, "factor", indices)
    yield from _switches(model, own)


def with_events_moved(model: Model, moves: Iterable[tuple[Control, float]]) -> Model:
    """The model with its events scaled, shifted or left out."""
    events: dict[int, Event] = dict(enumerate(model.events))
    for control, value in sorted(moves, key=lambda move: move[0].kind == "switch"):
        _refuse(control, value)
        if control.kind == "switch":
            for i in control.events if value == 0.0 else ():
                del events[i]
        elif control.kind == "day":
            shift = value - _start(events[control.events[0]])
            for i in control.events:
                events[i] = _shifted(events[i], shift)
        else:
            factor = value if control.kind == "factor" else value / control.value if control.value else 0.0
            for i in control.events:
                events[i] = _scaled(events[i], factor)
    return model.without_events().with_events(*events.values())


def _names_beside(taken: Collection[str]) -> Naming:
    used = set(taken)

    def own(name: str) -> str:
        chosen, tried = name, 1
        while chosen in used:
            tried += 1
            chosen = f"{name}_{tried}"
        used.add(chosen)
        return chosen

    return own


def _infused(model: Model) -> str | None:
    """The species that CAR-T cells are given into."""
    return getattr(model.structure.roles.get("infused"), "name", None)


def _amount(model: Model, species: str, found: list[int], own: Naming) -> Iterator[Control]:
    """How much is given; nothing to move where the first dose is 0."""
    first = model.events[found[0]]
    assert isinstance(first, Dose | Infusion)
    amount, cells = first.amount, species == _infused(model)
    if amount <= 0.0:
        return
    what = "CAR-T cells" if cells else model.species[species].meaning or species
    label = f"{what} given" + (f", the first of {len(found)} doses" if len(found) > 1 else "")
    unit = model.species[species].unit
    low, high, indices = amount / MOST, amount * MOST, tuple(found)
    if cells and is_patient(model):
        high = max(amount, min(high, _bag(model)))
        low = min(low, high / FEWEST)
        indices += tuple(i for i, e in enumerate(model.events) if getattr(e, "parameter", "") == _THAWING)
    shown = "" if unit in (None, "1") else str(unit)
    name = own("dose" if cells else f"dose_{species}")
    yield Control(name, label, shown, TREATMENT, low, high, amount, True, "events", indices)


def _day(model: Model, species: str, found: list[int], own: Naming) -> Iterator[Control]:
    """When it is given; the day of a patient's first infusion is day 0 by definition."""
    cells = species == _infused(model)
    if cells and is_patient(model):
        return
    at = _start(model.events[found[0]])
    name = own("dose_day" if cells else f"dose_{species}_day")
    label = f"{model.time} of the {'first ' if len(found) > 1 else ''}dose" + (
        "" if cells else f" of {species}"
    )
    low, high = max(model.start, at - LATER), at + LATER
    yield Control(name, label, model.time, TREATMENT, low, high, at, False, "day", tuple(found))


def _bag(model: Model) -> float:
    """CAR-T cells that the schedule of manufacturing makes; no limit where it is not the usual schedule."""
    changes = {event.parameter: event for event in model.events if isinstance(event, Change)}
    vector, culture = changes.get("transducing"), changes.get("growing")
    collected = model.species["A_T"].initial
    if vector is None or culture is None or isinstance(collected, str):
        return math.inf
    if vector.stop is None or vector.to is None or culture.stop is None:
        return math.inf
    share = -math.expm1(-vector.to * (vector.stop - vector.start))
    days = culture.stop - culture.start + LAG
    return harvest(collected, culture=days, transduction=share, values=model.values)


def _is_conditioning(model: Model, species: str) -> bool:
    return is_patient(model) and any(model.roles.get(drug) == species for drug in _DRUGS)


def _switches(model: Model, own: Naming) -> Iterator[Control]:
    for i, event in enumerate(model.events):
        if isinstance(event, When):
            what = _what(model, event.actions[0])
            name, label = f"rule_{what}", f"{what} when {event.condition}"
        elif isinstance(event, Change) and not _of_schedule(model, event):
            parameter = model.parameters[event.parameter]
            name, label = f"change_{event.parameter}", f"change of: {parameter.meaning or event.parameter}"
        else:
            continue
        yield Control(own(name), label, "", TREATMENT, 0.0, 1.0, 1.0, False, "switch", (i,))


def _what(model: Model, action: Action) -> str:
    return action.parameter if isinstance(action, Change) else action.into


def _of_schedule(model: Model, event: Change) -> bool:
    return is_patient(model) and event.parameter in (*_MANUFACTURING, _THAWING)


def _refuse(control: Control, value: float) -> None:
    if control.kind in ("events", "factor") and value < 0.0:
        raise ModelError(f"{control.name}={value:g}: what is given cannot be negative")


def _start(event: Event) -> float:
    if isinstance(event, Dose):
        return event.at
    assert not isinstance(event, When)
    return event.start


def _shifted(event: Event, by: float) -> Event:
    if isinstance(event, Dose):
        return replace(event, at=event.at + by)
    assert isinstance(event, Infusion)
    return replace(event, start=event.start + by)


def _scaled(event: Event, factor: float) -> Event:
    if isinstance(event, Change):
        assert event.to is not None
        return replace(event, to=event.to * factor)
    assert isinstance(event, Dose | Infusion)
    return replace(event, amount=event.amount * factor)
