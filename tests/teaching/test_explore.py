"""The explorer without a browser: what a move, a pin, a preset and a failure do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import cartsim as cs
from cartsim.plots.artists import with_gid
from cartsim.teaching.explore import Explorer, explore
from cartsim.teaching.explore_code import code_for
from cartsim.teaching.explore_times import picture_times
from cartsim.teaching.explore_words import Told, against

MOUSE = cs.models.barros_2021.variant("single_2e6")


@pytest.fixture
def explorer() -> Explorer:
    return explore(MOUSE, until=100)


def drawn(explorer: Explorer, role: str = "tumour") -> np.ndarray:
    for axis in explorer.picture.axes:
        for line in with_gid(axis.ax.lines, f"curve:{role}"):
            if line.get_gid() == f"curve:{role}":
                return np.column_stack([line.get_xdata(), line.get_ydata()]).astype(float)
    raise AssertionError(f"{role} is not drawn")


def test_a_move_draws_what_simulate_gives(explorer: Explorer) -> None:
    explorer.set(gamma=1e-6, dose=1e6)
    other = MOUSE.with_values(gamma=1e-6).without_events().with_events(cs.Dose(1e6, into="C_T", at=42))
    assert explorer.model.events == other.events
    at = np.setdiff1d(picture_times(other, 100), [42.0])
    wanted = cs.simulate(other, until=100, at=at)["tumour"]
    points = drawn(explorer)
    there = np.isin(points[:, 0], at) & np.isfinite(points[:, 1])
    assert there.sum() > 200
    wanted = wanted[np.searchsorted(at, points[there, 0])]
    np.testing.assert_allclose(points[there, 1], wanted, rtol=1e-3)  # far less than a line is wide
    np.testing.assert_array_equal(explorer.run["tumour"], cs.simulate(other, until=100)["tumour"])


def test_values_are_those_of_the_model_and_what_was_moved(explorer: Explorer) -> None:
    assert explorer.values["gamma"] == MOUSE.values["gamma"]
    explorer.set(gamma=1e-6)
    assert explorer.values["gamma"] == explorer.model.values["gamma"] == 1e-6
    assert explorer.moved == {"gamma": 1e-6}
    explorer.set(gamma=MOUSE.values["gamma"])
    assert explorer.moved == {}


def test_a_misspelt_name_is_answered_with_the_nearest_and_changes_nothing(explorer: Explorer) -> None:
    before = drawn(explorer)
    with pytest.raises(cs.UnknownNameError, match="gamma"):
        explorer.set(gama=1.0, dose=1e5)
    with pytest.raises(cs.UnknownNameError, match="tumour"):
        explorer.show("tumuor")
    assert explorer.moved == {}
    assert explorer.names == ("tumour", "car_t")
    np.testing.assert_array_equal(drawn(explorer), before)
    with pytest.raises(cs.UnknownNameError, match="preset"):
        explorer.choose("as gven")


def test_reset_puts_everything_back_and_pins_stay(explorer: Explorer) -> None:
    before = drawn(explorer)
    explorer.set(gamma=1e-6)
    explorer.pin()
    explorer.reset()
    assert explorer.moved == {}
    np.testing.assert_array_equal(drawn(explorer), before)
    assert [pin.label for pin in explorer.pins] == ["killing of tumour per effector: 10⁻⁶ 1/(cell·day)"]


def test_a_pinned_curve_keeps_its_run_and_its_words(explorer: Explorer) -> None:
    pin = explorer.pin()
    before = drawn(explorer)
    explorer.set(dose=2e5)
    np.testing.assert_array_equal(drawn(explorer, "tumour-A"), before)
    assert pin.label == "as given"
    assert pin.model is MOUSE
    assert pin.told[0].words != explorer.told[0].words
    assert explorer.pin().letter == "B"
    explorer.unpin("A")
    assert [pin.letter for pin in explorer.pins] == ["B"]
    assert explorer.pin().letter == "A"
    explorer.unpin()
    assert explorer.pins == []
    with pytest.raises(cs.UnknownNameError, match="Z"):
        explorer.unpin("Z")


@pytest.mark.slow
def test_there_is_an_end_to_pinning(explorer: Explorer) -> None:
    for _ in range(8):
        explorer.pin()
    with pytest.raises(cs.ModelError, match="unpin"):
        explorer.pin()


def test_a_run_that_fails_leaves_the_last_picture_and_says_why() -> None:
    growth = cs.Model(
        "growth",
        species={"T": cs.Species(1.0, "cell")},
        parameters={"r": cs.Parameter(0.1, "1/(cell*day)")},
        processes={"birth": cs.Process("-> T", "r*T*T")},
    )
    explorer = explore(growth, until=5)
    before = drawn(explorer, "T")
    explorer.set(r=10.0)
    assert "cannot be solved" in explorer.message
    assert explorer.model.values["r"] == 10.0
    np.testing.assert_array_equal(drawn(explorer, "T"), before)
    assert explorer.run["T"][-1] == pytest.approx(2.0, rel=1e-4)
    with pytest.raises(cs.ModelError, match="pinned"):
        explorer.pin()
    explorer.set(r=0.05)
    assert explorer.message == ""
    assert not np.array_equal(drawn(explorer, "T"), before)


@pytest.mark.slow
def test_another_end_and_other_axes(explorer: Explorer) -> None:
    explorer.show(until=60, log=False)
    assert explorer.run.t[-1] == drawn(explorer)[-1, 0] == 60.0
    assert explorer.picture.axes[0].ax.get_yscale() == "linear"
    explorer.show("C_T", "C_M")
    assert explorer.picture.axes[0].ax.get_yscale() == "linear"
    assert explorer.names == ("C_T", "C_M")
    explorer.show(log=None)
    assert explorer.picture.axes[0].ax.get_yscale() == "log"
    with pytest.raises(cs.ModelError, match="until"):
        explorer.show(until=-5)
    assert explorer.until == 60.0


@pytest.mark.slow
def test_labels_of_a_mapping_are_presets_and_the_models_may_differ() -> None:
    explorer = explore({"mouse": MOUSE, "man": cs.models.kimmel_2021}, until=50)
    explorer.pin()
    explorer.choose("man")
    assert explorer.model is cs.models.kimmel_2021
    assert "gB" in explorer.values
    assert drawn(explorer, "tumour-A")[0, 1] == MOUSE.species["T"].initial
    assert explorer.pin().label == "man"


def test_what_is_no_model_is_refused_in_a_sentence() -> None:
    for wrong in (3, {}, {"a": 3}, "barros_2021"):
        with pytest.raises(cs.ModelError, match="explore takes"):
            explore(wrong)  # type: ignore[arg-type]
    with pytest.raises(cs.ModelError, match="too many"):
        explore(cs.cohort(MOUSE, 60, spread={"r": 0.1}, seed=1))


def made_by(code: str, given: Any) -> Any:
    names: dict[str, Any] = {"model": given}
    lines = [line for line in code.splitlines() if not line.startswith("cs.plot")]
    exec("\n".join(lines).replace("model = model  #", "#"), names)
    return names


def test_the_code_makes_the_same_curve(explorer: Explorer) -> None:
    explorer.set(dose=3e5, dose_day=30.0, gamma=1.23456789e-6, T=1e6)
    names = made_by(explorer.code(), None)
    assert names["model"].events == explorer.model.events
    np.testing.assert_array_equal(names["run"]["tumour"], explorer.run["tumour"])


@pytest.mark.slow
def test_the_code_of_a_patient_and_of_ones_own_model_begins_where_they_began() -> None:
    patient = cs.patients.b_all(tumour_burden=1e9)
    rescued = patient.with_events(cs.therapies.tocilizumab(when="crs_grade >= 2"))
    code = code_for(rescued, patient, 30.0, ["tumour"])
    assert 'cs.patients.b_all(product="4-1BB")' in code
    made = made_by(code.replace("run = ", "# "), None)["model"]
    assert (made.events, made.values) == (rescued.events, rescued.values)
    own = cs.Model(
        "own", species={"A": 2.0}, parameters={"k": 0.5}, processes={"loss": cs.Process("A ->", "k*A")}
    )
    code = code_for(own.with_values(k=1), own, 3.0, ["A"])
    assert "the one that you gave" in code
    assert made_by(code, own)["run"]["A"][-1] == pytest.approx(2 * np.exp(-3), rel=1e-4)


def test_the_picture_has_both_sides_of_a_dose_and_of_an_extinction(explorer: Explorer) -> None:
    points = drawn(explorer, "car_t")
    before, after = points[points[:, 0] == 42.0, 1]
    assert np.isnan(before)  # nothing above the floor
    assert after == 2e6
    tumour = drawn(explorer)
    known = tumour[np.isfinite(tumour[:, 1])]
    assert known[-1, 1] == pytest.approx(1.0, rel=0.01)  # one cell, where it dies out


def test_times_are_dense_where_things_happen() -> None:
    times = picture_times(cs.Model("early", species={"A": 1.0}, start=-40.0), 365.0)
    assert (np.diff(times) > 0.0).all()
    near = (times > -3.0) & (times < 7.0)
    assert np.diff(times[near]).max() < 0.5 < 1.0 < np.diff(times)[-1]
    with pytest.raises(cs.ModelError, match="after the start"):
        picture_times(MOUSE, -1.0)


def test_a_peak_at_a_switch_of_the_equations_is_not_cut_off() -> None:
    peak = drawn(explore(cs.models.stein_2019), "car_t")[:, 1].max()
    assert peak == pytest.approx(cs.models.stein_2019.values["Cmax"], rel=1e-3)


def test_read_outs_are_told_by_the_roles_there_are(explorer: Explorer) -> None:
    told = {one.what: one.words for one in explorer.told}
    found = cs.readouts(explorer.run)
    assert told["best response"] == found["best_response"].reason
    assert told["day of that peak"] == f"day {found['tmax'].value:.1f}"
    bare = cs.Model("bare", species={"A": cs.Species(2.0, "mg", "a drug")})
    assert [one.words for one in explore(bare, until=3).told] == ["2 mg at day 0"]


def test_what_changed_is_said_in_words() -> None:
    assert against(Told("a", "3", 3.0, "times"), Told("a", "1", 1.0, "times")) == "× 3"
    assert against(Told("a", "3", 1.0, "times"), Told("a", "1", 4.0, "times")) == "÷ 4"
    assert against(Told("a", "3", 1.2, "times"), Told("a", "1", 1.0, "times")) == "20% more"
    assert against(Told("a", "3", 3.0, "grade"), Told("a", "1", 1.0, "grade")) == "+2"
    assert against(Told("a", "none", 12.0, "day"), Told("a", "5 cells", 5.0, "times")) == "changed"
    assert against(Told("a", "same"), Told("a", "same")) == ""
