"""Therapies: the events that they give, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from cartsim import models
from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.language.events import Dose, Event, When
from cartsim.language.join import join
from cartsim.language.model import Model
from cartsim.language.targets import target_species
from cartsim.patient import presets, therapies
from cartsim.patient.regimens import REGIMENS
from cartsim.patient.safety_switch import switch
from cartsim.solving.simulate import simulate

EXAMPLES: dict[str, tuple[Event, ...]] = {
    "ablation": therapies.ablation(day=60),
    "anakinra": therapies.anakinra(day=5),
    "bridging_chemotherapy": therapies.bridging_chemotherapy(day=-20),
    "chemotherapy": therapies.chemotherapy(day=5),
    "corticosteroid": therapies.corticosteroid(day=5, dose="high", taper=3),
    "g_csf": therapies.g_csf(day=5),
    "immunoglobulin": therapies.immunoglobulin(day=60),
    "infusion": therapies.infusion(1e8),
    "lymphodepletion": therapies.lymphodepletion(),
    "radiation": therapies.radiation(day=5),
    "rechallenge": therapies.rechallenge(1e6, day=100),
    "second_infusion": therapies.second_infusion(1e8, day=60, regimen="flu30x3-cy300x3"),
    "tocilizumab": therapies.tocilizumab(when="crs_grade >= 2"),
}


@cache
def patient(disease: str = "lymphoma") -> Model:
    return presets.patient(disease)


# ------------------------------------------------------------------ the events


def test_every_therapy_is_a_tuple_of_events_and_its_docstring_says_what_is_assumed() -> None:
    assert set(EXAMPLES) == set(therapies.__all__)
    for name, events in EXAMPLES.items():
        assert events
        assert isinstance(events, tuple)
        assert all(isinstance(event, Dose | When) for event in events)
        doc = getattr(therapies, name).__doc__
        for heading in ("Parameters", "Returns", "Raises", "Notes", "Examples"):
            assert f"{heading}\n    ---" in doc, (name, heading)


@pytest.mark.parametrize("disease", ["b_all", "lymphoma", "myeloma", "glioblastoma", "neuroblastoma"])
def test_every_therapy_can_be_given_to_every_patient_as_it_comes(disease: str) -> None:
    whole = join("whole", patient(disease), switch(solid=disease in ("glioblastoma", "neuroblastoma")))
    for events in EXAMPLES.values():
        assert whole.with_events(events).events[len(whole.events) :] == events


def test_with_events_takes_therapies_and_events_mixed_and_a_rule_takes_a_therapy() -> None:
    single, several = therapies.tocilizumab(day=5), therapies.corticosteroid(day=5)
    model = patient().without_events().with_events(single, Dose(1.0, into="TOCI", at=6), several)
    assert model.events == (*single, Dose(1.0, into="TOCI", at=6), *several)
    course: Any = therapies.corticosteroid(day=0, dose="high")
    rule = When("crs_grade >= 3", then=course, at_most=2)
    assert len(rule.actions) == 12


@pytest.mark.parametrize(
    ("weight", "milligrams"), [(10, 120), (29.9, 358.8), (30, 240), (70, 560), (100, 800), (250, 800)]
)
def test_tocilizumab_goes_by_weight_as_its_label_says(weight: float, milligrams: float) -> None:
    (dose,) = therapies.tocilizumab(day=5, weight=weight)
    assert isinstance(dose, Dose)
    assert dose.amount == pytest.approx(milligrams)


def _plan(events: tuple[Event, ...]) -> list[tuple[float, float]]:
    return [(event.at, event.amount) for event in events if isinstance(event, Dose)]


def test_courses_of_steroids_are_those_of_the_guideline() -> None:
    assert _plan(therapies.corticosteroid(day=4)) == [(4.0, 10.0), (4.5, 10.0)]
    high = _plan(therapies.corticosteroid(day=4, dose="high"))
    assert (len(high), high[0], high[-1]) == (12, (4.0, 10.0), (6.75, 10.0))
    pulse = _plan(therapies.corticosteroid(day=4, dose="pulse"))
    assert [mg / 0.1875 for _, mg in pulse] == pytest.approx([500] * 6 + [250] * 4 + [125] * 4)
    equal = therapies.corticosteroid(day=4, dose=80, drug="methylprednisolone")
    assert _plan(equal) == [(4.0, 15.0), (4.5, 15.0)]


def test_a_taper_falls_in_equal_steps_after_the_course_and_a_second_course_follows_it() -> None:
    tapered = _plan(therapies.corticosteroid(day=0, days=1, taper=2))
    assert [day for day, _ in tapered] == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]
    assert [mg for _, mg in tapered] == pytest.approx([10, 10, 8, 6, 4, 2])
    again = _plan(therapies.corticosteroid(day=0, days=1, taper=2, courses=2))
    assert [day for day, _ in again[6:]] == pytest.approx([day + 3 for day, _ in tapered])


def test_a_patient_conditioned_by_the_therapy_is_one_conditioned_by_the_keyword() -> None:
    for regimen in REGIMENS:
        keyword = presets.b_all(lymphodepletion=regimen)
        by_hand = presets.b_all(lymphodepletion=False).with_events(therapies.lymphodepletion(regimen))
        assert _given(by_hand) == _given(keyword)


def test_an_infusion_by_the_therapy_is_the_split_of_the_keyword() -> None:
    keyword = presets.b_all(split=(0.1, 0.3, 0.6), dose=2e8)
    assert _plan(therapies.infusion(2e8, split=(0.1, 0.3, 0.6))) == [
        (at, amount) for species, at, amount in _given(keyword) if species == "C_I"
    ]


def _given(model: Model) -> list[tuple[str, float, float]]:
    return sorted(
        (target_species(model, event.into), event.at, event.amount)
        for event in model.events
        if isinstance(event, Dose)
    )


def test_fractions_of_radiation_leave_out_the_weekend_and_add_up() -> None:
    plan = _plan(therapies.radiation(day=1))
    assert sum(gray for _, gray in plan) == 60.0
    assert {(day - 1) % 7 for day, _ in plan} == {0, 1, 2, 3, 4}
    assert plan[-1][0] == 1 + 5 * 7 + 4


def test_a_published_model_takes_the_therapies_whose_roles_it_has() -> None:
    mouse = models.barros_2021
    given = mouse.with_events(
        therapies.infusion(2e6, day=42), therapies.rechallenge(1e6, day=150, antigen="any")
    )
    run = simulate(given, until=200)
    assert [event.name for event in run.occurrences if event.kind == "dose"] == ["C_T", "T"]


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda t: t.tocilizumab(),
            r"tocilizumab is given either on a day or by a rule, and neither is said",
        ),
        (lambda t: t.tocilizumab(day=5, when="crs_grade >= 2"), "by a rule, not both; write tocilizumab"),
        (lambda t: t.g_csf(), "g_csf is given either on a day or by a rule"),
        (lambda t: t.tocilizumab(day=5, delay=1), r"delay= .* on a day, say the later one: day=6"),
        (lambda t: t.tocilizumab(day=float("nan")), "day= of tocilizumab is nan; it must be a finite number"),
        (lambda t: t.tocilizumab(day="5"), "day= of tocilizumab must be a number, not '5'"),
        (lambda t: t.tocilizumab(day=5, weight=2), "weight=2 is beyond .* from 3 to 250 kg"),
        (lambda t: t.tocilizumab(day=5, doses=5), "doses= must be a whole number from 1 to 4, not 5"),
        (lambda t: t.tocilizumab(when="crs_grade"), "is not a condition; write a comparison"),
        (lambda t: t.tocilizumab(when=2), "when= of tocilizumab must be a text, not 2"),
        (
            lambda t: t.corticosteroid(day=5, dose="hihg"),
            "dose='hihg' is not a course .* did you mean 'high'",
        ),
        (
            lambda t: t.corticosteroid(day=5, dose=-10),
            "dose=-10 is beyond what can be given: above 0 to 2000",
        ),
        (lambda t: t.corticosteroid(day=5, dose="pulse", days=3), "has its own days and intervals"),
        (lambda t: t.corticosteroid(day=5, dose="low", drug="methylprednisolone"), "is a course of dexameth"),
        (lambda t: t.corticosteroid(day=5, drug="dexametasone"), "did you mean 'dexamethasone'"),
        (lambda t: t.corticosteroid(day=5, days=100, every=0.05), "2000 doses, more than the 400"),
        (lambda t: t.corticosteroid(day=5, taper=-1), "taper=-1 is beyond"),
        (lambda t: t.anakinra(day=5, days=0), "days=0 is beyond what can be given: above 0 to 60 days"),
        (lambda t: t.g_csf(day=5, days=1.5), "days= must be a whole number from 1 to 60, not 1.5"),
        (
            lambda t: t.immunoglobulin(day=5, dose=400),
            "dose=400 is beyond what can be given: above 0 to 2 g/kg",
        ),
        (lambda t: t.infusion(1e8, split=(0.5, 0.6)), "that add up to 1"),
        (lambda t: t.infusion(1e8, split=0.5), "split= is a sequence of shares"),
        (lambda t: t.infusion(10), "dose=10 is beyond .* from 10000 to 1e"),
        (lambda t: t.second_infusion(1e8, day=0), "must be above 0, the day of the first"),
        (lambda t: t.lymphodepletion("flu30x3-cy50x3"), "is not known; did you mean 'flu30x3-cy500x3'"),
        (lambda t: t.bridging_chemotherapy(day=3), r"must be below 0: .* use chemotherapy\(day="),
        (lambda t: t.chemotherapy(day=0, cycles=0), "cycles= must be a whole number from 1 to 20, not 0"),
        (lambda t: t.radiation(day=0, gray=60), "gray=60 is beyond what can be given: above 0 to 30 Gy"),
        (lambda t: t.rechallenge(1e6, day=5, antigen="positiv"), "did you mean 'positive'"),
        (lambda t: t.ablation(day=None), "day= of ablation must be a number, not None"),
    ],
)
def test_an_argument_that_makes_no_sense_is_refused_in_a_sentence(
    make: Callable[[Any], object], sentence: str
) -> None:
    with pytest.raises(ModelError, match=sentence):
        make(therapies)


def test_a_misspelt_therapy_is_answered_with_the_nearest() -> None:
    with pytest.raises(AttributeError, match="no therapy 'tocilizumb'; did you mean 'tocilizumab'"):
        getattr(therapies, "tocilizumb")  # noqa: B009


def test_a_model_without_the_role_refuses_the_therapy_and_says_what_and_where() -> None:
    mouse = models.barros_2021
    with pytest.raises(
        UnknownNameError,
        match=r"a dose goes into the role 'tocilizumab' \(.*\), which 'barros_2021' does not have; "
        r"take a model that has it, .*cs\.patients, or a dose into one of its own species: C_T, C_M, T",
    ):
        mouse.with_events(therapies.tocilizumab(day=5))
    with pytest.raises(
        UnknownNameError,
        match=r"rule 'crs_grade >= 2' .* role 'crs_grade' \(.*\), which 'barros_2021' does not have",
    ):
        mouse.with_events(therapies.tocilizumab(when="crs_grade >= 2"))


def test_a_misspelt_role_is_answered_with_the_nearest_role_or_species() -> None:
    with pytest.raises(UnknownNameError, match=r"'tocilizumb', which is not a species .* mean 'tocilizumab'"):
        patient().with_events(Dose(1.0, into="tocilizumb"))
    with pytest.raises(UnknownNameError, match=r"uses 'crs_grad', .* did you mean 'crs_grade'"):
        patient().with_events(therapies.tocilizumab(when="crs_grad >= 2"))


def test_a_dose_into_a_role_of_several_species_is_refused_with_these_as_choices() -> None:
    with pytest.raises(UnknownNameError, match=r"not one species; choose one of T_pos, T_neg$"):
        patient().with_events(therapies.rechallenge(1e6, day=5, antigen="any"))
