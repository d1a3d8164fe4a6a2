"""`demo`: the teaching patient on one annotated page, for a first lecture."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.figure import Figure

from ..patient.presets import b_all
from ..solving.simulate import simulate
from ..solving.trajectory import Trajectory
from .dashboard import DAYS, drawn
from .findings import Finding, findings, height_of
from .sheet import purpose
from .view import view_of

PRODUCT = "4-1BB"
UNTIL = 365.0  # days after the infusion
_ROWS = (60, 20, 700)  # output times before day -1, on the last day before the infusion, and after it


def demo(*, for_: str = "slide") -> Figure:
    """A patient with leukaemia on one page, from ten days before CAR-T cells to a year after, annotated.

    The patient is ``cs.patients.b_all(product="4-1BB")``, the page a `dashboard`. Every number on it is a
    read-out of the run. The axis of days goes by square roots, so that the first weeks, in which most
    happens, are wide enough to be read.

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

    Examples
    --------
    >>> figure = demo(for_="print")
    >>> figure.axes[1].get_ylabel(), figure.axes[1].get_yscale()
    ('tumour cells\\n(cells)', 'log')
    """
    purpose(None, for_)  # a wrong size is told before anything is solved
    run = example()
    return draw(run, findings(run), for_=for_)


def example() -> Trajectory:
    """The run that is shown; its times are close together at first, as the axis wants them."""
    patient = b_all(product=PRODUCT)
    before, last, after = _ROWS
    times = (
        np.linspace(patient.start, -1.0, before, endpoint=False),
        -(np.linspace(1.0, 0.0, last, endpoint=False) ** 2),
        UNTIL * np.linspace(0.0, 1.0, after) ** 2,
    )
    return simulate(patient, UNTIL, at=np.concatenate(times))


def draw(run: Trajectory, told: list[Finding], *, for_: str) -> Figure:
    """The dashboard of a run, with what was found written into its panels."""
    view = view_of(run, None, (DAYS[0], math.inf), "demo")
    days = np.asarray(view.days(run.t), float)
    notes = [
        (finding, height_of(run, finding, days))
        for finding in told
        if finding.short and view.first <= finding.day <= view.last
    ]
    return drawn(view, widened=True, for_=for_, notes=notes)
