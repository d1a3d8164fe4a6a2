"""Finds room for small texts beside what is drawn: each tries a few places and takes the emptiest.

Which places a text may take follows from its gid, so this can be repeated when the figure changes its size.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from .artists import corners, course, font_size, gid, renderer_of, with_gid
from .labels import box_of

Array = NDArray[np.float64]

FLOOR, EXTINCT, DATA = "floor-words", "extinction-text", "data-words"
_AVOIDED = ("curve:", "extinction:", "points:", "bars:")
_SIDES: tuple[Literal["right", "left"], ...] = ("right", "left")
_CORNERS = [(1, 1), (-1, 1), (1, -1), (-1, -1)]
_LEVELS: dict[int, Literal["bottom", "center", "top"]] = {1: "bottom", 0: "center", -1: "top"}
_BESIDE = [(1, 0), (-1, 0)]  # for data, whose highest bar may reach to the top
_ON_TEXT = 1000  # a text over a text is worse than over any curve
_CROWDED = 5  # points of curves under words that can be left out, since the next circle has the same


def place_small_texts(ax: Axes) -> None:
    """Move the words for the floor, for extinctions and for data to the emptiest of their places."""
    renderer = renderer_of(ax)
    points = _curve_points(ax)
    notes = [note for note in ax.texts if isinstance(note, Annotation)]
    movable = [note for note in notes if _kind(note)]
    placed = [box_of(note, renderer) for note in notes if not _kind(note)]
    crowded: list[tuple[float, Annotation]] = []
    for note in sorted(movable, key=lambda note: (_kind(note), float(note.xy[0]))):
        tried: list[tuple[float, int, Callable[[], None]]] = []
        for move in _places(note):
            move()
            tried.append((_crowding(box_of(note, renderer), points, placed, ax.bbox), len(tried), move))
        least, _, best = min(tried, key=lambda entry: entry[:2])
        best()
        note.set_visible(_kind(note) != EXTINCT or least < _CROWDED)
        if note.get_visible():
            placed.append(box_of(note, renderer))
        else:
            crowded.append((least, note))
    said = [note for note in movable if _kind(note) == EXTINCT and note.get_visible()]
    if crowded and not said:  # one circle at least has its words
        min(crowded, key=lambda entry: entry[0])[1].set_visible(True)


def _kind(note: Text) -> str:
    return next((kind for kind in (FLOOR, EXTINCT, DATA) if gid(note).startswith(kind)), "")


def _places(note: Annotation) -> list[Callable[[], None]]:
    """Functions that move the text to each of its places."""
    size = font_size(note)
    if _kind(note) == FLOOR:
        level = note.xy[1]

        def beside(side: Literal["left", "right"]) -> None:
            note.xy = (1.0 if side == "right" else 0.0, level)
            note.set_horizontalalignment(side)
            note.xyann = (-0.4 * size if side == "right" else 0.4 * size, 0.15 * size)

        return [partial(beside, side) for side in _SIDES]

    def corner(right: int, up: int) -> None:
        note.xyann = (0.7 * right * size, 0.9 * up * size)
        note.set_horizontalalignment("left" if right > 0 else "right")
        note.set_verticalalignment(_LEVELS[up])

    places = _CORNERS + _BESIDE if _kind(note) == DATA else _CORNERS
    return [partial(corner, *where) for where in places]


def _crowding(box: Bbox, points: Array, texts: list[Bbox], axis: Bbox) -> float:
    """How much lies in `box`: points of curves, and texts, which count for more; so does lying outside."""
    inside = (points > [box.x0, box.y0]).all(axis=1) & (points < [box.x1, box.y1]).all(axis=1)
    outside = box.x0 < axis.x0 - 1 or box.x1 > axis.x1 + 1 or box.y0 < axis.y0 - 1 or box.y1 > axis.y1 + 1
    return float(inside.sum()) + _ON_TEXT * (sum(bool(box.overlaps(text)) for text in texts) + int(outside))


def _curve_points(ax: Axes) -> Array:
    """Points along all curves and bars, some pixels apart, shape (n, 2)."""
    paths = [np.column_stack(course(line)) for line in with_gid(ax.lines, *_AVOIDED)]
    paths += [corners(path) for bars in with_gid(ax.collections, *_AVOIDED) for path in bars.get_paths()]
    found = [np.empty((0, 2))]
    for path in paths:
        ends = ax.transData.transform(path)
        ends = ends[np.isfinite(ends).all(axis=1)]
        if len(ends) > 1:
            along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(ends, axis=0).T))])
            steps = np.arange(0.0, along[-1], 6.0)
            ends = np.column_stack([np.interp(steps, along, ends[:, i]) for i in (0, 1)])
        found.append(ends)
    return np.concatenate(found)
