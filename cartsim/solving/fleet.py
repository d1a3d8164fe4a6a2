"""`Fleet`: members to whom the same is done at the same times go from event to event together.

What a single run does (`cartsim.solving.run.Run`) is done here on arrays: doses, infusions, changes, deaths.
Rules are left to single runs, as they act on each patient at another time.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..language.batched import batched
from ..language.compile import compiled
from .bundle import Bundle, Death
from .members import Members
from .recorder import Recorder
from .stretches import Engine, Solved, Stretches
from .timeline import Occurrence, Timeline
from .watch import ABOVE_ZERO, Watch

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Mask = NDArray[np.bool_]


class Fleet:
    """Members on their way through the events that they share.

    Parameters
    ----------
    members : Members
    start, until : float
    recorder : Recorder
        Says which times are output times; it records nothing here.
    engine : Engine

    Raises
    ------
    ModelError
        If an event does not fit into the run.
    """

    def __init__(
        self, members: Members, start: float, until: float, recorder: Recorder, engine: Engine
    ) -> None:
        self.members, self.until, self.engine, self.recorder = members, until, engine, recorder
        structure = members.model.structure
        self._compiled, self._batched = compiled(structure), batched(structure)
        self.timeline = Timeline(members.model, start, until)
        self.watch = Watch(members.model)
        self.t = self.start = start
        self.y = members.initial.copy()
        with np.errstate(invalid="ignore"):
            self.going: Mask = np.asarray((np.isfinite(self.y) & (self.y >= 0.0)).all(axis=0))
        self._dead, self._alive = (np.zeros(self.y.shape, dtype=bool) for _ in range(2))
        self.deaths: dict[int, list[Death]] = {}
        self.cuts: dict[int, list[float]] = {}
        self._log: list[Occurrence] = []
        self._times: list[float] = []
        self._segments: list[int] = []
        most = len(recorder.grid) + len(recorder.twice) + 2
        self._rows = np.empty((len(members), most, len(self.y)))
        self._parameters: list[Array] = []
        self._inflows: list[Array] = []
        self._ends: list[float] = []

    # -------------------------------------------------------------- the whole way

    def solve(self) -> tuple[Bundle, Places]:
        """The runs that were finished, and the places of the members that were not."""
        self._put_in_force()
        self._open_segment()
        self._instant(first=True)
        while self.t < self.until:
            self._advance()
        return self._finish()

    def _finish(self) -> tuple[Bundle, Places]:
        kept = np.flatnonzero(self.going)
        new = {int(old): i for i, old in enumerate(kept)}
        parameters = np.array(self._parameters)
        everybody = len(kept) == len(self.members)
        rows = self._rows[:, : len(self._times)]
        labels = self.members.labels
        bundle = Bundle(
            structure=self.members.model.structure,
            labels=labels if everybody else [labels[i] for i in kept.tolist()],
            model_of=self.members.model_of,
            t=np.array(self._times),
            y=rows if everybody else rows[kept],
            segment=np.array(self._segments, dtype=np.intp),
            segment_parameters=parameters if everybody else parameters[:, :, kept],
            segment_inflow=np.array(self._inflows),
            segment_end=np.array(self._ends),
            occurrences=tuple(self._log),
            deaths={new[i]: deaths for i, deaths in self.deaths.items() if i in new},
            cuts={new[i]: times for i, times in self.cuts.items() if i in new},
            method=self.engine.name,
        )
        return bundle, np.flatnonzero(~self.going)

    # -------------------------------------------------------------- from one event to the next

    def _advance(self) -> None:
        """Everybody to the next event; who has a death on the way goes on from there."""
        event = min([self.timeline.next_after(self.t), *self._jumps_after(self.t)])
        end = min(event, self.until)
        times = self.recorder.inside(self.t, end)
        place = self._room_for(times)
        n = len(self.members)
        who = np.flatnonzero(self.going)
        start = np.full(n, self.t)
        common = np.broadcast_to(times, (n, len(times)))
        met = self._solve_part(who, start, end, common[who] if len(who) < n else common, place)
        while len(met):
            later = np.where(times > start[met, np.newaxis], times, math.inf)
            own = np.sort(later, axis=1)[:, : int(np.isfinite(later).sum(axis=1).max(initial=0))]
            met = self._solve_part(met, start, end, own, place)
        self.t = end
        self._instant(boundary=end == event)

    def _solve_part(self, who: Places, start: Array, end: float, times: Array, place: slice) -> Places:
        """Solve for some up to `end`; those that met a death before, which has then been done.

        `start` is moved on to the time that each has reached.
        """
        if not len(who):
            return who
        parameters, inflow = self._in_force
        rows = self._rows[:, place]
        everybody = len(who) == len(self.members)
        stretches = Stretches(
            start=start[who],
            end=np.full(len(who), end),
            y=self.y[:, who],
            parameters=parameters if everybody else parameters[:, who],
            inflow=None if inflow is None else np.repeat(inflow[:, np.newaxis], len(who), axis=1),
            thresholds=self._thresholds(self.y[:, who]),
            times=times,
        )
        whole = everybody and times.shape[1] == rows.shape[1] and bool(np.isfinite(times).all())
        solved = self.engine.solve(stretches, rows if whole else None)
        if not whole:
            self._keep_rows(rows, who, times, solved)
        self.y[:, who] = solved.y
        start[who] = solved.end
        self.going[who[solved.stuck]] = False
        met = who[(solved.hit >= 0) & ~solved.stuck]
        for i, hit in zip(met.tolist(), solved.hit[(solved.hit >= 0) & ~solved.stuck].tolist(), strict=True):
            species = self.watch.died(hit)
            if species is not None:  # otherwise it rose to its limit, and may die from now on
                self._die(i, species, float(start[i]), reached=True)
            self.cuts.setdefault(i, []).append(float(start[i]))
        early = met[start[met] < end]
        if len(early):
            none = np.zeros((len(self.y), len(early)), dtype=bool)
            self._bury(early, start[early], none)
            now = np.array(self._times[place])
            for i in early.tolist():  # an output at the very instant of a death shows what is left
                rows[i, now == start[i]] = self.y[:, i]
        return early

    def _keep_rows(self, rows: Array, who: Places, times: Array, solved: Solved) -> None:
        total = rows.shape[1]
        left = np.isfinite(times).sum(axis=1)  # the last of each are still to come
        for i, found, filled, offset in zip(who, solved.rows, solved.filled, total - left, strict=True):
            rows[i, offset : offset + filled] = found[:filled]

    def _jumps_after(self, time: float) -> list[float]:
        if not self._compiled.has_jumps or not len(self.members):
            return []
        known = self._in_force[0][:, 0].tolist()  # members do not differ in what jumps depend on
        return [jump for jump in self._compiled.jump_times(known) if jump > time]

    def _thresholds(self, y: Array) -> Array:
        limits = []
        for place, limit in self.watch.mortal_places:
            lives = y[place] >= limit
            limits += [np.where(lives, ABOVE_ZERO, math.inf), np.where(lives, math.inf, 0.0)]
        return np.array(limits).reshape(len(limits), y.shape[1])

    # -------------------------------------------------------------- at one instant

    def _instant(self, *, boundary: bool = False, first: bool = False) -> None:
        """Doses and changes of the present time, then the deaths that they leave behind."""
        before, n_before = self.y.copy(), len(self._log)
        amounts, log = self.timeline.begin(self.t)
        if log:
            self.y += amounts[:, np.newaxis]
            self._log += log
        self._put_in_force()
        if self.watch.mortal:
            everybody = np.flatnonzero(self.going)
            given = np.ones(self.y.shape, dtype=bool) if first else self.y > before
            self._bury(everybody, np.full(len(everybody), self.t), given[:, everybody])
        visible = boundary or len(self._log) > n_before
        two_rows = self.recorder.two_rows(self.t, visible)
        if two_rows:
            self._row(before)
        if not first or visible:
            self._ends[-1] = self.t
            self._open_segment()
        if two_rows or self.recorder.wants(self.t):
            self._row(self.y)

    def _put_in_force(self) -> None:
        self._in_force = (
            self.timeline.parameters_at(self.t, self.members.parameters),
            self.timeline.inflow_at(self.t),
        )

    def _open_segment(self) -> None:
        parameters, inflow = self._in_force
        self._parameters.append(parameters)
        self._inflows.append(np.zeros(len(self.y)) if inflow is None else inflow)
        self._ends.append(math.inf)

    def _room_for(self, times: Array) -> slice:
        """Room for rows of the open stretch."""
        place = slice(len(self._times), len(self._times) + len(times))
        self._times += times.tolist()
        self._segments += [len(self._ends) - 1] * len(times)
        return place

    def _row(self, y: Array) -> None:
        """One row of the open stretch for everybody."""
        self._rows[:, self._room_for(np.array([self.t]))] = y.T[:, np.newaxis]

    def _die(self, member: int, place: int, time: float, *, reached: bool) -> None:
        self.y[place, member] = 0.0
        if not self._dead[place, member]:
            self._dead[place, member] = True
            self.deaths.setdefault(member, []).append(Death(time, place, reached))

    def _bury(self, who: Places, times: Array, given: Mask) -> None:
        """What is below its limit and falls is gone; see `Run`, which says when."""
        limits = np.full((len(self.y), 1), math.nan)
        for place, limit in self.watch.mortal_places:
            limits[place] = limit
        y = self.y[:, who]
        with np.errstate(invalid="ignore"):
            lives = y >= limits
            below = (y > 0.0) & (y < limits)
        self._dead[:, who] &= ~lives
        below &= given | self._dead[:, who] | self._alive[:, who]
        falls = np.flatnonzero(below.any(axis=0))
        if len(falls):
            slopes = self._slopes(who[falls], times[falls])
            for place, k in np.argwhere(below[:, falls] & (slopes < 0.0)).tolist():
                self._die(int(who[falls[k]]), place, float(times[falls[k]]), reached=False)
        with np.errstate(invalid="ignore"):
            self._alive[:, who] = self.y[:, who] >= limits

    def _slopes(self, who: Places, times: Array) -> Array:
        parameters, inflow = self._in_force
        slopes = np.zeros((len(self.y), len(who)))
        with np.errstate(all="ignore"):
            self._batched.right_hand_side(times, self.y[:, who], parameters[:, who], slopes)
        return slopes if inflow is None else slopes + inflow[:, np.newaxis]
