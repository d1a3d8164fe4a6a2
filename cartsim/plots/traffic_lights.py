"""The traffic light of many patients: a row for each, the worst on top, and how many have which grade."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.patches import Patch
from numpy.typing import NDArray

from ..language.errors import ModelError, shorten
from ..patient.grid import coordinates
from ..questions.readouts import readouts
from ..solving.ensemble import Ensemble
from .artists import figure_of
from .caution import cautions
from .grade_colours import GRADE_COLOURS, GRADES, ink_on
from .heading import write_footer, write_heading
from .patients import bare, failures, tell
from .scales import readable_ticks
from .sheet import axes_for, purpose, settle
from .strips import NAMES
from .style import INK, in_style, size_for
from .toxicity import RESCUE, Toxicity, graded_roles, toxicity_of
from .view import Days
from .words import axis_label, spoken

Array = NDArray[np.float64]
AxesArray = NDArray[Any]
_LONGEST = 19  # letters of a label beside its row
_SIGNS = {"tocilizumab": ("v", "▼", 0), "corticosteroid": ("D", "◆", -1), "anakinra": ("s", "■", -1)}
"""Role: its sign, the same as a letter, and beside which of the grades it stands."""


def lights(
    runs: Ensemble,
    *,
    days: Days,
    most: int,
    label: bool,
    ax: Axes | Sequence[Axes] | None,
    for_: str | None,
    title: str | None,
) -> AxesArray:
    """The rows of many patients; an axis for each grade comes back."""
    if not len(runs):
        raise ModelError("there is no finished run to draw; see .failures for the reasons")
    if not isinstance(most, int) or most < 1:
        raise ModelError(f"most={shorten(most)} must be a whole number of rows, one or more")
    roles = graded_roles(next(iter(runs.values())).model)
    maxima = _maxima(runs, roles)
    found = _picked(runs, maxima, days, most)
    drawn_for = purpose(ax, for_)
    with in_style(drawn_for):
        needs = f"there are {len(roles)} grades ({', '.join(roles)})"
        axes = axes_for(ax, len(roles), drawn_for, columns=len(roles), needs=needs)
        if ax is None:
            _heighten(axes[0], len(found), drawn_for or "slide")
        heading = _title(maxima) if title is None else title
        for i, (axis, role) in enumerate(zip(axes, roles, strict=True)):
            medicines = [name for name, (_, _, at) in _SIGNS.items() if at % len(roles) == i]
            taken = [_first_doses(each, medicines) for each in found.values()]
            _rows(axis, found, role, taken, names=i == 0, label=label)
            _signs(axis, found, medicines)
            _counts(axis, NAMES[role], maxima[role])
        notes = _notes(runs, found) + cautions(runs.values())
        write_heading(axes[0], heading, new=ax is None)
        write_footer(axes[0], notes, new=ax is None)
        tell(axes[0], [heading, *_told(maxima, found), *notes])
        settle(figure_of(axes[0]))
    return np.array(axes, dtype=object)


def _maxima(runs: Ensemble, roles: Sequence[str]) -> dict[str, Array]:
    """The highest grade of every run by role, shape (n_runs,); nan where there is none."""
    table = readouts(runs)
    return {role: table[f"{role.removesuffix('_grade')}_max_grade"].values for role in roles}


def _picked(runs: Ensemble, maxima: dict[str, Array], days: Days, most: int) -> dict[str, Toxicity]:
    """The runs that are shown by label, the worst first; the days are the same for all."""
    keys = [np.nan_to_num(values, nan=-1.0) for values in maxima.values()]
    order = np.lexsort([np.arange(len(runs)), *(-key for key in reversed(keys))])
    if len(order) > most:
        order = order[np.unique(np.linspace(0, len(order) - 1, most).round().astype(int))]
    labels = [runs.labels[i] for i in order]
    found = {label: toxicity_of(runs[label], days) for label in labels}
    last = max(each.view.last for each in found.values())
    if days is None and any(each.view.last < last for each in found.values()):
        first = min(each.view.first for each in found.values())
        found = {label: toxicity_of(runs[label], (first, last)) for label in labels}
    onset = {label: _onset(each) for label, each in found.items()}
    grades = {label: [-each.highest(role) for role in each.bands] for label, each in found.items()}
    return {label: found[label] for label in sorted(labels, key=lambda name: (grades[name], onset[name]))}


def _onset(found: Toxicity) -> float:
    return min((bands[0].start for bands in found.bands.values() if bands), default=math.inf)


# ------------------------------------------------------------------ what is drawn


def _heighten(ax: Axes, n: int, for_: str) -> None:
    """As much height for the rows of a new figure as they need and its size allows."""
    size = size_for(for_)
    wanted = (0.9 * n + 10.0) * size.font / 72.0
    figure_of(ax).set_size_inches(size.width, min(max(size.height, wanted), size.tallest))


def _rows(
    ax: Axes,
    found: dict[str, Toxicity],
    role: str,
    taken: Sequence[Sequence[float]],
    *,
    names: bool,
    label: bool,
) -> None:
    """A row of coloured days for each patient; on the days that are `taken` in its row stands a sign."""
    views = [each.view for each in found.values()]
    first, last = min(view.first for view in views), max(view.last for view in views)
    days = np.arange(math.floor(first), math.ceil(last), dtype=float)
    grades = np.minimum([each.worst(role, days) for each in found.values()], GRADES[-1])
    edges = np.append(days, days[-1] + 1.0)
    colours: dict[str, Any] = {
        "cmap": ListedColormap(GRADE_COLOURS),
        "norm": Normalize(-0.5, len(GRADE_COLOURS) - 0.5),
    }
    mesh = ax.pcolormesh(
        edges, np.arange(len(found) + 1) - 0.5, grades, edgecolors="white", zorder=1, **colours
    )
    mesh.set(gid=f"grades:{role}", linewidth=0.25 * float(np.atleast_1d(mesh.get_linewidth())[0]))
    ax.set_xlim(first, last)
    ax.set_ylim(len(found) - 0.5, -0.5)
    high = float(ax.get_position().height * figure_of(ax).get_figheight() * 72.0 / len(found))
    letters = float(ax.xaxis.label.get_fontsize()) / 1.2
    word, short = _names(list(found))
    if names and 1.1 * high > letters:
        ax.set_yticks(range(len(found)), [shorten_label(name) for name in short])
        ax.set_ylabel(word)
    else:
        ax.set_yticks([])
        ax.set_ylabel(f"{len(found):,} patients" if names else "")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    readable_ticks(ax.xaxis, log=False, most=6)
    since = "infusion" if views[0].infused else "the start"
    ax.set_xlabel(axis_label(f"time after {since}", "day"))
    if label and 0.8 * high > letters:
        _numbers(ax, grades, days, taken)


def _names(labels: Sequence[str]) -> tuple[str, list[str]]:
    """What all rows have in common, and the rest of each; of a grid the keywords, and the values of each."""
    places = [coordinates(label) for label in labels]
    names = {tuple(place) for place in places if place}
    if len(names) == 1 and all(places):
        words = ", ".join(name.replace("_", " ") for name in names.pop())
        return words, [", ".join(place.values()) for place in places if place]
    return bare(labels)


def shorten_label(name: str) -> str:
    """A label that leaves room for what it stands beside.

    Examples
    --------
    >>> shorten_label("patient 7"), shorten_label("dose=1e+09, tumour_burden=1e+11")
    ('patient 7', 'dose=1e+09, tumour…')
    """
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def _numbers(ax: Axes, grades: NDArray[Any], days: Array, taken: Sequence[Sequence[float]]) -> None:
    """The number of a grade, once in each stretch of days that have it, beside the signs that stand there."""
    inches = ax.get_position().width * figure_of(ax).get_figwidth()
    wide = float(ax.xaxis.label.get_fontsize()) / 1.2 * len(days) / (inches * 72.0)  # of a number, in days
    for row, its in enumerate(grades):
        for same in np.split(np.arange(len(days)), np.flatnonzero(np.diff(its)) + 1):
            grade, begin, end = int(its[same[0]]), float(days[same[0]]), float(days[same[-1]]) + 1.0
            signs = [begin, *(sign for sign in taken[row] if begin < sign < end), end]
            low, high = max(itertools.pairwise(signs), key=lambda pair: pair[1] - pair[0])
            room = high - low - 0.5 * wide * ((low > begin) + (high < end))
            if grade and room > 0.8 * wide:
                middle = 0.5 * (low + high) + 0.25 * wide * ((low > begin) - (high < end))
                note = ax.text(middle, row, str(grade), ha="center", va="center_baseline", zorder=3)
                note.set(size="small", color=ink_on(GRADE_COLOURS[grade]), clip_on=True, gid="grade-number")


def _first_doses(found: Toxicity, roles: Sequence[str]) -> list[float]:
    """The day of the first dose of each of these medicines that was given."""
    return [found.given[role][0][0] for role in roles if found.given.get(role)]


def _signs(ax: Axes, found: dict[str, Toxicity], roles: Sequence[str]) -> None:
    """A sign where a medicine was given first."""
    high = float(ax.get_position().height * figure_of(ax).get_figheight() * 72.0 / len(found))
    for role in roles:
        places = [(day, row) for row, each in enumerate(found.values()) for day in _first_doses(each, [role])]
        if places:
            days, rows = zip(*places, strict=True)
            (signs,) = ax.plot(days, rows, marker=_SIGNS[role][0], color=INK, linestyle="none", zorder=4)
            signs.set_markersize(min(0.6 * high, float(signs.get_markersize())))
            signs.set(gid=f"given:{role}", markeredgecolor="white")
            signs.set_markeredgewidth(0.12 * float(signs.get_markersize()))


def _counts(ax: Axes, name: str, maxima: Array) -> None:
    """How many patients have which highest grade, above the axis."""
    handles = [
        Patch(facecolor=GRADE_COLOURS[grade], label=f"{grade}: {int((maxima == grade).sum()):,}")
        for grade in GRADES
    ]
    legend = ax.legend(
        handles=handles,
        title=f"{name}, highest grade: patients",
        ncols=len(handles),
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        borderaxespad=0.1,
        borderpad=0.0,
        handlelength=0.9,
        handletextpad=0.3,
        columnspacing=0.8,
        alignment="left",
        title_fontsize="small",
    )
    legend.set_gid(f"counts:{name}")


# ------------------------------------------------------------------ words


def _title(maxima: dict[str, Array]) -> str:
    """How many have a grade at all, and a high one."""
    parts = []
    for role, values in maxima.items():
        known = values[~np.isnan(values)]
        some, many = int((known >= 1.0).sum()), int((known >= 3.0).sum())
        parts.append(
            f"{NAMES[role]} in {some:,} of {len(known):,}"
            + (f", grade 3 or more in {many:,}" if some else "")
        )
    return "; ".join(parts)


def _notes(runs: Ensemble, found: dict[str, Toxicity]) -> list[str]:
    """What the signs are, how many are shown, and how many failed."""
    signs = []
    for role, (_, letter, _) in _SIGNS.items():
        n = sum(bool(each.given.get(role)) for each in found.values())
        signs += [f"{letter} first dose of {RESCUE[role]} (in {n:,} of {len(found):,})"] if n else []
    picked = [f"{len(found):,} of {len(runs):,} patients, evenly picked"] if len(found) < len(runs) else []
    return [*([", ".join(signs)] if signs else []), *picked, *failures(len(runs.failures), len(runs))]


def _told(maxima: dict[str, Array], found: dict[str, Toxicity]) -> list[str]:
    """The counts in sentences, for alt text."""
    view = next(iter(found.values())).view
    told = [
        f"Grades of {len(found):,} patients day by day as coloured cells, a row each, the worst on top, day "
        f"{spoken(view.first)} to {spoken(view.last)}"
    ]
    for role, values in maxima.items():
        counts = [f"{int((values == grade).sum()):,} with grade {grade}" for grade in GRADES]
        told.append(f"Highest grade of {NAMES[role]}: {', '.join(counts)}")
    return told
