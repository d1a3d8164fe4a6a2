"""Many runs together: each as if it were alone, with its own events, deaths and failures."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pytest

import cartsim as cs
from cartsim.language.errors import ModelError, SolveError
from cartsim.language.events import Change, Dose, Infusion, When
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Species
from cartsim.solving.batch import CHUNK, Batch
from cartsim.solving.recorder import Recorder
from cartsim.solving.rounds import Ended, solve_in_rounds
from cartsim.solving.run import Run
from cartsim.solving.several import WORTH_A_BATCH
from cartsim.solving.simulate import simulate
from cartsim.solving.tolerances import absolute_tolerances
from cartsim.solving.trajectory import Trajectory

RTOL = 1e-6
_UNTIL = {  # long enough for the last event of every variant
    "barros_2021": 90.0,
    "hardiansyah_2019": 60.0,
    "kimmel_2021": 100.0,
    "leon_triana_2020": 150.0,
    "sahoo_2020": 10.0,
    "stein_2019": 100.0,
}


def solve_together(
    runs: Iterable[tuple[str, Callable[[], Run]]], rtol: float, atol: np.ndarray, *, chunk: int = CHUNK
) -> Ended:
    """Runs in rounds by the engine on arrays, of which `chunk` are under way and advance together."""

    def engine(run: Run) -> Batch:
        return Batch(run.model.structure, run.watch.trees, rtol, atol, chunk=chunk)

    return solve_in_rounds(runs, engine, flight=chunk)


def _together(
    members: Mapping[str, Model],
    until: float,
    at: np.ndarray,
    *,
    rtol: float = RTOL,
    atol: float | None = None,
    chunk: int = CHUNK,
) -> dict[str, Trajectory | Exception]:
    """The answers of the batched solver itself: `simulate` would try again, alone, what fails in it."""

    def making(model: Model) -> Run:
        return Run(model, model.start, until, Recorder(model, at, both_sides=False))

    tolerances = np.min([absolute_tolerances(model, atol, rtol) for model in members.values()], axis=0)
    runs = ((label, lambda model=model: making(model)) for label, model in members.items())
    return dict(solve_together(runs, rtol, tolerances, chunk=chunk))


def _solved(
    members: Mapping[str, Model], until: float, at: np.ndarray, **options: float
) -> dict[str, Trajectory]:
    answers = _together(members, until, at, **options)
    failures = {label: str(answer) for label, answer in answers.items() if isinstance(answer, Exception)}
    assert not failures
    return {label: answer for label, answer in answers.items() if isinstance(answer, Trajectory)}


def _error(found: np.ndarray, reference: np.ndarray) -> float:
    """The largest difference, relative to an amount or to a millionth of the largest that the species has."""
    floor = 1e-6 * np.abs(reference).max(axis=1, keepdims=True)
    return float((np.abs(found - reference) / (np.abs(reference) + floor + 1e-300)).max())


def _kinds(run: Trajectory) -> list[tuple[str, str]]:
    return [(occurrence.kind, occurrence.name) for occurrence in run.occurrences]


def _cohort(model: Model, n: int) -> dict[str, Model]:
    """`n` members around the variants in turn, every parameter times a log-normal factor."""
    rng = np.random.default_rng(20)
    variants = [model.variant(label) for label in model.variants]
    members = {}
    for i in range(n):
        centre = variants[i % len(variants)]
        factors = np.exp(0.25 * rng.standard_normal(len(centre.values)))
        values = {name: value * f for (name, value), f in zip(centre.values.items(), factors, strict=True)}
        members[str(i)] = centre.with_values(**values)
    return members


def _growth(**species: float | None) -> Model:
    """Each species on its own: A' = -k*A, from 1000, with its own limit."""
    return Model(
        "decays",
        species={name: Species(1000.0, extinct_below=limit) for name, limit in species.items()},
        parameters={f"k_{name}": Parameter(1.0) for name in species},
        processes={f"loss_{name}": Process(f"{name} ->", f"k_{name}*{name}") for name in species},
    )


