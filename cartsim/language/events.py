"""What is done to a model while it runs: `Dose`, `Infusion`, `Change`, and the rule `When`.

Times are in the model's own unit. Intervals are half-open: an infusion or a change acts from its start
up to, but not at, its end. Doses at one instant add; factors on one parameter multiply.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .errors import ModelError, nearest, shorten
from .expression import parse_condition
from .values import amount, finite, text


@dataclass(frozen=True)
class Dose:
    """An amount added at one instant.

    Parameters
    ----------
    amount : float
        In the unit of the species; zero or more.
    into : str
        The species, or a role that is a single species.
    at : float
        The time; inside a rule, the time after the rule has acted.

    Examples
    --------
    >>> Dose(1.5e6, into="C_T", at=42)
    Dose(amount=1500000.0, into='C_T', at=42.0)
    """

    amount: float
    into: str
    at: float = 0.0

    def __post_init__(self) -> None:
        into = text(self.into, "the species that a dose goes into")
        object.__setattr__(self, "amount", amount(self.amount, f"the dose into {into!r}"))
        object.__setattr__(self, "at", finite(self.at, f"the time of the dose into {into!r}"))


@dataclass(frozen=True)
class Infusion:
    """An amount added at a constant rate over ``[start, start + duration)``.

    Parameters
    ----------
    amount : float
        The whole amount, in the unit of the species.
    into : str
        The species, or a role that is a single species.
    start, duration : float
        When it begins and how long it lasts; the duration is above zero.
    """

    amount: float
    into: str
    start: float = 0.0
    duration: float = field(default=0.0)

    def __post_init__(self) -> None:
        into = text(self.into, "the species that an infusion goes into")
        object.__setattr__(self, "amount", amount(self.amount, f"the infusion into {into!r}"))
        object.__setattr__(self, "start", finite(self.start, f"the start of the infusion into {into!r}"))
        duration = finite(self.duration, f"the duration of the infusion into {into!r}")
        if duration <= 0.0:
            raise ModelError(
                f"the duration of the infusion into {into!r} is {duration:g}; it must be above zero, "
                "or use Dose(...) for an amount given at once"
            )
        object.__setattr__(self, "duration", duration)

    @property
    def stop(self) -> float:
        """When the infusion ends."""
        return self.start + self.duration


@dataclass(frozen=True)
class Change:
    """Another value of a parameter over ``[start, stop)``.

    Parameters
    ----------
    parameter : str
        Its name.
    factor, to : float
        Either what the parameter is multiplied by, or what it becomes. Where several changes overlap, the
        one `to` comes first and all factors multiply it; two that set the parameter at once are refused.
    start : float
        When it begins.
    stop : float, optional
        When it ends; without it, it lasts.

    Examples
    --------
    >>> Change("phi", factor=0.5, start=3, stop=10).stop
    10.0
    """

    parameter: str
    factor: float | None = field(default=None, kw_only=True)
    to: float | None = field(default=None, kw_only=True)
    start: float = field(default=0.0, kw_only=True)
    stop: float | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        name = text(self.parameter, "the parameter that changes")
        if (self.factor is None) == (self.to is None):
            raise ModelError(f"the change of {name!r} needs either factor= or to=, and not both")
        for which in ("factor", "to"):
            value = getattr(self, which)
            if value is not None:
                object.__setattr__(self, which, finite(value, f"{which}= of the change of {name!r}"))
        object.__setattr__(self, "start", finite(self.start, f"the start of the change of {name!r}"))
        if self.stop is not None:
            stop = finite(self.stop, f"the stop of the change of {name!r}")
            if stop <= self.start:
                raise ModelError(
                    f"the change of {name!r} stops at {stop:g}, not after its start at {self.start:g}"
                )
            object.__setattr__(self, "stop", stop)


Action: TypeAlias = Dose | Infusion | Change


@dataclass(frozen=True)
class When:
    """A rule: when the condition becomes true, something is done.

    Parameters
    ----------
    condition : str
        A comparison of anything the model names, such as ``"crs_grade >= 2"``, joined by ``and``/``or``.
    then : Dose, Infusion, Change or a tuple of them
        What is done; their times count from the moment the rule acts.
    delay : float
        Time from the condition to the action.
    at_most : int
        How often the rule may act.
    apart : float
        Least time from one action to the next. After it, the rule acts again if the condition still holds.
        Without it, the condition must first become false again.

    Examples
    --------
    >>> When("crs_grade >= 2", then=Dose(560, into="tocilizumab"), at_most=4, apart=1 / 3).at_most
    4
    """

    condition: str
    then: Action | tuple[Action, ...]
    delay: float = field(default=0.0, kw_only=True)
    at_most: int = field(default=1, kw_only=True)
    apart: float = field(default=0.0, kw_only=True)

    def __post_init__(self) -> None:
        parse_condition(self.condition, "the condition of a rule")
        actions = self.then if isinstance(self.then, (tuple, list)) else (self.then,)
        for action in actions:
            if not isinstance(action, Dose | Infusion | Change):
                raise ModelError(
                    f"a rule can do Dose(...), Infusion(...) or Change(...), not {shorten(action)}"
                )
            if _starts(action) < 0.0:
                raise ModelError("inside a rule, times count from the moment it acts and cannot be negative")
        if not actions:
            raise ModelError("a rule must do something: then=Dose(...), for example")
        object.__setattr__(self, "then", tuple(actions))
        object.__setattr__(self, "delay", amount(self.delay, "the delay of a rule"))
        object.__setattr__(self, "apart", amount(self.apart, "the time apart of a rule"))
        if isinstance(self.at_most, bool) or not isinstance(self.at_most, int) or self.at_most < 1:
            raise ModelError(f"at_most of a rule must be a whole number from 1, not {shorten(self.at_most)}")

    @property
    def actions(self) -> tuple[Action, ...]:
        """What is done, always as a tuple."""
        return self.then if isinstance(self.then, tuple) else (self.then,)


Event: TypeAlias = Dose | Infusion | Change | When
EVENTS: dict[str, type[Event]] = {kind.__name__: kind for kind in (Dose, Infusion, Change, When)}


def _starts(action: Action) -> float:
    return action.at if isinstance(action, Dose) else action.start


def starts(event: Event) -> float | None:
    """When the event begins, or None for a rule."""
    return None if isinstance(event, When) else _starts(event)


def check_events_given(events: Any) -> tuple[Event, ...]:
    """One event or several as a tuple, each checked to be an event.

    A tuple among them, as a therapy gives it, stands for the events in it.
    """
    if isinstance(events, (str, Mapping)) or not isinstance(events, Iterable):
        events = (events,)
    flat: list[Any] = []
    for event in events:
        flat += event if isinstance(event, tuple) else (event,)
    return tuple(check_event(event) for event in flat)


def check_event(value: Any) -> Event:
    """`value` itself if it is an event.

    Raises
    ------
    ModelError
        If it is anything else.
    """
    if isinstance(value, Dose | Infusion | Change | When):
        return value
    hint = nearest(type(value).__name__, EVENTS) or "Dose, Infusion, Change or When"
    raise ModelError(f"{shorten(value)} is not an event; use {hint}, for example Dose(1e6, into='C_T', at=0)")
