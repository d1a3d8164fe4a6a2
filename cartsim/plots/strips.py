"""Strips of grades: a row each for CRS and ICANS, in colours by grade, with the number written inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from ..questions.grades import graded
from ..questions.record import record_of
from .artists import renderer_of, with_gid
from .grade_colours import GRADE_COLOURS, ink_on
from .view import View
from .words import spoken

GRADE = "grade:"
"""The gid of a coloured band begins with this, then the role; that of its number with ``grade-number:``."""
NUMBER = "grade-number:"
NAMES = {"crs_grade": "CRS", "icans_grade": "ICANS"}
_HIGH = 0.84  # of a row
_LEAST = 0.02  # days: shorter bands are a flicker on a threshold


@dataclass(frozen=True)
class Band:
    """A grade, from when until when, in days after the infusion."""

    grade: int
    start: float
    stop: float


def grade_bands(view: View, role: str) -> list[Band]:
    """When which grade holds, 1 and above, within the view; changes are found between output times too."""
    record = record_of(view.run, (), whole=True)
    begin = np.array([view.origin + view.first])
    pieces, grade = graded(record, role, begin)
    bands = [
        Band(int(value), float(start) - view.origin, min(float(stop) - view.origin, view.last))
        for value, start, stop in zip(grade, pieces.start, pieces.stop, strict=True)
        if value >= 1.0 and start - view.origin < view.last
    ]
    joined: list[Band] = []
    for band in bands:
        if joined and joined[-1].grade == band.grade and band.start - joined[-1].stop < _LEAST:
            joined[-1] = Band(band.grade, joined[-1].start, band.stop)
        else:
            joined.append(band)
    return [band for band in joined if band.stop - band.start >= _LEAST]


def draw_strips(ax: Axes, strips: Sequence[tuple[str, Sequence[Band]]], *, first: float, last: float) -> None:
    """A row for each role, the first on top."""
    for row, (role, bands) in enumerate(reversed(strips)):
        below = row + 0.5 * (1.0 - _HIGH)
        ax.add_patch(
            Rectangle((first, below), last - first, _HIGH, facecolor=GRADE_COLOURS[0], alpha=0.7, zorder=0.4)
        )
        for band in bands:
            colour = GRADE_COLOURS[min(band.grade, len(GRADE_COLOURS) - 1)]
            patch = Rectangle((band.start, below), band.stop - band.start, _HIGH, facecolor=colour, zorder=2)
            patch.set_gid(f"{GRADE}{role}")
            patch.set_label(f"_{NAMES[role]} grade {band.grade}")
            ax.add_patch(patch)
            note = ax.text(
                0.5 * (band.start + band.stop),
                row + 0.5,
                str(band.grade),
                ha="center",
                va="center_baseline",
                size="small",
                weight="bold",
                color=ink_on(colour),
                zorder=3,
                clip_on=True,
            )
            note.set_gid(f"{NUMBER}{role}")
    ax.set_ylim(0, len(strips))
    ax.set_yticks([row + 0.5 for row in range(len(strips))], [NAMES[role] for role, _ in reversed(strips)])
    ax.set_ylabel("grade\n(0 to 4)", rotation=0, ha="right", va="center", size="small", linespacing=1.0)
    ax.tick_params(axis="y", length=0)
    ax.spines[["left", "bottom"]].set_visible(False)


def fit_numbers(ax: Axes) -> None:
    """Show a number where its band is wide enough; of each row's highest grade one stays in any case."""
    renderer = renderer_of(ax)
    for role in NAMES:
        patches, notes = with_gid(ax.patches, f"{GRADE}{role}"), with_gid(ax.texts, f"{NUMBER}{role}")
        widths = [patch.get_window_extent(renderer).width for patch in patches]
        for note, width in zip(notes, widths, strict=True):
            note.set_visible(Text.get_window_extent(note, renderer).width < width)
        highest = max((note.get_text() for note in notes), default="")
        same = [(w, n) for w, n in zip(widths, notes, strict=True) if n.get_text() == highest]
        if same and not any(note.get_visible() for _, note in same):
            max(same, key=lambda pair: pair[0])[1].set_visible(True)
            _hide_beside(max(same, key=lambda pair: pair[0])[1], notes)


def _hide_beside(kept: Text, notes: Sequence[Text]) -> None:
    """Hide the numbers that would overlap the one that stays."""
    renderer = renderer_of(kept)
    box = Text.get_window_extent(kept, renderer)
    for note in notes:
        if note is not kept and box.overlaps(Text.get_window_extent(note, renderer)):
            note.set_visible(False)


def told_strips(strips: Sequence[tuple[str, Sequence[Band]]]) -> list[str]:
    """The grades in sentences, for alt text."""
    told = []
    for role, bands in strips:
        said = [f"grade {band.grade} from day {spoken(band.start)} to {spoken(band.stop)}" for band in bands]
        told.append(f"{NAMES[role]}: {', '.join(said) if said else 'grade 0 throughout'}.")
    return told
