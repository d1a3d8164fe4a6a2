"""`Propensities`: how often each process happens, which of them leap, and how long a leap may be."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..language.model import Model
from ..language.printed import batched_function
from ..language.tree import Symbol
from .cells import Census

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Guard = Callable[[str, float, Array, Array], None]

FEW = 100
"""Cells below which every event is drawn by itself."""
EPSILON = 0.03
"""The part by which an amount is expected to change in one leap, at most."""
_CRITICAL = 10.0  # events from using up the cells of a process
_WORTH = 10.0  # events in a leap
_SHARE = 0.2  # of an amount that leaves in a leap
_ALMOST_NONE = 1e-200  # of a cell, in place of none where a rate such as T*log(K/T) has a limit only


class Propensities:
    """The processes of one model at many states.

    Parameters
    ----------
    model : Model
    census : Census
    guard : callable
        ``guard(process, t, y, p)`` is called where a rate is negative; it raises, unless that is rounding.
    """

    def __init__(self, model: Model, census: Census, guard: Guard) -> None:
        self.census = census
        self.counted = np.array([h.counted for h in census.happenings], dtype=bool)
        self._guard = guard
        self._evaluate = batched_function(model.structure, tuple(Symbol(h.name) for h in census.happenings))
        self._scaled = bool((census.size != 1.0).any())
        self._touching = [
            [(j, n) for j, h in enumerate(census.happenings) for place, n in h.changes if place == i]
            for i in range(len(census.counted))
        ]

    def rates(self, t: Array, x: Array, p: Array, *, at_rest: bool) -> Array:
        """How often each process happens in a unit of time.

        Parameters
        ----------
        t : ndarray, shape (n,)
        x : ndarray, shape (n_species, n)
            Amounts, in cells where counted.
        p : ndarray, shape (n_parameters, n)
        at_rest : bool
            Whether the runs are between two steps, where a negative rate is an error.

        Returns
        -------
        ndarray, shape (n_processes, n)
            0 where the cells for a single event are lacking; not finite where there is no value.
        """
        y = x / self.census.size[:, np.newaxis] if self._scaled else x
        a = self._sizes(t, y, p)
        empty = ~np.isfinite(a).all(axis=0) & (x == 0.0).any(axis=0)
        if empty.any():
            limit = self._sizes(t[empty], np.maximum(y[:, empty], _ALMOST_NONE), p[:, empty])
            a[:, empty] = np.where(np.isfinite(a[:, empty]), a[:, empty], limit)
        for j, happening in enumerate(self.census.happenings):
            if happening.counted:
                for place, number in happening.changes:
                    if number < 0.0:
                        a[j, x[place] < -number] = 0.0
                if at_rest and (a[j] < 0.0).any():
                    i = int(np.argmax(a[j] < 0.0))
                    self._guard(happening.name, float(t[i]), y[:, i], p[:, i])
                np.maximum(a[j], 0.0, out=a[j])
        return a

    def _sizes(self, t: Array, y: Array, p: Array) -> Array:
        a = np.empty((len(self.census.happenings), len(t)))
        for j, value in enumerate(self._evaluate(t, y, p)):
            a[j] = value
            if self.census.happenings[j].size != 1.0:
                a[j] *= self.census.happenings[j].size
        return a

    def plan(self, x: Array, a: Array, inflow: Array) -> tuple[Mask, Array]:
        """Which processes happen one at a time, and how long a leap of the others may be.

        Parameters
        ----------
        x : ndarray, shape (n_species, n)
            Amounts, in cells where counted.
        a : ndarray, shape (n_processes, n)
            How often each process happens.
        inflow : ndarray, shape (n_species, n)
            What infusions add.

        Returns
        -------
        alone : ndarray of bool, shape (n_processes, n)
        leap : ndarray, shape (n,)
            Infinite where nothing leaps.
        """
        alone = self._few(x)
        leaped = np.where(alone, 0.0, a)
        if not (self.census.moving or leaped.any() or inflow.any()):
            return alone, np.full(x.shape[1], math.inf)
        of_cells, of_flows = self._leaps(x, leaped, inflow)
        events = total(leaped[self.counted])
        idle = (events > 0.0) & (events * of_cells < _WORTH)
        if idle.any():
            alone[np.ix_(self.counted, idle)] = True
            infused = (inflow != 0.0).any(axis=0)  # which leaps on
            of_cells = np.where(idle & ~infused, math.inf, of_cells)
        return alone, np.minimum(of_cells, of_flows)

    def _few(self, x: Array) -> Mask:
        few = x < FEW
        alone = np.zeros((len(self.census.happenings), x.shape[1]), dtype=bool)
        for j, happening in enumerate(self.census.happenings):
            if happening.counted:
                for place, number in happening.changes:
                    if self.census.used[place]:
                        alone[j] |= few[place]
                    if number < 0.0:
                        alone[j] |= x[place] < -number * _CRITICAL
        return alone

    def _leaps(self, x: Array, leaped: Array, inflow: Array) -> tuple[Array, Array]:
        """The longest leaps that suit the cells, and what flows."""
        of_cells, of_flows = np.full(x.shape[1], math.inf), np.full(x.shape[1], math.inf)
        for i, touching in enumerate(self._touching):
            net, spread, leaving = inflow[i].copy(), np.zeros(x.shape[1]), np.zeros(x.shape[1])
            for j, number in touching:
                flow = number * leaped[j]
                net += flow
                spread += number * flow
                if number < 0.0:
                    leaving -= flow
            share = np.where(leaving > 0.0, _SHARE * x[i] / leaving, math.inf)
            if not self.census.counted[i]:
                of_flows = np.minimum(of_flows, share)
                continue
            of_cells = np.minimum(of_cells, share)
            if self.census.used[i]:
                change = np.maximum(EPSILON * x[i], 1.0)
                limits = np.minimum(change / np.abs(net), change * change / spread)
                of_cells = np.minimum(of_cells, limits)
        return of_cells, of_flows


def total(rates: Array) -> Array:
    """The sum over processes, in an order that does not depend on how many runs there are."""
    sums = np.zeros(rates.shape[1])
    for row in rates:
        sums += row
    return sums
