"""On how many cores a part of the benchmarks runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def at_most(n: int) -> Iterator[None]:
    """The calling thread, those that it starts, and Numba keep to `n` cores; where the system can do that."""
    pinned = hasattr(os, "sched_setaffinity")
    allowed = os.sched_getaffinity(0) if pinned else set()
    with _numba_threads(min(n, cores())):
        if pinned:
            os.sched_setaffinity(0, sorted(allowed)[-n:])
        try:
            yield
        finally:
            if pinned:
                os.sched_setaffinity(0, allowed)


@contextmanager
def _numba_threads(n: int) -> Iterator[None]:
    if find_spec("numba") is None:
        yield
        return
    import numba

    before = numba.get_num_threads()
    numba.set_num_threads(min(n, numba.config.NUMBA_NUM_THREADS))
    try:
        yield
    finally:
        numba.set_num_threads(before)
