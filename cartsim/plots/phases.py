"""`phases`: the CAR-T cells with their phases, each with its speed and the process that drives it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter
from numpy.typing import NDArray

from ..language.errors import ModelError
from ..questions.explain import explain
from ..solving.trajectory import Trajectory
from .annotate import draw_marks
from .artists import figure_of
from .caution import cautions
from .curves import draw_curve
from .given import marks_in
from .heading import write_footer, write_heading
from .patients import tell
from .phase_axis import Clockwork
from .phase_story import Story, parts_of, story_of
from .quantities import quantities
from .scales import Scale, apply, choose
from .sheet import axes_for, purpose, settle, value_label
from .style import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, in_style, readable
from .words import axis_label, number, pretty

Array = NDArray[np.float64]
PHASE, WORDS = "phase:", "phase-words:"
"""The gid of a span begins with the one, that of its words with the other; then comes its number."""
COLOURS = {
    "infusion": PURPLE,
    "distribution": SKY,
    "expansion": BLUE,
    "contraction": ORANGE,
    "persistence": GREEN,
}
MOST_SPELT = 5  # more phases have numbers on the figure and their words below it


def phases(
    run: Trajectory,
    *,
    label: bool = True,
    events: bool = True,
    ax: Axes | None = None,
    for_: str | None = None,
    title: str | None = None,
) -> Axes:
    """CAR-T cells on a logarithmic axis with their phases, from `explain`; the axis comes back.

    Each phase has a width of its own, so that a day of expansion can be seen beside a year of persistence: a
    straight line is an exponential, and the words say how fast it is.

    Parameters
    ----------
    run : Trajectory
        Of a model with the role ``car_t``; of several runs, one.
    label : bool
        Whether the phases are named, with doubling time or half-life and the largest of the gains or losses.
    events : bool
        Whether doses, infusions, changes and rules are drawn.
    ax : Axes, optional
        Where to draw; without it a new figure is made.
    for_ : {"slide", "print", "poster"}, optional
        The sizes of figure, letters and lines; a slide by default. A given `ax` keeps those of its figure.
    title : str, optional
        The heading; by default how far the cells expand.

    Returns
    -------
    Axes

    Raises
    ------
    ModelError
        If it is not one run, its model has no role ``car_t``, or there are no CAR-T cells in it.

    Examples
    --------
    >>> import cartsim as cs
    >>> mouse = cs.models.barros_2021.with_events(cs.Dose(2e6, into="C_T", at=42))
    >>> ax = phases(cs.simulate(mouse, until=200))
    >>> [span.get_label() for span in ax.patches if str(span.get_gid()).startswith(PHASE)]
    ['_distribution', '_expansion', '_contraction']
    """
    found = explain(run).phases
    if "car_t" not in run.model.roles:
        raise ModelError(f"phases needs the role 'car_t', which {run.model.name!r} has not")
    if not found:
        raise ModelError(
            f"there are no CAR-T cells in this run of {run.model.name!r}, so there are no phases"
        )
    story = story_of(run, found)
    quantity = quantities(run, "car_t")[0]
    drawn_for = purpose(ax, for_)
    with in_style(drawn_for):
        (axis,) = axes_for(ax, 1, drawn_for, needs="phases has one axis")
        _time_axis(axis, story)
        columns = _columns(axis, story) if label else []
        scale = _scale(axis, story, quantity.unit, max(map(len, columns), default=0))
        value_label(axis, quantity.words, quantity.unit)
        draw_curve(
            axis,
            story.t,
            story.values,
            scale,
            words=quantity.words,
            name="car_t",
            colour=BLUE,
            stroke="-",
        )
        _spans(axis, story)
        if events:
            draw_marks([axis], marks_in(story.view))
        heading = _title(story, quantity.unit) if title is None else title
        write_heading(axis, heading, new=ax is None)
        _write(axis, story, columns)
        listed = _list(story) if label and len(found) > MOST_SPELT else []
        write_footer(axis, [*listed, *cautions([run])], new=ax is None)
        tell(axis, [heading, *_told(story, quantity.unit), *cautions([run])])
        settle(figure_of(axis))
    return axis


# ------------------------------------------------------------------ what is drawn


def _time_axis(ax: Axes, story: Story) -> None:
    """Each phase as wide as it needs; ticks where one ends and the next begins."""
    clock = Clockwork.of(story.spans)
    ax.set_xscale("function", functions=(clock.place, clock.day))
    ax.set_xlim(story.view.first, story.view.last)
    ends = sorted({end for span in story.spans for end in span})
    ax.xaxis.set_major_locator(FixedLocator(clock.apart(ends)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda day, _: number(day, 2 if abs(day) < 100 else 3)))
    since = "CAR-T infusion" if story.view.infused else "the start"
    scales = ", each phase on its own scale" if len(story.spans) > 1 else ""
    ax.set_xlabel(axis_label(f"time after {since}{scales}", "day"))


def _scale(ax: Axes, story: Story, unit: str, lines: int) -> Scale:
    """A logarithmic axis with room for so many lines of words above the curve."""
    try:
        scale = choose([story.values], unit, True, None)
    except ModelError:  # fewer than one cell: numbers that were scaled
        scale = choose([story.values], "", True, float(np.nanmin(story.values[story.values > 0.0])))
    high = ax.get_position().height * figure_of(ax).get_figheight() * 72.0
    part = min((lines + 0.5) * 1.25 * _small(ax) / high, 0.6) if lines else 0.0
    top = scale.high * (scale.high / scale.low) ** (part / (1.0 - part))
    apply(ax, Scale(True, scale.low, top, scale.floor, scale.floor_words))
    ax.yaxis.set_major_locator(FixedLocator(_ticks(scale)))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 2)))
    return scale


def _ticks(scale: Scale) -> list[float]:
    """Powers of ten on the axis, not too many of them; their multiples where there are too few."""
    low, high = scale.low if scale.floor is None else scale.floor, scale.high
    powers = np.arange(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for parts in ((1.0,), (1.0, 2.0, 5.0), tuple(np.arange(1.0, 10.0, 0.5))):
        found = [part * 10.0**power for power in powers for part in parts]
        inside = [tick for tick in found if low * (1 - 1e-9) <= tick <= high]
        if len(inside) > 1:
            return inside[:: 1 + len(inside) // 7]
    return [math.sqrt(low * high)]


def _spans(ax: Axes, story: Story) -> None:
    for i, (phase, (start, stop)) in enumerate(zip(story.phases, story.spans, strict=True), 1):
        span = ax.axvspan(
            start, stop, facecolor=COLOURS.get(phase.kind, GREY), alpha=0.18, linewidth=0, zorder=0.3
        )
        span.set(gid=f"{PHASE}{i}", label=f"_{phase.kind}")


def _columns(ax: Axes, story: Story) -> list[list[str]]:
    """The words of each phase in lines that are no wider than it; of many phases only their numbers."""
    if len(story.phases) > MOST_SPELT:
        return [[str(i)] for i in range(1, len(story.phases) + 1)]
    inches = ax.get_position().width * figure_of(ax).get_figwidth()
    letters = inches * 72.0 / (0.53 * _small(ax))
    places = Clockwork.of(story.spans).place(np.array(story.spans))
    return [
        [line for part in parts_of(phase, story.view) for line in _wrap(part, max(int(wide), 10))]
        for phase, wide in zip(story.phases, letters * np.diff(places)[:, 0], strict=True)
    ]


def _wrap(words: str, wide: int) -> list[str]:
    return textwrap.wrap(words, wide, break_long_words=False, break_on_hyphens=False)


def _write(ax: Axes, story: Story, columns: Sequence[Sequence[str]]) -> None:
    """The words of each phase at the top of the axis, the kind in bold."""
    clock = Clockwork.of(story.spans)
    for i, (phase, span, (first, *rest)) in enumerate(
        zip(story.phases, story.spans, columns, strict=bool(columns)), 1
    ):
        middle = float(clock.day(clock.place(np.array(span)).mean()))
        look: dict[str, Any] = {
            "size": "small",
            "color": readable(COLOURS.get(phase.kind, GREY)),
            "ha": "center",
            "va": "top",
        }
        kind = ax.annotate(first, (middle, 0.985), xycoords=("data", "axes fraction"), weight="bold", **look)
        kind.set_gid(f"{WORDS}{i}")
        more = ax.annotate("\n".join(rest), (0.5, -0.15), xycoords=kind, linespacing=1.1, **look)
        more.set_gid(f"{WORDS}{i}")


def _list(story: Story) -> list[str]:
    """The words of the numbered phases, for below."""
    numbered = enumerate(story.phases, 1)
    return ["; ".join(f"{i} {', '.join(parts_of(phase, story.view))}" for i, phase in numbered)]


def _small(ax: Axes) -> float:
    """The size of small letters, in points."""
    return float(ax.xaxis.label.get_fontsize()) / 1.2


# ------------------------------------------------------------------ words


def _title(story: Story, unit: str) -> str:
    """How far the cells expand, and when they are most."""
    expansions = [phase for phase in story.phases if phase.kind == "expansion"]
    if not expansions:
        return "The CAR-T cells never expand"
    most = max(expansions, key=lambda phase: phase.last / phase.first)
    day = float(story.view.days(most.stop))
    cells = f"{number(most.last, 2)} {pretty(unit)}".strip()
    return f"CAR-T cells expand {number(most.last / most.first, 2)}-fold, to {cells} on day {number(day, 2)}"


def _told(story: Story, unit: str) -> Sequence[str]:
    """The phases in sentences, for alt text."""
    words = axis_label("CAR-T cells", unit)
    ends = f"{number(story.view.first)} to {number(story.view.last)}"
    return [
        f"Line chart of {words} (logarithmic axis) in {len(story.phases)} phases, day {ends}",
        *(phase.text for phase in story.phases),
    ]
