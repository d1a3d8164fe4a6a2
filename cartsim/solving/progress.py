"""`Progress`: how far long work has come, on one line of the terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self

_PATIENCE = 1.0  # seconds before anything is shown
_EVERY = 0.2


class Progress:
    """Shows how many runs are finished: with tqdm where it is installed, else as one plain line.

    Parameters
    ----------
    total : int
        Runs.
    wanted : bool or None
        None shows it where the output of errors is a terminal or a notebook, after a second.
    """

    def __init__(self, total: int, wanted: bool | None) -> None:
        self._total, self._done = total, 0
        self._shown = _watched() if wanted is None else wanted
        self._patience = _PATIENCE if wanted is None else 0.0
        self._begun = self._last = time.monotonic()
        self._bar: Any = None
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def add(self, runs: int) -> None:
        """So many more are finished."""
        self._done += runs
        now = time.monotonic()
        if not self._shown or now - self._begun < self._patience:
            return
        if self._bar is None:
            self._bar = _tqdm(self._total, self._done)
        elif self._bar:
            self._bar.update(self._done - self._bar.n)
        if self._bar:
            return
        if now - self._last >= _EVERY or self._done == self._total:
            self._last = now
            self._write(now)

    def _write(self, now: float) -> None:
        left = (now - self._begun) * (self._total - self._done) / max(self._done, 1)
        text = f"{self._done} of {self._total} runs, about {left:.0f} s left"
        sys.stderr.write("\r" + text.ljust(self._width))
        sys.stderr.flush()
        self._width = len(text)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.close()
        elif self._width:
            sys.stderr.write("\n")


def _watched() -> bool:
    """Whether somebody is looking at the output of errors: a terminal, or a notebook."""
    return bool(sys.stderr is not None and sys.stderr.isatty()) or "ipykernel" in type(sys.stderr).__module__


def _tqdm(total: int, done: int) -> Any:
    """A bar of tqdm, or False if it is not installed."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return False
    return tqdm(total=total, initial=done, unit="run", leave=False)
