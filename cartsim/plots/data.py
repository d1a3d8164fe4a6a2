"""`points` and `data`: measurements with their bars, alone or over a curve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from ..datasets.dataset import Dataset
from ..language.errors import ModelError, UnitError, UnknownNameError, shorten, suggestion
from ..language.units import convert, parse_unit
from .artists import figure_of, gid
from .room import DATA
from .scales import apply, choose, readable_ticks
from .sheet import axes_for, purpose, settle, value_label
from .style import INK, in_style
from .words import axis_label, slug, unit_on_axis, unit_or_none

Array = NDArray[np.float64]
_MANY = 60  # more points than this are drawn small


def data(
    dataset: Dataset, *, ax: Axes | None = None, label: str | None = None, for_: str | None = None
) -> Axes:
    """A dataset's points with their bars, from the columns that it says are to be shown.

    Parameters
    ----------
    dataset : Dataset
        From `cartsim.datasets.load`.
    ax : Axes, optional
        Where to draw, for example over a curve; without it a new figure is made.
    label : str, optional
        What stands beside the points; by default what they are.
    for_ : {"slide", "print", "poster"}, optional
        The size of a new figure.

    Returns
    -------
    Axes

    Examples
    --------
    >>> import cartsim as cs
    >>> ax = data(cs.datasets.load("zuma1_moffitt_car_per_uL"))
    >>> ax.get_ylabel()
    'CAR-T cells in blood (cells/µL)'
    """
    if not isinstance(dataset, Dataset) or "x" not in dataset.shown:
        raise ModelError(
            f"{shorten(dataset)} does not say which columns to draw; use points(..., x=..., y=...)"
        )
    shown = dict(dataset.shown)
    usual = shown.pop("label", f"{dataset.source.authors.split()[0]} {dataset.source.year}")
    return points(dataset, **shown, ax=ax, label=usual if label is None else label, for_=for_)


def points(
    table: Mapping[str, Any],
    *,
    x: str,
    y: str,
    low: str | None = None,
    high: str | None = None,
    spread: str | None = None,
    ax: Axes | None = None,
    label: str | None = None,
    colour: str = INK,
    for_: str | None = None,
) -> Axes:
    """Points with bars, from the columns of a table.

    Parameters
    ----------
    table : Dataset or mapping of str to array_like, shape (n,)
        A `Dataset` has units: its numbers are then converted to those on the axes of `ax`.
    x, y : str
        The columns of times and of values.
    low, high : str, optional
        The columns of the ends of the bars, such as quartiles.
    spread : str, optional
        Instead of these, a column of half lengths, such as standard deviations.
    ax : Axes, optional
        Where to draw; without it a new figure is made.
    label : str, optional
        What stands beside the points.
    colour : str
        Of points and bars.
    for_ : {"slide", "print", "poster"}, optional
        The size of a new figure.

    Returns
    -------
    Axes

    Raises
    ------
    UnknownNameError
        For a column that the table has not.
    UnitError
        If a unit of the table cannot be converted to that of the axis.
    """
    times, values = _column(table, x), _column(table, y)
    lower = _column(table, low) if low else values - _column(table, spread) if spread else values
    upper = _column(table, high) if high else values + _column(table, spread) if spread else values
    drawn_for = purpose(ax, for_)
    with in_style(drawn_for):
        if ax is None:
            (ax,) = axes_for(None, 1, drawn_for)
            _frame(ax, table, (x, y), times, [lower, values, upper])
        else:
            times = times * _factor(table, x, ax.get_xlabel())
            factor = _factor(table, y, ax.get_ylabel())
            lower, values, upper = lower * factor, values * factor, upper * factor
        _draw(ax, times, lower, values, upper, words=label or y, colour=colour)
        settle(figure_of(ax))
    return ax


def _column(table: Mapping[str, Any], name: str) -> Array:
    if name not in table:
        known = [str(column) for column in table]
        raise UnknownNameError(
            f"the table has no column {shorten(name)}" + suggestion(name, known, plural="columns")
        )
    values = np.asarray(table[name])
    if values.dtype.kind not in "fiu":
        raise ModelError(f"the column {name!r} holds texts; points needs numbers")
    return values.astype(float)


def _unit(table: Mapping[str, Any], column: str) -> str:
    return table.units[column] if isinstance(table, Dataset) else ""


def _factor(table: Mapping[str, Any], column: str, label: str) -> float:
    """What turns the numbers of a column into those of an axis; 1 where either has no unit."""
    unit, wanted = _unit(table, column), unit_on_axis(label) or ""
    if unit_or_none(unit) is None or unit_or_none(wanted) is None:
        return 1.0
    if not parse_unit(unit).same_dimension(parse_unit(wanted)):
        raise UnitError(
            f"column {column!r} is in {unit!r} and the axis {label!r} in {wanted!r}: they measure different "
            "things; draw the points over a quantity with their unit, such as an observable"
        )
    return convert(1.0, unit, wanted)


def _frame(
    ax: Axes, table: Mapping[str, Any], names: tuple[str, str], times: Array, values: list[Array]
) -> None:
    """Limits, ticks and labels of a new axis that fit the points."""
    known = table.meanings if isinstance(table, Dataset) else {}
    words = [known.get(name) or name for name in names]
    apply(ax, choose(values, _unit(table, names[1]), None, None))
    room = 0.05 * float(np.ptp(times)) or 1.0
    ax.set_xlim(min(0.0, float(times.min())), float(times.max()) + room)
    readable_ticks(ax.xaxis, log=False)
    ax.set_xlabel(axis_label(words[0], _unit(table, names[0])))
    value_label(ax, words[1], _unit(table, names[1]))


def _draw(
    ax: Axes, times: Array, lower: Array, values: Array, upper: Array, *, words: str, colour: str
) -> None:
    """Bars, points, and triangles at the foot of the axis for what a logarithmic axis cannot show."""
    (bottom, top), log = ax.get_ylim(), ax.get_yscale() == "log"
    reach = float(np.nanmax(upper, initial=bottom))
    if log and not any(gid(line) == "floor" for line in ax.lines):
        bottom = min([bottom, *(0.7 * lower[lower > 0.0])])
    if log:  # room for the words beside the highest bar
        top = max(top, 2.0 * reach)
    ax.set_ylim(bottom, reach * 1.2 if reach > top else top)
    hidden = log & ~(values > 0.0) & ~np.isnan(values)
    bars = ax.vlines(times[~hidden], np.maximum(lower, bottom)[~hidden] if log else lower, upper[~hidden])
    bars.set(color=colour, linewidth=0.5 * _line_width(ax), zorder=3.6, gid=f"bars:{slug(words)}")
    (dots,) = ax.plot(
        times[~hidden], values[~hidden], linestyle="none", marker="o", color=colour, label=words
    )
    dots.set(markeredgecolor="white", zorder=3.7, gid=f"points:{slug(words)}")
    first, last = ax.get_xlim()
    dots.set_clip_on(bool(((times < first) | (times > last) | (values > ax.get_ylim()[1])).any()))
    if len(times) > _MANY:
        dots.set(markersize=0.3 * dots.get_markersize(), markeredgewidth=0.0)
    if hidden.any():
        (feet,) = ax.plot(
            times[hidden], np.full(hidden.sum(), bottom), linestyle="none", marker="v", color=colour
        )
        feet.set(
            markerfacecolor="white", zorder=3.7, gid=f"below:{slug(words)}", label=f"_{words}, zero or less"
        )
        feet.set_clip_on(False)
    highest = int(np.nanargmax(np.where(hidden, np.nan, upper))) if not hidden.all() else 0
    note = ax.annotate(words, (times[highest], upper[highest]), xytext=(0, 0), textcoords="offset points")
    note.set(size="small", color=colour, zorder=5, gid=f"{DATA}:{slug(words)}")


def _line_width(ax: Axes) -> float:
    return float(ax.lines[0].get_linewidth()) if ax.lines else 2.0
