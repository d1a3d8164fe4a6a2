"""`summarise`: the read-outs and quantiles of very many patients, without keeping their runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from ..language.model import Model
from ..language.values import finite
from ..solving.bundle import Runs
from ..solving.ensemble import Ensemble
from ..solving.job import Job, Piece, done
from ..solving.people import Cohort
from ..solving.several import gather, planned, told
from ..solving.simulate import check_how, check_members, span_of
from ..solving.tolerances import relative_tolerance
from ..solving.trajectory import Trajectory
from ..solving.workers import carried_out
from .readout import Readouts, ReadoutTable
from .readouts import ROLES_READ, readouts
from .sketch import Counts, Sketch, counted

if TYPE_CHECKING:
    from concurrent.futures import Executor

Array = NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, eq=False)
class Summary:
    """What is known of a cohort whose runs were not kept.

    Attributes
    ----------
    labels : tuple of str
        The members that were solved, in order.
    failures : mapping of str to Exception
        Why the others were not.
    readouts : ReadoutTable of Readouts
        Empty if the model has none of the roles that read-outs need.
    t : ndarray, shape (n_times,)
    quantiles : tuple of float
    curves : mapping of str to ndarray, shape (n_quantiles, n_times)
        By name of a quantity, at each time over all members; right to half a percent.
    units : mapping of str to str
        Of the curves.
    example : Trajectory
        The run of the first member, with what was planned for all of them; only the curves were kept.
    """

    labels: tuple[str, ...]
    failures: Mapping[str, Exception]
    readouts: ReadoutTable[Readouts]
    t: Array
    quantiles: tuple[float, ...]
    curves: Mapping[str, Array]
    units: Mapping[str, str]
    example: Trajectory

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, name: str) -> Array:
        """The quantiles of one quantity, shape (n_quantiles, n_times)."""
        if name not in self.curves:
            raise UnknownNameError(
                f"there are no curves of {shorten(name)}" + suggestion(name, self.curves, plural="curves")
            )
        return self.curves[name]

    def __repr__(self) -> str:
        failed = f", {len(self.failures)} failed" if self.failures else ""
        return f"<Summary of {len(self)} runs{failed}: curves of {', '.join(self.curves) or 'nothing'}>"


def summarise(
    models: Mapping[str, Model],
    until: float,
    *,
    curves: Iterable[str] | None = None,
    quantiles: Sequence[float] = QUANTILES,
    start: float | None = None,
    at: Iterable[float] | None = None,
    every: float | None = None,
    method: str = "auto",
    rtol: float = 1e-6,
    atol: float | Mapping[str, float] | None = None,
    detection_limit: float | None = None,
    tumour_limit: float | None = None,
    windows: Iterable[tuple[float, float]] = ((0, 28),),
    executor: Executor | None = None,
    progress: bool | None = None,
) -> Summary:
    """Solve many models and keep their read-outs and the quantiles of their curves, but not their runs.

    A hundred thousand patients need no more memory for their curves than a thousand. For up to some
    thousands, `simulate` and `readouts` tell more.

    Parameters
    ----------
    models : mapping of str to Model
        Usually a cohort; members must share their structure.
    until, start, at, every, method, rtol, atol, executor, progress
        As for `simulate`.
    curves : iterable of str, optional
        The quantities whose quantiles are wanted; by default the roles ``car_t`` and ``tumour``, if the model
        has them, else its species.
    quantiles : sequence of float
        Between 0 and 1, increasing.
    detection_limit, tumour_limit, windows
        As for `readouts`.

    Returns
    -------
    Summary

    Raises
    ------
    ModelError
        If an argument does not fit, or every member failed.

    Warns
    -----
    RuntimeWarning
        If some failed; they are in ``failures``, by label.

    Examples
    --------
    >>> from cartsim.language.parts import Process
    >>> from cartsim.solving.cohort import cohort
    >>> birth = {"birth": Process("-> T", "r*T")}
    >>> growth = Model("growth", species={"T": 1.0}, parameters={"r": 0.1}, processes=birth)
    >>> people = cohort(growth, 500, spread={"r": 0.2}, seed=1)
    >>> summary = summarise(people, until=10, every=5, curves=["T"])
    >>> bool(abs(summary["T"][2, -1] / np.exp(10 * np.median(people.values("r"))) - 1) < 0.01)
    True
    """
    check_how(method, executor)
    check_members(models)
    rtol = relative_tolerance(rtol)
    model = _shared_model(models)
    gathered = Gathered(_curves(model, curves))
    wanted = _quantiles(quantiles)
    options = {"detection_limit": detection_limit, "tumour_limit": tumour_limit, "windows": tuple(windows)}
    span = span_of(models, until, start=start, at=at, every=every)
    jobs = planned(models, span, method, rtol, atol, keep=None, sent=executor is not None)
    do = partial(reduced, gathered.names, options)
    work = carried_out(jobs, len(models), executor, progress, do)
    interrupted = gather(work, gathered.take, gathered.failures)
    finished = {label for part in gathered.parts for label in part.labels}
    failures = told(gathered.failures, models, finished, interrupted=interrupted)
    return gathered.summary(models, wanted, failures)


def _shared_model(models: Mapping[str, Model]) -> Model:
    """A model that stands for all; they must be written alike."""
    if isinstance(models, Cohort):
        return models.model
    label, first = next(iter(models.items()))
    for other, model in models.items():
        if model.structure != first.structure:
            raise ModelError(
                f"{other!r} is another model than {label!r} ({model.name!r}, {first.name!r}): the members of "
                "a summary differ in numbers and events only; summarise each kind by itself"
            )
    return first


def _curves(model: Model, curves: Iterable[str] | None) -> tuple[str, ...]:
    if curves is None:
        roles = tuple(role for role in ("car_t", "tumour") if role in model.roles)
        return roles or tuple(model.species)
    names = (curves,) if isinstance(curves, str) else tuple(curves)
    for name in names:
        if not isinstance(name, str) or model.structure.expression(name) is None:
            raise UnknownNameError(
                f"curves names {shorten(name)}, which is not a name in {model.name!r}"
                + suggestion(name, model.structure.names())
            )
    return names


def _quantiles(quantiles: Sequence[float]) -> tuple[float, ...]:
    wanted = tuple(finite(quantile, "a quantile") for quantile in quantiles)
    if not wanted or min(wanted) < 0.0 or max(wanted) > 1.0 or list(wanted) != sorted(set(wanted)):
        raise ModelError(f"quantiles must lie between 0 and 1 and increase, such as {QUANTILES}")
    return wanted


@dataclass(frozen=True, eq=False)
class Part:
    """What is kept of one piece of work."""

    labels: tuple[str, ...]
    failures: Mapping[str, Exception]
    readouts: Mapping[str, Readouts]
    counts: Mapping[str, Counts]
    t: Array
    units: Mapping[str, str]
    example: Trajectory | None


def reduced(names: tuple[str, ...], options: Mapping[str, Any], job: Job) -> Part:
    """Do a job and keep its read-outs and counts; the runs are forgotten."""
    piece: Piece = done(job)
    finished = {*piece.made, *(label for bundle in piece.bundles for label in bundle.labels)}
    order = [label for label in job.models if label in finished]
    if not order:
        return Part((), piece.failures, {}, {}, np.empty(0), {}, None)
    runs = Ensemble(Runs(order, piece.bundles, piece.made), piece.failures)
    model = runs[order[0]].model
    table = readouts(runs, **options) if set(ROLES_READ) & set(model.roles) else {}
    counts = {}
    for name in names:
        values = runs.array(name)
        if np.isnan(values).any():
            label = order[int(np.isnan(values).any(axis=1).argmax())]
            raise ModelError(f"{name!r} has no value at some time in {label!r}; leave it out of curves=[...]")
        counts[name] = counted(values)
    units = {name: runs[order[0]].units[name] for name in names}
    first = runs[order[0]]
    planned_for_all = tuple(o for o in first.occurrences if o.kind in ("dose", "infusion", "change"))
    example = replace(first, occurrences=planned_for_all).keeping(names)
    return Part(tuple(order), piece.failures, dict(table), counts, runs.t, units, example)


@dataclass
class Gathered:
    """The parts that have come in so far."""

    names: tuple[str, ...]
    parts: list[Part] = field(default_factory=list)
    failures: dict[str, Exception] = field(default_factory=dict)
    sketches: dict[str, Sketch] = field(default_factory=dict)

    def take(self, job: Job, part: Part) -> None:
        """Add a part; its counts are added up at once."""
        self.failures |= part.failures
        if not part.labels:
            return
        if self.parts and not np.array_equal(part.t, self.parts[0].t):
            raise ModelError("the members do not share their output times; ask for them with at=[...]")
        for name, counts in part.counts.items():
            if name not in self.sketches:
                self.sketches[name] = Sketch(len(part.t))
            self.sketches[name].add(counts)
        self.parts.append(replace(part, counts={}))

    def summary(
        self, models: Mapping[str, Model], quantiles: tuple[float, ...], failures: Mapping[str, Exception]
    ) -> Summary:
        """All parts in one, in the order of the members."""
        place = {label: i for i, label in enumerate(models)}
        self.parts.sort(key=lambda part: place[part.labels[0]])
        labels = [label for part in self.parts for label in part.labels]
        order = np.argsort([place[label] for label in labels], kind="stable")
        labels = [labels[i] for i in order]
        first = self.parts[0]
        assert first.example is not None
        table = {
            name: _joined([part.readouts[name] for part in self.parts], order, tuple(labels))
            for name in first.readouts
        }
        return Summary(
            labels=tuple(labels),
            failures=MappingProxyType(dict(failures)),
            readouts=ReadoutTable(table, title=f"Read-outs of {len(labels)} runs", unknown=_unknown(table)),
            t=first.t,
            quantiles=quantiles,
            curves={name: sketch.quantiles(quantiles) for name, sketch in self.sketches.items()},
            units=first.units,
            example=first.example,
        )


def _joined(parts: Sequence[Readouts], order: NDArray[np.intp], labels: tuple[str, ...]) -> Readouts:
    reasons = {label: reason for part in parts for label, reason in part.reasons.items()}
    return Readouts(
        values=np.concatenate([part.values for part in parts])[order],
        unit=parts[0].unit,
        meaning=parts[0].meaning,
        labels=labels,
        reasons=reasons,
    )


def _unknown(table: Mapping[str, Readouts]) -> Any:
    return lambda name: f"there is no read-out {shorten(name)}" + suggestion(name, table, plural="read-outs")
