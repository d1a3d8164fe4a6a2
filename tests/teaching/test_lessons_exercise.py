"""An exercise is checked when it is made; names are found, and topics are read only when they are needed."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from cartsim.language.errors import ModelError, UnitError, UnknownNameError
from cartsim.teaching import lessons
from cartsim.teaching.lessons import index
from cartsim.teaching.lessons.exercise import Exercise, Mistake

CHOICES = ("memory cells", "effector cells", "tumour cells")


def answer() -> float:
    """An answer."""
    return 2.0


def letter() -> str:
    """The letter of a choice."""
    return "b"


def made(**changed: Any) -> Exercise:
    """A sound exercise with some parts changed."""
    sound: dict[str, Any] = dict(
        name="x-1",
        question="How many days?",
        unit="day",
        solution=answer,
        hints=("Look.", "Count."),
        because="they are two",
        rubric=("1 point: counted", "2 points: explained"),
    )
    return Exercise(**{**sound, **changed})


OPEN: dict[str, Any] = dict(unit="", solution=None, accepts=lambda found: "", example=answer)
CHOICE: dict[str, Any] = dict(unit="", solution=letter, choices=CHOICES)


# fmt: off
CONTRADICTIONS: list[tuple[dict[str, Any], str]] = [
    ({"name": "relapse"},                        "named by its topic and a number"),
    ({"name": "Relapse-1"},                      "named by its topic and a number"),
    ({"name": "relapse-0"},                      "named by its topic and a number"),
    ({"name": None},                             "named by its topic and a number"),
    ({"question": " "},                          "question must be a text that is not empty"),
    ({"because": ""},                            "because must be a text"),
    ({"hints": ("Look.",)},                      "it has 1 of hints; it needs 2 or more"),
    ({"hints": "Look."},                         "hints must be a tuple, not 'Look.'"),
    ({"hints": ("Look.", 3)},                    "each of hints must be a text"),
    ({"rubric": ()},                             "it has 0 of rubric"),
    ({"rubric": ("counted",)},                   "begins '1 point: ...'"),
    ({"rubric": ("0 points: counted",)},         "begins '1 point: ...'"),
    ({"rubric": ("2 point: counted",)},          "begins '1 point: ...'"),
    ({"solution": 2.0},                          "it needs a solution"),
    ({"solution": None},                         "it needs a solution"),
    ({"example": answer},                        "example goes with accepts"),
    ({"unit": ""},                               "names no unit"),
    ({"unit": "dayz"},                           "did you mean 'day'?"),
    ({"rtol": 1.0},                              "zero would be right"),
    ({"rtol": -0.1},                             "cannot be negative"),
    ({"rtol": 0.0},                              "nobody types every digit"),
    ({"volume": 5.0},                            "volume goes with cells"),
    ({"volume": 0.0, "unit": "cell"},            "volume is 0"),
    ({"day_zero": 3.0, "unit": "cell"},          "day_zero goes with a time"),
    ({"day_zero": float("nan")},                 "must be a finite number"),
    ({"mistakes": (Mistake("a", "b", "No."),)},  "wrong must be a function"),
    ({"mistakes": ("a",)},                       "mistakes holds Mistake("),
    ({"mistakes": (Mistake("a", abs, "No."),) * 2}, "two mistakes are called 'a'"),
    ({**CHOICE, "unit": "day"},                  "asks for no number"),
    ({**CHOICE, "volume": 1.0},                  "go with a number"),
    ({**CHOICE, "choices": CHOICES[:1]},         "from 2 to 8 are possible"),
    ({**CHOICE, "choices": (*CHOICES, "Memory  cells.")}, "two of its choices are the same"),
    ({**CHOICE, "choices": ("a", "b")},          "a choice of one letter"),
    ({**CHOICE, "mistakes": (Mistake("a", "B cells", "No."),)}, "'B cells' is none of the choices"),
    ({**CHOICE, "mistakes": (Mistake("a", abs, "No."),)}, "wrong must be the text of a choice"),
    ({**OPEN, "solution": answer},               "accepts stands instead of a solution"),
    ({**OPEN, "example": None},                  "accepts needs an example"),
    ({**OPEN, "accepts": "all"},                 "accepts must be a function"),
    ({**OPEN, "mistakes": (Mistake("a", abs, "No."),)}, "accepts says itself what is wrong"),
]
# fmt: on


def test_the_parts_say_what_kind_of_exercise_it_is() -> None:
    assert [made(**parts).kind for parts in ({}, CHOICE, OPEN)] == ["number", "choice", "open"]


def test_points_are_added_up() -> None:
    assert made().points == 3


def test_the_topic_is_what_stands_before_the_number() -> None:
    assert made(name="first_curves-12").topic == "first_curves"


@pytest.mark.parametrize(("parts", "said"), CONTRADICTIONS)
def test_an_exercise_that_contradicts_itself_is_refused(parts: dict[str, Any], said: str) -> None:
    with pytest.raises(ModelError) as caught:
        made(**parts)
    assert said in str(caught.value)
    assert "exercise" in str(caught.value)


def test_a_wrong_unit_stays_an_error_of_units() -> None:
    with pytest.raises(UnitError, match="exercise x-1: unit 'dayz'"):
        made(unit="dayz")


@pytest.mark.parametrize("parts", [("", abs, "No."), ("a", 3.0, "No."), ("a", "", "No."), ("a", abs, " ")])
def test_a_mistake_without_a_name_or_a_word_is_refused(parts: tuple[Any, Any, Any]) -> None:
    with pytest.raises(ModelError, match="must be a text that is not empty"):
        Mistake(*parts)


@pytest.mark.parametrize("said", ["b", "B", " b)", "(b)", "b.", "effector cells", "Effector  Cells."])
def test_a_choice_is_known_by_its_text_and_by_its_letter(said: str) -> None:
    assert made(**CHOICE).chosen(said) == "effector cells"


@pytest.mark.parametrize("said", ["", "d", "bb", "cells", "effector", "2"])
def test_what_is_no_choice_is_none(said: str) -> None:
    assert made(**CHOICE).chosen(said) is None


# ------------------------------------------------------------------ names and topics


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("units-9", "there is no exercise 'units-9'; did you mean 'units-"),
        ("unts-2", "did you mean 'units-2'?"),
        ("UNITS-2", "did you mean 'units-2'?"),
        ("", "there is no exercise ''; the exercises are "),
        (3, "there is no exercise 3"),
        (None, "there is no exercise None"),
    ],
)
def test_an_unknown_exercise_is_answered_with_the_nearest(name: Any, said: str) -> None:
    for verb in (lessons.check, lessons.question, lessons.hint):
        with pytest.raises(UnknownNameError) as caught:
            verb(name)
        assert said in str(caught.value)


def test_an_unknown_topic_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="there is no topic 'unit'; did you mean 'units'"):
        lessons.names("unit")


def test_the_names_are_in_the_order_of_the_course() -> None:
    found = lessons.names()
    topics = list(dict.fromkeys(name.rpartition("-")[0] for name in found))
    assert topics == [topic for topic in index.TOPICS if topic in topics]
    assert lessons.names("units") == tuple(f"units-{number}" for number in range(1, 6))


def test_a_topic_that_is_not_written_has_no_exercises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "TOPICS", (*index.TOPICS, "unwritten"))
    assert index.exercises("unwritten") == ()


@pytest.mark.parametrize("wrong", [["other-1"], ["judge-1", "judge-1"]])
def test_a_file_with_exercises_of_another_topic_is_refused(
    wrong: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from cartsim.teaching.lessons import judge

    monkeypatch.setattr(index, "TOPICS", ("judge",))
    monkeypatch.setattr(judge, "EXERCISES", tuple(made(name=name) for name in wrong), raising=False)
    with pytest.raises(ModelError, match=r"expected judge-1, \.\.\."):
        index.exercises("judge")


def test_a_topic_is_read_only_when_it_is_asked_for() -> None:
    program = (
        "import sys; from cartsim.teaching import lessons\n"
        "topics = [t for t in lessons.TOPICS if f'cartsim.teaching.lessons.{t}' in sys.modules]\n"
        "print(topics, {'matplotlib', 'scipy'} & set(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == "[] set()"


def test_hints_lead_on_one_at_a_time() -> None:
    first, second = lessons.hint("units-2"), lessons.hint("units-2", 2)
    assert first.startswith("Hint 1 of 2: ")
    assert second.startswith("Hint 2 of 2: ")
    assert lessons.hint("units-2") == first


@pytest.mark.parametrize("level", [0, 3, -1, "1", True, 1.5, None])
def test_a_hint_that_is_not_there_is_refused(level: Any) -> None:
    with pytest.raises(ModelError, match="units-2 has the hints 1 to 2; there is no hint"):
        lessons.hint("units-2", level)


def test_a_question_says_what_kind_of_answer_is_wanted() -> None:
    from cartsim.teaching.lessons.asked import lettered, wanted

    assert lessons.question("units-5").endswith("\nAnswer: a number in cells per uL.")
    assert lessons.question("units-4").endswith("\nAnswer: a number.")
    assert lettered(made(**CHOICE)) == ["a) memory cells", "b) effector cells", "c) tumour cells"]
    assert [wanted(made(**parts)) for parts in (CHOICE, OPEN)] == [
        "the letter of a choice, or its text",
        "what the question says",
    ]
