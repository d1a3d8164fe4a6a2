"""Runs in rounds: each asks for its next stretch, and an engine solves the stretches of all at once.

So doses, extinctions and rules are the code of a single run (`cartsim.solving.run.Run`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from ..language.errors import ModelError, SolveError
from .run import Request, Run
from .steps import Stretch, StuckError
from .stretches import Engine, Solved, Stretches
from .trajectory import Trajectory

Array = NDArray[np.float64]
Requests = Generator[Request, Stretch, Trajectory]
Ended = Iterator[tuple[str, Trajectory | Exception]]

FLIGHT = 2048
"""Runs that are under way at once: their rows are in memory together."""


@dataclass
class Member:
    """A run that is under way, and what it asks for."""

    label: str
    run: Run
    requests: Requests
    request: Request


def solve_in_rounds(
    runs: Iterable[tuple[str, Callable[[], Run]]],
    engine_of: Callable[[Run], Engine],
    *,
    flight: int = FLIGHT,
) -> Ended:
    """Solve runs of one structure, each as if it were alone.

    Parameters
    ----------
    runs : iterable of (str, callable)
        Labels, and what makes the run; it is called when there is room for it.
    engine_of : callable
        Makes the engine for all runs from the first of them.
    flight : int
        How many are under way at once.

    Yields
    ------
    (str, Trajectory or Exception)
        In the order in which they end; an exception is the reason why a run could not be finished.
    """
    waiting = iter(runs)
    engine: Engine | None = None
    under_way: list[Member] = []
    while True:
        for label, make in islice(waiting, flight - len(under_way)):
            begun = _begun(label, make)
            if not isinstance(begun, Member):
                yield label, begun
                continue
            if engine is None:
                engine = engine_of(begun.run)
            begun.run.used.add(engine.name)
            under_way.append(begun)
        if engine is None or not under_way:
            return
        solved = engine.solve(_together([member.request for member in under_way]))
        going_on = []
        for i, member in enumerate(under_way):
            result = _answered(member, solved, i)
            if result is None:
                going_on.append(member)
            else:
                yield member.label, result
        under_way = going_on


def _begun(label: str, make: Callable[[], Run]) -> Member | Trajectory | Exception:
    """A run at its first request, or what it ends with before."""
    try:
        run = make()
        requests = run.requests()
        return Member(label, run, requests, next(requests))
    except StopIteration as end:
        over: Trajectory = end.value
        return over
    except (ModelError, SolveError) as error:
        return error


def _answered(member: Member, solved: Solved, i: int) -> Trajectory | Exception | None:
    """Give a run its answer; what it ends with, or None if it goes on to its next request."""
    stretch = Stretch(solved.rows[i, : solved.filled[i]].copy(), float(solved.end[i]), solved.y[:, i].copy())
    try:
        if solved.stuck[i]:
            stuck = StuckError("the step size became too small", stretch)
            member.request = member.requests.throw(stuck)
        else:
            stretch.hit = int(solved.hit[i]) if solved.hit[i] >= 0 else None
            member.request = member.requests.send(stretch)
    except StopIteration as end:
        over: Trajectory = end.value
        return over
    except (ModelError, SolveError) as error:
        return error
    return None


def _together(requests: list[Request]) -> Stretches:
    """Requests as arrays."""
    n, n_times = len(requests), max(len(request.times) for request in requests)
    times = np.full((n, n_times), np.inf)
    for row, request in zip(times, requests, strict=True):
        row[: len(request.times)] = request.times
    y = np.stack([request.y for request in requests], axis=1)
    inflow = None
    if any(request.inflow is not None for request in requests):
        none = np.zeros(len(y))
        inflow = np.stack([none if r.inflow is None else r.inflow for r in requests], axis=1)
    return Stretches(
        start=np.array([request.start for request in requests]),
        end=np.array([request.end for request in requests]),
        y=y,
        parameters=np.stack([request.parameters for request in requests], axis=1),
        inflow=inflow,
        thresholds=np.array([request.thresholds for request in requests], dtype=float).reshape(n, -1).T,
        times=times,
    )
