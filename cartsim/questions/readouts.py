"""`readouts`: the numbers that a clinician asks of a run, by name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from ..language.errors import ModelError, UnitError, shorten, suggestion
from ..language.model import Model
from ..language.units import convert
from ..language.values import amount, finite
from ..solving.bundle import Bundle
from ..solving.ensemble import Ensemble
from ..solving.trajectory import Trajectory
from .answers import Answers
from .lots import Lot, lots_of
from .many import read_many
from .needs import NEEDS, ROLES_READ, lacking, needed, order
from .read import Options, read, roles_of
from .readout import Readout, Readouts, ReadoutTable
from .record import record_of

__all__ = ["NEEDS", "ROLES_READ", "readouts"]

Array = NDArray[np.float64]
Windows = Iterable[tuple[float, float]]


@overload
def readouts(
    run: Trajectory,
    *,
    detection_limit: float | None = None,
    tumour_limit: float | None = None,
    windows: Windows = ((0, 28),),
) -> ReadoutTable[Readout]: ...


@overload
def readouts(
    run: Ensemble,
    *,
    detection_limit: float | None = None,
    tumour_limit: float | None = None,
    windows: Windows = ((0, 28),),
) -> ReadoutTable[Readouts]: ...


def readouts(
    run: Trajectory | Ensemble,
    *,
    detection_limit: float | None = None,
    tumour_limit: float | None = None,
    windows: Windows = ((0, 28),),
) -> ReadoutTable[Readout] | ReadoutTable[Readouts]:
    """The read-outs of a run, or of each of several, by name.

    Parameters
    ----------
    run : Trajectory or Ensemble
        From `simulate`. Without ``at=``, everything that happens has its own two times; with it, a dose
        between two times is not seen exactly.
    detection_limit : float, optional
        For ``persistence``, in the unit of the role ``car_t``; one cell, if that unit counts cells.
    tumour_limit : float, optional
        For ``relapse_day``, in the unit of the role ``tumour``; its amount at the first CAR-T infusion.
    windows : iterable of (float, float)
        Days after the first CAR-T infusion between which an area is taken: ``(0, 28)`` gives ``auc_0_28``.

    Returns
    -------
    ReadoutTable
        For a run, a mapping of names to `Readout` (``value``, ``unit``, ``meaning``, ``reason``); for an
        ensemble, to `Readouts` (``values`` of shape (n_runs,), ``unit``, ``meaning``, ``reasons`` by label).
        A number that cannot be had is nan, with a reason. Only read-outs whose role the model has are there.

    Raises
    ------
    ModelError
        If the model has none of the roles, or an argument is wrong.

    Notes
    -----
    Times are in days, whatever the model's unit, and count from the first dose or infusion into CAR-T cells
    (a species that the role ``car_t`` or ``infused`` depends on), or else from the start of the run. Between
    the output times a run is read with its exact derivative, and solved again where they are too far apart.

    Examples
    --------
    >>> from cartsim.language.model import Model
    >>> from cartsim.language.parts import Process, Species
    >>> from cartsim.solving.simulate import simulate
    >>> growth = Model(
    ...     "growth",
    ...     species={"C": Species(1e6, "cell")},
    ...     parameters={"r": 0.5},
    ...     processes={"division": Process("-> C", "r * C")},
    ...     roles={"car_t": "C"},
    ... )
    >>> print(readouts(simulate(growth, until=10))["doubling_time"])
    1.386 day
    """
    options = _options(detection_limit, tumour_limit, windows)
    if isinstance(run, Trajectory):
        entries = {name: answers[0] for name, answers in _of_one(run, options).items()}
        title = f"Read-outs of {run.model.name}"
        return ReadoutTable(entries, title=title, unknown=_sentence(entries, run.model))
    if isinstance(run, Ensemble):
        return _of_several(run, options)
    raise ModelError(f"readouts takes what simulate gives back, a run or an ensemble, not {shorten(run)}")


def _options(detection_limit: Any, tumour_limit: Any, windows: Any) -> Options:
    limits = {"detection_limit": detection_limit, "tumour_limit": tumour_limit}
    for name, limit in limits.items():
        if limit is not None:
            limits[name] = finite(limit, name)
            if limits[name] <= 0.0:
                raise ModelError(f"{name} is {limits[name]:g}; it must be above zero")
    checked = []
    try:
        pairs = [(begin, end) for begin, end in windows]
    except (TypeError, ValueError):
        raise ModelError(
            f"windows must be pairs of days, such as windows=[(0, 28), (0, 90)], not {shorten(windows)}"
        ) from None
    for begin, end in pairs:
        pair = amount(begin, "the begin of a window"), amount(end, "the end of a window")
        if pair[0] >= pair[1]:
            raise ModelError(f"the window {pair[0]:g} to {pair[1]:g} must end after it begins")
        checked.append(pair)
    return Options(limits["detection_limit"], limits["tumour_limit"], tuple(checked))


def _of_one(run: Trajectory, options: Options) -> dict[str, Answers]:
    return read(record_of(run, roles_of(run.model)), options)


def _of_several(runs: Ensemble, options: Options) -> ReadoutTable[Readouts]:
    if not runs:
        raise ModelError("there is no finished run here; see .failures for the reasons")
    lots = lots_of(runs)
    readable = [lot for lot in lots if set(ROLES_READ) & set(lot.model.roles)]
    found = [(lot, _of_lot(lot, options)) for lot in readable or lots]  # if there is none, the first says so
    names = dict.fromkeys(name for _, entries in found for name in entries)
    ordered = sorted(names, key=order)
    together = {name: _together(name, lots, found, runs.labels) for name in ordered}
    title = f"Read-outs of {len(runs)} runs"
    model = lots[0].model if len(runs) == 1 else None
    return ReadoutTable(together, title=title, unknown=_sentence(together, model))


def _of_lot(lot: Lot, options: Options) -> dict[str, Answers]:
    if len(lot.places) == 1 and not isinstance(lot.runs, Bundle):
        return _of_one(lot.runs[0], options)
    return read_many(lot.runs, options)


def _together(
    name: str,
    lots: Sequence[Lot],
    found: Sequence[tuple[Lot, Mapping[str, Answers]]],
    labels: tuple[str, ...],
) -> Readouts:
    """One read-out of all runs, in the unit of the first that has it."""
    having = [(lot, entries[name]) for lot, entries in found if name in entries]
    first = having[0][1]
    values, reasons = np.full(len(labels), math.nan), dict[int, str]()
    for lot in lots:
        role = lacking(name, lot.model.roles)
        reasons |= dict.fromkeys(lot.places, f"not defined: the model has no role {role!r}") if role else {}
    for lot, own in having:
        values[lot.places] = own.values if own.unit == first.unit else _converted(name, lot, own, first.unit)
        for i, place in enumerate(lot.places):
            if i in own.reasons:
                reasons[place] = own.reasons[i]
    return Readouts(
        values, first.unit, first.meaning, labels, {labels[place]: text for place, text in reasons.items()}
    )


def _converted(name: str, lot: Lot, own: Answers, unit: str) -> Array:
    finite = np.isfinite(own.values)
    try:
        factor = convert(1.0, own.unit, unit) if finite.any() else 1.0
    except UnitError:
        label = lot.labels[int(finite.argmax())]
        raise UnitError(
            f"{name!r} is in {own.unit!r} in the run {label!r} and in {unit!r} in another; "
            "ask for the read-outs of each run by itself"
        ) from None
    return np.asarray(np.where(finite, own.values * factor, own.values))


def _sentence(entries: Iterable[str], model: Model | None) -> Any:
    """What is said about a name that is not among the entries."""
    known = tuple(entries)

    def sentence(name: object) -> str:
        role = None
        if isinstance(name, str) and name in NEEDS:
            role = lacking(name, model.roles if model else ()) or needed(name)[0]
        has_cells = any(needed(entry) == ("car_t",) for entry in known)
        if isinstance(name, str) and name.startswith("auc_") and has_cells:
            return f"the area {shorten(name)} was not asked for; it takes windows=[(0, 28)], for example"
        if role is not None:
            who = f"{model.name!r} has not" if model else "none of the runs has"
            return f"the read-out {name!r} needs the role {role!r}, which {who}"
        close = suggestion(name, (*known, *NEEDS), plural="read-outs")
        return f"there is no read-out {shorten(name)}{close}"

    return sentence
