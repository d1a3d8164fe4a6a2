"""One run: from event to event, each stretch solved afresh, so that no dose is ever stepped over."""

from __future__ import annotations

import math
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from ..language.compile import ARITHMETIC_ERRORS, Compiled, Trouble, compiled
from ..language.errors import ModelError, SolveError
from ..language.model import Model
from .diagnosis import sentence
from .recorder import Recorder
from .steps import STEPWISE, Function, Problem, Stretch, StuckError, step_by_step, with_compiled_driver
from .timeline import Occurrence, Timeline
from .trajectory import Trajectory
from .watch import RuleState, Watch

Array = NDArray[np.float64]
_RESCUE = "Radau"  # where the compiled driver fails: it survives trial steps that leave the domain of a rate


class Run:
    """The state of one run while it is being solved.

    Parameters
    ----------
    model : Model
    start, until : float
    recorder : Recorder
        Receives the rows.
    method : str
        ``"odeint"``, or a method of ``solve_ivp``.
    rtol : float
    atol : ndarray, shape (n_species,)
    """

    def __init__(
        self,
        model: Model,
        start: float,
        until: float,
        recorder: Recorder,
        *,
        method: str,
        rtol: float,
        atol: Array,
    ) -> None:
        self.model = model
        self.until = until
        self.recorder = recorder
        self.method = method
        self.used = {method}
        self.rtol, self.atol = rtol, atol
        self.compiled: Compiled = compiled(model.structure)
        self.timeline = Timeline(model, start, until)
        self.watch = Watch(model)
        self.trouble = Trouble()
        self.t = start
        self.y = self._initial()

    def _initial(self) -> Array:
        parameters = self.timeline.parameters_at(self.t)
        try:
            y = self.compiled.initial(
                {name: s.initial for name, s in self.model.species.items()}, parameters.tolist()
            )
        except ARITHMETIC_ERRORS as error:
            raise ModelError(
                f"an initial amount of {self.model.name!r} cannot be computed: {error}"
            ) from None
        for name, value in zip(self.model.species, y, strict=True):
            if not math.isfinite(value) or value < 0.0:
                raise ModelError(
                    f"the initial amount of {name!r} in {self.model.name!r}, "
                    f"{self.model.species[name].initial}, is {value:g}; it must be finite and not negative"
                )
        return y

    def solve(self) -> Trajectory:
        """Go through to the end.

        Raises
        ------
        SolveError
            If it cannot be finished; it carries what was computed.
        """
        parameters, inflow = self._in_force()
        self.recorder.open_segment(parameters, inflow)
        self._instant(first=True)
        while self.t < self.until:
            hit, boundary = self._stretch()
            self._instant(dead=self.watch.died(hit), boundary=boundary)
        return self.recorder.finish("+".join(sorted(self.used)))

    def _in_force(self) -> tuple[Array, Array | None]:
        return self.timeline.parameters_at(self.t), self.timeline.inflow_at(self.t)

    # -------------------------------------------------------------- at one instant

    def _instant(self, *, dead: int | None = None, boundary: bool = False, first: bool = False) -> None:
        """Everything that happens at the present time: deaths, doses, rules."""
        log, before = self.recorder.occurrences, self.y.copy()
        n_before = len(log)
        if dead is not None:
            self._die(dead)
        self._begin()
        for _ in range(sum(state.rule.at_most for state in self.watch.rules)):
            acted = [self._act(state) for state in self.watch.rules]
            if not any(acted):
                break
            self._begin()
        self._bury_the_falling()
        visible = boundary or len(log) > n_before
        two_rows = self.recorder.two_rows(self.t, visible)
        if two_rows:
            self.recorder.row(self.t, before)
        if not first:
            self.recorder.close_segment(self.t)
            self.recorder.open_segment(*self._in_force())
        if two_rows or self.recorder.wants(self.t):
            self.recorder.row(self.t, self.y)

    def _begin(self) -> None:
        amounts, log = self.timeline.begin(self.t)
        self.y = self.y + amounts
        self.recorder.occurrences.extend(log)

    def _die(self, place: int) -> None:
        self.y = self.y.copy()
        self.y[place] = 0.0
        self.recorder.occurrences.append(
            Occurrence(self.t, "extinction", list(self.model.species)[place], 0.0, self.t)
        )

    def _bury_the_falling(self) -> None:
        """What is below its limit and not growing is gone, whether it fell there or was given so little."""
        below = self.watch.below(self.y)
        if not below:
            return
        parameters, inflow = self._in_force()
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
        place = 2 * (len(self.watch.trees) // 2 - len(self.watch.rules) + self.watch.rules.index(state)) + 1
        try:
            holds = (
                self.compiled.watch(self.watch.trees, self._in_force()[0].tolist())(self.t, self.y)[place]
                >= 0.0
            )
        except ARITHMETIC_ERRORS:
            holds = False
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

    # -------------------------------------------------------------- from one instant to the next

    def _stretch(self) -> tuple[int | None, bool]:
        """Solve up to the next instant; what was met on the way, and whether a known event is reached."""
        parameters, inflow = self._in_force()
        values = parameters.tolist()
        jumps = [time for time in self.compiled.jump_times(values) if time > self.t]
        event = min([self.timeline.next_after(self.t), *jumps])
        end = min(event, self.watch.next_wake(self.t), self.until)
        first_seen, thresholds = [math.inf], self.watch.thresholds(self.y)
        function = self.compiled.right_hand_side(
            values,
            self.trouble,
            watches=self.watch.trees,
            thresholds=thresholds,
            first_seen=first_seen,
            reuse=True,
        )
        problem = Problem(
            function=_with_inflow(_before(function, end) if self.compiled.has_jumps else function, inflow),
            jacobian=self.compiled.jacobian(values),
            start=self.t,
            end=end,
            y=self.y,
            times=self.recorder.inside(self.t, end),
            rtol=self.rtol,
            atol=self.atol,
            watch=self.compiled.watch(self.watch.trees, values) if self.watch.trees else None,
            thresholds=thresholds,
            first_seen=first_seen,
        )
        stretch = self._advance(problem)
        self.recorder.add(problem.times[: len(stretch.rows)], stretch.rows)
        self.t, self.y = stretch.end, stretch.y
        return stretch.hit, self.t == event

    def _advance(self, problem: Problem) -> Stretch:
        if self.method in STEPWISE:
            try:
                return step_by_step(problem, self.method)
            except StuckError as error:
                self._give_up(error, problem)
        try:
            return with_compiled_driver(problem)
        except (StuckError, *ARITHMETIC_ERRORS):
            self.used.add(_RESCUE)
        try:
            return step_by_step(problem, _RESCUE)
        except StuckError as error:
            self._give_up(error, problem)

    def _give_up(self, error: StuckError, problem: Problem) -> NoReturn:
        stretch = error.stretch
        self.recorder.add(problem.times[: len(stretch.rows)], stretch.rows)
        self.recorder.row(stretch.end, stretch.y)
        self.recorder.close_segment(stretch.end)
        near = [(t, y) for t, y in self.trouble if t >= stretch.end]
        text, species = sentence(self.model, stretch.end, stretch.y, near, self._in_force()[0].tolist())
        partial = self.recorder.finish("+".join(sorted(self.used)))
        raise SolveError(text, time=stretch.end, species=species, partial=partial) from None


def _with_inflow(function: Function, inflow: Array | None) -> Function:
    if inflow is None:
        return function

    def with_infusion(t: float, y: Array) -> Array:
        slopes: Array = function(t, y)
        slopes += inflow
        return slopes

    return with_infusion


def _before(function: Function, end: float) -> Function:
    """`function` with time kept just below `end`, so that a ``step`` at `end` is not felt before it."""
    last = float(np.nextafter(end, -math.inf))

    def earlier(t: float, y: Array) -> Array:
        slopes: Array = function(t if t < last else last, y)
        return slopes

    return earlier
