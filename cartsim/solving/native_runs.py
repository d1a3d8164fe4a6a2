"""One run after the other: what `cartsim.solving.batch` and `lookout` do on arrays, for the numbers of a run.

Like `cartsim.solving.native_step`, on which it stands, it is copied and compiled for each structure. The
rules for the step size, and how a threshold is looked for, are explained in `batch.py` and `lookout.py`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .batch import MAX_STEPS
from .lookout import PARTS
from .native_pattern import N_SPECIES, N_WATCHES, compiled, entrance, watch
from .native_step import Room, attempt, first_step, inside, interpolate, lengthening, room_for

Array = NDArray[np.float64]
Places = NDArray[np.intp]


@compiled
def spacing(x: float) -> float:
    """From `x`, which is zero or more, to the next larger number."""
    gap: float = np.nextafter(x, np.inf) - x
    return gap


# ------------------------------------------------------------------ thresholds


@compiled
def first_met(t: float, h: float, room: Room) -> tuple[int, float]:
    """Which watch was met first in the step, or -1, and at which fraction of it, or 1."""
    low = 0.0
    for high in PARTS:
        hit = met(t, h, high, room)
        if hit >= 0:
            break
        low = high
    if hit < 0:
        return -1, 1.0
    for _ in range(60):
        if not (high - low) * h > 4.0 * spacing(abs(t) + h):
            break
        middle = 0.5 * (low + high)
        found = met(t, h, middle, room)
        if found >= 0:
            high, hit = middle, found
        else:
            low = middle
    return hit, high


@compiled
def met(t: float, h: float, x: float, room: Room) -> int:
    """The first watch that is at its threshold at the fraction `x` of the step, or -1."""
    for i in range(N_SPECIES):
        room.state[i] = room.y_new[i] if x == 1.0 else inside(x, i, room.powers)
    watch(t + x * h, room.state, room.p, room.seen)
    for k in range(N_WATCHES):
        if room.seen[k] >= room.thresholds[k]:
            return k
    return -1


@compiled
def looking(room: Room) -> bool:
    """Whether any threshold can be met."""
    found = False
    for k in range(N_WATCHES):
        found = found or math.isfinite(room.thresholds[k])
    return found


# ------------------------------------------------------------------ one run


@compiled
def part_of(left: float, wanted: float) -> float:
    """The length of the next step: no sliver is left over at the end of a stretch."""
    if wanted >= left * (1.0 - 1e-12):
        return left
    return 0.5 * left if 2.0 * wanted > left else wanted


@compiled
def solve_run(
    start: float, end: float, rtol: float, times: Array, rows: Array, room: Room
) -> tuple[int, float, int, bool]:
    """One stretch, from the state in ``room.y``, which becomes the one at its end.

    Parameters
    ----------
    start, end, rtol : float
    times : ndarray, shape (n_times,)
    rows : ndarray, shape (n_times, N_SPECIES)
        Receives the states at `times`.
    room : Room

    Returns
    -------
    filled : int
        How many rows were written.
    end : float
        Where it ended.
    hit : int
        The watch that was met, or -1.
    stuck : bool
        Whether it could go no further.
    """
    earliest = start + 4.0 * spacing(abs(start)) if math.isfinite(start) else start
    latest = end - 4.0 * spacing(abs(end)) if math.isfinite(end) else end
    length, since, filled, rejected, looks = end - start, 0.0, 0, False, looking(room)
    wanted = first_step(earliest, length, rtol, room)
    for steps in range(1, MAX_STEPS + 1):
        left, now = length - since, start + since
        h = part_of(left, wanted)
        error = attempt(now, h, earliest, latest, rtol, room)
        longer = min(lengthening(error), 1.0) if rejected else lengthening(error)
        rejected = not error <= 1.0
        if not rejected:
            reached, hit, x = length if h == left else since + h, -1, 1.0
            if looks or (filled < len(times) and times[filled] - start <= reached):
                interpolate(room)
            if looks:
                hit, x = first_met(now, h, room)
            limit = reached
            if hit >= 0:
                reached = since + x * h
                limit = np.nextafter(reached, -np.inf)
            while filled < len(times) and times[filled] - start <= limit:
                part = (times[filled] - start - since) / h
                for i in range(N_SPECIES):
                    rows[filled, i] = inside(part, i, room.powers)
                filled += 1
            for i in range(N_SPECIES):
                room.y[i] = room.y_new[i] if hit < 0 else inside(x, i, room.powers)
            since = reached
            if hit >= 0 or since >= length:
                return filled, end if since >= length else start + since, hit, False
        if rejected or h >= wanted or longer * h >= wanted:  # else it was cut by the end, not by its error
            wanted = h * longer
        if wanted < 16.0 * spacing(since) or steps == MAX_STEPS:
            break
    return filled, start + since, -1, True


# ------------------------------------------------------------------ many runs


@entrance
def solve_runs(
    first: int,
    beyond: int,
    rtol: float,
    atol: Array,
    start: Array,
    end: Array,
    y: Array,
    p: Array,
    inflow: Array,
    thresholds: Array,
    times: Array,
    rows: Array,
    filled: Places,
    ended: Array,
    y_end: Array,
    hit: Places,
    stuck: NDArray[np.bool_],
) -> None:
    """Solve the stretches from `first` up to `beyond`; the arrays are those of `Stretches` and `Solved`."""
    room = room_for(len(p), atol)
    for run in range(first, beyond):
        for i in range(N_SPECIES):
            room.y[i], room.inflow[i] = y[i, run], inflow[i, run]
        for i in range(len(p)):
            room.p[i] = p[i, run]
        for k in range(N_WATCHES):
            room.thresholds[k] = thresholds[k, run]
        filled[run], ended[run], hit[run], stuck[run] = solve_run(
            start[run], end[run], rtol, times[run], rows[run], room
        )
        for i in range(N_SPECIES):
            y_end[i, run] = room.y[i]
