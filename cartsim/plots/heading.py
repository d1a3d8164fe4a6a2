"""Heading and footer of a picture: over the whole of a new figure, or on an axis that was given."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.text import Text

from .artists import figure_of, font_size, renderer_of
from .headline import EDGE
from .patients import remark
from .style import GREY

_SIZE = 1.15  # of the heading of a new figure, in sizes of the text


def write_heading(ax: Axes, words: str, *, new: bool) -> None:
    """The heading in as many lines as it takes.

    Parameters
    ----------
    ax : Axes
        The first of the figure.
    words : str
    new : bool
        Whether the figure is one of our own; the heading then has its whole width.
    """
    if not words:
        return
    figure = figure_of(ax)
    letters = float(ax.xaxis.label.get_fontsize())
    if new:
        note: Text = figure.suptitle(words, x=EDGE, ha="left", size=_SIZE * letters, linespacing=1.1)
        room = (1.0 - 2.0 * EDGE) * float(figure.bbox.width)
    else:
        ax.set_title(words, loc="left")
        note = next(
            t for t in (ax.title, *ax.get_children()) if isinstance(t, Text) and t.get_text() == words
        )
        room = float(ax.bbox.width)
    lines = _lines(note, room)
    if new:
        note.set_text(lines)
    else:
        ax.set_title(lines, loc="left")


def write_footer(ax: Axes, notes: Sequence[str], *, new: bool) -> None:
    """Small words below everything, or below a given axis."""
    if not notes:
        return
    if not new:
        remark(ax, notes)
        return
    figure = figure_of(ax)
    note = figure.supxlabel("", x=EDGE, ha="left", size="x-small", color=GREY)
    wide = int((1.0 - 2.0 * EDGE) * figure.get_figwidth() * 72.0 / (0.5 * font_size(note)))
    note.set_text("\n".join(textwrap.fill(line, wide) for line in notes))


def _lines(note: Text, room: float) -> str:
    """The words in even lines that are no wider than there is room, in pixels."""
    words = note.get_text()
    width = float(Text.get_window_extent(note, renderer_of(note)).width)
    if width <= room:
        return words
    n = int(-(-width // room))
    for letters in range(-(-len(words) // n), len(words)):
        lines = textwrap.wrap(words, letters, break_long_words=False, break_on_hyphens=False)
        if len(lines) <= n and max(map(len, lines)) * width / len(words) <= room:
            return "\n".join(lines)
    return textwrap.fill(words, max(int(len(words) * room / width), 10), break_long_words=False)
