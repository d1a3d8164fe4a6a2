"""A model as plain data and back: what is saved, sent to a worker, or received from a stranger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, fields
from functools import partial
from typing import Any

from .errors import ModelError, shorten, suggestion
from .events import EVENTS, Event
from .model import Model
from .parts import Observable, Parameter, Process, Source, Species, Variant
from .spreads import SPREADS, Spread

FORMAT = "cartsim model"
VERSION = 1
_PARTS = {"species": Species, "parameters": Parameter, "processes": Process, "observables": Observable}
_TEXTS = ("definitions", "roles")
_REQUIRED = ("format", "version", "name", "species", "processes")


def to_dict(model: Model) -> dict[str, Any]:
    """The model as texts, numbers, lists and mappings, in the order it was written."""
    data: dict[str, Any] = {"format": FORMAT, "version": VERSION, "name": model.name, "title": model.title}
    data |= {"time": model.time, "start": model.start}
    data["source"] = None if model.source is None else asdict(model.source)
    for key in _PARTS:
        data[key] = {name: _part_to_dict(part) for name, part in getattr(model, key).items()}
    for key in _TEXTS:
        data[key] = dict(getattr(model, key))
    data["events"] = [_event_to_dict(event) for event in model.events]
    data["variants"] = {
        label: {
            "values": dict(variant.values),
            "meaning": variant.meaning,
            "source": variant.source,
            "events": [_event_to_dict(event) for event in variant.events],
        }
        for label, variant in model.variants.items()
    }
    return data


def from_dict(data: Mapping[str, Any]) -> Model:
    """The model that `data` describes; see `Model.from_dict`."""
    known = (
        *_REQUIRED,
        "title",
        "time",
        "start",
        "source",
        "parameters",
        "observables",
        *_TEXTS,
        "events",
        "variants",
    )
    _check_keys(data, known, _REQUIRED, "a model")
    if data["format"] != FORMAT or data["version"] != VERSION or data["version"] is True:
        raise ModelError(
            f"this data is {shorten(data['format'])} version {shorten(data['version'])}; "
            f"this cartsim reads {FORMAT!r} version {VERSION}"
        )
    arguments: dict[str, Any] = {key: data[key] for key in ("title", "time", "start") if key in data}
    for key, kind in _PARTS.items():
        arguments[key] = _each(data, key, partial(_part, kind))
    for key in _TEXTS:
        arguments[key] = _each(data, key, lambda value, where: value)
    arguments["events"] = tuple(
        _event(e, f"event {i + 1}") for i, e in enumerate(_list(data, "events", "a model"))
    )
    arguments["variants"] = _each(data, "variants", _variant)
    if data.get("source") is not None:
        arguments["source"] = _part(Source, data["source"], "the source")
    return Model(data["name"], **arguments)


def _part_to_dict(part: Any) -> dict[str, Any]:
    """The fields of a part; a spread is left out where there is none, as before there were spreads."""
    entry = asdict(part)
    if entry.pop("spread", None) is not None:
        entry["spread"] = part.spread.to_dict()
    return entry


def _event_to_dict(event: Event) -> dict[str, Any]:
    entry: dict[str, Any] = {"kind": type(event).__name__}
    for item in fields(event):
        value = getattr(event, item.name)
        entry[item.name] = [_event_to_dict(e) for e in value] if item.name == "then" else value
    return entry


def _event(data: Any, where: str) -> Event:
    if not isinstance(data, Mapping) or data.get("kind") not in tuple(EVENTS):
        kind = data.get("kind") if isinstance(data, Mapping) else data
        raise ModelError(f"{where} has kind {shorten(kind)}" + suggestion(kind, EVENTS, plural="kinds"))
    values = {key: value for key, value in data.items() if key != "kind"}
    if "then" in values:
        if data["kind"] != "When" or any(_is_rule(entry) for entry in _list(values, "then", where)):
            raise ModelError(
                f"{where}: 'then' belongs to a rule, and holds doses, infusions and changes only"
            )
        values["then"] = tuple(_event(e, f"{where}, then") for e in _list(values, "then", where))
    event: Event = _part(EVENTS[data["kind"]], values, where)
    return event


def _is_rule(data: Any) -> bool:
    return isinstance(data, Mapping) and data.get("kind") == "When"


def _variant(data: Any, where: str) -> Variant:
    _check_keys(data, ("values", "meaning", "source", "events"), ("values",), where)
    if not isinstance(data["values"], Mapping):
        raise ModelError(f"{where}: 'values' must be a mapping from names to numbers")
    events = tuple(_event(e, f"{where}, event {i + 1}") for i, e in enumerate(_list(data, "events", where)))
    return Variant(
        data["values"], meaning=data.get("meaning", ""), source=data.get("source", ""), events=events
    )


def _part(kind: type, data: Any, where: str) -> Any:
    names = [item.name for item in fields(kind)]
    required = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    _check_keys(data, names, required, where)
    if isinstance(data.get("spread"), Mapping):
        data = {**data, "spread": _spread(data["spread"], f"{where}, spread")}
    try:
        return kind(**data)
    except ModelError as error:
        raise ModelError(f"{where}: {error}") from None


def _spread(data: Mapping[str, Any], where: str) -> Spread:
    kind = data.get("kind")
    if kind not in tuple(SPREADS):
        raise ModelError(f"{where} has kind {shorten(kind)}" + suggestion(kind, SPREADS, plural="kinds"))
    values = {key: value for key, value in data.items() if key != "kind"}
    inner = values.get("spread")
    if isinstance(inner, Mapping) and inner.get("kind") == "Truncated":  # nested by a stranger, without end
        raise ModelError(f"{where} is truncated twice; give both limits at once")
    spread: Spread = _part(SPREADS[kind], values, where)
    return spread


def _each(data: Mapping[str, Any], key: str, read: Callable[[Any, str], Any]) -> dict[str, Any]:
    entries = data.get(key, {})
    if not isinstance(entries, Mapping):
        raise ModelError(f"{key!r} of a model must be a mapping from names, not {shorten(entries)}")
    return {name: read(value, f"{key} {shorten(name)}") for name, value in entries.items()}


def _list(data: Mapping[str, Any], key: str, where: str) -> list[Any]:
    entries = data.get(key, [])
    if not isinstance(entries, (list, tuple)):
        raise ModelError(f"{key!r} of {where} must be a list, not {shorten(entries)}")
    return list(entries)


def _check_keys(data: Any, known: Any, required: Any, where: str) -> None:
    if not isinstance(data, Mapping):
        raise ModelError(f"{where} must be a mapping with {', '.join(required)}, not {shorten(data)}")
    for key in data:
        if key not in known:
            raise ModelError(
                f"{where} has an unknown key {shorten(key)}" + suggestion(key, known, plural="keys")
            )
    for key in required:
        if key not in data:
            raise ModelError(f"{where} lacks the key {key!r}")
