"""The sixteen stories that the patient tells: the direction of each, and a rough size; here 11 to 16.

Numbers of the model may change; directions do not. A test that fails here says that a lesson is wrong now.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import cartsim as cs
from cartsim.patient import killing, tumour
from cartsim.patient.presets import patient
from cartsim.solving.people import Cohort
from tests.patient.courses import PLAIN, at, read, run

give = cs.therapies


def test_11_neutrophils_have_two_dips_where_inflammation_is_strong() -> None:
    course = run("b_all", tumour_burden=8e10)
    days = np.arange(0.0, 60.0, 0.5)
    counts = np.interp(days, course.t, course["neutrophils"])
    before = at(course, "neutrophils", course.model.start)
    low = int(np.argmin(np.where(days < 9.0, counts, np.inf)))
    between = low + int(np.argmax(np.where(days[low:] < 20.0, counts[low:], 0.0)))
    again = between + int(np.argmin(counts[between:]))
    assert max(counts[low], counts[again]) < 0.2 * before
    assert counts[between] > 2.0 * max(counts[low], counts[again])
    assert days[low] + 4.0 < days[between] < days[again] - 4.0
    assert at(run("b_all", tumour_burden=8e10, until=150.0), "neutrophils", 150.0) > 0.8 * before


def test_11_b_cells_are_gone_while_car_t_cells_persist_and_back_when_they_go() -> None:
    kept, lost = run("b_all", until=PLAIN), run("b_all", *give.ablation(day=30.0), until=500.0)
    rest = at(kept, "b_cells", kept.model.start)
    for course in (kept, lost):
        assert at(course, "b_cells", 28.0) < 0.01 * rest
    assert at(kept, "car_t", 300.0) > 1e6
    assert at(kept, "b_cells", 300.0) < 0.05 * rest
    assert at(lost, "b_cells", 300.0) > 5.0 * at(kept, "b_cells", 300.0)
    assert at(lost, "b_cells", 500.0) > 0.5 * rest
    assert at(kept, "immunoglobulin", 300.0) < at(lost, "immunoglobulin", 300.0)


def _products(disease: str) -> tuple[cs.Trajectory, cs.Trajectory]:
    """CD28 and 4-1BB cells in the same patient."""
    same: dict[str, Any] = dict(
        dose=1e8, vein_to_vein=40.0, tumour_burden=2e10, antigen_negative_fraction=0.0
    )
    return run(disease, product="CD28", until=PLAIN, **same), run(
        disease, product="4-1BB", until=PLAIN, **same
    )


@pytest.mark.parametrize("disease", ["b_all", "lymphoma"])
def test_12_cd28_is_faster_and_4_1bb_lasts_longer(disease: str) -> None:
    fast, slow = _products(disease)
    assert read(fast, "doubling_time") < 0.9 * read(slow, "doubling_time")
    assert read(fast, "tmax") < read(slow, "tmax")
    assert read(slow, "terminal_half_life") > 3.0 * read(fast, "terminal_half_life")
    assert at(slow, "car_t", 300.0) > 10.0 * at(fast, "car_t", 300.0)
    assert at(fast, "b_cells", PLAIN) > at(slow, "b_cells", PLAIN)


@pytest.mark.parametrize("disease", ["b_all", "lymphoma"])
def test_12_cd28_is_higher(disease: str) -> None:
    fast, slow = _products(disease)
    assert fast["car_t"].max() > slow["car_t"].max()


# ------------------------------------------------------------------ 13 to 16: other tumours, other patients


REMEDIES = {"access": 1.0, "suppression": 0.0, "antigen_negative_fraction": 0.0}
"""What would make a solid tumour like a blood cancer."""


def best(disease: str, **keywords: Any) -> float:
    """The smallest tumour from day 20 to half a year, as a share of that on day 0."""
    course = run(disease, until=180.0, **keywords)
    return float(course["tumour"][course.t >= 20.0].min() / at(course, "tumour", 0.0))


@pytest.mark.parametrize("disease", ["glioblastoma", "neuroblastoma"])
def test_13_in_a_solid_tumour_the_same_cells_do_worse_and_suppression_costs_most(disease: str) -> None:
    usual = best(disease)
    assert best("b_all", product="CD28") < 1e-3 < 0.5 < usual
    alone = {name: best(disease, **{name: value}) for name, value in REMEDIES.items()}
    assert sorted(alone, key=alone.__getitem__) == ["suppression", "access", "antigen_negative_fraction"]
    assert alone["suppression"] < 0.5 * usual
    both, all_three = best(disease, access=1.0, suppression=0.0), best(disease, **REMEDIES)
    assert all_three < 0.1 * both  # who was spared for want of antigen, now it shows


def test_14_chemotherapy_gives_relief_that_does_not_last_and_healthy_cells_pay() -> None:
    alone = patient("b_all").without_events()
    chemo = cs.simulate(alone.with_events(give.chemotherapy(day=0.0, cycles=4)), until=365.0)
    cells = run("b_all", until=PLAIN)
    before = at(chemo, "tumour", -0.01)
    assert chemo["tumour"][chemo.t > 0].min() < 0.2 * before
    assert chemo["tumour"].min() > 1e6
    assert chemo["tumour"][-1] > before
    assert cells["tumour"][-1] == 0.0
    for healthy in ("neutrophils", "platelets", "t_cells"):
        assert at(chemo, healthy, 10.0) < 0.9 * at(chemo, healthy, -0.01)
    late = (chemo.t > 50.0) & (chemo.t < 90.0)
    assert chemo["neutrophils"][late].min() < 0.8 * at(chemo, "neutrophils", -0.01)


def _patients(n: int) -> Cohort:
    return cs.cohort(patient("lymphoma"), n, seed=1)


def test_15_one_patient_is_not_the_next() -> None:
    runs = cs.simulate(_patients(8), until=180.0, every=2.0, method="odeint")
    peaks, left = runs.array("car_t").max(axis=1), runs.array("tumour")[:, -1]
    assert peaks.max() > 2.0 * peaks.min()
    assert left.max() > 100.0 * left.min()


@pytest.mark.slow
def test_15_response_and_survival_differ_and_it_shows_who_relapses_and_why() -> None:
    people = _patients(150)
    start = next(iter(people.values())).start
    days = [start, 0.0, *np.arange(2.0, 60.0, 2.0), *np.arange(60.0, 366.0, 10.0)]
    table = cs.readouts(cs.simulate(people, until=365.0, at=days))
    response, kind, peaks, free, grades = (
        np.asarray(table[name].values)
        for name in ("best_response", "relapse_kind", "cmax", "event_free_days", "crs_max_grade")
    )
    assert 0.3 < np.mean(response == 3.0) < 0.99
    assert 0.0 < np.mean(response < 2.0) < 0.5
    assert 0.1 < np.mean(free < 350.0) < 0.9
    assert set(grades) >= {0.0, 1.0, 2.0, 3.0}
    assert np.percentile(peaks, 90) > 2.0 * np.percentile(peaks, 10)
    assert min(np.sum(kind == 1.0), np.sum(kind == 2.0)) >= 3
    escape = np.array([one.values["negative"] for one in people.values()])
    assert np.median(escape[kind == 2.0]) > 10.0 * np.median(escape[kind != 2.0])


def test_16_few_cells_die_out_by_chance_where_the_ode_knows_one_answer() -> None:
    few = cs.join("few cells", tumour.model, killing.model).with_values(
        T_pos=0, T_neg=3, B=0, C_E=0, C_M=0, IFNg=100, r_T=0.1, k_BY=0.12
    )
    runs = cs.simulate_stochastic(few, until=30.0, runs=100, seed=1, every=10.0)
    cure = runs.extinction("tumour")
    killed = few.values["k_BY"] * 100.0 / (few.values["K_BY"] + 100.0)
    grown = few.values["r_T"]
    decay = np.exp((grown - killed) * 30.0)
    one = killed * (1.0 - decay) / (killed - grown * decay)
    assert 0.0 < cure.low < one**3 < cure.high < 1.0
    assert cs.simulate(few, until=30.0)["tumour"][-1] > 1.0  # never cured


@pytest.mark.slow
def test_16_a_patient_with_two_cells_without_antigen_left_is_cured_by_chance() -> None:
    early = cs.simulate(patient("b_all"), until=5.0)
    state = {name: max(0.0, float(early[name][-1])) for name in early.model.species}
    few = early.model.with_values({**state, "T_neg": 2}).without_events()
    runs = cs.simulate_stochastic(few, until=20.0, start=5.0, runs=60, seed=1, every=5.0)
    cure = runs.extinction("antigen_negative_tumour")
    assert 0.0 < cure.low < cure.high < 1.0
