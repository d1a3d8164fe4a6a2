"""Rates that can turn negative: found before a run by search, and in words with the way to mend them.

A rate says how often something happens, so random events need rates of zero or more. An ODE does not mind:
``r*T*(1 - b*T)`` is one process for it, and birth and death for random events.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ..language.compile import ARITHMETIC_ERRORS, compiled
from ..language.errors import ModelError
from ..language.model import Model
from ..language.printers.python import number_text, to_text
from ..language.tree import (
    Expression,
    Number,
    Power,
    Product,
    Sum,
    multiply,
    negative,
    substitute,
)
from .cells import Census, names_behind
from .timeline import Timeline

Array = NDArray[np.float64]
Sample = tuple[Array, Array, Array]
"""Times (n,), states (n_species, n) and parameters (n_parameters, 1)."""

_CELLS = (0.0, 1.0, 2.0, 3.0, *(step * 10.0**power for power in range(1, 16) for step in (1.0, 3.0)))
_FLOWS = (0.0, *(10.0**power for power in range(-6, 7)))  # of what the amount is at the start
_MOST_STATES = 20_000
_ROUNDING = 1e-9  # of the terms of a rate: a negative value smaller than this is rounding
_TIMES = 25
_MOST_TERMS = 64


def refuse_negative_rates(model: Model, census: Census, begin: float, until: float) -> None:
    """Look for a state at which a rate is negative: amounts from none to 3e15 cells, all parameters in force.

    Raises
    ------
    ModelError
        With the process, such a state, and the two processes to write instead.
    """
    for happening in census.happenings:
        if happening.counted:
            for sample in _samples(model, census, happening.name, begin, until):
                value = _exactly(model, happening.name, sample)
                if (value < 0.0).any():
                    here = _one_of(sample, int(np.argmax(value < 0.0)))
                    everywhere = [here, *_samples(model, census, happening.name, begin, until)]
                    raise ModelError(_sentence(model, happening.name, everywhere))


def guard_of(model: Model, census: Census, begin: float, until: float) -> Callable[..., None]:
    """``guard(process, t, y, p)`` raises if the rate is negative at the state `y`, beyond rounding."""

    def guard(process: str, t: float, y: Array, p: Array) -> None:
        here = np.array([t]), y[:, np.newaxis], p[:, np.newaxis]
        if _exactly(model, process, here)[0] < 0.0:
            everywhere = [here, *_samples(model, census, process, begin, until)]
            raise ModelError(_sentence(model, process, everywhere))

    return guard


def _one_of(sample: Sample, i: int) -> Sample:
    times, y, p = sample
    return times[i : i + 1], y[:, i : i + 1], p


def _exactly(model: Model, process: str, sample: Sample) -> Array:
    """A rate at many states, those below zero by rounding set to 0; shape (n,)."""
    rate = model.structure.rates[process]
    found = compiled(model.structure).evaluate([rate, *terms(rate)], *sample)
    with np.errstate(all="ignore"):
        size = np.sum(np.abs(found[1:]), axis=0)
        value: Array = np.where(np.isfinite(size) & (found[0] < -_ROUNDING * size), found[0], 0.0)
    return value


# ------------------------------------------------------------------ states


def _samples(model: Model, census: Census, process: str, begin: float, until: float) -> Iterator[Sample]:
    """Where to look, the simple states first."""
    functions, timeline = compiled(model.structure), Timeline(model, begin, until)
    behind = names_behind(model.structure, process)
    used = [i for i, name in enumerate(model.species) if name in behind]
    in_force = {tuple(timeline.parameters_at(t)): None for t in sorted({begin, *timeline.instants()})}
    for parameters in in_force:
        try:
            initial = functions.initial(model, parameters)
        except ARITHMETIC_ERRORS:  # the run itself will say so
            initial = np.zeros(len(model.species))
        levels = {i: _levels(census, i, float(initial[i])) for i in used}
        times = np.array([begin])
        if "t" in behind:
            times = np.array([*np.linspace(begin, until, _TIMES), *functions.jump_times(parameters)])
        for y in (_one_varied(initial, levels), _all_varied(initial, levels)):
            here = np.repeat(times, y.shape[1]), np.tile(y, len(times))
            yield *here, np.array(parameters)[:, np.newaxis]


def _levels(census: Census, place: int, initial: float) -> Array:
    if census.counted[place]:
        return np.unique([*(np.array(_CELLS) / census.size[place]), initial])
    return np.array(_FLOWS) * (initial or 1.0)


def _one_varied(initial: Array, levels: dict[int, Array]) -> Array:
    columns = [initial]
    for place, amounts in levels.items():
        for amount in amounts:
            columns.append(initial.copy())
            columns[-1][place] = amount
    return np.stack(columns, axis=1)


def _all_varied(initial: Array, levels: dict[int, Array]) -> Array:
    """Every combination of levels, or as many drawn at random as can be looked at."""
    number = math.prod(len(amounts) for amounts in levels.values())
    if number <= _MOST_STATES:
        rows = np.array(list(itertools.product(*levels.values()))).reshape(number, len(levels)).T
    else:
        chance = np.random.default_rng(0)
        rows = np.stack([chance.choice(amounts, _MOST_STATES) for amounts in levels.values()])
    y = np.tile(initial[:, np.newaxis], rows.shape[1] if len(levels) else 1)
    y[list(levels)] = rows
    return y


# ------------------------------------------------------------------ words


def _sentence(model: Model, process: str, samples: Sequence[Sample]) -> str:
    """What is wrong with a rate that is negative at the first of the samples, and how to mend it."""
    rate = model.structure.rates[process]
    times, y, p = samples[0]
    value = compiled(model.structure).evaluate([rate], times, y, p)[0][0]
    behind = names_behind(model.structure, process)
    at = [(name, y[i, 0]) for i, name in enumerate(model.species) if name in behind]
    at += [("t", times[0])] if "t" in behind else []
    at += [(name, p[i, 0]) for i, name in enumerate(model.parameters) if name in behind] if not at else []
    state = ", ".join(f"{name} = {number_text(float(f'{amount:.6g}'))}" for name, amount in at)
    return (
        f"process {process!r} of {model.name!r} has the rate {model.processes[process].rate.strip()!r}, "
        f"which is {value:.3g}{f' at {state}' if state else ''}, and nothing happens a negative number of "
        f"times; {_mended(model, process, samples)}"
    )


def _mended(model: Model, process: str, samples: Sequence[Sample]) -> str:
    """What to write instead, ready to be pasted."""
    used, made = (side.strip() for side in model.processes[process].flow.split("->"))
    forth, back = f"{used} -> {made}".strip(), f"{made} -> {used}".strip()
    rate = model.structure.rates[process]
    written_in = rate
    for name, tree in list(model.structure.definitions.items())[::-1]:
        written_in = substitute(written_in, {name: tree})
    for tree in (rate, written_in):
        parts = terms(tree)
        signs = [_sign(model, part, samples) for part in parts]
        if 0 not in signs:
            gains = [part for part, sign in zip(parts, signs, strict=True) if sign > 0]
            losses = [negative(part) for part, sign in zip(parts, signs, strict=True) if sign < 0]
            up = to_text(_together(gains)) if gains else None
            return _lines(process, forth, up, back, to_text(_together(losses)))
    text = to_text(rate)
    return _lines(process, forth, f"max(0, {text})", back, f"max(0, -({text}))")


def _lines(process: str, forth: str, up: str | None, back: str, down: str) -> str:
    if up is None:
        return f'write it the other way round:\n    {process} = Process("{back}", "{down}"),'
    return (
        "write what it does in either direction as two processes:\n"
        f'    {process} = Process("{forth}", "{up}"),\n'
        f'    {process}_reverse = Process("{back}", "{down}"),'
    )


def _sign(model: Model, term: Expression, samples: Sequence[Sample]) -> int:
    """1 or -1 if a term is never below or never above zero at the samples, otherwise 0."""
    low, high = math.inf, -math.inf
    for times, y, p in samples:
        value = compiled(model.structure).evaluate([term], times, y, p)[0]
        value = value[np.isfinite(value)]
        if len(value):
            low, high = min(low, float(value.min())), max(high, float(value.max()))
    return 1 if low >= 0.0 else -1 if high <= 0.0 else 0


def _together(parts: list[Expression]) -> Expression:
    return parts[0] if len(parts) == 1 else Sum(tuple(parts))


def terms(tree: Expression) -> tuple[Expression, ...]:
    """The terms of a rate when products of sums are multiplied out.

    Examples
    --------
    >>> from cartsim.language.expression import parse
    >>> [to_text(term) for term in terms(parse("r*T*(1 - b*T)"))]
    ['r*T', '-r*T**2*b']
    """
    found = _multiplied_out(tree)
    return (tree,) if len(found) > _MOST_TERMS else found


def _multiplied_out(tree: Expression) -> tuple[Expression, ...]:
    match tree:
        case Sum(terms=parts):
            return tuple(term for part in parts for term in _multiplied_out(part))
        case Product(factors=factors):
            columns = [_multiplied_out(factor) for factor in factors]
            if math.prod(map(len, columns)) > _MOST_TERMS:
                return (tree,)
            return tuple(multiply(*choice) for choice in itertools.product(*columns))
        case Power(base=Sum() as base, exponent=Number(value=value)) if value in (2.0, 3.0):
            return _multiplied_out(Product((base,) * int(value)))
        case _:
            return (tree,)
