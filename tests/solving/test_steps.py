"""One stretch: the compiled driver and the step-by-step solvers, on stiff and hard problems."""

from __future__ import annotations

import math
import threading
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from cartsim.language.compile import ARITHMETIC_ERRORS, Compiled
from cartsim.language.errors import SolveError
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Species
from cartsim.solving.driver import with_compiled_driver
from cartsim.solving.simulate import METHODS, simulate
from cartsim.solving.steps import STEPWISE, Problem, Stretch, StuckError, step_by_step

STIFF = ("auto", "odeint", "Radau", "BDF", "LSODA")

# ------------------------------------------------------------------ one stretch by itself


def problem(function: Callable[[float, Any], Any] | None = None, **named: Any) -> Problem:
    """dy/dt = -y from 1 over [0, 5], without a watch unless told otherwise."""
    function = function or (lambda t, y: -y)

    def forgiving(t: float, y: Any) -> Any:
        try:
            return function(t, y)
        except ARITHMETIC_ERRORS:
            return np.full(len(y), np.nan)

    given: dict[str, Any] = {
        "function": function,
        "forgiving": forgiving,
        "jacobian": lambda t, y: np.array([[-1.0]]),
        "start": 0.0,
        "end": 5.0,
        "y": np.array([1.0]),
        "times": np.array([1.0, 2.0, 4.0]),
        "rtol": 1e-8,
        "atol": np.array([1e-12]),
        "watch": None,
        "thresholds": [],
        "seen": [math.inf, 0],
    }
    return Problem(**(given | named))


SOLVERS: list[Any] = [pytest.param(with_compiled_driver, id="compiled")]
SOLVERS += [pytest.param(lambda p, m=method: step_by_step(p, m), id=method) for method in STEPWISE]


@pytest.mark.parametrize("solve", SOLVERS)
def test_a_stretch_holds_a_row_a_wanted_time_and_its_end(solve: Callable[[Problem], Stretch]) -> None:
    stretch = solve(problem())
    assert stretch.rows.shape == (3, 1)
    np.testing.assert_allclose(stretch.rows[:, 0], np.exp([-1, -2, -4]), rtol=1e-5)
    assert stretch.end == 5.0
    assert stretch.hit is None
    assert stretch.y[0] == pytest.approx(math.exp(-5), rel=1e-5)


@pytest.mark.parametrize("solve", SOLVERS)
def test_a_time_wanted_twice_gets_two_rows(solve: Callable[[Problem], Stretch]) -> None:
    stretch = solve(problem(times=np.array([1.0, 1.0, 2.0, 2.0])))
    np.testing.assert_allclose(stretch.rows[:, 0], np.exp([-1, -1, -2, -2]), rtol=1e-5)


@pytest.mark.parametrize("solve", SOLVERS)
def test_a_stretch_may_want_no_times(solve: Callable[[Problem], Stretch]) -> None:
    assert solve(problem(times=np.empty(0))).rows.shape == (0, 1)


@pytest.mark.parametrize("solve", SOLVERS)
def test_a_stretch_never_looks_beyond_its_end(solve: Callable[[Problem], Stretch]) -> None:
    seen: list[float] = []

    def function(t: float, y: Any) -> Any:
        seen.append(t)
        return -y

    solve(problem(function))
    assert max(seen) <= 5.0
    assert min(seen) >= 0.0


@pytest.mark.parametrize("method", STEPWISE)
def test_a_watch_that_is_met_ends_the_stretch_there(method: str) -> None:
    stretch = step_by_step(problem(watch=lambda t, y: [-y[0]], thresholds=[-0.2]), method)
    assert stretch.hit == 0
    assert stretch.end == pytest.approx(math.log(5), rel=1e-5)
    assert stretch.y[0] <= 0.2
    assert stretch.y[0] == pytest.approx(0.2, rel=1e-9)
    assert stretch.rows.shape == (1, 1)


def test_the_compiled_driver_looks_closely_where_a_watch_was_seen() -> None:
    seen = [math.inf, 0]

    def function(t: float, y: Any) -> Any:
        if -y[0] >= -0.2:
            seen[0] = min(seen[0], t)
        return -y

    stretch = with_compiled_driver(
        problem(function, watch=lambda t, y: [-y[0]], thresholds=[-0.2], seen=seen)
    )
    assert stretch.hit == 0
    assert stretch.end == pytest.approx(math.log(5), rel=1e-6)
    assert stretch.rows.shape == (1, 1)


