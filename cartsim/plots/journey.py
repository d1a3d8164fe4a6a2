"""`journey`: the way of the cells and of the patient, from leukapheresis to the follow-up."""

from __future__ import annotations

from dataclasses import replace

from matplotlib.figure import Figure

from ..language.errors import ModelError
from ..solving.trajectory import Trajectory
from .annotate import draw_marks
from .culture import behind
from .given import LYMPHODEPLETION, marks_in
from .headline import headline
from .marks import Mark
from .panel import Panel, draw_panel, percent_of_first, told_levels
from .patient_panels import car_t_panel, curves_of, one_unit, tumour_panel, unit_of
from .sheet import purpose, settle
from .stack import finish, stack
from .stages import draw_stages, settle_stages, stages_of, told_stages
from .style import in_style
from .view import Days, View, days_axis, view_of
from .words import number

UNTIL = 90.0
"""Days after the infusion until which the journey goes unless days are asked for."""
_STRIP = 0.3  # height of the strip of stages, compared with a panel


def journey(run: Trajectory, *, days: Days = None, for_: str = "slide", title: str | None = None) -> Figure:
    """From leukapheresis to the follow-up: cells in the laboratory, conditioning, CAR-T cells and tumour.

    Parameters
    ----------
    run : Trajectory
        Of any model with some of the roles ``culture``, ``cultured_car_t``, ``bag``, ``t_cells``, ``il15``,
        ``car_t`` and ``tumour``; what it has no role for is left out.
    days : (float, float), optional
        From when until when, in days after the first CAR-T infusion (or the start of the run); by default
        from the start of the run to day 90.
    for_ : {"slide", "print", "poster"}
        The size.
    title : str, optional
        The heading; by default how long the way to the infusion was, and what came of it.

    Returns
    -------
    Figure
        The stages stand in a strip on top. Nothing is shown or saved.

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
    >>> figure = journey(cs.simulate(mouse, until=100), for_="print")
    >>> [ax.get_ylabel().split("\\n")[0] for ax in figure.axes]
    ['stage', 'cells in']
    """
    drawn_for = purpose(None, for_) or "slide"
    view = view_of(run, days, (float("-inf"), UNTIL), "journey")
    panels, stages = _panels(view), stages_of(view)
    with in_style(drawn_for):
        figure, axes = stack([*([_STRIP] if stages else []), *(panel.height for panel in panels)], drawn_for)
        days_axis(axes, view, widened=False)
        for ax, panel in zip(axes[-len(panels) :], panels, strict=True):
            draw_panel(ax, panel, view)
        if stages:
            draw_stages(axes[0], stages)
        draw_marks(axes, [_short(view, mark) for mark in marks_in(view)])
        for ax in axes[:-1]:
            ax.tick_params(axis="x", length=0)
        if stages:
            settle(figure)
            settle_stages(axes[0])
        words = _headline(view) if title is None else [title]
        finish(figure, axes, view, words, told=[told_stages(stages), told_levels(panels)])
    return figure


def _short(view: View, mark: Mark) -> Mark:
    """A mark without the words that a stage has; of the cells, that this is the infusion."""
    if mark.name == LYMPHODEPLETION:
        return replace(mark, text="")
    cells = behind(view.run.model, "car_t", "infused")
    return replace(mark, text=f"infusion: {mark.text}") if mark.text and mark.name in cells else mark


def _panels(view: View) -> list[Panel]:
    panels = [*_laboratory(view), *_conditioning(view), *_patient(view)]
    if not panels:
        raise ModelError(
            f"{view.run.model.name!r} has nothing for a journey: none of the roles culture, cultured_car_t, "
            "bag, t_cells, il15, car_t, tumour; give the model roles=dict(car_t=...), or draw it with cs.plot"
        )
    return panels


def _laboratory(view: View) -> list[Panel]:
    """T cells without and with the CAR, and the bag."""
    roles = one_unit(view, ("culture", "cultured_car_t", "bag"))
    curves = tuple(curve for curve in curves_of(view, roles) if curve.values.max() > 0.0)
    if not curves:
        return []
    return [
        Panel(
            "laboratory",
            "cells in the\nlaboratory",
            unit_of(view, roles[0]),
            curves,
            decades=4.0,
            beside=False,
        )
    ]


def _conditioning(view: View) -> list[Panel]:
    """Normal T cells and IL-15, compared with how they began."""
    panel = percent_of_first(
        Panel("conditioning", "compared\nwith before", "", curves_of(view, ("t_cells", "il15")))
    )
    if not panel.curves:
        return []
    return [replace(panel, decades=3.0)]


def _patient(view: View) -> list[Panel]:
    """CAR-T cells and tumour: on one axis if both are in the same unit."""
    roles = one_unit(view, ("car_t", "tumour"))
    if len(roles) < 2:
        return [*car_t_panel(view), *tumour_panel(view)]
    (tumour,) = tumour_panel(view)
    curves = tuple(
        replace(curve, words={"car_t": "CAR-T cells", "tumour": "tumour"}[curve.role])
        for curve in curves_of(view, roles)
    )
    return [replace(tumour, name="patient", words="cells in\nthe patient", curves=curves, height=1.3)]


def _headline(view: View) -> list[str]:
    """How long the cells were on their way, what the tumour did meanwhile, and what came of it."""
    if not view.infused or not behind(view.run.model, "culture", "cultured_car_t", "bag"):
        return headline(view)
    start = float(view.days(view.run.t[0]))
    words = f"{number(-start, 2)} days from leukapheresis to infusion"
    if "tumour" in view and view.at("tumour", start) > 0.0:
        fold = view.at("tumour", 0.0) / view.at("tumour", start)
        word = "grows" if fold >= 1.0 else "shrinks"
        times = number(max(fold, 1.0 / fold), 2)
        words = f"In {number(-start, 2)} days to the infusion the tumour {word} {times}-fold"
    return [words, *(clause[0].lower() + clause[1:] for clause in headline(view)[:1])]
