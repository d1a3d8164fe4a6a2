"""Presets: the sentence for every question that is wrong, and what is taken beside it."""

from __future__ import annotations

import inspect
import math
import re
from typing import Any

import numpy as np
import pytest

import cartsim as cs
from cartsim.patient.diseases import DISEASES
from cartsim.patient.keywords import KEYWORDS, SOLID_ONLY
from cartsim.patient.presets import patient


def refused(disease: str = "b_all", /, **keywords: Any) -> str:
    """The sentence with which a patient is refused."""
    with pytest.raises(cs.ModelError) as caught:
        patient(disease, **keywords)
    return str(caught.value)


def doses(model: cs.Model, into: str) -> list[tuple[float, float]]:
    return [
        (event.at, event.amount)
        for event in model.events
        if isinstance(event, cs.Dose) and event.into == into
    ]


# ------------------------------------------------------------------ numbers beyond their range


@pytest.mark.parametrize("name", [name for name in KEYWORDS if name not in SOLID_ONLY])
def test_a_number_beyond_its_range_is_refused_with_both_ends_and_the_unit(name: str) -> None:
    known = KEYWORDS[name]
    for value in (known.low - 1.0, known.high * 1.01 + 0.01):
        said = refused(**{name: value})
        for part in (f"{name}={value:g}", known.meaning, f"{known.low:g}", f"{known.high:g}", known.unit):
            assert part in said


@pytest.mark.parametrize("name", SOLID_ONLY)
def test_access_and_suppression_are_shares_of_a_solid_tumour(name: str) -> None:
    assert f"{name}=1.5" in refused("glioblastoma", **{name: 1.5})
    assert "solid" in refused("b_all", **{name: 0.5})
    assert name in inspect.signature(cs.patients.neuroblastoma).parameters
    assert name not in inspect.signature(cs.patients.b_all).parameters


NO_NUMBERS = [math.nan, math.inf, -math.inf, True, np.False_, "1e8", None, [1e8], {}, 1j, 10**400, "", b"5"]


@pytest.mark.parametrize("value", NO_NUMBERS, ids=lambda value: repr(value)[:8])
@pytest.mark.parametrize("name", ["dose", "vein_to_vein", "weight", "fitness", "antigen_negative_fraction"])
def test_what_is_no_finite_number_is_refused_by_the_name_of_the_keyword(name: str, value: Any) -> None:
    said = refused(**{name: value})
    assert said.startswith(f"{name}= ")
    assert "number" in said
    assert len(said) < 200


@pytest.mark.parametrize("value", [1e8, 100_000_000, np.float64(1e8), np.int64(10**8), np.array(1e8)])
def test_every_kind_of_number_is_taken(value: Any) -> None:
    assert doses(patient("b_all", dose=value), "C_I") == [(0.0, 1e8)]


def test_dose_0_is_refused_and_the_sentence_says_how_to_have_none() -> None:
    assert ".without_events()" in refused(dose=0)
    assert ".without_events()" not in refused(dose=-1)
    run = cs.simulate(patient("b_all").without_events(), until=5, at=[5])
    assert run["car_t"][-1] == 0.0


# ------------------------------------------------------------------ manufacturing


def test_a_dose_beyond_the_bag_is_a_failed_batch() -> None:
    said = refused(dose=9e9)
    assert "9e+09" in said
    assert "bag" in said
    for way_out in ("dose=", "culture_days=", "collected=", "transduction="):
        assert way_out in said
    assert patient("b_all", dose=9e9, transduction=0.6).name == "b_all/4-1BB"
    assert "bag" in refused(dose=3e9, transduction=0.05)


@pytest.mark.parametrize("keywords", [dict(vein_to_vein=12), dict(culture_days=14, vein_to_vein=16)])
def test_infusion_before_harvest_is_refused_and_the_days_needed_are_said(keywords: dict[str, float]) -> None:
    said = refused(**keywords)
    assert f"vein_to_vein={keywords['vein_to_vein']:g}" in said
    needed = float(re.search(r"need ([\d.]+) days", said).group(1))  # type: ignore[union-attr]
    enough = {**keywords, "vein_to_vein": needed + 0.05}
    assert patient("b_all", **enough).start == -needed - 0.05


def test_the_run_begins_on_the_day_of_leukapheresis() -> None:
    assert patient("b_all", vein_to_vein=30).start == -30.0
    assert patient("b_all").start == -DISEASES["b_all"].products["4-1BB"].usual["vein_to_vein"][0]


