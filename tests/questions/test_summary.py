"""A summary says what the runs would have said, without keeping them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import cartsim as cs
from cartsim.questions.sketch import ACCURACY
from cartsim.questions.summary import QUANTILES, Summary, summarise

MOUSE = cs.models.barros_2021.with_events(cs.Dose(2e6, into="C_T", at=42))
PEOPLE = cs.cohort(MOUSE, 300, spread={"phi": 0.1, "gamma": 0.3, "r": 0.2}, seed=1)


@pytest.fixture(scope="module")
def summary() -> Summary:
    return summarise(PEOPLE, 120, every=2)


@pytest.fixture(scope="module")
def runs() -> cs.Ensemble:
    return cs.simulate(PEOPLE, 120, every=2)


def test_its_curves_are_the_quantiles_of_the_runs(summary: Summary, runs: cs.Ensemble) -> None:
    assert summary.labels == runs.labels
    assert summary.quantiles == QUANTILES
    np.testing.assert_array_equal(summary.t, runs.t)
    for role in ("car_t", "tumour"):
        exact = np.quantile(runs.array(role), QUANTILES, axis=0, method="lower")
        assert exact.max() > 1e5
        np.testing.assert_allclose(summary[role], exact, rtol=ACCURACY * (1 + 1e-9), atol=1e-30)
        assert summary.units[role] == "cell"


def test_its_read_outs_are_those_of_the_runs(summary: Summary, runs: cs.Ensemble) -> None:
    expected = cs.readouts(runs)
    assert list(summary.readouts) == list(expected)
    for name, entry in expected.items():
        np.testing.assert_array_equal(summary.readouts[name].values, entry.values)
        assert summary.readouts[name].labels == entry.labels
        assert summary.readouts[name].reasons == entry.reasons
    with pytest.raises(cs.UnknownNameError, match="did you mean 'cmax'"):
        summary.readouts["cmaxx"]


@pytest.mark.slow
def test_workers_change_nothing(summary: Summary) -> None:
    with ThreadPoolExecutor(2) as pool:
        other = summarise(PEOPLE, 120, every=2, executor=pool)
    assert other.labels == summary.labels
    for role in ("car_t", "tumour"):
        np.testing.assert_array_equal(other[role], summary[role])
    np.testing.assert_array_equal(other.readouts["cmax"].values, summary.readouts["cmax"].values)


def test_failures_are_told_and_kept_apart() -> None:
    pole = cs.Model(
        "pole",
        species={"A": 1.0},
        parameters={"k": 1.0},
        processes={"growth": cs.Process("-> A", "k*A**2")},
    )
    members = {f"k={k:g}": pole.with_values(k=k) for k in (0.1, 0.2, 0.9)}
    with pytest.warns(RuntimeWarning, match="1 of 3 runs failed"):
        summary = summarise(members, 2.0)
    assert summary.labels == ("k=0.1", "k=0.2")
    assert list(summary.failures) == ["k=0.9"]
    assert len(summary.readouts) == 0, "it has no role that read-outs need"
    assert summary["A"][2, -1] == pytest.approx(1 / (1 - 0.2), rel=0.01)
    with pytest.raises(cs.SolveError, match=r"run 'k=0\.9'"):
        summarise({"k=0.9": members["k=0.9"]}, 2.0)


def test_what_is_asked_is_checked_first() -> None:
    with pytest.raises(cs.UnknownNameError, match=r"curves names 'tumor'.*did you mean 'tumour'"):
        summarise(PEOPLE, 120, curves=["tumor"])
    with pytest.raises(cs.ModelError, match="quantiles must lie between 0 and 1 and increase"):
        summarise(PEOPLE, 120, quantiles=[0.5, 0.1])
    with pytest.raises(cs.ModelError, match="a mapping of labels to models is needed"):
        summarise(MOUSE, 120)  # type: ignore[arg-type]
    with pytest.raises(cs.UnknownNameError, match="there are no curves of 'il6'"):
        summarise(PEOPLE.part(0, 2), 50, curves=["car_t"])["il6"]


def test_a_curve_without_a_value_is_refused() -> None:
    ratio = cs.Model(
        "ratio",
        species={"A": 0.0, "B": 0.0},
        processes={"source": cs.Process("-> A", "1 + B")},
        observables={"q": cs.Observable("A / B")},
    )
    with pytest.raises(cs.ModelError, match="'q' has no value at some time in 'one'"):
        summarise({"one": ratio}, 2.0, curves=["q"])


def test_members_of_other_models_are_refused_by_label() -> None:
    members = {"mouse": MOUSE, "patient": cs.models.kimmel_2021}
    with pytest.raises(cs.ModelError, match="'patient' is another model than 'mouse'"):
        summarise(members, 50)
