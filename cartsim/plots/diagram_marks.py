"""The marks of a diagram: boxes, arrows, the three ends of a dashed line, and the key to them."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Polygon

from .colours_of_terms import Look
from .layout_geometry import Array
from .layout_names import CIRCLE
from .style import GREY, INK

SPACING = 1.1  # of lines
KEY_FONT = 10.5
_HEAD, _SMALL_HEAD = 9.0, 6.5
_LINE, _THIN = 1.8, 1.2
_MARK, _KEY_GAP, _SPACE = 36.0, 6.0, 22.0  # in the key: a line, between it and its words, between two
_DASHES = (0, (3.4, 1.9))

KEY = {
    "birth": "is newly made",
    "death": "leaves or dies",
    "change": "becomes or moves",
    "faster": "makes faster",
    "slower": "makes slower",
    "either": "faster or slower",
}
"""The kinds of line and what they mean, in the order of the key."""


class Pen:
    """Draws on axes whose unit is a point of the unscaled layout.

    Parameters
    ----------
    ax : Axes
    scale : float
        Points on the paper for a point of the layout; letters and lines are multiplied by it.
    """

    def __init__(self, ax: Axes, scale: float) -> None:
        self.ax, self.scale = ax, scale

    def text(self, place: Array, text: str, size: float, **look: Any) -> None:
        look = {"ha": "center", "va": "center", "linespacing": SPACING, **look}
        self.ax.text(place[0], place[1], text, fontsize=size * self.scale, **look)

    def rounded(self, centre: Array, size: Array, *, radius: float, lw: float, **look: Any) -> None:
        """A rectangle with round corners."""
        x, y = (float(number) for number in centre - size / 2.0)
        style = f"round,pad=0,rounding_size={radius}"
        patch = FancyBboxPatch((x, y), size[0], size[1], boxstyle=style, lw=lw * self.scale, **look)
        self.ax.add_patch(patch)

    def void(self, centre: Array) -> None:
        """The empty circle from which things come and to which they go."""
        look: dict[str, Any] = {"fill": False, "ec": INK, "lw": 1.2 * self.scale, "zorder": 3}
        self.ax.add_patch(Circle((float(centre[0]), float(centre[1])), CIRCLE, **look))

    def flow(self, line: Array, head: bool, look: Look, *, gid: str | None = None) -> None:
        """A line of an arrow, shape (k, 2), with or without its head at the end."""
        if head:
            line = self._head(line, _HEAD, look.colour, zorder=3, gid=gid and f"head:{gid}")
        self._stroke(line, look.colour, _LINE, zorder=2, linestyle=look.stroke, gid=gid and f"flow:{gid}")

    def pull(self, line: Array, sign: int, colour: Any, *, gid: str | None = None) -> None:
        """A thin dashed line, shape (k, 2), that ends in a head, a bar or a dot."""
        if sign > 0:
            line = self._head(line, _SMALL_HEAD, colour, zorder=5.5)
        elif sign < 0:
            way = _direction(line, _SMALL_HEAD)
            across = np.array([-way[1], way[0]]) * 5.5
            self._stroke(np.array([line[-1] + across, line[-1] - across]), colour, 2.2, zorder=5.5)
        else:
            x, y = (float(number) for number in line[-1] - 2.0 * _direction(line, _SMALL_HEAD))
            self.ax.add_patch(Circle((x, y), 3.4, fc=colour, ec="none", zorder=5.5))
        self._stroke(line, colour, _THIN, zorder=1, linestyle=_DASHES, gid=gid)

    def _head(self, line: Array, size: float, colour: Any, *, zorder: float, gid: str | None = None) -> Array:
        """Draw the head of an arrow; what is left of its line."""
        tip, way = line[-1], _direction(line, size)
        across = np.array([-way[1], way[0]]) * size * 0.42
        corners = [tip, tip - way * size + across, tip - way * size * 0.8, tip - way * size - across]
        self.ax.add_patch(Polygon(corners, closed=True, fc=colour, ec="none", zorder=zorder, gid=gid))
        far = np.nonzero(np.linalg.norm(line - tip, axis=1) > size * 0.8)[0]
        return np.vstack([line[: (far[-1] if far.size else 0) + 1], tip - way * size * 0.8])

    def _stroke(self, line: Array, colour: Any, width: float, **look: Any) -> None:
        drawn = Line2D(*line.T, color=colour, lw=width * self.scale, solid_capstyle="butt", **look)
        self.ax.add_line(drawn)

    # -------------------------------------------------------------- the key

    def key(self, kinds: list[tuple[str, float]], left: Array, *, room: float, rows: int = 1) -> None:
        """The lines that occur and what they mean, in one row or two.

        Parameters
        ----------
        kinds : list of (str, float)
            Keys of `KEY`, and the widths of their words (points, unscaled).
        left : ndarray, shape (2,)
            The left end of the lowest row.
        room : float
            The width there is for it.
        """
        first = -(-len(kinds) // rows)
        parts = [kinds[:first], kinds[first:]] if rows > 1 else [kinds]
        shrink = min(1.0, *(room / max(key_width(part), 1.0) for part in parts))
        right = np.array([shrink, 0.0])
        for above, part in zip(range(len(parts) - 1, -1, -1), parts, strict=True):
            place = left + (room / shrink - key_width(part)) / 2.0 * right
            place = place + np.array([0.0, 1.5 * above * KEY_FONT * shrink])
            for kind, width in part:
                self._sample(kind, place, _MARK * shrink)
                self.text(
                    place + (_MARK + _KEY_GAP) * right, KEY[kind], KEY_FONT * shrink, color=GREY, ha="left"
                )
                place = place + (_MARK + _KEY_GAP + width + _SPACE) * right

    def _sample(self, kind: str, start: Array, wide: float) -> None:
        stop = start + np.array([wide, 0.0])
        reach = np.array([2.0 * CIRCLE, 0.0])
        if kind == "birth":
            self.void(start + reach / 2.0)
            start = start + reach
        if kind == "death":
            self.void(stop - reach / 2.0)
            stop = stop - 1.2 * reach
        line = np.linspace(start, stop, 9)
        if kind in ("birth", "death", "change"):
            self.flow(line, True, Look(INK))
        else:
            self.pull(line, {"faster": 1, "slower": -1, "either": 0}[kind], GREY)


def key_width(kinds: list[tuple[str, float]]) -> float:
    """The width of a row of the key."""
    return sum(width + _MARK + _KEY_GAP + _SPACE for _, width in kinds) - _SPACE if kinds else 0.0


def pale(colour: Any) -> tuple[float, ...]:
    """`colour` mixed with much white, to fill a box behind text."""
    return tuple(1.0 - 0.13 * (1.0 - channel) for channel in to_rgb(colour))


def _direction(line: Array, reach: float) -> Array:
    """The unit vector in which a line arrives over its last `reach` points."""
    far = np.nonzero(np.linalg.norm(line - line[-1], axis=1) >= reach)[0]
    way = line[-1] - line[far[-1] if far.size else 0]
    return np.asarray(way / max(float(np.linalg.norm(way)), 1e-9))
