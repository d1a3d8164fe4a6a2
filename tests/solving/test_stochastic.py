"""The verb `simulate_stochastic`: seeds, refusals in sentences, failures kept apart, and its result."""

from __future__ import annotations

import pickle
import re

import numpy as np
import pytest

import cartsim as cs
from cartsim.language.errors import ModelError, SolveError, UnknownNameError
from cartsim.language.mathematics import right_hand_side
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Species
from cartsim.solving import company, leaps, stochastic
from cartsim.solving.ensemble import Ensemble
from cartsim.solving.stochastic import StochasticRuns, simulate_stochastic


def _tumour(cells: float = 3, birth: float = 0.2, death: float = 0.1) -> Model:
    return Model(
        "tumour_cells",
        species={"T": Species(cells, "cell"), "R": Species(0, "cell")},
        parameters={
            "b": Parameter(birth, "1/day"),
            "d": Parameter(death, "1/day"),
            "m": Parameter(0.01, "1/day"),
        },
        processes={
            "birth": Process("-> T", "b*T"),
            "death": Process("T ->", "d*T"),
            "escape": Process("T -> R", "m*T"),
            "regrowth": Process("-> R", "b*R"),
            "loss": Process("R ->", "d*R"),
        },
        observables={"everything": "T + R"},
        roles={"tumour": "everything", "antigen_negative_tumour": "R"},
    )


def _growth(rate: str, flow: str = "-> T", **parameters: float) -> Model:
    return Model(
        "growing", species={"T": 100.0}, parameters=parameters, processes={"growth": Process(flow, rate)}
    )


# ------------------------------------------------------------------ the same seed gives the same runs


@pytest.mark.parametrize(
    "model", [_tumour(30), pytest.param(cs.models.kimmel_2021.variant("slow"), marks=pytest.mark.slow)]
)
def test_a_run_depends_on_the_seed_and_its_number_alone(model: Model) -> None:
    few = simulate_stochastic(model, 12, runs=3, seed=11, every=3)
    many = simulate_stochastic(model, 12, runs=230, seed=11, every=3)
    assert few.labels == ("run 1", "run 2", "run 3")
    assert np.array_equal(few.y, many.y[:3])
    assert np.array_equal(simulate_stochastic(model, 12, runs=201, seed=11, every=3).y, many.y[:201])


def test_runs_do_not_depend_on_how_many_advance_together(monkeypatch: pytest.MonkeyPatch) -> None:
    together = simulate_stochastic(_tumour(), 15, runs=250, seed=12, every=5)
    monkeypatch.setattr(stochastic, "TOGETHER", 100)
    apart = simulate_stochastic(_tumour(), 15, runs=250, seed=12, every=5)
    assert np.array_equal(together.y, apart.y)


def test_another_seed_gives_other_runs_and_all_runs_of_a_seed_differ() -> None:
    one, other = (simulate_stochastic(_tumour(200), 10, runs=120, seed=seed, every=5) for seed in (1, 2))
    assert not np.array_equal(one.y, other.y)
    assert len({run.tobytes() for run in one.y}) == 120


# ------------------------------------------------------------------ rates that can turn negative


def _offered(message: str) -> dict[str, Process]:
    """The processes that a message offers, by name."""
    found = re.findall(r'^    (\w+) = Process\("(.*)", "(.*)"\),$', message, flags=re.MULTILINE)
    return {name: Process(flow, rate) for name, flow, rate in found}


def _refused(model: Model, until: float = 10) -> str:
    with pytest.raises(ModelError) as refusal:
        simulate_stochastic(model, until, seed=1)
    return str(refusal.value)


def test_logistic_growth_is_refused_by_name_with_birth_and_death_to_paste() -> None:
    message = _refused(cs.models.barros_2021.variant("single_2e6"), 60)
    assert "process 'tumour_growth' of 'barros_2021/single_2e6'" in message
    assert "at T = 1e12" in message  # far above the 2e6 cells that it starts with
    assert '    tumour_growth = Process("-> T", "r*T"),' in message
    assert '    tumour_growth_reverse = Process("T ->", "r*T**2*b"),' in message


@pytest.mark.parametrize(
    ("rate", "parameters"),
    [
        ("r*T*(1 - T/K)", dict(r=0.1, K=1e4)),
        ("r*T*(1 - T/K)*(T/A - 1)", dict(r=0.1, K=1e4, A=10.0)),
        ("r*T*log(K/T)", dict(r=0.1, K=1e4)),
        ("r*T - d*T", dict(r=0.1, d=0.2)),
        ("-d*T", dict(d=0.2)),
        ("r*(5 - t)", dict(r=0.1)),
    ],
)
def test_what_is_offered_has_the_same_ode_and_runs(rate: str, parameters: dict[str, float]) -> None:
    model = _growth(rate, **parameters)
    offered = _offered(_refused(model))
    mended = Model("mended", species={"T": 100.0}, parameters=parameters, processes=offered)
    for cells in (3.0, 250.0, 1e5):
        slopes = []
        for each in (model, mended):
            tree = right_hand_side(each.structure)["T"]
            functions = cs.language.compile.compiled(each.structure)
            slopes.append(functions.watch((tree,), list(parameters.values()))(2.0, np.array([cells]))[0])
        assert slopes[1] == pytest.approx(slopes[0], rel=1e-9)
    assert len(simulate_stochastic(mended, 1, runs=2, seed=1)) == 2


