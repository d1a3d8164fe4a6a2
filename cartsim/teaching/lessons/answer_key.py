"""The instructor's key and the rubric, as Markdown: every answer is computed when the key is made."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from types import CodeType, FunctionType
from typing import Any

from ...language.errors import shorten
from ...questions.readout import spelled
from .asked import lettered
from .exercise import Exercise
from .index import TOPICS, exercises
from .solved import right_choice, right_number, wrong_number
from .tolerance import allowance, measured
from .usual_mistakes import usual, value


def key(topics: Iterable[str] | None = None) -> str:
    """All answers, with question, tolerance, reason, usual mistakes and the source that computes them.

    Parameters
    ----------
    topics : iterable of str, optional
        By default every topic.

    Returns
    -------
    str
        Markdown. To make it, every solution is run.

    Examples
    --------
    >>> "### units-2 (2 points)" in key(["units"])
    True
    """
    chapters = _chapters(topics)
    lines = [
        "# Key",
        "",
        f"For the teacher. Every answer was computed by running cartsim {version('cartsim')}; another version"
        " may have other numbers.",
        "*Illustrative, not for clinical use.*",
        "",
        "| exercise | answer | counts as right | points |",
        "|---|---|---|---|",
    ]
    lines += [_row(exercise) for chapter in chapters.values() for exercise in chapter]
    for topic, chapter in chapters.items():
        lines += ["", f"## {topic}"]
        for exercise in chapter:
            lines += ["", *_entry(exercise)]
    return "\n".join(lines) + "\n"


def rubric(topics: Iterable[str] | None = None) -> str:
    """What points are given for, in each exercise, with the totals of each topic and of all.

    Examples
    --------
    >>> print(rubric(["units"]))
    # Rubric
    ...
    ## units: 10 points
    ...
    """
    chapters = _chapters(topics)
    total = sum(exercise.points for chapter in chapters.values() for exercise in chapter)
    lines = ["# Rubric", "", "| topic | exercises | points |", "|---|---|---|"]
    lines += [f"| {topic} | {len(chapter)} | {_total(chapter)} |" for topic, chapter in chapters.items()]
    lines += [f"| **all** | **{sum(map(len, chapters.values()))}** | **{total}** |"]
    for topic, chapter in chapters.items():
        lines += ["", f"## {topic}: {_total(chapter)} points"]
        for exercise in chapter:
            lines += ["", f"### {exercise.name} ({_points(exercise)})", "", exercise.question, ""]
            lines += [f"- [ ] {line}" for line in exercise.rubric]
    return "\n".join(lines) + "\n"


def _chapters(topics: Iterable[str] | None) -> dict[str, tuple[Exercise, ...]]:
    """The exercises of each topic that has some, in the order of the course."""
    wanted = {topic: exercises(topic) for topic in (TOPICS if topics is None else topics)}
    return {topic: wanted[topic] for topic in TOPICS if wanted.get(topic)}


def _total(chapter: Iterable[Exercise]) -> int:
    return sum(exercise.points for exercise in chapter)


def _points(exercise: Exercise) -> str:
    return f"{exercise.points} point{'s' if exercise.points > 1 else ''}"


# ------------------------------------------------------------------ one exercise


def _row(exercise: Exercise) -> str:
    cells = (exercise.name, _answer(exercise), _tolerance(exercise), str(exercise.points))
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _entry(exercise: Exercise) -> Iterator[str]:
    yield f"### {exercise.name} ({_points(exercise)})"
    yield ""
    yield exercise.question
    if exercise.choices:
        yield ""
        yield from (f"- {line}" for line in lettered(exercise))
    yield ""
    yield f"**Answer:** {_answer(exercise)}"
    yield ""
    yield f"**Counts as right:** {_tolerance(exercise)}"
    yield ""
    yield f"**Why:** {exercise.because}"
    yield ""
    yield "**Hints**"
    yield ""
    yield from (f"{number}. {text}" for number, text in enumerate(exercise.hints, 1))
    rows = list(_mistakes(exercise))
    if rows:
        yield ""
        yield from ("| wrong answer | mistake | what the student is told |", "|---|---|---|", *rows)
    yield ""
    yield from ("**Solution**", "", "```python", sources(_computes(exercise)), "```")


def _answer(exercise: Exercise) -> str:
    if exercise.kind == "choice":
        return _lettered(exercise, right_choice(exercise))
    if exercise.kind == "open":
        assert exercise.example is not None
        return f"several are right, such as `{_shown(exercise.example())}`"
    return measured(right_number(exercise), exercise.unit)


def _lettered(exercise: Exercise, answer: str) -> str:
    """A choice, given by its letter or its text, with both."""
    chosen = exercise.chosen(answer) or answer
    return next(line for line in lettered(exercise) if line.partition(") ")[2] == chosen)


def _shown(answer: Any) -> str:
    """An answer in one line: a mapping as it is typed, a model by its name."""
    name = getattr(answer, "name", None)
    return f"{type(answer).__name__} {name!r}" if isinstance(name, str) else shorten(answer, 100).strip("'")


def _tolerance(exercise: Exercise) -> str:
    if exercise.kind != "number":
        return "the choice itself" if exercise.kind == "choice" else "what the function below accepts"
    right = right_number(exercise)
    near = allowance(exercise, right)
    return f"{spelled(right - near)} to {spelled(right + near)}"


def _mistakes(exercise: Exercise) -> Iterator[str]:
    """The rows of the table of mistakes: the exercise's own, then the usual ones."""
    if exercise.kind == "choice":
        found = [(_lettered(exercise, str(m.wrong)), m.name, m.explanation) for m in exercise.mistakes]
    elif exercise.kind == "number":
        right = right_number(exercise)
        numbers = [(wrong_number(m, right), m.name, m.explanation) for m in exercise.mistakes]
        numbers += [(value(k.done, right), k.name, k.explanation) for k in usual(exercise, right)]
        found = [(spelled(wrong), name, told) for wrong, name, told in numbers if wrong is not None]
    else:
        found = []
    yield from (f"| {' | '.join(map(_cell, row))} |" for row in found)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


# ------------------------------------------------------------------ the source of a solution


def _computes(exercise: Exercise) -> list[Callable[..., Any]]:
    found = [exercise.solution] if exercise.accepts is None else [exercise.example, exercise.accepts]
    return [function for function in found if function is not None]


def sources(functions: Iterable[Callable[..., Any]]) -> str:
    """The source of functions, and of those beside them that they call, each once and in that order."""
    seen: dict[str, str] = {}
    waiting: list[Any] = list(functions)
    home = {function.__module__ for function in waiting}
    while waiting:
        function = inspect.unwrap(waiting.pop(0))
        if not isinstance(function, FunctionType) or function.__module__ not in home:
            continue
        if function.__qualname__ not in seen:
            seen[function.__qualname__] = textwrap.dedent(inspect.getsource(function)).strip()
            found = (function.__globals__.get(name) for name in _called(function.__code__))
            waiting += [other for other in found if callable(other)]
    return "\n\n\n".join(seen.values())


def _called(code: CodeType) -> Iterator[str]:
    """The global names in a function, also in its comprehensions and inner functions."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _called(constant)