PREY = Model(
    "prey",
    species={"T": Species(100.0), "C": Species(0.0)},
    parameters={"r": Parameter(0.3), "b": Parameter(1e-3), "g": Parameter(0.02), "d": Parameter(0.2)},
    processes={
        "growth": Process("-> T", "r*T*(1 - b*T)"),
        "killing": Process("T ->", "g*C*T"),
        "expansion": Process("-> C", "0.5*g*C*T/(1 + 0.01*T)"),
        "death": Process("C ->", "d*C"),
    },
)

# ------------------------------------------------------------------ the shelf


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] if name == "barros_2021" else []) for name in _UNTIL],
)
def test_a_cohort_of_every_published_model_agrees_with_tight_single_runs(name: str) -> None:
    model, until = getattr(cs.models, name), _UNTIL[name]
    at = np.linspace(0, until, 41)
    members = _cohort(model, 30)
    found = _solved(members, until, at)
    errors = {
        label: _error(found[label].y, simulate(member, until, at=at, rtol=1e-10).y)
        for label, member in members.items()
    }
    assert {label: error for label, error in errors.items() if error > 100 * RTOL} == {}
    assert np.median(list(errors.values())) < 30 * RTOL
    assert all(run.method == Batch.name for run in found.values())


def test_the_cohorts_cover_the_shelf() -> None:
    assert set(_UNTIL) == set(cs.models.INDEX)


@pytest.mark.parametrize("name", list(_UNTIL))
def test_every_variant_agrees_with_its_tight_single_run(name: str) -> None:
    model, until = getattr(cs.models, name), _UNTIL[name]
    at = np.linspace(0, until, 41)
    members = {label: model.variant(label) for label in model.variants}
    found = _solved(members, until, at)
    for label, member in members.items():
        reference = simulate(member, until, at=at, rtol=1e-10)
        # raji tumours outgrow the treatment by 19 decades: what each step loses adds up
        assert _error(found[label].y, reference.y) < (1000 if label.startswith("raji") else 100) * RTOL, label
        assert _kinds(found[label]) == _kinds(reference), label


@pytest.mark.slow
def test_the_error_follows_the_tolerance() -> None:
    at = np.linspace(0, 30, 31)
    members = {"a": PREY.with_events(Dose(5, into="C", at=3))}
    reference = simulate(members["a"], 30, at=at, rtol=1e-12, method="Radau").y
    errors = [_error(_solved(members, 30, at, rtol=rtol)["a"].y, reference) for rtol in (1e-4, 1e-6, 1e-8)]
    assert errors[0] < 1e-2
    assert errors[1] < 1e-4
    assert errors[2] < 1e-6


# ------------------------------------------------------------------ company


def _varied(n: int) -> dict[str, Model]:
    """Preys of different speeds with different events, one of them dying of numbers."""
    members = {}
    for i in range(n):
        events = [
            Dose(1.0 + i, into="C", at=0.5 * i),
            Infusion(4.0, into="C", start=2.0 + i / 7, duration=1.5),
        ]
        if i % 3 == 0:
            events.append(Change("r", factor=2.0, start=1.0 + i / 5, stop=9.0))
        members[str(i)] = PREY.with_values(r=0.2 + 0.05 * i, b=10.0 ** (-3 - i % 3)).with_events(*events)
    return members


@pytest.mark.parametrize("chunk", [1, 2, 5, 16])
def test_the_results_do_not_depend_on_how_many_advance_together(chunk: int) -> None:
    at = np.linspace(0, 20, 33)
    members = _varied(11)
    whole, parts = _solved(members, 20, at), _solved(members, 20, at, chunk=chunk)
    assert set(whole) == set(parts) == set(members)
    for label in members:
        np.testing.assert_array_equal(parts[label].y, whole[label].y)
        assert _kinds(parts[label]) == _kinds(whole[label])