@pytest.mark.parametrize("method", STEPWISE)
@pytest.mark.parametrize("start", [-43.0, -3.0, -0.1, 3.0])
@pytest.mark.parametrize("after", [0.1, 3.0, 43.0])
def test_what_is_met_at_a_negative_time_or_at_zero_is_found_in_few_looks(
    start: float, after: float, method: str
) -> None:
    """The spacing of numbers around the time of a hit may be next to none, or have no meaning at all."""
    looks = 0

    def watch(t: float, y: Any) -> list[float]:
        nonlocal looks
        looks += 1
        assert looks < 5_000
        return [-y[0]]

    limit = math.exp(-after / 10.0)
    slow = problem(lambda t, y: -y / 10.0, jacobian=lambda t, y: np.array([[-0.1]]), watch=watch)
    slow.start, slow.end, slow.times, slow.thresholds = start, start + 50.0, np.empty(0), [-limit]
    stretch = step_by_step(slow, method)
    assert stretch.hit == 0
    assert stretch.end == pytest.approx(start + after, abs=1e-4)


@pytest.mark.parametrize("method", STIFF)
@pytest.mark.parametrize("day", [-30.0, -1e-9, 0.0, 2.0])
def test_a_species_that_dies_out_before_day_0_or_on_it_does_not_hang(day: float, method: str) -> None:
    start = -40.0
    model = Model(
        "early",
        start=start,
        species={"A": Species(math.exp(0.1 * (day - start)), extinct_below=1.0), "B": Species(1e3)},
        parameters={"k": Parameter(0.1)},
        processes={"loss": Process("A ->", "k*A"), "other": Process("B ->", "k*B")},
    )
    run = simulate(model, until=10, method=method)
    (death,) = run.occurrences
    assert death.time == pytest.approx(day, abs=1e-3)
    assert (run["A"][run.t > death.time] == 0.0).all()
    assert run["B"][-1] == pytest.approx(1e3 * math.exp(-5.0), rel=1e-4)


