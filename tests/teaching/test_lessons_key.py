"""The instructor's key and the rubric."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from cartsim.language.errors import UnknownNameError
from cartsim.language.model import Model
from cartsim.teaching import lessons
from cartsim.teaching.lessons import answer_key
from cartsim.teaching.lessons.answer_key import key, rubric, sources
from cartsim.teaching.lessons.exercise import Exercise, Mistake
from cartsim.teaching.lessons.units import EXERCISES


def five() -> float:
    """Half of ten."""
    return sum(half(number) for number in (4, 6))


@cache
def half(number: float) -> float:
    """A number by two."""
    return number / 2


def second() -> str:
    """The letter of the second choice."""
    return "b"


def judge(answer: Any) -> str:
    """Accepts five."""
    return "" if answer == five() else "no"


def asked(**changed: Any) -> Exercise:
    """An exercise whose answer is five days."""
    parts: dict[str, Any] = dict(
        name="x-1",
        question="How long?",
        unit="day",
        solution=five,
        hints=("Look.", "Count."),
        because="five were counted",
        rubric=("1 point: counted", "2 points: explained"),
    )
    return Exercise(**{**parts, **changed})


def entry(exercise: Exercise, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the key says to one exercise, alone in its topic."""
    monkeypatch.setattr(answer_key, "TOPICS", ("x",))
    monkeypatch.setattr(answer_key, "exercises", lambda topic: (exercise,))
    return key()


def test_the_key_has_answer_tolerance_reason_mistakes_and_source(monkeypatch: pytest.MonkeyPatch) -> None:
    doubled = Mistake("dou|bled", lambda right: 2 * right, "Halve it.")
    text = entry(asked(mistakes=(doubled,)), monkeypatch)
    assert "| x-1 | 5 days | 4.75 to 5.25 | 3 |" in text
    assert "### x-1 (3 points)\n\nHow long?\n\n**Answer:** 5 days\n" in text
    assert "**Why:** five were counted" in text
    assert "1. Look.\n2. Count." in text
    assert "| 10 | dou\\|bled | Halve it. |\n| 120 | hours for days |" in text
    assert "```python\ndef five() -> float:" in text


def test_the_source_of_what_the_solution_calls_comes_with_it() -> None:
    text = sources([five])
    assert re.findall(r"^def (\w+)", text, re.MULTILINE) == ["five", "half"]
    assert text.count("def half") == 1


def test_the_key_of_a_choice_names_its_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Mistake("confused", "a", "Not these.")
    choice = asked(unit="", solution=second, choices=("memory cells", "effector cells"), mistakes=(wrong,))
    text = entry(choice, monkeypatch)
    assert "- a) memory cells\n- b) effector cells" in text
    assert "**Answer:** b) effector cells" in text
    assert "| a) memory cells | confused | Not these. |" in text


@pytest.mark.parametrize(
    ("example", "shown"),
    [(lambda: {"gamma": 2.0}, "{'gamma': 2.0}"), (lambda: Model("mine", species={"C": 1.0}), "Model 'mine'")],
)
def test_the_key_of_an_open_exercise_has_an_example(
    example: Any, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = entry(asked(unit="", solution=None, accepts=judge, example=example), monkeypatch)
    assert f"**Answer:** several are right, such as `{shown}`" in text
    assert "def judge(answer: Any) -> str:" in text
    assert "def half" in text


def test_the_key_can_be_of_some_topics_in_the_order_of_the_course() -> None:
    text = key(["units"])
    assert re.findall(r"^## (\w+)", text, re.MULTILINE) == ["units"]
    assert re.findall(r"^### (\S+)", text, re.MULTILINE) == [exercise.name for exercise in EXERCISES]


def test_the_key_says_that_it_was_computed_and_for_whom() -> None:
    head = key(["units"]).splitlines()[2]
    assert head.startswith("For the teacher.")
    assert "computed by running cartsim" in head


def test_the_rubric_adds_up() -> None:
    text = rubric(["units"])
    points = [int(found) for found in re.findall(r"^- \[ \] (\d+) points?: ", text, re.MULTILINE)]
    assert sum(points) == sum(exercise.points for exercise in EXERCISES) > 0
    assert f"| units | {len(EXERCISES)} | {sum(points)} |" in text
    assert f"| **all** | **{len(EXERCISES)}** | **{sum(points)}** |" in text
    assert f"## units: {sum(points)} points" in text
    assert all(exercise.question in text for exercise in EXERCISES)


def test_the_rubric_has_no_answers() -> None:
    for exercise in EXERCISES:
        assert exercise.because not in rubric(["units"])
        assert "def " not in rubric(["units"])


@pytest.mark.parametrize("verb", [key, rubric])
def test_the_key_of_an_unknown_topic_is_refused(verb: Any) -> None:
    with pytest.raises(UnknownNameError, match="there is no topic 'unit'; did you mean 'units'"):
        verb(["unit"])


@pytest.mark.slow
def test_the_whole_key_has_every_exercise_once() -> None:
    text = lessons.key()
    assert re.findall(r"^### (\S+) \(", text, re.MULTILINE) == list(lessons.names())
    assert "nan" not in re.findall(r"\w+", text)
