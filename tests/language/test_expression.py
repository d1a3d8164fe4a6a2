"""Text to tree: what is read, how, and the sentence for everything else."""

from __future__ import annotations

import math
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartsim.language.errors import ExpressionError
from cartsim.language.expression import MAX_DEPTH, MAX_LENGTH, check_name, parse, parse_condition
from cartsim.language.functions import DERIVED, FUNCTIONS, RESERVED
from cartsim.language.printers.python import to_text
from cartsim.language.tree import Call, Number, Power, Product, Sum, Symbol, walk
from tests.strategies import POINTS, value

A, B, C = Symbol("A"), Symbol("B"), Symbol("C")
MINUS = Number(-1.0)


# ------------------------------------------------------------------ what is read


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("A", A),
        (" A\n", A),
        ("2", Number(2.0)),
        ("4.5e-8", Number(4.5e-8)),
        (".5", Number(0.5)),
        ("1_000", Number(1000.0)),
        ("-2", Number(-2.0)),
        ("+A", A),
        ("A + B - C", Sum((A, B, Product((MINUS, C))))),
        ("A*B/C", Product((A, B, Power(C, MINUS)))),
        ("A/(B*C)", Product((A, Power(Product((B, C)), MINUS)))),
        ("A**B**C", Power(A, Power(B, C))),
        ("(A**B)**C", Power(Power(A, B), C)),
        ("-A**2", Product((MINUS, Power(A, Number(2.0))))),
        ("2**-A", Power(Number(2.0), Product((MINUS, A)))),
        ("A - (B - C)", Sum((A, Product((MINUS, B)), C))),
        ("exp(A)", Call("exp", (A,))),
        ("hill(A, B, C)", Call("hill", (A, B, C))),
        ("min(A, B, C)", Call("min", (Call("min", (A, B)), C))),
        ("A +\n B", Sum((A, B))),
    ],
)
def test_arithmetic_becomes_the_tree_that_was_written(text: str, tree: object) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize("number", [0, 3, 2.5, -1e-9, 1e300])
def test_a_plain_number_is_an_expression(number: float) -> None:
    assert parse(number) == Number(float(number))


PYTHON = [
    "A + B*k - n/A",
    "-A**2 + (-A)**2",
    "A - (B - (k - n))",
    "A/B/k",
    "A/(B/k)",
    "A/B*k",
    "-(A + B)*-k",
    "2**3**A",
    "A**-n",
    "A**-2*B",
    "1/A**2/B**-1",
    "- - A",
    "-2*-3*A",
    "(A - B)*(A + B) - A*A + B*B",
    "max(A, B, k) - min(A, B, k)",
    "sqrt(A)*tanh(B)/log(1 + k)",
    "abs(A - B)**(1/3)",
    "A*-1*B",
    "0 - 0*A",
]


