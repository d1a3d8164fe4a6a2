"""What is read of the typical patient and of a cohort, each a function of read-outs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

import cartsim as cs

Array = NDArray[np.float64]
Readouts = Mapping[str, Array]

MONTH = 365.25 / 12  # days
NORMAL_IL6 = 7.0  # pg/mL, the upper limit that the reference table assumes for il6.peak_pg_ml_by_grade
EVENT_FREE = {6: 6.0, 7: 6.8, 9: 8.8, 12: 12.0, 24: 23.9}
RELAPSE_FREE = {11: 11.1, 12: 12.0, 23: 23.1, 24: 23.9}
"""Months: as a statistic has it in its name, and exactly as it was published."""
IL6_BANDS = {0: (0, 2), 1: (0, 2), 2: (0, 20), 3: (200, np.inf), 4: (200, np.inf)}
"""By grade of CRS, the peak of interleukin 6 in multiples of the upper limit of normal."""


def share(values: Array) -> float:
    """The share of a condition, in percent."""
    return 100.0 * float(np.mean(values))


def middle(values: Array) -> float:
    """The median of what is there."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def il6_band(found: Readouts) -> float:
    """The share of patients whose peak of interleukin 6 is in the band of their grade, in percent."""
    bands = np.array([IL6_BANDS[int(grade)] for grade in found["crs_max_grade"]]) * NORMAL_IL6
    peak = found["il6_peak"]
    return share((bands[:, 0] <= peak) & (peak <= bands[:, 1]))


def event_free(found: Readouts, months: float) -> float:
    """The share of patients without an event so long, in percent."""
    return share(found["event_free_days"] > months * MONTH)


def relapse_free(found: Readouts, months: float) -> float:
    """Of complete responses, the share without a relapse so long, in percent."""
    days = found["relapse_free_days"]
    return share(days[np.isfinite(days)] > months * MONTH)


def negative_share(found: Readouts) -> float:
    """Of relapses after a complete response, those without antigen, in percent."""
    kind = found["relapse_kind"][found["best_response"] == 3]
    return share(kind[np.isfinite(kind)] == 2)


COHORT: dict[str, Callable[[Readouts], float]] = {
    "crs_any": lambda found: share(found["crs_max_grade"] >= 1),
    "crs_severe": lambda found: share(found["crs_max_grade"] >= 3),
    "crs_onset": lambda found: middle(found["crs_onset"]),
    "crs_duration": lambda found: middle(found["crs_duration"]),
    "icans_any": lambda found: share(found["icans_max_grade"] >= 1),
    "icans_severe": lambda found: share(found["icans_max_grade"] >= 3),
    "icans_onset": lambda found: middle(found["icans_onset"]),
    "il6_band": il6_band,
    "neutropenia": lambda found: share(found["neutropenia_days"] > 0),
    "neutropenia_days": lambda found: middle(found["neutropenia_days"][found["neutropenia_days"] > 0]),
    "b_cells_gone_30": lambda found: share(found["b_cells_day_28"] < 0.01 * found["b_cells_at_start"]),
    "b_cells_back_365": lambda found: share(~(found["b_cell_recovery_day"] > 365)),
    "complete_90": lambda found: share(found["response_day_90"] == 3),
    "complete_best": lambda found: share(found["best_response"] == 3),
    "response_best": lambda found: share(found["best_response"] >= 2),
    "negative_share": negative_share,
    **{
        f"event_free_{n}": partial(event_free, months=m)
        for n, m in {6: 6, 7: 6.8, 9: 8.8, 12: 12, 24: 23.9}.items()
    },
    **{
        f"relapse_free_{n}": partial(relapse_free, months=m)
        for n, m in {11: 11.1, 12: 12, 23: 23.1, 24: 23.9}.items()
    },
}
"""By name, what is read of a cohort."""

UNTIL = 800.0
"""Days for which everybody is followed."""


def of_cohort(
    disease: str, product: str, *, n: int, seed: int, numbers: Mapping[str, float] | None = None
) -> Readouts:
    """The read-outs of virtual patients, each of shape (n,)."""
    patient = cs.patients.patient(disease, product=product)
    people = cs.cohort(patient.with_values(dict(numbers or {})), n, seed=seed)
    found = cs.summarise(people, UNTIL, curves=["car_t"])
    values = {name: entry.values for name, entry in found.readouts.items()}
    values["b_cells_at_start"] = np.full(n, patient.values["B_0"] / patient.values["V"])
    return values


def of_treated(disease: str, product: str, *, n: int, seed: int) -> dict[str, float]:
    """What tocilizumab does to patients who are given it by rule, from grade 2 on.

    ``tocilizumab_response`` is the share, in percent, whose CRS is over within 14 days of the first dose,
    with two doses at most; ``il6_rise`` the median of interleukin 6 a day after the first dose over that at
    the dose, and ``peak_ratio`` the median of the peak of CAR-T cells with over that without it.
    """
    patient = cs.patients.patient(disease, product=product)
    rule = cs.therapies.tocilizumab(when="crs_grade >= 2", weight=40)
    untreated = cs.simulate(cs.cohort(patient, n, seed=seed), 60.0)
    treated = cs.simulate(cs.cohort(patient.with_events(rule), n, seed=seed), 60.0)
    before, after = cs.readouts(untreated)["cmax"].values, cs.readouts(treated)
    ended = after["crs_onset"].values + after["crs_duration"].values
    resolved, rises, ratios = [], [], []
    for i, label in enumerate(treated.labels):
        run = treated[label]
        doses = [event.time for event in run.occurrences if event.kind == "dose" and event.name == "TOCI"]
        if doses:
            resolved.append(len(doses) <= 2 and ended[i] <= doses[0] + 14.0)
            at, later = np.interp([doses[0], doses[0] + 1.0], run.t, run["il6"])
            rises.append(later / at)
            ratios.append(after["cmax"].values[i] / before[i])
    return {
        "tocilizumab_response": share(np.array(resolved)),
        "il6_rise": float(np.median(rises)),
        "peak_ratio": float(np.median(ratios)),
    }


def of_patient(disease: str, product: str) -> Mapping[str, float]:
    """The read-outs of the typical patient, copies of the transgene and cells in 1 uL of blood."""
    patient = cs.patients.patient(disease, product=product)
    run = cs.simulate(patient, UNTIL)
    found = {name: entry.value for name, entry in cs.readouts(run).items()}
    early = cs.readouts(cs.simulate(patient, 200.0))["terminal_half_life"]
    found["terminal_half_life_200"] = early.value
    found["copies"] = float(run["car_t_copies"].max())
    days = run.t[run.t >= 0]
    for day in (7, 14, 28, 90):
        found[f"per_uL_{day}"] = float(np.interp(day, days, run["car_t_per_uL"][run.t >= 0]))
    return found
