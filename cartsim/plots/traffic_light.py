"""`traffic_light`: CRS and ICANS day by day as coloured grades, of one patient or of many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from ..language.errors import ModelError, shorten
from ..questions.sought import level_in
from ..solving.ensemble import Ensemble
from ..solving.trajectory import Trajectory
from .artists import figure_of
from .caution import cautions
from .grade_colours import GRADE_COLOURS, GRADES, ink_on
from .heading import write_footer, write_heading
from .patients import tell
from .scales import readable_ticks
from .sheet import axes_for, purpose, settle
from .strips import NAMES
from .style import BLUE, GREEN, GREY, INK, VERMILLION, in_style, readable
from .toxicity import RESCUE, Toxicity, toxicity_of
from .traffic_lights import AxesArray, lights
from .view import Days
from .words import axis_label, number, pretty, spoken

Array = NDArray[np.float64]
CELL, NUMBER, GIVEN = "grade:", "grade-number:", "given:"
"""The gid of a cell, of the number in it and of the signs of a medicine begin so; then comes the role."""
_VITALS = {  # role: words, colour, whether the highest is the worst
    "temperature": ("temperature", VERMILLION, True),
    "blood_pressure": ("blood pressure", BLUE, False),
    "oxygen_saturation": ("oxygen", GREEN, False),
}
_HIGH = 0.86  # of a row


def traffic_light(
    runs: Trajectory | Ensemble,
    *,
    days: Days = None,
    most: int = 30,
    label: bool = True,
    ax: Axes | Sequence[Axes] | None = None,
    for_: str | None = None,
    title: str | None = None,
) -> Axes | AxesArray:
    """The worst grade of CRS and of ICANS on each day as a coloured cell with its number.

    Parameters
    ----------
    runs : Trajectory or Ensemble
        Of one patient, temperature, blood pressure, oxygen and what was given stand below the grades. Of
        several there is a row for each, the highest grade of CRS on top, and how many have which grade.
    days : (float, float), optional
        After the CAR-T infusion; by default as long as a grade lasts, from two to six weeks.
    most : int
        Of more patients, so many are picked evenly from the worst to the best, and the figure says so.
    label : bool
        Whether the numbers stand in the cells.
    ax : Axes, or sequence of Axes, optional
        Where to draw: one axis for one patient; for several one for each grade that the model has. Without
        it a new figure is made.
    for_ : {"slide", "print", "poster"}, optional
        The sizes of figure, letters and lines; a slide by default. A given `ax` keeps those of its figure.
    title : str, optional
        The heading; by default the highest grades and when they are.

    Returns
    -------
    Axes or ndarray of Axes
        An axis for one patient, an axis for each grade for several.

    Raises
    ------
    ModelError
        If the model has neither the role ``crs_grade`` nor ``icans_grade``, or nothing is left to draw.

    Notes
    -----
    Grades are those of the model, as the ASTCT consensus has them; a day begins at its hour of the infusion.
    They are read between the output times too.

    Examples
    --------
    >>> import cartsim as cs
    >>> fever = cs.Model("fever", species={"leak": cs.Species(2.5, "1", "leaking vessels")},
    ...     parameters={"seal": cs.Parameter(0.5, "1/day")},
    ...     processes={"sealing": cs.Process("leak ->", "seal*leak")},
    ...     observables={"CRS": cs.Observable("step(leak - 1) + step(leak - 2)", "1", "grade of CRS")},
    ...     roles={"crs_grade": "CRS"})
    >>> ax = traffic_light(cs.simulate(fever, until=5))
    >>> [text.get_text() for text in ax.texts if str(text.get_gid()).startswith(NUMBER)]
    ['2', '1', '0', '0', '0']
    """
    if isinstance(runs, Ensemble):
        return lights(runs, days=days, most=most, label=label, ax=ax, for_=for_, title=title)
    if not isinstance(runs, Trajectory):
        raise ModelError(
            f"traffic_light draws a run or an ensemble, as simulate gives it, not {shorten(runs)}"
        )
    found = toxicity_of(runs, days, vital_signs=True)
    drawn_for = purpose(ax, for_)
    with in_style(drawn_for):
        (axis,) = axes_for(ax, 1, drawn_for, needs="the traffic light of one patient has one axis")
        rows = _frame(axis, found)
        for role in found.bands:
            _cells(axis, found, role, rows[role], label)
        for role in found.vitals:
            _vital(axis, found, role, rows[role])
        for role in found.given:
            if role in rows:
                _given(axis, found, role, rows[role])
        heading = "; ".join(_said(found, role) for role in found.bands) if title is None else title
        heading = f"{heading[:1].upper()}{heading[1:]}"
        write_heading(axis, heading, new=ax is None)
        notes = [*_not_given(found), *_goes_on(found), *cautions([runs])]
        write_footer(axis, notes, new=ax is None)
        tell(axis, [heading, *_told(found), *notes])
        settle(figure_of(axis))
    return axis


# ------------------------------------------------------------------ what is drawn


def _frame(ax: Axes, found: Toxicity) -> dict[str, float]:
    """The rows, from top to bottom: the lower edge of each by role."""
    given = [role for role, spans in found.given.items() if spans]
    roles = [*found.bands, *found.vitals, *given]
    rows = {role: float(len(roles) - 1 - i) for i, role in enumerate(roles)}
    words = {role: f"{name} grade" for role, name in NAMES.items()} | RESCUE
    words |= {role: text for role, (text, _, _) in _VITALS.items()}
    ax.set_xlim(found.view.first, found.view.last)
    ax.set_ylim(0.0, len(roles))
    ax.set_yticks([rows[role] + 0.5 for role in roles], [words[role] for role in roles])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    readable_ticks(ax.xaxis, log=False, most=10)
    since = "CAR-T infusion" if found.view.infused else "the start"
    ax.set_xlabel(axis_label(f"time after {since}", "day"))
    return rows


def _cells(ax: Axes, found: Toxicity, role: str, row: float, label: bool) -> None:
    """A cell for each day, and its number; where a cell is too narrow, one number for equal neighbours."""
    days = np.arange(math.floor(found.view.first), math.ceil(found.view.last), dtype=float)
    grades = np.minimum(found.worst(role, days), GRADES[-1])
    inches = ax.get_position().width * figure_of(ax).get_figwidth()
    each = inches * 72.0 / (found.view.last - found.view.first)
    narrow = each < 0.75 * float(ax.xaxis.label.get_fontsize())
    for day, grade in zip(days.tolist(), grades.tolist(), strict=True):
        cell = Rectangle((day, row + 0.5 * (1.0 - _HIGH)), 1.0, _HIGH, facecolor=GRADE_COLOURS[grade])
        cell.set(edgecolor="white", gid=f"{CELL}{role}", label=f"_grade {grade}", zorder=2)
        ax.add_patch(cell)
    edges = np.flatnonzero(np.diff(grades)) + 1 if narrow else np.arange(1, len(days))
    for same in np.split(np.arange(len(days)), edges) if label else ():
        middle, grade = float(days[same].mean()) + 0.5, int(grades[same[0]])
        if len(same) * each < 0.6 * float(ax.xaxis.label.get_fontsize()):
            continue
        note = ax.text(middle, row + 0.5, str(grade), ha="center", va="center_baseline", zorder=3)
        note.set(color=ink_on(GRADE_COLOURS[grade]), size="small", clip_on=True, gid=f"{NUMBER}{role}")
        note.set_fontweight("bold" if grade else "normal")


def _vital(ax: Axes, found: Toxicity, role: str, row: float) -> None:
    """A curve as high as its row, and its worst value in numbers at the right."""
    _, colour, is_high = _VITALS[role]
    values, unit = found.vitals[role], found.view.run.units.get(role, "")
    low, high = float(values.min()), float(values.max())
    level = level_in(role, unit) if role == "temperature" else None

    def height(value: Any) -> Any:
        return row + 0.12 + 0.76 * (value - low) / (high - low) if high > low else row + 0.5 + 0.0 * value

    (line,) = ax.plot(found.t, height(values), color=colour, zorder=3, gid=f"vital:{role}")
    line.set_linewidth(0.8 * line.get_linewidth())
    ax.axhline(row, color="white", zorder=2.5)
    if level is not None and low < level < high:
        limit = ax.hlines(height(level), *ax.get_xlim(), color=GREY, linestyle=(0, (4, 2)), zorder=2)
        limit.set_linewidth(0.35 * line.get_linewidth())
        over = ax.fill_between(found.t, height(level), height(np.maximum(values, level)), color=colour)
        over.set(alpha=0.25, linewidth=0, zorder=1, gid="fever")
        words = f"{number(level)} {pretty(unit)} "
        fever = ax.annotate(words, (1.0, height(level)), xycoords=("axes fraction", "data"))
        fever.set(ha="right", va="bottom", size="x-small", color=GREY)
    worst = values.argmax() if is_high else values.argmin()
    words = f"{'up' if is_high else 'down'} to {number(float(values[worst]), 3)} {pretty(unit)}".strip()
    _beside(ax, row, words, readable(colour))


def _beside(ax: Axes, row: float, words: str, colour: str) -> None:
    """Words at the right of a row."""
    place, far = ("axes fraction", "data"), (0.5, 0.0)
    note = ax.annotate(words, (1.0, row + 0.5), far, xycoords=place, textcoords="offset fontsize")
    note.set(ha="left", va="center", size="small", color=colour, annotation_clip=False)


def _given(ax: Axes, found: Toxicity, role: str, row: float) -> None:
    """A triangle for each dose, a bar for as long as an infusion lasts."""
    for start, stop in found.given[role]:
        if stop > start:
            ax.barh(row + 0.5, stop - start, 0.25, start, color=INK, zorder=2, gid=f"{GIVEN}{role}")
    times = [start for start, _ in found.given[role]]
    (signs,) = ax.plot(times, [row + 0.5] * len(times), marker="v", color=INK, linestyle="none", zorder=3)
    signs.set(gid=f"{GIVEN}{role}", clip_on=False)
    _beside(ax, row, f"{len(times)} dose{'s' * (len(times) != 1)}", INK)


# ------------------------------------------------------------------ words


def _said(found: Toxicity, role: str) -> str:
    """The highest grade and its days, short."""
    highest, name = found.highest(role), NAMES[role]
    if not highest:
        return f"no {name}"
    at = [band for band in found.bands[role] if band.grade == highest]
    return f"{name} up to grade {highest} on day {math.floor(at[0].start)}"


def _not_given(found: Toxicity) -> list[str]:
    none = [RESCUE[role] for role, spans in found.given.items() if not spans]
    return [f"Not given: {', '.join(none)}."] if none else []


def _goes_on(found: Toxicity) -> list[str]:
    """Which grades last longer than what is shown."""
    later = [
        f"{NAMES[role]} lasts until day {number(bands[-1].stop, 3)}"
        for role, bands in found.bands.items()
        if bands and bands[-1].stop > found.view.last
    ]
    return [f"Beyond what is shown: {', '.join(later)}."] if later else []


def _told(found: Toxicity) -> list[str]:
    """Grades, vital signs and medicines in sentences, for alt text."""
    first, last = found.view.first, found.view.last
    told = [f"Grades day by day as coloured cells, day {spoken(first)} to {spoken(last)}"]
    for role, bands in found.bands.items():
        spans = [f"grade {band.grade} from day {spoken(band.start)} to {spoken(band.stop)}" for band in bands]
        told.append(f"{NAMES[role]}: {', '.join(spans) or 'none'}")
    for role, values in found.vitals.items():
        words, _, is_high = _VITALS[role]
        at = int(values.argmax() if is_high else values.argmin())
        unit = pretty(found.view.run.units.get(role, ""))
        worst = f"{'highest' if is_high else 'lowest'} {spoken(float(values[at]))} {unit}".strip()
        told.append(f"{words}: {worst} on day {spoken(float(found.t[at]))}")
    for role, doses in found.given.items():
        if doses:
            told.append(f"{RESCUE[role]} given on day {', '.join(spoken(start) for start, _ in doses)}")
    return told
