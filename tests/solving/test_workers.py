"""Whoever does the work, the answers are the same; what is lost is done by others, or named."""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest

import cartsim as cs
from cartsim.language.parts import Parameter, Process, Species
from cartsim.solving import several
from cartsim.solving.cohort import cohort
from cartsim.solving.ensemble import Ensemble
from cartsim.solving.job import Job
from cartsim.solving.simulate import simulate as simulate_by

MODEL = cs.Model(
    "growth and loss",
    species={"A": Species(50.0, extinct_below=1.0), "B": Species(0.0)},
    parameters={"k": Parameter(0.5, spread=0.4), "g": Parameter(0.3, spread=0.2)},
    processes={"loss": Process("A -> B", "k*A"), "growth": Process("-> A", "g*A")},
).with_events(cs.Dose(30.0, into="A", at=4.0))
PEOPLE = cohort(MODEL, 700, seed=5)


simulate = partial(simulate_by, method="batch")
"""Always the engine on arrays: "auto" takes compiled code where another test has left it at hand."""


def assert_same(one: Ensemble, other: Ensemble) -> None:
    """Equal to the last bit, in order, with what happened to each."""
    assert list(one) == list(other)
    assert set(one.failures) == set(other.failures)
    np.testing.assert_array_equal(one.t, other.t)
    for name in ("A", "B", "loss"):
        np.testing.assert_array_equal(one.array(name), other.array(name))
    assert [one[label].occurrences for label in one] == [other[label].occurrences for label in other]


@pytest.fixture(scope="module")
def alone() -> Ensemble:
    return simulate(PEOPLE, 20.0)


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.mark.slow
def test_processes_give_the_same_answers(alone: Ensemble, processes: Executor) -> None:
    assert len(alone) == len(PEOPLE)
    assert_same(simulate(PEOPLE, 20.0, executor=processes), alone)


def test_threads_give_the_same_answers(alone: Ensemble) -> None:
    with ThreadPoolExecutor(3) as pool:
        assert_same(simulate(PEOPLE, 20.0, executor=pool), alone)


