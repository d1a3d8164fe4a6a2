r"""LaTeX that both a full LaTeX (or MathJax) and matplotlib's mathtext can render.

`Latex` decides where signs, fraction bars, roots and parentheses go and asks its own small methods for
the marks; `mathml.MathML` keeps the decisions and replaces the marks.
"""

from __future__ import annotations

from ..tree import (
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
    walk,
)
from .infix import ATOM, POWER, PRODUCT, SUM, split_fraction, split_sign
from .names import GREEK, kind, split_name
from .python import number_text

_FUNCTION_NAMES = {"log": "ln", "step": "H", "sign": "sgn"}
_LATEX_OPERATORS = frozenset({"exp", "ln", "max", "min", "tanh"})


def to_latex(node: Expression) -> str:
    r"""The expression as LaTeX, without dollar signs, factors and terms in the order of the tree.

    ``hill(x, K, n)`` is written as its fraction, which holds for x > 0; ``step`` is the Heaviside function H.

    Examples
    --------
    >>> from cartsim.language.expression import parse
    >>> print(to_latex(parse("gamma*C_T*T/(h + C_T)")))
    \frac{\gamma\,C_{T}\,T}{h + C_{T}}
    """
    return Latex().show(node)


def name_to_latex(name: str) -> str:
    r"""The symbol of a species, a parameter or a definition, in LaTeX.

    Raises
    ------
    ExpressionError
        If `name` is not an ASCII identifier.

    Examples
    --------
    >>> print(name_to_latex("rho_C"), name_to_latex("k1"), name_to_latex("r_max"), name_to_latex("IL6"))
    \rho_{C} k_{1} r_{\mathrm{max}} \mathrm{IL6}
    """
    symbol, subscripts = split_name(name)
    below = ",".join(map(_piece, subscripts))
    return f"{_piece(symbol)}_{{{below}}}" if below else _piece(symbol)


def _piece(piece: str) -> str:
    match kind(piece):
        case "greek":
            return GREEK[piece][0]
        case "word":
            return rf"\mathrm{{{piece}}}"
        case _:
            return piece


class Latex:
    """Prints a tree in two dimensions."""

    plus, minus, comma, sign = " + ", " - ", ", ", "-"
    thin, dot = r"\,", r" \cdot "

    # -------------------------------------------------------------- marks

    def symbol(self, name: str) -> str:
        return name_to_latex(name)

    def digits(self, text: str) -> str:
        return text

    def scientific(self, mantissa: str, exponent: int) -> str:
        return (rf"{mantissa} \times " if mantissa else "") + f"10^{{{exponent}}}"

    def function_name(self, text: str) -> str:
        if text in _LATEX_OPERATORS:
            return rf"\{text}"
        return self.upright(text) if len(text) == 1 else self.symbol(text)

    def upright(self, letter: str) -> str:
        return rf"\mathrm{{{letter}}}"

    def applied(self, function: str, arguments: str) -> str:
        return function + self.fenced(arguments)

    def fenced(self, text: str) -> str:
        return rf"\left({text}\right)"

    def absolute(self, text: str) -> str:
        if r"\frac" in text:
            return rf"\left|{text}\right|"
        return f"|{{{text}}}|"  # mathtext draws \left| thin and small; the braces make a first minus a sign

    def fraction(self, above: str, below: str) -> str:
        return rf"\frac{{{above}}}{{{below}}}"

    def raised(self, base: str, exponent: str) -> str:
        return f"{base}^{{{exponent}}}"

    def root(self, text: str, degree: int) -> str:
        return rf"\sqrt{{{text}}}" if degree == 2 else rf"\sqrt[{degree}]{{{text}}}"

    # -------------------------------------------------------------- layout

    def show(self, node: Expression, tightness: int = 0) -> str:
        """The text of `node`, in parentheses if it binds more loosely than `tightness`."""
        text, own = self._text(node)
        return self.fenced(text) if own < tightness else text

    def _text(self, node: Expression) -> tuple[str, int]:
        match node:
            case Number(value=value):
                return self._number(value)
            case Symbol(name=name):
                return self.symbol(name), ATOM
            case Sum(terms=terms):
                return self._sum(terms or (ZERO,)), SUM
            case Product():
                return self._product(node)
            case Power(base=base, exponent=exponent):
                return self._power(base, exponent)
            case Call(function=function, arguments=arguments):
                return self._call(function, arguments)

    def _number(self, value: float) -> tuple[str, int]:
        mantissa, _, exponent = number_text(abs(value)).partition("e")
        if not exponent:
            text, own = self.digits(mantissa), ATOM
        elif mantissa == "1":
            text, own = self.scientific("", int(exponent)), POWER
        else:
            text, own = self.scientific(mantissa, int(exponent)), PRODUCT
        return (self.sign + text, SUM) if value < 0 else (text, own)

    def _sum(self, terms: tuple[Expression, ...]) -> str:
        text = ""
        for index, term in enumerate(terms):
            minus, rest = split_sign(term)
            if index == 0:
                text = self.sign if minus else ""
            else:
                text += self.minus if minus else self.plus
            text += self.show(rest, PRODUCT)
        return text

    def _product(self, node: Product) -> tuple[str, int]:
        minus, rest = split_sign(node)
        if minus:
            return self.sign + self.show(rest, PRODUCT), SUM
        above, below = split_fraction(node)
        if len(above) > 1 and above[0] == ONE:
            above = above[1:]
        if below:
            return self.fraction(self._factors(above or [ONE]), self._factors(below)), PRODUCT
        return (self._factors(above), PRODUCT) if len(above) > 1 else self._text(above[0] if above else ONE)

    def _factors(self, factors: list[Expression]) -> str:
        """The factors side by side; a single one needs no parentheses at a fraction bar."""
        if len(factors) == 1:
            return self.show(factors[0])
        text = self.show(factors[0], PRODUCT)
        for factor in factors[1:]:
            text += (self.dot if _begins_with_number(factor) else self.thin) + self.show(factor, PRODUCT)
        return text

    def _power(self, base: Expression, exponent: Expression) -> tuple[str, int]:
        if isinstance(exponent, Number) and exponent.value < 0:
            return self._product(Product((ONE, Power(base, exponent))))
        degree = _root_degree(exponent)
        if degree is not None:
            return self.root(self.show(base), degree), POWER
        return self.raised(self.show(base, ATOM), self.show(exponent)), POWER

    def _call(self, function: str, arguments: tuple[Expression, ...]) -> tuple[str, int]:
        match function, arguments:
            case "abs", (x,):
                return self.absolute(self.show(x)), ATOM
            case "sqrt", (x,):
                return self.root(self.show(x), 2), POWER
            case "exp", (x,) if _is_short(x):
                return self.raised(self.upright("e"), self.show(x)), POWER
            case "hill", (x, k, n) if not _has_hill(arguments):
                above, below = _hill(x, k, n)
                return self.fraction(self.show(above), self.show(below)), PRODUCT
            case "hill_slope", (x, k, n) if not _has_hill(arguments):
                above, below = _hill_slope(x, k, n)
                return self.fraction(self.show(above), self.show(below)), PRODUCT
        shown = self.comma.join(self.show(a) for a in _flat_arguments(function, arguments))
        name = self.function_name(_FUNCTION_NAMES.get(function, function))
        return self.applied(name, shown), POWER  # not ATOM: ln(x)^2 would be read as ln(x^2)


