"""`Watch`: what a run looks out for while it goes on: extinction below a limit, and rules on the state."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..language.events import When
from ..language.model import Model
from ..language.targets import condition_tree
from ..language.tree import MINUS_ONE, Expression, Number, Symbol, add, multiply

Array = NDArray[np.float64]
_SMALLEST = 5e-324  # "above zero", as a threshold


@dataclass
class RuleState:
    """Where a rule stands: how often it acted, whether it waits for its condition, how long it rests."""

    rule: When
    acted: int = 0
    waiting: bool = True
    rests_until: float = math.inf

    @property
    def exhausted(self) -> bool:
        return self.acted >= self.rule.at_most


class Watch:
    """The conditions of one run as expressions with thresholds.

    Two a species that can die out (it falls below its limit; it rises to it), then two a rule (its condition
    becomes true; it becomes false again). A condition is met where its tree reaches its threshold, and an
    infinite threshold means that nobody is looking.

    Attributes
    ----------
    trees : tuple of Expression
    """

    def __init__(self, model: Model) -> None:
        names = list(model.species)
        self._mortal = [
            (names.index(name), s.extinct_below) for name, s in model.species.items() if s.extinct_below
        ]
        self.rules = [RuleState(event) for event in model.events if isinstance(event, When)]
        rises: list[Expression] = [add(Symbol(names[place]), Number(-limit)) for place, limit in self._mortal]
        rises += [condition_tree(model, state.rule.condition) for state in self.rules]
        self.trees = tuple(tree for rise in rises for tree in (multiply(MINUS_ONE, rise), rise))

    def thresholds(self, y: Array) -> list[float]:
        """The thresholds from the state `y` on, in the order of `trees`."""
        limits: list[float] = []
        for place, limit in self._mortal:
            limits += [_SMALLEST, math.inf] if y[place] >= limit else [math.inf, 0.0]
        for state in self.rules:
            if state.exhausted or math.isfinite(state.rests_until):
                limits += [math.inf, math.inf]
            else:
                limits += [math.inf, 0.0] if state.waiting else [_SMALLEST, math.inf]
        return limits

    def died(self, hit: int | None) -> int | None:
        """The place of the species that fell below its limit when this watch was met, or None."""
        if hit is None or hit % 2 or hit // 2 >= len(self._mortal):
            return None
        return self._mortal[hit // 2][0]

    def below(self, y: Array) -> list[int]:
        """The places of the species that are above 0 but below their limit."""
        return [place for place, limit in self._mortal if 0.0 < y[place] < limit]

    def alive(self, y: Array) -> set[int]:
        """The places of the species that are at or above their limit."""
        return {place for place, limit in self._mortal if y[place] >= limit}

    def next_wake(self, time: float) -> float:
        """The next instant after `time` at which a resting rule looks again, or infinity."""
        return min(
            (s.rests_until for s in self.rules if s.rests_until > time and not s.exhausted), default=math.inf
        )
