"""Units read from text and compared, and the units of expressions."""

from __future__ import annotations

import math
import pickle
from contextlib import AbstractContextManager
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cartsim.language.derivative import differentiate
from cartsim.language.dimensions import require, unit_of
from cartsim.language.errors import UnitError, UnknownNameError
from cartsim.language.expression import parse
from cartsim.language.functions import DERIVED, FUNCTIONS
from cartsim.language.tree import Call, Symbol
from cartsim.language.units import DIMENSIONLESS, KNOWN, MAX_DEPTH, MAX_LENGTH, Unit, convert, parse_unit

# Small enough that the product of two stays between 1e-200 and 1e200.
EXPONENTS = st.fractions(min_value=-2, max_value=2, max_denominator=4)
UNITS = st.builds(
    lambda powers, factor: math.prod((KNOWN[n] ** e for n, e in powers), start=Unit(factor)),
    st.lists(st.tuples(st.sampled_from(sorted(KNOWN)), EXPONENTS), max_size=3),
    st.sampled_from([1.0, 10.0, 1e9, 1e-6, 24.0, 3.7, 1 / 7]),
)


def fails(pattern: str) -> AbstractContextManager[pytest.ExceptionInfo[UnitError]]:
    return pytest.raises(UnitError, match=pattern)


# ------------------------------------------------------------------ reading


@pytest.mark.parametrize(
    ("text", "scale", "dimensions"),
    [
        ("cell/day", 1.0, {"cell": 1, "day": -1}),
        ("cells/hour", 24.0, {"cell": 1, "day": -1}),
        ("pg/mL/day", 1e-9, {"mg": 1, "mL": -1, "day": -1}),
        ("1/(cell day)", 1.0, {"cell": -1, "day": -1}),
        ("1/(cell*day)", 1.0, {"cell": -1, "day": -1}),
        ("day^-1 cell ** -1", 1.0, {"cell": -1, "day": -1}),
        ("10^9 cells / L", 1e6, {"cell": 1, "mL": -1}),
        ("1e9cell", 1e9, {"cell": 1}),
        ("pg/mL * h", 1e-9 / 24, {"mg": 1, "mL": -1, "day": 1}),
        ("mL/day/(cells/uL)", 1e-3, {"mL": 2, "cell": -1, "day": -1}),
        ("cell^(1/2)", 1.0, {"cell": Fraction(1, 2)}),
        ("cell^( -3 / 4 )", 1.0, {"cell": Fraction(-3, 4)}),
        ("cell^0.25", 1.0, {"cell": Fraction(1, 4)}),
        ("mg/m^2", 1.0, {"mg": 1, "m": -2}),
        ("m^\t(2)", 1.0, {"m": 2}),
        ("1/h/nM", 24e12, {"mol": -1, "mL": 1, "day": -1}),
        ("\N{MICRO SIGN}g/\N{GREEK SMALL LETTER MU}L", 1.0, {"mg": 1, "mL": -1}),
        ("percent", 0.01, {}),
        ("1", 1.0, {}),
        ("cell/cell", 1.0, {}),
        ("cell^0", 1.0, {}),
        (" cell \t/\n day ", 1.0, {"cell": 1, "day": -1}),
    ],
)
def test_a_unit_has_the_scale_and_the_dimensions_that_its_text_says(
    text: str, scale: float, dimensions: dict[str, int | Fraction]
) -> None:
    expected = Unit(scale, tuple((base, Fraction(exponent)) for base, exponent in dimensions.items()))
    assert parse_unit(text).agrees_with(expected)


