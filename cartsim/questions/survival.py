"""Kaplan-Meier: `Survival`, the share of patients without an event, where some are not followed to theirs."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..language.errors import ModelError, shorten
from ..language.units import convert
from ..language.values import amount
from ..solving.ensemble import Ensemble
from .course import _origin
from .outcome import CENSORED
from .readout import Readout, Readouts

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

CONFIDENCE = 0.95
_TINY = 1e-300  # stands for nothing where a logarithm is taken
_EVEN = 1e-12  # a share this far above a half is a half: rounding of the product
_CENSORED = "not reached"  # how the reason of a read-out begins that a longer run may still give
_NEVER = "not reached: never above"  # no longer run helps: what should vanish was never there


@dataclass(frozen=True, eq=False, repr=False)
class Survival:
    """The share of patients without an event against time.

    Attributes
    ----------
    days : ndarray, shape (n_patients,)
        Until when each patient was followed up, ascending.
    happened : ndarray of bool, shape (n_patients,)
        Whether the event happened then; otherwise the patient is censored then.
    t : ndarray, shape (n_steps,)
        0 and the days with events, ascending.
    share : ndarray, shape (n_steps,)
        Of patients without an event, from each `t` until before the next.
    low, high : ndarray, shape (n_steps,)
        Its 95 % confidence interval at each `t`; 1 before the first event, nan where the share is 0.
    """

    days: Array
    happened: Mask
    t: Array
    share: Array
    low: Array
    high: Array

    def __post_init__(self) -> None:
        for array in (self.days, self.happened, self.t, self.share, self.low, self.high):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.days)

    def at(self, times: ArrayLike) -> Array:
        """The share without an event after what happens at each of `times`, an array of their shape."""
        steps = np.searchsorted(self.t, np.asarray(times, dtype=float), side="right") - 1
        return np.where(steps < 0, 1.0, self.share[steps])

    def at_risk(self, times: ArrayLike) -> NDArray[np.intp]:
        """How many are still followed up without an event just before `times`, an array of their shape."""
        past = np.searchsorted(self.days, np.asarray(times, dtype=float), side="left")
        return np.asarray(len(self.days) - past, dtype=np.intp)

    @property
    def median(self) -> float:
        """The first day on which the share is a half or less; nan if it never is."""
        reached = self.t[self.share <= 0.5 + _EVEN]
        return float(reached[0]) if len(reached) else float("nan")

    def __repr__(self) -> str:
        middle = f"median {self.median:g}" if self.median == self.median else "median not reached"
        return f"<Survival of {len(self)} patients, {int(self.happened.sum())} events: {middle}>"


def survival(days: ArrayLike, happened: ArrayLike) -> Survival:
    """The Kaplan-Meier estimate of the share of patients without an event.

    Parameters
    ----------
    days : array_like, shape (n_patients,)
        Until when each patient was followed up: to the event, or to the last visit without it.
    happened : array_like of bool, shape (n_patients,)
        Whether it was an event; otherwise the patient is censored on that day.

    Returns
    -------
    Survival

    Raises
    ------
    ModelError
        If there are no patients, the lengths differ, or a day is negative or missing.

    Notes
    -----
    With d events on a day among n at risk just before it, the share is multiplied by (n - d)/n [1]_; who is
    censored on that day counts among the n. The interval is Greenwood's on the scale of log(-log(share)),
    which stays between 0 and 1 [2]_. It tells how far another such cohort may differ, not how far the model
    may be wrong.

    References
    ----------
    .. [1] Kaplan EL, Meier P (1958). Nonparametric estimation from incomplete observations. Journal of the
       American Statistical Association 53(282):457-481. doi:10.1080/01621459.1958.10501452
    .. [2] Sawyer S. The Greenwood and exponential Greenwood confidence intervals in survival analysis.
       https://www.math.wustl.edu/~sawyer/handouts/greenwood.pdf

    Examples
    --------
    >>> found = survival([10, 20, 30, 40], [True, False, True, False])
    >>> found.t.tolist(), found.share.tolist(), found.median
    ([0.0, 10.0, 30.0], [1.0, 0.75, 0.375], 30.0)
    """
    when, did = _checked(days, happened)
    order = np.lexsort((~did, when))
    when, did = when[order], did[order]
    t = np.unique(np.concatenate(([0.0], when[did])))
    until, before = (np.searchsorted(when[did], t, side=side) for side in ("right", "left"))
    events = (until - before).astype(float)
    risk = (len(when) - np.searchsorted(when, t, side="left")).astype(float)
    share = np.cumprod((risk - events) / risk)
    return Survival(when, did, t, share, *_interval(share, events, risk))


def _interval(share: Array, events: Array, risk: Array) -> tuple[Array, Array]:
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(events / (risk * (risk - events)))
        width = NormalDist().inv_cdf((1.0 + CONFIDENCE) / 2.0) * np.sqrt(variance) / np.abs(np.log(share))
        low, high = share ** np.exp(width), share ** np.exp(-width)
    untouched, gone = share == 1.0, share == 0.0
    low, high = (np.where(gone, np.nan, np.where(untouched, 1.0, edge)) for edge in (low, high))
    return low, high


def _checked(days: Any, happened: Any) -> tuple[Array, Mask]:
    """Both as arrays of one length."""
    try:
        when, did = np.asarray(days, dtype=float), np.asarray(happened)
        of_truths = did.dtype == bool or bool(np.isin(did, (0, 1)).all())
    except (TypeError, ValueError):
        raise ModelError(
            "survival takes the days and whether the event happened, one each a patient, "
            f"not {shorten(days)} and {shorten(happened)}"
        ) from None
    if when.ndim != 1 or did.ndim != 1 or len(when) != len(did):
        raise ModelError(
            "days and happened must be two lists of one length; "
            f"they have the shapes {when.shape} and {did.shape}"
        )
    if not len(when):
        raise ModelError("there are no patients: days is empty")
    if not of_truths:
        raise ModelError(f"happened says True or False of each patient, not {shorten(happened)}")
    wrong = ~(np.isfinite(when) & (when >= 0.0))
    if wrong.any():
        raise ModelError(
            f"days[{int(wrong.argmax())}] is {when[wrong][0]:g}; it must be zero or more: for a patient "
            "without an event give the day of the last visit, and happened=False"
        )
    return when, did.astype(bool)


# ------------------------------------------------------------------ from runs


def event_times(
    entry: Readouts, end: ArrayLike | None = None, *, undefined: float | None = None
) -> tuple[Array, NDArray[np.bool_]]:
    """What `survival` takes, from a read-out that is the day of an event, such as ``event_free_days``.

    Parameters
    ----------
    entry : Readouts
        In days; nan where there is no event, as for ``relapse_day``, or censored, as ``event_free_days`` and
        ``relapse_free_days`` are where their reason says so.
    end : float or array_like, shape (n_runs,), optional
        The end of the follow-up of all runs, or of each, in days as the read-out counts them (see
        `follow_up`). A run without an event until then is censored then. Censored read-outs do without.
    undefined : float, optional
        The day on which runs count as events whose read-out is not defined, such as the relapse of a tumour
        that never shrank: 0 counts them at once. Without it they are left out, which flatters: who never
        responded is then not among those who may relapse.

    Returns
    -------
    days : ndarray, shape (n_kept,)
    happened : ndarray of bool, shape (n_kept,)
        In the order of the runs, those left out aside.

    Raises
    ------
    ModelError
        If no run is left, `end` has another length or is negative, or it is needed and missing.

    Examples
    --------
    >>> entry = Readouts(np.array([12.0, np.nan, 80.0]), "day", "relapse", ("a", "b", "c"))
    >>> days, happened = event_times(entry, 60)
    >>> days.tolist(), happened.tolist()
    ([12.0, 60.0, 60.0], [True, False, False])
    """
    if not isinstance(entry, Readouts):
        one = ", and this is one of a single run" if isinstance(entry, Readout) else f", not {shorten(entry)}"
        raise ModelError(
            f"event_times takes a read-out of several runs, such as readouts(runs)['relapse_day']{one}"
        )
    if entry.unit != "day":
        raise ModelError(
            f"an event has a day, and this read-out is in {entry.unit or 'no unit'}: {entry.meaning}"
        )
    ends = np.full(len(entry), np.inf) if end is None else _ends(end, len(entry))
    values, outside, open_ = entry.values.copy(), undefined_in(entry), censored_in(entry)
    if undefined is not None:
        values[outside] = amount(undefined, "undefined")
        outside[:] = False
    happened = (values <= ends) & ~open_
    days = np.where(happened, values, np.where(open_, np.minimum(values, ends), ends))[~outside]
    if not len(days):
        reasons = [entry.reasons[label] for label in entry.labels if label in entry.reasons]
        why = f" ({reasons[0]})" if reasons else ""
        raise ModelError(
            f"no run is left: the read-out is not defined in any{why}; undefined=0 counts them at once"
        )
    if np.isinf(days).any():
        raise ModelError(
            f"some runs have no event, and this read-out does not say until when they were followed "
            f"({entry.meaning}); give the end of the follow-up, such as event_times(entry, follow_up(runs))"
        )
    return days, happened[~outside]


def censored_in(entry: Readouts) -> Mask:
    """The runs whose number is the end of their follow-up, not the day of an event, shape (n_runs,)."""
    return np.array([entry.reasons.get(label, "").startswith(CENSORED) for label in entry.labels], dtype=bool)


def undefined_in(entry: Readouts) -> Mask:
    """The runs in which the event cannot be had, however long the run, shape (n_runs,)."""
    reasons = [entry.reasons.get(label, "") for label in entry.labels]
    open_ = [not why or (why.startswith(_CENSORED) and not why.startswith(_NEVER)) for why in reasons]
    return np.asarray(np.isnan(entry.values) & ~np.array(open_, dtype=bool))


def follow_up(runs: Ensemble) -> Array:
    """How many days each run goes on after the first CAR-T infusion, or its start, shape (n_runs,)."""
    ends = []
    for run in runs.values():
        day = convert(1.0, run.model.time, "day")
        ends.append(float(run.t[-1]) * day - _origin(run, day).time)
    return np.array(ends)


def responses(t: Array, tumour: Array, limit: float | None = None) -> list[tuple[float, float]]:
    """When a tumour is below a limit, from day 0 on.

    Parameters
    ----------
    t, tumour : ndarray, shape (n_times,)
        Days after the infusion, and the amount.
    limit : float, optional
        By default the amount on day 0.

    Examples
    --------
    >>> responses(np.array([0.0, 1.0, 2.0, 3.0]), np.array([10.0, 1.0, 1.0, 100.0]))
    [(0.0, 2.5)]
    """
    first = float(np.interp(0.0, t, tumour))
    after = t > 0.0
    days, amounts = np.append(0.0, t[after]), np.append(first, tumour[after])
    level = first if limit is None else limit
    if level <= 0.0:
        return []
    height = np.log(np.maximum(amounts, _TINY) / level)
    below = height < 0.0
    turns = np.flatnonzero(below[1:] != below[:-1])
    part = height[turns] / (height[turns] - height[turns + 1])
    times = (days[turns] + part * (days[turns + 1] - days[turns])).tolist()
    times = [0.0] * bool(below[0]) + times + [float(days[-1])] * bool(below[-1])
    return list(zip(times[::2], times[1::2], strict=True))


def _ends(end: Any, n: int) -> Array:
    try:
        ends = np.asarray(end, dtype=float)
    except (TypeError, ValueError):
        raise ModelError(f"end must be a day, or one for each run, not {shorten(end)}") from None
    if ends.ndim > 1 or (ends.ndim == 1 and len(ends) != n):
        raise ModelError(f"end has {ends.size} days for {n} runs; give one day, or one for each run")
    if not (np.isfinite(ends) & (ends >= 0.0)).all():
        raise ModelError(f"end is {shorten(end)}; the end of the follow-up is a day, zero or later")
    return np.broadcast_to(ends, n)
