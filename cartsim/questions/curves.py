"""`Curve`: one quantity between its output times, as cubic pieces that have the exact derivative.

Peaks, crossings and areas are those of the pieces, so that they do not depend on where the output times lie.
Nothing is interpolated across a jump.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_GROSS = 1e-2  # a piece in doubt by more than this part of its value is kept between its two ends
_NEGLIGIBLE = 1e-12  # this part of the largest value is not looked at closely
_JUMP = 1e-9  # a smaller relative difference between two rows of one time is rounding
_SAMPLES = 400


def doubt(t: Array, y: Array, slope: Array, smooth: NDArray[np.bool_]) -> Array:
    """How wrong the cubic of each interval may be, as a part of the value.

    Every inner time is a check: the cubic across its two intervals must meet it.

    Parameters
    ----------
    t, y, slope : ndarray, shape (n,)
        Times, not decreasing; values; derivatives.
    smooth : ndarray of bool, shape (n - 1,)
        Which intervals have a length and no event inside.

    Returns
    -------
    ndarray, shape (n - 1,)
        Infinite for a smooth interval without a smooth neighbour, 0 for one that is not smooth.

    Examples
    --------
    >>> t = np.array([0.0, 1.0, 2.0])
    >>> doubt(t, t**3, 3 * t**2, np.array([True, True])).tolist()
    [0.0, 0.0]
    """
    found = np.where(smooth, math.inf, 0.0)
    here = 1 + np.flatnonzero(smooth[:-1] & smooth[1:])
    if not len(here):
        return found
    before, after = t[here] - t[here - 1], t[here + 1] - t[here]
    left, right = _weights(before / (before + after))
    h = before + after
    expected = left[0] * y[here - 1] + left[1] * h * slope[here - 1]
    expected += right[0] * y[here + 1] + right[1] * h * slope[here + 1]
    size = np.abs(y[[here - 1, here, here + 1]]).max(axis=0) + _NEGLIGIBLE * np.abs(y).max()
    error = np.abs(expected - y[here]) / np.where(size > 0.0, size, 1.0)
    error = np.where(np.isfinite(error), error, math.inf)
    # The error of a cubic is h0^2 h1^2 y''''/24 at a distance h0, h1 from its ends.
    for interval, ratio in ((here - 1, before / after), (here, after / before)):
        own = error * ratio**2 / 16.0
        found[interval] = np.where(np.isinf(found[interval]), own, np.maximum(found[interval], own))
    return found


def _weights(s: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """What value and slope at the left and right end count at the place `s` between 0 and 1."""
    return ((1 + 2 * s) * (1 - s) ** 2, s * (1 - s) ** 2), (s**2 * (3 - 2 * s), -(s**2) * (1 - s))


@dataclass(frozen=True, eq=False)
class Curve:
    """A quantity as a function of time, smooth between events.

    Parameters
    ----------
    t : ndarray, shape (n,)
        Times, not decreasing; two equal ones are the two sides of a jump.
    y, slope : ndarray, shape (n,)
        Values and derivatives there.
    smooth : ndarray of bool, shape (n - 1,), optional
        Intervals in which the derivatives can be trusted; elsewhere the curve is a straight line.

    Notes
    -----
    Where the cubic is in gross doubt (`doubt`), as for a fast transient between two times, its slopes are
    limited so that it stays between its two ends [1]_.

    References
    ----------
    .. [1] Fritsch, Carlson 1980, SIAM J Numer Anal 17:238-246, doi:10.1137/0717021
    """

    t: Array
    y: Array
    slope: Array
    smooth: NDArray[np.bool_] | None = None

    @cached_property
    def _pieces(self) -> Any:
        """The curve as a `scipy.interpolate.PPoly`; between two rows of one time it jumps."""
        from scipy.interpolate import PPoly

        smooth = np.ones(len(self.t) - 1, dtype=bool) if self.smooth is None else self.smooth
        uncertain = doubt(self.t, self.y, self.slope, smooth & (np.diff(self.t) > 0.0))
        kept = np.flatnonzero(np.diff(self.t) > 0.0)
        h, y0, y1 = np.diff(self.t)[kept], self.y[kept], self.y[kept + 1]
        secant = (y1 - y0) / h
        ends = []
        for side in (0, 1):
            exact = self.slope[kept + side]
            exact = np.where(np.isfinite(exact), exact, secant)  # such as that of a square root at 0
            limited = np.sign(secant) * np.minimum(abs(exact), 3.0 * abs(secant)) * (exact * secant > 0.0)
            ends.append(np.where(smooth[kept], np.where(uncertain[kept] > _GROSS, limited, exact), secant))
        m0, m1 = ends
        cubic, square = (m0 + m1 - 2 * secant) / h**2, (3 * secant - 2 * m0 - m1) / h
        return PPoly(np.array([cubic, square, m0, y0]), np.append(self.t[kept], self.t[kept[-1] + 1]))

    @property
    def end(self) -> float:
        """The last time."""
        return float(self.t[-1])

    @cached_property
    def jumps(self) -> Array:
        """The times at which the value jumps."""
        gap, size = np.abs(np.diff(self.y)), np.maximum(np.abs(self.y[:-1]), np.abs(self.y[1:]))
        return np.unique(self.t[:-1][(np.diff(self.t) == 0.0) & (gap > _JUMP * size)])

    def value(self, time: float) -> float:
        """The value at `time`; at a jump, the one after it."""
        return float(self.y[-1]) if time >= self.end else float(self._pieces(time))

    def integral(self, start: float, stop: float) -> float:
        """The area under the curve from `start` to `stop`."""
        return float(self._pieces.integrate(start, stop))

    def maximum(self, start: float, stop: float) -> tuple[float, float]:
        """Time and value of the highest point, the first of several; a jump at `start` is over."""
        return self._extreme(start, stop, 1.0)

    def minimum(self, start: float, stop: float) -> tuple[float, float]:
        """Time and value of the lowest point, the first of several; a jump at `start` is over."""
        return self._extreme(start, stop, -1.0)

    def _extreme(self, start: float, stop: float, sign: float) -> tuple[float, float]:
        inside = (self.t > start) & (self.t <= stop)
        flat = self._flat[(self._flat > start) & (self._flat < stop)]
        times = np.concatenate(([start], self.t[inside], flat, [stop]))
        values = np.concatenate(([self.value(start)], self.y[inside], self._pieces(flat), [self.value(stop)]))
        best = values == sign * (sign * values).max()
        first = int(np.flatnonzero(best)[np.argmin(times[best])])
        return float(times[first]), float(values[first])

    @cached_property
    def _flat(self) -> Array:
        """Where the derivative is zero between two times."""
        roots = self._pieces.derivative().roots(discontinuity=False, extrapolate=False)
        return np.asarray(roots[np.isfinite(roots)])

    def last_above(self, level: float, start: float) -> float:
        """The last time from `start` on at which the curve is above `level`; nan if it never is."""
        above = np.flatnonzero((self.y > level) & (self.t >= start))
        known = float(self.t[above[-1]]) if len(above) else math.nan
        if known == self.end:
            return known
        found = self.crossings(level, start if math.isnan(known) else known, self.end)
        return float(found[-1]) if len(found) else known

    def crossings(self, level: float, start: float, stop: float) -> Array:
        """The times from `start` to `stop` at which the curve crosses or jumps over `level`, in order."""
        from scipy.interpolate import PPoly

        x = self._pieces.x
        first = min(max(int(np.searchsorted(x, start, side="right")) - 1, 0), len(x) - 2)
        last = max(int(np.searchsorted(x, stop, side="left")), first + 1)
        part = PPoly(self._pieces.c[:, first:last], x[first : last + 1])
        roots = part.solve(level, discontinuity=True, extrapolate=False)
        return np.unique(roots[(roots >= start) & (roots <= stop)])

    def quickest(self, factor: float, start: float, stop: float) -> float:
        """The shortest time in which the value becomes `factor` times what it was, or nan if it never does.

        Parameters
        ----------
        factor : float
            2 for doubling, 0.5 for halving.
        start, stop : float
            Where to look; there must be no jump between.
        """
        if not stop > start:
            return math.nan
        stop = math.nextafter(stop, -math.inf)  # before a jump at the end
        knots = self._pieces.x
        times = np.concatenate(([start], knots[(knots > start) & (knots < stop)], [stop]))
        chosen = np.linspace(0, len(times) - 1, min(len(times), _SAMPLES))
        times = times[np.unique(chosen.round().astype(int))]
        begin, lasts = _quickest_of(times, self._pieces(times), factor)
        if math.isnan(lasts):
            return lasts
        return self._polished(factor, times, begin, lasts)

    def _polished(self, factor: float, times: Array, begin: int, lasts: float) -> float:
        """The shortest time again, exactly, near the sample that begins it."""
        from scipy.optimize import minimize_scalar

        stop = float(times[-1])
        reach = 2.0 * (lasts + np.diff(times).max())

        def duration(since: float) -> float:
            level = factor * float(self._pieces(since))
            found = self.crossings(level, since, min(since + reach, stop))
            found = found[found > since]
            return float(found[0] - since) if len(found) else reach

        # A pair that ends at the end of the range is one too, and a minimum there has no slope of zero.
        backward = self.crossings(float(self._pieces(stop)) / factor, max(stop - reach, times[0]), stop)
        candidates = [duration(float(times[begin])), *(stop - backward[-1:])]
        low, high = float(times[max(begin - 1, 0)]), float(times[min(begin + 1, len(times) - 1)])
        options = {"xatol": 1e-3 * (high - low)}  # the duration is flat near its minimum
        inner = minimize_scalar(duration, bounds=(low, high), method="bounded", options=options)
        found = [float(value) for value in (*candidates, inner.fun) if 0.0 < value < reach]
        return min(found, default=lasts)


def _quickest_of(times: Array, values: Array, factor: float) -> tuple[int, float]:
    """Of samples: where the shortest change by `factor` begins, and how long it lasts, or nan."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.maximum(values, 0.0)) * math.copysign(1.0, math.log(factor))
    need = logs + abs(math.log(factor))
    later = np.arange(len(times))[np.newaxis] > np.arange(len(times))[:, np.newaxis]
    reached = later & (logs[np.newaxis] >= need[:, np.newaxis])
    begins = np.flatnonzero(reached.any(axis=1) & np.isfinite(logs))
    if not len(begins):
        return 0, math.nan
    ends = reached[begins].argmax(axis=1)
    rise = logs[ends] - logs[ends - 1]
    missing = need[begins] - logs[ends - 1]
    part = missing / rise  # 0 where it becomes nothing between two samples: polished later
    lasting = times[ends - 1] + part * (times[ends] - times[ends - 1]) - times[begins]
    best = int(lasting.argmin())
    return int(begins[best]), float(lasting[best])
