"""`Answers`: one read-out of several runs, with the reason of every number that is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from .readout import Readout

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Case:
    """What holds for some of the runs.

    Attributes
    ----------
    where : ndarray of bool, shape (n,)
    reason : str or callable
        The sentence, or what makes it for a run by its place.
    value : float or None
        What the read-out then is: missing by default; None leaves the number as it is, with a remark.
    """

    where: Mask
    reason: str | Callable[[int], str]
    value: float | None = np.nan


@dataclass(frozen=True, eq=False)
class Answers:
    """One read-out of n runs.

    Attributes
    ----------
    values : ndarray, shape (n,)
    unit : str
    meaning : str
        Of the first run.
    reasons : dict of int to str
        By place, where there is something to be said.
    """

    values: Array
    unit: str
    meaning: str
    reasons: dict[int, str] = field(default_factory=dict)

    def unless(self, *cases: Case) -> Answers:
        """The same read-out where none of the cases holds; of several, the first counts."""
        values, reasons = np.array(self.values, dtype=float), dict(self.reasons)
        left = np.ones(len(values), dtype=bool)
        for case in cases:
            where = left & case.where
            if case.value is not None:
                values[where] = case.value
            for i in np.flatnonzero(where).tolist():
                reasons[i] = case.reason if isinstance(case.reason, str) else case.reason(i)
            left &= ~where
        return replace(self, values=values, reasons=reasons)

    def __getitem__(self, i: int) -> Readout:
        """The read-out of one run."""
        return Readout(float(self.values[i]), self.unit, self.meaning, self.reasons.get(i, ""))


def joined(parts: Sequence[Answers]) -> Answers:
    """One read-out of several lots of runs, one lot after the other."""
    reasons: dict[int, str] = {}
    before = 0
    for part in parts:
        reasons |= {before + i: reason for i, reason in part.reasons.items()}
        before += len(part.values)
    return replace(parts[0], values=np.concatenate([part.values for part in parts]), reasons=reasons)
