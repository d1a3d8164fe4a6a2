"""Therapies: which way each moves a patient, and when rules act."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from cartsim.language.events import Event
from cartsim.language.join import join
from cartsim.language.model import Model
from cartsim.language.targets import target_species
from cartsim.patient import presets, therapies
from cartsim.patient.safety_switch import switch
from cartsim.solving.cohort import cohort
from cartsim.solving.people import Cohort
from cartsim.solving.simulate import simulate
from cartsim.solving.trajectory import Trajectory

EIGHT_HOURS = 1.0 / 3.0


@cache
def patient(disease: str = "lymphoma") -> Model:
    return presets.patient(disease)


@cache
def treated(*events: Event, disease: str = "lymphoma", until: float = 40.0) -> Trajectory:
    return simulate(patient(disease).with_events(events), until=until)


def at(run: Trajectory, name: str, day: float) -> float:
    return float(np.interp(day, run.t, run[name]))


def days(run: Trajectory, holds: Any) -> float:
    return float(np.trapezoid(np.asarray(holds, dtype=float), run.t))


def doses(run: Trajectory, role: str) -> list[float]:
    species = target_species(run.model, role)
    return [
        happened.time for happened in run.occurrences if happened.kind == "dose" and happened.name == species
    ]


# ------------------------------------------------------------------ which way a patient moves


@pytest.mark.parametrize("disease", ["b_all", "lymphoma"])
def test_tocilizumab_cools_within_a_day_raises_serum_il6_and_leaves_the_expansion(disease: str) -> None:
    plain = treated(disease=disease)
    day = float(plain.t[np.argmax(plain["temperature"])])
    given = treated(*therapies.tocilizumab(day=day), disease=disease)
    assert at(given, "temperature", day + 1) < at(plain, "temperature", day + 1) - 0.5
    assert at(given, "il6", day + 1) > 1.5 * at(plain, "il6", day + 1)
    assert at(given, "blood_pressure", day + 1) > at(plain, "blood_pressure", day + 1)
    assert given["car_t"].max() == pytest.approx(plain["car_t"].max(), rel=1e-3)


def test_a_short_course_of_steroid_eases_icans_and_costs_little_expansion() -> None:
    plain = treated()
    day = float(plain.t[np.argmax(plain["car_t"])])
    short = treated(*therapies.corticosteroid(day=day))
    assert at(short, "neuro", day + 2) < at(plain, "neuro", day + 2) - 0.05
    assert short["car_t"].max() > 0.9 * plain["car_t"].max()


@pytest.mark.parametrize("disease", ["b_all", "lymphoma"])
def test_steroids_too_early_and_too_long_cost_most_of_the_expansion(disease: str) -> None:
    long = therapies.corticosteroid(day=2, days=14, dose="high")
    assert treated(*long, disease=disease)["car_t"].max() < 0.5 * treated(disease=disease)["car_t"].max()


def test_anakinra_lowers_the_fever() -> None:
    plain = treated()
    day = float(plain.t[np.argmax(plain["temperature"])])
    given = treated(*therapies.anakinra(day=day, dose=400, every=0.25, days=1))
    assert at(given, "temperature", day + 0.5) < at(plain, "temperature", day + 0.5)


@pytest.mark.parametrize("when", [dict(day=5), dict(when="neutrophils < 500")], ids=["day", "rule"])
def test_g_csf_shortens_severe_neutropenia(when: Any) -> None:
    plain, given = treated(), treated(*therapies.g_csf(**when))
    assert days(given, given["neutrophils"] < 500) < 0.8 * days(plain, plain["neutrophils"] < 500)


def test_g_csf_is_given_each_day_from_its_day_on_until_the_neutrophils_are_back() -> None:
    given = treated(*therapies.g_csf(day=5, days=60, until=5000))
    when = doses(given, "g_csf")
    assert when[0] == pytest.approx(5.0, abs=1e-6)
    assert min(np.diff(when)) > 1.0 - 1e-6
    assert len(when) < 35
    for day in when:
        assert at(given, "neutrophils", day) < 5001


def test_immunoglobulin_is_given_when_it_is_low_and_lifts_it_by_the_dose() -> None:
    plain = treated(until=120)
    limit = 1.1 * float(plain["immunoglobulin"].min())
    given = treated(*therapies.immunoglobulin(when=f"immunoglobulin < {limit!r}", doses=1), until=120)
    (day,) = doses(given, "immunoglobulin")
    before, after = at(given, "immunoglobulin", day - 0.01), at(given, "immunoglobulin", day + 0.01)
    assert before == pytest.approx(limit, rel=1e-3)
    assert after - before == pytest.approx(0.4 * 1000 / (44 / 70), rel=0.01)


def test_bridging_leaves_less_tumour_on_the_day_of_infusion() -> None:
    bridged = treated(*therapies.bridging_chemotherapy(day=-15))
    assert at(bridged, "tumour", 0) < 0.5 * at(treated(), "tumour", 0)


def test_chemotherapy_gives_relief_that_does_not_last_and_healthy_cells_pay() -> None:
    alone = presets.b_all().without_events().with_events(therapies.chemotherapy(day=0))
    run = simulate(alone, until=400)
    before, nadir = at(run, "tumour", -0.01), int(np.argmin(run["tumour"]))
    assert run["tumour"][nadir] < 0.1 * before
    assert run.t[nadir] == pytest.approx(5 * 21, abs=15)
    assert run["tumour"][-1] > before
    for healthy in ("neutrophils", "b_cells", "t_cells", "platelets"):
        assert at(run, healthy, 10) < 0.9 * at(run, healthy, -0.01)


def test_radiation_kills_tumour_by_the_dose_and_spares_the_blood() -> None:
    alone = patient("glioblastoma").without_events()
    run = simulate(alone.with_events(therapies.radiation(day=0)), until=45)
    plain = simulate(alone, until=45)
    killed = np.log(at(plain, "tumour", 42) / at(run, "tumour", 42))
    assert killed == pytest.approx(alone.values["a_RAD"] * 60, rel=0.15)
    assert at(run, "neutrophils", 42) == pytest.approx(at(plain, "neutrophils", 42), rel=1e-6)


def test_a_second_infusion_brings_car_t_cells_back_and_conditioning_helps_it() -> None:
    failed = presets.lymphoma(dose=1e6, lymphodepletion=False)
    peaks = [
        float(run["car_t"][run.t > 64].max())
        for run in (
            simulate(failed.with_events(*more), until=90)
            for more in (
                (),
                therapies.second_infusion(1e8, day=60),
                therapies.second_infusion(1e8, day=60, regimen="flu30x3-cy300x3"),
            )
        )
    ]
    assert 2.0 * peaks[0] < peaks[1]
    assert 2.0 * peaks[1] < peaks[2]


def test_cells_given_again_arrive_in_the_tumour_that_was_asked_for() -> None:
    for antigen in ("positive", "negative"):
        role = f"antigen_{antigen}_tumour"
        run = treated(*therapies.rechallenge(1e11, day=30, antigen=antigen))
        assert at(run, role, 30.01) - at(run, role, 29.99) == pytest.approx(1e11, rel=0.05)


def test_ablation_leaves_no_car_t_cell_and_b_cells_come_back() -> None:
    switchable = join("patient with switch", patient("b_all"), switch())
    kept = simulate(switchable, until=200)
    lost = simulate(switchable.with_events(therapies.ablation(day=60)), until=200)
    assert at(lost, "car_t", 59) > 1e6
    assert at(lost, "car_t", 62) < 1.0
    assert at(lost, "b_cells", 200) > 2.0 * at(kept, "b_cells", 200)
    plain = treated(disease="b_all", until=200)
    assert kept["car_t"].max() == pytest.approx(plain["car_t"].max(), rel=1e-3)


def test_ablation_reaches_the_cells_inside_a_solid_tumour() -> None:
    switchable = join("patient with switch", patient("glioblastoma"), switch(solid=True))
    run = simulate(switchable.with_events(therapies.ablation(day=20)), until=30)
    assert at(run, "C_S", 19) > 1.0
    assert at(run, "car_t", 22) < 1.0


# ------------------------------------------------------------------ rules


def test_the_rule_of_tocilizumab_gives_at_most_four_doses_eight_hours_apart_while_the_grade_lasts() -> None:
    rule = therapies.tocilizumab(when="temperature >= 38")
    stormy = presets.lymphoma(cytokine_response=30)
    when = doses(simulate(stormy.with_events(rule), until=40), "tocilizumab")
    assert 2 <= len(when) <= 4
    assert min(np.diff(when)) > EIGHT_HOURS - 1e-6
    assert len(doses(treated(*therapies.tocilizumab(when="temperature >= 38", doses=1)), "tocilizumab")) == 1


def test_a_rule_and_a_day_can_be_combined_and_a_delay_postpones_the_second() -> None:
    run = treated(
        *therapies.tocilizumab(when="crs_grade >= 1", doses=1),
        *therapies.corticosteroid(when="crs_grade >= 1", delay=0.5),
    )
    (first,) = doses(run, "tocilizumab")
    assert doses(run, "corticosteroid") == pytest.approx([first + 0.5, first + 1.0])


def _ruled_cohort(n: int) -> Cohort:
    """Patients of whom about half reach the peak of interleukin 6 of the typical one."""
    peak = float(treated(disease="b_all", until=30.0)["il6"].max())
    rule = therapies.tocilizumab(when=f"il6 >= {peak!r}", weight=40)
    return cohort(patient("b_all").with_events(rule), n=n, spread={"g_IL6": 1.0, "p_E": 0.2}, seed=1)


def test_a_rule_is_for_each_patient_of_a_cohort() -> None:
    runs = simulate(_ruled_cohort(8), until=20)
    given = [len(doses(runs[label], "tocilizumab")) for label in runs]
    assert min(given) == 0
    assert 1 <= max(given) <= 4


@pytest.mark.slow
def test_a_rule_acts_in_a_batch_when_it_acts_in_single_runs() -> None:
    people = _ruled_cohort(30)
    runs, alone = (simulate(people, until=30, method=method) for method in ("batch", "auto"))
    given = [doses(runs[label], "tocilizumab") for label in people]
    assert 5 < sum(map(bool, given)) < 25
    for label, when in zip(people, given, strict=True):
        assert doses(alone[label], "tocilizumab") == pytest.approx(when, abs=0.01)
