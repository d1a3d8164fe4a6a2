"""Where between two rows a species falls below its limit: on a fine grid, then on a cubic."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Function = Callable[[float, Array], Array]
Mortal = tuple[tuple[int, float], ...]
"""Places of species that can die out, each with its limit."""

GRID = 64
"""Intervals into which the time between two rows is cut."""


@dataclass(frozen=True)
class Fall:
    """A species fell below its limit.

    Attributes
    ----------
    which : int
        Of the mortal.
    time : float
    y : ndarray, shape (n_species,)
        The state then, just below the limit.
    """

    which: int
    time: float
    y: Array


def falls(mortal: Mortal, y: Array) -> NDArray[np.bool_]:
    """Which of the mortal are below their limit at each row after having been at it.

    Parameters
    ----------
    mortal : tuple of (int, float)
    y : ndarray, shape (n_rows, n_species)

    Returns
    -------
    ndarray of bool, shape (n_rows, n_mortal)

    Examples
    --------
    >>> y = np.array([[0.5], [2.0], [0.9]])
    >>> falls(((0, 1.0),), y).tolist()
    [[False], [False], [True]]
    """
    places, limits = [place for place, _ in mortal], [limit for _, limit in mortal]
    above = y[:, places] >= limits
    return np.asarray(np.logical_or.accumulate(above, axis=0) & ~above)


class TooCoarseError(Exception):
    """The rows are too far apart for a cubic between them."""


def first_fall(
    mortal: Mortal, t: Array, y: Array, function: Function, *, rtol: float, atol: Array
) -> Fall | None:
    """The first fall between the rows, or None.

    Parameters
    ----------
    mortal : tuple of (int, float)
    t : ndarray, shape (n_rows,)
        Increasing, at least three.
    y : ndarray, shape (n_rows, n_species)
    function : callable
        The time derivatives.
    rtol : float
    atol : ndarray, shape (n_species,)
        The cubic between two rows must be as good as this.

    Raises
    ------
    TooCoarseError
        If it is not.

    Examples
    --------
    >>> t = np.linspace(0.6, 0.8, 21)
    >>> y = np.exp(-t)[:, np.newaxis]
    >>> fall = first_fall(((0, 0.5),), t, y, lambda t, y: -y, rtol=1e-6, atol=np.array([1e-9]))
    >>> bool(abs(fall.time - np.log(2)) < 1e-10)
    True
    """
    fallen = falls(mortal, y)
    if not fallen.any():
        return None
    k = int(fallen.any(axis=1).argmax())
    first, last = (k - 2, k) if k > 1 else (0, 2)
    slope = {i: np.array(function(t[i], y[i])) for i in {first, last, k - 1, k}}
    middle, length = first + 1, t[last] - t[first]
    part = (t[middle] - t[first]) / length
    found = _cubic(part, length, y[first], y[last], slope[first], slope[last])
    error = np.abs(found - y[middle]) / (atol + rtol * np.abs(y[middle]))
    if not error.max() <= 16.0:  # that of half the length is a sixteenth of it
        raise TooCoarseError
    h = float(t[k] - t[k - 1])
    ends = y[k - 1], y[k], slope[k - 1], slope[k]
    s, which = min(
        (_crossing(h, (float(end[place]) for end in ends), limit), i)
        for i, (place, limit) in enumerate(mortal)
        if fallen[k, i]
    )
    place, limit = mortal[which]
    state = np.asarray(_cubic(s, h, *ends))
    state[place] = min(state[place], np.nextafter(limit, -np.inf))
    return Fall(which, float(t[k - 1] + s * h), state)


def _cubic(s: float, h: float, y0: Any, y1: Any, m0: Any, m1: Any) -> Any:
    """The cubic with these ends and slopes over a length `h`, at the fraction `s` of it."""
    r = 1.0 - s
    return (1.0 + 2.0 * s) * r * r * y0 + (1.0 + 2.0 * r) * s * s * y1 + h * s * r * (r * m0 - s * m1)


def _crossing(h: float, ends: Iterable[float], limit: float) -> float:
    """Where a cubic that ends below a limit falls below it, by bisection to the last few bits."""
    y0, y1, m0, m1 = ends
    low, high = 0.0, 1.0
    while high - low > 1e-15:
        middle = 0.5 * (low + high)
        if _cubic(middle, h, y0, y1, m0, m1) < limit:
            high = middle
        else:
            low = middle
    return high
