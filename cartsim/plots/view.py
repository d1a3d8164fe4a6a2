"""`View`: the part of a run that a picture shows, in days after the CAR-T infusion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter
from numpy.typing import NDArray

from ..language.errors import ModelError, shorten
from ..language.units import convert
from ..language.values import finite
from ..questions.course import given_into, origin_of, targets
from ..solving.trajectory import Trajectory
from .scales import readable_ticks
from .words import number

Array = NDArray[np.float64]
Days: TypeAlias = tuple[float, float] | None

WIDENED = (-28.0, -7.0, 0.0, 7.0, 14.0, 28.0, 60.0, 90.0, 180.0, 365.0, 730.0, 1825.0)
"""The ticks of an axis whose first weeks are wide."""
_SOFT = 4.0  # days around the infusion in which a widened axis is nearly linear


@dataclass(frozen=True, eq=False)
class View:
    """A run between two days.

    Attributes
    ----------
    run : Trajectory
    day : float
        A unit of the model's time, in days.
    origin : float
        The day of the run from which the days count.
    infused : bool
        Whether that is the first CAR-T infusion, and not the start of the run.
    first, last : float
        The days that are shown.
    """

    run: Trajectory
    day: float
    origin: float
    infused: bool
    first: float
    last: float

    def days(self, time: Any) -> Any:
        """Times of the model, in days after the origin."""
        return time * self.day - self.origin

    @cached_property
    def _rows(self) -> tuple[Array, NDArray[np.bool_]]:
        t = np.asarray(self.days(self.run.t), float)
        return t, (t >= self.first) & (t <= self.last)

    @cached_property
    def t(self) -> Array:
        """The days of the rows that are shown, the ends among them, shape (n_times,)."""
        t, shown = self._rows
        return np.concatenate([[self.first], t[shown], [self.last]])

    def __getitem__(self, name: str) -> Array:
        """What the run has at `t`, shape (n_times,)."""
        t, shown = self._rows
        values = np.asarray(self.run[name], float)
        ends = np.interp([self.first, self.last], t, values)
        return np.concatenate([ends[:1], values[shown], ends[1:]])

    def at(self, name: str, day: float) -> float:
        """What the run has on a day, whether it is shown or not."""
        return float(np.interp(day, self._rows[0], np.asarray(self.run[name], float)))

    def __contains__(self, role: object) -> bool:
        return role in self.run.model.roles and role in self.run


def view_of(run: Trajectory, days: Days, usual: tuple[float, float], verb: str) -> View:
    """The part of a run that is shown.

    Parameters
    ----------
    run : Trajectory
    days : (float, float), optional
        What was asked for.
    usual : (float, float)
        What is shown otherwise, as far as the run goes.
    verb : str
        Who asks, for the errors.

    Raises
    ------
    ModelError
        If it is not a run, or the run has nothing between these days.
    """
    if not isinstance(run, Trajectory):
        raise ModelError(f"{verb} draws one run, as simulate gives it for one model, not {shorten(run)}")
    day = convert(1.0, run.model.time, "day")
    given = given_into(
        run.occurrences, targets(run.model.structure, "car_t", "infused"), float(run.t[-1]), day
    )
    origin = origin_of(given, float(run.t[0]) * day)
    begin, end = (float(run.t[i]) * day - origin.time for i in (0, -1))
    first, last = _pair(days) if days is not None else usual
    first, last = max(first, begin), min(last, end)
    if first >= last:
        asked = f"days={shorten(days)}" if days is not None else "what it usually shows"
        since = "the first CAR-T infusion" if origin.infused else "its start"
        raise ModelError(
            f"{verb} has nothing to show: the run goes from day {number(begin)} to day {number(end)}, "
            f"counted from {since}; {asked} lies outside"
        )
    return View(run, day, origin.time, origin.infused, first, last)


def _pair(days: Any) -> tuple[float, float]:
    try:
        first, last = days
    except (TypeError, ValueError):
        raise ModelError(
            f"days must be a pair such as days=(-10, 60), not {shorten(days)}; day 0 is the CAR-T infusion"
        ) from None
    first, last = finite(first, "the first of days="), finite(last, "the last of days=")
    if first >= last:
        raise ModelError(f"days=({first:g}, {last:g}) must end after it begins")
    return first, last


def days_axis(axes: Sequence[Axes], view: View, *, widened: bool) -> None:
    """Limits, ticks and label of the days, which the axes share; only the lowest is labelled."""
    for ax in axes:
        if widened:
            ax.set_xscale("function", functions=(_wide, _back))
        ax.set_xlim(view.first, view.last)
        if widened:
            ax.xaxis.set_major_locator(FixedLocator(_apart(view)))
            ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
        else:
            readable_ticks(ax.xaxis, log=False, most=8)
        ax.tick_params(labelbottom=ax is axes[-1])
    since = "CAR-T infusion" if view.infused else "the start"
    axes[-1].set_xlabel(f"time after {since}{', first weeks widened' if widened else ''} (day)", size="small")


def _apart(view: View) -> list[float]:
    """The days at which a widened axis has a tick, so far apart that their numbers are."""
    low, high = (float(_wide(np.array(day))) for day in (view.first, view.last))
    found: list[float] = []
    for day in sorted((day for day in WIDENED if view.first <= day <= view.last), key=abs):
        place = float(_wide(np.array(day)))
        if all(abs(place - float(_wide(np.array(other)))) > 0.05 * (high - low) for other in found):
            found.append(day)
    return sorted(found)


def _wide(t: Array) -> Array:
    return np.asarray(np.sign(t) * (np.sqrt(np.abs(t) + _SOFT) - np.sqrt(_SOFT)))


def _back(place: Array) -> Array:
    return np.asarray(np.sign(place) * ((np.abs(place) + np.sqrt(_SOFT)) ** 2 - _SOFT))
