"""`Control`: one thing that a slider moves."""

from __future__ import annotations

import math
from dataclasses import dataclass

KINDS = ("parameter", "initial", "events", "factor", "day", "switch")


@dataclass(frozen=True)
class Control:
    """One thing that a slider moves.

    Attributes
    ----------
    name : str
        Of a parameter, of a species (its initial amount), or of something done to the model.
    label : str
        In plain words.
    unit : str
        Empty for a pure number.
    group : str
        Under which it stands.
    low, high, value : float
        The ends of the slider, and where it stands.
    log : bool
        Whether it moves by factors.
    kind : str
        ``parameter``; ``initial``, an initial amount; ``events``, all amounts of these events in proportion,
        the first becoming the value; ``factor``, all their amounts times the value; ``day``, all their times
        shifted, the first to the value; ``switch``, left out where the value is 0.
    events : tuple of int
        Which of the model's events.

    Examples
    --------
    >>> Control("r", "growth", "1/day", "tumour", 0.01, 1.0, 0.1, True, "parameter").fraction(0.1)
    0.5
    """

    name: str
    label: str
    unit: str
    group: str
    low: float
    high: float
    value: float
    log: bool
    kind: str
    events: tuple[int, ...] = ()

    def fraction(self, value: float) -> float:
        """How far along the slider a value lies, from 0 to 1."""
        held = min(max(value, self.low), self.high)
        if self.log:
            return math.log(held / self.low) / math.log(self.high / self.low)
        return (held - self.low) / (self.high - self.low)

    def at(self, fraction: float) -> float:
        """The value at a part of the way along the slider; the ends exactly."""
        if fraction <= 0.0 or fraction >= 1.0:
            return self.low if fraction <= 0.0 else self.high
        if self.log:
            return float(self.low * (self.high / self.low) ** fraction)
        return self.low + fraction * (self.high - self.low)
