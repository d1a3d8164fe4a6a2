"""`Job`: a piece of a cohort with everything that is needed to solve it, here or in another process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language.checks import Structure
from ..language.errors import ModelError, SolveError
from ..language.model import Model
from ..language.tree import Expression
from .batch import Batch
from .bundle import Bundle, left_behind
from .fleet import Fleet
from .members import Members, members_of
from .parcel import Difference, packed, unpacked
from .people import Cohort
from .recorder import Recorder
from .rounds import solve_in_rounds
from .run import Run
from .single import solve
from .stretches import Engine
from .tolerances import absolute_tolerances
from .trajectory import Trajectory

Array = NDArray[np.float64]
Answer = tuple[str, Trajectory | Exception]

TOGETHER = ("batch", "numba")
"""The methods that solve many runs at once."""


@dataclass(frozen=True, eq=False)
class Span:
    """When runs begin and end, and which rows they have.

    Attributes
    ----------
    start : float or None
        None for each model's own.
    first, until : float
        Of all runs.
    grid : ndarray, shape (n,)
        Output times.
    exactly : bool
        Whether the rows are those of the grid and no others.
    twice : frozenset of float
        Times of the grid that have two rows.
    """

    start: float | None
    first: float
    until: float
    grid: Array
    exactly: bool
    twice: frozenset[float] = frozenset()

    def begin(self, model: Model) -> float:
        """When the run of a model begins."""
        return model.start if self.start is None else self.start

    def recorder(self, model: Model) -> Recorder:
        """What takes down the rows of a model's run."""
        begin, rows = self.begin(model), self.grid
        if self.exactly and rows[0] < begin:
            raise ModelError(f"the time {rows[0]:g} in at lies outside the run, {begin:g} to {self.until:g}")
        if not self.exactly and begin > self.first:
            rows = np.union1d(rows[rows >= begin], [begin])
        return Recorder(model, rows, both_sides=False, twice=self.twice)

    def run_of(self, model: Model) -> Run:
        """The run of a model."""
        return Run(model, self.begin(model), self.until, self.recorder(model))


@dataclass(frozen=True, eq=False)
class Setting:
    """How runs are solved.

    Attributes
    ----------
    span : Span
    method : str
        One of `TOGETHER`, or a method for single runs.
    rtol : float
    atol : float, mapping of str to float, or None
        As the user gave it.
    shared_atol : ndarray, shape (n_species,), or None
        For runs that are solved together.
    keep : tuple of str, or None
        The names whose values are stored; None for everything.
    """

    span: Span
    method: str
    rtol: float
    atol: object
    shared_atol: Array | None = None
    keep: tuple[str, ...] | None = None

    def engine(self, structure: Structure, watches: Sequence[Expression]) -> Engine:
        """What solves many stretches at once."""
        assert self.shared_atol is not None
        if self.method == "numba":
            from .native import Native

            return Native(structure, watches, self.rtol, self.shared_atol)
        return Batch(structure, watches, self.rtol, self.shared_atol)


@dataclass
class Piece:
    """What came of a job: runs as arrays of many, runs one by one, and failures."""

    bundles: list[Bundle] = field(default_factory=list)
    made: dict[str, Trajectory] = field(default_factory=dict)
    failures: dict[str, Exception] = field(default_factory=dict)

    def bare(self) -> Piece:
        """The same without the models, which whoever gave the job has; they would be most of what is sent."""
        bundles = [replace(bundle, model_of=left_behind) for bundle in self.bundles]
        made = {label: replace(run, model=None) for label, run in self.made.items()}  # type: ignore[arg-type]
        return Piece(bundles, made, self.failures)

    def dressed(self, models: Mapping[str, Model]) -> Piece:
        """The same with the models of the job again."""
        bundles = [replace(bundle, model_of=models.__getitem__) for bundle in self.bundles]
        made = {label: replace(run, model=models[label]) for label, run in self.made.items()}
        return Piece(bundles, made, self.failures)

    def take(self, answers: Iterator[Answer]) -> None:
        """Sort answers into runs and failures."""
        for label, answer in answers:
            if isinstance(answer, Trajectory):
                self.made[label] = answer
            else:
                self.failures[label] = answer


