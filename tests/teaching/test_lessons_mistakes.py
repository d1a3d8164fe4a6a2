"""The usual wrong answers: each is recognised where it makes sense, explained, and nowhere else."""

from __future__ import annotations

import math
from typing import Any

import pytest

from cartsim.teaching.lessons.exercise import Exercise, Mistake
from cartsim.teaching.lessons.judge import judged
from cartsim.teaching.lessons.mistakes import recognised
from cartsim.teaching.lessons.tolerance import accepted
from cartsim.teaching.lessons.usual_mistakes import usual

LN2, LN10 = math.log(2), math.log(10)


def asked(unit: str, right: float = 5.0, question: str = "How much?", **changed: Any) -> Exercise:
    """An exercise with that answer."""
    parts: dict[str, Any] = dict(
        name="x-1",
        question=question,
        unit=unit,
        solution=lambda: right,
        hints=("Look.", "Count."),
        because="it was counted",
        rubric=("1 point: counted",),
    )
    return Exercise(**{**parts, **changed})


HALF = asked("day", 5.0, "In how many days is half of it gone?")
DOUBLED = asked("day", 5.0, "What is the doubling time?")
RATE = asked("1/day", 0.2, "Which rate per head?")
TENS = asked("1", 4.0, "By how many powers of ten?")
NATURAL = asked("1", 4.0, "What is the natural logarithm of the ratio?")
FOLD = asked("1", 80.0, "By which factor?")
CELLS = asked("cell", 4e8, volume=5e6)
BLOOD = asked("cell/uL", 80.0, volume=5e6)
SHARE = asked("1", 0.12, "Which share?")
PERCENT = asked("percent", 12.0)
DAY = asked("day", 9.0, "On which day after the infusion?", day_zero=42.0)
ALONE = asked("day", 9.0, "On which day?")
WEEK = asked("week", 8.0)
GROWTH = asked("cell/day", 1.2e6)

FOUND: list[tuple[Exercise, float, str]] = [
    (HALF, LN2 / 5, "rate for half-life"),
    (HALF, 5 / LN2, "mean lifetime for half-life"),
    (DOUBLED, LN2 / 5, "rate for half-life"),
    (RATE, LN2 / 0.2, "half-life for rate"),
    (RATE, 1 / 0.2, "mean lifetime for rate"),
    (RATE, 0.2 / LN2, "ln 2 forgotten"),
    (TENS, 4 * LN10, "ln for log10"),
    (TENS, 1e4, "factor for power of ten"),
    (NATURAL, 4 / LN10, "log10 for ln"),
    (FOLD, math.log10(80), "power of ten for factor"),
    (CELLS, math.log10(4e8), "power of ten for factor"),
    (CELLS, 80.0, "cells/uL for cells"),
    (BLOOD, 4e8, "cells for cells/uL"),
    (SHARE, 12.0, "percent for fraction"),
    (PERCENT, 0.12, "fraction for percent"),
    (HALF, 120.0, "hours for days"),
    (HALF, 5 / 7, "weeks for days"),
    (HALF, 7200.0, "minutes for days"),
    (WEEK, 56.0, "days for weeks"),
    (RATE, 0.2 / 24, "per hour for per day"),
    (GROWTH, 1.2e6 * 7, "per week for per day"),
    (asked("pg/mL/hour", 3.0), 72.0, "per day for per hour"),
    (FOLD, -80.0, "wrong sign"),
    (DAY, 51.0, "counted from the start of the run"),
    (BLOOD, 80e3, "uL and mL"),
    (BLOOD, 0.08, "uL and mL"),
]
NOWHERE: list[tuple[Exercise, float]] = [
    (ALONE, LN2 / 9),  # no half-life was asked
    (ALONE, 51.0),  # no infusion is known
    (ALONE, math.log10(9)),
    (FOLD, 80 * LN10),  # no logarithm was asked
    (FOLD, 8000.0),  # 8000 per cent is no share
    (TENS, 400.0),
    (TENS, math.log10(4)),
    (asked("1", 4.0, "By which factor?"), math.log10(4)),  # too near to be told from a plain slip
    (CELLS, 4e11),  # without a volume in the unit a thousand is just wrong
    (asked("cell/uL", 80.0), 4e8),  # no volume is known
    (GROWTH, LN2 / 1.2e6),
    (asked("cell*day", 3e9), 3e9 * 24),  # an area has no unit of time of its own
    (HALF, 4.0),
    (asked("day", -5.0, "Which half-life?"), LN2 / -5.0),
    (asked("day", 9.0, "On which day are they more than half of the tumour?"), 9 / LN2),
]


@pytest.mark.parametrize(("exercise", "answer", "name"), FOUND)
def test_a_usual_mistake_is_recognised(exercise: Exercise, answer: float, name: str) -> None:
    verdict = judged(exercise, answer)
    assert (verdict.right, verdict.mistake) == (False, name)
    assert verdict.hint == ""


