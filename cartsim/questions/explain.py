"""`explain`: what happened in a run, when, and which process drove it, computed from the run and in words."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from ..language.errors import ModelError, SolveError, shorten
from ..language.events import starts
from ..language.model import Model
from ..solving.ensemble import Ensemble
from ..solving.simulate import simulate
from ..solving.trajectory import Trajectory
from .course import require_course
from .explain_cells import BelowOneCell, below_one_cell
from .explain_curves import Reading, reading
from .explain_events import Happening, happenings
from .explain_phases import Phase, phases
from .explain_tumour import TumourStory, tumour_stories

__all__ = ["Explanation", "explain"]

CAUTION = "Illustrative, not for clinical use."
_WIDTH = 100
_SAME = 1e-3  # a run solved again must agree with the run to this part


@dataclass(frozen=True)
class Explanation:
    """What happened in a run; `print` it, or use its parts.

    Attributes
    ----------
    title : str
    time : str
        The unit of all times.
    events : tuple of Happening
        The time line; each has ``time``, ``kind``, ``name``, ``value`` and ``text``.
    phases : tuple of Phase
        Of the CAR-T cells; each has ``kind``, ``start``, ``stop``, ``rate`` and ``driver``.
    tumour : tuple of TumourStory
        Why the tumour came back or did not: one, and one more for each time that tumour cells were given.
    warnings : tuple of BelowOneCell
        Where the mathematics went on with a part of a cell.
    notes : tuple of str
        What could not be said, and what to bear in mind.
    """

    title: str
    time: str
    events: tuple[Happening, ...]
    phases: tuple[Phase, ...]
    tumour: tuple[TumourStory, ...]
    warnings: tuple[BelowOneCell, ...]
    notes: tuple[str, ...]

    def sections(self) -> Iterator[tuple[str, list[str]]]:
        """The headings and the sentences below each; headings without any are left out."""
        found = {
            "Time line": self.events,
            "Phases of the CAR-T cells": self.phases,
            "The tumour": self.tumour,
            "Beware: less than one cell": self.warnings,
            "Notes": self.notes,
        }
        yield from ((heading, [str(entry) for entry in part]) for heading, part in found.items() if part)

    @property
    def text(self) -> str:
        """All of it as plain text."""
        lines = [self.title]
        for heading, sentences in self.sections():
            lines += ["", heading]
            lines += [
                textwrap.fill(
                    sentence.replace(" %", "\xa0%"),
                    _WIDTH,
                    initial_indent="  ",
                    subsequent_indent="      ",
                    break_long_words=False,
                    break_on_hyphens=False,
                ).replace("\xa0", " ")
                for sentence in sentences
            ]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text

    def to_markdown(self) -> str:
        """All of it as Markdown, with a list below each heading."""
        lines = [f"## {_marked(self.title)}"]
        for heading, sentences in self.sections():
            lines += [
                "",
                f"### {_marked(heading)}",
                "",
                *(f"- {_marked(sentence)}" for sentence in sentences),
            ]
        return "\n".join(lines) + "\n"

    def _repr_html_(self) -> str:
        parts = [f"<h3>{escape(self.title)}</h3>"]
        for heading, sentences in self.sections():
            items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
            parts.append(f"<h4>{escape(heading)}</h4><ul>{items}</ul>")
        return "".join(parts)


def _marked(text: str) -> str:
    """Plain text with what Markdown would read as marks kept as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|~$&])", r"\\\1", text)


def explain(run: Trajectory) -> Explanation:
    """What happened in a run, when, and which process drove it.

    Parameters
    ----------
    run : Trajectory
        From `simulate`; of several runs, one: ``explain(runs["label"])``.

    Returns
    -------
    Explanation
        `print` it for the text; ``phases``, ``events``, ``tumour`` and ``warnings`` are its parts, and
        ``to_markdown()`` the text with marks. Times are those of the model, in its own unit.

    Raises
    ------
    ModelError
        If it is no run, has not kept its states, has a single time, or its model has no role.

    Notes
    -----
    Phases are found from the slope of the logarithm of ``car_t``; each changes it by at least 5 %. A
    *distribution* is a fall that begins when CAR-T cells are given (or with the run) and is followed by a
    rise at least as long; any other fall is a *contraction*, and any rise an *expansion*. The slow end of
    either is *persistence*: of a fall, where it is slower than half of its fastest (or than the geometric
    mean of its fastest and its last, if that is less), for at least a quarter of the fall. A typical doubling
    time or half-life is the one than which half of the doublings or halvings are faster. What drives a phase
    is the process with the largest integral among the gains or the losses of ``car_t``. A move inside the
    role counts for nothing, and a move out of it is taken net of the move back.

    A tumour is compared with what it was at the first CAR-T infusion, or at the start of a run without one:
    complete response is below 1 % of that, the limit of MRD 1e-4, and relapse is back at it. These are
    simplifications of this library.

    Where something happened between the output times, the run is solved again, with more of them.

    Examples
    --------
    >>> from cartsim.language.parts import Process, Species
    >>> growth = Model(
    ...     "growth",
    ...     species={"C": Species(1e6, "cell", "CAR-T cells")},
    ...     parameters={"r": 0.5},
    ...     processes={"division": Process("-> C", "r * C", "they divide")},
    ...     roles={"car_t": "C"},
    ... )
    >>> print(explain(simulate(growth, until=10)).phases[0])  # doctest: +NORMALIZE_WHITESPACE
    Expansion, day 0 to 10: up 148-fold, from 1e6 cells to 1.48e8 cells; doubling time 1.39 days. Largest
    gain: division (they divide), 100 % of all gains.
    """
    _check(run)
    fuller = _fuller(run)
    source = reading(run if fuller is None else fuller)
    has = {role: source.has(role) for role in ("car_t", "tumour")}
    stories = tumour_stories(source) if has["tumour"] else ()
    clock = source.clock
    return Explanation(
        title=f"What happened in {run.model.name}, {clock.when(source.start)} to {clock.number(source.end)}",
        time=run.model.time,
        events=happenings(source, stories),
        phases=phases(source) if has["car_t"] else (),
        tumour=stories,
        warnings=below_one_cell(source),
        notes=tuple(_notes(source, run, fuller)),
    )


