"""`Trajectory`: what comes back from one run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from os import PathLike
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language.compile import compiled
from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from ..language.model import Model
from ..language.tree import Expression
from .timeline import Occurrence

Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False, eq=False)
class Trajectory:
    """The course of one run: times, states, and everything that follows from them by name.

    Parameters
    ----------
    model : Model
        What was solved.
    t : ndarray, shape (n_times,)
        Output times in the model's unit, not decreasing; an event has two rows, before and after it.
    y : ndarray, shape (n_species, n_times)
        Amounts, in the order of ``model.species``.
    segment : ndarray of int, shape (n_times,)
        Which stretch between events a row belongs to.
    segment_parameters : ndarray, shape (n_segments, n_parameters)
        The parameter values in force in each stretch.
    segment_inflow : ndarray, shape (n_segments, n_species)
        What infusions add in each stretch, a unit of time.
    segment_end : ndarray, shape (n_segments,)
        Where each stretch ends.
    occurrences : tuple of Occurrence
        What happened, in order.
    method : str
        Which solver was used.
    kept : mapping of str to ndarray, optional
        The only values there are, by name, if ``simulate(..., keep=[...])`` stored nothing else; `y` is empty
        then.

    Notes
    -----
    ``run["T"]`` takes the name of a species, process, definition, observable, role or parameter and gives an
    array of shape (n_times,); ``run.units["T"]`` is its unit.
    """

    model: Model
    t: Array
    y: Array
    segment: NDArray[np.intp]
    segment_parameters: Array
    segment_inflow: Array
    segment_end: Array
    occurrences: tuple[Occurrence, ...] = ()
    method: str = ""
    kept: Mapping[str, Array] | None = None
    _known: dict[str, Array] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for array in (
            self.t,
            self.y,
            self.segment,
            self.segment_parameters,
            self.segment_inflow,
            self.segment_end,
        ):
            array.flags.writeable = False

    def __getitem__(self, name: str) -> Array:
        if name not in self._known:
            if name == "t":
                return self.t
            if self.kept is not None:
                return self._kept(name)
            species = self.model.structure.species
            if name in species:
                amounts: Array = self.y[species.index(name)]
                return amounts
            values = self.evaluate([self._expression(name)])[0]
            values.flags.writeable = False
            self._known[name] = values
        return self._known[name]

    def __reduce__(self) -> tuple[Any, ...]:
        parts = (self.t, self.y, self.segment, self.segment_parameters, self.segment_inflow, self.segment_end)
        return Trajectory, (
            self.model,
            *parts,
            self.occurrences,
            self.method,
            dict(self.kept) if self.kept is not None else None,
        )

    def keeping(self, names: Iterable[str]) -> Trajectory:
        """The same run with the values of these names and nothing else."""
        kept = {name: np.array(self[name]) for name in names}
        return replace(self, y=np.empty((0, len(self.t))), kept=kept)

    def _kept(self, name: str) -> Array:
        assert self.kept is not None
        if name in self.kept:
            return self.kept[name]
        self._expression(name)  # a name that does not exist is told so
        raise ModelError(
            f"{name!r} of {self.model.name!r} was not kept, only {', '.join(self.kept)}; "
            f"add it to keep=[...] of simulate"
        )

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name == "t" or self.model.structure.expression(name) is not None)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.t)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that can be asked for."""
        return self.model.structure.names() if self.kept is None else tuple(self.kept)

    @property
    def units(self) -> Mapping[str, str]:
        """The unit of every name as text; empty where the model gives none."""
        return MappingProxyType(units_of(self.model))

    @property
    def parameters(self) -> Array:
        """The parameter values in force at each time, shape (n_parameters, n_times)."""
        return self.segment_parameters[self.segment].T

    def inflow(self, species: str) -> Array:
        """What infusions add to `species` at each time, a unit of time, shape (n_times,)."""
        names = self.model.structure.species
        if species not in names:
            raise UnknownNameError(
                f"{shorten(species)} is not a species of {self.model.name!r}"
                + suggestion(species, names, plural="species")
            )
        added: Array = self.segment_inflow[self.segment, names.index(species)]
        return added

    def evaluate(self, trees: list[Expression]) -> list[Array]:
        """Expressions along the run, each of shape (n_times,).

        At the ends of a stretch, a ``step`` of time has its value from inside.
        """
        if self.kept is not None:
            raise ModelError(
                f"this run of {self.model.name!r} kept {', '.join(self.kept)} alone; "
                "leave out keep=[...] to ask for more"
            )
        ends = self.segment_end
        starts = np.concatenate(([-np.inf], ends[:-1]))
        first, last = inner(starts[self.segment], ends[self.segment])
        inside = np.clip(self.t, first, np.maximum(first, last))
        found = compiled(self.model.structure).evaluate(trees, inside, self.y, self.parameters)
        return [np.array(values) for values in found]

    def _expression(self, name: str) -> Expression:
        tree = self.model.structure.expression(name) if isinstance(name, str) else None
        if tree is None:
            raise UnknownNameError(
                f"{shorten(name)} is not a name in {self.model.name!r}" + suggestion(name, self.names)
            )
        return tree

    # -------------------------------------------------------------- tables

    def to_csv(self, path: str | PathLike[str], names: list[str] | None = None) -> None:
        """Write times and values as CSV, one column a name with its unit in the header.

        Parameters
        ----------
        path : str or path
            The file to write.
        names : list of str, optional
            Columns; without it, every species and observable.
        """
        from .tables import write_csv

        write_csv(self, path, names)

    def to_frame(self, names: list[str] | None = None) -> Any:
        """A pandas DataFrame with the time ``t`` as index; the units are in ``frame.attrs["units"]``.

        Raises
        ------
        MissingExtraError
            If pandas is not installed (``pip install "cartsim[tables]"``).
        """
        from .tables import to_frame

        return to_frame(self, names)

    def to_xarray(self, names: list[str] | None = None) -> Any:
        """An xarray Dataset with the dimension ``t`` and the units as attributes.

        Raises
        ------
        MissingExtraError
            If xarray is not installed (``pip install "cartsim[tables]"``).
        """
        from .tables import to_xarray

        return to_xarray(self, names)

    def __repr__(self) -> str:
        span = f"{self.t[0]:g} to {self.t[-1]:g} {self.model.time}" if len(self.t) else "empty"
        species = f"{len(self.model.species)} species" if self.kept is None else ", ".join(self.kept)
        return f"<Trajectory of {self.model.name}: {species}, {span}, {len(self.t)} times>"


