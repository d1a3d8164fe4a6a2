"""`simulate_stochastic`: the same processes as random events, many runs of one model together."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from ..language.model import Model
from .cells import census, names_behind
from .chance import COMPANY, Chance
from .company import solve_by_chance
from .ensemble import Ensemble
from .signs import refuse_negative_rates
from .simulate import span_of
from .trajectory import Trajectory

Array = NDArray[np.float64]
Answers = dict[str, Trajectory | Exception]

MOST_RUNS = 100_000
TOGETHER = 2000
"""Runs that advance together: whole companies, whose random numbers do not depend on one another."""


@dataclass(frozen=True)
class Extinction:
    """How many runs ended without a cell, and what that says about the probability.

    Attributes
    ----------
    name : str
        The species or role.
    value : float
        The share of runs in which it died out.
    low, high : float
        The 95 % interval of Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404, which holds the true
        probability in at least 95 of 100 cases.
    died, runs : int
        In how many of how many finished runs.
    """

    name: str
    value: float
    low: float
    high: float
    died: int
    runs: int

    def __str__(self) -> str:
        return (
            f"{self.name} died out in {self.died} of {self.runs} runs: "
            f"{self.value:.3g} ({self.low:.3g} to {self.high:.3g})"
        )


class StochasticRuns(Ensemble):
    """Runs of one model that differ by chance, labelled "run 1", "run 2", ...

    Parameters
    ----------
    runs : mapping of str to Trajectory
        They share their times.
    failures : mapping of str to Exception

    Attributes
    ----------
    y : ndarray, shape (n_runs, n_times, n_species)
        All amounts, in the order of `labels`; the runs are views into it.
    """

    def __init__(
        self, runs: Mapping[str, Trajectory], failures: Mapping[str, Exception] | None = None
    ) -> None:
        shared = next(iter(runs.values())).t if runs else np.empty(0)
        self.y: Array = np.array([run.y.T for run in runs.values()])
        views = {
            label: replace(run, t=shared, y=amounts.T)
            for (label, run), amounts in zip(runs.items(), self.y, strict=True)
        }
        self.y.flags.writeable = False
        super().__init__(views, failures)

    def __reduce__(self) -> tuple[Any, ...]:
        return StochasticRuns, (self._runs, dict(self.failures))

    def array(self, name: str) -> Array:
        """One quantity of every run, shape (n_runs, n_times), in the order of `labels`."""
        species = next(iter(self.values())).model.structure.species if len(self) else ()
        return self.y[:, :, species.index(name)] if name in species else super().array(name)

    def extinction(self, name: str) -> Extinction:
        """The probability that `name` has died out by the end.

        Parameters
        ----------
        name : str
            A species, or a role, definition or observable: then every species behind it must be at 0.

        Raises
        ------
        UnknownNameError
            If there is no such name.
        ModelError
            If it is not made of species that are counted in cells.
        """
        if not len(self):
            raise ModelError("there is no finished run here; see .failures for the reasons")
        model = next(iter(self.values())).model
        structure = model.structure
        known = (*structure.species, *structure.roles, *structure.definitions, *structure.observables)
        if name not in known:
            raise UnknownNameError(
                f"{shorten(name)} is not a species or role of {model.name!r}" + suggestion(name, known)
            )
        places = [
            i for i, species in enumerate(structure.species) if species in names_behind(structure, name)
        ]
        if not places or not census(model).counted[places].all():
            raise ModelError(f"{name!r} of {model.name!r} is not a number of cells, so it cannot die out")
        died = int((self.y[:, -1, places] == 0.0).all(axis=1).sum())
        low, high = _interval(died, len(self))
        return Extinction(name, died / len(self), low, high, died, len(self))

    def __repr__(self) -> str:
        return super().__repr__().replace("Ensemble", "StochasticRuns", 1)


def simulate_stochastic(
    model: Model,
    until: float,
    *,
    runs: int = 100,
    seed: int | None = None,
    start: float | None = None,
    at: Iterable[float] | None = None,
    every: float | None = None,
) -> StochasticRuns:
    """Run a model many times with its processes as random events.

    Parameters
    ----------
    model : Model
        What its rates give per unit of time is how often each process happens, on average. Species counted
        in cells (or without unit) are whole numbers; others, such as ``pg/mL``, flow as in the ODE.
    until : float
        The end, in the model's unit of time.
    runs : int
        How many runs.
    seed : int
        Where the random numbers begin, zero or more. The answer of a run depends on it and on the number of
        the run, not on how many runs there are.
    start : float, optional
        The beginning; by default the model's own.
    at : iterable of float, optional
        Output times in increasing order. By default 501 evenly spaced times, and both sides of every event.
    every : float, optional
        Time from one output to the next, instead of `at`.

    Returns
    -------
    StochasticRuns
        The runs by label, ``runs["run 1"]``, with ``runs.extinction("tumour")``.

    Raises
    ------
    ModelError
        If an argument does not fit, if nothing is counted in cells, or if a rate can turn negative; the
        sentence then shows the two processes to write instead.
    SolveError
        If no run could be finished.

    Warns
    -----
    RuntimeWarning
        If some runs failed; they are in ``failures`` of the result, by label.

    Notes
    -----
    The method is described in `cartsim.solving.leaps`: single events where cells are few, leaps where they
    are many, for each process of each run. Doses, infusions, changes and rules act as in `simulate`; rules
    look at the state after every step. Amounts that are not whole (half a cell at the start, or given) are
    rounded up or down by chance with the right mean. A process that lacks the cells for one event rests.

    Examples
    --------
    >>> from cartsim.language.parts import Process
    >>> both = {"birth": Process("-> T", "b*T"), "death": Process("T ->", "d*T")}
    >>> tumour = Model("tumour", species={"T": 2}, parameters={"b": 0.2, "d": 0.1}, processes=both)
    >>> runs = simulate_stochastic(tumour, until=50, seed=1)
    >>> bool(runs.extinction("T").low < (0.1 / 0.2) ** 2 < runs.extinction("T").high)
    True
    """
    if not isinstance(model, Model):
        raise ModelError(f"simulate_stochastic takes one model, not {shorten(model)}")
    number, seed = _whole(runs, "runs", 1), _seed(seed)
    if number > MOST_RUNS:
        raise ModelError(f"runs is {number:,}; at most {MOST_RUNS:,} can be made at once")
    counts = census(model)
    span = span_of({model.name: model}, until, start=start, at=at, every=every)
    refuse_negative_rates(model, counts, span.begin(model), span.until)
    answers: Answers = {}
    for first in range(0, number, TOGETHER):
        companies = -(-min(number - first, TOGETHER) // COMPANY)
        chance = Chance(seed, first // COMPANY, companies)
        for i, answer in solve_by_chance(model, counts, span, chance, companies * COMPANY):
            answers[f"run {first + i + 1}"] = answer
    wanted = {label: answers[label] for label in (f"run {i}" for i in range(1, number + 1))}
    finished = {label: answer for label, answer in wanted.items() if isinstance(answer, Trajectory)}
    failures = {label: answer for label, answer in wanted.items() if isinstance(answer, Exception)}
    if failures:
        _report(failures, number)
    return StochasticRuns(finished, failures)


# ------------------------------------------------------------------ arguments and answers


def _whole(value: Any, what: str, least: int) -> int:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or value < least:
        raise ModelError(f"{what} must be a whole number from {least}, not {shorten(value)}")
    return int(value)


def _seed(seed: Any) -> int:
    if seed is None:
        raise ModelError(
            "simulate_stochastic needs seed=, a whole number such as seed=1, so that the same runs can be "
            "had again"
        )
    return _whole(seed, "seed", 0)


def _interval(died: int, runs: int) -> tuple[float, float]:
    """The 95 % interval of Clopper and Pearson."""
    from scipy.special import betaincinv

    low = float(betaincinv(died, runs - died + 1, 0.025)) if died else 0.0
    high = float(betaincinv(died + 1, runs - died, 0.975)) if died < runs else 1.0
    return low, high


def _report(failures: Mapping[str, Exception], of: int) -> None:
    """Raise the first failure if all failed, else warn and name it."""
    label, reason = next(iter(failures.items()))
    if len(failures) == of:
        raise reason
    warnings.warn(
        f"{len(failures)} of {of} runs failed and are kept apart in .failures; "
        f"the first is {label!r}: {reason}",
        RuntimeWarning,
        stacklevel=3,
    )
