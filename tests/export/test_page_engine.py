"""The engine of the page in a real browser: events, rules, extinctions and failures, as Python has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cartsim as cs
from cartsim.export.payload import payload, script_texts
from cartsim.language.events import Change, Dose, Infusion, When
from cartsim.language.model import Model
from cartsim.language.parts import Observable, Process, Species
from cartsim.solving.tolerances import absolute_tolerances
from tests.export.browser import Browser, Window

pytestmark = pytest.mark.slow


@contextmanager
def engine(chromium: Browser, model: Model, folder: Path) -> Iterator[Window]:
    """A page with the engine of a model and nothing else."""
    found, path = payload(model), folder / "engine.html"
    scripts = [*script_texts(), f"const engine = CartsimEngine.make({found.json}, {found.script});"]
    body = "".join(f"<script>{text}</script>" for text in scripts)
    path.write_text(f"<!doctype html><meta charset='utf-8'><title>engine</title>{body}", encoding="utf-8")
    with chromium.window(path) as window:
        yield window
        assert window.errors == []


RUN = """request => {
  const run = engine.run(request);
  return {
    t: Array.from(run.t), y: run.y.map((values) => Array.from(values)), acted: run.acted, steps: run.steps,
    rejected: run.rejected, outputs: Object.fromEntries(Object.entries(
      engine.outputs(run, request.names ?? [])).map(([name, values]) => [name, Array.from(values)])),
  };
}"""


def solved(window: Window, **request: Any) -> Any:
    return window.run(RUN, request)


GROWTH = Model(
    "growth",
    species={"T": Species(100.0, "cell", extinct_below=1.0), "D": Species(0.0)},
    parameters={"r": 0.3, "K": 1e6, "k": 0.2, "d": 0.5, "t_0": 11.0, "q": 0.1},
    definitions={"effect": "hill(D, 2, 2)"},
    processes={
        "growth": Process("-> T", "r*T*(1 - T/K)"),
        "killing": Process("T ->", "k*effect*T + step(t - t_0)*q*T"),
        "loss": Process("D ->", "d*D"),
    },
    observables={"large": Observable("T/K")},
    roles={"tumour": "T", "chemotherapy": "D"},
)
TREATED = {
    "nothing is done": (),
    "two doses at one instant add": (Dose(3, "D", at=4), Dose(5, "chemotherapy", at=4), Dose(1, "D", at=0)),
    "an infusion": (Infusion(20, "D", start=2, duration=3.5), Infusion(4, "D", start=4, duration=1)),
    "factors multiply": (Change("r", factor=0.5, start=3, stop=9), Change("r", factor=0.5, start=5, stop=7)),
    "a value and a factor": (Change("k", to=3, start=1, stop=20), Change("k", factor=2, start=2)),
    "something at the very end": (Dose(7, "D", at=30), Change("r", to=0, start=30)),
    "a rule that acts once": (When("T >= 1000", then=Dose(50, "D")),),
    "a rule with a delay": (When("T > 1000", then=(Dose(50, "D"), Dose(9, "D", at=2)), delay=1.5),),
    "a rule that rests between": (When("T >= 500", then=Dose(20, "D"), at_most=4, apart=3.0),),
    "a rule that must become false": (When("T >= 500", then=Dose(90, "D"), at_most=3),),
    "a rule that rests and waits": (When("T >= 500", then=Dose(9, "D"), delay=0.5, at_most=5, apart=0.25),),
    "a rule on the time as well": (When("tumour >= 200 and t >= t_0 + 1", then=Dose(30, "D")),),
    "a rule with either": (When("large > 0.01 or t > 6", then=Change("r", factor=0.1, stop=4), at_most=2),),
    "two rules": (When("T >= 300", then=Dose(4, "D")), When("D >= 3", then=Infusion(3, "D", 1, 2))),
    "a rule that holds at the start": (When("T >= 50", then=Dose(4, "D"), at_most=2, apart=40),),
    "an extinction": (Change("k", to=8, start=1), Dose(1e3, "D", at=2)),
    "an extinction and a return": (
        Change("k", to=8, start=1, stop=8),
        Dose(99, "D", at=2),
        Dose(5, "T", at=20),
    ),
    "a dose below the limit": (Dose(1000, "D", at=0), Change("k", to=8), Dose(0.5, "T", at=15)),
}


@pytest.fixture(scope="module")
def growth(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    rules = [event for events in TREATED.values() for event in events if isinstance(event, When)]
    model = GROWTH.with_events(*rules)  # so that their conditions are printed
    with engine(chromium, model, tmp_path_factory.mktemp("growth")) as window:
        yield window


def events_of(model: Model) -> list[Any]:
    found: list[Any] = json.loads(json.dumps(model.to_dict()["events"]))
    return found


@pytest.mark.parametrize("label", TREATED)
def test_what_is_done_has_the_effect_that_it_has_in_python(label: str, growth: Window) -> None:
    model = GROWTH.with_events(*TREATED[label])
    run = cs.simulate(model, until=30, rtol=1e-10)
    names = ["tumour", "killing", "effect", "large", "k", "r"]
    page = solved(growth, events=events_of(model), until=30, names=names)
    found = [(entry["kind"], entry["name"], entry["amount"]) for entry in page["acted"]]
    assert found == [(one.kind, one.name, one.amount) for one in run.occurrences]
    assert len(page["acted"]) >= len(TREATED[label]) > 0 or label == "nothing is done"
    np.testing.assert_allclose([entry["t"] for entry in page["acted"]], [one.time for one in run.occurrences])
    np.testing.assert_allclose(page["t"], run.t, rtol=1e-6)
    floor = np.maximum(1e-6 * run.y.max(axis=1), 1e4 * absolute_tolerances(model, None, 1e-7))[:, np.newaxis]
    assert (np.abs(np.array(page["y"]) - run.y) <= 1e-5 * np.maximum(np.abs(run.y), floor)).all()
    for name in names:
        scale = np.abs(run[name]).max()
        np.testing.assert_allclose(
            page["outputs"][name], run[name], rtol=2e-5, atol=1e-9 * scale, err_msg=name
        )


def test_the_times_asked_for_are_the_rows_and_hold_the_value_after_an_event(growth: Window) -> None:
    model = GROWTH.with_events(Dose(8, "D", at=4), Change("r", to=0.0, start=6))
    at = [0, 1.5, 4, 4.25, 6, 29]
    run = cs.simulate(model, until=30, at=at, rtol=1e-10)
    page = solved(growth, events=events_of(model), until=30, at=at)
    assert page["t"] == at
    assert page["y"][1][2] == 8.0
    np.testing.assert_allclose(page["y"], run.y, rtol=1e-6, atol=1e-12)


def test_intervals_hold_their_start_and_not_their_stop(growth: Window) -> None:
    model = GROWTH.with_events(Change("r", to=9.0, start=3, stop=7), Infusion(2, "D", start=7, duration=1))
    page = solved(growth, events=events_of(model), until=8, at=[3, 6.999, 7], names=["r"])
    assert page["outputs"]["r"] == [9.0, 9.0, 0.3]
    both = solved(growth, events=events_of(model), until=8, names=["r"])
    at_start = [value for time, value in zip(both["t"], both["outputs"]["r"], strict=True) if time == 3.0]
    assert at_start == [0.3, 9.0]  # both sides of the change


def test_the_absolute_tolerances_are_those_of_python(chromium: Browser, tmp_path: Path) -> None:
    treated = GROWTH.with_events(Dose(40, "D", at=1), When("T > 1e9", then=Dose(70, "D")))
    bare = Model(
        "bare",
        species={"A": Species("2*k"), "B": 7.0},
        parameters={"k": 0.1},
        processes={"p": Process("A ->", "A")},
    )
    patient = cs.patients.b_all()
    for model in (treated, bare, patient, cs.models.kimmel_2021):
        with engine(chromium, model, tmp_path) as window:
            found = window.run(
                """() => {
                  const y = new Float64Array(engine.model.species.length), context = {
                    model: engine.model, printed: PRINTED,
                    species: engine.model.species.map((one) => one.name), parameters: [],
                  };
                  const { base, initial } = CartsimRequest.numbers(context, {});
                  CartsimRequest.startingAmounts(context, 0, initial, base, y);
                  return CartsimRequest.tolerances(engine.model, engine.model.events, y, 1e-5);
                }""".replace("PRINTED", payload(model).script)
            )
        np.testing.assert_allclose(found, absolute_tolerances(model, None, 1e-5), rtol=1e-14)


# ------------------------------------------------------------------ the solver itself


def test_the_error_falls_with_the_fifth_power_of_the_step(chromium: Browser, tmp_path: Path) -> None:
    """The pendulum of Van der Pol, of which Python's answer at 1e-13 is taken as the truth."""
    model = Model(
        "pendulum",
        species={"x": 2.0, "v": 0.0},
        parameters={"mu": 3.0},
        processes={"moved": Process("-> x", "v"), "pulled": Process("-> v", "mu*(1 - x**2)*v - x + sin")},
        definitions={"sin": "exp(-t)*t"},
    )
    truth = cs.simulate(model, until=20, at=[20], rtol=1e-13, method="DOP853").y[:, -1]
    with engine(chromium, model, tmp_path) as window:
        pages = [solved(window, until=20, at=[20], rtol=rtol) for rtol in (1e-6, 1e-9)]
    errors = [np.abs(np.array(page["y"])[:, -1] - truth).max() for page in pages]
    steps = [page["steps"] - page["rejected"] for page in pages]
    order = np.log(errors[0] / errors[1]) / np.log(steps[1] / steps[0])
    assert 4.5 < order < 6.0, (errors, steps)
    assert errors[1] < 1e-8
    assert steps[1] < 2500


