"""Stochastic runs around the ODE: lines, mean, and the share that died out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import cartsim as cs
from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.plots.artists import course, with_gid
from cartsim.plots.chance import chance, died_out
from cartsim.plots.labels import labels_of
from cartsim.solving.ensemble import Ensemble
from cartsim.solving.trajectory import Trajectory

from .cases import P, Q, S, arms, treated
from .test_fan import bundle

CLONE = cs.Model(
    "clone",
    species={"T": S(5, "cell", "tumour cells")},
    parameters={"b": P(0.25, "1/day"), "d": P(0.2, "1/day")},
    processes={"birth": Q("-> T", "b*T"), "death": Q("T ->", "d*T")},
    roles={"tumour": "T"},
)


def walks(n: int = 60, start: int = 5, until: float = 20.0, steps: int = 100) -> tuple[Trajectory, Ensemble]:
    """Births and deaths of single cells, drawn in small steps: enough for a picture, no exact method."""
    ode = cs.simulate(CLONE.with_values(T=start), until=until, at=list(np.linspace(0, until, steps + 1)))
    rng = np.random.default_rng(3)
    step = until / steps
    cells = np.full((n, steps + 1), float(start))
    for i in range(steps):
        now = cells[:, i].astype(int)
        cells[:, i + 1] = now + rng.binomial(now, 0.25 * step) - rng.binomial(now, 0.2 * step)
    return ode, Ensemble({f"run {i + 1}": replace(ode, y=row[None, :].copy()) for i, row in enumerate(cells)})


def test_the_ode_the_runs_and_their_mean_are_drawn() -> None:
    ode, runs = walks()
    ax = chance(ode, runs)
    mean, curve = with_gid(ax.lines, "curve:")
    assert [line.get_label() for line in (mean, curve)] == ["mean of 60 runs", "ODE"]
    np.testing.assert_allclose(course(mean)[1], runs.array("T").mean(axis=0))
    np.testing.assert_allclose(course(curve)[1], ode["T"])
    (threads,) = with_gid(ax.collections, "runs:")
    np.testing.assert_allclose([s[:, 1] for s in threads.get_segments()], runs.array("T"))
    assert mean.get_color() != curve.get_color()
    assert mean.get_linestyle() != curve.get_linestyle()


def test_the_share_that_died_out_is_told_at_the_end() -> None:
    ode, runs = walks()
    share = (runs.array("T")[:, -1] == 0).mean()
    assert 0.05 < share < 0.6
    texts = [note.get_text().replace("\n", " ") for note in labels_of(chance(ode, runs))]
    assert f"{100 * share:.3g} % of 60 runs died out" in texts


def test_zeros_stand_in_the_strip_under_the_floor_with_the_share_beside_them() -> None:
    ode, runs = walks()
    ax = chance(ode, runs, log=True)
    ((time,), (height,)) = course(with_gid(ax.lines, "died:")[0])
    assert time == 20
    assert ax.get_ylim()[0] < height < 1.0
    ends = [segment[-1, 1] for segment in with_gid(ax.collections, "runs:")[0].get_segments()]
    assert ends.count(height) == (runs.array("T")[:, -1] == 0).sum()
    assert [text.get_text().strip() for text in with_gid(ax.texts, "floor-words")] == ["one cell"]


def test_where_no_run_died_out_it_is_said_in_small_words() -> None:
    ode, runs = walks(n=20, start=200)
    ax = chance(ode, runs)
    assert with_gid(ax.lines, "died:") == []
    assert [note.get_text() for note in with_gid(ax.texts, "runs-note")] == ["none of 20 runs died out"]
    assert with_gid(chance(treated(), arms(2), "il6").texts, "runs-note") == []  # no cells, nothing to die


def test_only_what_was_there_can_have_died_out() -> None:
    assert died_out(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, np.nan]])).tolist() == [
        False,
        True,
        False,
        False,
    ]


def test_failed_runs_are_told_and_the_ode_is_not_counted_among_the_runs() -> None:
    ode, runs = walks(n=8, start=200)
    ax = chance(ode, Ensemble(dict(runs), {"x": ValueError("no")}))
    (note,) = with_gid(ax.texts, "runs-note")
    assert note.get_text() == "none of 8 runs died out; 1 of 9 runs failed"


def test_the_ode_may_have_times_of_its_own() -> None:
    _, runs = walks(n=8)
    ax = chance(cs.simulate(CLONE, until=20, at=[0, 10, 20]), runs)
    assert course(with_gid(ax.lines, "curve:T", "curve:tumour:ODE", "curve:tumour-ODE")[-1])[0].tolist() == [
        0,
        10,
        20,
    ]


def test_wrong_arguments_and_names_are_refused() -> None:
    ode, runs = walks(n=3)
    with pytest.raises(ModelError, match="in this order"):
        chance(runs, ode)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="no finished run"):
        chance(ode, Ensemble({}))
    with pytest.raises(UnknownNameError, match="did you mean 'tumour'"):
        chance(ode, runs, "tumuor")
    with pytest.raises(UnknownNameError, match="'il6' is not a name in 'clone'"):
        chance(ode, arms(2), "il6")


def test_runs_in_another_unit_than_the_ode_are_refused() -> None:
    other = cs.Model(
        "billions",
        species={"T": S(1, "1e9 cell")},
        parameters={"r": P(0, "1/day")},
        processes={"b": Q("-> T", "r*T")},
    )
    with pytest.raises(ModelError, match="so they share no axis"):
        chance(cs.simulate(other, until=4), bundle([[1.0, 2.0, 3.0]]), "T")
