"""`simulate`: known solutions for every method, its arguments, and what must not change an answer."""

from __future__ import annotations

import math
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartsim.language.errors import ModelError, SolveError, UnknownNameError
from cartsim.language.events import Change, Dose, Event, Infusion, When
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Species
from cartsim.solving.simulate import METHODS, simulate
from cartsim.solving.tolerances import absolute_tolerances
from cartsim.solving.trajectory import Trajectory
from tests.strategies import MODELS

RTOL = 1e-6

decay = Model("decay", species={"A": 8.0}, parameters={"k": 0.5}, processes={"loss": Process("A ->", "k*A")})
growth = Model(
    "growth", species={"A": 8.0}, parameters={"r": 0.4}, processes={"birth": Process("-> A", "r*A")}
)
logistic = Model(
    "logistic",
    species={"T": Species(1e6, "cell")},
    parameters={"r": Parameter(0.3, "1/day"), "K": Parameter(1e9, "cell")},
    processes={"growth": Process("-> T", "r*T*(1 - T/K)")},
)
chain = Model(
    "chain",
    species={"A": 8.0, "B": 0.0, "C": 0.0},
    parameters={"k": 0.5, "q": 0.2},
    processes={"first": Process("A -> B", "k*A"), "second": Process("B -> C", "q*B")},
)


def worst(model: Model, y: Any, exact: Any, *, rtol: float = RTOL) -> float:
    """The largest error in units of the solver's own tolerance."""
    atol = absolute_tolerances(model, None, rtol)[:, np.newaxis]
    exact = np.atleast_2d(exact)
    return float(np.max(np.abs(np.atleast_2d(y) - exact) / (rtol * np.abs(exact) + atol)))


def exact_chain(t: Any) -> Any:
    a = 8 * np.exp(-0.5 * t)
    b = 8 * 0.5 / (0.2 - 0.5) * (np.exp(-0.5 * t) - np.exp(-0.2 * t))
    return np.array([a, b, 8 - a - b])


KNOWN = {
    "decay": (decay, 10.0, lambda t: 8 * np.exp(-0.5 * t)),
    "growth": (growth, 10.0, lambda t: 8 * np.exp(0.4 * t)),
    "logistic": (logistic, 60.0, lambda t: 1e9 / (1 + (1e9 / 1e6 - 1) * np.exp(-0.3 * t))),
    "chain": (chain, 20.0, exact_chain),
}


@contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """What Ctrl-C does, `seconds` from now."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# ------------------------------------------------------------------ known solutions


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", KNOWN)
def test_every_method_finds_the_known_solution(name: str, method: str) -> None:
    model, until, exact = KNOWN[name]
    run = simulate(model, until, method=method)
    assert len(run.t) == 501
    assert worst(model, run.y, exact(run.t)) < 40


@pytest.mark.parametrize("method", METHODS)
def test_a_smaller_tolerance_gives_a_smaller_error(method: str) -> None:
    errors = []
    for rtol in (1e-3, 1e-6, 1e-9):
        run = simulate(logistic, 60, at=np.linspace(0, 60, 61), method=method, rtol=rtol)
        exact = 1e9 / (1 + 999 * np.exp(-0.3 * run.t))
        errors.append(float(np.max(np.abs(run["T"] / exact - 1))))
    assert errors[0] > 10 * errors[1] > 100 * errors[2] > 0.0


def test_the_default_is_the_compiled_driver() -> None:
    one, other = simulate(chain, 20), simulate(chain, 20, method="odeint")
    assert one.method == other.method == "odeint"
    np.testing.assert_array_equal(one.y, other.y)


def test_a_chosen_method_is_the_one_that_is_used() -> None:
    for method in METHODS[1:]:
        assert simulate(decay, 1, method=method).method == method


def test_a_run_repeated_gives_the_same_bits() -> None:
    model = logistic.with_events(Dose(1e6, "T", at=7), When("T >= 5e8", then=Change("r", factor=-1)))
    one, other = simulate(model, 60), simulate(model, 60)
    np.testing.assert_array_equal(one.t, other.t)
    np.testing.assert_array_equal(one.y, other.y)
    assert one.occurrences == other.occurrences
    assert len(one.occurrences) == 3


# ------------------------------------------------------------------ output times


def test_without_output_times_there_are_501_even_ones() -> None:
    np.testing.assert_array_equal(simulate(decay, 500).t, np.arange(501.0))


def test_with_output_times_exactly_those_come_back() -> None:
    model = decay.with_events(Dose(1, "A", at=1), Dose(2, "A", at=1.5), Infusion(1, "A", 2, 1))
    wanted = [0.0, 0.3, 1.0, 2.0, 2.7, 3.0]
    for method in METHODS:
        assert simulate(model, 4, at=wanted, method=method).t.tolist() == wanted


def test_an_output_time_at_a_dose_holds_the_value_after_it() -> None:
    run = simulate(decay.with_events(Dose(5, "A", at=2)), 4, at=[2, 4])
    after = 8 * math.exp(-1) + 5
    np.testing.assert_allclose(run["A"], [after, after * math.exp(-1)], rtol=1e-5)


def test_output_times_may_be_any_iterable() -> None:
    for at in ((0, 1), np.array([0, 1]), (x for x in (0, 1)), range(2)):
        assert simulate(decay, 2, at=at).t.tolist() == [0.0, 1.0]


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=20, unique=True).map(sorted))
@settings(max_examples=25)
def test_the_output_times_do_not_move_the_solution(times: list[float]) -> None:
    run = simulate(chain, 10, at=times)
    assert run.t.tolist() == times
    assert worst(chain, run.y, exact_chain(run.t)) < 40


def test_a_run_may_begin_later_than_the_model() -> None:
    later = simulate(decay, 12, start=10)
    np.testing.assert_allclose(later["A"], 8 * np.exp(-0.5 * (later.t - 10)), rtol=1e-5)
    assert later.t[0] == 10.0


def test_a_run_begins_at_the_models_own_start() -> None:
    model = Model("late", species={"A": 1.0}, processes={"tick": Process("-> A", "1")}, start=-3)
    run = simulate(model, 2)
    assert run.t[0] == -3.0
    assert run["A"][-1] == pytest.approx(6.0)


# ------------------------------------------------------------------ what must not matter


@given(MODELS, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_the_processes_is_irrelevant(model: Model, random: Any) -> None:
    names = list(model.processes)
    random.shuffle(names)
    shuffled = Model(
        "shuffled",
        species=model.species,
        parameters=model.parameters,
        definitions=model.definitions,
        processes={name: model.processes[name] for name in names},
    )
    at = np.linspace(0, 0.3, 4)
    try:
        run = simulate(model, 0.3, at=at)
    except SolveError:
        with pytest.raises(SolveError):
            simulate(shuffled, 0.3, at=at)
        return
    assert worst(model, simulate(shuffled, 0.3, at=at).y, run.y) < 100


@given(MODELS)
@settings(max_examples=30)
def test_no_run_holds_a_number_that_is_not_finite(model: Model) -> None:
    try:
        run = simulate(model, 0.3)
    except SolveError as error:
        run = error.partial
    assert np.isfinite(run.y).all()
    assert np.isfinite(run.t).all()


TIMES = st.floats(0.01, 9.99)
AMOUNTS = st.floats(0, 1e8)
DOSES = st.builds(lambda a, t: Dose(a, "T", at=t), AMOUNTS, TIMES)
INFUSIONS = st.builds(lambda a, t, d: Infusion(a, "T", t, d), AMOUNTS, TIMES, st.floats(0.01, 5))
CHANGES = st.builds(
    lambda f, t, d: Change("r", factor=f, start=t, stop=t + d), st.floats(-1, 2), TIMES, st.floats(0.01, 5)
)


def halves(event: Event, cut: float) -> tuple[list[Event], list[Event]]:
    """What happens of an event before `cut`, and what from then on."""
    match event:
        case Dose(at=at):
            return ([event], []) if at < cut else ([], [event])
        case Infusion(amount=amount, into=into, start=start, duration=duration) if start < cut < event.stop:
            part = amount * (cut - start) / duration
            rest = Infusion(amount - part, into, cut, event.stop - cut)
            return [Infusion(part, into, start, cut - start)], [rest]
        case Change(parameter=name, factor=factor, start=start, stop=stop) if start < cut < stop:
            first = Change(name, factor=factor, start=start, stop=cut)
            return [first], [Change(name, factor=factor, start=cut, stop=stop)]
        case Infusion(start=start) | Change(start=start):
            return ([event], []) if start < cut else ([], [event])
    raise AssertionError(event)


@given(st.lists(DOSES | INFUSIONS | CHANGES, max_size=4), TIMES)
@settings(max_examples=40)
def test_a_split_run_equals_a_whole_run(events: list[Event], cut: float) -> None:
    parts = [halves(event, cut) for event in events]
    early = [event for before, _ in parts for event in before]
    late = [event for _, after in parts for event in after]
    whole = simulate(logistic.with_events(*events), 10, at=[cut, 10])
    first = simulate(logistic.with_events(*early), cut, at=[cut])
    second = simulate(logistic.with_values(T=first["T"][-1]).with_events(*late), 10, start=cut, at=[cut, 10])
    assert worst(logistic, second.y, whole.y) < 100


def test_scaled_units_scale_the_results() -> None:
    runs = []
    for unit, scale in (("cell", 1.0), ("1e9 cell", 1e9)):
        model = Model(
            "scaled",
            species={
                "T": Species(1e6 / scale, unit, extinct_below=1.0 / scale),
                "C": Species(0.0, unit),
            },
            parameters={
                "r": Parameter(0.2, "1/day"),
                "K": Parameter(1e9 / scale, unit),
                "d": Parameter(0.3, "1/day"),
                "g": Parameter(3.0, "1/day"),
            },
            processes={
                "growth": Process("-> T", "r*T*(1 - T/K)"),
                "killing": Process("T ->", "g*T*C/(C + T)"),
                "loss": Process("C ->", "d*C"),
            },
            events=(Dose(1e7 / scale, "C", at=5),),
        )
        runs.append(simulate(model, 60))
    one, other = runs
    assert [o.kind for o in one.occurrences] == [o.kind for o in other.occurrences] == ["dose", "extinction"]
    assert one.occurrences[1].time == pytest.approx(other.occurrences[1].time, rel=1e-5)
    before = one.t[:250] < 8
    np.testing.assert_allclose(one.y[:, :250][:, before], 1e9 * other.y[:, :250][:, before], rtol=1e-4)


@pytest.mark.parametrize("method", ["auto", "LSODA", pytest.param("Radau", marks=pytest.mark.slow)])
def test_eight_threads_find_the_same_bits_as_one(method: str) -> None:
    dying = Model(
        "dying",
        species={"T": Species(1e6, extinct_below=1.0), "C": Species(1e6, extinct_below=1.0)},
        parameters={"k": 0.3},
        processes={"loss": Process("T ->", "k*T"), "fall": Process("C -> T", "0.2*C")},
    )
    models = [dying.with_values(k=0.25 + 0.05 * i).with_events(Dose(1e4, "T", at=9)) for i in range(8)]
    jobs = [*models, chain, logistic] * 2

    def solved(model: Model) -> Trajectory:
        return simulate(model, 80, method=method)

    serial = [solved(model) for model in jobs]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    try:
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(solved, jobs))
    finally:
        sys.setswitchinterval(interval)
    for one, other in zip(serial, together, strict=True):
        np.testing.assert_array_equal(one.t, other.t)
        np.testing.assert_array_equal(one.y, other.y)
        assert one.occurrences == other.occurrences


# ------------------------------------------------------------------ Ctrl-C


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timer")
@pytest.mark.parametrize("method", ["auto", "LSODA", "RK45", "Radau"])
@pytest.mark.parametrize("at", [None, [0, 1e6]], ids=["many rows", "two rows"])
def test_ctrl_c_stops_a_long_run_within_a_second(method: str, at: list[float] | None) -> None:
    circle = Model(
        "circle",
        species={"x": 1.0, "y": 1.0},
        processes={"a": Process("-> x", "y"), "b": Process("y ->", "x")},
    )
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), interrupted_after(0.1):
        simulate(circle, 1e6, at=at, method=method)
    assert time.monotonic() - began < 1.0
    assert simulate(decay, 1, at=[1], method=method)["A"][0] == pytest.approx(8 * math.exp(-0.5), rel=1e-4)


# ------------------------------------------------------------------ arguments

# fmt: off
REFUSED: list[tuple[Any, dict[str, Any], str]] = [
    (decay, {"until": 0},                      r"until=0 must lie after the start of the run, 0"),
    (decay, {"until": -1},                     r"until=-1 must lie after the start of the run, 0"),
    (decay, {"until": 5, "start": 5},          r"until=5 must lie after the start of the run, 5"),
    (decay, {"until": math.nan},               r"until is nan; it must be a finite number"),
    (decay, {"until": math.inf},               r"until is inf; it must be a finite number"),
    (decay, {"until": "5"},                    r"until must be a number, not '5'"),
    (decay, {"until": None},                   r"until must be a number, not None"),
    (decay, {"until": 5, "start": math.nan},   r"start is nan"),
    (decay, {"until": 5, "start": "x"},        r"start must be a number, not 'x'"),
    (decay, {"until": 5, "at": [2, 1]},        r"the times in at must increase"),
    (decay, {"until": 5, "at": [1, 1]},        r"the times in at must increase"),
    (decay, {"until": 5, "at": [-1, 1]},       r"the time -1 in at lies outside the run, 0 to 5"),
    (decay, {"until": 5, "at": [1, 6]},        r"the time 6 in at lies outside the run, 0 to 5"),
    (decay, {"until": 5, "at": []},            r"at must hold at least one time"),
    (decay, {"until": 5, "at": [0, math.nan]}, r"only finite ones"),
    (decay, {"until": 5, "at": [0, math.inf]}, r"only finite ones"),
    (decay, {"until": 5, "at": 5},             r"at must be a list of times, not 5"),
    (decay, {"until": 5, "at": "abc"},         r"at must be a list of times, not 'abc'"),
    (decay, {"until": 5, "at": "123"},         r"at must be a list of times, not '123'"),
    (decay, {"until": 5, "at": ["1", "2"]},    r"at must be a list of times"),
    (decay, {"until": 5, "at": [[0, 1]]},      r"at must be a list of times"),
    (decay, {"until": 5, "method": "radau"},   r"'radau' is not a method; did you mean 'Radau'\?"),
    (decay, {"until": 5, "method": "LSODE"},   r"'LSODE' is not a method; did you mean 'LSODA'\?"),
    (decay, {"until": 5, "method": None},      r"None is not a method"),
    (decay, {"until": 5, "rtol": 0},           r"rtol is 0; it must lie between 1e-13 and 0\.1"),
    (decay, {"until": 5, "rtol": 1},           r"rtol is 1; it must lie between"),
    (decay, {"until": 5, "rtol": math.nan},    r"rtol is nan"),
    (decay, {"until": 5, "rtol": "small"},     r"rtol must be a number, not 'small'"),
    (decay, {"until": 5, "atol": -1},          r"atol is -1; it must be above zero"),
    (decay, {"until": 5, "atol": 0},           r"atol is 0; it must be above zero"),
    (decay, {"until": 5, "atol": [1, 2]},      r"atol must be a number"),
    (decay, {"until": 5, "atol": {"A": -1}},   r"atol of 'A' is -1"),
    (decay, {"until": 5, "atol": {"B": 1}},    r"atol names 'B', which is not a species of 'decay'"),
    ({},    {"until": 5},                      r"an empty mapping; it needs at least one model"),
    ({"a": decay, "b": 3}, {"until": 5},       r"'b' holds 3"),
    ({1: decay}, {"until": 5},                 r"1 holds <Model decay"),
    ("decay", {"until": 5},                    r"simulate takes a model or a mapping .*, not 'decay'"),
    ([decay], {"until": 5},                    r"simulate takes a model or a mapping"),
    (None,  {"until": 5},                      r"simulate takes a model or a mapping .*, not None"),
]
# fmt: on


@pytest.mark.parametrize(("model", "arguments", "sentence"), REFUSED)
def test_a_bad_argument_has_a_sentence(model: Any, arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        simulate(model, **arguments)


@pytest.mark.parametrize("arguments", [a for m, a, _ in REFUSED if m is decay], ids=str)
def test_a_bad_argument_has_a_sentence_for_a_mapping_too(arguments: dict[str, Any]) -> None:
    with pytest.raises(ModelError):
        simulate({"one": decay.with_events(Dose(1, "A", at=1)), "two": decay}, **arguments)


def test_a_misspelt_method_is_an_unknown_name() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'DOP853'"):
        simulate(decay, 5, method="dop853")


ACTIONS: list[Callable[[float], Event]] = [
    lambda at: Dose(1, "A", at=at),
    lambda at: Infusion(1, "A", at, 1),
    lambda at: Change("k", factor=2, start=at),
]


@pytest.mark.parametrize("action", ACTIONS, ids=["dose", "infusion", "change"])
def test_an_event_outside_the_run_is_refused(action: Callable[[float], Event]) -> None:
    with pytest.raises(ModelError, match=r"at day 7 lies after the end of the run; use until=7 or more"):
        simulate(decay.with_events(action(7)), 5)
    with pytest.raises(ModelError, match=r"at day -2 lies before the start of the run at day 0"):
        simulate(decay.with_events(action(-2)), 5)
    with pytest.raises(ModelError, match=r"at day 2 lies before the start of the run at day 3"):
        simulate(decay.with_events(action(2)), 5, start=3)
    assert simulate(decay.with_events(action(-2)), 5, start=-2).t[0] == -2.0
    assert simulate(decay.with_events(action(5)), 5).occurrences[0].time == 5.0