def test_a_stiff_system_takes_few_steps(chromium: Browser, tmp_path: Path) -> None:
    """Robertson's reactions, whose rates differ by nine powers of ten."""
    model = Model(
        "robertson",
        species={"A": 1.0, "B": 0.0, "C": 0.0},
        processes={
            "slow": Process("A -> B", "0.04*A"),
            "fast": Process("B -> C", "3e7*B**2"),
            "back": Process("B -> A", "1e4*B*C"),
        },
    )
    with engine(chromium, model, tmp_path) as window:
        page = solved(window, until=1e5, at=[0.4, 40, 1e5], rtol=1e-7)
    run = cs.simulate(model, until=1e5, at=[0.4, 40, 1e5], rtol=1e-11, method="Radau")
    np.testing.assert_allclose(page["y"], run.y, rtol=1e-5)
    assert page["steps"] < 700


def test_a_year_of_a_whole_patient_takes_few_steps(chromium: Browser, tmp_path: Path) -> None:
    """Work and not time, as others may use the machine; `python -m tests.benchmarks page` has the time."""
    with engine(chromium, cs.patients.b_all(), tmp_path) as window:
        page = solved(window, until=365)
    assert 100 < page["steps"] < 1000
    assert page["rejected"] < page["steps"] / 4


# ------------------------------------------------------------------ what cannot be


