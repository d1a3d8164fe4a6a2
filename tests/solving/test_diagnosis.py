"""Ill-posed runs: they stop with a sentence that names what, where and when, and keep what was computed."""

from __future__ import annotations

import math
import pickle
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from cartsim.language.errors import SolveError
from cartsim.language.events import Change, Dose
from cartsim.language.model import Model
from cartsim.language.parts import Process
from cartsim.solving.diagnosis import sentence
from cartsim.solving.simulate import METHODS, simulate


def model(processes: dict[str, tuple[str, str]], **species: float) -> Model:
    return Model(
        "ill",
        species=species,
        parameters={"k": 1.0},
        processes={name: Process(*parts) for name, parts in processes.items()},
    )


blow_up = model({"feeding": ("-> x", "x**2"), "loss": ("z ->", "z")}, z=2.0, x=1.0)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Breaks off what hangs."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"still running after {seconds} s")

    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def stopped(ill: Model, method: str = "auto", *, seconds: float = 2.0) -> SolveError:
    """The error of a run that must fail; its parts agree with each other."""
    with at_most(seconds), pytest.raises(SolveError) as caught:
        simulate(ill, 5, method=method)
    error = caught.value
    assert "'ill' could not be solved beyond day" in str(error)
    assert repr(error.species) in str(error)
    assert error.species in ill.species
    assert error.partial.model is ill
    assert error.partial.t[-1] == error.time
    assert (np.diff(error.partial.t) >= 0).all()
    assert np.isfinite(error.partial.y).all()
    return error


# ------------------------------------------------------------------ growth without bound


@pytest.mark.parametrize("method", METHODS)
def test_growth_without_bound_stops_at_its_pole_and_keeps_the_run_until_then(method: str) -> None:
    error = stopped(blow_up, method)
    assert error.time == pytest.approx(1.0, rel=1e-4)
    assert error.species == "x"
    assert "'x'" in str(error) or "'feeding'" in str(error)
    early = error.partial.t < 0.95
    assert early.sum() == 95
    np.testing.assert_allclose(error.partial["x"][early], 1 / (1 - error.partial.t[early]), rtol=1e-3)
    np.testing.assert_allclose(error.partial["z"][early], 2 * np.exp(-error.partial.t[early]), rtol=1e-3)


@pytest.mark.parametrize(
    "method",
    ["auto", "RK45", "DOP853", *(pytest.param(name, marks=pytest.mark.slow) for name in ("BDF", "LSODA"))],
)
def test_an_overflow_is_named_with_its_time_and_species(method: str) -> None:
    error = stopped(model({"growth": ("-> x", "300*x")}, x=1.0, z=1.0), method, seconds=20.0)
    assert error.time == pytest.approx(math.log(sys.float_info.max) / 300, rel=0.02)
    assert error.species == "x"


@pytest.mark.parametrize("method", METHODS)
def test_an_exponential_that_explodes_is_named(method: str) -> None:
    error = stopped(model({"growth": ("-> x", "exp(x)")}, x=0.0), method)
    assert error.time == pytest.approx(1.0, rel=1e-3)
    assert error.species == "x"


def test_nothing_is_printed_beside_the_error(capfd: pytest.CaptureFixture[str]) -> None:
    for method in METHODS:
        stopped(blow_up, method=method)
    assert capfd.readouterr() == ("", "")


# ------------------------------------------------------------------ rates without a value

# fmt: off
AT_THE_START = [
    (model({"calm": ("A ->", "k*A"), "bad": ("-> B", "1/(A - 1)")}, A=1.0, B=1.0), "divides by zero"),
    (model({"calm": ("A ->", "k*A"), "bad": ("-> B", "k/(A - A)")}, A=1.0, B=1.0), "divides by zero"),
    (model({"calm": ("A ->", "k*A"), "bad": ("-> B", "log(A - 2)")}, A=1.0, B=1.0), "a logarithm"),
    (model({"calm": ("A ->", "k*A"), "bad": ("-> B", "sqrt(A - 2)")}, A=1.0, B=1.0), "a root"),
    (model({"calm": ("A ->", "k*A"), "bad": ("-> B", "exp(A*1000)")}, A=1.0, B=1.0), "overflows"),
]
# fmt: on


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("ill", "why"), AT_THE_START, ids=["1/0", "k/0", "log", "sqrt", "exp"])
def test_a_rate_without_a_value_at_the_start_is_named_at_once(ill: Model, why: str, method: str) -> None:
    error = stopped(ill, method, seconds=1.0)
    assert error.time == 0.0
    assert error.species == "B"
    assert "process 'bad'" in str(error)
    assert why in str(error)
    assert error.partial["A"][0] == 1.0


@pytest.mark.parametrize("method", METHODS)
def test_a_rate_that_loses_its_value_by_a_dose_is_named(method: str) -> None:
    ill = model({"bad": ("-> B", "sqrt(2 - A)")}, A=1.0, B=0.0).with_events(Dose(3, "A", at=2))
    error = stopped(ill, method, seconds=1.0)
    assert error.time == 2.0
    assert "process 'bad', 'sqrt(2 - A)'" in str(error)
    assert error.partial["B"][error.partial.t < 2][-1] == pytest.approx(1.99)


