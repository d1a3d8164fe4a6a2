"""Virtual patients: their distributions, whose number depends on what, and what a cohort refuses."""

from __future__ import annotations

import csv
import math
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cartsim.language.errors import MissingExtraError, ModelError, UnitError, UnknownNameError
from cartsim.language.events import Dose
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Species
from cartsim.language.spreads import LogNormal, Normal, Spread, Truncated, Uniform
from cartsim.solving.cohort import Cohort, cohort, correlate, draw, uniforms
from cartsim.solving.simulate import simulate

N = 20_000
FOUR = 4.0 / math.sqrt(N)
"""Four standard errors of a correlation near 0; a right answer misses it once in 16,000 draws."""

mouse = Model(
    "mouse",
    species={"T": Species(1e6, "cell"), "C": Species("dose/fold", "cell"), "W": Species(20.0, "g")},
    parameters={
        "r": Parameter(0.1, "1/day"),
        "k": Parameter(2.0, "1/day"),
        "m": Parameter(-1.0, "1"),
        "dose": Parameter(100.0, "cell"),
        "fold": Parameter(4.0, "1"),
    },
    processes={"growth": Process("-> T", "r*T"), "loss": Process("C ->", "k*C")},
)
declared = Model(
    "declared",
    species={"T": Species(1e6, "cell", spread=LogNormal(sd=1.0))},
    parameters={"r": Parameter(0.1, "1/day", spread=0.3), "k": Parameter(2.0, "1/day")},
    processes={"growth": Process("-> T", "r*T")},
)
SPREADS: dict[str, Spread | float] = {"r": 0.3, "k": Uniform(1.0, 3.0), "T": LogNormal(sd=1.0)}
CORRELATION = {("r", "k"): 0.6, ("T", "k"): -0.3}
people = cohort(mouse, 50, spread=SPREADS, correlation=CORRELATION, seed=1)


def same(a: Cohort, b: Cohort) -> bool:
    """Whether two cohorts hold the same people, to the last bit."""
    numbers = all(np.array_equal(a.values(name), b.values(name)) for name in a.names)
    return a.names == b.names and a.labels == b.labels and a.model == b.model and numbers


# ------------------------------------------------------------------ distributions


@pytest.mark.parametrize(
    ("spread", "distribution"),
    [
        (0.3, stats.lognorm(s=math.sqrt(math.log(1.09)), scale=2.0)),
        (LogNormal(sd=0.8), stats.lognorm(s=0.8, scale=2.0)),
        (Normal(0.5), stats.norm(2.0, 0.5)),
        (Uniform(1.0, 5.0), stats.uniform(1.0, 4.0)),
        (Truncated(Normal(2.0), low=1.0, high=3.5), stats.truncnorm(-0.5, 0.75, loc=2.0, scale=2.0)),
    ],
)
def test_the_patients_follow_the_distribution_asked_for(spread: Spread | float, distribution: Any) -> None:
    values = cohort(mouse, N, spread={"k": spread}, seed=7).values("k")
    for share in (0.05, 0.25, 0.5, 0.75, 0.95):
        found = np.mean(values <= distribution.ppf(share))
        assert abs(found - share) < 4 * math.sqrt(share * (1 - share) / N)  # four standard errors of a share
    assert stats.kstest(values, distribution.cdf).statistic < 1.95 / math.sqrt(N)  # its 99.9 % point


def test_the_models_own_value_is_the_median_of_a_log_normal_spread() -> None:
    values = cohort(mouse, N, spread={"T": LogNormal(sd=1.0)}, seed=3).values("T")
    error = math.sqrt(math.pi / 2) / math.sqrt(N)  # standard error of a normal median, here of the logarithm
    assert abs(math.log(np.median(values) / 1e6)) < 4 * error


def test_a_truncated_spread_stays_within_its_limits_and_does_not_pile_up_there() -> None:
    values = cohort(mouse, N, spread={"m": Truncated(Normal(1.0), low=-1.5, high=0.0)}, seed=1).values("m")
    assert values.min() > -1.5
    assert values.max() < 0.0
    assert len(set(values.tolist())) == N


def test_a_spread_of_zero_keeps_the_name_and_gives_all_the_same() -> None:
    flat = cohort(mouse, 5, spread={"k": 0, "r": 0.3}, seed=1)
    assert flat.names == ("k", "r")
    assert flat.values("k").tolist() == [2.0] * 5
    assert len(set(flat.values("r").tolist())) == 5


