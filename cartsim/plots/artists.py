"""What artists carry: their gid, their data, the size of their letters, each as one plain type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.text import Text
from numpy.typing import NDArray

from ..language.errors import ModelError, shorten

Array = NDArray[np.float64]

TOLD = "told"
"""The gid of axes that have no curves: their label is the description for alt text."""


def gid(artist: Artist) -> str:
    """The gid of an artist, empty if it has none. What cartsim draws is found again by it."""
    return str(artist.get_gid() or "")


def with_gid(artists: Iterable[Any], *starts: str) -> list[Any]:
    """Those whose gid begins with one of these."""
    return [artist for artist in artists if gid(artist).startswith(starts)]


def course(line: Line2D) -> tuple[Array, Array]:
    """Times and values of a line, each of shape (n,)."""
    return np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)


def corners(path: Path) -> Array:
    """The corners of a path, shape (n, 2)."""
    return np.asarray(path.vertices, float)


def font_size(text: Text) -> float:
    """The size of the letters, in points."""
    return float(text.get_fontsize())


def figure_of(drawn: Figure | Artist | Sequence[Artist] | NDArray[Any]) -> Figure:
    """The whole figure that an artist stands in, or that several axes share.

    Raises
    ------
    ModelError
        If it is none.
    """
    first: Any = (
        drawn if isinstance(drawn, Artist) else next(iter(np.ravel(np.asarray(drawn, dtype=object))), None)
    )
    canvas = getattr(first if isinstance(first, Figure) else getattr(first, "figure", None), "canvas", None)
    if canvas is None:
        raise ModelError(f"a figure or its axes are needed, as plot gives them, not {shorten(drawn)}")
    whole: Figure = canvas.figure
    return whole


def renderer_of(artist: Artist) -> Any:
    """What measures texts, by the call that matplotlib's own layout makes; it has no public name."""
    figure: Any = figure_of(artist)
    return figure._get_renderer()


def pixels_per_point(artist: Artist) -> float:
    """How many pixels a point (1/72 inch) is."""
    return float(figure_of(artist).dpi) / 72.0