@pytest.mark.parametrize(
    "names",
    [
        "s second seconds", "min minute minutes", "h hour hours", "d day days", "week weeks", "year years",
        "cell cells", "copy copies", "dimensionless fraction fold ratio folds fractions ratios",
    ],
)  # fmt: skip
def test_all_names_of_one_unit_agree(names: str) -> None:
    first, *others = (parse_unit(name) for name in names.split())
    assert others
    assert all(first.agrees_with(other) for other in others)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "write '1' for a number without unit"),
        ("   ", "write '1' for a number without unit"),
        ("-", "write for example .* or '1' for no unit"),
        ("/cell", "'/' stands where a unit is expected"),
        ("cel/day", "unit 'cel/day': 'cel' is no known unit; did you mean 'cell'"),
        ("pg/ml", "did you mean 'mL'"),
        ("quux/day", "'quux' is no known unit; the units are cell, cells, copies"),
        ("month", "no fixed length"),
        ("5 %", "write 'percent'"),
        ("1/cell day", "space after / is ambiguous"),
        ("1/cell (day)", "space after / is ambiguous"),
        ("mg/m2", r"the number 2 follows a unit.*'m\^2'"),
        ("m^1/2", r"parentheses, as in 'cell\^\(1/2\)'"),
        ("m^n", r"'\^' stands where"),
        ("m^2^2", "stands where"),
        ("cell^(1/0)", "divided by zero"),
        ("cell^101", "between -100 and 100"),
        ("0 cell", "between 1e-200 and 1e200"),
        ("1e400 cell", "between 1e-200 and 1e200"),
        ("(cell", r"'the end' stands where '\)' is expected"),
        ("cell)", r"'\)' stands where"),
        ("cell//day", "'/' stands where a unit is expected"),
        ("cell+day", r"'\+' stands where"),
        ("\N{CYRILLIC SMALL LETTER ES}ell", "stands where a unit is expected"),
        ("cell\N{SUPERSCRIPT TWO}", "stands where a sign"),
        ("__import__('os')", "no known unit"),
        ("(" * (MAX_DEPTH + 1) + "cell" + ")" * (MAX_DEPTH + 1), "20 levels of parentheses"),
        ("cell*" * MAX_LENGTH + "cell", "1,004 characters, more than 200"),
        ("((cell^100)^100)", "between -100 and 100"),
        ("1/L^99", "between 1e-200 and 1e200"),
    ],
)
def test_a_text_that_is_no_unit_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with fails(sentence):
        parse_unit(text)


def test_the_deepest_allowed_parentheses_are_read() -> None:
    assert parse_unit("(" * MAX_DEPTH + "cell" + ")" * MAX_DEPTH) == KNOWN["cell"]


@pytest.mark.parametrize("thing", [None, 1.0, ["cell"], b"cell", {"cell": 1}])
def test_what_is_not_a_text_is_refused_in_a_sentence(thing: object) -> None:
    with fails("is not a unit; write '1'"):
        parse_unit(thing)  # type: ignore[arg-type]


HOSTILE = st.one_of(st.text(max_size=60), st.text("celdaymg129e.+-*/^() \t\u00b5\u0661", max_size=220))


@given(HOSTILE)
def test_any_text_is_a_unit_or_a_unit_error(text: str) -> None:
    try:
        unit, sentence = parse_unit(text), ""
    except UnitError as error:
        unit, sentence = DIMENSIONLESS, str(error)
    assert len(sentence) < 400
    assert parse_unit(str(unit)).agrees_with(unit) or len(str(unit)) > MAX_LENGTH


# ------------------------------------------------------------------ arithmetic and text


@given(UNITS)
def test_the_text_of_a_unit_reads_back_as_the_unit(unit: Unit) -> None:
    assert parse_unit(str(unit)).agrees_with(unit)


@given(UNITS, UNITS)
def test_products_commute_and_division_undoes_them(a: Unit, b: Unit) -> None:
    assert (a * b).agrees_with(b * a)
    assert (a * b / b).agrees_with(a)
    assert (a / a).agrees_with(DIMENSIONLESS)


@given(UNITS, EXPONENTS)
def test_a_root_undoes_a_power(unit: Unit, exponent: Fraction) -> None:
    assume(exponent != 0)
    assert ((unit**exponent) ** (1 / exponent)).agrees_with(unit)


@given(UNITS, st.one_of(st.floats(1e-9, 0.999_999), st.floats(1.000_001, 1e9)))
def test_a_scaled_unit_has_the_dimension_but_does_not_agree(unit: Unit, factor: float) -> None:
    scaled = Unit(factor) * unit
    assert scaled.same_dimension(unit)
    assert not scaled.agrees_with(unit)


@pytest.mark.parametrize(("factor", "agrees"), [(1 + 1e-10, True), (1 - 1e-10, True), (1 + 1e-8, False)])
def test_scales_agree_within_their_rounding(factor: float, agrees: bool) -> None:
    assert parse_unit("cell/hour").agrees_with(Unit(factor) * parse_unit("cell/hour")) is agrees


