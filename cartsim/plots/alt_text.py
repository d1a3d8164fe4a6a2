"""`alt_text`: a figure in a few sentences, for those who cannot see it, built from what is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from .artists import TOLD, corners, course, figure_of, gid, with_gid
from .bands import bands_of, edges
from .words import spoken, unit_on_axis

Array = NDArray[np.float64]

_MAX_CURVES = 6  # told one by one; of more, names and the range of their ends
_MAX_EVENTS = 5
_STANDS_OUT = 0.05  # of the height of a curve: how far a peak must stand above both ends to be told
_EVENT_WORDS = {"dose": "dose of", "infusion": "infusion of", "change": "change", "rule": "rule"}


def alt_text(figure: Figure | Axes | Sequence[Axes] | NDArray[Any]) -> str:
    """What a figure made by cartsim shows: axes, the course of each curve, data, and events.

    Parameters
    ----------
    figure : Figure, Axes or array of Axes
        Of axes, their whole figure is described.

    Returns
    -------
    str
        A few sentences in plain words.

    Examples
    --------
    >>> import cartsim as cs
    >>> growth = cs.Model("growth", species={"T": cs.Species(10, "cell", "tumour cells")},
    ...     parameters={"r": cs.Parameter(1, "1/day")}, processes={"birth": cs.Process("-> T", "r*T")})
    >>> ax = cs.plot(cs.simulate(growth, until=5))
    >>> alt_text(ax)
    'Line chart of tumour cells against time (day), 0 to 5. tumour cells: rising from 10 to 1,480.'
    """
    whole = figure_of(figure)
    told = [str(ax.get_label()) for ax in whole.axes if ax.get_gid() == TOLD]
    if told:
        return " ".join(told)
    axes = [ax for ax in whole.axes if ax.get_visible() and ax.has_data()]
    if not axes:
        return "An empty figure."
    title = title_of(whole)
    stop = "" if title.endswith((".", "?", "!")) else "."
    sentences = [f"{title}{stop}" if title else "", _first_sentence(axes)]
    for ax in axes:
        sentences += [*_bands(ax), *_curves(ax), *_ranges(ax), *_runs(ax), *_points(ax)]
    sentences += [*_events(axes), *_notes(axes)]
    return " ".join(sentence for sentence in sentences if sentence)


def title_of(figure: Figure) -> str:
    """The first heading in a figure, or nothing."""
    titles = [ax.get_title(loc="left") or ax.get_title() for ax in figure.axes]
    return next((title for title in titles if title), "")


def _first_sentence(axes: list[Axes]) -> str:
    time = next((ax.get_xlabel() for ax in reversed(axes) if ax.get_xlabel()), "time")
    low, high = axes[0].get_xlim()
    panels = "" if len(axes) == 1 else f"{len(axes)} panels. "
    kind = "Stacked areas" if bands_of(axes[0]) else "Line chart"
    if with_gid(axes[0].collections, "range:"):
        kind = "Fan chart"
    if not any(with_gid(ax.lines, "curve:") for ax in axes):
        kind = "Points"
    what = " and of ".join(_flat(ax.get_ylabel()) + _scale_words(ax) for ax in axes)
    return f"{panels}{kind} of {what} against {_flat(time)}, {spoken(low)} to {spoken(high)}."


def _flat(label: str) -> str:
    return " ".join(label.split())


def _scale_words(ax: Axes) -> str:
    return {"log": " (logarithmic axis)", "symlog": " (symmetric logarithmic axis)"}.get(ax.get_yscale(), "")


# ------------------------------------------------------------------ curves


def _curves(ax: Axes) -> list[str]:
    lines = with_gid(ax.lines, "curve:")
    if len(lines) <= _MAX_CURVES:
        return [_told(ax, line) for line in lines]
    ends = [course(line)[1][-1] for line in lines]
    known = [float(end) for end in ends if np.isfinite(end)]
    range_ = f"; they end between {spoken(min(known))} and {spoken(max(known))}" if known else ""
    gone = len(ends) - len(known)
    below = f"; {gone} of them end below {_floor_words(ax)}" if gone else ""
    return [f"{len(lines)} curves: {', '.join(str(line.get_label()) for line in lines)}{range_}{below}."]


def _told(ax: Axes, line: Line2D) -> str:
    """One sentence: from where, by way of which peak and trough, to where."""
    t, y = course(line)
    unit = unit_on_axis(_lowest_label(ax)) or "time"
    name, below, known = str(line.get_label()), _floor_words(ax), np.isfinite(y)
    if not known.any():
        return f"{name}: below {below} throughout."
    first, last = (spoken(value) if np.isfinite(value) else f"below {below}" for value in (y[0], y[-1]))
    way = [
        f"{what} of {spoken(y[i])} at {unit} {spoken(t[i])}"
        for i, what in _turns(y, ax.get_yscale() == "log")
    ]
    died = _died(ax, line, unit)
    if not known[-1] and not died:
        lost = int(np.flatnonzero(known)[-1])
        died = f" from {unit} {spoken(t[lost])}"
    if not way and not died:
        if y[0] == y[-1]:
            return f"{name}: constant at {first}."
        return f"{name}: {'rising' if not known[0] or y[-1] > y[0] else 'falling'} from {first} to {last}."
    return f"{name}: {', '.join([f'from {first}', *way, f'to {last}'])}{died}."


def _turns(y: Array, log: bool) -> list[tuple[int, str]]:
    """The highest and the lowest place, in order, where they stand out from both ends."""
    with np.errstate(divide="ignore", invalid="ignore"):
        height = np.log10(y) if log else y
    known = np.isfinite(height)
    reach = float(np.ptp(height[known])) if known.any() else 0.0
    if not reach > 0.0:
        return []
    ends = [height[0], height[-1]]
    top, bottom = (
        int(np.where(known, height, -np.inf).argmax()),
        int(np.where(known, height, np.inf).argmin()),
    )
    turns = []
    if all(not np.isfinite(end) or height[top] - end > _STANDS_OUT * reach for end in ends):
        turns.append((top, "a peak"))
    if known.all() and all(end - height[bottom] > _STANDS_OUT * reach for end in ends):
        turns.append((bottom, "a low"))
    return sorted(turns)


def _lowest_label(ax: Axes) -> str:
    return next((other.get_xlabel() for other in reversed(figure_of(ax).axes) if other.get_xlabel()), "")


def _died(ax: Axes, line: Line2D, unit: str) -> str:
    wanted = gid(line).replace("curve:", "extinction:")
    times = [float(course(sign)[0][0]) for sign in ax.lines if gid(sign) == wanted]
    return f" (died out at {unit} {spoken(times[0])})" if times else ""


def _floor_words(ax: Axes) -> str:
    floors = with_gid(ax.lines, "floor")
    return str(floors[0].get_label()).lstrip("_") if floors else "the axis"


# ------------------------------------------------------------------ areas, points


def _bands(ax: Axes) -> list[str]:
    """Which processes add and which remove, the largest over the whole time first."""
    found: dict[str, list[tuple[float, str]]] = {"gain": [], "loss": []}
    for area in bands_of(ax):
        t, lower, upper = edges(area)
        total = float((np.diff(t) * ((upper - lower)[1:] + (upper - lower)[:-1]) / 2).sum())
        found[gid(area).split(":")[0]].append((-total, str(area.get_label())))
    words = {"gain": "Gains, largest first", "loss": "Losses, largest first"}
    return [
        f"{words[kind]}: {', '.join(n for _, n in sorted(bands))}." for kind, bands in found.items() if bands
    ]


def _points(ax: Axes) -> list[str]:
    sentences = []
    for dots in with_gid(ax.lines, "points:"):
        t, y = course(dots)
        if len(t):
            ends = [f"{spoken(y[i])} at {spoken(t[i])}" for i in (0, -1)]
            sentences.append(f"{len(t)} points ({dots.get_label()}): from {ends[0]} to {ends[1]}.")
    return sentences


# ------------------------------------------------------------------ many runs


def _ranges(ax: Axes) -> list[str]:
    """Each band of quantiles: where it ends, and where it is widest as drawn, if that is not its end."""
    unit, sentences = unit_on_axis(_lowest_label(ax)) or "time", []
    for area in with_gid(ax.collections, "range:"):
        t, lower, upper = _envelope(area)
        if not len(t):
            continue
        height = np.log10(upper / lower) if ax.get_yscale() == "log" else upper - lower
        widest = int(height.argmax())
        told = [f"at {unit} {spoken(t[-1])} ({_from_to(ax, lower[-1], upper[-1])})"]
        if height[widest] > (1.0 + _STANDS_OUT) * height[-1]:
            reach = _from_to(ax, lower[widest], upper[widest])
            told.insert(0, f"widest at {unit} {spoken(t[widest])} ({reach})")
        sentences.append(f"{str(area.get_label()).lstrip('_')}: {'; '.join(told)}.")
    return sentences


def _envelope(area: PolyCollection) -> tuple[Array, Array, Array]:
    """Times, lower and upper edge of an area in one or several pieces, each (n_times,)."""
    pieces = [np.empty((3, 0))]
    for path in area.get_paths():
        pieces.append(np.stack(edges(PolyCollection([corners(path)], closed=False))))
    t, lower, upper = np.concatenate(pieces, axis=1)
    return t, lower, upper


def _runs(ax: Axes) -> list[str]:
    """The thin lines of many runs: how many, and between what they end."""
    sentences = []
    for threads in with_gid(ax.collections, "runs:"):
        ends = [corners(path)[-1, 1] for path in threads.get_paths()]  # get_segments drops not-a-number
        arm = str(threads.get_label()).lstrip("_")
        lines = f"{len(ends):,} thin line{'s' * (len(ends) != 1)}{'' if arm == 'runs' else f' of {arm}'}"
        if known := [float(end) for end in ends if np.isfinite(end)]:
            lines += f"; at their ends {_from_to(ax, min(known), max(known))}"
        sentences.append(f"{lines}.")
    return [*sentences, *(f"{str(sign.get_label()).lstrip('_')}." for sign in with_gid(ax.lines, "died:"))]


def _from_to(ax: Axes, low: float, high: float) -> str:
    """Two heights in words; what is below the floor of a logarithmic axis is no amount."""
    floors = with_gid(ax.lines, "floor") if ax.get_yscale() == "log" else []
    level = course(floors[0])[1][0] * (1 - 1e-9) if floors else -np.inf
    ends = [spoken(height) if height >= level else f"below {_floor_words(ax)}" for height in (low, high)]
    return f"all {ends[0]}" if ends[0] == ends[1] else f"lowest {ends[0]}, highest {ends[1]}"


def _notes(axes: list[Axes]) -> list[str]:
    """The small words under an axis, such as how many runs failed."""
    texts = [note.get_text() for ax in axes for note in with_gid(ax.texts, "runs-note")]
    return [f"{text[0].upper()}{text[1:]}." for text in texts]


# ------------------------------------------------------------------ events


def _events(axes: list[Axes]) -> list[str]:
    unit = unit_on_axis(_lowest_label(axes[0])) or "time"
    artists: list[Any] = [*axes[0].lines, *axes[0].patches]
    found = [(_start(artist), artist) for artist in with_gid(artists, "event:")]
    times: dict[str, list[str]] = {}
    for time, artist in sorted(found, key=lambda pair: pair[0]):
        kind, text = artist.get_gid().split(":")[1], str(artist.get_label()).lstrip("_")
        times.setdefault(f"{_EVENT_WORDS[kind]} {text}", []).append(spoken(time))
    told = [f"{text} at {unit} {_listed(when)}" for text, when in list(times.items())[:_MAX_EVENTS]]
    more = f" and {len(times) - _MAX_EVENTS} more" if len(times) > _MAX_EVENTS else ""
    return [f"Events: {'; '.join(told)}{more}."] if told else []


def _listed(words: list[str]) -> str:
    if len(words) > _MAX_EVENTS:
        return f"{words[0]} and {len(words) - 1} times more"
    return " and ".join([*([", ".join(words[:-1])] if words[1:] else []), words[-1]])


def _start(artist: Any) -> float:
    """When an event begins: a line stands there, a span has its left edge there."""
    if isinstance(artist, Line2D):
        return float(course(artist)[0][0])
    if hasattr(artist, "get_x"):
        return float(artist.get_x())
    return float(np.asarray(artist.get_xy())[:, 0].min())  # a polygon, before matplotlib 3.9
