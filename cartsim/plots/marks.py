"""`Mark`: what was done to a run and what happened to it, from the occurrences of one or several runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..language.events import Change, When
from ..language.model import Model
from ..solving.timeline import Occurrence
from ..solving.trajectory import Trajectory
from .culture import CULTURE, of_the_culture
from .quantities import species_behind, words_for
from .words import number, pretty, spoken

_LONGEST = 30  # characters of the text of a mark


@dataclass(frozen=True)
class Mark:
    """Something to be drawn: `name` is the species, parameter or condition.

    Attributes
    ----------
    kind : str
        ``"dose"``, ``"infusion"``, ``"change"``, ``"rule"`` or ``"extinction"``.
    start, stop : float
        When; equal for what happens at once, `stop` infinite for what lasts.
    text, said : str
        Short, for the figure (empty where it would repeat what stands there), and for its alt text.
    """

    kind: str
    name: str
    start: float
    stop: float
    text: str
    said: str

    @property
    def lasts(self) -> bool:
        """Whether it takes time: an infusion, or a change of a parameter."""
        return self.kind in ("infusion", "change")


def marks_of(runs: Sequence[Trajectory]) -> list[Mark]:
    """What happened in these runs, in order of time; the same thing in several runs is one mark.

    Where the amounts differ between runs, the text names none. Extinctions are left out, as they belong to
    curves, and so are the switches of the laboratory, such as the harvest of a culture.
    """
    found: dict[tuple[str, str, float, float], list[Mark]] = {}
    laboratory: dict[int, frozenset[str]] = {}  # by structure, which very many runs share
    for run in runs:
        switches = laboratory.setdefault(id(run.model.structure), frozenset())
        if CULTURE[0] in run.model.roles and not switches:
            switches = laboratory[id(run.model.structure)] = of_the_culture(run.model)
        for occurrence in run.occurrences:
            if occurrence.kind == "change" and occurrence.name in switches:
                continue
            if occurrence.kind != "extinction":
                mark = _mark(run.model, occurrence)
                found.setdefault((mark.kind, mark.name, mark.start, mark.stop), []).append(mark)
    merged = [_merged(same) for same in found.values()]
    return _without_repetition(sorted(merged, key=lambda mark: mark.start))


def extinctions(run: Trajectory, name: str) -> list[float]:
    """When the quantity `name` died out: a species behind it did, and it was 0 then."""
    if name in run.model.processes or name in run.model.parameters:
        return []
    species = species_behind(run.model, name)
    times = []
    for occurrence in run.occurrences:
        if occurrence.kind == "extinction" and occurrence.name in species:
            at = (
                int(np.searchsorted(run.t, occurrence.time, side="right")) - 1
            )  # the row after it, if there is one
            at += run.t[at] < occurrence.time and at + 1 < len(run.t)
            if run[name][at] == 0.0:
                times.append(occurrence.time)
    return times


def _mark(model: Model, occurrence: Occurrence) -> Mark:
    stop = occurrence.time if math.isnan(occurrence.stop) else occurrence.stop
    if occurrence.kind == "rule":
        text = said = condition_text(occurrence.name)
    elif occurrence.kind == "change":
        text = change_text(model, occurrence)
        said = text.replace("×", "times").replace("=", "set to")
    else:
        text, said = (amount_text(model, occurrence, form) for form in (number, spoken))
    return Mark(occurrence.kind, occurrence.name, occurrence.time, stop, text, said)


def amount_text(model: Model, occurrence: Occurrence, form: Callable[[float], str] = number) -> str:
    """What was given; for example ``"2×10⁶ CAR-T cells"`` or ``"560 mg tocilizumab"``."""
    words, unit = given_words(model, occurrence.name), pretty(model.species[occurrence.name].unit or "")
    amount = form(occurrence.amount)
    if unit == "cells" and words.endswith("cells"):
        return f"{amount} {words}"
    return f"{amount} {unit} {words}".replace("  ", " ")


def given_words(model: Model, species: str) -> str:
    """What is given, in words: CAR-T cells if it is one of them, else its short meaning, else its name."""
    if "car_t" in model.roles and species in species_behind(model, "car_t"):
        return "CAR-T cells"
    words = words_for(model, species)
    return words if len(words) <= 20 else species


def change_text(model: Model, occurrence: Occurrence) -> str:
    """For example ``"phi × 0.5"`` or ``"phi = 0"``.

    The log does not say whether a number is a factor, so the events of the model are asked.
    """
    name, value = occurrence.name, occurrence.amount
    events = [e for event in model.events for e in (event.actions if isinstance(event, When) else (event,))]
    same = [event for event in events if isinstance(event, Change) and event.parameter == name]
    factors = {event.factor for event in same}
    return f"{name} {'×' if value in factors else '='} {number(value)}"


def condition_text(condition: str) -> str:
    """The condition of a rule, with the signs of mathematics and cut where it is long."""
    for ascii_sign, sign in ((">=", "≥"), ("<=", "≤"), ("!=", "≠"), ("==", "=")):
        condition = condition.replace(ascii_sign, sign)
    return condition if len(condition) <= _LONGEST else f"{condition[: _LONGEST - 1]}…"


def _merged(same: list[Mark]) -> Mark:
    texts = {mark.text for mark in same}
    if len(texts) == 1:
        return same[0]
    what = {text.split(" ", 1)[-1] for text in texts}
    words = what.pop() if len(what) == 1 else same[0].name
    words += ": doses differ" if same[0].kind == "dose" else ""
    return replace(same[0], text=words, said=words)


def _without_repetition(marks: Iterable[Mark]) -> list[Mark]:
    """A text that comes again is said once, at its first place, with how often."""
    marks = list(marks)
    counts: dict[tuple[str, str], int] = {}
    for mark in marks:
        counts[mark.kind, mark.text] = counts.get((mark.kind, mark.text), 0) + 1
    seen: set[tuple[str, str]] = set()
    result = []
    for mark in marks:
        key, again = (mark.kind, mark.text), counts[mark.kind, mark.text]
        text = "" if key in seen else mark.text if again == 1 else f"{again} × ({mark.text})"
        seen.add(key)
        result.append(replace(mark, text=text))
    return result
