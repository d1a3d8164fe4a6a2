"""Species, parameters, processes, observables, sources, variants: what they hold and refuse."""

from __future__ import annotations

import math
import pickle
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cartsim.language.errors import ExpressionError, ModelError
from cartsim.language.events import Dose
from cartsim.language.parts import Observable, Parameter, Process, Source, Species, Variant, parse_flow
from cartsim.language.spreads import LogNormal, Normal, Truncated, Uniform

NOT_NUMBERS: list[Any] = [True, None, "2", b"2", [2.0], {"x": 1}, 2j, np.array([1.0, 2.0]), np.bool_(True)]
NOT_FINITE = {"inf": math.inf, "nan": math.nan, "1e400": 10**400, "1e5000": 10**5000}


@pytest.mark.parametrize("number", [2, 2.0, np.float64(2), np.float32(2), np.int64(2), np.array(2.0)])
def test_any_kind_of_number_becomes_a_plain_float(number: Any) -> None:
    for held in (Species(number).initial, Parameter(number).value, Variant({"k": number}).values["k"]):
        assert type(held) is float
        assert held == 2.0


@pytest.mark.parametrize("thing", [x for x in NOT_NUMBERS if not isinstance(x, str)], ids=repr)
def test_an_initial_amount_that_is_no_number_is_refused(thing: Any) -> None:
    with pytest.raises(ModelError, match="the initial amount of a species must be a number, not"):
        Species(thing)


@pytest.mark.parametrize("thing", NOT_NUMBERS, ids=repr)
def test_a_parameter_that_is_no_number_is_refused(thing: Any) -> None:
    with pytest.raises(ModelError, match="the value of a parameter must be a number, not"):
        Parameter(thing)
    with pytest.raises(ModelError, match="the value of 'k' in a variant must be a number, not"):
        Variant({"k": thing})


@pytest.mark.parametrize("number", NOT_FINITE.values(), ids=NOT_FINITE)
def test_a_number_that_is_not_a_finite_float_is_refused(number: Any) -> None:
    for make in (
        lambda: Species(number),
        lambda: Species(1.0, extinct_below=number),
        lambda: Parameter(number),
        lambda: Process("A ->", number),
        lambda: Variant({"k": number}),
    ):
        with pytest.raises(ModelError):
            make()


def test_a_negative_amount_and_a_threshold_of_zero_are_refused() -> None:
    with pytest.raises(ModelError, match="the initial amount of a species is -1; it cannot be negative"):
        Species(-1.0)
    for limit in (0.0, -1.0):
        with pytest.raises(ModelError, match=r"must be above zero, for example 1\.0 for one cell"):
            Species(1.0, extinct_below=limit)
    assert Parameter(-1.0).value == -1.0


@pytest.mark.parametrize("kind", [Species, Parameter])
@pytest.mark.parametrize("field", ["unit", "meaning", "source"])
@pytest.mark.parametrize("thing", [5, ["cell"], b"cell", True])
def test_a_description_that_is_no_text_is_refused(kind: type, field: str, thing: Any) -> None:
    with pytest.raises(ModelError, match=f"the {field} of a {kind.__name__} must be a text, not"):
        kind(1.0, **{field: thing})


@pytest.mark.parametrize("thing", [5, ["a"], {"a": 1}])
def test_a_reference_that_is_no_text_is_refused(thing: Any) -> None:
    for field in ("authors", "title", "journal", "volume", "pages", "doi", "confidence", "population"):
        arguments: dict[str, Any] = {"authors": "A", "year": 2020, "title": "B"} | {field: thing}
        with pytest.raises(ModelError):
            Source(**arguments)


@pytest.mark.parametrize("year", ["2020", None, True, [2020], 2020.5])
def test_a_year_that_is_no_whole_number_is_refused(year: Any) -> None:
    with pytest.raises(ModelError):
        Source("A", year, "B")


@pytest.mark.parametrize("kind", [Species, Parameter])
def test_a_spread_is_declared_as_a_number_or_as_what_it_is(kind: type) -> None:
    assert kind(1.0).spread is None
    assert kind(1.0, spread=0.3).spread == LogNormal(cv=0.3)
    assert kind(1.0, spread=0).spread == LogNormal(cv=0.0)
    assert kind(1.0, spread=Uniform(0.5, 2.0)).spread == Uniform(0.5, 2.0)


