"""Random events: the distributions that are known exactly, and the ODE where cells are many.

Seeds are fixed, so a test passes or fails once and for all; the bounds are five standard errors, which a
right method leaves once in two million seeds.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

import cartsim as cs
from cartsim.language.events import Change, Dose, Infusion, When
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Species
from cartsim.solving.simulate import simulate
from cartsim.solving.stochastic import simulate_stochastic
from cartsim.solving.trajectory import Trajectory

SIGMAS = 5.0


def _births_and_deaths(cells: float, birth: float, death: float) -> Model:
    return Model(
        "births_and_deaths",
        species={"T": cells},
        parameters={"b": birth, "d": death},
        processes={"birth": Process("-> T", "b*T"), "death": Process("T ->", "d*T")},
    )


def _extinct_by(model: Model, birth: np.ndarray, death: np.ndarray, t: np.ndarray, cells: float) -> float:
    """The probability that no cell is left when births and deaths change with time (Kendall 1948).

    One cell has left none with the probability J/(1 + J), where J is the integral of death(t)*exp(rho(t)) and
    rho(t) that of death - birth.
    """

    def integral(values: np.ndarray) -> np.ndarray:
        return np.concatenate([[0.0], np.cumsum((values[1:] + values[:-1]) / 2.0 * np.diff(t))])

    left = integral(death * np.exp(integral(death - birth)))[-1]
    return math.exp(-cells * math.log1p(1.0 / left))


def _close(share: float, expected: float, runs: int) -> None:
    assert abs(share - expected) < SIGMAS * math.sqrt(expected * (1.0 - expected) / runs)


def _has_moments(values: np.ndarray, mean: float, variance: float) -> None:
    """Mean and variance of nearly normal numbers, to within five standard errors."""
    n = len(values)
    assert abs(values.mean() - mean) < SIGMAS * math.sqrt(variance / n)
    assert abs(values.var(ddof=1) / variance - 1.0) < SIGMAS * math.sqrt(2.0 / n)


@pytest.mark.parametrize("cells", [1, 3])
def test_births_and_deaths_die_out_as_often_as_known(cells: int) -> None:
    # By day 50 all but exp(-5) of the chance is decided: (0.1/0.2)**cells, less 2 % of it.
    runs = simulate_stochastic(_births_and_deaths(cells, 0.2, 0.1), 50, runs=500, seed=1, every=50)
    growth = math.exp(0.1 * 50)
    expected = (0.1 * (growth - 1.0) / (0.2 * growth - 0.1)) ** cells
    assert expected == pytest.approx(0.5**cells, rel=0.03)
    _close(runs.extinction("T").value, expected, 500)


def test_births_alone_never_die_out() -> None:
    runs = simulate_stochastic(_births_and_deaths(1, 0.2, 0.0), 20, runs=100, seed=1)
    assert runs.extinction("T").died == 0


@pytest.mark.parametrize("cells", [40, 20_000])  # single events; leaps
def test_pure_death_leaves_a_binomial_number(cells: int) -> None:
    at = [0, 2, 7]
    left = simulate_stochastic(_births_and_deaths(cells, 0.0, 0.1), 7, runs=1000, seed=2, at=at).array("T")
    assert (left[:, 0] == cells).all()
    for day, numbers in zip(at[1:], left.T[1:], strict=True):
        p = math.exp(-0.1 * day)
        _has_moments(numbers, cells * p, cells * p * (1.0 - p))
    assert (np.diff(left) <= 0).all()


@pytest.mark.parametrize("arriving", [8.0, 3000.0])  # single events; leaps
def test_immigration_and_death_have_the_variance_of_poisson(arriving: float) -> None:
    model = Model(
        "immigration",
        species={"T": arriving},
        parameters={"k": arriving, "d": 1.0},
        processes={"arrival": Process("-> T", "k"), "death": Process("T ->", "d*T")},
    )
    late = simulate_stochastic(model, 8, runs=1000, seed=3, at=[8]).array("T")[:, 0]
    _has_moments(late, arriving, arriving)


def test_two_species_that_meet_are_right_where_they_can_be_counted() -> None:
    # A + B -> with 2 of each: hazards 4k, then k; after a time t none has met with probability exp(-4kt), and
    # both pairs have met with 1 - exp(-kt)*4/3 + exp(-4kt)/3 (two exponential waiting times in a row).
    model = Model(
        "meeting",
        species={"A": 2, "B": 2},
        parameters={"k": 0.5},
        processes={"meet": Process("A + B ->", "k*A*B")},
    )
    runs = simulate_stochastic(model, 1, runs=2000, seed=4, at=[1])
    left = runs.array("A")[:, 0]
    assert np.array_equal(left, runs.array("B")[:, 0])
    none, one = math.exp(-2.0), math.exp(-0.5)
    _close(float((left == 2).mean()), none, 2000)
    _close(float((left == 0).mean()), 1.0 - one * 4.0 / 3.0 + none / 3.0, 2000)


def test_deaths_that_fade_as_killers_vanish_give_kendalls_probability() -> None:
    # Few tumour cells, whose events are single, beside many killers, which leap.
    model = Model(
        "fading",
        species={"T": 5, "C": 1e9},
        parameters={"b": 0.1, "d": 3e-10, "k": 0.1},
        processes={
            "birth": Process("-> T", "b*T"),
            "killing": Process("T ->", "d*C*T"),
            "loss": Process("C ->", "k*C"),
        },
    )
    t = np.linspace(0.0, 40.0, 20_001)
    expected = _extinct_by(model, np.full(len(t), 0.1), 0.3 * np.exp(-0.1 * t), t, 5)
    runs = simulate_stochastic(model, 40, runs=1000, seed=5, at=[40])
    _close(runs.extinction("T").value, expected, 1000)


def _treated() -> Model:
    return Model(
        "treated",
        species={"T": Species(1e9, "cell"), "C": Species(0, "cell"), "I": Species(0, "pg/mL")},
        parameters={
            "r": Parameter(0.2, "1/day"),
            "b": Parameter(1e-10, "1/cell"),
            "g": Parameter(2e-9, "1/(cell*day)"),
            "p": Parameter(0.9, "1/day"),
            "h": Parameter(1e8, "cell"),
            "d": Parameter(0.3, "1/day"),
            "s": Parameter(1e-6, "pg/(mL*cell*day)"),
            "c": Parameter(4.0, "1/day"),
        },
        processes={
            "birth": Process("-> T", "r*T"),
            "crowding": Process("T ->", "r*b*T*T"),
            "killing": Process("T ->", "g*T*C"),
            "expansion": Process("-> C", "p*C*T/(h + T)"),
            "loss": Process("C ->", "d*C"),
            "release": Process("-> I", "s*C"),
            "clearance": Process("I ->", "c*I"),
        },
        roles={"tumour": "T", "car_t": "C"},
        events=(
            Dose(1e8, into="C", at=3),
            Infusion(3e8, into="C", start=5, duration=2),
            Change("p", factor=0.5, start=8, stop=11),
        ),
    )


def test_the_mean_tends_to_the_ode_with_events_and_cytokines() -> None:
    model, at = _treated(), [2, 3, 4, 6, 7, 9, 12, 16]
    expected = simulate(model, 16, at=at)
    runs = simulate_stochastic(model, 16, runs=10, seed=6, at=at)
    for name in ("T", "C", "I"):  # the tumour falls to 8e4 cells, whose mean of ten runs spreads by 0.1 %
        amounts = runs.array(name)
        spread = amounts.std(axis=0, ddof=1) / math.sqrt(10)
        assert (
            np.abs(amounts.mean(axis=0) - expected[name]) <= SIGMAS * spread + 2e-3 * expected[name]
        ).all()


def test_a_deep_fall_keeps_the_nadir_of_the_ode() -> None:
    # From 1e15 to 4e4 cells, 24 e-foldings of 0.03: leaps of first order would end 30 % too low.
    model = _births_and_deaths(1e15, 0.0, 1.2)
    runs = simulate_stochastic(model, 20, runs=50, seed=7, at=[20])
    expected = 1e15 * math.exp(-24.0)
    spread = math.sqrt(expected / 50)
    assert abs(runs.array("T").mean() - expected) < 0.005 * expected + SIGMAS * spread


def _cured_by_kendall(model: Model, until: float) -> float:
    t = np.linspace(0.0, until, 20_001)
    ode, v = simulate(model, until, at=t, rtol=1e-9), model.values
    killing = v["gB"] * ode["C"] / (v["kB"] + ode["C"])
    return _extinct_by(model, np.full(len(t), v["rB"]), killing, t, float(ode["B"][0]))


def test_chance_cures_some_patients_of_kimmel_2021_where_the_ode_always_relapses() -> None:
    model = cs.models.kimmel_2021.variant("slow")
    runs = simulate_stochastic(model, 170, runs=100, seed=8, every=10)
    ode = simulate(model, 170, every=10)["B"]
    assert 1.0 < ode.min() < 10.0
    assert ode[-1] > 100.0 * ode.min()
    cured = runs.extinction("tumour")
    assert 0 < cured.died < cured.runs
    left = runs.array("B")[:, -1]
    assert np.median(left[left > 0]) > 100.0 * ode.min()
    _close(cured.value, _cured_by_kendall(model, 170), 100)


def test_a_faster_tumour_of_kimmel_2021_is_not_cured_by_chance() -> None:
    runs = simulate_stochastic(cs.models.kimmel_2021, 70, runs=5, seed=9, at=[70])
    assert runs.extinction("B").died == 0


# ------------------------------------------------------------------ what must hold in every run


def test_what_leaves_one_place_arrives_in_the_other() -> None:
    model = Model(
        "moving",
        species={"A": 1e6, "B": 20},
        parameters={"k": 0.5, "l": 0.1},
        processes={"there": Process("A -> B", "k*A"), "back": Process("B -> A", "l*B")},
    )
    runs = simulate_stochastic(model, 5, runs=20, seed=1)
    assert (runs.array("A") + runs.array("B") == 1e6 + 20).all()


def test_cells_are_whole_and_never_negative() -> None:
    model = _births_and_deaths(30, 0.3, 0.35)
    cells = simulate_stochastic(model, 60, runs=200, seed=2).array("T")
    assert (cells == np.rint(cells)).all()
    assert (cells >= 0).all()
    gone = cells == 0
    assert gone[:, -1].any()
    assert (gone[:, 1:] >= gone[:, :-1]).all()  # what has died out stays away


def test_billions_of_cells_as_a_unit_give_the_same_runs() -> None:
    def model(unit: str, scale: float) -> Model:
        return Model(
            "scaled",
            species={"T": Species(1e10 / scale, unit), "C": Species(50 / scale, unit)},
            parameters={
                "r": Parameter(0.3, "1/day"),
                "g": Parameter(1e-9 * scale, f"1/({unit}*day)"),
                "d": Parameter(0.1, "1/day"),
            },
            processes={
                "death": Process("T ->", "d*T"),
                "birth": Process("-> C", "r*C"),
                "loss": Process("C ->", "g*C*T"),
            },
        )

    cells = simulate_stochastic(model("cell", 1.0), 3, runs=10, seed=3)
    billions = simulate_stochastic(model("1e9 cell", 1e9), 3, runs=10, seed=3)
    for name in ("T", "C"):
        assert billions.array(name) * 1e9 == pytest.approx(cells.array(name), rel=1e-12)


def test_a_cytokine_follows_its_ode_within_every_run() -> None:
    model = Model(
        "cytokine",
        species={"C": Species(1000, "cell"), "I": Species(5.0, "pg/mL")},
        parameters={"s": Parameter(0.02, "pg/(mL*cell*day)"), "c": Parameter(3.0, "1/day")},
        processes={"release": Process("-> I", "s*C"), "clearance": Process("I ->", "c*I")},
    )
    runs = simulate_stochastic(model, 4, runs=3, seed=4)
    t = runs.t
    exact = 20.0 / 3.0 + (5.0 - 20.0 / 3.0) * np.exp(-3.0 * t)
    assert np.abs(runs.array("I") - exact).max() < 1e-3


# ------------------------------------------------------------------ events


def test_a_dose_is_given_at_its_time_and_an_infusion_to_the_last_cell() -> None:
    model = Model(
        "given",
        species={"C": 0, "D": 0},
        parameters={"d": 0.0},
        processes={"loss": Process("C ->", "d*C")},
        events=(Dose(7, into="C", at=1.5), Infusion(1001, into="D", start=2, duration=0.7)),
    )
    runs = simulate_stochastic(model, 4, runs=3, seed=1, every=0.5)
    t, c, d = runs.t, runs.array("C"), runs.array("D")
    assert list(t).count(1.5) == 2
    assert (c[:, t < 1.5] == 0).all()
    assert (c[:, np.flatnonzero(t == 1.5)] == [0, 7]).all()
    assert (d[:, t <= 2.0] == 0).all()
    assert (d[:, t >= 2.7] == 1001).all()
    assert ((d[:, t == 2.5] > 700) & (d[:, t == 2.5] < 730)).all()
    assert [o.kind for o in runs["run 1"].occurrences] == ["dose", "infusion"]


def test_a_change_and_a_step_of_time_act_at_their_moments() -> None:
    model = Model(
        "switched",
        species={"A": 0, "B": 0},
        parameters={"k": 40.0, "t0": 2.0},
        processes={"a": Process("-> A", "k"), "b": Process("-> B", "40*step(t - t0)")},
        events=(Change("k", to=0.0, start=1),),
    )
    runs = simulate_stochastic(model, 4, runs=50, seed=2, every=0.25)
    t, a, b = runs.t, runs.array("A"), runs.array("B")
    assert (np.diff(a[:, t >= 1.0]) == 0).all()
    assert (b[:, t <= 2.0] == 0).all()
    _has_moments(a[:, -1], 40.0, 40.0)
    _has_moments(b[:, -1], 80.0, 80.0)


def test_a_rule_acts_in_each_run_at_its_own_time() -> None:
    rule = When("T >= 20", then=Dose(1000, into="C"), delay=0.5)
    model = Model(
        "ruled",
        species={"T": 5, "C": 0},
        parameters={"b": 1.0, "d": 0.0},
        processes={"birth": Process("-> T", "b*T"), "loss": Process("C ->", "d*C")},
        events=(rule,),
    )
    runs = simulate_stochastic(model, 6, runs=20, seed=3)
    times = []
    for run in runs.values():
        acted, given = run.occurrences
        assert (acted.kind, given.kind, given.amount) == ("rule", "dose", 1000.0)
        assert given.time == pytest.approx(acted.time + 0.5)
        assert (run["T"][run.t < acted.time] < 20).all()
        assert (run["T"][run.t >= acted.time] >= 20).all()
        assert (run["C"][run.t > given.time] == 1000).all()
        times.append(acted.time)
    assert len(set(times)) == 20


def test_an_extinction_is_noted_when_it_happens() -> None:
    model = Model(
        "mortal",
        species={"T": Species(3, "cell", extinct_below=1.0)},
        parameters={"d": Parameter(1.0, "1/day")},
        processes={"death": Process("T ->", "d*T")},
    )
    runs = simulate_stochastic(model, 30, runs=5, seed=4)
    for run in runs.values():
        (death,) = run.occurrences
        assert (death.kind, death.name) == ("extinction", "T")
        assert (run["T"][run.t < death.time] > 0).all()
        assert (run["T"][run.t >= death.time] == 0).all()


def test_half_a_cell_is_one_cell_in_half_of_the_runs() -> None:
    model = _births_and_deaths(0.5, 0.0, 0.0).with_events(Dose(0.25, into="T", at=1))
    cells = simulate_stochastic(model, 2, runs=400, seed=5, at=[0, 2]).array("T")
    assert set(cells[:, 0]) == {0.0, 1.0}
    _close(float(cells[:, 0].mean()), 0.5, 400)
    _close(float((cells[:, 1] - cells[:, 0]).mean()), 0.25, 400)


def test_gompertz_growth_survives_the_last_cell() -> None:
    # T*log(K/T) has no value at T = 0, only a limit, which is 0.
    model = Model(
        "gompertz",
        species={"T": 2},
        parameters={"r": 0.05, "K": 1e4, "d": 0.6},
        processes={
            "birth": Process("-> T", "r*T*max(0, log(K/T))"),
            "crowding": Process("T ->", "r*T*max(0, log(T/K))"),
            "death": Process("T ->", "d*T"),
        },
    )
    runs = simulate_stochastic(model, 60, runs=50, seed=6)
    assert not runs.failures
    assert runs.extinction("T").died > 0


def test_a_process_that_lacks_cells_for_one_event_rests() -> None:
    model = Model(
        "pairs",
        species={"A": 7, "P": 0},
        parameters={"k": 5.0},
        processes={"pairing": Process("2 A -> P", "k*A")},
    )
    run: Trajectory = simulate_stochastic(model, 20, runs=1, seed=7)["run 1"]
    assert (run["A"][-1], run["P"][-1]) == (1.0, 3.0)
