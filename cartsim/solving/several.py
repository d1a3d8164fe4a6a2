"""Several models at once: who is solved together, in which pieces, and what becomes of failures."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Container, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..language.errors import ModelError, SolveError, UnfinishedError
from ..language.events import When
from ..language.model import Model
from .bundle import Runs
from .cohort import Cohort
from .ensemble import Ensemble
from .job import TOGETHER, Job, Piece, Setting, Span, done, done_elsewhere
from .native_choice import pays
from .timeline import Timeline
from .tolerances import absolute_tolerances

if TYPE_CHECKING:
    from concurrent.futures import Executor

Array = NDArray[np.float64]
Result = TypeVar("Result")

WORTH_A_BATCH = 200
"""From so many runs of one structure on, advancing them together is quicker than one after the other."""
_PIECE = {"batch": 1024, "numba": 512}
_PIECE_ALONE = 16
_PIECE_SENT = 256  # to another worker: enough work to be worth sending, small enough to be shared out evenly
_SHARED_INSTANTS = 60  # more events than this in an ensemble, and they no longer add rows


def solve_several(
    models: Mapping[str, Model],
    span: Span,
    method: str,
    rtol: float,
    atol: object,
    *,
    keep: tuple[str, ...] | None,
    executor: Executor | None,
    progress: bool | None,
) -> Ensemble:
    """Solve every model; those that fail are kept apart.

    Parameters
    ----------
    models : mapping of str to Model
    span : Span
    method, rtol, atol, keep, executor, progress
        As in `simulate`.

    Raises
    ------
    ModelError, SolveError
        The first failure, if there is nothing else.
    KeyboardInterrupt
        If it came before anything was finished; what was finished comes back with a warning.
    """
    from .workers import carried_out  # concurrent.futures is not loaded for a single run

    jobs = planned(models, span, method, rtol, atol, keep=keep, sent=executor is not None)
    whole = Piece()

    def take(job: Job, piece: Piece) -> None:
        if executor is not None:
            piece = piece.dressed(job.models)
        whole.bundles += piece.bundles
        whole.made |= piece.made
        whole.failures |= piece.failures

    do = done if executor is None else done_elsewhere
    interrupted = gather(carried_out(jobs, len(models), executor, progress, do), take, whole.failures)
    finished = {*whole.made, *(label for bundle in whole.bundles for label in bundle.labels)}
    labels = [label for label in models if label in finished]
    failures = told(whole.failures, models, finished, interrupted=interrupted)
    return Ensemble(Runs(labels, whole.bundles, whole.made), failures)


def gather(
    results: Iterator[tuple[Job, Result | UnfinishedError]],
    take: Callable[[Job, Result], None],
    failures: dict[str, Exception],
) -> bool:
    """Take in results as they come; whether the user interrupted.

    Parameters
    ----------
    results : iterator
        From `cartsim.solving.workers.carried_out`.
    take : callable
        What to do with a job's result.
    failures : dict
        Receives the members of jobs that could not be done, by label.

    Raises
    ------
    KeyboardInterrupt
        If it came before anything was finished.
    """
    anything = False
    try:
        for job, result in results:
            if isinstance(result, UnfinishedError):
                failures.update(dict.fromkeys(job.models, result))
            else:
                take(job, result)
                anything = True
    except KeyboardInterrupt:
        if not anything:
            raise
        return True
    return False


def planned(
    models: Mapping[str, Model],
    span: Span,
    method: str,
    rtol: float,
    atol: object,
    *,
    keep: tuple[str, ...] | None,
    sent: bool,
) -> Iterator[Job]:
    """The work in pieces; how it is cut changes no answer.

    Yields
    ------
    Job
    """
    for group in _groups(models):
        chosen = method_for(group, method)
        shared = _shared_tolerances(group, atol, rtol) if chosen in TOGETHER else None
        setting = Setting(span, chosen, rtol, atol, shared, keep)
        size = _PIECE_SENT if sent else _PIECE.get(chosen, _PIECE_ALONE)
        for part in _parts(group, size):
            yield Job(part, setting)


def method_for(group: Mapping[str, Model], method: str) -> str:
    """The method for runs of one structure: what was asked for, or what is quicker for so many."""
    if method != "auto":
        return method
    if len(group) < WORTH_A_BATCH:
        return "odeint"
    return "numba" if pays(group) else "batch"


def _groups(models: Mapping[str, Model]) -> list[Mapping[str, Model]]:
    """The models by structure and rules: only those that have both in common can advance together."""
    if isinstance(models, Cohort):
        return [models]
    groups: dict[object, dict[str, Model]] = {}
    for label, model in models.items():
        rules = tuple(event.condition for event in model.events if isinstance(event, When))
        mortal = tuple(species.extinct_below for species in model.species.values())
        groups.setdefault((model.structure, rules, mortal), {})[label] = model
    return list(groups.values())


def _shared_tolerances(group: Mapping[str, Model], atol: object, rtol: float) -> Array:
    """The absolute tolerances of a cohort's model, or the smallest of any."""
    if isinstance(group, Cohort):
        return absolute_tolerances(group.model, atol, rtol)
    tolerances: Array = np.min([absolute_tolerances(model, atol, rtol) for model in group.values()], axis=0)
    return tolerances


def _parts(group: Mapping[str, Model], size: int) -> Iterator[Mapping[str, Model]]:
    if isinstance(group, Cohort):
        for first in range(0, len(group), size):
            yield group.part(first, min(first + size, len(group)))
        return
    items = iter(group.items())
    while part := dict(islice(items, size)):
        yield part


def told(
    failures: Mapping[str, Exception],
    models: Mapping[str, Model],
    finished: Container[str],
    *,
    interrupted: bool,
) -> dict[str, Exception]:
    """The failures in the order of the models, after they have been told to the user.

    Raises
    ------
    ModelError, SolveError, UnfinishedError
        The first failure, if there is nothing else.

    Warns
    -----
    RuntimeWarning
        If there is a failure; its first line is the one that called `simulate` or `summarise`.
    """
    reasons = {label: failures[label] for label in models if label in failures}
    if interrupted:
        reason = UnfinishedError("interrupted before this run was finished")
        reasons = {label: failures.get(label, reason) for label in models if label not in finished}
        _warn(
            f"interrupted: {len(models) - len(reasons)} of {len(models)} runs are finished and kept; "
            "the others are in .failures"
        )
    elif len(reasons) == len(models):
        label, first = next(iter(reasons.items()))
        text = f"run {label!r}: {first}"
        if isinstance(first, SolveError):
            raise SolveError(text, time=first.time, species=first.species, partial=first.partial)
        raise type(first)(text)
    elif reasons:
        label, first = next(iter(reasons.items()))
        _warn(
            f"{len(reasons)} of {len(models)} runs failed and are kept apart in .failures; "
            f"the first is {label!r}: {first}"
        )
    return reasons


def _warn(text: str) -> None:
    warnings.warn(text, RuntimeWarning, stacklevel=5)


def shared_instants(models: Mapping[str, Model], start: float | None, until: float) -> frozenset[float]:
    """The known instants of all runs, unless they are too many to be shown in each of them."""
    instants: set[float] = set()
    for model in [models.model] if isinstance(models, Cohort) else models.values():
        if model.events and len(instants) <= _SHARED_INSTANTS:
            begin = model.start if start is None else start
            try:
                own = Timeline(model, begin, until).instants()
            except ModelError:  # this member fails on its own, with its label
                continue
            instants |= {time for time in own if begin <= time <= until}
    return frozenset(instants) if len(instants) <= _SHARED_INSTANTS else frozenset()
