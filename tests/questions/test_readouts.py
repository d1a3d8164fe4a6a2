"""The nouns and the verb of read-outs: names, units, sentences, ensembles."""

from __future__ import annotations

import math

import numpy as np
import pytest

import cartsim as cs
from cartsim import Dose, Model, ModelError, Process, Species, UnitError, UnknownNameError
from cartsim.questions.readout import Readout, Readouts


def model(roles: dict[str, str], unit: str = "cell", d: float = 0.1) -> Model:
    return Model(
        "two",
        species={"C": Species(1e3, unit), "T": Species(1e6, unit)},
        parameters={"d": d},
        processes={"loss": Process("C ->", "d * C")},
        roles=roles,
    )


BOTH = {"car_t": "C", "tumour": "T"}


def test_only_read_outs_whose_role_the_model_has_are_there() -> None:
    cells = cs.readouts(cs.simulate(model({"car_t": "C"}), 30))
    tumour = cs.readouts(cs.simulate(model({"tumour": "T"}), 30))
    both = cs.readouts(cs.simulate(model(BOTH), 30))
    assert "cmax" in cells
    assert "tumour_nadir" not in cells
    assert list(both) == [*cells, *tumour]


def test_a_read_out_without_its_role_says_which_role_is_lacking() -> None:
    found = cs.readouts(cs.simulate(model({"car_t": "C"}), 30))
    with pytest.raises(UnknownNameError, match="'log10_kill' needs the role 'tumour', which 'two' has not"):
        found["log10_kill"]
    assert found.get("log10_kill") is None


def test_a_misspelt_read_out_offers_the_nearest() -> None:
    found = cs.readouts(cs.simulate(model(BOTH), 30))
    with pytest.raises(UnknownNameError, match="did you mean 'tumour_nadir'"):
        found["tumor_nadir"]
    with pytest.raises(UnknownNameError, match=r"'auc_0_90' was not asked for; it takes windows="):
        found["auc_0_90"]