def test_a_definition_is_written_out_where_that_splits_the_rate() -> None:
    model = Model(
        "defined",
        species={"T": 10.0},
        parameters={"r": 0.1, "K": 1e4},
        definitions={"room": "1 - T/K"},
        processes={"growth": Process("-> T", "r*T*room")},
    )
    assert set(_offered(_refused(model))) == {"growth", "growth_reverse"}
    assert 'Process("-> T", "r*T")' in _refused(model)


def test_a_change_of_a_parameter_can_be_what_turns_a_rate_negative() -> None:
    model = _growth("(r - d)*T", r=0.2, d=0.1)
    assert len(simulate_stochastic(model, 5, runs=1, seed=1)) == 1
    assert "'growth'" in _refused(model.with_events(cs.Change("d", to=0.3, start=2)))


def test_a_rate_that_no_search_finds_negative_is_refused_when_it_turns_so() -> None:
    # Negative from 41 to 59 cells only, between the amounts that are searched.
    model = Model(
        "hidden",
        species={"T": 70.0},
        parameters={"k": 0.01, "d": 1.0},
        processes={
            "odd": Process("-> T", "k*(T - 40)*(T - 60)*(1 - step(T - 65))"),
            "death": Process("T ->", "d*T"),
        },
    )
    message = _refused(model)
    assert "process 'odd'" in message
    assert "T = 59" in message


def test_a_flow_that_is_not_counted_may_be_negative() -> None:
    model = Model(
        "cytokine",
        species={"C": Species(10, "cell"), "I": Species(9.0, "pg/mL")},
        parameters={
            "d": Parameter(0.1, "1/day"),
            "k": Parameter(2.0, "1/day"),
            "base": Parameter(1.0, "pg/mL"),
        },
        processes={"loss": Process("C ->", "d*C"), "return_": Process("-> I", "k*(base - I)")},
    )
    cytokine = simulate_stochastic(model, 3, runs=2, seed=1)["run 1"]
    assert cytokine["I"] == pytest.approx(1.0 + 8.0 * np.exp(-2.0 * cytokine.t), abs=2e-3)


def test_published_models_without_negative_rates_run_as_they_are() -> None:
    for model, until in ((cs.models.leon_triana_2020, 1.0), (cs.models.hardiansyah_2019, 0.2)):
        assert len(simulate_stochastic(model, until, runs=1, seed=1, every=until)) == 1


# ------------------------------------------------------------------ questions that have no answer


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "needs seed="),
        (dict(seed=1.5), "seed must be a whole number"),
        (dict(seed=True), "seed must be a whole number"),
        (dict(seed=-1), "seed must be a whole number from 0"),
        (dict(seed=1, runs=0), "runs must be a whole number from 1"),
        (dict(seed=1, runs=10**9), "at most"),
        (dict(seed=1, until=-3), "must lie after the start"),
        (dict(seed=1, at=[1, 50]), "outside the run"),
        (dict(seed=1, at=[1], every=1), "not both"),
    ],
)
def test_an_argument_that_does_not_fit_is_refused_in_a_sentence(
    arguments: dict[str, object], words: str
) -> None:
    with pytest.raises(ModelError, match=words):
        simulate_stochastic(_tumour(), **{"until": 10, **arguments})  # type: ignore[arg-type]


def test_a_mapping_is_refused() -> None:
    with pytest.raises(ModelError, match="takes one model"):
        simulate_stochastic({"a": _tumour()}, 10, seed=1)  # type: ignore[arg-type]


def test_a_model_without_cells_is_refused() -> None:
    with pytest.raises(ModelError, match=r"counts nothing in cells \(E in copies/ug"):
        simulate_stochastic(cs.models.stein_2019, 10, seed=1)


def test_half_a_cell_in_a_flow_is_refused() -> None:
    with pytest.raises(ModelError, match=r"'growth' of 'growing' changes 'T' by 0.5, and cells come whole"):
        simulate_stochastic(_growth("r*T", "-> 0.5 T", r=0.1), 10, seed=1)


def test_cells_that_become_something_uncounted_are_refused() -> None:
    model = Model(
        "mixed",
        species={"C": 10.0, "I": Species(0, "pg/mL")},
        parameters={"k": 0.1},
        processes={"release": Process("C -> I", "k*C")},
    )
    with pytest.raises(ModelError, match=r"process 'release' .* not counted alike"):
        simulate_stochastic(model, 10, seed=1)


# ------------------------------------------------------------------ runs that fail


def _explosive() -> Model:
    return Model(
        "explosive",
        species={"T": 10},
        parameters={"k": 0.1, "d": 1.0},
        processes={"birth": Process("-> T", "k*T*T"), "death": Process("T ->", "d*T")},
    )


