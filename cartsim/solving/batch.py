"""Many stretches of one structure together: each with its own step size, error control and finish.

Every array has one column a place; a stretch that is over leaves its place to one that is waiting. What a run
does between two stretches (doses, extinctions, rules) is not known here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..language.batched import batched
from ..language.checks import Structure
from ..language.compile import compiled
from ..language.tree import Expression
from .lookout import Lookout
from .rosenbrock import Attempt, Rosenbrock
from .stretches import Solved, Stretches
from .trajectory import inner

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Mask = NDArray[np.bool_]

CHUNK = 1024
"""Stretches that advance together: enough to share the cost of each operation, few enough for the cache."""
SAFETY, SMALLEST, LARGEST = 0.9, 0.2, 6.0
MAX_STEPS = 100_000
_WINDOW = 16  # output times of one stretch that are compared at once
_IDLE = 0.05  # of the places, from which on those in use are drawn together or given to others


class Batch:
    """The engine on NumPy arrays; see `cartsim.solving.stretches.Engine`.

    Parameters
    ----------
    structure : Structure
    watches : sequence of Expression
        What is compared with the thresholds of the stretches.
    rtol : float
    atol : ndarray, shape (n_species,)
    chunk : int
        How many advance together.
    """

    name = "batch"

    def __init__(
        self,
        structure: Structure,
        watches: Sequence[Expression],
        rtol: float,
        atol: Array,
        *,
        chunk: int = CHUNK,
    ) -> None:
        self.stepper = Rosenbrock(batched(structure), rtol, atol)
        self.lookout = Lookout(watches, compiled(structure).evaluate)
        self._chunk = chunk

    def solve(self, stretches: Stretches, rows: Array | None = None) -> Solved:
        """Solve stretches, each as if it were alone: the answers do not depend on who else is there."""
        solved = Solved.empty(stretches, rows)
        waiting = np.arange(len(stretches))
        pool = Pool(self, stretches, solved, waiting[: self._chunk])
        waiting = waiting[self._chunk :]
        while pool.occupied:
            pool.step()
            free = pool.free()
            if len(free) > _IDLE * pool.places:
                if len(waiting):
                    pool.enter(free[: len(waiting)], waiting[: len(free)])
                    waiting = waiting[len(free) :]
                else:
                    pool.draw_together()
        return solved


class Pool:
    """The stretches that advance together; each has a place, one column of every array.

    Time counts from the start of each stretch: where an amount starts at 0 after a dose, the first step may
    be smaller than the spacing of numbers around the day of the dose.

    Parameters
    ----------
    engine : Batch
    stretches : Stretches
    solved : Solved
        Receives the answers.
    first : ndarray of int
        Which stretches begin.
    """

    def __init__(self, engine: Batch, stretches: Stretches, solved: Solved, first: Places) -> None:
        self._engine, self._all, self._solved = engine, stretches, solved
        self._common = _common_times(stretches)
        n_species, n = stretches.y.shape[0], len(first)
        self._member = np.array(first)
        self._active = np.zeros(n, dtype=bool)
        self._rejected = np.zeros(n, dtype=bool)
        self._steps = np.zeros(n, dtype=np.intp)
        self._next = np.zeros(n, dtype=np.intp)
        self._start, self._since, self._length, self._h = (np.zeros(n) for _ in range(4))
        self._inside = np.zeros((2, n))
        self._y = np.zeros((n_species, n))
        self._p = np.zeros((len(stretches.parameters), n))
        self._inflow = None if stretches.inflow is None else np.zeros((n_species, n))
        self._thresholds = np.full((len(stretches.thresholds), n), math.inf)
        self.enter(np.arange(n), np.asarray(first))

    _COLUMNS = (
        *("_member", "_active", "_rejected", "_steps", "_next", "_start", "_since", "_length", "_h"),
        *("_inside", "_y", "_p", "_inflow", "_thresholds"),
    )

    @property
    def places(self) -> int:
        """How many places there are."""
        return len(self._active)

    @property
    def occupied(self) -> bool:
        """Whether anything is still advancing."""
        return bool(self._active.any())

    def free(self) -> Places:
        """The places that are not in use."""
        return np.flatnonzero(~self._active)

    def draw_together(self) -> None:
        """Give up the places that are not in use."""
        kept = np.flatnonzero(self._active)
        for name in self._COLUMNS:
            old = vars(self)[name]
            if old is not None:
                vars(self)[name] = old[..., kept]

    def enter(self, places: Places, members: Places) -> None:
        """Let these members begin in these places, each with a first step size of its own."""
        new = self._all.part(members)
        self._member[places] = members
        self._active[places], self._rejected[places] = True, False
        self._steps[places], self._next[places], self._since[places] = 0, 0, 0.0
        self._start[places], self._length[places] = new.start, new.end - new.start
        self._inside[:, places] = inner(new.start, new.end)
        self._y[:, places], self._p[:, places] = new.y, new.parameters
        self._thresholds[:, places] = new.thresholds
        if self._inflow is not None:
            self._inflow[:, places] = new.inflow
        start = self._inside[0, places]
        longest = self._length[places]
        self._h[places] = self._engine.stepper.first_step(start, new.y, new.parameters, new.inflow, longest)

    def step(self) -> None:
        """Try one step for each, and note the answers to those that are over."""
        left = np.where(self._active, self._length - self._since, 1.0)
        wanted = np.where(self._active, self._h, 1.0)
        last = wanted >= left * (1.0 - 1e-12)
        h = np.where(last, left, np.where(2.0 * wanted > left, 0.5 * left, wanted))
        now = self._start + self._since
        attempt = self._engine.stepper.attempt(now, h, self._y, self._p, self._inflow, self._inside)
        self._steps += 1
        good = (attempt.error <= 1.0) & self._active
        hit, where = self._engine.lookout.first_met(attempt, good, self._p, self._thresholds)
        reached = np.where(last & (hit < 0), self._length, self._since + where * h)
        reached = np.where(good, reached, self._since)
        self._output(attempt, good, np.where(hit < 0, reached, np.nextafter(reached, -math.inf)))
        self._y = np.where(good, attempt.y_new, attempt.y)
        early = np.flatnonzero(good & (hit >= 0))
        if len(early):
            self._y[:, early] = attempt.inside(early)(where[early])
        self._since = reached
        self._next_step(h, attempt.error, good)
        self._finish(good, hit)

    def _next_step(self, h: Array, error: Array, good: Mask) -> None:
        with np.errstate(all="ignore"):
            factor = SAFETY * error ** (-0.2)
        factor = np.where(np.isnan(factor), 0.1, np.clip(factor, SMALLEST, LARGEST))
        factor = np.where(self._rejected, np.minimum(factor, 1.0), factor)
        # A step that was cut by the end of a stretch, not by its error, says nothing about the next one.
        shortened = good & (h < self._h) & (factor * h < self._h)
        self._h = np.where(shortened, self._h, h * factor)
        self._rejected = ~good

    def _finish(self, good: Mask, hit: Places) -> None:
        over = good & ((hit >= 0) | (self._since >= self._length))
        tiny = self._h < 16.0 * np.spacing(self._since)
        stuck = self._active & ~over & (tiny | (self._steps >= MAX_STEPS))
        done = np.flatnonzero(over | stuck)
        if not len(done):
            return
        members, found = self._member[done], self._solved
        at_the_end = self._since[done] >= self._length[done]
        found.end[members] = np.where(
            at_the_end, self._all.end[members], self._start[done] + self._since[done]
        )
        found.y[:, members] = self._y[:, done]
        found.filled[members] = self._next[done]
        found.hit[members] = np.where(good[done], hit[done], -1)
        found.stuck[members] = stuck[done]
        self._active[done] = False

    # -------------------------------------------------------------- output

    def _output(self, attempt: Attempt, good: Mask, reached: Array) -> None:
        """Fill the rows whose times lie within the steps."""
        if self._common is not None:
            passed = np.searchsorted(self._common, self._start + reached, side="right")
            # Start plus elapsed time may have been rounded over an output time, or below it.
            passed -= self._common[passed - 1] - self._start > reached
            passed += self._common[passed] - self._start <= reached
            self._fill(attempt, np.where(good, np.maximum(passed - 1 - self._next, 0), 0))
            return
        width = self._all.times.shape[1]
        while True:
            places = np.flatnonzero(good & (self._next < width))
            ahead = self._next[places, np.newaxis] + np.arange(min(_WINDOW, width))
            times = self._all.times[self._member[places, np.newaxis], np.minimum(ahead, width - 1)]
            since = times - self._start[places, np.newaxis]
            due = np.zeros(self.places, dtype=np.intp)
            due[places] = ((since <= reached[places, np.newaxis]) & (ahead < width)).sum(axis=1)
            if not due.any():
                return
            self._fill(attempt, due)

    def _fill(self, attempt: Attempt, due: Places) -> None:
        """Write the next `due` rows of each place, from inside its step."""
        places = np.flatnonzero(due)
        if not len(places):
            return
        count, first = due[places], self._next[places]
        which = np.repeat(np.arange(len(places)), count)
        column = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count) + first[which]
        place, member = places[which], self._member[places][which]
        times = self._all.times[member, column] if self._common is None else self._common[column + 1]
        x = (times - self._start[place] - self._since[place]) / attempt.h[place]
        if 2 * len(places) > self.places:  # to leave nobody out is quicker than to pick the stages of most
            curve = attempt.inside(np.arange(self.places)).picked(place)
        else:
            curve = attempt.inside(places).picked(which)
        self._solved.rows[member, column] = curve(x).T
        self._next[places] += count


def _common_times(stretches: Stretches) -> Array | None:
    """The output times between two infinities, if all stretches have the same (as a view of one row)."""
    times = stretches.times
    if len(times) > 1 and times.strides[0] != 0:
        return None
    row = times[0] if len(times) else np.empty(0)
    return np.concatenate(([-math.inf], row[np.isfinite(row)], [math.inf]))
