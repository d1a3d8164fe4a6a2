"""Times of several calls that take turns, so that a busy moment of the machine hits all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Times = dict[str, Array]


def in_turn(calls: Mapping[str, Callable[[], object]], rounds: int) -> Times:
    """The seconds that each call took in each round, shape (rounds,) a call.

    Every call is made once before the clock starts, so that nothing is compiled or imported while it runs.
    """
    for call in calls.values():
        call()
    return rounds_of(calls, rounds)


def rounds_of(calls: Mapping[str, Callable[[], object]], rounds: int) -> Times:
    """As `in_turn`, for calls that have been made before.

    Every second round goes backwards, so that no call always follows the same one.
    """
    seconds = {name: np.empty(rounds) for name in calls}
    for i in range(rounds):
        for name in list(calls) if i % 2 == 0 else reversed(calls):
            start = time.perf_counter()
            calls[name]()
            seconds[name][i] = time.perf_counter() - start
    return seconds


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    what : str
    milliseconds : ndarray, shape (rounds,)
    ratio : ndarray, shape (rounds,), optional
        To the yardstick, of the same round.
    errors : tuple of float
        In the norm of the solver, and relative, if there is a solution.
    note : str
    """

    what: str
    milliseconds: Array
    ratio: Array | None = None
    errors: tuple[float, ...] = field(default=())
    note: str = ""

    def __str__(self) -> str:
        ratio = "" if self.ratio is None else _spread(self.ratio, "7.3f")
        times = _spread(self.milliseconds, "8.2f")
        errors = "".join(f"{error:10.2e}" for error in self.errors)
        return f"  {self.what:<42}{times:<28}{ratio:<26}{errors:<20}  {self.note}".rstrip()


HEADER = f"  {'':<42}{'ms: median (quartiles)':<28}{'ratio (quartiles)':<26}{'error':>10}{'relative':>10}"


def rows(
    seconds: Times,
    yardstick: str,
    *,
    errors: Mapping[str, tuple[float, ...]] | None = None,
    notes: Mapping[str, str] | None = None,
) -> list[Row]:
    """One `Row` a call, with its ratios to `yardstick` taken round by round."""
    return [
        Row(
            name,
            1e3 * values,
            None if name == yardstick else values / seconds[yardstick],
            (errors or {}).get(name, ()),
            (notes or {}).get(name, ""),
        )
        for name, values in seconds.items()
    ]


def _spread(values: Array, form: str) -> str:
    low, middle, high = np.percentile(values, [25, 50, 75])
    return f"{middle:{form}} ({low:{form.lstrip('78')}} to {high:{form.lstrip('78')}})"
