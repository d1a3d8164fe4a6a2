"""What every exercise must keep: gates that return one sentence for each fault.

They are run over all exercises in `test_lessons_gates.py`, and there also over exercises that are broken on
purpose and that they must catch.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence
from types import CodeType
from typing import Any

from cartsim.language.model import Model
from cartsim.teaching.lessons.answer_key import sources
from cartsim.teaching.lessons.exercise import LETTERS, Exercise
from cartsim.teaching.lessons.judge import judged
from cartsim.teaching.lessons.mistakes import recognised
from cartsim.teaching.lessons.solved import right_choice, right_number, wrong_number
from cartsim.teaching.lessons.tolerance import accepted, allowance
from cartsim.teaching.lessons.usual_mistakes import usual, value

LEAST = 3
"""Exercises of a topic."""

_WORD = re.compile(r"\b\d-\d[A-Z]+\b|\b[A-Za-z_]\w*(?:-\d+\b)?")  # 4-1BB, CD19, IL-6, kimmel_2021
_NUMBER = re.compile(
    r"(?<![\w.])-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(\s*%|\s*per cent)?"
)
_NONSENSE: tuple[Any, ...] = (-1.0, "nonsense", [1.0], {"nonsense": 1.0}, ("a", "b"), object())


# ------------------------------------------------------------------ without solving


def numbered(exercises: Sequence[Exercise], topic: str) -> list[str]:
    """They are called topic-1, topic-2, ... without a gap, and there are enough of them."""
    wanted = [f"{topic}-{number}" for number in range(1, len(exercises) + 1)]
    found = [exercise.name for exercise in exercises]
    faults = [] if found == wanted else [f"{topic}: the exercises are {found}, not {wanted}"]
    return faults + (
        [] if len(found) >= LEAST else [f"{topic} has {len(found)} exercises; {LEAST} are needed"]
    )


def computed(exercise: Exercise) -> list[str]:
    """The answer comes from a named function that uses something of cartsim's; it is not written down."""
    source = exercise.solution if exercise.accepts is None else exercise.accepts
    assert source is not None
    function = inspect.unwrap(source)
    if function.__name__ == "<lambda>":
        return [f"{exercise.name}: the solution is a lambda; the key shows the source of a named function"]
    if not any(_of_cartsim(used) for used in _used(function, set())):
        return [f"{exercise.name}: {function.__name__} uses nothing of cartsim"]
    return []


def _used(function: Any, seen: set[str]) -> Iterable[Any]:
    """What a function names: globals, and the globals of those functions beside it that it calls."""
    if function.__qualname__ in seen:
        return
    seen.add(function.__qualname__)
    for name in _names(function.__code__):
        found = inspect.unwrap(thing) if callable(thing := function.__globals__.get(name)) else thing
        if inspect.isfunction(found) and found.__module__ == function.__module__:
            yield from _used(found, seen)
        else:
            yield found


