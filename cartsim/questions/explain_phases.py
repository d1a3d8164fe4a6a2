"""The phases of the CAR-T curve, found from the slope of its logarithm, and the process that drives each."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .explain_curves import Line, Reading
from .explain_movers import Driver, driver_of
from .explain_words import Clock, fold, percent, shown

Array = NDArray[np.float64]

LEAST_TURN = math.log(1.05)
"""A rise or fall of less than 5 % is no phase of its own."""
_SLOW = 0.1, 0.5  # of the fastest: a slow part falls or rises at less than the larger
_LEAST_FALL, _LEAST_RISE = 0.25, 0.5  # of the whole: a shorter slow part is no phase of its own
_LEVEL = math.log(1.02)
_NEGLIGIBLE = 1e-12  # of the highest, where the unit does not count cells
_BRIEF = 1e-6  # of the run: too short for a phase
_BALANCED = 0.02  # of gains and losses: by how much they may miss the change of a phase
_EXACT = 1e-5  # of the amounts: as good as a run is
_STEADY = 0.05  # by how much a typical time may differ from the average without being told apart


@dataclass(frozen=True)
class Phase:
    """One phase of the CAR-T cells.

    Attributes
    ----------
    kind : str
        ``"distribution"``, ``"expansion"``, ``"contraction"``, ``"persistence"``, or ``"infusion"``
        for a rise that is mostly what flows in.
    start, stop : float
        In the model's unit of time.
    first, last : float
        Amounts at the two ends, in the unit of the role ``car_t``.
    rate : float
        Doubling time if `last` is above `first`, otherwise half-life, in the model's unit of time: the
        typical one, than which half of the doublings or halvings of the phase are faster.
    average : float
        The same on average over the phase: from `first`, `last` and the length alone.
    driver : Driver or None
        The largest of the gains if the cells rise, otherwise of the losses; None if there are none.
    gained, lost : float
        All gains and all losses in the phase, in the unit of the role; nan, and no driver, where fluxes were
        too quick to be summed from this run.
    text : str
        The phase in a sentence or two.
    """

    kind: str
    start: float
    stop: float
    first: float
    last: float
    rate: float
    average: float
    driver: Driver | None
    gained: float
    lost: float
    text: str = ""

    def __str__(self) -> str:
        return self.text


def phases(reading: Reading) -> tuple[Phase, ...]:
    """The phases of the role ``car_t``, in order."""
    line = reading.line("car_t")
    spans = [(block, span) for block in _blocks(reading, line) for span in _monotone(reading, line, block)]
    found: list[Phase] = []
    for i, (block, (start, stop, rising)) in enumerate(spans):
        after, (begin, end, rises) = spans[i + 1] if i + 1 < len(spans) else (block, (stop, stop, False))
        expands = after == block and rises and stop - start <= end - begin
        if abs(math.log(line.before(stop) / line.at(start))) < LEAST_TURN:
            found.append(_phase(reading, line, "persistence", start, stop))
        elif not rising and expands and start == block[0] and _fed(reading, start):
            found.append(_phase(reading, line, "distribution", start, stop))
        else:
            middle = _slow_from(reading, line, start, stop, rising)
            found.append(_phase(reading, line, "expansion" if rising else "contraction", start, middle))
            if middle < stop:
                found.append(_phase(reading, line, "persistence", middle, stop))
    return tuple(found)


# ------------------------------------------------------------------ where the curve turns


def _floor(reading: Reading, line: Line) -> float:
    """Below this there are no phases: one cell, or next to nothing of the highest."""
    return reading.cell("car_t") or _NEGLIGIBLE * float(line.values.max())


def _blocks(reading: Reading, line: Line) -> list[tuple[float, float]]:
    """The longest spans with CAR-T cells in which nothing is given at once and no infusion begins or ends."""
    rows, floor = reading.rows, _floor(reading, line)
    value = line.values
    inflow = reading.movers("car_t").names.count("infusion")
    flowing = _inflow(reading) if inflow else np.zeros(len(rows.t))
    with np.errstate(all="ignore"):
        jump = ~rows.smooth & (np.diff(np.log(np.maximum(value, floor or 1.0))) > LEAST_TURN)
    jump |= np.diff(flowing) != 0.0
    present = value > floor
    blocks: list[tuple[float, float]] = []
    begin: int | None = None
    for i in range(len(value)):
        if present[i] and begin is None:
            begin = i
        ends = begin is not None and (i + 1 == len(value) or jump[i] or not present[i + 1])
        if begin is not None and ends:
            start, stop = float(rows.t[begin]), float(rows.t[i])
            if begin > 0 and not present[begin - 1] and not jump[begin - 1]:
                start = _reaching(line, floor, float(rows.t[begin - 1]), start)
            if i + 1 < len(value) and not present[i + 1] and not jump[i]:
                stop = _reaching(line, floor, stop, float(rows.t[i + 1]))
            if stop - start > _BRIEF * (reading.end - reading.start):
                blocks.append((start, stop))
            begin = None
    return blocks


def _reaching(line: Line, floor: float, start: float, stop: float) -> float:
    """When the curve crosses the floor between two rows."""
    found = [time for time, _ in line.crossings(floor, start) if time <= stop]
    return found[0] if found else stop


def _inflow(reading: Reading) -> Array:
    movers = reading.movers("car_t")
    return np.asarray(movers.curves.y[movers.names.index("infusion")])


def _monotone(reading: Reading, line: Line, block: tuple[float, float]) -> list[tuple[float, float, bool]]:
    """The rises (True) and falls of a block: start, stop, and which of the two."""
    start, stop = block
    inside = (reading.rows.t > start) & (reading.rows.t < stop)
    t = np.concatenate(([start], reading.rows.t[inside], [stop]))
    value = np.concatenate(([line.at(start)], line.values[inside], [line.before(stop)]))
    logs = np.log(np.maximum(value, np.finfo(float).tiny))
    turns = _turns(logs)
    times = [start]
    for before, turn, after in zip(turns, turns[1:-1], turns[2:], strict=False):
        low, high = float(t[max(turn - 1, before)]), float(t[min(turn + 1, after)])
        top = logs[turn] > logs[before]
        times.append(line.highest(low, high)[0] if top else line.lowest(low, high)[0])
    times.append(stop)
    rising = [bool(logs[b] > logs[a]) for a, b in pairwise(turns)]
    return [(a, b, up) for a, b, up in zip(times, times[1:], rising, strict=False) if b > a]


def _turns(logs: Array) -> list[int]:
    """The places at which a curve turns by at least `LEAST_TURN`, its two ends included."""
    turns, low, high, direction = [0], 0, 0, 0
    for i, value in enumerate(logs.tolist()):
        if value > logs[high]:
            high = i
        if value < logs[low]:
            low = i
        if direction >= 0 and logs[high] - value >= LEAST_TURN:
            if direction > 0:
                turns.append(high)
            direction, low, high = -1, i, i
        elif direction <= 0 and value - logs[low] >= LEAST_TURN:
            if direction < 0:
                turns.append(low)
            direction, low, high = 1, i, i
    return [*turns, len(logs) - 1] if turns[-1] != len(logs) - 1 else turns


def _slow_from(reading: Reading, line: Line, start: float, stop: float, rising: bool) -> float:
    """When the slow part of a rise or a fall begins; `stop` if it has none."""
    sign = 1.0 if rising else -1.0
    inside = (reading.rows.t > start) & (reading.rows.t < stop)
    t, value = reading.rows.t[inside], line.values[inside]
    if len(t) < 4 or (rising and reading.movers("car_t").at(0.5 * (start + stop)).get("infusion", 0.0)):
        return stop
    speed = sign * line.slopes[inside] / value
    fastest, final = float(speed.max()), float(speed[-1])
    low, high = (part * fastest for part in _SLOW)
    if final >= high:
        return stop
    level = low if rising else min(max(math.sqrt(fastest * max(final, 0.0)), low), high)
    time = float(t[np.flatnonzero(speed > level)[-1]])
    least = _LEAST_RISE if rising else _LEAST_FALL
    turned = abs(math.log(line.at(time) / line.at(start))) >= LEAST_TURN
    return time if turned and stop - time >= least * (stop - start) else stop


def _fed(reading: Reading, time: float) -> bool:
    """Whether CAR-T cells are given at this time, or the run starts with them."""
    given = reading.given("car_t", "infused")
    return time <= reading.start or any(time in (start, stop) for start, stop in given)


# ------------------------------------------------------------------ what drives it


def _phase(reading: Reading, line: Line, kind: str, start: float, stop: float) -> Phase:
    first, last = line.at(start), line.before(stop) if stop < reading.end else line.at(stop)
    growth = math.log(last / first)
    average = math.log(2.0) * (stop - start) / abs(growth) if growth else math.inf
    rate = _typical(reading, line, start, stop, growth > 0.0) or average
    movers = reading.movers("car_t")
    moved = movers.over(start, stop)
    gained = sum(amount for amount in moved.values() if amount > 0.0)
    lost = -sum(amount for amount in moved.values() if amount < 0.0)
    driver = driver_of(reading.model, movers, moved, gains=growth > 0.0)
    lacking = abs(last - first - _at_once(reading, line, start, stop) - gained + lost)
    if lacking > _BALANCED * (gained + lost) + _EXACT * max(first, last):  # no shares rather than wrong ones
        driver, gained, lost = None, math.nan, math.nan
    if driver is not None and driver.name == "infusion":
        kind = "infusion"
    phase = Phase(kind, start, stop, first, last, rate, average, driver, gained, lost)
    return replace(phase, text=_text(reading.clock, line, phase))


def _at_once(reading: Reading, line: Line, start: float, stop: float) -> float:
    """What small doses inside a phase add at once, and what dies out takes away."""
    kinds = ("dose", "extinction")
    times = {event.time for event in reading.run.occurrences if event.kind in kinds}
    return sum(line.at(time) - line.before(time) for time in times if start < time < stop)


def _typical(reading: Reading, line: Line, start: float, stop: float, rising: bool) -> float | None:
    """The median of the doubling times or half-lives over the doublings or halvings; None if unknown."""
    rows = reading.rows
    inside = rows.smooth & (rows.t[:-1] >= start) & (rows.t[1:] <= stop)
    if inside.sum() < 4:
        return None
    value, slope = line.values, line.slopes
    with np.errstate(all="ignore"):
        speed = (1.0 if rising else -1.0) * 0.5 * (slope[:-1] / value[:-1] + slope[1:] / value[1:])[inside]
    speed = np.maximum(speed, 0.0)
    order = np.argsort(speed)
    weight = np.cumsum((speed * np.diff(rows.t)[inside])[order])
    middle = float(speed[order][np.searchsorted(weight, 0.5 * weight[-1])])
    return math.log(2.0) / middle if middle > 0.0 else None


def _text(clock: Clock, line: Line, phase: Phase) -> str:
    rising = phase.last > phase.first
    ends = f"from {shown(phase.first, line.unit)} to {shown(phase.last, line.unit)}"
    ratio = phase.last / phase.first
    if phase.kind == "infusion":
        what = f"up {ends}"
    elif abs(math.log(ratio)) < _LEVEL:
        what = f"nearly level, {ends}"
    elif rising:
        what = f"up {fold(ratio)}, {ends}; {_pace(clock, phase, 'doubling time')}"
    else:
        what = f"down to {percent(ratio)}, {ends}; {_pace(clock, phase, 'half-life')}"
    span = f"{clock.when(phase.start)} to {clock.number(phase.stop)}"
    text = f"{phase.kind.capitalize()}, {span}: {what}."
    if math.isnan(phase.gained):
        text += " What drove it was too quick to be summed from this run."
    if phase.driver is not None:
        side = "gain" if rising else "loss"
        text += f" Largest {side}: {phase.driver}."
    if rising and phase.gained > 0.0 and phase.lost > 0.0:
        text += f" Losses took {percent(phase.lost / phase.gained)} of what was gained."
    elif not rising and phase.gained > 0.0 and phase.lost > 0.0:
        text += f" Gains replaced {percent(phase.gained / phase.lost)} of what was lost."
    return text


def _pace(clock: Clock, phase: Phase, what: str) -> str:
    if abs(phase.rate / phase.average - 1.0) < _STEADY:
        return f"{what} {clock.lasting(phase.average)}"
    return f"{what} typically {clock.lasting(phase.rate)}, on average {clock.lasting(phase.average)}"
