"""`dashboard`: a treated patient on one page, all over the same days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..language.errors import ModelError
from ..solving.trajectory import Trajectory
from .findings import Finding
from .given import draw_given, marks_in
from .headline import headline
from .notes import add_note
from .panel import Panel, draw_panel, told_levels
from .patient_panels import car_t_panel, counts_panel, cytokine_panel, temperature_panel, tumour_panel
from .sheet import purpose
from .stack import finish, stack
from .strips import NAMES, Band, draw_strips, fit_numbers, grade_bands, told_strips
from .style import INK, in_style
from .view import Days, View, days_axis, view_of

DAYS = (-10.0, 60.0)
"""What is shown unless days are asked for."""
_ROOM = 0.3  # above the CAR-T cells, for a note on their peak
_STRIP = 0.42  # height of a row of grades, compared with a panel


def dashboard(
    run: Trajectory,
    *,
    days: Days = None,
    widened: bool = False,
    for_: str = "slide",
    title: str | None = None,
) -> Figure:
    """CAR-T cells, tumour, cytokines, fever, grades and blood counts, one above the other.

    Parameters
    ----------
    run : Trajectory
        Of any model with some of the roles; what it has no role for is left out.
    days : (float, float), optional
        From when until when, in days after the first CAR-T infusion (or the start of the run); by default
        from -10 to 60, as far as the run goes.
    widened : bool
        Whether the axis of days goes by square roots around day 0, so that the first weeks are wide. Without
        `days` it then goes on to the end of the run.
    for_ : {"slide", "print", "poster"}
        The size.
    title : str, optional
        The heading; by default one line that says what happened, from the read-outs of the whole run.

    Returns
    -------
    Figure
        Nothing is shown or saved.

    Raises
    ------
    ModelError
        If the model has none of the roles, or the run nothing between these days.
    UnknownNameError
        If there is no such size.

    Examples
    --------
    >>> import cartsim as cs
    >>> mouse = cs.models.barros_2021.with_events(cs.Dose(2e6, into="C_T", at=42))
    >>> figure = dashboard(cs.simulate(mouse, until=100), for_="print")
    >>> [ax.get_ylabel() for ax in figure.axes]
    ['CAR-T cells\\n(cells)', 'tumour cells\\n(cells)']
    """
    drawn_for = purpose(None, for_) or "slide"
    end = float("inf") if widened else DAYS[1]
    view = view_of(run, days, (DAYS[0], end), "dashboard")
    return drawn(view, widened=widened, for_=drawn_for, title=title)


def drawn(
    view: View,
    *,
    widened: bool,
    for_: str,
    title: str | None = None,
    notes: Sequence[tuple[Finding, float]] = (),
) -> Figure:
    """The figure of a view; each finding of `notes` stands near its day and the height given with it."""
    panels, strips = _content(view)
    if any(finding.panel == "car_t" for finding, _ in notes):
        panels = [replace(panel, room=_ROOM) if panel.name == "car_t" else panel for panel in panels]
    cut = next((i for i, panel in enumerate(panels) if panel.name == "counts"), len(panels))
    heights = [panel.height for panel in panels]
    with in_style(for_):
        figure, axes = stack(
            [*heights[:cut], *([_STRIP * len(strips)] if strips else []), *heights[cut:]], for_
        )
        days_axis(axes, view, widened=widened)
        own = [ax for i, ax in enumerate(axes) if not strips or i != cut]
        for ax, panel in zip(own, panels, strict=True):
            draw_panel(ax, panel, view)
            _annotate(ax, panel, notes)
        if strips:
            draw_strips(axes[cut], strips, first=view.first, last=view.last)
        draw_given(axes, marks_in(view))
        for ax in axes[:-1]:
            ax.tick_params(axis="x", length=0)
        finish(
            figure,
            axes,
            view,
            headline(view) if title is None else [title],
            told=[*told_strips(strips), told_levels(panels)],
            arrange=lambda: fit_numbers(axes[cut]) if strips else None,
        )
    return figure


def _annotate(ax: Axes, panel: Panel, notes: Sequence[tuple[Finding, float]]) -> None:
    """Write what belongs to this panel, in the colour of its curve."""
    for finding, height in notes:
        if finding.panel == panel.name:
            colours = [curve.colour for curve in panel.curves if curve.role == finding.role]
            at = (finding.day, height)
            add_note(ax, finding.about, finding.short, at, colour=(colours or [INK])[0], pointing=True)


def _content(view: View) -> tuple[list[Panel], list[tuple[str, list[Band]]]]:
    """The panels and the rows of grades that the model has roles for."""
    panels = [
        panel
        for some in (car_t_panel, tumour_panel, cytokine_panel, temperature_panel, counts_panel)
        for panel in some(view)
    ]
    strips = [(role, grade_bands(view, role)) for role in NAMES if role in view]
    if not panels and not strips:
        raise ModelError(
            f"{view.run.model.name!r} has nothing for a dashboard: none of the roles car_t, tumour, il6, "
            "temperature, crs_grade, neutrophils and their like; give the model roles=dict(tumour=...), or "
            "draw it with cs.plot"
        )
    return panels, strips
