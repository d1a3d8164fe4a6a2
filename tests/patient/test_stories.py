"""The sixteen stories that the patient tells: the direction of each, and a rough size; here 1 to 10.

Numbers of the model may change; directions do not. A test that fails here says that a lesson is wrong now.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

import cartsim as cs
from tests.patient.courses import PLAIN, at, first, read, run

give = cs.therapies


# ------------------------------------------------------------------ 1 to 6: from the bag to memory


def test_1_the_journey_is_one_time_axis_and_a_longer_one_leaves_more_tumour_on_day_0() -> None:
    course = run("b_all")
    start = course.model.start
    assert at(course, "culture", start + 0.5) > 1e9
    assert at(course, "cultured_car_t", start + 0.5) == 0.0
    assert at(course, "cultured_car_t", start + 5.0) > 1e7
    assert at(course, "bag", -1.0) > 1e9
    assert at(course, "car_t", -1.0) == 0.0
    assert course["car_t"].max() > 1e9
    waits = [20.0, 43.0, 60.0]
    burdens = [at(run("b_all", until=5.0, vein_to_vein=days), "tumour", -0.01) for days in waits]
    assert burdens == sorted(burdens)
    assert burdens[-1] > 5 * burdens[0]
    untreated = 2.0 ** ((60.0 - 20.0) / 10.0)
    assert burdens[-1] / burdens[0] < 1.1 * untreated


def test_2_expansion_contraction_and_persistence_have_rates_and_drivers() -> None:
    course = run("b_all", until=PLAIN)
    told = {phase.kind: phase for phase in cs.explain(course).phases}
    assert [*told][-3:] == ["expansion", "contraction", "persistence"]
    assert 3.0 < told["expansion"].stop < 20.0
    assert told["expansion"].rate < told["contraction"].rate < told["persistence"].rate
    assert told["persistence"].rate > 10.0 * told["contraction"].rate
    drivers = {kind: phase.driver.name for kind, phase in told.items() if phase.driver}
    assert drivers["expansion"] == "expansion"
    assert drivers["contraction"] == "effector_death"
    assert drivers["persistence"] == "memory_death"


def test_3_antigen_drives_expansion_and_with_it_crs() -> None:
    courses = [run("b_all", tumour_burden=burden) for burden in (1e8, 1e9, 8e10)]
    peaks = [course["car_t"].max() for course in courses]
    storms = [course["il6"].max() for course in courses]
    grades = [course["crs_grade"].max() for course in courses]
    assert peaks == sorted(peaks)
    assert peaks[-1] > 5.0 * peaks[0]
    assert storms == sorted(storms)
    assert storms[-1] > 10.0 * storms[0]
    assert grades == sorted(grades)
    assert grades[-1] > grades[0]
    faint = run("b_all", antigen_density=100.0)
    assert faint["car_t"].max() < 0.5 * run("b_all")["car_t"].max()


def test_4_a_hundredfold_dose_matters_little_and_burden_and_fitness_matter_more() -> None:
    def spread(courses: Iterable[cs.Trajectory]) -> float:
        peaks = [course["car_t"].max() for course in courses]
        return float(max(peaks) / min(peaks))

    doses = spread(run("b_all", dose=dose) for dose in (1e6, 1e7, 1e8))
    burdens = spread(run("b_all", tumour_burden=burden) for burden in (5e8, 5e9, 5e10))
    qualities = spread(run("b_all", fitness=quality) for quality in (0.5, 1.0, 1.2))
    assert doses < 2.0
    assert burdens > 2.0 * doses
    assert qualities > 1.4 * doses
    late = [
        first(course, course["car_t"] > 1e9) for course in (run("b_all", dose=1e6), run("b_all", dose=1e8))
    ]
    assert late[0] > late[1] + 2.0


@pytest.mark.parametrize("disease", ["b_all", "lymphoma"])
def test_5_without_lymphodepletion_the_peak_is_lower_and_the_outcome_worse(disease: str) -> None:
    usual, without = run(disease), run(disease, lymphodepletion=False)
    assert without["il15"].max() < 0.7 * usual["il15"].max()
    assert without["car_t"].max() < 0.3 * usual["car_t"].max()
    assert at(usual, "tumour", 28.0) < 0.1 * at(usual, "tumour", 0.0)
    assert at(without, "tumour", 28.0) > 10.0 * at(usual, "tumour", 28.0)


def test_6_cells_given_again_are_cleared_by_car_t_cells_that_persist_and_not_if_they_were_lost() -> None:
    again = give.rechallenge(1e6, day=90.0)
    none: dict[str, Any] = dict(antigen_negative_fraction=0.0, until=320.0)
    kept, lost = run("b_all", *again, **none), run("b_all", *give.ablation(day=60.0), *again, **none)
    assert at(kept, "tumour", 88.0) < 1.0
    assert at(lost, "tumour", 88.0) < 1.0
    assert at(kept, "tumour", 92.0) > 2e5
    assert at(kept, "tumour", 320.0) < 1.0
    assert at(lost, "car_t", 88.0) < 1.0
    assert at(lost, "tumour", 320.0) > 1e10


# ------------------------------------------------------------------ 7 to 12: what goes wrong, and what helps


def test_7_a_tumour_comes_back_with_antigen_if_car_t_cells_are_lost_and_without_it_if_they_are_blind() -> (
    None
):
    escape: dict[str, Any] = dict(antigen_negative_fraction=1e-6, until=450.0)
    lost = run("b_all", *give.ablation(day=10.0), until=250.0)
    forgotten = run("b_all", product="CD28", memory=0.0, fitness=0.8, tumour_burden=2e10, until=450.0)
    blind, both = run("b_all", **escape), run("b_all", dual_target=True, **escape)
    assert read(lost, "relapse_kind") == read(forgotten, "relapse_kind") == 1.0
    assert read(blind, "relapse_kind") == 2.0
    for course, cells in ((lost, 0.0), (forgotten, 0.0), (blind, 1e6)):
        back = read(course, "relapse_day")
        assert (at(course, "car_t", back) > 1e6) == (cells > 0.0)
        share = at(course, "antigen_negative_tumour", back) / at(course, "tumour", back)
        assert (share > 0.99) == (course is blind)
    assert "without the antigen" in str(cs.explain(blind))
    assert np.isnan(read(both, "relapse_day"))
    assert both["tumour"][-1] == 0.0


@pytest.mark.parametrize("disease", ["b_all", "lymphoma"])
def test_8_fever_comes_first_il6_follows_ifn_gamma_and_tocilizumab_ends_the_fever(disease: str) -> None:
    plain = run(disease)
    fever = first(plain, plain["temperature"] > 38.0)
    assert fever <= first(plain, plain["crs_grade"] >= 1.0)
    second = first(plain, plain["crs_grade"] >= 2.0)
    assert fever < second
    assert plain.t[np.argmax(plain["ifn_gamma"])] < plain.t[np.argmax(plain["il6"])]
    given = run(disease, *give.tocilizumab(day=second))
    assert at(plain, "temperature", second + 1.0) > 38.5
    assert at(given, "temperature", second) > 38.5
    assert at(given, "temperature", second + 1.0) < 38.0
    assert at(given, "crs_grade", second + 1.0) < at(plain, "crs_grade", second + 1.0)
    assert at(given, "il6", second + 1.0) > 2.0 * at(plain, "il6", second + 1.0)
    assert given["car_t"].max() == pytest.approx(plain["car_t"].max(), rel=0.01)
    assert at(given, "tumour", 28.0) == pytest.approx(at(plain, "tumour", 28.0), rel=0.01, abs=1.0)


def test_9_icans_comes_later_than_crs_and_answers_to_steroids_rather_than_to_tocilizumab() -> None:
    plain = run("lymphoma")
    crs, icans = read(plain, "crs_onset"), read(plain, "icans_onset")
    assert crs + 1.0 < icans < 14.0
    assert plain["icans_grade"].max() >= 1.0
    assert plain["ice_score"].min() < 10.0
    assert at(plain, "icans_grade", 50.0) == 0.0
    blocked = run("lymphoma", *give.tocilizumab(day=icans))
    calmed = run("lymphoma", *give.corticosteroid(day=icans, dose="high"))
    assert at(blocked, "neuro", icans + 3.0) == pytest.approx(at(plain, "neuro", icans + 3.0), rel=0.02)
    assert blocked["icans_grade"].max() == plain["icans_grade"].max()
    assert at(calmed, "neuro", icans + 3.0) < 0.7 * at(plain, "neuro", icans + 3.0)
    late = run("lymphoma", *give.corticosteroid(day=8.0, dose="high"))
    assert at(late, "neuro", 11.0) < 0.9 * at(plain, "neuro", 11.0)


@pytest.mark.parametrize("disease", ["b_all", "lymphoma"])
def test_10_high_dose_steroids_too_early_and_too_long_cost_expansion_and_a_short_course_does_not(
    disease: str,
) -> None:
    plain = run(disease)
    long = run(disease, *give.corticosteroid(day=2.0, days=14.0, dose="high"))
    short = run(disease, *give.corticosteroid(day=8.0, dose="low"))
    assert long["car_t"].max() < 0.6 * plain["car_t"].max()
    assert short["car_t"].max() > 0.9 * plain["car_t"].max()
    assert at(long, "tumour", 28.0) > 10.0 * at(short, "tumour", 28.0)
