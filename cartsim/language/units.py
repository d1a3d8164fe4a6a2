"""Units: what a text such as ``"pg/(cell*day)"`` means, and how two of them compare.

Small on purpose: it knows the units of this field and no others. A `Unit` is a factor and exponents of
nine base units, so ``cell/hour`` is 24 times ``cell/day``. Volume is a base of its own, not a cubed
length: models count in mL and dose by m^2, and never mix the two.
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NoReturn

from .errors import UnitError, shorten, suggestion
from .printers.python import number_text

MAX_LENGTH = 200
"""Characters in the text of one unit."""
MAX_DEPTH = 20
"""Levels of parentheses in the text of one unit."""
MAX_EXPONENT = 100  # no model needs it, and hostile text shall cost no time
MAX_SCALE = 1e200  # and 1e-200 is the smallest: two factors can be divided without overflow

# fmt: off
_NAMES: dict[str, dict[float, str]] = {  # base unit: {size in base units: names, the first one is printed}
    "cell":   {1.0: "cell cells"},
    "copies": {1.0: "copies copy"},
    "IU":     {1.0: "IU"},
    "Gy":     {1.0: "Gy"},
    "degC":   {1.0: "degC"}, "mmHg": {1.0: "mmHg"},
    "mg":     {1.0: "mg", 1e3: "g", 1e6: "kg", 1e-3: "ug", 1e-6: "ng", 1e-9: "pg"},
    "mol":    {1.0: "mol", 1e-9: "nmol", 1e-6: "umol", 1e-3: "mmol", 1e-12: "pmol"},
    "M":      {1.0: "M", 1e-9: "nM", 1e-6: "uM", 1e-3: "mM", 1e-12: "pM"},  # mol/L, no base
    "m":      {1.0: "m", 1e-2: "cm", 1e-3: "mm"},
    "mL":     {1.0: "mL", 1e3: "L", 1e-3: "uL", 1e2: "dL", 1e-6: "nL", 1e-12: "fL"},
    "day":    {1.0: "day days d", 1 / 24: "hour hours h", 1 / 1440: "min minute minutes",
               1 / 86_400: "second seconds s", 7.0: "week weeks", 365.25: "year years"},
    "":       {1.0: "dimensionless fraction fractions fold folds ratio ratios", 0.01: "percent"},
}
# fmt: on
_BASES = tuple(base for base in _NAMES if base not in ("M", ""))
_NEVER_BELOW = ("nL", "fL")  # 1e6 cell/mL is not read more easily as cell/nL

_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_FRACTION = rf"[+-]?{_NUMBER}(?:\s*/\s*{_NUMBER})?"
_TOKEN = re.compile(
    rf"(?P<number>{_NUMBER})|(?P<name>[A-Za-z_]+)|(?P<power>(?:\^|\*\*)\s*(?:{_FRACTION}|\(\s*{_FRACTION}\s*\)))"
    r"|(?P<sign>\S)"
)
_AS_ASCII = str.maketrans({"\N{MICRO SIGN}": "u", "\N{GREEK SMALL LETTER MU}": "u"})
_HINTS = {"%": "write 'percent'", "^": "write a power as in 'm^2' or 'cell^(1/2)'"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A factor and the exponents of the base units.

    Attributes
    ----------
    scale : float
        The size of the unit in its base units; positive.
    dimensions : tuple of (str, Fraction)
        Base units and their exponents, sorted by name, without zero exponents.

    Examples
    --------
    >>> print(parse_unit("cells/uL") * parse_unit("mL"))
    1000 cell
    """

    scale: float
    dimensions: tuple[tuple[str, Fraction], ...] = ()

    def __post_init__(self) -> None:
        if not 1 / MAX_SCALE <= self.scale <= MAX_SCALE:
            raise UnitError(f"a unit's factor must lie between 1e-200 and 1e200, not be {self.scale:.3g}")
        exponents: dict[str, Fraction] = {}
        for base, exponent in self.dimensions:
            if base not in _BASES:
                raise UnitError(f"{base!r} is not a base unit; they are {', '.join(_BASES)}")
            exponents[base] = _exponent(exponents.get(base, 0) + _exponent(exponent))
        cleaned = tuple(sorted((base, exponent) for base, exponent in exponents.items() if exponent))
        object.__setattr__(self, "dimensions", cleaned)

    def __mul__(self, other: Unit) -> Unit:
        return Unit(self.scale * other.scale, self.dimensions + other.dimensions)

    def __truediv__(self, other: Unit) -> Unit:
        return self * other**-1

    def __pow__(self, number: float | Fraction) -> Unit:
        exponent = _exponent(number)
        try:
            scale = self.scale ** float(exponent)
        except OverflowError:
            scale = math.inf
        return Unit(scale, tuple((base, own * exponent) for base, own in self.dimensions))

    def __str__(self) -> str:
        return _text(self)

    def same_dimension(self, other: Unit) -> bool:
        """Whether the two measure the same kind of thing, as hours and days do."""
        return self.dimensions == other.dimensions

    def agrees_with(self, other: Unit) -> bool:
        """Whether the two are the same unit: same dimensions, and scales within 1e-9 of each other."""
        return self.same_dimension(other) and math.isclose(self.scale, other.scale, rel_tol=1e-9)


