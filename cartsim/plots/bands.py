"""Bands: stacked areas of gains above zero and losses below, each named inside where it is thick enough."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from numpy.typing import NDArray

from .artists import corners, course, renderer_of, with_gid
from .colours_of_terms import Look
from .style import INK, contrast_with_white
from .words import slug

Array = NDArray[np.float64]

_WRAPS = (22, 12)  # characters in a line of a name; the second is tried where the first is too wide
_TRIED = 60  # places along the time axis at which a name is tried


def draw_bands(ax: Axes, t: Array, parts: Sequence[tuple[str, str, Array]], looks: Sequence[Look]) -> None:
    """Stack `parts` (name, words, values), each in its look, the largest next to zero.

    What changes its sign is a gain at one time and a loss at another. The gid of an area is ``gain:name`` or
    ``loss:name``, its label the words.
    """
    sizes = [float(np.nansum(np.abs(values[:-1]) * np.diff(t))) for _, _, values in parts]
    reach = [0.0, 0.0]
    for side, (kind, part_of) in enumerate((("gain", np.maximum), ("loss", np.minimum))):
        base = np.zeros_like(t)
        for i in sorted(range(len(parts)), key=lambda i: -sizes[i]):
            name, words, values = parts[i]
            share = np.nan_to_num(part_of(values, 0.0), posinf=0.0, neginf=0.0)
            if np.any(share):
                colour = looks[i].colour
                area = ax.fill_between(
                    t, base, base + share, color=colour, linewidth=0.4, edgecolor="white", zorder=2
                )
                if looks[i].hatch:
                    area.set_hatch(looks[i].hatch)
                area.set_gid(f"{kind}:{slug(name)}")
                area.set_label(words)
                base = base + share
        reach[side] = float(base.max() if kind == "gain" else base.min())
    room = 0.05 * (reach[0] - reach[1]) or 1.0
    ax.set_ylim(reach[1] - room if reach[1] < 0.0 else 0.0, reach[0] + room if reach[0] > 0.0 else 0.0)


def bands_of(ax: Axes) -> list[PolyCollection]:
    """The areas that `draw_bands` drew."""
    return with_gid(ax.collections, "gain:", "loss:")


def name_bands(ax: Axes, *, also: Sequence[Line2D] = ()) -> None:
    """Name each process once: inside its band where the name fits, else (with `also`) in a legend."""
    named: set[str] = set()
    for area in sorted(bands_of(ax), key=lambda area: -_largest_height(ax, area)):
        words = str(area.get_label())
        if words not in named and any(_name_inside(ax, area, words, wrap) for wrap in _WRAPS):
            named.add(words)
    rest = {str(area.get_label()): area for area in bands_of(ax) if area.get_label() not in named}
    handles = [
        Patch(facecolor=_colour(area), label=words, hatch=area.get_hatch()) for words, area in rest.items()
    ]
    if handles or also:
        ax.legend(handles=[*handles, *also], loc="best", handlelength=1.0, handleheight=1.0)


def edges(area: PolyCollection) -> tuple[Array, Array, Array]:
    """Times, lower and upper edge of an area, each (n_times,), as `fill_between` puts them in its path."""
    ends = corners(area.get_paths()[0])
    n = (len(ends) - 3) // 2
    one, other = ends[1 : n + 1], ends[n + 2 : 2 * n + 2][::-1]
    return one[:, 0], np.minimum(one[:, 1], other[:, 1]), np.maximum(one[:, 1], other[:, 1])


def _pixels(ax: Axes, area: PolyCollection) -> tuple[Array, Array, Array]:
    t, lower, upper = edges(area)
    x, bottom = ax.transData.transform(np.column_stack([t, lower])).T
    return x, bottom, ax.transData.transform(np.column_stack([t, upper]))[:, 1]


def _colour(area: PolyCollection) -> str:
    faces: Any = area.get_facecolor()
    return to_hex(faces[0])


def _largest_height(ax: Axes, area: PolyCollection) -> float:
    _, bottom, top = _pixels(ax, area)
    return float((top - bottom).max())


def _name_inside(ax: Axes, area: PolyCollection, words: str, wrap: int) -> bool:
    """Write `words` where the band leaves most room; False, and nothing written, if that is not enough."""
    colour = _colour(area)
    ink = "white" if contrast_with_white(colour) >= 4.5 else INK
    note: Text = ax.text(
        0,
        0,
        textwrap.fill(words, wrap, break_long_words=False),
        ha="center",
        va="center",
        size="small",
        color=ink,
        zorder=4,
    )
    box = note.get_window_extent(renderer_of(ax))
    best, where = 0.0, (0.0, 0.0)
    for middle in np.linspace(ax.bbox.x0 + 0.55 * box.width, ax.bbox.x1 - 0.55 * box.width, _TRIED):
        for low, high in _rooms(ax, area, float(middle), 0.55 * box.width):
            if high - low > best:
                best, where = high - low, (float(middle), (high + low) / 2)
    if best < 1.1 * box.height or box.width > ax.bbox.width:
        note.remove()
        return False
    note.set_position(tuple(ax.transData.inverted().transform(where)))
    note.set_gid(f"band-words:{slug(words)}")
    return True


def _rooms(ax: Axes, area: PolyCollection, middle: float, reach: float) -> list[tuple[float, float]]:
    """Bottom and top, in pixels, of the parts of a band within `reach` of `middle` that no curve crosses."""

    def along(x: Array, y: Array) -> Array:
        within = [middle - reach, middle, middle + reach, *x[np.abs(x - middle) < reach]]
        heights: Array = np.interp(within, x, y)
        return heights

    x, bottom, top = _pixels(ax, area)
    rooms = [(float(along(x, bottom).max()), float(along(x, top).min()))]
    for line in with_gid(ax.lines, "curve:"):
        ends = ax.transData.transform(np.column_stack(course(line)))
        heights = along(*ends[np.isfinite(ends).all(axis=1)].T)
        lowest, highest = float(heights.min()), float(heights.max())
        under = [(low, min(high, lowest)) for low, high in rooms]
        rooms = under + [(max(low, highest), high) for low, high in rooms]
    return rooms
