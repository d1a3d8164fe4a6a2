"""Limits that keep still while a slider moves: round numbers, changed only where a curve asks for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..language.errors import ModelError
from .scales import Scale, choose

Array = NDArray[np.float64]

_LEAST = 0.45  # of the height: curves that need less than this of their axis get another one
_STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
GRADES = Scale(False, -0.25, 4.4)
"""The axis of grades of toxicity, 0 to 4, which never moves."""


def steady(values: Sequence[Array], unit: str, log: bool | None) -> Scale:
    """An axis with round limits and room above, so that most moves of a slider fit into it.

    Parameters
    ----------
    values : sequence of ndarray, shape (n_times,)
        The curves.
    unit : str
        Their unit.
    log : bool, optional
        Without it, logarithmic where the values ask for it.

    Examples
    --------
    >>> scale = steady([np.array([0.0, 181.0])], "pg/mL", False)
    >>> scale.low, scale.high
    (0.0, 200.0)
    """
    try:
        scale = choose(values, unit, log, None)
    except ModelError:  # a logarithmic axis with nothing above its floor
        scale = choose([np.array([1.0, 100.0])], "cell", True, None)
    if scale.log:
        high = 10.0 ** math.ceil(math.log10(scale.high) - 0.02)
        if scale.floor is None:
            return replace(scale, high=high, low=10.0 ** math.floor(math.log10(scale.low) + 0.02))
        decades = math.log10(high / scale.floor)
        return replace(scale, high=high, low=scale.floor * 10.0 ** (-0.055 * decades - 0.2))
    high = _rounded(scale.high) if scale.high > 0.0 else scale.high
    if scale.low == 0.0:
        return replace(scale, high=high)
    width = _rounded(scale.high - scale.low)
    step = 10.0 ** math.floor(math.log10(width))
    low = step * math.floor(scale.low / step)
    return replace(scale, low=low, high=max(low + width, step * math.ceil(scale.high / step)))


def still_fits(scale: Scale, wanted: Scale) -> bool:
    """Whether the axis that is drawn serves the curves that want another: they fit, and fill enough of it.

    Examples
    --------
    >>> drawn = Scale(False, 0.0, 200.0)
    >>> [still_fits(drawn, Scale(False, 0.0, high)) for high in (300.0, 150.0, 20.0)]
    [False, True, False]
    """
    if scale.log != wanted.log or scale.floor != wanted.floor:
        return False
    if wanted.high > scale.high * (1.0 + 1e-9) or wanted.low < scale.low - 1e-9 * abs(scale.low):
        return False
    return _reach(wanted) >= _LEAST * _reach(scale)


def _reach(scale: Scale) -> float:
    return math.log10(scale.high / scale.low) if scale.log else scale.high - scale.low


def _rounded(number: float) -> float:
    """The next round number above."""
    ten = 10.0 ** math.floor(math.log10(number))
    return ten * next((step for step in _STEPS if step * ten >= number * (1.0 - 1e-9)), 10.0)
