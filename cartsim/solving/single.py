"""One run on SciPy: every stretch solved afresh, so that no dose is ever stepped over."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..language.compile import ARITHMETIC_ERRORS, Compiled, Trouble
from ..language.mathematics import right_hand_side
from ..language.tree import Expression
from .run import Request, Run
from .steps import STEPWISE, Function, Problem, Stretch, StuckError, step_by_step, with_compiled_driver
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
    run.used.add(method)
    try:
        request = next(requests)
        while True:
            try:
                problem = problem_of(
                    run.compiled, request, rtol, atol, watches=run.watch.trees, trouble=run.trouble
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
        What the thresholds of the request belong to.
    trouble : Trouble, optional
        Filled where a rate cannot be evaluated.
    """
    values = request.parameters.tolist()
    first_seen = [math.inf]
    function: Function = functions.right_hand_side(
        values,
        trouble,
        watches=watches,
        thresholds=request.thresholds,
        first_seen=first_seen,
        reuse=True,
    )
    if functions.has_jumps:
        function = _inside(function, request.start, request.end)
    return Problem(
        function=_with_inflow(function, request.inflow),
        jacobian=functions.jacobian(values, reuse=True),
        start=request.start,
        end=request.end,
        y=request.y,
        times=request.times,
        rtol=rtol,
        atol=atol,
        watch=functions.watch(watches, values) if watches else None,
        thresholds=request.thresholds,
        first_seen=first_seen,
        forgiving=_with_inflow(_forgiving(functions, request.parameters), request.inflow),
    )


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
