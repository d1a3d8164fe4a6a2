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
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.offsetbox import DrawingArea, OffsetBox
from matplotlib.patches import Patch, Rectangle
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FixedLocator
from numpy.typing import NDArray

from ..language.errors import ModelError, shorten
from .alt_text import alt_text, title_of
from .artists import figure_of, font_size, with_gid
from .notes import place_notes
from .panel import thin_ticks
from .sheet import MADE_FOR, settle, wrap_value_label
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
    high, font, line = min(height * new.width / width, new.tallest), new.font / old.font, new.line / old.line
    if not any(ax.axison for ax in figure.axes):  # a diagram or equations: one drawing, larger or smaller
        high, font, line = height * new.width / width, new.width / width, new.width / width
    same_shape = np.isclose(high / height, new.width / width)
    before = [(ax, ax.get_ylabel(), _fixed_ticks(ax)) for ax in figure.axes]
    _resize(figure, new.width, high, font, line)
    for ax, _, ticks in before:
        if ticks is not None:
            thin_ticks(ax)
            place_notes(ax)
        elif ax.axison and not same_shape and ax.yaxis.label.get_rotation() == 90.0:
            wrap_value_label(ax)
    settle(figure)
    try:
        yield
    finally:
        for ax, label, ticks in before:
            ax.set_ylabel(label)
            if ticks is not None:
                ax.set_yticks(*ticks)
        _resize(figure, width, height, 1.0 / font, 1.0 / line)
        for ax, _, ticks in before:
            if ticks is not None:
                place_notes(ax)


def _fixed_ticks(ax: Axes) -> tuple[list[float], list[str]] | None:
    """Places and words of the ticks of a panel with curves, whose ticks were chosen one by one; else None."""
    is_panel = ax.yaxis.label.get_rotation() == 0.0 and with_gid(ax.lines, "curve:")
    if not is_panel or not isinstance(ax.yaxis.get_major_locator(), FixedLocator):
        return None
    return ax.get_yticks().tolist(), [label.get_text() for label in ax.get_yticklabels()]


def _resize(figure: Figure, width: float, height: float, font: float, line: float) -> None:
    """Another size in inches, with letters and lines multiplied."""
    figure.set_size_inches(width, height)
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(**{name: font * engine.get()[name] for name in ("w_pad", "h_pad")})
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            axis.labelpad *= font
            first: list[Any] = list(axis.get_major_ticks()[:1])
            if first:
                size = font * font_size(first[0].label1)
                axis.set_tick_params(labelsize=size, pad=font * first[0].get_pad())
    ticks = {id(t) for ax in figure.axes for axis in (ax.xaxis, ax.yaxis) for t in axis.get_ticklabels()}
    for text in figure.findobj(Text):
        if id(text) not in ticks:
            text.set_fontsize(font * font_size(text))
        if isinstance(text, Annotation) and text.anncoords == "offset points":
            text.xyann = (font * text.xyann[0], font * text.xyann[1])
    for box in figure.findobj(OffsetBox):
        _resize_box(box, font)
    for drawn in figure.findobj(Line2D):
        drawn.set_linewidth(line * drawn.get_linewidth())
        drawn.set_markersize(font * drawn.get_markersize())
    for patch in figure.findobj(Patch):
        patch.set_linewidth(line * float(patch.get_linewidth()))
    for collection in figure.findobj(Collection):
        collection.set_linewidth([line * float(w) for w in np.atleast_1d(collection.get_linewidth())])
    settle(figure)


def _resize_box(box: Any, font: float) -> None:
    """The distances within a legend, which are in points, with the marks that explain its words."""
    for name in ("pad", "sep"):
        if getattr(box, name, None):
            setattr(box, name, font * getattr(box, name))
    if isinstance(box, DrawingArea):
        for name in ("width", "height", "xdescent", "ydescent"):
            setattr(box, name, font * getattr(box, name))
        for mark in box.get_children():
            if isinstance(mark, Line2D):
                mark.set_data(*(font * np.asarray(values, float) for values in mark.get_data(orig=True)))
            elif isinstance(mark, Rectangle):
                x, y, wide, high = mark.get_x(), mark.get_y(), mark.get_width(), mark.get_height()
                mark.set_bounds(font * x, font * y, font * wide, font * high)
