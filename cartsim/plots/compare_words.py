"""What differs between arms, in one line and in sentences, from their read-outs."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ..questions.readout import Readouts
from ..questions.readouts import ROLES_READ, readouts
from ..questions.response import WORDS
from ..solving.ensemble import Ensemble
from .words import number, pretty, spoken

Array = NDArray[np.float64]

_SAME = 0.05  # relative: peaks that differ less are called the same
_SAME_DAY = 0.5  # days
_GRADES = {"crs_max_grade": "CRS", "icans_max_grade": "ICANS"}


def heading_of(runs: Ensemble, found: Mapping[str, Readouts]) -> str:
    """The differences in numbers: of two arms the first against the second, of more the extremes."""
    parts = _of_two(found) if len(runs) == 2 else _of_several(found, runs.labels)
    arms = f"{runs.labels[0]} against {runs.labels[1]}" if len(runs) == 2 else ", ".join(runs.labels)
    words = f"{arms}: {'; '.join(parts)}" if parts else arms
    word = words.split()[0].rstrip(",:")  # not a name such as b_all
    return f"{words[0].upper()}{words[1:]}" if word.isalpha() else words


def read_outs_of(runs: Ensemble) -> Mapping[str, Readouts]:
    """The read-outs of the arms; none, if a model has no role for any."""
    readable = all(set(ROLES_READ) & set(run.model.roles) for run in runs.values())
    return readouts(runs) if readable else {}


def _known(found: Mapping[str, Readouts], name: str) -> Array | None:
    """The values of all arms, if all have one."""
    values = found[name].values if name in found else None
    return values if values is not None and np.isfinite(values).all() else None


def _of_two(found: Mapping[str, Readouts]) -> list[str]:
    parts = []
    peak, day = _known(found, "cmax"), _known(found, "tmax")
    if peak is not None and peak[1] > 0.0:
        times = float(peak[0] / peak[1])
        words = "the same peak" if abs(times - 1.0) < _SAME else f"peak {number(times, 2)} times as high"
        later = float(day[0] - day[1]) if day is not None else 0.0
        if abs(later) >= _SAME_DAY:
            words += f", {number(abs(later), 2)} days {'later' if later > 0.0 else 'earlier'}"
        parts.append(words)
    parts += _relapse(found)
    for name, grade in _GRADES.items():
        values = _known(found, name)
        if values is not None:
            one, two = (f"{value:.0f}" for value in values)
            if one != two:
                parts.append(f"{grade} grade {one} against {two}")
            elif grade == "CRS":
                parts.append(f"CRS grade {one} in both")
    return parts


def _relapse(found: Mapping[str, Readouts]) -> list[str]:
    """Best response and relapse, where they differ."""
    best, parts = _known(found, "best_response"), []
    if best is not None and best[0] != best[1]:
        parts.append(f"response {WORDS[best[0]]} against {WORDS[best[1]]}")
    if "relapse_day" in found:
        days = found["relapse_day"].values
        if np.isfinite(days).any() and not np.allclose(days[0], days[1], atol=1.0, equal_nan=True):
            one, two = (f"day {day:.0f}" if math.isfinite(day) else "none" for day in days)
            parts.append(f"relapse {one} against {two}")
    return parts


def _of_several(found: Mapping[str, Readouts], labels: tuple[str, ...]) -> list[str]:
    parts = []
    peak = _known(found, "cmax")
    if peak is not None and peak.min() > 0.0:
        times = float(peak.max() / peak.min())
        high, low = labels[int(peak.argmax())], labels[int(peak.argmin())]
        parts.append(
            f"peak highest with {high}, {number(times, 2)} times that with {low}"
            if times - 1.0 >= _SAME
            else "the same peak in all"
        )
    for name, grade in _GRADES.items():
        values = _known(found, name)
        if values is not None:
            said = [f"{value:.0f}" for value in values]
            if len(set(said)) > 1:
                parts.append(f"{grade} grade {', '.join(said)}")
            elif grade == "CRS":
                parts.append(f"CRS grade {said[0]} in all")
    return parts


def told(runs: Ensemble, found: Mapping[str, Readouts]) -> list[str]:
    """Each arm in a sentence, for alt text."""
    sentences = [f"{len(runs)} arms side by side: {', '.join(runs.labels)}"]
    for i, label in enumerate(runs.labels):
        parts = []
        for name, words, day in (
            ("cmax", "CAR-T cells peak at", "tmax"),
            ("tumour_nadir", "tumour lowest at", "tumour_nadir_day"),
            ("il6_peak", "interleukin 6 peaks at", "il6_peak_day"),
            ("temperature_peak", "temperature highest at", "temperature_peak_day"),
        ):
            if name in found and math.isfinite(found[name].values[i]):
                value = f"{spoken(float(found[name].values[i]))} {pretty(found[name].unit)}".strip()
                when = float(found[day].values[i]) if day in found else math.nan
                parts.append(f"{words} {value}" + (f" on day {spoken(when)}" if math.isfinite(when) else ""))
        parts += [
            f"{grade} up to grade {found[name].values[i]:.0f}"
            for name, grade in _GRADES.items()
            if name in found and math.isfinite(found[name].values[i])
        ]
        if "relapse_day" in found and math.isfinite(found["relapse_day"].values[i]):
            parts.append(f"relapse on day {spoken(float(found['relapse_day'].values[i]))}")
        sentences.append(f"{label}: {', '.join(parts) or 'no read-outs'}")
    return sentences
