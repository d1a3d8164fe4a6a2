"""What a page needs to know of a model: its numbers and words as JSON, and its functions as JavaScript.

`payload` gives a `Payload`. Its ``data`` is plain JSON of this shape (times in the unit of the model, amounts
in the unit of the species)::

    name, title, time: text             time is the unit of time, such as "day"
    start, until: number                where a run begins, and where it ends by default
    species: [{name, unit, meaning, source: text, initial: number | null, extinctBelow: number | null,
               tolerance: [kind: text, number]}]
    parameters: [{name, unit, meaning, source: text, value: number}]
    processes: [{name, flow, rate, unit, meaning, source: text, changes: {species: number}}]
    outputs: [{name, unit, meaning: text, kind: "process" | "definition" | "observable" | "role"}]
    roles: {role: text}                 the arithmetic behind each, also where it is the name of a species
    events: [event]                     as in Model.to_dict: {kind: "Dose", amount, into, at}, ...
    targets: {name: place}              species, and roles that are one of them, by place in species
    conditions: {text: {whole: place, comparisons: [place], instants: [place]}}     rules, in printed arrays
    sizes: {watch, conditions, outputs, jumps, instants, factors: number}           of the printed arrays
    dependsOnTime: boolean
    controls: [{name, label, unit, group, kind: text, low, high, value: number, log: boolean,
                events: [place in events]}]     see cartsim.questions.controls
    shown: [name]                       the curves to show first
    presets: [{label, name, title: text, start, until: number, values: {name: number | null},
               events: [event], controls: [control], without: [name], shown: [name]}]
                                        the model itself first; values are those that differ from the model's
                                        own, controls those that differ or are new, without those it has not
    method: {gamma: number, a, c, d: [[number]], timeOfStage, timeIncrement: [number]}      Rodas5P

An initial amount is null where it is arithmetic on parameters, which the script then computes. ``script`` is
one JavaScript expression, an object of functions: ``CartsimEngine.make(data, script)`` makes the engine.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from ..language.errors import ModelError
from ..language.model import Model
from ..language.serial import to_dict
from ..questions.control import Control
from ..questions.controls import controls, horizon, presets, shown
from ..solving import rodas5p
from ..solving.trajectory import units_of
from .payload_parts import output_entry, printed, process_entry, rules_of, species_entry, targets, words

SCRIPTS = ("solver.js", "timeline.js", "request.js", "rules.js", "record.js", "engine.js")
"""The files of the engine, in the order in which a page takes them."""


@dataclass(frozen=True)
class Payload:
    """A model for a page.

    Attributes
    ----------
    data : dict
        Numbers and words; its shape is told at the top of this file.
    script : str
        One JavaScript expression, an object of functions.
    """

    data: dict[str, Any]
    script: str

    @property
    def json(self) -> str:
        """The data as JSON, which may stand in a script of a page whatever its texts hold."""
        return as_json(self.data)


def payload(model: Model, *, until: float | None = None) -> Payload:
    """What a page needs to know of a model.

    Parameters
    ----------
    model : Model
    until : float, optional
        Where its runs end, in the model's time; by default `cartsim.questions.controls.horizon`.

    Returns
    -------
    Payload

    Raises
    ------
    ModelError
        If a preset of the model has other equations.

    Examples
    --------
    >>> from cartsim.models import barros_2021
    >>> found = payload(barros_2021)
    >>> [species["name"] for species in found.data["species"]], found.data["presets"][0]["label"]
    (['C_T', 'C_M', 'T'], 'as given')
    """
    others = presets(model)
    rules = rules_of([model, *others.values()])
    script, places = printed(model, rules)
    units = units_of(model)
    offered = controls(model)
    data = {
        "name": model.name,
        "title": model.title,
        "time": model.time,
        "start": model.start,
        "until": horizon(model) if until is None else until,
        "species": [species_entry(model, name) for name in model.species],
        "parameters": [
            {"name": name, **words(part), "value": part.value} for name, part in model.parameters.items()
        ],
        "processes": [process_entry(model, name, units.get(name, "")) for name in model.processes],
        "outputs": [output_entry(model, name, units.get(name, "")) for name in script.output_names],
        "roles": dict(model.roles),
        "events": to_dict(model)["events"],
        "targets": targets(model),
        "conditions": places,
        "sizes": script.sizes,
        "dependsOnTime": script.depends_on_time,
        "controls": [asdict(control) for control in offered],
        "shown": list(shown(model)),
        "presets": [_preset(model, label, other, offered, until) for label, other in others.items()],
        "method": _method(),
    }
    return Payload(data, str(script))


def as_json(data: Any) -> str:
    """JSON for a script of a page: in ASCII and without ``<``, so nothing in it can end the script.

    Raises
    ------
    ValueError
        If a number is not finite.

    Examples
    --------
    >>> as_json({"title": "</script>"})
    '{"title":"\\\\u003c/script>"}'
    """
    return json.dumps(data, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def script_texts() -> list[str]:
    """The engine of the page, one text a file, in the order in which a page takes them."""
    folder = files("cartsim.export") / "page"
    return [(folder / name).read_text(encoding="utf-8") for name in SCRIPTS]


# ------------------------------------------------------------------ other numbers for the same equations


def _preset(
    model: Model, label: str, other: Model, offered: tuple[Control, ...], until: float | None
) -> dict[str, Any]:
    if other.structure != model.structure:
        raise ModelError(
            f"the preset {label!r} of {model.name!r} has other equations; make a page of its own"
        )
    own, others = _numbers(model), _numbers(other)
    moved = controls(other)
    known, names = set(offered), {control.name for control in moved}
    return {
        "label": label,
        "name": other.name,
        "title": other.title,
        "start": other.start,
        "until": horizon(other) if until is None else until,
        "values": {name: value for name, value in others.items() if value != own[name]},
        "events": to_dict(other)["events"],
        "controls": [asdict(control) for control in moved if control not in known],
        "without": [control.name for control in offered if control.name not in names],
        "shown": list(shown(other)),
    }


def _numbers(model: Model) -> dict[str, float | None]:
    initial = {name: None if isinstance(s.initial, str) else s.initial for name, s in model.species.items()}
    return {**model.values, **initial}


def _method() -> dict[str, Any]:
    return {
        "gamma": rodas5p.GAMMA,
        "a": rodas5p.A.tolist(),
        "c": rodas5p.C.tolist(),
        "d": rodas5p.D.tolist(),
        "timeOfStage": rodas5p.TIME_OF_STAGE.tolist(),
        "timeIncrement": rodas5p.TIME_INCREMENT.tolist(),
    }
