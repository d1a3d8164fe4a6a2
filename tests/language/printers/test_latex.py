"""LaTeX: known formulas, and random trees that matplotlib must be able to render."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.mathtext import MathTextParser

from cartsim.language.derivative import differentiate
from cartsim.language.errors import ExpressionError
from cartsim.language.expression import parse
from cartsim.language.functions import DERIVED, FUNCTIONS, hill, hill_slope
from cartsim.language.printers.latex import name_to_latex, to_latex
from cartsim.language.printers.names import GREEK
from cartsim.language.tree import Call, Expression, Number, Power, Product, Sum, Symbol

NAMES = ("T", "C_T", "rho_C", "rhoC", "k1", "gB", "KBC", "IL6", "IFNg", "r_max", "x_a_b", "lambda_", "t")
COMMANDS = {
    r"\left", r"\right", r"\frac", r"\sqrt", r"\mathrm", r"\,", r"\cdot", r"\times",
    r"\exp", r"\ln", r"\tanh", r"\min", r"\max", *(command for command, _ in GREEK.values()),
}  # fmt: skip


def _grown(below: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(below, min_size=1, max_size=3).map(tuple)
    calls = [
        st.tuples(*[below] * function.arity).map(lambda arguments, name=name: Call(name, arguments))
        for name, function in {**FUNCTIONS, **DERIVED}.items()
    ]
    powers = st.builds(Power, below, below | st.sampled_from([Number(v) for v in (-2.0, -1.0, 0.5, 2.0)]))
    return st.one_of(several.map(Sum), several.map(Product), powers, *calls)


_numbers = st.floats(-1e9, 1e9).map(Number) | st.sampled_from([0.0, -0.0, 1.0, -1.0, 4.5e-8, 1e6]).map(Number)
TREES = st.recursive(_numbers | st.sampled_from(NAMES).map(Symbol), _grown, max_leaves=8)


def assert_renders(latex: str) -> None:
    parsed = MathTextParser("path").parse(f"${latex}$")
    assert parsed.width > 0


@given(TREES)
def test_every_tree_is_rendered_by_mathtext_and_uses_only_known_commands(tree: Expression) -> None:
    latex = to_latex(tree)
    assert_renders(latex)
    assert set(re.findall(r"\\(?:[A-Za-z]+|.)", latex)) <= COMMANDS
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    assert "--" not in latex.replace(" ", "")
    assert "+-" not in latex.replace(" ", "")


RATES = [
    ("r*T*(1 - b*T)", r"r\,T\,\left(1 - b\,T\right)"),
    ("gamma*C_T*T/(h + C_T)", r"\frac{\gamma\,C_{T}\,T}{h + C_{T}}"),
    ("-rN*N*log((N+C)/KN)", r"-r_{N}\,N\,\ln\left(\frac{N + C}{K_{N}}\right)"),
    (
        "rhoC + b*(Tt-KN)**2/(a*Tt**2 + (Tt-KN)**2)",
        r"\rho_{C} + \frac{b\,\left(\mathrm{Tt} - K_{N}\right)^{2}}"
        r"{a\,\mathrm{Tt}^{2} + \left(\mathrm{Tt} - K_{N}\right)^{2}}",
    ),
    ("-a/(b*c)", r"-\frac{a}{b\,c}"),
    ("-(a + b)*c", r"-\left(a + b\right)\,c"),
    ("a - (b - c)*d", r"a - \left(b - c\right)\,d"),
    ("(a/b)**n", r"\left(\frac{a}{b}\right)^{n}"),
    ("hill(x, K, 2)", r"\frac{x^{2}}{K^{2} + x^{2}}"),
    ("hill(C + M, K, n)", r"\frac{\left(C + M\right)^{n}}{K^{n} + \left(C + M\right)^{n}}"),
    ("phi*C_T - rho*C_T + theta*T*C_M", r"\phi\,C_{T} - \rho\,C_{T} + \theta\,T\,C_{M}"),
    (
        "4.5e-8*C*exp(-k1*(t - tau_0))",
        r"4.5 \times 10^{-8}\,C\,\mathrm{e}^{-k_{1}\,\left(t - \tau_{0}\right)}",
    ),
    ("exp(-(t - t_0)/tau)", r"\exp\left(-\frac{t - t_{0}}{\tau}\right)"),
    (
        "E_max*max(IL6 - 1, 0)*step(t - 7)",
        r"E_{\mathrm{max}}\,\max\left(\mathrm{IL6} - 1, 0\right)\,\mathrm{H}\left(t - 7\right)",
    ),
]


@pytest.mark.parametrize(("text", "latex"), RATES)
def test_a_typical_rate_looks_as_in_a_paper(text: str, latex: str) -> None:
    assert to_latex(parse(text)) == latex
    assert_renders(latex)


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("2/x", r"\frac{2}{x}"),
        ("1/x**2", r"\frac{1}{x^{2}}"),
        ("x**-2", r"\frac{1}{x^{2}}"),
        ("a/(b/c)", r"\frac{a}{\frac{b}{c}}"),
        ("a/-2", r"\frac{a}{-2}"),
        ("a*(b + c)/(d*(e + f))", r"\frac{a\,\left(b + c\right)}{d\,\left(e + f\right)}"),
        ("-x**2", "-x^{2}"),
        ("(-x)**2", r"\left(-x\right)^{2}"),
        ("(-2)**n", r"\left(-2\right)^{n}"),
        ("4.5e-8**n", r"\left(4.5 \times 10^{-8}\right)^{n}"),
        ("(x**y)**z", r"\left(x^{y}\right)^{z}"),
        ("x**y**z", "x^{y^{z}}"),
        ("x**(-n)", "x^{-n}"),
        ("a - (b - c)", "a - b + c"),
        ("2*3", r"2 \cdot 3"),
        ("2*3*x", r"2 \cdot 3\,x"),
        ("a*-2", r"a \cdot \left(-2\right)"),
        ("a + -2*b", r"a - 2\,b"),
        ("1e6*x", r"10^{6}\,x"),
        ("-4.5e-8", r"-4.5 \times 10^{-8}"),
        ("-0", "0"),
        ("sqrt(a + b)", r"\sqrt{a + b}"),
        ("x**0.5 + x**(1/3)", r"\sqrt{x} + \sqrt[3]{x}"),
        ("sqrt(x)**3", r"\left(\sqrt{x}\right)^{3}"),
        ("log(x)**2", r"\left(\ln\left(x\right)\right)^{2}"),
        ("exp(x)**2", r"\left(\mathrm{e}^{x}\right)^{2}"),
        ("tanh(x)", r"\tanh\left(x\right)"),
        ("abs(a - b)**2", "|{a - b}|^{2}"),
        ("abs(a/b)", r"\left|\frac{a}{b}\right|"),
        ("min(a, b, c)", r"\min\left(a, b, c\right)"),
        ("min(a, max(b, c))", r"\min\left(a, \max\left(b, c\right)\right)"),
        ("hill(x, K, 1)", r"\frac{x}{K + x}"),
        ("k*hill(x, K, n)**2", r"k\,\left(\frac{x^{n}}{K^{n} + x^{n}}\right)^{2}"),
    ],
)
def test_signs_bars_roots_and_parentheses_stand_where_they_must(text: str, latex: str) -> None:
    assert to_latex(parse(text)) == latex
    assert_renders(latex)


def test_products_and_sums_that_only_code_builds_keep_their_parentheses() -> None:
    a, b, c, minus = Symbol("a"), Symbol("b"), Symbol("c"), Number(-1.0)
    total = Sum((a, b))
    assert to_latex(Product((Product((total,)), c))) == r"\left(a + b\right)\,c"
    assert to_latex(Sum((a, Product((minus, total))))) == r"a - \left(a + b\right)"
    assert to_latex(Sum((a, Product((minus, Product((minus, b))))))) == r"a - \left(-b\right)"
    assert to_latex(Sum((a, Product((Number(1.0), Number(-2.0)))))) == r"a + \left(-2\right)"
    assert to_latex(Product((Number(2.0), Product((Number(3.0), Power(c, minus)))))) == r"2 \cdot \frac{3}{c}"


def test_the_functions_of_derivatives_are_written_out() -> None:
    assert to_latex(differentiate(parse("abs(x)"), "x")) == r"\mathrm{sgn}\left(x\right)"
    slope = differentiate(parse("hill(x, K, n)"), "x")
    assert to_latex(slope) == r"\frac{n\,K^{n}\,x^{n - 1}}{\left(K^{n} + x^{n}\right)^{2}}"
    assert (
        to_latex(differentiate(parse("hill(x, K, 2)"), "x"))
        == r"\frac{2\,K^{2}\,x}{\left(K^{2} + x^{2}\right)^{2}}"
    )
    assert to_latex(differentiate(parse("hill(x, K, 1)"), "x")) == r"\frac{K}{\left(K + x\right)^{2}}"


@given(st.floats(0.1, 10.0), st.floats(0.1, 10.0), st.floats(0.5, 5.0))
def test_the_fractions_written_for_hill_are_what_is_computed(x: float, k: float, n: float) -> None:
    assert x**n / (k**n + x**n) == pytest.approx(hill(x, k, n), rel=1e-12)
    assert n * k**n * x ** (n - 1) / (k**n + x**n) ** 2 == pytest.approx(hill_slope(x, k, n), rel=1e-9)


def test_hill_inside_hill_does_not_double_at_every_level() -> None:
    text = "hill(" * 60 + "x" + ", K, 2)" * 60
    assert len(to_latex(parse(text))) < 3000
    assert to_latex(parse("hill(hill(x, a, 1), b, n)")) == r"\mathrm{hill}\left(\frac{x}{a + x}, b, n\right)"


@pytest.mark.parametrize("text", ["exp(" * 99 + "x" + ")" * 99, "-(1 + a/(" * 30 + "x" + "))" * 30])
def test_the_deepest_expressions_that_the_parser_admits_are_printed(text: str) -> None:
    latex = to_latex(parse(text))
    assert latex.count(r"\left(") == latex.count(r"\right)")
    assert "x" in latex


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("T", "T"),
        ("gamma", r"\gamma"),
        ("epsilon", r"\epsilon"),
        ("C_T", "C_{T}"),
        ("rhoC", r"\rho_{C}"),
        ("tau_0", r"\tau_{0}"),
        ("x_a_b", "x_{a,b}"),
        ("k1", "k_{1}"),
        ("gB", "g_{B}"),
        ("KBC", "K_{BC}"),
        ("IL6", r"\mathrm{IL6}"),
        ("IFNg", r"\mathrm{IFNg}"),
        ("r_max", r"r_{\mathrm{max}}"),
        ("CAR_T", r"\mathrm{CAR}_{T}"),
        ("alpha_rho", r"\alpha_{\rho}"),
        ("lambda_", r"\lambda"),
    ],
)
def test_a_name_becomes_a_symbol(name: str, latex: str) -> None:
    assert name_to_latex(name) == latex
    assert_renders(latex)


@pytest.mark.parametrize("name", list(GREEK))
def test_every_greek_letter_is_rendered(name: str) -> None:
    assert_renders(name_to_latex(name))


@pytest.mark.parametrize("name", [r"\input", "a}b", "$x$", "a^b", "x%"])
def test_no_backslash_or_brace_comes_from_a_name(name: str) -> None:
    with pytest.raises(ExpressionError, match="cannot be printed"):
        to_latex(Symbol(name))
