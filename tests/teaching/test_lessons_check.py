"""What `cs.lessons.check` says: right, not yet, no answer yet; and what it keeps to itself."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest

from cartsim.language.errors import ModelError, SolveError
from cartsim.teaching import lessons
from cartsim.teaching.lessons.exercise import Exercise, Mistake
from cartsim.teaching.lessons.judge import judged
from cartsim.teaching.lessons.units import EXERCISES, doubling_of_the_lymphoma
from cartsim.teaching.lessons.verdict import Verdict, Words

CHOICES = ("memory cells", "effector cells", "tumour cells")


def asked(**changed: Any) -> Exercise:
    """An exercise whose answer is five days."""
    parts: dict[str, Any] = dict(
        name="x-1",
        question="How long?",
        unit="day",
        solution=lambda: 5.0,
        hints=("Look.", "Count."),
        because="five were counted",
        rubric=("1 point: counted",),
    )
    return Exercise(**{**parts, **changed})


def choice(**changed: Any) -> Exercise:
    """An exercise whose answer is the second choice."""
    return asked(**{"unit": "", "solution": lambda: "b", "choices": CHOICES, **changed})


def open_one(accepts: Any) -> Exercise:
    """An exercise that judges the answer itself."""
    return asked(unit="", solution=None, accepts=accepts, example=lambda: 1)


# ------------------------------------------------------------------ numbers


@pytest.mark.parametrize("answer", [5, 5.2, 4.8, "5 days", "120 h", (5 / 7, "week"), np.float64(5)])
def test_a_number_within_the_tolerance_is_right(answer: Any) -> None:
    verdict = judged(asked(), answer)
    assert verdict.right
    assert str(verdict) == "Right. Computed: 5 days. Five were counted."


@pytest.mark.parametrize("answer", [5.26, 4.74, "5.3 days", 0, 1e300, -1e300])
def test_a_number_outside_of_it_is_not(answer: Any) -> None:
    verdict = judged(asked(), answer)
    assert not verdict.right
    assert str(verdict).startswith("Not yet. ")


def test_both_tolerances_add_up() -> None:
    exercise = asked(rtol=0.1, atol=1.0)
    assert [judged(exercise, answer).right for answer in (3.49, 3.51, 6.49, 6.51)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (5.3, "Close, but not close enough: answers within 5 % count as right."),
        (7.0, "The size is about right, but the number is too large."),
        (3.0, "The size is about right, but the number is too small."),
        (17.0, "Your number is about 3 times too large."),
        (152.0, "Your number is about 30 times too large."),
        (0.013, "Your number is about 400 times too small."),
        (9e9, "Your number is too large, by about 9 powers of ten."),
        (-40.0, "Your number is too small."),
        (0, "Your number is too small."),
    ],
)
def test_how_far_off_a_number_is_is_said_in_words(answer: float, said: str) -> None:
    verdict = judged(asked(), answer)
    assert (verdict.message, verdict.hint, verdict.mistake) == (said, "Look.", "")


@pytest.mark.parametrize(
    ("tolerance", "said"),
    [
        ({"rtol": 0.0, "atol": 0.5}, "answers within 0.5 days count"),
        ({"rtol": 0.02, "atol": 0.2}, "answers within 2 % and 0.2 days count"),
    ],
)
def test_the_tolerance_is_told_to_who_comes_close(tolerance: dict[str, float], said: str) -> None:
    assert said in judged(asked(**tolerance), 5.6).message


def test_beside_a_right_answer_of_zero_no_ratio_is_told() -> None:
    assert judged(asked(solution=lambda: 0.0, atol=0.1), 7.0).message == "Your number is too large."


# ------------------------------------------------------------------ choices and open answers


def test_the_right_choice_is_right_by_text_or_letter() -> None:
    assert (
        str(judged(choice(), "b")) == str(judged(choice(), "Effector cells.")) == "Right. Five were counted."
    )


def test_a_wrong_choice_is_explained_where_it_is_known_why() -> None:
    exercise = choice(mistakes=(Mistake("quiet cells", "a", "memory cells do not kill"),))
    assert str(judged(exercise, "a")) == "Not yet. Memory cells do not kill."
    assert judged(exercise, "a").mistake == "quiet cells"
    assert str(judged(exercise, "c")) == "Not yet. It is not 'tumour cells'.\nHint: Look."


def test_an_open_answer_is_judged_by_the_exercise() -> None:
    exercise = open_one(lambda answer: "" if answer == 1 else "give 1")
    assert str(judged(exercise, 1)) == "Right. Five were counted."
    assert str(judged(exercise, 2)) == "Not yet. Give 1.\nHint: Look."


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModelError("the model 'x' has no role"), "That could not be tried. The model 'x' has no role."),
        (SolveError("it stopped", time=1.0, species="T"), "That could not be tried. It stopped."),
        (TypeError(), "That could not be tried. TypeError."),
        (ZeroDivisionError("division by zero"), "That could not be tried. Division by zero."),
    ],
)
def test_an_answer_that_cannot_be_tried_is_said_to_be_so(error: Exception, said: str) -> None:
    def accepts(answer: Any) -> str:
        raise error

    assert judged(open_one(accepts), 1).message == said


@pytest.mark.parametrize("returned", [None, True, False, 0])
def test_an_exercise_that_judges_without_words_is_an_error_not_a_verdict(returned: Any) -> None:
    with pytest.raises(ModelError, match="exercise x-1: accepts returns"):
        judged(open_one(lambda answer: returned), 1)


# ------------------------------------------------------------------ no answer, and what is kept


@pytest.mark.parametrize("nothing", [None, ..., "", {}, [], ()])
@pytest.mark.parametrize("exercise", [asked(), choice(), open_one(lambda answer: "")])
def test_no_answer_is_no_mistake(exercise: Exercise, nothing: Any) -> None:
    verdict = judged(exercise, nothing)
    assert (verdict.right, verdict.answered, verdict.mistake, verdict.hint) == (False, False, "", "")
    assert str(verdict) == "No answer yet. Put it into the cell above, and run both."


def test_nothing_is_computed_while_there_is_no_answer() -> None:
    def solution() -> float:
        raise AssertionError("it was run")

    assert not judged(asked(solution=solution), None).answered


def test_the_solution_is_run_once() -> None:
    runs = []

    def solution() -> float:
        runs.append(1)
        return 5.0

    exercise = asked(solution=solution)
    assert [judged(exercise, answer).right for answer in (4.0, 5.0, 5.1)] == [False, True, True]
    assert runs == [1]


@pytest.mark.parametrize("wrong", [float("nan"), "five", None, True])
def test_a_solution_without_a_number_is_an_error_not_a_verdict(wrong: Any) -> None:
    with pytest.raises(ModelError, match="exercise x-1: what its solution returns"):
        judged(asked(solution=lambda: wrong), 5.0)


@pytest.mark.parametrize("wrong", ["d", 1, None])
def test_a_solution_without_a_choice_is_an_error_not_a_verdict(wrong: Any) -> None:
    with pytest.raises(ModelError, match="exercise x-1: its solution returns"):
        judged(choice(solution=lambda: wrong), "a")


def test_a_verdict_shows_the_right_answer_only_when_it_is_right() -> None:
    right = doubling_of_the_lymphoma()
    for answer in (right * 1.2, right * 24, right / 30, -right, "cell", "3 cells", "0.19 1/day", True):
        verdict = lessons.check("units-2", answer)
        assert f"{right:.2g}" not in str(verdict) + verdict._repr_html_()
    assert f"{right:.4g}" in str(lessons.check("units-2", right))


def test_the_first_exercises_are_checked_by_name() -> None:
    assert lessons.check(EXERCISES[1].name, "87.5 hours").right
    assert lessons.check("units-2").answered is False


# ------------------------------------------------------------------ how it looks


def test_a_verdict_is_as_true_as_the_answer_is_right() -> None:
    assert judged(asked(), 5)
    assert not judged(asked(), 6)
    assert not judged(asked(), None)


def test_a_verdict_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        judged(asked(), 6).right = True  # type: ignore[misc]


@pytest.mark.parametrize(
    ("answer", "symbol", "word"),
    [(5, "\u2713", "Right."), (6, "\u21bb", "Not yet."), (None, "\u2026", "No answer yet.")],
)
def test_in_a_notebook_a_word_and_a_symbol_stand_beside_the_colour(
    answer: Any, symbol: str, word: str
) -> None:
    html = judged(asked(), answer)._repr_html_()
    assert f"<strong>{word}</strong>" in html
    assert re.search(rf'<span aria-hidden="true" style="color:#[0-9a-f]{{6}};[^"]*">{symbol}</span>', html)
    assert 'role="status"' in html
    assert "background" not in html  # so that it reads on light and on dark


def test_text_is_escaped_in_a_notebook() -> None:
    for html in (
        judged(choice(), "<b>bold</b>")._repr_html_(),
        Verdict("x-1", False, "<b>", hint="<b>")._repr_html_(),
        Words("<b>")._repr_html_(),
    ):
        assert "<b>" not in html
        assert "&lt;b&gt;" in html


def test_a_long_verdict_is_broken_into_lines() -> None:
    lines = repr(Verdict("x-1", True, "word " * 100)).splitlines()
    assert max(map(len, lines)) <= 92
    assert len(lines) > 4


def test_words_are_a_text_without_quotation_marks() -> None:
    words = Words("One.\nTwo.")
    assert words == "One.\nTwo." == repr(words) == str(words)
    assert words._repr_html_().count("<div") == 3
