"""One axis of a picture that moves: its curves, their names at their ends, and the pinned curves behind."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, FuncFormatter
from numpy.typing import NDArray

from ..solving.trajectory import Trajectory
from .artists import font_size, pixels_per_point, with_gid
from .curves import split
from .labels import spread
from .live_scale import GRADES, steady, still_fits
from .live_style import live_style
from .marks import extinctions
from .quantities import Quantity
from .scales import Scale, apply
from .sheet import value_label
from .style import STROKES, readable
from .words import slug, what_it_measures

Array = NDArray[np.float64]

_WRAP = 16  # characters in a line of a name
_PALE = 0.75  # of a pinned curve
_FLOOR = ("floor", "below-floor", "floor-words")


@dataclass(frozen=True, eq=False)
class Moving:
    """What is drawn of one quantity: above the floor, below it, where it died out, and its name."""

    quantity: Quantity
    line: Line2D
    dots: Line2D
    died: Line2D
    died_words: Text
    name: Text

    @property
    def artists(self) -> tuple[Artist, ...]:
        """From the lowest to the highest."""
        return self.dots, self.line, self.died, self.died_words, self.name


class LiveAxis:
    """An axis whose curves take the values of one run after another.

    Parameters
    ----------
    ax : Axes
    chosen : list of Quantity
        Of one unit.
    tints : mapping of str to str
        Their colours by name.
    """

    def __init__(self, ax: Axes, chosen: Sequence[Quantity], tints: Mapping[str, str]) -> None:
        self.ax, self.unit = ax, chosen[0].unit
        self.log: bool | None = None
        self.scale: Scale | None = None
        self.grades = all((q.role or q.name).endswith("_grade") for q in chosen)
        words = chosen[0].words if len(chosen) == 1 else what_it_measures(self.unit)
        value_label(ax, "grade" if self.grades else words, self.unit)
        ax.yaxis.label.set_linespacing(1.0)
        if len(chosen) == 1:
            ax.yaxis.label.set_color(readable(tints[chosen[0].name]))
        self.curves = [self._moving(quantity, tints[quantity.name]) for quantity in chosen]
        self._pinned: list[tuple[Trajectory, str, Quantity, Line2D, Line2D, Text]] = []

    def _moving(self, quantity: Quantity, colour: str) -> Moving:
        ax, name = self.ax, slug(quantity.name)
        (line,) = ax.plot([], [], color=colour, zorder=3, label=quantity.words, gid=f"curve:{name}")
        (dots,) = ax.plot([], [], color=colour, linestyle=(0, (0.6, 1.2)), zorder=2.5, gid=f"below:{name}")
        (died,) = ax.plot([], [], "o", markerfacecolor="white", color=colour)
        died.set(zorder=5, label=f"_{quantity.words} died out", markeredgewidth=0.7 * line.get_linewidth())
        dots.set(linewidth=0.6 * line.get_linewidth(), label=f"_{quantity.words}, below the floor")
        ink = readable(colour)
        words = ax.text(0, 0, "died out", size="small", color=ink, va="bottom", zorder=5)
        words.set_gid(f"extinction-text:{name}")
        text = textwrap.fill(quantity.words, _WRAP, break_long_words=False)
        label = ax.text(1.015, 0.5, text, transform=ax.transAxes, color=ink, va="center", linespacing=1.0)
        label.set_gid(f"label:{name}")
        found = Moving(quantity, line, dots, died, words, label)
        for artist in found.artists:
            artist.set_animated(True)
        return found

    @property
    def artists(self) -> list[Artist]:
        """What moves, from the lowest to the highest."""
        found = [artist for curve in self.curves for artist in curve.artists]
        return sorted(found, key=lambda artist: artist.get_zorder())

    # ------------------------------------------------------------------ limits

    def fit(self, run: Trajectory) -> bool:
        """Change the limits if the curves of `run` and the pinned ones ask for it; whether they did."""
        wanted = self._wanted(run)
        if self.scale is not None and still_fits(self.scale, wanted):
            return False
        if wanted == self.scale:
            return False
        for artist in [*with_gid(self.ax.lines, *_FLOOR), *with_gid(self.ax.patches, *_FLOOR)]:
            artist.remove()
        for text in with_gid(self.ax.texts, *_FLOOR):
            text.remove()
        self.scale = wanted
        with live_style():
            self.ax.set_yscale("linear")
            apply(self.ax, wanted)
        if self.grades:
            self.ax.yaxis.set_major_locator(FixedLocator([0, 1, 2, 3, 4]))
            self.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
        for pinned in self._pinned:
            self._place_pinned(*pinned)
        return True

    def _wanted(self, run: Trajectory) -> Scale:
        if self.grades:
            return GRADES
        values = []
        for one, name in [(run, c.quantity.name) for c in self.curves] + [
            (pinned[0], pinned[2].name) for pinned in self._pinned
        ]:
            values.append(one[name][self._rows(one)])
        log = False if self.unit == "degC" and self.log is None else self.log
        return steady(values, self.unit, log)

    # ------------------------------------------------------------------ the curves

    def move(self, run: Trajectory) -> None:
        """Give the curves the values of `run`."""
        assert self.scale is not None
        rows = self._rows(run)
        for curve in self.curves:
            values = _finite(run[curve.quantity.name])
            above, below = split(run.t[rows], values[rows], self.scale)
            curve.line.set_data(*above)
            curve.dots.set_data(*below)
            self._sign_extinction(curve, run)
        self._place_names(run)

    def _rows(self, run: Trajectory) -> slice:
        """The rows that are shown, and one before them."""
        return slice(max(int(np.searchsorted(run.t, self.ax.get_xlim()[0])) - 1, 0), None)

    def _sign_extinction(self, curve: Moving, run: Trajectory) -> None:
        assert self.scale is not None
        low, high = self.ax.get_xlim()
        times = [t for t in extinctions(run, curve.quantity.name) if low <= t <= high][-1:]
        on_floor = (self.scale.floor or self.scale.low) if self.scale.log else 0.0
        heights = [on_floor for _ in times]
        curve.died.set_data(times, heights)
        curve.died.set_gid(f"extinction:{slug(curve.quantity.name)}" if times else None)
        curve.died_words.set_visible(bool(times))
        if times:
            size = font_size(curve.died_words) * pixels_per_point(self.ax)
            pixels = self.ax.transData.transform((times[0], heights[0]))
            left = pixels[0] + 6.0 * size < self.ax.bbox.x1  # the words fit to the right of the circle
            pixels += [0.7 * size if left else -0.7 * size, 0.3 * size]
            if self.scale.log and self.scale.floor is not None:  # above the line of the floor
                floor = self.ax.transData.transform((times[0], self.scale.floor))[1]
                pixels[1] = max(pixels[1], floor + 0.2 * size)
            curve.died_words.set_position(tuple(self.ax.transData.inverted().transform(pixels)))
            curve.died_words.set_horizontalalignment("left" if left else "right")

    def _place_names(self, run: Trajectory) -> None:
        """Put the names beside the ends of their curves, apart from one another."""
        assert self.scale is not None
        if len(self.curves) == 1:  # it is named by its axis
            self.curves[0].name.set_visible(False)
            return
        last = [_finite(run[curve.quantity.name])[-1:] for curve in self.curves]
        ends = np.nan_to_num(self.scale.shown(np.concatenate(last)))
        box, points = self.ax.bbox, pixels_per_point(self.ax)
        wanted = self.ax.transData.transform(np.column_stack([np.zeros(len(ends)), ends]))[:, 1]
        heights = [
            1.25 * font_size(c.name) * points * (1 + c.name.get_text().count("\n")) for c in self.curves
        ]
        places = spread(np.nan_to_num(wanted), heights, box.y0 - heights[0], box.y1 + heights[0])
        for curve, place in zip(self.curves, places, strict=True):
            curve.name.set_y((place - box.y0) / box.height)

    # ------------------------------------------------------------------ pinned curves

    def set_pins(self, pins: Mapping[str, Trajectory]) -> None:
        """Draw these runs behind, thin, each with its own dashes and its letter."""
        for *_, line, dots, letter in self._pinned:
            for artist in (line, dots, letter):
                artist.remove()
        self._pinned = []
        with live_style():
            for nth, (label, run) in enumerate(pins.items()):
                for curve in self.curves:
                    if curve.quantity.name in run:
                        self._pinned.append((run, label, curve.quantity, *self._pin(curve, label, nth)))
        for pinned in self._pinned if self.scale is not None else ():
            self._place_pinned(*pinned)

    def _pin(self, curve: Moving, label: str, nth: int) -> tuple[Line2D, Line2D, Text]:
        colour, width = curve.line.get_color(), curve.line.get_linewidth()
        name = f"{slug(curve.quantity.name)}-{slug(label)}"
        stroke = STROKES[1 + nth % (len(STROKES) - 1)]
        (line,) = self.ax.plot([], [], color=colour, linestyle=stroke, linewidth=0.6 * width, alpha=_PALE)
        line.set(gid=f"curve:{name}", zorder=2.2, label=f"{curve.quantity.words}, pinned as {label}")
        (dots,) = self.ax.plot([], [], color=colour, linestyle=(0, (0.6, 2.4)), alpha=_PALE)
        dots.set(gid=f"below:{name}", linewidth=0.4 * width, label=f"_{label}, below the floor", zorder=2.1)
        letter = self.ax.text(0, 0, label, color=readable(colour), weight="bold", size="small", zorder=2.3)
        letter.set(gid=f"pin:{name}", ha="center", va="center", clip_on=False)
        letter.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.6})
        return line, dots, letter

    def _place_pinned(
        self, run: Trajectory, label: str, quantity: Quantity, line: Line2D, dots: Line2D, letter: Text
    ) -> None:
        assert self.scale is not None
        values = _finite(run[quantity.name])
        above, below = split(run.t, values, self.scale)
        line.set_data(*above)
        dots.set_data(*below)
        box = self.ax.bbox
        place = box.x1 - (0.02 + 0.035 * self._rank(label)) * box.width
        at = min(float(run.t[-1]), float(self.ax.transData.inverted().transform((place, box.y0))[0]))
        height = float(np.interp(at, run.t, values))
        letter.set_position((at, float(self.scale.shown(np.array([height]))[0])))

    def _rank(self, label: str) -> int:
        """Which of the pins it is, so that letters stand beside one another."""
        return list(dict.fromkeys(pinned[1] for pinned in self._pinned)).index(label)


def _finite(values: Array) -> Array:
    return np.where(np.isfinite(values), values, np.nan)
