"""Who does the work: this process, or the workers of any ``concurrent.futures.Executor``."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from itertools import chain
from typing import TypeVar

from ..language.errors import ModelError, UnfinishedError
from .job import Job
from .progress import Progress

Result = TypeVar("Result")

_UNDER_WAY = 64  # jobs that are sent at once; more are sent as they come back
_TRIES = 2


def carried_out(
    jobs: Iterator[Job],
    runs: int,
    executor: Executor | None,
    progress: bool | None,
    do: Callable[[Job], Result],
) -> Iterator[tuple[Job, Result | UnfinishedError]]:
    """Do the jobs, here or by the workers of `executor`.

    A job whose worker is lost is tried once more; if the executor itself is broken, the rest is done here.
    What cannot be done at all comes back as the reason why.

    Parameters
    ----------
    jobs : iterator of Job
    runs : int
        In all jobs together, for the progress.
    executor : concurrent.futures.Executor or None
    progress : bool or None
        As in `simulate`.
    do : callable
        What is done with a job; it and its result go from process to process.

    Yields
    ------
    (Job, result or UnfinishedError)
        In the order in which they are done.
    """
    with Progress(runs, progress) as shown:
        for job, result in _here(jobs, do) if executor is None else _sent(jobs, executor, do):
            shown.add(len(job))
            yield job, result


def _here(jobs: Iterable[Job], do: Callable[[Job], Result]) -> Iterator[tuple[Job, Result]]:
    for job in jobs:
        yield job, do(job)


def _sent(
    jobs: Iterator[Job], executor: Executor, do: Callable[[Job], Result]
) -> Iterator[tuple[Job, Result | UnfinishedError]]:
    """Jobs by workers; on any exit, those that have not begun are called back."""
    under_way: dict[Future[Result], tuple[Job, int]] = {}
    broken = False

    def send(job: Job, tries: int) -> bool:
        try:
            under_way[executor.submit(do, job)] = job, tries
        except (BrokenExecutor, RuntimeError):  # RuntimeError: it was shut down
            return False
        return True

    try:
        left: list[tuple[Job, int]] = []
        while True:
            while not broken and len(under_way) < _UNDER_WAY:
                job, tries = left.pop() if left else (next(jobs, None), 1)
                if job is None:
                    break
                if not send(job, tries):
                    broken = _say_broken()
                    left.append((job, tries))
            if not under_way:
                break
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                job, tries = under_way.pop(future)
                reason = future.exception()
                if reason is None:
                    yield job, future.result()
                elif isinstance(reason, BrokenExecutor):
                    broken = broken or _say_broken()
                    left.append((job, tries))
                elif tries < _TRIES:
                    left.append((job, tries + 1))
                elif isinstance(reason, ModelError):
                    raise reason
                else:
                    text = f"its worker was lost or failed {_TRIES} times: {type(reason).__name__}: {reason}"
                    yield job, UnfinishedError(text)
        if broken:
            yield from _here(chain((job for job, _ in left), jobs), do)
    finally:
        for future in under_way:
            future.cancel()


def _say_broken() -> bool:
    warnings.warn(
        "the executor lost its workers; the rest is solved in this process, with the same answers",
        RuntimeWarning,
        stacklevel=8,
    )
    return True
