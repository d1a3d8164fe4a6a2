"""`waterfall`: one bar a patient, sorted, from the worst response to the best."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from ..language.errors import ModelError
from ..language.values import finite
from .artists import figure_of
from .labels import label_ends
from .patients import Patients, Reading, bare, read_of, remark, tell
from .scales import Scale, readable_ticks
from .sheet import axes_for, purpose, settle, value_label
from .style import BLUE, GREEN, GREY, ORANGE, SKY, VERMILLION, in_style, readable, shades
from .words import power_of_ten, spoken

Array = NDArray[np.float64]
KILL, CHANGE = "log10_kill", "best_change"
_NAMED = 30  # names of more patients are not read
_APART = 100  # more bars than these touch


def waterfall(
    patients: Patients,
    *,
    read: str = KILL,
    levels: Sequence[float] | Mapping[float, str] = (),
    words: str | None = None,
    unit: str | None = None,
    label: bool = True,
    ax: Axes | None = None,
    for_: str | None = None,
    title: str | None = None,
) -> Axes:
    """One bar a patient, the worst response at the left; the axis comes back, and nothing is shown or saved.

    Parameters
    ----------
    patients : Ensemble, ReadoutTable, Readouts, mapping of str to float, or array_like, shape (n_patients,)
        Runs, their read-outs, or numbers of your own, of which the lowest is the best, as in a change of the
        tumour in percent.
    read : str
        Which read-out, of runs and of a table: ``"log10_kill"`` hangs the smallest tumour from the one at the
        infusion, on a logarithmic axis; ``"best_change"`` is the same in percent. Of any other the lowest is
        the best.
    levels : sequence of float, or mapping of float to str
        Lines across, in the unit of the axis, with the words for them: a change of ``{-30: "partial
        response"}`` percent, or a kill of ``{2: "1 % left"}``. Bars that reach a line,
        upwards if it is above zero, have its colour.
    words, unit : str, optional
        What the axis says instead of the words and the unit of the read-out.
    label : bool
        Whether the lines are named, and up to thirty patients.
    ax : Axes, optional
        Where to draw; without it a new figure is made.
    for_ : {"slide", "print", "poster"}, optional
        The sizes of figure, letters and lines; a slide by default. A given `ax` keeps those of its figure.
    title : str, optional
        The heading.

    Returns
    -------
    Axes

    Raises
    ------
    UnknownNameError
        For a read-out that there is not; the nearest one is offered.
    ModelError
        If there are no patients, or none has a value.

    Examples
    --------
    >>> ax = waterfall({"Ann": -80, "Bob": 20}, words="change of the tumour", unit="percent", levels=[-30])
    >>> [tick.get_text() for tick in ax.get_xticklabels()], [float(bar.get_height()) for bar in ax.patches]
    (['Bob', 'Ann'], [20.0, -80.0])
    """
    reading = read_of(patients, KILL if read == CHANGE else read, "waterfall", words=words, unit=unit)
    kill = reading.name == KILL and read == KILL
    heights = _heights(reading, read)
    drawn, lost = np.sort(heights[~np.isnan(heights)])[::-1], reading.missing(np.isnan(heights))
    if not len(drawn):
        raise ModelError(f"no patient has a value: {', '.join(lost)}")
    lines = _levels(levels, kill)
    drawn_for = purpose(ax, for_)
    with in_style(drawn_for):
        (axis,) = axes_for(ax, 1, drawn_for, needs="a waterfall plot has one axis")
        said = _frame(axis, reading, np.append(drawn, [level for level, _ in lines]), read, words, unit)
        axis.set_xlim(-0.7, len(drawn) - 0.3)
        gone = _bars(axis, drawn, [level for level, _ in lines])
        named = [_line(axis, drawn, i, lines) for i in range(len(lines))]
        _names(axis, reading, heights, label)
        if title is not None:
            axis.set_title(title, loc="left")
        if gone and label:
            axis.legend(handles=gone, loc="lower left")
        remark(axis, lost)
        tell(
            axis, [title or "", *_told(drawn, said, kill, named), *(str(g.get_label()) for g in gone), *lost]
        )
        if named and label:
            label_ends(axis, [line for line, _ in named], [text for _, text in named], Scale(False, 0.0, 1.0))
        settle(figure_of(axis))
    return axis


def _heights(reading: Reading, read: str) -> Array:
    """The heights of the bars, shape (n_patients,): lower is better, nan is missing."""
    if reading.name != KILL:
        return reading.values
    if read == KILL:
        return -reading.values
    return np.asarray(100.0 * (10.0**-reading.values - 1.0))


def _levels(levels: Any, kill: bool) -> list[tuple[float, str]]:
    """Where lines are drawn, from the highest down, and the words for them."""
    words = dict(levels) if isinstance(levels, Mapping) else dict.fromkeys(np.atleast_1d(levels), "")
    found = {(-1.0 if kill else 1.0) * finite(level, "a level"): str(text) for level, text in words.items()}
    return sorted(found.items(), reverse=True)


def reaches(heights: Array, level: float) -> NDArray[np.bool_]:
    """Which bars reach a level: upwards if it is above zero, else downwards.

    Examples
    --------
    >>> heights = np.array([40.0, 5.0, -60.0])
    >>> reaches(heights, 20).tolist(), reaches(heights, -30).tolist()
    ([True, False, False], [False, False, True])
    """
    return np.asarray(heights >= level if level > 0.0 else heights <= level)


# ------------------------------------------------------------------ what is drawn


def _frame(ax: Axes, reading: Reading, heights: Array, read: str, words: str | None, unit: str | None) -> str:
    """Limits, ticks and label of the heights; what they are comes back."""
    finite_ones = heights[np.isfinite(heights)]
    low, high = min(finite_ones.min(initial=0.0), 0.0), max(finite_ones.max(initial=0.0), 0.0)
    room = 0.06 * (high - low) or 1.0
    readable_ticks(ax.yaxis, log=False)
    kill = reading.name == KILL and read == KILL
    if kill:
        ax.set_ylim(min(math.floor(low), -1.0) - 0.6, 0.0)
        ax.yaxis.set_major_locator(MaxNLocator(6, integer=True))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: fraction(value)))
    else:
        ax.set_ylim(low - room if low < 0.0 else 0.0, high + room if high > 0.0 or low == 0.0 else 0.0)
    if reading.name == KILL and words is None:
        words = "smallest tumour" if kill else "best change of the tumour"
        unit = "1 = at infusion" if kill else "percent"
    value_label(ax, reading.words if words is None else words, reading.unit if unit is None else unit)
    return " ".join(ax.get_ylabel().split())


def fraction(exponent: float) -> str:
    """A power of ten as a part of one.

    Examples
    --------
    >>> fraction(0), fraction(-2), fraction(-6)
    ('1', '1/100', '1/10⁶')
    """
    n = round(-exponent)
    return "1" if n == 0 else f"1/{10**n}" if n <= 2 else f"1/{power_of_ten(n)}"


def _bars(ax: Axes, heights: Array, levels: Sequence[float]) -> list[Patch]:
    """The bars; what the legend says of those without an end comes back."""
    better = np.full(len(heights), sum(level > 0.0 for level in levels))
    for level in levels:
        better += np.where(level > 0.0, -1, 1) * reaches(heights, level)
    colours = np.array(_palette(len(levels)), dtype=object)[better]
    colours[np.isinf(heights)] = GREEN
    shown = np.clip(heights, *ax.get_ylim())
    width = 0.85 if len(heights) <= _APART else 1.0
    for bar in ax.bar(range(len(heights)), shown, width, color=colours, zorder=2):
        bar.set(edgecolor=bar.get_facecolor(), gid="bar")
        bar.set_linewidth(0.2 * float(bar.get_linewidth()))  # so that a bar of no height is seen
    zero = ax.axhline(0.0, color=GREY, zorder=2.5)
    zero.set_linewidth(0.35 * zero.get_linewidth())
    gone = int(np.isinf(heights).sum())
    return [Patch(color=GREEN, label=f"tumour died out: {gone:,} of {len(heights):,}")] if gone else []


def _palette(levels: int) -> list[str]:
    """Colours from the worst bars to the best."""
    if levels > 3:
        return shades(levels + 1)[::-1]
    return [[BLUE], [VERMILLION, BLUE], [VERMILLION, ORANGE, BLUE], [VERMILLION, ORANGE, SKY, BLUE]][levels]


def _line(ax: Axes, heights: Array, i: int, lines: Sequence[tuple[float, str]]) -> tuple[Line2D, str]:
    """The line at one level, in the colour of the bars that reach it, and what stands beside it."""
    level, words = lines[i]
    colour = readable(_palette(len(lines))[i if level > 0.0 else i + 1])
    ax.plot(ax.get_xlim(), [level, level], color="white", zorder=2.9, gid="rim")  # seen on bars of its colour
    (line,) = ax.plot(ax.get_xlim(), [level, level], color=colour, linestyle=(0, (4, 2)), zorder=3)
    line.set_linewidth(0.6 * line.get_linewidth())
    line.set(gid=f"level:{i}", label=f"_{words}")
    count = f"{int(reaches(heights, level).sum()):,}\u00a0of\u00a0{len(heights):,}"
    return line, f"{words}: {count}" if words else count


def _names(ax: Axes, reading: Reading, heights: Array, label: bool) -> None:
    n = int((~np.isnan(heights)).sum())
    ax.tick_params(axis="x", length=0)
    if not (label and reading.labels and n <= _NAMED):
        ax.set_xticks([])
        ax.set_xlabel(f"{n:,} patient{'s' * (n != 1)}, a bar each")
        return
    order = np.argsort(-heights, kind="stable")[:n]  # missing ones are last
    word, names = bare([reading.labels[i] for i in order])
    ax.set_xticks(range(n), names, rotation=90 if max(map(len, names)) * n > 60 else 0)
    ax.set_xlabel(word)


def _told(heights: Array, said: str, kill: bool, named: Sequence[tuple[Line2D, str]]) -> list[str]:
    """What the bars show, for alt text."""
    ends = [float(value) for value in (heights[0], np.median(heights), heights[-1])]
    first, middle, last = (
        spoken(abs(end) if kill else end) if math.isfinite(end) else "infinite" for end in ends
    )
    of = "powers of ten below it: " if kill else ""
    return [
        f"Waterfall plot of {len(heights):,} patients, a bar each, the worst response first: {said}, "
        f"{of}from {first} to {last}, median {middle}",
        *(f"Reached {text}".replace("\u00a0", " ") for _, text in named),
    ]
