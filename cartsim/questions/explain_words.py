"""Numbers, times and names as an explanation writes them: three figures, the unit, plain words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from ..language.errors import UnitError
from ..language.model import Model
from ..language.roles import ROLES
from ..language.units import convert
from .kinetics import limit_of
from .readout import quantity, spelled


def rounded(value: float, digits: int = 3) -> float:
    """The number with so many figures.

    Examples
    --------
    >>> rounded(123456.0), rounded(0.0712345, 2)
    (123000.0, 0.071)
    """
    return float(f"{value:.{digits}g}") + 0.0


def shown(value: float, unit: str) -> str:
    """A number of three figures with its unit.

    Examples
    --------
    >>> shown(1234567.0, "cell"), shown(0.93, "1e9 cell"), shown(38.25, "degC"), shown(0.5, "1/day")
    ('1.23e6 cells', '0.93 × 1e9 cells', '38.2 °C', '0.5 per day')
    """
    number = rounded(value)
    if unit in ("cell", "cells"):
        return f"{spelled(number)} {'cell' if number == 1.0 else 'cells'}"
    if unit.startswith("1/"):
        return f"{spelled(number)} per {unit[2:]}"
    above, bar, below = quantity(number, unit).partition("/")
    text = re.sub(r"\bcell\b", "cells", above) + bar + below
    return text.replace("degC", "°C").replace("percent", "%")


def percent(part: float) -> str:
    """A part of one in percent; what is nearly nothing or nearly all is not rounded to it.

    Examples
    --------
    >>> percent(0.734), percent(0.0123), percent(0.0), percent(0.9999), percent(1.0), percent(3e-5)
    ('73 %', '1.2 %', '0 %', 'over 99.9 %', '100 %', 'less than 0.1 %')
    """
    if 0.0 < part < 0.001:
        return "less than 0.1 %"
    if 0.999 < part < 1.0 - 1e-9:
        return "over 99.9 %"
    hundred = 100.0 * part
    return f"{spelled(rounded(hundred, 2 if hundred < 99.0 else 3))} %"


def fold(ratio: float) -> str:
    """How many times as much, for example ``"3900-fold"``; ratios near one keep two decimals."""
    return f"{spelled(rounded(ratio))}-fold"


@dataclass(frozen=True)
class Clock:
    """Times of one run in the model's own unit.

    Attributes
    ----------
    unit : str
        Of time.
    span : float
        From the first to the last time of the run.

    Examples
    --------
    >>> clock = Clock("day", 200.0)
    >>> clock.when(47.5701), clock.lasting(0.77959), clock.lasting(1.0), clock.at(-45.0)
    ('day 47.6', '0.78 days', '1 day', 'Day -45')
    """

    unit: str
    span: float

    def number(self, time: float) -> str:
        """The time with as many decimals as tell the parts of this run apart."""
        decimals = max(1, 2 - math.floor(math.log10(self.span)))
        return spelled(round(time, decimals) + 0.0) if abs(time) < 1e4 else f"{round(time, decimals):g}"

    def when(self, time: float) -> str:
        """A time inside a sentence."""
        return f"{self.unit} {self.number(time)}"

    def at(self, time: float) -> str:
        """A time at the beginning of a sentence."""
        text = self.when(time)
        return text[0].upper() + text[1:]

    def lasting(self, duration: float) -> str:
        """A length of time."""
        number = rounded(duration)
        plural = "" if number == 1.0 or not self.unit.isalpha() or self.unit.endswith("s") else "s"
        return f"{spelled(number)} {self.unit}{plural}"


def words_of(model: Model, name: str) -> str:
    """What a name means, or the name itself.

    A role is said in the words of `ROLES`, up to the comma.
    """
    for group in (model.species, model.processes, model.observables, model.parameters):
        if name in group:
            return group[name].meaning.strip() or name
    if name in model.roles:
        return ROLES.get(name, name.replace("_", " ")).split(",")[0]
    return name


def named(model: Model, name: str) -> str:
    """A name, followed by its meaning in brackets if it has one."""
    words = words_of(model, name)
    return f"{name} ({words})" if words != name else name


def one_cell(unit: str) -> float | None:
    """How much one cell is in `unit`, or None if the unit does not count cells.

    Examples
    --------
    >>> one_cell("1e9 cell"), one_cell("cell/uL"), one_cell("")
    (1e-09, None, None)
    """
    try:
        return limit_of(unit, None)
    except UnitError:
        return None


def converted(value: float, from_unit: str, to_unit: str) -> float | None:
    """The value in another unit; None if the two measure different things, or one is not known."""
    try:
        return convert(value, from_unit, to_unit) if to_unit else None
    except UnitError:
        return None