def evaluations(model: Model, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """How often the compiled driver evaluates a model in a year, and how often it is called."""
    import scipy.integrate

    counts: list[int] = []
    driver = scipy.integrate.odeint

    def counting(*args: Any, **named: Any) -> Any:
        rows, output = driver(*args, **named)
        counts.append(int(output["nfe"][-1]))
        return rows, output

    monkeypatch.setattr(scipy.integrate, "odeint", counting)
    run = simulate(model, until=365)
    monkeypatch.undo()
    assert run.method == "odeint"
    return sum(counts), len(counts)


def with_deaths(limit: float | None) -> Model:
    """Eight populations that die out one after the other, if there is a limit, beside a pendulum."""
    ends = {f"A{i}": 30.0 * (i + 1) for i in range(8)}
    falling = {f"{name}_loss": Process(f"{name} ->", f"{20.0 / end}*{name}") for name, end in ends.items()}
    swing = {"move": Process("-> X", "V - 2"), "turn": Process("V ->", "X - 2")}
    mortal = {name: Species(math.exp(20.0), extinct_below=limit) for name in ends}
    species = {**mortal, "X": Species(3.0), "V": Species(2.0)}
    return Model("deaths", species=species, processes={**falling, **swing})


def test_a_death_does_not_cost_another_way_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    alone, _ = evaluations(with_deaths(None), monkeypatch)
    several, calls = evaluations(with_deaths(1.0), monkeypatch)
    assert calls == 8 + 1 + 8  # to each death, from the last one on, and once closely for each
    assert several < 2.0 * alone


def test_a_rise_to_the_limit_costs_nothing_and_a_fall_after_it_is_a_death(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def model(limit: float | None) -> Model:
        return Model(
            "wave",
            species={"S": Species(1e3), "A": Species(0.0, extinct_below=limit), "B": Species(1.0)},
            processes={
                "feed": Process("S -> A", "0.1*S"),
                "loss": Process("A ->", "0.1*A"),
                "p": Process("-> B", "0.1*B*(1 - B/5)"),
            },
        )

    _, calls = evaluations(model(1.0), monkeypatch)
    assert calls == 3
    (death,) = simulate(model(1.0), until=365).occurrences
    at = simulate(model(None), until=365, at=[death.time])["A"]
    assert at[0] == pytest.approx(1.0, rel=1e-4)


def test_of_two_watches_the_first_in_time_counts() -> None:
    watches = lambda t, y: [-y[0], t]  # noqa: E731
    stretch = step_by_step(problem(watch=watches, thresholds=[-0.2, 1.5]), "RK45")
    assert stretch.hit == 1
    assert stretch.end == pytest.approx(1.5, rel=1e-10)


def test_a_threshold_of_infinity_means_that_nobody_looks() -> None:
    stretch = step_by_step(problem(watch=lambda t, y: [-y[0]], thresholds=[math.inf]), "RK45")
    assert stretch.end == 5.0


@pytest.mark.parametrize("method", STEPWISE)
def test_a_watch_is_found_even_if_it_is_met_for_a_part_of_a_step_only(method: str) -> None:
    window = lambda t, y: [min(t - 1.0, 2.0 - t)]  # noqa: E731
    flat = problem(lambda t, y: np.ones(1), jacobian=lambda t, y: np.zeros((1, 1)), watch=window)
    flat.thresholds = [0.0]
    assert step_by_step(flat, method).end == pytest.approx(1.0, rel=1e-9)


def test_a_stuck_solver_hands_over_what_it_has() -> None:
    def function(t: float, y: Any) -> Any:
        if t > 3:
            raise ZeroDivisionError
        return -y

    for method in STEPWISE:
        with pytest.raises(StuckError) as error:
            step_by_step(problem(function), method)
        stretch = error.value.stretch
        assert stretch.rows.shape == (2, 1)
        assert 2.0 <= stretch.end <= 3.0
        np.testing.assert_allclose(stretch.rows[:, 0], np.exp([-1, -2]), rtol=1e-5)
        assert stretch.y[0] == pytest.approx(math.exp(-stretch.end), rel=1e-4)


def test_a_watch_that_cannot_be_evaluated_is_not_met() -> None:
    def watch(t: float, y: Any) -> list[float]:
        raise ValueError

    assert step_by_step(problem(watch=watch, thresholds=[0.0]), "RK45").end == 5.0


def test_threads_that_overlap_leave_the_warnings_as_they_were() -> None:
    def slow(t: float, y: Any) -> Any:
        time.sleep(1e-4)  # gives the other threads their turn
        return -y

    before = list(warnings.filters)
    threads = [threading.Thread(target=lambda: step_by_step(problem(slow), "RK45")) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert list(warnings.filters) == before


# ------------------------------------------------------------------ stiff and hard

robertson = Model(
    "robertson",
    species={"x": 1.0, "y": 0.0, "z": 0.0},
    parameters={"a": 0.04, "b": 1e4, "c": 3e7},
    processes={
        "slow": Process("x -> y", "a*x"),
        "back": Process("y -> x", "b*y*z"),
        "fast": Process("y -> z", "c*y**2"),
    },
)
van_der_pol = Model(
    "van_der_pol",
    species={"x": 2.0, "v": 0.0},
    parameters={"mu": 100.0},
    processes={"move": Process("-> x", "v"), "pull": Process("-> v", "mu*(1 - x**2)*v - x")},
)


def robertson_by_hand(t: float, y: Any) -> list[float]:
    slow, back, fast = 0.04 * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] ** 2
    return [back - slow, slow - back - fast, fast]


def van_der_pol_by_hand(t: float, y: Any) -> list[float]:
    return [y[1], 100 * (1 - y[0] ** 2) * y[1] - y[0]]


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    """Both problems by a tight hand-written solution with another method than the default's."""
    tight: dict[str, Any] = {"method": "Radau", "rtol": 1e-10}
    times = np.array([0.4, 4.0, 40.0, 400.0, 4e3, 4e4])
    one = solve_ivp(robertson_by_hand, (0, 4e4), [1.0, 0.0, 0.0], t_eval=times, atol=1e-16, **tight)
    two = solve_ivp(van_der_pol_by_hand, (0, 100), [2.0, 0.0], t_eval=[10, 50, 75, 100], atol=1e-13, **tight)
    return {"robertson": (one.t, one.y), "van_der_pol": (two.t, two.y)}


@pytest.mark.parametrize("method", STIFF)
def test_robertsons_problem_agrees_with_a_tight_reference(method: str, reference: dict[str, Any]) -> None:
    times, exact = reference["robertson"]
    run = simulate(robertson, 4e4, at=times, method=method, atol=1e-12)
    assert np.max(np.abs(run.y - exact) / (1e-6 * np.abs(exact) + 1e-12)) < 100
    np.testing.assert_allclose(run.y.sum(axis=0), 1.0, rtol=1e-6)


@pytest.mark.parametrize("method", STIFF)
def test_van_der_pols_problem_agrees_with_a_tight_reference(method: str, reference: dict[str, Any]) -> None:
    times, exact = reference["van_der_pol"]
    run = simulate(van_der_pol, 100, at=times, method=method)
    np.testing.assert_allclose(run.y, exact, rtol=1e-3)


def test_a_stiff_run_costs_few_evaluations(monkeypatch: pytest.MonkeyPatch) -> None:
    calls, make = [0], Compiled.right_hand_side

    def counting(*arguments: Any, **named: Any) -> Any:
        function = make(*arguments, **named)

        def counted(t: float, y: Any) -> Any:
            calls[0] += 1
            return function(t, y)

        return counted

    monkeypatch.setattr(Compiled, "right_hand_side", counting)
    simulate(robertson, 4e4)
    assert 100 < calls[0] < 3000


@pytest.mark.parametrize("method", STIFF)
def test_a_cytokine_that_is_lost_80_times_a_day_follows_its_source_for_a_year(method: str) -> None:
    model = Model(
        "cytokine",
        species={"T": Species(1e8, "cell"), "C": Species(0.0, "pg")},
        parameters={
            "k": Parameter(0.02, "1/day"),
            "s": Parameter(1e-3, "pg/(cell*day)"),
            "d": Parameter(80.0, "1/day"),
        },
        processes={
            "loss": Process("T ->", "k*T"),
            "secretion": Process("-> C", "s*T"),
            "clearance": Process("C ->", "d*C"),
        },
    )
    run = simulate(model, 365, method=method)
    exact = 1e5 / (80 - 0.02) * (np.exp(-0.02 * run.t) - np.exp(-80 * run.t))
    np.testing.assert_allclose(run["C"], exact, rtol=2e-4, atol=1e-6)
    np.testing.assert_allclose(run["T"], 1e8 * np.exp(-0.02 * run.t), rtol=1e-4)


def regrowth(killing: float) -> Model:
    """A tumour under CAR-T cells that wane: ``T = 1e6*exp(0.3*t - killing*(1 - exp(-0.2*t))/0.2)``."""
    return Model(
        "regrowth",
        species={"T": Species(1e6, "cell"), "C": Species(1e7, "cell")},
        parameters={
            "r": Parameter(0.3, "1/day"),
            "c": Parameter(killing / 1e7, "1/(cell*day)"),
            "d": Parameter(0.2, "1/day"),
        },
        processes={
            "growth": Process("-> T", "r*T"),
            "killing": Process("T ->", "c*C*T"),
            "waning": Process("C ->", "d*C"),
        },
    )


def exact_regrowth(t: Any, killing: float) -> Any:
    return 1e6 * np.exp(0.3 * t - killing * (1 - np.exp(-0.2 * t)) / 0.2)


@pytest.mark.parametrize("method", METHODS)
def test_a_relapse_from_a_ten_millionth_of_a_cell_is_right(method: str) -> None:
    killing = 7.2
    run = simulate(regrowth(killing), 200, method=method)
    exact = exact_regrowth(run.t, killing)
    assert 1e-8 < exact.min() < 1e-6
    np.testing.assert_allclose(run["T"], exact, rtol=0.05)


@pytest.mark.parametrize("method", METHODS)
def test_a_relapse_from_far_below_a_cell_is_right_or_refused_but_never_wrong(method: str) -> None:
    killing = 10.0
    assert exact_regrowth(np.linspace(0, 40, 400), killing).min() < 1e-12
    try:
        run = simulate(regrowth(killing), 200, method=method)
    except SolveError:
        return
    np.testing.assert_allclose(run["T"], exact_regrowth(run.t, killing), rtol=0.05)


@pytest.mark.parametrize(
    "method",
    [pytest.param(m, marks=[pytest.mark.slow] if m in ("RK23", "Radau", "BDF") else []) for m in METHODS],
)
def test_no_population_of_billions_is_negative(method: str) -> None:
    for killing in (8.0, 9.0, 10.0, 12.0):
        assert simulate(regrowth(killing), 200, method=method)["T"].min() > -1e-6


@pytest.mark.parametrize("method", METHODS)
def test_with_a_small_enough_tolerance_even_that_relapse_is_right(method: str) -> None:
    killing = 10.0
    run = simulate(regrowth(killing), 200, method=method, atol=1e-20)
    np.testing.assert_allclose(run["T"], exact_regrowth(run.t, killing), rtol=0.01)
