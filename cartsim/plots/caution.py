"""The line under a picture of a patient: illustrative, not for clinical use."""

from __future__ import annotations

from collections.abc import Iterable

from ..questions.explain import CAUTION
from ..solving.trajectory import Trajectory

__all__ = ["CAUTION", "cautions"]


def cautions(runs: Iterable[Trajectory]) -> list[str]:
    """The caution, if any of the models grades a toxicity; for `remark` and `tell`.

    Examples
    --------
    >>> import cartsim as cs
    >>> cautions([cs.simulate(cs.models.barros_2021, until=1)])
    []
    """
    return [CAUTION] if any("crs_grade" in run.model.roles for run in runs) else []