def test_the_results_do_not_depend_on_who_else_is_there() -> None:
    at = np.linspace(0, 20, 33)
    members = _varied(9)
    together = _solved(members, 20, at)
    turned = _solved(dict(reversed(members.items())), 20, at)
    for label, member in members.items():
        alone = _solved({label: member}, 20, at)[label]
        np.testing.assert_array_equal(alone.y, together[label].y)
        np.testing.assert_array_equal(turned[label].y, together[label].y)


@pytest.mark.slow
@pytest.mark.parametrize("chunk", [1, 7])
def test_where_patients_die_out_the_chunks_do_not_show_either(chunk: int) -> None:
    at = np.linspace(0, 200, 51)
    treated = cs.models.barros_2021.with_events(Dose(5e5, into="C_T", at=42))
    factors = np.exp(0.2 * np.random.default_rng(5).normal(size=(20, len(treated.values))))
    members = {
        str(i): treated.with_values({k: v * f for (k, v), f in zip(treated.values.items(), row, strict=True)})
        for i, row in enumerate(factors)
    }
    whole, parts = _solved(members, 200, at), _solved(members, 200, at, chunk=chunk)
    assert any(o.kind == "extinction" for run in whole.values() for o in run.occurrences)
    for label in members:
        np.testing.assert_array_equal(parts[label].y, whole[label].y)


def test_many_members_are_solved_together_and_agree_with_a_loop() -> None:
    members = {str(i): PREY.with_values(T=100.0 + i) for i in range(WORTH_A_BATCH)}
    together = cs.simulate(members, 20, at=[5, 20])
    assert {run.method for run in together.values()} == {"batch"}
    few = {label: members[label] for label in list(members)[:5]}
    loop = cs.simulate(few, 20, at=[5, 20])
    assert "batch" not in {run.method for run in loop.values()}
    np.testing.assert_allclose(together.array("T")[:5], loop.array("T"), rtol=1e-4)


def test_equal_patients_are_equal_to_the_last_bit() -> None:
    at = np.linspace(0, 20, 33)
    member = PREY.with_events(Dose(5, into="C", at=3))
    found = _solved({str(i): member for i in range(8)}, 20, at)
    for run in found.values():
        np.testing.assert_array_equal(run.y, found["0"].y)


def test_the_same_batch_twice_is_the_same_to_the_last_bit() -> None:
    at = np.linspace(0, 20, 33)
    first, second = (_solved(_varied(7), 20, at) for _ in range(2))
    for label in first:
        np.testing.assert_array_equal(first[label].y, second[label].y)


def test_each_run_is_given_back_as_soon_as_it_ends_and_no_more_are_held_than_the_chunk() -> None:
    made, ended, most = 0, 0, 0
    at = np.linspace(0, 5, 6)

    def make() -> Run:
        nonlocal made
        made += 1
        return Run(PREY, 0.0, 5.0, Recorder(PREY, at, both_sides=False))

    for _ in solve_together(((str(i), make) for i in range(20)), RTOL, np.full(2, 1e-12), chunk=4):
        most = max(most, made - ended)
        ended += 1
    assert (made, ended) == (20, 20)
    assert most <= 4


def test_no_runs_give_no_answers() -> None:
    assert list(solve_together(iter(()), RTOL, np.full(2, 1e-12))) == []


def test_output_times_are_exactly_those_that_were_asked_for() -> None:
    for at in (np.array([0.0]), np.array([7.5]), np.array([20.0]), np.linspace(0, 20, 1501)):
        for run in _solved(_varied(3), 20, at).values():
            np.testing.assert_array_equal(run.t, at)
            assert np.isfinite(run.y).all()


