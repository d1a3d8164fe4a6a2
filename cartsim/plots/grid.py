"""`grid`: one read-out over two keywords, such as dose against tumour burden, a cell for each patient."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, LogNorm, Normalize
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from numpy.typing import NDArray

from ..questions.response import WORDS as RESPONSES
from ..solving.ensemble import Ensemble
from .artists import figure_of, font_size, renderer_of
from .grade_colours import GRADE_COLOURS, ink_on
from .grid_sides import Side, places_of, sides_of
from .heading import write_footer, write_heading
from .patients import Reading, read_of, tell
from .sheet import axes_for, purpose, settle
from .style import BLUE, GREY, ORANGE, PALE, SKY, VERMILLION, in_style
from .words import axis_label, number, spoken

Array = NDArray[np.float64]
_RESPONSE_COLOURS = (VERMILLION, ORANGE, SKY, BLUE)  # from progressive to complete, as in a waterfall
_DECADES = 1.5  # values that span more have a colour by their logarithm
_HARDLY = 1.1  # times: a read-out that varies less hardly does
_LEAST_TEXT = 0.5  # of the usual letters: smaller ones are not read, and a colour bar stands instead
_VALUE = "cell-value"
"""The gid of the text in a cell."""


def grid(
    runs: Ensemble,
    read: str = "cmax",
    *,
    label: bool = True,
    ax: Axes | None = None,
    for_: str | None = None,
    title: str | None = None,
) -> Axes:
    """One read-out over one or two keywords as coloured cells with numbers; the axis comes back.

    Parameters
    ----------
    runs : Ensemble
        Of `cs.patients.grid`, or of any models with labels such as ``"dose=1e6, gamma=0.2"``: the first name
        goes to the right, the second upwards.
    read : str
        Which read-out: ``"cmax"``, ``"crs_max_grade"``, ``"best_response"``, ``"tumour_nadir"``, ...
    label : bool
        Whether the values stand in the cells; a colour bar says them where the cells are too small.
    ax : Axes, optional
        Where to draw; without it a new figure is made.
    for_ : {"slide", "print", "poster"}, optional
        The sizes of figure, letters and lines; a slide by default. A given `ax` keeps those of its figure.
    title : str, optional
        The heading; by default what the read-out is, and how much it changes along each side.

    Returns
    -------
    Axes

    Raises
    ------
    ModelError
        If the labels do not say where the runs stand, or there is no run.
    UnknownNameError
        For a read-out that there is not; the nearest one is offered.

    Examples
    --------
    >>> import cartsim as cs
    >>> mouse = cs.models.barros_2021
    >>> mice = {
    ...     f"dose={d:g}, phi={p}": mouse.with_values(phi=p).with_events(cs.Dose(d, into="C_T", at=42))
    ...     for d in (2e5, 2e6) for p in (0.2, 0.3)
    ... }
    >>> ax = grid(cs.simulate(mice, until=100))
    >>> ax.get_xlabel(), [tick.get_text() for tick in ax.get_yticklabels()]
    ('dose (CAR-T cells)', ['0.2', '0.3'])
    """
    places = places_of(runs)
    sides = sides_of(places)
    reading = read_of(runs, read, "grid")
    values, lost = _table(runs, places, sides, reading)
    drawn_for = purpose(ax, for_)
    with in_style(drawn_for):
        (axis,) = axes_for(ax, 1, drawn_for, needs="a grid has one axis")
        mesh = _cells(axis, values, reading.name)
        _frame(axis, sides)
        heading = _title(reading, sides, values) if title is None else title
        write_heading(axis, heading, new=ax is None)
        write_footer(axis, lost, new=ax is None)
        tell(axis, _told(reading, sides, values, title, lost))
        settle(figure_of(axis))
        if not (label and _values(axis, values, reading.name)):
            _colour_bar(axis, mesh, reading)
        settle(figure_of(axis))
    return axis


# ------------------------------------------------------------------ what is drawn


def _table(
    runs: Ensemble, places: dict[str, dict[str, str]], sides: Sequence[Side], reading: Reading
) -> tuple[Array, list[str]]:
    """The values, shape (n_upwards, n_to_the_right), and what is said of those that are missing."""
    values = np.full((len(sides[1].values), len(sides[0].values)), np.nan)
    for each, value in zip(reading.labels, reading.values, strict=True):
        place = places[each]
        row = sides[1].values.index(place.get(sides[1].name, ""))
        values[row, sides[0].values.index(place[sides[0].name])] = value
    return values, reading.missing(np.isnan(reading.values))


def _cells(ax: Axes, values: Array, name: str) -> Any:
    """A coloured cell for each value, a hatched one where there is none."""
    finite = values[np.isfinite(values)]
    shown = np.clip(values, *((finite.min(), finite.max()) if finite.size else (0.0, 0.0)))
    if np.isinf(values).any() and not finite.size:
        shown = np.where(np.isnan(values), np.nan, 0.0)
    look = _look(name, finite)
    n_y, n_x = values.shape
    mesh = ax.pcolormesh(
        np.arange(n_x + 1) - 0.5, np.arange(n_y + 1) - 0.5, shown, edgecolors="white", zorder=1, **look
    )
    mesh.set_gid("cells")
    for row, column in np.argwhere(np.isnan(values)).tolist():
        gap = Rectangle((column - 0.5, row - 0.5), 1.0, 1.0, facecolor=PALE, edgecolor="white", hatch="///")
        gap.set(zorder=1, gid="cell-missing")
        ax.add_patch(gap)
    return mesh


def _look(name: str, finite: Array) -> dict[str, Any]:
    """Colours of a read-out: those of the grades, of the response, or from dark to light."""
    if name.endswith("_max_grade"):
        return {"cmap": ListedColormap(GRADE_COLOURS), "norm": Normalize(-0.5, len(GRADE_COLOURS) - 0.5)}
    if _is_response(name):
        return {"cmap": ListedColormap(_RESPONSE_COLOURS), "norm": Normalize(-0.5, 3.5)}
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if low > 0.0 and math.log10(high / low) > _DECADES:
        return {"cmap": "viridis", "norm": LogNorm(low, high)}
    return {"cmap": "viridis", "norm": Normalize(low, high if high > low else low + 1.0)}


def _in_classes(name: str) -> bool:
    return _is_response(name) or name.endswith("_max_grade")


def _is_response(name: str) -> bool:
    return name == "best_response" or name.startswith("response_day_")


def _frame(ax: Axes, sides: Sequence[Side]) -> None:
    for axis, side in zip((ax.xaxis, ax.yaxis), sides, strict=True):
        axis.set_ticks(range(len(side.values)), side.ticks)
        axis.set_tick_params(length=0)
    _thin(ax, sides[0])
    ax.set_xlabel(sides[0].words)
    ax.set_ylabel(sides[1].words)
    ax.set_xlim(-0.5, len(sides[0].values) - 0.5)
    ax.set_ylim(-0.5, len(sides[1].values) - 0.5)
    for spine in ("left", "bottom"):
        ax.spines[spine].set_visible(False)


def _thin(ax: Axes, side: Side) -> None:
    """Leave out numbers below the axis that would touch their neighbours."""
    inches = ax.get_position().width * figure_of(ax).get_figwidth()
    letters = inches * 72.0 / len(side.values) / (0.55 * float(ax.xaxis.label.get_fontsize()) / 1.2)
    every = math.ceil((max(map(len, side.ticks)) + 1) / letters)
    ax.xaxis.set_ticks(range(0, len(side.values), every), side.ticks[::every])


def _values(ax: Axes, values: Array, name: str) -> bool:
    """Write the values into their cells, as large as all of them fit; whether they can be read."""
    mesh = next(drawn for drawn in ax.collections if drawn.get_gid() == "cells")
    colours = mesh.to_rgba(np.ma.masked_invalid(np.asarray(mesh.get_array()).reshape(values.shape)))
    notes = []
    for row, column in np.ndindex(values.shape):
        value = float(values[row, column])
        words = _spelt(name, value)
        ink = GREY if math.isnan(value) else ink_on(colours[row, column])
        notes.append(ax.text(column, row, words, ha="center", va="center", color=ink, gid=_VALUE, zorder=3))
    renderer, room = renderer_of(ax), ax.bbox
    wide, high = 0.88 * room.width / values.shape[1], 0.8 * room.height / values.shape[0]
    boxes = [Text.get_window_extent(note, renderer) for note in notes]
    part = float(min(1.3, wide / max(box.width for box in boxes), high / max(box.height for box in boxes)))
    usual = font_size(notes[0])
    for note in notes:
        if part < _LEAST_TEXT:
            note.remove()
        else:
            note.set_fontsize(part * usual)
    return part >= _LEAST_TEXT


def _spelt(name: str, value: float) -> str:
    """A value as its cell says it."""
    if math.isnan(value):
        return "none"
    if _is_response(name):
        return RESPONSES[value]
    if math.isinf(value):
        return "died out" if name == "log10_kill" else "∞"
    return number(value, 3 if 100.0 <= abs(value) < 1000.0 else 2)


def _colour_bar(ax: Axes, mesh: Any, reading: Reading) -> None:
    bar = figure_of(ax).colorbar(mesh, ax=ax)
    bar.set_label(_words(reading))
    bar.outline.set_visible(False)


# ------------------------------------------------------------------ words


def _words(reading: Reading) -> str:
    """The read-out in few words, with its unit."""
    return axis_label(re.split(r"[;:]| since the | after the ", reading.words)[0], reading.unit)


def _title(reading: Reading, sides: Sequence[Side], values: Array) -> str:
    """What the read-out is, and how much it varies along each side."""
    words = _words(reading)
    words = f"{words[0].upper()}{words[1:]}"
    if _in_classes(reading.name) or not (values > 0.0).all() or not np.isfinite(values).all():
        return words
    said = [
        f"varies {_how_much(_fold(along))} with {side.name.replace('_', ' ')}"
        for side, along in zip(sides, (values, values.T), strict=True)
        if len(side.values) > 1
    ]
    return f"{words}: {' and '.join(said)}".replace("and varies ", "and ") if said else words


def _how_much(fold: float) -> str:
    return "hardly" if fold < _HARDLY else f"{number(fold, 2)}-fold"


def _fold(values: Array) -> float:
    """The largest of each row as a multiple of its smallest, the median over the rows.

    Examples
    --------
    >>> _fold(np.array([[1.0, 2.0], [4.0, 1.0], [3.0, 9.0]]))
    3.0
    """
    return float(np.median(values.max(axis=1) / values.min(axis=1)))


def _told(
    reading: Reading, sides: Sequence[Side], values: Array, title: str | None, remarks: Sequence[str]
) -> list[str]:
    """What the cells show, for alt text."""
    columns, rows = sides
    along = f"{columns.words} to the right, {', '.join(columns.values)}"
    upwards = f"; {rows.words} upwards, {', '.join(rows.values)}" if rows.name else ""
    found = [f"Coloured cells of {_words(reading)}: {along}{upwards}"]
    for row, its in zip(rows.values, values.tolist(), strict=True):
        plain = [math.isfinite(value) and not _is_response(reading.name) for value in its]
        said = [spoken(v) if p else _spelt(reading.name, v) for v, p in zip(its, plain, strict=True)]
        where = f"{rows.name.replace('_', ' ')} {row}: " if rows.name else ""
        found.append(f"{where}{', '.join(said)}")
    return [title or _title(reading, sides, values), *found, *remarks]
