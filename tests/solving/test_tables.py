"""Runs as tables."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cartsim.language.errors import MissingExtraError, ModelError, UnknownNameError
from cartsim.language.events import Dose
from cartsim.language.model import Model
from cartsim.language.parts import Observable, Parameter, Process, Species
from cartsim.solving.ensemble import Ensemble
from cartsim.solving.simulate import simulate

model = Model(
    "mouse",
    species={"T": Species(1e6 / 3, "cell"), "n": 0.1},
    parameters={"k": Parameter(0.3, "1/day")},
    processes={"loss": Process("T ->", "k*T")},
    observables={"share": Observable("T/(T + T)", "1"), "twice": Observable("2*T", "cell")},
    roles={"tumour": "T"},
    events=(Dose(7e5, "T", at=1.003),),
)
run = simulate(model, 4)
runs = simulate({"low": model, 'high, "new"': model.with_values(k=0.1)}, 4, at=[0, 1, 4])


def read(path: Path) -> list[list[str]]:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_a_csv_has_a_header_with_units(tmp_path: Path) -> None:
    run.to_csv(tmp_path / "run.csv")
    assert read(tmp_path / "run.csv")[0] == ["t [day]", "T [cell]", "n", "share [1]", "twice [cell]"]


def test_every_number_of_a_csv_comes_back_to_the_last_bit(tmp_path: Path) -> None:
    names = ["T", "loss", "k", "tumour"]
    run.to_csv(tmp_path / "run.csv", names)
    header, *rows = read(tmp_path / "run.csv")
    assert header == ["t [day]", "T [cell]", "loss [cell/day]", "k [1/day]", "tumour [cell]"]
    numbers = np.array(rows, dtype=float).T
    np.testing.assert_array_equal(numbers[0], run.t)
    for name, column in zip(names, numbers[1:], strict=True):
        np.testing.assert_array_equal(column, run[name])


def test_a_csv_keeps_both_rows_of_a_dose(tmp_path: Path) -> None:
    run.to_csv(str(tmp_path / "run.csv"), ["T"])
    both = [float(row[1]) for row in read(tmp_path / "run.csv")[1:] if row[0] == "1.003"]
    assert len(both) == 2
    assert both[1] - both[0] == pytest.approx(7e5)


def test_an_ensemble_is_one_long_csv_with_the_label_in_front(tmp_path: Path) -> None:
    runs.to_csv(tmp_path / "runs.csv", ["T"])
    header, *rows = read(tmp_path / "runs.csv")
    assert header == ["run", "t [day]", "T [cell]"]
    assert [row[0] for row in rows] == ["low"] * 3 + ['high, "new"'] * 3
    np.testing.assert_array_equal([float(row[2]) for row in rows], runs.array("T").ravel())


def test_one_name_may_be_given_without_a_list(tmp_path: Path) -> None:
    run.to_csv(tmp_path / "run.csv", "T")  # type: ignore[arg-type]
    assert read(tmp_path / "run.csv")[0] == ["t [day]", "T [cell]"]


def test_a_misspelt_column_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    path.write_text("precious")
    with pytest.raises(UnknownNameError, match="did you mean 'tumour'"):
        run.to_csv(path, ["tumor"])
    with pytest.raises(ModelError, match="the time is always the first column; leave 't' out"):
        run.to_csv(path, ["t", "T"])
    assert path.read_text() == "precious"


def test_a_column_that_one_run_lacks_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    other = simulate(Model("other", species={"B": 1.0}), 4)
    path = tmp_path / "runs.csv"
    path.write_text("precious")
    with pytest.raises(UnknownNameError, match="'T'"):
        Ensemble({"one": run, "other": other}).to_csv(path, ["T"])
    assert path.read_text() == "precious"


def test_an_ensemble_without_runs_makes_no_table(tmp_path: Path) -> None:
    for write in (Ensemble({}).to_frame, Ensemble({}).to_xarray, lambda: Ensemble({}).to_csv(tmp_path / "a")):
        with pytest.raises(ModelError, match=r"no finished run to make a table of; see \.failures"):
            write()
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------ pandas and xarray


def test_a_frame_has_the_time_as_index_and_the_units_beside_it() -> None:
    pytest.importorskip("pandas")
    frame = run.to_frame()
    assert frame.shape == (len(run.t), 4)
    assert frame.index.name == "t"
    np.testing.assert_array_equal(frame.index, run.t)
    np.testing.assert_array_equal(frame["T"], run["T"])
    assert frame.attrs["units"] == {"t": "day", "T": "cell", "n": "", "share": "1", "twice": "cell"}
    assert list(run.to_frame(["loss", "k"]).columns) == ["loss", "k"]


def test_a_frame_does_not_let_the_run_be_overwritten() -> None:
    pytest.importorskip("pandas")
    before = run["T"].copy()
    frame = run.to_frame(["T"])
    frame.iloc[0, 0] = -1.0
    assert frame["T"].iloc[0] == -1.0
    np.testing.assert_array_equal(run["T"], before)


def test_a_frame_of_an_ensemble_is_indexed_by_run_and_time() -> None:
    pytest.importorskip("pandas")
    frame = runs.to_frame(["T", "loss"])
    assert frame.shape == (6, 2)
    assert list(frame.index.names) == ["run", "t"]
    np.testing.assert_array_equal(frame.loc["low"]["T"], runs["low"]["T"])
    assert frame.attrs["units"] == {"t": "day", "T": "cell", "loss": "cell/day"}


def test_a_dataset_has_the_time_as_dimension_and_units_as_attributes() -> None:
    pytest.importorskip("xarray")
    data = run.to_xarray()
    assert dict(data.sizes) == {"t": len(run.t)}
    assert list(data.data_vars) == ["T", "n", "share", "twice"]
    assert data["T"].attrs["units"] == "cell"
    assert data["t"].attrs["units"] == "day"
    np.testing.assert_array_equal(data["T"], run["T"])


def test_a_dataset_of_an_ensemble_has_the_dimensions_run_and_time() -> None:
    pytest.importorskip("xarray")
    data = runs.to_xarray(["T"])
    assert dict(data.sizes) == {"run": 2, "t": 3}
    np.testing.assert_array_equal(data["T"].sel(run="low"), runs["low"]["T"])
    unequal = Ensemble({"a": run, "b": simulate(model, 5)})
    with pytest.raises(ModelError, match="do not share"):
        unequal.to_xarray()


def test_the_documentation_names_the_dimension_and_index_as_they_are() -> None:
    pytest.importorskip("xarray")
    dimension = str(next(iter(run.to_xarray().sizes)))
    for documented in (type(run).to_xarray.__doc__, type(runs).to_xarray.__doc__):
        assert documented is not None
        assert f"``{dimension}``" in documented


@pytest.mark.parametrize(("library", "verb"), [("pandas", "to_frame"), ("xarray", "to_xarray")])
@pytest.mark.parametrize("what", [run, runs], ids=["run", "ensemble"])
def test_a_missing_library_is_named_with_its_extra(
    what: Any, library: str, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    sentence = rf'this needs {library}, which is not installed; pip install "cartsim\[tables\]"'
    with pytest.raises(MissingExtraError, match=sentence):
        getattr(what, verb)()
    with pytest.raises(ImportError):
        getattr(what, verb)()


def test_a_csv_needs_no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("pandas", "xarray"):
        monkeypatch.setitem(sys.modules, library, None)
    runs.to_csv(tmp_path / "runs.csv")
    assert len(read(tmp_path / "runs.csv")) == 7
