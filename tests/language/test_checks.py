"""What is checked when a model is made: names, flows, circles, units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartsim.language.checks import in_order
from cartsim.language.compile import compiled
from cartsim.language.errors import ExpressionError, ModelError, UnitError, UnknownNameError
from cartsim.language.expression import parse
from cartsim.language.functions import SCALAR
from cartsim.language.model import Model
from cartsim.language.parts import Observable, Parameter, Process, Species
from cartsim.language.tree import symbols
from tests.strategies import MODELS


def model(**changes: Any) -> Model:
    return Model(
        "m",
        **{
            "species": {"A": Species(1.0, "cell"), "B": Species(0.0, "cell")},
            "parameters": {"gamma": Parameter(0.1, "1/day")},
            "processes": {"killing": Process("A -> B", "gamma*A")},
        }
        | changes,
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"processes": {"killing": Process("A ->", "gama*A")}},
            "process 'killing' uses 'gama', which is neither a species nor a parameter of 'm'.* 'gamma'",
        ),
        ({"processes": {"p": Process("A ->", "a*gamma")}}, "process 'p' uses 'a', .*did you mean 'A'"),
        ({"definitions": {"kill": "gama*A"}}, "definition 'kill' uses 'gama'.*did you mean 'gamma'"),
        ({"observables": {"o": Observable("AA")}}, "observable 'o' uses 'AA'"),
        ({"observables": {"o": Observable("A"), "o2": Observable("o")}}, "observable 'o2' uses 'o'"),
        ({"roles": {"tumour": "X"}}, "role 'tumour' uses 'X'.* the names are A, B, gamma"),
        (
            {"species": {"A": Species("gama")}, "processes": {}},
            "the initial amount of 'A' uses 'gama'.*'gamma'",
        ),
        ({"species": {"A": Species("t")}, "processes": {}}, "the initial amount of 'A' uses 't'"),
        ({"species": {"A": Species("B"), "B": 1.0}, "processes": {}}, "the initial amount of 'A' uses 'B'"),
        (
            {"processes": {"killing": Process("A -> C", "gamma*A")}},
            "process 'killing': the flow 'A -> C' names 'C', which is not a species of 'm'; .* A, B",
        ),
        (
            {"processes": {"p": Process("a ->", "gamma*A")}},
            "names 'a', which is not a species of 'm'; did you mean 'A'",
        ),
        ({"processes": {"p": Process("gamma ->", "gamma*A")}}, "names 'gamma', which is not a species"),
        ({"roles": {"tumor": "A"}}, "'m' has a role 'tumor'; did you mean 'tumour'"),
        ({"roles": {"neutrophil": "A"}}, "did you mean 'neutrophils'"),
    ],
)
def test_an_unknown_name_is_refused_where_it_stands_and_the_nearest_is_offered(
    changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(UnknownNameError, match=sentence):
        model(**changes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"processes": {"killing": Process("A ->", "A.real")}},
            "process 'killing': 'A.real' is not arithmetic",
        ),
        ({"processes": {"killing": Process("A ->", "gamma*A >= 1")}}, "process 'killing': .*step"),
        ({"definitions": {"d": "lambda: 1"}}, "definition 'd': .* is not arithmetic"),
        ({"observables": {"o": Observable("[A]")}}, "observable 'o': .* is not arithmetic"),
        ({"roles": {"tumour": "A if B else A"}}, "role 'tumour': .* step"),
        ({"species": {"A": Species("gamma +")}}, "the initial amount of 'A': .* is not arithmetic"),
        ({"definitions": {"d": ""}}, "definition 'd' is empty"),
    ],
)
def test_what_is_not_arithmetic_is_refused_where_it_stands(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ExpressionError, match=sentence):
        model(**changes)


KINDS = ("species", "parameters", "processes", "definitions", "observables")
PARTS: dict[str, Any] = {
    "species": 1.0,
    "parameters": 1.0,
    "processes": Process("A ->", "gamma*A"),
    "definitions": "A",
    "observables": "A",
}


@pytest.mark.parametrize("first", KINDS)
@pytest.mark.parametrize("second", KINDS)
def test_one_name_for_two_kinds_of_thing_is_refused(first: str, second: str) -> None:
    base: dict[str, dict[str, Any]] = {"species": {"A": 1.0}, "parameters": {"gamma": 1.0}}
    for kind in {first, second}:
        base[kind] = {**base.get(kind, {}), "x": PARTS[kind]}
    if first == second:
        assert Model("m", **base).structure.names()
        return
    with pytest.raises(ModelError, match=r"uses the name 'x' for a .* and for a .*; rename one of them"):
        Model("m", **base)


@pytest.mark.parametrize("kind", [*KINDS, "roles"])
@pytest.mark.parametrize(
    "name",
    [
        "",
        "_x",
        "__class__",
        "a b",
        "a\n",
        "lambda",
        "None",
        "t",
        "exp",
        "pow",
        "1x",
        "\N{CYRILLIC SMALL LETTER A}",
        5,
    ],
)
def test_a_name_that_cannot_be_used_is_refused_for_every_kind(kind: str, name: Any) -> None:
    base: dict[str, dict[str, Any]] = {"species": {"A": 1.0}, "parameters": {"gamma": 1.0}}
    base[kind] = {**base.get(kind, {}), name: PARTS.get(kind, "A")}
    with pytest.raises(ModelError):
        Model("m", **base)


def test_every_name_that_printed_code_calls_is_reserved() -> None:
    for name in SCALAR:
        with pytest.raises(ExpressionError, match="would hide a function"):
            Model("m", species={"A": 1.0}, parameters={name: 1.0})


def test_a_role_may_have_the_name_of_what_it_is_and_of_nothing_else() -> None:
    assert Model("m", species={"tumour": 1.0}, roles={"tumour": " tumour "}).roles
    with pytest.raises(ModelError, match="has a role 'A' that is not its species 'A'"):
        model(roles={"A": "B"})


# ------------------------------------------------------------------ circles and order


@pytest.mark.parametrize(
    ("definitions", "circle"),
    [
        ({"a": "a"}, "a > a"),
        ({"a": "b", "b": "a"}, "a > b > a"),
        ({"a": "A + b", "b": "2*c", "c": "exp(b)"}, "b > c > b"),
        ({"x": "A", "a": "x*b", "b": "c", "c": "a + x"}, "a > b > c > a"),
    ],
)
def test_definitions_in_a_circle_are_refused_and_the_circle_is_printed(
    definitions: dict[str, str], circle: str
) -> None:
    with pytest.raises(ModelError, match=f"form a circle: {circle}; one of them must not use the next"):
        Model("m", species={"A": 1.0}, definitions=definitions)


@given(st.permutations(["a", "b", "c", "d"]))
def test_definitions_may_stand_in_any_order(order: list[str]) -> None:
    texts = {"a": "b*c", "b": "c + d", "c": "d**2", "d": "A"}
    ordered = in_order({name: parse(texts[name]) for name in order})
    names = list(ordered)
    for name, tree in ordered.items():
        assert all(used == "A" or names.index(used) < names.index(name) for used in symbols(tree))
    built = Model("m", species={"A": 3.0}, definitions={name: texts[name] for name in order})
    value = compiled(built.structure).watch((parse("a"),), [])
    assert value(0.0, np.array([3.0])) == [108.0]


@pytest.mark.parametrize("forwards", [True, False])
def test_many_definitions_one_above_the_other_are_taken_in_whatever_order_they_stand(forwards: bool) -> None:
    names = [f"d{i}" for i in range(400)]
    texts = {name: f"{below} + 1" for below, name in zip(["A", *names[:-1]], names, strict=True)}
    order = texts.items() if forwards else reversed(list(texts.items()))
    model = Model("m", species={"A": 1.0}, definitions=dict(order))
    assert list(model.structure.definitions) == names


# ------------------------------------------------------------------ units


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"processes": {"killing": Process("A ->", "A")}},
            "process 'killing': its rate, .* empties 'A', is in cell but must be in cell/day; a rate",
        ),
        ({"processes": {"killing": Process("A ->", "gamma*A*B")}}, "one population too many"),
        ({"processes": {"killing": Process("A ->", "gamma")}}, "one population too few"),
        ({"parameters": {"gamma": Parameter(0.1, "1/hour")}}, "they differ by a factor 24: convert one"),
        (
            {"parameters": {"gamma": Parameter(0.1, "1/dai")}},
            "parameter 'gamma': .*'dai' is no known unit; did you mean 'day'",
        ),
        ({"species": {"A": Species(1.0, "cels"), "B": 1.0}}, "species 'A': .*did you mean 'cells'"),
        ({"species": {"A": Species(1.0, "cell"), "B": Species(1.0, "mL")}}, "which fills or empties 'B'"),
        (
            {"species": {"A": Species("gamma", "cell"), "B": 0.0}},
            "the initial amount of 'A': it is in 1/day but must be in cell",
        ),
        ({"observables": {"o": Observable("A", "mL")}}, "observable 'o': it is in cell but must be in mL"),
        ({"observables": {"o": Observable("A", "x")}}, "observable 'o': .*'x' is no known unit"),
        ({"observables": {"o": Observable("A + gamma")}}, "observable 'o': in 'A . gamma'"),
        (
            {"definitions": {"d": "exp(A)"}},
            "definition 'd': the argument of exp, 'A', is in cell but must be dimensionless",
        ),
        ({"roles": {"tumour": "A + gamma"}}, "role 'tumour'"),
        ({"definitions": {"d": "step(t - 7)"}}, "instead of a bare number use a parameter in day"),
    ],
)
def test_units_that_disagree_are_refused_where_they_stand(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UnitError, match=sentence):
        model(**changes)


def test_a_bare_number_to_a_great_power_has_no_unit_to_complain_about() -> None:
    for rate in ("9**9**9*A*gamma", "2**200*A*gamma", "0.5**150*A*gamma"):
        assert model(processes={"killing": Process("A ->", rate)}).structure.units["killing"]


def test_the_unit_of_everything_that_has_a_name_is_known() -> None:
    built = model(definitions={"d": "2*A"}, observables={"o": "A/B"}, roles={"tumour": "A + B"})
    found = {name: str(unit) for name, unit in built.structure.units.items()}
    assert found == {
        "t": "day",
        "A": "cell",
        "B": "cell",
        "gamma": "1/day",
        "killing": "cell/day",
        "d": "cell",
        "o": "dimensionless",
        "tumour": "cell",
    }


def test_what_has_no_unit_is_left_out_of_the_check() -> None:
    assert (
        Model(
            "m",
            species={"A": 1.0, "B": Species(1.0, "cell")},
            parameters={"k": 2.0},
            processes={"p": Process("A -> B", "k*A*B")},
        ).structure.units["k"]
        is None
    )


# ------------------------------------------------------------------ structures


@given(MODELS)
def test_equal_structures_share_their_compiled_code(model: Model) -> None:
    again = Model.from_dict(model.to_dict())
    assert again.structure is not model.structure
    assert again.structure == model.structure
    assert hash(again.structure) == hash(model.structure)
    assert compiled(again.structure) is compiled(model.structure)


@pytest.mark.parametrize(
    "changes",
    [
        {"processes": {"killing": Process("A -> B", "gamma*A*1")}},
        {"processes": {"killing": Process("A -> 2 B", "gamma*A")}},
        {"processes": {"dying": Process("A -> B", "gamma*A")}},
        {"definitions": {"d": "A"}},
        {"roles": {"tumour": "A"}},
        {"observables": {"o": "A"}},
        {"species": {"B": Species(0.0, "cell"), "A": Species(1.0, "cell")}},
        {"time": "days"},
    ],
)
def test_other_equations_have_another_structure(changes: dict[str, Any]) -> None:
    assert model(**changes).structure != model().structure


def test_a_name_can_be_asked_for_its_expression() -> None:
    structure = model(definitions={"d": "2*A"}, roles={"tumour": "A + B"}).structure
    assert structure.names() == ("A", "B", "killing", "d", "tumour", "gamma")
    assert structure.expression("d") == parse("2*A")
    assert structure.expression("A") == parse("A")
    assert structure.expression("x") is None
