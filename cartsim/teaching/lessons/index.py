"""Where the exercises stand: one file a topic, read when one of its exercises is first asked for."""

from __future__ import annotations

import importlib
from functools import cache

from ...language.errors import ModelError, UnknownNameError, shorten, suggestion
from .exercise import Exercise

TOPICS = (
    "curves",
    "units",
    "journey",
    "patient",
    "phases",
    "dose",
    "memory",
    "relapse",
    "crs",
    "neurotoxicity",
    "solid",
    "chemotherapy",
    "cohort",
    "chance",
    "paper",
    "model",
    "solver",
)
"""Every topic, in the order of the course; each is a file of this folder."""


@cache
def exercises(topic: str) -> tuple[Exercise, ...]:
    """The exercises of one topic, in their order; none while its file is not written.

    Raises
    ------
    UnknownNameError
        If there is no such topic.
    ModelError
        If an exercise in the file has the name of another topic, or two have one name.

    Examples
    --------
    >>> exercises("units")[0].name
    'units-1'
    """
    if topic not in TOPICS:
        raise UnknownNameError(
            f"there is no topic {shorten(topic)}" + suggestion(topic, TOPICS, plural="topics")
        )
    package = __name__.rpartition(".")[0]
    try:
        module = importlib.import_module(f".{topic}", package)
    except ModuleNotFoundError as error:
        if error.name != f"{package}.{topic}":
            raise
        return ()
    found: tuple[Exercise, ...] = module.EXERCISES
    own = [exercise.name for exercise in found]
    strangers = [name for name in own if not name.startswith(f"{topic}-")]
    if strangers or len(set(own)) < len(own):
        raise ModelError(f"the exercises of {topic}.py are called {', '.join(own)}; expected {topic}-1, ...")
    return found


def names(topic: str | None = None) -> tuple[str, ...]:
    """The names of all exercises, or of those of one topic, in the order of the course.

    Examples
    --------
    >>> names("units")[:2]
    ('units-1', 'units-2')
    """
    topics = TOPICS if topic is None else (topic,)
    return tuple(exercise.name for each in topics for exercise in exercises(each))


def find(name: str) -> Exercise:
    """The exercise of that name.

    Raises
    ------
    UnknownNameError
        If there is none; the nearest name is offered.
    """
    topic = name.rpartition("-")[0] if isinstance(name, str) else ""
    if topic in TOPICS:
        for exercise in exercises(topic):
            if exercise.name == name:
                return exercise
    known = (names(topic) if topic in TOPICS else ()) or names()
    raise UnknownNameError(
        f"there is no exercise {shorten(name)}" + suggestion(name, known, plural="exercises")
    )