@pytest.mark.parametrize("kind", [Species, Parameter])
@pytest.mark.parametrize("thing", ["0.3", True, [0.3], LogNormal, {"cv": 0.3}])
def test_a_spread_that_is_none_is_refused(kind: type, thing: Any) -> None:
    with pytest.raises(ModelError, match=f"the spread of a {kind.__name__} must be a number .* or a spread"):
        kind(1.0, spread=thing)
    with pytest.raises(ModelError, match=f"the spread of a {kind.__name__} is -0.3; it cannot be negative"):
        kind(1.0, spread=-0.3)


def test_an_initial_amount_that_is_arithmetic_takes_no_spread() -> None:
    with pytest.raises(ModelError, match="'a/b' is arithmetic; give the spread to its parameters"):
        Species("a/b", "cell", spread=0.3)


def test_an_empty_unit_is_no_unit() -> None:
    assert Species(1.0, "").unit is None
    assert Parameter(1.0, "").unit is None
    assert Observable("A", "").unit is None


def test_parts_are_frozen() -> None:
    parts = {"initial": Species(1.0), "value": Parameter(1.0), "rate": Process("A ->", "A")}
    for name, part in parts.items():
        with pytest.raises(FrozenInstanceError):
            setattr(part, name, 2.0)
    with pytest.raises(TypeError):
        Variant({"k": 1.0}).values["k"] = 2.0  # type: ignore[index]


@pytest.mark.parametrize(
    "part",
    [
        Species("a*b", "cell", "cells", "Table 1", extinct_below=1.0),
        Parameter(1.0, "1/day"),
        Parameter(1.0, "1/day", spread=Truncated(Normal(1.0), low=0.0)),
        Species(1.0, "cell", spread=0.3),
        Process("2 A -> B", "k*A"),
        Observable("A + B", "cell"),
        Source("A", 2020, "B"),
        Variant({"k": 1.0}, events=(Dose(1.0, "A"),)),
    ],
    ids=lambda part: type(part).__name__,
)
def test_a_part_survives_pickling(part: Any) -> None:
    assert pickle.loads(pickle.dumps(part)) == part


def test_a_variant_holds_its_own_copy_of_the_numbers() -> None:
    numbers = {"k": 1.0}
    variant = Variant(numbers)
    numbers["k"] = 2.0
    assert variant.values["k"] == 1.0


@pytest.mark.parametrize("values", [5, None, "k", ["k"], [("k", 1.0)]])
def test_a_variant_of_something_else_than_a_mapping_is_refused(values: Any) -> None:
    with pytest.raises(ModelError, match="mapping"):
        Variant(values)


@pytest.mark.parametrize("events", [5, (5,), "Dose", {"a": 1}, [None]])
def test_a_variant_with_something_else_than_events_is_refused(events: Any) -> None:
    with pytest.raises(ModelError, match="event"):
        Variant({}, events=events)


def test_a_single_event_of_a_variant_needs_no_parentheses() -> None:
    dose = Dose(1.0, into="A")
    assert Variant({}, events=dose).events == (dose,)  # type: ignore[arg-type]


# ------------------------------------------------------------------ processes and flows


@pytest.mark.parametrize(
    ("flow", "used", "made"),
    [
        ("A -> B", {"A": 1}, {"B": 1}),
        ("A ->", {"A": 1}, {}),
        ("-> A", {}, {"A": 1}),
        ("   A   ->   ", {"A": 1}, {}),
        ("2 A + B -> C", {"A": 2, "B": 1}, {"C": 1}),
        ("2A+0.5B->1.5 * C", {"A": 2, "B": 0.5}, {"C": 1.5}),
        ("A + A -> B", {"A": 2}, {"B": 1}),
        ("A -> 2 A", {"A": 1}, {"A": 2}),
        ("A2 -> C_T", {"A2": 1}, {"C_T": 1}),
    ],
)
def test_a_flow_is_read(flow: str, used: dict[str, float], made: dict[str, float]) -> None:
    process = Process(flow, "1")
    assert process.reactants == used
    assert process.products == made
    net = {name: made.get(name, 0) - used.get(name, 0) for name in {**used, **made}}
    assert process.stoichiometry == net