@pytest.mark.parametrize("text", PYTHON)
@given(at=POINTS)
@settings(max_examples=10)
def test_the_tree_has_the_value_that_python_gives_the_text(text: str, at: dict[str, float]) -> None:
    expected = eval(text, {"max": max, "min": min, "abs": abs, **vars(math)}, dict(at))
    assert value(parse(text), at) == pytest.approx(expected, rel=1e-12, abs=1e-12)


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("  \n\t ", "is empty"),
        ("A B", "not arithmetic"),
        ("A +", "not arithmetic"),
        ("A = B", "not arithmetic"),
        ("(A", "not arithmetic"),
        ("A)", "not arithmetic"),
        ("A; B", "not arithmetic"),
        ("A\nB", "not arithmetic"),
        ("A, B", "not arithmetic"),
        ("import os", "not arithmetic"),
        ("A^2", r"write x\*\*2"),
        ("A // B", "use / for division"),
        ("A % B", "only"),
        ("A @ B", "only"),
        ("A << 2", "only"),
        ("~A", "not arithmetic"),
        ("not A", "not arithmetic"),
        ("A > 2", "step"),
        ("A and B", "step"),
        ("A if B else C", "step"),
        ("A.real", "not arithmetic"),
        ("A[0]", "not arithmetic"),
        ("[A]", "not arithmetic"),
        ("{A: B}", "not arithmetic"),
        ("{A}", "not arithmetic"),
        ("(A := 3)", "not arithmetic"),
        ("lambda: A", "not arithmetic"),
        ("[x for x in A]", "not arithmetic"),
        ("(x for x in A)", "not arithmetic"),
        ("f'{A}'", "not arithmetic"),
        ("'A'", "not a number"),
        ("b'A'", "not a number"),
        ("...", "not a number"),
        ("None", "not a number"),
        ("True", "not a number"),
        ("1j", "not a number"),
        ("await A", "not arithmetic"),
        ("yield", "not arithmetic"),
        ("A\\", "not arithmetic"),
        ("A\x00", "not arithmetic"),
        ("0777", "not arithmetic"),
        ("1e400", "too large"),
        ("9" * 400, "too large"),
        ("5(A)", "not a call of a known function"),
        ("A.exp(B)", "not a call of a known function"),
        ("exp(x=A)", "not a call of a known function"),
        ("exp(**A)", "not a call of a known function"),
        ("max(*A)", "not arithmetic"),
        ("exp", "needs its arguments in parentheses"),
        ("exp()", "exp takes 1 argument, not 0"),
        ("exp(A, B)", "exp takes 1 argument, not 2"),
        ("hill(A, B)", "hill takes 3 arguments, not 2"),
        ("max(A)", "max takes 2 arguments, not 1"),
        ("min()", "min takes 2 arguments, not 0"),
        ("expp(A)", "'expp' is not a function here; did you mean 'exp'"),
        ("ln(A)", r"use log \(natural logarithm\)"),
        ("log10(A)", r"write log\(x\)/log\(10\)"),
        ("pow(A, 2)", r"write x\*\*n"),
        ("print(A)", "'print' is not a function here"),
        ("__import__('os')", "'__import__' is not a function here"),
        ("hill_slope(A, B, C)", "'hill_slope' is not a function here"),
        ("sign(A)", "'sign' is not a function here"),
        ("A + B + " * 400 + "A", "more than 2,000; split it with definitions"),
        ("+".join("A" * (MAX_DEPTH + 2)), "100 levels deep; split it with definitions"),
        ("(" * 300 + "A" + ")" * 300, "nested too deeply"),
        ("-" * 1900 + "A", "100 levels deep"),
        ("exp(" * 150 + "A" + ")" * 150, "100 levels deep"),
    ],
)
def test_what_is_not_arithmetic_is_refused_in_a_sentence_that_says_where(text: str, sentence: str) -> None:
    with pytest.raises(ExpressionError, match=sentence) as caught:
        parse(text, "process 'killing'")
    assert str(caught.value).startswith("process 'killing'")
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "text",
    [
        "A" + ".b" * 900,
        "A" + "()" * 900,
        "A" + "[0]" * 600,
        "not " * 450 + "A",
        "A if B else " * 160 + "C",
        "[" * 190 + "A" + "]" * 190,
        "lambda:" * 250 + "A",
        "exp(" * 90 + "A" + ".b" * 700 + ")" * 90,
        "await " * 300 + "A",
    ],
    ids=lambda text: text[:12],
)
def test_what_is_not_arithmetic_and_very_deep_is_refused_in_a_sentence(text: str) -> None:
    for read in (parse, parse_condition):
        with pytest.raises(ExpressionError) as caught:
            read(text)
        assert len(str(caught.value)) < 300


@pytest.mark.parametrize("text", ["A # growth", "A # growth\n + B", "# A"])
def test_a_comment_is_refused_because_it_would_swallow_the_next_line(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\N{CYRILLIC SMALL LETTER A}*B", "U+0430"),
        ("gamma*\N{GREEK CAPITAL LETTER TAU}", "U+03A4"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}", "U+FF21"),
        ("A\N{ZERO WIDTH SPACE}", "U+200B"),
        ("A\N{ZERO WIDTH JOINER}B", "U+200D"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}A", "U+202E"),
        ("A \N{MINUS SIGN} B", "U+2212"),
        ("A\N{NO-BREAK SPACE}+ B", "U+00A0"),
        ("\N{ARABIC-INDIC DIGIT TWO}*A", "U+0662"),
        ("A\N{SUPERSCRIPT TWO}", "U+00B2"),
        ("\N{MATHEMATICAL ITALIC SMALL A}", "U+1D44E"),
        ("\N{DIGIT TWO}\N{MULTIPLICATION SIGN}A", "U+00D7"),
    ],
)
def test_a_look_alike_is_refused_with_its_code_point(text: str, code: str) -> None:
    with pytest.raises(ExpressionError, match=code.replace("+", r"\+") + ".*only ASCII"):
        parse(text)


@pytest.mark.parametrize("thing", [None, True, False, b"A", ["A"], {"A": 1}, object(), 1j, Symbol("A")])
def test_what_is_not_a_text_is_refused_in_a_sentence(thing: object) -> None:
    with pytest.raises(ExpressionError, match="is not a text with arithmetic"):
        parse(thing)  # type: ignore[arg-type]


NOT_FINITE = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan, "1e400": 10**400, "1e5000": 10**5000}


@pytest.mark.parametrize("number", NOT_FINITE.values(), ids=NOT_FINITE)
def test_a_number_that_is_not_a_finite_float_is_refused(number: float) -> None:
    for read in (parse, parse_condition):
        with pytest.raises(ExpressionError):
            read(number)  # type: ignore[arg-type]


