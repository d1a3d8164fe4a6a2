"""One number a patient (`Reading`), and the small words under an axis, for the clinical pictures."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from ..language.errors import ModelError, shorten
from ..language.roles import ROLES
from ..questions.readout import Readout, Readouts, ReadoutTable
from ..questions.readouts import readouts
from ..solving.ensemble import Ensemble
from .artists import TOLD, figure_of, font_size
from .caution import cautions
from .style import GREY

Array = NDArray[np.float64]
Patients: TypeAlias = Ensemble | ReadoutTable[Readouts] | Readouts | Mapping[str, float] | ArrayLike
"""What has one number a patient: runs, their read-outs, or the numbers themselves."""

REMARK = "remark"
"""The gid of the small words under an axis: what is missing, and how many runs failed."""
# fmt: off
WORDS = {  # what stands at the axis of a read-out
    "cmax":                  "peak of the CAR-T cells",
    "tmax":                  "time to the peak of the CAR-T cells",
    "fold_expansion":        "expansion of the CAR-T cells (fold)",
    "doubling_time":         "doubling time of the CAR-T cells",
    "contraction_half_life": "half-life of the CAR-T cells after their peak",
    "terminal_half_life":    "terminal half-life of the CAR-T cells",
    "persistence":           "persistence of the CAR-T cells",
    "tumour_nadir":          "smallest amount of tumour",
    "tumour_nadir_day":      "time to the smallest amount of tumour",
    "log10_kill":            "kill of the tumour (powers of ten)",
    "relapse_day":           "time to relapse",
}
# fmt: on


@dataclass(frozen=True, eq=False)
class Reading:
    """One number a patient.

    Attributes
    ----------
    values : ndarray, shape (n_patients,)
        nan where it is missing.
    name, words, unit : str
        Which read-out it is (empty for numbers of one's own), in words, and its unit.
    labels : tuple of str
        The patients; empty where they have no names.
    reasons : mapping of str to str
        Why it is missing, by label.
    failed : int
        Runs that failed, which are not among the values.
    caution : tuple of str
        What must stand under the picture, if the runs are of a patient.
    """

    values: Array
    name: str = ""
    words: str = ""
    unit: str = ""
    labels: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    failed: int = 0
    caution: tuple[str, ...] = ()

    def missing(self, wanted: NDArray[np.bool_]) -> list[str]:
        """How many of the patients in `wanted`, shape (n_patients,), have no value, and why; who failed."""
        reasons = []
        for i in np.flatnonzero(wanted):
            usual = "infinite" if math.isinf(self.values[i]) else "without a value"
            reasons.append((self.reasons.get(self.labels[i]) if self.labels else "") or usual)
        return alike(reasons, len(self.values)) + failures(self.failed, len(self.values)) + [*self.caution]


def read_of(
    patients: Any, read: str, verb: str, *, words: str | None = None, unit: str | None = None
) -> Reading:
    """One number a patient, from whatever holds them; `verb` is who asks, for the errors."""
    failed = 0
    caution: tuple[str, ...] = ()
    if isinstance(patients, Ensemble):
        if not len(patients):
            raise ModelError(f"{verb} has no finished run to draw; see .failures for the reasons")
        caution = tuple(cautions([patients[patients.labels[0]]]))
        failed, patients = len(patients.failures), readouts(patients)
    name = ""
    if isinstance(patients, ReadoutTable):
        name, patients = read, patients[read]
    if isinstance(patients, Readout):
        raise ModelError(
            f"{verb} needs the read-outs of several runs, and {shorten(read)} is of a single one"
        )
    if isinstance(patients, Readouts):
        found = Reading(
            patients.values,
            name,
            words_of(name, patients.meaning) if words is None else words,
            patients.unit if unit is None else unit,
            patients.labels,
            patients.reasons,
            failed,
            caution,
        )
    else:
        labels = tuple(map(str, patients)) if isinstance(patients, Mapping) else ()
        found = Reading(_numbers(patients, verb), "", words or "value", unit or "", labels)
    if not len(found.values):
        raise ModelError(f"{verb} has no patients to draw: there is no value")
    return found


def words_of(name: str, meaning: str) -> str:
    """A read-out in words that fit an axis.

    Examples
    --------
    >>> words_of("auc_0_28", ""), words_of("il6_peak", ""), words_of("", "my own")
    ('CAR-T cells, area from day 0 to day 28', 'interleukin 6, peak', 'my own')
    """
    area = re.fullmatch(r"auc_(.+)_(.+)", name)
    if area:
        return f"CAR-T cells, area from day {area[1]} to day {area[2]}"
    for end, said in (("_peak_day", "time to the peak"), ("_peak", "peak")):
        if name.removesuffix(end) in ROLES:
            return f"{ROLES[name.removesuffix(end)]}, {said}"
    return WORDS.get(name, meaning)


def _numbers(given: Any, verb: str) -> Array:
    values = list(given.values()) if isinstance(given, Mapping) else given
    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        numbers = np.empty((0, 0))
    if numbers.ndim != 1 or isinstance(given, str):
        raise ModelError(
            f"{verb} takes runs as simulate gives them for several models, their read-outs, or one number a "
            f"patient, not {shorten(given)}"
        )
    return numbers


# ------------------------------------------------------------------ small words


def bare(labels: Sequence[str]) -> tuple[str, list[str]]:
    """What all labels begin with, and the rest of each.

    Examples
    --------
    >>> bare(["patient 1", "patient 2"]), bare(["Ann", "Bob"])
    (('patient', ['1', '2']), ('', ['Ann', 'Bob']))
    """
    parts = [label.partition(" ") for label in labels]
    if len({first for first, _, _ in parts}) == 1 and all(rest for _, _, rest in parts):
        return parts[0][0], [rest for _, _, rest in parts]
    return "", list(labels)


def alike(reasons: Sequence[str], n: int) -> list[str]:
    """How many of `n` have each of these reasons, the most frequent first; numbers that differ are left out.

    Examples
    --------
    >>> alike(["not reached: until day 20", "not reached: until day 30", "infinite"], 9)
    ['2 of 9 not reached: until day …', '1 of 9 infinite']
    """
    same: dict[str, list[str]] = {}
    for reason in reasons:
        same.setdefault(re.sub(r"\d[\d.]*(e[+-]?\d+)?", "#", reason), []).append(reason)
    told = []
    for found in sorted(same.values(), key=len, reverse=True):
        columns = zip(*(reason.split() for reason in found), strict=False)
        words = " ".join(words[0] if len(set(words)) == 1 else "…" for words in columns)
        told.append(f"{len(found):,} of {n:,} {words}")
    return told


def failures(failed: int, finished: int) -> list[str]:
    """That runs failed, if some did."""
    return [f"{failed:,} of {finished + failed:,} runs failed"] if failed else []


def notes_of(runs: Ensemble) -> list[str]:
    """What stands under a picture of runs: how many failed, and the caution if they are of a patient."""
    return failures(len(runs.failures), len(runs)) + cautions([runs[runs.labels[0]]] if len(runs) else [])


def remark(ax: Axes, parts: Sequence[str], *, under: Any = None) -> None:
    """Small words under the label of the horizontal axis, or under another text of it."""
    if not parts:
        return
    note = ax.annotate(
        "",
        (0.0, 0.0),
        xycoords=("axes fraction", ax.xaxis.label if under is None else under),
        xytext=(0.0, -0.4),
        textcoords="offset fontsize",
        annotation_clip=False,
    )
    note.set(ha="left", va="top", size="x-small", color=GREY, gid=REMARK)
    inches = ax.get_position().width * figure_of(ax).get_figwidth()
    wide = max(int(inches * 72 / (0.5 * font_size(note))), 20)
    note.set_text("\n".join(textwrap.fill(part, wide) for part in parts))


def tell(ax: Axes, sentences: Sequence[str]) -> None:
    """What `alt_text` says of this axis."""
    ax.set_gid(TOLD)
    ax.set_label(" ".join(s if s.endswith((".", "!", "?")) else f"{s}." for s in sentences if s))
