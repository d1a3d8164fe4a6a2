"""One curve on an axis: its line, and where it is below the floor a dotted one in the strip."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from .scales import Scale
from .style import Stroke
from .words import slug

Array = NDArray[np.float64]


def draw_curve(
    ax: Axes, t: Array, values: Array, scale: Scale, *, words: str, name: str, colour: str, stroke: Stroke
) -> Line2D:
    """Draw `values` against `t`.

    Parameters
    ----------
    t, values : ndarray, shape (n_times,)
    scale : Scale
        Of the axis.
    words, name : str
        What the curve is called on the figure, and in the model.

    Returns
    -------
    Line2D
        The curve above the floor; its gid is ``curve:name``, its label the words. Below the floor it has no
        value (not-a-number), and a second line, ``below:name``, takes its place in the strip.
    """
    values = np.where(np.isfinite(values), values, np.nan)
    above, below = split(t, values, scale)
    (line,) = ax.plot(*above, color=colour, linestyle=stroke, label=words, zorder=3)
    line.set_gid(f"curve:{slug(name)}")
    if np.isfinite(below[1]).any():
        (dots,) = ax.plot(*below, color=colour, linestyle=(0, (0.6, 1.2)), label=f"_{words}, below the floor")
        dots.set_linewidth(0.6 * line.get_linewidth())
        dots.set_gid(f"below:{slug(name)}")
        dots.set_zorder(2.5)
    return line


def split(t: Array, values: Array, scale: Scale) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """The curve above the floor and the one below it, each ``(t, values)`` with not-a-number elsewhere.

    Where a curve crosses the floor between two times, the crossing is put in, by interpolating logarithms.
    """
    floor = scale.low if scale.floor is None else scale.floor
    if not scale.log:
        return (t, values), (t, np.full_like(values, np.nan))
    t, values = _with_crossings(t, values, floor)
    is_below = values < floor * (1 - 1e-9)
    return (t, np.where(is_below, np.nan, values)), (t, np.where(is_below, scale.nothing, np.nan))


def _with_crossings(t: Array, values: Array, floor: float) -> tuple[Array, Array]:
    with np.errstate(divide="ignore", invalid="ignore"):
        height = np.log(np.where(values > 0.0, values, np.nan) / floor)
    steps = np.flatnonzero((height[:-1] * height[1:] < 0.0) & (np.diff(t) > 0.0))
    share = height[steps] / (height[steps] - height[steps + 1])
    crossing = t[steps] + share * (t[steps + 1] - t[steps])
    # Each crossing is put in twice around itself: once on the floor and once, at the same time, below it.
    falling = height[steps] > 0.0
    under = np.nextafter(floor * (1 - 1e-8), 0.0)
    first, second = np.where(falling, floor, under), np.where(falling, under, floor)
    places = np.repeat(steps + 1, 2)
    times = np.repeat(crossing, 2)
    added = np.column_stack([first, second]).ravel()
    return np.insert(t, places, times), np.insert(values, places, added)
