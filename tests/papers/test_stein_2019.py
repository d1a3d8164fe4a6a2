"""Stein et al. 2019 (tisagenlecleucel): levels in copies/ug, areas under the curve, peaks with drugs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import simpson

import cartsim as cs

MODEL = cs.models.stein_2019
REFERENCE = json.loads((Path(__file__).parent / "reference" / "stein_2019.json").read_text(encoding="utf-8"))
DERIVED = REFERENCE["derived"]
PEAK_DAY = MODEL.values["Tmax"]

ROUNDING = 1e-14  # a few operations on doubles
# Theirs are exact; ours, solved at 1e-12 a step, lose two digits over an e-fold growth of 8.
SOLVED = 1e-9
# Simpson's rule with these intervals is exact to about 1e-10.
AREA = 2e-9
# The promise for the settings that a newcomer uses.
DEFAULT_SETTINGS = 1e-4

FINE: dict[str, Any] = {"rtol": 1e-12}
SETTINGS = pytest.mark.parametrize(("settings", "tolerance"), [(FINE, SOLVED), ({}, DEFAULT_SETTINGS)])


def closed_form(t: NDArray[np.float64]) -> NDArray[np.float64]:
    """The level at times `t`, shape (n,), as the paper's solution of its equations."""
    p = MODEL.values
    early, late = np.minimum(t - p["Tmax"], 0.0), np.maximum(t - p["Tmax"], 0.0)
    growth = np.exp(np.log(p["foldx"]) / p["Tmax"] * early)
    decline = (1 - p["FB"]) * np.exp(-p["alpha"] * late) + p["FB"] * np.exp(-p["beta"] * late)
    return np.array(p["Cmax"] * growth * decline)  # one of the two factors is 1


# ------------------------------------------------------------------ rates


@pytest.mark.parametrize("name", ["rho", "k"])
def test_derived_rates_agree(name: str) -> None:
    assert cs.simulate(MODEL, 1)[name][0] == pytest.approx(DERIVED[name], rel=ROUNDING)


def test_the_first_level_is_the_peak_divided_by_the_fold_expansion() -> None:
    start = cs.simulate(MODEL, 1, at=[0])
    assert start["transgene"][0] == pytest.approx(DERIVED["R0"], rel=ROUNDING)
    assert start["M"][0] == 0.0


def test_the_level_doubles_and_halves_in_the_times_given() -> None:
    doubling, halving = DERIVED["doubling_time"], DERIVED["half_life_alpha"]
    run = cs.simulate(MODEL, 20, at=[1, 1 + doubling, 10, 10 + halving], **FINE)
    assert run["E"][1] / run["E"][0] == pytest.approx(2.0, rel=SOLVED)
    assert run["E"][3] / run["E"][2] == pytest.approx(0.5, rel=SOLVED)


def test_the_phases_last_as_the_abstract_says() -> None:
    published = REFERENCE["published"]  # each given to two digits
    late = cs.simulate(MODEL, 5000, at=[3000, 3000 + published["half_life_beta"]], **FINE)["transgene"]
    assert DERIVED["doubling_time"] == pytest.approx(published["doubling_time"], abs=0.005)
    assert DERIVED["half_life_alpha"] == pytest.approx(published["half_life_alpha"], abs=0.05)
    half_life = published["half_life_beta"] * np.log(2) / np.log(late[0] / late[1])
    assert half_life == pytest.approx(published["half_life_beta"], abs=5.0)


# ------------------------------------------------------------------ levels


@pytest.mark.parametrize("row", REFERENCE["at"], ids=lambda row: f"day {row['day']}")
@SETTINGS
def test_levels_agree(row: dict[str, float], settings: dict[str, Any], tolerance: float) -> None:
    run = cs.simulate(MODEL, row["day"], at=[row["day"]], **settings)
    assert run["transgene"][-1] == pytest.approx(row["value"], rel=tolerance)


@SETTINGS
def test_the_whole_curve_is_the_closed_solution(settings: dict[str, Any], tolerance: float) -> None:
    run = cs.simulate(MODEL, 1000, **settings)
    assert run["transgene"] == pytest.approx(closed_form(run.t), rel=tolerance)


def test_the_peak_is_cmax_at_tmax() -> None:
    run = cs.simulate(MODEL, 60, **FINE)
    highest = run["transgene"].argmax()
    assert run.t[highest] == PEAK_DAY
    assert run["transgene"][highest] == pytest.approx(MODEL.values["Cmax"], rel=SOLVED)


def test_expansion_stops_where_decline_begins() -> None:
    run = cs.simulate(MODEL, 60)
    before, after = np.flatnonzero(run.t == PEAK_DAY)
    assert run["expansion"][before] > 0.0 == run["expansion"][after]
    assert run["contraction"][before] == 0.0 < run["contraction"][after]


@pytest.mark.parametrize("row", REFERENCE["area"], ids=lambda row: f"until {row['until']}")
@pytest.mark.parametrize(("settings", "tolerance"), [(FINE, AREA), ({}, DEFAULT_SETTINGS)])
def test_areas_under_the_curve_agree(
    row: dict[str, float], settings: dict[str, Any], tolerance: float
) -> None:
    n = 1001  # odd, and one grid on either side of the kink
    rise, fall = np.linspace(0.0, PEAK_DAY, n), np.linspace(PEAK_DAY, row["until"], n)
    run = cs.simulate(MODEL, row["until"], at=[*rise, *fall[1:]], **settings)
    level = run["transgene"]
    area = simpson(level[:n], x=rise) + simpson(level[n - 1 :], x=fall)
    assert area == pytest.approx(row["value"], rel=tolerance)


# ------------------------------------------------------------------ comedication


@pytest.mark.parametrize("row", REFERENCE["peak"], ids=lambda row: f"{row['switch']} {row['day']}")
@SETTINGS
def test_peaks_with_comedication_agree(
    row: dict[str, Any], settings: dict[str, Any], tolerance: float
) -> None:
    treated = MODEL.with_events(cs.Change(row["switch"], to=1.0, start=row["day"]))
    run = cs.simulate(treated, 20, at=[PEAK_DAY], **settings)
    assert run["transgene"][0] == pytest.approx(row["value"], rel=tolerance)


@pytest.mark.parametrize(
    ("variant", "switch", "day"),
    [("tocilizumab", "toci", 5.7), ("tocilizumab_early", "toci", 0.0), ("steroid", "steroid", 7.5)],
)
def test_the_variants_are_those_treatments(variant: str, switch: str, day: float) -> None:
    assert MODEL.variant(variant).events == (cs.Change(switch, to=1.0, start=day),)


def test_comedication_after_the_peak_changes_nothing() -> None:
    late = MODEL.with_events(cs.Change("toci", to=1.0, start=PEAK_DAY))
    days = [5.0, PEAK_DAY, 20.0]
    runs = cs.simulate({"without": MODEL, "late": late}, 30, at=days)
    assert (runs["without"]["transgene"] == runs["late"]["transgene"]).all()


def test_both_drugs_multiply() -> None:
    drugs = [cs.Change(name, to=1.0, start=0.0) for name in ("toci", "steroid")]
    run = cs.simulate(MODEL.with_values(Fster=0.5).with_events(*drugs), 1)
    assert run["effect"][0] == pytest.approx(1.2 * 0.5, rel=ROUNDING)


def test_both_switches_are_off_until_an_event_sets_them() -> None:
    run = cs.simulate(MODEL.with_values(Ftoci=3.0, Fster=0.5), 5)
    assert (run["effect"] == 1.0).all()
