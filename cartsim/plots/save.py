"""`save`: a figure as PNG, SVG or PDF, at the size of its purpose, with its alt text inside the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from numpy.typing import NDArray

from ..language.errors import ModelError, shorten
from .alt_text import alt_text, title_of
from .artists import figure_of, font_size
from .sheet import MADE_FOR, arrange
from .style import settings, size_for

FORMATS = ("png", "svg", "pdf")


def save(
    figure: Figure | Axes | Sequence[Axes] | NDArray[Any],
    path: str | PathLike[str],
    *,
    for_: str | None = None,
    alt: str | None = None,
) -> None:
    """Write a figure to a file whose ending says the format; the figure stays as it is.

    Parameters
    ----------
    figure : Figure, Axes or array of Axes
        Of axes, their whole figure.
    path : str or path
        Ends in ``.png``, ``.svg`` or ``.pdf``. An SVG keeps its texts as texts.
    for_ : {"slide", "print", "poster"}, optional
        The size; by default the one the figure was made for.
    alt : str, optional
        The description inside the file; by default `alt_text`.

    Raises
    ------
    ModelError
        If the ending is none of these.
    UnknownNameError
        If there is no such size.
    """
    whole, ending = figure_of(figure), format_of(path)
    title, words = title_of(whole), alt_text(whole) if alt is None else alt
    metadata: dict[str, str | None] = {"Title": title or words.split(". ")[0]}
    metadata |= {"Subject": words, "CreationDate": None} if ending == "pdf" else {"Description": words}
    if ending == "svg":
        metadata["Date"] = None  # the same figure gives the same file
    made_for = (whole.get_gid() or "").removeprefix(MADE_FOR)
    size = size_for(for_ or made_for or "slide")
    with (
        matplotlib.rc_context({**settings(size), "svg.hashsalt": "cartsim"}),
        _at_size(whole, for_, made_for),
    ):
        whole.savefig(path, format=ending, dpi=size.dpi, metadata=metadata)


def format_of(path: str | PathLike[str]) -> str:
    """The format that the ending of a path asks for.

    Raises
    ------
    ModelError
        If it is none of `FORMATS`.

    Examples
    --------
    >>> format_of("figures/One.PNG")
    'png'
    """
    ending = Path(path).suffix.lower().lstrip(".")
    if ending not in FORMATS:
        raise ModelError(f"save writes {', '.join(FORMATS)}; {shorten(str(path))} has none of these endings")
    return ending


@contextmanager
def _at_size(figure: Figure, for_: str | None, made_for: str) -> Iterator[None]:
    """The figure with the size, letters and lines of another purpose; afterwards they are as before."""
    if for_ is None or for_ == made_for or not made_for:
        yield
        return
    old, new = size_for(made_for), size_for(for_)
    width, height = figure.get_size_inches()
    _resize(
        figure,
        new.width,
        min(height * new.width / width, new.tallest),
        new.font / old.font,
        new.line / old.line,
    )
    try:
        yield
    finally:
        _resize(figure, width, height, old.font / new.font, old.line / new.line)


def _resize(figure: Figure, width: float, height: float, font: float, line: float) -> None:
    """Another size in inches, with letters and lines multiplied."""
    figure.set_size_inches(width, height)
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            label = axis.get_ticklabels()[:1]
            if label:
                axis.set_tick_params(labelsize=font * font_size(label[0]))
    ticks = {id(t) for ax in figure.axes for axis in (ax.xaxis, ax.yaxis) for t in axis.get_ticklabels()}
    for text in figure.findobj(Text):
        if id(text) not in ticks:
            text.set_fontsize(font * font_size(text))
    for drawn in figure.findobj(Line2D):
        drawn.set_linewidth(line * drawn.get_linewidth())
        drawn.set_markersize(font * drawn.get_markersize())
    for patch in figure.findobj(Patch):
        patch.set_linewidth(line * float(patch.get_linewidth()))
    for collection in figure.findobj(Collection):
        collection.set_linewidth([line * float(w) for w in np.atleast_1d(collection.get_linewidth())])
    for _ in range(2):
        figure.draw_without_rendering()
        arrange(figure)
