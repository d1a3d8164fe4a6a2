"""Makes the axes of a figure, and arranges what stands beside and above them once everything is drawn."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..language.errors import ModelError
from ..solving.trajectory import Trajectory
from .annotate import place_texts
from .artists import figure_of
from .labels import place
from .quantities import species_behind
from .room import place_small_texts
from .scales import readable_ticks
from .style import size_for
from .words import axis_label, unit_on_axis

MADE_FOR = "cartsim-"
"""The gid of a figure made here begins with this; what follows is the size it was made for."""


def purpose(ax: Any, for_: str | None) -> str | None:
    """The size to draw in: the one asked for or that of the figure of `ax`; None for a foreign figure."""
    if for_ is not None:
        size_for(for_)
        return for_
    if ax is None:
        return "slide"
    gid = figure_of(np.ravel(np.asarray(ax, dtype=object))[0]).get_gid() or ""
    return gid.removeprefix(MADE_FOR) if gid.startswith(MADE_FOR) else None


def axes_for(ax: Any, n: int, for_: str | None, *, columns: int = 1, needs: str = "") -> list[Axes]:
    """`n` axes: the given ones, or those of a new figure, which share their time.

    Parameters
    ----------
    ax : Axes or sequence of Axes, optional
    n : int
        How many are needed.
    for_ : str, optional
        The size of a new figure.
    columns : int
        How they stand in a new figure.
    needs : str
        Why so many are needed, for the error.
    """
    if ax is not None:
        given = list(np.ravel(np.asarray(ax, dtype=object)))
        if len(given) != n or not all(isinstance(one, Axes) for one in given):
            what = f"{len(given)} of them" if len(given) != 1 else "one"
            raise ModelError(
                f"{needs}: that takes {n} axes, and ax= has {what}; leave ax= out for a new figure"
            )
        return given
    rows = -(-n // columns)
    figure, grid = plt.subplots(rows, columns, sharex=True, squeeze=False, layout="constrained")
    figure.set_gid(f"{MADE_FOR}{for_}")
    size = size_for(for_ or "slide")
    figure.set_size_inches(size.width, min(size.height * (0.6 + 0.4 * rows), size.tallest))
    axes = list(grid.ravel())
    for unused in axes[n:]:
        unused.remove()
    return axes[:n]


def value_label(ax: Axes, words: str, unit: str) -> None:
    """Label the vertical axis, in as many lines as its height asks for, the unit in a line of its own."""
    ax.set_ylabel(axis_label(words, unit))
    wrap_value_label(ax)


def wrap_value_label(ax: Axes) -> None:
    """Break the label of the vertical axis into the lines that its present height asks for."""
    label = " ".join(ax.get_ylabel().split())
    words = label.removesuffix(f"({unit_on_axis(label)})").strip()
    inches = ax.get_position().height * figure_of(ax).get_figheight()
    wide = max(int(inches * 72 / (0.53 * float(ax.yaxis.label.get_fontsize()))), 8)
    if len(label) > wide:
        lines = textwrap.wrap(words, wide, break_long_words=False)
        label = "\n".join([*lines, label.removeprefix(words).strip()]).strip()
    ax.set_ylabel(label)


def time_axis(axes: Sequence[Axes], run: Trajectory, *, columns: int = 1) -> None:
    """Limits, ticks and label of the time, which the axes share; only the lowest of a column are labelled."""
    first, last = float(run.t[0]), float(run.t[-1])
    for nth, ax in enumerate(axes):
        ax.set_xlim(first, last if last > first else first + 1.0)
        readable_ticks(ax.xaxis, log=False, most=6 if columns == 1 else 3)
        lowest = nth + columns >= len(axes)
        if lowest:
            ax.set_xlabel(axis_label(time_words(run), run.model.time))
        ax.tick_params(labelbottom=lowest)


def time_words(run: Trajectory) -> str:
    """What the time counts from, where the run shows it: a dose at 0."""
    at_zero = [o.name for o in run.occurrences if o.kind in ("dose", "infusion") and o.time == 0.0]
    if not at_zero:
        return "time"
    cells = species_behind(run.model, "car_t") if "car_t" in run.model.roles else frozenset()
    return "time after CAR-T dose" if cells & set(at_zero) else "time after first dose"


def settle(figure: Figure) -> None:
    """Let the layout of the figure find its places, then move texts apart; a draw more makes both agree."""
    for _ in range(2):
        figure.draw_without_rendering()
        arrange(figure)


def arrange(figure: Figure) -> None:
    """Move direct labels and the texts of events apart, at the present size of the figure."""
    for ax in figure.axes:
        place_texts(ax)
        place(ax)
        place_small_texts(ax)
