"""`simulate`: the one verb that solves a model, or a mapping of models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import overload

import numpy as np
from numpy.typing import NDArray

from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from ..language.model import Model
from ..language.values import finite
from .ensemble import Ensemble
from .recorder import Recorder
from .run import Run
from .several import shared_instants, solve_one, solve_several
from .steps import STEPWISE
from .tolerances import absolute_tolerances, relative_tolerance
from .trajectory import Trajectory

Array = NDArray[np.float64]

METHODS = ("auto", "odeint", "batch", *STEPWISE)
"""What ``method=`` may be."""
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
        which ``"auto"`` takes for many of one structure. Or a method of ``scipy.integrate.solve_ivp``.
    rtol : float
        Relative tolerance of a step.
    atol : float or mapping of str to float, optional
        Absolute tolerance, for all or by species; see `cartsim.solving.tolerances.absolute_tolerances`.

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
    if method not in METHODS:
        raise UnknownNameError(
            f"{shorten(method)} is not a method" + suggestion(method, METHODS, plural="methods")
        )
    rtol = relative_tolerance(rtol)
    if isinstance(model, Model):
        begin, end, grid = _span(model, start, until, at)

        def run_of_model() -> Run:
            return Run(model, begin, end, Recorder(model, grid, both_sides=at is None))

        return solve_one(run_of_model, method, rtol, absolute_tolerances(model, atol, rtol))
    if not isinstance(model, Mapping):
        raise ModelError(f"simulate takes a model or a mapping of labels to models, not {shorten(model)}")
    return _several(model, until, start, at, method, rtol, atol)


def _several(
    models: Mapping[str, Model],
    until: float,
    start: float | None,
    at: Iterable[float] | None,
    method: str,
    rtol: float,
    atol: object,
) -> Ensemble:
    if not models:
        raise ModelError("simulate was given an empty mapping; it needs at least one model")
    for label, member in models.items():
        if not isinstance(label, str) or not isinstance(member, Model):
            raise ModelError(f"simulate takes labels with models; {shorten(label)} holds {shorten(member)}")
    begin, end, grid = _span(min(models.values(), key=lambda member: member.start), start, until, at)
    twice = frozenset[float]() if at is not None else shared_instants(models, start, end)
    shared = np.union1d(grid, list(twice)) if twice else grid

    def run_of(member: Model) -> Run:
        first = member.start if start is None else begin
        if at is not None:
            rows = _span(member, first, end, grid)[2]
        elif first > begin:
            rows = np.union1d(shared[shared >= first], [first])
        else:
            rows = shared
        return Run(member, first, end, Recorder(member, rows, both_sides=False, twice=twice))

    return solve_several(models, run_of, method, rtol, atol)


def _span(
    model: Model, start: float | None, until: float, at: Iterable[float] | None
) -> tuple[float, float, Array]:
    """Start, end and output times, checked."""
    begin = model.start if start is None else finite(start, "start")
    end = finite(until, "until")
    if end <= begin:
        raise ModelError(f"until={end:g} must lie after the start of the run, {begin:g}")
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


def _times(at: Iterable[float]) -> Array:
    """The output times as an array, or a `ModelError` if it is not numbers that were given."""
    if isinstance(at, np.ndarray) and at.ndim == 1 and at.dtype.kind in "fiu":
        return at.astype(float)
    if isinstance(at, Iterable) and not isinstance(at, (str, bytes)):
        given = list(at)
        if not any(isinstance(time, (str, bytes, bool, Iterable)) for time in given):
            return np.array([float(time) for time in given])
    raise ModelError(f"at must be a list of times, not {shorten(at)}")
