"""`windows`: when a patient has fever, a grade, low counts or a risk, as spans of days for pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..language.errors import ModelError, shorten
from ..solving.trajectory import Trajectory
from .counts import (
    BLEEDING_RISK,
    INFECTION_RISK,
    NEUTROPENIA,
    THROMBOCYTOPENIA,
    Limit,
    aplasia_spans,
    spans_below,
    unlike,
)
from .grades import grade_spans
from .pieces import Pieces, Spans
from .record import Record, record_of
from .sought import level_in

Array = NDArray[np.float64]

_BELOW: dict[str, tuple[Limit, ...]] = {
    "neutropenia": NEUTROPENIA,
    "thrombocytopenia": THROMBOCYTOPENIA,
    "infection_risk": INFECTION_RISK,
    "bleeding_risk": BLEEDING_RISK,
}


def windows(run: Trajectory) -> dict[str, list[tuple[float, float]]]:
    """When what holds in a run, as spans of days; all of it for teaching, not for clinical use.

    Parameters
    ----------
    run : Trajectory

    Returns
    -------
    dict of str to list of (float, float)
        Start and stop in days after the first CAR-T infusion (or the start of the run), over the whole run:
        days before the infusion are negative. By name, each there if the model has the role in a unit that
        fits: ``fever`` (38 degC or more), ``crs`` and ``icans`` (grade 1 or more), ``neutropenia``,
        ``thrombocytopenia``, ``infection_risk``, ``bleeding_risk`` and ``b_cell_aplasia``, with the limits
        of the read-outs.

    Raises
    ------
    ModelError
        If it is not a run, or one that kept too little.

    Examples
    --------
    >>> from cartsim.language.model import Model
    >>> from cartsim.language.parts import Process, Species
    >>> from cartsim.solving.simulate import simulate
    >>> falling = Model(
    ...     "falling",
    ...     species={"N": Species(1000, "cell/uL")},
    ...     parameters={"loss": 100.0},
    ...     processes={"death": Process("N ->", "loss")},
    ...     roles={"neutrophils": "N"},
    ... )
    >>> [(round(start, 6), stop) for start, stop in windows(simulate(falling, until=8))["neutropenia"]]
    [(5.0, 8.0)]
    """
    if not isinstance(run, Trajectory):
        raise ModelError(f"windows takes one run, as simulate gives it for one model, not {shorten(run)}")
    record = record_of(run, (), whole=True)
    start = record.times[:, 0]
    found: dict[str, Spans] = {}
    if "temperature" in record:
        level = level_in("temperature", record.units.get("temperature", ""))
        if level is not None:
            found["fever"] = _above(record, "temperature", level, start)
    for name in ("crs", "icans"):
        if f"{name}_grade" in record:
            found[name] = grade_spans(record, f"{name}_grade", start)
    for name, limits in _BELOW.items():
        if limits[0][0] in record and not unlike(record, limits):
            found[name] = spans_below(record, limits, start)
    if "b_cells" in record:
        found["b_cell_aplasia"] = aplasia_spans(record, start)
    return {name: _days(spans, float(record.origin[0])) for name, spans in found.items()}


def _above(record: Record, role: str, level: float, start: Array) -> Spans:
    pieces = Pieces.of([(record.courses[role].curves, np.full(len(record), level))], start, record.end)
    return pieces.where(pieces.reached[0])


def _days(spans: Spans, origin: float) -> list[tuple[float, float]]:
    return list(zip((spans.start - origin).tolist(), (spans.stop - origin).tolist(), strict=True))
