"""One run on SciPy: every stretch solved afresh, so that no dose is ever stepped over."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language.compile import ARITHMETIC_ERRORS, Compiled, Trouble, compiled
from ..language.mathematics import right_hand_side
from ..language.tree import Expression
from .absent import present
from .driver import with_compiled_driver
from .run import Request, Run
from .steps import STEPWISE, Function, Problem, Stretch, StuckError, step_by_step
from .trajectory import Trajectory, inner

Array = NDArray[np.float64]
_RESCUE = "Radau"  # where LSODA fails: it survives trial steps that leave the domain of a rate

_SHORT = 1e-6


def solve(run: Run, method: str, rtol: float, atol: Array) -> Trajectory:
    """Solve a run to its end.

    Parameters
    ----------
    run : Run
    method : str
        ``"odeint"``, or a method of ``solve_ivp``.
    rtol : float
    atol : ndarray, shape (n_species,)

    Raises
    ------
    SolveError
        If it cannot be finished; it carries what was computed.
    """
    requests = run.requests()
    functions = compiled(present(run.model, run.y))
    run.used.add(method)
    try:
        request = next(requests)
        while True:
            try:
                problem = problem_of(
                    *(functions, request, rtol, atol),
                    watches=run.watch.trees,
                    mortal=run.watch.mortal_places,
                    trouble=run.trouble,
                )
                stretch = _advance(run, problem, method)
            except StuckError as error:
                request = requests.throw(error)
            else:
                request = requests.send(stretch)
    except StopIteration as end:
        trajectory: Trajectory = end.value
        return trajectory


def _advance(run: Run, problem: Problem, method: str) -> Stretch:
    if method in STEPWISE and method != "LSODA":
        return step_by_step(problem, method)
    short = problem.end - problem.start < _SHORT * abs(problem.start)  # lost in rounding, counted from 0
    try:
        if method == "odeint" and not short:
            return with_compiled_driver(problem)
        return step_by_step(problem, "LSODA")
    except (StuckError, *ARITHMETIC_ERRORS):
        run.used.add(_RESCUE)
        return step_by_step(problem, _RESCUE)


def problem_of(
    functions: Compiled,
    request: Request,
    rtol: float,
    atol: Array,
    *,
    watches: tuple[Expression, ...] = (),
    mortal: tuple[tuple[int, float], ...] = (),
    trouble: Trouble | None = None,
) -> Problem:
    """A request with the functions that solve it.

    Parameters
    ----------
    functions : Compiled
    request : Request
    rtol : float
    atol : ndarray, shape (n_species,)
    watches : tuple of Expression
        What the thresholds of the request belong to; the first, two each, are those of the mortal.
    mortal : tuple of (int, float)
        Places of species that can die out, each with its limit.
    trouble : Trouble, optional
        Filled where a rate cannot be evaluated.
    """
    values = request.parameters.tolist()
    inflow, seen = request.inflow, [math.inf, 0]

    def usable(function: Function) -> Function:
        if functions.has_jumps:
            function = _inside(function, request.start, request.end)
        return _with_inflow(function, inflow)

    def plain() -> Function:
        return usable(functions.right_hand_side(values, trouble, reuse=True))

    looking_out = None
    if watches:
        first = 2 * len(mortal)
        looking_out = usable(
            functions.right_hand_side(
                *(values, trouble),
                watches=watches[first:],
                thresholds=request.thresholds[first:],
                mortal=mortal,
                lives=[bool(request.y[place] >= limit) for place, limit in mortal],
                seen=seen,
                reuse=True,
            )
        )
    return Problem(
        function=Later(plain) if watches else plain(),
        jacobian=Later(lambda: functions.jacobian(values, reuse=True)),
        start=request.start,
        end=request.end,
        y=request.y,
        times=request.times,
        rtol=rtol,
        atol=atol,
        watch=Later(lambda: functions.watch(watches, values)) if watches else None,
        thresholds=request.thresholds,
        seen=seen,
        mortal=mortal,
        looking_out=looking_out,
        forgiving=Later(lambda: _with_inflow(_forgiving(functions, request.parameters), inflow)),
    )


class Later:
    """A function that is made when it is first called: of those for a stretch, most never are."""

    def __init__(self, make: Callable[[], Function]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Function:
        return self._make()

    def __call__(self, t: float, y: Array) -> Any:
        return self._made(t, y)


def _with_inflow(function: Function, inflow: Array | None) -> Function:
    if inflow is None:
        return function

    def with_infusion(t: float, y: Array) -> Array:
        slopes: Array = function(t, y)
        slopes += inflow
        return slopes

    return with_infusion


def _forgiving(functions: Compiled, parameters: Array) -> Function:
    """The right-hand side by array arithmetic, which gives infinity or not-a-number where floats raise."""

    def function(t: float, y: Array) -> Array:
        trees = list(right_hand_side(functions.structure).values())  # seldom needed, so made only then
        slopes = functions.evaluate(trees, np.array([t]), y[:, np.newaxis], parameters[:, np.newaxis])
        return np.concatenate(slopes)

    return function


def _inside(function: Function, start: float, end: float) -> Function:
    """`function` with time kept inside the stretch, so that no ``step`` at its ends is felt in it."""
    first, last = (float(time) for time in inner(start, end))

    def kept_inside(t: float, y: Array) -> Array:
        slopes: Array = function(first if t < first else t if t < last else last, y)
        return slopes

    return kept_inside
