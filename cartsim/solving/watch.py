"""`Watch`: what a run looks out for while it goes on: extinction below a limit, and rules on the state."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..language.events import When
from ..language.mathematics import zero_in_time
from ..language.model import Model
from ..language.targets import condition_tree
from ..language.tree import MINUS_ONE, Call, Expression, Number, Symbol, add, multiply, simplify

Array = NDArray[np.float64]
ABOVE_ZERO = 5e-324
"""The smallest number, as a threshold that any amount above zero reaches."""


@dataclass
class RuleState:
    """Where a rule stands: how often it acted, whether it waits for its condition, how long it rests."""

    rule: When
    condition: Expression
    acted: int = 0
    waiting: bool = True
    rests_until: float = math.inf

    @cached_property
    def comparisons(self) -> tuple[Expression, ...]:
        """The comparisons that ``and`` and ``or`` join, each zero or more where it holds."""
        return tuple(_comparisons(self.condition))

    @property
    def exhausted(self) -> bool:
        return self.acted >= self.rule.at_most


def _comparisons(condition: Expression) -> Iterator[Expression]:
    if isinstance(condition, Call) and condition.function in ("min", "max"):
        for part in condition.arguments:
            yield from _comparisons(part)
    else:
        yield condition


class Watch:
    """What a run looks out for, as expressions with thresholds.

    Two expressions a species that can die out (it falls below its limit; it rises to it), then two a
    comparison of a rule (it becomes false; it becomes true). One is met where it reaches its threshold, and
    an infinite threshold means that nobody is looking. Whether a whole rule holds is decided where one of its
    comparisons changes, so that a condition which holds for a part of a step only is not missed.

    Attributes
    ----------
    trees : tuple of Expression
    rules : list of RuleState
    """

    def __init__(self, model: Model) -> None:
        names = list(model.species)
        self._mortal = [
            (names.index(name), s.extinct_below) for name, s in model.species.items() if s.extinct_below
        ]
        self.rules = [
            RuleState(event, condition_tree(model, event.condition))
            for event in model.events
            if isinstance(event, When)
        ]
        self._allowed = {"t", *model.parameters}
        rises: list[Expression] = [add(Symbol(names[place]), Number(-limit)) for place, limit in self._mortal]
        rises += [comparison for state in self.rules for comparison in state.comparisons]
        self.trees = tuple(tree for rise in rises for tree in (multiply(MINUS_ONE, rise), rise))

    def thresholds(self, y: Array, values: list[float]) -> list[float]:
        """The thresholds from now on, in the order of `trees`.

        Parameters
        ----------
        y : ndarray, shape (n_species,)
        values : list of float
            Of the `trees` at the present state; only those of rules are used.
        """
        limits: list[float] = []
        for place, limit in self._mortal:
            limits += [ABOVE_ZERO, math.inf] if y[place] >= limit else [math.inf, 0.0]
        for state in self.rules:
            for _ in state.comparisons:
                holds = values[len(limits) + 1] >= 0.0
                if state.exhausted or math.isfinite(state.rests_until):
                    limits += [math.inf, math.inf]
                else:
                    limits += [ABOVE_ZERO, math.inf] if holds else [math.inf, 0.0]
        return limits

    @property
    def mortal_places(self) -> tuple[tuple[int, float], ...]:
        """Place and limit of each species that can die out."""
        return tuple(self._mortal)

    @property
    def mortal(self) -> bool:
        """Whether anything can die out."""
        return bool(self._mortal)

    def died(self, hit: int | None) -> int | None:
        """The place of the species that fell below its limit when this watch was met, or None."""
        if hit is None or hit % 2 or hit // 2 >= len(self._mortal):
            return None
        return self._mortal[hit // 2][0]

    def below(self, y: Array) -> set[int]:
        """The places of the species that are above 0 but below their limit."""
        return {place for place, limit in self._mortal if 0.0 < y[place] < limit}

    def alive(self, y: Array) -> set[int]:
        """The places of the species that are at or above their limit."""
        return {place for place, limit in self._mortal if y[place] >= limit}

    def next_wake(self, time: float) -> float:
        """The next instant after `time` at which a resting rule looks again, or infinity."""
        if not self.rules:
            return math.inf
        return min(
            (s.rests_until for s in self.rules if s.rests_until > time and not s.exhausted), default=math.inf
        )

    @cached_property
    def instants(self) -> tuple[Expression, ...]:
        """When a comparison of time alone changes, as arithmetic on parameters: known, so never searched."""
        times = []
        for state in self.rules:
            for comparison in state.comparisons:
                inner = comparison.arguments[0] if isinstance(comparison, Call) else comparison
                time = zero_in_time(simplify(inner), self._allowed)
                if time is not None:
                    times.append(time)
        return tuple(times)