COEFFICIENTS = st.dictionaries(st.sampled_from("ABCDE"), st.sampled_from([1.0, 2.0, 3.0, 0.5]), max_size=4)


@given(COEFFICIENTS, COEFFICIENTS)
def test_a_flow_that_is_written_out_is_read_back(used: dict[str, float], made: dict[str, float]) -> None:
    def side(amounts: dict[str, float]) -> str:
        return " + ".join(f"{number:g} {name}" for name, number in amounts.items())

    assume(used or made)
    left, right, net = parse_flow(f"{side(used)} -> {side(made)}")
    assert (left, right) == (used, made)
    assert sum(net.values()) == sum(made.values()) - sum(used.values())


@pytest.mark.parametrize(
    ("flow", "sentence"),
    [
        ("", "exactly one arrow"),
        ("A", "exactly one arrow"),
        ("A B", "exactly one arrow"),
        ("A => B", "exactly one arrow"),
        ("A -> B -> C", "exactly one arrow"),
        ("A <-> B", "write a reversible flow as two processes"),
        ("A <- B", "two processes"),
        ("A B -> C", "where a species should be"),
        ("A + -> B", "where a species should be"),
        ("+ A -> B", "where a species should be"),
        ("2 -> B", "must begin with a letter"),
        ("-2 A -> B", "where a species should be|must begin with a letter"),
        ("1e3 A -> B", "where a species should be"),
        ("0 -> A", "leave the side empty"),
        ("A -> null", "leave the side empty"),
        ("0 A -> B", "has zero of 'A'"),
        ("0.0 A -> B", "has zero of 'A'"),
        ("A; B -> C", "where a species should be|only letters"),
        ("A\nB -> C", "where a species should be"),
        ("k*A -> B", "only letters"),
        ("A.x -> B", "only letters"),
        ("__class__ -> B", "must begin with a letter"),
        ("t -> B", "would hide time"),
        ("exp -> B", "would hide a function"),
        ("None -> B", "keyword"),
        ("<b>A</b> -> B", "only letters|two processes"),
        ("\N{CYRILLIC CAPITAL LETTER A} -> B", r"U\+0410"),
        ("A \N{RIGHTWARDS ARROW} B", "exactly one arrow"),
        ("A\N{ZERO WIDTH SPACE} -> B", r"U\+200B"),
        ("A + " * 200 + "A -> B", "at most 500 are read"),
    ],
)
def test_a_flow_that_cannot_be_read_is_refused_in_a_sentence(flow: str, sentence: str) -> None:
    with pytest.raises(ExpressionError, match=sentence) as caught:
        Process(flow, "1")
    assert "flow" in str(caught.value)


@pytest.mark.parametrize(
    "digit", ["\N{ARABIC-INDIC DIGIT TWO}", "\N{FULLWIDTH DIGIT TWO}", "\N{SUPERSCRIPT TWO}"]
)
def test_a_look_alike_of_a_digit_in_a_flow_is_refused(digit: str) -> None:
    with pytest.raises(ExpressionError):
        Process(f"{digit} A -> B", "1")


def test_a_number_in_a_flow_that_is_not_a_finite_float_is_refused() -> None:
    with pytest.raises(ExpressionError):
        Process("9" * 400 + " A -> B", "1")


def test_an_arrow_with_nothing_on_either_side_is_refused() -> None:
    with pytest.raises(ExpressionError):
        Process("->", "1")


@pytest.mark.parametrize("thing", [None, 5, True, ["A ->"], b"A ->", {"A": -1}])
def test_a_flow_or_a_rate_that_is_no_text_is_refused(thing: Any) -> None:
    with pytest.raises(ModelError, match="the flow of a process must be a text, not"):
        Process(thing, "1")
    if thing != 5 or thing is True:
        with pytest.raises(ModelError, match="the rate of a process must be a text, not"):
            Process("A ->", thing)
        with pytest.raises(ModelError, match="the expression of an observable must be a text, not"):
            Observable(thing)


def test_a_constant_rate_may_be_a_number() -> None:
    assert Process("-> A", 5).rate == "5.0"  # type: ignore[arg-type]


def test_what_a_flow_holds_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        Process("A -> B", "1").stoichiometry["A"] = 5.0  # type: ignore[index]