# ------------------------------------------------------------------ correlation


@pytest.mark.parametrize("rho", [-0.9, -0.3, 0.5, 0.95])
def test_a_correlation_is_recovered_from_the_normal_scores(rho: float) -> None:
    pair = cohort(mouse, N, spread={"r": 0.3, "k": Uniform(1, 3)}, correlation={("r", "k"): rho}, seed=2)
    r, k = pair.values("r"), pair.values("k")
    scores = np.corrcoef(np.log(r), stats.norm.ppf((k - 1.0) / 2.0))[0, 1]
    assert abs(scores - rho) < 4 * (1 - rho**2) / math.sqrt(N)  # four standard errors of a correlation
    spearman = 6 / math.pi * math.asin(rho / 2)  # of a Gaussian copula
    assert abs(stats.spearmanr(r, k).statistic - spearman) < FOUR


def test_a_correlated_name_keeps_its_own_distribution() -> None:
    values = cohort(mouse, N, spread=SPREADS, correlation=CORRELATION, seed=5).values("k")
    assert stats.kstest(values, stats.uniform(1.0, 2.0).cdf).statistic < 1.95 / math.sqrt(N)


def test_three_names_are_correlated_as_their_matrix_says() -> None:
    drawn = cohort(mouse, N, spread=SPREADS, correlation=CORRELATION, seed=4)
    scores = [
        np.log(drawn.values("r")),
        stats.norm.ppf(drawn.values("k") / 2 - 0.5),
        np.log(drawn.values("T")),
    ]
    expected = np.array([[1, 0.6, 0], [0.6, 1, -0.3], [0, -0.3, 1]])
    np.testing.assert_allclose(np.corrcoef(scores), expected, atol=FOUR)


def test_names_without_correlation_are_independent() -> None:
    drawn = cohort(mouse, N, spread={"r": 0.3, "k": 0.3}, seed=1)
    assert abs(stats.spearmanr(drawn.values("r"), drawn.values("k")).statistic) < FOUR


def test_the_order_of_two_names_in_a_pair_does_not_matter() -> None:
    swapped = {(b, a): rho for (a, b), rho in CORRELATION.items()}
    assert same(people, cohort(mouse, 50, spread=SPREADS, correlation=swapped, seed=1))
    both = cohort(mouse, 50, spread=SPREADS, correlation={**CORRELATION, **swapped}, seed=1)
    assert same(people, both)


def test_only_correlated_names_are_changed_by_a_correlation_and_the_first_keeps_its_numbers() -> None:
    spread: dict[str, Spread | float] = {"fold": 0.2, "r": 0.3, "m": Normal(1.0), "k": 0.4}
    free = cohort(mouse, 30, spread=spread, seed=1)
    tied = cohort(mouse, 30, spread=spread, correlation={("r", "k"): 0.5}, seed=1)
    for name in ("fold", "m", "r"):
        np.testing.assert_array_equal(free.values(name), tied.values(name))
    assert (free.values("k") != tied.values("k")).all()
    none = cohort(mouse, 30, spread=spread, correlation={("r", "k"): 0.0}, seed=1)
    assert same(free, none)


@given(st.lists(st.floats(2.0**-54, 1 - 2.0**-53), min_size=2, max_size=20), st.floats(-0.999, 0.999))
def test_tied_numbers_stay_between_zero_and_one(u: list[float], rho: float) -> None:
    tied = correlate({"a": np.array(u), "b": np.array(u)}, {("a", "b"): rho})["b"]
    assert ((tied > 0.0) & (tied < 1.0)).all()


# ------------------------------------------------------------------ whose number depends on what


def test_a_larger_cohort_begins_with_the_patients_of_a_smaller_one() -> None:
    larger = cohort(mouse, 500, spread=SPREADS, correlation=CORRELATION, seed=1)
    assert same(people, larger.part(0, 50))


def test_a_number_does_not_depend_on_the_other_spreads_or_their_order() -> None:
    alone = cohort(mouse, 50, spread={"k": 0.4}, seed=1).values("k")
    for others in ({"r": 0.3, "k": 0.4}, {"k": 0.4, "T": 2.0, "W": 0.1}):
        np.testing.assert_array_equal(alone, cohort(mouse, 50, spread=others, seed=1).values("k"))


