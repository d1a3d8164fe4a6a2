"""`Recorder`: the rows of a run."""

from __future__ import annotations

import numpy as np
import pytest

from cartsim.language.events import Change, Dose
from cartsim.language.model import Model
from cartsim.language.parts import Process
from cartsim.solving.recorder import Recorder
from cartsim.solving.simulate import simulate

model = Model(
    "m", species={"A": 1.0, "B": 2.0}, parameters={"k": 3.0}, processes={"p": Process("A ->", "k*A")}
)
GRID = np.array([0.0, 1.0, 2.0, 3.0])


def recorder(*, both_sides: bool = True, twice: frozenset[float] = frozenset()) -> Recorder:
    return Recorder(model, GRID, both_sides=both_sides, twice=twice)


def test_the_times_inside_exclude_both_ends() -> None:
    assert recorder().inside(0.0, 3.0).tolist() == [1.0, 2.0]
    assert recorder().inside(0.5, 2.5).tolist() == [1.0, 2.0]
    assert recorder().inside(1.0, 2.0).tolist() == []
    assert recorder().inside(np.nextafter(1, 0), np.nextafter(2, 3)).tolist() == [1.0, 2.0]


def test_times_wanted_twice_are_given_twice_and_two_rows_at_an_instant() -> None:
    records = recorder(both_sides=False, twice=frozenset([2.0]))
    assert records.inside(0.0, 3.0).tolist() == [1.0, 2.0, 2.0]
    assert records.two_rows(2.0, visible=False)
    assert not records.two_rows(1.0, visible=True)


def test_an_event_has_two_rows_only_where_both_sides_are_wanted() -> None:
    assert recorder().two_rows(1.5, visible=True)
    assert not recorder().two_rows(1.5, visible=False)
    assert not recorder(both_sides=False).two_rows(1.5, visible=True)


def test_only_the_times_of_the_grid_are_wanted() -> None:
    assert [recorder().wants(t) for t in (0.0, 3.0, 1.5, -1.0, 4.0)] == [True, True, False, False, False]
    assert not recorder().wants(float(np.nextafter(1, 2)))


def test_rows_belong_to_the_stretch_that_is_open() -> None:
    records = recorder()
    records.open_segment(np.array([3.0]), None)
    records.row(0.0, np.array([1.0, 2.0]))
    records.add(np.array([1.0, 2.0]), np.array([[3.0, 4.0], [5.0, 6.0]]))
    records.close_segment(2.5)
    records.open_segment(np.array([7.0]), np.array([0.0, 8.0]))
    records.row(2.5, np.array([9.0, 10.0]))
    run = records.finish("odeint")
    assert run.t.tolist() == [0.0, 1.0, 2.0, 2.5]
    assert run.y.tolist() == [[1.0, 3.0, 5.0, 9.0], [2.0, 4.0, 6.0, 10.0]]
    assert run.segment.tolist() == [0, 0, 0, 1]
    assert run["k"].tolist() == [3.0, 3.0, 3.0, 7.0]
    assert run["p"].tolist() == [3.0, 9.0, 15.0, 63.0]
    assert run.inflow("B").tolist() == [0.0, 0.0, 0.0, 8.0]
    assert run.segment_end.tolist() == [2.5, np.inf]
    assert run.method == "odeint"


def test_what_is_recorded_is_a_copy() -> None:
    records, y = recorder(), np.array([1.0, 2.0])
    records.open_segment(np.array([3.0]), None)
    records.row(0.0, y)
    y[:] = -1.0
    assert records.finish("").y[:, 0].tolist() == [1.0, 2.0]


def test_nothing_recorded_is_an_empty_run() -> None:
    run = recorder().finish("")
    assert run.t.shape == (0,)
    assert run.y.shape == (2, 0)
    assert run["p"].shape == (0,)
    assert "empty" in repr(run)


@pytest.mark.parametrize("day", [0.0, 1.0, 1.5, 2.0])
def test_a_run_shows_the_state_before_and_after_every_event(day: float) -> None:
    given = model.with_events(Dose(5, "B", at=day), Change("k", to=0.0, start=day))
    run = simulate(given, 2)
    rows = run.t == day
    assert run["B"][rows].tolist() == [2.0, 7.0]
    assert run["A"][rows][0] == run["A"][rows][1]
    assert len(run.t) == 502
    exact = simulate(given, 2, at=sorted({0.0, day, 2.0}))
    assert exact.t.tolist() == sorted({0.0, day, 2.0})
    assert exact["B"][exact.t == day].tolist() == [7.0]
    assert exact["k"][exact.t == day].tolist() == [0.0]


def test_an_event_that_ends_with_the_run_ends_in_its_last_row() -> None:
    run = simulate(model.with_events(Change("k", to=0.0, start=1, stop=2)), 2)
    assert run["k"][run.t == 2].tolist() == [0.0, 3.0]
