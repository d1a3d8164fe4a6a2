"""Members to whom the same is done go together, and come out as if each had gone alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import pytest

import cartsim as cs
from cartsim.language.events import Change, Dose, Infusion, When
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Species
from cartsim.solving.batch import Batch
from cartsim.solving.job import Job, Setting, done
from cartsim.solving.members import members_of
from cartsim.solving.rounds import solve_in_rounds
from cartsim.solving.run import Run
from cartsim.solving.several import planned
from cartsim.solving.simulate import simulate, span_of
from cartsim.solving.tolerances import absolute_tolerances
from cartsim.solving.trajectory import Trajectory

RTOL = 1e-6


def decay(**changes: float) -> Model:
    model = Model(
        "decay",
        species={"A": Species(100.0, extinct_below=1.0), "B": Species("half * 4")},
        parameters={"k": Parameter(0.5), "half": Parameter(0.5), "s": Parameter(0.0)},
        processes={"loss": Process("A -> B", "k*A"), "source": Process("-> A", "s*step(t - 7)")},
    )
    return model.with_values(changes)


def varied(model: Model, n: int = 6) -> dict[str, Model]:
    """The model with its parameters a little different in each member."""
    random = np.random.default_rng(7)
    return {
        f"member {i}": model.with_values(
            {name: value * random.uniform(0.8, 1.25) for name, value in model.values.items()}
        )
        for i in range(n)
    }


def both_ways(
    members: Mapping[str, Model], until: float
) -> tuple[dict[str, Trajectory], dict[str, Trajectory]]:
    """The runs of a fleet, and those of single runs in rounds, by the same engine."""
    (job,) = planned(
        members,
        span_of(members, until, start=None, at=None, every=None),
        "batch",
        RTOL,
        None,
        keep=None,
        sent=False,
    )
    piece = done(job)
    assert len(piece.bundles) == 1
    assert not piece.made
    together = {label: piece.bundles[0].trajectory(i) for i, label in enumerate(piece.bundles[0].labels)}
    tolerances = np.min([absolute_tolerances(m, None, RTOL) for m in members.values()], axis=0)

    def engine(run: Run) -> Batch:
        return Batch(run.model.structure, run.watch.trees, RTOL, tolerances)

    runs = ((label, partial(job.setting.span.run_of, model)) for label, model in members.items())
    return together, {
        label: run for label, run in solve_in_rounds(runs, engine) if isinstance(run, Trajectory)
    }


def assert_same(one: Trajectory, other: Trajectory) -> None:
    """Equal to the last bit, in all that a run holds."""
    for name in ("t", "y", "segment", "segment_parameters", "segment_inflow", "segment_end"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert one.occurrences == other.occurrences
    assert (one.model, one.method) == (other.model, other.method)


EVENTS = {
    "nothing": (),
    "doses and an infusion": (
        Dose(50.0, into="A", at=3.0),
        Dose(1.0, into="A", at=3.0),
        Infusion(30.0, into="A", start=5.0, duration=2.5),
    ),
    "a dose at the last instant": (Dose(50.0, into="A", at=20.0),),
    "a dose at the first": (Dose(50.0, into="A", at=0.0), Dose(0.5, into="A", at=0.0)),
    "changes": (Change("k", factor=3.0, start=2.0, stop=9.0), Change("s", to=4.0, start=1.0)),
    "a dose below the limit": (Dose(0.5, into="A", at=15.0),),
    "a dose on the dead": (Dose(40.0, into="A", at=14.0),),
}


@pytest.mark.parametrize("what", EVENTS)
def test_a_fleet_does_to_the_last_bit_what_single_runs_do(what: str) -> None:
    members = varied(decay().with_events(*EVENTS[what]))
    together, single = both_ways(members, 20.0)
    assert list(together) == list(members)
    assert set(single) == set(members)
    for label in members:
        assert_same(together[label], single[label])


def test_the_members_of_that_comparison_die_at_times_of_their_own() -> None:
    together, _ = both_ways(varied(decay()), 20.0)
    deaths = [e.time for run in together.values() for e in run.occurrences if e.kind == "extinction"]
    assert len(set(deaths)) == len(together)


@pytest.mark.parametrize("name", ["barros_2021", "leon_triana_2020", "kimmel_2021", "hardiansyah_2019"])
def test_so_does_a_fleet_of_a_published_model(name: str) -> None:
    model = getattr(cs.models, name)
    variant = next(iter(model.variants))
    members = varied(model.variant(variant), 3)
    together, single = both_ways(members, 90.0)
    for label in members:
        assert_same(together[label], single[label])


def test_members_that_differ_in_more_than_numbers_are_no_fleet() -> None:
    plain = decay()
    assert members_of({"a": plain, "b": decay(k=2.0)}) is not None
    assert members_of({"a": plain, "b": plain.with_events(Dose(1.0, into="A", at=1.0))}) is None
    rule = When("A < 50", then=Dose(1.0, into="A", at=0.0))
    assert members_of({"a": plain.with_events(rule)}) is None
    assert members_of({"a": plain, "b": decay(B=3.0)}) is None, "one has a text, the other a number"
    late = Model(
        "late", species={"A": 1.0}, parameters={"t0": 1.0}, processes={"on": Process("-> A", "step(t - t0)")}
    )
    assert members_of({"a": late, "b": late.with_values(t0=2.0)}) is None, "it switches at times of their own"


def test_a_text_of_parameters_is_each_members_own_initial_amount() -> None:
    members = members_of({"a": decay(), "b": decay(half=2.0)})
    assert members is not None
    assert members.initial.tolist() == [[100.0, 100.0], [2.0, 8.0]]


def test_a_member_without_an_initial_amount_fails_by_itself() -> None:
    model = Model(
        "ratio",
        species={"A": Species("1/k")},
        parameters={"k": 1.0},
        processes={"loss": Process("A ->", "A")},
    )
    members = {"good": model, "bad": model.with_values(k=0.0), "negative": model.with_values(k=-1.0)}
    with pytest.warns(RuntimeWarning, match="2 of 3 runs failed"):
        runs = simulate(members, 1.0, method="batch")
    assert runs.labels == ("good",)
    assert "no value" in str(runs.failures["bad"])
    assert "not negative" in str(runs.failures["negative"])


def test_the_values_of_all_are_those_of_each() -> None:
    members = varied(decay().with_events(*EVENTS["changes"]))
    runs = simulate(members, 20.0, method="batch")
    assert len(runs.bundles) == 1
    for name in ("t", "A", "loss", "k", "source"):
        together = runs.array(name)
        assert together.shape == (len(members), len(runs.t))
        for row, run in zip(together, runs.values(), strict=True):
            np.testing.assert_array_equal(row, run[name])
    with pytest.raises(cs.UnknownNameError, match="did you mean"):
        runs.array("losss")


def test_what_is_kept_is_there_and_nothing_else() -> None:
    members = varied(decay())
    whole = simulate(members, 20.0, method="batch", every=1.0)
    for method in ("batch", "odeint"):
        runs = simulate(members, 20.0, method=method, every=1.0, keep=["A", "loss"])
        assert runs.t.tolist() == list(range(21))
        np.testing.assert_allclose(runs.array("loss"), whole.array("loss"), rtol=1e-4, atol=1e-4)
        run = runs["member 0"]
        assert run["A"].shape == (21,)
        assert run.names == ("A", "loss")
        with pytest.raises(cs.ModelError, match=r"'B' of 'decay' was not kept, only A, loss"):
            run["B"]
        with pytest.raises(cs.UnknownNameError, match="is not a name"):
            run["C"]


def test_names_to_keep_are_checked_before_anything_is_solved() -> None:
    with pytest.raises(cs.UnknownNameError, match="keep names 'AA'"):
        simulate(varied(decay()), 20.0, keep=["AA"])
    with pytest.raises(cs.ModelError, match="keep must be a list of names"):
        simulate(decay(), 20.0, keep=[])
    with pytest.raises(cs.ModelError, match="not both"):
        simulate(decay(), 20.0, at=[1.0], every=1.0)
    with pytest.raises(cs.ModelError, match="every=0 must be above zero"):
        simulate(decay(), 20.0, every=0.0)


def test_a_piece_of_work_survives_the_way_to_another_process() -> None:
    import pickle

    members = varied(decay().with_events(*EVENTS["changes"]))
    (job,) = planned(
        members,
        span_of(members, 20.0, start=None, at=None, every=None),
        "batch",
        RTOL,
        None,
        keep=None,
        sent=True,
    )
    assert isinstance(job, Job)
    assert isinstance(job.setting, Setting)
    here, there = done(job), pickle.loads(pickle.dumps(done(pickle.loads(pickle.dumps(job)))))
    for i in range(len(members)):
        assert_same(here.bundles[0].trajectory(i), there.bundles[0].trajectory(i))


def test_a_death_before_the_first_output_of_others_leaves_no_row_empty() -> None:
    """Here all lose the second species, one of them after its first output and the others before theirs."""
    model = Model(
        "two deaths",
        species={"A": Species(2.0, extinct_below=1.0), "B": Species(1e8, extinct_below=1.0), "C": 5.0},
        parameters={"k": Parameter(1.0), "q": Parameter(2.0)},
        processes={"loss": Process("A ->", "k*A"), "decay": Process("B ->", "q*B")},
    )
    members = {f"k = {k}": model.with_values(k=k) for k in (0.5, 5.0, 6.0)}
    runs = simulate(members, until=20, at=np.linspace(0.5, 20.0, 40), method="batch")
    assert (runs.array("C") == 5.0).all()
    for label, member in members.items():
        alone = simulate(member, until=20, at=np.linspace(0.5, 20.0, 40))
        np.testing.assert_allclose(runs[label]["B"], alone["B"], rtol=1e-4, atol=1e-9)
