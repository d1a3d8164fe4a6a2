"""How a number differs between patients: `LogNormal`, `Normal`, `Uniform`, `Truncated`.

A spread turns an even number between 0 and 1 into a patient's value (its quantile), so it needs no source of
randomness of its own, and two of them can be tied together by tying their even numbers.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import ModelError, shorten
from .values import amount, finite

Array = NDArray[np.float64]


class Spread(ABC):
    """How a number differs between patients; one of `LogNormal`, `Normal`, `Uniform`, `Truncated`."""

    def quantile(self, u: Array, centre: float) -> Array:
        """The values below which the fractions `u` of all patients lie.

        Parameters
        ----------
        u : ndarray, shape (n,)
            Above 0 and below 1.
        centre : float
            The model's own value, in its own unit.

        Returns
        -------
        ndarray, shape (n,)
            In the unit of `centre`; infinite where a value is too large for a number.

        Raises
        ------
        ModelError
            If the spread cannot stand around this centre, or nothing of it lies within its limits.
        """
        even = np.asarray(u, dtype=float)
        if not ((even > 0.0) & (even < 1.0)).all():
            raise ModelError("a quantile is asked for at numbers above 0 and below 1 only")
        return self._within(even, finite(centre, "the centre of a spread"), -math.inf, math.inf)

    @abstractmethod
    def _within(self, u: Array, centre: float, low: float, high: float) -> Array:
        """The quantiles of the part of the spread between `low` and `high`."""

    def to_dict(self) -> dict[str, Any]:
        """The spread as plain data: its kind, and the numbers that were given."""
        data: dict[str, Any] = {"kind": type(self).__name__}
        for name, value in self._given().items():
            data[name] = value.to_dict() if isinstance(value, Spread) else value
        return data

    def _given(self) -> dict[str, Any]:
        values = {part.name: getattr(self, part.name) for part in fields(self)}  # type: ignore[arg-type]
        return {name: value for name, value in values.items() if value is not None}

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self._given().items())
        return f"{type(self).__name__}({given})"


@dataclass(frozen=True, repr=False, kw_only=True)
class LogNormal(Spread):
    """A spread by factors: twice as much is as likely as half. The model's value is the median.

    Parameters
    ----------
    cv : float
        Coefficient of variation (standard deviation over mean), zero or more; 0.3 is 30 %.
    sd : float
        Standard deviation of the natural logarithm, zero or more. Give `cv` or `sd`, not both.

    Examples
    --------
    >>> LogNormal(cv=0.3).quantile(np.array([0.05, 0.5, 0.95]), 10.0).round(2).tolist()
    [6.17, 10.0, 16.21]
    """

    cv: float | None = None
    sd: float | None = None

    def __post_init__(self) -> None:
        if (self.cv is None) == (self.sd is None):
            raise ModelError(
                "a log-normal spread takes cv= (0.3 is 30 %) or sd= (of the natural logarithm), "
                + ("and needs one of them" if self.cv is None else "not both")
            )
        name = "sd" if self.cv is None else "cv"
        object.__setattr__(self, name, amount(getattr(self, name), f"the {name} of a log-normal spread"))
        if not math.isfinite(self.log_sd):
            raise ModelError(f"the cv of a log-normal spread is {self.cv:g}, too large to compute with")

    @property
    def log_sd(self) -> float:
        """Standard deviation of the natural logarithm, from whichever of the two was given."""
        return (self.sd or 0.0) if self.cv is None else math.sqrt(math.log1p(self.cv * self.cv))

    def _within(self, u: Array, centre: float, low: float, high: float) -> Array:
        sd = self.log_sd
        if sd == 0.0:
            return _unvaried(u, centre, low, high)
        if centre <= 0.0:
            raise ModelError(
                f"a log-normal spread needs a value above zero as its median, not {centre:g}; "
                "use Normal(sd) or Uniform(low, high)"
            )
        limits = [(_log(limit) - math.log(centre)) / sd for limit in (low, high)]
        with np.errstate(over="ignore"):  # who asked is told of an infinite value by its name
            values: Array = centre * np.exp(sd * _scores(u, *limits))
        return values


@dataclass(frozen=True, repr=False)
class Normal(Spread):
    """A spread around the model's value, for quantities that may be negative; usually `Truncated`.

    Parameters
    ----------
    sd : float
        Standard deviation, in the unit of the value; zero or more.
    """

    sd: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "sd", amount(self.sd, "the sd of a normal spread"))

    def _within(self, u: Array, centre: float, low: float, high: float) -> Array:
        if self.sd == 0.0:
            return _unvaried(u, centre, low, high)
        limits = [(limit - centre) / self.sd for limit in (low, high)]
        with np.errstate(over="ignore"):
            values: Array = centre + self.sd * _scores(u, *limits)
        return values


@dataclass(frozen=True, repr=False)
class Uniform(Spread):
    """Every value between two limits is equally likely, whatever the model's own value.

    Parameters
    ----------
    low, high : float
        The limits, in the unit of the value.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        _set_limits(self, "a uniform spread")
        if not math.isfinite(self.high - self.low):
            raise ModelError(f"a uniform spread from {self.low:g} to {self.high:g} is too wide")

    def _within(self, u: Array, centre: float, low: float, high: float) -> Array:
        first, last = max(self.low, low), min(self.high, high)
        if first >= last:
            raise _NothingLeftError
        return np.minimum(first + u * (last - first), last)  # rounding may pass the limit by a last digit