def test_members_may_want_different_output_times_and_ends() -> None:
    grids = {
        "few": np.array([4.0]),
        "many": np.linspace(0, 10, 400),
        "none of the inside": np.array([0.0, 10.0]),
    }
    ends = {"few": 5.0, "many": 10.0, "none of the inside": 10.0}

    def making(label: str) -> Run:
        return Run(PREY, 0.0, ends[label], Recorder(PREY, grids[label], both_sides=False))

    runs = ((label, lambda label=label: making(label)) for label in grids)
    for label, run in solve_together(runs, RTOL, np.full(2, 1e-12), chunk=2):
        assert isinstance(run, Trajectory)
        np.testing.assert_array_equal(run.t, grids[label])
        exact = simulate(PREY, ends[label], at=grids[label], rtol=1e-10)
        assert _error(run.y, exact.y) < 1e-4


# ------------------------------------------------------------------ events

_EVENTS: dict[str, list[object]] = {
    "nothing": [],
    "at the start": [Dose(5, into="C", at=0)],
    "at the last instant": [Dose(5, into="C", at=10)],
    "two at one instant": [Dose(2, into="C", at=4), Dose(3, into="C", at=4), Dose(7, into="T", at=4)],
    "a bit apart": [Dose(2, into="C", at=4), Dose(3, into="C", at=math.nextafter(4, 5))],
    "infusion": [Infusion(6, into="C", start=1, duration=3)],
    "infusion over the end": [Infusion(6, into="C", start=8, duration=10)],
    "overlapping infusions": [
        Infusion(6, into="C", start=1, duration=3),
        Infusion(4, into="C", start=2, duration=0.001),
    ],
    "change": [Dose(1, into="C", at=0), Change("g", factor=3, start=2, stop=7)],
    "changes overlap": [
        Dose(1, into="C"),
        Change("d", to=0.01, start=2),
        Change("d", factor=5, start=3, stop=4),
    ],
    "dose in a change": [Change("r", to=0.0, start=2, stop=6), Dose(5, into="C", at=2)],
}


@pytest.fixture(scope="module")
def eventful() -> dict[str, Trajectory]:
    members = {label: PREY.with_events(*events) for label, events in _EVENTS.items()}
    return _solved(members, 10, np.linspace(0, 10, 41))


@pytest.mark.parametrize("label", list(_EVENTS))
def test_each_patient_has_its_own_events(label: str, eventful: dict[str, Trajectory]) -> None:
    reference = simulate(PREY.with_events(*_EVENTS[label]), 10, at=np.linspace(0, 10, 41), rtol=1e-10)
    assert _error(eventful[label].y, reference.y) < 1e-4
    assert eventful[label].occurrences == reference.occurrences
    np.testing.assert_array_equal(eventful[label].segment_end, reference.segment_end)


def test_a_dose_of_many_days_later_makes_a_new_amount_from_zero() -> None:
    """The first steps after it are far shorter than the spacing of numbers around its day."""
    chain = Model(
        "chain",
        species={
            "A": Species(0.0, "cell", "first"),
            "B": Species(0.0, "cell", "second"),
            "Z": Species(0.0, "cell", "third"),
        },
        parameters={"k": Parameter(0.5, "1/day", "speed")},
        processes={
            "one": Process("A -> B", "k*A"),
            "two": Process("B -> Z", "k*B"),
        },
    )
    days = [0.0, 7.0, 42.0, 900.0]
    members = {f"{day:g}": chain.with_events(Dose(1e6, into="A", at=day)) for day in days}
    for day in days:
        label = f"{day:g}"
        (run,) = _solved({label: members[label]}, day + 10, np.array([day + 4.0])).values()
        x = 0.5 * 4.0
        exact = 1e6 * np.array([math.exp(-x), x * math.exp(-x), 1 - math.exp(-x) * (1 + x)])
        np.testing.assert_allclose(run.y[:, 0], exact, rtol=1e-5)


def _switched() -> Model:
    return Model(
        "switched",
        species={"A": Species(0.0)},
        parameters={"t0": Parameter(1.0), "t1": Parameter(2.0)},
        processes={"made": Process("-> A", "3*step(t - t0)*step(t1 - t)")},
    )


