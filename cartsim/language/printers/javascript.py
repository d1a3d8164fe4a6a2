"""JavaScript: arithmetic as an expression of plain numbers, for the page that needs no Python."""

from __future__ import annotations

from ..tree import Expression, Symbol
from .infix import ATOM, Infix

_KEPT = """
arguments async await break case catch class const continue debugger default delete do else enum eval export
extends false finally for function get if implements import in instanceof interface let new null of package
private protected public return set static super switch this throw true try typeof undefined var void while
with yield Infinity NaN Math
"""
_RESERVED = frozenset(_KEPT.split())
"""Words that JavaScript keeps for itself, and the names that printed code calls."""
_OF_MATH = frozenset({"exp", "log", "sqrt", "tanh", "abs", "min", "max", "sign"})


class JavaScript(Infix):
    """Code that calls nothing but ``Math``, and has no ``<`` in it, which a page could mistake for a tag.

    A function of several steps is written out in place: a call that the browser does not inline would keep
    each of its numbers on the heap. `held` collects the names of values that are used twice; who prints a
    function declares them.

    Examples
    --------
    >>> from cartsim.language.expression import parse
    >>> JavaScript().show(parse("-new**2/(K + max(T, 0.0))"))
    '-Math.pow($new, 2.0)/(K + Math.max(T, 0.0))'
    """

    def __init__(self) -> None:
        self.held: list[str] = []

    def number(self, value: float) -> str:
        return repr(value + 0.0)  # not -0.0, as two minus signs in a row are another operator

    def symbol(self, name: str) -> str:
        """The name; behind a dollar sign, which no name of a model has, if JavaScript keeps it for itself."""
        return f"${name}" if name in _RESERVED else name

    def power(self, base: Expression, exponent: Expression) -> str:
        # not ``**``, which JavaScript refuses behind a minus sign
        return f"Math.pow({self.show(base)}, {self.show(exponent)})"

    def call(self, function: str, arguments: tuple[Expression, ...]) -> str:
        if function in _OF_MATH:
            return f"Math.{super().call(function, arguments)}"
        match function:
            case "hill":
                return self._hill(*arguments)
            case "hill_slope":
                return self._hill_slope(*arguments)
            case "step":
                return f"({self.show(arguments[0])} >= 0.0 ? 1.0 : 0.0)"
            case "above":
                value, first = self._hold(arguments[0])
                return f"({first} > 0.0 ? {value} : -1.0)"
        raise ValueError(f"the function {function!r} has no JavaScript")

    def _hill(self, x: Expression, k: Expression, n: Expression) -> str:
        """``x^n / (K^n + x^n)``, 0 for x <= 0; what is divided by itself is kept finite."""
        raised = self._name()
        power = f"Math.pow(Math.max({self.show(x)}, 0.0)/{self.show(k, ATOM)}, {self.show(n)})"
        return f"(({raised} = Math.min({power}, 1e300))/(1.0 + {raised}))"

    def _hill_slope(self, x: Expression, k: Expression, n: Expression) -> str:
        value, first = self._hold(x)
        scale, power = self.show(k, ATOM), self.show(n, ATOM)
        ratio, raised = self._name(), self._name()
        smaller = f"Math.pow(Math.min({ratio} = {value}/{scale}, 1.0/{ratio}), {self.show(n)})"
        slope = f"{power}*({raised} = {smaller})/((1.0 + {raised})*(1.0 + {raised})*{value})"
        at_zero = f"({value} === 0.0 && {power} === 1.0 ? 1.0/{scale} : 0.0)"
        return f"({first} > 0.0 ? {slope} : {at_zero})"

    def _hold(self, node: Expression) -> tuple[str, str]:
        """A name for a value that is used twice, and the text that gives it at its first use."""
        if isinstance(node, Symbol):
            return self.symbol(node.name), self.symbol(node.name)
        name = self._name()
        return name, f"({name} = {self.show(node)})"

    def _name(self) -> str:
        self.held.append(f"_h{len(self.held) + 1}")
        return self.held[-1]
