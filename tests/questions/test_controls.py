"""What a slider may move: everything that is free, within sensible ends, and nothing else moves with it."""

from __future__ import annotations

from itertools import pairwise

import pytest

import cartsim as cs
from cartsim.questions.control import Control
from cartsim.questions.controls import controls, horizon, moved, opening, presets, shown

MODELS = {
    "patient": cs.patients.b_all(),
    "solid": cs.patients.glioblastoma(),
    "with rules": cs.patients.lymphoma().with_events(cs.therapies.tocilizumab(when="crs_grade >= 2")),
    "steroid": cs.models.stein_2019.variant("steroid"),
    "doses": cs.models.barros_2021.variant("fig4d"),
    "exhaustion": cs.models.sahoo_2020.variant("T9"),
    "own": cs.Model(
        "own", species={"T": 1}, parameters={"dose": 2}, processes={"p": cs.Process("-> T", "dose*T")}
    ),
}
each = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())


@each
def test_each_control_stands_within_its_ends_and_has_its_own_name(model: cs.Model) -> None:
    found = controls(model)
    assert found
    assert len({control.name for control in found}) == len(found)
    for control in found:
        assert control.low < control.high, control
        assert control.low <= control.value <= control.high, control
        assert not control.log or control.low > 0, control
        assert control.label, control
        assert control.group, control


@each
def test_a_control_where_it_stands_changes_nothing(model: cs.Model) -> None:
    for control in controls(model):
        same = moved(model, {control.name: control.value})
        assert same.values == model.values, control
        assert same.species == model.species, control
        assert len(same.events) == len(model.events), control
        for before, after in zip(model.events, same.events, strict=True):
            assert before == after, control


@each
def test_every_control_moves_something(model: cs.Model) -> None:
    for control in controls(model):
        end = control.low if control.value != control.low else control.high
        other = moved(model, {control.name: end})
        changed = (other.values, other.species, other.events) != (model.values, model.species, model.events)
        assert changed, control


@each
def test_controls_of_a_group_stand_together(model: cs.Model) -> None:
    headings = [control.group for control in controls(model)]
    changes = sum(a != b for a, b in pairwise(headings))
    assert changes + 1 == len(set(headings))


def test_treatment_and_patient_come_first() -> None:
    headings = list(dict.fromkeys(control.group for control in controls(MODELS["patient"])))
    assert headings[:3] == ["treatment", "the patient and the tumour", "the product"]


def test_the_dose_of_a_patient_is_taken_out_of_the_bag_too() -> None:
    patient = MODELS["patient"]
    doubled = moved(patient, {"dose": 2 * patient.events[-1].amount})
    assert doubled.events == cs.patients.b_all(dose=2 * patient.events[-1].amount).events


def test_no_more_can_be_given_than_the_bag_holds() -> None:
    (dose,) = (control for control in controls(MODELS["patient"]) if control.name == "dose")
    cs.patients.b_all(dose=0.999 * dose.high)
    with pytest.raises(cs.ModelError, match="more than the bag holds"):
        cs.patients.b_all(dose=1.001 * dose.high)


def test_several_doses_keep_their_proportions_and_distances() -> None:
    mouse = moved(MODELS["doses"], {"dose": 1e6, "dose_day": 50})
    assert [(event.amount, event.at) for event in mouse.events] == [(1e6, day) for day in (50, 57, 64, 71)]


def test_without_lymphodepletion_the_drugs_are_given_in_no_amount() -> None:
    bare = moved(MODELS["patient"], {"lymphodepletion": 0})
    given = {e.into: e.amount for e in bare.events if isinstance(e, cs.Dose)}
    assert given["fludarabine"] == given["cyclophosphamide"] == 0
    assert given["C_I"] > 0


def test_a_rule_can_be_switched_off() -> None:
    model = MODELS["with rules"]
    (switch,) = (control for control in controls(model) if control.kind == "switch")
    assert "crs_grade >= 2" in switch.label
    assert moved(model, {switch.name: 0, "dose": 1e8}).events[-1] == cs.Dose(1e8, into="C_I", at=0)


def test_a_name_that_the_model_uses_itself_is_not_taken_by_a_dose() -> None:
    given = MODELS["own"].with_events(cs.Dose(1, into="T", at=0))
    names = [control.name for control in controls(given)]
    assert names == ["dose_T", "dose_T_day", "T", "dose"]


def test_a_misspelt_control_is_answered_with_the_right_one() -> None:
    with pytest.raises(cs.UnknownNameError, match="did you mean 'burden'"):
        moved(MODELS["patient"], {"burdn": 1e9})
    with pytest.raises(cs.ModelError, match="cannot be negative"):
        moved(MODELS["patient"], {"dose": -1})
    with pytest.raises(cs.ModelError, match="mapping"):
        moved(MODELS["patient"], 3)  # type: ignore[arg-type]


def test_a_slider_goes_from_end_to_end_and_back() -> None:
    for log in (False, True):
        control = Control("a", "a", "", "g", 2.0, 8.0, 4.0, log, "parameter")
        assert [control.at(x) for x in (0, 1)] == [2, 8]
        assert control.at(control.fraction(5.0)) == pytest.approx(5)
        assert control.at(0.5) == pytest.approx(4 if log else 5)
        assert control.fraction(100) == 1


def test_presets_share_the_species_and_begin_with_the_model_itself() -> None:
    for model in MODELS.values():
        offered = presets(model)
        assert next(iter(offered.values())) is model
        assert all(other.species.keys() == model.species.keys() for other in offered.values())
    assert "large B-cell lymphoma, CD28" in presets(MODELS["patient"])
    assert "neuroblastoma, CD28" in presets(MODELS["solid"])
    assert len(presets(cs.models.barros_2021)) == 1 + len(cs.models.barros_2021.variants)


def test_a_picture_reaches_beyond_the_last_event_and_shows_what_there_is() -> None:
    later = MODELS["own"].with_events(cs.Dose(1, into="T", at=1000))
    assert 1000 < horizon(later) <= 1150
    assert shown(MODELS["own"]) == ("T",)


def test_a_picture_ends_once_its_curves_show_how_they_go_on() -> None:
    def growing(ceiling: float) -> cs.Model:
        growth = cs.Process("-> T", "0.2*T*(1 - T/K)")
        return cs.Model("m", species={"T": 1}, parameters={"K": ceiling}, processes={"growth": growth})

    assert horizon(growing(1e60)) == 30  # exponential growth goes on as it begins
    assert horizon(growing(1e4)) == 120  # ln(1e4)/0.2 is day 46: the ceiling is in the picture
    assert horizon(growing(1e13)) == 365  # day 150
    mouse = presets(cs.models.barros_2021)["HDLM-2, 2e6 CAR-T cells at once"]
    assert horizon(mouse) == 365  # a tenth of the dose is followed by a relapse in autumn
    assert horizon(MODELS["patient"]) == 365


def test_a_model_that_cannot_be_run_to_the_end_has_a_picture_all_the_same() -> None:
    bursts = cs.Process("-> T", "T**2")
    assert horizon(cs.Model("m", species={"T": 1.0}, processes={"bursts": bursts})) == 365


def test_an_explorer_opens_with_cells_that_do_something() -> None:
    mouse = presets(cs.models.barros_2021)
    assert opening(mouse) == list(mouse)[1]
    assert opening(presets(cs.models.kimmel_2021)) == "as given"
    assert opening(presets(cs.models.stein_2019)) == "as given"
    assert opening({"bare": MODELS["own"]}) == "bare"
