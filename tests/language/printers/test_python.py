"""Text that a person would write, and code that computes the same number."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartsim.language.derivative import differentiate
from cartsim.language.expression import parse
from cartsim.language.functions import SCALAR
from cartsim.language.printers.python import Batched, Scalar, number_text, to_text
from cartsim.language.tree import Call, Expression, Number, Power, Product, Sum, Symbol
from tests.strategies import POINTS, TREES, tame, value


@given(TREES, POINTS)
def test_a_text_read_back_has_the_same_value(tree: Expression, at: dict[str, float]) -> None:
    expected = tame(tree, at)
    assert value(parse(to_text(tree)), at) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(TREES)
def test_a_text_read_back_is_printed_the_same_again(tree: Expression) -> None:
    text = to_text(parse(to_text(tree)))
    assert to_text(parse(text)) == text


@pytest.mark.parametrize("printer", [Scalar(), Batched()])
@given(tree=TREES, at=POINTS)
def test_the_printed_code_computes_the_tree(printer: Scalar, tree: Expression, at: dict[str, float]) -> None:
    expected = tame(tree, at)
    found = eval(printer.show(tree), {"__builtins__": {}, **SCALAR}, dict(at))
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(TREES)
def test_the_printed_code_holds_only_names_floats_arithmetic_and_calls_by_name(tree: Expression) -> None:
    allowed = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Constant, ast.Load)
    allowed += (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub)
    allowed += (
        ast.IfExp,
        ast.NamedExpr,
        ast.Store,
        ast.Compare,
        ast.Lt,
        ast.Gt,
        ast.LtE,
    )  # max, hill in place
    for printer in (Scalar(), Batched()):
        for node in ast.walk(ast.parse(printer.show(tree), mode="eval")):
            assert isinstance(node, allowed)
            assert not isinstance(node, ast.Call) or isinstance(node.func, ast.Name)
            assert not isinstance(node, ast.Constant) or isinstance(node.value, float | int)


@given(st.floats(-1e300, 1e300))
def test_a_number_written_as_text_is_the_number_to_fifteen_digits(number: float) -> None:
    assert float(number_text(number)) == pytest.approx(number, rel=1e-14, abs=0.0)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_written_as_code_is_exactly_the_number(number: float) -> None:
    assert float(Scalar().number(number)) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2.0, "2"), (0.1, "0.1"), (1500.0, "1500"), (1e6, "1e6"), (1.5e6, "1.5e6"), (4.5e-8, "4.5e-8"),
        (0.0, "0"), (-3.0, "-3"), (0.001, "0.001"), (1 / 3, "0.333333333333333"), (1e300, "1e300"),
        (123456.0, "123456"), (0.265, "0.265"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_usual(number: float, text: str) -> None:
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("r*T*(1-b*T)", "r*T*(1 - b*T)"),
        ("gamma*C_T*T/(h+C_T)", "gamma*C_T*T/(h + C_T)"),
        ("-rN*N*log((N+C)/KN)", "-rN*N*log((N + C)/KN)"),
        ("a/(b*c)", "a/(b*c)"),
        ("a/b/c", "a/(b*c)"),
        ("a/(b/c)", "a/(b/c)"),
        ("-a**2", "-a**2"),
        ("(-a)**2", "(-a)**2"),
        ("(-2)**2", "(-2)**2"),
        ("a**b**c", "a**(b**c)"),
        ("(a**b)**c", "(a**b)**c"),
        ("a**-n", "a**(-n)"),
        ("a**-2", "1/a**2"),
        ("a**(n+1)", "a**(n + 1)"),
        ("a-(b-c)", "a - b + c"),
        ("a-(b-c)*d", "a - (b - c)*d"),
        ("a*-1*b", "a*(-1)*b"),
        ("(a+b)*(c-d)", "(a + b)*(c - d)"),
        ("1/x", "1/x"),
        ("2*x/3", "2*x/3"),
        ("hill(x,K,2)", "hill(x, K, 2)"),
        ("min(a,b,c)", "min(min(a, b), c)"),
        ("exp(-k*(t-t_0))", "exp(-k*(t - t_0))"),
        ("1e6*x", "1e6*x"),
        ("-(a+b)", "-(a + b)"),
    ],
)
def test_a_rate_is_printed_as_a_person_writes_it(written: str, text: str) -> None:
    printed = to_text(parse(written))
    assert printed == text


def test_trees_that_only_code_builds_keep_their_parentheses() -> None:
    a, b, minus = Symbol("a"), Symbol("b"), Number(-1.0)
    assert to_text(Product((Sum((a, b)), Sum((a, b))))) == "(a + b)*(a + b)"
    assert to_text(Sum((a, Product((minus, Sum((a, b))))))) == "a - (a + b)"
    assert to_text(Product((a, Product((minus, b))))) == "a*(-b)"
    assert to_text(Power(Product((a, b)), Number(2.0))) == "(a*b)**2"
    assert to_text(Power(Power(a, minus), minus)) == "1/(1/a)"
    assert to_text(Power(Call("exp", (a,)), b)) == "exp(a)**b"


def test_the_slope_of_logistic_growth_is_readable() -> None:
    assert to_text(differentiate(parse("r*T*(1 - T/K)"), "T")) == "r*(1 - T/K) - r*T/K"


def test_squares_and_small_powers_are_multiplied_and_others_are_left_to_pow() -> None:
    scalar = Scalar()
    assert scalar.show(parse("x**2")) == "(x*x)"
    assert scalar.show(parse("x**3")) == "x**3"
    assert scalar.show(parse("x**17")) == "pow(x, 17.0)"
    assert scalar.show(parse("x**n")) == "pow(x, n)"
    assert scalar.show(parse("9**9**9")) == "pow(9.0, 9.0**9)"
    assert scalar.show(parse("2*x/3")) == "2.0*x/3.0"