def _exponent(number: float | Fraction) -> Fraction:
    if not -MAX_EXPONENT <= number <= MAX_EXPONENT:  # refuses a not-a-number too
        raise UnitError(f"the exponent of a unit must lie between -{MAX_EXPONENT} and {MAX_EXPONENT}")
    return Fraction(number).limit_denominator(1_000_000)  # a float's 0.666... is 2/3 again


def _known_units() -> dict[str, Unit]:
    bases = {base: Unit(1.0, ((base, Fraction(1)),)) for base in _BASES}
    bases |= {"": Unit(1.0), "M": Unit(1e-3) * bases["mol"] / bases["mL"]}
    sizes = [(base, size, names.split()) for base, row in _NAMES.items() for size, names in row.items()]
    return {name: Unit(size) * bases[base] for base, size, names in sizes for name in names}


DIMENSIONLESS = Unit(1.0)
KNOWN = _known_units()
"""Every unit by each of its names."""


def parse_unit(text: str) -> Unit:
    """Read a unit.

    Parameters
    ----------
    text : str
        Known units and numbers, joined by ``*`` or a space, ``/`` (from left to right), ``^`` or ``**``
        and parentheses; ``"1"`` is a number without unit.

    Raises
    ------
    UnitError
        If the text is not a unit, or could be read in two ways (``"1/cell day"``).

    Examples
    --------
    >>> print(parse_unit("pg/mL/day"), "and", parse_unit("10^9 cells / h"))
    pg/(mL*day) and 1e9 cell/hour
    """
    if not isinstance(text, str) or not text.strip():
        raise UnitError(f"{shorten(text)} is not a unit; write '1' for a number without unit")
    if len(text) > MAX_LENGTH:
        raise UnitError(f"the unit {shorten(text)} has {len(text):,} characters, more than {MAX_LENGTH}")
    return _parsed(" ".join(text.split()))


def convert(value: float, from_unit: str, to_unit: str) -> float:
    """`value`, given in `from_unit`, as a number of `to_unit`.

    Raises
    ------
    UnitError
        If the two units measure different things, or the result is not a finite number.

    Examples
    --------
    >>> convert(36.0, "hour", "day")
    1.5
    """
    source, target = parse_unit(from_unit), parse_unit(to_unit)
    if not source.same_dimension(target):
        hint = "; write mL for cm^3" if abs(dict((source / target).dimensions).get("m", 0)) == 3 else ""
        raise UnitError(
            f"{from_unit!r} cannot be converted to {to_unit!r}: they measure different things{hint}"
        )
    result = value * (source.scale / target.scale)
    if not math.isfinite(result):
        raise UnitError(f"{value!r} {from_unit} is not a finite number of {to_unit}")
    return result


@lru_cache(maxsize=1024)
def _text(unit: Unit) -> str:
    """With usual names alone or, failing that, a power of ten before them; else any factor and base units."""
    if unit.agrees_with(KNOWN["percent"]):
        return "percent"
    exponents = dict(unit.dimensions)
    best = _fraction(unit.scale, [(base, exponents[base]) for base in _BASES if base in exponents])
    if "mol" in exponents and exponents.get("mL") == -exponents["mol"]:
        exponents = {"M" if base == "mol" else base: e for base, e in exponents.items() if base != "mL"}
    lowest_cost = math.inf
    for chosen in itertools.product(*(_choices(b, exponents[b]) for b in _NAMES if b in exponents)):
        left = math.log10(unit.scale) - sum(float(e) * math.log10(KNOWN[name].scale) for name, e, _ in chosen)
        ten = round(left)
        cost = sum(unusual for _, _, unusual in chosen) + 25 * (ten != 0)
        if abs(left - ten) < 1e-10 and abs(ten) < 100 and cost < lowest_cost:
            best, lowest_cost = _fraction(float(f"1e{ten}"), [(name, e) for name, e, _ in chosen]), cost
    return best


