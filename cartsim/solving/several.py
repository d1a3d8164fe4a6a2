"""Several models at once: their shared output times, who is solved together, and what becomes of failures."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..language.errors import ModelError, SolveError
from ..language.events import When
from ..language.model import Model
from .batch import METHOD, solve_together
from .ensemble import Ensemble
from .run import Run
from .single import solve
from .timeline import Timeline
from .tolerances import absolute_tolerances
from .trajectory import Trajectory

Array = NDArray[np.float64]
Answer = tuple[str, Trajectory | Exception]

WORTH_A_BATCH = 200
"""From so many runs of one structure on, advancing them together is quicker than one after the other."""
_SHARED_INSTANTS = 60  # more events than this in an ensemble, and they no longer add rows


def solve_several(
    models: Mapping[str, Model], run_of: Callable[[Model], Run], method: str, rtol: float, atol: object
) -> Ensemble:
    """Solve every model; those that fail are kept apart.

    Parameters
    ----------
    models : mapping of str to Model
    run_of : callable
        Makes the run of a model, or raises a `ModelError`.
    method : str
        As in `simulate`; ``"batch"`` for all together, ``"auto"`` for what is quicker.
    rtol : float
    atol : float, mapping of str to float, or None
        As in `simulate`.

    Raises
    ------
    ModelError, SolveError
        The first failure, if there is nothing else.
    """
    answers: dict[str, Trajectory | Exception] = {}
    for group in _groups(models):
        together = method == METHOD or (method == "auto" and len(group) >= WORTH_A_BATCH)
        solver = _together if together else _one_by_one
        answers.update(solver(group, run_of, method, rtol, atol))
    runs: dict[str, Trajectory] = {}
    failures: dict[str, Exception] = {}
    for label in models:
        answer = answers[label]
        if isinstance(answer, Trajectory):
            runs[label] = answer
        else:
            failures[label] = answer
    if failures:
        _report(failures, len(models), stacklevel=5)
    return Ensemble(runs, failures)


def solve_one(run_of: Callable[[], Run], method: str, rtol: float, atol: Array) -> Trajectory:
    """Solve one run; see `simulate` for `method`.

    Raises
    ------
    SolveError
        If it cannot be finished.
    """
    if method == METHOD:
        answer = next(solve_together([("", run_of)], rtol, atol))[1]
        if isinstance(answer, Trajectory):
            return answer
    return solve(run_of(), "odeint" if method in ("auto", METHOD) else method, rtol, atol)


def _groups(models: Mapping[str, Model]) -> list[dict[str, Model]]:
    """The models by structure and rules: only those that have both in common can advance together."""
    groups: dict[object, dict[str, Model]] = {}
    for label, model in models.items():
        rules = tuple(event.condition for event in model.events if isinstance(event, When))
        mortal = tuple(species.extinct_below for species in model.species.values())
        groups.setdefault((model.structure, rules, mortal), {})[label] = model
    return list(groups.values())


def _one_by_one(
    group: Mapping[str, Model], run_of: Callable[[Model], Run], method: str, rtol: float, atol: object
) -> Iterator[Answer]:
    alone = "odeint" if method == METHOD else method
    for label, model in group.items():
        try:
            yield (
                label,
                solve_one(partial(run_of, model), alone, rtol, absolute_tolerances(model, atol, rtol)),
            )
        except (ModelError, SolveError) as error:
            yield label, error


def _together(
    group: Mapping[str, Model], run_of: Callable[[Model], Run], method: str, rtol: float, atol: object
) -> Iterator[Answer]:
    """All with the smallest tolerance of any; one that fails is tried again alone."""
    tolerances = np.min([absolute_tolerances(model, atol, rtol) for model in group.values()], axis=0)
    runs = ((label, partial(run_of, model)) for label, model in group.items())
    for label, answer in solve_together(runs, rtol, tolerances):
        if isinstance(answer, SolveError):
            yield from _one_by_one({label: group[label]}, run_of, method, rtol, atol)
        else:
            yield label, answer


def _report(failures: Mapping[str, Exception], of: int, *, stacklevel: int) -> None:
    """Raise the first failure if all failed, else warn and name it."""
    label, reason = next(iter(failures.items()))
    if len(failures) == of:
        text = f"run {label!r}: {reason}"
        if isinstance(reason, SolveError):
            raise SolveError(text, time=reason.time, species=reason.species, partial=reason.partial)
        raise type(reason)(text)
    warnings.warn(
        f"{len(failures)} of {of} runs failed and are kept apart in .failures; "
        f"the first is {label!r}: {reason}",
        RuntimeWarning,
        stacklevel=stacklevel,
    )


def shared_instants(models: Mapping[str, Model], start: float | None, until: float) -> frozenset[float]:
    """The known instants of all runs, unless they are too many to be shown in each of them."""
    instants: set[float] = set()
    for model in models.values():
        if model.events and len(instants) <= _SHARED_INSTANTS:
            begin = model.start if start is None else start
            try:
                own = Timeline(model, begin, until).instants()
            except ModelError:  # this member fails on its own, with its label
                continue
            instants |= {time for time in own if begin <= time <= until}
    return frozenset(instants) if len(instants) <= _SHARED_INSTANTS else frozenset()
