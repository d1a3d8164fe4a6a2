"""The nouns a model is made of: `Species`, `Parameter`, `Process`, `Observable`, `Source`, `Variant`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from .errors import ExpressionError, ModelError, shorten
from .events import Event, check_events_given
from .expression import check_name
from .spreads import Spread, as_spread
from .values import amount, finite, frozen, text


@dataclass(frozen=True)
class Species:
    """An amount that changes with time.

    Parameters
    ----------
    initial : float or str
        Amount at the start, zero or more; a text is arithmetic on parameters, such as ``"C_max / fold"``.
    unit : str, optional
        For example ``"cell"`` or ``"pg/mL"``. Without it, the species is left out of the unit check.
    meaning : str
        What it is, in words.
    source : str
        Where the initial amount comes from.
    extinct_below : float, optional
        The population dies out (becomes exactly 0) when it falls below this amount, usually one cell.
    spread : Spread or float, optional
        How the initial amount differs between patients of a cohort; a number is a coefficient of variation.

    Examples
    --------
    >>> Species(2e6, "cell", "tumour cells", extinct_below=1.0).initial
    2000000.0
    """

    initial: float | str
    unit: str | None = None
    meaning: str = ""
    source: str = ""
    extinct_below: float | None = field(default=None, kw_only=True)
    spread: Spread | float | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if not isinstance(self.initial, str):
            object.__setattr__(self, "initial", amount(self.initial, "the initial amount of a species"))
        elif self.spread is not None:
            raise ModelError(f"{shorten(self.initial)} is arithmetic; give the spread to its parameters")
        if self.extinct_below is not None:
            limit = finite(self.extinct_below, "extinct_below")
            if limit <= 0.0:
                raise ModelError(
                    f"extinct_below is {limit:g}; it must be above zero, for example 1.0 for one cell"
                )
            object.__setattr__(self, "extinct_below", limit)
        _texts(self)


@dataclass(frozen=True)
class Parameter:
    """A number that stays as it is, unless an event changes it.

    Parameters
    ----------
    value : float
        The number, finite.
    unit : str, optional
        For example ``"1/day"``; ``"1"`` for a number without unit. Without it, no unit check.
    meaning : str
        What it is, in words.
    source : str
        Where the value comes from, for example ``"Table 2"``.
    spread : Spread or float, optional
        How the value differs between patients of a cohort; a number is a coefficient of variation.
    """

    value: float
    unit: str | None = None
    meaning: str = ""
    source: str = ""
    spread: Spread | float | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", finite(self.value, "the value of a parameter"))
        _texts(self)


@dataclass(frozen=True)
class Process:
    """Something that happens: what flows where, and how fast.

    Parameters
    ----------
    flow : str
        ``"2 A + B -> C"``; either side may be empty. What is on the left is removed, on the right added.
    rate : str
        Arithmetic, and the whole rate: no mass-action factor is ever added.
    meaning : str
        What it is, in words.
    source : str
        Where the form comes from.

    Examples
    --------
    >>> Process("T ->", "gamma * C_T * T").stoichiometry
    mappingproxy({'T': -1.0})
    """

    flow: str
    rate: str
    meaning: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.rate, (int, float)) and not isinstance(self.rate, bool):
            object.__setattr__(self, "rate", repr(finite(self.rate, "the rate of a process")))
        parse_flow(text(self.flow, "the flow of a process"))
        text(self.rate, "the rate of a process")
        _texts(self)

    @property
    def stoichiometry(self) -> Mapping[str, float]:
        """What one unit of the rate adds to (or, negative, removes from) each species."""
        return parse_flow(self.flow)[2]

    @property
    def reactants(self) -> Mapping[str, float]:
        """The left side of the flow: species and how many of each."""
        return parse_flow(self.flow)[0]

    @property
    def products(self) -> Mapping[str, float]:
        """The right side of the flow: species and how many of each."""
        return parse_flow(self.flow)[1]


@dataclass(frozen=True)
class Observable:
    """A named output, such as what a laboratory would measure.

    Parameters
    ----------
    expression : str
        Arithmetic on species, parameters, definitions and ``t``.
    unit : str, optional
        Checked against the expression; without it the unit is inferred.
    meaning : str
        What it is, in words.
    """

    expression: str
    unit: str | None = None
    meaning: str = ""

    def __post_init__(self) -> None:
        text(self.expression, "the expression of an observable")
        _texts(self)


@dataclass(frozen=True)
class Source:
    """Where a model comes from, and how sure we are of its numbers.

    Parameters
    ----------
    authors, title, journal, volume, pages, doi : str
        The reference; `authors` as ``"Barros LRC, Paixao EA, ..."``.
    year : int
        Year of publication.
    confidence : str
        Where the numbers were read: the paper, the authors' code, curated SBML, or a third party.
    population : str
        Who or what was modelled: mice, patients, a cell line.
    """

    authors: str
    year: int
    title: str
    journal: str = ""
    volume: str = ""
    pages: str = ""
    doi: str = ""
    confidence: str = ""
    population: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.year, bool) or not isinstance(self.year, int):
            raise ModelError(f"the year of a source must be a whole number, not {shorten(self.year)}")
        for name in ("authors", "title", "journal", "volume", "pages", "doi", "confidence", "population"):
            text(getattr(self, name), f"the {name} of a source")


@dataclass(frozen=True)
class Variant:
    """Another set of numbers for the same equations: another patient, cell line or arm of the paper.

    Parameters
    ----------
    values : mapping of str to float
        Parameters and initial amounts that differ from the model's own.
    meaning : str
        What the variant stands for.
    source : str
        Where its numbers come from.
    events : tuple of Event
        What is given in this variant, if it is part of it.
    """

    values: Mapping[str, float]
    meaning: str = ""
    source: str = ""
    events: tuple[Event, ...] = ()

    def __post_init__(self) -> None:
        if self.values is None:
            raise ModelError("the values of a variant must be a mapping from names to numbers, not None")
        given = frozen(self.values, "values")
        values = {name: finite(value, f"the value of {name!r} in a variant") for name, value in given.items()}
        object.__setattr__(self, "values", frozen(values, "values"))
        object.__setattr__(self, "events", check_events_given(self.events))
        _texts(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return Variant, (dict(self.values), self.meaning, self.source, self.events)


def _texts(part: Any) -> None:
    """Check the words of a part, and its spread if it has one."""
    for name in ("unit", "meaning", "source"):
        value = getattr(part, name, None)
        if name == "unit" and value == "":
            object.__setattr__(part, "unit", None)
        elif value is not None and not isinstance(value, str):
            raise ModelError(f"the {name} of a {type(part).__name__} must be a text, not {shorten(value)}")
    if getattr(part, "spread", None) is not None:
        object.__setattr__(part, "spread", as_spread(part.spread, f"the spread of a {type(part).__name__}"))


MAX_STOICHIOMETRY = 1e6
"""The largest number of one species in a flow."""

_TERM = re.compile(r"(?:(\d+(?:\.\d+)?)\s*\*?\s*)?(\S+)\Z", re.ASCII)


@lru_cache(maxsize=4096)
def parse_flow(flow: str) -> tuple[Mapping[str, float], Mapping[str, float], Mapping[str, float]]:
    """Read ``"2 A + B -> C"`` into what is used, what is made, and the difference.

    Raises
    ------
    ExpressionError
        If there is not exactly one arrow, or a side is not a sum of species.

    Examples
    --------
    >>> used, made, net = parse_flow("2 A + B -> C")
    >>> dict(used), dict(made), dict(net)
    ({'A': 2.0, 'B': 1.0}, {'C': 1.0}, {'A': -2.0, 'B': -1.0, 'C': 1.0})
    """
    if len(flow) > 500:
        raise ExpressionError(f"the flow {shorten(flow)} has {len(flow):,} characters; at most 500 are read")
    where, sides = f"the flow {shorten(flow)}", flow.split("->")
    if "<" in flow:
        raise ExpressionError(f"{where} must have one arrow '->'; write a reversible flow as two processes")
    if len(sides) != 2:
        raise ExpressionError(f"{where} must have exactly one arrow '->', as 'A -> B' or 'A ->' have")
    used, made = (_side(side, where) for side in sides)
    if not used and not made:
        raise ExpressionError(f"{where} names no species; write for example '-> A' or 'A ->'")
    net = {name: made.get(name, 0.0) - used.get(name, 0.0) for name in {**used, **made}}
    return MappingProxyType(used), MappingProxyType(made), MappingProxyType(net)


def _side(side: str, where: str) -> dict[str, float]:
    amounts: dict[str, float] = {}
    if not side.strip():
        return amounts
    for term in side.split("+"):
        match = _TERM.match(term.strip())
        if match is None:
            raise ExpressionError(f"{where} has {shorten(term.strip())} where a species should be")
        number, name = match.groups()
        if name in ("0", "null"):
            raise ExpressionError(f"{where}: leave the side empty instead of writing {name!r}")
        check_name(name, f"the species in {where}")
        if number is not None and float(number) == 0.0:
            raise ExpressionError(f"{where} has zero of {name!r}")
        if number is not None and float(number) > MAX_STOICHIOMETRY:
            raise ExpressionError(
                f"{where} has {shorten(number)} of {name!r}; at most {MAX_STOICHIOMETRY:g} can be"
            )
        amounts[name] = amounts.get(name, 0.0) + (float(number) if number else 1.0)
    return amounts
