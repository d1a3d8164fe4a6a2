"""What a page is told of a model: safe to embed, complete, and nothing in it typed twice."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import cartsim as cs
from cartsim.export.payload import SCRIPTS, as_json, payload, script_texts
from cartsim.export.payload_parts import targets
from cartsim.language.errors import ModelError
from cartsim.language.events import Dose, When
from cartsim.language.model import Model
from cartsim.language.parts import Process, Species
from cartsim.questions import controls
from cartsim.solving import rodas5p


def test_json_for_a_script_is_ascii_without_what_could_end_it() -> None:
    text = as_json({"title": "</script><!-- \u2028\u2029 é"})
    assert text.isascii()
    assert "<" not in text
    assert json.loads(text) == {"title": "</script><!-- \u2028\u2029 é"}


def test_a_number_that_is_not_finite_does_not_reach_a_page() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_json({"value": float("nan")})


def test_a_model_of_a_stranger_puts_only_names_and_numbers_into_the_script() -> None:
    hostile = "</script>\u2028*/ ${alert(1)} `"
    model = Model(
        "hostile",
        species={"A": Species(1.0, meaning=hostile, source=hostile)},
        parameters={"k": 2.0},
        processes={"loss": Process("A ->", "k*A", meaning=hostile)},
        roles={"tumour": "A"},
        title=hostile,
        events=(When("A < 0.5", then=Dose(1.0, "A")),),
    )
    found = payload(model)
    assert found.data["title"] == hostile
    for text in (found.json, found.script):
        assert text.isascii()
        assert "<" not in text
    assert "alert" not in found.script


@pytest.mark.parametrize("name", ["barros_2021", pytest.param("b_all", marks=pytest.mark.slow)])
def test_the_data_of_a_model_is_whole(name: str) -> None:
    model = cs.models.barros_2021 if name == "barros_2021" else cs.patients.b_all()
    found = json.loads(payload(model).json)
    assert [entry["name"] for entry in found["species"]] == list(model.species)
    assert {entry["name"]: entry["value"] for entry in found["parameters"]} == model.values
    outputs = {entry["name"]: entry["kind"] for entry in found["outputs"]}
    assert {*outputs, *model.species, *model.parameters} == set(model.structure.names())
    assert outputs["killing" if name == "barros_2021" else next(iter(model.processes))] == "process"
    assert found["until"] == controls.horizon(model)
    np.testing.assert_array_equal(found["method"]["a"], rodas5p.A)
    np.testing.assert_array_equal(found["method"]["d"], rodas5p.D)


def test_the_presets_give_the_numbers_in_which_they_differ() -> None:
    model = cs.models.barros_2021
    found = payload(model).data
    for label, other in controls.presets(model).items():
        preset = next(entry for entry in found["presets"] if entry["label"] == label)
        assert preset["events"] == other.to_dict()["events"]
        assert model.with_values(preset["values"]).values == other.values
        known = {control["name"]: control for control in found["controls"]}
        offered = {**known, **{control["name"]: control for control in preset["controls"]}}
        shown = {name: offered[name]["label"] for name in offered if name not in preset["without"]}
        assert shown == {control.name: control.label for control in controls.controls(other)}
    assert found["presets"][0]["values"] == {}
    assert any(preset["values"] for preset in found["presets"])


def test_a_dose_finds_its_species_by_name_and_by_role() -> None:
    patient = cs.patients.b_all()
    found = targets(patient)
    assert found["tocilizumab"] == found["TOCI"] == list(patient.species).index("TOCI")
    assert "car_t" not in found  # the sum of several


def test_rules_that_compare_the_same_share_what_is_printed() -> None:
    model = cs.models.barros_2021.with_events(
        When("T > 1e6 and t >= 3", then=Dose(1.0, "C_T")), When("t >= 3 or C_T > 5", then=Dose(1.0, "C_T"))
    )
    found = payload(model).data
    first, second = found["conditions"].values()
    assert first["comparisons"] == [0, 1]
    assert second["comparisons"] == [1, 2]
    assert first["instants"] == second["instants"] == [0]
    assert found["sizes"]["watch"] == 3
    assert [first["whole"], second["whole"]] == [0, 1]


def test_a_preset_with_other_equations_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    others = {"as given": cs.models.barros_2021, "another": cs.models.stein_2019}
    monkeypatch.setattr("cartsim.export.payload.presets", lambda model: others)
    with pytest.raises(ModelError, match="preset 'another' of 'barros_2021' has other equations"):
        payload(cs.models.barros_2021)


def test_the_scripts_of_the_engine_are_strict_and_cannot_end_their_element() -> None:
    texts = script_texts()
    assert len(texts) == len(SCRIPTS)
    for name, text in zip(SCRIPTS, texts, strict=True):
        assert text.startswith('"use strict";\n'), name
        assert text.isascii(), name
        assert not re.search(r"</script|<!--", text, re.IGNORECASE), name
        assert max(map(len, text.splitlines())) <= 110, name
        assert len(text.splitlines()) <= 300, name
