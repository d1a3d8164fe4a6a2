"""The times at which a picture that moves is solved: as many as it has room for, where the curves turn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..language.errors import ModelError
from ..language.model import Model
from ..solving.job import alone
from ..solving.recorder import Recorder
from ..solving.run import Run
from ..solving.tolerances import absolute_tolerances
from ..solving.trajectory import Trajectory

Array = NDArray[np.float64]

EARLY, EVEN = 330, 170
"""How many times lie close together at first and spread, and how many are evenly spaced; a curve in the
picture is about 550 pixels wide."""
_NEAR = 4.0
"""Of the model's time: within it, early times are nearly even; further away they spread as squares."""
_RTOL = 1e-5  # a line is thicker; `Explorer.run` and the read-outs are solved as `simulate` does


def picture_times(model: Model, until: float) -> Array:
    """Times from the start to `until`, denser around time 0, or else around the start.

    Parameters
    ----------
    model : Model
    until : float
        The end, in the model's time.

    Returns
    -------
    ndarray, shape (n_times,)

    Raises
    ------
    ModelError
        If the end does not come after the start.

    Examples
    --------
    >>> times = picture_times(Model("m", species={"A": 1.0}), 100.0)
    >>> float(times[0]), float(times[-1]), bool(np.diff(times)[0] < 0.5 * np.diff(times)[-1])
    (0.0, 100.0, True)
    """
    begin = model.start
    if not until > begin:
        raise ModelError(f"until={until:g} must lie after the start of {model.name!r}, {begin:g}")
    origin = 0.0 if begin < 0.0 < until else begin
    first, last = _place(np.array([begin, until]) - origin).tolist()
    places = np.linspace(first, last, EARLY)
    early = origin + np.sign(places) * ((np.abs(places) + np.sqrt(_NEAR)) ** 2 - _NEAR)
    inside = np.concatenate([early[1:-1], np.linspace(begin, until, EVEN)[1:-1]])
    return np.unique(np.concatenate([[begin], np.clip(inside, begin, until), [until]]))


def quick_run(model: Model, until: float) -> Trajectory:
    """The run that a picture shows: at `picture_times` and at both sides of every event, to 1e-5 a step.

    Parameters
    ----------
    model : Model
    until : float

    Raises
    ------
    ModelError
        If the end does not fit the model.
    SolveError
        If the run cannot be finished.
    """
    times = picture_times(model, until)

    def run() -> Run:
        return Run(model, model.start, until, Recorder(model, times, both_sides=True))

    return alone(run, "auto", _RTOL, absolute_tolerances(model, None, _RTOL))


def _place(times: Array) -> Array:
    return np.asarray(np.sign(times) * (np.sqrt(np.abs(times) + _NEAR) - np.sqrt(_NEAR)))