@pytest.mark.parametrize("size", [*(pytest.param(size, marks=pytest.mark.slow) for size in (1, 13)), 256])
def test_so_does_cutting_the_work_into_other_pieces(
    size: int, alone: Ensemble, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = PEOPLE.part(0, 300)
    monkeypatch.setattr(several, "_PIECE", {"batch": size})
    runs = simulate(few, 20.0)
    np.testing.assert_array_equal(runs.array("A"), alone.array("A")[:300])


@pytest.mark.slow
def test_few_runs_are_solved_one_by_one_by_workers_too(processes: Executor) -> None:
    few = PEOPLE.part(0, 5)
    assert_same(simulate_by(few, 20.0, executor=processes), simulate_by(few, 20.0))


@pytest.mark.slow
def test_only_what_is_kept_comes_back_from_workers(alone: Ensemble, processes: Executor) -> None:
    runs = simulate(PEOPLE, 20.0, executor=processes, keep=["A"])
    np.testing.assert_array_equal(runs.array("A"), alone.array("A"))
    with pytest.raises(cs.ModelError, match="was not kept"):
        runs["patient 1"]["B"]


@pytest.mark.slow
def test_failures_come_back_from_workers_by_label(processes: Executor) -> None:
    blow_up = cs.Model(
        "pole", species={"A": 1.0}, parameters={"k": 1.0}, processes={"growth": Process("-> A", "k*A**2")}
    )
    members = {f"k={k:g}": blow_up.with_values(k=k) for k in np.linspace(0.1, 1.0, 10)}
    with pytest.warns(RuntimeWarning, match="5 of 10 runs failed"):
        runs = simulate(members, 1.75, executor=processes)
    assert sorted(runs.failures) == ["k=0.6", "k=0.7", "k=0.8", "k=0.9", "k=1"]
    reason = runs.failures["k=1"]
    assert isinstance(reason, cs.SolveError)
    assert reason.time == pytest.approx(1.0, rel=1e-3)
    assert reason.partial is not None


class Killing(ProcessPoolExecutor):
    """A pool of which one process is killed when the third job has come back."""

    def submit(self, *job: Any) -> Any:
        future = super().submit(*job)
        self.sent = getattr(self, "sent", 0) + 1
        if self.sent == 3:
            future.add_done_callback(lambda _: os.kill(next(iter(self._processes)), signal.SIGKILL))
        return future


@pytest.mark.slow
def test_when_a_process_is_killed_the_rest_is_solved_here(
    alone: Ensemble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(several, "_PIECE_SENT", 20)
    with (
        Killing(2, mp_context=get_context("spawn")) as pool,
        pytest.warns(RuntimeWarning, match="lost its workers; the rest is solved in this process"),
    ):
        runs = simulate(PEOPLE, 20.0, executor=pool)
    assert_same(runs, alone)


class Faulty(Executor):
    """Does the work at once, but fails with some jobs: once, or always."""

    def __init__(self, bad: str, times: int) -> None:
        self.bad, self.left, self.tried = bad, times, 0

    def submit(self, do: Any, job: Job) -> Any:
        future: Future[Any] = Future()
        if self.bad in job.models and self.left > 0:
            self.left -= 1
            self.tried += 1
            future.set_exception(OSError("the line went dead"))
        else:
            future.set_result(do(job))
        return future


def test_a_job_that_is_lost_once_is_done_again(alone: Ensemble) -> None:
    executor = Faulty("patient 300", times=1)
    assert_same(simulate(PEOPLE, 20.0, executor=executor), alone)
    assert executor.tried == 1


def test_a_job_that_is_lost_again_and_again_is_reported_by_its_labels(alone: Ensemble) -> None:
    executor = Faulty("patient 300", times=9)
    with pytest.warns(RuntimeWarning, match="256 of 700 runs failed"):
        runs = simulate(PEOPLE, 20.0, executor=executor)
    assert executor.tried == 2
    assert set(runs.failures) == {f"patient {i}" for i in range(257, 513)}
    reason = runs.failures["patient 300"]
    assert isinstance(reason, cs.UnfinishedError)
    assert "the line went dead" in str(reason)
    np.testing.assert_array_equal(runs.array("A"), np.delete(alone.array("A"), np.s_[256:512], axis=0))


def test_an_executor_that_was_shut_down_leaves_the_work_to_this_process(alone: Ensemble) -> None:
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    with pytest.warns(RuntimeWarning, match="lost its workers"):
        assert_same(simulate(PEOPLE, 20.0, executor=pool), alone)


def test_what_cannot_take_work_is_refused() -> None:
    with pytest.raises(cs.ModelError, match=r"executor must be a concurrent\.futures\.Executor"):
        simulate(PEOPLE, 20.0, executor=4)  # type: ignore[call-overload]


# ------------------------------------------------------------------ Ctrl-C


def test_an_interruption_keeps_what_is_finished(alone: Ensemble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "_PIECE", {"batch": 100})
    real, calls = several.done, []

    def interrupted(job: Job) -> Any:
        calls.append(job)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(job)

    monkeypatch.setattr(several, "done", interrupted)
    with pytest.warns(RuntimeWarning, match="interrupted: 300 of 700 runs are finished and kept"):
        runs = simulate(PEOPLE, 20.0)
    assert len(runs) == 300
    assert len(runs.failures) == 400
    assert "interrupted" in str(runs.failures["patient 301"])
    np.testing.assert_array_equal(runs.array("A"), alone.array("A")[:300])


def test_an_interruption_before_anything_is_finished_is_an_interruption(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(job: Job) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(several, "done", interrupted)
    with pytest.raises(KeyboardInterrupt):
        simulate(PEOPLE, 20.0)


@pytest.mark.slow
def test_a_true_interrupt_signal_is_heard_soon(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(several, "_PIECE", {"batch": 50})
    many = cohort(MODEL, 50_000, seed=5)
    # A process that was started in the background ignores the signal unless told otherwise.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    begun = time.monotonic()
    with pytest.warns(RuntimeWarning, match="interrupted"):
        runs = simulate(many, 200.0)
    assert time.monotonic() - begun < 30.0
    assert 0 < len(runs) < len(many)
    assert len(runs) + len(runs.failures) == len(many)


# ------------------------------------------------------------------ Dask


@pytest.mark.slow
def test_a_dask_cluster_that_loses_a_worker_half_way_gives_the_same_answers(
    alone: Ensemble, monkeypatch: pytest.MonkeyPatch
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the cluster says of itself
        distributed = pytest.importorskip("distributed")
        monkeypatch.setattr(several, "_PIECE_SENT", 20)
        with (
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            executor = client.get_executor()
            assert_same(simulate(PEOPLE, 20.0, executor=executor), alone)
            pids = list(client.run(os.getpid).values())
            assert len(set(pids)) == 2
            killed = threading.Timer(0.3, os.kill, (pids[0], signal.SIGKILL))
            killed.start()
            runs = simulate(PEOPLE, 20.0, executor=executor, every=0.02)
            assert killed.finished.is_set(), "the work was over before the worker was killed"
            assert pids[0] not in client.run(os.getpid).values()
    np.testing.assert_array_equal(runs.array("A")[:, -1], alone.array("A")[:, -1])
    assert not runs.failures
