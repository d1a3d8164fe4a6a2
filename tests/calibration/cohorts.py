"""Fits what decides incidences: what is released, how the brain bears it, how much of the tumour escapes.

A cohort is always drawn with the same seed, so that two sets of numbers are compared on the same patients.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from cartsim.patient.calibrated import VALUES
from cartsim.patient.diseases import DISEASES

from .rows import COHORTS, GROUPS
from .statistics import COHORT, of_cohort

Array = NDArray[np.float64]

FREE = ("q_IFN", "S_N", "negative", "k_K", "r_T")
N = 300


def fit(group: str, *, evaluations: int = 60, say: Callable[[str], None] = print) -> dict[str, float]:
    """The numbers of `FREE` that a group has which serve its rows best, from those that hold now.

    A row's miss is counted in widths of what it allows, so that 1 is the edge.
    """
    known = GROUPS[group]
    name = DISEASES[known.disease].products[known.product].fitted
    free = [number for number in FREE if number in VALUES[name]]
    begin = np.log([VALUES[name][number] for number in free])
    rows = [row for row in COHORTS if row.group == group]

    def cost(logs: Array) -> float:
        numbers = dict(zip(free, np.exp(logs).tolist(), strict=True))
        if numbers.get("negative", 0.0) > 0.9:
            return 1e3
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = of_cohort(known.disease, known.product, n=N, seed=1, numbers=numbers)
        terms = [
            (COHORT[row.statistic](found) - row.published)
            / max(row.high - row.published, row.published - row.low)
            for row in rows
        ]
        beyond = [max(abs(term) - 0.8, 0.0) * 5 for term in terms]
        return float(np.nansum(np.square([*terms, *beyond])))

    steps = np.array([2.0 if number == "negative" else 0.3 for number in free])
    simplex = np.vstack([begin, begin + np.diag(steps)])
    found = minimize(
        cost, begin, method="Nelder-Mead", options={"maxfev": evaluations, "initial_simplex": simplex}
    )
    say(f"{group}: cost {cost(begin):.3g} -> {found.fun:.3g}")
    return dict(zip(free, np.exp(found.x).tolist(), strict=True))
