"""Stretches of one structure, compiled by Numba (``cartsim[fast]``): each thread takes one after another."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language.checks import Structure
from ..language.tree import Expression
from .native_module import kernel
from .stretches import Solved, Stretches

Array = NDArray[np.float64]

_PIECE = 16
"""Stretches that a thread takes at once: few, as some take far longer than others."""


class Native:
    """The compiled engine; see `cartsim.solving.stretches.Engine`.

    It takes the steps that `cartsim.solving.batch.Batch` takes, so the answers differ by rounding only. They
    do not depend on the number of threads.

    Parameters
    ----------
    structure : Structure
    watches : sequence of Expression
        What is compared with the thresholds of the stretches.
    rtol : float
    atol : ndarray, shape (n_species,)
    threads : int, optional
        See `default_threads`.
    """

    name = "numba"

    def __init__(
        self,
        structure: Structure,
        watches: Sequence[Expression],
        rtol: float,
        atol: Array,
        *,
        threads: int | None = None,
    ) -> None:
        self._kernel = kernel(structure, watches)
        self._rtol = float(rtol)
        self._atol = np.array(atol, dtype=float)
        self._threads = threads

    def solve(self, stretches: Stretches, rows: Array | None = None) -> Solved:
        """Solve stretches, each as if it were alone: the answers do not depend on who else is there."""
        solved = Solved.empty(stretches, rows)
        inflow = 0.0 if stretches.inflow is None else stretches.inflow
        read = (
            *(stretches.start, stretches.end, stretches.y, stretches.parameters),
            *(np.broadcast_to(inflow, stretches.y.shape), stretches.thresholds, stretches.times),
        )
        arrays = (
            *(self._atol, *(np.asarray(array, dtype=float) for array in read)),
            *(solved.rows, solved.filled, solved.end, solved.y, solved.hit, solved.stuck),
        )
        n = len(stretches)

        def work(first: int) -> None:
            self._kernel(first, min(first + _PIECE, n), self._rtol, *arrays)

        pieces = range(0, n, _PIECE)
        threads = min(default_threads() if self._threads is None else self._threads, len(pieces))
        if threads > 1:
            _in_threads(work, pieces, threads)
        else:
            for first in pieces:
                work(first)
        return solved


def _in_threads(work: Callable[[int], None], pieces: Sequence[int], threads: int) -> None:
    """Do the pieces, each by the next thread that is free.

    Threads of our own need none of Numba's threading layers, the usual one of which must not be entered twice
    at once. They are made anew each time, so that a process may fork between two calls.
    """
    with ThreadPoolExecutor(threads, thread_name_prefix="cartsim") as pool:
        futures = [pool.submit(work, piece) for piece in pieces]
        try:
            for future in futures:
                future.result()
        except BaseException:
            for future in futures:
                future.cancel()
            raise


def default_threads() -> int:
    """How many threads: one in a worker process, otherwise what Numba was told, or one a core.

    ``NUMBA_NUM_THREADS`` counts everywhere, ``numba.set_num_threads`` where it was called.
    """
    numba: Any = import_module("numba")
    if "NUMBA_NUM_THREADS" not in os.environ and multiprocessing.parent_process() is not None:
        return 1
    try:
        numba.threading_layer()
    except ValueError:  # nobody has used it yet, and asking for the number would start its threads
        return int(numba.config.NUMBA_NUM_THREADS)
    return int(numba.get_num_threads())