def _check(run: Any) -> None:
    if isinstance(run, Ensemble):
        labels = ", ".join(repr(label) for label in run.labels[:6]) + (", ..." if len(run) > 6 else "")
        which = (
            f"explain(runs[{run.labels[0]!r}]), for example; they are {labels}"
            if len(run)
            else ("none was finished; see .failures for the reasons")
        )
        raise ModelError(f"explain tells the story of one run and these are {len(run)}; {which}")
    if isinstance(run, Model):
        raise ModelError("explain takes a run, not a model: explain(simulate(model, until=...))")
    if not isinstance(run, Trajectory):
        raise ModelError(f"explain takes what simulate gives back, a run, not {shorten(run)}")
    if run.kept is not None:
        kept = ", ".join(run.kept)
        raise ModelError(
            f"this run of {run.model.name!r} kept {kept} alone; explain needs all of it, "
            "so leave out keep=[...]"
        )
    if run.method == "stochastic":
        raise ModelError(
            f"this run of {run.model.name!r} is one of random events; explain reads the slopes of curves, so "
            "ask it of simulate(model, until=...)"
        )
    if not run.model.roles:
        raise ModelError(
            f"{run.model.name!r} has no roles, so there is nothing that explain could speak of; say what its "
            "species are, for example roles=dict(car_t='C', tumour='T')"
        )
    require_course(run.model, run.t)


def _fuller(run: Trajectory) -> Trajectory | None:
    """The run with both sides of every event, if it lacks some and can be solved again; otherwise None."""
    if not _lacks(run):
        return None
    end = float(run.t[-1])
    begun = [event for event in run.model.events if (starts(event) or 0.0) <= end]
    model = run.model.without_events().with_events(*begun)
    for start in dict.fromkeys((run.model.start, float(run.t[0]))):
        if start <= run.t[0]:
            try:
                again = simulate(model, end, start=start)
            except (ModelError, SolveError):
                continue
            if _same(run, again):
                return again
    return None


def _lacks(run: Trajectory) -> bool:
    """Whether something happened before the first output time, or between two."""
    times = [event.time for event in run.occurrences if event.time < run.t[-1]]
    return any(time < run.t[0] or (np.sum(run.t == time) < 2 and time > run.t[0]) for time in times)


def _same(run: Trajectory, again: Trajectory) -> bool:
    """Whether the same happened and both end with the same amounts."""
    happened = [event for event in run.occurrences if event.time <= run.t[-1]]
    alike = len(happened) == len(again.occurrences) and all(
        one.kind == other.kind
        and one.name == other.name
        and abs(one.time - other.time) <= _SAME * max(abs(one.time), 1.0)
        for one, other in zip(happened, again.occurrences, strict=True)
    )
    size = np.abs(run.y).max(axis=1, initial=0.0)
    return alike and bool((np.abs(run.y[:, -1] - again.y[:, -1]) <= _SAME * size).all())


def _notes(source: Reading, run: Trajectory, fuller: Trajectory | None) -> Iterator[str]:
    for role, what in (("car_t", "CAR-T cells"), ("tumour", "a tumour")):
        if role not in run.model.roles:
            yield f"The model has no role '{role}', so nothing is said of {what}."
        elif not source.has(role):
            yield f"The role '{role}' has no value at some time, so nothing is said of {what}."
        elif source.scaled(role):
            yield f"There are never 100 cells of '{role}': taken for scaled numbers, one cell means nothing."
    if fuller is None and _lacks(run):
        yield (
            f"This run has {len(run.t)} output times, and something happened before or between them, so "
            "times and amounts are rough. Leave out at=[...] for exact ones."
        )
    if "crs_grade" in run.model.roles:
        yield CAUTION
