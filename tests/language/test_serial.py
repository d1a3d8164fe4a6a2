"""A model as plain data and back, and data that is no model."""

from __future__ import annotations

import copy
import json
import math
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from cartsim.language.errors import ModelError
from cartsim.language.events import Change, Dose, Infusion, When
from cartsim.language.model import Model
from cartsim.language.parts import Observable, Parameter, Process, Source, Species, Variant
from cartsim.language.spreads import LogNormal, Normal, Spread, Truncated, Uniform
from tests.strategies import MODELS

FULL = Model(
    "full/one",
    species={
        "A": Species("k*n", "cell", "cells A", "p. 1", extinct_below=1.0),
        "B": Species(2.0, "cell", spread=0.5),
    },
    parameters={
        "k": Parameter(2.0, "cell", "a scale", "Table 1", spread=Truncated(LogNormal(sd=0.5), high=9.0)),
        "n": Parameter(3.0, "1"),
        "d": Parameter(0.1, "1/hour"),
    },
    processes={"move": Process("A -> B", "d*A*share", "A turns to B", "Eq. 1")},
    definitions={"share": "A/(A + B)"},
    observables={"all": Observable("A + B", "cell", "both")},
    roles={"tumour": "A"},
    events=[
        Dose(1.0, into="A", at=3),
        Infusion(2.0, into="B", start=1, duration=2),
        Change("d", factor=0.5, start=1, stop=2),
        When("A >= k", then=(Dose(1.0, into="tumour"), Change("d", to=0.0)), delay=0.5, at_most=2, apart=1.0),
    ],
    variants={"high": Variant({"k": 5.0, "B": 1.0}, "more", "Table 2", (Dose(1.0, into="A"),))},
    time="hour",
    start=-1.0,
    title="everything",
    source=Source("A, B", 2020, "Title", "J", "1", "2-3", "10.1/x", "the paper", "mice"),
)


def through_json(model: Model) -> Model:
    return Model.from_dict(json.loads(json.dumps(model.to_dict(), allow_nan=False)))


