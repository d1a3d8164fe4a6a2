"""One stretch by SciPy's compiled LSODA driver, which cannot be stopped: what it saw is then looked for."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .closely import GRID, TooCoarseError, falls, first_fall
from .steps import DRIVER, Function, Problem, Stretch, StuckError, met, step_by_step

Array = NDArray[np.float64]

_MAX_STEPS = 50_000  # between two output times, for the compiled driver
_SHARE = 0.3
"""The part of the relative tolerance that LSODA is given for one step, as the errors of many steps add up.

Over forty variations of the benchmark workload it took 17 % more evaluations than the whole of it, and made
the median of the largest errors 1.7 times smaller, the worst one 2.8 times.
"""
_FINEST = 1e-13  # asked for less, LSODA gives up
_SUCCESS = "Integration successful."


def with_compiled_driver(problem: Problem) -> Stretch:
    """Solve with SciPy's compiled LSODA driver; where something was seen, look closely.

    Raises
    ------
    StuckError
        If the driver gives up or the numbers stop being finite.
    ZeroDivisionError, OverflowError, ValueError
        If a rate cannot be evaluated.
    """
    times = np.concatenate(([problem.start], problem.times, [problem.end]))
    rows, output = _driven(problem, problem.looking_out or problem.function, times)
    worked, (seen, since) = output["message"] == _SUCCESS, problem.seen
    if math.isfinite(seen):
        # Rows that the driver gave before anything was seen; the others may be those of a world at rest.
        sound = int((output["nfe"] <= output["nfe"][-1] - max(since - 1, 0)).sum()) if worked else 0
        return _look_closely(problem, times[: sound + 1], rows[: sound + 1], seen)
    nothing = Stretch(np.empty((0, len(problem.y))), problem.start, problem.y)
    if not worked:
        raise StuckError(output["message"], nothing)
    if not np.isfinite(rows).all():
        raise StuckError("the numbers are no longer finite", nothing)
    return Stretch(rows[1:-1], problem.end, rows[-1])


def _driven(problem: Problem, function: Function, times: Array) -> tuple[Array, dict[str, Any]]:
    """The states at the `times`, the first of which is the start, and what the driver tells."""
    from scipy.integrate import odeint

    def jacobian(t: float, y: Array) -> Any:
        return none if problem.seen[1] else problem.jacobian(t, y)

    none = np.zeros((len(problem.y), len(problem.y)))
    with DRIVER, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the message is in the output as well
        rows, output = odeint(
            function,
            problem.y,
            times,
            Dfun=problem.jacobian if function is problem.function else jacobian,
            tfirst=True,
            full_output=True,
            rtol=max(_SHARE * problem.rtol, _FINEST),
            atol=problem.atol,
            tcrit=[problem.end],
            mxstep=_MAX_STEPS,
        )
    return rows, output


def _look_closely(problem: Problem, times: Array, rows: Array, seen: float) -> Stretch:
    """Redo the way from the last output before `seen`, to find where a watch is met.

    Parameters
    ----------
    problem : Problem
    times : ndarray, shape (n_rows,)
    rows : ndarray, shape (n_rows, n_species)
        The states at these times.
    seen : float
    """
    good = (times < seen) & np.isfinite(rows).all(axis=1)
    if problem.mortal:
        good &= ~falls(problem.mortal, rows).any(axis=1)
    last, rules = 0, problem.has_rules
    while last + 1 < len(times) and good[last + 1]:
        if rules and met(problem, times[last + 1], rows[last + 1]) is not None:
            break
        last += 1
    rest = replace(
        problem,
        start=float(times[last]),
        y=rows[last].copy(),
        times=problem.times[last:],
        thresholds=list(problem.thresholds),
    )
    for i, (place, limit) in enumerate(rest.mortal):
        rest.arm(i, lives=rest.y[place] >= limit)
    found = _on_a_grid(rest, seen) or step_by_step(rest, "LSODA", enough=seen)
    return Stretch(np.concatenate((rows[1 : last + 1], found.rows)), found.end, found.y, found.hit)


def _on_a_grid(problem: Problem, seen: float) -> Stretch | None:
    """The way to what was seen, if nothing else than a fall is looked for and a fine grid shows it."""
    if problem.has_rules or not problem.mortal:
        return None
    stop = min(seen, problem.end)
    grid = np.linspace(problem.start, stop, GRID + 1)
    inside = problem.times[problem.times < stop]
    if not (np.diff(grid) > 0.0).all():
        return None
    times = np.concatenate((grid, inside))
    order = np.argsort(times, kind="stable")
    rows, output = _driven(problem, problem.function, times[order])
    if output["message"] != _SUCCESS or not np.isfinite(rows).all():
        return None
    y = np.empty_like(rows)
    y[order] = rows
    mortal, rtol, atol = problem.mortal, problem.rtol, problem.atol
    try:
        found = first_fall(mortal, grid, y[: GRID + 1], problem.function, rtol=rtol, atol=atol)
    except TooCoarseError:
        return None
    if found is None:
        return Stretch(y[GRID + 1 :], float(stop), y[GRID])
    return Stretch(y[GRID + 1 :][inside < found.time], found.time, found.y, 2 * found.which)
