"""`Ensemble`: several runs by label, with the failed ones kept apart."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pytest

from cartsim.language.errors import ModelError, SolveError, UnknownNameError
from cartsim.language.events import Change, Dose, Event, Infusion, When
from cartsim.language.model import Model
from cartsim.language.parts import Process, Species
from cartsim.solving.ensemble import Ensemble
from cartsim.solving.simulate import simulate

decay = Model("decay", species={"A": 8.0}, parameters={"k": 0.5}, processes={"loss": Process("A ->", "k*A")})
blow_up = Model("blow_up", species={"A": 1.0}, processes={"grow": Process("-> A", "A**2")})
arms = {f"{k:g} a day": decay.with_values(k=k) for k in (1.0, 0.1, 0.5)}


def test_a_mapping_of_models_gives_runs_by_label_in_its_order() -> None:
    runs = simulate(arms, 4)
    assert runs.labels == tuple(runs) == ("1 a day", "0.1 a day", "0.5 a day")
    assert len(runs) == 3
    assert runs.failures == {}
    for label, model in arms.items():
        np.testing.assert_array_equal(runs[label].y, simulate(model, 4).y)
        assert runs[label].model is model


def test_an_array_has_one_row_a_run() -> None:
    runs = simulate(arms, 4, at=[0, 1, 4])
    for name in ("A", "loss", "k"):
        assert runs.array(name).shape == (3, 3)
        np.testing.assert_array_equal(runs.array(name)[1], runs["0.1 a day"][name])
    np.testing.assert_allclose(runs.array("A")[:, 1], 8 * np.exp([-1, -0.1, -0.5]), rtol=1e-5)
    with pytest.raises(UnknownNameError, match="did you mean 'loss'"):
        runs.array("losss")


EVENTS: list[Event] = [
    Dose(1, "A", at=1.003),
    Infusion(1, "A", 0.503, 2.001),
    Change("k", to=1, start=1.1, stop=3.303),
    Dose(1, "A", at=0),
    Dose(1, "A", at=4),
    Dose(1, "A", at=2),
]


@pytest.mark.parametrize("event", EVENTS, ids=str)
def test_the_known_instants_of_any_run_are_rows_of_all(event: Event) -> None:
    runs = simulate({"one": decay, "other": decay.with_events(event)}, 4)
    np.testing.assert_array_equal(runs.t, runs["one"].t)
    assert runs.array("A").shape == (2, len(runs.t))
    alone = simulate(decay.with_events(event), 4)
    np.testing.assert_array_equal(runs["other"].t, alone.t)
    np.testing.assert_allclose(runs["other"].y, alone.y, rtol=1e-4)
    np.testing.assert_allclose(runs["one"]["A"], 8 * np.exp(-0.5 * runs.t), rtol=1e-4)


def test_both_sides_of_a_dose_are_shown_in_the_run_that_has_it() -> None:
    runs = simulate({"one": decay, "other": decay.with_events(Dose(1, "A", at=1.003))}, 4)
    one, other = runs.array("A")[:, runs.t == 1.003]
    assert one[0] == one[1]
    assert other[1] - other[0] == pytest.approx(1.0)


def test_rules_and_deaths_add_no_rows_so_the_times_stay_shared() -> None:
    dying = Model(
        "dying",
        species={"A": Species(8.0, extinct_below=1.0)},
        parameters={"k": 0.7},
        processes={"loss": Process("A ->", "k*A")},
        events=(When("A < 4", then=Dose(2, "A")),),
    )
    runs = simulate({"one": decay, "dying": dying}, 10)
    assert runs.array("A").shape == (2, 501)
    assert [o.kind for o in runs["dying"].occurrences] == ["rule", "dose", "extinction"]


def test_times_asked_for_are_those_of_every_run() -> None:
    doses = {f"{day}": decay.with_events(Dose(1, "A", at=day)) for day in (1, 2, 3)}
    for at in ([0, 1, 2, 3, 4], iter([0, 1, 2, 3, 4])):
        assert simulate(doses, 4, at=at).t.tolist() == [0, 1, 2, 3, 4]


def test_sixty_instants_are_shown_and_more_are_left_out() -> None:
    def with_doses(n: int) -> dict[str, Model]:
        return {"one": decay, "many": decay.with_events(*(Dose(1, "A", at=0.01 + i / 100) for i in range(n)))}

    assert len(simulate(with_doses(60), 4).t) > 560
    assert len(simulate(with_doses(61), 4).t) == 501


def test_runs_with_unequal_times_have_no_shared_ones() -> None:
    runs = Ensemble({"a": simulate(decay, 4), "b": simulate(decay, 5)})
    with pytest.raises(ModelError, match=r"do not share their output times; .* at=\[\.\.\.\]"):
        runs.t  # noqa: B018
    with pytest.raises(ModelError, match="do not share"):
        runs.array("A")
    other = Ensemble({"a": simulate(decay, 4), "b": simulate(decay, 4, at=[1, 2])})
    with pytest.raises(ModelError, match="do not share"):
        other.array("A")


def test_a_member_is_solved_as_it_would_be_alone() -> None:
    late = Model("late", species={"A": 8.0}, processes={"loss": Process("A ->", "A")}, start=2)
    runs = simulate({"now": decay, "late": late}, 4)
    assert runs["late"]["A"][-1] == pytest.approx(simulate(late, 4)["A"][-1], rel=1e-6)


# ------------------------------------------------------------------ failures


def test_a_run_that_fails_is_kept_by_its_label_and_the_others_are_kept() -> None:
    with pytest.warns(RuntimeWarning, match=r"1 of 3 runs failed .*; the first is 'bad': 'blow_up'"):
        runs = simulate({"a": decay, "bad": blow_up, "b": decay}, 4)
    assert runs.labels == ("a", "b")
    assert list(runs.failures) == ["bad"]
    error = runs.failures["bad"]
    assert isinstance(error, SolveError)
    assert error.time == pytest.approx(1.0, rel=1e-3)
    assert error.partial["A"][-1] > 1e5
    assert "bad" not in runs
    assert "1 failed" in repr(runs)
    with pytest.raises(UnknownNameError, match="the run 'bad' failed: 'blow_up' could not be solved"):
        runs["bad"]


def test_a_member_whose_events_do_not_fit_fails_alone() -> None:
    with pytest.warns(RuntimeWarning, match="'late'.*use until=9 or more"):
        runs = simulate({"a": decay, "late": decay.with_events(Dose(1, "A", at=9))}, 4)
    assert runs.labels == ("a",)
    assert isinstance(runs.failures["late"], ModelError)


def test_the_warning_points_at_the_line_that_asked() -> None:
    with pytest.warns(RuntimeWarning) as caught:
        simulate({"a": decay, "bad": blow_up}, 4)
    assert caught[0].filename == __file__


def test_without_failures_there_is_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert simulate(arms, 4).failures == {}


LATE = decay.with_events(Dose(1, "A", at=9))


@pytest.mark.parametrize("bad", [blow_up, LATE], ids=["unsolvable", "late dose"])
def test_when_all_fail_the_first_reason_is_raised_with_its_label(bad: Model) -> None:
    with pytest.raises((SolveError, ModelError), match="'first arm'") as error:
        simulate({"first arm": bad, "second arm": bad}, 4)
    if bad is blow_up:
        assert isinstance(error.value, SolveError)
        assert error.value.species == "A"
        assert error.value.partial.t[-1] == error.value.time


def test_failures_cannot_be_overwritten() -> None:
    with pytest.raises(TypeError):
        simulate(arms, 1).failures["x"] = ValueError()  # type: ignore[index]


# ------------------------------------------------------------------ as a mapping


def test_a_misspelt_label_names_the_nearest() -> None:
    runs = simulate(arms, 1)
    with pytest.raises(UnknownNameError, match="there is no run '1 aday'; did you mean '1 a day'"):
        runs["1 aday"]
    assert runs.get("nothing") is None
    assert "nothing" not in runs


def test_an_ensemble_of_nothing_says_so() -> None:
    with pytest.raises(ModelError, match=r"no finished run here; see \.failures"):
        Ensemble({}).t  # noqa: B018


def test_an_ensemble_says_in_one_line_what_it_is() -> None:
    assert repr(simulate(arms, 1)) == "<Ensemble of 3 runs: 1 a day, 0.1 a day, 0.5 a day>"
    many = simulate({f"{i}": decay for i in range(8)}, 1, at=[1])
    assert repr(many) == "<Ensemble of 8 runs: 0, 1, 2, 3, 4, 5, ...>"


def test_an_ensemble_comes_back_whole_from_another_process() -> None:
    with pytest.warns(RuntimeWarning, match="1 of 2"):
        runs = simulate({"a": decay, "bad": blow_up}, 4)
    back = pickle.loads(pickle.dumps(runs))
    assert back.labels == runs.labels
    np.testing.assert_array_equal(back.array("A"), runs.array("A"))
    assert str(back.failures["bad"]) == str(runs.failures["bad"])