@dataclass(frozen=True, repr=False)
class Truncated(Spread):
    """The part of another spread that lies between limits; nothing piles up at them.

    The model's value is the median (or mean) of the spread before it is cut.

    Parameters
    ----------
    spread : Spread or float
        What is cut; a number is a coefficient of variation.
    low, high : float, optional
        The limits, in the unit of the value; at least one.

    Examples
    --------
    >>> Truncated(Normal(1.0), low=0.0).quantile(np.array([0.01, 0.5]), 0.0).round(3).tolist()
    [0.013, 0.674]
    """

    spread: Spread | float
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "spread", as_spread(self.spread, "what is truncated"))
        if isinstance(self.spread, Truncated):
            raise ModelError("a truncated spread is truncated again; give both limits at once")
        if self.low is None and self.high is None:
            raise ModelError("a truncated spread needs low=, high= or both")
        _set_limits(self, "a truncated spread")

    def _within(self, u: Array, centre: float, low: float, high: float) -> Array:
        low = low if self.low is None else max(low, self.low)
        high = high if self.high is None else min(high, self.high)
        whole = as_spread(self.spread, "what is truncated")
        try:
            inside = whole._within(u, centre, low, high)
        except _NothingLeftError:
            raise ModelError(f"{self!r} around {centre:g} leaves nothing to draw; move its limits") from None
        return np.clip(inside, low, high)  # they lie inside but for rounding


SPREADS: Mapping[str, type[Spread]] = {
    "LogNormal": LogNormal,
    "Normal": Normal,
    "Uniform": Uniform,
    "Truncated": Truncated,
}
"""The kinds of spread by name."""


def as_spread(value: Any, what: str) -> Spread:
    """`value` itself if it is a spread; a number is the coefficient of variation of a `LogNormal`.

    Raises
    ------
    ModelError
        If it is neither; the sentence begins with `what`.
    """
    if isinstance(value, Spread):
        return value
    if not isinstance(value, Real) or isinstance(value, bool):
        raise ModelError(
            f"{what} must be a number (a coefficient of variation) or a spread such as LogNormal(sd=0.5), "
            f"not {shorten(value)}"
        )
    return LogNormal(cv=amount(value, what))


def _set_limits(spread: Any, what: str) -> None:
    for name in ("low", "high"):
        if getattr(spread, name) is not None:
            object.__setattr__(spread, name, finite(getattr(spread, name), f"{name} of {what}"))
    if spread.low is not None and spread.high is not None and spread.low >= spread.high:
        raise ModelError(f"{what} has low={spread.low:g} and high={spread.high:g}; low must be below high")


def _log(x: float) -> float:
    return math.log(x) if x > 0.0 else -math.inf


class _NothingLeftError(Exception):
    """No part of a spread lies between the limits."""


def _unvaried(u: Array, centre: float, low: float, high: float) -> Array:
    if not low <= centre <= high:
        raise _NothingLeftError
    return np.full(u.shape, centre)


def _scores(u: Array, low: float, high: float) -> Array:
    """Quantiles of the part of the standard normal distribution between `low` and `high`."""
    from scipy.special import ndtr, ndtri  # here, so that importing cartsim stays quick

    mirrored = low > 0.0  # probabilities near one have lost the digits that those near zero have
    start, end = (float(ndtr(-limit if mirrored else limit)) for limit in (low, high))
    if abs(end - start) < 1e-290:  # a fraction of less is no longer a number with all its digits
        raise _NothingLeftError
    scores: Array = ndtri((1.0 - u) * start + u * end)
    return -scores if mirrored else scores
