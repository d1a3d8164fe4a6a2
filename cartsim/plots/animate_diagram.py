"""`animate_diagram`: a diagram with arrows as strong as the fluxes, and boxes as full as the species.

Below it stand the curves of the run, with a line at the present time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from ..language.errors import ModelError, shorten
from ..language.graph import Graph, graph
from ..language.model import Model
from ..solving.trajectory import Trajectory, units_of
from .alt_text import alt_text
from .animate import Move, counter, frame_times, given_in, lights, made, show_between, span_of, tell_given
from .animation import DPI, Animation
from .annotate import TEXT as EVENT_TEXT
from .artists import course, with_gid
from .caution import cautions
from .colours_of_terms import colours_of
from .diagram import draw_graph
from .diagram_part import chosen, part, telling
from .marks import Mark
from .panel import thin_ticks
from .patients import REMARK
from .plot import plot
from .sheet import MADE_FOR
from .style import GREY, INK, size_for, style
from .words import one_cell

Array = NDArray[np.float64]

DECADES = 6.0
"""Fluxes and amounts are compared with the largest of their unit over so many powers of ten."""
_PALE = "#dcdcdc"  # of an arrow without flux
_WIDTHS = (0.5, 3.6)  # of an arrow without flux and with the most, in widths of a still one
_HEADS = (0.75, 1.9)
_FILL = 0.38  # how opaque the filling of a box is
_DIAGRAM, _BELOW = 0.30, 0.145  # where the diagram and the curves begin, in heights of the figure
_HIGH, _WIDE = 0.11, (0.13, 0.69)  # the curves
_NEWS, _MOST_NEWS = 0.06, 2  # for how much of the time what was given at once is told, and of how many


def animate_diagram(
    run: Trajectory,
    what: str | Iterable[str] | None = None,
    *,
    seconds: float = 8.0,
    fps: float = 20.0,
    start: float | None = None,
    until: float | None = None,
    curves: str | Iterable[str] | None = None,
    for_: str | None = None,
    title: str | None = None,
) -> Animation:
    """The diagram of a model with arrows as strong as the fluxes, and boxes as full as the species.

    Parameters
    ----------
    run : Trajectory
    what : str or iterable of str, optional
        Species or roles to show; by default all, or in a model of more than twelve the CAR-T cells and the
        tumour. What stays exactly zero in the run, species and processes, is left out.
    seconds, fps, start, until
        As in `animate`.
    curves : str or iterable of str, optional
        The curves beneath, of one unit; by default CAR-T cells and tumour, or else the first species.
    for_, title
        As in `plot`.

    Returns
    -------
    Animation

    Raises
    ------
    UnknownNameError
        For a name that the model has not.
    ModelError
        If `run` is not one run, nothing of `what` is ever there, or `curves` have several units.

    Notes
    -----
    An arrow with the largest flux of its unit in the run is thickest and has its full colour; with a
    millionth of it or less it is thin and grey, and between them it goes with the logarithm. A box is full at
    the largest amount of its unit, and empty at one cell or at a millionth.

    Examples
    --------
    >>> import cartsim as cs
    >>> growth = cs.Model("growth", species={"T": cs.Species(10, "cell", "tumour cells")},
    ...     parameters={"r": cs.Parameter(1, "1/day")}, processes={"birth": cs.Process("-> T", "r*T")})
    >>> animate_diagram(cs.simulate(growth, until=5), seconds=1, fps=10)
    Animation of 10 frames, day 0 to 5; .save('name.gif') or .save('name.html') writes it
    """
    if not isinstance(run, Trajectory):
        raise ModelError(f"animate_diagram draws one run, as simulate gives it, not {shorten(run)}")
    times = frame_times(run, start, until, seconds, fps)
    drawn_for = for_ or "slide"
    shown = alive(run, what)
    with style(drawn_for):
        figure, above, below = _axes(drawn_for)
        plot(run, _curves(run.model, curves), ax=below)
        tell_given([below], run)
        show_between(below, times)
        for note in with_gid(below.texts, REMARK):
            note.remove()
        curves_told = alt_text(below)
        draw_graph(run.model, shown, ax=above, key=False)
        notes = cautions([run])
        _words(figure, notes, title)
        unit = run.model.time
        what_moves = "arrows are as strong as the fluxes, boxes as full as the species"
        parts = [f"{what_moves}.", str(above.get_label()), f"Below: {curves_told}", *notes]
        alt = f"Animation, {span_of(times, unit)}: {' '.join(parts)}"
        moves: list[Move] = [counter(below, unit), _line(below), *_news(below, given_in(run), times)]
        moves += [_Arrow(above, run, process, strength) for process, strength in _fluxes(run, shown).items()]
        moves += [_Box(above, run, species, fill) for species, fill in _amounts(run, shown).items()]
    animation = made(below, times, moves, fps=fps, alt=alt, unit=unit, for_=drawn_for)
    _few_ticks(below)
    return animation


def alive(run: Trajectory, what: str | Iterable[str] | None) -> Graph:
    """The graph of what is asked for, without species and processes that stay exactly zero in the run."""
    model = run.model
    wanted = telling(model) if what is None else chosen(model, what)
    there = [name for name in wanted if np.any(run[name] != 0.0)]
    still = [name for name in model.processes if not np.any(run[name] != 0.0)]
    if not there:
        raise ModelError(
            f"{', '.join(wanted)} of {model.name!r} stay at zero in this run; give a dose with "
            "with_events(Dose(...)), or name other species in what="
        )
    return part(graph(model), there, without=still)


def shares(values: Array, most: float, least: float) -> Array:
    """Where `values` stand between `least` (0) and `most` (1) on a logarithmic scale, shape (n,).

    Examples
    --------
    >>> shares(np.array([0.0, 1.0, 1e3, 1e6]), 1e6, 1.0).tolist()
    [0.0, 0.0, 0.5, 1.0]
    """
    if not most > least > 0.0:
        return np.zeros_like(values)
    found = np.log(np.clip(values, least, most) / least) / np.log(most / least)
    return np.asarray(np.where(np.isfinite(values), found, 0.0))


def _fluxes(run: Trajectory, shown: Graph) -> dict[str, Array]:
    """The strength of each arrow, from 0 to 1, shape (n_times,)."""
    units = units_of(run.model)
    names = [arrow.process for arrow in shown.arrows]
    sizes = {name: np.nan_to_num(np.abs(run[name]), posinf=0.0) for name in names}
    found = {}
    for name in names:
        most = max(float(sizes[other].max()) for other in names if units.get(other) == units.get(name))
        found[name] = shares(sizes[name], most, most * 10.0**-DECADES)
    return found


def _amounts(run: Trajectory, shown: Graph) -> dict[str, Array]:
    """How full each box is, from 0 to 1, shape (n_times,)."""
    units = {name: run.model.species[name].unit or "" for name in shown.species}
    found = {}
    for name in shown.species:
        most = max(float(np.nanmax(run[other])) for other in shown.species if units[other] == units[name])
        cell = one_cell(units[name])
        found[name] = shares(run[name], most, cell if cell and cell < most else most * 10.0**-DECADES)
    return found


class _Arrow:
    """Sets width, colour and heads of the arrow of one process."""

    def __init__(self, ax: Axes, run: Trajectory, process: str, strength: Array) -> None:
        self.t, self.strength = run.t, strength
        self.full, self.pale = (np.array(to_rgb(c)) for c in (colours_of(run.model)[process], _PALE))
        self.lines = [line for line in ax.lines if line.get_gid() == f"flow:{process}"]
        self.widths = [line.get_linewidth() for line in self.lines]
        self.heads: list[Any] = [head for head in ax.patches if head.get_gid() == f"head:{process}"]
        self.corners = [np.array(head.get_xy()) for head in self.heads]

    def __call__(self, time: float) -> None:
        share = float(np.interp(time, self.t, self.strength))
        colour = tuple(self.pale + share * (self.full - self.pale))
        for line, width in zip(self.lines, self.widths, strict=True):
            line.set(color=colour, linewidth=width * (_WIDTHS[0] + share * (_WIDTHS[1] - _WIDTHS[0])))
        size = _HEADS[0] + share * (_HEADS[1] - _HEADS[0])
        for head, corners in zip(self.heads, self.corners, strict=True):
            head.set_xy(corners[0] + size * (corners - corners[0]))
            head.set_facecolor(colour)


class _Box:
    """Fills the box of one species from below."""

    def __init__(self, ax: Axes, run: Trajectory, species: str, fill: Array) -> None:
        self.t, self.fill = run.t, fill
        (box,) = (patch for patch in ax.patches if patch.get_gid() == f"box:{species}")
        whole: Any = box
        self.high = float(whole.get_height())
        look: dict[str, Any] = {"facecolor": colours_of(run.model)[species], "alpha": _FILL, "linewidth": 0.0}
        self.level = Rectangle((whole.get_x(), whole.get_y()), whole.get_width(), 0.0, zorder=4.5, **look)
        self.level.set_gid(f"fill:{species}")
        ax.add_patch(self.level)
        self.level.set_clip_path(box)

    def __call__(self, time: float) -> None:
        self.level.set_height(self.high * float(np.interp(time, self.t, self.fill)))


# ------------------------------------------------------------------ the figure


def _axes(for_: str) -> tuple[Figure, Axes, Axes]:
    """A new figure with room for a diagram above and curves below."""
    size = size_for(for_)
    high = min(size.width * 0.62, size.tallest)
    figure = plt.figure(figsize=(size.width, high), dpi=DPI[for_])
    figure.set_gid(f"{MADE_FOR}{for_}")
    above = figure.add_axes((0.0, _DIAGRAM, 1.0, 0.99 - _DIAGRAM))
    below = figure.add_axes((_WIDE[0], _BELOW, _WIDE[1], _HIGH))
    return figure, above, below


def _curves(model: Model, names: str | Iterable[str] | None) -> list[str]:
    """The names of the curves beneath, all of one unit."""
    units = units_of(model)
    if names is not None:
        return [names] if isinstance(names, str) else list(names)
    usual = [role for role in ("car_t", "tumour") if role in model.roles] or list(model.species)[:4]
    return [name for name in usual if units.get(name, "") == units.get(usual[0], "")]


def _few_ticks(ax: Axes) -> None:
    """Numbers beside the low axis that do not touch, none below its floor."""
    floors = [float(course(line)[1][0]) for line in with_gid(ax.lines, "floor")]
    low, high = ax.get_ylim()
    least = max([low, *floors])
    ax.set_yticks([*floors, *(tick for tick in ax.get_yticks()[::-1] if least < tick <= high)])
    thin_ticks(ax)


def _line(ax: Axes) -> Move:
    """A line across the curves at the present time."""
    now = ax.axvline(0.0, color=INK, zorder=5)
    now.set(gid="now", linewidth=0.6 * now.get_linewidth())

    def move(time: float) -> None:
        now.set_xdata([time, time])

    return move


def _news(ax: Axes, marks: list[Mark], times: Array) -> list[Move]:
    """What is being done at the time, in one line above the curves; signs of events light up."""
    for note in with_gid(ax.texts, EVENT_TEXT):
        note.remove()
    line = ax.text(0.0, 1.22, "", transform=ax.transAxes, size="small", va="bottom", gid="news")
    line.set_in_layout(False)
    long = _NEWS * float(times[-1] - times[0])
    told = [(mark, max(mark.stop, mark.start + long)) for mark in marks if mark.text]

    def move(time: float) -> None:
        now = [mark.text for mark, stop in told if mark.start <= time <= stop]
        line.set_text("; ".join(dict.fromkeys(now[-_MOST_NEWS:])))

    return [move, *lights(ax)]


def _words(figure: Figure, notes: list[str], title: str | None) -> None:
    """What the strength of arrows and boxes means, the caution of a patient, and a heading."""
    said = "Arrows: flux now; boxes: amount now; both logarithmic. Dashed: what it depends on."
    figure.text(0.02, 0.012, " ".join([said, *notes]), size="x-small", color=GREY, va="bottom")
    if title is not None:
        figure.text(0.02, 0.985, title, size="medium", va="top")
