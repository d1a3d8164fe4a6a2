"""`readouts`: the numbers that a clinician asks of a run, by name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, overload

import numpy as np

from ..language.errors import ModelError, UnitError, shorten, suggestion
from ..language.units import convert
from ..language.values import amount, finite
from ..solving.ensemble import Ensemble
from ..solving.trajectory import Trajectory
from .course import courses
from .cytokines import CYTOKINES, cytokine_readouts
from .kinetics import car_t_readouts
from .readout import Readout, Readouts, ReadoutTable
from .tumour import tumour_readouts

Windows = Iterable[tuple[float, float]]

ROLES_READ = ("car_t", "tumour", *CYTOKINES)
"""The roles that read-outs are taken from."""

NEEDS: dict[str, str] = {  # read-out: the role it needs
    **dict.fromkeys(
        (
            "cmax",
            "tmax",
            "auc_0_28",
            "fold_expansion",
            "doubling_time",
            "contraction_half_life",
            "terminal_half_life",
            "persistence",
        ),
        "car_t",
    ),
    **dict.fromkeys(("tumour_nadir", "tumour_nadir_day", "log10_kill", "relapse_day"), "tumour"),
    **{f"{role}_{what}": role for role in CYTOKINES for what in ("peak", "peak_day")},
}


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
        entries = _of_one(run, options)
        title = f"Read-outs of {run.model.name}"
        return ReadoutTable(entries, title=title, unknown=_sentence(entries, [run]))
    if isinstance(run, Ensemble):
        return _of_several(run, options)
    raise ModelError(f"readouts takes what simulate gives back, a run or an ensemble, not {shorten(run)}")


def _options(detection_limit: Any, tumour_limit: Any, windows: Any) -> dict[str, Any]:
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
    return {**limits, "windows": tuple(checked)}


def _of_one(run: Trajectory, options: Mapping[str, Any]) -> dict[str, Readout]:
    roles = tuple(role for role in ROLES_READ if role in run.model.roles)
    if not roles:
        raise ModelError(
            f"{run.model.name!r} has none of the roles that read-outs need ({', '.join(ROLES_READ)}); "
            "say what its species are, for example roles=dict(car_t='C', tumour='T')"
        )
    found = courses(run, roles)
    entries: dict[str, Readout] = {}
    for role, course in found.items():
        if role == "car_t":
            entries |= car_t_readouts(
                course, detection_limit=options["detection_limit"], windows=options["windows"]
            )
        elif role == "tumour":
            entries |= tumour_readouts(course, tumour_limit=options["tumour_limit"])
        else:
            entries |= cytokine_readouts(course, role)
    return entries


def _of_several(runs: Ensemble, options: Mapping[str, Any]) -> ReadoutTable[Readouts]:
    if not runs:
        raise ModelError("there is no finished run here; see .failures for the reasons")
    readable = {label for label, run in runs.items() if set(ROLES_READ) & set(run.model.roles)}
    wanted = readable or set(runs)  # if there is none, the first says so
    each = {label: _of_one(run, options) if label in wanted else {} for label, run in runs.items()}
    names = dict.fromkeys(name for entries in each.values() for name in entries)
    ordered = sorted(names, key=lambda name: ROLES_READ.index(_role(name)))
    together = {name: _together(name, each) for name in ordered}
    title = f"Read-outs of {len(runs)} runs"
    return ReadoutTable(together, title=title, unknown=_sentence(together, list(runs.values())))


def _together(name: str, each: Mapping[str, Mapping[str, Readout]]) -> Readouts:
    """One read-out of all runs, in the unit of the first that has it."""
    first = next(entries[name] for entries in each.values() if name in entries)
    values, reasons = [], {}
    for label, entries in each.items():
        own = entries.get(name) or Readout(
            math.nan, first.unit, reason=f"not defined: the model has no role {_role(name)!r}"
        )
        values.append(own.value if own.unit == first.unit else _converted(name, label, own, first.unit))
        if own.reason:
            reasons[label] = own.reason
    return Readouts(np.array(values), first.unit, first.meaning, tuple(each), reasons)


def _converted(name: str, label: str, own: Readout, unit: str) -> float:
    if not math.isfinite(own.value):
        return own.value
    try:
        return convert(own.value, own.unit, unit)
    except UnitError:
        raise UnitError(
            f"{name!r} is in {own.unit!r} in the run {label!r} and in {unit!r} in another; "
            "ask for the read-outs of each run by itself"
        ) from None


def _role(name: str) -> str:
    return "car_t" if name.startswith("auc_") else NEEDS[name]


def _sentence(entries: Iterable[str], runs: list[Trajectory]) -> Any:
    """What is said about a name that is not among the entries."""
    known = tuple(entries)
    model = runs[0].model if len(runs) == 1 else None

    def sentence(name: object) -> str:
        role = NEEDS.get(name) if isinstance(name, str) else None
        has_cells = any(_role(entry) == "car_t" for entry in known)
        if isinstance(name, str) and name.startswith("auc_") and has_cells:
            return f"the area {shorten(name)} was not asked for; it takes windows=[(0, 28)], for example"
        if role is not None:
            who = f"{model.name!r} has not" if model else "none of the runs has"
            return f"the read-out {name!r} needs the role {role!r}, which {who}"
        close = suggestion(name, (*known, *NEEDS), plural="read-outs")
        return f"there is no read-out {shorten(name)}{close}"

    return sentence
