"""New rows for many runs, by solving single intervals again: all of them at once, each from its own row."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..language.model import Model
from ..solving.native_choice import quickest
from ..solving.stretches import Solved, Stretches
from ..solving.tolerances import absolute_tolerances
from ..solving.trajectory import inner
from ..solving.watch import Watch
from .many_rows import ManyRows

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Found = TypeVar("Found")

_RTOL = 1e-5
_OF_THE_LEAST = 1e-7  # of the smallest amount at either end of an interval: absolute tolerance


@dataclass(frozen=True, eq=False)
class NewRows:
    """Rows between those there are, in the order of runs and times.

    Attributes
    ----------
    member, after : ndarray of int, shape (k,)
        The run of each, and the row that it follows.
    t, inside : ndarray, shape (k,)
        Times, and times as rates see them.
    y : ndarray, shape (n_species, k)
    """

    member: Places
    after: Places
    t: Array
    inside: Array
    y: Array


@dataclass(frozen=True, eq=False)
class Wish:
    """Intervals to be solved again.

    Attributes
    ----------
    stretches : Stretches
    beyond : ndarray, shape (n_species, k)
        The states at the row after each.
    """

    stretches: Stretches
    beyond: Array


Wishes = Generator[Wish, Solved, Found]
"""Yields what it wants solved, takes the answers, returns what it finds."""


def fulfilled(model: Model, wishing: Sequence[Wishes[Found]]) -> list[Found]:
    """What each finds, when all of their wishes are solved together.

    Parameters
    ----------
    model : Model
        Any of one structure.
    wishing : sequence of generators
    """
    found: dict[int, Found] = {}
    wishes: dict[int, Wish] = {}

    def go_on(i: int, answer: Solved | None) -> None:
        try:
            wishes[i] = next(wishing[i]) if answer is None else wishing[i].send(answer)
        except StopIteration as end:
            found[i] = end.value

    for i in range(len(wishing)):
        go_on(i, None)
    while wishes:
        asked, wishes = wishes, {}
        for i, answer in zip(asked, _together(model, list(asked.values())), strict=True):
            go_on(i, answer)
    return [found[i] for i in range(len(wishing))]


def _together(model: Model, wishes: Sequence[Wish]) -> list[Solved]:
    """The answers to several wishes from one call of the engine."""
    parts = [wish.stretches for wish in wishes]
    width = max(part.times.shape[1] for part in parts)
    wide = [
        np.pad(part.times, ((0, 0), (0, width - part.times.shape[1])), constant_values=np.inf)
        for part in parts
    ]
    none = all(part.inflow is None for part in parts)
    inflow = (
        None if none else np.hstack([np.zeros_like(p.y) if p.inflow is None else p.inflow for p in parts])
    )
    watches = Watch(model).trees  # nobody looks, but what is compiled for the runs serves here too
    whole = Stretches(
        start=np.concatenate([part.start for part in parts]),
        end=np.concatenate([part.end for part in parts]),
        y=np.hstack([part.y for part in parts]),
        parameters=np.hstack([part.parameters for part in parts]),
        inflow=inflow,
        thresholds=np.full((len(watches), sum(map(len, parts))), np.inf),
        times=np.concatenate(wide),
    )
    amounts = np.maximum(np.abs(whole.y), np.abs(np.hstack([wish.beyond for wish in wishes])))
    least = np.where(amounts > 0.0, amounts, np.inf).min(axis=1)
    atol = absolute_tolerances(model, None, _RTOL)
    atol = np.maximum(atol, np.where(np.isfinite(least), _OF_THE_LEAST * least, 0.0))
    solved = quickest(model.structure, watches, _RTOL, atol).solve(whole)
    cuts = np.cumsum([0, *map(len, parts)])
    return [_part(solved, slice(a, b)) for a, b in pairwise(cuts)]


def _part(solved: Solved, some: slice) -> Solved:
    return Solved(
        solved.rows[some], solved.filled[some], solved.end[some], solved.y[:, some], solved.hit[some],
        solved.stuck[some],
    )  # fmt: skip


def inside(rows: ManyRows, i: Places, j: Places, parts: Places) -> Wishes[NewRows | None]:
    """Rows that cut the intervals `j` of the runs `i` into `parts`; None if that cannot be done."""
    t = np.broadcast_to(rows.t, rows.y.shape[1:])
    start, end = t[i, j], t[i, j + 1]
    step = np.arange(1, int(parts.max()))
    times = start[:, np.newaxis] + (end - start)[:, np.newaxis] * step / parts[:, np.newaxis]
    times = np.where(step < parts[:, np.newaxis], times, np.inf)
    solved = yield _wish(rows, i, j, end, times)
    fine = (solved.filled >= parts - 1) & ~solved.stuck
    which, column = np.nonzero(np.isfinite(times) & fine[:, np.newaxis])
    if not len(which):
        return None
    new = times[which, column]
    return NewRows(i[which], j[which], new, new, solved.rows[which, column].T)


def at_kinks(rows: ManyRows, which: int) -> Wishes[NewRows | None]:
    """Two rows, before and after, at the `which`-th switch of a ``step`` of each run that has so many."""
    i = np.array([i for i, kinks in enumerate(rows.kinks) if len(kinks) > which], dtype=np.intp)
    end = np.array([rows.kinks[k][which] for k in i])
    t = np.broadcast_to(rows.t, rows.y.shape[1:])[i]
    j = (t < end[:, np.newaxis]).sum(axis=1) - 1
    solved = yield _wish(rows, i, j, end, np.empty((len(i), 0)))
    fine = ~solved.stuck
    if not fine.any():
        return None
    member, row, time = (np.repeat(values[fine], 2) for values in (i, j, end))
    after, before = inner(end[fine], end[fine])
    seen = np.stack([before, after], axis=1).ravel()
    return NewRows(member, row, time, seen, np.repeat(solved.y[:, fine], 2, axis=1))


def _wish(rows: ManyRows, i: Places, j: Places, end: Array, times: Array) -> Wish:
    stretches = Stretches(
        start=np.broadcast_to(rows.t, rows.y.shape[1:])[i, j],
        end=end,
        y=np.ascontiguousarray(rows.y[:, i, j]),
        parameters=rows.parameters_at(i, j),
        inflow=rows.inflow_at(i, j),
        thresholds=np.empty((0, len(i))),
        times=times,
    )
    return Wish(stretches, rows.y[:, i, j + 1])
