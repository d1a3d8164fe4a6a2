"""`LivePicture`: curves that move with a slider; only what moved is painted again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..language.errors import UnitError
from ..language.units import convert
from ..solving.timeline import Occurrence
from ..solving.trajectory import Trajectory
from .alt_text import alt_text
from .annotate import place_texts
from .artists import with_gid
from .caution import cautions
from .given import LYMPHODEPLETION, draw_given, marks_in
from .live_axis import LiveAxis
from .live_pixels import png_of
from .live_style import LETTERS, live_style
from .marks import Mark
from .patient_panels import LOOKS
from .quantities import by_unit, quantities
from .sheet import time_words
from .strips import NAMES
from .style import GREY, colours
from .view import View, days_axis
from .words import axis_label

_BEFORE = 10.0  # days before time 0 that are shown of a run which begins earlier
_WIDTH, _HEIGHT = 6.2, 4.1  # inches; with one panel
_TALLER = 0.7  # inches for each further panel
_EDGES = {"left": 0.135, "right": 0.83}
_LONG = 120.0  # days: a longer picture of a patient shows the first weeks wide
_SHORT = {role: look[0] for role, look in LOOKS.items() if role not in ("car_t", "tumour")} | NAMES
"""Short words beside a curve, by role."""
_TEXTS = ("event:", "event-sign:", "event-text:", "given:")


class LivePicture:
    """Curves against time, painted again in milliseconds when another run of the same names is shown.

    The axes, their numbers, the events and the pinned curves are kept as pixels; a new run moves the curves
    on top. The axes are drawn again only when the curves leave them, or fill less than half of their height.

    Parameters
    ----------
    run : Trajectory
        The first run; its model says what the curves are called.
    names : iterable of str, optional
        What is drawn, an axis for each unit; as in `cartsim.plot`.
    log : bool, optional
        Whether values are on logarithmic axes; by default where they span more than three powers of ten.
    dpi : float
        Pixels an inch; the picture is 6.2 inches wide.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    redraws : int
        How often the axes were drawn.

    Examples
    --------
    >>> import cartsim as cs
    >>> growth = cs.Model("growth", species={"T": cs.Species(10, "cell", "tumour cells")},
    ...     parameters={"r": cs.Parameter(1, "1/day")}, processes={"birth": cs.Process("-> T", "r*T")})
    >>> picture = LivePicture(cs.simulate(growth, until=5))
    >>> picture.show(cs.simulate(growth.with_values(r=0.9), until=5))
    >>> picture.png()[1:4], picture.redraws
    (b'PNG', 1)
    """

    def __init__(
        self,
        run: Trajectory,
        names: str | Iterable[str] | None = None,
        *,
        log: bool | None = None,
        dpi: float = 135.0,
    ) -> None:
        chosen = [replace(q, words=_SHORT.get(q.role or "", q.words)) for q in quantities(run, names)]
        groups = list(by_unit(chosen).values())
        tints = dict(zip([q.name for q in chosen], colours([q.role for q in chosen]), strict=True))
        self.redraws = 0
        self.pins: dict[str, Trajectory] = {}
        self._given: tuple[Occurrence, ...] = ()
        self._marks: list[Mark] = []
        self._mark_artists: list[Any] = []
        self._bare: Any = None  # pixels of the axes and the pinned curves
        self._back: Any = None  # with the events
        self._run, self._view = run, _view(run)
        with live_style():
            self.figure = Figure(figsize=(_WIDTH, _HEIGHT + _TALLER * (len(groups) - 1)), dpi=dpi)
            self.canvas: Any = FigureCanvasAgg(self.figure)
            heights = [2.0 if i == 0 and len(groups) > 1 else 1.0 for i in range(len(groups))]
            axes = np.ravel(
                self.figure.subplots(
                    len(groups), 1, squeeze=False, sharex=True, gridspec_kw={"height_ratios": heights}
                )
            )
            self._frame(list(axes), run)
            self.axes = [LiveAxis(ax, group, tints) for ax, group in zip(axes, groups, strict=True)]
        self.set_log(log)

    def _frame(self, axes: list[Any], run: Trajectory) -> None:
        """Margins, the axis of time and the caution, which never change."""
        points, caution = 72.0 * float(self.figure.get_figheight()), cautions([run])
        marks = [mark for mark in marks_in(self._view) if mark.text and mark.name != LYMPHODEPLETION]
        rows = min(max(len(marks), 1), 4)
        edges = {
            "bottom": (3.4 + 1.3 * bool(caution)) * LETTERS / points,
            "top": 1.0 - (1.9 + 1.1 * rows) * LETTERS / points,
        }
        self.figure.subplots_adjust(**_EDGES, **edges, hspace=0.16)
        widened = self._view.first < 0.0 and self._view.last > _LONG
        days_axis(axes, self._view, widened=widened)
        words = time_words(run) + (", first weeks widened" if widened else "")
        axes[-1].set_xlabel(axis_label(words, run.model.time), size="medium")
        if caution:
            self.figure.text(0.01, 0.4 * LETTERS / points, caution[0], size="x-small", color=GREY)

    # ------------------------------------------------------------------ what is shown

    def show(self, run: Trajectory) -> None:
        """Move the curves, and the events if they differ, to another run of the same names."""
        self._run = run
        changed = [axis.fit(run) for axis in self.axes]
        if any(changed):
            self._bare = None
        given = tuple(o for o in run.occurrences if o.kind != "extinction")
        if given != self._given:
            self._given, self._marks = given, marks_in(replace(self._view, run=run))
            self._back = None
        for axis in self.axes:
            axis.move(run)

    def set_log(self, log: bool | None) -> None:
        """Logarithmic axes, linear ones, or by default whatever suits the values."""
        for axis in self.axes:
            axis.log = log
            axis.scale = None
        self.show(self._run)

    def set_pins(self, pins: dict[str, Trajectory]) -> None:
        """The runs that are drawn behind, thin and dashed, by the letter that names each."""
        self.pins = dict(pins)
        for axis in self.axes:
            axis.set_pins(self.pins)
        self._bare = None
        self.show(self._run)

    # ------------------------------------------------------------------ pixels

    def paint(self) -> None:
        """Bring the canvas up to date: the pixels that are kept, and the moving artists on them."""
        if self._bare is None:
            with live_style():
                self.canvas.draw()  # what is animated stays out
            self._bare = self.canvas.copy_from_bbox(self.figure.bbox)
            self._back = None
            self.redraws += 1
        if self._back is None:
            self.canvas.restore_region(self._bare)
            self._draw_marks()
            self._back = self.canvas.copy_from_bbox(self.figure.bbox)
        self.canvas.restore_region(self._back)
        for axis in self.axes:
            for artist in axis.artists:
                axis.ax.draw_artist(artist)

    def _draw_marks(self) -> None:
        for artist in self._mark_artists:
            artist.remove()
        axes = [axis.ax for axis in self.axes]
        with live_style():
            draw_given(axes, self._marks)
        self._mark_artists = [
            artist for ax in axes for artist in with_gid([*ax.patches, *ax.lines, *ax.texts], *_TEXTS)
        ]
        place_texts(axes[0])
        for artist in sorted(self._mark_artists, key=lambda artist: artist.get_zorder()):
            artist.set_animated(True)
            artist.axes.draw_artist(artist)

    def png(self, note: str = "") -> bytes:
        """The picture as it is now, as a PNG file; with a note above everything, if there is one."""
        self.paint()
        if note:
            height = 1.0 - 0.4 * LETTERS / (72.0 * float(self.figure.get_figheight()))
            words = self.figure.text(0.01, height, note, size=0.8 * LETTERS, color=GREY, va="top")
            self.figure.draw_artist(words)
            words.remove()
        return png_of(np.asarray(self.canvas.buffer_rgba()))

    def alt_text(self) -> str:
        """What the picture shows, in sentences."""
        self.paint()
        return alt_text(self.figure)


def _view(run: Trajectory) -> View:
    """What is shown, in the model's own time: the run, but not what lies over ten days before time 0."""
    first, last = float(run.t[0]), float(run.t[-1])
    try:
        before = -convert(_BEFORE, "day", run.model.time)
    except UnitError:
        before = first
    return View(run, 1.0, 0.0, False, max(first, before) if last > 0.0 else first, last)
