"""What every notation written on one line shares: signs, fraction bars and parentheses."""

from __future__ import annotations

from ..tree import (
    ONE,
    Call,
    Expression,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    coefficient_and_rest,
)

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4
"""How tightly a node binds; a looser node inside a tighter one needs parentheses."""


def split_fraction(node: Product) -> tuple[list[Expression], list[Expression]]:
    """The factors above and below the fraction bar; those below have positive exponents."""
    above: list[Expression] = []
    below: list[Expression] = []
    for factor in node.factors:
        if isinstance(factor, Power) and isinstance(factor.exponent, Number) and factor.exponent.value < 0:
            exponent = -factor.exponent.value
            below.append(factor.base if exponent == 1.0 else Power(factor.base, Number(exponent)))
        else:
            above.append(factor)
    return above, below


def split_sign(node: Expression) -> tuple[bool, Expression]:
    """Whether a minus sign stands before the term, and the term without it."""
    if isinstance(node, Number):
        return node.value < 0, Number(abs(node.value))
    coefficient, rest = coefficient_and_rest(node)
    if coefficient >= 0:
        return False, node
    if coefficient == -1.0:
        return True, rest
    factors = rest.factors if isinstance(rest, Product) else (rest,)
    return True, Product((Number(-coefficient), *factors))


class Infix:
    """Prints a tree on one line; a notation overrides `number`, `symbol`, `power` and `call`."""

    def number(self, value: float) -> str:
        raise NotImplementedError

    def symbol(self, name: str) -> str:
        return name

    def power(self, base: Expression, exponent: Expression) -> str:
        raise NotImplementedError

    def call(self, function: str, arguments: tuple[Expression, ...]) -> str:
        return f"{function}({', '.join(self.show(a) for a in arguments)})"

    def show(self, node: Expression, tightness: int = 0) -> str:
        """The text of `node`, in parentheses if it binds more loosely than `tightness`."""
        text, own = self._text(node)
        return f"({text})" if own < tightness else text

    def _text(self, node: Expression) -> tuple[str, int]:
        match node:
            case Number(value=value):
                return self.number(value), ATOM if value >= 0 else SUM
            case Symbol(name=name):
                return self.symbol(name), ATOM
            case Call(function=function, arguments=arguments):
                return self.call(function, arguments), ATOM
            case Sum(terms=terms):
                return self._sum(terms), SUM
            case Product():
                return self._product(node)
            case Power(base=base, exponent=Number(value=value)) if value < 0:
                return self._product(Product((ONE, node)))
            case Power(base=base, exponent=exponent):
                return self.power(base, exponent), POWER

    def _sum(self, terms: tuple[Expression, ...]) -> str:
        text = ""
        for index, term in enumerate(terms):
            minus, rest = split_sign(term)
            sign = ("-" if minus else "") if index == 0 else (" - " if minus else " + ")
            text += sign + self.show(rest, PRODUCT)
        return text

    def _product(self, node: Product) -> tuple[str, int]:
        minus, rest = split_sign(node)
        if minus:
            return "-" + self.show(rest, PRODUCT), SUM
        above, below = split_fraction(node)
        if len(above) > 1 and above[0] == ONE:
            above = above[1:]
        text = "*".join(
            self.show(factor, PRODUCT if i == 0 else POWER) for i, factor in enumerate(above or [ONE])
        )
        if below:
            bar = "*".join(self.show(factor, POWER) for factor in below)
            text += f"/({bar})" if len(below) > 1 else f"/{bar}"
        return text, PRODUCT
