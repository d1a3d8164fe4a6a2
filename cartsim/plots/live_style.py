"""The sizes of a picture that moves: those of a notebook, between a page and a slide."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib

from .style import style

LETTERS, LINES = 10.5, 2.2
"""Points."""


@contextmanager
def live_style() -> Iterator[None]:
    """A context in which the picture is made and drawn; the global settings come back at its end.

    Examples
    --------
    >>> with live_style():
    ...     matplotlib.rcParams["font.size"] == LETTERS
    True
    """
    with style("print"):
        matplotlib.rcParams.update({"font.size": LETTERS, "lines.linewidth": LINES})
        yield