def _names(code: CodeType) -> Iterable[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _of_cartsim(thing: Any) -> bool:
    return isinstance(thing, Model) or str(getattr(thing, "__module__", "")).startswith("cartsim.")


# ------------------------------------------------------------------ with the answer


def solved(exercise: Exercise) -> list[str]:
    """The solution is accepted, in each form in which it can be given, and nonsense is not."""
    if exercise.kind == "open":
        assert exercise.example is not None
        wrong = [thing for thing in _NONSENSE if judged(exercise, thing).right]
        verdict = judged(exercise, exercise.example())
        faults = [] if verdict.right else [f"{exercise.name}: its own example is refused: {verdict.message}"]
        return faults + [f"{exercise.name}: it accepts {thing!r}" for thing in wrong]
    if exercise.kind == "choice":
        right = right_choice(exercise)
        letter = LETTERS[exercise.choices.index(right)]
        forms: list[Any] = [right, letter, letter.upper(), f"{letter})"]
        refused = [choice for choice in exercise.choices if choice != right]
    else:
        number = right_number(exercise)
        forms = [number, (number, exercise.unit), f"{number!r} {exercise.unit}".removesuffix(" 1")]
        refused = [number + 2.5 * allowance(exercise, number), number - 2.5 * allowance(exercise, number)]
    return [
        f"{exercise.name}: it refuses the right answer {f!r}" for f in forms if not judged(exercise, f)
    ] + [f"{exercise.name}: it accepts the wrong answer {f!r}" for f in refused if judged(exercise, f)]


def tolerant(exercise: Exercise) -> list[str]:
    """The tolerance lets a number pass that is read from a run, but neither zero nor the other sign."""
    if exercise.kind != "number":
        return []
    right = right_number(exercise)
    near = allowance(exercise, right)
    if right == 0.0:
        return [] if near > 0.0 else [f"{exercise.name}: only an exact zero is right"]
    if near < 0.002 * abs(right):
        return [f"{exercise.name}: a tolerance of {near:g} at {right:g} refuses what is read from a run"]
    return [f"{exercise.name}: zero is accepted for {right:g}"] if near >= abs(right) else []


def mistaken(exercise: Exercise) -> list[str]:
    """Each mistake, its own and the usual, gives a wrong answer and is recognised."""
    faults: list[str] = []
    if exercise.kind == "choice":
        right_text = right_choice(exercise)
        for mistake in exercise.mistakes:
            if exercise.chosen(str(mistake.wrong)) == right_text:
                faults.append(f"{exercise.name}: mistake {mistake.name!r} is the right choice")
            elif judged(exercise, mistake.wrong).mistake != mistake.name:
                faults.append(f"{exercise.name}: mistake {mistake.name!r} is not recognised")
    if exercise.kind != "number":
        return faults
    right = right_number(exercise)
    for mistake in exercise.mistakes:
        wrong = wrong_number(mistake, right)
        if wrong is None or accepted(exercise, wrong, right):
            faults.append(
                f"{exercise.name}: mistake {mistake.name!r} gives {wrong}, which is no wrong answer"
            )
        elif judged(exercise, wrong).mistake != mistake.name:
            faults.append(f"{exercise.name}: mistake {mistake.name!r} ({wrong:g}) is not recognised")
    for known in usual(exercise, right):
        wrong = value(known.done, right)
        if wrong is None or recognised(exercise, wrong, right) is None:
            faults.append(f"{exercise.name}: the usual mistake {known.name!r} is not recognised")
    return faults


def discreet(exercise: Exercise, *texts: str) -> list[str]:
    """Neither the question, nor a hint, nor what is said about a mistake has the right answer in it.

    `texts` are others that should not have it, such as the text of a notebook.
    """
    shown = texts or (exercise.question, *exercise.hints, *(m.explanation for m in exercise.mistakes))
    if exercise.kind == "choice":
        right = right_choice(exercise)
        others = [choice for choice in exercise.choices if choice != right]
        found = [text for text in shown if _says(text, right) and not any(_says(text, o) for o in others)]
        return [f"{exercise.name}: the right choice stands in {text!r}" for text in found]
    if exercise.kind == "open":
        return []
    number = right_number(exercise)
    return [
        f"{exercise.name}: {told} is accepted, and stands in {text!r}"
        for text in shown
        for told in numbers(text)
        if accepted(exercise, told, number)
    ]


def quiet(exercise: Exercise) -> list[str]:
    """What is said about an answer that is far off does not have the right number in it."""
    if exercise.kind != "number":
        return []
    right = right_number(exercise)
    said = [
        judged(exercise, right * factor + allowance(exercise, right) * 40) for factor in (37.3, 0.0171, 5.9)
    ]
    faults = [f"{exercise.name}: {v} is called right" for v in said if v.right]
    told = [v for v in said if any(accepted(exercise, n, right) for n in numbers(str(v)))]
    return faults + (
        [f"{exercise.name}: every verdict has the answer in it: {said[0]}"] if len(told) == 3 else []
    )


def numbers(text: str) -> list[float]:
    """The numbers that a text has outside names, percentages also as fractions."""
    found: list[float] = []
    for match in _NUMBER.finditer(_WORD.sub(lambda m: " " * len(m[0]), text)):
        whole = match[0].removesuffix(match[1] or "").replace(",", "")
        found.append(float(whole))
        if re.match(r"\s*(%|per cent)", text[match.start() + len(whole) :]):
            found.append(float(whole) / 100)
    return found


def _says(text: str, choice: str) -> bool:
    """Whether a text has a choice in it, word for word; one of three letters or fewer could be any word."""
    plain = [" ".join(words.casefold().split()).rstrip(".") for words in (text, choice)]
    return len(plain[1]) > 3 and re.search(rf"\b{re.escape(plain[1])}(?!\w)", plain[0]) is not None


def in_key(exercise: Exercise, key: str) -> list[str]:
    """The key has the exercise, its question, the reason, each hint and mistake, and the source."""
    function = exercise.solution if exercise.accepts is None else exercise.accepts
    assert function is not None
    wanted = [
        f"### {exercise.name} (",
        exercise.question,
        exercise.because,
        sources([function]).splitlines()[0],
    ]
    wanted += [*exercise.hints, *exercise.choices, *(mistake.name for mistake in exercise.mistakes)]
    return [f"{exercise.name}: the key lacks {text!r}" for text in wanted if text not in key]


QUICK = (computed,)
"""Gates that run nothing."""
SOLVING = (solved, tolerant, mistaken, discreet, quiet)
"""Gates that need the answer."""