@given(st.text(max_size=80) | st.text("AB12.e+-*/()[]{},:='\"\\ \n_xpfor in lambda#@%^&|<>~;", max_size=120))
@settings(max_examples=200)
def test_any_text_is_a_tree_or_an_expression_error(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            tree = parse(text)
        except ExpressionError as error:
            sentence, tree = str(error), None
    if tree is None:
        assert 0 < len(sentence) < 400
        return
    for node in walk(tree):
        if isinstance(node, Number):
            assert math.isfinite(node.value)
        elif isinstance(node, Symbol):
            assert node.name.isascii()
            assert node.name.isidentifier()
        elif isinstance(node, Call):
            assert node.function in FUNCTIONS


def test_the_longest_and_the_deepest_texts_are_read() -> None:
    assert parse("A" + " " * (MAX_LENGTH - 1)) == A
    with pytest.raises(ExpressionError, match="2,001 characters"):
        parse("A" + " " * MAX_LENGTH)
    assert isinstance(parse("+".join("A" * (MAX_DEPTH + 1))), Sum)


# ------------------------------------------------------------------ names


@pytest.mark.parametrize(
    "name", ["A", "C_T", "k1", "x_", "print", "match", "case", "type", "e", "pi", "self", "a" * 60]
)
def test_an_ordinary_name_is_accepted(name: str) -> None:
    assert check_name(name, "species") == name


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "must begin with a letter"),
        ("1A", "must begin with a letter"),
        ("_A", "must begin with a letter"),
        ("__class__", "must begin with a letter"),
        ("A B", "only letters, digits and underscores"),
        ("A\n", "only letters"),
        ("A;B", "only letters"),
        ("A-B", "only letters"),
        ("A.B", "only letters"),
        ("A'", "only letters"),
        ("<b>", "only letters"),
        ("\N{CYRILLIC SMALL LETTER A}", r"U\+0430"),
        ("\N{GREEK SMALL LETTER GAMMA}", r"U\+03B3"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}", r"U\+FF21"),
        ("A\N{ZERO WIDTH SPACE}", r"U\+200B"),
        ("lambda", "is a Python keyword; choose another name, for example lambda_"),
        ("None", "keyword"),
        ("True", "keyword"),
        ("if", "keyword"),
        ("import", "keyword"),
        ("_", "must begin with a letter"),
        ("t", "would hide time"),
        ("a" * 61, "at most 60 characters"),
        (None, "must have a text as its name"),
        (5, "must have a text as its name"),
        (("A",), "must have a text as its name"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused_in_a_sentence(name: object, sentence: str) -> None:
    with pytest.raises(ExpressionError, match=sentence) as caught:
        check_name(name, "species")
    assert "species" in str(caught.value)


@pytest.mark.parametrize("name", sorted(RESERVED - {"t"}))
def test_a_name_that_hides_a_function_is_refused(name: str) -> None:
    with pytest.raises(ExpressionError, match="would hide a function"):
        check_name(name, "parameter")


def test_every_function_is_reserved() -> None:
    assert {*FUNCTIONS, *DERIVED, "t"} <= RESERVED


# ------------------------------------------------------------------ conditions


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("A >= B", "A - B"),
        ("A > B", "above(A - B)"),
        ("A <= B", "B - A"),
        ("A < B", "above(B - A)"),
        ("A >= 2 and B < 3", "min(A - 2, above(3 - B))"),
        ("A >= 2 or B < 3", "max(A - 2, above(3 - B))"),
        ("A > 1 and B > 1 and C > 1", "min(min(above(A - 1), above(B - 1)), above(C - 1))"),
        ("(A > 1 or B > 1) and C > 1", "min(max(above(A - 1), above(B - 1)), above(C - 1))"),
        ("A - B >= C - 1", "A - B - C + 1"),
    ],
)
def test_a_condition_becomes_a_tree_that_is_zero_or_more_where_it_holds(text: str, tree: str) -> None:
    assert to_text(parse_condition(text)) == tree


@given(POINTS)
def test_the_sign_of_a_condition_is_its_truth(at: dict[str, float]) -> None:
    text = "(A >= B and k <= n) or A + k <= 2"
    truth = (at["A"] >= at["B"] and at["k"] <= at["n"]) or at["A"] + at["k"] <= 2
    assert (value(parse_condition(text), at) >= 0.0) == truth


@pytest.mark.parametrize(
    "text",
    ["A", "A + B", "1", "0 < A < 2", "A == B", "A != B", "not A > 2", "A in B", "A is B", "A > 1 and B"],
)
def test_what_is_no_condition_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ExpressionError, match="is not a condition; write a comparison such as"):
        parse_condition(text)


@pytest.mark.parametrize("text", ["", "A >", "A => B", "A.b > 1", "open('x') > 1", "A > '1'", None, True])
def test_a_condition_of_something_else_is_refused(text: object) -> None:
    with pytest.raises(ExpressionError):
        parse_condition(text)  # type: ignore[arg-type]
