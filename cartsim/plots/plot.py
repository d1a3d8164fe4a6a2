"""`plot`: curves against time, of one run or of several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from ..language.errors import ModelError, shorten
from ..solving.ensemble import Ensemble
from ..solving.trajectory import Trajectory
from .annotate import draw_extinction, draw_marks
from .artists import figure_of
from .caution import cautions
from .colours_of_terms import Look, distinct, looks_of
from .curves import draw_curve
from .heading import write_footer
from .labels import fit, label_ends, legend_instead
from .marks import extinctions, marks_of
from .quantities import Quantity, by_unit, quantities
from .scales import Floor, Scale, apply, choose
from .sheet import axes_for, purpose, settle, time_axis, value_label
from .style import BLACK, COLOURS, STROKES, Stroke, in_style, shades
from .words import what_it_measures

AxesArray = NDArray[Any]
Curve = tuple[Trajectory, Quantity, str, str, Stroke]
"""A run, what is drawn of it, the words beside it, its colour and its line style."""


def plot(
    x: Trajectory | Ensemble,
    names: str | Iterable[str] | None = None,
    *,
    ax: Axes | Sequence[Axes] | None = None,
    log: bool | None = None,
    floor: Floor = None,
    events: bool = True,
    label: bool = True,
    for_: str | None = None,
    title: str | None = None,
) -> Axes | AxesArray:
    """Curves against time; axes come back, and nothing is shown or saved.

    Parameters
    ----------
    x : Trajectory or Ensemble
        One run: a curve for each name. Several runs: a curve for each run, and an axis for each name.
    names : str or iterable of str, optional
        Anything the model names. By default the roles ``car_t`` and ``tumour``, or else the first six
        species; of several runs the tumour, or else the first of these.
    ax : Axes or sequence of Axes, optional
        Where to draw: one axis a unit (of several runs, one a name). Without it a new figure is made.
    log : bool, optional
        Whether the axis of values is logarithmic. By default it is where they span more than three powers
        of ten.
    floor : float or (float, str), optional
        What is below it is drawn in a strip under the logarithmic axis, such as ``(0.5, "detection limit")``.
        By default one cell, where the unit counts cells. To give it asks for a logarithmic axis, unless
        ``log=False`` says otherwise.
    events : bool
        Whether doses, infusions, changes, rules and extinctions are drawn.
    label : bool
        Whether the curves are named.
    for_ : {"slide", "print", "poster"}, optional
        The sizes of figure, letters and lines; a slide by default. A given `ax` keeps those of its figure.
    title : str, optional
        The heading.

    Returns
    -------
    Axes or ndarray of Axes
        One axis; several, from top to bottom, where the names have several units.

    Raises
    ------
    UnknownNameError
        For a name that the model has not; the nearest one is offered.
    ModelError
        If the number of axes given does not fit.

    Examples
    --------
    >>> import cartsim as cs
    >>> growth = cs.Model("growth", species={"T": cs.Species(10, "cell", "tumour cells")},
    ...     parameters={"r": cs.Parameter(1, "1/day")}, processes={"birth": cs.Process("-> T", "r*T")})
    >>> ax = plot(cs.simulate(growth, until=5))
    >>> ax.get_ylabel(), ax.get_xlabel()
    ('tumour cells', 'time (day)')
    """
    panels, columns, needs = _panels(x, names)
    drawn_for = purpose(ax, for_)
    with in_style(drawn_for):
        axes = axes_for(ax, len(panels), drawn_for, columns=columns, needs=needs)
        runs = [x] if isinstance(x, Trajectory) else list(x.values())
        longest = max(runs, key=lambda run: float(run.t[-1]))
        time_axis(axes, longest, columns=columns)
        drawn = [_panel(one, curves, log, floor, events) for one, curves in zip(axes, panels, strict=True)]
        if events:
            draw_marks(axes, marks_of(runs))
        if title is not None:
            axes[0].set_title(title, loc="left")
        if label:
            _name_curves(axes, panels, drawn)
        write_footer(axes[-1], cautions(runs[:1]), new=ax is None)
        settle(figure_of(axes[0]))
        if label:
            for one, (_, lines), curves in zip(axes, drawn, panels, strict=True):
                if not fit(one):
                    legend_instead(one, lines, [curve[2] for curve in curves])
                    settle(figure_of(one))
    return axes[0] if len(axes) == 1 else np.array(axes, dtype=object)


def _panels(x: Any, names: str | Iterable[str] | None) -> tuple[list[list[Curve]], int, str]:
    """The curves of each axis, the number of columns of a new figure, and why there are so many axes."""
    if isinstance(x, Trajectory):
        chosen = quantities(x, names)
        groups = by_unit(chosen)
        panels = [_of_one(x, group) for group in groups.values()]
        units = ", ".join(unit or "no unit" for unit in groups)
        return panels, 1, f"the names have {len(groups)} units ({units})"
    if not isinstance(x, Ensemble):
        raise ModelError(f"plot draws a Trajectory or an Ensemble, as simulate gives them, not {shorten(x)}")
    if not len(x):
        raise ModelError("there is no finished run to draw; see .failures for the reasons")
    first = next(iter(x.values()))
    if names is None:
        names = "tumour" if "tumour" in first.model.roles else quantities(first, None)[0].name
    for run in x.values():
        chosen = quantities(run, names)
    chosen = quantities(first, names)
    tints_of_runs = list(COLOURS[: len(x)]) if len(x) <= 3 else shades(len(x))
    looks = [(tints_of_runs[i], STROKES[i % len(STROKES)]) for i in range(len(x))]
    panels = [
        [(run, q, name, *look) for (name, run), look in zip(x.items(), looks, strict=True)] for q in chosen
    ]
    return panels, 1 if len(panels) < 3 else 2, f"there are {len(panels)} names"


def _of_one(run: Trajectory, group: list[Quantity]) -> list[Curve]:
    """The curves of one unit, each in the colour that it has in diagram and equations too."""
    looks = looks_of(run.model)
    shown = distinct([looks.get(quantity.name, Look(BLACK)) for quantity in group])
    return [(run, q, q.words, look.colour, look.stroke) for q, look in zip(group, shown, strict=True)]


def _panel(
    ax: Axes, curves: list[Curve], log: bool | None, floor: Floor, events: bool
) -> tuple[Scale, list[Line2D]]:
    """Draw the curves of one axis."""
    values = [run[quantity.name] for run, quantity, *_ in curves]
    unit = curves[0][1].unit
    scale = choose(values, unit, log, floor)
    apply(ax, scale)
    words = {quantity.words for _, quantity, *_ in curves}
    value_label(ax, words.pop() if len(words) == 1 else what_it_measures(unit), unit)
    lines = []
    for (run, quantity, text, colour, stroke), heights in zip(curves, values, strict=True):
        several = len({id(other) for other, *_ in curves}) > 1
        name = f"{quantity.name}:{text}" if several else quantity.name
        lines.append(
            draw_curve(ax, run.t, heights, scale, words=text, name=name, colour=colour, stroke=stroke)
        )
        for time in extinctions(run, quantity.name) if events else ():
            before = heights[max(int(np.searchsorted(run.t, time)) - (time not in run.t), 0)]
            height = float(scale.shown(np.array([before if scale.log else 0.0]))[0])
            draw_extinction(ax, time, height, name=name, words=text, colour=colour)
    return scale, lines


def _name_curves(
    axes: list[Axes], panels: list[list[Curve]], drawn: list[tuple[Scale, list[Line2D]]]
) -> None:
    for one, curves, (scale, lines) in zip(axes, panels, drawn, strict=True):
        if len(curves) > 1:  # a single curve is named by its axis
            label_ends(one, lines, [curve[2] for curve in curves], scale)
