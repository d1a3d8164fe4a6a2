"""A model as a picture: species in boxes, processes as arrows, influences as thin dashed lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import shorten as cut
from textwrap import wrap
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from ..language.errors import ModelError, shorten
from ..language.graph import Arrow, Graph, graph, told
from ..language.model import Model
from ..language.printers.latex import name_to_latex
from ..language.printers.python import number_text
from .artists import TOLD
from .colours_of_terms import looks_of
from .diagram_marks import KEY, KEY_FONT, SPACING, Pen, key_width, pale
from .diagram_part import chosen, part, telling
from .layout import Layout, lay_out
from .layout_geometry import Array
from .quantities import words_for
from .sheet import MADE_FOR, purpose
from .style import INK, SIZES, Size, readable, style

_SYMBOL, _MEANING, _PROCESS = 17.0, 10.5, 11.0  # font sizes, in points of the unscaled layout
_LARGEST = 1.6  # a small model is not blown up further
_PAD, _PLATE_PAD = np.array([18.0, 12.0]), np.array([10.0, 5.0])  # around the words in a box and on a plate
_GAP = 3.0  # between the lines in a box
_RIM = 14.0  # left free at the edge of the axes


def diagram(
    model: Model,
    *,
    what: str | Iterable[str] | None = None,
    ax: Axes | None = None,
    for_: str | None = None,
) -> Axes:
    """A picture of what flows where in a model, and what speeds it up or slows it down.

    Species are boxes, processes arrows with their names on them; what comes from or goes to nowhere has an
    empty circle at that end. A thin dashed line leads from a species to each process whose rate depends on it
    without moving it: with a head if more of it makes the process faster, a bar if slower, and a dot if
    that depends. An arrow has the colour of its term in `equations` and of its band in `fluxes`, a box that
    of the curve of its species. The same model always gives the same picture.

    Parameters
    ----------
    model : Model
    what : str or iterable of str, optional
        Species or roles to show, with the processes that move them; by default the whole model, or of one
        with more than twelve species its CAR-T cells and its tumour.
    ax : matplotlib Axes, optional
        Where to draw; without it, a new figure, as high as readable letters need.
    for_ : {"slide", "print", "poster"}, optional
        The size of a new figure; a slide by default.

    Returns
    -------
    matplotlib Axes
        With a description in words as its label.

    Raises
    ------
    ModelError
        If `model` is not a model.
    UnknownNameError
        If there is no such size, and for a name in `what` that the model has not.

    Examples
    --------
    >>> import cartsim as cs
    >>> ax = diagram(cs.models.barros_2021)
    >>> ax.get_label()[:47]
    'Diagram of barros_2021: 3 species, 8 processes.'
    """
    if not isinstance(model, Model):
        raise ModelError(f"a diagram is drawn of a Model, not of {shorten(model)}")
    shown = graph(model)
    species = telling(model) if what is None else chosen(model, what)
    return draw_graph(
        model, shown if len(species) == len(model.species) else part(shown, species), ax=ax, for_=for_
    )


def draw_graph(
    model: Model, shown: Graph, *, ax: Axes | None = None, for_: str | None = None, key: bool = True
) -> Axes:
    """The picture of the graph of a model, or of a part of it, with the key to its lines or without."""
    drawn_for = purpose(ax, for_) or "slide"
    with style(drawn_for) as size:
        if ax is None:
            figure = plt.figure(figsize=(size.width, size.height))
            figure.set_gid(f"{MADE_FOR}{drawn_for}")
            ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
            drawing = _Drawing(ax, model, shown, size)
            for height in (0.5 * (size.height + size.tallest), size.tallest):
                if drawing.scale * KEY_FONT < size.least:
                    figure.set_size_inches(size.width, height)
                    drawing = _Drawing(ax, model, shown, size)
        else:
            drawing = _Drawing(ax, model, shown, size, key=key)
        ax.set_axis_off()
        drawing.draw()
    ax.set_gid(TOLD)
    ax.set_label(told(model, shown))
    return ax


@dataclass(frozen=True)
class _Words:
    """The lines of a box or a plate, each a text and its font size; and their sizes (2,), in points."""

    lines: tuple[tuple[str, float], ...]
    sizes: tuple[Array, ...]

    @property
    def size(self) -> Array:
        widths, heights = zip(*self.sizes, strict=True)
        return np.array([max(widths), sum(heights) + _GAP * (len(heights) - 1)])


class _Drawing:
    """One diagram on its way to the axes."""

    def __init__(self, ax: Axes, model: Model, shown: Graph, size: Size, *, key: bool = True) -> None:
        self.ax, self.model, self.graph = ax, model, shown
        self.figure = ax.figure.figure  # of a subfigure, the whole
        self.figure.draw_without_rendering()  # until then, a layout engine has not placed the axes
        self.room = _points(ax.get_window_extent(), self.figure) - 2.0 * _RIM
        self.scale, self.key_height, self.key_rows = 1.0, 0.0, 1
        self.boxes = [self.words(*_species_lines(model, name)) for name in shown.species]
        self.plates = [self.words((process_label(arrow), _PROCESS)) for arrow in shown.arrows]
        kinds = _kinds(shown) if key else []
        widths = [self.measured(KEY[kind], KEY_FONT, parse_math=False)[0] for kind in kinds]
        self.key = list(zip(kinds, map(float, widths), strict=True))
        bigger = size.font / SIZES["slide"].font
        for rows in (1, 2):
            if rows == 1 or key_width(self.key) * self.scale > self.room[0]:
                self.key_rows = rows
                self.key_height = (1.0 + 1.5 * rows) * KEY_FONT * bigger if key else 0.0
                frame = np.maximum(self.room - [0.0, self.key_height], 10.0)
                if rows == 1:
                    self.plan = self.laid_out(self.boxes, self.plates, frame / max(bigger, 1.0))
                self.scale = float(min(*(frame / self.plan.size), _LARGEST * bigger))

    def measured(self, text: str, size: float, *, parse_math: bool) -> Array:
        """Width and height of a text in points, as the renderer will set it."""
        artist = self.ax.text(0.0, 0.0, text, fontsize=size, linespacing=SPACING, parse_math=parse_math)
        extent = _points(artist.get_window_extent(), self.figure)
        artist.remove()
        return extent

    def words(self, *lines: tuple[str, float]) -> _Words:
        sizes = (self.measured(text, size, parse_math=size == _SYMBOL) for text, size in lines)
        return _Words(lines, tuple(sizes))

    def draw(self) -> None:
        plan, scale = self.plan, self.scale
        pen = Pen(self.ax, scale)
        corner = self.set_frame(plan, scale, self.key_height)
        looks = looks_of(self.model)
        tints = {name: looks[name].colour for name in self.graph.species}
        for nth, line, head in plan.flows:
            process = self.graph.arrows[nth].process
            pen.flow(line, head, looks[process], gid=process)
        for influence, line in zip(self.graph.influences, plan.pulls, strict=True):
            gid = f"pull:{influence.species}:{influence.process}"
            pen.pull(line, influence.sign, readable(tints[influence.species]), gid=gid)
        for void in plan.voids[np.isfinite(plan.voids[:, 0])]:
            pen.void(void)
        for name, words, centre in zip(self.graph.species, self.boxes, plan.boxes, strict=True):
            _box(pen, name, words, centre, tints[name])
        for arrow, words, centre in zip(self.graph.arrows, self.plates, plan.labels, strict=True):
            _plate(pen, arrow.process, words, centre, looks[arrow.process].colour)
        left = corner + np.array([_RIM, _RIM + 0.6 * KEY_FONT]) / scale
        pen.key(self.key, left, room=float(self.room[0]) / scale, rows=self.key_rows)

    def laid_out(self, boxes: list[_Words], plates: list[_Words], frame: Array) -> Layout:
        species = {name: i for i, name in enumerate(self.graph.species)}
        processes = {arrow.process: j for j, arrow in enumerate(self.graph.arrows)}
        return lay_out(
            np.array([box.size + _PAD for box in boxes]),
            np.array([plate.size + _PLATE_PAD for plate in plates]).reshape(-1, 2),
            ends=tuple(
                (tuple(species[n] for n, _ in arrow.sources), tuple(species[n] for n, _ in arrow.targets))
                for arrow in self.graph.arrows
            ),
            pulls=tuple((species[i.species], processes[i.process]) for i in self.graph.influences),
            frame=(float(frame[0]), float(frame[1])),
        )

    def set_frame(self, plan: Layout, scale: float, key_height: float) -> Array:
        """Put the layout in the middle above the key; the lower left corner of the axes."""
        room = (self.room + 2.0 * _RIM) / scale
        below = (key_height + _RIM) / scale
        spare = np.array([room[0] - plan.size[0], room[1] - plan.size[1] - below - _RIM / scale]) / 2.0
        corner = np.array([-spare[0], -spare[1] - below])
        self.ax.set_aspect("equal")
        self.ax.set_xlim(corner[0], corner[0] + room[0])
        self.ax.set_ylim(corner[1], corner[1] + room[1])
        return corner


def _points(extent: Any, figure: Any) -> Array:
    """Width and height of a box of pixels, in points."""
    return np.asarray(np.array([extent.width, extent.height]) * 72.0 / figure.dpi)


def _box(pen: Pen, name: str, words: _Words, centre: Array, colour: str) -> None:
    pen.rounded(
        centre, words.size + _PAD, radius=9.0, fc=pale(colour), ec=colour, lw=2.2, zorder=4, gid=f"box:{name}"
    )
    top = centre[1] + words.size[1] / 2.0
    for (text, size), extent in zip(words.lines, words.sizes, strict=True):
        symbol = size == _SYMBOL
        place = np.array([centre[0], top - extent[1] / 2.0])
        pen.text(place, text, size, color=readable(colour) if symbol else INK, zorder=6, parse_math=symbol)
        top -= extent[1] + _GAP


def _plate(pen: Pen, name: str, words: _Words, centre: Array, colour: str) -> None:
    look: dict[str, Any] = {"fc": "white", "ec": colour, "lw": 1.0, "zorder": 5, "gid": f"plate:{name}"}
    pen.rounded(centre, words.size + _PLATE_PAD, radius=4.0, **look)
    text, size = words.lines[0]
    pen.text(centre, text, size, color=readable(colour), zorder=6, parse_math=False, gid=f"name:{name}")


# ------------------------------------------------------------------ words and colours


def _species_lines(model: Model, name: str) -> list[tuple[str, float]]:
    """Symbol and meaning of a species, with their font sizes."""
    symbol = (f"${name_to_latex(name)}$", _SYMBOL)
    words = words_for(model, name)
    if not model.species[name].meaning or words == name.replace("_", " "):
        return [symbol]
    return [symbol, *((line, _MEANING) for line in wrap(cut(words, 38, placeholder=" …"), 19))]


def process_label(arrow: Arrow) -> str:
    """The name of a process as it stands on its arrow, with the numbers where they are not one."""
    lines = wrap(arrow.process.replace("_", " "), 14, break_long_words=False)
    if any(number != 1.0 for _, number in arrow.sources + arrow.targets):
        sides = (" + ".join(_counted(*end) for end in side) for side in (arrow.sources, arrow.targets))
        lines.append(" → ".join(sides).strip())
    return "\n".join(lines)


def _counted(name: str, number: float) -> str:
    return name if number == 1.0 else f"{number_text(number)} {name}"


def _kinds(shown: Graph) -> list[str]:
    """The kinds of line that occur, in the order of the key."""
    signs = {influence.sign for influence in shown.influences}
    here = {
        "birth": any(not arrow.sources for arrow in shown.arrows),
        "death": any(not arrow.targets for arrow in shown.arrows),
        "change": any(arrow.sources and arrow.targets for arrow in shown.arrows),
        "faster": 1 in signs,
        "slower": -1 in signs,
        "either": 0 in signs,
    }
    return [kind for kind in KEY if here[kind]]
