"""`animate`: the curves of a run grow with time, the day counts, and what was given lights up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from numpy.typing import NDArray

from ..language.errors import ModelError, shorten
from ..language.values import finite
from ..solving.ensemble import Ensemble
from ..solving.trajectory import Trajectory
from .alt_text import alt_text
from .animation import DPI, Animation
from .annotate import TEXT as EVENT_TEXT
from .annotate import draw_marks
from .artists import course, figure_of, gid, with_gid
from .caution import cautions
from .given import marks_in
from .labels import LABEL
from .marks import Mark, marks_of
from .plot import plot
from .scales import Floor
from .sheet import settle
from .style import INK, in_style
from .view import view_of
from .words import number

Array = NDArray[np.float64]
Move = Callable[[float], None]
"""Moves artists to a time."""

COUNTER = "counter"
_DIM = 0.15  # how opaque an event is before its time
_MOST_FRAMES = 1000
_BEFORE = 10.0  # days before the first CAR-T cells of a patient


def animate(
    run: Trajectory | Ensemble,
    what: str | Iterable[str] | None = None,
    *,
    seconds: float = 8.0,
    fps: float = 20.0,
    start: float | None = None,
    until: float | None = None,
    log: bool | None = None,
    floor: Floor = None,
    for_: str | None = None,
    title: str | None = None,
) -> Animation:
    """Curves that grow with time, the time as a counter; doses and other events light up as they come.

    Parameters
    ----------
    run : Trajectory or Ensemble
    what : str or iterable of str, optional
        Anything the model names; by default as in `plot`.
    seconds, fps : float
        How long it lasts, and how many frames a second it has.
    start, until : float, optional
        The times at which it begins and ends; by default those of the run, of a patient ten days before the
        first CAR-T cells.
    log, floor, for_, title
        As in `plot`.

    Returns
    -------
    Animation
        A notebook shows it with buttons; ``.save("name.gif")`` and ``.save("name.html")`` write it.

    Raises
    ------
    UnknownNameError
        For a name that the model has not.
    ModelError
        If it would have fewer than two frames, or more than 1,000.

    Examples
    --------
    >>> import cartsim as cs
    >>> growth = cs.Model("growth", species={"T": cs.Species(10, "cell", "tumour cells")},
    ...     parameters={"r": cs.Parameter(1, "1/day")}, processes={"birth": cs.Process("-> T", "r*T")})
    >>> animate(cs.simulate(growth, until=5), seconds=2, fps=10)
    Animation of 20 frames, day 0 to 5; .save('name.gif') or .save('name.html') writes it
    """
    if not isinstance(run, Trajectory | Ensemble) or (isinstance(run, Ensemble) and not len(run)):
        raise ModelError(f"animate draws a Trajectory or an Ensemble with runs, not {shorten(run)}")
    first = run if isinstance(run, Trajectory) else next(iter(run.values()))
    times = frame_times(first, start, until, seconds, fps)
    drawn = plot(run, what, log=log, floor=floor, for_=for_, title=title)
    axes: list[Axes] = list(np.ravel(np.asarray(drawn, dtype=object)))
    unit = first.model.time
    with in_style(for_ or "slide"):
        tell_given(axes, first)
        for ax in axes:
            show_between(ax, times)
        alt = f"Animation, {span_of(times, unit)}. {' '.join([alt_text(axes[0]), *cautions([first])])}"
        moves = [counter(axes[-1], unit)]
        for ax in axes:
            moves += [_growing(ax, line) for line in with_gid(ax.lines, "curve:", "below:")]
            moves += lights(ax)
            moves += [_leader(note) for note in with_gid(ax.texts, LABEL)]
    return made(axes[-1], times, moves, fps=fps, alt=alt, unit=unit, for_=for_ or "slide")


def frame_times(
    run: Trajectory, start: float | None, until: float | None, seconds: float, fps: float
) -> Array:
    """The time of each frame, at even distances, shape (n_frames,).

    Raises
    ------
    ModelError
        If these are fewer than two frames or more than 1,000, or the run does not hold them.
    """
    seconds, fps = finite(seconds, "seconds"), finite(fps, "fps")
    n = round(seconds * fps)
    if not 2 <= n <= _MOST_FRAMES or fps <= 0.0:
        raise ModelError(
            f"seconds={seconds:g} at fps={fps:g} make {max(n, 0)} frames; "
            f"an animation has 2 to {_MOST_FRAMES:,}"
        )
    low, high = float(run.t[0]), float(run.t[-1])
    first = _usual_start(run) if start is None else finite(start, "start")
    last = high if until is None else finite(until, "until")
    if not low <= first < last <= high:
        raise ModelError(
            f"an animation from {first:g} to {last:g} is not in the run, which goes from {low:g} to {high:g}"
        )
    return np.linspace(first, last, n)


def span_of(times: Array, unit: str) -> str:
    """From when to when; for example ``"day 0 to 200"``."""
    return f"{unit} {number(float(times[0]))} to {number(float(times[-1]))}"


def show_between(ax: Axes, times: Array) -> None:
    """Only the times of the frames on an axis; the names of curves point to where these end."""
    ax.set_xlim(times[0], times[-1])
    for note in with_gid(ax.texts, LABEL):
        for line in with_gid(ax.lines, gid(note).removeprefix(LABEL)):
            t, y = course(line)
            n = int(np.searchsorted(t, times[-1], side="right"))
            height = _between(t, y, float(times[-1]), n, ax.get_yscale() == "log")
            note.xy = (float(times[-1]), height if np.isfinite(height) else note.xy[1])


def given_in(run: Trajectory) -> list[Mark]:
    """What was done in a run; of a patient as the pictures of patients tell it, without the laboratory."""
    if not cautions([run]):
        return marks_of([run])
    view = view_of(run, None, (-np.inf, np.inf), "animate")
    found = marks_in(view)
    times = [((m.start + view.origin) / view.day, (m.stop + view.origin) / view.day) for m in found]
    return [replace(m, start=a, stop=b) for m, (a, b) in zip(found, times, strict=True)]


def tell_given(axes: Sequence[Axes], run: Trajectory) -> None:
    """Of a patient, draw what was done as the pictures of patients do, and not what `plot` drew."""
    if cautions([run]):
        for ax in axes:
            for artist in with_gid([*ax.lines, *ax.patches, *ax.texts], "event:", "event-sign:", EVENT_TEXT):
                artist.remove()
        draw_marks(axes, given_in(run))


def _usual_start(run: Trajectory) -> float:
    low = float(run.t[0])
    if not cautions([run]):
        return low
    view = view_of(run, None, (-_BEFORE, np.inf), "animate")
    return max(low, (view.first + view.origin) / view.day)


def made(
    ax: Axes, times: Array, moves: list[Move], *, fps: float, alt: str, unit: str, for_: str
) -> Animation:
    """An animation that calls every move for each frame, of the figure whose lowest axis is `ax`.

    Once everything has its place, the layout stays as it is.
    """
    figure = figure_of(ax)
    figure.set_dpi(DPI[for_])
    settle(figure)
    figure.set_layout_engine("none")
    label = ax.xaxis.label.get_window_extent()
    for note in with_gid(figure.texts, COUNTER):
        note.set_y(0.5 * (label.y0 + label.y1) / figure.bbox.height)
    if "inline" in plt.get_backend().lower():
        plt.close(figure)  # a notebook would show it once more, still

    def draw(frame: int) -> None:
        for move in moves:
            move(float(times[frame]))

    draw(len(times) - 1)
    return Animation(figure, times, draw, fps, alt, unit, for_)


def counter(ax: Axes, unit: str) -> Move:
    """The time in large letters at the right, as low as the label of the time."""
    note = figure_of(ax).text(0.985, 0.02, "", ha="right", va="center", weight="bold", color=INK)
    note.set_gid(COUNTER)
    note.set_in_layout(False)

    def move(time: float) -> None:
        note.set_text(f"{unit} {time:,.0f}".replace("-", "\N{MINUS SIGN}"))

    return move


def lights(ax: Axes) -> list[Move]:
    """Events are pale before their time, and then as they are."""
    moves: list[Move] = []
    drawn: list[Any] = [*ax.lines, *ax.patches, *ax.texts]
    for artist in with_gid(drawn, "event:", "event-sign:", EVENT_TEXT, "extinction:", "extinction-text:"):
        start = _start(artist)
        full = artist.get_alpha()
        hidden = gid(artist).startswith("extinction")
        moves.append(_light(artist, start, 1.0 if full is None else float(full), hidden))
    return moves


def _light(artist: Artist, start: float, full: float, hidden: bool) -> Move:
    seen = artist.get_visible()

    def move(time: float) -> None:
        on = time >= start
        artist.set_alpha(full if on else _DIM * full)
        if hidden:
            artist.set_visible(seen and on)

    return move


def _growing(ax: Axes, line: Line2D) -> Move:
    """The curve up to the time, with a dot at its end."""
    t, y = (values.copy() for values in course(line))
    log = ax.get_yscale() == "log"
    (dot,) = ax.plot([], [], "o", color=line.get_color(), zorder=6, markersize=2.2 * line.get_linewidth())
    dot.set_gid(f"now:{gid(line)}")

    def move(time: float) -> None:
        n = int(np.searchsorted(t, time, side="right"))
        now = _between(t, y, time, n, log)
        line.set_data([*t[:n], time], [*y[:n], now])
        dot.set_data([time], [now])

    return move


def _between(t: Array, y: Array, time: float, n: int, log: bool) -> float:
    """The height of a curve at a time before its point `n`, straight as drawn; nan where it has none."""
    if n == 0 or n == len(t):
        return float(y[min(n, len(t) - 1)] if n else np.nan)
    share = (time - t[n - 1]) / (t[n] - t[n - 1])
    before, after = float(y[n - 1]), float(y[n])
    if log and before > 0.0 and after > 0.0:
        return float(before * (after / before) ** share)
    return float(before + share * (after - before))


def _leader(note: Annotation) -> Move:
    """The line from a curve's name to its end, once the curve has come there."""

    def move(time: float) -> None:
        if note.arrow_patch is not None:
            note.arrow_patch.set_visible(float(note.xy[0]) <= time)

    return move


def _start(artist: Any) -> float:
    """When what an artist shows begins."""
    if isinstance(artist, Annotation):
        return float(artist.xy[0])
    if isinstance(artist, Line2D):
        return float(course(artist)[0][0])
    if hasattr(artist, "get_x"):
        return float(artist.get_x())
    return float(np.asarray(artist.get_xy())[:, 0].min())  # a polygon, before matplotlib 3.9
