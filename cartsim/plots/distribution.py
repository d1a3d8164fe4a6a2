"""`distribution`: how a read-out is spread over patients."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator
from numpy.typing import NDArray

from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from .annotate import TEXT
from .artists import figure_of
from .patients import Patients, Reading, read_of, remark, tell
from .scales import readable_ticks
from .sheet import axes_for, purpose, settle
from .style import BLUE, COLOURS, GREY, INK, in_style, readable
from .words import axis_label, number, slug, spoken

Array = NDArray[np.float64]
DECADES = 2.0
"""Values that span more than this many powers of ten get a logarithmic axis."""
QUANTILES = (0.05, 0.5, 0.95)
_FEW = 20  # of fewer patients, the outermost twentieth is nobody
_RUG = 300  # strokes of more patients are a bar
_BINS = (6, 40)
_WRAP = 16  # characters in a line of the name of a group
_STRIP = 0.07  # of the height, for the rug under zero


def distribution(
    patients: Patients,
    read: str = "cmax",
    *,
    groups: Mapping[str, Any] | Sequence[Any] | None = None,
    log: bool | None = None,
    bins: int | None = None,
    words: str | None = None,
    unit: str | None = None,
    ax: Axes | None = None,
    for_: str | None = None,
    title: str | None = None,
) -> Axes:
    """How a read-out is spread over patients; the axis comes back, and nothing is shown or saved.

    Parameters
    ----------
    patients : Ensemble, ReadoutTable, Readouts, mapping of str to float, or array_like, shape (n_patients,)
        Runs, their read-outs, or numbers of your own.
    read : str
        Which read-out, of runs and of a table. Of runs it is taken with the usual limits; for others give the
        table that `readouts` makes with yours.
    groups : mapping of str to str, or sequence of str, shape (n_patients,), optional
        The group of each patient, by label or in order: each group has a row of its own.
    log : bool, optional
        Whether the axis is logarithmic. By default it is where all values are above zero and span more than
        two powers of ten.
    bins : int, optional
        How many bars; by default as many as `numpy.histogram_bin_edges` finds.
    words, unit : str, optional
        What the axis says instead of the words and the unit of the read-out.
    ax : Axes, optional
        Where to draw; without it a new figure is made.
    for_ : {"slide", "print", "poster"}, optional
        The sizes of figure, letters and lines; a slide by default. A given `ax` keeps those of its figure.
    title : str, optional
        The heading.

    Returns
    -------
    Axes
        Bars count patients, or their share in each group; each stroke under them is one patient. Lines mark
        the median and, of twenty patients or more, the quantiles 5 % and 95 %. Who has no value is counted in
        words.

    Raises
    ------
    UnknownNameError
        For a read-out that there is not, and for a patient without a group.
    ModelError
        If there are no patients, or none has a value.

    Examples
    --------
    >>> ax = distribution([3.0, 5.0, 4.0, float("nan")], words="time to relapse", unit="day")
    >>> ax.get_xlabel(), [text.get_text() for text in ax.texts]
    ('time to relapse (day)', ['median 4', '1 of 4 without a value'])
    """
    reading = read_of(patients, read, "distribution", words=words, unit=unit)
    shown = _shown(reading, log)
    rows = [(name, reading.values[of & shown], int(of.sum())) for name, of in _rows(reading, groups)]
    log = _spans(reading.values[shown]) if log is None else log
    edges = _edges(reading.values[shown], log, bins)
    drawn_for = purpose(ax, for_)
    with in_style(drawn_for):
        (axis,) = axes_for(ax, 1, drawn_for, needs="a distribution is drawn for one read-out at a time")
        _value_axis(axis, reading, edges, log)
        if groups is None:
            _draw_one(axis, rows[0][1], edges)
        else:
            _draw_rows(axis, rows, edges)
        axis.set_title(title or axis.get_title(loc="left"), loc="left")
        remarks = [*_key(rows), *_lost(reading, shown)]
        remark(axis, remarks)
        tell(axis, [title or "", *_told(axis, rows, log), *remarks])
        settle(figure_of(axis))
    return axis


# ------------------------------------------------------------------ which patients


def grouped(groups: Any, reading: Reading) -> list[str]:
    """The group of each patient, in their order."""
    n = len(reading.values)
    if isinstance(groups, Mapping) and reading.labels:
        for label in reading.labels:
            if label not in groups:
                raise UnknownNameError(f"groups= has none for {shorten(label)}" + suggestion(label, groups))
        return [str(groups[label]) for label in reading.labels]
    if groups is None or isinstance(groups, str | Mapping) or np.ndim(groups) != 1 or len(groups) != n:
        raise ModelError(
            f"groups={shorten(groups)} must be a mapping of label to group, or one for each of {n} patients"
        )
    return [str(group) for group in groups]


def _rows(reading: Reading, groups: Any) -> list[tuple[str, NDArray[np.bool_]]]:
    """The groups in the order in which they first come, and who is in each."""
    if groups is None:
        return [("", np.ones(len(reading.values), dtype=bool))]
    of = np.array(grouped(groups, reading))
    names = list(dict.fromkeys(of.tolist()))
    if len(names) > len(COLOURS):
        raise ModelError(f"groups= has {len(names)} groups, and more than {len(COLOURS)} are not told apart")
    return [(name, of == name) for name in names]


def _shown(reading: Reading, log: bool | None) -> NDArray[np.bool_]:
    """Who has a place on the axis, shape (n_patients,)."""
    shown = np.isfinite(reading.values)
    if not shown.any():
        raise ModelError(f"no patient has a value: {', '.join(reading.missing(~shown))}")
    if log and not (reading.values[shown] > 0.0).any():
        raise ModelError("no value is above zero, so a logarithmic axis shows none; use log=False")
    return np.asarray(shown & (reading.values > 0.0) if log else shown)


def _spans(values: Array) -> bool:
    return bool(values.min() > 0.0 and math.log10(values.max() / values.min()) > DECADES)


def _edges(values: Array, log: bool, bins: int | None) -> Array:
    """The edges of the bars, shape (n_bars + 1,)."""
    if bins is not None and (isinstance(bins, bool) or not isinstance(bins, int) or bins < 1):
        raise ModelError(f"bins={shorten(bins)} must be a whole number, one or more")
    seen = np.log10(values) if log else values
    if np.ptp(seen) <= 1e-9 * np.abs(seen).max():  # one bar around a single value
        half = 0.05 * (1.0 if log else abs(float(seen[0])) or 1.0)
        edges = np.array([seen.min() - half, seen.max() + half])
    else:
        found = bins or int(np.clip(len(np.histogram_bin_edges(seen, "auto")) - 1, *_BINS))
        edges = np.linspace(seen.min(), seen.max(), found + 1)
    return 10.0**edges if log else edges


def _counts(values: Array, edges: Array) -> Array:
    """Patients in each bar; the outermost values are inside, whatever rounding does to the edges."""
    inside = np.clip(values, edges[0], edges[-1])
    return np.histogram(inside, edges)[0].astype(float)


def _value_axis(ax: Axes, reading: Reading, edges: Array, log: bool) -> None:
    low, high = float(edges[0]), float(edges[-1])
    if log:
        ax.set_xscale("log")
        room = (high / low) ** 0.03
        ax.set_xlim(low / room, high * room)
    else:
        room = 0.03 * (high - low)
        ax.set_xlim(0.0 if 0.0 <= low <= 0.2 * high else low - room, high + room)
    readable_ticks(ax.xaxis, log=log)
    if log and high / low < 10.0**DECADES:  # too few powers of ten for ticks at these alone
        ax.xaxis.set_major_locator(LogLocator(10, subs=(1.0, 2.0, 5.0)))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    ax.set_xlabel(axis_label(reading.words, reading.unit))


def _bars(ax: Axes, edges: Array, heights: Array, *, bottom: float, colour: str, name: str) -> None:
    bars = ax.bar(edges[:-1], heights, np.diff(edges), bottom, align="edge", color=colour, alpha=0.75)
    for bar in bars:
        bar.set(edgecolor="white", gid=f"bar:{slug(name)}", zorder=2)
        bar.set_linewidth(0.4 * float(bar.get_linewidth()))


def _rug(ax: Axes, values: Array, bottom: float, top: float, colour: str) -> None:
    strokes = ax.vlines(values, bottom, top, color=colour, zorder=2)
    width = 0.35 * float(np.atleast_1d(strokes.get_linewidth())[0])
    strokes.set(linewidth=width, alpha=0.9 if len(values) <= _RUG else 0.25, gid="rug")


def _quantiles(values: Array) -> list[tuple[float, float]]:
    """Levels and quantiles: the median, and of enough patients the outermost twentieths."""
    levels = QUANTILES if len(values) >= _FEW else (0.5,)
    return [(level, float(np.quantile(values, level))) for level in levels]


def _said(level: float, value: float, form: Callable[[float], str] = number) -> str:
    return f"median {form(value)}" if level == 0.5 else f"{100 * level:.0f} %: {form(value)}"


def _quantile(ax: Axes, level: float, value: float, bottom: float, top: float, colour: str) -> None:
    (line,) = ax.plot([value, value], [bottom, top], color=colour, zorder=3, solid_capstyle="butt")
    line.set_linestyle("-" if level == 0.5 else (0, (3, 1.5)))
    line.set_linewidth((0.9 if level == 0.5 else 0.5) * line.get_linewidth())
    line.set(gid="quantile", label=f"_{_said(level, value)}")


def _draw_one(ax: Axes, values: Array, edges: Array) -> None:
    """All patients: bars that count them, and the quantiles named above the axis."""
    counts = _counts(values, edges)
    top, strip = 1.06 * float(counts.max()), _STRIP * float(counts.max())
    _bars(ax, edges, counts, bottom=0.0, colour=BLUE, name="all")
    _rug(ax, values, -strip, -0.3 * strip, BLUE)
    ax.axhline(0.0, color=GREY, zorder=2.5).set_linewidth(float(ax.spines["bottom"].get_linewidth()))
    ax.set_ylim(-1.2 * strip, top)
    ticks = MaxNLocator(5, steps=[1, 2, 5, 10], integer=True).tick_values(0.0, top)
    ax.set_yticks([tick for tick in ticks if 0.0 <= tick <= top])
    ax.set_ylabel("patients")
    for level, value in _quantiles(values):
        _quantile(ax, level, value, -1.2 * strip, top, INK)
        note = ax.annotate(
            _said(level, value),
            (value, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 8),
            textcoords="offset points",
            annotation_clip=False,
        )
        note.set(size="small", ha="left", va="bottom", color=INK, gid=f"{TEXT}quantile")


def _draw_rows(ax: Axes, rows: Sequence[tuple[str, Array, int]], edges: Array) -> None:
    """A row for each group: bars of its share, so that groups of different size can be compared."""
    counts = [_counts(values, edges) for _, values, _ in rows]
    shares = [found / max(found.sum(), 1.0) for found in counts]
    highest = max(float(share.max()) for share in shares)
    for i, ((name, values, _), share, colour) in enumerate(zip(rows, shares, COLOURS, strict=False)):
        base = float(len(rows) - 1 - i)
        _bars(ax, edges, share * (0.72 / highest), bottom=base, colour=colour, name=name)
        _rug(ax, values, base - 0.1, base - 0.03, colour)
        for level, value in _quantiles(values) if len(values) else []:
            _quantile(ax, level, value, base - 0.1, base + 0.76, INK)
        words = _said(0.5, float(np.median(values))) if len(values) else "no value"
        note = ax.annotate(words, (1.0, base + 0.3), xycoords=("axes fraction", "data"))
        note.set(size="small", ha="left", va="center", color=readable(colour), annotation_clip=False)
        note.set_gid(f"median:{slug(name)}")
    ax.set_ylim(-0.2, len(rows) - 0.15)
    sizes = [f"{len(values):,} of {n:,}" if len(values) < n else f"n = {n:,}" for _, values, n in rows]
    names = [textwrap.fill(name, _WRAP, break_long_words=False) for name, _, _ in rows]
    both = [f"{name}\n({size})" for name, size in zip(names, sizes, strict=True)]
    ax.set_yticks([len(rows) - 1 - i + 0.3 for i in range(len(rows))], both)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    for text, colour in zip(ax.get_yticklabels(), COLOURS, strict=False):
        text.set_color(readable(colour))


def _key(rows: Sequence[tuple[str, Array, int]]) -> list[str]:
    """What the lines in the rows are; a single distribution says it above them."""
    dashed = any(len(values) >= _FEW for _, values, _ in rows)
    return ["solid line: median" + "; dashed: 5 % and 95 %" * dashed] * bool(rows[0][0])


def _lost(reading: Reading, shown: NDArray[np.bool_]) -> list[str]:
    """Who has no place on the axis, in words."""
    outside = ~shown & np.isfinite(reading.values)
    few = [f"{int(outside.sum()):,} of {len(shown):,} zero or less, which a logarithm does not show"]
    return few * bool(outside.any()) + reading.missing(~np.isfinite(reading.values))


def _told(ax: Axes, rows: list[tuple[str, Array, int]], log: bool) -> list[str]:
    """What is drawn, for alt text."""
    scale = " (logarithmic axis)" if log else ""
    one = f"Distribution of {' '.join(ax.get_xlabel().split())}{scale}"
    sentences = [f"{one} in {len(rows):,} groups" if len(rows) > 1 else one]
    for name, values, n in rows:
        who = f"{name}: {n:,} patients" if name else f"{n:,} patients"
        if len(values) < n:
            who += f", {len(values):,} of them with a value"
        marks = [_said(level, value, spoken) for level, value in _quantiles(values)] if len(values) else []
        ends = [f"from {spoken(values.min())} to {spoken(values.max())}"] if len(values) else []
        sentences.append(", ".join([who, *ends, *marks]))
    return sentences
