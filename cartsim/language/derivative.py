"""Exact derivatives of expressions."""

from __future__ import annotations

from .functions import DERIVED, FUNCTIONS
from .tree import (
    MINUS_ONE,
    ONE,
    ZERO,
    Call,
    Expression,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    add,
    multiply,
    power,
    simplify,
    symbols,
)


def differentiate(node: Expression, name: str) -> Expression:
    """The derivative of `node` with respect to `name`, simplified.

    Every other name is held fixed, definitions included. Where a function has a corner (``abs``, ``min``,
    ``max``, ``step``) the derivative is the one from the right.

    Examples
    --------
    >>> from cartsim.language.expression import parse
    >>> from cartsim.language.printers.python import to_text
    >>> to_text(differentiate(parse("r*T*(1 - b*T)"), "T"))
    'r*(1 - b*T) - r*T*b'
    """
    match node:
        case Symbol(name=other):
            return ONE if other == name else ZERO
        case Number():
            return ZERO
        case _ if name not in symbols(node):
            return ZERO
        case Sum(terms=terms):
            return add(*(differentiate(term, name) for term in terms))
        case Product(factors=factors):
            return add(*(_one_factor(factors, index, name) for index in range(len(factors))))
        case Power(base=base, exponent=exponent):
            return _power(simplify(base), simplify(exponent), name)
        case Call(function=function, arguments=arguments):
            return _chain(function, tuple(simplify(a) for a in arguments), name)


def _one_factor(factors: tuple[Expression, ...], index: int, name: str) -> Expression:
    slope = differentiate(factors[index], name)
    if slope == ZERO:
        return ZERO
    return multiply(*map(simplify, factors[:index]), slope, *map(simplify, factors[index + 1 :]))


def _power(base: Expression, exponent: Expression, name: str) -> Expression:
    in_base, in_exponent = differentiate(base, name), differentiate(exponent, name)
    terms = []
    if in_base != ZERO:
        terms.append(multiply(exponent, power(base, add(exponent, MINUS_ONE)), in_base))
    if in_exponent != ZERO:
        terms.append(multiply(power(base, exponent), Call("log", (base,)), in_exponent))
    return add(*terms)


def _chain(function: str, arguments: tuple[Expression, ...], name: str) -> Expression:
    outer = (FUNCTIONS.get(function) or DERIVED[function]).derivatives(*arguments)
    inner = [differentiate(argument, name) for argument in arguments]
    return add(*(multiply(o, i) for o, i in zip(outer, inner, strict=True) if i != ZERO))
