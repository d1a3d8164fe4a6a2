"""Absolute tolerances, a species at a time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.language.events import Dose, Infusion, When
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Species
from cartsim.solving.simulate import simulate
from cartsim.solving.tolerances import absolute_tolerances, relative_tolerance


def exactly(value: float) -> Any:
    """`value` up to rounding; pytest's own absolute tolerance would swallow such small numbers."""
    return pytest.approx(value, rel=1e-9, abs=0.0)


def tolerance_of(species: Species, **named: Any) -> float:
    return float(absolute_tolerances(Model("m", species={"A": species}, **named), None, 1e-6)[0])


def test_a_population_that_can_die_out_is_solved_far_below_its_limit() -> None:
    assert tolerance_of(Species(1e6, "cell", extinct_below=1.0)) == 1e-6
    assert tolerance_of(Species(1e6, "cell", extinct_below=1e-6)) == exactly(1e-12)


def test_a_coarse_relative_tolerance_does_not_blur_the_limit() -> None:
    model = Model("m", species={"A": Species(1e6, extinct_below=1.0)})
    assert absolute_tolerances(model, None, 0.1)[0] == 1e-3


def test_cells_are_solved_far_below_one_in_any_unit() -> None:
    assert tolerance_of(Species(1e9, "cell")) == 1e-20
    assert tolerance_of(Species(1.0, "1e9 cell")) == exactly(1e-29)
    assert tolerance_of(Species(0.0, "cell")) == 1e-20


def test_other_amounts_are_solved_to_a_part_of_the_largest_that_is_there_or_given() -> None:
    assert tolerance_of(Species(8.0, "mg")) == exactly(8e-12)
    assert tolerance_of(Species(8.0)) == exactly(1e-20)
    assert tolerance_of(Species(0.0, "mg")) == exactly(1e-12)
    given = (Dose(500, "A"), Infusion(200, "A", 1, 1), Dose(100, "A", at=3))
    assert tolerance_of(Species(8.0, "mg"), events=given) == exactly(5e-10)
    assert tolerance_of(Species(0.0, "mg"), events=given, roles={"il6": "A"}) == exactly(5e-10)


def test_a_dose_into_a_role_counts_for_its_species() -> None:
    dose = Dose(500, "il6")
    assert tolerance_of(Species(0.0, "pg"), events=(dose,), roles={"il6": "A"}) == exactly(5e-10)


def test_what_a_rule_gives_counts_as_well() -> None:
    rule = When("A <= 0", then=Dose(1e-12, "A"))
    assert tolerance_of(Species(0.0, "mg"), events=(rule,)) == exactly(1e-24)


def test_an_initial_amount_that_is_arithmetic_counts_as_its_value() -> None:
    parameters = {"C": Parameter(1e-12, "mg")}
    assert tolerance_of(Species("2*C", "mg"), parameters=parameters) == exactly(2e-24)


def test_a_small_amount_that_is_arithmetic_is_solved_as_well_as_the_number() -> None:
    runs = []
    for initial in ("C", 1e-12):
        model = Model(
            "m",
            species={"A": Species(initial)},
            parameters={"C": 1e-12, "k": 1.0},
            processes={"loss": Process("A ->", "k*A*A/(A + C)")},
        )
        runs.append(simulate(model, 5, at=[1, 2, 5]))
    np.testing.assert_allclose(runs[0]["A"], runs[1]["A"], rtol=1e-4)


def test_one_number_is_for_all_and_a_mapping_for_some() -> None:
    model = Model("m", species={"A": Species(1.0, "cell"), "B": 8.0})
    assert absolute_tolerances(model, 1e-3, 1e-6).tolist() == [1e-3, 1e-3]
    assert absolute_tolerances(model, {"B": 1e-3}, 1e-6).tolist() == [1e-20, 1e-3]
    assert absolute_tolerances(model, {}, 1e-6).tolist() == absolute_tolerances(model, None, 1e-6).tolist()


@pytest.mark.parametrize("bad", [0, -1.0, math.nan, math.inf, "1", [1.0, 2.0], True])
def test_a_tolerance_that_is_no_positive_number_is_refused(bad: Any) -> None:
    model = Model("m", species={"A": 1.0})
    with pytest.raises(ModelError, match=r"^atol "):
        absolute_tolerances(model, bad, 1e-6)
    with pytest.raises(ModelError, match=r"^atol of 'A' "):
        absolute_tolerances(model, {"A": bad}, 1e-6)


def test_a_tolerance_for_an_unknown_species_names_the_nearest() -> None:
    model = Model("m", species={"tumour": 1.0})
    with pytest.raises(UnknownNameError, match=r"atol names 'tumor', .* did you mean 'tumour'\?"):
        absolute_tolerances(model, {"tumor": 1.0}, 1e-6)


@pytest.mark.parametrize("good", [1e-13, 1e-6, 0.1, np.float64(1e-3)])
def test_a_relative_tolerance_within_reach_is_a_plain_float(good: float) -> None:
    assert relative_tolerance(good) == good
    assert type(relative_tolerance(good)) is float


@pytest.mark.parametrize("bad", [0.0, 1e-14, 0.2, -1e-6, math.nan, math.inf, "1e-6", None, True])
def test_a_relative_tolerance_out_of_reach_is_refused(bad: Any) -> None:
    with pytest.raises(ModelError, match=r"^rtol "):
        relative_tolerance(bad)


def test_a_smaller_absolute_tolerance_follows_a_decay_further_down() -> None:
    model = Model("m", species={"A": 1.0}, processes={"loss": Process("A ->", "A")})
    errors = [
        abs(simulate(model, 30, at=[30], atol=atol)["A"][0] / math.exp(-30) - 1) for atol in (1e-9, 1e-20)
    ]
    assert errors[1] < 1e-4 < errors[0]
