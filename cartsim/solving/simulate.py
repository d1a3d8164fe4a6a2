"""`simulate`: the one verb that solves a model, or a mapping of models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from ..language.errors import MissingExtraError, ModelError, UnknownNameError, shorten, suggestion
from ..language.model import Model
from ..language.values import finite
from .cohort import Cohort
from .ensemble import Ensemble
from .job import Span, alone
from .native_choice import available
from .recorder import Recorder
from .run import Run
from .several import shared_instants, solve_several
from .steps import STEPWISE
from .tolerances import absolute_tolerances, relative_tolerance
from .trajectory import Trajectory

if TYPE_CHECKING:
    from concurrent.futures import Executor

Array = NDArray[np.float64]

METHODS = ("auto", "odeint", "batch", *STEPWISE)
"""What ``method=`` may be, beside ``"numba"`` with ``cartsim[fast]``."""
_MOST_POINTS = 1_000_000
_POINTS = 501  # even spacing: until=500 gives one a day


@overload
def simulate(
    model: Model,
    until: float,
    *,
    start: float | None = None,
    at: Iterable[float] | None = None,
    method: str = "auto",
    rtol: float = 1e-6,
    atol: float | Mapping[str, float] | None = None,
    every: float | None = None,
    keep: Iterable[str] | None = None,
    executor: Executor | None = None,
    progress: bool | None = None,
) -> Trajectory: ...


@overload
def simulate(
    model: Mapping[str, Model],
    until: float,
    *,
    start: float | None = None,
    at: Iterable[float] | None = None,
    method: str = "auto",
    rtol: float = 1e-6,
    atol: float | Mapping[str, float] | None = None,
    every: float | None = None,
    keep: Iterable[str] | None = None,
    executor: Executor | None = None,
    progress: bool | None = None,
) -> Ensemble: ...


def simulate(
    model: Model | Mapping[str, Model],
    until: float,
    *,
    start: float | None = None,
    at: Iterable[float] | None = None,
    method: str = "auto",
    rtol: float = 1e-6,
    atol: float | Mapping[str, float] | None = None,
    every: float | None = None,
    keep: Iterable[str] | None = None,
    executor: Executor | None = None,
    progress: bool | None = None,
) -> Trajectory | Ensemble:
    """Solve a model, or each of several.

    Parameters
    ----------
    model : Model or mapping of str to Model
        One model gives a `Trajectory`, a mapping an `Ensemble` with the same labels.
    until : float
        The end, in the model's unit of time; no event may begin after it.
    start : float, optional
        The beginning; by default the model's own, usually 0.
    at : iterable of float, optional
        Output times in increasing order; at the instant of an event, the value after it. By default 501
        evenly spaced times, and both sides of every event (of every known event of all runs, for a mapping).
    method : str
        ``"auto"``: SciPy's compiled LSODA driver with the exact Jacobian, and Radau where that fails.
        ``"odeint"`` is the same by its own name. ``"batch"``: Rodas5P for all members of a mapping together,
        which ``"auto"`` takes from 200 of one structure on. ``"numba"``: the same method compiled, with
        ``cartsim[fast]`` (see `cartsim.solving.native_choice.pays` for when ``"auto"`` takes it). Or a method
        of ``scipy.integrate.solve_ivp``.
    rtol : float
        Relative tolerance of a step.
    atol : float or mapping of str to float, optional
        Absolute tolerance, for all or by species; see `cartsim.solving.tolerances.absolute_tolerances`.
    every : float, optional
        Instead of `at`: the spacing of the output times, in the model's unit of time.
    keep : iterable of str, optional
        Names of species, observables, roles, ... whose values are stored, and nothing else: many long runs
        need little memory then, but only what was kept can be asked of them.
    executor : concurrent.futures.Executor, optional
        Whose workers solve the members of a mapping: a process pool, or Dask's ``client.get_executor()``.
        The answers are the same. A job whose worker is lost is done by another, or reported by label.
    progress : bool, optional
        Whether to show how far a mapping has come; by default after a second, in a terminal or notebook.
        Ctrl-C ends the work and keeps what is finished, with a warning.

    Returns
    -------
    Trajectory or Ensemble

    Raises
    ------
    ModelError
        If an argument does not fit the model; the sentence says which.
    SolveError
        If a single run cannot be finished, or none of several. What was computed is in its ``partial``.

    Warns
    -----
    RuntimeWarning
        If some of several runs failed; they are in ``failures`` of the result, by label.

    Examples
    --------
    >>> from cartsim.language.parts import Process
    >>> loss = {"loss": Process("A ->", "k*A")}
    >>> decay = Model("decay", species={"A": 8.0}, parameters={"k": 0.5}, processes=loss)
    >>> run = simulate(decay, until=2, at=[0, 1, 2])
    >>> run["A"].round(4).tolist()
    [8.0, 4.8522, 2.943]
    """
    check_how(method, executor)
    rtol = relative_tolerance(rtol)
    names = None if keep is None else _names(keep)
    if isinstance(model, Model):
        begin, end, grid = _span(model, start, until, at, every)
        _check_kept(model, names)

        def run_of_model() -> Run:
            return Run(model, begin, end, Recorder(model, grid, both_sides=at is None))

        run = alone(run_of_model, method, rtol, absolute_tolerances(model, atol, rtol))
        return run if names is None else run.keeping(names)
    if not isinstance(model, Mapping):
        raise ModelError(f"simulate takes a model or a mapping of labels to models, not {shorten(model)}")
    check_members(model, names)
    span = span_of(model, until, start=start, at=at, every=every)
    return solve_several(model, span, method, rtol, atol, keep=names, executor=executor, progress=progress)


def _names(keep: Any) -> tuple[str, ...]:
    """What is to be kept, as names."""
    names = (keep,) if isinstance(keep, str) else tuple(keep) if isinstance(keep, Iterable) else ()
    if not names or any(not isinstance(name, str) for name in names):
        raise ModelError(
            f"keep must be a list of names, such as keep=['car_t', 'tumour'], not {shorten(keep)}"
        )
    return names


def _check_kept(model: Model, names: tuple[str, ...] | None) -> None:
    for name in names or ():
        if model.structure.expression(name) is None:
            raise UnknownNameError(
                f"keep names {shorten(name)}, which is not a name in {model.name!r}"
                + suggestion(name, model.structure.names())
            )


def check_how(method: str, executor: Executor | None) -> None:
    """Raise if there is no such method here, or `executor` cannot take work."""
    known = (*METHODS, "numba")
    if method not in known:
        raise UnknownNameError(
            f"{shorten(method)} is not a method" + suggestion(method, known, plural="methods")
        )
    if method == "numba" and not available():
        raise MissingExtraError(
            'method="numba" needs Numba, which is not installed: pip install "cartsim[fast]"'
        )
    if executor is not None and not hasattr(executor, "submit"):
        raise ModelError(
            "executor must be a concurrent.futures.Executor, such as ProcessPoolExecutor(), "
            f"not {shorten(executor)}"
        )


def check_members(models: Mapping[str, Model], names: tuple[str, ...] | None = None) -> None:
    """Raise if this is not a mapping of labels to models which have the names to keep."""
    if not isinstance(models, Mapping):
        raise ModelError(f"a mapping of labels to models is needed, such as a cohort, not {shorten(models)}")
    if not models:
        raise ModelError("simulate was given an empty mapping; it needs at least one model")
    if isinstance(models, Cohort):
        _check_kept(models.model, names)
        return
    checked: set[int] = set()
    for label, member in models.items():
        if not isinstance(label, str) or not isinstance(member, Model):
            raise ModelError(f"simulate takes labels with models; {shorten(label)} holds {shorten(member)}")
        if names and id(member.structure) not in checked:
            checked.add(id(member.structure))
            _check_kept(member, names)


def span_of(
    models: Mapping[str, Model],
    until: float,
    *,
    start: float | None,
    at: Iterable[float] | None,
    every: float | None,
) -> Span:
    """When the runs of several models begin and end, and the rows they share; arguments as in `simulate`.

    Raises
    ------
    ModelError
        If they do not fit.
    """
    earliest = models.model if isinstance(models, Cohort) else min(models.values(), key=lambda m: m.start)
    begin, end, grid = _span(earliest, start, until, at, every)
    if at is not None:
        return Span(start, begin, end, grid, exactly=True)
    twice = shared_instants(models, start, end)
    return Span(start, begin, end, np.union1d(grid, list(twice)) if twice else grid, False, twice)


def _span(
    model: Model,
    start: float | None,
    until: float,
    at: Iterable[float] | None,
    every: float | None = None,
) -> tuple[float, float, Array]:
    """Start, end and output times, checked."""
    begin = model.start if start is None else finite(start, "start")
    end = finite(until, "until")
    if end <= begin:
        raise ModelError(f"until={end:g} must lie after the start of the run, {begin:g}")
    if every is not None:
        return begin, end, _spaced(begin, end, every, at)
    if at is None:
        return begin, end, np.linspace(begin, end, _POINTS)
    times = _times(at)
    if not len(times) or not np.isfinite(times).all():
        raise ModelError("at must hold at least one time, and only finite ones")
    if (np.diff(times) <= 0).any():
        raise ModelError("the times in at must increase from one to the next")
    if times[0] < begin or times[-1] > end:
        bad = times[0] if times[0] < begin else times[-1]
        raise ModelError(f"the time {bad:g} in at lies outside the run, {begin:g} to {end:g}")
    return begin, end, times


def _spaced(begin: float, end: float, every: float, at: Iterable[float] | None) -> Array:
    """Output times `every` so often, and the end."""
    if at is not None:
        raise ModelError("give at= or every=, not both: each of them says when there is output")
    spacing = finite(every, "every")
    if not 0.0 < spacing <= end - begin or (end - begin) / spacing > _MOST_POINTS:
        raise ModelError(
            f"every={spacing:g} must be above zero, at most the length of the run ({end - begin:g}), "
            f"and give at most {_MOST_POINTS} times"
        )
    times = begin + spacing * np.arange(int((end - begin) / spacing * (1.0 + 1e-12)) + 1)
    return np.append(times[times < end - 1e-9 * spacing], end)


def _times(at: Iterable[float]) -> Array:
    """The output times as an array, or a `ModelError` if it is not numbers that were given."""
    if isinstance(at, np.ndarray) and at.ndim == 1 and at.dtype.kind in "fiu":
        return at.astype(float)
    if isinstance(at, Iterable) and not isinstance(at, (str, bytes)):
        given = list(at)
        if not any(isinstance(time, (str, bytes, bool, Iterable)) for time in given):
            return np.array([float(time) for time in given])
    raise ModelError(f"at must be a list of times, not {shorten(at)}")
