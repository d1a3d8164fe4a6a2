"""Extinction below a limit, and rules on the state."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartsim.language.events import Change, Dose, Event, Infusion, When
from cartsim.language.model import Model
from cartsim.language.parts import Process, Species
from cartsim.solving.simulate import METHODS, simulate
from cartsim.solving.trajectory import Trajectory
from cartsim.solving.watch import Watch


def mortal(initial: float = 1e6, limit: float = 1.0, **parameters: float) -> Model:
    """A population that grows at `r` and is lost at `k`, and dies out below `limit`; B stands by."""
    return Model(
        "mortal",
        species={"A": Species(initial, extinct_below=limit), "B": 0.0},
        parameters={"r": 0.0, "k": 0.1} | parameters,
        processes={"birth": Process("-> A", "r*A"), "loss": Process("A ->", "k*A")},
    )


def wave(peak: float, **named: Any) -> Model:
    """A rises from 0 to `peak` on day 1 and falls again: ``A = peak*e*t*exp(-t)``; B stands by."""
    return Model(
        "wave",
        species={"S": peak * math.e, "A": Species(0.0, extinct_below=1.0), "B": 0.0},
        processes={"feed": Process("S -> A", "S"), "loss": Process("A ->", "A")},
        **named,
    )


def times(run: Trajectory, kind: str) -> list[float]:
    return [o.time for o in run.occurrences if o.kind == kind]


ramp = Model(
    "ramp",
    species={"A": 0.0, "B": 0.0, "C": 0.0},
    parameters={"v": 1.0},
    processes={"rise": Process("-> A", "v")},
)
breath = Model(  # A = 1 + sin(t)
    "breath",
    species={"A": 1.0, "V": 2.0, "B": 0.0},
    processes={"move": Process("-> A", "V - 1"), "turn": Process("V ->", "A - 1")},
)


# ------------------------------------------------------------------ extinction


@pytest.mark.parametrize("method", ["auto", "odeint", "DOP853", "Radau", "LSODA"])
def test_the_extinction_is_found_where_the_closed_form_has_it(method: str) -> None:
    run = simulate(mortal(), 365, method=method)
    assert times(run, "extinction") == [pytest.approx(math.log(1e6) / 0.1, rel=1e-6)]
    assert run.occurrences[0].name == "A"


@pytest.mark.parametrize("method", METHODS)
def test_with_a_smaller_tolerance_every_method_finds_the_extinction(method: str) -> None:
    run = simulate(mortal(1e3), 365, method=method, rtol=1e-8)
    assert times(run, "extinction") == [pytest.approx(math.log(1e3) / 0.1, rel=1e-6)]


def test_the_extinction_does_not_depend_on_the_output_times() -> None:
    found = [
        times(simulate(mortal(), 365, at=at), "extinction")[0]
        for at in (None, [0, 365], np.linspace(0, 365, 5000), [200], np.linspace(100, 200, 7))
    ]
    np.testing.assert_allclose(found, math.log(1e6) / 0.1, rtol=1e-6)


def test_the_extinction_has_a_row_before_and_a_row_after() -> None:
    run = simulate(mortal(), 365)
    day = times(run, "extinction")[0]
    before, after = run["A"][run.t == day]
    assert before == pytest.approx(1.0, rel=1e-9)
    assert before < 1.0
    assert after == 0.0


@pytest.mark.parametrize("method", METHODS)
def test_what_has_died_out_stays_exactly_zero_and_never_regrows(method: str) -> None:
    model = mortal().with_events(Change("r", to=5.0, start=200))
    run = simulate(model, 300, method=method)
    dead = run.t > times(run, "extinction")[0]
    assert dead.sum() > 200
    assert set(run["A"][dead]) == {0.0}
    assert len(times(run, "extinction")) == 1


def test_without_a_limit_the_same_population_regrows() -> None:
    model = Model(
        "undying",
        species={"A": 1e6},
        parameters={"r": 0.0, "k": 0.1},
        processes={"birth": Process("-> A", "r*A"), "loss": Process("A ->", "k*A")},
        events=(Change("r", to=5.0, start=200),),
    )
    exact = 1e6 * math.exp(-20 + 4.9 * 10)
    assert simulate(model, 210, atol=1e-9)["A"][-1] == pytest.approx(exact, rel=1e-3)


def test_a_dose_brings_a_dead_population_back_to_life() -> None:
    run = simulate(mortal().with_events(Dose(100, "A", at=200)), 365)
    first, second = times(run, "extinction")
    assert second == pytest.approx(200 + math.log(100) / 0.1, rel=1e-6)
    alive = run["A"][(run.t > 200) & (run.t < second)]
    assert (alive > 1).all()
    assert set(run["A"][(run.t > first) & (run.t < 200)]) == set(run["A"][run.t > second]) == {0.0}


def test_a_dose_at_the_instant_of_death_is_not_lost() -> None:
    day = times(simulate(mortal(), 365), "extinction")[0]
    run = simulate(mortal().with_events(Dose(100, "A", at=day)), 365)
    assert run["A"][np.searchsorted(run.t, day + 1)] == pytest.approx(100 * math.exp(-0.1), rel=0.1)


def test_a_dose_below_the_limit_that_cannot_grow_dies_at_once() -> None:
    run = simulate(mortal(0.0).with_events(Dose(0.5, "A", at=20)), 40)
    assert [(o.time, o.kind) for o in run.occurrences] == [(20.0, "dose"), (20.0, "extinction")]
    assert set(run["A"]) == {0.0}


def test_an_initial_amount_below_the_limit_dies_at_once_if_it_falls() -> None:
    run = simulate(mortal(0.5), 10)
    assert times(run, "extinction") == [0.0]
    assert run["A"].tolist() == [0.5] + [0.0] * 501


def test_an_initial_amount_below_the_limit_lives_if_it_rises() -> None:
    run = simulate(mortal(0.5, r=0.3), 10)
    assert run.occurrences == ()
    np.testing.assert_allclose(run["A"], 0.5 * np.exp(0.2 * run.t), rtol=1e-5)


def test_an_initial_amount_at_the_limit_is_alive() -> None:
    assert times(simulate(mortal(1.0, k=0.0), 10), "extinction") == []
    assert simulate(mortal(1.0, k=0.0), 10)["A"][-1] == 1.0


@pytest.mark.parametrize("method", METHODS)
def test_a_population_that_grew_through_its_limit_dies_when_it_falls_below(method: str) -> None:
    run = simulate(wave(100.0), 30, method=method, rtol=1e-8)
    exact = 8.0
    for _ in range(60):  # 100*e*t*exp(-t) = 1
        exact = math.log(100 * math.e * exact)
    assert times(run, "extinction") == [pytest.approx(exact, rel=1e-6)]
    rising = run.t < 1
    early = run.t[rising]
    np.testing.assert_allclose(run["A"][rising], 100 * math.e * early * np.exp(-early), rtol=1e-4)


UNRELATED: list[Event] = [
    Dose(0.0, "B", at=5),
    Dose(7.0, "B", at=5),
    Infusion(1.0, "B", 5, 1),
    When("t >= 5", then=Dose(1.0, "B")),
]


@pytest.mark.parametrize("event", UNRELATED, ids=["no dose", "dose", "infusion", "rule"])
def test_what_is_done_to_one_population_does_not_kill_another(event: Event) -> None:
    at = np.linspace(0, 8, 9)
    alone, disturbed = (simulate(m, 8.5, at=at) for m in (wave(0.5), wave(0.5).with_events(event)))
    np.testing.assert_allclose(disturbed["A"], alone["A"], rtol=1e-4, atol=1e-9)


def test_a_death_does_not_depend_on_when_the_run_ends() -> None:
    short, long = (simulate(wave(0.5), until, at=[0, 1, 3, 5]) for until in (5, 9))
    np.testing.assert_allclose(short["A"], long["A"], rtol=1e-4)


def test_several_populations_die_each_at_its_own_time() -> None:
    rates = {"A": 0.3, "B": 0.2, "C": 0.1, "D": 0.2}
    model = Model(
        "m",
        species={name: Species(1e4, extinct_below=1.0) for name in rates},
        processes={f"loss_{name}": Process(f"{name} ->", f"{rate}*{name}") for name, rate in rates.items()},
    )
    run = simulate(model, 120)
    found = {o.name: o.time for o in run.occurrences}
    assert next(iter(found)) == "A"
    assert list(found)[-1] == "C"
    for name, rate in rates.items():
        assert found[name] == pytest.approx(math.log(1e4) / rate, rel=1e-5)
        assert set(run[name][run.t > found[name]]) == {0.0}


def test_a_dead_population_that_is_fed_lives_again_and_dies_again() -> None:
    model = mortal().with_events(Infusion(500, "A", 200, 5))
    run = simulate(model, 365)
    assert len(times(run, "extinction")) == 2
    peak = 100 / 0.1 * (1 - math.exp(-0.5))
    assert run["A"][np.searchsorted(run.t, 205)] == pytest.approx(peak, rel=1e-5)
    assert times(run, "extinction")[1] == pytest.approx(205 + math.log(peak) / 0.1, rel=1e-5)


@given(st.floats(2.0, 1e9), st.floats(1e-6, 1.0), st.floats(0.05, 3.0))
@settings(max_examples=30)
def test_extinction_is_found_for_any_amount_limit_and_rate(initial: float, limit: float, k: float) -> None:
    exact = math.log(initial / limit) / k
    run = simulate(mortal(initial, limit, k=k), 1.5 * exact, at=[1.5 * exact])
    assert times(run, "extinction") == [pytest.approx(exact, rel=2e-5, abs=2e-5 / k)]
    assert run["A"][-1] == 0.0


def test_the_watch_has_two_expressions_a_mortal_species_and_two_a_rule() -> None:
    watch = Watch(mortal().with_events(When("B > 5", then=Dose(1, "A"))))
    assert len(watch.trees) == 4
    high, low = np.array([5.0, 0.0]), np.array([0.5, 0.0])
    values = [0.0, 0.0, 1.0, -1.0]
    assert watch.thresholds(high, values)[1] == watch.thresholds(low, values)[0] == math.inf
    assert watch.thresholds(high, values)[2:] == [math.inf, 0.0]
    assert watch.below(high) == watch.below(np.zeros(2)) == set()
    assert watch.below(low) == {0}
    assert watch.alive(high) == {0}
    assert [watch.died(hit) for hit in (None, 0, 1, 2, 3)] == [None, 0, None, None, None]


# ------------------------------------------------------------------ rules


@pytest.mark.parametrize("method", METHODS)
def test_a_rule_acts_when_its_condition_becomes_true(method: str) -> None:
    model = Model(
        "m",
        species={"A": 1.0},
        parameters={"r": 0.3},
        processes={"birth": Process("-> A", "r*A")},
        events=(When("A >= 7", then=Change("r", to=0)),),
    )
    run = simulate(model, 20, method=method, rtol=1e-8)
    assert [o.kind for o in run.occurrences] == ["rule", "change"]
    assert times(run, "rule") == times(run, "change") == [pytest.approx(math.log(7) / 0.3, rel=1e-6)]
    assert run["A"][-1] == pytest.approx(7.0, rel=1e-6)
    before, after = run["r"][run.t == times(run, "rule")[0]]
    assert (before, after) == (0.3, 0.0)


def test_a_rule_waits_for_its_delay() -> None:
    run = simulate(ramp.with_events(When("A >= 2", then=Dose(5, "B", at=0.5), delay=1.5)), 10)
    assert times(run, "rule") == [pytest.approx(2.0)]
    assert times(run, "dose") == [pytest.approx(4.0)]


def test_what_a_rule_does_after_the_end_is_not_done() -> None:
    run = simulate(ramp.with_events(When("A >= 9", then=Dose(5, "B"), delay=2)), 10)
    assert [o.kind for o in run.occurrences] == ["rule"]
    assert run["B"][-1] == 0.0


def test_a_rule_acts_only_once_unless_told_otherwise() -> None:
    run = simulate(breath.with_events(When("A > 1.5", then=Dose(1, "B"))), 30)
    assert times(run, "rule") == [pytest.approx(math.pi / 6, rel=1e-5)]


def test_a_rule_acts_again_only_after_its_condition_was_false() -> None:
    run = simulate(breath.with_events(When("A > 1.5", then=Dose(1, "B"), at_most=10)), 30, rtol=1e-8)
    exact = math.pi / 6 + 2 * math.pi * np.arange(5)
    np.testing.assert_allclose(times(run, "rule"), exact, rtol=1e-6)
    assert run["B"][-1] == 5.0


def test_a_rule_that_is_met_downwards_acts_on_the_way_down() -> None:
    run = simulate(breath.with_events(When("A < 0.5", then=Dose(1, "B"), at_most=10)), 20, rtol=1e-8)
    exact = math.pi + math.pi / 6 + 2 * math.pi * np.arange(3)
    np.testing.assert_allclose(times(run, "rule"), exact, rtol=1e-6)


def test_a_rule_acts_at_most_as_often_as_it_may() -> None:
    run = simulate(breath.with_events(When("A > 1.5", then=Dose(1, "B"), at_most=2)), 30)
    assert len(times(run, "rule")) == 2


def test_doses_apart_are_repeated_while_the_condition_holds() -> None:
    rule = When("A >= 2", then=Dose(1, "B"), at_most=4, apart=1.5)
    run = simulate(ramp.with_events(rule), 30)
    np.testing.assert_allclose(times(run, "dose"), [2.0, 3.5, 5.0, 6.5])
    stopped = simulate(ramp.with_events(rule, When("A >= 4", then=Change("v", to=-1))), 30)
    np.testing.assert_allclose(times(stopped, "dose"), [2.0, 3.5, 5.0])  # A falls through 2 on day 6


def test_the_time_apart_counts_from_the_action_not_from_the_condition() -> None:
    rule = When("A >= 2", then=Dose(1, "B"), at_most=3, apart=1, delay=0.5)
    run = simulate(ramp.with_events(rule), 30)
    np.testing.assert_allclose(times(run, "rule"), [2.0, 3.5, 5.0])
    np.testing.assert_allclose(times(run, "dose"), [2.5, 4.0, 5.5])


def test_a_rule_at_rest_acts_as_soon_as_its_condition_holds_again() -> None:
    rule = When("A > 1.5", then=Dose(1, "B"), at_most=10, apart=3)
    run = simulate(breath.with_events(rule), 16, rtol=1e-8)
    exact = math.pi / 6 + 2 * math.pi * np.arange(3)  # the condition holds for 2*pi/3 days, less than 3
    np.testing.assert_allclose(times(run, "rule"), exact, rtol=1e-6)


@pytest.mark.parametrize("condition", ["A >= 0", "A < 1", "t >= 0", "A + B <= 0"])
def test_a_condition_that_is_true_at_the_start_acts_at_the_start(condition: str) -> None:
    run = simulate(ramp.with_events(When(condition, then=Dose(1, "B"))), 10)
    assert times(run, "rule") == times(run, "dose") == [0.0]
    assert run["B"].tolist() == [0.0] + [1.0] * 501


@pytest.mark.parametrize(("condition", "expected"), [("B > 0", [4.0]), ("B < 0", []), ("0 < B", [4.0])])
def test_a_strict_comparison_does_not_hold_where_both_sides_are_equal(
    condition: str, expected: list[float]
) -> None:
    run = simulate(ramp.with_events(Dose(1, "B", at=4), When(condition, then=Dose(1, "C"))), 10)
    assert times(run, "rule") == expected


def test_a_strict_comparison_becomes_false_again_at_equality() -> None:
    events = (Dose(5, "B", at=2), Dose(5, "B", at=12), When("B > 0", then=Dose(1, "C"), at_most=5))
    model = Model(
        "m",
        species={"B": Species(0.0, extinct_below=1.0), "C": 0.0},
        processes={"loss": Process("B ->", "B")},
        events=events,
    )
    assert times(simulate(model, 20), "rule") == [2.0, 12.0]


def test_a_rule_may_ask_whether_a_population_has_died_out() -> None:
    run = simulate(mortal().with_events(When("A <= 0", then=Dose(50, "A"))), 365)
    first, second = times(run, "extinction")
    assert times(run, "rule") == [first]
    assert second == pytest.approx(first + math.log(50) / 0.1, rel=1e-5)


def test_a_rule_may_set_off_another_at_the_same_instant() -> None:
    rules = (
        When("C >= 1", then=Dose(3, "A")),
        When("B >= 1", then=Dose(2, "C")),
        When("A >= 4", then=Dose(1, "B")),
    )
    run = simulate(ramp.with_events(*rules), 10)
    assert [o.name for o in run.occurrences if o.kind == "rule"] == ["A >= 4", "B >= 1", "C >= 1"]
    np.testing.assert_allclose([o.time for o in run.occurrences], 4.0)
    assert run.y[:, -1].tolist() == [pytest.approx(13.0), 1.0, 2.0]
    assert (run.t == times(run, "rule")[0]).sum() == 2


def test_a_rule_may_set_itself_off() -> None:
    run = simulate(ramp.with_events(When("A >= 4", then=Dose(1, "B"), at_most=3)), 10)
    assert len(times(run, "rule")) == 1
    falling = Model(
        "m",
        species={"A": 10.0},
        processes={"loss": Process("A ->", "1")},
        events=(When("A < 2", then=Dose(3, "A"), at_most=4),),
    )
    np.testing.assert_allclose(times(simulate(falling, 25), "rule"), [8.0, 11.0, 14.0, 17.0], rtol=1e-6)


def test_two_rules_with_one_condition_both_act() -> None:
    rule = When("A >= 4", then=Dose(1, "B"))
    run = simulate(ramp.with_events(rule, When("A >= 4", then=Dose(2, "C")), rule), 10)
    assert run.y[1:, -1].tolist() == [2.0, 2.0]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("day", [5.0, 1.0 / 3.0, 7.1])
def test_a_rule_on_time_acts_at_that_time(day: float, method: str) -> None:
    run = simulate(ramp.with_events(When(f"t >= {day!r}", then=Dose(1, "B"))), 10, method=method)
    assert times(run, "dose") == [pytest.approx(day, rel=1e-11)]
    assert isinstance(run.occurrences[0].time, float)
    assert "float64" not in repr(run.occurrences)


@pytest.mark.parametrize("day", [5.0, 1.0 / 3.0, 7.1])
def test_an_output_time_at_a_rule_on_time_holds_the_value_after_it(day: float) -> None:
    run = simulate(ramp.with_events(When(f"t >= {day!r}", then=Dose(1, "B"))), 10, at=[0, day, 10])
    assert run.t.tolist() == [0, day, 10]
    assert run["B"].tolist() == [0, 1, 1]


def test_a_condition_may_join_others_and_use_anything_the_model_names() -> None:
    model = Model(
        "m",
        species={"A": 0.0, "B": 0.0},
        parameters={"limit": 3.0},
        processes={"rise": Process("-> A", "1")},
        definitions={"double": "2*A"},
        observables={"triple": "3*A"},
        roles={"tumour": "A", "car_t": "A + B"},
    )
    conditions = {
        "double >= limit and t < 9": 1.5,
        "triple >= limit": 1.0,
        "tumour > limit and double > 8": 4.0,
        "car_t >= 2 or t > 1": 1.0,
    }
    for condition, day in conditions.items():
        run = simulate(model.with_events(When(condition, then=Dose(1, "B"))), 10)
        assert times(run, "dose") == [pytest.approx(day, rel=1e-9)]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("condition", "day"), [("t > 3 and t < 4", 3.0), ("A >= 1 and A <= 2", 1.0), ("A >= 1 and t < 9", 1.0)]
)
def test_a_condition_that_holds_for_a_while_is_not_stepped_over(
    condition: str, day: float, method: str
) -> None:
    run = simulate(ramp.with_events(When(condition, then=Dose(1, "B"))), 10, method=method)
    assert times(run, "rule") == [pytest.approx(day, rel=1e-9)]


def test_a_rule_that_is_never_met_changes_nothing() -> None:
    at = np.linspace(0, 20, 50)
    watched = simulate(breath.with_events(When("A > 2.5", then=Dose(1, "B"))), 20, at=at)
    np.testing.assert_allclose(watched.y, simulate(breath, 20, at=at).y, rtol=1e-9, atol=1e-12)
    assert watched.occurrences == ()


def test_a_rule_does_not_depend_on_the_output_times() -> None:
    model = breath.with_events(When("A > 1.99", then=Dose(1, "B"), at_most=10))
    for at in (None, [0, 30], np.linspace(0, 30, 3000)):
        run = simulate(model, 30, at=at, rtol=1e-8)
        assert len(times(run, "rule")) == 5
        assert times(run, "rule")[0] == pytest.approx(math.asin(0.99), rel=1e-6)


def test_a_rule_may_act_at_the_very_end() -> None:
    run = simulate(ramp.with_events(Dose(5, "B", at=10), When("B >= 5", then=Dose(1, "C"))), 10)
    assert run.y[:, -1].tolist() == [pytest.approx(10.0), 5.0, 1.0]
