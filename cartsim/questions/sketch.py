"""`Sketch`: the quantiles of very many values, from counts in bins that grow with the value.

Nothing but counts is stored, so memory does not grow with the number of values, and sketches of parts add up
to that of the whole in any order. The bins are those of DDSketch (Masson, Rim and Lee 2019,
Proc VLDB Endow 12:2195, doi:10.14778/3352063.3352135).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ACCURACY = 0.005
"""Of a quantile, as a part of its value."""
SMALLEST = 1e-30
"""Values nearer to zero than this count as zero."""
_LARGEST = 1e30
_STEP = float(np.log1p(ACCURACY) - np.log1p(-ACCURACY))
_BINS = int(np.ceil(np.log(_LARGEST / SMALLEST) / _STEP))


@dataclass(frozen=True, eq=False)
class Counts:
    """What a part adds to a sketch, few numbers that can be sent from one process to another.

    Attributes
    ----------
    place : ndarray of int, shape (n,)
        Column and bin as one number, in order.
    count : ndarray of int, shape (n,)
    size : int
        Values a column.
    """

    place: NDArray[np.int32] | NDArray[np.int64]
    count: NDArray[np.uint32]
    size: int


def counted(values: Array) -> Counts:
    """The counts of values, shape (n, n_columns): one bin a value.

    Values beyond 1e30 are counted in the outermost bins. None may be not-a-number.
    """
    width = 2 * _BINS + 1
    size = np.abs(values)
    with np.errstate(divide="ignore"):
        rank = np.floor(np.log(size / SMALLEST) / _STEP)
    rank = np.where(size < SMALLEST, -1.0, np.clip(rank, 0, _BINS - 1)) + 1.0
    bins = (_BINS + np.sign(values) * rank).astype(np.int64)
    place, count = np.unique(bins + width * np.arange(values.shape[1]), return_counts=True)
    small = np.int32 if width * values.shape[1] < 2**31 else np.int64  # half as much to send
    return Counts(place.astype(small), count.astype(np.uint32), len(values))


class Sketch:
    """Counts of values in columns, such as the times of an output.

    Parameters
    ----------
    columns : int

    Examples
    --------
    >>> sketch = Sketch(1)
    >>> sketch.add(counted(np.arange(1.0, 10_001.0)[:, np.newaxis]))
    >>> bool(abs(sketch.quantiles([0.5])[0, 0] / 5000.0 - 1.0) < 2 * ACCURACY)
    True
    """

    def __init__(self, columns: int) -> None:
        self._width = 2 * _BINS + 1
        self._counts = np.zeros(columns * self._width, dtype=np.uint32)
        self._used = np.zeros(columns * self._width, dtype=bool)
        self.size = 0

    def add(self, counts: Counts) -> None:
        """Take in what a part has counted."""
        self._counts[counts.place] += counts.count
        self._used[counts.place] = True
        self.size += counts.size

    def quantiles(self, wanted: Sequence[float]) -> Array:
        """The quantiles, shape (n_wanted, n_columns), each right to half a percent; nan without values."""
        columns = len(self._counts) // self._width
        found = np.full((len(wanted), columns), np.nan)
        if not self.size:
            return found
        values, ranks = _values(), np.asarray(wanted) * (self.size - 1)
        every = np.flatnonzero(self._used)  # far quicker than to look through the counts
        edges = np.searchsorted(every, self._width * np.arange(columns + 1))
        for column in range(columns):
            used = every[edges[column] : edges[column + 1]]
            reached = np.cumsum(self._counts[used], dtype=np.int64)
            place = np.searchsorted(reached, ranks, side="right").clip(0, len(used) - 1)
            found[:, column] = values[used[place] - column * self._width]
        return found


def _values() -> Array:
    """The value that stands for each bin, shape (2*bins + 1,)."""
    edges = SMALLEST * np.exp(_STEP * np.arange(_BINS))
    middle = edges * 2.0 / (1.0 + np.exp(-_STEP))  # equally far, relatively, from both edges
    return np.concatenate((-middle[::-1], [0.0], middle))
