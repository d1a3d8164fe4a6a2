"""`read_many`: the read-outs of many runs of one structure, read together as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np

from ..language.units import convert
from ..solving.bundle import Bundle
from ..solving.trajectory import Trajectory, units_of
from .answers import Answers, joined
from .course import kept_too_little, require_course
from .many_refined import traced
from .many_rows import ManyRows, gathered
from .many_solved import Wishes, fulfilled
from .many_wanted import Wanted
from .read import Options, read, roles_of
from .record import Record, courses_of, looked, origins_of

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
    model = rows.model
    require_course(model, np.broadcast_to(rows.t, rows.y.shape[1:])[0])
    roles = roles_of(model)
    day = convert(1.0, model.time, "day")
    origins = origins_of(rows, day)
    wanted = Wanted(np.array([origin.time for origin in origins]) / day, day, units_of(model), options)
    traces = (yield from traced(rows, roles, wanted)) if roles else {}
    more, sought = yield from looked(rows, origins, roles, whole=False)
    courses = courses_of(rows, traces | more, origins, wanted.units)
    return read(Record(rows, courses, origins, sought.first, wanted.units), options)
