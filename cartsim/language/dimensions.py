"""The unit of an expression, found from the units of its names; and whether it is the unit it should be.

A unit that was not given (None) is a wildcard: it never disagrees, and a product with it has no known
unit. A number written in an expression is dimensionless, except 0, which has every unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .errors import UnitError, UnknownNameError, shorten, suggestion
from .printers.infix import split_sign
from .printers.python import number_text, to_text
from .tree import MINUS_ONE, Call, Expression, Number, Power, Product, Sum, Symbol, simplify, symbols
from .units import DIMENSIONLESS, Unit, parse_unit


def unit_of(node: Expression, units: Mapping[str, Unit | None], where: str) -> Unit | None:
    """The unit of an expression, or None when nothing can be said.

    Parameters
    ----------
    node : Expression
        A checked tree.
    units : mapping of str to Unit or None
        The unit of every name in it, ``t`` included; None where it was not given.
    where : str
        What the expression belongs to, for the error message: ``"process 'killing'"``.

    Raises
    ------
    UnitError
        If units that must agree do not, in dimension or in scale.
    UnknownNameError
        If the expression uses a name that `units` has not.

    Examples
    --------
    >>> from cartsim.language.expression import parse
    >>> units = {"gamma": parse_unit("1/(cell*day)"), "C": parse_unit("cell"), "T": parse_unit("cell")}
    >>> print(unit_of(parse("gamma*C*T"), units, "process 'killing'"))
    cell/day
    """
    for name in symbols(node):
        if name not in units:
            raise UnknownNameError(f"{where} uses {name!r}, which has no unit" + suggestion(name, units))
    try:
        return _Finder(units).read(node)
    except UnitError as error:
        raise UnitError(f"{where}: {error}") from None


def require(found: Unit | None, expected: Unit | None, where: str, what: str) -> None:
    """Raise `UnitError` unless the two agree, or one of them is not given.

    Parameters
    ----------
    found, expected : Unit or None
        The unit that `what` has, and the one it must have.
    where, what : str
        How the sentence begins: ``"process 'killing'"``, ``"its rate"``.

    Examples
    --------
    >>> try:
    ...     require(parse_unit("cell/hour"), parse_unit("cell/day"), "process 'decay'", "its rate")
    ... except UnitError as error:
    ...     print(error)
    process 'decay': its rate is in cell/hour but must be in cell/day; they differ by a factor 24: convert one
    """
    if found is None or expected is None or found.agrees_with(expected):
        return
    sentence = f"{where}: {what} is {_words(found)} but must be {_words(expected)}"
    raise UnitError(sentence + (_factor(found, expected) or _telling(found, expected)))


# ------------------------------------------------------------------ the unit of a tree


class _Finder:
    """Goes down one tree; its errors do not say yet where the tree stands."""

    def __init__(self, units: Mapping[str, Unit | None]) -> None:
        self.units = units

    def read(self, node: Expression) -> Unit | None:
        match node:
            case Number(value=value):
                return DIMENSIONLESS if value else None
            case Symbol(name=name):
                return self.units[name]
            case Sum(terms=terms):
                return self.alike(terms, node)
            case Product(factors=factors):
                return self.product(factors)
            case Power(base=base, exponent=exponent):
                return self.power(base, exponent, node)
            case Call(function=function, arguments=arguments):
                return self.call(function, arguments, node)

    def product(self, factors: Sequence[Expression]) -> Unit | None:
        found = [self.read(factor) for factor in factors]  # all of them: each may hide a sum that fails
        result = DIMENSIONLESS
        for unit in found:
            if unit is None:
                return None
            result = result * unit
        return result

    def power(self, base: Expression, exponent: Expression, node: Expression) -> Unit | None:
        unit = self.read(base)
        constant = None if symbols(exponent) else simplify(exponent)
        if isinstance(constant, Number):
            if constant.value == 0.0:
                return DIMENSIONLESS
            if unit == DIMENSIONLESS:
                return unit
            return None if unit is None else unit**constant.value
        self.plain(exponent, f"the exponent of {_quoted(node)}")
        if unit is None or unit.agrees_with(DIMENSIONLESS):
            return unit
        ratio = Power(_over_reference(base), exponent)
        raise UnitError(
            f"{_quoted(base)} is {_words(unit)}, so the unit of {_quoted(node)} would depend on the value of "
            f"{_quoted(exponent)}; divide by an amount in the same unit first, for example {to_text(ratio)}"
        )

    def call(self, function: str, arguments: tuple[Expression, ...], node: Expression) -> Unit | None:
        match function:
            case "exp" | "log" | "tanh":
                self.plain(arguments[0], f"the argument of {function}", function)
                return DIMENSIONLESS
            case "sqrt":
                unit = self.read(arguments[0])
                return None if unit is None else unit**0.5
            case "abs" | "above":
                return self.read(arguments[0])
            case "step" | "sign":
                self.read(arguments[0])  # the result is a bare number, but a sum inside must agree
                return DIMENSIONLESS
            case "min" | "max":
                return self.alike(arguments, node)
            case "hill" | "hill_slope":
                unit = self.alike(arguments[:2], node)
                self.plain(arguments[2], f"the exponent of {_quoted(node)}")
                if function == "hill":
                    return DIMENSIONLESS
                return None if unit is None else DIMENSIONLESS / unit
            case _:
                raise UnitError(
                    f"the unit of {_quoted(node)} is not known: {function!r} has no rule for units"
                )

    def alike(self, nodes: Sequence[Expression], whole: Expression) -> Unit | None:
        """The unit that all `nodes` share; those without a unit follow the others."""
        first: Expression | None = None
        common: Unit | None = None
        for node in nodes:
            unit = self.read(node)
            if common is None or first is None:
                first, common = node, unit
            elif unit is not None and not unit.agrees_with(common):
                raise UnitError(_clash((first, common), (node, unit), whole))
        return common

    def plain(self, node: Expression, what: str, function: str = "") -> None:
        """Raise unless `node` is a number without unit; percent is refused as well."""
        unit = self.read(node)
        if unit is None or unit.agrees_with(DIMENSIONLESS):
            return
        fix = _factor(unit, DIMENSIONLESS)
        if not fix and function:
            fix = _ratio_first(function, node, unit)
        raise UnitError(f"{what}, {_quoted(node)}, is {_words(unit)} but must be dimensionless{fix}")


# ------------------------------------------------------------------ sentences


_TELLING = {  # what a unit has too much, compared with the one it must have
    "day": "a rate per time seems to be missing; or divide by a time",
    "day^2": "is a time constant written where a rate is meant? divide by it instead",
    "1/day": "there is one rate per time too many; or multiply by a time",
    "cell": "it has one population too many; divide by one, or give a parameter per cell",
    "1/cell": "it has one population too few; multiply by one, or give a parameter that is not per cell",
    "mL": "is it an amount where a concentration is meant? divide by a volume",
    "1/mL": "is it a concentration where an amount is meant? multiply by a volume",
    "m^3/mL": "write mL for cm^3 and uL for mm^3",
    "mL/m^3": "write mL for cm^3 and uL for mm^3",
}
_PER_TIME = parse_unit("1/day").dimensions
_TELLING_BY_DIMENSIONS = {parse_unit(text).dimensions: hint for text, hint in _TELLING.items()}


def _telling(found: Unit, expected: Unit) -> str:
    hint = _TELLING_BY_DIMENSIONS.get((found / expected).dimensions)
    return f"; {hint}" if hint else ""


def _factor(one: Unit, other: Unit) -> str:
    if not one.same_dimension(other):
        return ""
    ratio = max(one.scale / other.scale, other.scale / one.scale)
    return f"; they differ by a factor {number_text(float(f'{ratio:.6g}'))}: convert one"


def _clash(one: tuple[Expression, Unit], other: tuple[Expression, Unit], whole: Expression) -> str:
    sides = [f"{_quoted(node)} is {_words(unit)}" for node, unit in (one, other)]
    sentence = f"in {_quoted(whole)}, {' but '.join(sides)}"
    factor = _factor(one[1], other[1])
    if factor:
        return sentence + factor
    for (node, _), (_, unit) in ((one, other), (other, one)):
        if isinstance(split_sign(node)[1], Number):
            return f"{sentence}; instead of a bare number use a parameter in {unit}"
    return (
        f"{sentence}; only amounts in one unit can be added or compared, so a factor is missing or too many"
    )


def _ratio_first(function: str, node: Expression, unit: Unit) -> str:
    """How an argument becomes a number without unit; the rate in ``exp(-r*t)`` lacks the time instead."""
    if unit.dimensions == _PER_TIME:
        return f"; multiply by a time first, for example {function}({to_text(_times(node, Symbol('t')))})"
    example = to_text(_over_reference(node))
    return f"; divide by an amount in the same unit first, for example {function}({example})"


def _words(unit: Unit) -> str:
    return "dimensionless" if unit.agrees_with(DIMENSIONLESS) else f"in {unit}"


def _quoted(node: Expression) -> str:
    return shorten(to_text(split_sign(node)[1]))


def _over_reference(node: Expression) -> Expression:
    """``node/K``, for an example; ``K0`` where the model has a K of its own."""
    letter = "K0" if "K" in symbols(node) else "K"
    return _times(node, Power(Symbol(letter), MINUS_ONE))


def _times(node: Expression, factor: Expression) -> Product:
    return Product((*(node.factors if isinstance(node, Product) else (node,)), factor))
