"""Text to a checked tree.

`ast.parse` reads the text and every node must be on the list below; nothing of it is ever evaluated.
What runs later is printed by us from the tree.
"""

from __future__ import annotations

import ast
import keyword
import math
import re
import warnings

from .errors import ExpressionError, ModelError, shorten, suggestion
from .functions import FUNCTIONS, RESERVED
from .tree import (
    MINUS_ONE,
    Call,
    Expression,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    coefficient_and_rest,
)
from .values import finite

MAX_LENGTH = 2_000
"""Characters in one expression; longer ones are split with definitions."""
MAX_DEPTH = 100
"""Levels of nesting in one expression (a sum of n terms counts as n levels)."""
MAX_ARGUMENTS = 20
"""Arguments of one min or max, or comparisons joined by and/or in one condition."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_COMPARISONS = {ast.GtE: 1, ast.Gt: 1, ast.LtE: -1, ast.Lt: -1}
_HINTS: dict[type, str] = {
    ast.BitXor: "'^' is not a power here; write x**2",
    ast.IfExp: "write conditions with step(x), min or max",
    ast.Compare: "write conditions with step(x), for example step(t - t0)",
    ast.BoolOp: "write conditions with step(x), min or max",
    ast.FloorDiv: "use / for division",
    ast.Mod: "only + - * / ** are arithmetic here",
}


def check_name(name: object, what: str) -> str:
    """`name` itself, if a species, parameter or process may be called so.

    Raises
    ------
    ExpressionError
        If it is not an ASCII identifier, or is reserved.
    """
    if not isinstance(name, str):
        raise ExpressionError(f"{what} {shorten(name)} must have a text as its name")
    if len(name) > 60:
        raise ExpressionError(f"{what} {shorten(name)}: a name may have at most 60 characters")
    if not _NAME.match(name):
        look_alike = next((c for c in name if ord(c) > 127), None)
        why = (
            f"contains {look_alike!r} (U+{ord(look_alike):04X}), which is not an ASCII letter"
            if look_alike
            else "must begin with a letter and have only letters, digits and underscores"
        )
        raise ExpressionError(f"the name of {what} {shorten(name)} {why}")
    if keyword.iskeyword(name) or (keyword.issoftkeyword(name) and name == "_"):
        raise ExpressionError(
            f"{what} {name!r} is a Python keyword; choose another name, for example {name}_"
        )
    if name in RESERVED:
        meaning = "time" if name == "t" else "a function"
        raise ExpressionError(f"{what} {name!r} would hide {meaning} of the language; choose another name")
    return name


def parse(text: str | float, where: str = "expression") -> Expression:
    """Read arithmetic into a tree, keeping it as it was written.

    Parameters
    ----------
    text : str or float
        ``+ - * / **``, numbers, names, ``t`` and the functions of `cartsim.language.functions`.
    where : str
        What the text belongs to, for the error message.

    Raises
    ------
    ExpressionError
        If the text is not arithmetic, too long (2,000 characters) or too deep (100 levels).

    Examples
    --------
    >>> parse("gamma * T")
    Product(factors=(Symbol(name='gamma'), Symbol(name='T')))
    """
    return _Reader(where).read(_syntax(text, where).body, 0)


def parse_condition(text: str, where: str = "condition") -> Expression:
    """Read a comparison into a tree that is zero or more exactly where the condition holds.

    ``"a >= b"`` becomes ``a - b`` and ``"a > b"`` ``above(a - b)``, which is below zero at equality; ``and``
    becomes ``min``, ``or`` becomes ``max``.

    Examples
    --------
    >>> from cartsim.language.printers.python import to_text
    >>> to_text(parse_condition("T >= 1e6 and t < 30"))
    'min(T - 1e6, above(30 - t))'
    """
    return _Reader(where).read_condition(_syntax(text, where).body, 0)


def _syntax(text: str | float, where: str) -> ast.Expression:
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        try:
            text = repr(finite(text, where))
        except ModelError as error:
            raise ExpressionError(str(error)) from None
    if not isinstance(text, str):
        raise ExpressionError(f"{where}: {shorten(text)} is not a text with arithmetic")
    if not text.strip():
        raise ExpressionError(f"{where} is empty; write arithmetic such as 'gamma * C_T * T', or '0'")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            f"{where} has {len(text):,} characters, more than {MAX_LENGTH:,}; split it with definitions"
        )
    if "#" in text:
        raise ExpressionError(f"{where}: {shorten(text)} has a comment; put it into the meaning instead")
    for character in text:
        if ord(character) > 127:
            raise ExpressionError(
                f"{where}: {shorten(text)} contains {character!r} (U+{ord(character):04X}); "
                "only ASCII can be used"
            )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # "5(x)" warns and then fails our own check
            return ast.parse(" ".join(text.split()), mode="eval")
    except (RecursionError, MemoryError):
        raise ExpressionError(f"{where} is nested too deeply; split it with definitions") from None
    except (SyntaxError, ValueError) as error:
        reason = getattr(error, "msg", None) or str(error)
        if "nested parentheses" in reason:
            reason = "nested too deeply"
        raise ExpressionError(f"{where}: {shorten(text)} is not arithmetic ({reason})") from None


class _Reader:
    """Walks the syntax tree of one expression; `where` names it in every message."""

    def __init__(self, where: str) -> None:
        self.where = where

    def fail(self, why: str) -> ExpressionError:
        return ExpressionError(f"{self.where}: {why}")

    def read(self, node: ast.expr, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            raise self.fail(f"nested more than {MAX_DEPTH} levels deep; split it with definitions")
        match node:
            case ast.Constant(value=value):
                return self.number(value)
            case ast.Name(id=name):
                if name in FUNCTIONS:
                    raise self.fail(f"the function {name!r} needs its arguments in parentheses")
                return Symbol(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _negated(self.read(operand, depth + 1))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand, depth + 1)
            case ast.BinOp(left=left, op=op, right=right):
                return self.binary(op, self.read(left, depth + 1), self.read(right, depth + 1))
            case ast.Call():
                return self.call(node, depth)
            case _:
                hint = _HINTS.get(
                    type(node), "only numbers, names, + - * / **, parentheses and functions may be used"
                )
                raise self.fail(f"{_shown(node)} is not arithmetic; {hint}")

    def number(self, value: object) -> Number:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.fail(f"{shorten(value)} is not a number")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise self.fail("a number is too large; numbers must be finite (below about 1.8e308)")
        return Number(number)

    def binary(self, op: ast.operator, left: Expression, right: Expression) -> Expression:
        match op:
            case ast.Add():
                return Sum(_parts(left, Sum) + _parts(right, Sum))
            case ast.Sub():
                subtracted = tuple(_negated(term) for term in _parts(right, Sum))
                return Sum(_parts(left, Sum) + subtracted)
            case ast.Mult():
                return Product(_parts(left, Product) + _parts(right, Product))
            case ast.Div():
                return Product((*_parts(left, Product), _reciprocal(right)))
            case ast.Pow():
                return Power(left, right)
            case _:
                hint = _HINTS.get(type(op), "only + - * / ** are arithmetic here")
                raise self.fail(f"an operator is not arithmetic; {hint}")

    def call(self, node: ast.Call, depth: int) -> Expression:
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise self.fail(f"{_shown(node)} is not a call of a known function with plain arguments")
        name = node.func.id
        if name not in FUNCTIONS:
            raise self.fail(f"{name!r} is not a function here{_function_hint(name)}")
        arguments = [self.read(argument, depth + 1) for argument in node.args]
        arity = FUNCTIONS[name].arity
        if name in ("min", "max") and len(arguments) > 2:
            return self.folded(name, arguments)
        if len(arguments) != arity:
            raise self.fail(f"{name} takes {arity} argument{'s' * (arity > 1)}, not {len(arguments)}")
        return Call(name, tuple(arguments))

    def folded(self, name: str, arguments: list[Expression]) -> Expression:
        """``max(a, b, c)`` as ``max(max(a, b), c)``."""
        if len(arguments) > MAX_ARGUMENTS:
            raise self.fail(f"{len(arguments)} parts are joined at once; at most {MAX_ARGUMENTS} can be")
        first, *rest = arguments
        for argument in rest:
            first = Call(name, (first, argument))
        return first

    def read_condition(self, node: ast.expr, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            raise self.fail(f"nested more than {MAX_DEPTH} levels deep")
        match node:
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
                sides = self.read(left, depth + 1), self.read(right, depth + 1)
                greater, smaller = sides if _COMPARISONS[type(op)] > 0 else sides[::-1]
                difference = self.binary(ast.Sub(), greater, smaller)
                return Call("above", (difference,)) if isinstance(op, ast.Gt | ast.Lt) else difference
            case ast.BoolOp(op=op, values=values):
                function = "min" if isinstance(op, ast.And) else "max"
                return self.folded(function, [self.read_condition(value, depth + 1) for value in values])
            case _:
                raise self.fail(
                    f"{_shown(node)} is not a condition; write a comparison such as "
                    "'crs_grade >= 2', joined with 'and' or 'or' if need be"
                )


def _function_hint(name: str) -> str:
    equivalents = {
        "ln": "; use log (natural logarithm)",
        "log10": "; write log(x)/log(10)",
        "pow": "; write x**n",
    }
    return equivalents.get(name.lower()) or suggestion(name, FUNCTIONS, plural="functions")


def _shown(node: ast.AST) -> str:
    try:
        return shorten(ast.unparse(node))
    except RecursionError:
        return "what is written"


def _parts(node: Expression, kind: type[Sum] | type[Product]) -> tuple[Expression, ...]:
    if isinstance(node, kind):
        return node.terms if isinstance(node, Sum) else node.factors
    return (node,)


def _negated(node: Expression) -> Expression:
    coefficient, rest = coefficient_and_rest(node)
    if isinstance(node, Number):
        return Number(-coefficient)
    if coefficient == -1.0:
        return rest
    if coefficient != 1.0:
        return Product((Number(-coefficient), *_parts(rest, Product)))
    return Product((MINUS_ONE, *_parts(rest, Product)))


def _reciprocal(node: Expression) -> Expression:
    if isinstance(node, Power) and isinstance(node.exponent, Number):
        return Power(node.base, Number(-node.exponent.value))
    return Power(node, MINUS_ONE)
