"""`swimmer`: one lane a patient, with response, relapse and what was given."""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from ..language.errors import ModelError, shorten
from ..language.events import Dose, Infusion
from ..language.model import Model
from ..language.units import convert
from ..language.values import finite
from ..questions.survival import follow_up, responses
from ..solving.ensemble import Ensemble
from ..solving.timeline import Occurrence
from ..solving.trajectory import Trajectory
from .artists import figure_of
from .marks import change_text, condition_text, extinctions, given_words
from .patients import bare, notes_of, remark, tell
from .scales import readable_ticks
from .sheet import axes_for, purpose, settle
from .style import BLACK, BLUE, GREEN, INK, ORANGE, PALE, PURPLE, SKY, VERMILLION, in_style, size_for
from .words import axis_label, number, pretty, slug, spoken

Array = NDArray[np.float64]
_GIVEN = (INK, PURPLE, GREEN, ORANGE, BLACK)  # colours of what is given, by order
_DOSES = ("dose", "infusion")
_LANE = 0.74  # of the distance of two lanes
_WRAP = 20  # characters in a line of the legend


@dataclass(frozen=True)
class Lane:
    """One patient, in days after the infusion.

    The follow-up stops at `end`; the tumour was below the limit in `spans` and died out at `died`; `marks`
    are what was done: the words for the legend, from when until when.
    """

    label: str
    end: float
    spans: tuple[tuple[float, float], ...]
    died: tuple[float, ...]
    marks: tuple[tuple[str, float, float], ...]

    @property
    def relapses(self) -> tuple[float, ...]:
        """When the tumour came back to the limit."""
        return tuple(stop for _, stop in self.spans if stop < self.end)

    @property
    def responds(self) -> bool:
        """Whether the tumour is below the limit at the end."""
        return any(stop >= self.end for _, stop in self.spans)

    @property
    def rank(self) -> tuple[float, float]:
        """Longer responses are larger: the first one, then all of them."""
        first = next((math.inf if stop >= self.end else stop for _, stop in self.spans), -math.inf)
        return first, sum(stop - start for start, stop in self.spans)


def swimmer(
    runs: Ensemble,
    *,
    tumour_limit: float | None = None,
    most: int = 60,
    label: bool = True,
    ax: Axes | None = None,
    for_: str | None = None,
    title: str | None = None,
) -> Axes:
    """One lane a patient; the axis comes back, and nothing is shown or saved.

    Parameters
    ----------
    runs : Ensemble
        Many runs. Their days count from the first CAR-T infusion, or else from the start.
    tumour_limit : float, optional
        Below it a patient responds, back at it the tumour has relapsed; in the unit of the role ``tumour``.
        By default the amount at the infusion.
    most : int
        Of more patients, so many are picked evenly, and the figure says so.
    label : bool
        Whether a legend names what is drawn.
    ax : Axes, optional
        Where to draw; without it a new figure is made.
    for_ : {"slide", "print", "poster"}, optional
        The sizes of figure, letters and lines; a slide by default. A given `ax` keeps those of its figure.
    title : str, optional
        The heading.

    Returns
    -------
    Axes
        Lanes stand from the shortest response to the longest, which is on top. An arrow says that a patient
        still responds where the run ends.

    Raises
    ------
    ModelError
        If there is no finished run, or `tumour_limit` is given for a model without the role ``tumour``.

    Notes
    -----
    Between two output times the logarithm of the tumour is taken as a straight line, so a relapse may differ
    from the read-out ``relapse_day`` by a part of an interval.

    Examples
    --------
    >>> import cartsim as cs
    >>> mouse = cs.models.barros_2021.with_events(cs.Dose(2e6, into="C_T", at=42))
    >>> mice = {f"mouse {i}": mouse.with_values(phi=phi) for i, phi in enumerate((0.1, 0.265))}
    >>> ax = swimmer(cs.simulate(mice, until=142))
    >>> ax.get_xlabel(), [tick.get_text() for tick in ax.get_yticklabels()]
    ('time after CAR-T infusion (day)', ['0', '1'])
    """
    lanes, since = _lanes(runs, tumour_limit, most)
    response = _response_words(runs, tumour_limit)
    drawn_for = purpose(ax, for_)
    with in_style(drawn_for):
        (axis,) = axes_for(ax, 1, drawn_for, needs="a swimmer plot has one axis")
        if ax is None:
            _heighten(axis, len(lanes), drawn_for or "slide")
        _frame(axis, lanes, since)
        handles = _draw(axis, lanes, response)
        axis.set_title(title or axis.get_title(loc="left"), loc="left")
        remarks = [f"{len(lanes):,} of {len(runs):,} patients, evenly picked"] * (len(lanes) < len(runs))
        remarks += notes_of(runs)
        remark(axis, remarks)
        tell(axis, [title or "", *_told(axis, lanes, response), *remarks])
        if label and handles:
            axis.legend(handles=handles, loc="center left", bbox_to_anchor=(1.02, 0.5))
        settle(figure_of(axis))
    return axis


