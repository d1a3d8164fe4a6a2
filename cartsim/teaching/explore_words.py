"""What stands beside the curves: a few telling read-outs in plain words, and what was moved."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..plots.quantities import quantities
from ..plots.view import view_of
from ..plots.words import number, pretty, spoken
from ..questions.control import Control
from ..questions.readout import Readout
from ..questions.readouts import ROLES_READ, readouts
from ..questions.response import WORDS
from ..solving.trajectory import Trajectory

_RESPONSES = ("complete", "partial")


@dataclass(frozen=True)
class Told:
    """One read-out in words.

    Attributes
    ----------
    what, words : str
        What it is, and the answer.
    value : float
        The number by which two runs are compared; nan if there is none.
    kind : str
        How they are compared: ``times``, ``day``, ``grade`` or ``""``.
    """

    what: str
    words: str
    value: float = math.nan
    kind: str = ""


def told(run: Trajectory, names: Sequence[str]) -> tuple[Told, ...]:
    """The telling read-outs of a run, as far as its roles allow; else the highest value of each curve.

    Parameters
    ----------
    run : Trajectory
    names : sequence of str
        The curves that are shown.
    """
    found: Mapping[str, Readout] = readouts(run) if set(ROLES_READ) & set(run.model.roles) else {}
    rows = [*_cells(found), *_tumour(found), *_toxicity(found), *_blood(found)]
    return tuple(rows or _highest(run, names))


def _known(found: Mapping[str, Readout], *names: str) -> bool:
    return all(name in found and math.isfinite(found[name].value) for name in names)


def _amount(entry: Readout) -> str:
    unit = pretty(entry.unit)
    return f"{spoken(float(f'{entry.value:.3g}'))}{'×' if unit[:1].isdigit() else ' '}{unit}".strip()


def _day(value: float) -> str:
    return f"day {value:.1f}".removesuffix(".0") if abs(value) < 100.0 else f"day {value:.0f}"


def _cells(found: Mapping[str, Readout]) -> list[Told]:
    if not _known(found, "cmax", "tmax"):
        return []
    top = found["cmax"]
    return [
        Told("most CAR-T cells", _amount(top), top.value, "times"),
        Told("day of that peak", _day(found["tmax"].value), found["tmax"].value, "day"),
    ]


def _tumour(found: Mapping[str, Readout]) -> list[Told]:
    rows = []
    if _known(found, "tumour_nadir"):
        least, day = found["tumour_nadir"], found["tumour_nadir_day"].value
        when = f" on {_day(day)}" if math.isfinite(day) else ""
        if least.value > 0.0:
            rows.append(Told("fewest tumour cells", f"{_amount(least)}{when}", least.value, "times"))
        else:
            rows.append(Told("fewest tumour cells", f"none from {_day(day)} on", day, "day"))
    if _known(found, "best_response"):
        rows.append(Told("best response", found["best_response"].reason))
    responded = _known(found, "best_response") and WORDS[found["best_response"].value] in _RESPONSES
    if responded and "relapse_day" in found:
        day = found["relapse_day"].value
        kind = found["relapse_kind"].reason if "relapse_kind" in found else ""
        words = f"{_day(day)} {kind}".strip() if math.isfinite(day) else "none in these days"
        rows.append(Told("relapse", words, day, "day"))
    return rows


def _toxicity(found: Mapping[str, Readout]) -> list[Told]:
    rows = []
    for name, title in (("crs", "worst CRS"), ("icans", "worst ICANS (neurotoxicity)")):
        if _known(found, f"{name}_max_grade"):
            grade, onset = found[f"{name}_max_grade"].value, found[f"{name}_onset"].value
            begin = f", from {_day(onset)} on" if math.isfinite(onset) else ""
            words = f"grade {grade:.0f}{begin}" if grade >= 1.0 else "none (grade 0)"
            rows.append(Told(title, words, grade, "grade"))
    if _known(found, "il6_peak"):
        rows.append(Told("most IL-6", _amount(found["il6_peak"]), found["il6_peak"].value, "times"))
    return rows


def _blood(found: Mapping[str, Readout]) -> list[Told]:
    if not _known(found, "neutropenia_days"):
        return []
    days = found["neutropenia_days"].value
    return [Told("neutrophils below 500/µL", f"{days:.0f} days", days, "days")]


def _highest(run: Trajectory, names: Sequence[str]) -> list[Told]:
    rows = []
    for quantity in quantities(run, names):
        values = np.asarray(run[quantity.name], float)
        if np.isfinite(values).any():
            top = int(np.nanargmax(values))
            words = f"{spoken(float(f'{values[top]:.3g}'))} {pretty(quantity.unit)}".strip()
            when = f" at {run.model.time} {number(float(run.t[top]))}"
            rows.append(Told(f"highest: {quantity.words}", words + when, float(values[top]), "times"))
    return rows


def against(now: Told, before: Told) -> str:
    """How one differs from the other, in words; empty if they are the same.

    Examples
    --------
    >>> against(Told("peak", "6", 6e9, "times"), Told("peak", "2", 2e9, "times"))
    '× 3'
    >>> against(Told("day", "7", 7.0, "day"), Told("day", "9.5", 9.5, "day"))
    '2.5 days earlier'
    >>> against(Told("day", "8", 8.0, "day"), Told("day", "7", 7.0, "day"))
    '1 day later'
    """
    if now.words == before.words:
        return ""
    new, old = now.value, before.value
    if now.kind != before.kind or not (math.isfinite(new) and math.isfinite(old)):
        return "changed"
    if now.kind == "day":
        gap = round(abs(new - old), 1)
        days = "day" if gap == 1.0 else "days"
        return f"{gap:g} {days} {'later' if new > old else 'earlier'}" if gap > 0.0 else ""
    if now.kind in ("grade", "days"):
        return f"{new - old:+.0f}" if round(new - old) else ""
    if new > 0.0 and old > 0.0:
        return _ratio(new / old)
    return "changed"


def _ratio(ratio: float) -> str:
    """How many times as much, or by how many percent."""
    percent = round(100.0 * abs(ratio - 1.0))
    if 0.5 < ratio < 2.0:
        return f"{percent}% {'more' if ratio > 1.0 else 'less'}" if percent else ""
    return f"× {number(ratio, 2)}" if ratio > 1.0 else f"÷ {number(1.0 / ratio, 2)}"


def moves(controls: Iterable[Control], values: Mapping[str, float]) -> str:
    """What was moved, in a line.

    Parameters
    ----------
    controls : iterable of Control
    values : mapping of str to float
        Only what stands elsewhere than at first.
    """
    labels = {control.name: control for control in controls}
    parts = []
    for name, value in values.items():
        control = labels.get(name)
        unit = f" {pretty(control.unit)}".rstrip() if control else ""
        parts.append(f"{control.label if control else name}: {number(value)}{unit}")
    return "; ".join(parts)


def counted_from(run: Trajectory) -> str:
    """From when the days of the read-outs count; empty where they are times of the model."""
    if not set(ROLES_READ) & set(run.model.roles):
        return ""
    infused = view_of(run, None, (-math.inf, math.inf), "explore").infused
    return "days after the CAR-T infusion" if infused else "days after the start"
