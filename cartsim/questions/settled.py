"""`settled`: when nothing new happens in a model any more, so that a picture of it may end."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..language.errors import ModelError, SolveError
from ..language.events import Dose, Infusion
from ..language.model import Model
from ..language.tree import symbols
from ..language.units import convert
from ..solving.simulate import simulate
from .kinetics import limit_of

Array = NDArray[np.float64]

DAYS = (30.0, 60.0, 90.0, 120.0, 180.0)
"""How long a picture may be after what was done last; otherwise it goes to the end."""
PARTS = (1.0, 0.1, 10.0)
"""Of the CAR-T cells and drugs that are given: with less of them a relapse may come that was not there."""
_WITHIN = math.log(1.5)
_LEAST = 1e-100  # of its largest value: what is less counts as gone


def settled(model: Model, names: Iterable[str], begin: float, end: float) -> float:
    """The first of some times at which the curves show how they go on, or else `end`.

    At that time each curve, drawn on straight on a logarithmic axis with the mean slope of the later half
    of the time since `begin`, foretells the rest of the run within a factor of 1.5; and so it does with a
    tenth and with ten times of what is given. Growth and decay that go on are nothing new; a relapse, a
    second peak or a ceiling is.

    Parameters
    ----------
    model : Model
    names : iterable of str
        The curves that are looked at.
    begin, end : float
        The start or the last event, and the end of the runs, in the model's time.

    Returns
    -------
    float
        In the model's time; `end` also where a run fails.

    Examples
    --------
    >>> from cartsim.language.parts import Process
    >>> growth = Process("-> T", "r*T*(1 - T/K)")
    >>> model = Model("m", species={"T": 1}, parameters={"r": 0.2, "K": 1e4}, processes={"growth": growth})
    >>> settled(model, ["T"], 0.0, 365.0)
    120.0
    """
    return _settled(model, tuple(names), begin, end)


@lru_cache(maxsize=64)
def _settled(model: Model, names: tuple[str, ...], begin: float, end: float) -> float:
    times = [begin + convert(days, "day", model.time) for days in DAYS]
    found = begin
    for part in PARTS:
        try:
            run = simulate(_with_a_part(model, part), end)
        except (ModelError, SolveError):
            return end
        for name in names:
            curve = _logarithms(run[name], run.units.get(name, ""))
            fitting = (time for time in times if time < end and _foretold(run.t, curve, begin, time))
            found = max(found, next(fitting, end))
    return found


def _with_a_part(model: Model, part: float) -> Model:
    """The model with a part of what is given, and of the CAR-T cells that it begins with."""
    if part == 1.0:
        return model
    events = [
        replace(event, amount=part * event.amount) if isinstance(event, Dose | Infusion) else event
        for event in model.events
    ]
    cells = symbols(model.structure.roles["car_t"]) if "car_t" in model.roles else frozenset[str]()
    initial = {name: model.species[name].initial for name in model.species if name in cells}
    numbers = {name: part * value for name, value in initial.items() if not isinstance(value, str)}
    return model.without_events().with_events(*events).with_values(**numbers)


def _logarithms(values: Array, unit: str) -> Array:
    """Of a curve, held above one cell where it counts cells."""
    largest = float(np.abs(values).max())
    least = max(limit_of(unit, None) or 0.0, _LEAST * largest)
    return np.asarray(np.log(np.maximum(np.abs(values), least))) if least > 0.0 else np.zeros(len(values))


def _foretold(t: Array, curve: Array, begin: float, time: float) -> bool:
    """Whether the slope before a time gives what comes after it; what falls stops at the lowest value."""
    half = 0.5 * (begin + time)
    before, now = np.interp([half, time], t, curve)
    later = t >= time
    line = now + (now - before) / (time - half) * (t[later] - time)
    return bool(np.abs(np.maximum(line, curve.min()) - curve[later]).max() < _WITHIN)
