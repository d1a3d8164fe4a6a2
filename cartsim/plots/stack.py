"""A stack: panels one above the other that share their days, with a headline above and a footer below."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from .alt_text import alt_text
from .artists import renderer_of, with_gid
from .caution import CAUTION
from .headline import EDGE, write
from .notes import place_notes
from .panel import thin_ticks
from .patients import tell
from .sheet import MADE_FOR, settle
from .style import GREY, size_for
from .view import View

_LINES = 6.4  # lines of text that a panel of height 1 is high, where there is room
_AROUND = 8.0  # lines for headline, events, days and footer
_FOOTER = 105  # letters in a line of the footer
_PAD = 0.2  # around what is drawn, in heights of a letter


def stack(heights: Sequence[float], for_: str) -> tuple[Figure, list[Axes]]:
    """A new figure with an axis for each height, from top to bottom."""
    size = size_for(for_)
    figure, grid = plt.subplots(
        len(heights), 1, sharex=True, squeeze=False, layout="constrained", height_ratios=list(heights)
    )
    figure.set_gid(f"{MADE_FOR}{for_}")
    wanted = (_LINES * sum(heights) + _AROUND) * size.font / 72.0
    figure.set_size_inches(size.width, min(wanted, size.tallest))
    pad = _PAD * size.font / 72.0
    figure.set_layout_engine("constrained", w_pad=2.0 * pad, h_pad=pad, hspace=0.0)
    return figure, list(grid.ravel())


def finish(
    figure: Figure,
    axes: Sequence[Axes],
    view: View,
    clauses: list[str],
    *,
    told: Sequence[str],
    arrange: Callable[[], None] = lambda: None,
) -> None:
    """Write headline and footer, move what stands too close, and record the alt text.

    Parameters
    ----------
    clauses : list of str
        Of the headline.
    told : sequence of str
        What alt text says beside what it finds in curves and events.
    arrange : callable
        What else depends on the size of the figure, called once everything has its place.
    """
    model = view.run.model
    name = f"{model.title} ({model.name})" if model.title else model.name
    footer = f"{name[0].upper()}{name[1:]}. {CAUTION}"
    note = figure.supxlabel(footer, size="x-small", color=GREY, x=EDGE, ha="left")
    if Text.get_window_extent(note, renderer_of(figure)).width > (1.0 - 2.0 * EDGE) * figure.bbox.width:
        note.set_text(f"{textwrap.fill(footer.removesuffix(CAUTION), _FOOTER)}\n{CAUTION}")
    line = write(figure, clauses)
    figure.align_ylabels(list(axes))
    settle(figure)
    for ax in axes:
        if with_gid(ax.lines, "curve:"):
            thin_ticks(ax)
            place_notes(ax)
    arrange()
    words = alt_text(figure)
    tell(axes[0], [line, words, *told, footer])
    if "inline" in plt.get_backend().lower():
        plt.close(figure)  # a notebook shows what a cell returns, and what is open once more
