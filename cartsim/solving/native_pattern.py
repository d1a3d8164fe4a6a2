"""What is printed for a structure, shown on the smallest model there is: ``A' = -k*A``.

`cartsim.language.native` prints these names for each structure, and `cartsim.solving.native_step` is written
against them. With those of this file it is plain Python, which is read, checked and tested as such.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Function = TypeVar("Function", bound=Callable[..., object])

N_SPECIES = 1
N_FACTORS = 1
"""Numbers that `factor` leaves for `solve`."""
N_WATCHES = 1
DEPENDS_ON_TIME = False
"""Whether a rate changes with ``t`` other than by a step."""


def compiled(function: Function) -> Function:
    """Stands where Numba compiles a function into those that call it."""
    return function


def entrance(function: Function) -> Function:
    """Stands where Numba compiles the function that Python calls, and keeps it."""
    return function


def right_hand_side(t: float, y: Array, p: Array, out: Array) -> None:
    """Write the time derivatives into `out`.

    Parameters
    ----------
    t : float
    y, out : ndarray, shape (N_SPECIES,)
    p : ndarray, shape (n_parameters,)
    """
    out[0] = -p[0] * y[0]


def time_derivative(t: float, y: Array, p: Array, out: Array) -> None:
    """Write the partial derivatives of the right-hand side with respect to ``t`` into `out`."""
    out[0] = 0.0


def factor(t: float, y: Array, p: Array, heavy: float, w: Array) -> None:
    """Write the factorised ``heavy*I - J`` into `w`, shape (N_FACTORS,)."""
    w[0] = 1.0 / (heavy + p[0])


def solve(w: Array, x: Array) -> None:
    """Replace the right-hand side `x`, shape (N_SPECIES,), by the solution."""
    x[0] = x[0] * w[0]


def watch(t: float, y: Array, p: Array, out: Array) -> None:
    """Write what is compared with the thresholds into `out`, shape (N_WATCHES,): here ``1 - A``."""
    out[0] = 1.0 - y[0]
