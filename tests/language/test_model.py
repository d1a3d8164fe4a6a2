"""The model: what it refuses, and that verbs give new models and leave the old one."""

from __future__ import annotations

import random
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartsim.language.compile import compiled
from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.language.events import Change, Dose, Infusion, When
from cartsim.language.model import Model
from cartsim.language.parts import Observable, Parameter, Process, Species, Variant
from tests.strategies import MODELS


def tumour(**changes: Any) -> Model:
    return Model(
        "mouse",
        **{
            "species": {"C_T": Species(0.0, "cell"), "T": Species(2e6, "cell", "tumour cells")},
            "parameters": {"phi": Parameter(0.265, "1/day"), "gamma": Parameter(3e-6, "1/(cell*day)")},
            "processes": {
                "growth": Process("-> T", "phi*T"),
                "killing": Process("T ->", "gamma*C_T*T"),
            },
            "definitions": {"load": "T + C_T"},
            "observables": {"blood": Observable("C_T", "cell")},
            "roles": {"tumour": "T", "car_t": "C_T", "all_cells": "T + C_T"},
            "variants": {"fast": Variant({"phi": 0.5, "T": 1e6}, events=(Dose(1.0, into="C_T"),))},
        }
        | changes,
    )


# ------------------------------------------------------------------ new models from this one


def test_other_values_give_another_model_and_leave_the_original() -> None:
    model = tumour()
    before = model.to_dict()
    changed = model.with_values({"phi": 1.0}, T=5.0)
    assert (changed.values["phi"], changed.species["T"].initial) == (1.0, 5.0)
    assert changed.species["T"].meaning == "tumour cells"
    assert model.to_dict() == before
    assert changed != model


def test_events_are_added_in_order_and_leave_the_original() -> None:
    model, first, second = tumour(), Dose(1.0, into="C_T"), Infusion(2.0, into="car_t", duration=1)
    treated = model.with_events(first).with_events(second)
    assert treated.events == (first, second)
    assert treated.without_events() == model
    assert model.events == ()


@given(MODELS, st.floats(0.1, 9.0), st.floats(0.1, 9.0))
def test_changing_a_value_and_changing_it_back_gives_an_equal_model(model: Model, k: float, a: float) -> None:
    changed = model.with_values(k=k, A=a)
    assert changed.with_values(k=model.values["k"], A=model.species["A"].initial) == model
    assert changed.structure is model.structure
    assert compiled(changed.structure) is compiled(model.structure)


def test_no_value_and_no_event_give_an_equal_model() -> None:
    assert tumour().with_values() == tumour().with_values({}) == tumour().with_values(None) == tumour()
    assert tumour().with_events() == tumour()


def test_a_variant_has_its_numbers_its_events_and_its_name() -> None:
    fast = tumour().variant("fast")
    assert fast.name == "mouse/fast"
    assert (fast.values["phi"], fast.species["T"].initial) == (0.5, 1e6)
    assert fast.events == (Dose(1.0, into="C_T"),)


def test_a_text_as_initial_amount_can_be_replaced_by_a_number() -> None:
    model = Model("m", species={"A": Species("k/2")}, parameters={"k": 4.0})
    assert compiled(model.structure).initial(model, [4.0]).tolist() == [2.0]
    changed = model.with_values(A=7.0)
    assert compiled(changed.structure).initial(changed, [4.0]).tolist() == [7.0]