@pytest.mark.parametrize(("exercise", "answer", "name"), FOUND)
def test_it_is_recognised_when_the_answer_was_rounded(exercise: Exercise, answer: float, name: str) -> None:
    assert judged(exercise, float(f"{answer:.2g}")).mistake == name


@pytest.mark.parametrize(("exercise", "answer"), NOWHERE)
def test_a_mistake_is_not_seen_where_it_makes_no_sense(exercise: Exercise, answer: float) -> None:
    verdict = judged(exercise, answer)
    assert (verdict.right, verdict.mistake) == (False, "")
    assert verdict.hint == "Look."


@pytest.mark.parametrize(
    "exercise", dict.fromkeys(row[0] for row in FOUND), ids=lambda exercise: exercise.unit
)
def test_what_a_mistake_has_done_can_be_undone(exercise: Exercise) -> None:
    assert exercise.solution is not None
    right = exercise.solution()
    found = list(usual(exercise, right))
    assert len(found) >= 1
    for known in found:
        assert known.undone(known.done(right)) == pytest.approx(right, rel=1e-9), known.name
        assert not accepted(exercise, known.done(right), right)


def test_a_change_that_leads_back_to_the_right_answer_is_no_mistake() -> None:
    half_life = math.sqrt(LN2)  # the rate is the same number
    exercise = asked("day", half_life, "What is the half-life?")
    assert "rate for half-life" not in [known.name for known in usual(exercise, half_life)]
    assert judged(exercise, half_life * 1.055).mistake == ""


def test_nothing_is_read_into_an_answer_where_zero_is_right() -> None:
    assert list(usual(asked("cell", 0.0, atol=1.0), 0.0)) == []


def test_an_exercise_s_own_mistake_comes_before_the_usual_ones() -> None:
    own = Mistake("a day in hours", lambda right: 24 * right, "That is how many hours it is.")
    verdict = judged(asked("day", 5.0, mistakes=(own,)), 120.0)
    assert (verdict.mistake, verdict.message) == ("a day in hours", "That is how many hours it is.")


def test_a_mistake_within_the_tolerance_of_the_right_answer_is_passed_over() -> None:
    near = Mistake("nearly", lambda right: 1.04 * right, "No.")
    assert judged(asked("day", 5.0, mistakes=(near,)), 5.0 * 1.08).mistake == ""


def test_a_mistake_that_cannot_be_computed_is_passed_over() -> None:
    broken = Mistake("no logarithm", lambda right: math.log(-right), "No.")
    assert judged(asked("day", 5.0, mistakes=(broken,)), 120.0).mistake == "hours for days"


def test_a_mistake_is_computed_once() -> None:
    calls = []
    own = Mistake("counted", lambda right: calls.append(right) or 3 * right, "No.")  # type: ignore[func-returns-value]
    exercise = asked("day", 5.0, mistakes=(own,))
    assert [judged(exercise, answer).mistake for answer in (15.0, 16.0, 15.0)] == ["counted", "", "counted"]
    assert calls == [5.0]


def test_an_explanation_says_what_was_asked_in_the_words_of_the_question() -> None:
    assert "the half-life was asked" in judged(HALF, LN2 / 5).message
    assert "the doubling time was asked" in judged(DOUBLED, LN2 / 5).message
    assert "5e6 uL" in judged(BLOOD, 4e8).message
    assert "which is at 42." in judged(DAY, 51.0).message
    assert judged(WEEK, 56.0).message == "You answered in days; weeks were asked. A week has 7 days."


@pytest.mark.parametrize(
    ("exercise", "answer", "name"),
    [
        (HALF, "0.1386 1/day", "rate for half-life"),
        (HALF, "0.97 per week", "rate for half-life"),
        (RATE, "3.466 days", "half-life for rate"),
        (RATE, "5 days", "mean lifetime for rate"),
        (BLOOD, "4e8 cells", "cells for cells/uL"),
        (CELLS, "80 cells/uL", "cells/uL for cells"),
        (HALF, "120 1/day", "rate per head for time"),  # not hours, which it would be without the unit
        (HALF, "0.9 1/day", "rate per head for time"),
        (GROWTH, "2e7 cells", "amount for rate"),
        (CELLS, "4e8 cells/day", "rate for amount"),
        (BLOOD, "3 cells", "amount for concentration"),
    ],
)
def test_a_unit_that_was_given_tells_the_mistake(exercise: Exercise, answer: str, name: str) -> None:
    verdict = judged(exercise, answer)
    assert (verdict.right, verdict.mistake) == (False, name)


def test_a_right_answer_is_never_a_mistake() -> None:
    for exercise, _, _ in FOUND:
        assert exercise.solution is not None
        assert judged(exercise, exercise.solution()).mistake == ""


def test_what_is_no_mistake_is_none() -> None:
    assert recognised(HALF, 17.0, 5.0) is None