def test_a_unit_is_sorted_and_has_no_zero_exponents_however_it_was_made() -> None:
    day, cell, gone = ("day", Fraction(-1)), ("cell", Fraction(1)), ("mg", Fraction(0))
    assert Unit(1.0, (day, gone, cell)) == Unit(1.0, (cell, day)) == parse_unit("cell/day")
    assert Unit(1.0, (day, gone, cell)).dimensions == (cell, day)


def test_a_power_from_a_float_is_the_fraction_that_was_meant() -> None:
    assert (KNOWN["cell"] ** (2 / 3)).dimensions == (("cell", Fraction(2, 3)),)


@pytest.mark.parametrize("exponent", [math.nan, math.inf, -math.inf, 101])
def test_a_power_beyond_any_use_is_refused(exponent: float) -> None:
    with fails("exponent of a unit"):
        KNOWN["cell"] ** exponent


@pytest.mark.parametrize("scale", [0.0, -1.0, math.nan, math.inf, 1e201])
def test_a_factor_beyond_any_use_is_refused(scale: float) -> None:
    with fails("factor must lie"):
        Unit(scale)


def test_an_unknown_base_unit_is_refused() -> None:
    with fails("'hour' is not a base unit; they are cell"):
        Unit(1.0, (("hour", Fraction(1)),))


@pytest.mark.parametrize(
    "text",
    ["cell/day", "cell/hour", "1/day", "1/(cell*day)", "cell^2/day^2", "cell^(1/2)", "cell/uL", "pg/mL",
     "pg*day/mL", "mg/m^2", "g/dL", "uM", "1/(nM*hour)", "fL", "L/hour", "copies/ug", "IU/mL", "Gy/day",
     "degC", "1/second", "dimensionless", "percent"],
)  # fmt: skip
def test_a_usual_unit_is_printed_as_it_is_usually_written(text: str) -> None:
    assert str(parse_unit(text)) == text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("1e9 cells/d", "1e9 cell/day"),
        ("10^9 cell/h", "1e9 cell/hour"),
        ("mg/kg", "1e-6 dimensionless"),
        ("7 cell/day", "7 cell/day"),
        ("cell/nL", "1e6 cell/mL"),
        ("1/(1e9 cell)", "1e-9/cell"),
        ("0.25", "0.25 dimensionless"),
    ],
)
def test_a_factor_stands_in_front(text: str, printed: str) -> None:
    assert str(parse_unit(text)) == printed


def test_a_unit_survives_pickling_and_finds_itself_in_a_mapping() -> None:
    unit = parse_unit("pg/(cell*day)")
    assert {unit: "found"}[pickle.loads(pickle.dumps(unit))] == "found"


# ------------------------------------------------------------------ converting


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (1.5, "day", "hour", 36.0),
        (1.0, "1/hour", "1/day", 24.0),
        (5.0, "cell/uL", "cell/L", 5e6),
        (1.0, "ng/mL", "pg/mL", 1e3),
        (50.0, "percent", "1", 0.5),
        (-2.0, "degC", "degC", -2.0),
        (1.0, "year", "day", 365.25),
    ],
)
def test_a_value_is_converted(value: float, source: str, target: str, expected: float) -> None:
    assert convert(value, source, target) == pytest.approx(expected, rel=1e-14)
    assert convert(convert(value, source, target), target, source) == pytest.approx(value, rel=1e-14)


def test_what_measures_different_things_cannot_be_converted() -> None:
    with fails("'cell' cannot be converted to 'day'"):
        convert(1.0, "cell", "day")
    with fails("write mL for cm"):
        convert(1.0, "cm^3", "mL")


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e308])
def test_a_conversion_never_returns_what_is_not_finite(value: float) -> None:
    with fails("not a finite number"):
        convert(value, "year", "s")


# ------------------------------------------------------------------ the unit of an expression

TEXTS = {
    "T": "cell", "C": "cell", "K": "cell", "b": "1/(1e9 cell)", "V": "mL", "blood": "cell/uL", "il6": "pg/mL",
    "t": "day", "t0": "day", "tau": "day", "r": "1/day", "r_hour": "1/hour", "gamma": "1/(cell*day)",
    "n": "1", "part": "fraction", "share": "percent",
}  # fmt: skip
UNITS_OF: dict[str, Unit | None] = {**{name: parse_unit(text) for name, text in TEXTS.items()}, "bare": None}
WHERE = "process 'killing'"


