"""Writes a figure to a file and forgets it, so that no notebook shows it as well."""

from __future__ import annotations

from typing import Any


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