def inner(start: Any, end: Any) -> tuple[Any, Any]:
    """The ends of a stretch moved inwards by a few roundings: a switch there has happened, or not yet."""
    with np.errstate(invalid="ignore"):
        first, last = start + 4.0 * np.spacing(np.abs(start)), end - 4.0 * np.spacing(np.abs(end))
    return np.where(np.isfinite(start), first, start), np.where(np.isfinite(end), last, end)


def units_of(model: Model) -> dict[str, str]:
    """The unit of everything the model names: as it was written, or as it follows; empty if not known."""
    written: dict[str, str | None] = {"t": model.time}
    for group in (model.species, model.parameters, model.observables):
        written |= {name: part.unit for name, part in group.items()}
    for name, process in model.processes.items():
        in_flow = [model.species[species].unit for species in process.stoichiometry]
        if in_flow and in_flow[0]:
            simple = in_flow[0].replace(" ", "").replace("_", "").isalnum()
            written[name] = f"{in_flow[0] if simple else f'({in_flow[0]})'}/{model.time}"
    found = {
        name: written.get(name) or (str(unit) if unit is not None else "")
        for name, unit in model.structure.units.items()
    }
    for role, text in model.roles.items():
        if written.get(text.strip()):
            found[role] = str(written[text.strip()])
    return found
