"""Runs as tables: CSV without any library, pandas and xarray where they are installed."""

from __future__ import annotations

import csv
import importlib
from collections.abc import Sequence
from os import PathLike
from typing import Any

import numpy as np

from ..language.errors import MissingExtraError, ModelError, shorten
from .ensemble import Ensemble
from .trajectory import Trajectory


def write_csv(
    runs: Trajectory | Ensemble, path: str | PathLike[str], names: Sequence[str] | None = None
) -> None:
    """Write times and values as CSV with units in the header: ``t [day],T [cell]``.

    Parameters
    ----------
    runs : Trajectory or Ensemble
        An ensemble is written as one long table whose first column is ``run``.
    path : str or path
    names : sequence of str, optional
        Columns; without it, every species and observable.
    """
    many = isinstance(runs, Ensemble)
    members: dict[str, Trajectory] = dict(runs) if isinstance(runs, Ensemble) else {"": runs}
    columns = _names(members, names)
    units = _units(members)
    header = [f"{name} [{units[name]}]" if units.get(name) else name for name in ("t", *columns)]
    collected = {label: [run.t, *(run[name] for name in columns)] for label, run in members.items()}
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["run", *header] if many else header)
        for label, values in collected.items():
            for row in zip(*(column.tolist() for column in values), strict=True):
                writer.writerow([label, *row] if many else row)


def to_frame(runs: Trajectory | Ensemble, names: Sequence[str] | None = None) -> Any:
    """A pandas DataFrame with index ``t`` (or ``run``, ``t``); ``frame.attrs["units"]`` holds the units."""
    pandas = _optional("pandas")
    members: dict[str, Trajectory] = dict(runs) if isinstance(runs, Ensemble) else {"": runs}
    columns = _names(members, names)
    frames = {
        label: pandas.DataFrame({name: run[name] for name in columns}, index=pandas.Index(run.t, name="t"))
        for label, run in members.items()
    }
    frame = pandas.concat(frames, names=["run"]) if isinstance(runs, Ensemble) else frames[""]
    units = _units(members)
    frame.attrs["units"] = {name: units[name] for name in ("t", *columns)}
    return frame


def to_xarray(runs: Trajectory | Ensemble, names: Sequence[str] | None = None) -> Any:
    """An xarray Dataset with the dimension ``t`` (and ``run``); each variable has its unit as attribute."""
    xarray = _optional("xarray")
    many = isinstance(runs, Ensemble)
    members: dict[str, Trajectory] = dict(runs) if isinstance(runs, Ensemble) else {"": runs}
    columns = _names(members, names)
    units = _units(members)
    dimensions = ("run", "t") if many else ("t",)
    data = {
        name: (
            dimensions,
            runs.array(name) if isinstance(runs, Ensemble) else np.array(runs[name]),
            {"units": units[name]},
        )
        for name in columns
    }
    times = ("t", runs.t, {"units": units["t"]})
    coordinates: dict[str, Any] = {"t": times, "run": list(members)} if many else {"t": times}
    return xarray.Dataset(data, coords=coordinates)


def _names(members: dict[str, Trajectory], names: Sequence[str] | None) -> list[str]:
    if not members:
        raise ModelError("there is no finished run to make a table of; see .failures for the reasons")
    if isinstance(names, str):
        names = [names]
    first = next(iter(members.values()))
    if names is None:
        return [*first.model.species, *first.model.observables]
    for name in names:
        if name not in first:
            first[name]  # raises, and names the nearest
        if name == "t":
            raise ModelError(f"the time is always the first column; leave {shorten(name)} out")
    return list(names)


def _units(members: dict[str, Trajectory]) -> dict[str, str]:
    return dict(next(iter(members.values())).units)


def _optional(library: str) -> Any:
    try:
        return importlib.import_module(library)
    except ImportError:
        raise MissingExtraError(
            f'this needs {library}, which is not installed; pip install "cartsim[tables]"'
        ) from None
