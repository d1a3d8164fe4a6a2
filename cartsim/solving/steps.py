"""One stretch between two events, and SciPy's solvers that go through it step by step."""

from __future__ import annotations

import math
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language.compile import ARITHMETIC_ERRORS
from .closely import Mortal
from .watch import ABOVE_ZERO

Array = NDArray[np.float64]
Function = Callable[[float, Array], Any]

STEPWISE = ("RK23", "RK45", "DOP853", "Radau", "BDF", "LSODA")
"""The methods of `scipy.integrate.solve_ivp`."""
_WITH_JACOBIAN = ("Radau", "BDF", "LSODA")
_PARTS = (0.25, 0.5, 0.75, 1.0)  # of a step, where a watch is looked at
_MAX_STANDING = 100  # steps too small to move the time, as LSODA takes at first where an amount starts at 0
DRIVER = threading.Lock()  # LSODA is not re-entrant, and silencing warnings is not thread-safe


@dataclass
class Stretch:
    """The solution over ``[start, end]`` or a part of it.

    Attributes
    ----------
    rows : ndarray, shape (n_rows, n_species)
        At those of the wanted times that were reached.
    end : float
        How far it went.
    y : ndarray, shape (n_species,)
        The state at `end`.
    hit : int or None
        Which watch stopped it.
    """

    rows: Array
    end: float
    y: Array
    hit: int | None = None


class StuckError(Exception):
    """The solver cannot go on; `stretch` is what it has."""

    def __init__(self, reason: str, stretch: Stretch) -> None:
        super().__init__(reason)
        self.stretch = stretch


@dataclass
class Problem:
    """What one stretch is given to solve.

    Attributes
    ----------
    function, jacobian : callable
        ``f(t, y)`` of shape (n_species,), and ``J(t, y)`` of shape (n_species, n_species); each may be one
        array that is written anew at every call.
    start, end : float
    y : ndarray, shape (n_species,)
        The state at `start`.
    times : ndarray
        Output times strictly inside.
    rtol : float
    atol : ndarray, shape (n_species,)
    watch : callable or None
        ``g(t, y)`` gives a list; a value that reaches its threshold ends the stretch there.
    thresholds : list of float
    seen : list of two floats
        Filled by `looking_out` when it sees something; see `Compiled.right_hand_side`.
    mortal : tuple of (int, float)
        Places of species that can die out, each with its limit: the first of the thresholds are theirs, two
        each. One that rises to its limit ends nothing, but may fall from then on.
    looking_out : callable or None
        As `function`, but it fills `seen`, and is zero from then on.
    forgiving : callable or None
        As `function`, but it returns what is not finite instead of raising.
    """

    function: Function
    jacobian: Function
    start: float
    end: float
    y: Array
    times: Array
    rtol: float
    atol: Array
    watch: Function | None
    thresholds: list[float]
    seen: list[float]
    mortal: Mortal = ()
    looking_out: Function | None = None
    forgiving: Function | None = None

    @property
    def has_rules(self) -> bool:
        """Whether anything else is looked for than falls."""
        return bool(np.isfinite(self.thresholds[2 * len(self.mortal) :]).any())

    def arm(self, which: int, *, lives: bool) -> None:
        """Look for the fall of one of the `mortal` if it `lives`, otherwise for its rise."""
        falls, rises = (ABOVE_ZERO, math.inf) if lives else (math.inf, 0.0)
        self.thresholds[2 * which : 2 * which + 2] = falls, rises


