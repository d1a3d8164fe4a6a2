"""How an answer is read: numbers in every form, units, read-outs, choices, and what is none of them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cartsim.language.units import parse_unit
from cartsim.questions.readout import Readout, Readouts
from cartsim.teaching.lessons.answers import read
from cartsim.teaching.lessons.dimension_words import measure, mixed_up, spoken
from cartsim.teaching.lessons.exercise import Exercise


def asked(unit: str = "day", **changed: Any) -> Exercise:
    """An exercise that asks for a number in `unit`."""
    parts: dict[str, Any] = dict(
        name="x-1",
        question="How many?",
        unit=unit,
        solution=lambda: 2.0,
        hints=("Look.", "Count."),
        because="they are two",
        rubric=("1 point: counted",),
    )
    return Exercise(**{**parts, **changed})


DAYS = asked()

READ: list[tuple[str, Any, float]] = [
    ("day", 2, 2.0),
    ("day", 2.5, 2.5),
    ("day", np.float32(2.5), 2.5),
    ("day", np.int64(3), 3.0),
    ("day", Fraction(5, 2), 2.5),
    ("day", Decimal("2.5"), 2.5),
    ("day", np.array(2.5), 2.5),
    ("day", np.array([[2.5]]), 2.5),
    ("day", [2.5], 2.5),
    ("day", pd.Series([2.5]), 2.5),
    ("day", "2.5", 2.5),
    ("day", " 2.5 ", 2.5),
    ("day", "+2.5", 2.5),
    ("day", "-2.5", -2.5),
    ("day", "\u22122.5", -2.5),
    ("day", ".5", 0.5),
    ("day", "5.", 5.0),
    ("day", "2e1", 20.0),
    ("day", "1,000", 1000.0),
    ("day", "1 000", 1000.0),
    ("day", "10_000", 10_000.0),
    ("day", "3 x 10^2", 300.0),
    ("day", "3*10**2", 300.0),
    ("day", "3 \u00d7 10^-2", 0.03),
    ("day", "10^3", 1000.0),
    ("day", "10^3 hours", 1000 / 24),
    ("day", "2.5 days", 2.5),
    ("day", "2.5days.", 2.5),
    ("day", "8 weeks", 56.0),
    ("day", "36 h", 1.5),
    ("day", (36, "h"), 1.5),
    ("day", [36.0, "hour"], 1.5),
    ("day", (np.float64(2), "week"), 14.0),
    ("day", Readout(36.0, "hour"), 1.5),
    ("day", Readout(3.0, ""), 3.0),
    ("1/day", "0.12 1/day", 0.12),
    ("1/day", "0.12/day", 0.12),
    ("1/day", "0.12 per day", 0.12),
    ("1/day", (0.12, "1/day"), 0.12),
    ("1/day", "0.01 / h", 0.24),
    ("cell", "1e6 cells", 1e6),
    ("cell", Readout(0.93, "1e9 cell"), 9.3e8),
    ("cell/uL", "9000 cells/mL", 9.0),
    ("1", "12 %", 0.12),
    ("1", "12 per cent", 0.12),
    ("1", (12, "%"), 0.12),
    ("percent", "0.12 fraction", 12.0),
    ("1", "0.12 fold", 0.12),
    ("degC", "39.5 \u00b0C", 39.5),
    ("pg/mL", "2 ng/mL", 2000.0),
]
UNREAD: list[tuple[Any, str]] = [
    (True, "True is a yes or no"),
    (np.bool_(False), "False is a yes or no"),
    ([True], "is a yes or no"),
    (float("nan"), "not a number (nan)"),
    (np.inf, "infinite"),
    (10**400, "infinite"),
    ("1e999", "infinite"),
    (1 + 2j, "complex"),
    (np.complex128(1), "complex"),
    (object(), "is no number"),
    (DAYS, "is no number"),
    ({"a": 1}, "is no number"),
    (b"2", "is no number"),
    ("abc", "'abc' is no number"),
    ("ten days", "is no number"),
    ("about 3", "is no number"),
    ("nan", "is no number"),
    ("1e3*10^2", "is no number"),
    ("x" * 1000, "is no number"),
    ("2,5", "write a point"),
    ("1,2345", "write a point"),
    (np.arange(5), "These are 5 values"),
    ([], "These are 0 values"),
    ((1.0, 2.0), "These are 2 values"),
    (pd.Series([1.0, 2.0]), "These are 2 values"),
    (np.array(["a"]), "'a' is no number"),
    (("2", "day"), "'2' is a text"),
    (Readout(float("nan"), "day", reason="not reached"), "has no number: not reached."),
    (Readouts(np.array([1.0, 2.0]), "day", "", ("a", "b")), "several runs"),
    ("3 dayz", "did you mean 'day'?"),
    ("3 months", "a month has no fixed length"),
    ("3 4", "'3 4'"),
    ("3 cells", "A time in days was asked; you gave an amount in cells."),
    ("3 per day", "you gave a rate per head in 1/day"),
    ("5 %", "you gave a number without unit"),
    (Readout(3.0, "cell/uL"), "you gave a concentration in cells per uL"),
]


@pytest.mark.parametrize(("unit", "answer", "number"), READ)
def test_a_number_is_read_in_the_unit_of_the_exercise(unit: str, answer: Any, number: float) -> None:
    reading = read(asked(unit), answer)
    assert reading.problem == ""
    assert reading.value == pytest.approx(number, rel=1e-12)


@pytest.mark.parametrize(("answer", "said"), UNREAD)
def test_what_is_no_such_number_is_said_in_a_sentence(answer: Any, said: str) -> None:
    reading = read(DAYS, answer)
    assert reading.value is None
    assert said in reading.problem
    assert reading.problem[0].isupper() or reading.problem[0] in "'<{(b"
    assert reading.problem.endswith((".", "?"))
    assert len(reading.problem) < 300


@pytest.mark.parametrize("answer", [2, True, "d", "", "memory", ["a"], None])
def test_what_is_none_of_the_choices_is_said_in_a_sentence(answer: Any) -> None:
    choices = ("memory cells", "effector cells", "tumour cells")
    reading = read(asked(unit="", choices=choices, solution=lambda: "a"), answer)
    assert reading.value is None
    assert "is none of the choices. Answer with a letter, 'a' to 'c', or with a text." in reading.problem


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("cell", "an amount"),
        ("mg", "an amount"),
        ("pg/mL", "a concentration"),
        ("cell/day", "a rate"),
        ("day", "a time"),
        ("1/hour", "a rate per head"),
        ("pg/mL/day", "a rate"),
        ("1", "a number without unit"),
        ("uL", "a volume"),
        ("cell*day", "an area under a curve"),
        ("degC", "a temperature"),
        ("mmHg", "a pressure"),
        ("Gy", "a radiation dose"),
        ("percent", "a number without unit"),
        ("1/(cell*day)", "a quantity"),
        ("mg/m^2", "a quantity"),
        ("day^2", "a quantity"),
        ("degC/day", "a quantity"),
        ("cell^2", "a quantity"),
        ("copies/ug", "a quantity"),
        ("day^(1/2)", "a quantity"),
    ],
)
def test_a_unit_measures_something(unit: str, words: str) -> None:
    assert measure(parse_unit(unit)) == words


def test_a_unit_is_read_as_in_a_sentence() -> None:
    units = ("day", "cell/uL", "1/(cell*day)", "pg/mL/day", "1", "1e9 cell", "cells")
    said = ["days", "cells per uL", "1/(cell*day)", "pg/mL/day", "1", "1e9 cell", "cells"]
    assert [spoken(unit) for unit in units] == said


def test_what_was_mixed_up_is_named() -> None:
    assert mixed_up("cell/day", "1e9 cells") == "amount for rate"
    assert mixed_up("cell", "cellz") == ""