def test_a_switch_in_time_at_each_patients_own_time_is_met_exactly() -> None:
    model = _switched()
    members = {str(i): model.with_values(t0=0.3 * i, t1=0.3 * i + 1.1) for i in range(10)}
    found = _solved(members, 5, np.linspace(0, 5, 51))
    for i in range(10):
        t0, t1 = members[str(i)].values.values()
        exact = 3 * np.clip(np.linspace(0, 5, 51) - t0, 0, t1 - t0)
        np.testing.assert_allclose(found[str(i)].y[0], exact, rtol=1e-12, atol=1e-12)


def test_rules_act_at_each_patients_own_time() -> None:
    model = Model(
        "growing",
        species={"T": Species(1.0), "D": Species(0.0)},
        parameters={"r": Parameter(1.0)},
        processes={"growth": Process("-> T", "r*T")},
        events=[When("T >= 20", then=Dose(3, into="D"))],
    )
    rates = [0.1, 0.5, 0.9, 1.7]
    members = {f"{r:g}": model.with_values(r=r) for r in rates}
    found = _solved(members, 5, np.linspace(0, 5, 6))
    for r in rates:
        times = [o.time for o in found[f"{r:g}"].occurrences if o.kind == "rule"]
        expected = [math.log(20) / r] if math.log(20) / r <= 5 else []
        assert times == pytest.approx(expected, rel=1e-5)
        assert found[f"{r:g}"].y[1, -1] == (3.0 if expected else 0.0)


def test_a_rule_that_comes_back_acts_again_after_its_rest() -> None:
    event = When("T >= 200", then=Dose(40, into="C"), at_most=3, apart=2)
    members = {f"{g:g}": PREY.with_values(g=g).with_events(event) for g in (0.001, 0.01, 0.05)}
    at = np.linspace(0, 20, 41)
    found = _solved(members, 20, at)
    seen = set()
    for label, member in members.items():
        reference = simulate(member, 20, at=at, rtol=1e-9)
        assert _kinds(found[label]) == _kinds(reference)
        assert [o.time for o in found[label].occurrences] == pytest.approx(
            [o.time for o in reference.occurrences], abs=1e-4
        )
        assert _error(found[label].y, reference.y) < 1e-3
        seen.add(len(reference.occurrences))
    assert len(seen) > 1, "the members must differ in what happens to them"


def test_members_with_other_rules_and_limits_are_solved_by_simulate_without_mixing() -> None:
    members = {
        "plain": PREY,
        "high": PREY.with_events(When("T >= 300", then=Dose(40, into="C"))),
        "low": PREY.with_events(When("T >= 150", then=Dose(40, into="C"))),
        "two": PREY.with_events(
            When("T >= 150", then=Dose(1, into="C")), When("C >= 2", then=Dose(5, into="T"))
        ),
    }
    at = np.linspace(0, 10, 21)
    found = simulate(members, 10, at=at, method="batch")
    for label, member in members.items():
        reference = simulate(member, 10, at=at, rtol=1e-10)
        assert _kinds(found[label]) == _kinds(reference)
        assert _error(found[label].y, reference.y) < 1e-4


# ------------------------------------------------------------------ extinction


def test_populations_die_out_at_each_patients_own_time() -> None:
    model = _growth(A=1.0, B=1e-3, Q=None)
    speeds = [0.4, 1.0, 2.5, 7.0]
    members = {f"{k:g}": model.with_values(k_A=k, k_B=2 * k, k_Q=k) for k in speeds}
    found = _solved(members, 12, np.linspace(0, 12, 25))
    for k in speeds:
        run = found[f"{k:g}"]
        died = {o.name: o.time for o in run.occurrences if o.kind == "extinction"}
        expected = {"A": math.log(1e3) / k, "B": math.log(1e6) / (2 * k)}
        assert died == pytest.approx({name: t for name, t in expected.items() if t <= 12}, rel=1e-5)
        for name, t in died.items():
            assert (run[name][run.t > t + 1e-3] == 0.0).all()
        np.testing.assert_allclose(run["Q"], 1000 * np.exp(-k * run.t), rtol=1e-3, atol=1e-12)