def step_by_step(problem: Problem, method: str, *, enough: float = math.inf) -> Stretch:
    """Solve with one of the methods of ``solve_ivp``, looking at the watch after every step.

    It ends with the first step beyond `enough`, if that comes before the end.

    Raises
    ------
    StuckError
        If the solver gives up or the numbers stop being finite.
    """
    from scipy import integrate

    def function(since: float, y: Array) -> Array:
        try:
            return np.array(problem.function(problem.start + since, y))
        except ARITHMETIC_ERRORS:  # a trial step went too far; or 1/(1 + K/0), which arrays say is 0
            if problem.forgiving is None:
                return np.full(len(y), np.nan)
            slopes: Array = problem.forgiving(problem.start + since, y)
            return slopes

    def jacobian(since: float, y: Array) -> Array:
        return np.array(problem.jacobian(problem.start + since, y))

    # Time counts from the start of the stretch: where an amount starts at 0 after a dose, the first step may
    # be smaller than the spacing of numbers around the day of the dose.
    length = problem.end - problem.start
    extra = {"jac": jacobian} if method in _WITH_JACOBIAN else {}
    rows: list[Array] = []
    waiting = list(problem.times - problem.start)

    def stuck(reason: str | None, since: float, y: Array) -> StuckError:
        so_far = Stretch(_stacked(rows, problem), problem.start + since, y)
        return StuckError(reason or "the numbers are no longer finite", so_far)

    with DRIVER, warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # a failure is reported by the status
        if not np.isfinite(function(0.0, problem.y)).all():
            raise stuck("a rate has no value where the stretch begins", 0.0, problem.y)
        try:
            solver = getattr(integrate, method)(
                function, 0.0, problem.y, length, rtol=problem.rtol, atol=problem.atol, **extra
            )
        except ARITHMETIC_ERRORS as error:
            raise stuck(str(error), 0.0, problem.y) from None
        standing = 0
        while solver.status == "running":
            before, y_before = solver.t, solver.y.copy()
            try:
                message = solver.step()
            except (*ARITHMETIC_ERRORS, np.linalg.LinAlgError) as error:
                raise stuck(str(error), before, y_before) from None
            standing = standing + 1 if solver.t == before else 0
            if solver.status == "failed" or not np.isfinite(solver.y).all() or standing > _MAX_STANDING:
                raise stuck(message, before, y_before)
            if standing:
                continue
            dense = solver.dense_output()
            end, hit = _first_hit(problem, dense, before, solver.t, solver.y)
            while waiting and (waiting[0] <= end if hit is None else waiting[0] < end):
                rows.append(dense(waiting.pop(0)))
                if not np.isfinite(rows[-1]).all():
                    rows.pop()
                    raise stuck(None, before, y_before)
            if hit is not None or problem.start + end > enough:
                return Stretch(_stacked(rows, problem), float(problem.start + end), dense(end), hit)
        rows += [solver.y.copy() for _ in waiting]  # the last times, if rounding puts them at the end
        return Stretch(_stacked(rows, problem), problem.end, solver.y.copy())


def _stacked(rows: list[Array], problem: Problem) -> Array:
    return np.array(rows).reshape(len(rows), len(problem.y))


def met(problem: Problem, t: float, y: Array) -> int | None:
    """The first watch that is met at this state, or None; a rise is none."""
    if problem.watch is None:
        return None
    try:
        values = problem.watch(t, y)
    except ARITHMETIC_ERRORS:
        return None
    rises = range(1, 2 * len(problem.mortal), 2)
    for i, (value, threshold) in enumerate(zip(values, problem.thresholds, strict=True)):
        if value >= threshold and i not in rises:
            return i
    return None


def _first_hit(
    problem: Problem, dense: Callable[[float], Array], before: float, after: float, y_after: Array
) -> tuple[float, int | None]:
    """Where in ``(before, after]`` a watch is first met, by bisection to the last few bits."""
    start = problem.start
    if problem.watch is None:
        return after, None
    low = before
    for part in _PARTS:
        high = before + part * (after - before) if part < 1.0 else after
        y = dense(high) if part < 1.0 else y_after
        hit = met(problem, start + high, y)
        if hit is not None:
            break
        low = high
        for i, (place, limit) in enumerate(problem.mortal):
            if y[place] >= limit:
                problem.arm(i, lives=True)
    else:
        return after, None
    # The sum of the sizes, as in `lookout`: around day 0 of a run that began before, t itself has no size.
    while high - low > 4.0 * np.spacing(abs(start) + high):
        middle = 0.5 * (low + high)
        found = met(problem, start + middle, dense(middle))
        if found is None:
            low = middle
        else:
            high, hit = middle, found
    return high, hit
