"""`Panel`: curves of one unit with lines that mean something, drawn into one axis of a stack."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from .annotate import draw_extinction
from .artists import font_size, pixels_per_point, with_gid
from .curves import draw_curve
from .labels import label_ends
from .marks import extinctions
from .notes import LEVEL, add_note, line_words
from .room import EXTINCT, FLOOR
from .scales import Scale, apply, choose
from .style import GREY, STROKES, Stroke
from .view import View
from .words import number, one_cell, power_of_ten, pretty, slug

Array = NDArray[np.float64]

_NARROW = 20.0  # curves that span less than this are drawn on a linear axis
_CLEAR = 1.0  # heights of a letter that two numbers beside an axis are apart at the least


@dataclass(frozen=True, eq=False)
class Curve:
    """What a role does: its values as they are drawn, shape (n_times,), the words, colour and line style."""

    role: str
    words: str
    values: Array
    colour: str
    stroke: Stroke = STROKES[0]


@dataclass(frozen=True)
class Level:
    """A line across a panel: where, what it means, and its number or name beside the axis."""

    value: float
    words: str
    tick: str


@dataclass(frozen=True, eq=False)
class Panel:
    """One axis.

    Attributes
    ----------
    name, words, unit : str
        Which it is, what stands beside it, and the unit of its curves.
    curves : tuple of Curve
    levels : tuple of Level
    log : bool
    decades : float
        How many powers of ten a logarithmic axis shows under its highest curve; down to one cell if infinite.
    height : float
        Compared with the other panels.
    beside : bool
        Whether the curves are named at their ends; else near their peaks.
    room : float
        How much the axis is higher than its curves, for notes.
    """

    name: str
    words: str
    unit: str
    curves: tuple[Curve, ...]
    levels: tuple[Level, ...] = ()
    log: bool = True
    decades: float = 6.0
    height: float = 1.0
    beside: bool = True
    room: float = 0.0

    @property
    def scale(self) -> Scale:
        """The axis, with room for notes."""
        fit = self.fit
        if fit.log:
            return replace(fit, high=fit.high * (fit.high / fit.low) ** self.room)
        return replace(fit, high=fit.high + (fit.high - fit.low) * self.room)

    @property
    def fit(self) -> Scale:
        """The axis without it: it takes in the lines, and has a floor where curves go below it."""
        values = np.concatenate([curve.values for curve in self.curves])
        values = values[np.isfinite(values)]
        levels = [level.value for level in self.levels]
        top, least = float(values.max(initial=0.0)), float(values.min(initial=math.inf))
        if not self.log or top <= 0.0 or (top < _NARROW * least and math.isfinite(self.decades)):
            shown = levels if not self.log else [0.0] if self.unit == "percent" else []
            return choose([np.concatenate([values, shown])], self.unit, False, None)
        low, words = self._floor(top)
        if least >= low and math.isfinite(self.decades):
            return _bare(np.concatenate([values, levels]))
        return choose([values], self.unit, True, (low, words))

    def _floor(self, top: float) -> tuple[float, str]:
        cell, decades = one_cell(self.unit), self.decades if math.isfinite(self.decades) else 12.0
        exponent = math.floor(math.log10(top) - decades + 0.5)
        if cell is not None and top > cell and (math.isinf(self.decades) or 10.0**exponent <= cell):
            return cell, "one cell"
        level = 10.0**exponent
        shown = number(level) if -3 < exponent < 4 else power_of_ten(exponent)
        return level, f"{shown} {pretty(self.unit)}".strip()


def _bare(values: Array) -> Scale:
    """A logarithmic axis without a floor."""
    low, high = math.log10(float(values.min())), math.log10(float(values.max()))
    room = 0.06 * max(high - low, 0.5)
    return Scale(True, 10.0 ** (low - room), 10.0 ** (high + room))


def draw_panel(ax: Axes, panel: Panel, view: View) -> None:
    """Draw curves, lines and extinctions, name the curves, and the axis beside it."""
    scale = panel.scale
    apply(ax, scale)
    _ticks(ax, panel, scale)
    label = f"{panel.words}\n({pretty(panel.unit)})" if pretty(panel.unit) else panel.words
    ax.set_ylabel(label, rotation=0, ha="right", va="center", size="small", linespacing=1.0)
    for level in panel.levels:
        if scale.low <= level.value <= scale.high:
            draw_level(ax, level)
    lines = []
    for curve in panel.curves:
        named = {"words": curve.words, "name": curve.role, "colour": curve.colour}
        lines.append(draw_curve(ax, view.t, curve.values, scale, stroke=curve.stroke, **named))
        if scale.floor_words in ("", "one cell"):  # above another floor a curve only seems to end
            _extinctions(ax, curve, scale, view)
    if not panel.beside:
        for curve in panel.curves:
            top = int(np.nanargmax(curve.values))
            at = float(view.t[top]), float(curve.values[top])
            add_note(ax, curve.role, curve.words, at, colour=curve.colour).set_fontsize("small")
    elif len(lines) > 1:  # a single curve is named by its axis
        label_ends(ax, lines, [curve.words for curve in panel.curves], scale)


def _extinctions(ax: Axes, curve: Curve, scale: Scale, view: View) -> None:
    """Circles where a population died out, with words that find their place as notes do."""
    for time in extinctions(view.run, curve.role):
        day = float(view.days(time))
        if view.first <= day <= view.last:
            before = curve.values[max(int(np.searchsorted(view.t, day)) - 1, 0)]
            height = float(scale.shown(np.array([before if scale.log else 0.0]))[0])
            draw_extinction(ax, day, height, name=curve.role, words=curve.words, colour=curve.colour)
            for note in with_gid(ax.texts, EXTINCT):
                note.remove()
            add_note(ax, f"died-{curve.role}", "died out", (day, height), colour=curve.colour)


def draw_level(ax: Axes, level: Level) -> None:
    """A thin line with its words."""
    line = ax.axhline(level.value, color=GREY, linestyle=(0, (4, 2)), zorder=1.5)
    line.set(linewidth=0.35 * line.get_linewidth(), gid=f"{LEVEL}{slug(level.words or level.tick)}")
    if level.words:
        line_words(ax, level.words, level.value)


def _ticks(ax: Axes, panel: Panel, scale: Scale) -> None:
    """Three numbers or so beside a low axis; the floor and the lines that have a number come first."""
    ticks = {scale.floor: _floor_tick(scale)} if scale.log and scale.floor is not None else {}
    ticks |= {level.value: level.tick for level in panel.levels if level.tick}
    ticks = {place: words for place, words in ticks.items() if scale.low < place < scale.high}
    top = panel.fit.high
    if scale.log:
        for note in with_gid(ax.texts, FLOOR):
            note.remove()
        low, high = math.log10(scale.low if scale.floor is None else scale.floor), math.log10(top)
        step = max(math.ceil((high - low) / 3.2), 1)
        places = [10.0**e for e in range(math.floor(high), math.ceil(low) - 1, -step)]
    else:
        found = MaxNLocator(2, steps=[1, 2, 5, 10]).tick_values(scale.low, top)
        places = [float(place) for place in found if scale.low <= place <= top]
    ticks = {**{place: _number(place) for place in places if place not in ticks}, **ticks}
    ordered = [*reversed(ticks.items())]  # what comes first stays where two are too near each other
    ax.set_yticks([place for place, _ in ordered], [words for _, words in ordered])


def thin_ticks(ax: Axes) -> None:
    """Leave out the numbers beside an axis that would touch one that comes before."""
    labels = ax.get_yticklabels()
    if not labels:
        return
    least = _CLEAR * font_size(labels[0]) * pixels_per_point(ax)
    kept: dict[float, tuple[float, str]] = {}
    for place, label in zip(ax.get_yticks().tolist(), labels, strict=True):
        height = float(ax.transData.transform((0.5 * sum(ax.get_xlim()), place))[1])
        if all(abs(height - other) >= least for other in kept):
            kept[height] = place, label.get_text()
    ax.set_yticks([place for place, _ in kept.values()], [words for _, words in kept.values()])


def _number(place: float) -> str:
    exact = round(math.log10(place)) if place > 0.0 else 0
    is_ten = place > 0.0 and math.isclose(place, 10.0**exact)
    return power_of_ten(exact) if is_ten and not -3 < exact < 4 else number(place)


def _floor_tick(scale: Scale) -> str:
    return "1 cell" if scale.floor_words == "one cell" else scale.floor_words.split(" ")[0]


def told_levels(panels: Iterable[Panel]) -> str:
    """The lines in one sentence, or nothing."""
    said = [
        f"{level.words or level.tick} ({' '.join(panel.words.split())})"
        for panel in panels
        for level in panel.levels
    ]
    return f"Lines: {'; '.join(said)}." if said else ""


def percent_of_first(panel: Panel) -> Panel:
    """The same with every curve in percent of its first value."""
    curves = tuple(
        replace(curve, values=100.0 * curve.values / curve.values[0])
        for curve in panel.curves
        if curve.values[0] > 0.0
    )
    return replace(panel, unit="percent", curves=curves, levels=())
