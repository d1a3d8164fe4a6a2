"""`demo`: one annotated figure of a published model over the patients it was made for, for a first lecture."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator
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
from .style import GREY, INK, ROLE_COLOURS, in_style, readable
from .words import axis_label, number, pretty, spoken

VARIANT = "slow"
"""The slow tumour: of the three in the paper the one that comes down to single cells, and still within a
year of the treatment comes back. With the others no tumour is small enough for chance to matter."""
POINTS = "zuma1_moffitt_car_per_uL"
UNTIL = 365.0  # days
_BLOOD, _TUMOUR = "car_t_per_uL", "tumour"
_LEAST_SHOWN = 0.5  # of the lowest quartile: what is below was not measured
_SHARES = (1.15, 1.0)  # of the height, for blood and tumour
_NOTE = "note:"
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


def demo(*, for_: str = "slide") -> Figure:
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
        Nothing is shown or saved: ``cs.plots.save(cs.demo(), "demo.png")``.

    Raises
    ------
    UnknownNameError
        If there is no such size.

    References
    ----------
    Kimmel GJ, Locke FL, Altrock PM (2021). Proc R Soc B 288:20210229. doi:10.1098/rspb.2021.0229

    Examples
    --------
    >>> figure = demo(for_="print")
    >>> [ax.get_yscale() for ax in figure.axes]
    ['log', 'log']
    """
    return draw(example(), load(POINTS), for_=for_)


def example() -> Trajectory:
    """The run that is shown; its times are close together at first, as the axis wants them."""
    return simulate(
        kimmel_2021.variant(VARIANT), UNTIL, at=np.square(np.linspace(0.0, math.sqrt(UNTIL), 600))
    )


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
        axes: Any = plot(run, [_BLOOD, _TUMOUR], for_=for_, title=_title(told))
        blood, tumour = axes
        blood.get_gridspec().set_height_ratios(_SHARES)
        _time(axes, run, patients)
        _blood(blood, told, run, patients)
        _tumour(tumour, told, run)
        figure = figure_of(blood)
        source = figure.supxlabel(_source(run, patients), size="xx-small", color=GREY, x=0.01, ha="left")
        source.set_gid("source")
        settle(figure)
    if "inline" in plt.get_backend().lower():
        plt.close(figure)  # a notebook shows what a cell returns, and what is open once more
    return figure


# ------------------------------------------------------------------ words


def _title(told: Story) -> str:
    return f"{_round(told.start)} tumour cells fall to {_cells(told.nadir)}; then chance decides: relapse or cure"


def _source(run: Trajectory, patients: Dataset) -> str:
    first, last = (f"{patients['day'][i]:g}" for i in (0, -1))
    model = run.model.source
    paper = f"{model.authors.replace(' AP', '')} {model.year}" if model else run.model.name
    return (
        f"Model: {paper} ({run.model.name}); data: ZUMA-1, days {first} to {last}; "
        "illustrative, not for clinical use"
    )


def _day(day: float) -> str:
    return f"day {day:.0f}"


def _cells(cells: float) -> str:
    return spoken(float(f"{cells:.2g}"))


_round = _cells


# ------------------------------------------------------------------ panels


def _time(axes: Any, run: Trajectory, patients: Dataset) -> None:
    """The axis by square roots, with ticks at the days of the data, twice the last of them, and the end."""
    days = [float(day) for day in patients["day"]]
    for ax in axes:
        ax.set_xscale("function", functions=(_root, _square))
        ax.set_xlim(0.0, float(run.t[-1]))
        ax.xaxis.set_major_locator(FixedLocator([0.0, *days, 2.0 * days[-1], float(run.t[-1])]))
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes[-1].set_xlabel(axis_label("time after CAR-T infusion, first weeks drawn wider", run.model.time))


def _root(t: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sign(t) * np.sqrt(np.abs(t))


def _square(root: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sign(root) * np.square(root)


def _blood(ax: Axes, told: Story, run: Trajectory, patients: Dataset) -> None:
    """Phases and peak along the curve, over the patients."""
    colour = readable(ROLE_COLOURS["car_t"])
    days, last = patients["day"], patients["q3"]
    ax.set_ylim(_LEAST_SHOWN * patients["q1"].min(), 6.0 * told.peak)
    per = pretty(run.units[_BLOOD])
    _dot(ax, told.peak_day, told.peak, colour)
    _note(
        ax,
        "peak",
        f"peak: {number(told.peak, 2)} {per} on {_day(told.peak_day)}",
        told.peak_day * 1.25,
        told.peak * 1.6,
        INK,
    )
    _note(
        ax,
        "fold",
        f"expansion:\n{told.fold:.0f}-fold",
        told.peak_day * 0.16,
        0.02 * told.peak,
        colour,
        va="top",
    )
    late = 2.2 * told.peak_day
    _note(
        ax,
        "halving",
        f"contraction: half are gone in {told.halving:.1f} days",
        late * 0.9,
        _at(run, _BLOOD, late) * 2.6,
        colour,
    )
    late = 6 * told.peak_day
    _note(
        ax,
        "late_halving",
        f"persistence: later, half in {told.late_halving:.0f} days",
        late,
        _at(run, _BLOOD, late) * 2.2,
        colour,
    )
    data(patients, ax=ax, label="patients of ZUMA-1: median and quartiles")
    (words,) = with_gid(ax.texts, DATA)
    words.xy = (float(days[-1]), float(patients["q1"][-1]))


def _tumour(ax: Axes, told: Story, run: Trajectory) -> None:
    colour = readable(ROLE_COLOURS["tumour"])
    _dot(ax, told.nadir_day, told.nadir, colour)
    _dot(ax, told.back_day, told.start, colour)
    _note(
        ax,
        "nadir",
        f"nadir: {_cells(told.nadir)} cells on {_day(told.nadir_day)}",
        told.nadir_day,
        told.nadir * 1e3,
        INK,
        ha="center",
    )
    _note(
        ax,
        "back_day",
        f"back at its first size on {_day(told.back_day)}",
        told.back_day * 0.93,
        told.start,
        colour,
        ha="right",
    )


def _at(run: Trajectory, name: str, time: float) -> float:
    return float(np.interp(time, run.t, run[name]))


def _dot(ax: Axes, time: float, height: float, colour: str) -> None:
    (dot,) = ax.plot([time], [height], marker="o", color="white", markeredgecolor=colour, zorder=6)
    dot.set_markeredgewidth(0.7 * dot.get_linewidth())
    dot.set_gid("turn")


def _note(
    ax: Axes,
    about: str,
    text: str,
    time: float,
    height: float,
    colour: str,
    *,
    ha: str = "left",
    va: str = "center",
) -> None:
    note = ax.annotate(text, (time, height), size="small", color=colour, ha=ha, va=va, zorder=6)
    note.set_gid(f"{_NOTE}{about}")
