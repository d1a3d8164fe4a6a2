"""Every exercise through the gates, the notebooks that use them, and broken exercises that are caught."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cartsim.language.units import convert
from cartsim.teaching.lessons.answer_key import key, rubric
from cartsim.teaching.lessons.exercise import LETTERS, Exercise, Mistake
from cartsim.teaching.lessons.index import TOPICS, exercises, find, names
from cartsim.teaching.lessons.solved import right_choice
from tests.teaching import lesson_gates as gates

ROOT = Path(__file__).resolve().parents[2]
LESSONS = ROOT / "cartsim" / "teaching" / "lessons"
NOTEBOOKS = sorted((ROOT / "notebooks" / "text").glob("*.md"))
CHECK = re.compile(r"""lessons\.(?:check|hint|question)\(\s*["']([^"']+)["']""")
NAME = re.compile(rf"""["']((?:{"|".join(TOPICS)})-[0-9]+)["']""")
BUILT_IN = "units"


# ------------------------------------------------------------------ over all exercises


def test_every_topic_has_its_file_and_every_file_of_exercises_is_a_topic() -> None:
    files = {path.stem for path in LESSONS.glob("*.py") if "\nEXERCISES" in path.read_text("utf-8")}
    assert files == set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_the_exercises_of_a_topic_are_numbered_and_computed(topic: str) -> None:
    found = exercises(topic)
    assert gates.numbered(found, topic) == []
    assert [fault for gate in gates.QUICK for each in found for fault in gate(each)] == []


def holds(topic: str) -> list[str]:
    """The faults of a topic, all its exercises solved; its key and its rubric too."""
    found = exercises(topic)
    faults = [fault for gate in gates.SOLVING for each in found for fault in gate(each)]
    text = key([topic])
    faults += [fault for each in found for fault in gates.in_key(each, text)]
    total = sum(each.points for each in found)
    return faults + ([] if f"## {topic}: {total} points" in rubric([topic]) else [f"{topic}: no rubric"])


def test_the_exercises_about_units_pass_every_gate() -> None:
    assert len(exercises(BUILT_IN)) == 5
    assert holds(BUILT_IN) == []


@pytest.mark.slow
@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic != BUILT_IN])
def test_the_exercises_of_a_topic_pass_every_gate(topic: str) -> None:
    assert holds(topic) == []


@pytest.mark.slow
def test_no_letter_is_right_more_than_half_of_the_time() -> None:
    choices = [exercise for name in names() if (exercise := find(name)).kind == "choice"]
    right = Counter(LETTERS[each.choices.index(right_choice(each))] for each in choices)
    assert len(choices) >= 4
    assert right.most_common(1)[0][1] <= len(choices) / 2


# ------------------------------------------------------------------ over the notebooks


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_names_exercises_that_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    assert {*CHECK.findall(text), *NAME.findall(text)} - set(names()) == set()


def test_every_exercise_is_used_in_a_notebook() -> None:
    used = {name for path in NOTEBOOKS for name in NAME.findall(path.read_text("utf-8"))}
    assert [name for name in names() if name not in used] == []


def tasks(text: str) -> list[tuple[str, str]]:
    """The name of each exercise that is checked, and the text between its heading and the check."""
    found = []
    for part in re.split(r"^#{2,3} (?:Task \d+\W)?", text, flags=re.MULTILINE):
        found += [(match[1], part[: match.start()]) for match in CHECK.finditer(part)]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_task_does_not_say_its_answer(path: Path) -> None:
    asked = [(find(name), told) for name, told in tasks(path.read_text("utf-8"))]
    assert [fault for exercise, told in asked for fault in gates.discreet(exercise, told)] == []


# ------------------------------------------------------------------ over exercises broken on purpose


def days() -> float:
    """Thirty-six hours."""
    return convert(36.0, "hour", "day")


def written_down() -> float:
    """An answer that nobody computed."""
    return 1.5


def second() -> str:
    """The letter of the second choice, for a day of 24 hours."""
    return "abc"[int(convert(24.0, "hour", "day"))]


def refuses(answer: Any) -> str:
    """Accepts nothing at all."""
    return f"{convert(1.0, 'day', 'hour')} is not {answer}"


def accepts_all(answer: Any) -> str:
    """Accepts everything."""
    return "" if convert(1.0, "day", "hour") else str(answer)


def accepts_number(answer: Any) -> str:
    """Accepts a day and a half, and refuses the rest."""
    return "" if answer == days() else "Give the number of days."


def made(**changed: Any) -> Exercise:
    """A sound exercise with some parts changed."""
    sound: dict[str, Any] = dict(
        name="x-1",
        question="How many days are thirty-six hours?",
        unit="day",
        solution=days,
        hints=("A day has more hours than that.", "Divide by the hours of a day."),
        because="a day has 24 hours",
        rubric=("1 point: divided",),
    )
    return Exercise(**{**sound, **changed})