def test_a_run_that_fails_says_when_and_in_which_species(chromium: Browser, tmp_path: Path) -> None:
    blown = Model("blown", species={"x": 1.0, "quiet": 1.0}, processes={"burst": Process("-> x", "x**2")})
    with engine(chromium, blown, tmp_path) as window, pytest.raises(Exception) as caught:
        solved(window, until=2)
    assert "'blown' could not be solved beyond day 1: 'x'" in str(caught.value)
    assert "faster than the solver can follow" in str(caught.value)
    empty = Model("empty", species={"quiet": 1.0, "x": 0.0}, processes={"flow": Process("-> x", "1/x")})
    with engine(chromium, empty, tmp_path) as window, pytest.raises(Exception) as caught:
        solved(window, until=2)
    assert "'empty' could not be solved beyond day 0: 'x', at 0, has a rate without a value" in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        ({"values": {"gamma": 1.0}}, "'gamma' is neither a parameter nor a species of 'growth'"),
        ({"values": {"T": -1.0}}, "'T' is -1; it must be a finite number, zero or more"),
        ({"values": {"r": None}}, "'r' is null"),
        ({"until": 0}, "until=0 must lie after the start of the run, 0"),
        ({"until": 3, "at": [4]}, "the time 4 in at lies outside the run, 0 to 3"),
        ({"until": 3, "at": [2, 1]}, "must increase"),
        ({"rtol": 1.0}, "rtol is 1; it must lie between"),
        (
            {"events": [{"kind": "Dose", "amount": 1, "into": "X", "at": 1}]},
            "'X' is not a species of 'growth'",
        ),
        (
            {"events": [{"kind": "Dose", "amount": 1, "into": "D", "at": -1}]},
            "at day -1 lies before the start",
        ),
        ({"events": [{"kind": "Dose", "amount": 1, "into": "D", "at": 99}]}, "use until=99 or more, not 30"),
        (
            {"events": [{"kind": "Dose", "amount": -1, "into": "D", "at": 9}]},
            "missing, negative or not finite",
        ),
        (
            {"events": [{"kind": "Change", "parameter": "r", "to": to, "start": to} for to in (1, 2)]},
            "two changes set 'r' at once, to 1 and to 2 (day 2)",
        ),
        (
            {"events": [{"kind": "When", "condition": "T > 7", "then": []}]},
            "the rule 'T > 7' was not printed",
        ),
    ],
)
def test_what_does_not_fit_is_answered_in_a_sentence(
    request_: dict[str, Any], sentence: str, growth: Window
) -> None:
    with pytest.raises(Exception) as caught:
        solved(growth, **{"until": 30, "events": [], **request_})
    assert sentence in str(caught.value)


def test_texts_of_a_stranger_cannot_leave_the_data(chromium: Browser, tmp_path: Path) -> None:
    hostile = "</script><script>window.caught = 1</script><!-- \u2028 \u2029 \U0001f600 & \" ' \\"
    model = Model(
        "hostile",
        species={"constructor": Species(1.0, meaning=hostile), "toString": Species(2.0, source=hostile)},
        processes={"p": Process("constructor -> toString", "constructor", meaning=hostile)},
        title=hostile,
        events=(Dose(1.0, "toString", at=1), When("constructor < 0.5", then=Dose(3.0, "toString"))),
    )
    with engine(chromium, model, tmp_path) as window:
        assert window.run("() => [engine.model.title, engine.model.species[0].meaning]") == [hostile] * 2
        assert window.run("() => typeof window.caught") == "undefined"
        page = solved(window, until=3, at=[3])
    run = cs.simulate(model, until=3, at=[3], rtol=1e-10)
    np.testing.assert_allclose(page["y"], run.y, rtol=1e-6)