# ------------------------------------------------------------------ the lanes


def _lanes(runs: Any, tumour_limit: float | None, most: int) -> tuple[list[Lane], str]:
    """The lanes from the lowest to the highest, and what their days count from."""
    if not isinstance(runs, Ensemble):
        raise ModelError(
            f"swimmer draws an Ensemble, as simulate gives it for several models, not {shorten(runs)}"
        )
    if not len(runs):
        raise ModelError("there is no finished run to draw; see .failures for the reasons")
    if not isinstance(most, int) or most < 1:
        raise ModelError(f"most={shorten(most)} must be a whole number of lanes, one or more")
    if tumour_limit is not None and finite(tumour_limit, "tumour_limit") <= 0.0:
        raise ModelError(f"tumour_limit is {tumour_limit:g}; it must be above zero")
    picked = np.unique(np.linspace(0, len(runs) - 1, min(most, len(runs))).round().astype(int))
    chosen = Ensemble({runs.labels[i]: runs[runs.labels[i]] for i in picked})
    lanes, given = [], False
    for (label, run), length in zip(chosen.items(), follow_up(chosen), strict=True):
        day = convert(1.0, run.model.time, "day")
        origin = float(run.t[-1]) * day - float(length)
        doses = [o.time * day for o in run.occurrences if o.kind in _DOSES]
        given |= any(abs(time - origin) < 1e-9 for time in doses)
        lanes.append(_lane(label, run, day, origin, tumour_limit))
    return sorted(lanes, key=lambda lane: lane.rank), " after CAR-T infusion" if given else ""


def _lane(label: str, run: Trajectory, day: float, origin: float, limit: float | None) -> Lane:
    end, has_tumour = float(run.t[-1]) * day - origin, "tumour" in run.model.roles
    if limit is not None and not has_tumour:
        raise ModelError(f"tumour_limit needs the role 'tumour', which {run.model.name!r} has not")
    spans = responses(run.t * day - origin, run["tumour"], limit) if has_tumour else []
    died = [time * day - origin for time in extinctions(run, "tumour")] if has_tumour else []
    planned = {(dose.into, dose.at) for dose in run.model.events if isinstance(dose, Dose)}
    planned |= {(bag.into, bag.start) for bag in run.model.events if isinstance(bag, Infusion)}
    ruled = {o for o in run.occurrences if o.kind in _DOSES and (o.name, o.time) not in planned}
    marks = []
    for o in run.occurrences:
        if words := _mark_words(run.model, o, ruled):
            stop = o.time if math.isnan(o.stop) else o.stop
            marks.append((words, o.time * day - origin, min(stop * day - origin, end)))
    return Lane(label, end, tuple(spans), tuple(died), tuple(marks))


def _mark_words(model: Model, o: Occurrence, ruled: set[Occurrence]) -> str:
    """What the legend says of an occurrence, or nothing where another says it; `ruled` are doses by rules."""
    if o.kind in _DOSES:
        return f"{given_words(model, o.name)} given{' by a rule' if o in ruled else ''}"
    if o.kind == "change":
        return change_text(model, o)
    acts = any(o.time == dose.time for dose in ruled)
    return f"rule: {condition_text(o.name)}" if o.kind == "rule" and not acts else ""


# ------------------------------------------------------------------ what is drawn


def _heighten(ax: Axes, n: int, for_: str) -> None:
    """As much height for the lanes of a new figure as they need and its size allows."""
    wanted = (0.8 * n + 6.0) * (size := size_for(for_)).font / 72.0
    figure_of(ax).set_size_inches(size.width, min(max(size.height, wanted), size.tallest))


def _frame(ax: Axes, lanes: Sequence[Lane], since: str) -> None:
    first = min([0.0, *(start for lane in lanes for _, start, _ in lane.marks)])
    last = max(lane.end for lane in lanes)
    ax.set_xlim(first - 0.01 * (last - first), last + 0.05 * (last - first))
    ax.set_ylim(-0.7, len(lanes) - 0.3)
    readable_ticks(ax.xaxis, log=False)
    ax.set_xlabel(axis_label(f"time{since}", "day"))
    word, names = bare([lane.label for lane in lanes])
    letters, lane = float(ax.xaxis.label.get_fontsize()), _lane_points(ax, len(lanes))
    if lane > 0.72 * letters:
        ax.set_yticks(range(len(lanes)), names, fontsize=min(0.83 * letters, lane / 1.2))
        ax.set_ylabel(word)
    else:
        ax.set_yticks([])
        ax.set_ylabel(f"{len(lanes):,} patients")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _lane_points(ax: Axes, n: int) -> float:
    """The distance of two lanes, in points."""
    return float(ax.get_position().height * figure_of(ax).get_figheight() * 72.0 / n)