def _begins_with_number(node: Expression) -> bool:
    match node:
        case Number():
            return True
        case Power(base=base, exponent=exponent):
            return (isinstance(exponent, Number) and exponent.value < 0) or _begins_with_number(base)
        case Product():
            above, _ = split_fraction(node)
            return not above or _begins_with_number(above[0])
        case _:
            return False


def _root_degree(exponent: Expression) -> int | None:
    """n if the exponent is 0.5 or was written ``1/n``, otherwise None."""
    match exponent:
        case Number(value=0.5):
            return 2
        case Product(factors=(Number(value=1.0), Power(base=Number(value=n), exponent=Number(value=-1.0)))):
            return int(n) if n >= 2 and n.is_integer() else None
        case _:
            return None


def _is_short(exponent: Expression) -> bool:
    """Whether an exponent can be read at the size of a superscript."""
    nodes = [n for n in walk(exponent) if n != MINUS_ONE]
    leaves = sum(isinstance(n, (Number, Symbol)) for n in nodes)
    return leaves <= 4 and not any(isinstance(n, (Power, Call)) for n in nodes)


def _flat_arguments(function: str, arguments: tuple[Expression, ...]) -> tuple[Expression, ...]:
    """``min(min(a, b), c)``, as the parser reads ``min(a, b, c)``, has the arguments a, b, c again."""
    while function in ("min", "max") and isinstance(arguments[0], Call) and arguments[0].function == function:
        arguments = (*arguments[0].arguments, *arguments[1:])
    return arguments


# ------------------------------------------------------------------ Hill functions


def _has_hill(arguments: tuple[Expression, ...]) -> bool:
    """Whether a Hill function stands inside; written out at every level the text would double each time."""
    below = (n for argument in arguments for n in walk(argument))
    return any(isinstance(n, Call) and n.function in ("hill", "hill_slope") for n in below)


def _hill(x: Expression, k: Expression, n: Expression) -> tuple[Expression, Expression]:
    return _raised(x, n), Sum((_raised(k, n), _raised(x, n)))


def _hill_slope(x: Expression, k: Expression, n: Expression) -> tuple[Expression, Expression]:
    less_one: Expression = Number(n.value - 1.0) if isinstance(n, Number) else Sum((n, MINUS_ONE))
    above = [n, _raised(k, n)] if less_one == ZERO else [n, _raised(k, n), _raised(x, less_one)]
    return Product(tuple(above)), Power(_hill(x, k, n)[1], Number(2.0))


def _raised(base: Expression, exponent: Expression) -> Expression:
    return base if exponent == ONE else Power(base, exponent)
