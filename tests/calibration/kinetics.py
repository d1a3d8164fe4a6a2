"""Fits the kinetics of the typical patient of a group: what CAR-T cells do, and nothing of toxicity.

Only the parts that act on CAR-T cells are joined, so that a run is cheap. Misses are counted by the logarithm
of achieved over published, so that a factor too many weighs as much as a factor too few; a term that holds
numbers near where they began keeps those that no row knows from drifting.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

import cartsim as cs
from cartsim.patient import b_cells, car_t, conditioning, cytokines, killing, tumour
from cartsim.patient.calibrated import VALUES
from cartsim.patient.diseases import DISEASES
from cartsim.patient.presets import patient
from cartsim.patient.regimens import REGIMENS

from .rows import GROUPS, KINETICS

Array = NDArray[np.float64]

FREE = ("f_I", "p_E", "w_15", "d_E", "k_M", "d_M", "k_X")
WEIGHTS = {"copies": 4.0, "terminal_half_life": 3.0, "terminal_half_life_200": 4.0, "per_uL_90": 2.0}
"""Of rows that are known better or worse than the usual weight, `USUAL`."""
USUAL, HOLD = 5.0, 0.1
SOFT = {"dose": 0.5, "burden": 0.5, "conditioning": 0.5}
"""Weights of what no row says: a tenth of the dose hardly lowers the peak, a tenth of the tumour lowers it
threefold, and without conditioning it is a tenth."""
NEUTROPHILS = 400.0
"""In 1 uL at the peak, for copies of the transgene; the parts that are joined here have none."""


def core() -> cs.Model:
    """The parts that CAR-T cells, T cells, B cells and the tumour need."""
    parts = (tumour, car_t, killing, conditioning, b_cells, cytokines)
    return cs.join("core", *(part.model for part in parts))


def treated(group: str, numbers: Mapping[str, float], **changes: float) -> cs.Model:
    """The typical patient with other numbers; ``dose``, ``burden`` and ``conditioning`` are factors."""
    known = GROUPS[group]
    whole = patient(known.disease, product=known.product)
    base = core()
    names = [name for name in base.parameters if name in whole.parameters]
    model = base.with_values({name: whole.values[name] for name in names}).with_values(dict(numbers))
    model = model.with_values(burden=model.values["burden"] * changes.get("burden", 1.0))
    regimen = REGIMENS[DISEASES[known.disease].regimen] if changes.get("conditioning", 1.0) else None
    (dose,) = (event for event in whole.events if isinstance(event, cs.Dose) and event.into == "C_I")
    given = cs.Dose(dose.amount * changes.get("dose", 1.0), into="C_I", at=0)
    return model._copy(start=whole.start).with_events(*(regimen.doses if regimen else ()), given)


def statistics(model: cs.Model, *, until: float = 800.0) -> dict[str, float]:
    """The statistics of the rows on kinetics, of one patient."""
    run = cs.simulate(model, until)
    found = {name: entry.value for name, entry in cs.readouts(run).items()}
    if until > 200:
        early = cs.readouts(cs.simulate(model, 200.0))
        found["terminal_half_life_200"] = early["terminal_half_life"].value
    volume, cells = model.values["V"], run["car_t"]
    others = run["L"] + run["B"] + NEUTROPHILS * volume
    found["copies"] = float((150_000 * cells / (cells + others)).max())
    after = run.t >= 0
    for day in (7, 14, 28, 90):
        found[f"per_uL_{day}"] = float(np.interp(day, run.t[after], cells[after])) / volume
    return found


def misses(group: str, numbers: Mapping[str, float]) -> list[float]:
    """Weighted logarithms of achieved over wanted, one a row and one a soft wish."""
    found = statistics(treated(group, numbers))
    rows = [row for row in KINETICS if row.group == group and row.statistic != "il15_peak_day"]
    terms = [WEIGHTS.get(row.statistic, USUAL) * _log(found[row.statistic] / row.published) for row in rows]
    wishes = {"dose": 0.1, "burden": 0.1, "conditioning": 0.0}
    wanted = {"dose": 1.0, "burden": 1 / 3, "conditioning": 0.1}
    for name, factor in wishes.items():
        peak = statistics(treated(group, numbers, **{name: factor}), until=60.0)["cmax"]
        terms.append(SOFT[name] * _log(peak / found["cmax"] / wanted[name]))
    return terms


def _log(ratio: float) -> float:
    return math.log(ratio) if math.isfinite(ratio) and ratio > 0 else 3.0


def fit(group: str, *, evaluations: int = 300, say: Callable[[str], None] = print) -> dict[str, float]:
    """The numbers of `FREE` that serve the rows of a group best, from those that hold now."""
    known = GROUPS[group]
    name = DISEASES[known.disease].products[known.product].fitted
    begin = np.log([VALUES[name][number] for number in FREE])

    def cost(logs: Array) -> float:
        numbers = dict(zip(FREE, np.exp(logs).tolist(), strict=True))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                terms = misses(group, numbers)
            except (cs.SolveError, cs.ModelError):
                return 1e3
        return float(np.square([*terms, *(HOLD * (logs - begin))]).sum())

    simplex = np.vstack([begin, begin + 0.2 * np.eye(len(begin))])
    found = minimize(
        cost,
        begin,
        method="Nelder-Mead",
        options={"maxfev": evaluations, "adaptive": True, "initial_simplex": simplex},
    )
    say(f"{group}: cost {cost(begin):.3g} -> {found.fun:.3g}")
    return dict(zip(FREE, np.exp(found.x).tolist(), strict=True))
