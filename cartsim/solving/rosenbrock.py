"""One step of Rodas5P for many patients at once, each with its own step size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..language.batched import BatchedFunctions
from .rodas5p import GAMMA, STAGES, TIME_INCREMENT, TIME_OF_STAGE, A, C, D

Array = NDArray[np.float64]

ATOL_SHARE = 0.03
"""The part of the absolute tolerance that a step is given: what is lost below it may grow back.

Over a hundred variations of the benchmark workload, in which a tumour falls below the tolerance and returns,
the largest relative error fell from 3e-3 to 7e-4, for 27 % more steps; with the default tolerances, which
are far smaller still, it makes no difference.
"""


@dataclass
class Attempt:
    """A step that was tried: from `y` at `t` over `h`.

    Attributes
    ----------
    t, h : ndarray, shape (n,)
    y, y_new : ndarray, shape (n_species, n)
    error : ndarray, shape (n,)
        Of the step, in units of the tolerance: 1 or less is accepted, not-a-number never.
    stages : ndarray, shape (8, n_species, n)
    """

    t: Array
    h: Array
    y: Array
    y_new: Array
    error: Array
    stages: Array

    def inside(self, places: NDArray[np.intp]) -> Interpolant:
        """The solution inside the step for some of the patients, in their order."""
        _, n_species, n = self.stages.shape
        everybody = len(places) == n
        stages = self.stages if everybody else np.take(self.stages, places, axis=2)
        before = self.y if everybody else np.take(self.y, places, axis=1)
        after = self.y_new if everybody else np.take(self.y_new, places, axis=1)
        d0, d1, d2 = (weighted(row, stages.reshape(STAGES, -1)).reshape(n_species, -1) for row in D)
        # before*(1 - x) + x*(after + (1 - x)*(d0 + x*(d1 + x*d2))), by powers of x
        return Interpolant(np.stack([before, after - before + d0, d1 - d0, d2 - d1, -d2]))


@dataclass
class Interpolant:
    """The method's own dense output of order 4, for `n` patients.

    Attributes
    ----------
    powers : ndarray, shape (5, n_species, n)
        The factors of 1, x, x**2, x**3 and x**4, where x is the fraction of the step.
    """

    powers: Array

    def picked(self, which: NDArray[np.intp]) -> Interpolant:
        """The interpolant of patients `which`, of which some may be wanted several times."""
        return Interpolant(np.take(self.powers, which, axis=2))

    def __call__(self, x: Array) -> Array:
        """The states at the fractions `x`, shape (n,), of the step: shape (n_species, n)."""
        a, b, c, d, e = self.powers
        state: Array = x * e
        for factor in (d, c, b):
            state += factor
            state *= x
        state += a
        return state


def weighted(weights: Array, rows: Array) -> Array:
    """The weighted sum of `rows`, shape (n_rows, n), in an order of additions that does not depend on `n`.

    A product of matrices would be summed in an order of its own for each size, and a patient's last digits
    would depend on who else is there.
    """
    total: Array = np.einsum("j,jk->k", weights, rows)
    return total


def root_mean_square(rows: Array) -> Array:
    """The root mean square over the rows, shape (n,), in an order that does not depend on `n`."""
    total = np.zeros(rows.shape[1])
    for row in rows:
        total += row * row
    norm: Array = np.sqrt(total / len(rows))
    return norm


class Rosenbrock:
    """Rodas5P on the printed functions of one structure.

    Parameters
    ----------
    functions : BatchedFunctions
    rtol : float
    atol : ndarray, shape (n_species,)
    """

    def __init__(self, functions: BatchedFunctions, rtol: float, atol: Array) -> None:
        self.functions = functions
        self.rtol = rtol
        self.atol = atol[:, np.newaxis]

    def attempt(self, t: Array, h: Array, y: Array, p: Array, inflow: Array | None, inside: Array) -> Attempt:
        """Try one step for each patient.

        Parameters
        ----------
        t, h : ndarray, shape (n,)
        y : ndarray, shape (n_species, n)
        p : ndarray, shape (n_parameters, n)
        inflow : ndarray, shape (n_species, n), or None
            What infusions add, a unit of time.
        inside : ndarray, shape (2, n)
            No rate is evaluated before the first or after the second of these times, so that a switch at an
            end of a stretch is not felt in it.
        """
        n_species, n = y.shape
        stages = np.empty((STAGES, n_species, n))
        flat = stages.reshape(STAGES, -1)
        with np.errstate(all="ignore"):
            timed = self.functions.names_time
            now = np.clip(t, *inside) if timed else t
            per_h = 1.0 / h
            factors = self.functions.factor(now, y, p, per_h / GAMMA)
            of_time = self._of_time(now, y, p)
            state = y
            for s in range(STAGES):
                if s:
                    state = weighted(A[s, :s], flat[:s]).reshape(n_species, n)
                    state += y
                right = stages[s]
                then = np.clip(t + TIME_OF_STAGE[s] * h, *inside) if timed else t
                self.functions.right_hand_side(then, state, p, right)
                if inflow is not None:
                    right += inflow
                if s:
                    carried = weighted(C[s, :s], flat[:s]).reshape(n_species, n)
                    carried *= per_h
                    right += carried
                if of_time is not None:
                    right += TIME_INCREMENT[s] * h * of_time
                self.functions.solve(factors, right)
            y_new = state + stages[-1]
            error = self._error(stages[-1], y, y_new)
        return Attempt(t, h, y, y_new, error, stages)

    def _of_time(self, t: Array, y: Array, p: Array) -> Array | None:
        if not self.functions.depends_on_time:
            return None
        slopes = np.empty_like(y)
        self.functions.time_derivative(t, y, p, slopes)
        return slopes

    def _error(self, error: Array, y: Array, y_new: Array) -> Array:
        scale = np.maximum(np.abs(y), np.abs(y_new))
        scale *= self.rtol
        scale += ATOL_SHARE * self.atol
        return root_mean_square(np.divide(error, scale, out=scale))

    def first_step(self, t: Array, y: Array, p: Array, inflow: Array | None, longest: Array) -> Array:
        """A step size to begin with, from the size of the slopes (Hairer, Norsett and Wanner, II.4)."""
        slopes = np.empty_like(y)
        with np.errstate(all="ignore"):
            self.functions.right_hand_side(t, y, p, slopes)
            if inflow is not None:
                slopes += inflow
            scale = self.atol + self.rtol * np.abs(y)
            amount = root_mean_square(y / scale)
            change = root_mean_square(slopes / scale)
            h = np.where((amount > 1e-5) & (change > 1e-5), 0.01 * amount / change, 1e-6)
        h = np.where(np.isfinite(h) & (h > 0.0), h, 1e-6)
        return np.minimum(h, longest)
