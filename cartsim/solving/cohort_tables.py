"""The people of a cohort as a table: CSV without any library, pandas where it is installed, a summary."""

from __future__ import annotations

import csv
import importlib
from collections.abc import Sequence
from html import escape
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..language.errors import MissingExtraError

if TYPE_CHECKING:
    from .people import Cohort

Array = NDArray[np.float64]


def to_frame(people: Cohort, names: Sequence[str] | None = None) -> Any:
    """A pandas DataFrame with one row a patient.

    Its index is ``run``, as in the frame of an `Ensemble`, so the two can be joined.
    ``frame.attrs["units"]`` holds the units.

    Parameters
    ----------
    names : sequence of str, optional
        Columns; without it, the names in which the patients differ.
    """
    try:
        pandas = importlib.import_module("pandas")
    except ImportError:
        raise MissingExtraError(
            'this needs pandas, which is not installed; pip install "cartsim[tables]"'
        ) from None
    columns = _columns(people, names)
    frame = pandas.DataFrame(columns, index=pandas.Index(list(people.labels), name="run"))
    frame.attrs["units"] = {name: _unit(people, name) for name in columns}
    return frame


def write_csv(people: Cohort, path: str | PathLike[str], names: Sequence[str] | None = None) -> None:
    """Write one row a patient as CSV, with units in the header: ``run,r [1/day]``; as `to_frame`."""
    columns = _columns(people, names)
    header = [f"{name} [{_unit(people, name)}]" if _unit(people, name) else name for name in columns]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["run", *header])
        writer.writerows(zip(people.labels, *(held.tolist() for held in columns.values()), strict=True))


def _columns(people: Cohort, names: Sequence[str] | None) -> dict[str, Array]:
    chosen = people.names if names is None else [names] if isinstance(names, str) else names
    return {name: people.values(name) for name in chosen}


def _unit(people: Cohort, name: str) -> str:
    part = people.model.parameters.get(name) or people.model.species[name]
    return part.unit or ""


def _summary(people: Cohort) -> list[list[str]]:
    """Name, median, 5 %, 95 % and unit of each number in which they differ."""
    rows = []
    for name, held in ((name, people.values(name)) for name in people.names):
        middle, low, high = np.quantile(held, [0.5, 0.05, 0.95]) if len(people) else [np.nan] * 3
        rows.append([name, f"{middle:.3g}", f"{low:.3g}", f"{high:.3g}", _unit(people, name)])
    return rows


def in_one_line(people: Cohort) -> str:
    """How many, and the first numbers in which they differ: median, 5 and 95 %."""
    shown = [f"{name} {middle} ({low} to {high})" for name, middle, low, high, _ in _summary(people)[:4]]
    more = ["..."] if len(people.names) > 4 else []
    return f"<Cohort of {len(people):,} patients of {people.model.name}: {', '.join(shown + more)}>"


def as_html(people: Cohort) -> str:
    """The numbers in which they differ as a table for a notebook."""
    head = "<tr><th>number</th><th>median</th><th>5 %</th><th>95 %</th><th>unit</th></tr>"
    cells = [[f"<td>{escape(cell)}</td>" for cell in row] for row in _summary(people)]
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
    title = f"{len(people):,} patients of {people.model.name}"
    return f"<h4>{escape(title)}</h4><table>{head}{body}</table>"
