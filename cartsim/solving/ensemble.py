"""`Ensemble`: what comes back from several runs, by label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from .bundle import Bundle, Runs
from .trajectory import Trajectory

Array = NDArray[np.float64]


class Ensemble(Mapping[str, Trajectory]):
    """Several runs by label, in the order they were given; the failed ones are kept apart with their reason.

    Parameters
    ----------
    runs : mapping of str to Trajectory
        The runs that were finished.
    failures : mapping of str to Exception
        Why the others were not; a `SolveError` carries what was computed until then.

    Examples
    --------
    ``runs["high dose"]`` is one `Trajectory`; ``runs.array("T")`` has one row a run.
    """

    def __init__(
        self, runs: Mapping[str, Trajectory], failures: Mapping[str, Exception] | None = None
    ) -> None:
        self._runs: Mapping[str, Trajectory] = runs if isinstance(runs, Runs) else dict(runs)
        self.failures: Mapping[str, Exception] = MappingProxyType(dict(failures or {}))

    def __reduce__(self) -> tuple[Any, ...]:
        return Ensemble, (self._runs, dict(self.failures))

    def __getitem__(self, label: str) -> Trajectory:
        if label in self._runs:
            return self._runs[label]
        if label in self.failures:
            raise UnknownNameError(f"the run {label!r} failed: {self.failures[label]}")
        raise UnknownNameError(
            f"there is no run {shorten(label)}" + suggestion(label, self._runs, plural="runs")
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._runs)

    def __len__(self) -> int:
        return len(self._runs)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the finished runs, in order."""
        return tuple(self._runs)

    @property
    def t(self) -> Array:
        """The times that all runs share, shape (n_times,).

        Raises
        ------
        ModelError
            If they do not share their times; ask for the same with ``simulate(..., at=[...])``.
        """
        if not self._runs:
            raise ModelError("there is no finished run here; see .failures for the reasons")
        times = self._all().t
        if times is None:
            raise ModelError(
                "the runs do not share their output times; ask for them with simulate(..., at=[...])"
            )
        return times

    def array(self, name: str) -> Array:
        """One quantity of every run, shape (n_runs, n_times), in the order of `labels`."""
        shape = (len(self), len(self.t))  # that they share their times comes first
        return self._all().array(name).reshape(shape)

    def _all(self) -> Runs:
        return self._runs if isinstance(self._runs, Runs) else Runs(tuple(self._runs), (), self._runs)

    @property
    def bundles(self) -> tuple[Bundle, ...]:
        """The runs that are still arrays of many."""
        return self._all().bundles

    def to_csv(self, path: str | PathLike[str], names: list[str] | None = None) -> None:
        """Write all runs as one long CSV table with a column ``run``; see `Trajectory.to_csv`."""
        from .tables import write_csv

        write_csv(self, path, names)

    def to_frame(self, names: list[str] | None = None) -> Any:
        """A pandas DataFrame with the index (run, t); see `Trajectory.to_frame`."""
        from .tables import to_frame

        return to_frame(self, names)

    def to_xarray(self, names: list[str] | None = None) -> Any:
        """An xarray Dataset with the dimensions ``run`` and ``t``; the runs must share their times."""
        from .tables import to_xarray

        return to_xarray(self, names)

    def __repr__(self) -> str:
        failed = f", {len(self.failures)} failed" if self.failures else ""
        return (
            f"<Ensemble of {len(self)} runs{failed}: {', '.join(self.labels[:6])}{', ...' * (len(self) > 6)}>"
        )
