"""`spaghetti`: every run a thin line; with `Crowd` and `picture`, which all pictures of many runs share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from ..language.errors import ModelError, shorten
from ..solving.ensemble import Ensemble
from ..solving.timeline import Occurrence
from ..solving.trajectory import Trajectory
from .annotate import draw_marks
from .artists import course, figure_of
from .caution import cautions
from .curves import draw_curve
from .labels import fit, label_ends, legend_instead
from .marks import marks_of
from .quantities import Quantity, quantities
from .scales import Floor, Scale, apply, choose
from .sheet import axes_for, purpose, settle, time_axis, value_label
from .style import COLOURS, GREY, STROKES, Stroke, colours, in_style
from .words import slug

Array = NDArray[np.float64]
Named = tuple[Line2D, str]
"""A line, and what stands beside its end."""

MOST_ARMS = len(STROKES)  # more are not told apart
NOTE = "runs-note"
"""The gid of the small text under an axis: what the lines are, and how many runs failed."""
_EQUALS = "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"  # a label is not to be wrapped within "n = 100"
_MANY_POINTS = 50_000  # in thin lines; an SVG or a PDF holds more as one image, which is smaller


@dataclass(frozen=True)
class Bunch:
    """Runs that share a look: `values` has the shape (n_runs, n_times), not-a-number where there is none."""

    label: str
    quantity: str
    t: Array
    values: Array
    colour: str
    stroke: Stroke

    @property
    def name(self) -> str:
        """What gids are made of: the quantity, and the arm where there are several."""
        return f"{self.quantity}:{self.label}" if self.label else self.quantity

    @property
    def words(self) -> str:
        """What stands beside its median."""
        n = len(self.values)
        return f"{self.label} (n = {n:,})" if self.label else f"median of {n:,} run{'s' * (n != 1)}"


@dataclass(frozen=True)
class Crowd:
    """One quantity of many runs, in one bunch or in several arms."""

    quantity: Quantity
    bunches: tuple[Bunch, ...]
    runs: tuple[Trajectory, ...]
    failed: int


def spaghetti(
    runs: Ensemble | Mapping[str, Ensemble],
    name: str | None = None,
    *,
    ax: Axes | None = None,
    log: bool | None = None,
    floor: Floor = None,
    events: bool = True,
    label: bool = True,
    for_: str | None = None,
    title: str | None = None,
) -> Axes:
    """Every run as a thin line, the median on top; the axis comes back, and nothing is shown or saved.

    Parameters
    ----------
    runs : Ensemble or mapping of str to Ensemble
        Many runs, or two to five arms of them by label. The runs of an arm share their times.
    name : str, optional
        Anything the model names; by default the tumour, or else what `plot` draws first.
    ax : Axes, optional
        Where to draw; without it a new figure is made.
    log, floor, for_, title
        As in `plot`.
    events : bool
        Whether doses, infusions, changes and rules that all runs share are drawn.
    label : bool
        Whether the lines are named.

    Returns
    -------
    Axes
        The thin lines of an arm are one collection with the gid ``runs:name``; the more runs, the paler.

    Raises
    ------
    UnknownNameError
        For a name that a model has not; the nearest one is offered.
    ModelError
        If there is no finished run, or the runs do not share their times.

    Examples
    --------
    >>> import cartsim as cs
    >>> mouse = cs.models.barros_2021.with_events(cs.Dose(2e6, into="C_T", at=42))
    >>> mice = {f"phi {x}": mouse.with_values(phi=x) for x in (0.2, 0.25, 0.3)}
    >>> ax = spaghetti(cs.simulate(mice, until=100), "tumour")
    >>> len(ax.collections[0].get_segments())
    3
    """
    crowd = gather(runs, name, "spaghetti")

    def draw(axis: Axes, scale: Scale) -> list[Named]:
        for bunch in crowd.bunches:
            draw_threads(axis, bunch, scale)
        lines = [draw_middle(axis, bunch, median(bunch.values), scale) for bunch in crowd.bunches]
        return [(line, str(line.get_label())) for line in lines]

    return picture(
        crowd,
        [bunch.values for bunch in crowd.bunches],
        draw,
        notes=["thick lines: medians"] if len(crowd.bunches) > 1 else [],
        ax=ax,
        log=log,
        floor=floor,
        events=events,
        label=label,
        for_=for_,
        title=title,
    )


# ------------------------------------------------------------------ which runs


def gather(runs: Any, name: str | None, verb: str) -> Crowd:
    """The runs with the quantity to draw and a look for each arm; `verb` is who asks, for the errors."""
    arms = {"": runs} if isinstance(runs, Ensemble) else runs
    if not isinstance(arms, Mapping) or not all(isinstance(arm, Ensemble) for arm in arms.values()):
        raise ModelError(
            f"{verb} draws an Ensemble, as simulate gives it for several models, or a mapping of label to "
            f"Ensemble, not {shorten(runs)}"
        )
    if len(arms) > MOST_ARMS:
        raise ModelError(
            f"{verb} has {len(arms)} arms, and more than {MOST_ARMS} in one axis are not told apart; "
            "draw some of them in an axis of their own, with ax="
        )
    empty = [label for label, arm in arms.items() if not len(arm)]
    if empty or not arms:
        where = f" in the arm {empty[0]!r}" if empty and empty[0] else ""
        raise ModelError(f"there is no finished run to draw{where}; see .failures for the reasons")
    everyone = tuple(run for arm in arms.values() for run in arm.values())
    quantity = shared_quantity(everyone, name)
    tints = colours([quantity.role]) if len(arms) == 1 else COLOURS
    bunches = [
        Bunch(str(label), quantity.name, arm.t, known(arm.array(quantity.name)), tint, stroke)
        for (label, arm), tint, stroke in zip(arms.items(), tints, STROKES, strict=False)
    ]
    return Crowd(quantity, tuple(bunches), everyone, sum(len(arm.failures) for arm in arms.values()))


def shared_quantity(runs: Sequence[Trajectory], name: str | None) -> Quantity:
    """What is drawn of all of them; it must have one unit."""
    first = runs[0]
    if name is None:
        name = "tumour" if "tumour" in first.model.roles else quantities(first, None)[0].name
    elif not isinstance(name, str):
        raise ModelError(f"name={shorten(name)}: many runs are drawn one quantity at a time, by its name")
    chosen = quantities(first, name)[0]
    for run in {id(run.model.structure): run for run in runs}.values():
        other = quantities(run, name)[0]
        if other.unit != chosen.unit:
            raise ModelError(
                f"{name!r} is in {chosen.unit or 'no unit'} in one run and in {other.unit or 'no unit'} in "
                "another, so they share no axis; give the models an observable in one unit"
            )
    return chosen


def known(values: Array) -> Array:
    """`values` with not-a-number for what is not finite."""
    return np.where(np.isfinite(values), values, np.nan)


def median(values: Array) -> Array:
    """The median over the runs that have a value, at each time, shape (n_times,)."""
    masked: Any = np.ma  # its median has no types
    return np.asarray(masked.median(masked.masked_invalid(values), axis=0).filled(np.nan))


def shared_events(runs: Sequence[Trajectory]) -> list[Trajectory]:
    """The runs with only those occurrences that every one of them has, at the same time."""

    def key(event: Occurrence) -> tuple[str, str, float, str]:
        return event.kind, event.name, event.time, str(event.stop)  # as text, since nan is not nan

    shared = set.intersection(*({key(o) for o in run.occurrences} for run in runs))
    return [replace(run, occurrences=tuple(o for o in run.occurrences if key(o) in shared)) for run in runs]


# ------------------------------------------------------------------ their axis


def picture(
    crowd: Crowd,
    heights: Iterable[Array],
    draw: Callable[[Axes, Scale], list[Named]],
    *,
    notes: Sequence[str] = (),
    ax: Axes | None,
    log: bool | None,
    floor: Floor,
    events: bool,
    label: bool,
    for_: str | None,
    title: str | None,
) -> Axes:
    """One axis that fits `heights`; `draw` draws on it and gives the lines to be named, with their words."""
    drawn_for = purpose(ax, for_)
    with in_style(drawn_for):
        (axis,) = axes_for(ax, 1, drawn_for, needs="many runs are drawn one quantity at a time")
        marked = shared_events(crowd.runs)
        time_axis([axis], max(marked, key=lambda run: float(run.t[-1])))
        scale = choose(heights, crowd.quantity.unit, log, floor)
        apply(axis, scale)
        value_label(axis, crowd.quantity.words, crowd.quantity.unit)
        named = draw(axis, scale)
        if events:
            draw_marks([axis], marks_of(marked))
        if title is not None:
            axis.set_title(title, loc="left")
        _note(axis, crowd, [*notes, *cautions(marked[:1])])
        lines, words = [line for line, _ in named], [text.replace(" = ", _EQUALS) for _, text in named]
        if label:
            label_ends(axis, lines, words, scale)
        settle(figure_of(axis))
        if label and not fit(axis):
            legend_instead(axis, lines, words)
            settle(figure_of(axis))
    return axis


def _note(ax: Axes, crowd: Crowd, notes: Sequence[str]) -> None:
    """Small words under the label of the time, at the right: the notes, and how many runs failed."""
    n = crowd.failed + sum(len(bunch.values) for bunch in crowd.bunches)
    parts = [*notes, *([f"{crowd.failed:,} of {n:,} runs failed"] if crowd.failed else [])]
    if parts:
        place = ("axes fraction", ax.xaxis.label)
        note = ax.annotate("; ".join(parts), (1.0, -0.1), xycoords=place, annotation_clip=False)
        note.set(ha="right", va="top", size="x-small", color=GREY, gid=NOTE)


def opacity(n: int) -> float:
    """How opaque each of `n` thin lines is, so that few are seen well and many do not fill the axis.

    Examples
    --------
    >>> [round(opacity(n), 2) for n in (1, 10, 100, 1000)]
    [0.7, 0.6, 0.19, 0.06]
    """
    return max(0.03, min(0.7, 1.9 / math.sqrt(n)))


def draw_threads(ax: Axes, bunch: Bunch, scale: Scale) -> LineCollection:
    """All runs of a bunch as one collection of thin lines; what is below the floor runs in the strip."""
    heights = scale.shown(bunch.values)
    times = np.broadcast_to(bunch.t, heights.shape)
    threads = LineCollection(list(np.stack([times, heights], axis=-1)), colors=bunch.colour, zorder=2.0)
    width = 0.4 * float(np.atleast_1d(threads.get_linewidth())[0])
    threads.set(linewidth=width, alpha=opacity(len(heights)), gid=f"runs:{slug(bunch.name)}")
    threads.set(label=f"_{bunch.label or 'runs'}", rasterized=heights.size > _MANY_POINTS)
    ax.add_collection(threads, autolim=False)
    return threads


def draw_middle(ax: Axes, bunch: Bunch, values: Array, scale: Scale, *, words: str = "") -> Line2D:
    """A line over the thin ones, with a white rim so that it is seen among them."""
    look = {"words": words or bunch.words, "name": bunch.name, "colour": bunch.colour}
    line = draw_curve(ax, bunch.t, values, scale, **look, stroke=bunch.stroke)
    (rim,) = ax.plot(*course(line), color="white", label="_rim", zorder=2.9)
    rim.set_linewidth(2.0 * line.get_linewidth())
    rim.set_gid(f"rim:{slug(bunch.name)}")
    return line
