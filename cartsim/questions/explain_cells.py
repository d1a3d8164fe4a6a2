"""`BelowOneCell`: where the mathematics goes on with a part of a cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .course import targets
from .explain_curves import COUNTED, Reading
from .explain_words import named, one_cell, shown
from .readout import spelled

Array = NDArray[np.float64]

_BRIEF = 0.01  # of the run: so short a time from nothing to one cell is no warning
_BY_THE_RULE = 0.99  # cells: a species that dies out at one cell is found just below it


@dataclass(frozen=True)
class BelowOneCell:
    """A population that was less than one cell and had not died out.

    Attributes
    ----------
    species : str
    start : float
        From when, in the model's unit of time.
    time, least : float
        When it was least, and what it was, in the unit of the species.
    returned : float
        When it was one cell again; nan if never.
    text : str
        In sentences, with what to do.
    """

    species: str
    start: float
    time: float
    least: float
    returned: float
    text: str

    def __str__(self) -> str:
        return self.text


def below_one_cell(reading: Reading) -> tuple[BelowOneCell, ...]:
    """One warning for each species that counts cells and has less than one, those that came back first."""
    found = [
        entry
        for name, species in reading.model.species.items()
        for entry in _of_species(reading, name, one_cell(species.unit or ""))
    ]
    return tuple(sorted(found, key=lambda entry: bool(np.isnan(entry.returned))))


def _of_species(reading: Reading, name: str, cell: float | None) -> Iterator[BelowOneCell]:
    t, amount = reading.rows.t, reading.rows.y[reading.model.structure.species.index(name)]
    if cell is None or not amount.max() >= COUNTED * cell:
        return
    limit = reading.model.species[name].extinct_below or 0.0
    spans = [
        (not _again(amount, last, cell), _lowest(t, amount, first, last)[::-1], first, last)
        for first, last in _spans((amount < cell) & (amount != 0.0))
        if _matters(t, amount, (first, last), cell, limit)
    ]
    if not spans:
        return
    stayed, (least, time), first, last = min(spans)  # one that came back, or else the lowest
    start = _when(t, amount, first, cell)
    returned = np.nan if stayed else _when(t, amount, last + 1, cell)
    text = _text(reading, name, (start, time, least), returned, len(spans))
    yield BelowOneCell(name, start, time, least, returned, text)


def _again(amount: Array, last: int, cell: float) -> bool:
    return bool(last + 1 < len(amount) and amount[last + 1] >= cell)


def _spans(true: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last place of each unbroken part."""
    edges = np.diff(np.concatenate(([0], true.astype(int), [0])))
    starts, ends = np.flatnonzero(edges > 0).tolist(), (np.flatnonzero(edges < 0) - 1).tolist()
    return list(zip(starts, ends, strict=True))


def _matters(t: Array, amount: Array, span: tuple[int, int], cell: float, limit: float) -> bool:
    """Whether it fell below one cell, or was there for longer than what is on its way up from nothing."""
    first, last = span
    if not 0.0 < _positive(amount, first, last).min(initial=np.inf) < _BY_THE_RULE * cell:
        return False
    fell = first > 0 and amount[first - 1] >= cell
    if not fell and limit >= _BY_THE_RULE * cell and not _again(amount, last, cell):
        return False  # dead by the model's own rule; what still flows in is no population
    return bool(fell or t[last] - t[first] > _BRIEF * (t[-1] - t[0]))


def _positive(amount: Array, first: int, last: int) -> Array:
    part = amount[first : last + 1]
    return np.asarray(part[part > 0.0])


def _lowest(t: Array, amount: Array, first: int, last: int) -> tuple[float, float]:
    """Time and value of the lowest point of a part: where it is inside, of a parabola of the logarithm."""
    size = np.where(amount[first : last + 1] > 0.0, amount[first : last + 1], np.inf)
    i = first + int(size.argmin())
    inside = first < i < last and t[i - 1] < t[i] < t[i + 1] and amount[[i - 1, i + 1]].min() > 0.0
    if inside:
        before, after = t[i - 1] - t[i], t[i + 1] - t[i]
        rise = np.log(amount[[i - 1, i + 1]] / amount[i])
        bend = (rise[1] / after - rise[0] / before) / (after - before)
        tilt = rise[0] / before - bend * before
        if bend > 0.0:
            return float(t[i] - tilt / (2.0 * bend)), float(amount[i] * np.exp(-(tilt**2) / (4.0 * bend)))
    return float(t[i]), float(amount[i])


def _when(t: Array, amount: Array, place: int, cell: float) -> float:
    """When the amount passes one cell between the row before `place` and it, on a logarithmic line."""
    if place == 0 or min(amount[place - 1], amount[place]) <= 0.0 or t[place] == t[place - 1]:
        return float(t[place])
    low, high = np.log(amount[place - 1]), np.log(amount[place])
    part = (np.log(cell) - low) / (high - low) if high != low else 1.0
    return float(t[place - 1] + np.clip(part, 0.0, 1.0) * (t[place] - t[place - 1]))


def _text(reading: Reading, name: str, low: tuple[float, float, float], returned: float, times: int) -> str:
    clock, unit = reading.clock, reading.model.species[name].unit or ""
    start, time, least = low
    told = f"{named(reading.model, name)} was below one cell from {clock.when(start)} without having died out"
    told += f"; its least was {shown(least, unit)} on {clock.when(time)}."
    later = [
        event.time
        for event in reading.run.occurrences
        if event.kind == "extinction" and event.name == name and event.time >= time
    ]
    limit = reading.model.species[name].extinct_below
    if not np.isnan(returned):
        told += f" It was one cell again on {clock.when(returned)}."
    elif later and limit:
        told += f" It died out on {clock.when(later[0])}, at its own limit of {shown(limit, unit)}."
    told += f" It was below one cell {times} times." if times > 1 else ""
    own = limit is not None and limit >= _BY_THE_RULE * (one_cell(unit) or 0.0)
    rule = f"extinct_below={spelled(one_cell(unit) or 1.0)} (one cell)"
    if np.isnan(returned) and name not in targets(reading.model.structure, "tumour"):
        return told + (f" It did not come back; {rule} would have ended it." if not own else "")
    told += " No part of a cell can live or grow back: "
    told += "" if own else f"give it {rule}, or "
    return told + "ask for the probability with simulate_stochastic."