def _draw(ax: Axes, lanes: Sequence[Lane], response: str) -> list[Any]:
    """Lanes, responses and signs; what goes into the legend comes back."""
    ax.barh(range(len(lanes)), [lane.end for lane in lanes], _LANE, color=PALE, zorder=1, gid="lane")
    spans = [(y, start, stop - start) for y, lane in enumerate(lanes) for start, stop in lane.spans]
    handles: list[Any] = []
    if spans:
        y, left, wide = (list(column) for column in zip(*spans, strict=True))
        ax.barh(y, wide, _LANE, left, color=SKY, zorder=1.5, gid="response")
        handles.append(Patch(facecolor=SKY, label=textwrap.fill(response, _WRAP)))
    high = _lane_points(ax, len(lanes))
    for i, words in enumerate(dict.fromkeys(words for lane in lanes for words, _, _ in lane.marks)):
        handles.append(_given(ax, lanes, words, _GIVEN[i % len(_GIVEN)], high))
    beyond = 0.02 * max(lane.end for lane in lanes)
    for words, marker, face, days in (
        ("relapse", "X", VERMILLION, [lane.relapses for lane in lanes]),
        ("tumour died out", "o", "white", [lane.died for lane in lanes]),
        ("still responding", ">", BLUE, [(lane.end + beyond,) if lane.responds else () for lane in lanes]),
    ):
        ends = [(day, y) for y, some in enumerate(days) for day in some]
        if ends:
            handles.append(_sign(ax, ends, words, marker, face, high))
    return handles


def _given(ax: Axes, lanes: Sequence[Lane], words: str, colour: str, high: float) -> Line2D:
    """What was given: a sign where it began, and a bar in the lane for as long as it lasted."""
    found = [
        (start, stop, y) for y, lane in enumerate(lanes) for said, start, stop in lane.marks if said == words
    ]
    for start, stop, y in found:
        if stop > start:
            ax.barh(y, stop - start, 0.3 * _LANE, start, color=colour, zorder=2, gid=f"given:{slug(words)}")
    ends = [(start, y) for start, _, y in found]
    return _sign(ax, ends, words, "D" if "rule" in words else "v", colour, high)


def _sign(
    ax: Axes, ends: Sequence[tuple[float, int]], words: str, marker: str, face: str, high: float
) -> Line2D:
    """One sign for each (day, lane), no higher than a lane; its twin for the legend comes back."""
    look: dict[str, Any] = {"linestyle": "none", "marker": marker, "label": textwrap.fill(words, _WRAP)}
    look |= {"markerfacecolor": face, "markeredgecolor": "white" if face not in ("white", INK) else INK}
    (signs,) = ax.plot(*zip(*ends, strict=True), **look)
    usual = float(signs.get_markersize())
    signs.set(markersize=float(np.clip(0.85 * high, 0.3 * usual, usual)), clip_on=False, zorder=3)
    signs.set(markeredgewidth=0.08 * signs.get_markersize(), gid=f"sign:{slug(words)}")
    return Line2D([], [], markersize=usual, **look)


def _response_words(runs: Ensemble, limit: float | None) -> str:
    unit = next(iter(runs.values())).units.get("tumour", "")
    return f"tumour below {number(limit)} {pretty(unit)}".strip() if limit else "tumour smaller than on day 0"


def _told(ax: Axes, lanes: Sequence[Lane], response: str) -> list[str]:
    """What the lanes show, for alt text."""
    ever, still = sum(bool(lane.spans) for lane in lanes), sum(lane.responds for lane in lanes)
    relapsed, died = sum(bool(lane.relapses) for lane in lanes), sum(bool(lane.died) for lane in lanes)
    given = Counter(words for lane in lanes for words in dict.fromkeys(said for said, _, _ in lane.marks))
    return [
        f"Swimmer plot of {len(lanes):,} patients, a lane each, the longest response on top, against "
        f"{ax.get_xlabel()}, 0 to {spoken(max(lane.end for lane in lanes))}",
        f"{response}: {ever:,} patients, {still:,} of them at the end; {relapsed:,} relapse" if ever else "",
        f"The tumour dies out in {died:,}" if died else "",
        *(f"{words}: in {n:,} patients" for words, n in given.items()),
    ]
