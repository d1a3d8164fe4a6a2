"""`compare`: two to four arms side by side, such as two products, or with and without a therapy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from ..language.errors import ModelError, shorten
from ..solving.ensemble import Ensemble
from .artists import figure_of
from .caution import cautions
from .compare_panels import GRADES_PANEL, LATE, Arm, draw_curves, draw_events, draw_grades
from .compare_words import heading_of, read_outs_of, told
from .heading import write_footer, write_heading
from .labels import fit, legend_instead
from .patients import failures, tell
from .scales import readable_ticks
from .sheet import MADE_FOR, axes_for, purpose, settle
from .spaghetti import shared_quantity
from .strips import NAMES
from .style import in_style, size_for
from .view import Days, view_of

AxesArray = NDArray[Any]
MOST = 4
EARLY = 28.0
"""Days after the infusion that the lower panels show: cytokines and grades."""
_BEFORE = -7.0  # the first day that is shown, if nothing else is asked for


def compare(
    runs: Ensemble,
    *,
    also: str | None = None,
    days: Days = None,
    label: bool = True,
    events: bool = True,
    ax: Axes | Sequence[Axes] | None = None,
    for_: str | None = None,
    title: str | None = None,
) -> AxesArray:
    """CAR-T cells, tumour, a cytokine and the grades of two to four arms, each in its colour and line style.

    Parameters
    ----------
    runs : Ensemble
        The arms by label: ``cs.simulate({"CD28": one, "4-1BB": other}, until=180)``.
    also : str, optional
        The third panel, such as ``"temperature"``: anything that all models name; by default the role
        ``il6``, or else ``temperature``.
    days : (float, float), optional
        What is shown, in days after the CAR-T infusion; by default from a week before it to the end. The
        panels of cytokines and grades show four weeks of it.
    label : bool
        Whether the arms are named.
    events : bool
        Whether what was done is drawn: grey what all arms share, in the colour of the arm what only one has.
    ax : sequence of Axes, optional
        Where to draw, an axis for each panel; without it a new figure is made.
    for_ : {"slide", "print", "poster"}, optional
        The sizes of figure, letters and lines; a slide by default. A given `ax` keeps those of its figure.
    title : str, optional
        The heading; by default the differences in numbers.

    Returns
    -------
    ndarray of Axes
        One for each of the roles ``car_t`` and ``tumour`` that all models have, one for `also`, and one for
        the grades.

    Raises
    ------
    ModelError
        If there are not two to four finished runs, or their models share none of these roles.

    Examples
    --------
    >>> import cartsim as cs
    >>> mouse = cs.models.barros_2021
    >>> arms = {f"{dose:g} cells": mouse.with_events(cs.Dose(dose, into="C_T", at=42)) for dose in (1e5, 2e6)}
    >>> axes = compare(cs.simulate(arms, until=142))
    >>> [ax.get_ylabel() for ax in axes]
    ['CAR-T cells', 'tumour cells']
    """
    arms = _arms(runs, days)
    roles = _roles(runs, also)
    graded = [role for role in NAMES if all(role in run.model.roles for run in runs.values())]
    drawn_for = purpose(ax, for_)
    with in_style(drawn_for):
        panels = [*roles, *([GRADES_PANEL] if graded else [])]
        axes = _axes(ax, panels, drawn_for)
        for axis, role in zip(axes, panels, strict=True):
            _days(axis, arms, early=role not in LATE)
            if role == GRADES_PANEL:
                draw_grades(axis, arms, graded, label)
            else:
                draw_curves(axis, arms, role, label and _named(panels) == role)
        if events:
            draw_events(axes, panels, arms)
        found = read_outs_of(runs)
        heading = heading_of(runs, found) if title is None else title
        notes = [*failures(len(runs.failures), len(runs)), *cautions(runs.values())]
        write_heading(axes[0], heading, new=ax is None)
        write_footer(axes[-1], notes, new=ax is None)
        tell(axes[0], [heading, *told(runs, found), *notes])
        settle(figure_of(axes[0]))
        for axis in axes:
            if not fit(axis):
                lines = [line for line in axis.lines if str(line.get_gid()).startswith("curve:")]
                legend_instead(axis, lines, [arm.label for arm in arms])
                settle(figure_of(axis))
    return np.array(axes, dtype=object)


def _arms(runs: Any, days: Days) -> list[Arm]:
    if not isinstance(runs, Ensemble):
        raise ModelError(
            f"compare draws an Ensemble, as simulate gives it for several models, not {shorten(runs)}"
        )
    if not 2 <= len(runs) <= MOST:
        fewer = "; see .failures for the reasons" if runs.failures else ""
        many = "; cs.plots.fan and cs.plots.groups draw many" if len(runs) > MOST else fewer
        raise ModelError(f"compare draws two to {MOST} arms, and there are {len(runs)} finished runs{many}")
    wholes = [view_of(run, days, (_BEFORE, math.inf), "compare") for run in runs.values()]
    arms = []
    for i, (name, whole) in enumerate(zip(runs.labels, wholes, strict=True)):
        last = (
            min(whole.last, max(EARLY, whole.first + EARLY)) if days is not None else min(whole.last, EARLY)
        )
        early = view_of(whole.run, (whole.first, last), (whole.first, last), "compare")
        arms.append(Arm(name, whole, early, i))
    return arms


def _roles(runs: Ensemble, also: str | None) -> list[str]:
    """What has a panel with curves: what all models have."""
    shared = set.intersection(*(set(run.model.roles) for run in runs.values()))
    found = [role for role in LATE if role in shared]
    if also is not None:
        return [*(role for role in found if role != also), shared_quantity(list(runs.values()), also).name]
    found += [role for role in ("il6", "temperature") if role in shared][:1]
    if not found and not shared & set(NAMES):
        raise ModelError(
            "compare needs models that share one of the roles car_t, tumour, il6, temperature, crs_grade and "
            f"icans_grade; {', '.join(sorted({repr(run.model.name) for run in runs.values()}))} share none"
        )
    return found


def _named(panels: Sequence[str]) -> str:
    """The panel with curves in which the arms are named: the last of the upper row, or of all."""
    late = [role for role in panels if role in LATE]
    return (late or [role for role in panels if role != GRADES_PANEL] or [""])[-1]


# ------------------------------------------------------------------ axes


def _axes(ax: Any, panels: Sequence[str], for_: str | None) -> list[Axes]:
    """The given axes, or new ones: an upper row for the whole time and a lower one for the first weeks."""
    if ax is not None:
        return axes_for(ax, len(panels), for_, needs=f"there are {len(panels)} panels ({', '.join(panels)})")
    rows = [[p for p in panels if p in LATE], [p for p in panels if p not in LATE]]
    rows = [row for row in rows if row]
    size = size_for(for_ or "slide")
    figure = plt.figure(layout="constrained")
    figure.set_gid(f"{MADE_FOR}{for_}")
    figure.set_size_inches(size.width, min(size.height * (0.4 + 0.6 * len(rows)), size.tallest))
    columns = max(len(row) for row in rows)
    grid = figure.add_gridspec(len(rows), columns)
    axes = []
    for i, row in enumerate(rows):
        axes += [
            figure.add_subplot(grid[i, :] if len(row) < columns else grid[i, j]) for j in range(len(row))
        ]
    return axes


def _days(ax: Axes, arms: Sequence[Arm], *, early: bool) -> None:
    views = [arm.early if early else arm.whole for arm in arms]
    ax.set_xlim(min(view.first for view in views), max(view.last for view in views))
    readable_ticks(ax.xaxis, log=False, most=5)
    since = "infusion" if all(view.infused for view in views) else "the start"
    ax.set_xlabel(f"days after {since}", size="small")
