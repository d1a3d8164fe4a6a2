"""`load`: a CSV file of this folder as a `Dataset`."""

from __future__ import annotations

import csv
import re
from importlib.resources import files
from typing import Any

from ..language.errors import UnknownNameError, shorten, suggestion
from .dataset import Dataset
from .index import INDEX

_WELLS = re.compile(r"(Y|SD)\(([A-H]\d+),([A-H]\d+)\)")
_WELL_WORDS = {"Y": "mean cell index", "SD": "standard deviation of the cell index"}


def names() -> tuple[str, ...]:
    """What `load` takes.

    Examples
    --------
    >>> names()[0]
    'zuma1_moffitt_car_per_uL'
    """
    return tuple(INDEX)


def table() -> str:
    """The datasets in words, one line each: name, meaning, first author and year, licence."""
    lines = [
        (name, entry.meaning, f"{entry.source.authors.split()[0]} {entry.source.year}", entry.licence)
        for name, entry in INDEX.items()
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    return "\n".join(
        "  ".join([*(text.ljust(width) for text, width in zip(line, widths, strict=False)), line[3]])
        for line in lines
    )


def load(name: str) -> Dataset:
    """The dataset of this name.

    Parameters
    ----------
    name : str
        One of `names`.

    Returns
    -------
    Dataset
        Columns by the names in the file; ``.units``, ``.source``, ``.licence``, ``.meaning``.

    Raises
    ------
    UnknownNameError
        If there is no such dataset; the nearest one is offered.

    Examples
    --------
    >>> data = load("zuma1_moffitt_car_per_uL")
    >>> data["median_cells_per_uL"]
    array([27.5,  9.1,  2.1,  0.1])
    >>> data.units["median_cells_per_uL"]
    'cell/uL'
    """
    if not isinstance(name, str) or name not in INDEX:
        raise UnknownNameError(
            f"there is no dataset {shorten(name)}" + suggestion(name, INDEX, plural="datasets")
        )
    entry = INDEX[name]
    columns = _read(entry.file)
    units, meanings = dict(entry.units), dict(entry.meanings)
    if entry.well_pairs:
        for column in columns:
            if match := _WELLS.fullmatch(column):
                units[column] = "1"
                meanings[column] = f"{_WELL_WORDS[match[1]]} of wells {match[2]} and {match[3]}"
    return Dataset(
        name, columns, units, entry.meaning, entry.source, entry.licence, meanings=meanings, shown=entry.shown
    )


def _read(file: str) -> dict[str, Any]:
    """The columns of a CSV file; lines that begin with ``#`` are remarks, the first other is the header."""
    text = files(__package__).joinpath(file).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(line for line in text.splitlines() if line.strip() and not line.startswith("#")))
    return {
        header: _numbers(list(column))
        for header, column in zip(rows[0], zip(*rows[1:], strict=True), strict=True)
    }


def _numbers(fields: list[str]) -> list[float] | list[str]:
    """The fields as numbers, an empty one as not-a-number; as they are if any is a text."""
    try:
        return [float(field) if field.strip() else float("nan") for field in fields]
    except ValueError:
        return fields
