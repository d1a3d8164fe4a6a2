"""`Dataset`: columns of measurements, with their units and where they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from ..language.parts import Source


@dataclass(frozen=True, repr=False, eq=False)
class Dataset(Mapping[str, NDArray[Any]]):
    """A table by column; ``data["day"]`` is a read-only array of shape (n_rows,).

    Parameters
    ----------
    name : str
        What `cartsim.datasets.load` knows it by.
    columns : mapping of str to array_like, shape (n_rows,)
        Numbers, or texts. An empty field of a column of numbers is not-a-number.
    units : mapping of str to str
        The unit of every column; empty for texts and where rows differ.
    meaning : str
        What was measured, in words.
    source : Source
        Where it comes from.
    licence : str
        On what terms it may be passed on.
    meanings : mapping of str to str
        What a column holds, in words, where its name does not say it.
    shown : mapping of str to str
        Which columns a picture takes as ``x`` and ``y``, and as ``low`` and ``high`` or as ``spread``, and
        the ``label`` beside the points.

    Examples
    --------
    >>> data = Dataset("a", {"day": [0, 7]}, {"day": "day"}, "an example", Source("Me", 2024, "Mine"), "MIT")
    >>> data["day"], data.units["day"]
    (array([0., 7.]), 'day')
    """

    name: str
    columns: Mapping[str, Any]
    units: Mapping[str, str]
    meaning: str
    source: Source
    licence: str
    meanings: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = {name: _column(values) for name, values in self.columns.items()}
        if len({len(values) for values in columns.values()}) > 1:
            raise ModelError(f"the columns of the dataset {self.name!r} differ in length")
        object.__setattr__(self, "columns", MappingProxyType(columns))
        object.__setattr__(self, "units", MappingProxyType({n: self.units.get(n, "") for n in columns}))
        object.__setattr__(self, "meanings", MappingProxyType({n: self.meanings.get(n, "") for n in columns}))
        object.__setattr__(self, "shown", MappingProxyType(dict(self.shown)))

    def __getitem__(self, column: str) -> NDArray[Any]:
        if column not in self.columns:
            raise UnknownNameError(
                f"{shorten(column)} is not a column of {self.name!r}"
                + suggestion(column, self.columns, plural="columns")
            )
        found: NDArray[Any] = self.columns[column]
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def n_rows(self) -> int:
        """How many rows it has."""
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def __repr__(self) -> str:
        shown = ", ".join(list(self)[:6]) + ", ..." * (len(self) > 6)
        return f"<Dataset {self.name}: {self.n_rows} rows of {shown}>"


def _column(values: Any) -> NDArray[Any]:
    array = np.array(values)
    array = array if array.dtype.kind == "U" else array.astype(float)
    if array.ndim != 1:
        raise ModelError("a column of a dataset has one dimension")
    array.flags.writeable = False
    return array
