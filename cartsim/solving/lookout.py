"""Where, within a step, something that many runs look out for is first met."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..language.tree import Expression
from .rosenbrock import Attempt

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Evaluate = Callable[[Sequence[Expression], Array, Array, Array], list[Array]]
PARTS = (0.25, 0.5, 0.75, 1.0)
"""The fractions of a step at which the watches are looked at."""


class Lookout:
    """The watches of many runs of one structure.

    Parameters
    ----------
    trees : sequence of Expression
        What is compared with the thresholds; see `cartsim.solving.watch.Watch`.
    evaluate : callable
        `Compiled.evaluate`.
    """

    def __init__(self, trees: Sequence[Expression], evaluate: Evaluate) -> None:
        self.trees = trees
        self._evaluate = evaluate

    def first_met(
        self, attempt: Attempt, good: NDArray[np.bool_], p: Array, thresholds: Array
    ) -> tuple[NDArray[np.intp], Array]:
        """Which watch was met first in each accepted step (or -1), and at which fraction of it (or 1).

        Parameters
        ----------
        attempt : Attempt
        good : ndarray of bool, shape (n,)
            Which steps are accepted.
        p : ndarray, shape (n_parameters, n)
        thresholds : ndarray, shape (n_watches, n)
        """
        hit = np.full(len(good), -1, dtype=np.intp)
        where = np.ones(len(good))
        looking = (
            np.flatnonzero(good & np.isfinite(thresholds).any(axis=0)) if self.trees else np.empty(0, np.intp)
        )
        if not len(looking):
            return hit, where
        inside = attempt.inside(looking)
        low, high = np.zeros(len(looking)), np.full(len(looking), np.inf)
        for part in PARTS:
            fraction = np.full(len(looking), part)
            y = inside(fraction) if part < 1.0 else attempt.y_new[:, looking]
            met = self._met(attempt, looking, fraction, y, p, thresholds).any(axis=0) & np.isinf(high)
            high[met] = part
            low[np.isinf(high)] = part
        found = np.flatnonzero(np.isfinite(high))
        if len(found):
            places, some = looking[found], inside.picked(found)
            at = high[found]
            y = np.where(at < 1.0, some(at), attempt.y_new[:, places])
            first = self._met(attempt, places, at, y, p, thresholds).argmax(axis=0)
            hit[places], where[places] = self._locate(
                attempt, places, some, low[found], at, first, p, thresholds
            )
        return hit, where

    def _met(
        self, attempt: Attempt, places: Places, x: Array, y: Array, p: Array, thresholds: Array
    ) -> NDArray[np.bool_]:
        """Which watches are met at the fractions `x`, shape (n_watches, n)."""
        t = attempt.t[places] + x * attempt.h[places]
        return np.stack(self._evaluate(self.trees, t, y, p[:, places])) >= thresholds[:, places]

    def _locate(
        self,
        attempt: Attempt,
        places: Places,
        inside: Callable[[Array], Array],
        low: Array,
        high: Array,
        first: NDArray[np.intp],
        p: Array,
        thresholds: Array,
    ) -> tuple[NDArray[np.intp], Array]:
        """The first fraction at which a watch is met, by bisection of all at once, and which that is.

        `first` is the watch that is met at `high`. What is met at the very end of a step may not be so by the
        interpolant, which is a rounding away: then it stays the answer.
        """
        t, h = attempt.t[places], attempt.h[places]
        for _ in range(60):
            wide = (high - low) * h > 4.0 * np.spacing(np.abs(t) + h)
            if not wide.any():
                break
            middle = 0.5 * (low + high)
            each = self._met(attempt, places, middle, inside(middle), p, thresholds)
            met = wide & each.any(axis=0)
            low = np.where(wide & ~met, middle, low)
            high = np.where(met, middle, high)
            first = np.where(met, each.argmax(axis=0), first)
        return first, high
