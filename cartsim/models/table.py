"""`table`: what stands on the shelf, a row a model."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from html import escape
from typing import overload


@dataclass(frozen=True)
class Row:
    """One model on the shelf.

    Attributes
    ----------
    name : str
        As in ``cartsim.models.<name>``.
    disease, title : str
    species, parameters : int
        How many.
    roles, variants : str
        What it has, separated by commas.
    doi, confidence : str
        Where it comes from, and where its numbers were read.
    """

    name: str
    disease: str
    title: str
    species: int
    parameters: int
    roles: str
    variants: str
    doi: str
    confidence: str


class Table(Sequence[Row]):
    """Rows that print as a table, in a terminal and in a notebook."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = tuple(rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> Table: ...

    def __getitem__(self, index: int | slice) -> Row | Table:
        return Table(self._rows[index]) if isinstance(index, slice) else self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __str__(self) -> str:
        shown = ("name", "disease", "species", "title")
        cells = [shown, *(tuple(str(getattr(row, column)) for column in shown) for row in self._rows)]
        widths = [max(len(line[i]) for line in cells) for i in range(len(shown))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in cells
        )

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{part.name}</th>" for part in fields(Row))
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in astuple(row))}</tr>"
            for row in self._rows
        )
        return f"<table><tr>{head}</tr>{body}</table>"


def table() -> Table:
    """Every published model, a `Row` each, in the order of the index.

    Examples
    --------
    >>> [row.name for row in table() if "il6" in row.roles]
    ['hardiansyah_2019']
    """
    from . import INDEX

    rows = []
    for name, disease in INDEX.items():
        model = importlib.import_module(f"{__package__}.{name}").model
        source = model.source
        rows.append(
            Row(
                name=name,
                disease=disease,
                title=model.title,
                species=len(model.species),
                parameters=len(model.parameters),
                roles=", ".join(model.roles),
                variants=", ".join(model.variants),
                doi=source.doi if source else "",
                confidence=source.confidence if source else "",
            )
        )
    return Table(rows)
