"""The patient under any keywords: it can be solved, nothing is negative, grades are grades."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

import cartsim as cs
from cartsim.patient.body import blood_cancer, solid_cancer
from cartsim.patient.diseases import DISEASES
from cartsim.patient.keywords import KEYWORDS, SOLID_ONLY
from cartsim.patient.presets import patient
from cartsim.patient.regimens import REGIMENS
from tests.models import gates

FEW, MANY = 5, 80
DAYS = 120.0
SCALES = {
    "crs_grade": (0.0, 4.0),
    "icans_grade": (0.0, 4.0),
    "ice_score": (0.0, 10.0),
    "oxygen_saturation": (0.0, 100.0),
}
PRODUCTS = [
    pytest.param(disease, product, marks=() if product == known.product else pytest.mark.slow)
    for disease, known in DISEASES.items()
    for product in known.products
]


def _numbers(name: str) -> st.SearchStrategy[float]:
    """Both ends of the range, and all magnitudes between them."""
    low, high = KEYWORDS[name].low, KEYWORDS[name].high
    ends = st.sampled_from([low, high])
    if low > 0.0:
        inside = st.floats(np.log10(low), np.log10(high)).map(lambda x: float(np.clip(10.0**x, low, high)))
        return ends | inside
    return (
        ends
        | st.floats(0.0, 1.0).map(lambda x: high * x)
        | st.floats(-12.0, 0.0).map(lambda x: high * 10.0**x)
    )


@st.composite
def asked(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A disease and keywords, as somebody might try them out."""
    disease = draw(st.sampled_from(list(DISEASES)))
    known = DISEASES[disease]
    choices: dict[str, st.SearchStrategy[Any]] = {
        "product": st.sampled_from(list(known.products)),
        "lymphodepletion": st.sampled_from([True, False, *REGIMENS]),
        "dual_target": st.booleans(),
        "bridging": st.booleans(),
        "split": st.sampled_from([(1.0,), (0.1, 0.3, 0.6), (0.5, 0.5)]),
    }
    numbers = {name: _numbers(name) for name in KEYWORDS if known.solid or name not in SOLID_ONLY}
    names = draw(st.lists(st.sampled_from([*choices, *numbers]), max_size=7, unique=True))
    return disease, {name: draw({**choices, **numbers}[name]) for name in names}


def constructed(disease: str, keywords: dict[str, Any]) -> cs.Model | None:
    """The patient; None, if it is refused with a sentence that names a keyword that was given."""
    try:
        return patient(disease, **keywords)
    except cs.ModelError as error:
        said = str(error)
    assert any(f"{name}=" in said for name in keywords), said
    return None


def faults(run: cs.Trajectory) -> list[str]:
    """What no run of a patient may show; less than a millionth of a cell beside 1e12 others is rounding."""
    found = [f"{name} is not finite" for name in run.names if not np.isfinite(run[name]).all()]
    for name in run.model.species:
        if run[name].min() < -1e-6 * max(run[name].max(), 1.0):
            found.append(f"{name} falls to {run[name].min():g} and rises to {run[name].max():g}")
    for role, (low, high) in SCALES.items():
        if not low <= run[role].min() <= run[role].max() <= high:
            found.append(f"{role} is from {run[role].min():g} to {run[role].max():g}")
    for role in ("crs_grade", "icans_grade"):
        if not np.isin(run[role], range(5)).all():
            found.append(f"{role} is no whole number")
    return found


def _any_keywords_give_a_patient_or_a_sentence(question: tuple[str, dict[str, Any]]) -> None:
    model = constructed(*question)
    event("refused" if model is None else "solved")
    if model is not None:
        assert faults(cs.simulate(model, until=DAYS)) == []


@settings(max_examples=FEW)
@given(question=asked())
def test_a_patient_with_any_keywords_is_solved_or_refused_with_a_sentence(question: Any) -> None:
    _any_keywords_give_a_patient_or_a_sentence(question)


@pytest.mark.slow
@settings(max_examples=MANY)
@given(question=asked())
def test_many_patients_with_any_keywords_are_solved_or_refused_with_a_sentence(question: Any) -> None:
    _any_keywords_give_a_patient_or_a_sentence(question)


def test_a_patient_that_breaks_a_rule_is_caught() -> None:
    model = patient("lymphoma")
    too_high = {**model.observables, "CRS": cs.Observable("5.5*step(t)", "1", "no grade")}
    beyond = {**model.processes, "beyond": cs.Process("Hb ->", "2*k_HB*HB_0", "a loss that needs no cells")}
    at = [model.start, -1.0, 30.0, 60.0]
    graded = faults(cs.simulate(replace(model, observables=too_high), until=60.0, at=at))
    assert graded == ["crs_grade is from 0 to 5.5", "crs_grade is no whole number"]
    (fell,) = faults(cs.simulate(replace(model, processes=beyond), until=60.0, at=at))
    assert fell.startswith("Hb falls to -")


@pytest.mark.parametrize(("disease", "product"), PRODUCTS)
def test_every_product_of_every_preset_is_solved_from_leukapheresis_to_two_years(
    disease: str, product: str
) -> None:
    model = patient(disease, product=product)
    run = cs.simulate(model, until=730.0)
    assert run.t[0] == model.start < -20.0
    assert run.t[-1] == 730.0
    assert faults(run) == []


# ------------------------------------------------------------------ the joined model


@pytest.mark.parametrize("body", [blood_cancer, solid_cancer])
def test_joined_parts_conserve_what_flows_and_have_units(body: Callable[[], cs.Model]) -> None:
    assert gates.conservation_faults(body()) == []
    assert gates.unit_faults(body()) == []


@pytest.mark.parametrize("disease", ["b_all", "glioblastoma"])
@pytest.mark.parametrize("species", ["T_pos", "C_E", "C_M", "N", "IL6", "PLT"])
def test_a_species_changes_by_what_its_processes_bring_and_take(disease: str, species: str) -> None:
    run = cs.simulate(patient(disease), until=8.0, at=np.linspace(0.5, 8.0, 1501))
    sides = ((run[name], process.stoichiometry) for name, process in run.model.processes.items())
    flow = sum(rate * sides[species] for rate, sides in sides if species in sides)
    assert np.abs(flow).max() > 0.0
    change = np.concatenate([[0.0], np.cumsum((flow[1:] + flow[:-1]) / 2 * np.diff(run.t))])
    scale = np.abs(run[species]).max()
    np.testing.assert_allclose(run[species], run[species][0] + change, rtol=0.0, atol=1e-4 * scale)


# ------------------------------------------------------------------ saved and read again


@settings(max_examples=FEW)
@given(question=asked())
def test_a_patient_is_the_same_after_it_was_saved_and_read(question: Any) -> None:
    model = constructed(*question)
    if model is not None:
        assert cs.Model.from_dict(json.loads(json.dumps(model.to_dict()))) == model
        assert pickle.loads(pickle.dumps(model)) == model


def test_a_patient_that_was_read_runs_as_before() -> None:
    model = patient("lymphoma", split=(0.5, 0.5), bridging=True).with_events(
        cs.therapies.tocilizumab(when="crs_grade >= 1")
    )
    again = cs.Model.from_dict(json.loads(json.dumps(model.to_dict())))
    first, second = (cs.simulate(one, until=30.0, at=[-10.0, 0.0, 10.0, 30.0]) for one in (model, again))
    np.testing.assert_array_equal(first.y, second.y)
