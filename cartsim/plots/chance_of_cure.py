"""`chance_of_cure`: a published model over the patients it was made for, and the cell that decides."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter
from numpy.typing import NDArray

from ..datasets.dataset import Dataset
from ..datasets.load import load
from ..language.errors import ModelError
from ..models import kimmel_2021
from ..questions.readouts import readouts
from ..solving.simulate import simulate
from ..solving.trajectory import Trajectory
from .artists import figure_of, with_gid
from .data import data
from .plot import plot
from .room import DATA
from .sheet import purpose, settle
from .style import GREY, INK, PALE, ROLE_COLOURS, STROKES, in_style, readable, size_for
from .words import axis_label, number, pretty, spoken

Array = NDArray[np.float64]

MODEL, VARIANT = kimmel_2021.name, "slow"
"""The slow tumour: of the three in the paper the one that comes down to single cells, and still within a
year of the treatment comes back. With the others no tumour is small enough for chance to matter."""
POINTS = "zuma1_moffitt_car_per_uL"
UNTIL = 365.0  # days
_BLOOD, _TUMOUR = "car_t_per_uL", "tumour"
_LEAST_SHOWN = 0.5  # of the lowest quartile: what is below was not measured
_SHARES = (1.2, 1.0)  # of the height, for blood and tumour
_EDGE = 0.012  # where title and source begin, in widths of the figure
_PAD = 0.3  # around what is drawn, in heights of a letter
_DEATH = 2e-4  # the foot of the tumour's axis: room for words below one cell
NOTE = "note:"
"""The gid of an annotation begins with this; what follows is the number of `Story` it stands for."""


@dataclass(frozen=True)
class Story:
    """The numbers that the figure tells, from the read-outs of its run; times in days.

    Attributes
    ----------
    peak, peak_day : float
        The most CAR-T cells in 1 uL of blood, and when.
    fold : float
        How many times the CAR-T cells at the infusion that is.
    halving, late_halving : float
        The half-life in the contraction, and that of the CAR-T cells that persist.
    start, nadir, nadir_day, back_day : float
        Tumour cells at the infusion and at the fewest, when that is, and when they are as many as at first.
    """

    peak: float
    peak_day: float
    fold: float
    halving: float
    late_halving: float
    start: float
    nadir: float
    nadir_day: float
    back_day: float

    def __post_init__(self) -> None:
        for field in fields(self):
            if not math.isfinite(getattr(self, field.name)):
                raise ModelError(f"the run has no {field.name!r}, which this figure tells; run it longer")


def chance_of_cure(*, for_: str = "slide") -> Figure:
    """CAR-T cells over the patients' medians, and the tumour that nearly dies out: one figure for a lecture.

    The model is `kimmel_2021` with its slow tumour, the points are medians and quartiles of ZUMA-1. Every
    number on the figure is computed from the run. The time axis goes by square roots, so that the first
    weeks, in which most happens, are wide enough to be read.

    Parameters
    ----------
    for_ : {"slide", "print", "poster"}
        The size.

    Returns
    -------
    Figure
        Nothing is shown or saved: ``cs.plots.save(cs.plots.chance_of_cure(), "cure.png")``.

    Raises
    ------
    UnknownNameError
        If there is no such size.

    References
    ----------
    Kimmel GJ, Locke FL, Altrock PM (2021). Proc R Soc B 288:20210229. doi:10.1098/rspb.2021.0229

    Examples
    --------
    >>> figure = chance_of_cure(for_="print")
    >>> [ax.get_yscale() for ax in figure.axes]
    ['log', 'log']
    """
    return draw(example(), load(POINTS), for_=for_)


def example() -> Trajectory:
    """The run that is shown; its times are close together at first, as the axis wants them."""
    return simulate(kimmel_2021.variant(VARIANT), UNTIL, at=UNTIL * np.linspace(0.0, 1.0, 1500) ** 2)


def story(run: Trajectory) -> Story:
    """The numbers of a run of `kimmel_2021`.

    Raises
    ------
    ModelError
        If one is not reached, such as the return of a tumour that is still small at the end.
    """
    found = {name: readout.value for name, readout in readouts(run).items()}
    return Story(
        peak=found["cmax"] / run.model.values["V"],
        peak_day=found["tmax"],
        fold=found["fold_expansion"],
        halving=found["contraction_half_life"],
        late_halving=found["terminal_half_life"],
        start=float(run[_TUMOUR][0]),
        nadir=found["tumour_nadir"],
        nadir_day=found["tumour_nadir_day"],
        back_day=found["relapse_day"],
    )


def draw(run: Trajectory, patients: Dataset, *, for_: str) -> Figure:
    """The figure of any run of `kimmel_2021` in which the tumour returns."""
    told = story(run)
    with in_style(purpose(None, for_)):
        axes: Any = plot(run, [_BLOOD, _TUMOUR], for_=for_)
        figure = figure_of(axes)
        axes[0].get_gridspec().set_height_ratios(_SHARES)
        _time(axes, run, patients)
        _blood(axes[0], told, run, patients)
        _tumour(axes[1], told, run)
        figure.align_ylabels(axes)
        figure.supxlabel(source(run, patients), size="x-small", color=GREY, x=_EDGE, ha="left")
        pad = _PAD * size_for(for_).font / 72.0
        figure.set_layout_engine("constrained", w_pad=pad, h_pad=pad)
        axes[0].set_title(title(told), loc="left")
        settle(figure)
        place = axes[0].get_position()  # the title begins at the edge of the figure, where it has most room
        axes[0].set_title(title(told), loc="left", x=(_EDGE - place.x0) / place.width)
        settle(figure)
    if "inline" in plt.get_backend().lower():
        plt.close(figure)  # a notebook shows what a cell returns, and what is open once more
    return figure


# ------------------------------------------------------------------ words


def title(told: Story) -> str:
    """What the figure says, in one line."""
    return (
        f"With {rounded(told.nadir)} of {rounded(told.start)} tumour cells left, cure is a matter of chance"
    )


def source(run: Trajectory, patients: Dataset) -> str:
    """Where the curve and the points come from."""
    paper = run.model.source
    authors = [name.rsplit(" ", 1)[0] for name in paper.authors.split(", ")] if paper else [run.model.name]
    model = f"{', '.join(authors[:-1])} & {authors[-1]} {paper.year}" if paper else run.model.name
    return (
        f"Model: {model} ({run.model.name}). Illustrative, not for clinical use.\n"
        f"Data: {patients.source.population}."
    )


def rounded(count: float) -> str:
    """A number of cells with two figures, in words where it is large."""
    return spoken(float(f"{count:.2g}"))


# ------------------------------------------------------------------ panels


def _time(axes: Sequence[Axes], run: Trajectory, patients: Dataset) -> None:
    """The axis by square roots, with ticks at the days of the data, twice the last of them, and the end."""
    days = [float(day) for day in patients["day"]]
    for ax in axes:
        ax.set_xscale("function", functions=(_root, _square))
        ax.set_xlim(0.0, float(run.t[-1]))
        ax.xaxis.set_major_locator(FixedLocator([0.0, *days, 2.0 * days[-1], float(run.t[-1])]))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes[-1].set_xlabel(axis_label("time after CAR-T infusion, first weeks widened", run.model.time))


def _root(t: Array) -> Array:
    return np.sign(t) * np.sqrt(np.abs(t))


def _square(root: Array) -> Array:
    return np.sign(root) * np.square(root)


def _blood(ax: Axes, told: Story, run: Trajectory, patients: Dataset) -> None:
    """The phases along the curve, and the patients."""
    colour = readable(ROLE_COLOURS["car_t"])
    ax.set_ylim(_LEAST_SHOWN * float(patients["q1"].min()), 8.0 * told.peak)
    ax.set_ylabel(axis_label("CAR-T cells\nin blood", run.units[_BLOOD]))
    top, when = told.peak, told.peak_day

    def beside(days: float, times: float) -> tuple[float, float]:
        return days, times * float(np.interp(days, run.t, run[_BLOOD]))

    peak = f"peak: {number(top, 2)} {pretty(run.units[_BLOOD])} on day {when:.0f}"
    _note(ax, "peak", peak, (1.2 * when, 2.4 * top), INK)
    _note(ax, "fold", f"expansion:\n{number(told.fold, 2)}-fold", (0.1 * when, 0.01 * top), colour)
    fall = f"contraction: halved in {number(told.halving, 2)} days"
    _note(ax, "halving", fall, beside(2.2 * when, 2.8), colour)
    late = f"persistence: halved in {number(told.late_halving, 2)} days"
    _note(ax, "late_halving", late, beside(4.8 * when, 2.2), colour)
    data(patients, ax=ax, label="patients in ZUMA-1: median and quartiles")
    (words,) = with_gid(ax.texts, DATA)
    words.remove()  # it would stand on the curve; this is the free place
    last, median = float(patients["day"][-1]), float(patients["median_cells_per_uL"][-1])
    who = words.get_text().replace(": ", ":\n")
    _note(ax, "patients", who, (0.93 * last, 0.3 * median), INK, ha="right")


def _tumour(ax: Axes, told: Story, run: Trajectory) -> None:
    """The nadir and what may follow: the way back that is computed, or the end that is not."""
    colour = readable(ROLE_COLOURS["tumour"])
    low, high = _DEATH, 30.0 * max(told.start, float(run[_TUMOUR][-1]))
    ax.set_ylim(low, high)
    ax.axhspan(low, 1.0, color=PALE, zorder=0.4, linewidth=0)
    ax.yaxis.set_major_locator(FixedLocator([1.0, *10.0 ** np.arange(3, math.log10(high), 3)]))
    nadir = f"nadir: {rounded(told.nadir)} cells on day {told.nadir_day:.0f};\nnear one cell, chance decides"
    _note(ax, "nadir", nadir, (told.nadir_day, 1e3 * told.nadir), INK, ha="center", va="bottom")
    back = f"relapse: as large as at first on day {told.back_day:.0f}"
    _note(ax, "back_day", back, (0.93 * told.back_day, told.start), colour, ha="right")
    (way,) = ax.plot(
        [told.nadir_day] * 2, [told.nadir, _DEATH**0.8], color=colour, linestyle=STROKES[2], zorder=4
    )
    way.set_gid("cure")
    (head,) = ax.plot([told.nadir_day], [_DEATH**0.8], marker="v", color=colour, zorder=4)
    head.set_markersize(1.2 * head.get_markersize())
    _note(ax, "cure", "cure: the last cell dies", (1.1 * told.nadir_day, _DEATH**0.5), colour)
    for time, height in ((told.nadir_day, told.nadir), (told.back_day, told.start)):
        (dot,) = ax.plot([time], [height], marker="o", color="white", markeredgecolor=colour, zorder=6)
        dot.set_markeredgewidth(0.7 * dot.get_linewidth())


def _note(
    ax: Axes,
    about: str,
    words: str,
    at: tuple[float, float],
    colour: str,
    *,
    ha: Literal["left", "center", "right"] = "left",
    va: Literal["bottom", "center", "top"] = "center",
) -> None:
    """Words at a place in the units of the data, so that they stay there in another size."""
    note = ax.annotate(words, at, size="small", color=colour, ha=ha, va=va, zorder=6)
    note.set_gid(f"{NOTE}{about}")
