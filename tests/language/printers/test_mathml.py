"""MathML: well-formed, known formulas, and random trees read back and computed exactly.

The reader below takes the marks at their face value: a power without parentheses around its base is read
as Python reads it, so a sign or a parenthesis in the wrong place changes the number. The layout is that of
the LaTeX printer, which is therefore tested here as well.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cartsim.language.derivative import differentiate
from cartsim.language.errors import ExpressionError
from cartsim.language.expression import parse
from cartsim.language.functions import FUNCTIONS
from cartsim.language.printers.mathml import name_to_mathml, to_mathml
from cartsim.language.printers.names import GREEK
from cartsim.language.tree import Call, Expression, Number, Power, Product, Sum, Symbol

TIMES = '<mo rspace="0.167em">&#x2062;</mo>'
OPERATORS = set("+−⋅×\u2062")
CHILDREN = {"mfrac": 2, "msup": 2, "msub": 2, "mroot": 2, "mi": 0, "mn": 0, "mo": 0}
VALUES = {
    "T": Fraction(3),
    "C_T": Fraction(-2),
    "rhoC": Fraction(5, 3),
    "IL6": Fraction(7, 2),
    "x_a_b": Fraction(1),
}

# Any exact stand-ins will do: they only show which arguments a function was given.
MEANINGS: dict[str, Any] = {
    "exp": lambda x: x * x + 11,
    "log": lambda x: 5 * x + 7,
    "sqrt": lambda x: x * x * x + 2,
    "tanh": lambda x: 3 * x - 13,
    "abs": abs,
    "min": min,
    "max": max,
    "step": lambda x: Fraction(x >= 0),
    "sign": lambda x: Fraction((x > 0) - (x < 0)),
    "hill": lambda x, k, n: x**n / (k**n + x**n),
    "hill_slope": lambda x, k, n: n * k**n * x ** (n - 1) / (k**n + x**n) ** 2,
}


def value(node: Expression) -> Fraction:
    """The exact value of a tree, by its definition."""
    match node:
        case Number(value=number):
            return Fraction(str(number))
        case Symbol(name=name):
            return VALUES[name]
        case Sum(terms=terms):
            return sum(map(value, terms), Fraction(0))
        case Product(factors=factors):
            product = Fraction(1)
            for factor in factors:
                product *= value(factor)
            return product
        case Power(base=base, exponent=exponent) if exponent == Number(0.5):
            return MEANINGS["sqrt"](value(base))
        case Power(base=base, exponent=exponent) if exponent == Number(-0.5):
            return 1 / MEANINGS["sqrt"](value(base))
        case Power(base=base, exponent=exponent):
            return value(base) ** value(exponent)
        case Call(function=function, arguments=arguments):
            return MEANINGS[function](*map(value, arguments))


def element(text: str) -> ElementTree.Element:
    """The parsed text, with the number of children that MathML asks for in every element."""
    root = ElementTree.fromstring(text)
    for part in root.iter():
        count = CHILDREN.get(part.tag)
        assert count is not None or part.tag in ("mrow", "msqrt")
        assert len(part) == count if count is not None else len(part) > 0
        assert part.text or len(part)
        assert part.tag != "msup" or is_closed(part[0])
        for mark, following in pairwise(part):
            assert not ("".join(mark.itertext()) in OPERATORS and following.text in OPERATORS)
    return root


def is_closed(base: ElementTree.Element) -> bool:
    """Whether everything in `base` is raised by an exponent beside it: a symbol, a number or a fence."""
    while base.tag == "mrow" and len(base) == 1:
        base = base[0]
    fences = [(part.text or "") for part in (base[0], base[-1])] if base.tag == "mrow" else []
    return base.tag in ("mi", "mn", "msub") or fences in (["(", ")"], ["|", "|"])


_MARKS = {
    "\u2062": "*",
    "⋅": "*",
    "×": "*",
    "−": "-",
    "\u2061": "",
    "+": "+",
    "(": "(",
    ")": ")",
    ",": ",",
    "|": "|",
}
_FUNCTIONS = {"ln": "log", "exp": "exp", "tanh": "tanh", "min": "min", "max": "max", "sgn": "sign"}
_SYMBOLS = {name_to_mathml(name): name for name in VALUES}


def read_back(part: ElementTree.Element) -> str:
    """Python text for what a reader sees; only fraction bars and roots hold together by themselves."""
    source = ElementTree.tostring(part, encoding="unicode")
    if source in _SYMBOLS:
        return _SYMBOLS[source]
    if part.tag == "msub":
        return "hill_slope"  # how this function is called where it stands inside a Hill function
    below = [read_back(child) for child in part]
    match part.tag, part.text:
        case "mfrac", _:
            return f"({below[0]})/({below[1]})"
        case "msup", _:
            return f"exp({below[1]})" if below[0] == "e" else f"{below[0]}**({below[1]})"
        case "msqrt", _:
            return f"sqrt({''.join(below)})"
        case "mn", digits:
            return f"Fraction({digits!r})"
        case "mo", mark:
            return _MARKS[str(mark)]
        case "mi", "H":
            return "step"
        case "mi", "e":
            return "e"
        case "mi", word:
            return _FUNCTIONS.get(str(word), str(word))
        case _ if below[0] == "|":
            below[0], below[-1] = "abs(", ")"
    return "".join(below)


def _grown(below: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(below, min_size=1, max_size=3).map(tuple)
    exponents = st.sampled_from([-2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 3.0]).map(Number)
    one = st.sampled_from(["exp", "log", "sqrt", "tanh", "abs", "step", "sign"])
    two = st.sampled_from(["min", "max"])
    hill = st.sampled_from(["hill", "hill_slope"])
    whole = st.sampled_from([1.0, 2.0, 3.0]).map(Number)
    return st.one_of(
        several.map(Sum),
        several.map(Product),
        below.map(lambda node: Product((Number(-1.0), node))),
        below.map(lambda node: Sum((Symbol("T"), Product((Number(-1.0), node))))),
        st.builds(Power, below, exponents),
        st.builds(Call, one, st.tuples(below)),
        st.builds(Call, two, st.tuples(below, below)),
        st.builds(Call, hill, st.tuples(below, below, whole)),
    )


_numbers = st.sampled_from([0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -4.5e-8, 1e6, -1e6, 12.25]).map(Number)
TREES = st.recursive(_numbers | st.sampled_from(list(VALUES)).map(Symbol), _grown, max_leaves=9)


@given(TREES)
@settings(max_examples=500)
def test_every_tree_is_well_formed_and_reads_back_to_the_same_number(tree: Expression) -> None:
    root = element(to_mathml(tree))
    assert root.tag == "mrow"
    try:
        expected = value(tree)
    except ZeroDivisionError:
        assume(False)
    assert eval(read_back(root), {"Fraction": Fraction, **MEANINGS, **VALUES}) == expected


@pytest.mark.parametrize(
    ("marks", "correct"),
    [
        ("<mrow><mo>−</mo><mi>T</mi></mrow>", "(-T)**(2)"),
        ("<mrow><mi>T</mi><mo>+</mo><mn>1</mn></mrow>", "(T+1)**(2)"),
        ("<mfrac><mn>2</mn><mi>T</mi></mfrac>", "(2/T)**(2)"),
    ],
)
def test_the_reader_notices_parentheses_that_are_missing(marks: str, correct: str) -> None:
    text = read_back(ElementTree.fromstring(f"<msup>{marks}<mn>2</mn></msup>"))
    names = {"Fraction": Fraction, **VALUES}
    assert eval(text, names) != eval(correct, names)


def _with_times(text: str) -> str:
    return f"<mrow>{text.replace('.', TIMES)}</mrow>"


@pytest.mark.parametrize(
    ("text", "mathml"),
    [
        (
            "r*T*(1 - b*T)",
            "<mi>r</mi>.<mi>T</mi>.<mrow><mo>(</mo><mn>1</mn><mo>−</mo><mi>b</mi>.<mi>T</mi><mo>)</mo></mrow>",
        ),
        (
            "gamma*C_T*T/(h + C_T)",
            "<mfrac><mrow><mi>γ</mi>.<msub><mi>C</mi><mi>T</mi></msub>.<mi>T</mi></mrow>"
            "<mrow><mi>h</mi><mo>+</mo><msub><mi>C</mi><mi>T</mi></msub></mrow></mfrac>",
        ),
        (
            "-rN*N*log((N+C)/KN)",
            "<mo>−</mo><msub><mi>r</mi><mi>N</mi></msub>.<mi>N</mi>.<mi>ln</mi><mo>&#x2061;</mo><mrow><mo>(</mo>"
            "<mfrac><mrow><mi>N</mi><mo>+</mo><mi>C</mi></mrow><mrow><msub><mi>K</mi><mi>N</mi></msub></mrow></mfrac>"
            "<mo>)</mo></mrow>",
        ),
        ("-a/(b*c)", "<mo>−</mo><mfrac><mi>a</mi><mrow><mi>b</mi>.<mi>c</mi></mrow></mfrac>"),
        (
            "-(a + b)*c",
            "<mo>−</mo><mrow><mo>(</mo><mi>a</mi><mo>+</mo><mi>b</mi><mo>)</mo></mrow>.<mi>c</mi>",
        ),
        (
            "a - (b - c)*d",
            "<mi>a</mi><mo>−</mo><mrow><mo>(</mo><mi>b</mi><mo>−</mo><mi>c</mi><mo>)</mo></mrow>.<mi>d</mi>",
        ),
        (
            "(a/b)**n",
            "<msup><mrow><mrow><mo>(</mo><mfrac><mi>a</mi><mi>b</mi></mfrac><mo>)</mo></mrow></mrow><mi>n</mi></msup>",
        ),
        (
            "hill(x, K, 2)",
            "<mfrac><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow>"
            "<mrow><msup><mi>K</mi><mn>2</mn></msup><mo>+</mo><msup><mi>x</mi><mn>2</mn></msup></mrow></mfrac>",
        ),
        (
            "exp(-k*t)",
            '<msup><mi mathvariant="normal">e</mi><mrow><mo>−</mo><mi>k</mi>.<mi>t</mi></mrow></msup>',
        ),
        ("abs(x)", "<mrow><mo>|</mo><mi>x</mi><mo>|</mo></mrow>"),
        ("x**(1/3)", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
        ("sqrt(x)", "<msqrt><mi>x</mi></msqrt>"),
        ("2*3", "<mn>2</mn><mo>⋅</mo><mn>3</mn>"),
        (
            "step(t - 7)",
            '<mi mathvariant="normal">H</mi><mo>&#x2061;</mo>'
            "<mrow><mo>(</mo><mi>t</mi><mo>−</mo><mn>7</mn><mo>)</mo></mrow>",
        ),
    ],
)
def test_a_typical_rate_becomes_these_elements(text: str, mathml: str) -> None:
    assert to_mathml(parse(text)) == _with_times(mathml)
    element(to_mathml(parse(text)))


def test_a_small_number_is_written_with_a_power_of_ten() -> None:
    power = "<msup><mn>10</mn><mrow><mo>−</mo><mn>8</mn></mrow></msup>"
    assert to_mathml(Number(4.5e-8)) == f"<mrow><mn>4.5</mn><mo>×</mo>{power}</mrow>"
    assert to_mathml(Number(-1e-8)) == f"<mrow><mo>−</mo>{power}</mrow>"


@pytest.mark.parametrize("function", list(FUNCTIONS))
def test_every_function_and_its_derivatives_are_well_formed(function: str) -> None:
    arguments = [Symbol(name) for name in ("x", "K", "n")[: FUNCTIONS[function].arity]]
    call = Call(function, tuple(arguments))
    for node in (call, *(differentiate(call, a.name) for a in arguments)):
        element(to_mathml(node))


@pytest.mark.parametrize(
    ("name", "mathml"),
    [
        ("T", "<mi>T</mi>"),
        ("IL6", "<mi>IL6</mi>"),
        ("Delta", '<mi mathvariant="normal">Δ</mi>'),
        ("k1", "<msub><mi>k</mi><mn>1</mn></msub>"),
        ("r_max", "<msub><mi>r</mi><mi>max</mi></msub>"),
        ("KBC", "<msub><mi>K</mi><mrow><mi>B</mi><mi>C</mi></mrow></msub>"),
        ("x_a_b", "<msub><mi>x</mi><mrow><mi>a</mi><mo>,</mo><mi>b</mi></mrow></msub>"),
    ],
)
def test_a_name_becomes_one_element(name: str, mathml: str) -> None:
    assert name_to_mathml(name) == mathml


@pytest.mark.parametrize("name", list(GREEK))
def test_every_greek_name_is_one_character(name: str) -> None:
    assert len(element(name_to_mathml(name)).text or "") == 1


@pytest.mark.parametrize("name", ["<script>", "a&b", 'a"b', "x<y"])
def test_no_markup_comes_from_a_name(name: str) -> None:
    with pytest.raises(ExpressionError, match="cannot be printed"):
        to_mathml(Symbol(name))