def test_a_dose_after_the_death_begins_a_new_life() -> None:
    model = _growth(A=1.0)
    members = {
        "again": model.with_events(Dose(50, into="A", at=9)),
        "too little": model.with_events(Dose(0.5, into="A", at=9)),
        "never": model,
    }
    found = _solved(members, 10, np.array([8.5, 9.5, 10.0]))
    assert found["again"]["A"] == pytest.approx([0, 50 * math.exp(-0.5), 50 * math.exp(-1.0)], rel=1e-5)
    assert (found["too little"]["A"] == 0.0).all()
    assert (found["never"]["A"] == 0.0).all()


# ------------------------------------------------------------------ failures


def _explosive() -> Model:
    return Model(
        "explosive",
        species={"A": Species(1.0), "B": Species(4.0)},
        parameters={"k": Parameter(0.01), "m": Parameter(1.0), "z": Parameter(1.0)},
        processes={
            "explosion": Process("-> A", "k*A*A"),
            "drain": Process("B ->", "m*B/z"),
        },
    )


def test_one_patient_that_fails_does_not_keep_the_others_from_finishing() -> None:
    model = _explosive()
    members = {
        "calm": model,
        "blows up": model.with_values(k=0.5),
        "divides by zero": model.with_values(z=0.0),
        "calm too": model.with_values(m=0.3),
    }
    at = np.linspace(0, 5, 11)
    answers = _together(members, 5, at)
    for label in ("calm", "calm too"):
        run = answers[label]
        assert isinstance(run, Trajectory)
        assert _error(run.y, simulate(members[label], 5, at=at, rtol=1e-10).y) < 1e-4
    blown = answers["blows up"]
    assert isinstance(blown, SolveError)
    assert blown.time == pytest.approx(2.0, abs=1e-3)
    assert blown.species == "A"
    assert blown.partial is not None
    before = blown.partial.t < 1.9
    assert before.sum() == 4
    np.testing.assert_allclose(blown.partial["A"][before], 1 / (1 - 0.5 * blown.partial.t[before]), rtol=1e-4)
    divided = answers["divides by zero"]
    assert isinstance(divided, SolveError)
    assert divided.time == 0.0
    assert "divi" in str(divided)


def test_a_failure_after_events_keeps_what_came_before() -> None:
    model = _explosive()
    answers = _together(
        {
            "bad": model.with_events(Dose(1, into="B", at=1), Change("z", to=0.0, start=2)),
            "good": model.with_events(Dose(1, into="B", at=1)),
        },
        4,
        np.linspace(0, 4, 9),
    )
    bad = answers["bad"]
    assert isinstance(bad, SolveError)
    assert bad.time == 2.0
    assert bad.partial is not None
    np.testing.assert_array_equal(bad.partial.t[:4], [0.0, 0.5, 1.0, 1.5])
    assert [o.kind for o in bad.partial.occurrences] == ["dose", "change"]
    assert isinstance(answers["good"], Trajectory)


def test_a_run_that_cannot_be_made_gives_its_model_error() -> None:
    for order in (("late", "fine"), ("fine", "late")):
        both = {"late": PREY.with_events(Dose(1, into="C", at=20)), "fine": PREY}
        answers = _together({label: both[label] for label in order}, 10, np.array([10.0]))
        assert isinstance(answers["late"], ModelError)
        assert "20" in str(answers["late"])
        assert isinstance(answers["fine"], Trajectory)


def test_when_no_run_can_be_made_all_errors_come_back() -> None:
    late = PREY.with_events(Dose(1, into="C", at=20))
    answers = _together({"a": late, "b": late}, 10, np.array([10.0]))
    assert [type(answer) for answer in answers.values()] == [ModelError, ModelError]


