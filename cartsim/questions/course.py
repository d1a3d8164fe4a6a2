"""`Course`: one quantity of a run in days, solved again wherever the output times are too far apart to read it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language.checks import Structure
from ..language.compile import ARITHMETIC_ERRORS, compiled
from ..language.derivative import differentiate
from ..language.errors import ModelError
from ..language.mathematics import right_hand_side
from ..language.tree import ZERO, Expression, substitute, symbols
from ..language.units import convert
from ..solving.steps import Problem, StuckError, with_compiled_driver
from ..solving.tolerances import absolute_tolerances
from ..solving.trajectory import Trajectory
from .curves import Curve, doubt

Array = NDArray[np.float64]

_ACCURACY = 3e-6  # of a curve between its times, as a part of the value; a run itself is as good as this
_ROUNDS = 4
_MOST_ROWS = 20_000
_RTOL = 1e-9


@dataclass(frozen=True)
class Origin:
    """When the days of a read-out begin to count.

    Attributes
    ----------
    time : float
        Day of the first infusion of CAR-T cells, or the start of the run.
    after : float
        When that infusion has ended.
    words : str
        Which of the two it is.
    """

    time: float
    after: float
    words: str


@dataclass(frozen=True)
class Course:
    """One quantity of a run, with days as the unit of time.

    Attributes
    ----------
    curve : Curve
    origin : Origin
    unit : str
        Of the quantity.
    given : tuple of (float, float)
        Start and stop of the doses and infusions into it.
    """

    curve: Curve
    origin: Origin
    unit: str
    given: tuple[tuple[float, float], ...]

    @property
    def end(self) -> float:
        """The end of the run."""
        return self.curve.end

    @property
    def last_day(self) -> float:
        """The end of the run, in days after the origin."""
        return self.end - self.origin.time

    def undisturbed(self, start: float, stop: float) -> list[tuple[float, float]]:
        """The parts of ``[start, stop]`` in which nothing is given and nothing jumps."""
        pauses = [*((time, time) for time in self.curve.jumps), *self.given]
        parts, begin = [], start
        for pause, resume in sorted(pauses):
            if pause > begin:
                parts.append((begin, min(pause, stop)))
            begin = max(begin, resume)
            if begin >= stop:
                return [(a, b) for a, b in parts if b > a]
        return [(a, b) for a, b in (*parts, (begin, stop)) if b > a]


def courses(run: Trajectory, roles: tuple[str, ...]) -> dict[str, Course]:
    """The course of each of the `roles`.

    Raises
    ------
    ModelError
        If the run has a single time, or a role has no value somewhere.
    """
    if not len(run.t) or run.t[-1] <= run.t[0]:
        raise ModelError(f"this run of {run.model.name!r} has a single output time; read-outs need a course")
    day = convert(1.0, run.model.time, "day")
    rows = _refined(run, roles)
    origin = _origin(run, day)
    found = {}
    for role in roles:
        value, slope = rows.along(role)
        if not np.isfinite(value).all():
            first = run.t[0] if not len(rows.t) else rows.t[~np.isfinite(value)][0]
            raise ModelError(
                f"{role!r} of {run.model.name!r} has no value at {run.model.time} {first:g}; "
                "look for a division by zero in what the role stands for"
            )
        curve = Curve(rows.t * day, value, slope / day, rows.smooth)
        given = tuple((start * day, stop * day) for start, stop in _given(run, role))
        found[role] = Course(curve, origin, run.units[role], given)
    return found


# ------------------------------------------------------------------ where the days begin


def _given(run: Trajectory, *roles: str) -> list[tuple[float, float]]:
    """Start and stop of each dose and infusion into the species that the roles stand for, in the run's time."""
    structure = run.model.structure
    species = {name for role in roles if role in structure.roles for name in _inlined(structure, role)[1]}
    end = float(run.t[-1])
    return [
        (event.time, min(event.stop, end))
        for event in run.occurrences
        if event.kind in ("dose", "infusion") and event.name in species and event.amount > 0.0
    ]


def _origin(run: Trajectory, day: float) -> Origin:
    given = _given(run, "car_t", "infused")
    if not given:
        start = float(run.t[0]) * day
        return Origin(start, start, "the start of the run")
    start, stop = min(given)
    return Origin(start * day, stop * day, "the first CAR-T infusion")


# ------------------------------------------------------------------ values and derivatives along rows


@lru_cache(maxsize=256)
def _inlined(structure: Structure, role: str) -> tuple[Expression, tuple[str, ...]]:
    """What a role stands for on species, parameters and time alone, and the species it depends on."""
    spelled: dict[str, Expression] = {}
    for group in (structure.definitions, structure.observables):
        for name, tree in group.items():
            spelled[name] = substitute(tree, spelled)
    tree = substitute(structure.roles[role], spelled)
    return tree, tuple(name for name in symbols(tree) if name in structure.species)


@lru_cache(maxsize=256)
def _slope_trees(structure: Structure, role: str) -> tuple[Expression, tuple[tuple[str, Expression], ...]]:
    """The derivatives of a role with respect to time, and to each species it depends on."""
    tree, species = _inlined(structure, role)
    partial = ((name, differentiate(tree, name)) for name in species)
    return differentiate(tree, "t"), tuple((name, slope) for name, slope in partial if slope != ZERO)


