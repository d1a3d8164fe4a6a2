"""The tree of an expression: six frozen kinds of node, and constructors that simplify as they build.

Subtraction and division have no node of their own: ``a - b`` is a `Sum` with ``-1*b`` and ``a/b`` a
`Product` with ``b**-1``; the printers put the signs and fraction bars back. The parser keeps what was
written; `add`, `multiply` and `power` simplify, so that a derivative can be read.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number."""

    value: float


@dataclass(frozen=True, slots=True)
class Symbol:
    """The name of a species, a parameter, a definition, or time ``t``."""

    name: str


@dataclass(frozen=True, slots=True)
class Sum:
    """``terms[0] + terms[1] + ...``"""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """``factors[0] * factors[1] * ...``"""

    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Power:
    """``base ** exponent``"""

    base: Expression
    exponent: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """``function(arguments[0], ...)`` with a function of `cartsim.language.functions`."""

    function: str
    arguments: tuple[Expression, ...]


Expression: TypeAlias = Number | Symbol | Sum | Product | Power | Call

ZERO, ONE, MINUS_ONE = Number(0.0), Number(1.0), Number(-1.0)


def children(node: Expression) -> tuple[Expression, ...]:
    """The nodes directly below `node`."""
    match node:
        case Sum(terms=below) | Product(factors=below) | Call(arguments=below):
            return below
        case Power(base=base, exponent=exponent):
            return (base, exponent)
        case _:
            return ()


def walk(node: Expression) -> Iterator[Expression]:
    """Every node of the tree, parents before children."""
    yield node
    for child in children(node):
        yield from walk(child)


def symbols(node: Expression) -> tuple[str, ...]:
    """The names used in the tree, each once, in the order of their first use."""
    return tuple(dict.fromkeys(n.name for n in walk(node) if isinstance(n, Symbol)))


def substitute(node: Expression, values: dict[str, Expression]) -> Expression:
    """The tree with each name in `values` replaced by its expression; nothing else changes."""
    match node:
        case Symbol(name=name):
            return values.get(name, node)
        case Sum(terms=terms):
            return Sum(tuple(substitute(n, values) for n in terms))
        case Product(factors=factors):
            return Product(tuple(substitute(n, values) for n in factors))
        case Power(base=base, exponent=exponent):
            return Power(substitute(base, values), substitute(exponent, values))
        case Call(function=function, arguments=arguments):
            return Call(function, tuple(substitute(n, values) for n in arguments))
        case _:
            return node


# ------------------------------------------------------------------ constructors that simplify


def coefficient_and_rest(node: Expression) -> tuple[float, Expression]:
    """Split ``-2*a*b`` into ``(-2.0, a*b)``; a number has the rest 1."""
    match node:
        case Number(value=value):
            return value, ONE
        case Product(factors=(Number(value=value), *rest)):
            return value, rest[0] if len(rest) == 1 else Product(tuple(rest))
        case _:
            return 1.0, node


def add(*terms: Expression) -> Expression:
    """The sum of `terms`: nested sums flattened, numbers added, like terms collected."""
    collected: dict[object, tuple[float, Expression]] = {}
    for term in _flat(terms, Sum):
        coefficient, rest = coefficient_and_rest(term)
        key = frozenset(Counter(rest.factors).items()) if isinstance(rest, Product) else rest
        before = collected.get(key, (0.0, rest))
        total = before[0] + coefficient
        if not math.isfinite(total):  # two huge numbers: left as they are
            return Sum(tuple(_flat(terms, Sum)))
        collected[key] = (total, before[1])
    kept = [multiply(Number(c), rest) for c, rest in collected.values() if c != 0.0]
    if not kept:
        return ZERO
    return kept[0] if len(kept) == 1 else Sum(tuple(kept))


def multiply(*factors: Expression) -> Expression:
    """The product of `factors`: nested products flattened, numbers multiplied, equal bases merged."""
    coefficient = 1.0
    exponents: dict[Expression, Expression] = {}
    for factor in _flat(factors, Product):
        if isinstance(factor, Number) and math.isfinite(coefficient * factor.value):
            coefficient *= factor.value
            continue
        base, exponent = (factor.base, factor.exponent) if isinstance(factor, Power) else (factor, ONE)
        exponents[base] = add(exponents[base], exponent) if base in exponents else exponent
    if coefficient == 0.0:
        return ZERO
    kept: list[Expression] = []
    for base, exponent in exponents.items():
        factor = power(base, exponent)
        if isinstance(factor, Number) and math.isfinite(coefficient * factor.value):
            coefficient *= factor.value
        else:  # also a number that would overflow: it fails, and says so, when it is evaluated
            kept.append(factor)
    if coefficient != 1.0 or not kept:
        kept.insert(0, Number(coefficient))
    return kept[0] if len(kept) == 1 else Product(tuple(kept))


def power(base: Expression, exponent: Expression) -> Expression:
    """``base ** exponent``: trivial exponents removed, numbers evaluated, whole exponents moved inwards."""
    match base, exponent:
        case _, Number(value=0.0):
            return ONE
        case _, Number(value=1.0):
            return base
        case Number(value=b), Number(value=e) if b > 0.0 and abs(e) <= 64.0:
            try:
                return Number(b**e)
            except OverflowError:  # left standing: it fails, and says so, when it is evaluated
                return Power(base, exponent)
        case Power(base=inner, exponent=Number(value=m)), Number(value=n) if (
            m.is_integer() and n.is_integer()
        ):
            return power(inner, Number(m * n))
        case Product(factors=factors), Number(value=n) if n.is_integer():
            return multiply(*(power(factor, exponent) for factor in factors))
        case _:
            return Power(base, exponent)


def negative(node: Expression) -> Expression:
    """``-node``"""
    return multiply(MINUS_ONE, node)


def divide(numerator: Expression, denominator: Expression) -> Expression:
    """``numerator / denominator``"""
    return multiply(numerator, power(denominator, MINUS_ONE))


def simplify(node: Expression) -> Expression:
    """The tree rebuilt with the constructors that simplify."""
    match node:
        case Sum(terms=terms):
            return add(*(simplify(n) for n in terms))
        case Product(factors=factors):
            return multiply(*(simplify(n) for n in factors))
        case Power(base=base, exponent=exponent):
            return power(simplify(base), simplify(exponent))
        case Call(function=function, arguments=arguments):
            return Call(function, tuple(simplify(n) for n in arguments))
        case _:
            return node


def _flat(nodes: tuple[Expression, ...], kind: type[Sum] | type[Product]) -> Iterator[Expression]:
    for node in nodes:
        if isinstance(node, kind):
            yield from _flat(children(node), kind)
        else:
            yield node