# ------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("disease", "keywords", "offered"),
    [
        ("b_al", {}, "b_all"),
        ("lymphom", {}, "lymphoma"),
        ("b_all", dict(product="CD27"), "CD28"),
        ("b_all", dict(product="41BB"), "4-1BB"),
        ("myeloma", dict(product="4-1BB cilta"), "4-1BB cilta-like"),
        ("b_all", dict(doze=1e8), "dose"),
        ("b_all", dict(tumor_burden=1e9), "tumour_burden"),
        ("b_all", dict(lymphodepletion="flu30x4-cy500x3"), "flu30x4-cy500x2"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(
    disease: str, keywords: dict[str, Any], offered: str
) -> None:
    with pytest.raises(cs.UnknownNameError, match=f"did you mean '{re.escape(offered)}'"):
        patient(disease, **keywords)


@pytest.mark.parametrize("value", [None, 3, [], "", "x" * 10_000])
def test_a_product_that_is_nothing_like_any_is_answered_with_all_of_them(value: Any) -> None:
    said = refused("myeloma", product=value)
    for name in DISEASES["myeloma"].products:
        assert name in said
    assert len(said) < 250


def test_a_patient_that_there_is_not_is_answered_with_those_there_are() -> None:
    with pytest.raises(AttributeError, match="did you mean 'lymphoma'"):
        cs.patients.limphoma  # noqa: B018
    with pytest.raises(AttributeError, match="glioblastoma"):
        cs.patients.somebody_else  # noqa: B018


# ------------------------------------------------------------------ choices and contradictions


@pytest.mark.parametrize("value", [0, 1, None, 30, ["flu30x3-cy500x3"], math.nan])
def test_lymphodepletion_is_a_truth_or_a_regimen(value: Any) -> None:
    assert "True, False or a regimen" in refused(lymphodepletion=value)


def test_lymphodepletion_can_be_left_out_or_chosen() -> None:
    assert doses(patient("b_all", lymphodepletion=False), "fludarabine") == []
    usual = doses(patient("b_all", lymphodepletion=np.True_), "fludarabine")
    assert usual == doses(patient("b_all"), "fludarabine") != []
    other = patient("b_all", lymphodepletion="flu25x3-cy250x3")
    assert doses(other, "fludarabine") == [(day, 25.0) for day in (-5.0, -4.0, -3.0)]


@pytest.mark.parametrize("name", ["dual_target", "bridging"])
@pytest.mark.parametrize("value", [0, 1, "yes", None, 0.5])
def test_a_yes_or_no_is_true_or_false(name: str, value: Any) -> None:
    said = refused(**{name: value})
    assert f"{name}= is True or False" in said


def test_conditioning_cannot_begin_before_the_cells_are_collected() -> None:
    short = dict(vein_to_vein=5.5, culture_days=3)
    said = refused(**short)
    for part in ("vein_to_vein=5.5", "day -6", "lymphodepletion=False"):
        assert part in said
    assert patient("b_all", lymphodepletion=False, **short).start == -5.5
    assert patient("b_all", lymphodepletion="flu25x3-cy250x3", **short).start == -5.5


def test_bridging_must_come_before_conditioning() -> None:
    short = dict(vein_to_vein=11, culture_days=3)
    said = refused(bridging=True, **short)
    for part in ("bridging=True", "day -5.5", "day -6", "longer than 12 days"):
        assert part in said
    assert doses(patient("b_all", bridging=True, lymphodepletion=False, **short), "CHEMO") == [(-5.5, 1.0)]
    assert doses(patient("b_all", bridging=True, vein_to_vein=40), "CHEMO") == [(-20.0, 1.0)]
    assert doses(patient("b_all"), "CHEMO") == []


NO_SHARES = [
    0.5, "half", None, (), [], {0.5: 1.0}, (0.1, 0.2), (0.5, 0.6), (1.5, -0.5), (0.0, 1.0), ("a", "b"),
    (0.5, None), (math.nan, 1.0), (True,), [0.01] * 100, iter([0.5, 0.5]),
]  # fmt: skip


@pytest.mark.parametrize("split", NO_SHARES, ids=lambda split: repr(split)[:12])
def test_shares_that_are_none_or_do_not_add_up_to_1_are_refused(split: Any) -> None:
    said = refused(split=split)
    assert "split=" in said
    assert len(said) < 250


def test_shares_are_given_on_days_in_a_row_and_add_up_to_the_dose() -> None:
    for split in ((0.1, 0.3, 0.6), [0.1, 0.3, 0.6], np.array([0.1, 0.3, 0.6])):
        given = doses(patient("b_all", dose=2e8, split=split), "C_I")
        assert given == [(0.0, pytest.approx(2e7)), (1.0, pytest.approx(6e7)), (2.0, pytest.approx(1.2e8))]


def test_a_therapy_for_a_model_that_lacks_what_it_acts_on_is_a_sentence() -> None:
    mouse = cs.models.barros_2021
    with pytest.raises(cs.UnknownNameError, match=r"role 'tocilizumab'.*'barros_2021'.*cs\.patients"):
        mouse.with_events(cs.therapies.tocilizumab(day=5))
    with pytest.raises(cs.UnknownNameError, match=r"role 'il6'.*'barros_2021'.*cs\.patients"):
        mouse.with_events(cs.therapies.tocilizumab(when="il6 > 100"))
