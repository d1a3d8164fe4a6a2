"""Presentation MathML, for notebooks and web pages: the layout of `latex`, with MathML's marks."""

from __future__ import annotations

import re

from ..tree import Expression
from .latex import Latex
from .names import GREEK, kind, split_name

_ONE_TOKEN = re.compile(r"<(mi|mn)[^<>]*>[^<>]*</\1>")
_TIMES = "&#x2062;"  # invisible: a screen reader says "times"
_APPLY = "&#x2061;"  # invisible: a screen reader says "of"


def to_mathml(node: Expression) -> str:
    """The expression as one ``<mrow>``, to be put between ``<math>`` and ``</math>``.

    Examples
    --------
    >>> from cartsim.language.expression import parse
    >>> to_mathml(parse("a/(b + 2)"))
    '<mrow><mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mn>2</mn></mrow></mfrac></mrow>'
    """
    return f"<mrow>{MathML().show(node)}</mrow>"


def name_to_mathml(name: str) -> str:
    """The symbol of a species, a parameter or a definition, as one MathML element.

    Raises
    ------
    ExpressionError
        If `name` is not an ASCII identifier.

    Examples
    --------
    >>> name_to_mathml("rho_C"), name_to_mathml("IL6")
    ('<msub><mi>ρ</mi><mi>C</mi></msub>', '<mi>IL6</mi>')
    """
    symbol, subscripts = split_name(name)
    below = "<mo>,</mo>".join(map(_piece, subscripts))
    return f"<msub>{_piece(symbol)}{_row(below)}</msub>" if below else _piece(symbol)


def _piece(piece: str) -> str:
    match kind(piece):
        case "greek":
            letter = GREEK[piece][1]
            return _upright(letter) if letter.isupper() else f"<mi>{letter}</mi>"
        case "number":
            return f"<mn>{piece}</mn>"
        case "letters":  # one element each, because a browser sets <mi>BC</mi> upright
            return "".join(f"<mi>{letter}</mi>" for letter in piece)
        case "word":
            return f"<mi>{piece}</mi>"


def _upright(letter: str) -> str:
    return f'<mi mathvariant="normal">{letter}</mi>'


def _row(text: str) -> str:
    """`text` as exactly one element."""
    return text if _ONE_TOKEN.fullmatch(text) else f"<mrow>{text}</mrow>"


class MathML(Latex):
    """Prints a tree as a sequence of MathML elements."""

    plus, minus, comma, sign = "<mo>+</mo>", "<mo>−</mo>", "<mo>,</mo>", "<mo>−</mo>"
    thin, dot = f'<mo rspace="0.167em">{_TIMES}</mo>', "<mo>⋅</mo>"

    def symbol(self, name: str) -> str:
        return name_to_mathml(name)

    def digits(self, text: str) -> str:
        return f"<mn>{text}</mn>"

    def scientific(self, mantissa: str, exponent: int) -> str:
        sign = self.sign if exponent < 0 else ""
        power = self.raised(self.digits("10"), sign + self.digits(str(abs(exponent))))
        return f"{self.digits(mantissa)}<mo>×</mo>{power}" if mantissa else power

    def function_name(self, text: str) -> str:
        return self.upright(text) if len(text) == 1 else self.symbol(text)

    def upright(self, letter: str) -> str:
        return _upright(letter)

    def applied(self, function: str, arguments: str) -> str:
        return f"{function}<mo>{_APPLY}</mo>{self.fenced(arguments)}"

    def fenced(self, text: str) -> str:
        return f"<mrow><mo>(</mo>{text}<mo>)</mo></mrow>"

    def absolute(self, text: str) -> str:
        return f"<mrow><mo>|</mo>{text}<mo>|</mo></mrow>"

    def fraction(self, above: str, below: str) -> str:
        return f"<mfrac>{_row(above)}{_row(below)}</mfrac>"

    def raised(self, base: str, exponent: str) -> str:
        return f"<msup>{_row(base)}{_row(exponent)}</msup>"

    def root(self, text: str, degree: int) -> str:
        return f"<msqrt>{text}</msqrt>" if degree == 2 else f"<mroot>{_row(text)}<mn>{degree}</mn></mroot>"
