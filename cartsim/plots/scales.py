"""Linear or logarithmic: `Scale` decides for one axis, sets its limits and ticks, and draws the floor.

On a logarithmic axis zero has no place. What lies below the floor (one cell, a detection limit) is drawn in a
shaded strip under the floor line, so that "none" can be seen and is not mistaken for a small amount.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator
from numpy.typing import NDArray

from ..language.errors import ModelError
from ..language.values import finite, text
from .style import GREY, PALE
from .words import number, one_cell, power_of_ten, pretty

Array = NDArray[np.float64]
Floor: TypeAlias = float | tuple[float, str] | None

DECADES = 3.0
"""Values that span more than this many powers of ten get a logarithmic axis."""
_AUTOMATIC = 1e-6  # of the largest value: the floor where nothing else sets one
_NEAR = 30.0  # the line of one cell is drawn where a curve comes this close to it
_STRIP = 0.055  # height of the strip under the floor, as a part of the axis


@dataclass(frozen=True)
class Scale:
    """How one axis shows its values.

    Attributes
    ----------
    log : bool
    low, high : float
        The limits of the axis.
    floor : float or None
        A line; on a logarithmic axis, values below it are drawn in the strip.
    floor_words : str
        What the floor is.
    """

    log: bool
    low: float
    high: float
    floor: float | None = None
    floor_words: str = ""

    @property
    def nothing(self) -> float:
        """Where a value below the floor is drawn: in the middle of the strip."""
        return self.low if self.floor is None else math.sqrt(self.low * self.floor)

    def shown(self, values: Array) -> Array:
        """The values as they are drawn, shape (n,)."""
        if not self.log:
            return values
        below = ~(values >= (self.low if self.floor is None else self.floor)) & ~np.isnan(values)
        return np.where(below, self.nothing, values)


def choose(values: Iterable[Array], unit: str, log: bool | None, floor: Floor) -> Scale:
    """The scale for curves that share an axis.

    Parameters
    ----------
    values : iterable of ndarray
        The curves.
    unit : str
        Their unit.
    log : bool, optional
        Without it, logarithmic where the values span more than `DECADES`.
    floor : float or (float, str), optional
        The floor, with the words for it; without it one cell, where the unit counts cells.
    """
    joined = np.concatenate([np.ravel(curve) for curve in values])
    joined = joined[np.isfinite(joined)]
    positive = joined[joined > 0.0]
    top = float(positive.max()) if positive.size else 0.0
    level, words, given = _floor(unit, floor, top)
    if log and top <= level:
        raise ModelError(
            f"a logarithmic axis with its floor at {number(level)} shows nothing of values of at most "
            f"{number(float(joined.max(initial=0.0)))}; use log=False, or a lower floor"
        )
    least = float(joined.min()) if joined.size else 0.0
    if log is None and given:
        log = top > level
    elif log is None:
        log = least >= 0.0 and top > level * 10 and math.log10(top / max(least, level)) > DECADES
    if not log:
        plain = _linear(joined)
        return replace(plain, floor=level, floor_words=words) if given else plain
    if given or least <= level or (one_cell(unit) and least < _NEAR * level):
        decades = math.log10(top / level)
        return Scale(
            True, level * 10 ** (-_STRIP * decades - 0.2), top * 10 ** (0.06 * decades), level, words
        )
    decades = max(math.log10(top / least), 0.5)
    return Scale(True, least * 10 ** (-0.06 * decades), top * 10 ** (0.06 * decades))


def _floor(unit: str, floor: Floor, top: float) -> tuple[float, str, bool]:
    """The level, the words for it, and whether it was given."""
    if floor is not None:
        value, words = floor if isinstance(floor, tuple) else (floor, "")
        level = finite(value, "floor=")
        if level <= 0.0:
            raise ModelError(
                f"floor={level:g} must be above zero, for example floor=(0.5, 'detection limit')"
            )
        return (
            level,
            text(words, "the words for the floor") or f"{number(level)} {pretty(unit)}".strip(),
            True,
        )
    if cell := one_cell(unit):
        return cell, "one cell", False
    level = 10.0 ** math.floor(math.log10(top * _AUTOMATIC)) if top > 0.0 else 1.0
    return level, f"{number(level)} {pretty(unit)}".strip(), False


def _linear(values: Array) -> Scale:
    least, most = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    room = 0.06 * (most - least) or 0.06 * abs(most) or 1.0
    if 0.0 <= least <= 0.4 * most or least == most == 0.0:
        return Scale(False, 0.0, most + 0.06 * most if most else 1.0)
    return Scale(False, least - room, most + room)


def apply(ax: Axes, scale: Scale) -> None:
    """Set scale, limits and ticks of the vertical axis, and draw the floor."""
    if scale.log:
        ax.set_yscale("log", nonpositive="clip")
    ax.set_ylim(scale.low, scale.high)
    readable_ticks(ax.yaxis, log=scale.log)
    if scale.floor is not None:
        line = ax.axhline(scale.floor, color=GREY, linestyle="-", zorder=1.5)
        line.set_linewidth(0.35 * line.get_linewidth())
        line.set_gid("floor")
        line.set_label(f"_{scale.floor_words}")
        if scale.log:
            ax.axhspan(scale.low, scale.floor, color=PALE, zorder=0.5, linewidth=0).set_gid("below-floor")
        words = ax.annotate(
            f"{scale.floor_words} ",
            (1.0, scale.floor),
            xycoords=("axes fraction", "data"),
            xytext=(0, 2),
            textcoords="offset points",
            ha="right",
            va="bottom",
            color=GREY,
            size="x-small",
            zorder=1.6,
        )
        words.set_gid("floor-words")


def readable_ticks(axis: Any, *, log: bool, most: int = 6) -> None:
    """Ticks such as 1, 10, 10², ... or 20,000, with neither an offset nor an ``1e6`` in the corner."""
    if log:
        axis.set_major_locator(LogLocator(10, numticks=8))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: _decade(value)))
    else:
        axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 4)))


def _decade(value: float) -> str:
    """A tick of a logarithmic axis: 0.01 to 100 as they are, the others as powers of ten."""
    return f"{value:.3g}" if 0.0099 < value < 100.1 else power_of_ten(round(math.log10(value)))
