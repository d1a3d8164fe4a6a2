"""`chance`: stochastic runs around the curve of the ODE, with the share that died out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from ..language.errors import ModelError, shorten
from ..solving.ensemble import Ensemble
from ..solving.trajectory import Trajectory
from .curves import draw_curve
from .scales import Floor, Scale
from .spaghetti import Bunch, Named, draw_middle, draw_threads, gather, known, picture, shared_quantity
from .style import INK
from .words import one_cell, slug

Array = NDArray[np.float64]

DIED = "died:"
"""The gid of the open circle at the end of the runs that died out begins with this."""


def chance(
    ode_run: Trajectory,
    stochastic_runs: Ensemble,
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
    """Stochastic runs as thin lines, their mean, the ODE, and how many died out.

    Parameters
    ----------
    ode_run : Trajectory
        The run without chance.
    stochastic_runs : Ensemble
        Runs of the same model with chance; they share their times.
    name : str, optional
        Anything the model names; by default the tumour, or else what `plot` draws first.
    ax : Axes, optional
        Where to draw; without it a new figure is made.
    log, floor, for_, title
        As in `plot`.
    events : bool
        Whether doses, infusions, changes and rules that all runs share, the ODE too, are drawn.
    label : bool
        Whether the lines are named, and the share that died out is told.

    Returns
    -------
    Axes
        The gid of the ODE is ``curve:name:ODE``, that of the mean ``curve:name``.

    Raises
    ------
    UnknownNameError
        For a name that the model has not; the nearest one is offered.
    ModelError
        If there is no finished run, or the runs do not share their times.

    Notes
    -----
    A run has died out if it ends at zero and was above zero before.

    Examples
    --------
    >>> import cartsim as cs
    >>> growth = cs.Model("growth", species={"T": cs.Species(10, "cell", "tumour cells")},
    ...     parameters={"r": cs.Parameter(1, "1/day")}, processes={"birth": cs.Process("-> T", "r*T")})
    >>> rates = {f"{r:.1f}": growth.with_values(r=r) for r in (0.9, 1.0, 1.1)}
    >>> ax = chance(cs.simulate(growth, until=5), cs.simulate(rates, until=5))
    >>> [line.get_label() for line in ax.lines if not line.get_label().startswith("_")]
    ['mean of 3 runs', 'ODE']
    """
    if not isinstance(ode_run, Trajectory) or not isinstance(stochastic_runs, Ensemble):
        raise ModelError(
            "chance draws a Trajectory, the ODE, and an Ensemble of stochastic runs, in this order, not "
            f"{shorten(ode_run)} and {shorten(stochastic_runs)}"
        )
    crowd = gather(stochastic_runs, name, "chance")
    (bunch,) = crowd.bunches
    quantity = shared_quantity([ode_run, *crowd.runs], crowd.quantity.name)
    course = known(ode_run[quantity.name])
    died, counted = died_out(bunch.values), one_cell(quantity.unit) is not None

    def draw(axis: Axes, scale: Scale) -> list[Named]:
        draw_threads(axis, bunch, scale)
        mean = np.ma.masked_invalid(bunch.values).mean(axis=0).filled(np.nan)
        middle = draw_middle(axis, bunch, mean, scale, words=f"mean of {len(died):,} runs")
        ode = draw_curve(
            axis,
            ode_run.t,
            course,
            scale,
            words="ODE",
            name=f"{quantity.name}:ODE",
            colour=INK,
            stroke=(0, (4, 2)),
        )
        ode.set_zorder(3.2)
        named = [(middle, str(middle.get_label())), (ode, "ODE")]
        return [*named, _circle(axis, bunch, scale, died)] if died.any() else named

    return picture(
        replace(crowd, runs=(*crowd.runs, ode_run)),
        [bunch.values, course],
        draw,
        notes=[] if died.any() or not counted else [f"none of {len(died):,} runs died out"],
        ax=ax,
        log=log,
        floor=floor,
        events=events,
        label=label,
        for_=for_,
        title=title,
    )


def died_out(values: Array) -> NDArray[np.bool_]:
    """Which runs end at zero and were above it before, shape (n_runs,).

    Examples
    --------
    >>> died_out(np.array([[5.0, 0.0], [5.0, 7.0], [0.0, 0.0]])).tolist()
    [True, False, False]
    """
    return np.asarray((values[:, -1] <= 0.0) & (values > 0.0).any(axis=1))


def _circle(ax: Axes, bunch: Bunch, scale: Scale, died: NDArray[np.bool_]) -> Named:
    """An open circle where the lines of the extinct end, as at the end of a curve that died out."""
    text = f"{100 * died.mean():.3g} % of {len(died):,} runs died out"
    nothing = float(scale.shown(np.zeros(1))[0])
    (circle,) = ax.plot([bunch.t[-1]], [nothing], marker="o", linestyle="none", color=bunch.colour)
    circle.set(markerfacecolor="white", clip_on=False, zorder=5, label=f"_{text}")
    circle.set_markeredgewidth(0.7 * circle.get_linewidth())
    circle.set_gid(f"{DIED}{slug(bunch.name)}")
    return circle, text
