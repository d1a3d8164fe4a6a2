"""`Chance`: random numbers for many runs together, which do not depend on how many runs there are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.intp]

COMPANY = 100
"""Runs that share one stream of random numbers.

A company is always run as a whole, and only as many of its runs are kept as were asked for. So what a run
draws depends on the seed and its number alone, while NumPy draws for a hundred runs at a time.
"""


class Chance:
    """Random numbers for runs whose company is given with each draw.

    Parameters
    ----------
    seed : int
    first : int
        The first company.
    companies : int
        How many there are.
    """

    def __init__(self, seed: int, first: int, companies: int) -> None:
        numbers = range(first, first + companies)
        self._streams = [
            np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,))) for number in numbers
        ]

    def stream(self, company: int) -> np.random.Generator:
        """The stream of a company, the first of which is 0."""
        return self._streams[company]

    def poisson(self, mean: Array, company: Places) -> Array:
        """Poisson numbers with means of shape (n_processes, n); `company`, shape (n,), is in order."""
        numbers = np.zeros(mean.shape)
        for stream, some in self._parts(company):
            if mean[:, some].any():
                numbers[:, some] = stream.poisson(mean[:, some])
        return numbers

    def uniform(self, company: Places) -> Array:
        """Numbers from 0 to 1, shape (n,)."""
        return self._drawn("random", company)

    def exponential(self, company: Places) -> Array:
        """Waiting times with mean 1, shape (n,)."""
        return self._drawn("exponential", company)

    def _drawn(self, what: str, company: Places) -> Array:
        numbers = np.empty(len(company))
        for stream, some in self._parts(company):
            numbers[some] = getattr(stream, what)(size=some.stop - some.start)
        return numbers

    def _parts(self, company: Places) -> Iterator[tuple[np.random.Generator, slice]]:
        """The streams with the places of their runs, leaving out those with none."""
        if len(self._streams) == 1:
            yield self._streams[0], slice(0, len(company))
            return
        edges = np.searchsorted(company, np.arange(len(self._streams) + 1)).tolist()
        for stream, begin, end in zip(self._streams, edges, edges[1:], strict=False):
            if end > begin:
                yield stream, slice(begin, end)
