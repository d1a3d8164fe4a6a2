"""The diagram and the words of a page as data, from Python's side."""

from __future__ import annotations

import pytest

import cartsim as cs
from cartsim.export.page_diagram import MOST, page_diagram
from cartsim.export.page_glossary import page_glossary
from cartsim.language.graph import graph
from cartsim.questions.glossary import entries

MODEL = cs.models.sahoo_2020


@pytest.mark.parametrize("arrangement", ["wide", "narrow"])
def test_everything_in_a_diagram_lies_inside_it_and_no_box_on_another(arrangement: str) -> None:
    found = page_diagram(MODEL)
    assert found is not None
    plan, shown = found[arrangement], graph(MODEL)
    width, height = plan["size"]
    assert [box["name"] for box in plan["boxes"]] == list(MODEL.species)
    assert [plate["name"] for plate in plan["plates"]] == [arrow.process for arrow in shown.arrows]
    assert len(plan["pulls"]) == len(shown.influences)
    rectangles = plan["boxes"] + plan["plates"]
    for part in rectangles:
        assert part["w"] / 2 - 1 <= part["x"] <= width - part["w"] / 2 + 1
        assert part["h"] / 2 - 1 <= part["y"] <= height - part["h"] / 2 + 1
    for i, one in enumerate(rectangles):
        for other in rectangles[:i]:
            apart = (abs(one["x"] - other["x"]) - (one["w"] + other["w"]) / 2,
                     abs(one["y"] - other["y"]) - (one["h"] + other["h"]) / 2)  # fmt: skip
            assert max(apart) >= 0, (one["name"], other["name"])
    for line in (*(flow["line"] for flow in plan["flows"]), plan["voids"]):
        assert all(-1 <= x <= width + 1 and -1 <= y <= height + 1 for x, y in line)


def test_an_arrow_ends_at_the_box_that_it_adds_to() -> None:
    growth = {"growth": cs.Process("-> T", "r*T")}
    model = cs.Model("m", species={"T": 1.0}, parameters={"r": 1.0}, processes=growth)
    found = page_diagram(model)
    assert found is not None
    plan = found["wide"]
    (box,), (head,) = plan["boxes"], [flow for flow in plan["flows"] if flow["head"]]
    x, y = head["line"][-1]
    assert x == pytest.approx(box["x"], abs=1)
    assert abs(y - box["y"]) == pytest.approx(box["h"] / 2, abs=5)
    assert (found["kinds"], len(plan["voids"])) == (["birth"], 1)


def test_a_model_of_many_species_or_without_processes_has_no_diagram() -> None:
    many = {f"S{i}": 1.0 for i in range(MOST + 1)}
    loss = {"loss": cs.Process("S0 ->", "S0")}
    assert page_diagram(cs.Model("many", species=many, processes=loss)) is None
    assert page_diagram(cs.Model("still", species={"T": 1.0})) is None


def test_the_words_of_a_page_are_those_of_the_glossary_and_lead_only_to_one_another() -> None:
    known = {entry.term: entry for entry in entries()}
    for model in (cs.patients.glioblastoma(), cs.models.kimmel_2021, cs.Model("m", species={"T": 1.0})):
        found = page_glossary(model, ["cmax"])
        terms = [entry["term"] for entry in found]
        for entry in found:
            assert entry["words"] == known[entry["term"]].words
            assert set(entry["roles"]) <= model.roles.keys()
            assert set(entry["readouts"]) <= {"cmax"}
            assert set(entry["see"]) <= set(terms)
        assert "half-life" in terms
    assert "CAR" not in terms  # a model without CAR-T cells


def test_a_patient_has_the_word_of_the_own_disease_alone() -> None:
    terms = {entry["term"] for entry in page_glossary(cs.patients.glioblastoma())}
    assert {"glioma", "solid tumour"} <= terms
    assert not {"leukaemia", "lymphoma", "myeloma", "neuroblastoma"} & terms
