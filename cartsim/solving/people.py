"""`Cohort`: virtual patients by label, one model and the numbers in which they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, ValuesView
from functools import partial
from os import PathLike
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from ..language.compile import compiled
from ..language.errors import ModelError, UnitError, UnknownNameError, shorten
from ..language.events import Event
from ..language.lookup import centre_of, kind_of
from ..language.model import Model
from ..language.values import frozen
from .labels import Labels

Array = NDArray[np.float64]


class Cohort(Mapping[str, Model]):
    """Virtual patients by label: one model, and the numbers in which they differ.

    Because the numbers stay with the patients, two arms can be compared on the same people:
    ``people.with_events(...)`` and ``people.without_events()`` hold the same patients under two schedules,
    and ``people.on(other)`` the same patients in another model. What differs between "patient 7" here and
    "patient 7" there is then due to the treatment alone, so differences are taken patient by patient.

    Parameters
    ----------
    model : Model
        What they have in common.
    numbers : mapping of str to ndarray, shape (n,)
        What they do not: by the name of a parameter, or of a species for its initial amount; in its unit.
    first : int
        How many patients of the whole cohort come before the first one here.

    Raises
    ------
    UnknownNameError
        If a name is neither a parameter nor a species.
    ModelError
        If a number is not finite, or an initial amount is negative; patient and name are given.
    """

    def __init__(self, model: Model, numbers: Mapping[str, Array], *, first: int = 0) -> None:
        sizes = {len(column) for column in numbers.values()}
        if len(sizes) != 1:
            raise ModelError("a cohort needs numbers for at least one name, and equally many for each")
        self._first = first
        self._size = sizes.pop()
        self._model = model
        self._numbers = {name: self._checked(name, column) for name, column in numbers.items()}

    def _checked(self, name: str, column: Array) -> Array:
        """A read-only copy of what patients have for one name."""
        kind_of(self._model, name)
        held = np.array(column, dtype=float)
        self._refuse(name, held)
        held.flags.writeable = False
        return held

    def _refuse(self, name: str, column: Array) -> None:
        amounts = name in self._model.species
        bad = ~np.isfinite(column) | (column < 0.0) if amounts else ~np.isfinite(column)
        if bad.any():
            i = int(bad.argmax())
            what = f"the initial amount of {name!r}" if amounts else f"parameter {name!r}"
            why = "cannot be negative" if np.isfinite(column[i]) else "must be a finite number"
            raise ModelError(
                f"{what} is {column[i]:g} in {self.labels[i]!r}; it {why}. A spread is kept within limits by "
                "Truncated(spread, low=..., high=...)"
            )

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Cohort, first=self._first), (self._model, self._numbers)

    # -------------------------------------------------------------- as a mapping

    def __getitem__(self, label: str) -> Model:
        i = self.labels.index(label)
        return self._model.with_values({name: float(column[i]) for name, column in self._numbers.items()})

    def __iter__(self) -> Iterator[str]:
        return iter(self.labels)

    def __len__(self) -> int:
        return self._size

    def __contains__(self, label: object) -> bool:
        return label in self.labels

    @property
    def model(self) -> Model:
        """What the patients have in common; its own numbers are those of no patient in particular."""
        return self._model

    @property
    def labels(self) -> Labels:
        """ "patient 1", "patient 2", ..., in order."""
        return Labels(range(self._first + 1, self._first + self._size + 1))

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters and species in which the patients differ."""
        return tuple(self._numbers)

    # -------------------------------------------------------------- their numbers

    @overload
    def values(self) -> ValuesView[Model]: ...

    @overload
    def values(self, name: str) -> Array: ...

    def values(self, name: str | None = None) -> ValuesView[Model] | Array:
        """What each patient has for a parameter or, at the start, of a species.

        Parameters
        ----------
        name : str
            Without it, the patients themselves as models: ``values()`` is that of any mapping.

        Returns
        -------
        ndarray, shape (n,), read-only
            In the unit of `name`; the same for all where they do not differ.

        Raises
        ------
        UnknownNameError
            If the model has no such parameter or species.
        """
        if name is None:
            return super().values()
        kind_of(self._model, name)
        if name in self._numbers:
            return self._numbers[name]
        if name in self._model.structure.initial and isinstance(self._model.species[name].initial, str):
            return self._arithmetic(name)
        return np.broadcast_to(centre_of(self._model, name), self._size)

    def _arithmetic(self, name: str) -> Array:
        """An initial amount that is arithmetic on parameters, shape (n,)."""
        structure = self._model.structure
        t, y = np.full(self._size, self._model.start), np.zeros((len(structure.species), self._size))
        (column,) = compiled(structure).evaluate([structure.initial[name]], t, y, self.parameters())
        self._refuse(name, column)
        return column

    def parameters(self, first: int = 0, last: int | None = None) -> Array:
        """Every parameter of the patients at places `first` up to, but not at, `last`.

        Returns
        -------
        ndarray, shape (n_parameters, last - first)
            In the order of ``model.structure.parameters``.
        """
        members = self._members(first, last)
        table = np.empty((len(self._model.parameters), members.stop - members.start))
        for row, (name, parameter) in zip(table, self._model.parameters.items(), strict=True):
            row[:] = self._numbers[name][members] if name in self._numbers else parameter.value
        return table

    def amounts(self, first: int = 0, last: int | None = None) -> dict[str, Array]:
        """The initial amounts in which they differ, by species, each of shape (last - first,)."""
        members = self._members(first, last)
        return {name: held[members] for name, held in self._numbers.items() if name in self._model.species}

    def _members(self, first: int, last: int | None) -> slice:
        end = self._size if last is None else last
        whole = all(isinstance(place, int | np.integer) for place in (first, end))
        if not whole or not 0 <= first <= end <= self._size:
            raise ModelError(
                f"first={shorten(first)}, last={shorten(end)} is no part of a cohort of {self._size:,} "
                "patients, whose places count from 0"
            )
        return slice(int(first), int(end))

    # -------------------------------------------------------------- the same people

    def part(self, first: int, last: int) -> Cohort:
        """Those at places `first` up to, but not at, `last` (from 0); they keep their labels."""
        members = self._members(first, last)
        some = {name: held[members] for name, held in self._numbers.items()}
        return Cohort(self._model, some, first=self._first + first)

    def with_events(self, *events: Event) -> Cohort:
        """The same people with these events added: the other arm of a trial on the very same patients."""
        return self._with(self._model.with_events(*events))

    def without_events(self) -> Cohort:
        """The same people, to whom nothing is done."""
        return self._with(self._model.without_events())

    def with_values(self, values: Mapping[str, float] | None = None, /, **named: float) -> Cohort:
        """The same people with other numbers, the same for all.

        Raises
        ------
        UnknownNameError
            If a name is neither a parameter nor a species.
        ModelError
            If a name is one in which the patients differ.
        """
        given = {**frozen(values, "values"), **named}
        for name in given:
            if name in self._numbers:
                raise ModelError(
                    f"each patient has a number of their own for {name!r}, so it cannot be set for all; "
                    "set it in the model, and draw the cohort again"
                )
        return self._with(self._model.with_values(given))

    def on(self, model: Model) -> Cohort:
        """The same people in another model: each keeps the numbers they have, the rest is the other model's.

        What would have happened to each of them under another treatment, if it takes other equations. The
        numbers are not drawn anew around the values of `model`.

        Raises
        ------
        ModelError
            If `model` lacks a name in which the patients differ, or has it in another unit.
        """
        if not isinstance(model, Model):
            raise ModelError(f"people are put on a model, not on {shorten(model)}")
        for name in self._numbers:
            kind = kind_of(self._model, name)
            if name not in (model.species if kind == "species" else model.parameters):
                raise UnknownNameError(
                    f"{model.name!r} has no {kind} {name!r}, for which each patient has a number of their own"
                )
            here, there = self._model.structure.units[name], model.structure.units[name]
            if here is not None and there is not None and here != there:
                raise UnitError(
                    f"{kind} {name!r} is in {here} for these people, and in {there} in {model.name!r}"
                )
        return self._with(model)

    def _with(self, model: Model) -> Cohort:
        return Cohort(model, self._numbers, first=self._first)

    # -------------------------------------------------------------- as a table

    def to_frame(self, names: Sequence[str] | None = None) -> Any:
        """A pandas DataFrame with one row a patient; see `cartsim.solving.cohort_tables.to_frame`."""
        from .cohort_tables import to_frame

        return to_frame(self, names)

    def to_csv(self, path: str | PathLike[str], names: Sequence[str] | None = None) -> None:
        """Write one row a patient as CSV, with units in the header: ``run,r [1/day]``; as `to_frame`."""
        from .cohort_tables import write_csv

        write_csv(self, path, names)

    def __repr__(self) -> str:
        from .cohort_tables import in_one_line

        return in_one_line(self)

    def _repr_html_(self) -> str:
        from .cohort_tables import as_html

        return as_html(self)
