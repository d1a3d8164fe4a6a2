"""Read-outs of the tumour and of cytokines against closed forms."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cartsim as cs
from cartsim import Change, Dose, Model, Process, Species
from cartsim.questions.readout import Readout, ReadoutTable


def treated(extinct_below: float | None = None, stop: float = 10.0) -> Model:
    """A tumour that is killed at 1.5 a day from day 2 to `stop`, and grows at 0.5 a day otherwise."""
    return Model(
        "treated",
        species={"T": Species(1e9, "cell", extinct_below=extinct_below)},
        parameters={"g": 0.5},
        processes={"growth": Process("-> T", "g * T")},
        roles={"tumour": "T"},
        events=(Change("g", to=-1.5, start=2, stop=stop),),
    )


def asked(model: Model, until: float, **options: object) -> ReadoutTable[Readout]:
    return cs.readouts(cs.simulate(model, until, rtol=1e-9), **options)


def test_nadir_kill_and_relapse_are_those_of_the_closed_form() -> None:
    found = asked(treated(), 60)
    nadir = 1e9 * math.exp(0.5 * 2 - 1.5 * 8)
    assert found["tumour_nadir"].value == pytest.approx(nadir, rel=1e-6)
    assert found["tumour_nadir_day"].value == 10.0
    assert found["log10_kill"].value == pytest.approx(11 / math.log(10), rel=1e-6)
    assert found["relapse_day"].value == pytest.approx(10 + 11 / 0.5, rel=1e-6)
    early = asked(treated(), 60, tumour_limit=1e6)
    assert early["relapse_day"].value == pytest.approx(10 + math.log(1e6 / nadir) / 0.5, rel=1e-6)
    assert "back at 1e6 cell" in early["relapse_day"].meaning
    for name in ("tumour_nadir", "tumour_nadir_day", "log10_kill", "relapse_day"):
        assert found[name].reason == "", name


def test_a_relapse_after_the_end_of_the_run_is_not_reached() -> None:
    assert str(asked(treated(), 25)["relapse_day"]) == (
        "not reached: below 1e9 cell until the end of the run, day 25"
    )


def test_a_tumour_that_dies_out_is_killed_without_bound() -> None:
    found = asked(treated(extinct_below=1.0, stop=40), 60)
    died = 2 + (math.log(1e9) + 1) / 1.5
    assert found["tumour_nadir"].value == 0.0
    assert found["tumour_nadir_day"].value == pytest.approx(died, rel=1e-6)
    assert found["log10_kill"].value == math.inf
    assert str(found["log10_kill"]) == "infinite: the tumour died out"
    assert str(found["relapse_day"]).startswith("not reached: the tumour died out on day 16.")


def test_a_relapse_from_less_than_one_cell_is_pointed_out() -> None:
    found = asked(treated(stop=30), 200)
    assert "below one cell" in found["tumour_nadir"].reason
    assert math.isfinite(found["relapse_day"].value)


def test_a_tumour_that_only_grows_says_so() -> None:
    found = asked(treated().without_events(), 20)
    assert found["tumour_nadir"].value == 1e9
    assert found["tumour_nadir"].reason == "never smaller than at the start of the run"
    assert found["log10_kill"].value == 0.0
    assert str(found["relapse_day"]) == "not defined: the tumour is never below 1e9 cell"


def test_a_tumour_that_still_falls_says_so() -> None:
    found = asked(treated(), 8)
    assert found["tumour_nadir"].reason == "still falling at the end of the run"


def test_without_tumour_there_is_no_kill() -> None:
    found = asked(treated().with_values(T=0.0), 20)
    for name in ("log10_kill", "relapse_day"):
        assert math.isnan(found[name].value)
        assert "there is no tumour at the start of the run" in found[name].reason


def test_the_tumour_is_counted_from_the_infusion() -> None:
    model = Model(
        "both",
        species={"C": Species(0, "cell"), "T": Species(1e6, "cell")},
        parameters={"g": 0.1, "k": 1.0},
        processes={"growth": Process("-> T", "g * T"), "killing": Process("T ->", "k * C * T")},
        roles={"car_t": "C", "tumour": "T"},
        events=(Dose(0.6, into="C", at=20),),
    )
    found = asked(model, 30)
    assert found["log10_kill"].value == pytest.approx(0.5 * 10 / math.log(10), rel=1e-6)
    assert found["tumour_nadir_day"].value == 10.0


def test_a_smooth_nadir_between_two_times_is_found() -> None:
    model = Model(
        "smooth",
        species={"T": Species(1e6, "cell")},
        parameters={"a": 0.8, "b": 0.05},
        processes={"change": Process("-> T", "(b * t - a) * T")},
        roles={"tumour": "T"},
    )
    found = asked(model, 77)
    assert found["tumour_nadir_day"].value == pytest.approx(16.0, abs=1e-4)
    assert found["log10_kill"].value == pytest.approx(0.8**2 / (2 * 0.05) / math.log(10), rel=1e-6)
    assert found["relapse_day"].value == pytest.approx(32.0, rel=1e-6)


@given(scale=st.floats(1e-3, 1e6))
def test_scaling_the_tumour_leaves_kill_and_days(scale: float) -> None:
    one, other = asked(treated(), 60), asked(treated().with_values(T=1e9 * scale), 60)
    assert other["tumour_nadir"].value == pytest.approx(one["tumour_nadir"].value * scale, rel=1e-6)
    for name in ("tumour_nadir_day", "log10_kill", "relapse_day"):
        assert other[name].value == pytest.approx(one[name].value, rel=1e-6), name


def cytokine(gain: float) -> Model:
    """A drug that is lost at 5 a day drives IL-6, which follows at `gain` a day."""
    return Model(
        "cytokine",
        species={"D": Species(0, "mg"), "I": Species(0, "mg")},
        parameters={"k": gain, "d": 5.0},
        processes={
            "loss": Process("D ->", "d * D"),
            "release": Process("-> I", "k * D"),
            "clearance": Process("I ->", "k * I"),
        },
        roles={"il6": "I"},
        events=(Dose(3, into="D", at=1),),
    )


@pytest.mark.parametrize("gain", [0.7, 77.0, 2000.0])
def test_the_peak_of_a_fast_cytokine_between_two_times_is_exact(gain: float) -> None:
    run = cs.simulate(cytokine(gain), 60, rtol=1e-9)
    top = math.log(gain / 5) / (gain - 5)
    peak = 3 * gain / (gain - 5) * (math.exp(-5 * top) - math.exp(-gain * top))
    found = cs.readouts(run)
    assert found["il6_peak"].value == pytest.approx(peak, rel=1e-5)
    assert found["il6_peak_day"].value == pytest.approx(1 + top, rel=1e-3)
    if gain > 50:
        assert run["I"].max() < 0.9 * peak, "the output times alone miss the peak"


def test_the_other_cytokines_have_their_peaks() -> None:
    model = Model(
        "three",
        species={"A": 1.0, "B": 2.0, "X": 3.0},
        roles={"il6": "A", "ifn_gamma": "B", "il10": "X"},
        processes={"loss": Process("A ->", "A")},
    )
    found = asked(model, 5)
    assert {name: entry.value for name, entry in found.items()} == {
        "il6_peak": 1.0,
        "il6_peak_day": 0.0,
        "ifn_gamma_peak": 2.0,
        "ifn_gamma_peak_day": 0.0,
        "il10_peak": 3.0,
        "il10_peak_day": 0.0,
    }