def test_simulate_keeps_the_failures_apart_with_their_labels() -> None:
    model = _explosive()
    members = {"calm": model, "blows up": model.with_values(k=0.5)}
    with pytest.warns(RuntimeWarning, match="blows up"):
        found = simulate(members, 5, method="batch")
    assert list(found.labels) == ["calm"]
    assert isinstance(found.failures["blows up"], SolveError)


# ------------------------------------------------------------------ hard problems


def test_a_tumour_grows_back_from_a_millionth_of_a_cell() -> None:
    """A decay over 26 decades must stay right in relative terms, for what is left comes back."""
    model = Model(
        "relapse",
        species={"T": Species(1e9, "cell", "tumour"), "C": Species(1e7, "cell", "killers")},
        parameters={
            "r": Parameter(0.5, "1/day", "growth"),
            "g": Parameter(5e-7, "1/cell/day", "killing"),
            "d": Parameter(0.3, "1/day", "death of killers"),
        },
        processes={
            "growth": Process("-> T", "r*T"),
            "killing": Process("T ->", "g*C*T"),
            "death": Process("C ->", "d*C"),
        },
    )
    members = {f"{g:g}": model.with_values(g=g) for g in (5e-7, 1.2e-6, 2e-6)}
    at = np.linspace(0, 80, 81)
    found = _solved(members, 80, at)
    lowest = []
    for label, member in members.items():
        g = member.values["g"]
        exact = 1e9 * np.exp(0.5 * at - g * 1e7 / 0.3 * (1 - np.exp(-0.3 * at)))
        np.testing.assert_allclose(found[label]["T"], exact, rtol=1e-3)
        lowest.append(exact.min())
    assert min(lowest) < 1e-6
    assert found["5e-07"]["T"][-1] > 1e15


@pytest.mark.slow
def test_robertsons_reaction_is_followed_over_eleven_decades_of_time() -> None:
    """Hairer and Wanner, Solving ODEs II, IV.10 (ROBER); the reference is SciPy's Radau."""
    model = Model(
        "robertson",
        species={"A": Species(1.0), "B": Species(0.0), "Q": Species(0.0)},
        parameters={"k1": Parameter(0.04), "k2": Parameter(3e7), "k3": Parameter(1e4)},
        processes={
            "slow": Process("A -> B", "k1*A"),
            "fast": Process("B -> Q", "k2*B*B"),
            "back": Process("B -> A", "k3*B*Q"),
        },
    )
    members = {f"{k:g}": model.with_values(k1=k) for k in (0.02, 0.04, 0.08)}
    at = np.array([0.0, *np.geomspace(1e-3, 1e8, 24)])
    found = _solved(members, 1e8, at, atol=1e-14)
    for label, member in members.items():
        reference = simulate(member, 1e8, at=at, rtol=1e-10, atol=1e-16, method="Radau").y
        np.testing.assert_allclose(found[label].y, reference, rtol=1e-4, atol=1e-12)
        np.testing.assert_allclose(found[label].y.sum(axis=0), 1.0, rtol=1e-8)


def test_a_cytokine_of_eighty_a_day_follows_its_cells() -> None:
    model = Model(
        "cytokine",
        species={"C": Species(1e4), "K": Species(0.0)},
        parameters={"r": Parameter(0.4), "b": Parameter(1e-8), "s": Parameter(1e-3), "d": Parameter(80.0)},
        processes={
            "growth": Process("-> C", "r*C*(1 - b*C)"),
            "secretion": Process("-> K", "s*d*C"),
            "clearance": Process("K ->", "d*K"),
        },
    )
    members = {f"{d:g}": model.with_values(d=d) for d in (0.5, 8.0, 80.0, 8000.0)}
    at = np.linspace(0, 60, 61)
    found = _solved(members, 60, at)
    for label, member in members.items():
        reference = simulate(member, 60, at=at, rtol=1e-10).y
        assert _error(found[label].y, reference) < 1e-4
