"""A model as a picture: species in boxes, processes as arrows, influences as thin dashed lines."""

from __future__ import annotations

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
from .diagram_marks import KEY, KEY_FONT, SPACING, Pen, pale
from .layout import Layout, lay_out
from .layout_geometry import Array
from .quantities import role_of, species_behind, words_for
from .sheet import MADE_FOR
from .style import INK, ROLE_COLOURS, SIZES, colours, readable, style

_SYMBOL, _MEANING, _PROCESS = 17.0, 10.5, 11.0  # font sizes, in points of the unscaled layout
_LARGEST = 1.6  # a small model is not blown up further
_PAD, _PLATE_PAD = np.array([18.0, 12.0]), np.array([10.0, 5.0])  # around the words in a box and on a plate
_GAP = 3.0  # between the lines in a box
_RIM = 14.0  # left free at the edge of the axes


def diagram(model: Model, *, ax: Axes | None = None) -> Axes:
    """A picture of what flows where in a model, and what speeds it up or slows it down.

    Species are boxes, processes arrows with their names on them; what comes from or goes to nowhere has an
    empty circle at that end. A thin dashed line leads from a species to each process whose rate depends on it
    without moving it: with a head if more of it makes the process faster, a bar if slower, and a dot if
    that depends. The same model always gives the same picture.

    Parameters
    ----------
    model : Model
    ax : matplotlib Axes, optional
        Where to draw; without it, a new figure of the size of a slide.

    Returns
    -------
    matplotlib Axes
        With a description in words as its label.

    Raises
    ------
    ModelError
        If `model` is not a model.

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
    with style("slide"):
        if ax is None:
            size = SIZES["slide"]
            figure = plt.figure(figsize=(size.width, size.height))
            figure.set_gid(f"{MADE_FOR}slide")
            ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        ax.set_axis_off()
        _Drawing(ax, model, shown).draw()
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

    def __init__(self, ax: Axes, model: Model, shown: Graph) -> None:
        self.ax, self.model, self.graph = ax, model, shown
        self.figure = ax.figure.figure  # of a subfigure, the whole
        self.figure.draw_without_rendering()  # until then, a layout engine has not placed the axes
        self.room = _points(ax.get_window_extent(), self.figure) - 2.0 * _RIM

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
        boxes = [self.words(*_species_lines(self.model, name)) for name in self.graph.species]
        plates = [self.words((process_label(arrow), _PROCESS)) for arrow in self.graph.arrows]
        key_height = 2.5 * KEY_FONT
        frame = np.maximum(self.room - [0.0, key_height], 10.0)
        plan = self.laid_out(boxes, plates, frame)
        scale = float(min(*(frame / plan.size), _LARGEST))
        pen = Pen(self.ax, scale)
        corner = self.set_frame(plan, scale, key_height)
        tints = species_colours(self.model)
        for process, line, head in plan.flows:
            pen.flow(line, head, gid=f"flow:{self.graph.arrows[process].process}")
        for influence, line in zip(self.graph.influences, plan.pulls, strict=True):
            gid = f"pull:{influence.species}:{influence.process}"
            pen.pull(line, influence.sign, readable(tints[influence.species]), gid=gid)
        for void in plan.voids[np.isfinite(plan.voids[:, 0])]:
            pen.void(void)
        for name, words, centre in zip(self.graph.species, boxes, plan.boxes, strict=True):
            _box(pen, name, words, centre, tints[name])
        for arrow, words, centre in zip(self.graph.arrows, plates, plan.labels, strict=True):
            _plate(pen, arrow.process, words, centre)
        widths = [self.measured(KEY[kind], KEY_FONT, parse_math=False)[0] for kind in _kinds(self.graph)]
        kinds = list(zip(_kinds(self.graph), map(float, widths), strict=True))
        left = corner + np.array([_RIM, _RIM + 0.6 * KEY_FONT]) / scale
        pen.key(kinds, left, room=float(self.room[0]) / scale)

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


def _plate(pen: Pen, name: str, words: _Words, centre: Array) -> None:
    look: dict[str, Any] = {"fc": "white", "ec": "#b5b5b5", "lw": 0.8, "zorder": 5, "gid": f"plate:{name}"}
    pen.rounded(centre, words.size + _PLATE_PAD, radius=4.0, **look)
    text, size = words.lines[0]
    pen.text(centre, text, size, color=INK, zorder=6, parse_math=False, gid=f"name:{name}")


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


def species_colours(model: Model) -> dict[str, str]:
    """A colour for each species: that of its role, or of the role it is a part of, where that has one."""
    roles = []
    for name in model.species:
        part_of = (r for r in ("car_t", "tumour") if r in model.roles and name in species_behind(model, r))
        own = role_of(model, name)
        roles.append(own if own in ROLE_COLOURS else next(part_of, own))
    return dict(zip(model.species, colours(roles), strict=True))


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