@pytest.mark.parametrize("send", [through_json, copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
@pytest.mark.parametrize(
    "model", [FULL, FULL.variant("high"), FULL.without_events(), FULL.with_values(A=7.0)]
)
def test_a_model_comes_back_as_it_was(model: Model, send: Callable[[Model], Model]) -> None:
    again = send(model)
    assert again == model
    assert hash(again) == hash(model)
    assert again.to_dict() == model.to_dict()
    assert list(again.species) == list(model.species)


@given(MODELS)
def test_a_random_model_comes_back_as_it_was(model: Model) -> None:
    again = through_json(model)
    assert again == model
    assert again.structure == model.structure


SPREADS = [LogNormal(cv=0.3), LogNormal(sd=0.5), Normal(2.0), Uniform(0.0, 2.0), LogNormal(cv=0.0)]
SPREADS += [Truncated(spread, low=0.5) for spread in SPREADS]  # type: ignore[misc]


@pytest.mark.parametrize("spread", SPREADS, ids=repr)
def test_every_kind_of_spread_comes_back_as_it_was(spread: Spread) -> None:
    model = Model(
        "m", species={"A": Species(1.0, spread=spread)}, parameters={"k": Parameter(1.0, spread=spread)}
    )
    again = through_json(model)
    assert again == model
    assert again.species["A"].spread == again.parameters["k"].spread == spread


def test_the_data_of_a_model_without_spreads_does_not_speak_of_them() -> None:
    data = Model("m", species={"A": 1.0}, parameters={"k": 1.0}).to_dict()
    assert set(data["species"]["A"]) == {"initial", "unit", "meaning", "source", "extinct_below"}
    assert set(data["parameters"]["k"]) == {"value", "unit", "meaning", "source"}


def test_a_spread_in_the_data_may_be_a_number_or_nothing() -> None:
    def read(spread: Any) -> Any:
        return Model.from_dict({**SMALL, "parameters": {"k": {"value": 1.0, "spread": spread}}}).parameters[
            "k"
        ]

    assert read(0.3).spread == LogNormal(cv=0.3)
    assert read(None).spread is None


NESTED: dict[str, Any] = {"kind": "Normal", "sd": 1.0}
for _ in range(5000):
    NESTED = {"kind": "Truncated", "spread": NESTED, "low": 0.0}


@pytest.mark.parametrize(
    ("spread", "sentence"),
    [
        ({"kind": "Lognormal", "cv": 0.3}, "parameters 'k', spread has kind 'Lognormal'; did you mean 'LogN"),
        (
            {"cv": 0.3},
            "parameters 'k', spread has kind None; the kinds are LogNormal, Normal, Uniform, Trunc",
        ),
        ({"kind": ["LogNormal"]}, "parameters 'k', spread has kind"),
        ({"kind": "Normal"}, "parameters 'k', spread lacks the key 'sd'"),
        ({"kind": "Normal", "SD": 1.0}, "spread has an unknown key 'SD'; did you mean 'sd'"),
        ({"kind": "Normal", "sd": -1.0}, "parameters 'k', spread: the sd of a normal spread is -1"),
        ({"kind": "LogNormal"}, "parameters 'k', spread: a log-normal spread takes cv= .* needs one of them"),
        ({"kind": "Truncated", "spread": {"kind": "Normal"}}, "'k', spread, spread lacks the key 'sd'"),
        (NESTED, "parameters 'k', spread is truncated twice; give both limits at once"),
        ("Normal", "parameters 'k': the spread of a Parameter must be a number"),
        ([0.3], "parameters 'k': the spread of a Parameter must be a number"),
        (-0.3, "parameters 'k': the spread of a Parameter is -0.3"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_data_that_is_no_spread_is_refused_in_a_sentence(spread: Any, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        Model.from_dict({**SMALL, "parameters": {"k": {"value": 1.0, "spread": spread}}})


def test_the_data_holds_plain_things_only() -> None:
    def plain(thing: Any) -> bool:
        if isinstance(thing, dict):
            return all(type(key) is str and plain(value) for key, value in thing.items())
        if isinstance(thing, list):
            return all(map(plain, thing))
        return thing is None or type(thing) in (str, int, float)

    assert plain(FULL.to_dict())


def test_changing_the_data_does_not_change_the_model() -> None:
    data = FULL.to_dict()
    data["definitions"]["share"] = "0"
    data["species"]["A"]["initial"] = 0.0
    data["variants"]["high"]["values"]["k"] = 0.0
    assert FULL.definitions["share"] == "A/(A + B)"
    assert FULL.variants["high"].values["k"] == 5.0


SMALL: dict[str, Any] = {
    "format": "cartsim model",
    "version": 1,
    "name": "small",
    "species": {"A": {"initial": 1.0}},
    "processes": {"p": {"flow": "A ->", "rate": "A"}},
}


def test_what_has_a_default_may_be_left_out() -> None:
    assert Model.from_dict(SMALL) == Model("small", species={"A": 1.0}, processes={"p": Process("A ->", "A")})


@pytest.mark.parametrize("key", SMALL)
def test_a_missing_key_is_named(key: str) -> None:
    with pytest.raises(ModelError, match=f"a model lacks the key '{key}'"):
        Model.from_dict({k: v for k, v in SMALL.items() if k != key})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"specie": {}}, "a model has an unknown key 'specie'; did you mean 'species'"),
        ({"structure": {}}, "unknown key 'structure'"),
        ({"__class__": "os"}, "unknown key '__class__'"),
        ({"format": "sbml"}, "this data is 'sbml' version 1; this cartsim reads 'cartsim model' version 1"),
        ({"version": 2}, "version 2; this cartsim reads"),
        ({"version": True}, "this data is"),
        ({"version": [1]}, "this data is"),
        ({"name": None}, "the name of a model must be a short ASCII text"),
        ({"name": ["small"]}, "the name of a model must be"),
        ({"title": 5}, "the title of a model must be a text"),
        ({"time": ["day"]}, "the unit of time must be a text"),
        ({"time": None}, "the unit of time must be a text"),
        ({"start": "0"}, "the start of 'small' must be a number"),
        ({"start": None}, "the start of 'small' must be a number"),
        ({"start": math.nan}, "must be a finite number"),
        ({"source": "me"}, "the source must be a mapping"),
        ({"source": {"authors": "A", "year": 1}}, "the source lacks the key 'title'"),
        ({"species": []}, "'species' of a model must be a mapping from names, not"),
        ({"species": None}, "'species' of a model must be a mapping"),
        ({"species": {}}, "has no species"),
        ({"species": {"A": 1.0}}, "species 'A' must be a mapping with initial, not 1.0"),
        ({"species": {"A": [1.0]}}, "species 'A' must be a mapping"),
        ({"species": {"A": {}}}, "species 'A' lacks the key 'initial'"),
        ({"species": {"A": {"initial": 1.0, "units": "cell"}}}, "unknown key 'units'; did you mean 'unit'"),
        (
            {"species": {"A": {"initial": None}}},
            "species 'A': the initial amount of a species must be a number",
        ),
        ({"species": {"A": {"initial": math.inf}}}, "species 'A': .* finite"),
        ({"species": {"A": {"initial": math.nan}}}, "species 'A': .* finite"),
        ({"species": {"A": {"initial": -1.0}}}, "species 'A': .* negative"),
        (
            {"species": {"A": {"initial": 1.0, "unit": 5}}},
            "species 'A': the unit of a Species must be a text",
        ),
        ({"parameters": {"k": {"value": True}}}, "parameters 'k': the value of a parameter must be a number"),
        ({"parameters": {"k": {"value": "1"}}}, "parameters 'k': the value of a parameter must be a number"),
        ({"processes": [["A ->", "A"]]}, "'processes' of a model must be a mapping"),
        (
            {"processes": {"p": {"flow": ["A"], "rate": "A"}}},
            "processes 'p': the flow of a process must be a text",
        ),
        (
            {"processes": {"p": {"flow": "A ->", "rate": None}}},
            "processes 'p': the rate of a process must be a text",
        ),
        ({"processes": {"p": {"flow": "A ->"}}}, "processes 'p' lacks the key 'rate'"),
        ({"definitions": {"d": ["A"]}}, "definitions 'd' must be a text, not"),
        ({"definitions": {"d": None}}, "definitions 'd' must be a text, not"),
        ({"definitions": "A"}, "'definitions' of a model must be a mapping"),
        ({"roles": {"tumour": {}}}, "roles 'tumour' must be a text"),
        ({"observables": {"o": "A"}}, "observables 'o' must be a mapping"),
        (
            {"observables": {"o": {"expression": 5}}},
            "observables 'o': the expression of an observable must be",
        ),
        ({"events": {}}, "'events' of a model must be a list"),
        ({"events": "Dose"}, "'events' of a model must be a list"),
        ({"events": [5]}, "event 1 has kind 5"),
        ({"events": [{}]}, "event 1 has kind None; the kinds are Dose, Infusion"),
        ({"events": [{"kind": "dose"}]}, "event 1 has kind 'dose'; did you mean 'Dose'"),
        ({"events": [{"kind": []}]}, "event 1 has kind"),
        ({"events": [{"kind": {}}]}, "event 1 has kind"),
        ({"events": [{"kind": "os.system"}]}, "event 1 has kind 'os.system'"),
        ({"events": [{"kind": "Dose", "into": "A"}]}, "event 1 lacks the key 'amount'"),
        (
            {"events": [{"kind": "Dose", "amount": 1, "into": "A", "to": 1}]},
            "event 1 has an unknown key 'to'",
        ),
        ({"events": [{"kind": "Dose", "amount": -1, "into": "A"}]}, "event 1: the dose into 'A' is -1"),
        ({"events": [{"kind": "Dose", "amount": 1, "into": "Aa"}]}, "'Aa', which is not a species.* 'A'"),
        (
            {"events": [{"kind": "When", "condition": "A > 1", "then": {}}]},
            "'then' of event 1 must be a list",
        ),
        ({"events": [{"kind": "When", "condition": "A > 1", "then": ["x"]}]}, "event 1, then has kind 'x'"),
        ({"events": [{"kind": "When", "condition": ["A"], "then": []}]}, "event 1"),
        ({"variants": []}, "'variants' of a model must be a mapping"),
        ({"variants": {"v": {}}}, "variants 'v' lacks the key 'values'"),
        ({"variants": {"v": {"values": [1]}}}, "variants 'v': 'values' must be a mapping"),
        ({"variants": {"v": {"values": {"A": "1"}}}}, "the value of 'A' in a variant must be a number"),
        ({"variants": {"v": {"values": {"Aa": 1}}}}, "variant 'v' of 'small': 'Aa' is neither"),
        ({"variants": {"v": {"values": {}, "meaning": 5}}}, "the meaning of a Variant must be a text"),
        ({"variants": {"v": {"values": {}, "events": 5}}}, "'events' of variants 'v' must be a list"),
    ],
)
def test_data_that_is_no_model_is_refused_in_a_sentence_that_says_where(
    changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ModelError, match=sentence):
        Model.from_dict({**SMALL, **changes})


@pytest.mark.parametrize("data", [None, 5, "model", [], [["name", "x"]], b"{}", {}, SMALL["species"]])
def test_something_else_than_a_model_is_refused(data: Any) -> None:
    with pytest.raises(ModelError):
        Model.from_dict(data)


@pytest.mark.parametrize("label", ["5 \N{MICRO SIGN}g", "<b>high</b>", "a\nb", "x" * 120, ""])
def test_a_label_that_cannot_be_in_a_name_is_refused_when_the_model_is_made(label: str) -> None:
    with pytest.raises(ModelError, match="variant"):
        Model("m", species={"A": 1.0}, variants={label: Variant({"A": 2.0})})


def test_a_label_that_is_no_text_is_refused() -> None:
    with pytest.raises(ModelError, match="variant"):
        Model("m", species={"A": 1.0}, variants={5: Variant({"A": 2.0})})  # type: ignore[dict-item]
