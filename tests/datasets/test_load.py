"""Datasets: every file of the folder is in the index, and says what it is and where it comes from."""

from __future__ import annotations

import socket
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

import cartsim as cs
from cartsim.datasets.dataset import Dataset
from cartsim.datasets.index import INDEX
from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.language.parts import Source
from cartsim.language.units import parse_unit

FOLDER = Path(str(files("cartsim.datasets")))
ME = Source("Me", 2024, "Mine")


def test_every_csv_file_is_in_the_index_and_every_entry_has_its_file() -> None:
    on_disk = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.csv")}
    assert on_disk == {entry.file for entry in INDEX.values()}
    assert len(on_disk) >= 6


@pytest.mark.parametrize("name", cs.datasets.names())
def test_every_dataset_has_rows_a_source_a_licence_and_readable_units(name: str) -> None:
    data = cs.datasets.load(name)
    assert data.n_rows >= 4
    assert data.meaning
    assert data.licence
    assert data.source.doi.startswith("10.")
    for column, unit in data.units.items():
        assert data[column].shape == (data.n_rows,)
        if unit:
            parse_unit(unit)
            assert data[column].dtype == float
    assert set(INDEX[name].units) | set(INDEX[name].meanings) <= set(data)
    assert {column for role, column in data.shown.items() if role != "label"} <= set(data)


def test_zuma1_has_the_medians_and_quartiles_of_the_paper() -> None:
    data = cs.datasets.load("zuma1_moffitt_car_per_uL")
    assert data["day"].tolist() == [7, 14, 28, 90]
    assert data["median_cells_per_uL"].tolist() == [27.5, 9.1, 2.1, 0.1]
    assert ((data["q1"] < data["median_cells_per_uL"]) & (data["median_cells_per_uL"] < data["q3"])).all()
    assert data.source.doi == "10.1098/rspb.2021.0229"


def test_texts_stay_texts_and_an_empty_field_is_not_a_number() -> None:
    data = cs.datasets.load("stein2019_params")
    assert data["name"].tolist()[:2] == ["foldx", "Tmax"]
    assert data["typical"][2] == 24000
    assert np.isnan(data["iiv_as_coded"][-1])


def test_the_wells_of_a_plate_are_named_and_their_contents_known() -> None:
    plate, wells = cs.datasets.load("carrgodex_plate_1"), cs.datasets.load("carrgodex_wells")
    assert plate.meanings["SD(B1,B2)"] == "standard deviation of the cell index of wells B1 and B2"
    pairs = [column for column in plate if column.startswith("Y(")]
    assert len(pairs) == 48
    first_plate = wells["Well ID"][:96].tolist()
    assert {well for pair in pairs for well in pair[2:-1].split(",")} == set(first_plate)


def test_dexamethasone_is_the_same_in_both_files_once_units_are_minded() -> None:
    fits, wells = cs.datasets.load("carrgodex_fits"), cs.datasets.load("carrgodex_wells")
    by_well = dict(zip(wells["Well ID"][:96], wells["Dex(microgramsperml)"][:96], strict=True))
    for column, dose in zip(fits["data_column"], fits["dex_.ug.ml."], strict=True):
        well = column[2:-1].split(",")[0]
        assert cs.convert(dose, fits.units["dex_.ug.ml."], "ug/mL") == pytest.approx(by_well[well], rel=1e-9)


def test_the_fits_begin_at_a_row_of_the_plate_and_not_at_an_hour() -> None:
    plate, fits = cs.datasets.load("carrgodex_plate_1"), cs.datasets.load("carrgodex_fits")
    assert fits["t_end_.hr."].max() == plate.n_rows
    assert plate["Time (Hour)"].max() < fits["t_end_.hr."].max()


def test_the_files_of_others_keep_their_licence_beside_them() -> None:
    assert "MIT License" in (FOLDER / "carrgodex" / "LICENSE").read_text()


@pytest.mark.parametrize(
    ("wrong", "right"), [("zuma1", "zuma1_moffitt"), ("stein_2019_params", "stein2019_params")]
)
def test_a_misspelt_dataset_names_the_nearest(wrong: str, right: str) -> None:
    with pytest.raises(UnknownNameError, match=right):
        cs.datasets.load(wrong)


def test_a_misspelt_column_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'day'"):
        cs.datasets.load("zuma1_moffitt_car_per_uL")["days"]


def test_columns_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        cs.datasets.load("zuma1_moffitt_car_per_uL")["day"][0] = 1.0


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ModelError, match="differ in length"):
        Dataset("a", {"x": [1], "y": [1, 2]}, {}, "", ME, "MIT")


def test_no_network_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "socket", refuse)
    assert len(cs.datasets.load("carrgodex_plate_2")) == 97


def test_the_table_names_every_dataset_once() -> None:
    lines = cs.datasets.table().splitlines()
    assert [line.split()[0] for line in lines] == list(cs.datasets.names())