@dataclass(frozen=True, eq=False)
class Job:
    """Models of one structure and one set of rules, and how to solve them."""

    models: Mapping[str, Model]
    setting: Setting

    def __len__(self) -> int:
        return len(self.models)

    def __reduce__(self) -> tuple[Any, ...]:
        if isinstance(self.models, Cohort):
            return Job, (self.models, self.setting)
        return _delivered, (*packed(self.models), self.setting)


def _delivered(first: Model, differences: list[Difference], setting: Setting) -> Job:
    return Job(unpacked(first, differences), setting)


def done(job: Job) -> Piece:
    """Do a job. A run that could not be finished together with others is tried again alone."""
    piece, setting = Piece(), job.setting
    if setting.method not in TOGETHER:
        piece.take(one_by_one(job.models, setting, setting.method))
    else:
        members = members_of(job.models)
        if members is None or _bundled(piece, members, setting) is None:
            piece.take(_in_rounds(job.models, setting))
    if setting.keep is not None:
        piece.bundles = [bundle.keeping(setting.keep) for bundle in piece.bundles]
        piece.made = {label: run.keeping(setting.keep) for label, run in piece.made.items()}
    return piece


def done_elsewhere(job: Job) -> Piece:
    """Do a job whose result is sent back."""
    return done(job).bare()


def _bundled(piece: Piece, members: Members, setting: Setting) -> Piece | None:
    """Members with the same events go together; None if their events do not fit into the run."""
    span, model = setting.span, members.model
    try:
        recorder, begin = span.recorder(model), span.begin(model)
        watches = span.run_of(model).watch.trees
        fleet = Fleet(members, begin, span.until, recorder, setting.engine(model.structure, watches))
    except ModelError:  # each of them says so by its label
        return None
    bundle, lost = fleet.solve()
    if len(bundle):
        piece.bundles.append(bundle)
    again = {members.labels[i]: members.model_of(members.labels[i]) for i in lost.tolist()}
    piece.take(one_by_one(again, setting, "odeint"))
    return piece


def _in_rounds(models: Mapping[str, Model], setting: Setting) -> Iterator[Answer]:
    runs = ((label, partial(setting.span.run_of, model)) for label, model in models.items())

    def engine_of(run: Run) -> Engine:
        return setting.engine(run.model.structure, run.watch.trees)

    for label, answer in solve_in_rounds(runs, engine_of):
        if isinstance(answer, SolveError):
            yield from one_by_one({label: models[label]}, setting, "odeint")
        else:
            yield label, answer


def one_by_one(models: Mapping[str, Model], setting: Setting, method: str) -> Iterator[Answer]:
    """Each run by itself."""
    for label, model in models.items():
        try:
            tolerances = absolute_tolerances(model, setting.atol, setting.rtol)
            yield label, alone(partial(setting.span.run_of, model), method, setting.rtol, tolerances)
        except (ModelError, SolveError) as error:
            yield label, error


def alone(run_of: Callable[[], Run], method: str, rtol: float, atol: Array) -> Trajectory:
    """Solve one run; see `simulate` for `method`.

    Raises
    ------
    SolveError
        If it cannot be finished.
    """
    if method in TOGETHER:

        def engine_of(run: Run) -> Engine:
            setting = Setting(Span(None, 0.0, 0.0, atol, True), method, rtol, None, atol)
            return setting.engine(run.model.structure, run.watch.trees)

        answer = next(solve_in_rounds([("", run_of)], engine_of))[1]
        if isinstance(answer, Trajectory):
            return answer
    return solve(run_of(), "odeint" if method in ("auto", *TOGETHER) else method, rtol, atol)
