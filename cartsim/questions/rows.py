"""`Rows`: the rows of a run with derivatives, and more of them where they are too far apart to be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language.checks import Structure
from ..language.compile import ARITHMETIC_ERRORS, compiled
from ..language.derivative import differentiate
from ..language.mathematics import right_hand_side
from ..language.printed import batched_function
from ..language.tree import ZERO, Expression, symbols
from ..solving.driver import with_compiled_driver
from ..solving.run import Request
from ..solving.single import problem_of
from ..solving.steps import StuckError
from ..solving.tolerances import absolute_tolerances
from ..solving.trajectory import Trajectory
from .expanded import inlined, tree_of
from .many_curves import doubts

Array = NDArray[np.float64]
Partial = tuple[str, Expression, Expression]
"""A species, the derivative of a role with respect to it, and its own right-hand side."""

_ACCURACY = 3e-6  # of a curve between its times, as a part of the value; a run itself is as good as this
_ROUNDS = 4
_MOST_ROWS = 20_000
_RTOL = 1e-9


@lru_cache(maxsize=256)
def slope_trees(structure: Structure, role: str) -> tuple[Expression, tuple[Partial, ...]]:
    """The derivative of a role with respect to time, and that with respect to each species it depends on."""
    tree, species = inlined(structure, role)
    rates = right_hand_side(structure)
    partial = ((name, differentiate(tree, name), rates[name]) for name in species)
    return differentiate(tree, "t"), tuple(entry for entry in partial if entry[1] != ZERO)


@dataclass(frozen=True)
class Rows:
    """Rows of a run: times, states, stretches, and which intervals are smooth."""

    run: Trajectory
    t: Array
    y: Array
    segment: NDArray[np.intp]
    smooth: NDArray[np.bool_]

    def along(self, role: str) -> tuple[Array, Array]:
        """Value and time derivative of a role, each of shape (n,)."""
        run = self.run
        inside = np.minimum(self.t, np.nextafter(run.segment_end[self.segment], -np.inf))
        parameters, inflow = (
            values[self.segment].T for values in (run.segment_parameters, run.segment_inflow)
        )
        found = along(run.model.structure, role, inside, self.y, parameters, inflow)
        value, slope = (np.broadcast_to(np.asarray(part, float), self.t.shape) for part in found)
        return value, slope


def along(
    structure: Structure,
    role: str,
    t: Array,
    y: Array,
    parameters: Array | Sequence[Array],
    inflow: Array | None,
) -> tuple[Array, Array]:
    """Value and time derivative of a role.

    Parameters
    ----------
    structure : Structure
    role : str
    t : ndarray, shape (...)
    y : ndarray, shape (n_species, ...)
    parameters : ndarray or sequence of ndarray, shape (n_parameters, ...)
    inflow : ndarray, shape (n_species, ...), or None
        What infusions add, a unit of time.

    Returns
    -------
    ndarray, ndarray
        Not finite where the arithmetic has no value; numbers where nothing depends on anything.
    """
    value_of = _functions(structure, role)[0]
    with np.errstate(all="ignore"):
        value = value_of(t, y, parameters)[0]
    return value, slope_along(structure, role, t, y, parameters, inflow)


def slope_along(
    structure: Structure,
    role: str,
    t: Array,
    y: Array | Sequence[Array | float],
    parameters: Array | Sequence[Array | float],
    inflow: Array | None,
) -> Array:
    """The time derivative of a role, as `along`; of `y` and `parameters` those in `Movers` are enough."""
    _, slope_of, places = _functions(structure, role)
    with np.errstate(all="ignore"):
        try:
            slope, *rest = slope_of(t, y, parameters)
        except ZeroDivisionError:  # a derivative that is a bare number divided by zero
            return np.full_like(t, np.nan)
        for place, factor, rate in zip(places, rest[::2], rest[1::2], strict=True):
            slope = slope + factor * (rate if inflow is None else rate + inflow[place])
    return np.asarray(slope)


@dataclass(frozen=True)
class Movers:
    """What moves the slope of a role.

    Attributes
    ----------
    places : tuple of int
        Of the species on which the slope depends.
    rates : callable
        Takes times, states and parameters, and gives the time derivatives of these species.
    species, parameters : tuple of int
        The places of all that the slope and these derivatives depend on.
    """

    places: tuple[int, ...]
    rates: Callable[..., Any]
    species: tuple[int, ...]
    parameters: tuple[int, ...]


@lru_cache(maxsize=256)
def movers_of(structure: Structure, role: str) -> Movers:
    """What moves the slope of a role."""
    in_time, partial = slope_trees(structure, role)
    behind = _behind(structure, (in_time, *(tree for _, *pair in partial for tree in pair)))
    moved = [name for name in structure.species if name in behind]
    rates = right_hand_side(structure)
    trees = tuple(rates[name] for name in moved)
    whole = behind | _behind(structure, trees)
    return Movers(
        tuple(map(structure.species.index, moved)),
        batched_function(structure, trees),
        tuple(i for i, name in enumerate(structure.species) if name in whole),
        tuple(i for i, name in enumerate(structure.parameters) if name in whole),
    )


def _behind(structure: Structure, trees: Sequence[Expression]) -> set[str]:
    """The names that some expressions use, those behind definitions too."""
    found = {name for tree in trees for name in symbols(tree)}
    for name, tree in reversed(list(structure.definitions.items())):
        if name in found:
            found.update(symbols(tree))
    return found


@lru_cache(maxsize=256)
def _functions(structure: Structure, role: str) -> tuple[Callable[..., Any], Callable[..., Any], list[int]]:
    """Functions of the value and of the parts of the slope of a role, and the places of its species."""
    in_time, partial = slope_trees(structure, role)
    trees = (in_time, *(tree for _, *pair in partial for tree in pair))
    places = [structure.species.index(name) for name, *_ in partial]
    value = batched_function(structure, (tree_of(structure, role),))
    return value, batched_function(structure, trees), places


def smooth_intervals(run: Trajectory) -> NDArray[np.bool_]:
    """Which intervals have a length and nothing happening inside, shape (n_times - 1,)."""
    smooth = np.diff(run.t) > 0.0
    for place in np.flatnonzero(smooth & (np.diff(run.segment) != 0)):
        stretches = slice(run.segment[place], run.segment[place + 1] + 1)
        for values in (run.segment_parameters[stretches], run.segment_inflow[stretches]):
            smooth[place] &= bool((values == values[0]).all())
        smooth[place] &= not any(
            run.t[place] < event.time <= run.t[place + 1] and event.kind in ("dose", "extinction")
            for event in run.occurrences
        )
    return np.asarray(smooth)


# ------------------------------------------------------------------ more rows where they are needed


def refined(run: Trajectory, roles: tuple[str, ...]) -> Rows:
    """The rows of a run, with more between them wherever the roles cannot be interpolated."""
    rows = _with_kinks(Rows(run, run.t, run.y, run.segment, smooth_intervals(run)))
    for _ in range(_ROUNDS):
        error = np.zeros(len(rows.t) - 1)
        for role in roles:
            value, slope = rows.along(role)
            if np.isfinite(value).all():
                own = doubts(rows.t[None], value[None], slope[None], rows.smooth[None])
                error = np.maximum(error, own[0])
        wanted = error > _ACCURACY
        if not wanted.any() or len(rows.t) > _MOST_ROWS:
            break
        # The error of a cubic falls with the fourth power of its length.
        known = np.where(np.isfinite(error), error, 1e-3)
        parts = np.ceil((known / _ACCURACY) ** 0.25).clip(2, 16).astype(int)
        more = _with_more(rows, wanted, parts)
        if more is None:
            break
        rows = more
    return rows


def kinks(t: Array, segment: NDArray[np.intp], segment_end: Array, smooth: NDArray[np.bool_]) -> list[float]:
    """When a ``step`` of time switches inside a smooth interval, in order; not what is at the very end."""
    places = np.flatnonzero(smooth & (np.diff(segment) != 0)).tolist()
    ends = [float(end) for place in places for end in segment_end[segment[place] : segment[place + 1]]]
    return [end for end in ends if end < t[-1]]


def _with_kinks(rows: Rows) -> Rows:
    """The rows with two more, before and after, wherever a ``step`` of time switches between two of them."""
    for end in kinks(rows.t, rows.segment, rows.run.segment_end, rows.smooth):
        after = int(np.searchsorted(rows.t, end, side="left"))
        solved = (
            rows.y[:, [after]] if rows.t[after] == end else _solved(rows, after - 1, after, np.array([end]))
        )
        if solved is None:
            continue
        ended = int(np.searchsorted(rows.run.segment_end, end, side="left"))
        rows = Rows(
            rows.run,
            np.insert(rows.t, after, [end, end]),
            np.insert(rows.y, [after, after], np.repeat(solved, 2, axis=1), axis=1),
            np.insert(rows.segment, after, [ended, ended + 1]),
            np.insert(rows.smooth, after, [False, rows.t[after] > end]),
        )
    return rows


def _with_more(rows: Rows, wanted: NDArray[np.bool_], parts: NDArray[np.intp]) -> Rows | None:
    """The rows with each wanted interval cut into parts and solved again; None if nothing could be."""
    edges = np.diff(np.concatenate(([0], wanted.astype(int), [0])))
    times, states, segments, smooth = [], [], [], []
    done, added = 0, 0
    groups = zip(np.flatnonzero(edges > 0).tolist(), np.flatnonzero(edges < 0).tolist(), strict=True)
    for start, stop in groups:
        new = _cut(rows.t, parts, start, stop)
        solved = _solved(rows, start, stop, new)
        if solved is None:
            continue
        first, last = rows.segment[start], rows.segment[stop]
        passed = np.searchsorted(rows.run.segment_end[first:last], new, side="right")
        times += [rows.t[done : start + 1], new]
        states += [rows.y[:, done : start + 1], solved]
        segments += [rows.segment[done : start + 1], first + passed]
        smooth += [rows.smooth[done:start], np.ones(len(new) + 1, dtype=bool)]
        done, added = stop, added + len(new)
    if not added:
        return None
    return Rows(
        rows.run,
        np.concatenate([*times, rows.t[done:]]),
        np.hstack([*states, rows.y[:, done:]]),
        np.concatenate([*segments, rows.segment[done:]]),
        np.concatenate([*smooth, rows.smooth[done:]]),
    )


def _cut(t: Array, parts: NDArray[np.intp], start: int, stop: int) -> Array:
    """The times inside the intervals from `start` to `stop`, their inner ends included."""
    pieces = [np.linspace(t[i], t[i + 1], parts[i], endpoint=False) for i in range(start, stop)]
    times = np.concatenate(pieces)
    return np.asarray(times[(times > t[start]) & (times < t[stop])])


def _solved(rows: Rows, start: int, stop: int, times: Array) -> Array | None:
    """The states at `times` between two rows, solved from the first; None if the solver cannot."""
    model, segment = rows.run.model, rows.segment[start]
    request = Request(
        start=float(rows.t[start]),
        end=float(rows.t[stop]),
        y=np.array(rows.y[:, start]),
        times=times,
        parameters=rows.run.segment_parameters[segment],
        inflow=rows.run.segment_inflow[segment],
        thresholds=[],
    )
    problem = problem_of(compiled(model.structure), request, _RTOL, absolute_tolerances(model, None, _RTOL))
    try:
        return np.asarray(with_compiled_driver(problem).rows.T)
    except (StuckError, *ARITHMETIC_ERRORS):
        return None
