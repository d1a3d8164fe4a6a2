"""Direct labels: each curve is named at its end, and the names never overlap.

The places depend on the size of the figure, so `place` can be called again after it has changed.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from .artists import course, figure_of, font_size, gid, pixels_per_point, renderer_of, with_gid
from .scales import Scale
from .style import readable

Array = NDArray[np.float64]

LABEL = "label:"
"""The gid of a direct label begins with this; what follows is the gid of its curve."""
_WRAP = 20  # characters in a line of a label
_GAP = 0.3  # between two labels, in heights of a line


def spread(wanted: Sequence[float] | Array, heights: Sequence[float], low: float, high: float) -> Array:
    """Places for labels that do not overlap, as near as possible to where they are wanted.

    Parameters
    ----------
    wanted : sequence of float
        Where the middle of each label should be.
    heights : sequence of float
        How high each is.
    low, high : float
        The room there is; if it is too small, the labels overlap evenly.

    Returns
    -------
    ndarray, shape (n,)
        The middles, in the order of `wanted`; equal wishes keep their order from bottom to top.

    Notes
    -----
    The least squares answer under the gaps is an isotonic regression (pool adjacent violators).

    Examples
    --------
    >>> spread([5, 5, 9], [2, 2, 2], 0, 10).tolist()
    [4.0, 6.0, 9.0]
    """
    if not len(wanted):
        return np.empty(0)
    order = np.argsort(wanted, kind="stable")
    sizes = np.asarray(heights, float)[order]
    if sizes.sum() > high - low:
        sizes = sizes * ((high - low) / sizes.sum())
    offsets = np.concatenate([[0.0], np.cumsum((sizes[:-1] + sizes[1:]) / 2)])
    pools: list[tuple[float, int]] = []  # mean of the pool, how many are in it
    for value in np.asarray(wanted, float)[order] - offsets:
        pools.append((float(value), 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, n), (b, m) = pools[-2:]
            pools[-2:] = [((a * n + b * m) / (n + m), n + m)]
    free = np.concatenate([np.full(n, mean) for mean, n in pools])
    bottom, top = low + sizes[0] / 2, high - sizes[-1] / 2 - offsets[-1]
    places = np.empty(len(order))
    places[order] = np.clip(free, bottom, max(top, bottom)) + offsets
    return places


def label_ends(ax: Axes, lines: Sequence[Line2D], words: Sequence[str], scale: Scale) -> None:
    """Name each line at its end, to the right of the axis; `place` then keeps the names apart."""
    for line, text in zip(lines, words, strict=True):
        t, y = course(line)
        last = y[-1] if np.isfinite(y[-1]) else scale.nothing
        note = ax.annotate(
            textwrap.fill(text, _WRAP, break_long_words=False),
            (t[-1], last),
            xytext=(1.02, 0.5),
            textcoords="axes fraction",
            ha="left",
            va="center",
            size="small",
            color=readable(line.get_color()),
            linespacing=1.0,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": line.get_color(),
                "linewidth": 0.3 * line.get_linewidth(),
                "shrinkA": 1,
                "shrinkB": 1,
                "relpos": (0.0, 0.5),
            },
        )
        note.set_gid(f"{LABEL}{gid(line)}")


def place(ax: Axes) -> None:
    """Move the direct labels of `ax` so that none overlaps another, at the present size of the figure."""
    notes = labels_of(ax)
    if not notes:
        return
    renderer, box = renderer_of(ax), ax.bbox
    gap = _GAP * font_size(notes[0]) * pixels_per_point(ax)
    heights = [box_of(note, renderer).height + gap for note in notes]
    wanted = [ax.transData.transform(note.xy)[1] for note in notes]
    shift = 1e-6 * np.array([_mean_height(ax, note) for note in notes])  # equal ends: the higher curve above
    middles = spread(np.asarray(wanted) + shift, heights, box.y0 - gap, box.y1 + gap)
    for note, middle in zip(notes, middles, strict=True):
        note.xyann = (
            1.0 + 1.1 * font_size(note) * pixels_per_point(ax) / box.width,
            (middle - box.y0) / box.height,
        )


def labels_of(ax: Axes) -> list[Annotation]:
    """The direct labels of `ax`."""
    return with_gid(ax.texts, LABEL)


def fit(ax: Axes) -> bool:
    """Whether the labels fit: together no higher than the axis, inside the figure, off other axes."""
    notes = labels_of(ax)
    if not notes:
        return True
    renderer = renderer_of(ax)
    if sum(box_of(note, renderer).height for note in notes) > 1.1 * ax.bbox.height:
        return False
    if figure_of(ax).get_layout_engine() is not None:  # it makes room for what stands beside an axis
        return True
    right = max(box_of(note, renderer).x1 for note in notes)
    others = [other.bbox for other in figure_of(ax).axes if other is not ax]
    beside = [o.x0 for o in others if o.x0 >= ax.bbox.x1 and o.y0 < ax.bbox.y1 and o.y1 > ax.bbox.y0]
    return bool(right <= min([figure_of(ax).bbox.x1, *beside]))


def legend_instead(ax: Axes, lines: Sequence[Line2D], words: Sequence[str]) -> None:
    """Take the direct labels away and name the lines in a legend."""
    for note in labels_of(ax):
        note.remove()
    ax.legend(handles=list(lines), labels=list(words), loc="best", handlelength=2.6)


def box_of(note: Annotation, renderer: Any) -> Bbox:
    """Where the text of an annotation stands, in pixels; the line to its curve does not count."""
    note.update_positions(renderer)
    return Text.get_window_extent(note, renderer)


def _mean_height(ax: Axes, note: Annotation) -> float:
    """The mean height of the curve that the label names, in pixels."""
    named = gid(note).removeprefix(LABEL)
    for line in ax.lines:
        if gid(line) == named:
            heights = ax.transData.transform(np.column_stack(course(line)))[:, 1]
            return float(np.nanmean(heights)) if np.isfinite(heights).any() else 0.0
    return 0.0
