"""The time line of an explanation, against the times that closed forms give."""

from __future__ import annotations

import math

import pytest

import cartsim as cs
from cartsim import Change, Dose, Infusion, Model, Observable, Process, Species, When
from cartsim.questions.explain import Explanation, explain


def sick() -> Model:
    """Signs that follow a wave: 0 on days 6 and 14, 1/2 on days 8 and 12, and 1 at most, on day 10."""
    return Model(
        "sick",
        species={
            "C": Species(0, "cell", "CAR-T cells", extinct_below=1.0),
            "I": Species(0, "pg/mL", "interleukin 6"),
            "B": Species(1e9, "cell", "B cells"),
        },
        parameters={"a": 1e-6, "c": 0.5, "d": 1.0, "q": 0.0, "t0": 10, "w": 4}
        | {"T0": 38.0, "T1": 1.0, "G0": 500.0, "G1": 400.0, "P0": 5e7, "P1": 4e7},
        processes={
            "death": Process("C ->", "d * C"),
            "release": Process("-> I", "a * C"),
            "clearance": Process("I ->", "c * I"),
            "b_change": Process("-> B", "q * B"),
        },
        definitions={"wave": "1 - abs(t - t0)/w"},
        observables={
            "T": Observable("T0 + T1*wave", "degC"),
            "G": Observable("G0 - G1*wave", "cell/uL"),
            "P": Observable("P0 - P1*wave", "cell/mL"),
        },
        roles={
            "car_t": "C",
            "infused": "C",
            "b_cells": "B",
            "il6": "I",
            "temperature": "T",
            "neutrophils": "G",
            "platelets": "P",
            "crs_grade": "step(wave) + step(wave - 0.5) + step(wave - 2)",
            "icans_grade": "2*step(wave - 0.9)",
        },
    )


def of(found: Explanation, name: str, kind: str | None = None) -> list[tuple[float, str]]:
    return [(e.time, e.text) for e in found.events if e.name == name and kind in (None, e.kind)]


def times(entries: list[tuple[float, str]]) -> list[float]:
    return [time for time, _ in entries]


def test_grades_change_when_they_do_and_not_at_the_next_output_time() -> None:
    found = explain(cs.simulate(sick(), 300))
    crs = of(found, "crs_grade")
    assert times(crs) == pytest.approx([6, 8, 12, 14], abs=1e-6)
    assert [text for _, text in crs] == [
        "CRS rises to grade 1, from 0.",
        "CRS rises to grade 2, from 1.",
        "CRS falls to grade 1, from 2.",
        "CRS is over (grade 0, from 1).",
    ]
    icans = of(found, "icans_grade")
    assert times(icans) == pytest.approx([9.6, 10.4], abs=1e-6)
    assert icans[0][1] == "ICANS rises to grade 2, from 0."


@pytest.mark.parametrize(
    ("role", "begins"),
    [
        ("temperature", "fever begins (body temperature above 38 °C)."),
        ("neutrophils", "neutropenia begins (neutrophils in blood below 500 cells/uL)."),
        ("platelets", "thrombocytopenia begins (platelets in blood below 5e7 cells/mL)."),
    ],
)
def test_signs_begin_and_end_at_their_limits(role: str, begins: str) -> None:
    signs = of(explain(cs.simulate(sick(), 300)), role)
    assert times(signs) == pytest.approx([6, 14], abs=1e-6)
    assert signs[0][1] == begins
    assert signs[1][1].endswith(" ends.")


def test_what_is_there_from_the_start_is_said_so() -> None:
    signs = of(explain(cs.simulate(sick(), 20, start=7)), "temperature")
    assert signs[0] == (7.0, "fever from the start (body temperature above 38 °C).")
    assert times(signs) == [7.0, pytest.approx(14)]


def test_b_cell_aplasia_is_below_one_percent_of_the_start() -> None:
    model = sick().with_events(Change("q", to=-1.0, start=0, stop=8), Change("q", to=0.5, start=8))
    signs = of(explain(cs.simulate(model, 40)), "b_cells")
    assert times(signs) == pytest.approx([math.log(100), 8 + (8 - math.log(100)) / 0.5], rel=1e-5)
    assert signs[0][1].startswith("B-cell aplasia begins")


def test_peaks_are_where_calculus_puts_them() -> None:
    found = explain(cs.simulate(sick().with_events(Dose(1e8, into="infused", at=1)), 30))
    peak = math.log(1.0 / 0.5) / (1.0 - 0.5)  # of (exp(-t/2) - exp(-t)) * 2
    ((time, text),) = of(found, "il6", "peak")
    assert time == pytest.approx(1 + peak, rel=1e-5)
    level = 1e-6 * 1e8 * (math.exp(-0.5 * peak) - math.exp(-peak)) / 0.5
    assert text == f"interleukin 6 is at its peak, {level:.3g} pg/mL."
    assert of(found, "car_t", "peak") == [(1.0, "CAR-T cells are at their peak, 1e8 cells.")]
    assert of(found, "C", "extinction")[0][0] == pytest.approx(1 + math.log(1e8), rel=1e-6)


def test_what_was_done_is_told_with_amounts_and_values() -> None:
    model = sick().with_events(
        Infusion(2e6, into="C", start=2, duration=0.5),
        Change("c", factor=2, start=0, stop=3),
        Change("a", to=5e-6, start=4),
        When("T >= 38.5", then=Dose(7, into="I"), delay=1),
    )
    found = explain(cs.simulate(model, 20))
    done = [(e.time, e.text) for e in found.events if e.kind in ("infusion", "change", "rule", "dose")]
    assert done == [
        (0.0, "c goes from 0.5 to 1, until day 3."),
        (2.0, "infusion of 2e6 cells into C (CAR-T cells), until day 2.5."),
        (4.0, "a goes from 1e-6 to 5e-6."),
        (pytest.approx(8.0), "the rule 'T >= 38.5' is met."),
        (pytest.approx(9.0), "dose of 7 pg/mL into I (interleukin 6)."),
    ]
    assert [e.time for e in found.events] == sorted(e.time for e in found.events)


def test_the_tumour_passes_its_limits_on_the_days_of_the_closed_form() -> None:
    model = Model(
        "waning",
        species={"T": Species(1e9, "cell")},
        parameters={"g": -1.0},
        processes={"growth": Process("-> T", "g * T")},
        roles={"tumour": "T"},
        events=(Change("g", to=0.5, start=12),),
    )
    found = explain(cs.simulate(model, 60))
    expected = [
        (math.log(100), "response"),
        (math.log(1e4), "response"),
        (12.0, "nadir"),
        (12 + (12 - math.log(1e4)) / 0.5, "relapse"),
        (12 + (12 - math.log(100)) / 0.5, "relapse"),
        (36.0, "relapse"),
    ]
    seen = [(e.time, e.kind) for e in found.events if e.name == "tumour"]
    assert [kind for _, kind in seen] == [kind for _, kind in expected]
    assert [time for time, _ in seen] == pytest.approx([time for time, _ in expected], rel=1e-5)
    assert "Day 4.6: the tumour is below 1 % of what it was at first (complete response)." in found.text
    assert "The model has no role 'car_t', so nothing is said of CAR-T cells." in found.notes