@pytest.mark.parametrize("method", METHODS)
def test_a_rate_that_loses_its_value_by_a_change_is_named(method: str) -> None:
    ill = model({"bad": ("-> B", "A/k")}, A=1.0, B=0.0).with_events(Change("k", to=0.0, start=2))
    error = stopped(ill, method)
    assert error.time == 2.0
    assert "process 'bad', 'A/k', divides by zero" in str(error)


@pytest.mark.parametrize("method", METHODS)
def test_the_logarithm_of_a_negative_amount_is_named_where_it_appears(method: str) -> None:
    error = stopped(model({"fall": ("A ->", "k"), "bad": ("-> B", "log(A)")}, A=2.0, B=0.0), method)
    assert error.time == pytest.approx(2.0, rel=1e-4)
    assert error.species == "B"
    assert "process 'bad', 'log(A)', takes a root, a logarithm or a power" in str(error)


@pytest.mark.parametrize("method", METHODS)
def test_a_root_of_a_negative_amount_is_named_where_it_appears(method: str) -> None:
    error = stopped(model({"fall": ("A ->", "sqrt(A)")}, A=1.0), method)
    assert error.time == pytest.approx(2.0, abs=0.01)
    assert error.species == "A"
    assert "process 'fall'" in str(error)


@pytest.mark.parametrize("method", METHODS)
def test_a_division_by_an_amount_that_runs_out_names_what_is_divided(method: str) -> None:
    ill = model({"fall": ("A ->", "k"), "bad": ("B ->", "k/A")}, A=2.0, B=10.0)
    error = stopped(ill, method)
    assert error.time == pytest.approx(2.0, rel=1e-4)
    assert error.species == "B"
    assert "'bad'" in str(error)


@pytest.mark.parametrize("method", METHODS)
def test_a_rate_that_loses_its_value_at_a_day_is_named(method: str) -> None:
    error = stopped(model({"bad": ("-> A", "sqrt(1 - t)")}, A=0.5), method)
    assert error.time == pytest.approx(1.0, rel=2e-3)
    assert "process 'bad', 'sqrt(1 - t)'" in str(error)
    early = error.partial.t < 0.9
    exact = 0.5 + (1 - (1 - error.partial.t[early]) ** 1.5) / 1.5
    np.testing.assert_allclose(error.partial["A"][early], exact, rtol=1e-4)


def test_every_method_fails_with_the_same_sentence() -> None:
    ill = model({"fall": ("A ->", "k"), "bad": ("-> B", "log(A)")}, A=2.0, B=0.0)
    told = {str(stopped(ill, method=method)).split(" and 'B' cannot")[0] for method in METHODS}
    assert len(told) == 1


def test_a_rate_that_is_defined_on_the_way_is_solved_although_trial_steps_leave_it() -> None:
    safe = Model(
        "safe",
        species={"A": 1.0},
        parameters={"k": 50.0},
        processes={"loss": Process("A ->", "k*A*sqrt(A)/(1 + log(1 + A))")},
    )
    for method in METHODS:
        run = simulate(safe, 5, method=method)
        assert 0 < run["A"][-1] < 1e-3
        assert (np.diff(run["A"]) < 1e-9).all()


# ------------------------------------------------------------------ the error itself


def test_the_events_until_the_stop_are_kept() -> None:
    error = stopped(blow_up.with_values(x=0.5).with_events(Dose(0.5, "x", at=1)))
    assert error.time == pytest.approx(1 + 1 / 1.5, rel=1e-4)
    assert [o.kind for o in error.partial.occurrences] == ["dose"]
    before, after = error.partial["x"][error.partial.t == 1.0]
    assert (before, after) == (pytest.approx(1.0, rel=1e-4), pytest.approx(1.5, rel=1e-4))
    assert np.isfinite(error.partial["feeding"]).all()


def test_the_rows_asked_for_until_the_stop_are_kept() -> None:
    with pytest.raises(SolveError) as caught:
        simulate(blow_up, 5, at=[0.25, 0.5, 3])
    np.testing.assert_allclose(caught.value.partial["x"][:2], [4 / 3, 2.0], rtol=1e-5)
    assert len(caught.value.partial) == 3


def test_a_solve_error_comes_back_whole_from_another_process() -> None:
    error = stopped(blow_up)
    back = pickle.loads(pickle.dumps(error))
    assert isinstance(back, SolveError)
    assert (str(back), back.time, back.species) == (str(error), error.time, error.species)
    np.testing.assert_array_equal(back.partial.y, error.partial.y)


def test_a_solve_error_is_a_runtime_error() -> None:
    with pytest.raises(RuntimeError):
        simulate(blow_up, 5)


def test_the_sentence_names_the_process_of_a_later_state_too() -> None:
    ill = model({"bad": ("-> B", "log(A)")}, A=1.0, B=3.0)
    y = np.array([1e-9, 3.0])
    text, species = sentence(ill, 2.0, y, [(2.1, np.array([-1.0, 3.0]))], [1.0], y)
    assert species == "B"
    assert "day 2: process 'bad', 'log(A)'" in text
    assert "(it is 3)" in text


def test_without_a_failing_process_the_sentence_names_the_species_that_changes_fastest() -> None:
    text, species = sentence(blow_up, 0.999, np.array([2.0, 1e3]), [], [1.0], np.array([2.0, 1e3]))
    assert species == "x"
    assert "'x', at 1000, changes faster than the solver can follow" in text
