"""Notes: small words inside low panels, each put where it covers no curve and no other words."""

from __future__ import annotations

import itertools

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from .artists import course, font_size, pixels_per_point, renderer_of, with_gid
from .labels import box_of
from .room import _crowding as crowding
from .room import _curve_points as curve_points
from .style import GREY, INK, readable
from .words import slug

Array = NDArray[np.float64]

NOTE = "note:"
"""The gid of a note begins with this; what follows is what it tells."""
DOT = "note-dot:"
"""The gid of the dot that a note points at."""
LEVEL = "level:"
"""The gid of a line across an axis that means something begins with this."""
ON_LINE = "line-words:"
"""The gid of the words of a line begins with this."""
_LEADER = {"arrowstyle": "-", "color": GREY, "linewidth": 0.8, "shrinkA": 1, "shrinkB": 3}
_STEPS = 41  # places tried along the axis
_ROWS = 21  # and from bottom to top
_FAR = 0.5  # points of a curve that a distance of one letter counts for
_LEFT, _RIGHT = (
    0.33,
    0.66,
)  # parts of the axis: words of a line begin, end or have their middle at their place
_APART = 6.0  # pixels between two points of a line
_CROWDED = 2.0  # points of curves under the words of a line that are too many
_BREATH = 0.25  # heights of a letter that a note keeps around itself


def line_words(ax: Axes, words: str, level: float) -> Annotation:
    """Words for a line across the axis; `place_notes` finds where along it they stand."""
    note = ax.annotate(
        words,
        (1.0, level),
        xycoords=("axes fraction", "data"),
        xytext=(0, 0),
        textcoords="offset points",
        ha="right",
        va="bottom",
        color=GREY,
        size="x-small",
        zorder=1.6,
    )
    note.set_gid(f"{ON_LINE}{slug(words)}")
    return note


def add_note(
    ax: Axes, about: str, words: str, at: tuple[float, float], *, colour: str = INK, pointing: bool = False
) -> Annotation:
    """Words about a day and a height in the axis; `place_notes` finds a free place near it.

    Where they are `pointing`, a thin line leads from them to a dot there.
    """
    note = ax.annotate(
        words,
        at,
        xytext=(0.5, 0.5),
        textcoords="axes fraction",
        ha="center",
        va="center",
        size="x-small",
        color=readable(colour),
        zorder=6,
        arrowprops=_LEADER if pointing else None,
    )
    note.set_gid(f"{NOTE}{about}")
    if pointing:
        (dot,) = ax.plot(*at, marker="o", color="white", markeredgecolor=colour, linestyle="none", zorder=6)
        dot.set(markersize=0.6 * dot.get_markersize(), markeredgewidth=0.5 * dot.get_linewidth())
        dot.set_gid(f"{DOT}{about}")
    return note


def place_notes(ax: Axes) -> None:
    """Move the notes, then the words of lines, to the emptiest of many places, near what they are about."""
    renderer, points = renderer_of(ax), curve_points(ax)
    also, placed = np.concatenate([points, _line_points(ax)]), list[Bbox]()
    for note in [*with_gid(ax.texts, NOTE), *with_gid(ax.texts, ON_LINE)]:
        best = (float("inf"), (0.0, 0.0))
        breath = _BREATH * font_size(note) * pixels_per_point(ax)
        size = box_of(note, renderer)
        avoided = points if str(note.get_gid()).startswith(ON_LINE) else also
        for place in _places(note):
            box = _box_at(ax, note, place, size).padded(breath, breath)
            cost = crowding(box, avoided, placed, ax.bbox) + _FAR * _distance(ax, note, place, box)
            best = min(best, (cost, place))
        _move(note, best[1])
        if str(note.get_gid()).startswith(ON_LINE) and best[0] >= _CROWDED:
            note.set_visible(False)  # the line has its number or its name beside the axis
            continue
        placed.append(box_of(note, renderer))
        if note.arrow_patch is not None:
            placed.append(_leader(ax, note, placed[-1]))


def _line_points(ax: Axes) -> Array:
    """Points along the lines across the axis, in pixels, shape (n, 2)."""
    x = np.arange(ax.bbox.x0, ax.bbox.x1, _APART)
    left, lines = ax.get_xlim()[0], with_gid(ax.lines, LEVEL)
    heights = [float(ax.transData.transform((left, course(line)[1][0]))[1]) for line in lines]
    return np.concatenate([np.empty((0, 2)), *(np.column_stack([x, np.full_like(x, y)]) for y in heights)])


def _leader(ax: Axes, note: Annotation, box: Bbox) -> Bbox:
    """The rectangle in which the thin line of a note runs, in pixels."""
    x, y = (float(value) for value in ax.transData.transform(note.xy))
    return Bbox.null() if box.contains(x, y) else Bbox.from_extents(*_ordered(x, y, box))


def _ordered(x: float, y: float, box: Bbox) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of what lies between a point and the nearest point of a box."""
    near_x, near_y = min(max(x, box.x0), box.x1), min(max(y, box.y0), box.y1)
    return min(x, near_x), min(y, near_y), max(x, near_x), max(y, near_y)


def _places(note: Annotation) -> list[tuple[float, float]]:
    """Along its line, above and below it; a note anywhere in the axis."""
    along = [i / (_STEPS - 1) for i in range(_STEPS)]
    if str(note.get_gid()).startswith(ON_LINE):
        return [(x, side) for side in (1.0, -1.0) for x in reversed(along)]
    return list(itertools.product(along, [(i + 0.5) / _ROWS for i in range(_ROWS)]))


def _move(note: Annotation, place: tuple[float, float]) -> None:
    x, y = place
    if not str(note.get_gid()).startswith(ON_LINE):
        note.xyann = place
        return
    size = font_size(note)
    note.xy = (x, note.xy[1])
    note.set_horizontalalignment("right" if x > _RIGHT else "left" if x < _LEFT else "center")
    note.set_verticalalignment("bottom" if y > 0.0 else "top")
    note.xyann = (0.4 * size * ((x < _LEFT) - (x > _RIGHT)), 0.12 * size * y)


def _box_at(ax: Axes, note: Annotation, place: tuple[float, float], size: Bbox) -> Bbox:
    """Where the words would stand, in pixels, as `_move` puts them; nothing is measured again."""
    x, y = ax.transAxes.transform(place)
    if not str(note.get_gid()).startswith(ON_LINE):
        return Bbox.from_bounds(x - 0.5 * size.width, y - 0.5 * size.height, size.width, size.height)
    letter = font_size(note) * pixels_per_point(ax)
    left = x - size.width - 0.4 * letter if place[0] > _RIGHT else x + 0.4 * letter if place[0] < _LEFT else x
    left -= 0.5 * size.width * (_LEFT <= place[0] <= _RIGHT)
    line = float(ax.transData.transform(note.xy)[1]) + 0.12 * letter * place[1]
    return Bbox.from_bounds(left, line if place[1] > 0.0 else line - size.height, size.width, size.height)


def _distance(ax: Axes, note: Annotation, place: tuple[float, float], box: Bbox) -> float:
    """How far a note is from what it is about, in heights of its letters; words of a line from the right."""
    if str(note.get_gid()).startswith(ON_LINE):
        return 1.0 - place[0]
    x, y = (float(value) for value in ax.transData.transform(note.xy))
    beside = max(box.x0 - x, x - box.x1, 0.0)
    above = max(box.y0 - y, y - box.y1, 0.0)
    return float(np.hypot(beside, above)) / (font_size(note) * pixels_per_point(ax))
