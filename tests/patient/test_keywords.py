"""Keywords of a patient: what they do in the model, and what the help of a preset says about them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import pytest

import cartsim as cs
from cartsim.patient.diseases import DISEASES
from cartsim.patient.keywords import EVERYWHERE, KEYWORDS, SOLID_ONLY, Keywords
from cartsim.patient.presets import patient
from cartsim.patient.regimens import REGIMENS

each_disease = pytest.mark.parametrize("disease", list(DISEASES))

# ------------------------------------------------------------------ what the keywords do


@pytest.mark.parametrize(
    ("keyword", "parameter", "factor"),
    [
        ("fitness", "p_E", 0.5),
        ("memory", "k_M", 0.5),
        ("cytokine_response", "g_IL6", 0.5),
        ("weight", "V", 0.5),
        ("weight", "K_L", 0.5),
        ("weight", "B_0", 0.5),
    ],
)
@each_disease
def test_a_factor_multiplies_the_usual_number(
    disease: str, keyword: str, parameter: str, factor: float
) -> None:
    known = {**EVERYWHERE, **DISEASES[disease].usual}
    usual, changed = patient(disease), patient(disease, **{keyword: factor * known[keyword][0]})
    assert changed.values[parameter] == pytest.approx(factor * usual.values[parameter])


@pytest.mark.parametrize(
    ("keyword", "name", "value"),
    [
        ("tumour_burden", "burden", 3e9),
        ("antigen_negative_fraction", "negative", 0.25),
        ("neutrophils", "ANC_0", 1234.0),
        ("platelets", "PLT_0", 1e5),
        ("haemoglobin", "HB_0", 9.0),
        ("ferritin", "FER_0", 1500.0),
        ("crp", "CRP_0", 7.0),
        ("antigen_density", "antigen_density", 500.0),
        ("affinity", "affinity", 0.1),
    ],
)
def test_a_number_arrives_in_the_model(keyword: str, name: str, value: float) -> None:
    assert patient("lymphoma", **{keyword: value}).values[name] == value


def test_the_culture_begins_with_what_was_collected() -> None:
    run = cs.simulate(patient("lymphoma", collected=1e9), until=0, at=[-30, 0])
    assert run["culture"][0] == pytest.approx(1e9)


def test_the_tumour_doubles_in_the_doubling_time_while_it_is_small() -> None:
    run = cs.simulate(patient("b_all", doubling_time=7, tumour_burden=1e6), until=0, at=[-40, -33])
    assert run["tumour"][1] / run["tumour"][0] == pytest.approx(2.0, rel=1e-3)


def test_weak_kidneys_keep_fludarabine_longer() -> None:
    left = [
        cs.simulate(patient("b_all", egfr=egfr), until=0, at=[0])["FLU"][-1] for egfr in (30, 60, 100, 150)
    ]
    assert left == sorted(left, reverse=True)
    assert left[0] > left[-1]


# ------------------------------------------------------------------ help


@each_disease
def test_the_help_shows_every_keyword_with_its_usual_value(disease: str) -> None:
    known = DISEASES[disease]
    shown = inspect.signature(getattr(cs.patients, disease)).parameters
    assert list(shown) == [name for name in Keywords.__annotations__ if known.solid or name not in SOLID_ONLY]
    assert shown["product"].default == known.product
    said: Mapping[str, Any] = {
        name: parameter.default for name, parameter in shown.items() if parameter.default is not ...
    }
    usual, same = patient(disease), patient(disease, **said)
    assert same.start == usual.start
    assert same.events == usual.events
    assert same.values == pytest.approx(usual.values)


@each_disease
def test_the_help_says_what_is_typical_and_where_it_comes_from(disease: str) -> None:
    known, page = DISEASES[disease], " ".join((getattr(cs.patients, disease).__doc__ or "").split())
    for name, product in known.products.items():
        assert f"product={name!r}" in page
        for keyword, (value, source) in product.usual.items():
            assert f"{keyword}={value:.4g} {KEYWORDS[keyword].unit} ({source})" in page
    assert f"lymphodepletion={known.regimen!r} ({REGIMENS[known.regimen].source})" in page
    assert "not for clinical use" in page


def test_every_keyword_is_a_number_with_a_range_or_a_choice() -> None:
    choices = {"product", "split", "lymphodepletion", "dual_target", "bridging"}
    assert set(Keywords.__annotations__) == set(KEYWORDS) | choices
    for name, keyword in KEYWORDS.items():
        assert keyword.low < keyword.high, name
        assert keyword.meaning


def test_the_presets_offer_the_grid() -> None:
    assert len(cs.patients.grid("lymphoma", dose=[1e7, 1e8])) == 2