def found(text: str) -> Unit | None:
    return unit_of(parse(text), UNITS_OF, WHERE)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("gamma*C*T", "cell/day"),
        ("r*T*(1 - T/K)", "cell/day"),
        ("-T + C - 0", "cell"),
        ("2*T", "cell"),
        ("T*(1 - part)", "cell"),
        ("exp(-r*t)*log(T/K)*tanh(2)", "1"),
        ("sqrt(T*C)", "cell"),
        ("sqrt(T)", "cell^(1/2)"),
        ("abs(T - C)", "cell"),
        ("min(T, C, K)", "cell"),
        ("max(0, T)", "cell"),
        ("step(t - t0)", "1"),
        ("step(T)", "1"),
        ("T**2/T", "cell"),
        ("T**(2/3)", "cell^(2/3)"),
        ("T**-0.25", "1/cell^(1/4)"),
        ("T**0", "1"),
        ("(T/K)**n", "1"),
        ("2**(t/tau)", "1"),
        ("10**n", "1"),
        ("hill(T, K, n)", "1"),
        ("hill(T, K, 2)*r*T", "cell/day"),
        ("blood*V", "1e3 cell"),
        ("share*T", "0.01 cell"),
        ("T + bare", "cell"),
        ("bare + T", "cell"),
        ("max(bare, T)", "cell"),
        ("hill(bare, K, bare)", "1"),
        ("exp(bare)", "1"),
        ("bare**0", "1"),
    ],
)
def test_an_expression_has_the_unit_of_its_arithmetic(text: str, unit: str) -> None:
    result = found(text)
    assert result is not None
    assert result.agrees_with(parse_unit(unit))


@pytest.mark.parametrize(
    "text", ["bare", "bare*T", "T/bare", "bare**2", "bare**n", "sqrt(bare)", "0", "0*T", "bare + 0"]
)
def test_nothing_is_said_where_a_unit_is_not_given(text: str) -> None:
    assert found(text) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "r*T + r_hour*T",
            r"'r\*T' is in cell/day but 'r_hour\*T' is in cell/hour; they differ by a factor 24: convert",
        ),
        ("r_hour*T - r*T", "they differ by a factor 24: convert one"),
        ("1 - b*T", r"'1' is dimensionless but 'b\*T' is in 1e-9 dimensionless; they differ by a factor 1e9"),
        ("1 - share", "'share' is in percent; they differ by a factor 100"),
        ("T - C*t", r"in 'T - C\*t', 'T' is in cell but 'C\*t' is in cell\*day; only amounts in one unit"),
        ("T + 5", "'5' is dimensionless; instead of a bare number use a parameter in cell"),
        ("-5 + T", "instead of a bare number use a parameter in cell"),
        ("bare + T + t", "'T' is in cell but 't' is in day"),
        ("min(T, t)", r"in 'min\(T, t\)'"),
        ("max(T, C, t)", "'t' is in day"),
        ("step(T - t)", "in 'T - t'"),
        ("bare*(T - t)", "in 'T - t'"),
        ("0*(T - t)", "in 'T - t'"),
        ("(T - t)**0", "in 'T - t'"),
        ("step(t - 7)", "instead of a bare number use a parameter in day"),
        ("hill(T, V, n)", "'T' is in cell but 'V' is in mL"),
        ("hill(il6, K, n)", "'il6' is in pg/mL but 'K' is in cell"),
        ("hill(T, K, t)", r"the exponent of 'hill\(T, K, t\)', 't', is in day but must be dimensionless"),
        ("log(T)", r"the argument of log, 'T', is in cell but must be dimensionless; divide .* log\(T/K\)"),
        ("log(K)", r"log\(K/K0\)"),
        ("log(T + C)", r"log\(\(T \+ C\)/K\)"),
        ("exp(-r)", r"multiply by a time first, for example exp\(-r\*t\)"),
        ("exp(share)", "is in percent but must be dimensionless; they differ by a factor 100: convert"),
        ("tanh(t)", r"for example tanh\(t/K\)"),
        ("2**t", r"the exponent of '2\*\*t', 't', is in day"),
        ("T**n", r"would depend on the value of 'n'; divide .* for example \(T/K\)\*\*n"),
        ("share**n", "would depend on the value of 'n'"),
        ("T**101", "exponent of a unit must lie"),
        ("T**1e300", "exponent of a unit must lie"),
        ("*".join(["blood"] * 70), "exponent of a unit must lie|factor must lie"),
    ],
)
def test_units_that_do_not_agree_are_refused_in_a_sentence(text: str, sentence: str) -> None:
    with fails(sentence) as caught:
        found(text)
    assert str(caught.value).startswith(f"{WHERE}: ")


