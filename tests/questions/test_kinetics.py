"""Read-outs of the CAR-T cells against closed forms."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

import cartsim as cs
from cartsim import Change, Dose, Infusion, Model, Parameter, Process, Species
from cartsim.questions.readout import Readout, ReadoutTable


def cells(rate: str, initial: float = 1e6, unit: str = "cell", **parameters: float) -> Model:
    """CAR-T cells whose amount changes at `rate`."""
    return Model(
        "cells",
        species={"C": Species(initial, unit)},
        parameters=parameters,
        processes={"change": Process("-> C", rate)},
        roles={"car_t": "C"},
    )


def asked(model: Model, until: float, **options: object) -> ReadoutTable[Readout]:
    return cs.readouts(cs.simulate(model, until, rtol=1e-9), **options)


def rise_and_fall(
    rate: float = 0.9, fast: float = 0.16, slow: float = 0.0032, part: float = 0.0079, top: float = 9.3
) -> Model:
    """Exponential growth up to day `top`, then the sum of two exponentials."""
    return Model(
        "rise_and_fall",
        species={"E": Species(1e6, "cell"), "M": Species(0, "cell")},
        parameters={
            "g": Parameter(rate, "1/day"),
            "fast": Parameter(fast, "1/day"),
            "slow": Parameter(slow, "1/day"),
            "part": part,
            "top": Parameter(top, "day"),
        },
        processes={
            "growth": Process("-> E", "g * E * (1 - step(t - top))"),
            "death": Process("E ->", "fast * E * step(t - top)"),
            "memory": Process("-> M", "part * (fast - slow) * E * step(t - top)"),
            "loss": Process("M ->", "slow * M"),
        },
        roles={"car_t": "E + M"},
    )


def test_exponential_growth_has_an_exact_doubling_time() -> None:
    found = asked(cells("r * C", r=0.5), 10)
    assert found["doubling_time"].value == pytest.approx(math.log(2) / 0.5, rel=1e-6)
    assert found["cmax"].value == pytest.approx(1e6 * math.exp(5), rel=1e-6)
    assert found["fold_expansion"].value == pytest.approx(math.exp(5), rel=1e-6)
    assert found["tmax"].value == 10.0
    assert found["cmax"].reason == "still rising at the end of the run"
    for name in ("contraction_half_life", "terminal_half_life", "persistence"):
        assert math.isnan(found[name].value)
        assert found[name].reason.startswith("not reached")


def test_exponential_decay_has_exact_half_lives() -> None:
    found = asked(cells("-d * C", d=0.25), 100)
    half_life = math.log(2) / 0.25
    assert found["contraction_half_life"].value == pytest.approx(half_life, rel=1e-6)
    assert found["terminal_half_life"].value == pytest.approx(half_life, rel=1e-6)
    assert found["auc_0_28"].value == pytest.approx(1e6 * (1 - math.exp(-7)) / 0.25, rel=1e-6)
    assert found["persistence"].value == pytest.approx(math.log(1e6) / 0.25, rel=1e-5)
    assert found["fold_expansion"].value == 1.0
    assert str(found["doubling_time"]) == "not reached: they are highest at the start of the run"


@given(fast=st.floats(0.1, 0.5), part=st.floats(0.0, 0.02), slow=st.floats(0.002, 0.006))
def test_the_half_lives_of_a_bi_exponential_are_those_of_its_phases(
    fast: float, part: float, slow: float
) -> None:
    found = asked(rise_and_fall(fast=fast, slow=slow, part=part), 365)
    first_halving = brentq(
        lambda s: (1 - part) * math.exp(-fast * s) + part * math.exp(-slow * s) - 0.5, 0, 99
    )
    assert found["contraction_half_life"].value == pytest.approx(first_halving, rel=1e-5)
    assert found["contraction_half_life"].value == pytest.approx(math.log(2) / fast, rel=0.04)
    if part > 0.001:
        assert found["terminal_half_life"].value == pytest.approx(math.log(2) / slow, rel=0.02)


def test_a_peak_with_a_kink_is_read_on_the_day_of_the_kink() -> None:
    found = asked(rise_and_fall(), 30)
    assert found["tmax"].value == 9.3
    assert found["cmax"].value == pytest.approx(1e6 * math.exp(0.9 * 9.3), rel=1e-6)
    assert found["doubling_time"].value == pytest.approx(math.log(2) / 0.9, rel=1e-6)
    assert found["cmax"].reason == ""


def test_a_terminal_phase_that_is_not_reached_is_not_invented() -> None:
    found = asked(rise_and_fall(), 45)
    assert str(found["terminal_half_life"]).startswith("not reached: the fall is not yet log-linear")


def test_logistic_growth_doubles_fastest_at_the_start() -> None:
    found = asked(cells("r * C * (1 - C / K)", initial=1.0, r=0.7, K=1e4), 40)
    # 1/C - 1/K falls as exp(-r t)
    expected = math.log((1 - 1e-4) / (0.5 - 1e-4)) / 0.7
    assert found["doubling_time"].value == pytest.approx(expected, rel=1e-6)
    assert found["cmax"].value == pytest.approx(1e4, rel=1e-6)
    assert str(found["terminal_half_life"]).startswith("not reached")


def test_after_an_infusion_expansion_counts_from_its_end() -> None:
    model = cells("r * C", initial=0.0, r=0.4).with_events(Infusion(1e6, into="C", start=2, duration=0.5))
    found = asked(model, 12)
    assert found["tmax"].value == 10.0
    assert found["fold_expansion"].value == pytest.approx(math.exp(0.4 * 9.5), rel=1e-6)
    assert found["doubling_time"].value == pytest.approx(math.log(2) / 0.4, rel=1e-6)


def test_a_second_dose_is_not_taken_for_doubling() -> None:
    model = cells("r * C", initial=0.0, r=0.1).with_events(
        Dose(1e6, into="C", at=1), Dose(9e6, into="C", at=3)
    )
    found = asked(model, 20)
    assert found["doubling_time"].value == pytest.approx(math.log(2) / 0.1, rel=1e-6)
    short = asked(model, 6)
    assert str(short["doubling_time"]) == "not reached: they never double"


def test_a_fall_that_a_dose_disturbs_has_no_terminal_half_life_before_it() -> None:
    model = cells("-d * C", d=0.1).with_events(Dose(5e5, into="C", at=30))
    found = asked(model, 60)
    assert found["terminal_half_life"].value == pytest.approx(math.log(2) / 0.1, rel=1e-6)
    assert math.isnan(asked(model, 30)["terminal_half_life"].value)


def test_a_change_of_rate_in_the_last_third_leaves_no_terminal_half_life() -> None:
    model = cells("-d * C", d=0.1).with_events(Change("d", factor=3, start=25))
    assert "log-linear" in asked(model, 30)["terminal_half_life"].reason
    assert asked(model, 90)["terminal_half_life"].value == pytest.approx(math.log(2) / 0.3, rel=1e-6)


def test_cells_that_die_out_persist_until_then() -> None:
    model = Model(
        "dying",
        species={"C": Species(1e3, "cell", extinct_below=1.0)},
        parameters={"d": 0.5},
        processes={"loss": Process("C ->", "d * C")},
        roles={"car_t": "C"},
    )
    found = asked(model, 60)
    assert found["persistence"].value == pytest.approx(math.log(1e3) / 0.5, rel=1e-5)
    assert str(found["terminal_half_life"]) == "not defined: there are no CAR-T cells left"


def test_persistence_takes_a_limit_in_the_unit_of_the_role() -> None:
    model = cells("-d * C", initial=1e4, unit="copies/ug", d=0.2)
    found = asked(model, 100)
    assert str(found["persistence"]) == "not defined: give detection_limit=, in copies/ug"
    found = asked(model, 100, detection_limit=50)
    assert found["persistence"].value == pytest.approx(math.log(200) / 0.2, rel=1e-6)
    assert "above 50 copies/ug" in found["persistence"].meaning
    assert str(asked(model, 10, detection_limit=50)["persistence"]) == (
        "not reached: still above 50 copies/ug at the end of the run, day 10"
    )
    assert (
        str(asked(model, 10, detection_limit=2e4)["persistence"])
        == "not reached: never above 20000 copies/ug"
    )


def test_one_cell_is_the_limit_in_a_multiple_of_cells_too() -> None:
    found = asked(cells("-d * C", initial=1e-3, unit="1e9 cell", d=0.5), 60)
    assert found["persistence"].value == pytest.approx(math.log(1e6) / 0.5, rel=1e-5)


def test_windows_name_their_areas_and_an_early_end_is_said() -> None:
    found = asked(cells("-d * C", d=0.1), 50, windows=[(0, 7), (7, 28), (0, 90)])
    assert found["auc_7_28"].value == pytest.approx(1e7 * (math.exp(-0.7) - math.exp(-2.8)), rel=1e-6)
    assert found["auc_0_7"].unit == "cell*day"
    assert str(found["auc_0_90"]) == "not reached: the run ends on day 50 after the start of the run"
    assert "auc_0_28" not in found


def test_no_cells_at_all_give_no_numbers_but_zeros_that_are_true() -> None:
    found = asked(cells("-d * C", initial=0.0, d=0.1), 30)
    assert found["cmax"].value == 0.0
    assert found["auc_0_28"].value == 0.0
    for name in ("tmax", "fold_expansion", "doubling_time", "contraction_half_life", "persistence"):
        assert str(found[name]) == "not defined: there are no CAR-T cells after the start of the run"


def test_a_dose_at_the_very_end_leaves_nothing_to_read_but_itself() -> None:
    found = asked(cells("-d * C", d=0.1).with_events(Dose(5.0, into="C", at=30)), 30)
    assert found["cmax"].value == pytest.approx(5 + 1e6 * math.exp(-3), rel=1e-6)
    assert found["tmax"].value == 0.0
    for name in ("auc_0_28", "doubling_time", "contraction_half_life", "terminal_half_life", "persistence"):
        assert str(found[name]).startswith("not reached")


@given(scale=st.floats(1e-6, 1e6))
def test_scaling_the_unit_scales_amounts_and_leaves_times(scale: float) -> None:
    model = cells(
        "r * C * (1 - C / K) - d * step(t - top) * C", initial=1.0, unit="ng", r=0.6, K=50.0, d=0.9, top=9.0
    )
    one = asked(model, 40, detection_limit=0.01)
    other = asked(model.with_values(C=scale, K=50.0 * scale), 40, detection_limit=0.01 * scale)
    for name in ("cmax", "auc_0_28"):
        assert other[name].value == pytest.approx(one[name].value * scale, rel=1e-5), name
    for name in ("tmax", "fold_expansion", "doubling_time", "contraction_half_life"):
        assert other[name].value == pytest.approx(one[name].value, rel=1e-4), name


def test_stein_2019_gives_the_read_outs_that_its_paper_states() -> None:
    # Abstract: doubling time 0.78 d, initial decline 4.3 d, terminal half-life 220 d. The other numbers are
    # the typical values of Table 1 and the closed form of the area. The shortest halving time is
    # log(2) / alpha but for the 0.8 % of cells that stay.
    model = cs.models.stein_2019
    found = asked(model, 365, windows=[(0, 28), (0, 84)])
    expected = {
        "cmax": (24000.0, 1e-6),
        "tmax": (9.3, 1e-9),
        "doubling_time": (0.7795958, 1e-5),
        "auc_0_28": (171774.28518, 1e-6),
        "auc_0_84": (188397.91029, 1e-6),
        "fold_expansion": (3900.0, 1e-6),
        "contraction_half_life": (4.33217, 0.015),
        "terminal_half_life": (math.log(2) / 0.0032, 1e-3),
    }
    for name, (value, tolerance) in expected.items():
        assert found[name].value == pytest.approx(value, rel=tolerance), name
