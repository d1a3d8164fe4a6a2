"""`read_many`: the read-outs of many runs of one structure, read together as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np

from ..language.units import convert
from ..solving.bundle import Bundle
from ..solving.trajectory import Trajectory, units_of
from .answers import Answers, joined
from .course import Courses, given_into, kept_too_little, origin_of, require_course, require_value, targets
from .many_curves import Curves
from .many_refined import traced
from .many_rows import ManyRows, gathered
from .many_solved import Wishes, fulfilled
from .many_wanted import Wanted
from .read import Options, read, roles_of

_LOTS = 16  # lots of runs whose intervals are solved again together


def read_many(source: Bundle | Sequence[Trajectory], options: Options) -> dict[str, Answers]:
    """The read-outs of many runs, by name.

    Parameters
    ----------
    source : Bundle, or sequence of Trajectory
        Runs that share structure, roles, units and number of rows.
    options : Options

    Returns
    -------
    dict of str to Answers
        In the order of the source.

    Raises
    ------
    ModelError
        As `readouts`.
    """
    kept = source.kept if isinstance(source, Bundle) else source[0].kept
    if kept is not None:
        raise kept_too_little(
            source.model_of(source.labels[0]) if isinstance(source, Bundle) else source[0].model, kept
        )
    parts: list[dict[str, Answers]] = []
    lots = gathered(source)
    while some := list(islice(lots, _LOTS)):
        readings = [_reading(rows, options) for rows in some]
        parts += fulfilled(some[0].model, readings)
    return {name: joined([part[name] for part in parts]) for name in parts[0]}


def _reading(rows: ManyRows, options: Options) -> Wishes[dict[str, Answers]]:
    """The read-outs of some runs, once what they want solved again has been."""
    model, structure = rows.model, rows.model.structure
    times = np.broadcast_to(rows.t, rows.y.shape[1:])
    require_course(model, times[0])
    day = convert(1.0, model.time, "day")
    first, last = times[:, 0], times[:, -1]

    def given_to(*names: str) -> list[list[tuple[float, float]]]:
        species = targets(structure, *names)
        ends = zip(rows.happened, last.tolist(), strict=True)
        return [given_into(happened, species, end, day) for happened, end in ends]

    starts = zip(given_to("car_t", "infused"), (first * day).tolist(), strict=True)
    origins = [origin_of(given, start) for given, start in starts]
    wanted = Wanted(np.array([origin.time for origin in origins]) / day, day, units_of(model), options)
    traces = yield from traced(rows, roles_of(model), wanted)
    courses = {}
    for role, trace in traces.items():
        for i in np.flatnonzero(~np.isfinite(trace.value).all(axis=1))[:1]:
            require_value(model, role, np.broadcast_to(trace.t, trace.value.shape)[i], trace.value[i])
        curves = Curves(trace.t * day, trace.value, trace.slope / day, trace.smooth, trace.doubt)
        courses[role] = Courses(curves, origins, wanted.units[role], given_to(role))
    return read(courses, options)
