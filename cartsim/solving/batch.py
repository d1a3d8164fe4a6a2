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
Mask = NDArray[np.bool_]
Requests = Generator[Request, Stretch, Trajectory]
Ended = Iterator[tuple[str, Trajectory | Exception]]

METHOD = "batch"
CHUNK = 1024
"""Runs that advance together: enough to share the cost of each operation, few enough to stay in the cache."""
_SAFETY, _SMALLEST, _LARGEST = 0.9, 0.2, 6.0
_MAX_STEPS = 100_000
_WINDOW = 48  # output times of one run that are compared at once
_IDLE = 0.15  # of the places, from which on those in use are drawn together


def solve_together(
    runs: Iterable[tuple[str, Callable[[], Run]]], rtol: float, atol: Array, *, chunk: int = CHUNK
) -> Ended:
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
    """The runs that advance together; each has a place, one column of every array.

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
        self._heights = (len(structure.species), len(structure.parameters), len(first.watch.trees))
        self._members: list[tuple[str, Run, Requests] | None] = []
        self._free: list[int] = []
        self._fresh: list[int] = []
        self._free_shelves: list[int] = []
        self._times = np.empty((0, 0))
        self._rows = np.empty((0, 0, len(structure.species)))
        self._make_room(0)

    def _make_room(self, places: int) -> None:
        """Arrays for so many places.

        Time counts from the start of each stretch: where an amount starts at 0 after a dose, the first step
        may be smaller than the spacing of numbers around the day of the dose.
        """
        n_species, n_parameters, n_watches = self._heights
        self._active = np.zeros(places, dtype=bool)
        self._rejected = np.zeros(places, dtype=bool)
        self._steps = np.zeros(places, dtype=np.intp)
        self._next = np.zeros(places, dtype=np.intp)
        self._start, self._end, self._since, self._length, self._h = (np.zeros(places) for _ in range(5))
        self._inside = np.zeros((2, places))
        self._y = np.zeros((n_species, places))
        self._p = np.zeros((n_parameters, places))
        self._inflow = np.zeros((n_species, places))
        self._thresholds = np.full((n_watches, places), math.inf)
        self._shelf = np.zeros(places, dtype=np.intp)

    _COLUMNS = (
        *("_active", "_rejected", "_steps", "_next", "_start", "_end", "_since", "_length", "_h"),
        *("_inside", "_y", "_p", "_inflow", "_thresholds", "_shelf"),
    )

    def _rearrange(self, kept: Places, places: int) -> None:
        """Move the places `kept` to the front of arrays of another size; the shelves stay where they are."""
        old = vars(self).copy()
        self._make_room(places)
        for name in self._COLUMNS:
            vars(self)[name][..., : len(kept)] = old[name][..., kept]
        self._members = [*(self._members[i] for i in kept), *(None for _ in range(places - len(kept)))]
        self._free = list(range(len(kept), places))

    def _more_shelves(self, shelves: int, width: int) -> None:
        """Room for the output times and rows of so many runs: a shelf each, kept from entering to leaving."""
        times, rows = self._times, self._rows
        self._times = np.full((shelves, width), math.inf)
        self._rows = np.empty((shelves, width, rows.shape[2]))
        self._times[: len(times), : times.shape[1]] = times
        self._rows[: len(rows), : rows.shape[1]] = rows
        self._free_shelves += range(len(times), shelves)

    def __len__(self) -> int:
        return len(self._members) - len(self._free)

    # -------------------------------------------------------------- who comes and goes

    def enter(self, label: str, run: Run) -> Ended:
        """Take a run in; one that is over before it begins is given back at once."""
        run.used.add(METHOD)
        if not self._free:
            places = len(self._members)
            self._rearrange(np.arange(places), max(16, 2 * places))
        if not self._free_shelves:
            self._more_shelves(max(16, 2 * len(self._times)), self._times.shape[1])
        place = self._free.pop()
        self._shelf[place] = self._free_shelves.pop()
        requests = run.requests()
        self._members[place] = (label, run, requests)
        yield from self._ask(place, lambda: next(requests))

    def _ask(self, place: int, answer: Callable[[], Request]) -> Ended:
        """Let a run go on to its next request, or give back what it ends with."""
        member = self._members[place]
        assert member is not None
        try:
            self._put(place, answer())
            return
        except StopIteration as end:
            result = end.value
        except (ModelError, SolveError) as error:
            result = error
        self._active[place] = False
        self._members[place] = None
        self._free.append(place)
        self._free_shelves.append(int(self._shelf[place]))
        yield member[0], result

    def _put(self, place: int, request: Request) -> None:
        """Write a request into its place."""
        if len(request.times) > self._times.shape[1]:
            self._more_shelves(len(self._times), len(request.times))
        self._active[place], self._rejected[place] = True, False
        self._steps[place], self._next[place] = 0, 0
        self._start[place], self._end[place], self._since[place] = request.start, request.end, 0.0
        self._length[place] = request.end - request.start
        self._y[:, place], self._p[:, place] = request.y, request.parameters
        self._inflow[:, place] = 0.0 if request.inflow is None else request.inflow
        self._thresholds[:, place] = request.thresholds
        times = self._times[self._shelf[place]]
        times[: len(request.times)] = request.times - request.start
        times[len(request.times) :] = math.inf
        self._fresh.append(place)

    # -------------------------------------------------------------- one step for everybody

    def advance(self) -> Ended:
        """Step until at least one run has ended; yields those that have."""
        ended: list[tuple[str, Trajectory | Exception]] = []
        while not ended and len(self):
            self._begin_fresh()
            if len(self._free) > _IDLE * len(self._members):
                self._rearrange(np.flatnonzero(self._active), len(self))
            for place, answer in self._step():
                member = self._members[place]
                assert member is not None
                ended.extend(self._ask(place, _answering(member[2], answer)))
        yield from ended

    def _begin_fresh(self) -> None:
        """A first step size for the stretches that begin now."""
        fresh = np.array([place for place in self._fresh if self._active[place]], dtype=np.intp)
        self._fresh = []
        if len(fresh):
            self._inside[:, fresh] = inner(self._start[fresh], self._end[fresh])
            longest = self._length[fresh]
            start, y, p = self._inside[0, fresh], self._y[:, fresh], self._p[:, fresh]
            self._h[fresh] = self._stepper.first_step(start, y, p, self._inflow[:, fresh], longest)

    def _step(self) -> list[tuple[int, Stretch | StuckError]]:
        """Try one step for each; the answers to those whose stretch is over."""
        left = np.where(self._active, self._length - self._since, 1.0)
        wanted = np.where(self._active, self._h, 1.0)
        last = wanted >= left * (1.0 - 1e-12)
        h = np.where(last, left, np.where(2.0 * wanted > left, 0.5 * left, wanted))
        inflow = self._inflow if self._inflow.any() else None
        now = self._start + self._since
        attempt = self._stepper.attempt(now, h, self._y, self._p, inflow, self._inside)
        self._steps += 1
        good = (attempt.error <= 1.0) & self._active
        hit, where = self._lookout.first_met(attempt, good, self._p, self._thresholds)
        reached = np.where(last & (hit < 0), self._length, self._since + where * h)
        reached = np.where(good, reached, self._since)
        self._output(attempt, good, np.where(hit < 0, reached, np.nextafter(reached, -math.inf)))
        self._y = np.where(good, attempt.y_new, attempt.y)
        early = np.flatnonzero(good & (hit >= 0))
        if len(early):
            self._y[:, early] = attempt.inside(early)(where[early])
        self._since = reached
        self._next_step(h, attempt.error, good)
        return self._answers(good, hit)

    def _next_step(self, h: Array, error: Array, good: Mask) -> None:
        with np.errstate(all="ignore"):
            factor = _SAFETY * error ** (-0.2)
        factor = np.where(np.isnan(factor), 0.1, np.clip(factor, _SMALLEST, _LARGEST))
        factor = np.where(self._rejected, np.minimum(factor, 1.0), factor)
        shortened = (
            good & (h < self._h) & (factor * h < self._h)
        )  # cut by the end of a stretch, not by the error
        self._h = np.where(shortened, self._h, h * factor)
        self._rejected = ~good

    def _output(self, attempt: Attempt, good: Mask, reached: Array) -> None:
        """Fill the rows whose times lie within the steps, a window of them at a time."""
        width = self._times.shape[1]
        while True:
            places = np.flatnonzero(good & (self._next < width))
            places = places[self._times[self._shelf[places], self._next[places]] <= reached[places]]
            if not len(places):
                return
            first, shelf = self._next[places], self._shelf[places]
            ahead = np.minimum(first[:, np.newaxis] + np.arange(min(_WINDOW, width)), width - 1)
            times = self._times[shelf[:, np.newaxis], ahead]
            due = np.minimum((times <= reached[places, np.newaxis]).sum(axis=1), width - first)
            which = np.repeat(np.arange(len(places)), due)
            column = np.arange(len(which)) - np.repeat(np.cumsum(due) - due, due) + first[which]
            since = self._times[shelf[which], column] - self._since[places[which]]
            x = since / attempt.h[places[which]]
            self._rows[shelf[which], column] = attempt.inside(places).picked(which)(x).T
            self._next[places] += due

    def _answers(self, good: Mask, hit: NDArray[np.intp]) -> list[tuple[int, Stretch | StuckError]]:
        over = good & ((hit >= 0) | (self._since >= self._length))
        tiny = self._h < 16.0 * np.spacing(self._since)
        stuck = self._active & ~over & (tiny | (self._steps >= _MAX_STEPS))
        now = self._start + self._since
        answers: list[tuple[int, Stretch | StuckError]] = []
        for place in np.flatnonzero(over | stuck).tolist():
            rows = self._rows[self._shelf[place], : self._next[place]].copy()
            end = float(self._end[place] if self._since[place] >= self._length[place] else now[place])
            found = Stretch(rows, end, self._y[:, place].copy())
            if stuck[place]:
                answers.append((place, StuckError("the step size became too small", found)))
            else:
                found.hit = int(hit[place]) if hit[place] >= 0 else None
                answers.append((place, found))
        return answers


def _answering(requests: Requests, answer: Stretch | StuckError) -> Callable[[], Request]:
    if isinstance(answer, StuckError):
        return lambda: requests.throw(answer)
    return lambda: requests.send(answer)
