"""`survival`: Kaplan-Meier curves of one arm or several, with the numbers at risk under the time axis."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from ..language.errors import ModelError, shorten
from ..language.values import finite
from ..questions.readouts import readouts
from ..questions.survival import Survival, event_times, follow_up, undefined_in
from ..questions.survival import survival as estimate
from ..solving.ensemble import Ensemble
from .artists import figure_of
from .labels import fit, label_ends, legend_instead
from .patients import alike, notes_of, remark, tell
from .scales import Scale, readable_ticks
from .sheet import axes_for, purpose, settle, value_label
from .style import COLOURS, GREY, STROKES, Stroke, in_style, readable
from .words import axis_label, slug, spoken

Array = NDArray[np.float64]
Arm: TypeAlias = Ensemble | Survival | tuple[ArrayLike, ArrayLike]
"""Runs, an estimate, or the days and whether the event happened."""

MOST_ARMS = len(STROKES)
"""More arms than there are line styles are not told apart."""
AT_RISK = "at-risk"
"""The gid of the numbers at risk begins with this."""
_EVENTS = {"relapse_day": "relapse", "persistence": "loss of the CAR-T cells"}
_WRAP = 16  # characters in a line of the name of an arm beside its numbers


@dataclass(frozen=True)
class _Arm:
    """What one curve is drawn from: its estimate and look, what the days count from, and who is left out."""

    label: str
    found: Survival
    colour: str
    stroke: Stroke
    since: str
    remarks: tuple[str, ...]


def survival(
    arms: Arm | Mapping[str, Arm],
    *,
    read: str = "relapse_day",
    until: float | None = None,
    undefined: float | None = None,
    event: str | None = None,
    band: bool = True,
    at_risk: bool = True,
    label: bool = True,
    ax: Axes | None = None,
    for_: str | None = None,
    title: str | None = None,
) -> Axes:
    """Kaplan-Meier curves; the axis comes back, and nothing is shown or saved.

    Parameters
    ----------
    arms : Ensemble, Survival, (days, happened), or mapping of str to these
        One arm, or two to five by label. Runs are asked for read-outs with the usual limits; for others give
        ``event_times(readouts(runs, tumour_limit=...)["relapse_day"], follow_up(runs))``.
    read : str
        Which read-out of runs is the day of the event.
    until : float, optional
        The end of the follow-up, in days; by default that of the runs.
    undefined : float, optional
        The day on which runs count as events in which the read-out is not defined, such as tumours that
        never shrank; 0 counts them at once. Without it they are left out, and the figure says how many.
    event : str, optional
        What the event is called; by default a relapse.
    band : bool
        Whether the 95 % confidence interval is drawn.
    at_risk : bool
        Whether the numbers at risk stand under the time axis.
    label : bool
        Whether the curves are named.
    ax : Axes, optional
        Where to draw; without it a new figure is made. The numbers at risk need room under it, which the
        layout "constrained" makes.
    for_ : {"slide", "print", "poster"}, optional
        The sizes of figure, letters and lines; a slide by default. A given `ax` keeps those of its figure.
    title : str, optional
        The heading.

    Returns
    -------
    Axes
        The gid of a curve is ``curve:survival:label``, of the strokes for censored patients
        ``censored:label``.

    Raises
    ------
    UnknownNameError
        For a read-out that there is not; the nearest one is offered.
    ModelError
        If there are no patients or too many arms, or an arm is none of these kinds.

    Examples
    --------
    >>> ax = survival({"low": ([10, 20, 60], [1, 1, 0]), "high": ([40, 60, 60], [1, 0, 0])})
    >>> ax.get_ylabel(), [float(line.get_ydata()[-1]) for line in ax.lines if line.get_label() == "low"]
    ('patients without relapse (%)', [33.3...])
    """
    drawn = _arms(arms, read, until, undefined)
    said = event or _EVENTS.get(read, "event")
    drawn_for = purpose(ax, for_)
    with in_style(drawn_for):
        (axis,) = axes_for(ax, 1, drawn_for, needs="survival curves share one axis")
        ticks = _frame(axis, drawn, until, said)
        lines = [_draw(axis, arm, band) for arm in drawn]
        if title is not None:
            axis.set_title(title, loc="left")
        lowest = _at_risk(axis, drawn, ticks) if at_risk else axis.xaxis.label
        remarks = [*_key(drawn, band), *(text for arm in drawn for text in arm.remarks)]
        remark(axis, remarks, under=lowest)
        tell(axis, [title or "", *_told(axis, drawn, said, ticks), *remarks])
        named = [arm.label for arm in drawn] if label and len(drawn) > 1 else []
        if named:
            label_ends(axis, lines, named, Scale(False, 0.0, 104.0))
        settle(figure_of(axis))
        if named and not fit(axis):
            legend_instead(axis, lines, named)
            settle(figure_of(axis))
        _into_figure(axis)
    return axis


# ------------------------------------------------------------------ the arms


def _arms(arms: Any, read: str, until: float | None, undefined: float | None) -> list[_Arm]:
    given = {"": arms} if isinstance(arms, Ensemble | Survival | tuple | list) else arms
    if not isinstance(given, Mapping):
        raise ModelError(
            "survival draws an Ensemble, a pair of days and whether the event happened, a Survival, or a "
            f"mapping of label to these, not {shorten(arms)}"
        )
    if not given:
        raise ModelError("survival has no arm to draw: the mapping is empty")
    if len(given) > MOST_ARMS:
        raise ModelError(
            f"survival has {len(given)} arms, and more than {MOST_ARMS} in one axis are not told apart; draw "
            "some of them in an axis of their own, with ax="
        )
    if until is not None and finite(until, "until") <= 0.0:
        raise ModelError(f"until={until:g} is no end of a follow-up; it must be above zero")
    drawn = []
    for (label, arm), colour, stroke in zip(given.items(), COLOURS, STROKES, strict=False):
        days, happened, since, remarks = _events(str(label), arm, read, undefined)
        if until is not None:
            days, happened = np.minimum(days, until), happened & (days <= until)
        drawn.append(_Arm(str(label), estimate(days, happened), colour, stroke, since, tuple(remarks)))
    return drawn


def _events(
    label: str, arm: Any, read: str, undefined: float | None
) -> tuple[Array, NDArray[np.bool_], str, list[str]]:
    """Days, whether the event happened, what the days count from, and who is left out."""
    if isinstance(arm, Ensemble):
        return _from_runs(label, arm, read, undefined)
    if not isinstance(arm, Survival):
        if not isinstance(arm, tuple | list) or len(arm) != 2:
            where = f"the arm {label!r}" if label else "what survival draws"
            raise ModelError(
                f"{where} must be an Ensemble, a Survival, or a pair of days and whether the event happened, "
                f"not {shorten(arm)}"
            )
        arm = estimate(*arm)
    return arm.days, arm.happened, "", []


def _from_runs(
    label: str, runs: Ensemble, read: str, undefined: float | None
) -> tuple[Array, NDArray[np.bool_], str, list[str]]:
    if not len(runs):
        where = f" in the arm {label!r}" if label else ""
        raise ModelError(f"there is no finished run to draw{where}; see .failures for the reasons")
    entry = readouts(runs)[read]
    days, happened = event_times(entry, follow_up(runs), undefined=undefined)
    outside = undefined_in(entry)
    reasons = [entry.reasons[entry.labels[i]] for i in np.flatnonzero(outside)]
    how = "left out" if undefined is None else f"counted on day {undefined:g}"
    remarks = [f"{text} ({how})" for text in alike(reasons, len(entry))]
    remarks += notes_of(runs)
    since = " after CAR-T infusion" if "CAR-T infusion" in entry.meaning else ""
    return days, happened, since, [f"{label}: {text}" if label else text for text in remarks]


# ------------------------------------------------------------------ the curves


def _frame(ax: Axes, arms: Sequence[_Arm], until: float | None, said: str) -> list[float]:
    """Limits, ticks and labels of both axes; the ticks of the time come back."""
    end = until or max(float(arm.found.days[-1]) for arm in arms) or 1.0
    ax.set_xlim(0.0, end)
    readable_ticks(ax.xaxis, log=False)
    found = MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(0.0, end)
    ticks = [float(tick) for tick in found if 0.0 <= tick <= end * (1.0 + 1e-9)]
    ax.set_xticks(ticks)
    ax.set_xlabel(axis_label(f"time{max(arm.since for arm in arms)}", "day"))
    ax.set_ylim(0.0, 104.0)
    ax.set_yticks([0, 25, 50, 75, 100])
    value_label(ax, f"patients without {said}", "%")
    return ticks


def _steps(found: Survival, values: Array) -> tuple[Array, Array]:
    """A staircase that begins at 100 %, in percent."""
    before = np.concatenate(([1.0], values[:-1]))
    heights = np.column_stack([before, values]).ravel()
    times = np.append(np.repeat(found.t, 2), found.days[-1])
    return times, 100.0 * np.append(heights, values[-1])


def _draw(ax: Axes, arm: _Arm, band: bool) -> Line2D:
    times, heights = _steps(arm.found, arm.found.share)
    (line,) = ax.plot(times, heights, color=arm.colour, linestyle=arm.stroke, zorder=3)
    line.set_label(arm.label or "patients")
    line.set_gid(f"curve:survival:{slug(arm.label)}")
    line.set_solid_capstyle("butt")
    if band:
        low, high = (_steps(arm.found, edge)[1] for edge in (arm.found.low, arm.found.high))
        area = ax.fill_between(times, low, high, color=arm.colour, alpha=0.13, linewidth=0, zorder=1)
        area.set_gid(f"range:survival:{slug(arm.label)}")
    days = np.unique(arm.found.days[~arm.found.happened])
    (strokes,) = ax.plot(days, 100.0 * arm.found.at(days), linestyle="none", marker="|", color=arm.colour)
    strokes.set(zorder=3.1, clip_on=False, label="_censored", gid=f"censored:{slug(arm.label)}")
    strokes.set_markeredgewidth(0.6 * line.get_linewidth())
    return line


def _key(arms: Sequence[_Arm], band: bool) -> list[str]:
    """What bands and strokes are, in one line."""
    strokes = any(not arm.found.happened.all() for arm in arms)
    said = ["band: 95 % confidence interval"] * band + ["upright stroke: end of follow-up"] * strokes
    return ["; ".join(said)] if said else []


def _at_risk(ax: Axes, arms: Sequence[_Arm], ticks: Sequence[float]) -> Any:
    """A row of numbers for each arm, each under its tick; the lowest text comes back."""
    above: Any = ax.xaxis.label
    look: dict[str, Any] = {"textcoords": "offset fontsize", "size": "small", "annotation_clip": False}
    if len(arms) > 1:
        place = ("axes fraction", above)
        head = ax.annotate("at risk", (0.0, 0.5), xycoords=place, xytext=(-1.4, 0), **look)
        head.set(ha="right", va="center", color=GREY, gid=f"{AT_RISK}:head")
    for arm in arms:
        words = textwrap.fill(arm.label, _WRAP, break_long_words=False) or "at risk"
        tint = readable(arm.colour) if arm.label else GREY
        name = ax.annotate(words, (0.0, 0.0), xycoords=("axes fraction", above), xytext=(-1.4, -0.25), **look)
        name.set(ha="right", va="top", color=tint, linespacing=1.0, gid=f"{AT_RISK}:name")
        for tick, n in zip(ticks, arm.found.at_risk(ticks), strict=True):
            count = ax.annotate(f"{n:,}", (tick, 0.0), xycoords=("data", name), xytext=(0, 0), **look)
            count.set(ha="center", va="bottom", color=tint, gid=f"{AT_RISK}:{slug(arm.label)}")
        above = name
    return above


def _into_figure(ax: Axes) -> None:
    """Make room for the texts under and beside an axis in a figure whose layout makes none."""
    figure, box, place = figure_of(ax), ax.get_tightbbox(), ax.get_position()
    if figure.get_layout_engine() is not None or box is None:
        return
    left, low = max(0.0, -box.x0 / figure.bbox.width), max(0.0, -box.y0 / figure.bbox.height)
    if left or low:
        ax.set_position((place.x0 + left, place.y0 + low, place.width - left, place.height - low))
        settle(figure)


def _told(ax: Axes, arms: Sequence[_Arm], said: str, ticks: Sequence[float]) -> list[str]:
    """What the curves show, for alt text."""
    one = "Kaplan-Meier curve" if len(arms) == 1 else f"{len(arms)} Kaplan-Meier curves"
    end = spoken(ax.get_xlim()[1])
    sentences = [f"{one} of patients without {said} (%) against {ax.get_xlabel()}, 0 to {end}"]
    for arm in arms:
        found = arm.found
        n, events = len(found), int(found.happened.sum())
        middle = "median not reached" if np.isnan(found.median) else f"median at day {spoken(found.median)}"
        name = f"{arm.label}: " if arm.label else ""
        sentences.append(
            f"{name}{n:,} patient{'s' * (n != 1)}, {events:,} with {said}, {middle}; "
            f"without {said} at the end: {spoken(100.0 * float(found.share[-1]))} %"
        )
        risk = ", ".join(f"{m:,}" for m in found.at_risk(ticks))
        sentences.append(f"At risk at day {', '.join(spoken(tick) for tick in ticks)}: {risk}")
    return sentences
