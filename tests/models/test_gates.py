"""Every published model passes the gates, and each gate catches a model that is broken on purpose."""

from __future__ import annotations

import importlib

import pytest

import cartsim as cs
from cartsim.models import INDEX
from tests.models import gates

VARIANTS = [(name, label) for name in INDEX for label in ["", *getattr(cs.models, name).variants]]


def page(name: str) -> str:
    return importlib.import_module(f"cartsim.models.{name}").__doc__ or ""


def chosen(name: str, label: str) -> cs.Model:
    model = getattr(cs.models, name)
    return model.variant(label) if label else model


@pytest.mark.parametrize("name", INDEX)
def test_the_processes_add_up_to_the_equations_that_the_paper_prints(name: str) -> None:
    assert gates.witness_faults(getattr(cs.models, name), page(name)) == []


@pytest.mark.parametrize("name", INDEX)
def test_the_page_has_its_headings(name: str) -> None:
    assert gates.page_faults(page(name)) == []


@pytest.mark.parametrize("name", INDEX)
def test_every_number_has_a_unit(name: str) -> None:
    assert gates.unit_faults(getattr(cs.models, name)) == []


@pytest.mark.parametrize("name", INDEX)
def test_every_number_has_a_meaning_and_a_source(name: str) -> None:
    assert gates.source_faults(getattr(cs.models, name)) == []


@pytest.mark.parametrize("name", INDEX)
def test_a_dose_changes_something(name: str) -> None:
    assert gates.dose_faults(getattr(cs.models, name)) == []


@pytest.mark.parametrize("name", INDEX)
def test_what_flows_is_conserved(name: str) -> None:
    assert gates.conservation_faults(getattr(cs.models, name)) == []


@pytest.mark.parametrize(("name", "label"), VARIANTS)
def test_nothing_is_ever_not_a_number(name: str, label: str) -> None:
    assert gates.finite_faults(chosen(name, label)) == []


@pytest.mark.parametrize("name", INDEX)
def test_no_two_variants_are_the_same(name: str) -> None:
    variants = [chosen(name, label) for label in getattr(cs.models, name).variants]
    contents = [repr((dict(v.values), dict(v.species), v.events)) for v in variants]
    assert len(set(contents)) == len(contents)


# ------------------------------------------------------------------ models that are broken on purpose

PAGE = """A model.

Equations (Nobody 2000, Eq. 1)
------------------------------
f = K + T
dT/dt = r*T - d*T*C/f
dC/dt = -m*C

Source
------
Nobody.

Population
----------
None.

Source trace
------------
None.

Assumptions and deviations
--------------------------
None.
"""


def a_model(**changes: object) -> cs.Model:
    parts: dict[str, object] = {
        "species": {
            "T": cs.Species(1e6, "cell", "tumour cells"),
            "C": cs.Species(0, "cell", "CAR-T cells"),
        },
        "parameters": {
            name: cs.Parameter(value, unit, "a rate", "Table 1")
            for name, value, unit in [
                ("r", 0.1, "1/day"),
                ("d", 2.0, "1/day"),
                ("m", 0.05, "1/day"),
                ("K", 1e6, "cell"),
            ]
        },
        "processes": {
            "growth": cs.Process("-> T", "r*T", "growth"),
            "killing": cs.Process("T ->", "d*T*C/(K + T)", "killing"),
            "death": cs.Process("C ->", "m*C", "death"),
        },
        "roles": {"car_t": "C", "tumour": "T", "infused": "C"},
        "source": cs.Source(
            "Nobody N", 2000, "None", doi="10.1000/none", confidence="invented for this test"
        ),
    }
    return cs.Model("a_model", **{**parts, **changes})  # type: ignore[arg-type]


def with_process(name: str, process: cs.Process) -> cs.Model:
    return a_model(processes={**a_model().processes, name: process})


def test_a_sound_model_passes_every_gate() -> None:
    model = a_model()
    assert gates.witness_faults(model, PAGE) == []
    assert gates.page_faults(PAGE) == []
    for gate in (gates.unit_faults, gates.source_faults, gates.dose_faults, gates.finite_faults):
        assert gate(model) == []
    assert gates.conservation_faults(model) == []


def test_a_wrong_sign_in_a_process_is_caught() -> None:
    model = with_process("death", cs.Process("-> C", "m*C", "death"))
    assert "dC/dt" in gates.witness_faults(model, PAGE)[0]


def test_a_term_that_the_page_has_not_is_caught() -> None:
    model = with_process("extra", cs.Process("T ->", "1e-6*m*T", "a little death"))
    assert "dT/dt" in gates.witness_faults(model, PAGE)[0]


@pytest.mark.parametrize("equation", ["dC/dt = -m*C", "dT/dt = r*T - d*T*C/f"])
def test_an_equation_missing_from_the_page_is_caught(equation: str) -> None:
    assert "no equation for" in gates.witness_faults(a_model(), PAGE.replace(equation, ""))[0]


def test_a_page_without_equations_is_caught() -> None:
    assert gates.witness_faults(a_model(), "A model.")
    assert len(gates.page_faults("A model.")) == len(gates.HEADINGS)


def test_a_bare_number_is_caught() -> None:
    model = a_model(parameters={**a_model().parameters, "K": cs.Parameter(1e6, None, "half", "Table 1")})
    assert gates.unit_faults(model) == ["parameter 'K' has no unit"]


def test_a_number_without_source_is_caught() -> None:
    model = a_model(parameters={**a_model().parameters, "K": cs.Parameter(1e6, "cell", "half")})
    assert gates.source_faults(model) == ["parameter 'K' has no source"]


def test_a_model_without_reference_is_caught() -> None:
    assert gates.source_faults(a_model(source=None)) == ["the model has no source with a DOI"]


def test_a_dose_without_effect_is_caught() -> None:
    model = with_process("killing", cs.Process("T ->", "0*d*T*C/(K + T)", "killing"))
    assert gates.dose_faults(model) == ["a dose of 1e+08 leaves 'tumour' as it was"]


def test_an_output_that_is_not_a_number_is_caught() -> None:
    model = a_model(observables={"log_c": cs.Observable("log(C/K)", "1")})
    assert gates.finite_faults(model) == ["'log_c' is not finite"]


def test_a_flow_that_multiplies_is_caught() -> None:
    model = with_process("odd", cs.Process("C -> 2 T", "m*C", "odd"))
    assert gates.conservation_faults(model) == ["process 'odd', 'C -> 2 T', does not conserve what flows"]