# ------------------------------------------------------------------ unknown names


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (
            lambda m: m.with_values(gama=1.0),
            "'gama' is neither a parameter nor a species of 'mouse'; did you mean 'gamma'",
        ),
        (lambda m: m.with_values(c_t=1.0), "did you mean 'C_T'"),
        (lambda m: m.with_values({"growth": 1.0}), "'growth' is neither a parameter nor a species"),
        (lambda m: m.with_values({"": 1.0}), "'' is neither .* are phi, gamma, C_T, T"),
        (lambda m: m.with_values({5: 1.0}), "5 is neither"),
        (lambda m: m.variant("fsat"), "'mouse' has no variant 'fsat'; did you mean 'fast'"),
        (lambda m: m.variant("qqq"), "the variants are fast"),
        (lambda m: m.role("tumor"), "'mouse' has no role 'tumor'; did you mean 'tumour'"),
        (lambda m: m.role("il6"), "tumour, car_t, all_cells"),
        (
            lambda m: m.with_events(Dose(1.0, into="CT")),
            "goes into 'CT', which is not a species of 'mouse'; did you mean 'C_T'",
        ),
        (lambda m: m.with_events(Infusion(1.0, into="phi", duration=1)), "'phi', which is not a species"),
        (
            lambda m: m.with_events(Dose(1.0, into="all_cells")),
            r"role 'all_cells' is not possible .* it is 'T \+ C_T'",
        ),
        (lambda m: m.with_events(Change("gama", to=1.0)), "'gama' .* did you mean 'gamma'"),
        (lambda m: m.with_events(Change("T", to=1.0)), "change of 'T' is not possible: it is a species"),
        (
            lambda m: m.with_events(When("tumuor > 1", then=Dose(1.0, "T"))),
            "uses 'tumuor'.*did you mean 'tumour'",
        ),
        (lambda m: m.with_events(When("T > 1", then=Dose(1.0, "X"))), "'X', which is not a species"),
        (lambda m: m.with_events(When("T > 1", then=Change("phj", to=1.0))), "did you mean 'phi'"),
    ],
)
def test_an_unknown_name_is_refused_and_the_nearest_offered(ask: Any, sentence: str) -> None:
    with pytest.raises(UnknownNameError, match=sentence):
        ask(tumour())


@pytest.mark.parametrize("label", [["fast"], {"a": 1}, None, 5])
def test_a_label_or_a_role_that_is_no_text_is_refused_as_unknown(label: Any) -> None:
    for ask in (tumour().variant, tumour().role):
        with pytest.raises(ModelError):
            ask(label)


@pytest.mark.parametrize(
    "value", [True, None, "1", [1.0], np.array([1.0, 2.0]), float("nan"), float("inf"), 10**400]
)
def test_a_value_that_is_no_finite_number_is_refused(value: Any) -> None:
    for name in ("phi", "T"):
        with pytest.raises(ModelError, match=f"'{name}'"):
            tumour().with_values({name: value})


@pytest.mark.parametrize("values", [5, "phi", [("phi", 1.0)], {"phi"}])
def test_values_that_are_no_mapping_are_refused(values: Any) -> None:
    with pytest.raises(ModelError, match="mapping"):
        tumour().with_values(values)


def test_a_negative_initial_amount_is_refused_and_a_negative_parameter_is_not() -> None:
    with pytest.raises(ModelError, match="the initial amount of 'T' is -1; it cannot be negative"):
        tumour().with_values(T=-1.0)
    assert tumour().with_values(phi=-1.0).values["phi"] == -1.0


@pytest.mark.parametrize("event", [None, 5, "Dose", {"amount": 1}, [Dose(1.0, into="T")]])
def test_what_is_no_event_is_refused(event: Any) -> None:
    with pytest.raises(ModelError, match="is not an event"):
        tumour().with_events(event)


# ------------------------------------------------------------------ making a model


@pytest.mark.parametrize(
    "name", ["", "a" * 101, "a\nb", "a;b", "<b>", "a'b", 'a"b', "\N{CYRILLIC SMALL LETTER A}", None, 5]
)
def test_a_name_of_a_model_that_is_no_short_plain_text_is_refused(name: Any) -> None:
    with pytest.raises(ModelError, match="the name of a model must be a short ASCII text"):
        Model(name, species={"A": 1.0})


@pytest.mark.parametrize("name", ["barros_2021", "mouse 3", "a/b", "v1.2-x"])
def test_an_ordinary_name_is_accepted(name: str) -> None:
    assert Model(name, species={"A": 1.0}).name == name


