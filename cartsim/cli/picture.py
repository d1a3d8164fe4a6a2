"""Writes a figure to a file and forgets it, so that no notebook shows it as well."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any


def check(path: str) -> None:
    """Refuse a path to which no figure can be written, before the work of drawing one.

    Raises
    ------
    ModelError
        If the ending is none of png, svg and pdf.
    OSError
        If there is no such folder.
    """
    from ..plots.save import format_of

    format_of(path)
    if not Path(path).absolute().parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)


def write(figure: Any, path: str) -> None:
    """Save a matplotlib `figure` as png, svg or pdf, by the ending of `path`.

    Raises
    ------
    ModelError
        If the ending is none of these.
    OSError
        If the file cannot be written.
    """
    import matplotlib.pyplot as plt

    from ..plots.save import save

    try:
        save(figure, path)
    finally:
        plt.close(figure)
