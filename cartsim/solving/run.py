"""`Run`: a model from event to event, whoever solves the stretches between them."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from ..language.compile import ARITHMETIC_ERRORS, Compiled, Trouble, compiled
from ..language.errors import ModelError, SolveError
from ..language.model import Model
from ..language.tree import Expression
from .diagnosis import sentence
from .recorder import Recorder
from .steps import Stretch, StuckError
from .timeline import Occurrence, Timeline
from .trajectory import Trajectory
from .watch import RuleState, Watch

Array = NDArray[np.float64]


@dataclass
class Request:
    """A stretch that a run wants solved.

    Attributes
    ----------
    start, end : float
    y : ndarray, shape (n_species,)
        The state at `start`.
    times : ndarray
        Output times strictly inside.
    parameters : ndarray, shape (n_parameters,)
    inflow : ndarray, shape (n_species,), or None
        What infusions add, a unit of time.
    thresholds : list of float
        Of the run's watch; one that is reached ends the stretch there.
    """

    start: float
    end: float
    y: Array
    times: Array
    parameters: Array
    inflow: Array | None
    thresholds: list[float]


class Run:
    """The state of one run while it is being solved.

    Parameters
    ----------
    model : Model
    start, until : float
    recorder : Recorder
        Receives the rows.

    Raises
    ------
    ModelError
        If an event does not fit into the run, or an initial amount cannot be computed.
    """

    def __init__(self, model: Model, start: float, until: float, recorder: Recorder) -> None:
        self.model = model
        self.until = until
        self.recorder = recorder
        self.used: set[str] = set()
        self.compiled: Compiled = compiled(model.structure)
        self.timeline = Timeline(model, start, until)
        self.watch = Watch(model)
        self.trouble = Trouble()
        self._dead: set[int] = set()
        self._alive: set[int] = set()
        self.t = start
        self.y = self._initial()

    def _initial(self) -> Array:
        parameters = self.timeline.parameters_at(self.t).tolist()
        try:
            y = self.compiled.initial(self.model, parameters)
        except ARITHMETIC_ERRORS:
            name = self._without_initial(parameters)
            raise ModelError(
                f"the initial amount of {name!r} in {self.model.name!r}, {self.model.species[name].initial}, "
                "has no value for these parameters; look for a division by zero, a logarithm or a root"
            ) from None
        for name, value in zip(self.model.species, y, strict=True):
            if not math.isfinite(value) or value < 0.0:
                raise ModelError(
                    f"the initial amount of {name!r} in {self.model.name!r}, "
                    f"{self.model.species[name].initial}, is {value:g}; it must be finite and not negative"
                )
        return y

    def _without_initial(self, parameters: list[float]) -> str:
        """The first species whose initial amount cannot be computed."""
        nowhere = np.zeros(len(self.model.species))
        for name, tree in self.model.structure.initial.items():
            try:
                self.compiled.watch((tree,), parameters)(self.t, nowhere)
            except ARITHMETIC_ERRORS:
                return name
        return next(iter(self.model.structure.initial))

    def requests(self) -> Generator[Request, Stretch, Trajectory]:
        """The stretches in order: yields what to solve, takes the solution, returns the trajectory.

        Who solves it throws a `StuckError` where that cannot be done, and gets a `SolveError` back.
        """
        self._put_in_force()
        self.recorder.open_segment(*self._in_force)
        self._instant(first=True)
        while self.t < self.until:
            request, event = self._request()
            try:
                stretch = yield request
            except StuckError as error:
                self._give_up(error.stretch, request)
            self.recorder.add(request.times[: len(stretch.rows)], stretch.rows)
            self.t, self.y = stretch.end, stretch.y
            self._instant(dead=self.watch.died(stretch.hit), boundary=self.t == event)
        return self.recorder.finish("+".join(sorted(self.used)))

    def _request(self) -> tuple[Request, float]:
        """The next stretch, and when the next known event is."""
        parameters, inflow = self._in_force
        known = parameters.tolist()
        jumps = self.compiled.jump_times(known) if self.compiled.has_jumps else []
        event = min([self.timeline.next_after(self.t), *(time for time in jumps if time > self.t)])
        quiet = self.compiled.times(self.watch.instants, known) if self.watch.rules else []
        quiet = [time for time in (*quiet, self.watch.next_wake(self.t)) if time > self.t]
        end = min([event, *quiet, self.until])
        times = self.recorder.inside(self.t, end)
        thresholds = self.watch.thresholds(self.y, self._watched(self.watch.trees, known))
        return Request(self.t, end, self.y, times, parameters, inflow, thresholds), event

    def _watched(self, trees: tuple[Expression, ...], parameters: list[float]) -> list[float]:
        """Conditions at the present state; one that cannot be evaluated does not hold."""
        if not self.watch.rules:
            return []
        try:
            return self.compiled.watch(trees, parameters)(self.t, self.y)
        except ARITHMETIC_ERRORS:
            state = self.y[:, np.newaxis], np.array(parameters)[:, np.newaxis]
            values = self.compiled.evaluate(trees, np.array([self.t]), *state)
            return [float(value[0]) if np.isfinite(value[0]) else -1.0 for value in values]

    def _put_in_force(self) -> None:
        """Note the parameter values and infusions that hold from now on."""
        self._in_force = self.timeline.parameters_at(self.t), self.timeline.inflow_at(self.t)

    def _give_up(self, stretch: Stretch, request: Request) -> NoReturn:
        self.recorder.add(request.times[: len(stretch.rows)], stretch.rows)
        self.recorder.row(stretch.end, stretch.y)
        self.recorder.close_segment(stretch.end)
        near = [(t, y) for t, y in self.trouble if t >= stretch.end]
        largest = self.recorder.largest()
        text, species = sentence(
            self.model, stretch.end, stretch.y, near, request.parameters.tolist(), largest
        )
        partial = self.recorder.finish("+".join(sorted(self.used)))
        raise SolveError(text, time=stretch.end, species=species, partial=partial) from None

    # -------------------------------------------------------------- at one instant

    def _instant(self, *, dead: int | None = None, boundary: bool = False, first: bool = False) -> None:
        """Everything that happens at the present time: deaths, doses, rules."""
        log, before = self.recorder.occurrences, self.y.copy()
        n_before = len(log)
        if dead is not None:
            self._dead.discard(dead)  # it had come back to its limit, perhaps within the stretch
            self._die(dead)
        self._begin()
        for _ in range(sum(state.rule.at_most for state in self.watch.rules)):
            acted = [self._act(state) for state in self.watch.rules]
            if not any(acted):
                break
            self._begin()
        if self.watch.mortal:
            given = set(np.flatnonzero(self.y > before).tolist())
            self._bury(set(range(len(self.y))) if first else given | self._dead | self._alive)
            self._alive = self.watch.alive(self.y)
        visible = boundary or len(log) > n_before
        two_rows = self.recorder.two_rows(self.t, visible)
        if two_rows:
            self.recorder.row(self.t, before)
        if not first or visible:
            self.recorder.close_segment(self.t)
            self.recorder.open_segment(*self._in_force)
        if two_rows or self.recorder.wants(self.t):
            self.recorder.row(self.t, self.y)

    def _begin(self) -> None:
        amounts, log = self.timeline.begin(self.t)
        if log:
            self.y = self.y + amounts
            self.recorder.occurrences.extend(log)
        self._put_in_force()

    def _die(self, place: int) -> None:
        self.y = self.y.copy()
        self.y[place] = 0.0
        if place in self._dead:  # what came back did not reach the limit: it is still the same death
            return
        self._dead.add(place)
        self.recorder.occurrences.append(
            Occurrence(self.t, "extinction", list(self.model.species)[place], 0.0, self.t)
        )

    def _bury(self, mortal: set[int]) -> None:
        """What is below its limit and falls is gone, if it was given so, has been at its limit, or died.

        What has come up by itself and never reached its limit is no population yet, and cannot die out.
        """
        self._dead -= self.watch.alive(self.y)
        below = self.watch.below(self.y) & mortal
        if not below:
            return
        parameters, inflow = self._in_force
        try:
            slopes = self.compiled.right_hand_side(parameters.tolist())(self.t, self.y)
        except ARITHMETIC_ERRORS:  # the solver will say so, with time and species
            return
        for place in below:
            if slopes[place] + (0.0 if inflow is None else inflow[place]) < 0.0:
                self._die(place)

    def _act(self, state: RuleState) -> bool:
        """Let a rule act if its condition holds now; whether it did."""
        if state.exhausted or (math.isfinite(state.rests_until) and self.t < state.rests_until):
            return False
        if math.isfinite(state.rests_until):
            state.rests_until, state.waiting = math.inf, True
        holds = self._watched((state.condition,), self._in_force[0].tolist())[0] >= 0.0
        if not (holds and state.waiting):
            state.waiting = state.waiting or not holds
            return False
        acts_at = self.t + state.rule.delay
        state.acted, state.waiting = state.acted + 1, False
        if state.rule.apart > 0.0:
            state.rests_until = acts_at + state.rule.apart
        self.recorder.occurrences.append(Occurrence(self.t, "rule", state.rule.condition, 0.0, self.t))
        self.timeline.add(state.rule.actions, acts_at)
        return True
