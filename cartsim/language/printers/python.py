"""Python: as a person writes it (`to_text`), and as code for plain floats and for arrays."""

from __future__ import annotations

from ..tree import Expression, Number, Symbol
from .infix import ATOM, Infix


def number_text(value: float) -> str:
    """The shortest usual way to write a number.

    Examples
    --------
    >>> number_text(2.0), number_text(1e6), number_text(4.5e-8), number_text(1500.0)
    ('2', '1e6', '4.5e-8', '1500')
    """
    plain = f"{value:.15g}"
    mantissa, exponent = f"{value:.14e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    scientific = f"{mantissa}e{int(exponent)}"
    if "e" in plain or len(scientific) < len(plain) - 1:
        return scientific
    return plain


class Text(Infix):
    """Arithmetic as in a model's file; reading it back gives the same tree."""

    def number(self, value: float) -> str:
        return number_text(value)

    def power(self, base: Expression, exponent: Expression) -> str:
        return f"{self.show(base, ATOM)}**{self.show(exponent, ATOM)}"


class Scalar(Infix):
    """Code for plain floats; the names it calls are those of `functions.SCALAR`."""

    def __init__(self) -> None:
        self._held = 0

    def number(self, value: float) -> str:
        return repr(value)

    def power(self, base: Expression, exponent: Expression) -> str:
        whole = _small_whole(exponent)
        if whole == 2 and isinstance(base, Symbol):
            name = self.symbol(base.name)
            return f"({name}*{name})"
        if whole is not None:
            return f"{self.show(base, ATOM)}**{whole}"
        return f"pow({self.show(base)}, {self.show(exponent)})"

    def call(self, function: str, arguments: tuple[Expression, ...]) -> str:
        if function in ("min", "max"):
            limits = [argument for argument in arguments if isinstance(argument, Number)]
            others = [argument for argument in arguments if not isinstance(argument, Number)]
            if len(limits) == len(others) == 1:
                return self._limited("<" if function == "max" else ">", others[0], limits[0])
            if len(others) == len(arguments) == 2 and all(isinstance(other, Symbol) for other in others):
                first, second = (self.show(other) for other in others)
                return f"({second} if {second} {'>' if function == 'max' else '<'} {first} else {first})"
        if function == "hill":
            return self._hill(*arguments)
        return super().call(function, arguments)

    def _hill(self, x: Expression, k: Expression, n: Expression) -> str:
        """The function `functions.hill` written out in place, to save the call."""
        held, tested = self._hold(x)
        ratio, raised = f"_h{self._held + 1}", f"_h{self._held + 2}"
        self._held += 2
        exponent = self.show(n)
        power, inverse = f"pow({ratio}, {exponent})", f"pow({ratio}, -({exponent}))"
        if n == Number(2.0):  # as in `functions.hill`: 2 is usual, and quicker so
            power, inverse = f"{ratio}*{ratio}", f"({ratio} := 1.0/{ratio})*{ratio}"
        return (
            f"(0.0 if {tested} <= 0.0 else ({raised} := {power})/(1.0 + {raised}) "
            f"if ({ratio} := {held}/{self.show(k, ATOM)}) < 1.0 else 1.0/(1.0 + {inverse}))"
        )

    def _hold(self, node: Expression) -> tuple[str, str]:
        """A name for a value that is used twice, and the text that gives it at its first use."""
        if isinstance(node, Symbol):
            return self.symbol(node.name), self.symbol(node.name)
        self._held += 1
        return f"_h{self._held}", f"(_h{self._held} := {self.show(node)})"

    def _limited(self, beyond: str, node: Expression, limit: Number) -> str:
        """A comparison in place, much faster than a call of max or min; not-a-number passes through."""
        held, tested = self._hold(node)
        bound = self.number(limit.value)
        return f"({bound} if {tested} {beyond} {bound} else {held})"


class Batched(Infix):
    """Code for NumPy arrays; the names it calls are those of `functions.BATCHED`."""

    def number(self, value: float) -> str:
        return repr(value)

    def power(self, base: Expression, exponent: Expression) -> str:
        whole = _small_whole(exponent)
        if whole is not None:
            return f"{self.show(base, ATOM)}**{whole}"
        return f"pow({self.show(base)}, {self.show(exponent)})"


def _small_whole(exponent: Expression) -> int | None:
    if isinstance(exponent, Number) and exponent.value.is_integer() and 0 < exponent.value <= 16:
        return int(exponent.value)
    return None


def to_text(node: Expression) -> str:
    """The expression as a person writes it in a model.

    Examples
    --------
    >>> from cartsim.language.expression import parse
    >>> to_text(parse("r*T*(1-b*T) - gamma*C*T/(h+C)"))
    'r*T*(1 - b*T) - gamma*C*T/(h + C)'
    """
    return Text().show(node)
