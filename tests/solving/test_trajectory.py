"""`Trajectory`: what can be asked of a run."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from scipy.integrate import trapezoid

from cartsim.language.errors import UnknownNameError
from cartsim.language.events import Change, Dose, Infusion, When
from cartsim.language.model import Model
from cartsim.language.parts import Observable, Parameter, Process, Species
from cartsim.solving.simulate import simulate

model = Model(
    "mouse",
    species={
        "C": Species(0.0, "cell"),
        "T": Species(1e6, "cell", extinct_below=1.0),
        "drug": Species(0.0, "mg"),
    },
    parameters={
        "g": Parameter(2e-6, "1/(cell*day)"),
        "r": Parameter(0.1, "1/day"),
        "m": Parameter(0.05, "1/day"),
    },
    processes={
        "growth": Process("-> T", "r*T"),
        "killing": Process("T ->", "push*T"),
        "waning": Process("C ->", "m*C"),
        "clearance": Process("drug ->", "m*drug"),
    },
    definitions={"push": "g*C"},
    observables={"ratio": Observable("C/(C + T)", "1"), "clock": "t"},
    roles={"car_t": "C", "tumour": "T", "il6": "2*drug"},
    events=(
        Dose(1e6, "car_t", at=5),
        Infusion(8, "drug", 3, 4),
        Change("r", factor=0.5, start=10, stop=12),
        When("T < 10", then=Dose(1, "drug")),
    ),
)


@pytest.fixture(scope="module")
def run() -> Any:
    return simulate(model, 40)


def test_every_kind_of_name_can_be_asked_for(run: Any) -> None:
    assert run.names == tuple(run)
    assert set(run.names) == {
        *("C", "T", "drug", "growth", "killing", "waning", "clearance", "push", "ratio", "clock"),
        *("car_t", "tumour", "il6", "g", "r", "m"),
    }
    for name in run.names:
        assert name in run
        assert run[name].shape == run.t.shape
        assert np.isfinite(run[name]).all()


def test_what_follows_from_the_state_is_its_arithmetic(run: Any) -> None:
    np.testing.assert_array_equal(run["C"], run.y[0])
    np.testing.assert_array_equal(run["tumour"], run["T"])
    np.testing.assert_allclose(run["push"], 2e-6 * run["C"])
    np.testing.assert_allclose(run["killing"], run["push"] * run["T"])
    np.testing.assert_allclose(run["growth"], run["r"] * run["T"])
    np.testing.assert_allclose(run["ratio"], run["C"] / (run["C"] + run["T"]))
    np.testing.assert_allclose(run["il6"], 2 * run["drug"])
    np.testing.assert_allclose(run["clock"], run.t, rtol=1e-12)


def test_a_parameter_is_what_was_in_force(run: Any) -> None:
    half = (run.t > 10) & (run.t < 12)
    assert set(run["r"][half]) == {0.05}
    assert set(run["r"][(run.t < 10) | (run.t > 12)]) == {0.1}
    assert run["r"][run.t == 10].tolist() == [0.1, 0.05]
    assert run["r"][run.t == 12].tolist() == [0.05, 0.1]
    np.testing.assert_array_equal(run.parameters[1], run["r"])
    assert run.parameters.shape == (3, len(run.t))


def test_the_inflow_is_what_infusions_add(run: Any) -> None:
    inside = (run.t > 3) & (run.t < 7)
    assert set(run.inflow("drug")[inside]) == {2.0}
    assert set(run.inflow("drug")[(run.t < 3) | (run.t > 7)]) == {0.0}
    assert set(run.inflow("C")) == {0.0}
    with pytest.raises(UnknownNameError, match="'drugs' is not a species of 'mouse'; did you mean 'drug'"):
        run.inflow("drugs")


def test_fluxes_and_inflow_add_up_to_the_change_between_events(run: Any) -> None:
    for name, terms in {
        "T": run["growth"] - run["killing"],
        "drug": run.inflow("drug") - run["clearance"],
    }.items():
        for segment in np.unique(run.segment):
            rows = run.segment == segment
            if rows.sum() < 10:
                continue
            gained = trapezoid(terms[rows], run.t[rows])
            change = run[name][rows][-1] - run[name][rows][0]
            assert gained == pytest.approx(change, rel=1e-2, abs=1e-2)


def test_the_times_never_decrease_and_events_have_two_rows(run: Any) -> None:
    assert (np.diff(run.t) >= 0).all()
    for time in (3.0, 5.0, 7.0, 10.0, 12.0, *(o.time for o in run.occurrences)):
        assert (run.t == time).sum() == 2


def test_the_occurrences_are_in_order_with_every_kind(run: Any) -> None:
    kinds = [o.kind for o in run.occurrences]
    assert sorted(set(kinds)) == ["change", "dose", "extinction", "infusion", "rule"]
    assert [o.time for o in run.occurrences] == sorted(o.time for o in run.occurrences)


def test_units_are_those_of_the_model(run: Any) -> None:
    assert {name: run.units[name] for name in ("t", "T", "drug", "r", "killing", "tumour")} == {
        "t": "day",
        "T": "cell",
        "drug": "mg",
        "r": "1/day",
        "killing": "cell/day",
        "tumour": "cell",
    }
    assert set(run.names) <= set(run.units)
    assert run.units["ratio"] == "1"


def test_a_model_without_units_has_empty_ones() -> None:
    bare = simulate(Model("m", species={"A": 1.0}, parameters={"k": 1.0}), 1)
    assert (bare.units["A"], bare.units["k"]) == ("", "")


def test_the_time_can_be_asked_for_by_name_if_it_is_said_to_be_there(run: Any) -> None:
    assert "t" in run
    np.testing.assert_array_equal(run["t"], run.t)


@pytest.mark.parametrize(("name", "near"), [("Tt", "T"), ("kiling", "killing"), ("tumor", "tumour")])
def test_a_misspelt_name_names_the_nearest(run: Any, name: str, near: str) -> None:
    assert name not in run
    with pytest.raises(UnknownNameError, match=f"{name!r} is not a name in 'mouse'; did you mean {near!r}"):
        run[name]
    with pytest.raises(KeyError):
        run[name]


def test_what_is_not_a_name_is_refused(run: Any) -> None:
    assert 5 not in run
    with pytest.raises(UnknownNameError):
        run[5]


def test_nothing_in_a_run_can_be_overwritten(run: Any) -> None:
    for array in (run.t, run.y, run["T"], run["killing"], run.segment):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(AttributeError):
        run.t = np.zeros(3)


def test_a_run_has_as_many_rows_as_times(run: Any) -> None:
    assert len(run) == len(run.t) == run.y.shape[1] == len(run.segment)
    assert run.segment_parameters.shape == (len(run.segment_end), 3)
    assert run.segment_inflow.shape == (len(run.segment_end), 3)


def test_a_run_says_in_one_line_what_it_is(run: Any) -> None:
    assert repr(run) == f"<Trajectory of mouse: 3 species, 0 to 40 day, {len(run.t)} times>"


@pytest.mark.parametrize("through", [lambda x: pickle.loads(pickle.dumps(x)), copy.deepcopy])
def test_a_run_comes_back_whole_from_another_process(run: Any, through: Any) -> None:
    run["killing"]
    back = through(run)
    for name in ("t", "y", "segment", "segment_parameters", "segment_inflow", "segment_end"):
        np.testing.assert_array_equal(getattr(back, name), getattr(run, name))
    np.testing.assert_array_equal(back["killing"], run["killing"])
    assert back.occurrences == run.occurrences
    assert back.model == run.model
    assert back.units == run.units


def test_a_run_that_came_back_can_still_not_be_overwritten(run: Any) -> None:
    back = pickle.loads(pickle.dumps(run))
    with pytest.raises(ValueError, match="read-only"):
        back.y[0, 0] = 1.0
