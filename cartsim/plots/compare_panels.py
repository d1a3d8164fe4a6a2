"""The panels of `compare`: curves and grades of the arms, and what was done to all or to one of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from numpy.typing import NDArray

from ..language.errors import ModelError
from .annotate import draw_extinction, draw_marks
from .artists import figure_of, with_gid
from .curves import draw_curve
from .given import marks_in
from .grade_colours import GRADE_COLOURS, GRADES, ink_on
from .labels import label_ends
from .marks import Mark, extinctions
from .scales import Scale, apply, choose
from .sheet import value_label
from .spaghetti import shared_quantity
from .strips import NAMES, Band
from .style import COLOURS, INK, STROKES, readable
from .toxicity import toxicity_of
from .view import View

Array = NDArray[np.float64]

GRADES_PANEL = "grades"
LATE = ("car_t", "tumour")
"""The roles that are shown over the whole time."""
BAND = "grade:"
"""The gid of a band of a grade begins with this; the role and the label of the arm follow."""
_HIGH = 0.84  # of a row


@dataclass(frozen=True, eq=False)
class Arm:
    """One run: its label, what is shown of it late and early, and its look."""

    label: str
    whole: View
    early: View
    look: int

    @property
    def colour(self) -> str:
        """Of its curves and of what was done to it alone."""
        return COLOURS[self.look]


def draw_curves(ax: Axes, arms: Sequence[Arm], role: str, named: bool) -> None:
    """The curve of each arm; where a population died out, a circle."""
    quantity = shared_quantity([arm.whole.run for arm in arms], role)
    views = [arm.whole if role in LATE else arm.early for arm in arms]
    heights = [_given(view[role]) if role == "car_t" else view[role] for view in views]
    scale = _scale(heights, quantity.unit, log=True if role in LATE else None)
    apply(ax, scale)
    ax.yaxis.label.set_fontsize("small")
    value_label(ax, quantity.words, quantity.unit)
    lines = []
    for arm, view, values in zip(arms, views, heights, strict=True):
        look: dict[str, Any] = {"colour": arm.colour, "stroke": STROKES[arm.look]}
        name = f"{role}:{arm.label}"
        lines.append(draw_curve(ax, view.t, values, scale, words=arm.label, name=name, **look))
        for time in extinctions(view.run, role):
            day = float(view.days(time))
            if view.first <= day <= view.last:
                before = values[max(int(np.searchsorted(view.t, day)) - 1, 0)]
                height = float(scale.shown(np.array([before]))[0])
                draw_extinction(ax, day, height, name=name, words=arm.label, colour=arm.colour)
    if named:
        label_ends(ax, lines, [arm.label for arm in arms], scale)


def _given(values: Array) -> Array:
    """The values from the first above zero on, not-a-number before."""
    return np.where(np.cumsum(values > 0.0) > 0, values, np.nan)


def _scale(heights: Sequence[Array], unit: str, *, log: bool | None) -> Scale:
    """A scale for all arms, logarithmic where `log` asks for it and there are values that allow it."""
    try:
        return choose(heights, unit, log, None)
    except ModelError:  # all below one cell
        return choose(heights, unit, None, None)


def draw_grades(ax: Axes, arms: Sequence[Arm], roles: Sequence[str], label: bool) -> None:
    """A row for each grade of each arm, those of a grade together, with the number in each band."""
    first, last = ax.get_xlim()
    inches = ax.get_position().width * figure_of(ax).get_figwidth()
    letters = float(ax.xaxis.label.get_fontsize()) * (last - first) / (inches * 72.0)  # in days
    bands = [
        toxicity_of(arm.early.run, (arm.early.first, arm.early.last), verb="compare").bands for arm in arms
    ]
    rows = [(role, arm, found[role]) for role in roles for arm, found in zip(arms, bands, strict=True)]
    for row, (role, arm, found) in enumerate(reversed(rows)):
        below = row + 0.5 * (1.0 - _HIGH)
        ax.add_patch(Rectangle((first, below), last - first, _HIGH, facecolor=GRADE_COLOURS[0], zorder=0.4))
        for band in found:
            shown = replace(band, start=max(band.start, first), stop=min(band.stop, last))
            if shown.stop > shown.start:
                number = label and shown.stop - shown.start > 0.7 * letters
                _band(ax, shown, below, f"{role}:{arm.label}", number=number)
        if label:
            place: Any = ("axes fraction", "data")
            note = ax.annotate(
                arm.label, (1.0, row + 0.5), (0.5, 0.0), xycoords=place, textcoords="offset fontsize"
            )
            note.set(size="small", color=readable(arm.colour), va="center", annotation_clip=False)
    ax.set_ylim(0.0, len(rows))
    middles = [len(rows) - len(arms) * (i + 0.5) for i in range(len(roles))]
    ax.set_yticks(middles, [NAMES[role] for role in roles])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_ylabel("grade", size="small")
    for i in range(1, len(roles)):
        ax.axhline(len(arms) * i, color="white", zorder=3)


def _band(ax: Axes, band: Band, below: float, name: str, *, number: bool) -> None:
    colour = GRADE_COLOURS[min(band.grade, GRADES[-1])]
    patch = Rectangle((band.start, below), band.stop - band.start, _HIGH, facecolor=colour, zorder=2)
    patch.set(gid=f"{BAND}{name}", label=f"_grade {band.grade}")
    ax.add_patch(patch)
    if number:
        middle = 0.5 * (band.start + band.stop)
        note = ax.text(
            middle, below + 0.5 * _HIGH, str(band.grade), ha="center", va="center_baseline", zorder=3
        )
        note.set(size="small", color=ink_on(colour), fontweight="bold", clip_on=True, gid="grade-number")


# ------------------------------------------------------------------ what was done


def draw_events(axes: Sequence[Axes], panels: Sequence[str], arms: Sequence[Arm]) -> None:
    """Marks on both rows; the lower one says what they are where it shows them, else the upper one."""
    late = [axis for axis, role in zip(axes, panels, strict=True) if role in LATE]
    early = [axis for axis in axes if axis not in late]
    for row, other in ((late, early), (early, [])):
        if row:
            views = [arm.whole if row is late else arm.early for arm in arms]
            said_until = other[0].get_xlim()[1] if other else -math.inf
            _marks(row, [marks_in(view) for view in views], arms, said_until)
    for axis in (axis for axis, role in zip(axes, panels, strict=True) if role == GRADES_PANEL):
        for span in with_gid(axis.patches, "event:"):
            span.remove()


def _marks(axes: Sequence[Axes], marks: Sequence[list[Mark]], arms: Sequence[Arm], said_until: float) -> None:
    """Grey where all arms have the same at the same time, else in the colour of the arm; words said once."""
    common = set.intersection(*({_place(mark) for mark in own} for own in marks))
    said: set[str] = set()
    for own, arm in zip(marks, arms, strict=True):
        for mark in own:
            text = "" if mark.start <= said_until or mark.text in said else mark.text
            said.add(mark.text)
            shared, known = _place(mark) in common, {id(artist) for artist in _artists(axes)}
            draw_marks(axes, [replace(mark, text=text)])
            new = [artist for artist in _artists(axes) if id(artist) not in known]
            alone = sum(any(other.text == mark.text for other in each) for each in marks) == 1
            for artist in new:
                if isinstance(artist, Text):
                    artist.set_color(readable(arm.colour) if alone else INK)
                elif shared and arm is not arms[0]:
                    artist.remove()  # the first arm has drawn it
                elif not shared:
                    _tint(artist, arm.colour)


def _place(mark: Mark) -> tuple[str, str, float, float]:
    return mark.kind, mark.name, mark.start, mark.stop


def _tint(artist: Any, colour: str) -> None:
    if isinstance(artist, Line2D):
        artist.set_color(colour)
    else:
        artist.set(facecolor=colour, alpha=0.25)


def _artists(axes: Sequence[Axes]) -> list[Any]:
    return [artist for ax in axes for artist in (*ax.lines, *ax.patches, *ax.texts)]
