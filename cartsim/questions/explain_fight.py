"""Killing against growth: what removes tumour cells and what makes them, for each cell that is there."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .explain_curves import Reading
from .explain_words import fold, percent, rounded
from .readout import spelled


@dataclass(frozen=True)
class Balance:
    """Growth and removal of the tumour at a time, for each of its cells.

    Attributes
    ----------
    time, growth, removal : float
        Rates are one over the model's unit of time.
    grows_by, removed_by : str
        The largest process on either side; empty if there is none.
    """

    time: float
    growth: float
    removal: float
    grows_by: str
    removed_by: str


def balance(reading: Reading, time: float) -> Balance:
    """Growth and removal of the role ``tumour`` at a time at which there is some."""
    amount = reading.line("tumour").at(time)
    parts = {name: rate / amount for name, rate in reading.movers("tumour").at(time).items()}
    most = max(parts, key=parts.__getitem__, default="")
    least = min(parts, key=parts.__getitem__, default="")
    return Balance(
        time,
        sum(rate for rate in parts.values() if rate > 0.0),
        -sum(rate for rate in parts.values() if rate < 0.0),
        most if parts and parts[most] > 0.0 else "",
        least if parts and parts[least] < 0.0 else "",
    )


def strongest(reading: Reading, start: float, stop: float) -> float:
    """The time at which tumour cells are removed fastest, for each that is there."""
    line, movers = reading.line("tumour"), reading.movers("tumour")
    t = reading.rows.t
    inside = (t >= start) & (t <= stop) & (line.values > 0.0)
    if not inside.any():
        return start
    removal = movers.losses()[inside] / line.values[inside]
    return float(t[inside][removal.argmax()])


def fight(reading: Reading, start: float, low: float, back: float = math.nan) -> str:
    """Killing against growth in words: at its best from `start` to `low`, and when the tumour is `back`."""
    clock = reading.clock
    best = balance(reading, strongest(reading, start, low))
    if not best.removed_by:
        return f"Nothing removed tumour cells; they grew by {_rate(reading, best.growth)}."
    told = f"Removal was best on {clock.when(best.time)}, {_rate(reading, best.removal)}"
    told += f" (mostly {_named(reading, best.removed_by)}), against growth of {_rate(reading, best.growth)}"
    told += f" (mostly {_named(reading, best.grows_by)})." if best.grows_by else "."
    if math.isnan(back):
        return told + (" So even at its best removal lost." if best.removal < best.growth else "")
    now = balance(reading, back)
    told += f" On {clock.when(back)} removal was {_rate(reading, now.removal)} against growth of "
    told += f"{_rate(reading, now.growth)}. "
    weaker = best.removal / now.removal if now.removal > 0.0 else math.inf
    faster = now.growth / best.growth if best.growth > 0.0 else math.inf
    if weaker >= faster:
        left = percent(now.removal / best.removal) if now.removal > 0.0 else "nothing"
        return told + f"So removal lost: {left} of its best was left."
    grown = f": it was up {fold(faster)}" if math.isfinite(faster) else ""
    return told + f"So growth won{grown}."


def _rate(reading: Reading, rate: float) -> str:
    return f"{spelled(rounded(rate))} per {reading.clock.unit}"


def _named(reading: Reading, name: str) -> str:
    processes = reading.model.processes
    meaning = processes[name].meaning if name in processes else ""
    return f"{name}: {meaning}" if meaning else name
