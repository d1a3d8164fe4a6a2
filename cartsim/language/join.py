"""`join`: one model of several parts that share species by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .errors import ModelError, shorten
from .model import Model
from .parts import Source

_SHARED = {
    "species": ("initial", "unit", "extinct_below", "spread"),
    "parameters": ("value", "unit", "spread"),
    "processes": ("flow", "rate"),
    "observables": ("expression", "unit"),
}


def join(name: str, *parts: Model, title: str = "", source: Source | None = None) -> Model:
    """One model of several: what carries the same name in two parts is the same thing.

    Parameters
    ----------
    name : str
        The name of the joined model.
    *parts : Model
        At least one. Each declares the species it uses, also those that another part governs.
    title, source
        Of the joined model.

    Returns
    -------
    Model
        With everything of every part, events included. It starts when the earliest part does. Meanings and
        sources are taken from the first part that gives them; variants are left behind.

    Raises
    ------
    ModelError
        If two parts disagree on a shared name, or on the unit of time; both are named.

    Examples
    --------
    >>> from cartsim.language.parts import Process
    >>> tumour = {"T": 1e6}
    >>> birth, death = Process("-> T", "r*T"), Process("T ->", "d*T")
    >>> growth = Model("growth", species=tumour, parameters={"r": 1}, processes={"birth": birth})
    >>> killing = Model("killing", species=tumour, parameters={"d": 2}, processes={"death": death})
    >>> print(join("both", growth, killing))
    both (time in day)
      dT/dt = r*T - d*T
    """
    if not parts:
        raise ModelError(f"join({shorten(name)}) needs at least one part")
    for part in parts:
        if not isinstance(part, Model):
            raise ModelError(f"join({shorten(name)}) takes models, not {shorten(part)}")
        if part.time != parts[0].time:
            raise ModelError(
                f"cannot join {parts[0].name!r} (time in {parts[0].time}) and {part.name!r} "
                f"(time in {part.time}); write both in one unit of time"
            )
    merged: dict[str, dict[str, Any]] = {}
    for kind in ("species", "parameters", "processes", "definitions", "observables", "roles"):
        owners: dict[str, str] = {}
        merged[kind] = {}
        for part in parts:
            _merge(merged[kind], getattr(part, kind), kind, part.name, owners)
    return Model(
        name,
        **merged,
        events=tuple(event for part in parts for event in part.events),
        time=parts[0].time,
        start=min(part.start for part in parts),
        title=title,
        source=source,
    )


def _merge(
    into: dict[str, Any], more: Mapping[str, Any], kind: str, part: str, owners: dict[str, str]
) -> None:
    for name, item in more.items():
        if name not in into:
            into[name], owners[name] = item, part
            continue
        for attribute in _SHARED.get(kind, (None,)):
            before, now = (x if attribute is None else getattr(x, attribute) for x in (into[name], item))
            undecided = attribute == "spread" and None in (before, now)  # one part leaves it to the other
            if before != now and not undecided:
                aspect = f"the {attribute} of " if attribute else ""
                raise ModelError(
                    f"{owners[name]!r} and {part!r} disagree on {aspect}{name!r} ({kind}): "
                    f"{shorten(before)} and {shorten(now)}; make them equal or rename one"
                )
        into[name] = _completed(into[name], item)


def _completed(part: Any, other: Any) -> Any:
    """`part` with the meaning, source and spread of `other` where it has none of its own."""
    missing = {
        name: getattr(other, name)
        for name in ("meaning", "source", "spread")
        if getattr(part, name, None) in ("", None) and getattr(other, name, None) not in ("", None)
    }
    return replace(part, **missing) if missing else part
