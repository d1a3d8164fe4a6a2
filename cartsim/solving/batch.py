"""Many runs of one structure together: each with its own step size, error control and finish.

A run (`cartsim.solving.run.Run`) asks for one stretch after the other; here the stretches of many runs are
solved side by side, and a run that is answered asks for its next one in the same place. So events,
extinctions and rules are the same code as in a single run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from ..language.batched import batched
from ..language.compile import compiled
from ..language.errors import ModelError, SolveError
from .lookout import Lookout
from .rosenbrock import Attempt, Rosenbrock
from .run import Request, Run
from .steps import Stretch, StuckError
from .trajectory import Trajectory, inner

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Requests = Generator[Request, Stretch, Trajectory]

METHOD = "batch"
CHUNK = 1024
"""Runs that advance together: enough to share the cost of each operation, few enough to stay in the cache."""
_SAFETY, _SMALLEST, _LARGEST = 0.9, 0.2, 6.0
_MAX_STEPS = 100_000


def solve_together(
    runs: Iterable[tuple[str, Callable[[], Run]]], rtol: float, atol: Array, *, chunk: int = CHUNK
) -> Iterator[tuple[str, Trajectory | Exception]]:
    """Solve runs of one structure, each as if it were alone.

    Parameters
    ----------
    runs : iterable of (str, callable)
        Labels, and what makes the run; it is called when there is room for it.
    rtol : float
    atol : ndarray, shape (n_species,)
    chunk : int
        How many advance together.

    Yields
    ------
    (str, Trajectory or Exception)
        In the order in which they end; an exception is the reason why a run could not be finished.
    """
    waiting = iter(runs)
    pool: Pool | None = None
    while True:
        for label, make in waiting:
            try:
                run = make()
            except (ModelError, SolveError) as error:
                yield label, error
                continue
            if pool is None:
                pool = Pool(run, rtol, atol)
            yield from pool.enter(label, run)
            if len(pool) >= chunk:
                break
        if pool is None or not len(pool):
            return
        yield from pool.advance()


class Pool:
    """The runs that advance together; one column of every array is one run.

    Parameters
    ----------
    first : Run
        Any of the runs, for the structure that they share.
    rtol : float
    atol : ndarray, shape (n_species,)
    """

    def __init__(self, first: Run, rtol: float, atol: Array) -> None:
        structure = first.model.structure
        self._stepper = Rosenbrock(batched(structure), rtol, atol)
        self._lookout = Lookout(first.watch.trees, compiled(structure).evaluate)
        n_species, n_parameters = len(structure.species), len(structure.parameters)
        self._members: list[tuple[str, Run, Requests, Request]] = []
        self._new: list[tuple[str, Run, Requests, Request]] = []
        self._t = np.empty(0)
        self._end = np.empty(0)
        self._inside = np.empty((2, 0))
        self._h = np.empty(0)
        self._rejected = np.empty(0, dtype=bool)
        self._steps = np.empty(0, dtype=np.intp)
        self._y = np.empty((n_species, 0))
        self._p = np.empty((n_parameters, 0))
        self._inflow = np.empty((n_species, 0))
        self._thresholds = np.empty((len(self._lookout.trees), 0))
        self._times = np.empty((0, 0))
        self._rows = np.empty((0, 0, n_species))
        self._next = np.empty(0, dtype=np.intp)
        self._shelf = np.empty(0, dtype=np.intp)

    def __len__(self) -> int:
        return len(self._members) + len(self._new)

    # -------------------------------------------------------------- who comes and goes

    def enter(self, label: str, run: Run) -> Iterator[tuple[str, Trajectory | Exception]]:
        """Take a run in; one that is over before it begins is given back at once."""
        run.used.add(METHOD)
        requests = run.requests()
        yield from self._ask(label, run, requests, lambda: next(requests))

    def _ask(
        self, label: str, run: Run, requests: Requests, answer: Callable[[], Request]
    ) -> Iterator[tuple[str, Trajectory | Exception]]:
        """Let a run go on to its next request, or give back what it ends with."""
        try:
            self._new.append((label, run, requests, answer()))
        except StopIteration as end:
            yield label, end.value
        except (ModelError, SolveError) as error:
            yield label, error

    def _settle(self, staying: Places) -> None:
        """Rearrange the arrays: those that stay, then the new ones."""
        new, n_new = [member[3] for member in self._new], len(self._new)
        self._members = [self._members[i] for i in staying] + self._new
        self._new = []
        n_species = len(self._y)
        starts, ends = np.array([r.start for r in new]), np.array([r.end for r in new])
        y = np.array([r.y for r in new]).reshape(n_new, n_species).T
        p = np.array([r.parameters for r in new]).reshape(n_new, len(self._p)).T
        inflow = np.array([np.zeros(n_species) if r.inflow is None else r.inflow for r in new])
        inflow = inflow.reshape(n_new, n_species).T
        first = np.empty(0)
        if n_new:
            y, p = np.ascontiguousarray(y), np.ascontiguousarray(p)
            first = self._stepper.first_step(starts, y, p, inflow, ends - starts)
        self._t = np.concatenate((self._t[staying], starts))
        self._end = np.concatenate((self._end[staying], ends))
        self._inside = np.concatenate((self._inside[:, staying], inner(starts, ends)), axis=1)
        self._h = np.concatenate((self._h[staying], first))
        self._rejected = np.concatenate((self._rejected[staying], np.zeros(n_new, dtype=bool)))
        self._steps = np.concatenate((self._steps[staying], np.zeros(n_new, dtype=np.intp)))
        self._next = np.concatenate((self._next[staying], np.zeros(n_new, dtype=np.intp)))
        self._y = np.concatenate((self._y[:, staying], y), axis=1)
        self._p = np.concatenate((self._p[:, staying], p), axis=1)
        self._inflow = np.concatenate((self._inflow[:, staying], inflow), axis=1)
        thresholds = np.array([r.thresholds for r in new]).reshape(n_new, len(self._lookout.trees)).T
        self._thresholds = np.concatenate((self._thresholds[:, staying], thresholds), axis=1)
        self._settle_outputs(staying, new)

    def _settle_outputs(self, staying: Places, new: list[Request]) -> None:
        """A shelf for each member, while it stays: its output times, padded with infinity, and its rows."""
        kept = self._shelf[staying]
        free = np.setdiff1d(np.arange(len(self._times)), kept)
        width = max([self._times.shape[1], *(len(request.times) for request in new)])
        missing = len(new) - len(free)
        if missing > 0 or width > self._times.shape[1]:
            before, shelves = len(self._times), len(self._times) + max(missing, 0)
            times = np.full((shelves, width), math.inf)
            rows = np.empty((shelves, width, len(self._y)))
            times[:before, : self._times.shape[1]] = self._times
            rows[:before, : self._times.shape[1]] = self._rows
            self._times, self._rows = times, rows
            free = np.concatenate((free, np.arange(before, shelves)))
        taken = free[: len(new)]
        for shelf, request in zip(taken, new, strict=True):
            self._times[shelf, : len(request.times)] = request.times
            self._times[shelf, len(request.times) :] = math.inf
        self._shelf = np.concatenate((kept, taken))

    # -------------------------------------------------------------- one step for everybody

    def advance(self) -> Iterator[tuple[str, Trajectory | Exception]]:
        """Step until at least one run has ended; yields those that have."""
        ended: list[tuple[str, Trajectory | Exception]] = []
        while not ended and len(self):
            if self._new:
                self._settle(np.arange(len(self._members)))
            leaving = self._step()
            if leaving:
                staying = np.setdiff1d(np.arange(len(self._members)), list(leaving))
                for place, answer in leaving.items():
                    label, run, requests, _ = self._members[place]
                    ended.extend(self._ask(label, run, requests, _answering(requests, answer)))
                self._settle(staying)
        yield from ended

    def _step(self) -> dict[int, Stretch | StuckError]:
        """Try one step for each; the answers to those whose stretch is over."""
        left = self._end - self._t
        last = self._h >= left * (1.0 - 1e-12)
        h = np.where(last, left, np.where(2.0 * self._h > left, 0.5 * left, self._h))
        inflow = self._inflow if self._inflow.any() else None
        attempt = self._stepper.attempt(self._t, h, self._y, self._p, inflow, self._inside)
        self._steps += 1
        good = attempt.error <= 1.0
        hit, where = self._lookout.first_met(attempt, good, self._p, self._thresholds)
        reached = np.where(good, np.where(last & (hit < 0), self._end, self._t + where * h), self._t)
        self._output(attempt, good, np.where(hit < 0, reached, np.nextafter(reached, -math.inf)))
        self._y = self._states(attempt, good, hit, where)
        self._t = reached
        self._next_step(h, attempt.error, good)
        return self._answers(good, hit)

    def _next_step(self, h: Array, error: Array, good: NDArray[np.bool_]) -> None:
        with np.errstate(all="ignore"):
            factor = _SAFETY * error ** (-0.2)
        factor = np.where(np.isnan(factor), 0.1, np.clip(factor, _SMALLEST, _LARGEST))
        factor = np.where(self._rejected, np.minimum(factor, 1.0), factor)
        shortened = (
            good & (h < self._h) & (factor * h < self._h)
        )  # cut to the end of a stretch, not by the error
        self._h = np.where(shortened, self._h, h * factor)
        self._rejected = ~good

    def _states(
        self, attempt: Attempt, good: NDArray[np.bool_], hit: NDArray[np.intp], where: Array
    ) -> Array:
        y = np.where(good, attempt.y_new, attempt.y)
        early = np.flatnonzero(good & (hit >= 0))
        if len(early):
            y[:, early] = attempt.inside(early)(where[early])
        return y

    def _output(self, attempt: Attempt, good: NDArray[np.bool_], reached: Array) -> None:
        """Fill the rows whose times lie within the steps, all of them at once."""
        width = self._times.shape[1]
        places = np.flatnonzero(good & (self._next < width))
        places = places[self._times[self._shelf[places], self._next[places]] <= reached[places]]
        if not len(places):
            return
        shelves, first = self._shelf[places], self._next[places]
        due = (self._times[shelves] <= reached[places, np.newaxis]).sum(axis=1) - first
        which = np.repeat(np.arange(len(places)), due)
        column = np.arange(len(which)) - np.repeat(np.cumsum(due) - due, due) + first[which]
        x = (self._times[shelves[which], column] - attempt.t[places[which]]) / attempt.h[places[which]]
        self._rows[shelves[which], column] = attempt.inside(places).picked(which)(x).T
        self._next[places] += due

    # -------------------------------------------------------------- answers

    def _answers(self, good: NDArray[np.bool_], hit: NDArray[np.intp]) -> dict[int, Stretch | StuckError]:
        over = good & ((hit >= 0) | (self._t >= self._end))
        tiny = self._h < 16.0 * np.spacing(np.abs(self._t))
        stuck = ~over & (tiny | (self._steps >= _MAX_STEPS))
        answers: dict[int, Stretch | StuckError] = {}
        for place in np.flatnonzero(over | stuck):
            rows = self._rows[self._shelf[place], : self._next[place]].copy()
            found = Stretch(rows, float(self._t[place]), self._y[:, place].copy(), None)
            if stuck[place]:
                answers[int(place)] = StuckError("the step size became too small", found)
            else:
                found.hit = int(hit[place]) if hit[place] >= 0 else None
                answers[int(place)] = found
        return answers


def _answering(requests: Requests, answer: Stretch | StuckError) -> Callable[[], Request]:
    if isinstance(answer, StuckError):
        return lambda: requests.throw(answer)
    return lambda: requests.send(answer)
