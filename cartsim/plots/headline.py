"""What happened in a run, as the clauses of one line, from its read-outs."""

from __future__ import annotations

import math
from collections.abc import Mapping

from matplotlib.figure import Figure
from matplotlib.text import Text

from ..questions.readout import Readout
from ..questions.readouts import ROLES_READ, readouts
from ..questions.response import COMPLETE, PARTIAL, WORDS
from ..questions.survival import responses
from .artists import font_size, renderer_of
from .view import View
from .words import number, pretty

EDGE = 0.012
"""Where headline and footer begin, in widths of the figure."""
_SIZES = (1.2, 1.1, 1.0, 0.95, 0.9)  # of the headline, in sizes of the text, as far as it has to shrink
_SHARES = {"complete": COMPLETE, "partial": PARTIAL}


def headline(view: View) -> list[str]:
    """The response, CRS, ICANS and a relapse, as far as the model has them; else the peak of the CAR-T cells.

    The most important come first, so that the last can be left out where the line is short.
    """
    if not set(ROLES_READ) & set(view.run.model.roles):
        return []
    found = readouts(view.run)
    clauses = _response(view, found) + _relapse(found)
    clauses += _grade(found, "crs", "CRS") + _grade(found, "icans", "ICANS")
    if len(clauses) < 2:
        clauses += _peak(found)
    return [clause[0].upper() + clause[1:] if i == 0 else clause for i, clause in enumerate(clauses)]


def _has(found: Mapping[str, Readout], *names: str) -> bool:
    return all(name in found and math.isfinite(found[name].value) for name in names)


def _response(view: View, found: Mapping[str, Readout]) -> list[str]:
    if not _has(found, "best_response"):
        return []
    word = WORDS[found["best_response"].value]
    if word not in _SHARES:
        return ["stable disease" if word == "stable" else "the tumour grows on"]
    t, tumour = view.days(view.run.t), view.run["tumour"]
    spans = responses(t, tumour, _SHARES[word] * view.at("tumour", 0.0))
    return [f"{word} response by day {math.ceil(spans[0][0]):d}"] if spans else [f"{word} response"]


def _relapse(found: Mapping[str, Readout]) -> list[str]:
    if not _has(found, "relapse_day", "best_response") or WORDS[found["best_response"].value] not in _SHARES:
        return []
    kind = found["relapse_kind"].reason if "relapse_kind" in found else ""
    return [f"relapse {kind} on day {found['relapse_day'].value:.0f}".replace("  ", " ")]


def _grade(found: Mapping[str, Readout], name: str, words: str) -> list[str]:
    if not _has(found, f"{name}_max_grade"):
        return []
    highest, onset = found[f"{name}_max_grade"].value, found[f"{name}_onset"].value
    if highest < 1.0 or not math.isfinite(onset):
        return [f"no {words}"]
    last = found[f"{name}_duration"]
    days = f"days {onset:.0f}–{onset + last.value:.0f}" if not last.reason else f"from day {onset:.0f} on"
    return [f"{words} grade {highest:.0f}, {days}"]


def _peak(found: Mapping[str, Readout]) -> list[str]:
    clauses = []
    if _has(found, "tmax", "cmax"):
        unit = pretty(found["cmax"].unit)
        top = f"{number(found['cmax'].value, 2)}{'×' if unit[:1].isdigit() else ' '}{unit}".strip()
        clauses.append(f"CAR-T cells peak at {top} on day {found['tmax'].value:.0f}")
    if _has(found, "il6_peak", "il6_peak_day"):
        clauses.append(f"IL-6 peaks on day {found['il6_peak_day'].value:.0f}")
    return clauses


def write(figure: Figure, clauses: list[str]) -> str:
    """Put the clauses above the figure, in one line; smaller, or fewer, where they would not fit.

    Returns
    -------
    str
        The line.
    """
    if not clauses:
        return ""
    note = figure.suptitle("; ".join(clauses), x=EDGE, ha="left", size="medium")
    usual, room = font_size(note), (1.0 - 3.0 * EDGE) * figure.bbox.width
    for kept in range(len(clauses), 0, -1):
        note.set_text("; ".join(clauses[:kept]))
        for factor in _SIZES:
            note.set_fontsize(factor * usual)
            if Text.get_window_extent(note, renderer_of(figure)).width <= room:
                return str(note.get_text())
    return str(note.get_text())
