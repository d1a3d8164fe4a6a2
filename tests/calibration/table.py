"""The table of achieved against published values, misses included."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from .rows import COHORTS, GROUPS, KINETICS, REASONS, TREATED, Row
from .statistics import COHORT, Readouts, of_cohort, of_patient, of_treated

N, SEED, N_TREATED = 500, 1, 150
ROWS = (*KINETICS, *COHORTS, *TREATED)

WORDS = {
    "doubling_time": "doubling time, d",
    "tmax": "day of the peak",
    "contraction_half_life": "half-life in contraction, d",
    "terminal_half_life": "half-life of persistence, d",
    "terminal_half_life_200": "half-life of persistence until day 200, d",
    "copies": "peak, copies/µg",
    "il15_peak_day": "day of the peak of IL-15",
    "crs_any": "CRS of any grade, %",
    "crs_severe": "CRS of grade 3 or more, %",
    "crs_onset": "onset of CRS, d",
    "crs_duration": "duration of CRS, d",
    "icans_any": "neurotoxicity of any grade, %",
    "icans_severe": "neurotoxicity of grade 3 or more, %",
    "icans_onset": "onset of neurotoxicity, d",
    "il6_band": "IL-6 peak in the band of its grade, %",
    "neutropenia": "neutrophils below 500/µL, %",
    "neutropenia_days": "days of that",
    "b_cells_gone_30": "B cells gone on day 28, %",
    "b_cells_back_365": "B cells back within a year, %",
    "complete_90": "complete response at 3 months, %",
    "complete_best": "complete response, %",
    "response_best": "response, %",
    "negative_share": "relapses without antigen, %",
    "tocilizumab_response": "CRS over within 14 days of tocilizumab, %",
    "il6_rise": "serum IL-6 a day after tocilizumab, times",
    "peak_ratio": "peak with tocilizumab, times that without",
}


def words(statistic: str) -> str:
    """What a statistic is, for a reader."""
    if statistic in WORDS:
        return WORDS[statistic]
    what, number = statistic.rsplit("_", 1)
    return {
        "per_uL": f"CAR-T cells/µL on day {number}",
        "event_free": f"event-free after {number} months, %",
        "relapse_free": f"relapse-free {number} months after a complete response, %",
    }[what]


def shown(number: float) -> str:
    """A number with two or three figures."""
    if not math.isfinite(number):
        return "none"
    return (
        f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}" if abs(number) < 10 else f"{number:.1f}"
    )


def achieved(group: str, *, n: int = N, seed: int = SEED) -> dict[str, float]:
    """What the model does for every row of a group, by statistic."""
    known = GROUPS[group]
    found: dict[str, float] = {}
    if any(row.group == group for row in KINETICS):
        typical = of_patient(known.disease, known.product)
        found |= {row.statistic: typical[row.statistic] for row in KINETICS if row.group == group}
    if any(row.group == group for row in COHORTS):
        readouts: Readouts = of_cohort(known.disease, known.product, n=n, seed=seed)
        found |= {row.statistic: COHORT[row.statistic](readouts) for row in COHORTS if row.group == group}
    if any(row.group == group for row in TREATED):
        found |= of_treated(known.disease, known.product, n=N_TREATED, seed=seed)
    return found


def met(row: Row, value: float) -> bool:
    """Whether a number lies where the row wants it."""
    return row.low <= value <= row.high


def table(found: Mapping[str, Mapping[str, float]]) -> list[str]:
    """The rows as Markdown, in the order of the groups."""
    rows: Sequence[Row] = [row for group in found for row in ROWS if row.group == group]
    lines = ["| patients | what | published | model | | row |", "|---|---|---|---|---|---|"]
    notes: list[str] = []
    for row in rows:
        value = found[row.group][row.statistic]
        verdict = "met" if met(row, value) else _missed(row, notes)
        lines.append(
            f"| {GROUPS[row.group].title} | {words(row.statistic)} | {shown(row.published)} "
            f"| {shown(value)} | {verdict} | `{row.key}` |"
        )
    hits = sum(met(row, found[row.group][row.statistic]) for row in rows)
    told = [f"{i}. {note}" for i, note in enumerate(notes, 1)]
    return [*lines, "", f"{hits} of {len(rows)} rows are met. Why the others are not:", "", *told]


def _missed(row: Row, notes: list[str]) -> str:
    """The verdict on a missed row, with the number of the note that says why."""
    why = REASONS.get((row.group, row.statistic), "not looked into yet.")
    if why not in notes:
        notes.append(why)
    return f"**missed** ({shown(row.low)} to {shown(row.high)}), see {notes.index(why) + 1}"
