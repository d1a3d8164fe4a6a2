"""Every part of the patient against its own page: equations, units, meanings, sources, conservation."""

from __future__ import annotations

import importlib
import re
import sys
from dataclasses import replace

import numpy as np
import pytest

import cartsim as cs
from cartsim.patient.body import blood_cancer, solid_cancer
from tests.models import gates

PARTS = (
    "tumour", "manufacturing", "conditioning", "car_t", "killing", "solid_tumour", "cytokines",
    "inflammation", "toxicity", "blood", "b_cells", "medicines", "chemotherapy", "safety_switch",
)  # fmt: skip
HEADINGS = ("Equations", "Rests on", "Assumptions and deviations")


def part(name: str) -> cs.Model:
    return importlib.import_module(f"cartsim.patient.{name}").model


def page(name: str) -> str:
    part(name)
    return sys.modules[f"cartsim.patient.{name}"].__doc__ or ""


def witness_faults(model: cs.Model, text: str) -> list[str]:
    """As for a paper; species that the part only reads have no equation on its page."""
    changed = {species for process in model.processes.values() for species in process.stoichiometry}
    read = "".join(f"d{name}/dt = 0*{name}\n" for name in model.species if name not in changed)
    section = re.sub(r"^(Equations[^\n]*\n-+\n)", rf"\1{read}", text, count=1, flags=re.MULTILINE)
    return gates.witness_faults(model, section)


@pytest.mark.parametrize("name", PARTS)
def test_the_processes_add_up_to_the_equations_on_the_page(name: str) -> None:
    assert witness_faults(part(name), page(name)) == []


@pytest.mark.parametrize("name", PARTS)
def test_every_page_says_what_it_rests_on_and_what_it_assumes(name: str) -> None:
    for heading in HEADINGS:
        assert re.search(rf"^{heading}[^\n]*\n-+\n", page(name), re.MULTILINE), heading


@pytest.mark.parametrize("name", PARTS)
def test_every_number_has_a_unit_a_meaning_and_a_source(name: str) -> None:
    faults = gates.unit_faults(part(name)) + gates.source_faults(part(name))
    assert [fault for fault in faults if "source with a DOI" not in fault] == []


def test_a_number_is_seen_derived_calibrated_or_said_to_be_assumed() -> None:
    known = re.compile(
        r"calibrated: |assumed|derived|switched by events|by definition|a choice|hardiansyah|kimmel|park|"
        r"owens|liu_2022|leon_triana|singh|frey|friberg|PLoS|mfg\.|platelet\.lifespan|units\.|astct|cd19\.|label|Jung|"
        r"Pedicini|half-life|CD19 is on"
    )
    for model in (blood_cancer(), solid_cancer()):
        for name, parameter in model.parameters.items():
            assert known.search(parameter.source), f"{name}: {parameter.source!r}"
            assert "memory" not in parameter.source


@pytest.mark.parametrize("name", PARTS)
def test_what_leaves_one_species_arrives_in_the_other(name: str) -> None:
    assert gates.conservation_faults(part(name)) == []


@pytest.mark.parametrize("name", PARTS)
def test_a_part_whose_page_is_changed_is_caught(name: str) -> None:
    lines = [line for line in page(name).splitlines() if re.match(r"d\w+/dt", line)]
    for line in lines:
        broken = page(name).replace(line, line.replace("= ", "= 1e12 + ", 1), 1)
        assert witness_faults(part(name), broken) != [], line


def test_a_part_without_a_unit_is_caught() -> None:
    tumour = part("tumour")
    bare = replace(tumour.parameters["r_T"], unit=None)
    broken = replace(tumour, parameters={**tumour.parameters, "r_T": bare})
    assert gates.unit_faults(broken) == ["parameter 'r_T' has no unit"]


@pytest.mark.parametrize("model", [blood_cancer(), solid_cancer()], ids=["blood", "solid"])
def test_at_rest_nothing_of_the_healthy_body_moves(model: cs.Model) -> None:
    healthy = model.with_values(T_pos=0, T_neg=0, A_T=0)
    run = cs.simulate(healthy, until=30, at=[0, 30])
    for name in healthy.species:
        before, after = run[name]
        assert after == pytest.approx(before, rel=1e-5, abs=1e-9), name


def test_what_leaves_the_bag_is_the_dose_and_the_rest_stays() -> None:
    patient = cs.patients.b_all(dose=3e8)
    run = cs.simulate(patient, until=1, at=[patient.start, -1.0, 0.5])
    assert run["BAG"][1] - run["BAG"][2] == pytest.approx(3e8, rel=1e-6)


def test_the_bag_holds_what_its_closed_form_says() -> None:
    from cartsim.patient.manufacturing import harvest

    for culture, transduction, collected in ((10, 0.174, 2.6e9), (3, 0.4, 1e8), (14, 0.05, 1e10)):
        patient = cs.patients.b_all(
            dose=1e5, culture_days=culture, transduction=transduction, collected=collected
        )
        run = cs.simulate(patient, until=0.0, at=[patient.start, -1.0])
        bag = harvest(collected, culture=culture, transduction=transduction, values=patient.values)
        assert run["BAG"][1] == pytest.approx(bag, rel=1e-5)


def test_the_patient_can_be_saved_and_read_again() -> None:
    patient = cs.patients.lymphoma()
    again = cs.Model.from_dict(patient.to_dict())
    assert again == patient
    assert np.isfinite(list(again.values.values())).all()