CHOICE: dict[str, Any] = dict(
    unit="", solution=second, choices=("the first choice", "the second choice", "the third choice")
)
OPEN: dict[str, Any] = dict(unit="", solution=None, accepts=accepts_number, example=days)


def own(name: str, wrong: Any, told: str = "Divide by 24.") -> dict[str, Any]:
    """One mistake, as a part of an exercise."""
    return {"mistakes": (Mistake(name, wrong, told),)}


# fmt: off
BROKEN: list[tuple[Callable[[Exercise], list[str]], dict[str, Any], str]] = [
    (gates.computed, {"solution": written_down},                               "uses nothing of cartsim"),
    (gates.computed, {"solution": lambda: convert(36.0, "hour", "day")},       "is a lambda"),
    (gates.solved,   {**OPEN, "accepts": refuses},                             "own example is refused"),
    (gates.solved,   {**OPEN, "accepts": accepts_all},                         "it accepts"),
    (gates.tolerant, {"rtol": 0.0001},                                         "refuses what is read"),
    (gates.tolerant, {"rtol": 0.0, "atol": 2.0},                               "zero is accepted"),
    (gates.mistaken, own("nothing", lambda right: right * 1.01),               "no wrong answer"),
    (gates.mistaken, own("impossible", lambda right: math.log(-right)),        "no wrong answer"),
    (gates.mistaken, {"mistakes": (Mistake("one", lambda right: 3 * right, "No."),
                                   Mistake("same", lambda right: 3.01 * right, "No."))}, "'same' (4.515)"),
    (gates.mistaken, {**CHOICE, **own("right", "b")},                          "is the right choice"),
    (gates.discreet, {"question": "Is it 1.5 days?"},                          "1.5 is accepted"),
    (gates.discreet, {"hints": ("Think.", "A day and 0.5; 1,500e-3 in all.")}, "1.5 is accepted"),
    (gates.discreet, {"hints": ("Think.", "It is 150 % of a day.")},           "1.5 is accepted"),
    (gates.discreet, own("three", lambda right: 3 * right, "Not 4.5 but 1.52."), "1.52 is accepted"),
    (gates.discreet, {**CHOICE, "hints": ("Think.", "Is it the  second choice?")}, "right choice stands"),
    (gates.quiet,    {"hints": ("Try 1.5.", "Divide.")},                       "has the answer in it"),
]
SOUND: list[tuple[Callable[[Exercise], list[str]], dict[str, Any]]] = [
    (gates.discreet, {"question": "From kimmel_2021, CD15 and IL-1.5, on day 42 in 2021?"}),
    (gates.discreet, {"hints": ("b_all_1.5", "4-1BB")}),
    (gates.discreet, {**CHOICE, "hints": ("Think.", "The second choice, or the first choice?")}),
    *[(gate, parts) for gate in (*gates.QUICK, *gates.SOLVING)
      for parts in ({}, CHOICE, OPEN, own("three", lambda right: 3 * right))],
]
# fmt: on


@pytest.mark.parametrize(("gate", "parts", "said"), BROKEN)
def test_a_gate_catches_a_broken_exercise(
    gate: Callable[[Exercise], list[str]], parts: dict[str, Any], said: str
) -> None:
    faults = gate(made(**parts))
    assert faults
    assert said in faults[0]
    assert faults[0].startswith("x-1: ")


@pytest.mark.parametrize(("gate", "parts"), SOUND)
def test_a_gate_lets_a_sound_exercise_pass(
    gate: Callable[[Exercise], list[str]], parts: dict[str, Any]
) -> None:
    assert gate(made(**parts)) == []


@pytest.mark.parametrize("numbers", [(1, 3, 4), (2, 3, 4), (1, 1, 2), (1, 2)])
def test_a_gap_a_double_name_and_too_few_exercises_are_caught(numbers: tuple[int, ...]) -> None:
    assert gates.numbered([made(name=f"x-{number}") for number in numbers], "x") != []


def test_a_key_without_a_mistake_is_caught() -> None:
    exercise = made(**own("three", lambda right: 3 * right))
    parts = "### x-1 (", exercise.question, exercise.because, *exercise.hints, "def days() -> float:", "three"
    assert gates.in_key(exercise, "\n".join(parts)) == []
    assert gates.in_key(exercise, "\n".join(parts[:-1])) == ["x-1: the key lacks 'three'"]


def test_the_text_of_a_task_reaches_from_its_heading_to_the_check() -> None:
    text = "## Tasks\n1.5\n### Task 1. One\nabc\ncs.lessons.check('x-1', 1)\n"
    text += '### Two\nde\ncs.lessons.check("x-2", 2)'
    assert [(name, told.splitlines()[0]) for name, told in tasks(text)] == [("x-1", " One"), ("x-2", "Two")]
    assert all("1.5" not in told for _, told in tasks(text))
