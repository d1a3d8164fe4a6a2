"""Draws marks: arrows for doses, spans for what lasts, diamonds for rules, open circles for the extinct.

Their texts stand in rows above the top axis; `place_texts` moves them apart at the present size of figure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.text import Text

from .artists import font_size, pixels_per_point, renderer_of, with_gid
from .marks import Mark
from .style import GREY, INK, readable
from .words import slug

TEXT = "event-text:"
"""The gid of the text of a mark begins with this."""
_HATCHES = {"infusion": "", "change": "////"}
_MAX_ROWS = 5  # of texts above an axis; what would stand higher is left out, its arrow stays


def draw_marks(axes: Sequence[Axes], marks: Sequence[Mark]) -> None:
    """Draw `marks` over all axes, which share their time, and their texts above the first."""
    for mark in marks:
        for ax in axes:
            if mark.lasts:
                _span(ax, mark)
            else:
                line = ax.axvline(mark.start, color=GREY, zorder=1.0, linestyle=(0, (1, 2)))
                line.set_linewidth(0.35 * line.get_linewidth())
                line.set_gid(f"event:{mark.kind}")
                line.set_label(f"_{mark.said}")
        _sign(axes[0], mark)
        if mark.text:
            _text(axes[0], mark)


def _span(ax: Axes, mark: Mark) -> None:
    stop = mark.stop if math.isfinite(mark.stop) else ax.get_xlim()[1]
    span = ax.axvspan(
        mark.start, stop, facecolor="#d9d9d9", edgecolor="#bdbdbd", alpha=0.5, zorder=0.2, linewidth=0
    )
    span.set_hatch(_HATCHES[mark.kind])
    span.set_gid(f"event:{mark.kind}")
    span.set_label(f"_{mark.said}")


def _sign(ax: Axes, mark: Mark) -> None:
    """An arrowhead at the top for a dose, a diamond for a rule."""
    marker = {"dose": "v", "rule": "D"}.get(mark.kind)
    if marker:
        (sign,) = ax.plot(
            [mark.start], [1.0], marker=marker, color=INK, transform=ax.get_xaxis_transform(), clip_on=False
        )
        sign.set_markersize((0.9 if marker == "v" else 0.55) * sign.get_markersize())
        sign.set_gid(f"event-sign:{mark.kind}")
        sign.set_label(f"_{mark.said}")
        sign.set_zorder(4)


def _text(ax: Axes, mark: Mark) -> None:
    note = ax.annotate(
        mark.text,
        (mark.start, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 8),
        textcoords="offset points",
        ha="left",
        va="bottom",
        size="x-small",
        color=INK,
        annotation_clip=False,
    )
    note.set_gid(f"{TEXT}{mark.kind}")


def place_texts(ax: Axes) -> None:
    """Put the texts of the marks into rows, so that none overlaps another or leaves the axis to the right."""
    notes = with_gid(ax.texts, TEXT)
    if not notes:
        return
    renderer, points = renderer_of(ax), pixels_per_point(ax)
    size = font_size(notes[0])
    right_ends: list[float] = []  # of the last text in each row, in pixels
    highest = 0
    for note in sorted(notes, key=lambda note: float(note.xy[0])):
        width = Text.get_window_extent(note, renderer).width
        anchor = float(ax.get_xaxis_transform().transform((note.xy[0], 0.0))[0])
        x = max(min(anchor - 0.4 * size * points, ax.bbox.x1 - width), ax.bbox.x0)
        row = next((i for i, end in enumerate(right_ends) if end < x), len(right_ends))
        right_ends[row : row + 1] = [x + width + 0.8 * size * points]
        note.set_visible(row < _MAX_ROWS)
        note.xyann = ((x - anchor) / points, 0.75 * size + 1.25 * size * row)
        highest = max(highest, min(row, _MAX_ROWS - 1))
    if ax.get_title(loc="left"):
        ax.set_title(ax.get_title(loc="left"), loc="left", pad=1.2 * size + 1.25 * size * (highest + 1))


def draw_extinction(ax: Axes, time: float, height: float, *, name: str, words: str, colour: str) -> None:
    """An open circle where a population died out, with the words beside it."""
    (circle,) = ax.plot([time], [height], marker="o", markerfacecolor="white", color=colour, linestyle="none")
    circle.set_markeredgewidth(0.7 * circle.get_linewidth())
    circle.set_zorder(5)
    circle.set_gid(f"extinction:{slug(name)}")
    circle.set_label(f"_{words} died out")
    note = ax.annotate(
        "died out",
        (time, height),
        xytext=(0, 0),
        textcoords="offset points",
        size="x-small",
        color=readable(colour),
        zorder=5,
    )
    note.set_gid(f"extinction-text:{slug(name)}")