def test_another_width_of_a_spread_moves_each_patient_along_the_same_quantile() -> None:
    narrow, wide = (
        cohort(mouse, 50, spread={"k": LogNormal(sd=sd)}, seed=1).values("k") for sd in (0.1, 0.2)
    )
    np.testing.assert_allclose(np.log(wide / 2.0), 2 * np.log(narrow / 2.0), rtol=1e-9, atol=1e-14)


def test_another_seed_and_another_name_give_other_numbers() -> None:
    first, again, other = (cohort(mouse, 50, spread={"k": 0.4}, seed=seed).values("k") for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.isin(first, other).any()
    assert not np.isin(uniforms(1, "k", first=0, last=50), uniforms(1, "r", first=0, last=50)).any()


def test_the_even_numbers_of_a_name_are_those_of_its_documented_stream() -> None:
    sequence = np.random.SeedSequence([9, *b"C_T"])
    plain = np.random.Generator(np.random.PCG64(sequence)).random(100)
    np.testing.assert_array_equal(uniforms(9, "C_T", first=0, last=100), plain + 2.0**-54)


def test_an_even_number_is_never_zero_or_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class Extreme:
        def __init__(self, _: object) -> None: ...

        def random(self, n: int) -> np.ndarray:
            return np.array([0.0, 1.0 - 2.0**-53])[:n]  # the smallest and the largest a Generator gives

    monkeypatch.setattr(np.random, "Generator", Extreme)
    u = uniforms(1, "k", first=0, last=2)
    assert u.tolist() == [2.0**-54, 1.0 - 2.0**-53]


HARD: dict[str, Spread] = {
    "r": LogNormal(cv=0.3),
    "k": Truncated(LogNormal(sd=2.0), low=1.0, high=40.0),
    "m": Truncated(Normal(1.0), low=2.0),
    "T": LogNormal(sd=1.0),
    "W": Uniform(10.0, 30.0),
}
TIES = {("r", "k"): 0.6, ("k", "m"): -0.3, ("r", "T"): 0.2, ("T", "m"): 0.4, ("r", "m"): 0.1}
WHOLE = draw(mouse, HARD, TIES, seed=3, first=0, last=300)


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_part_drawn_without_the_rest_is_the_part_of_the_whole(a: int, b: int) -> None:
    first, last = min(a, b), max(a, b)
    part = draw(mouse, HARD, TIES, seed=3, first=first, last=last)
    for name, whole in WHOLE.items():
        np.testing.assert_array_equal(part[name], whole[first:last])


def test_each_patient_drawn_alone_is_the_same_to_the_last_bit() -> None:
    alone = [draw(mouse, HARD, TIES, seed=3, first=i, last=i + 1) for i in range(300)]
    for name, whole in WHOLE.items():
        np.testing.assert_array_equal(np.concatenate([one[name] for one in alone]), whole)


def test_a_patient_far_down_a_stream_is_reached_without_drawing_the_others() -> None:
    assert uniforms(1, "k", first=10**15, last=10**15 + 3).shape == (3,)


# ------------------------------------------------------------------ the model's own spreads, and covariates


def test_without_a_spread_the_models_own_ones_hold() -> None:
    drawn = cohort(declared, 40, seed=1)
    assert drawn.names == ("r", "T")
    given = cohort(declared, 40, spread={"r": 0.3, "T": LogNormal(sd=1.0)}, seed=1)
    assert same(drawn, given)
    assert same(drawn, cohort(declared, 40, spread={}, seed=1))


def test_a_given_spread_replaces_the_models_own_by_name_and_leaves_the_others() -> None:
    drawn = cohort(declared, 40, spread={"k": 0.5, "r": 0}, seed=1)
    assert drawn.names == ("r", "T", "k")
    assert set(drawn.values("r").tolist()) == {0.1}
    np.testing.assert_array_equal(drawn.values("T"), cohort(declared, 40, seed=1).values("T"))


def test_a_declared_spread_follows_the_value_of_its_parameter() -> None:
    doubled = cohort(declared.with_values(r=0.2), 40, seed=1)
    np.testing.assert_allclose(doubled.values("r"), 2 * cohort(declared, 40, seed=1).values("r"), rtol=1e-15)
    assert declared.with_values(r=0.0).parameters["r"].spread == LogNormal(
        cv=0.3
    )  # no error before it is drawn


def test_covariates_are_the_numbers_that_were_given() -> None:
    weights = [18.0, 25, 31.5]
    for known in (weights, tuple(weights), np.array(weights), np.array(weights, dtype=np.float32)):
        drawn = cohort(mouse, 3, spread={"k": 0.4}, covariates={"W": known}, seed=1)
        assert drawn.names == ("k", "W")
        assert drawn.values("W").tolist() == weights
        assert drawn["patient 3"].species["W"].initial == 31.5
    only = cohort(mouse, 3, covariates={"r": [1, 2, 3]})  # nothing is drawn, so no seed is needed
    assert only.values("r").tolist() == [1.0, 2.0, 3.0]


def test_a_covariate_replaces_the_models_own_spread_and_an_arithmetic_amount() -> None:
    drawn = cohort(declared, 2, covariates={"r": [0.5, 0.6]}, seed=1)
    assert drawn.names == ("T", "r")
    known = cohort(mouse, 2, covariates={"C": [7.0, 8.0]})
    assert simulate(known["patient 2"], 1, at=[0])["C"].tolist() == [8.0]


def test_changing_the_given_array_does_not_change_the_cohort() -> None:
    weights = np.array([1.0, 2.0])
    drawn = cohort(mouse, 2, covariates={"W": weights})
    weights[0] = 9.0
    assert drawn.values("W").tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        drawn.values("W")[0] = 9.0


# ------------------------------------------------------------------ as a mapping


def test_a_patient_is_the_model_with_their_own_numbers() -> None:
    patient = people["patient 7"]
    assert patient == mouse.with_values(
        r=people.values("r")[6], k=people.values("k")[6], T=people.values("T")[6]
    )
    assert patient.structure is mouse.structure


def test_labels_count_from_one_and_are_found_in_one_step() -> None:
    assert len(people) == len(people.labels) == len(list(people)) == 50
    assert list(people)[:2] == ["patient 1", "patient 2"]
    assert people.labels[-1] == "patient 50"
    assert people.labels[10:12] == ("patient 11", "patient 12")
    assert people.labels == tuple(people)
    assert people.labels != ["patient 1"]
    assert people.labels.index("patient 50") == 49
    assert "patient 50" in people
    assert "patient 50" in people.labels
    assert repr(people.labels) == "<50 labels: patient 1 to patient 50>"
    assert hash(people.labels) == hash(tuple(people))


WRONG = [
    "patient 0",
    "patient 51",
    "patient 07",
    "patient 7 ",
    "patient -1",
    "Patient 7",
    "patient 7.0",
    "7",
    "",
]
WRONG += ["patient " + "9" * 5000, "patient \N{ARABIC-INDIC DIGIT SEVEN}", "patient 7\n"]


@pytest.mark.parametrize("label", [*WRONG, 7, None, ("patient 7",)], ids=lambda label: repr(label)[:20])
def test_a_label_that_nobody_has_is_refused_in_a_sentence(label: Any) -> None:
    assert label not in people
    assert people.get(label) is None
    with pytest.raises(
        UnknownNameError, match=r"the cohort has no .*; the labels are 'patient 1' to 'patient 50'"
    ):
        people[label]


def test_a_cohort_is_a_plain_mapping_of_models() -> None:
    assert [model.values["r"] for model in people.values()] == people.values("r").tolist()
    assert dict(people)["patient 3"] == people["patient 3"]
    runs = simulate({label: people[label] for label in people.labels[:3]}, 2, at=[0, 2])
    np.testing.assert_array_equal(runs.array("T")[:, 0], people.values("T")[:3])


def test_simulate_takes_a_cohort_and_gives_the_runs_of_its_patients() -> None:
    few = people.part(0, 3)
    runs = simulate(few, 2, at=[0, 2])
    assert runs.labels == few.labels
    expected = few.values("T") * np.exp(2 * few.values("r"))  # the solution of dT/dt = r*T
    np.testing.assert_allclose(runs.array("T")[:, 1], expected, rtol=1e-5)


# ------------------------------------------------------------------ their numbers


def test_the_numbers_of_a_name_in_which_nobody_differs_are_all_the_models() -> None:
    assert people.values("dose").tolist() == [100.0] * 50
    assert people.values("W").tolist() == [20.0] * 50


def test_an_initial_amount_that_is_arithmetic_is_computed_for_each() -> None:
    drawn = cohort(mouse, 50, spread={"dose": 0.5, "fold": 0.2}, seed=1)
    np.testing.assert_array_equal(drawn.values("C"), drawn.values("dose") / drawn.values("fold"))
    zero = cohort(mouse, 2, covariates={"fold": [1.0, 0.0]})
    with pytest.raises(
        ModelError, match="the initial amount of 'C' is inf in 'patient 2'; it must be a finite"
    ):
        zero.values("C")


def test_parameters_are_a_table_in_the_order_of_the_structure() -> None:
    table = people.parameters()
    assert table.shape == (5, 50)
    for row, name in zip(table, mouse.structure.parameters, strict=True):
        np.testing.assert_array_equal(row, people.values(name))
    np.testing.assert_array_equal(people.parameters(10, 13), table[:, 10:13])
    np.testing.assert_array_equal(people.parameters(48), table[:, 48:])
    assert people.parameters(7, 7).shape == (5, 0)
    assert [people[label].values["k"] for label in people.labels] == table[1].tolist()


def test_amounts_are_those_of_the_species_in_which_they_differ() -> None:
    assert list(people.amounts()) == ["T"]
    np.testing.assert_array_equal(people.amounts(3, 9)["T"], people.values("T")[3:9])


@pytest.mark.parametrize(("first", "last"), [(-1, 2), (3, 2), (0, 51), (0.0, 2), ("0", 2), (0, 2.5)])
def test_places_that_are_no_part_are_refused(first: Any, last: Any) -> None:
    for ask in (people.part, people.parameters, people.amounts):
        with pytest.raises(ModelError, match="no part of a cohort of 50 patients, whose places count from 0"):
            ask(first, last)


# ------------------------------------------------------------------ the same people


def test_a_part_keeps_labels_and_numbers() -> None:
    part = people.part(10, 20)
    assert part.labels == people.labels[10:20]
    assert part["patient 11"] == people["patient 11"]
    assert "patient 1" not in part
    assert same(part.part(2, 5), people.part(12, 15))
    with pytest.raises(UnknownNameError, match="the labels are 'patient 11' to 'patient 20'"):
        part["patient 1"]
    assert len(people.part(5, 5)) == 0
    with pytest.raises(UnknownNameError, match="it is empty"):
        people.part(5, 5)["patient 6"]


def test_a_cohort_and_its_parts_survive_pickling() -> None:
    for one in (people, people.part(10, 20), people.with_events(Dose(1.0, "T", at=1))):
        again = pickle.loads(pickle.dumps(one))
        assert same(again, one)
        assert again["patient 15"] == one["patient 15"]
        with pytest.raises(ValueError, match="read-only"):
            again.values("r")[0] = 1.0


def test_a_part_is_sent_without_the_rest() -> None:
    large = cohort(mouse, 10_000, spread=SPREADS, seed=1)
    assert len(pickle.dumps(large.part(0, 10))) < len(pickle.dumps(large)) / 20


def test_arms_hold_the_same_people_under_other_events() -> None:
    dose = Dose(5.0, into="T", at=1)
    treated = people.with_events(dose)
    assert treated["patient 7"] == people["patient 7"].with_events(dose)
    assert people.model.events == ()
    assert same(treated.without_events(), people)
    with pytest.raises(UnknownNameError, match="'TT'"):
        people.with_events(Dose(5.0, into="TT"))


def test_a_number_can_be_set_for_all_unless_they_have_their_own() -> None:
    changed = people.with_values({"dose": 8.0}, W=30.0)
    assert changed["patient 7"] == people["patient 7"].with_values(dose=8.0, W=30.0)
    assert people.values("dose")[0] == 100.0
    with pytest.raises(
        ModelError, match="each patient has a number of their own for 'r', so it cannot be set"
    ):
        people.with_values(r=1.0)
    with pytest.raises(UnknownNameError, match="did you mean 'dose'"):
        people.with_values(dos=1.0)


other = Model(
    "other",
    species={"T": Species(5.0, "cell")},
    parameters={"r": Parameter(9.0, "1/day"), "k": Parameter(8.0, "1/day"), "b": Parameter(1.0, "1/cell")},
    processes={"growth": Process("-> T", "r*T*(1 - b*T)")},
)


def test_the_same_people_in_another_model_keep_their_own_numbers() -> None:
    moved = people.on(other)
    assert moved.model is other
    assert moved.labels == people.labels
    for name in people.names:
        np.testing.assert_array_equal(moved.values(name), people.values(name))
    seventh = {name: float(people.values(name)[6]) for name in people.names}
    assert moved["patient 7"] == other.with_values(seventh)


@pytest.mark.parametrize(
    ("model", "error", "sentence"),
    [
        (
            Model("m", species={"T": 1.0}, parameters={"r": 1.0}),
            UnknownNameError,
            "'m' has no parameter 'k', for which each patient has a number of their own",
        ),
        (
            Model("m", species={"k": 1.0}, parameters={"r": 1.0, "T": 1.0}),
            UnknownNameError,
            "'m' has no parameter 'k'",
        ),
        (
            Model("m", species={"T": 1.0}, parameters={"r": Parameter(1.0, "1/hour"), "k": 1.0}),
            UnitError,
            "parameter 'r' is in 1/day for these people, and in .*hour.* in 'm'",
        ),
        ("mouse", ModelError, "people are put on a model, not on 'mouse'"),
    ],
)
def test_a_model_that_the_people_do_not_fit_is_refused(model: Any, error: type, sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        people.on(model)


# ------------------------------------------------------------------ tables and summaries


def test_a_csv_has_a_row_a_patient_and_units_in_its_header(tmp_path: Path) -> None:
    people.part(0, 3).to_csv(tmp_path / "people.csv")
    with open(tmp_path / "people.csv", newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == ["run", "r [1/day]", "k [1/day]", "T [cell]"]
    assert [row[0] for row in rows] == ["patient 1", "patient 2", "patient 3"]
    np.testing.assert_array_equal([float(row[1]) for row in rows], people.values("r")[:3])
    with pytest.raises(UnknownNameError, match=r"'dosee' is neither .*; did you mean 'dose'"):
        people.to_csv(tmp_path / "other.csv", ["dosee"])
    assert not (tmp_path / "other.csv").exists()


def test_a_frame_has_the_labels_as_index_and_the_units_beside_it() -> None:
    pytest.importorskip("pandas")
    frame = people.to_frame()
    assert frame.shape == (50, 3)
    assert frame.index.name == "run"
    assert list(frame.index) == list(people)
    np.testing.assert_array_equal(frame["k"], people.values("k"))
    assert frame.attrs["units"] == {"r": "1/day", "k": "1/day", "T": "cell"}
    assert list(people.to_frame(["C", "r"]).columns) == ["C", "r"]
    frame.iloc[0, 0] = -1.0
    assert people.values("r")[0] > 0


def test_a_missing_pandas_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError, match=r'needs pandas, .*; pip install "cartsim\[tables\]"'):
        people.to_frame()


def test_a_cohort_says_in_one_line_what_it_is() -> None:
    line = cohort(mouse, 3, covariates={"W": [10, 20, 30], "r": [1, 2, 3]})
    assert repr(line) == "<Cohort of 3 patients of mouse: W 20 (11 to 29), r 2 (1.1 to 2.9)>"
    assert repr(people.part(0, 0)).startswith("<Cohort of 0 patients of mouse: r nan (nan to nan)")
    many = cohort(mouse, 1000, spread=dict.fromkeys("rkTW", 0.1) | {"dose": 0.1}, seed=1)
    assert repr(many).startswith("<Cohort of 1,000 patients")
    assert repr(many).endswith("), ...>")


def test_a_cohort_is_a_table_in_a_notebook() -> None:
    page = cohort(mouse, 3, covariates={"r": [1, 2, 3]})._repr_html_()
    assert "<h4>3 patients of mouse</h4>" in page
    assert "<td>r</td><td>2</td><td>1.1</td><td>2.9</td><td>1/day</td>" in page


# ------------------------------------------------------------------ how many, and what is refused


@pytest.mark.parametrize("n", [3, 3.0, np.int64(3), np.float64(3)])
def test_a_whole_number_of_patients_may_be_written_in_any_way(n: Any) -> None:
    assert len(cohort(mouse, n, spread={"k": 0.4}, seed=1)) == 3
    assert same(cohort(mouse, n=n, spread={"k": 0.4}, seed=n), cohort(mouse, 3, spread={"k": 0.4}, seed=3))


@pytest.mark.parametrize(
    ("n", "sentence"),
    [
        (0, "n, the number of patients, is 0; it must be a whole number, 1 or more"),
        (-3, "is -3; it must be a whole number, 1 or more"),
        (2.5, "is 2.5; it must be a whole number, 1 or more"),
        (True, "n, the number of patients, must be a number, not True"),
        ("10", "n, the number of patients, must be a number, not '10'"),
        (math.inf, "n, the number of patients, is inf; it must be a finite number"),
        (10**9, "n is 1,000,000,000; a cohort has at most 10,000,000 patients"),
    ],
)
def test_a_number_of_patients_that_makes_no_sense_is_refused(n: Any, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        cohort(mouse, n, spread={"k": 0.4}, seed=1)


@pytest.mark.parametrize(
    ("seed", "sentence"),
    [
        (
            None,
            "drawn at random and needs a seed, such as seed=1, so that the same patients can be drawn again",
        ),
        (-1, "the seed is -1; it must be a whole number, 0 or more"),
        (1.5, "the seed is 1.5; it must be a whole number"),
        (True, "the seed must be a number, not True"),
        ("1", "the seed must be a number, not '1'"),
    ],
)
def test_a_seed_that_is_missing_or_no_whole_number_is_refused(seed: Any, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        cohort(mouse, 3, spread={"k": 0.4}, seed=seed)


def test_a_large_seed_is_a_seed() -> None:
    first, second = (cohort(mouse, 3, spread={"k": 0.4}, seed=2**70 + i).values("k") for i in (0, 1))
    assert (first != second).all()


THREE: dict[str, Any] = {"r": 0.3, "k": 0.3, "W": 0.3}
UNEVEN: list[Any] = [1, 2, [3]]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            {},
            "nothing differs between the patients: 'mouse' declares no spread, so give one, such as spread={",
        ),
        ({"spread": {}}, "nothing differs between the patients"),
        ({"spread": 0.3}, "spread must be a mapping from names"),
        ({"spread": {"rr": 0.3}}, "'rr' is neither a parameter nor a species of 'mouse'; did you mean 'r'"),
        ({"spread": {5: 0.3}}, "5 is neither a parameter nor a species of 'mouse'"),
        ({"spread": {"growth": 0.3}}, "'growth' is neither a parameter nor a species"),
        (
            {"spread": {"r": "wide"}},
            "the spread of 'r' must be a number .* or a spread such as .* not 'wide'",
        ),
        ({"spread": {"r": -0.3}}, "the spread of 'r' is -0.3; it cannot be negative"),
        ({"spread": {"r": None}}, "the spread of 'r' must be a number"),
        ({"spread": {"m": 0.3}}, "the spread of 'm': a log-normal spread needs a value above zero .* not -1"),
        (
            {"spread": {"C": 0.3}},
            "'C' in 'mouse' is arithmetic, dose/fold, .*; give the spread to its parameters",
        ),
        (
            {"spread": {"W": Normal(50.0)}},
            r"the initial amount of 'W' is -[0-9.]+ in 'patient \d+'; it cannot be negative. .* by Truncated",
        ),
        (
            {"spread": {"r": LogNormal(sd=5000.0)}},
            r"parameter 'r' is inf in 'patient \d+'; it must be a finite number",
        ),
        (
            {"spread": {"r": Truncated(Normal(0.1), low=90)}},
            "the spread of 'r': Truncated.* leaves nothing to draw",
        ),
        ({"covariates": [1, 2]}, "covariates must be a mapping from names"),
        ({"covariates": {"WW": [1.0]}}, "'WW' is neither .*; did you mean 'W'"),
        ({"covariates": {"W": [1.0, 2.0]}}, "the covariate 'W' has 2 numbers for 20 patients"),
        ({"covariates": {"W": "heavy"}}, "the covariate 'W' must be a list of numbers, not 'heavy'"),
        ({"covariates": {"W": 5.0}}, r"the covariate 'W' must be a list of numbers, not 5\.0"),
        ({"covariates": {"W": ["1"] * 20}}, "the covariate 'W' must be a list of numbers"),
        ({"covariates": {"W": [None] * 20}}, "the covariate 'W' must be a list of numbers"),
        ({"covariates": {"W": [True] * 20}}, "the covariate 'W' must be a list of numbers"),
        ({"covariates": {"W": UNEVEN}}, "the covariate 'W' must be a list of numbers"),
        (
            {"covariates": {"W": [1.0] * 19 + [math.nan]}},
            "the covariate 'W' of patient 20 is nan; it must be a f",
        ),
        (
            {"covariates": {"W": [1.0] * 19 + [-2.0]}},
            "the initial amount of 'W' is -2 in 'patient 20'; it cannot",
        ),
        ({"spread": {"W": 0.3}, "covariates": {"W": [1.0] * 20}}, "'W' has a spread and is a covariate too"),
        ({"spread": THREE, "correlation": 0.5}, "correlation must be a mapping such as {"),
        ({"spread": THREE, "correlation": {"r": 0.5}}, r"for two names, such as \('r', 'k'\), not 'r'"),
        ({"spread": THREE, "correlation": {("r", "r"): 0.5}}, r"two names, .* not \('r', 'r'\)"),
        ({"spread": THREE, "correlation": {("r", "k", "W"): 0.5}}, "correlation is given for two names"),
        (
            {"spread": THREE, "correlation": {("r", "kk"): 0.5}},
            "correlation names 'kk', which has no spread; did you mean 'k'",
        ),
        (
            {"spread": THREE, "correlation": {("r", "dose"): 0.5}},
            "correlation names 'dose', which has no spread; the names that have one are r, k, W",
        ),
        (
            {"spread": {"r": 0.3}, "covariates": {"W": [1.0] * 20}, "correlation": {("r", "W"): 0.5}},
            "correlation names 'W', which has no spread",
        ),
        (
            {"spread": THREE, "correlation": {("r", "k"): 1.5}},
            "the correlation of 'r' and 'k' is 1.5; it must lie above -1 and below 1",
        ),
        ({"spread": THREE, "correlation": {("r", "k"): -1}}, "is -1; it must lie above -1 and below 1"),
        ({"spread": THREE, "correlation": {("r", "k"): math.nan}}, "the correlation of 'r' and 'k' is nan"),
        (
            {"spread": THREE, "correlation": {("r", "k"): "0.5"}},
            "the correlation of 'r' and 'k' must be a number",
        ),
        (
            {"spread": THREE, "correlation": {("r", "k"): 0.5, ("k", "r"): 0.4}},
            "the correlation of 'k' and 'r' is given twice, as 0.5 and 0.4",
        ),
        (
            {"spread": THREE | {"dose": 0.1}, "correlation": {("r", "k"): 0.9, ("k", "W"): 0.9}},
            r"the correlations of 'r', 'k', 'W' contradict one another: .* not positive definite \(smallest "
            "eigenvalue -0.27; pairs left out count as 0",  # 1 - 0.9*sqrt(2), from the matrix by hand
        ),
        (
            {"spread": THREE, "correlation": {("r", "k"): 1 - 1e-15}},
            "the correlations of 'r', 'k' contradict one another",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        cohort(mouse, 20, **{"seed": 1, **arguments})


@pytest.mark.parametrize("thing", ["mouse", None, {"a": mouse}, people])
def test_a_cohort_of_something_else_than_a_model_is_refused(thing: Any) -> None:
    with pytest.raises(ModelError, match="a cohort is made of a model, not of"):
        cohort(thing, 3, spread={"k": 0.4}, seed=1)


@pytest.mark.parametrize("numbers", [{}, {"r": np.ones(2), "k": np.ones(3)}])
def test_numbers_that_do_not_belong_together_are_refused(numbers: Any) -> None:
    with pytest.raises(ModelError, match="numbers for at least one name, and equally many for each"):
        Cohort(mouse, numbers)


def test_a_hundred_thousand_patients_are_arrays_and_not_models() -> None:
    large = cohort(mouse, 100_000, spread=SPREADS, seed=1)
    held = vars(large)
    assert sum(isinstance(thing, Model) for thing in held.values()) == 1
    assert sum(column.nbytes for column in large._numbers.values()) == 3 * 8 * 100_000
    assert len(large.labels) == 100_000
    assert large["patient 100000"].values["r"] == large.values("r")[-1]
