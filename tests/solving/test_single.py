"""One run from event to event: doses, infusions, changes, jumps in time, initial amounts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartsim.language.compile import Compiled
from cartsim.language.errors import ModelError
from cartsim.language.events import Change, Dose, Infusion, When
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Species
from cartsim.solving.simulate import METHODS, simulate

STEPWISE = METHODS[1:]

still = Model("still", species={"A": 1.0}, parameters={"k": 0.0}, processes={"loss": Process("A ->", "k*A")})
decay = still.with_values(A=8.0, k=0.5)
switch = Model(
    "switch",
    species={"A": 0.0},
    parameters={"v": 2.0, "t0": 3.0},
    processes={"filling": Process("-> A", "v*step(t - t0)")},
)


def at(run: Any, name: str, time: float) -> list[float]:
    """The rows of one instant: before and after."""
    return [float(value) for value in run[name][run.t == time]]


# ------------------------------------------------------------------ doses


@pytest.mark.parametrize("method", METHODS)
def test_a_dose_is_added_at_its_instant(method: str) -> None:
    run = simulate(decay.with_events(Dose(5, "A", at=2.003)), 10, method=method)
    before, after = at(run, "A", 2.003)
    assert before == pytest.approx(8 * math.exp(-0.5 * 2.003), rel=1e-4)
    assert after - before == pytest.approx(5.0, rel=1e-12)
    assert run["A"][-1] == pytest.approx(after * math.exp(-0.5 * (10 - 2.003)), rel=1e-4)


@pytest.mark.parametrize("time", [0.0, 4.0, 10.0, 1.0 / 3.0])
def test_a_dose_counts_at_the_start_inside_and_at_the_end(time: float) -> None:
    run = simulate(still.with_events(Dose(5, "A", at=time)), 10)
    assert at(run, "A", time) == [1.0, 6.0]
    assert run["A"][-1] == 6.0
    assert len(run.t) == (502 if time in (0.0, 4.0, 10.0) else 503)
    assert [(o.time, o.kind, o.name, o.amount, o.stop) for o in run.occurrences] == [
        (time, "dose", "A", 5.0, time)
    ]


def test_two_doses_at_one_instant_add() -> None:
    run = simulate(still.with_events(Dose(5, "A", at=3), Dose(2, "A", at=3)), 10)
    assert at(run, "A", 3.0) == [1.0, 8.0]


def test_equal_doses_at_one_instant_add() -> None:
    run = simulate(still.with_events(Dose(5, "A", at=3), Dose(5, "A", at=3)), 10)
    assert at(run, "A", 3.0) == [1.0, 11.0]


def test_one_dose_written_once_and_given_twice_adds() -> None:
    dose = Dose(5, "A", at=3)
    assert at(simulate(still.with_events(dose, dose), 10), "A", 3.0) == [1.0, 11.0]
    rule = When("t >= 3", then=(Dose(5, "A"),) * 2)
    assert simulate(still.with_events(rule), 10)["A"][-1] == 11.0


def test_one_infusion_and_one_factor_given_twice_count_twice() -> None:
    drip, halving = Infusion(4, "A", 1, 2), Change("k", factor=0.5, start=1)
    run = simulate(still.with_values(k=1.0).with_events(drip, drip, halving, halving), 2, at=[2])
    assert run.inflow("A")[0] == 4.0
    assert run["k"][0] == 0.25
    assert [o.kind for o in run.occurrences] == ["infusion", "infusion", "change", "change"]


@pytest.mark.parametrize("method", METHODS)
def test_doses_one_rounding_apart_are_both_given(method: str) -> None:
    model = decay.with_events(Dose(1, "A", at=0.3), Dose(1, "A", at=0.1 + 0.2))
    assert 0.3 != 0.1 + 0.2
    last = simulate(model, 5, method=method)["A"][-1]
    assert last == pytest.approx(8 * math.exp(-2.5) + 2 * math.exp(-0.5 * 4.7), rel=1e-4)


def test_a_dose_of_zero_is_no_dose() -> None:
    with_it = simulate(decay.with_events(Dose(0, "A", at=3.3)), 10, at=range(11))
    without = simulate(decay, 10, at=range(11))
    np.testing.assert_allclose(with_it.y, without.y, rtol=1e-5)


def test_a_dose_may_go_into_a_role() -> None:
    model = Model("m", species={"A": 1.0}, roles={"car_t": "A"}, events=(Dose(2, "car_t", at=1),))
    run = simulate(model, 2)
    assert run["A"][-1] == run["car_t"][-1] == 3.0
    assert run.occurrences[0].name == "A"


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 10)), max_size=8))
@settings(max_examples=30)
def test_everything_that_is_given_arrives(doses: list[tuple[float, float]]) -> None:
    model = still.with_events(*(Dose(amount, "A", at=time) for amount, time in doses if time > 1e-9))
    given_amount = sum(amount for amount, time in doses if time > 1e-9)
    assert simulate(model, 10)["A"][-1] == pytest.approx(1.0 + given_amount, rel=1e-9)


# ------------------------------------------------------------------ infusions


@pytest.mark.parametrize("method", METHODS)
def test_an_infusion_of_a_tenth_of_a_second_in_a_thousand_days_is_not_stepped_over(method: str) -> None:
    run = simulate(still.with_events(Infusion(1000, "A", 500, 1e-6)), 1000, method=method)
    assert run["A"][-1] == pytest.approx(1001.0, rel=1e-6)


@pytest.mark.parametrize("duration", [1e-9, 1e-12, 1e-14])
def test_however_short_an_infusion_is_its_whole_amount_arrives(duration: float) -> None:
    run = simulate(still.with_events(Infusion(1000, "A", 500, duration)), 1000)
    assert run["A"][-1] == pytest.approx(1001.0, rel=1e-6)


def test_an_infusion_acts_over_a_half_open_interval() -> None:
    run = simulate(still.with_events(Infusion(6, "A", 2, 3)), 10)
    inflow = run.inflow("A")
    assert inflow[run.t == 2.0].tolist() == [0.0, 2.0]
    assert inflow[run.t == 5.0].tolist() == [2.0, 0.0]
    assert set(inflow[(run.t > 2) & (run.t < 5)]) == {2.0}
    exact = 1 + 2 * np.clip(run.t - 2, 0, 3)
    np.testing.assert_allclose(run["A"], exact, rtol=1e-8)


@pytest.mark.parametrize("method", METHODS)
def test_an_infusion_against_a_loss_follows_its_closed_form(method: str) -> None:
    run = simulate(decay.with_values(A=0).with_events(Infusion(6, "A", 2, 3)), 10, method=method, atol=1e-9)
    rising = 2 / 0.5 * (1 - np.exp(-0.5 * np.clip(run.t - 2, 0, 3)))
    exact = rising * np.exp(-0.5 * np.clip(run.t - 5, 0, None))
    assert np.max(np.abs(run["A"] - exact) / (1e-6 * exact + 1e-9)) < 200


def test_infusions_that_overlap_or_touch_add() -> None:
    model = still.with_events(Infusion(6, "A", 2, 3), Infusion(4, "A", 4, 2), Infusion(3, "A", 6, 1))
    run = simulate(model, 10)
    assert at(run, "A", 10.0) == [pytest.approx(14.0)]
    assert [run.inflow("A")[np.searchsorted(run.t, t)] for t in (3, 4.5, 5.5, 6.5, 8)] == [2, 4, 2, 3, 0]


def test_an_infusion_may_outlast_the_run() -> None:
    run = simulate(still.with_events(Infusion(10, "A", 5, 10)), 10)
    assert run["A"][-1] == pytest.approx(6.0)
    assert run.occurrences[0].stop == 15.0


# ------------------------------------------------------------------ changes


def test_a_change_acts_over_a_half_open_interval() -> None:
    run = simulate(decay.with_events(Change("k", factor=0.5, start=2, stop=4)), 10)
    assert at(run, "k", 2.0) == [0.5, 0.25]
    assert at(run, "k", 4.0) == [0.25, 0.5]
    exact = 8 * np.exp(-0.5 * run.t + 0.25 * np.clip(run.t - 2, 0, 2))
    np.testing.assert_allclose(run["A"], exact, rtol=1e-5)
    np.testing.assert_allclose(run["loss"], run["k"] * run["A"])


def test_factors_multiply_and_a_setting_comes_before_them() -> None:
    changes = (
        Change("k", factor=2, start=1, stop=5),
        Change("k", factor=3, start=2, stop=5),
        Change("k", to=0.1, start=3, stop=4),
    )
    for order in (changes, changes[::-1]):
        run = simulate(decay.with_events(*order), 6, at=[0, 1, 2, 3, 4, 5])
        np.testing.assert_allclose(run["k"], [0.5, 1, 3, 0.6, 3, 0.5])


def test_two_changes_that_set_one_parameter_at_once_are_refused() -> None:
    model = decay.with_events(Change("k", to=1, start=1, stop=5), Change("k", to=2, start=4))
    with pytest.raises(ModelError, match=r"two changes set 'k' at once, to 1 and to 2 \(day 4\)"):
        simulate(model, 10)
    touching = decay.with_events(Change("k", to=1, start=1, stop=4), Change("k", to=2, start=4))
    assert at(simulate(touching, 10), "k", 4.0) == [1.0, 2.0]


def test_a_change_at_the_start_holds_from_the_first_row() -> None:
    run = simulate(decay.with_events(Change("k", to=0.0)), 5)
    assert set(run["k"]) == {0.0}
    assert set(run["A"]) == {8.0}


def test_a_rule_that_acts_at_the_start_shows_in_parameters_and_fluxes() -> None:
    run = simulate(decay.with_events(When("A >= 1", then=Change("k", to=0.1))), 5)
    np.testing.assert_allclose(run["A"], 8 * np.exp(-0.1 * run.t), rtol=1e-5)
    assert set(run["k"][1:]) == {0.1}
    np.testing.assert_allclose(run["loss"][1:], 0.1 * run["A"][1:])


def test_a_rule_that_infuses_at_the_start_shows_in_the_inflow() -> None:
    run = simulate(still.with_events(When("A >= 1", then=Infusion(4, "A", 0, 2))), 5)
    assert run["A"][-1] == pytest.approx(5.0)
    assert run.inflow("A")[10] == 2.0


# ------------------------------------------------------------------ jumps in time


@pytest.mark.parametrize("method", METHODS)
def test_a_step_of_time_switches_at_its_instant(method: str) -> None:
    run = simulate(switch.with_values(t0=10 / 3), 10, method=method)
    np.testing.assert_allclose(run["A"], 2 * np.clip(run.t - 10 / 3, 0, None), rtol=1e-9, atol=1e-9)


def test_a_flux_is_shown_on_both_sides_of_a_jump() -> None:
    run = simulate(switch, 10)
    assert at(run, "filling", 3.0) == [0.0, 2.0]
    assert simulate(switch, 10, at=[0, 3, 10])["filling"].tolist() == [0.0, 2.0, 2.0]


@pytest.mark.parametrize("method", METHODS)
def test_a_step_that_ends_leaves_no_trace_of_itself(method: str) -> None:
    model = Model(
        "m",
        species={"A": 0.0},
        parameters={"v": 2.0, "t0": 3.0},
        processes={"filling": Process("-> A", "v*step(t0 - t)")},
    )
    run = simulate(model, 10, method=method)
    assert run["A"][-1] == pytest.approx(6.0, rel=1e-5)


def test_a_flux_that_ends_is_shown_on_both_sides_of_its_end() -> None:
    model = Model("m", species={"A": 0.0}, processes={"filling": Process("-> A", "2*step(3 - t)")})
    assert at(simulate(model, 10), "filling", 3.0) == [2.0, 0.0]


@pytest.mark.parametrize(("a", "b"), [(0.1, 4.0), (0.2, 0.5), (0.1, 0.2), (1.0, 2.0)])
def test_a_jump_at_a_rounded_time_still_has_two_sides(a: float, b: float) -> None:
    model = Model(
        "m",
        species={"A": 0.0},
        parameters={"a": a, "b": b},
        processes={"filling": Process("-> A", "2*step(t - a - b)")},
    )
    run = simulate(model, 10)
    sides = run["filling"][np.abs(run.t - (a + b)) < 1e-9]
    assert len(sides) >= 2
    assert (sides[0], sides[-1]) == (0.0, 2.0)
    assert run["A"][-1] == pytest.approx(2 * (10 - a - b), rel=1e-8)


# fmt: off
SHIFTED = [
    (Change("t0", to=8, start=1),              4.0),   # before it switches: on over [8, 10)
    (Change("t0", to=8, start=5),              8.0),   # on over [3, 5) and [8, 10)
    (Change("t0", to=1, start=2),             16.0),   # on from the change on
    (Change("t0", to=5, start=5),             14.0),   # at its own instant
    (Change("t0", factor=2, start=1, stop=5), 10.0),   # put off, and on when the delay is lifted
    (Change("t0", to=4.5, start=3),           11.0),   # put off at the instant itself
]
# fmt: on


@pytest.mark.parametrize(("change", "amount"), SHIFTED)
def test_a_step_switches_where_a_change_has_moved_it(change: Change, amount: float) -> None:
    for method in STEPWISE:
        run = simulate(switch.with_events(change), 10, method=method)
        assert run["A"][-1] == pytest.approx(amount, rel=1e-5)


@pytest.mark.parametrize("method", ["auto", "Radau", "LSODA", "BDF"])
def test_a_pulse_written_as_two_steps_is_not_stepped_over(method: str) -> None:
    model = Model(
        "m",
        species={"A": 0.0},
        parameters={"a": 500.0, "width": 1e-6},
        processes={"pulse": Process("-> A", "step(t - a)*step(a + width - t)/width")},
    )
    assert simulate(model, 1000, method=method)["A"][-1] == pytest.approx(1.0, rel=1e-5)


def test_a_definition_may_jump() -> None:
    model = Model(
        "m",
        species={"A": 1.0},
        parameters={"t0": 2.5},
        definitions={"later": "step(t - t0)", "rate": "0.5*later"},
        processes={"loss": Process("A ->", "rate*A")},
    )
    run = simulate(model, 10)
    np.testing.assert_allclose(run["A"], np.exp(-0.5 * np.clip(run.t - 2.5, 0, None)), rtol=1e-5)
    assert at(run, "rate", 2.5) == [0.0, 0.5]


# ------------------------------------------------------------------ the exact Jacobian


@pytest.mark.parametrize("method", ["auto", "odeint", "Radau", "BDF", "LSODA"])
def test_the_exact_jacobian_is_what_the_solver_uses(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model(
        "stiff",
        species={"A": 1.0, "B": 0.0},
        parameters={"k": 1.0, "q": 1e4},
        processes={"a": Process("A -> B", "k*A"), "b": Process("B ->", "q*B**2")},
    )
    calls: list[tuple[Any, Any]] = []
    exact: Callable[..., Any] = Compiled.jacobian

    def counted(self: Compiled, parameters: Any, **options: Any) -> Any:
        jacobian = exact(self, parameters)

        def evaluate(t: float, y: Any) -> Any:
            calls.append((y.copy(), jacobian(t, y)))
            return calls[-1][1]

        return evaluate

    monkeypatch.setattr(Compiled, "jacobian", counted)
    simulate(model, 50, at=[50], method=method, rtol=1e-4)
    assert 0 < len(calls) < 200
    for y, matrix in calls:
        np.testing.assert_allclose(matrix, [[-1.0, 0.0], [1.0, -2e4 * y[1]]])


@pytest.mark.parametrize("method", ["auto", "Radau", "BDF", "LSODA"])
def test_with_the_exact_jacobian_no_slope_is_estimated_by_differences(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    n = 20
    model = Model(
        "wide",
        species={f"A{i}": 1.0 for i in range(n)},
        processes={f"p{i}": Process(f"A{i} ->", f"{10.0 ** (i % 5)}*A{i}*A{(i + 1) % n}") for i in range(n)},
    )
    work = {"f": 0, "J": 0}

    def counting(kind: str, make: Callable[..., Any]) -> Callable[..., Any]:
        def made(*arguments: Any, **named: Any) -> Any:
            function = make(*arguments, **named)

            def called(t: float, y: Any) -> Any:
                work[kind] += 1
                return function(t, y)

            return called

        return made

    monkeypatch.setattr(Compiled, "right_hand_side", counting("f", Compiled.right_hand_side))
    monkeypatch.setattr(Compiled, "jacobian", counting("J", Compiled.jacobian))
    simulate(model, 1, at=[1], method=method, atol=1e-9)
    assert 0 < work["J"] < work["f"] < 1500


# ------------------------------------------------------------------ initial amounts


def test_an_initial_amount_may_be_arithmetic_on_parameters() -> None:
    model = Model(
        "m",
        species={"A": Species("C_max / fold", "cell"), "B": Species(2.0, "cell")},
        parameters={"C_max": Parameter(1e9, "cell"), "fold": Parameter(1e3, "1")},
    )
    assert simulate(model, 1).y[:, 0].tolist() == [1e6, 2.0]
    assert simulate(model.with_values(fold=10.0), 1)["A"][0] == 1e8
    assert simulate(model.with_values(A=7.0), 1)["A"][0] == 7.0
    assert simulate(model.with_events(Change("fold", factor=2)), 1)["A"][0] == 5e5


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("C / f", {"f": 0.0}),
        ("C - f", {"f": 9.0}),
        ("log(C - f)", {"f": 9.0}),
        ("C**f", {"f": 1e6}),
        ("exp(C*f)", {"f": 1e6}),
        ("C*f*1e308", {"f": 1e308}),
    ],
)
def test_an_initial_amount_without_a_value_has_a_sentence(text: str, values: dict[str, float]) -> None:
    model = Model("m", species={"B": 1.0, "A": Species(text)}, parameters={"C": 8.0, "f": 1.0})
    with pytest.raises(ModelError, match="initial amount") as error:
        simulate(model.with_values(values), 1)
    assert "'m'" in str(error.value)
    assert "'A'" in str(error.value)
