"""Barros et al. 2021 (CARTmath): the numbers of its runs, equilibria and thresholds, in cells and days."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import cartsim as cs
from cartsim.language.compile import compiled

MODEL = cs.models.barros_2021
REFERENCE = json.loads((Path(__file__).parent / "reference" / "barros_2021.json").read_text(encoding="utf-8"))
EQUILIBRIA = REFERENCE["equilibria"]
THRESHOLD = REFERENCE["threshold"]
RAJI = REFERENCE["raji"]

# Ours and theirs are each solved to about 1e-9, and theirs are rounded to nine digits.
NINE_DIGITS = 1e-8
# Their two solvers place the death of the tumour, on its way to 1e-6 cells, 1.9e-7 apart.
DAY_OF_DEATH = 3e-7
# Theirs are rounded to eight digits.
EIGHT_DIGITS = 1e-7
# The promise for the settings that a newcomer uses.
DEFAULT_SETTINGS = 1e-4

FINE: dict[str, Any] = {"rtol": 1e-10}


def label(row: dict[str, Any]) -> str:
    return "-".join(str(row[key]) for key in ("variant", "species", "day", "name", "T0") if key in row)


def runs_to(row: dict[str, Any], **settings: Any) -> float:
    run = cs.simulate(MODEL.variant(row["variant"]), row["day"], at=[row["day"]], **settings)
    return float(run[row["species"]][-1])


def state(row: dict[str, Any]) -> NDArray[np.float64]:
    return np.array([row[name] for name in MODEL.species])


# ------------------------------------------------------------------ runs


@pytest.mark.parametrize("row", REFERENCE["at"], ids=label)
def test_amounts_agree_to_the_digits_given(row: dict[str, Any]) -> None:
    # what is 0 must be 0: the population died out
    assert runs_to(row, **FINE) == pytest.approx(row["value"], rel=NINE_DIGITS, abs=0.0)


@pytest.mark.parametrize("row", REFERENCE["at"], ids=label)
def test_default_settings_are_good_enough_for_a_lecture(row: dict[str, Any]) -> None:
    assert runs_to(row) == pytest.approx(row["value"], rel=DEFAULT_SETTINGS, abs=0.0)


@pytest.mark.parametrize("row", REFERENCE["maximum"], ids=label)
def test_the_highest_number_of_memory_cells_agrees(row: dict[str, Any]) -> None:
    mouse = MODEL.variant(row["variant"])
    coarse = cs.simulate(mouse, 200)
    day = coarse.t[coarse["C_M"].argmax()]
    # within 1e-3 day of the top of a curve that lasts weeks, what is missed is far below the ninth digit
    run = cs.simulate(mouse, 200, at=np.arange(day - 1.0, day + 1.0, 1e-3), **FINE)
    assert run["C_M"].max() == pytest.approx(row["value"], rel=NINE_DIGITS)
    assert 0 < run["C_M"].argmax() < len(run) - 1


@pytest.mark.parametrize("row", REFERENCE["extinction"], ids=label)
@pytest.mark.parametrize(("settings", "tolerance"), [(FINE, DAY_OF_DEATH), ({}, DEFAULT_SETTINGS)])
def test_the_tumour_dies_out_on_the_day_given_or_never(
    row: dict[str, Any], settings: dict[str, Any], tolerance: float
) -> None:
    run = cs.simulate(MODEL.variant(row["variant"]), 300, **settings)
    days = [o.time for o in run.occurrences if o.kind == "extinction" and o.name == row["species"]]
    assert days == ([] if row["day"] is None else [pytest.approx(row["day"], rel=tolerance)])
    assert (run[row["species"]][-1] == 0.0) == (row["day"] is not None)


# ------------------------------------------------------------------ equilibria


@pytest.mark.parametrize("row", EQUILIBRIA, ids=label)
def test_gains_and_losses_cancel_at_the_equilibria(row: dict[str, Any]) -> None:
    amounts = {name: row[name] for name in MODEL.species}
    start = cs.simulate(MODEL.with_values(amounts), 1, at=[0])
    for species in MODEL.species:
        changes = {name: p.stoichiometry.get(species, 0.0) for name, p in MODEL.processes.items()}
        flows = [number * float(start[name][0]) for name, number in changes.items()]
        assert sum(map(abs, flows)) > 1.0
        # each flow is a product of up to two rounded numbers
        assert abs(sum(flows)) < 2 * EIGHT_DIGITS * sum(map(abs, flows))


def newton(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """The equilibrium near `y`, by Newton steps until they no longer matter."""
    values = list(MODEL.values.values())
    function = compiled(MODEL.structure).right_hand_side(values)
    jacobian = compiled(MODEL.structure).jacobian(values)
    for _ in range(50):
        change = np.linalg.solve(jacobian(0.0, y), np.array(function(0.0, y)))
        y = y - change
        if (np.abs(change) < 1e-13 * np.abs(y)).all():
            return y
    raise AssertionError("Newton's method did not settle")


@pytest.mark.parametrize("row", EQUILIBRIA, ids=label)
@pytest.mark.parametrize("away", [0.95, 1.05])
def test_newton_finds_the_equilibria_from_nearby(row: dict[str, Any], away: float) -> None:
    assert newton(away * state(row)) == pytest.approx(state(row), rel=EIGHT_DIGITS)


@pytest.mark.parametrize("row", EQUILIBRIA, ids=label)
def test_one_equilibrium_is_a_saddle_and_the_other_is_stable(row: dict[str, Any]) -> None:
    jacobian = compiled(MODEL.structure).jacobian(list(MODEL.values.values()))
    growing = np.linalg.eigvals(jacobian(0.0, state(row))).real > 0.0
    assert growing.sum() == (1 if row["kind"] == "saddle" else 0)


# ------------------------------------------------------------------ thresholds


@pytest.mark.parametrize("row", THRESHOLD["rows"], ids=label)
@pytest.mark.parametrize(
    ("settings", "margin"),
    [
        (FINE, 1e-6),  # their doses have eight or nine digits, and ours are as sharp
        ({}, DEFAULT_SETTINGS),
    ],
)
def test_a_little_less_than_the_threshold_relapses_and_a_little_more_does_not(
    row: dict[str, float], settings: dict[str, Any], margin: float
) -> None:
    mouse = MODEL.with_values(T=row["T0"])

    def tumour(dose: float) -> float:
        treated = mouse.with_events(cs.Dose(dose, into="C_T", at=THRESHOLD["dose_day"]))
        run = cs.simulate(treated, THRESHOLD["day"], at=[THRESHOLD["day"]], **settings)
        return float(run["T"][-1])

    assert tumour(row["dose"] * (1 - margin)) > THRESHOLD["limit"] > tumour(row["dose"] * (1 + margin))


# ------------------------------------------------------------------ what has no number to be met


@pytest.mark.parametrize("variant", RAJI["alpha"])
def test_raji_mice_start_from_the_published_numbers(variant: str) -> None:
    mouse = MODEL.variant(variant)
    assert mouse.values == {**RAJI["common"], "alpha": RAJI["alpha"][variant]}
    assert [mouse.species[name].initial for name in ("C_T", "C_M", "T")] == [0.0, 0.0, RAJI["T0"]]
    assert mouse.events == (cs.Dose(RAJI["dose"], into="C_T", at=RAJI["dose_day"]),)


def test_ido_shelters_the_tumour_and_its_inhibitor_takes_most_of_that_away() -> None:
    days = [8.0, 10.0, 14.0]
    control, ido, inhibited = (
        cs.simulate(MODEL.variant(name), 14, at=days)["T"] for name in ("raji", "raji_ido", "raji_ido_1mt")
    )
    assert (control < inhibited).all()
    assert (inhibited - control < 0.5 * (ido - control)).all()


def test_without_cart_cells_the_tumour_grows_as_the_logistic_curve() -> None:
    run = cs.simulate(MODEL, 600, **FINE)
    value, tumour = MODEL.values, MODEL.species["T"].initial
    assert isinstance(tumour, float)
    growth = tumour * np.exp(value["r"] * run.t)
    expected = growth / (1 + value["b"] * (growth - tumour))
    assert run["T"] == pytest.approx(expected, rel=NINE_DIGITS)
    assert (run["car_t"] == 0.0).all()
