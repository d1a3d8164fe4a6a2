"""Sahoo et al. 2020 (CARRGO): the numbers of its runs, its steady states, and what its scaling means."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cartsim as cs
from cartsim.language.compile import compiled

MODEL = cs.models.sahoo_2020
REFERENCE = json.loads((Path(__file__).parent / "reference" / "sahoo_2020.json").read_text("utf-8"))
NUMBERS = [
    pytest.param(case["variant"], row, id=f"{case['name']}: {row['quantity']}")
    for case in REFERENCE["cases"]
    for row in case["numbers"]
]

# The absolute tolerance suits the scaled variants too, where amounts of 1e-5 count.
FINE = {"rtol": 1e-10, "atol": 1e-14}
# The references are rounded to nine digits, and their two solvers differ by rel_diff; ours is allowed as much
# again in either direction.
NINE_DIGITS = 5e-9
# The promise for the settings that a newcomer uses.
DEFAULT_SETTINGS = 1e-4


def treated(variant: str | None) -> cs.Model:
    return MODEL if variant is None else MODEL.variant(variant)


def ours(variant: str | None, quantity: str, **settings: Any) -> float:
    """The quantity that the reference calls so, such as ``x(5)`` or ``Y(100)``."""
    name, day = quantity.rstrip(")").split("(")
    run = cs.simulate(treated(variant), float(day), at=[float(day)], **settings)
    return float(run[name.upper()][-1])


def slopes(model: cs.Model, x: float, y: float) -> list[float]:
    return compiled(model.structure).right_hand_side(list(model.values.values()))(0.0, np.array([x, y]))


# ------------------------------------------------------------------ the reference


@pytest.mark.parametrize(("variant", "row"), NUMBERS)
def test_the_reference_numbers_are_met(variant: str | None, row: dict[str, Any]) -> None:
    value = ours(variant, row["quantity"], **FINE)
    assert value == pytest.approx(row["value"], rel=NINE_DIGITS + 2 * row["rel_diff"], abs=0.0)


@pytest.mark.parametrize(("variant", "row"), NUMBERS)
def test_default_settings_are_good_enough_for_a_lecture(variant: str | None, row: dict[str, Any]) -> None:
    assert ours(variant, row["quantity"]) == pytest.approx(row["value"], rel=DEFAULT_SETTINGS, abs=0.0)


@pytest.mark.parametrize(("variant", "lesion"), [(None, "T6"), ("T7", "T7"), ("T9", "T9")])
def test_the_lesions_have_the_numbers_of_the_paper(variant: str | None, lesion: str) -> None:
    assert treated(variant).values == {**REFERENCE["lesions"][lesion], "K": 1e9}  # copied, so equal


def test_the_scaled_variants_are_the_cases_of_the_first_figure() -> None:
    scaled = [MODEL.variant(label).values for label in MODEL.variants if label.startswith("scaled")]
    assert len(scaled) == 5
    assert all(values["rho"] == values["K"] == values["k1"] == 1.0 for values in scaled)
    cases = {(values["theta"], values["k2"]) for values in scaled}
    assert cases == {tuple(case) for case in REFERENCE["figure_1_cases_A_B"]}


# ------------------------------------------------------------------ the paper's mathematics


def test_nothing_changes_at_the_steady_states() -> None:
    scaled = MODEL.variant("scaled_coexists")
    A, B = scaled.values["theta"], scaled.values["k2"]
    coexistence = (A / B, 1 - A / B)
    assert coexistence == pytest.approx(tuple(REFERENCE["coexistence_A_0.14_B_1.6"]), rel=1e-12)
    for x, y in [(0.0, 0.0), (1.0, 0.0), coexistence]:
        # the terms that cancel are below 1, so 1e-15 is a rounding error
        assert slopes(scaled, x, y) == pytest.approx([0.0, 0.0], abs=1e-15)
    assert max(map(abs, slopes(scaled, 0.1, 0.9))) > 1e-3


def test_the_waves_settle_at_coexistence() -> None:
    run = cs.simulate(MODEL.variant("scaled_coexists"), 400, **FINE)
    assert np.diff(np.sign(np.diff(run["X"]))).any()  # it does not go there straight
    # they die away with half of A/B = 0.0875 as rate: by 400 they are 1e-7 of what they were
    assert run.y[:, -1] == pytest.approx(REFERENCE["coexistence_A_0.14_B_1.6"], rel=1e-6)


@pytest.mark.parametrize("variant", [None, "T7", "scaled_falls"])
@pytest.mark.parametrize("side", [0.99, 1.01])
def test_too_few_cart_cells_let_the_tumour_grow_at_first(variant: str | None, side: float) -> None:
    model = treated(variant)
    start, p = model.species["X"].initial, model.values
    assert isinstance(start, float)
    # Y0 < rho/k1 - rho*X0/(K*k1)
    threshold = p["rho"] / p["k1"] - p["rho"] * start / (p["K"] * p["k1"])
    soon = 0.01 / p["rho"]
    run = cs.simulate(model.with_values(Y=side * threshold), soon, **FINE)
    assert (run["X"][-1] > start) == (side < 1.0)


@pytest.mark.parametrize("variant", ["scaled_falls", "scaled_outlasts"])
@pytest.mark.parametrize("side", [0.9, 1.1])
def test_a_tumour_of_almost_nothing_dies_where_cart_cells_exceed_rho_by_k1(variant: str, side: float) -> None:
    model = MODEL.variant(variant)
    threshold = model.values["rho"] / model.values["k1"]
    run = cs.simulate(model.with_values(X=1e-8, Y=side * threshold), 20, **FINE)
    # with A of 0 and hardly any tumour, Y stays and X grows or falls exponentially, at rate 1 - Y
    assert run["X"][-1] == pytest.approx(1e-8 * np.exp(20 * (1 - side)), rel=1e-5)


def test_the_scaled_equations_are_the_ones_with_units() -> None:
    p = MODEL.values
    A, B = p["theta"] / p["rho"], p["k2"] * p["K"] / p["rho"]
    days = np.array([50.0, 150.0, 300.0])
    in_units = cs.simulate(MODEL, 300, at=days, **FINE)
    start = {name: float(s.initial) for name, s in MODEL.species.items()}
    scaled = MODEL.with_values(
        rho=1, K=1, k1=1, k2=B, theta=A, X=start["X"] / p["K"], Y=start["Y"] * p["k1"] / p["rho"]
    )
    run = cs.simulate(scaled, 300 * p["rho"], at=days * p["rho"], rtol=1e-10, atol=1e-18)
    # two runs at 1e-10 a step; errors grow with the tumour
    assert run["X"] * p["K"] == pytest.approx(in_units["X"], rel=1e-7)
    assert run["Y"] * p["rho"] / p["k1"] == pytest.approx(in_units["Y"], rel=1e-7)


# ------------------------------------------------------------------ stimulation and exhaustion


def test_contact_exhausts_cart_cells_in_lesion_t9_and_stimulates_them_in_t6() -> None:
    t6, t9 = cs.simulate(MODEL, 100), cs.simulate(MODEL.variant("T9"), 100)
    assert (t6["contact"] > 0.0).all()
    assert (t9["contact"] < 0.0).all()
    # without a tumour only theta acts on them
    alone = cs.simulate(MODEL.variant("T9").with_values(X=0), 100)
    assert t9["Y"][-1] < alone["Y"][-1] == pytest.approx(625 * np.exp(-5e-5 * 100), rel=1e-5)


def test_amounts_stay_above_a_cell_in_the_reference_run() -> None:
    run = cs.simulate(MODEL, 1000, **FINE)
    assert 600 < run.y.min() < 650  # as the docstring says
