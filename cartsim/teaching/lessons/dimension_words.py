"""What a unit measures, in a word, and what to say when an answer measures another thing than was asked."""

from __future__ import annotations

from fractions import Fraction

from ...language.errors import UnitError
from ...language.units import Unit, parse_unit

_AMOUNTS = ("cell", "copies", "IU", "mg", "mol")
_COUNTED = ("cell", "day", "hour", "minute", "week", "year")  # what has a plural
_NONE = (Fraction(0), Fraction(0))  # exponents of time and of volume, also below
_ALONE = {
    _NONE: "a number without unit",
    (Fraction(1), Fraction(0)): "a time",
    (Fraction(-1), Fraction(0)): "a rate per head",
    (Fraction(0), Fraction(1)): "a volume",
}
_OF_AMOUNTS = {
    _NONE: "an amount",
    (Fraction(-1), Fraction(0)): "a rate",
    (Fraction(0), Fraction(-1)): "a concentration",
    (Fraction(-1), Fraction(-1)): "a rate",
    (Fraction(1), Fraction(0)): "an area under a curve",
    (Fraction(1), Fraction(-1)): "an area under a curve",
}
_WORDS = {"degC": "a temperature", "mmHg": "a pressure", "Gy": "a radiation dose", "m": "a length"}

# (what was asked, what was given): how one comes to the other
_WAYS = {
    ("an amount", "a rate"): "A rate says how fast an amount changes; the amount is what has come together.",
    ("a rate", "an amount"): "An amount is how much there is; a rate is how much comes or goes in each day.",
    ("a rate per head", "a rate"): "Divide the rate by the amount that it changes.",
    ("a rate", "a rate per head"): "Multiply the rate per head by the amount that it acts on.",
    ("a time", "a rate per head"): "At a constant rate per head, half a population takes ln 2 / rate to go.",
    ("a rate per head", "a time"): "At a constant rate per head, the rate is ln 2 / half-life.",
    ("a concentration", "an amount"): "Divide the amount by the volume in which it is.",
    ("an amount", "a concentration"): "Multiply the concentration by the volume in which it is.",
    ("an amount", "an area under a curve"): "An area has a time in it; an amount has not.",
    ("an area under a curve", "an amount"): "An area adds up the amounts of all days.",
}


def measure(unit: Unit) -> str:
    """What is measured in this unit, with its article.

    Examples
    --------
    >>> measure(parse_unit("cell/day")), measure(parse_unit("1/week")), measure(parse_unit("pg/mL"))
    ('a rate', 'a rate per head', 'a concentration')
    """
    exponents = dict(unit.dimensions)
    powers = exponents.pop("day", Fraction(0)), exponents.pop("mL", Fraction(0))
    if not exponents:
        return _ALONE.get(powers, "a quantity")
    base, exponent = next(iter(exponents.items()))
    if len(exponents) > 1 or exponent != 1:
        return "a quantity"
    if base in _AMOUNTS:
        return _OF_AMOUNTS.get(powers, "a quantity")
    return _WORDS[base] if powers == _NONE else "a quantity"


def disagreement(asked: str, given: str) -> str:
    """What to say when `given` measures another thing than `asked`; both are texts of units.

    Examples
    --------
    >>> print(disagreement("cell", "cell/day"))
    An amount in cells was asked; you gave a rate in cells per day. A rate says how fast an amount ...
    """
    kinds = measure(parse_unit(asked)), measure(parse_unit(given))
    said = _with_unit(kinds[0], asked), _with_unit(kinds[1], given)
    sentence = f"{said[0][0].upper()}{said[0][1:]} was asked; you gave {said[1]}."
    return f"{sentence} {_WAYS[kinds]}" if kinds in _WAYS else sentence


def mixed_up(asked: str, given: str) -> str:
    """The mistake in a few words, such as ``"rate for amount"``; empty if `given` cannot be read.

    Examples
    --------
    >>> mixed_up("cell", "cell/day")
    'rate for amount'
    """
    try:
        kinds = measure(parse_unit(given)), measure(parse_unit(asked))
    except UnitError:
        return ""
    return " for ".join(kind.split(" ", 1)[1] for kind in kinds)


def spoken(unit: str) -> str:
    """A unit as it is read in a sentence, where it is a simple one.

    Examples
    --------
    >>> spoken("day"), spoken("cell/day"), spoken("pg/mL"), spoken("1/day")
    ('days', 'cells per day', 'pg per mL', '1/day')
    """
    above, bar, below = unit.partition("/")
    above = f"{above}s" if above in _COUNTED else above
    return f"{above} per {below}" if bar and above.isalpha() and below.isalpha() else above + bar + below


def _with_unit(kind: str, unit: str) -> str:
    return kind if kind == "a number without unit" else f"{kind} in {spoken(unit)}"