def test_a_run_that_explodes_is_kept_apart_and_the_others_stay() -> None:
    with pytest.warns(RuntimeWarning, match="runs failed and are kept apart"):
        runs = simulate_stochastic(_explosive(), 50, runs=40, seed=1)
    assert 0 < len(runs) < 40
    assert len(runs) + len(runs.failures) == 40
    assert runs.extinction("T").died == runs.extinction("T").runs == len(runs)
    for label, reason in runs.failures.items():
        assert isinstance(reason, SolveError), label
        assert reason.species == "T"
        assert 0.0 < reason.time < 50.0
        assert reason.partial["T"][-1] > 1e9


def test_where_all_runs_explode_the_first_reason_is_raised() -> None:
    with pytest.raises(SolveError, match="'explosive'"):
        simulate_stochastic(_explosive().with_values(T=1e6), 50, runs=3, seed=1)


def test_a_run_that_takes_too_many_steps_is_given_up_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (leaps, company):
        monkeypatch.setattr(module, "MAX_STEPS", 50)
    with pytest.raises(SolveError, match="too much happens among few cells around 'T', more than 50 steps"):
        simulate_stochastic(_growth("r*T", r=1.0), 1000, runs=2, seed=1, every=1000)


# ------------------------------------------------------------------ the result


def test_the_result_is_an_ensemble_of_views_into_one_array() -> None:
    runs = simulate_stochastic(_tumour(), 20, runs=6, seed=1)
    assert isinstance(runs, Ensemble)
    assert runs.y.shape == (6, 501, 2)
    assert runs.labels == tuple(f"run {i}" for i in range(1, 7))
    for i, run in enumerate(runs.values()):
        assert np.shares_memory(run.y, runs.y)
        assert np.array_equal(run["R"], runs.y[i, :, 1])
        assert run.t is runs["run 1"].t
        assert run.method == "stochastic"
    assert runs.array("T").shape == runs.array("birth").shape == (6, 501)
    assert np.array_equal(runs.array("tumour"), runs.array("T") + runs.array("R"))
    assert repr(runs).startswith("<StochasticRuns of 6 runs")


def test_the_result_survives_pickling() -> None:
    runs = simulate_stochastic(_tumour(), 5, runs=2, seed=1, every=1)
    again = pickle.loads(pickle.dumps(runs))
    assert isinstance(again, StochasticRuns)
    assert np.array_equal(again.y, runs.y)
    assert again.extinction("T") == runs.extinction("T")


def test_a_role_has_died_out_when_every_species_behind_it_has() -> None:
    runs = simulate_stochastic(_tumour(20, 0.2, 0.3), 25, runs=100, seed=2, every=25)
    both = ((runs.array("T")[:, -1] == 0) & (runs.array("R")[:, -1] == 0)).sum()
    found = runs.extinction("tumour")
    assert (found.name, found.died, found.runs) == ("tumour", both, 100)
    assert found.died < runs.extinction("T").died
    assert found.low < found.value < found.high
    assert str(found).startswith(f"tumour died out in {both} of 100 runs: ")


@pytest.mark.parametrize(("birth", "death"), [(1.0, 0.0), (0.0, 9.0)])
def test_none_and_all_of_ten_give_the_interval_of_clopper_and_pearson(birth: float, death: float) -> None:
    # Their upper limit for 0 of n is 1 - 0.025**(1/n), which is 0.3085 for n = 10.
    found = simulate_stochastic(_tumour(1, birth, death), 5, runs=10, seed=3, every=5).extinction("tumour")
    limit = 0.025**0.1
    assert found.died == (10 if death else 0)
    assert (found.low, found.high) == pytest.approx((limit, 1.0) if death else (0.0, 1.0 - limit))


@pytest.mark.parametrize(("died", "runs"), [(1, 10), (37, 100)])
def test_the_interval_ends_where_so_many_would_be_seen_once_in_forty(died: int, runs: int) -> None:
    from scipy.stats import binom

    low, high = stochastic._interval(died, runs)
    assert binom.sf(died - 1, runs, low) == pytest.approx(0.025)
    assert binom.cdf(died, runs, high) == pytest.approx(0.025)


def test_an_unknown_name_is_told_the_nearest() -> None:
    runs = simulate_stochastic(_tumour(), 5, runs=1, seed=1, every=5)
    with pytest.raises(UnknownNameError, match="did you mean 'tumour'"):
        runs.extinction("tumor")


def test_a_cytokine_cannot_die_out() -> None:
    model = Model(
        "both",
        species={"C": Species(10, "cell"), "I": Species(1.0, "pg/mL")},
        parameters={"d": Parameter(0.1, "1/day")},
        processes={"loss": Process("C ->", "d*C"), "clearance": Process("I ->", "d*I")},
    )
    with pytest.raises(ModelError, match="'I' of 'both' is not a number of cells"):
        simulate_stochastic(model, 5, runs=1, seed=1, every=5).extinction("I")