def test_a_model_without_roles_is_told_which_are_needed() -> None:
    run = cs.simulate(model({}), 30)
    with pytest.raises(ModelError, match=r"'two' has none of the roles that read-outs need \(car_t, tumour,"):
        cs.readouts(run)
    with pytest.raises(ModelError, match="none of the roles"):
        cs.readouts(cs.simulate({"a": model({})}, 30))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"windows": [(28, 0)]}, "the window 28 to 0 must end after it begins"),
        ({"windows": (0, 28)}, "windows must be pairs of days"),
        ({"windows": [(-1, 28)]}, "cannot be negative"),
        ({"windows": [(0, math.nan)]}, "must be a finite number"),
        ({"detection_limit": 0}, "detection_limit is 0; it must be above zero"),
        ({"tumour_limit": "1"}, "tumour_limit must be a number"),
    ],
)
def test_a_wrong_argument_is_refused_in_a_sentence(options: dict[str, object], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        cs.readouts(cs.simulate(model(BOTH), 30), **options)


def test_only_a_run_or_an_ensemble_has_read_outs() -> None:
    with pytest.raises(ModelError, match="takes what simulate gives back"):
        cs.readouts(model(BOTH))
    with pytest.raises(ModelError, match="a single output time"):
        cs.readouts(cs.simulate(model(BOTH), 30, at=[30]))


@pytest.mark.parametrize("role", ["C / T", "C / (C - C)"])
def test_a_role_without_a_value_is_named_with_its_time(role: str) -> None:
    run = cs.simulate(model({"car_t": role}).with_values(T=0.0), 30)
    with pytest.raises(ModelError, match="'car_t' of 'two' has no value at day 0"):
        cs.readouts(run)


def test_a_read_out_reads_well() -> None:
    assert str(Readout(1.2e9, "cell")) == "1.2e9 cell"
    assert str(Readout(0.77959, "day")) == "0.7796 day"
    assert str(Readout(3900.2, "1")) == "3900"
    assert str(Readout(2.5, "1e9 cell")) == "2.5 × 1e9 cell"
    assert str(Readout(5.0, "day", reason="still rising")) == "5 day (still rising)"
    assert str(Readout(math.nan, "day", reason="not reached: no")) == "not reached: no"
    assert float(Readout(5.0, "day")) == 5.0


def test_the_table_is_aligned_and_every_number_has_unit_and_meaning() -> None:
    found = cs.readouts(cs.simulate(model(BOTH), 30))
    lines = repr(found).splitlines()
    assert lines[0] == "Read-outs of two"
    assert len(lines) == 1 + len(found)
    column = lines[1].index(str(found["cmax"]))
    for line, (name, entry) in zip(lines[1:], found.items(), strict=True):
        assert line.startswith(f"  {name} ")
        assert line[column:] == str(entry)
        assert entry.meaning
        assert entry.unit
        assert math.isfinite(entry.value) or entry.reason


def test_the_page_escapes_what_it_shows() -> None:
    found = cs.readouts(cs.simulate(model(BOTH), 30))
    page = found._repr_html_()
    assert page.count("<tr>") == 1 + len(found)
    found.title = "<script>"
    assert "<script>" not in found._repr_html_()


def arms() -> dict[str, Model]:
    return {
        "low": model(BOTH, d=0.1),
        "none": model(BOTH, d=0.1).with_values(C=0.0),
        "high": model(BOTH, d=0.2),
    }


def test_an_ensemble_gives_one_number_a_run_in_order() -> None:
    found = cs.readouts(cs.simulate(arms(), 60))
    half_life = found["terminal_half_life"]
    assert isinstance(half_life, Readouts)
    assert half_life.labels == ("low", "none", "high")
    assert half_life.values == pytest.approx(
        [math.log(2) / 0.1, math.nan, math.log(2) / 0.2], rel=1e-4, nan_ok=True
    )
    assert set(half_life.reasons) == {"none"}
    assert "no CAR-T cells" in half_life.reasons["none"]
    assert (half_life.unit, len(half_life)) == ("day", 3)
    with pytest.raises(ValueError, match="read-only"):
        half_life.values[0] = 1.0


def test_an_ensemble_holds_the_same_read_outs_as_its_runs() -> None:
    runs = cs.simulate(arms(), 60)
    found = cs.readouts(runs, detection_limit=2.0, tumour_limit=5.0, windows=[(0, 10), (3, 60)])
    for label, run in runs.items():
        one = cs.readouts(run, detection_limit=2.0, tumour_limit=5.0, windows=[(0, 10), (3, 60)])
        assert list(one) == list(found)
        for name, entry in one.items():
            own = found[name][label]
            assert (own.unit, own.meaning, own.reason) == (entry.unit, entry.meaning, entry.reason)
            np.testing.assert_equal(own.value, entry.value)


def test_an_ensemble_reads_well() -> None:
    found = cs.readouts(cs.simulate(arms(), 60))
    assert str(found["cmax"]) == "median 1000 cell, 0 to 1000"
    assert str(found["terminal_half_life"]) == "median 5.199 day, 3.466 to 6.931 (2 of 3 runs)"
    assert str(found).startswith("Read-outs of 3 runs\n  cmax ")
    assert found._repr_html_().count("<tr>") == 1 + len(found)
    with pytest.raises(UnknownNameError, match="there is no run 'hihg'; did you mean 'high'"):
        found["cmax"]["hihg"]
    with pytest.raises(UnknownNameError, match="needs the role 'il6', which none of the runs has"):
        found["il6_peak"]


def test_runs_of_different_models_keep_what_each_has() -> None:
    runs = cs.simulate(
        {"cells": model({"car_t": "C"}), "tumour": model({"tumour": "T"}), "no": model({})}, 30
    )
    found = cs.readouts(runs)
    assert found["cmax"].values.tolist() == pytest.approx([1000.0, math.nan, math.nan], nan_ok=True)
    assert found["cmax"].reasons["tumour"] == "not defined: the model has no role 'car_t'"
    assert found["log10_kill"].labels == ("cells", "tumour", "no")


def test_runs_in_different_units_are_brought_to_one() -> None:
    runs = cs.simulate({"cells": model(BOTH), "millions": model(BOTH, unit="1e6 cell")}, 30)
    assert cs.readouts(runs)["cmax"].values.tolist() == pytest.approx([1e3, 1e9])
    runs = cs.simulate({"cells": model(BOTH), "gene": model(BOTH, unit="copies/ug")}, 30)
    with pytest.raises(
        UnitError, match=r"'cmax' is in 'copies/ug' in the run 'gene' and in 'cell' in another"
    ):
        cs.readouts(runs)


def test_a_failed_run_is_left_out() -> None:
    broken = model(BOTH).with_events(Dose(1, into="C", at=99))
    with pytest.warns(RuntimeWarning, match="1 of 2 runs failed"):
        runs = cs.simulate({"broken": broken, "sound": model(BOTH)}, 30)
    assert cs.readouts(runs)["cmax"].labels == ("sound",)