def test_a_name_without_an_entry_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UnknownNameError, match=r"process 'killing' uses 'gama'.*did you mean 'gamma'"):
        found("gama*T")


@pytest.mark.parametrize("function", [*FUNCTIONS, *DERIVED])
def test_every_function_has_a_rule_for_units(function: str) -> None:
    arity = (FUNCTIONS | DERIVED)[function].arity
    call = Call(function, tuple(Symbol("n") for _ in range(arity)))
    assert unit_of(call, UNITS_OF, WHERE) == DIMENSIONLESS


def test_a_function_without_a_rule_is_refused() -> None:
    with fails("'bessel' has no rule for units"):
        unit_of(Call("bessel", (Symbol("n"),)), UNITS_OF, WHERE)


@pytest.mark.parametrize(
    "text",
    ["gamma*C*T", "T*(1 - T/K)", "abs(T - C)*T", "hill(T, K, n)*C", "hill(C, T, 2)*r", "C*exp(-T/K)",
     "log(T/K)*V", "sqrt(T*C)", "T**(2/3)", "max(T, C)*r", "min(T, C)**2", "tanh(T/K)/V", "(T/K)**n",
     "C/(K + T)", "step(T - C)*T"],
)  # fmt: skip
def test_a_derivative_has_the_unit_of_the_expression_per_unit_of_the_name(text: str) -> None:
    whole, slope = found(text), unit_of(differentiate(parse(text), "T"), UNITS_OF, WHERE)
    assert whole is not None
    assert slope is not None
    assert slope.agrees_with(whole / KNOWN["cell"])


@given(st.permutations(["r*T", "gamma*C*T", "bare", "r*K*share/share", "0"]))
def test_the_order_of_a_sum_is_irrelevant(terms: list[str]) -> None:
    result = found(" + ".join(terms))
    assert result is not None
    assert result.agrees_with(parse_unit("cell/day"))


@given(UNITS, UNITS)
def test_two_names_add_exactly_when_their_units_agree(a: Unit, b: Unit) -> None:
    assert unit_of(parse("a - b"), {"a": a, "b": a}, WHERE) == a
    assume(not a.agrees_with(b))
    with fails("in 'a - b', 'a' is"):
        unit_of(parse("a - b"), {"a": a, "b": b}, WHERE)


# ------------------------------------------------------------------ the unit that is required


@pytest.mark.parametrize(
    ("has", "needs", "sentence"),
    [
        (
            "cell/hour",
            "cell/day",
            "is in cell/hour but must be in cell/day; they differ by a factor 24: convert one",
        ),
        ("cell/day", "cell/hour", "they differ by a factor 24: convert one"),
        ("percent", "1", "is in percent but must be dimensionless; they differ by a factor 100"),
        ("cell", "cell/day", "a rate per time seems to be missing"),
        ("cell", "cell/hour", "a rate per time seems to be missing"),
        ("cell*day", "cell/day", "a time constant written where a rate is meant"),
        ("cell/day^2", "cell/day", "one rate per time too many"),
        ("cell^2/day", "cell/day", "one population too many"),
        ("1/day", "cell/day", "one population too few"),
        ("cell/day", "cell/(mL*day)", "an amount where a concentration is meant"),
        ("pg/mL", "pg", "a concentration where an amount is meant"),
        ("cm^3/day", "mL/day", "write mL for cm"),
        ("cell/mL", "cell/cm^3", "write mL for cm"),
        ("cell/day", "pg/day", "is in cell/day but must be in pg/day$"),
    ],
)
def test_a_wrong_rate_is_refused_with_the_likely_fix(has: str, needs: str, sentence: str) -> None:
    with fails(f"^process 'killing': its rate .*{sentence}"):
        require(parse_unit(has), parse_unit(needs), WHERE, "its rate")


@pytest.mark.parametrize(
    ("has", "needs"), [("cell/day", "cells/d"), (None, "cell"), ("cell", None), (None, None)]
)
def test_units_that_agree_or_are_not_given_pass(has: str | None, needs: str | None) -> None:
    require(has and parse_unit(has), needs and parse_unit(needs), WHERE, "its rate")  # type: ignore[arg-type]
