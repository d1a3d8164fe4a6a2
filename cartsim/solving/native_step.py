"""One step of Rodas5P for the numbers of one run: what `cartsim.solving.rosenbrock` does for arrays.

The source of the functions is copied into a module of its own for each structure, behind the printed
functions that take the place of `cartsim.solving.native_pattern`, and is compiled there. So it uses what
Numba knows: numbers, loops, arrays that are there already. The order of additions is that of
`rosenbrock.py`, and why things are done is said there.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .batch import LARGEST, SAFETY, SMALLEST
from .native_pattern import (
    DEPENDS_ON_TIME,
    N_FACTORS,
    N_SPECIES,
    N_WATCHES,
    compiled,
    factor,
    right_hand_side,
    solve,
    time_derivative,
)
from .rodas5p import GAMMA, STAGES, TIME_INCREMENT, TIME_OF_STAGE, A, C, D
from .rosenbrock import ATOL_SHARE

Array = NDArray[np.float64]


class Room(NamedTuple):
    """The numbers of the run under way, and room for those of its step; taken once for many runs."""

    y: Array
    y_new: Array
    p: Array
    inflow: Array
    thresholds: Array
    atol: Array
    stages: Array
    state: Array
    right: Array
    slopes: Array
    factors: Array
    powers: Array
    seen: Array


@compiled
def room_for(n_parameters: int, atol: Array) -> Room:
    """Room for one run at a time."""
    room = Room(
        np.empty(N_SPECIES),
        np.empty(N_SPECIES),
        np.empty(n_parameters),
        np.empty(N_SPECIES),
        np.empty(N_WATCHES),
        np.empty(N_SPECIES),
        np.empty((STAGES, N_SPECIES)),
        np.empty(N_SPECIES),
        np.empty(N_SPECIES),
        np.empty(N_SPECIES),
        np.empty(N_FACTORS),
        np.empty((5, N_SPECIES)),
        np.empty(N_WATCHES),
    )
    for i in range(N_SPECIES):
        room.atol[i] = atol[i]
    return room


# ------------------------------------------------------------------ one step


@compiled
def attempt(t: float, h: float, earliest: float, latest: float, rtol: float, room: Room) -> float:
    """The error of one step in units of the tolerance; the state after it stands in ``room.y_new``."""
    now = min(max(t, earliest), latest)
    per_h = 1.0 / h
    factor(now, room.y, room.p, per_h / GAMMA, room.factors)
    if DEPENDS_ON_TIME:
        time_derivative(now, room.y, room.p, room.slopes)
    state, right, stages = room.state, room.right, room.stages
    for s in range(STAGES):
        add_up(A, s, stages, state)
        for i in range(N_SPECIES):
            state[i] += room.y[i]
        there = min(max(t + TIME_OF_STAGE[s] * h, earliest), latest)
        right_hand_side(there, state, room.p, right)
        add_up(C, s, stages, room.y_new)
        for i in range(N_SPECIES):
            right[i] += room.inflow[i]
            right[i] += room.y_new[i] * per_h
            if DEPENDS_ON_TIME:
                right[i] += TIME_INCREMENT[s] * h * room.slopes[i]
        solve(room.factors, right)
        for i in range(N_SPECIES):
            stages[s, i] = right[i]
    total = 0.0
    for i in range(N_SPECIES):
        room.y_new[i] = state[i] + right[i]
        share = right[i] / (rtol * larger_size(room.y[i], room.y_new[i]) + ATOL_SHARE * room.atol[i])
        total += share * share
    return math.sqrt(total / N_SPECIES)


@compiled
def add_up(weights: Array, s: int, stages: Array, total: Array) -> None:
    """Write the sum of the first `s` stages, each times its weight in row `s`, into `total`."""
    for i in range(N_SPECIES):
        total[i] = 0.0
    for j in range(s):
        for i in range(N_SPECIES):
            total[i] += weights[s, j] * stages[j, i]


@compiled
def larger_size(a: float, b: float) -> float:
    """The larger absolute value; not-a-number if either is."""
    a, b = abs(a), abs(b)
    return a if a > b or a != a else b


@compiled
def first_step(t: float, longest: float, rtol: float, room: Room) -> float:
    """A step size to begin with."""
    right_hand_side(t, room.y, room.p, room.right)
    amount, change = 0.0, 0.0
    for i in range(N_SPECIES):
        scale = room.atol[i] + rtol * abs(room.y[i])
        amount += (room.y[i] / scale) ** 2
        change += ((room.right[i] + room.inflow[i]) / scale) ** 2
    amount, change = math.sqrt(amount / N_SPECIES), math.sqrt(change / N_SPECIES)
    h = 0.01 * amount / change if amount > 1e-5 and change > 1e-5 else 1e-6
    if not (math.isfinite(h) and h > 0.0):
        h = 1e-6
    return min(h, longest)


@compiled
def lengthening(error: float) -> float:
    """By how much the next step is longer than one with this error."""
    if error != error:
        return 0.1
    found: float = min(max(SAFETY * error**-0.2, SMALLEST), LARGEST)
    return found


# ------------------------------------------------------------------ inside a step


@compiled
def interpolate(room: Room) -> None:
    """Write the factors of the powers of the fraction of the step into ``room.powers``."""
    powers = room.powers
    for i in range(N_SPECIES):
        before, after = room.y[i], room.y_new[i]
        d0, d1, d2 = 0.0, 0.0, 0.0
        for s in range(STAGES):
            d0 += D[0, s] * room.stages[s, i]
            d1 += D[1, s] * room.stages[s, i]
            d2 += D[2, s] * room.stages[s, i]
        powers[0, i], powers[1, i], powers[2, i] = before, after - before + d0, d1 - d0
        powers[3, i], powers[4, i] = d2 - d1, -d2


@compiled
def inside(x: float, i: int, powers: Array) -> float:
    """The amount of species `i` at the fraction `x` of the step."""
    curve = ((x * powers[4, i] + powers[3, i]) * x + powers[2, i]) * x + powers[1, i]
    amount: float = curve * x + powers[0, i]
    return amount