def _choices(base: str, exponent: Fraction) -> list[tuple[str, Fraction, int]]:
    names = enumerate(names.split()[0] for names in _NAMES[base].values())
    return [(n, exponent, 10 * (i > 0) + i) for i, n in names if exponent > 0 or n not in _NEVER_BELOW]


def _fraction(factor: float, powers: list[tuple[str, Fraction]]) -> str:
    above = "*".join(_power_text(name, exponent) for name, exponent in powers if exponent > 0)
    below = "*".join(_power_text(name, -exponent) for name, exponent in powers if exponent < 0)
    above = above if powers else "dimensionless"
    if factor != 1.0 or not above:
        above = f"{number_text(factor)} {above}".strip()
    return f"{above}/({below})" if "*" in below else f"{above}/{below}" if below else above


def _power_text(name: str, exponent: Fraction) -> str:
    if exponent.denominator != 1:
        return f"{name}^({exponent})"
    return name if exponent == 1 else f"{name}^{exponent}"


# ------------------------------------------------------------------ text to unit


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Unit:
    try:
        reader = _Reader(text)
        unit = reader.quotient(0)
        return unit if reader.kind == "end" else reader.refuse("a sign such as * or /")
    except UnitError as error:
        raise UnitError(f"unit {shorten(text)}: {error}") from None


class _Reader:
    """Recursive descent through the text of one unit; `kind` and `word` are the next token."""

    def __init__(self, text: str) -> None:
        found = _TOKEN.finditer(text.translate(_AS_ASCII))
        self.tokens = ((str(match.lastgroup), match.group()) for match in found)
        self.step()

    def step(self) -> None:
        self.kind, self.word = next(self.tokens, ("end", "the end"))

    def refuse(self, wanted: str) -> NoReturn:
        hint = _HINTS.get(self.word, "write for example 'pg/(cell*day)', '1/day', or '1' for no unit")
        raise UnitError(f"{shorten(self.word)} stands where {wanted} is expected; {hint}")

    def quotient(self, depth: int) -> Unit:
        if depth > MAX_DEPTH:
            raise UnitError(f"it has more than {MAX_DEPTH} levels of parentheses")
        unit, divide = self.power(depth), False
        while True:
            if self.word in ("*", "/"):
                divide = self.word == "/"
                self.step()
                right = self.power(depth)
                unit = unit / right if divide else unit * right
            elif self.kind == "number":
                raise UnitError(f"the number {self.word} follows a unit; put it first, or write 'm^2'")
            elif self.kind == "name" or self.word == "(":
                if divide:
                    raise UnitError("a space after / is ambiguous; write '1/(cell*day)' or 'day/cell'")
                unit = unit * self.power(depth)
            else:
                return unit

    def power(self, depth: int) -> Unit:
        unit = self.atom(depth)
        if self.kind != "power":
            return unit
        text = self.word
        self.step()
        above, bar, below = text.strip("^*() ").partition("/")
        if bar and "(" not in text:
            raise UnitError("a fraction as exponent needs parentheses, as in 'cell^(1/2)'")
        if float(below or 1) == 0.0:
            raise UnitError("an exponent is divided by zero")
        return unit ** (float(above) / float(below or 1))

    def atom(self, depth: int) -> Unit:
        if self.word == "(":
            self.step()
            unit = self.quotient(depth + 1)
            if self.word != ")":
                self.refuse("')'")
        elif self.kind == "number":
            unit = Unit(float(self.word))
        elif self.kind != "name":
            self.refuse("a unit")
        elif self.word in ("month", "months"):
            raise UnitError("a month has no fixed length; write days, for example '30 day'")
        elif self.word not in KNOWN:
            raise UnitError(f"{self.word!r} is no known unit" + suggestion(self.word, KNOWN, plural="units"))
        else:
            unit = KNOWN[self.word]
        self.step()
        return unit