@dataclass(frozen=True)
class _Rows:
    """Rows of a run: times, states, stretches, and which intervals are smooth."""

    run: Trajectory
    t: Array
    y: Array
    segment: NDArray[np.intp]
    smooth: NDArray[np.bool_]

    def evaluate(self, trees: list[Expression]) -> list[Array]:
        """Expressions along the rows; at the end of a stretch a ``step`` of time is as before the jump."""
        run = self.run
        inside = np.minimum(self.t, np.nextafter(run.segment_end[self.segment], -np.inf))
        parameters = run.segment_parameters[self.segment].T
        return compiled(run.model.structure).evaluate(trees, inside, self.y, parameters)

    def along(self, role: str) -> tuple[Array, Array]:
        """Value and time derivative of a role, each of shape (n,)."""
        structure = self.run.model.structure
        in_time, partial = _slope_trees(structure, role)
        rates = right_hand_side(structure)
        trees = [structure.roles[role], in_time, *(p for _, p in partial), *(rates[name] for name, _ in partial)]
        value, slope, *rest = self.evaluate(trees)
        slope = slope.copy()
        for (name, _), factor, rate in zip(partial, rest, rest[len(partial) :], strict=False):
            place = structure.species.index(name)
            slope += factor * (rate + self.run.segment_inflow[self.segment, place])
        return np.array(value), slope


def _smooth(run: Trajectory) -> NDArray[np.bool_]:
    """Which intervals have a length and nothing happening inside, shape (n_times - 1,)."""
    left, right = run.segment[:-1], run.segment[1:]
    same = (run.segment_parameters[left] == run.segment_parameters[right]).all(axis=1)
    same &= (run.segment_inflow[left] == run.segment_inflow[right]).all(axis=1)
    for event in run.occurrences:
        if event.kind in ("dose", "extinction"):
            same &= ~((run.t[:-1] < event.time) & (event.time <= run.t[1:]))
    return np.asarray((np.diff(run.t) > 0.0) & ((left == right) | same))


# ------------------------------------------------------------------ more rows where they are needed


def _refined(run: Trajectory, roles: tuple[str, ...]) -> _Rows:
    """The rows of a run, with more between them wherever the roles cannot be interpolated."""
    rows = _Rows(run, run.t, run.y, run.segment, _smooth(run))
    for _ in range(_ROUNDS):
        error = np.zeros(len(rows.t) - 1)
        for role in roles:
            value, slope = rows.along(role)
            if np.isfinite(value).all():
                error = np.maximum(error, doubt(rows.t, value, slope, rows.smooth))
        wanted = error > _ACCURACY
        if not wanted.any() or len(rows.t) > _MOST_ROWS:
            break
        # The error of a cubic falls with the fourth power of its length.
        parts = np.ceil((np.where(np.isfinite(error), error, 1e-3) / _ACCURACY) ** 0.25).clip(2, 16).astype(int)
        more = _with_more(rows, wanted, parts)
        if more is None:
            break
        rows = more
    return rows


def _with_more(rows: _Rows, wanted: NDArray[np.bool_], parts: NDArray[np.intp]) -> _Rows | None:
    """The rows with each wanted interval cut into parts and solved again; None if nothing could be."""
    times, states, segments, smooth = [rows.t[:1]], [rows.y[:, :1]], [rows.segment[:1]], []
    place, added = 0, False
    while place < len(wanted):
        stop = place + 1
        while wanted[place] and stop < len(wanted) and wanted[stop]:
            stop += 1
        inner = [rows.t[place + 1 : stop]] if not wanted[place] else _cut(rows.t, parts, place, stop)
        new = np.concatenate(inner)
        solved = _solved(rows, place, stop, new) if wanted[place] else np.empty((rows.y.shape[0], 0))
        if solved is None:
            new, solved = rows.t[place + 1 : stop], rows.y[:, place + 1 : stop]
        added |= len(new) > stop - place - 1
        times += [new, rows.t[stop : stop + 1]]
        states += [solved, rows.y[:, stop : stop + 1]]
        segments += [np.full(len(new), rows.segment[place]), rows.segment[stop : stop + 1]]
        smooth.append(np.full(len(new) + 1, rows.smooth[place]))
        place = stop
    if not added:
        return None
    return _Rows(
        rows.run, np.concatenate(times), np.hstack(states), np.concatenate(segments), np.concatenate(smooth)
    )


def _cut(t: Array, parts: NDArray[np.intp], place: int, stop: int) -> list[Array]:
    """The times inside the intervals from `place` to `stop`, their inner ends included."""
    pieces = [np.linspace(t[i], t[i + 1], parts[i], endpoint=False) for i in range(place, stop)]
    times = np.concatenate(pieces)
    return [times[(times > t[place]) & (times < t[stop])]]


def _solved(rows: _Rows, place: int, stop: int, times: Array) -> Array | None:
    """The states at `times` between two rows, solved from the first; None if the solver cannot."""
    model, segment = rows.run.model, rows.segment[place]
    values, inflow = rows.run.segment_parameters[segment].tolist(), rows.run.segment_inflow[segment].tolist()
    ready = compiled(model.structure)
    rates, end = ready.right_hand_side(values), float(rows.t[stop])
    last = math.nextafter(end, -math.inf)  # a step at the end is not felt before it

    def function(t: float, y: Array) -> list[float]:
        return [rate + more for rate, more in zip(rates(min(t, last), y), inflow, strict=True)]

    problem = Problem(
        function=function,
        jacobian=ready.jacobian(values),
        start=float(rows.t[place]),
        end=end,
        y=np.array(rows.y[:, place]),
        times=times,
        rtol=_RTOL,
        atol=absolute_tolerances(model, None, _RTOL),
        watch=None,
        thresholds=[],
        first_seen=[math.inf],
    )
    try:
        solved: Any = with_compiled_driver(problem).rows.T
    except (StuckError, *ARITHMETIC_ERRORS):
        return None
    return np.asarray(solved)
