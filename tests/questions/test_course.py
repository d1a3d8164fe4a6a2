"""From a run to a curve: where the days begin, and how little it matters where the output times lie."""

from __future__ import annotations

import math

import pytest

import cartsim as cs
from cartsim import Change, Dose, Model, Parameter, Process, Species
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


def test_days_count_from_the_first_dose_into_car_t_cells() -> None:
    model = cells("-d * C", initial=0.0, d=0.3).with_events(Dose(2e6, into="C", at=42))
    found = asked(model, 200)
    assert found["tmax"].value == 0.0
    assert found["cmax"].value == 2e6
    assert found["auc_0_28"].value == pytest.approx(2e6 * (1 - math.exp(-0.3 * 28)) / 0.3, rel=1e-6)
    assert found["persistence"].value == pytest.approx(math.log(2e6) / 0.3, rel=1e-5)
    assert "the first CAR-T infusion" in found["tmax"].meaning


def test_a_dose_of_nothing_or_into_something_else_starts_no_count() -> None:
    model = Model(
        "two",
        species={"C": Species(10, "cell"), "drug": Species(0, "mg")},
        parameters={"d": 0.3},
        processes={"loss": Process("C ->", "d * C")},
        roles={"car_t": "C"},
        events=(Dose(5, into="drug", at=3), Dose(0, into="C", at=4)),
    )
    found = asked(model, 30)
    assert found["tmax"].value == 0.0
    assert "the start of the run" in found["tmax"].meaning


def test_a_dose_into_the_bag_starts_the_count() -> None:
    model = Model(
        "bag",
        species={"bag": Species(0, "cell"), "C": Species(0, "cell")},
        parameters={"k": 2.0, "d": 0.5},
        processes={"flow": Process("bag -> C", "k * bag"), "loss": Process("C ->", "d * C")},
        roles={"car_t": "C", "infused": "bag"},
        events=(Dose(1e6, into="bag", at=5),),
    )
    found = asked(model, 40)
    top = math.log(2.0 / 0.5) / 1.5
    assert found["tmax"].value == pytest.approx(top, rel=1e-4)
    assert found["cmax"].value == pytest.approx(
        1e6 * 2 / 1.5 * (math.exp(-0.5 * top) - math.exp(-2 * top)), rel=1e-6
    )
    assert str(found["fold_expansion"]).startswith("not defined: there are no CAR-T cells right after")


def test_a_model_in_hours_is_read_in_days() -> None:
    model = Model(
        "hours",
        species={"C": Species(1e6, "cell")},
        parameters={"d": Parameter(0.01, "1/hour")},
        processes={"loss": Process("C ->", "d * C")},
        roles={"car_t": "C"},
        time="hour",
    )
    found = asked(model, 28 * 24)
    assert found["terminal_half_life"].value == pytest.approx(math.log(2) / 0.24, rel=1e-6)
    assert found["auc_0_28"].value == pytest.approx(1e6 * (1 - math.exp(-0.24 * 28)) / 0.24, rel=1e-6)


def test_a_run_with_four_output_times_is_read_between_them() -> None:
    model = cells("(a - b * t) * C", initial=2.0, unit="ng", a=1.4, b=0.2)
    found = cs.readouts(cs.simulate(model, 31, at=[0, 3, 11, 31], rtol=1e-9))
    top = 1.4 / 0.2
    assert found["tmax"].value == pytest.approx(top, abs=1e-4)
    assert found["cmax"].value == pytest.approx(2 * math.exp(1.4 * top / 2), rel=1e-5)
    # log C = a t - b t^2 / 2: the first doubling is the quickest
    assert found["doubling_time"].value == pytest.approx(top - math.sqrt(top**2 - 10 * math.log(2)), rel=1e-4)
    area = (1 + math.erf(top * math.sqrt(0.1))) * math.sqrt(math.pi / 0.2 / 2)
    assert found["auc_0_28"].value == pytest.approx(2 * math.exp(4.9) * area, rel=1e-5)


def test_a_long_run_is_read_as_well_as_a_short_one() -> None:
    logistic = cells("r * C * (1 - C / K) - d * C", initial=1.0, r=1.7, K=1e6, d=0.1)
    treated = logistic.with_events(Change("r", to=0.0, start=25))
    short, long = asked(treated, 60), asked(treated, 6000)  # a time every 12 days
    for name in ("cmax", "auc_0_28", "doubling_time", "contraction_half_life"):
        assert long[name].value == pytest.approx(short[name].value, rel=1e-5), name


def test_a_role_of_several_species_with_an_observable_has_the_exact_derivative() -> None:
    model = Model(
        "sum",
        species={"A": Species(0, "cell"), "B": Species(0, "cell")},
        parameters={"a": 3.0, "b": 0.2, "v": 4.0},
        processes={"turn": Process("A -> B", "a * A"), "loss": Process("B ->", "b * B")},
        definitions={"both": "A + B"},
        observables={"blood": "both / v"},
        roles={"car_t": "blood**2"},
        events=(Dose(1e3, into="A", at=1),),
    )
    run = cs.simulate(model, 400, rtol=1e-9)  # a time every 0.8 days
    area = cs.readouts(run, windows=[(0, 300)])["auc_0_300"].value
    # A = exp(-a s), B = a (exp(-b s) - exp(-a s)) / (a - b): A + B = (a exp(-b s) - b exp(-a s)) / (a - b)
    a, b = 3.0, 0.2
    expected = (a * a / (2 * b) - 2 * a * b / (a + b) + b * b / (2 * a)) / (a - b) ** 2 * (1e3 / 4) ** 2
    assert area == pytest.approx(expected, rel=1e-5)
