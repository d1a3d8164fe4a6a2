"""`Insertion`: how rows are put between those of many runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Insertion:
    """New rows between the m rows of n runs; a run with fewer new rows repeats its last one.

    Attributes
    ----------
    shape : (int, int)
        n and m.
    source : ndarray of int, shape (n, new m)
        Where each row of the result comes from: the old rows in order, then the new ones.
    row : ndarray of int, shape (n, new m)
        The old row that it is, or that it follows.
    """

    shape: tuple[int, int]
    source: Places
    row: Places

    @classmethod
    def of(cls, shape: tuple[int, int], member: Places, after: Places) -> Insertion:
        """New rows in the order of runs and times: the run of each, and the old row that it follows."""
        n, m = shape
        added = np.bincount(member * m + after, minlength=n * m).reshape(n, m)
        before = np.cumsum(added, axis=1) - added
        total = int(added.sum(axis=1).max()) + m
        last = np.arange(n) * m + m - 1
        source = np.repeat(last[:, np.newaxis], total, axis=1)
        source[np.arange(n)[:, np.newaxis], np.arange(m) + before] = np.arange(n * m).reshape(n, m)
        count = np.bincount(member, minlength=n)
        rank = np.arange(len(member)) - (np.cumsum(count) - count)[member]
        source[member, after + 1 + rank] = n * m + np.arange(len(member))
        row = np.concatenate([np.tile(np.arange(m), n), after])[source]
        return cls(shape, source, row)

    def rows(self, old: Array, new: Array) -> Array:
        """Values at the old rows, shape (..., n or 1, m), and at the new ones, shape (..., k), in one."""
        shape = (*old.shape[:-2], *self.shape)
        flat = np.broadcast_to(old, shape).reshape(*shape[:-2], -1)
        return np.asarray(np.concatenate([flat, new], axis=-1)[..., self.source])

    def intervals(self, old: NDArray[Any]) -> NDArray[Any]:
        """What held of the old intervals, shape (n or 1, m - 1), for the parts of them."""
        n, m = self.shape
        part = np.minimum(self.row[:, :-1], m - 2)
        return np.asarray(np.take_along_axis(np.broadcast_to(old, (n, m - 1)), part, axis=1))