@pytest.mark.parametrize(
    ("part", "thing", "sentence"),
    [
        ("species", {"A": "1"}, r"species 'A' must be Species\(\.\.\.\), not '1'"),
        ("species", {"A": True}, r"species 'A' must be Species\(\.\.\.\), not True"),
        ("species", {"A": None}, r"species 'A' must be Species"),
        ("species", {"A": -1.0}, "species 'A': the initial amount of a species is -1"),
        ("species", {"A": Parameter(1.0)}, "species 'A' must be Species"),
        ("species", ["A"], "species must be a mapping from names, such as species=dict"),
        ("species", None, "has no species"),
        ("parameters", {"k": "1"}, r"parameters 'k' must be Parameter"),
        ("parameters", {"k": float("nan")}, "parameters 'k': the value of a parameter is nan"),
        ("processes", {"p": "A ->"}, r"processes 'p' must be Process\(\.\.\.\), not 'A ->'"),
        ("processes", [Process("A ->", "A")], "processes must be a mapping"),
        ("definitions", {"d": True}, "definitions 'd' must be a text"),
        ("definitions", {"d": None}, "definitions 'd' must be a text"),
        ("definitions", {"d": 10**400}, "definition"),
        ("observables", {"o": 5}, r"observables 'o' must be Observable"),
        ("roles", {"tumour": Species(1.0)}, "roles 'tumour' must be a text"),
        ("variants", {"v": {"k": 1.0}}, r"variants 'v' must be Variant"),
        ("variants", {"v": Variant({"kk": 1.0})}, "variant 'v' of 'm': 'kk' is neither"),
        ("variants", {"v": Variant({}, events=(Dose(1.0, into="X"),))}, "variant 'v' of 'm': .*'X'"),
        ("events", [5], "5 is not an event"),
        ("events", "Dose", "'Dose' is not an event"),
        ("events", [Dose(1.0, into="X")], "'X', which is not a species"),
        ("time", 5, "the unit of time must be a text"),
        ("time", "cell", "is in 'cell', which is not a unit of time; use 'day'"),
        ("time", "dai", "dai"),
        ("start", "0", "the start of 'm' must be a number"),
        ("start", float("inf"), "must be a finite number"),
        ("title", None, "the title of a model must be a text"),
        ("source", "me", r"the source of 'm' must be Source\(\.\.\.\)"),
    ],
)
def test_a_part_of_the_wrong_kind_is_refused_in_a_sentence(part: str, thing: Any, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        Model("m", **{"species": {"A": 1.0}, part: thing})


@pytest.mark.parametrize("number", [np.int64(2), np.float32(2.0), np.float64(2.0), 2])
def test_a_bare_number_of_any_kind_is_an_initial_amount_or_a_value(number: Any) -> None:
    model = Model("m", species={"A": number}, parameters={"k": number})
    assert (model.species["A"].initial, model.values["k"]) == (2.0, 2.0)


def test_a_single_event_needs_no_list() -> None:
    dose = Dose(1.0, into="A")
    assert Model("m", species={"A": 1.0}, events=dose).events == (dose,)  # type: ignore[arg-type]


# ------------------------------------------------------------------ a value among values


def test_a_model_cannot_be_changed() -> None:
    model = tumour()
    with pytest.raises(FrozenInstanceError):
        model.name = "other"  # type: ignore[misc]
    for part in (
        model.species,
        model.parameters,
        model.processes,
        model.definitions,
        model.roles,
        model.variants,
    ):
        with pytest.raises(TypeError):
            part["x"] = 1  # type: ignore[index]
    model.values["phi"] = 9.0
    assert model.values["phi"] == 0.265


def test_what_the_model_was_made_of_may_change_afterwards() -> None:
    species = {"A": Species(1.0)}
    model = Model("m", species=species)
    species["B"] = Species(2.0)
    assert list(model.species) == ["A"]


@given(MODELS)
def test_equal_models_are_one_entry_of_a_set(model: Model) -> None:
    again = Model.from_dict(model.to_dict())
    assert {model, again} == {model}
    assert {model, model.with_values(k=77.0)} != {model}


@given(MODELS, st.integers(0, 1000))
@settings(max_examples=50)
def test_models_that_differ_in_the_order_of_their_parts_are_equal_and_so_is_their_hash(
    model: Model, seed: int
) -> None:
    shuffle, data = random.Random(seed), model.to_dict()
    for key in ("species", "parameters", "processes", "definitions"):
        items = list(data[key].items())
        shuffle.shuffle(items)
        data[key] = dict(items)
    other = Model.from_dict(data)
    assert other == model
    assert hash(other) == hash(model)


def test_a_model_is_no_number_and_differs_from_one() -> None:
    assert tumour() != 5
    assert tumour() != tumour(title="x")
    assert tumour() != tumour(start=1.0)


# ------------------------------------------------------------------ a model in words


def test_a_printed_model_shows_its_equations() -> None:
    assert str(tumour(title="A mouse.")).splitlines() == [
        "mouse (time in day)",
        "  A mouse.",
        "  dC_T/dt = 0",
        "  dT/dt = phi*T - gamma*C_T*T",
        "where",
        "  load = T + C_T",
        "observed",
        "  blood = C_T",
    ]
    assert repr(tumour()) == "<Model mouse: 2 species, 2 processes, 2 parameters, 0 events>"
