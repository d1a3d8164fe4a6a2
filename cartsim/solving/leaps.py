"""`Leaps`: many runs of one model as random events, one at a time where cells are few, in leaps where many.

How
---
At every step each run decides for each of its processes. Where a process changes a species of fewer than 100
cells, or could use up its cells in ten events, its events happen one at a time, each at its own random moment
(Gillespie 1977, doi:10.1021/j100540a008). The others leap: so many events at once as a Poisson number says. A
leap is so short that no amount is expected to change, or to spread, by more than 3 %, as in Cao, Gillespie
and Petzold 2006, doi:10.1063/1.2159468, and that no more than a fifth of the cells leave. Where a leap would
hold fewer than ten events, they happen one at a time too. See `cartsim.solving.propensities`.

A leap is made in two halves, the second with the rates corrected by what the first has done: the weak
trapezoidal method of Anderson and Koyama 2012, Multiscale Model Simul 10:1493, arXiv:1102.2922, which is of
second order in means and variances. A tumour that falls by ten orders of magnitude then has the nadir of the
ODE, where leaps of first order, each a little too deep, add up to a wrong one.

What flows (pg/mL, mg) moves in the same two halves without chance, which is the midpoint rule for the ODE.

The single events of a run share one clock: an amount of hazard (exponential, mean 1) that runs down at the
summed rate of the processes concerned, also while that rate changes. Between two steps rates are taken to
change linearly in time.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..language.compile import compiled
from ..language.model import Model
from ..language.tree import Expression
from .cells import Census
from .chance import COMPANY, Chance
from .front import Front
from .propensities import Guard, Propensities, total
from .stretches import Solved, Stretches

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

METHOD = "stochastic"
MAX_STEPS = 200_000
"""Of one run between two events of its model; a run that needs more is given up."""
_MOST = 1e17  # events in a leap: beyond, cells are no longer whole numbers
_LATE = 0.01  # of a mean waiting time: a clock that close has run out
_SLICES = 500  # of a run, where rates change by themselves: no leap is longer than one of them


class Leaps:
    """The engine: solves stretches of one model, each with its own time and leaps.

    It is asked for the next stretches of all runs that are not over, in their order, and so knows which run a
    stretch belongs to.

    Parameters
    ----------
    model : Model
    census : Census
    watches : tuple of Expression
        Of the runs; each ends its stretch where it reaches its threshold, looked at after every step.
    chance : Chance
        For as many runs as its companies hold.
    runs : int
    begin, until : float
        The whole run.
    guard : callable
        ``guard(process, t, y, p)`` is called where a rate is negative; it raises, unless that is rounding.
    """

    name = METHOD

    def __init__(
        self,
        model: Model,
        census: Census,
        watches: tuple[Expression, ...],
        chance: Chance,
        *,
        runs: int,
        begin: float,
        until: float,
        guard: Guard,
    ) -> None:
        self._census, self._chance, self._watches = census, chance, watches
        self._evaluate = compiled(model.structure).evaluate
        self._propensities = Propensities(model, census, guard)
        self._counted = self._propensities.counted
        self._longest = (until - begin) / _SLICES if census.moving else math.inf
        self._company, self._until = np.arange(runs) // COMPANY, until
        self.exhausted: set[float] = set()
        """The times at which runs were given up because they took too many steps."""

    def solve(self, stretches: Stretches, rows: Array | None = None) -> Solved:
        """The answers, in the order of the stretches; the states are written into `rows` if that is given."""
        solved = Solved.empty(stretches, rows)
        clock = self._chance.exponential(self._company)
        front = Front.of(stretches, self._census, self._company, clock)
        while len(front.place):
            stop = front.next_stop(stretches)
            with np.errstate(all="ignore"):
                moved, lost = self._step(front, stop)
            front.steps += 1
            hit = self._watched(front, stretches, moved)
            self._write(front, stretches, solved, hit)
            tired = front.steps >= MAX_STEPS
            over = (front.t >= front.end) | (hit >= 0)
            gone = over | lost | tired
            if gone.any():
                self._finish(front, solved, hit, gone, gone & ~over)
                self.exhausted.update(front.t[tired & ~over & ~lost].tolist())
                front.keep(~gone)
        self._company = self._company[(solved.end < self._until) & ~solved.stuck]
        return solved

    # -------------------------------------------------------------- one step

    def _step(self, front: Front, stop: Array) -> tuple[Mask, Mask]:
        """Move every run by one leap or event; which have moved, and which cannot go on."""
        census, x = self._census, front.x
        a = self._propensities.rates(front.inside(front.t), x, front.p, at_rest=True)
        lost = ~np.isfinite(a).all(axis=0)
        a[:, lost] = 0.0
        alone, tau = self._propensities.plan(x, a, front.inflow)
        leaped, single = np.where(alone, 0.0, a), np.where(alone, a, 0.0)
        hazard = total(single)
        gap = stop - front.t
        wait = np.where(hazard > 0.0, np.maximum(front.clock, 0.0) / hazard, math.inf)
        longest = np.minimum(np.minimum(tau, front.cap), np.minimum(gap, self._longest))
        h = np.minimum(longest, wait)
        lost |= total(leaped[self._counted]) * h > _MOST
        leaped[:, lost], single[:, lost] = 0.0, 0.0
        added = self._infused(front, h)
        x_new = x + 0.5 * added
        self._add(x_new, self._happened(0.5 * h * leaped, front.company))
        corrected = leaped
        if census.moving or leaped.any() or front.inflow.any():
            corrected, single, hazard = self._correct(front, x_new, h, alone, leaped, single)
            lost |= ~np.isfinite(hazard) | ~(total(corrected[self._counted]) * h <= _MOST)
            corrected[:, lost], single[:, lost] = 0.0, 0.0
        x_new += 0.5 * added
        self._add(x_new, self._happened(0.5 * h * corrected, front.company))
        clock = front.clock - h * hazard
        fires = ((wait <= longest) & (clock <= _LATE)) | (clock <= 0.0)
        fires &= (hazard > 0.0) & ~lost
        if fires.any():
            self._fire(x_new, single, fires, front.company)
            clock[fires] += self._chance.exponential(front.company[fires])
        return self._accept(front, x_new, clock, h, stop, lost)

    def _correct(
        self, front: Front, x_half: Array, h: Array, alone: Mask, leaped: Array, single: Array
    ) -> tuple[Array, Array, Array]:
        """After the first half of a leap: rates for the second, single rates at the end, their mean sum."""
        middle = front.inside(front.t + 0.5 * h)
        b = self._propensities.rates(middle, np.maximum(x_half, 0.0), front.p, at_rest=False)
        corrected = np.where(alone, 0.0, 2.0 * b - leaped)
        corrected[self._counted] = np.maximum(corrected[self._counted], 0.0)
        meanwhile = np.where(alone, b, 0.0)
        return corrected, np.maximum(2.0 * meanwhile - single, 0.0), total(meanwhile)

    def _accept(
        self, front: Front, x_new: Array, clock: Array, h: Array, stop: Array, lost: Mask
    ) -> tuple[Mask, Mask]:
        """Take over what did not fall below zero; the others try again with half the leap."""
        good = (x_new >= 0.0).all(axis=0) & ~lost
        reached = np.where(h >= stop - front.t, stop, front.t + h)
        front.t = np.where(good, reached, front.t)
        front.x = np.where(good, x_new, front.x)
        front.clock = np.where(good, clock, front.clock)
        front.cap = np.where(good, math.inf, 0.5 * h)
        return good, lost | (front.cap < 16.0 * np.spacing(np.abs(front.t)))

    def _happened(self, mean: Array, company: Places) -> Array:
        """Numbers of events with these means; what flows flows as much as it is expected to."""
        if self._counted.all():
            return self._chance.poisson(mean, company)
        numbers = mean.copy()
        numbers[self._counted] = self._chance.poisson(mean[self._counted], company)
        return numbers

    def _add(self, x: Array, numbers: Array) -> None:
        for happening, number in zip(self._census.happenings, numbers, strict=True):
            for place, change in happening.changes:
                x[place] += change * number

    def _fire(self, x: Array, single: Array, fires: Mask, company: Places) -> None:
        """Let one of the single events happen in each of the runs whose clock has run out."""
        which = np.flatnonzero(fires)
        rates_then = single[:, which]
        drawn = self._chance.uniform(company[which]) * total(rates_then)
        passed = np.zeros(len(which))
        chosen = np.full(len(which), -1)
        for j, rates in enumerate(rates_then):
            passed = passed + rates
            chosen = np.where((chosen < 0) & (drawn < passed), j, chosen)
        for j, happening in enumerate(self._census.happenings):
            for place, change in happening.changes:
                x[place, which[chosen == j]] += change

    def _infused(self, front: Front, h: Array) -> Array:
        """What infusions add within `h`: whole cells, of which none is lost from one step to the next."""
        if not front.inflow.any():
            return np.zeros_like(front.x)
        since = front.t - front.start
        whole = np.rint(front.inflow * (since + h)) - np.rint(front.inflow * since)
        return np.where(self._census.counted[:, np.newaxis], whole, front.inflow * h)

    # -------------------------------------------------------------- what becomes of it

    def _watched(self, front: Front, stretches: Stretches, moved: Mask) -> Places:
        """The first watch of each run that has reached its threshold, or -1."""
        hit = np.full(len(front.place), -1, dtype=np.intp)
        if not self._watches:
            return hit
        y = front.x / self._census.size[:, np.newaxis]
        values = self._evaluate(self._watches, front.inside(front.t), y, front.p)
        for k in range(len(values) - 1, -1, -1):
            met = moved & (values[k] >= stretches.thresholds[k, front.place])
            hit[met] = k
        return hit

    def _write(self, front: Front, stretches: Stretches, solved: Solved, hit: Places) -> None:
        """Fill the rows whose times have come; at a hit, the run itself makes the row of that moment."""
        width = stretches.times.shape[1]
        reached = np.where(hit >= 0, np.nextafter(front.t, -math.inf), front.t)
        while width:
            ahead = stretches.times[front.place, np.minimum(front.next, width - 1)]
            due = np.flatnonzero((front.next < width) & (ahead <= reached))
            if not len(due):
                return
            rows = (front.x[:, due] / self._census.size[:, np.newaxis]).T
            solved.rows[front.place[due], front.next[due]] = rows
            front.next[due] += 1

    def _finish(self, front: Front, solved: Solved, hit: Places, gone: Mask, stuck: Mask) -> None:
        place = front.place[gone]
        solved.filled[place] = front.next[gone]
        solved.end[place] = front.t[gone]
        solved.y[:, place] = front.x[:, gone] / self._census.size[:, np.newaxis]
        solved.hit[place] = hit[gone]
        solved.stuck[place] = stuck[gone]
