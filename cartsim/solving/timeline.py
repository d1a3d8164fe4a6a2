"""`Timeline`: what is given to a model and when, cut into stretches between events.

Rules add to it while the run goes on.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..language.errors import ModelError
from ..language.events import Action, Change, Dose, Infusion, When
from ..language.model import Model
from ..language.targets import target_species

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Occurrence:
    """Something that happened in a run, for the log and the pictures.

    Attributes
    ----------
    time : float
    kind : str
        ``"dose"``, ``"infusion"``, ``"change"``, ``"rule"`` or ``"extinction"``.
    name : str
        The species or parameter concerned, or the condition of the rule.
    amount : float
        Given, or the new factor or value; 0 for rules and extinctions.
    stop : float
        When it ended; equal to `time` for what happens at once, infinite for what lasts.
    """

    time: float
    kind: str
    name: str
    amount: float = 0.0
    stop: float = math.nan

    def __str__(self) -> str:
        words = {
            "dose": f"dose of {self.amount:g} into {self.name}",
            "infusion": f"infusion of {self.amount:g} into {self.name}",
            "change": f"{self.name} changed ({self.amount:g})",
            "rule": f"rule {self.name}",
            "extinction": f"{self.name} died out",
        }
        return words[self.kind]


class Timeline:
    """The doses, infusions and changes of one run, rules aside.

    Parameters
    ----------
    model : Model
    start, until : float
        The run; every event must begin inside it.

    Raises
    ------
    ModelError
        If an event begins before `start` or after `until`, or two changes set one parameter at once.
    """

    def __init__(self, model: Model, start: float, until: float) -> None:
        self._model = model
        self._until = until
        self._species = {name: i for i, name in enumerate(model.species)}
        self._parameters = {name: i for i, name in enumerate(model.parameters)}
        self._base = np.array(list(model.values.values()), dtype=float)
        self._begun: set[tuple[str, int]] = set()
        self.doses: list[Dose] = []
        self.infusions: list[Infusion] = []
        self.changes: list[Change] = []
        for event in model.events:
            if not isinstance(event, When):
                self._check(event, start)
                self._put(event)
        self.refuse_conflicts()

    def _check(self, event: Action, start: float) -> None:
        unit = self._model.time
        begins = event.at if isinstance(event, Dose) else event.start
        if isinstance(event, Change):
            what = f"the change of {event.parameter!r}"
        else:
            what = f"the {type(event).__name__.lower()} into {event.into!r}"
        if begins < start:
            raise ModelError(
                f"{what} at {unit} {begins:g} lies before the start of the run at {unit} {start:g}"
            )
        if begins > self._until:
            raise ModelError(
                f"{what} at {unit} {begins:g} lies after the end of the run; use until={begins:g} or more, "
                f"not {self._until:g}"
            )

    def _put(self, event: Action) -> None:
        match event:
            case Dose():
                self.doses.append(event)
            case Infusion() if event.stop > event.start:
                self.infusions.append(event)
            case Infusion():  # so short that its end is lost in rounding: given at once
                self.doses.append(Dose(event.amount, event.into, event.start))
            case Change():
                self.changes.append(event)

    def add(self, actions: Iterable[Action], time: float) -> None:
        """Put what a rule does on the line, its times counted from `time`; beyond the end it is dropped."""
        for action in actions:
            match action:
                case Dose():
                    moved: Action = Dose(action.amount, action.into, time + action.at)
                    begins = time + action.at
                case Infusion():
                    begins = time + action.start
                    moved = Infusion(action.amount, action.into, begins, action.duration)
                case Change():
                    begins = time + action.start
                    stop = None if action.stop is None else time + action.stop
                    moved = Change(
                        action.parameter, factor=action.factor, to=action.to, start=begins, stop=stop
                    )
            if begins <= self._until:
                self._put(moved)
        self.refuse_conflicts()

    def refuse_conflicts(self) -> None:
        """Raise `ModelError` where two changes set one parameter to different values at the same time."""
        settings = [change for change in self.changes if change.to is not None]
        for i, one in enumerate(settings):
            for other in settings[i + 1 :]:
                overlap = one.start < _stop(other) and other.start < _stop(one)
                if one.parameter == other.parameter and overlap and one.to != other.to:
                    raise ModelError(
                        f"two changes set {one.parameter!r} at once, to {one.to:g} and to {other.to:g} "
                        f"({self._model.time} {max(one.start, other.start):g}); stop the first or use factor="
                    )

    def next_after(self, time: float) -> float:
        """The next instant after `time` at which something begins or ends, or infinity."""
        instants = [dose.at for dose in self.doses]
        for lasting in self._lasting():
            instants += [lasting.start, _stop(lasting)]
        return min((instant for instant in instants if instant > time), default=math.inf)

    def _lasting(self) -> list[Infusion | Change]:
        return [*self.infusions, *self.changes]

    def instants(self) -> set[float]:
        """Every finite instant at which something begins or ends."""
        times = {dose.at for dose in self.doses}
        for lasting in self._lasting():
            times |= {lasting.start, _stop(lasting)}
        return {time for time in times if math.isfinite(time)}

    def parameters_at(self, time: float, base: Array | None = None) -> Array:
        """The parameter values in force from `time` on, shape (n_parameters,).

        With the values of other patients as `base`, shape (n_parameters, n), theirs.
        """
        values: Array = (self._base if base is None else base).copy()
        if not self.changes:
            return values
        acting = [change for change in self.changes if change.start <= time < _stop(change)]
        for change in acting:
            if change.to is not None:
                values[self._parameters[change.parameter]] = change.to
        for change in acting:
            if change.factor is not None:
                values[self._parameters[change.parameter]] *= change.factor
        return values

    def inflow_at(self, time: float) -> Array | None:
        """What infusions add to each species a unit of time from `time` on, or None if there is none."""
        if not self.infusions:
            return None
        acting = [infusion for infusion in self.infusions if infusion.start <= time < infusion.stop]
        if not acting:
            return None
        inflow = np.zeros(len(self._species))
        for infusion in acting:
            inflow[self._species[target_species(self._model, infusion.into)]] += infusion.amount / (
                infusion.stop - infusion.start
            )
        return inflow

    def begin(self, time: float) -> tuple[Array, list[Occurrence]]:
        """What begins at `time` and has not begun yet: the amounts given at once, and the log."""
        amounts = np.zeros(len(self._species))
        log: list[Occurrence] = []
        if not (self.doses or self.infusions or self.changes):
            return amounts, log
        places: list[tuple[str, int, float, Action]] = [
            ("dose", i, e.at, e) for i, e in enumerate(self.doses)
        ]
        places += [("infusion", i, e.start, e) for i, e in enumerate(self.infusions)]
        places += [("change", i, e.start, e) for i, e in enumerate(self.changes)]
        for kind, i, begins, event in places:
            if (kind, i) in self._begun or begins != time:
                continue
            self._begun.add((kind, i))
            match event:
                case Dose(amount=amount, into=into):
                    species = target_species(self._model, into)
                    amounts[self._species[species]] += amount
                    log.append(Occurrence(time, "dose", species, amount, time))
                case Infusion(amount=amount, into=into):
                    log.append(
                        Occurrence(time, "infusion", target_species(self._model, into), amount, event.stop)
                    )
                case Change(parameter=parameter, to=to, factor=factor):
                    value = factor if to is None else to
                    log.append(Occurrence(time, "change", parameter, float(value or 0.0), _stop(event)))
        return amounts, log


def _stop(event: Infusion | Change) -> float:
    return math.inf if event.stop is None else event.stop
