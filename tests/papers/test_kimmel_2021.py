"""Kimmel et al. 2021: competing T cells in blood, and three tumours, in cells, cells per uL and days."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

import cartsim as cs

MODEL = cs.models.kimmel_2021
REFERENCE = json.loads((Path(__file__).parent / "reference" / "kimmel_2021.json").read_text(encoding="utf-8"))

# Ours and theirs are each solved to 1e-9 or better, and theirs are rounded to nine digits.
NINE_DIGITS = 1e-8
# Their two solvers differ by up to 7e-9 for the tumour, which falls through many decades.
TUMOUR = 2e-8
# Theirs were read off a grid of 1e-4 day, or finer.
GRID = 1e-4
# The promise for the settings that a newcomer uses; a tumour that fell by ten decades loses one digit more.
DEFAULT_SETTINGS = 1e-4
DEFAULT_TUMOUR = 3e-4

FINE: dict[str, Any] = {"rtol": 1e-11}


def label(row: dict[str, Any]) -> str:
    return "-".join(str(row[key]) for key in ("variant", "name", "day") if key in row)


def value_at(row: dict[str, Any], **settings: Any) -> float:
    run = cs.simulate(MODEL.variant(row["variant"]), row["day"], at=[row["day"]], **settings)
    return float(run[row["name"]][-1])


def extremum(row: dict[str, Any], which: Callable[..., Any]) -> tuple[float, float]:
    """Day and amount of the highest or lowest point, on a grid of 1e-5 day around it."""
    patient = MODEL.variant(row["variant"])
    coarse = cs.simulate(patient, 100, at=np.arange(0.0, 100.0, 0.1), **FINE)
    middle = coarse.t[which(coarse[row["name"]])]
    days = middle + np.arange(-0.2, 0.2, 1e-5)
    run = cs.simulate(patient, 100, at=days, **FINE)
    place = int(which(run[row["name"]]))
    assert 0 < place < len(days) - 1
    return float(run.t[place]), float(run[row["name"]][place])


# ------------------------------------------------------------------ amounts


@pytest.mark.parametrize("row", REFERENCE["at"], ids=label)
def test_amounts_agree_to_the_digits_given(row: dict[str, Any]) -> None:
    tolerance = TUMOUR if row["name"] == "B" else NINE_DIGITS
    assert value_at(row, **FINE) == pytest.approx(row["value"], rel=tolerance)


@pytest.mark.parametrize("row", REFERENCE["at"], ids=label)
def test_default_settings_are_good_enough_for_a_lecture(row: dict[str, Any]) -> None:
    assert value_at(row) == pytest.approx(row["value"], rel=DEFAULT_SETTINGS)


# ------------------------------------------------------------------ extrema and relapse


@pytest.mark.parametrize("row", REFERENCE["peak_day"], ids=label)
def test_cart_cells_are_most_on_the_day_given(row: dict[str, Any]) -> None:
    day, _ = extremum(row, np.argmax)
    assert day == pytest.approx(row["day"], rel=0.0, abs=GRID)


@pytest.mark.parametrize("row", REFERENCE["nadir_day"], ids=label)
def test_the_tumour_is_smallest_on_the_day_given(row: dict[str, Any]) -> None:
    day, _ = extremum(row, np.argmin)
    assert day == pytest.approx(row["day"], rel=0.0, abs=GRID)


@pytest.mark.parametrize("row", REFERENCE["nadir"], ids=label)
def test_the_smallest_tumour_has_the_number_of_cells_given(row: dict[str, Any]) -> None:
    _, cells = extremum(row, np.argmin)
    assert cells == pytest.approx(row["value"], rel=TUMOUR)


@pytest.mark.parametrize("row", REFERENCE["nadir"], ids=label)
def test_default_settings_find_the_nadir(row: dict[str, Any]) -> None:
    # 501 points in 200 days miss the lowest one by up to 0.2 day, which costs less than 1e-4 here
    run = cs.simulate(MODEL.variant(row["variant"]), 200)
    assert run["B"].min() == pytest.approx(row["value"], rel=DEFAULT_TUMOUR)


@pytest.mark.parametrize("row", REFERENCE["return_day"], ids=label)
@pytest.mark.parametrize(("settings", "tolerance"), [(FINE, NINE_DIGITS), ({}, DEFAULT_SETTINGS)])
def test_the_tumour_is_back_on_the_day_given(
    row: dict[str, Any], settings: dict[str, Any], tolerance: float
) -> None:
    patient = MODEL.variant(row["variant"])
    until = row["day"] + 5.0
    start = MODEL.species["B"].initial
    assert isinstance(start, float)

    def excess(day: float) -> float:
        run = cs.simulate(patient, until, at=[day], **settings)
        return float(run["B"][0] - row["times_start"] * start)

    assert brentq(excess, row["day"] - 5.0, until, xtol=1e-8) == pytest.approx(row["day"], rel=tolerance)


# ------------------------------------------------------------------ what has no number to be met


def test_the_model_itself_is_the_medium_tumour() -> None:
    assert MODEL.values == MODEL.variant("medium").values


def test_the_reference_tumours_never_die_out_by_rule() -> None:
    run = cs.simulate(MODEL.variant("slow"), 360, **FINE)
    assert run.occurrences == ()
    assert 1.0 < run["B"].min() < 3.0 < run["B"][-1]


def test_the_slowest_tumour_falls_below_one_cell_where_equations_no_longer_speak_of_cells() -> None:
    assert 0.0 < cs.simulate(MODEL.variant("biomodels"), 360, **FINE)["B"].min() < 1e-3


@pytest.mark.parametrize(("variant", "volume"), [("smallest_tumour", 2.3), ("largest_tumour", 1300.0)])
def test_the_smallest_and_largest_tumours_have_the_volumes_given(variant: str, volume: float) -> None:
    run = cs.simulate(MODEL.variant(variant), 1)
    assert run["tumour_volume"][0] == pytest.approx(volume, rel=1e-14)
    assert run.units["tumour_volume"] == "mL"


def test_growth_and_contraction_of_a_t_cell_are_never_both_at_work() -> None:
    run = cs.simulate(MODEL, 180)
    for kind in ("car_t", "normal"):
        expansion, contraction = run[f"{kind}_expansion"], run[f"{kind}_contraction"]
        assert expansion.max() > 0.0
        assert (np.minimum(expansion, contraction) == 0.0).all()
    assert run["car_t_contraction"].max() > 0.0
    crowded = cs.simulate(MODEL.with_values(N=5e11), 10)
    assert crowded["normal_contraction"][0] > 0.0
    assert crowded["N"][-1] < 5e11


def test_more_room_gives_a_higher_peak_of_cart_cells() -> None:
    peaks = [cs.simulate(MODEL.with_values(N=n), 60)["C"].max() for n in (1e9, 3e9, 3e10)]
    assert peaks[0] > peaks[1] > peaks[2]
