"""`Finding`: one thing that happened in a run, in a sentence and short enough for a panel, from read-outs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..questions.readout import Readout
from ..questions.readouts import readouts
from ..questions.windows import windows
from ..solving.trajectory import Trajectory
from .words import number, pretty, spoken

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Finding:
    """What was found.

    Attributes
    ----------
    about, sentence : str
        A word for it, and what it is.
    panel, role, short : str
        The panel and the curve to which the `short` words belong; empty if they stand in none.
    day : float
        When, after the infusion.
    """

    about: str
    sentence: str
    panel: str = ""
    role: str = ""
    short: str = ""
    day: float = math.nan


def findings(run: Trajectory) -> list[Finding]:
    """What happened, in the order in which it is told; what a run has not is left out."""
    found: Mapping[str, Readout] = readouts(run)
    known = {name: entry.value for name, entry in found.items() if math.isfinite(entry.value)}
    units = {name: pretty(entry.unit) for name, entry in found.items()}
    told = [
        *_car_t(known, units),
        *_tumour(known, found),
        *_inflammation(run, known, units),
        *_grades(found, known),
        *_counts(known),
    ]
    return [finding for finding in told if finding.sentence]


def _car_t(known: Mapping[str, float], units: Mapping[str, str]) -> list[Finding]:
    if not {"cmax", "tmax"} <= set(known):
        return []
    day, top = known["tmax"], known["cmax"]
    sentence = f"{spoken(float(f'{top:.3g}'))} CAR-T cells on day {day:.1f}"
    if "fold_expansion" in known:
        sentence += f", {number(known['fold_expansion'])} times the infusion"
    if "doubling_time" in known:
        sentence += f"; on the way they double in {known['doubling_time']:.2f} days"
    peak = f"peak: {number(top, 2)} {units['cmax']} on day {day:.0f}"
    told = [Finding("peak", sentence, "car_t", "car_t", peak, day)]
    if "contraction_half_life" in known:
        half = known["contraction_half_life"]
        sentence = f"then halved in {half:.1f} days"
        if "terminal_half_life" in known:
            sentence += f"; those that persist are halved in {known['terminal_half_life']:.0f} days"
        told.append(Finding("contraction", sentence))
    return told


def _tumour(known: Mapping[str, float], found: Mapping[str, Readout]) -> list[Finding]:
    if "best_response" not in known:
        return []
    told = [f"best response: {found['best_response'].reason}"]
    short, day, role = "", math.nan, "tumour"
    if "mrd_negative_day" in known:
        day = known["mrd_negative_day"]
        told.append(f"below the MRD limit from day {day:.0f}")
        short = f"MRD limit passed on day {day:.0f}"
    if {"tumour_nadir", "tumour_nadir_day"} <= set(known):
        cells = known["tumour_nadir"]
        fewest = f"{spoken(float(f'{cells:.2g}'))} tumour cells" if cells >= 1.0 else "no tumour cell"
        told.append(f"fewest on day {known['tumour_nadir_day']:.0f}: {fewest}")
    if "relapse_day" in known:
        kind = found["relapse_kind"].reason if "relapse_kind" in found else ""
        told.append(f"relapse {kind} on day {known['relapse_day']:.0f}".replace("  ", " "))
    return [Finding("tumour", "; ".join(told), "tumour" if short else "", role, short, day)]


def _inflammation(run: Trajectory, known: Mapping[str, float], units: Mapping[str, str]) -> list[Finding]:
    told = []
    if {"il6_peak", "il6_peak_day"} <= set(known):
        top, day = known["il6_peak"], known["il6_peak_day"]
        sentence = f"IL-6 peaks at {number(top)} {units['il6_peak']} on day {day:.0f}"
        told.append(
            Finding(
                "cytokines", sentence, "cytokines", "il6", f"IL-6: {number(top, 2)} on day {day:.0f}", day
            )
        )
    fever = [(start, stop) for start, stop in windows(run).get("fever", []) if stop > 0.0]
    if fever and {"temperature_peak", "temperature_peak_day"} <= set(known):
        top, day = known["temperature_peak"], known["temperature_peak_day"]
        span = f"days {fever[0][0]:.0f} to {fever[-1][1]:.0f}"
        sentence = f"fever from {span.replace('days', 'day')}, up to {top:.1f} {units['temperature_peak']}"
        told.append(
            Finding("fever", sentence, "temperature", "temperature", f"{top:.1f} on day {day:.0f}", day)
        )
    return told


def _grades(found: Mapping[str, Readout], known: Mapping[str, float]) -> list[Finding]:
    said = []
    for name, words in (("crs", "CRS"), ("icans", "ICANS")):
        if f"{name}_max_grade" in known:
            grade = known[f"{name}_max_grade"]
            onset, lasts = known.get(f"{name}_onset"), known.get(f"{name}_duration")
            when = ""
            if onset is not None and lasts is not None:
                still = bool(found[f"{name}_duration"].reason)
                when = f" from day {onset:.0f} {'on' if still else f'to {onset + lasts:.0f}'}"
            said.append(f"{words} grade {grade:.0f} at the most{when}" if grade >= 1.0 else f"no {words}")
    return [Finding("grades", "; ".join(said))] if said else []


def _counts(known: Mapping[str, float]) -> list[Finding]:
    said, short, day = [], "", math.nan
    if "neutropenia_days" in known:
        days = known["neutropenia_days"]
        said.append(f"neutrophils below 500/uL for {days:.0f} days")
        if days > 0.5 and "neutrophil_nadir_day" in known:
            short, day = f"below 500 for {days:.0f} days", known["neutrophil_nadir_day"]
    if "platelet_nadir" in known:
        said.append(f"platelets at the least {number(known['platelet_nadir'], 2)}/uL")
    if known.get("b_cell_aplasia_days", 0.0) > 0.5:
        said.append(f"B cells nearly gone for {known['b_cell_aplasia_days']:.0f} days")
    panel = "counts" if short else ""
    return [Finding("counts", "; ".join(said), panel, "neutrophils", short, day)] if said else []


def height_of(run: Trajectory, finding: Finding, days: Array) -> float:
    """The value of a finding's curve on its day; `days` are those of the run's rows, shape (n_times,)."""
    return float(np.interp(finding.day, days, run[finding.role]))
