"""The equations of a model as a picture, set by matplotlib alone: no LaTeX is needed."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from ..language.errors import ModelError, shorten
from ..language.mathematics import right_hand_side
from ..language.model import Model
from ..language.printers.python import to_text
from .artists import TOLD
from .equation_rows import FONT, GAP, Piece, Row, rows_of, size_of, size_of_line
from .sheet import MADE_FOR, purpose
from .style import GREY, Size, size_for, style

_LARGEST, _SMALLEST = 1.4, 5.0  # in sizes of the text of a figure, and in points
_READABLE = 1.2  # of the smallest letters that are read; a new figure grows rather than use smaller ones
_GENEROUS = 0.9  # in sizes of the text; from here on, there is room for fractions at full size
_LEADING, _APART = 0.28, 0.55  # between the lines of one equation and between equations, in font sizes
_RIM = 0.9  # left free at the edge of the axes, in font sizes
_INDENT = 1.3  # of the second and later lines of an equation, in font sizes

Broken = tuple[Row, list[list[Piece]]]
"""A row and the lines of its right side, each the pieces that stand in it."""


def equations(model: Model, *, ax: Axes | None = None, for_: str | None = None) -> Axes:
    """The differential equations of a model, and its definitions and observables, as a picture.

    Parameters
    ----------
    model : Model
        Terms stand in the order of its processes, each in the colour that the process has in `diagram` and
        `fluxes`; a left side has the colour of its species.
    ax : matplotlib Axes, optional
        Where to draw; the letters are as large as the room allows. Without it, a new figure.
    for_ : {"slide", "print", "poster"}, optional
        The width of a new figure, and its letters; a slide by default. It is as high as it needs to be.

    Returns
    -------
    matplotlib Axes
        With the equations as plain text for its label.

    Raises
    ------
    ModelError
        If `model` is not a model.
    UnknownNameError
        If there is no such size.

    Examples
    --------
    >>> import cartsim as cs
    >>> ax = equations(cs.models.barros_2021)
    >>> len(ax.texts) >= 3
    True
    """
    if not isinstance(model, Model):
        raise ModelError(f"equations are drawn of a Model, not of {shorten(model)}")
    drawn_for = purpose(ax, for_) or "slide"
    with style(drawn_for) as size:
        if ax is None:
            ax = _new_axes(model, drawn_for)
        ax.set_axis_off()
        ax.figure.figure.draw_without_rendering()  # until then, a layout engine has not placed the axes
        window = ax.get_window_extent()
        wide, high = window.width * 72.0 / ax.figure.dpi, window.height * 72.0 / ax.figure.dpi
        rows, font = _fitted(model, wide, high, size)
        _draw(ax, _broken(rows, wide / font), font, wide, high)
    ax.set_gid(TOLD)
    ax.set_label(_told(model))
    return ax


# ------------------------------------------------------------------ sizes


def _left_width(rows: list[Row]) -> float:
    return max(size_of(row.left)[0] for row in rows if not row.is_heading)


def _broken(rows: list[Row], wide: float) -> list[Broken]:
    """Each row with its right side broken into lines that fit into `wide` font sizes, where pieces allow."""
    room = wide - 2.0 * _RIM - _left_width(rows) - size_of("=")[0] - 0.6
    result: list[Broken] = []
    for row in rows:
        lines: list[list[Piece]] = []
        for piece in row.pieces:
            longer = [*lines[-1], piece] if lines else [piece]
            if len(longer) > 1 and size_of_line(longer)[0] + (_INDENT if len(lines) > 1 else 0.0) > room:
                lines.append([piece])
            else:
                lines[-1:] = [longer]
        result.append((row, lines))
    return result


def _height(broken: list[Broken]) -> float:
    """The height of it all, in font sizes."""
    total = 2.0 * _RIM
    for row, lines in broken:
        left = size_of(r"\mathrm{where}" if row.is_heading else row.left)
        sizes = [size_of_line(line) for line in lines] or [left]
        above, below = max(sizes[0][1], left[1]), max(sizes[0][2], left[2])
        total += above + below + sum(up + down + _LEADING for _, up, down in sizes[1:]) + _APART
    return total - _APART


def _fits(rows: list[Row], font: float, wide: float, high: float) -> bool:
    broken = _broken(rows, wide / font)
    room = wide / font - 2.0 * _RIM - _left_width(rows) - size_of("=")[0] - 0.6
    widest = max(
        size_of_line(line)[0] + (_INDENT if nth else 0.0)
        for _, lines in broken
        for nth, line in enumerate(lines)
    )
    return widest <= room and _height(broken) * font <= high


def _largest_font(rows: list[Row], wide: float, high: float, size: Size) -> float:
    """The largest letters with which everything stays inside, in steps of half a point."""
    for font in np.arange(_LARGEST * size.font, _SMALLEST, -0.5):
        if _fits(rows, float(font), wide, high):
            return float(font)
    font = _SMALLEST
    while not _fits(rows, font, wide, high) and font > 0.1:
        font *= 0.9
    return font


def _fitted(model: Model, wide: float, high: float, size: Size) -> tuple[list[Row], float]:
    """The rows and the font size for this room; fractions at full size if the letters stay large."""
    rows = list(rows_of(model, tall=True))
    font = _largest_font(rows, wide, high, size)
    if font < _GENEROUS * size.font:
        rows = list(rows_of(model, tall=False))
        font = _largest_font(rows, wide, high, size)
    return rows, font


def _new_axes(model: Model, for_: str) -> Axes:
    """Axes that fill a new figure: as wide as its purpose says, as high as readable letters need."""
    size = size_for(for_)
    wide = size.width * 72.0
    rows, font = _fitted(model, wide, size.height * 72.0, size)
    font = max(font, min(_READABLE * size.least, _largest_font(rows, wide, np.inf, size)))
    high = max(_height(_broken(rows, wide / font)) * font / 72.0 + 0.02, 1.0)
    figure = plt.figure(figsize=(size.width, high))
    figure.set_gid(f"{MADE_FOR}{for_}")
    return figure.add_axes((0.0, 0.0, 1.0, 1.0))


# ------------------------------------------------------------------ drawing


def _draw(ax: Axes, broken: list[Broken], font: float, wide: float, high: float) -> None:
    ax.set_xlim(0.0, wide / font)
    ax.set_ylim(-high / font, 0.0)
    look: dict[str, Any] = {"fontsize": font, "va": "baseline", "math_fontfamily": FONT}
    equals = _RIM + _left_width([row for row, _ in broken]) + 0.3
    start = equals + size_of("=")[0] + 0.3
    y = -_RIM - max(0.0, (high / font - _height(broken)) / 2.0)
    for row, lines in broken:
        if row.is_heading:
            up, down = size_of(r"\mathrm{where}")[1:]
            ax.text(_RIM, y - up, row.left, fontsize=0.85 * font, va="baseline", color=GREY)
            y -= up + down + _APART
            continue
        left, first = size_of(row.left), size_of_line(lines[0])
        y -= max(left[1], first[1])
        ax.text(
            equals - 0.3, y, f"${row.left}$", ha="right", color=row.colour, gid=f"equation:{row.name}", **look
        )
        ax.text(equals, y, "$=$", **look)
        _draw_line(ax, start, y, row, lines[0], look)
        y -= max(left[2], first[2])
        for line in lines[1:]:
            y -= _LEADING + size_of_line(line)[1]
            _draw_line(ax, start + _INDENT, y, row, line, look)
            y -= size_of_line(line)[2]
        y -= _APART


def _draw_line(ax: Axes, x: float, y: float, row: Row, line: list[Piece], look: dict[str, Any]) -> None:
    """The pieces of a line beside each other, each in the colour of its process."""
    for nth, piece in enumerate(line):
        ax.text(
            x, y, f"${piece.latex(nth)}$", color=piece.colour, gid=f"term:{row.name}:{piece.process}", **look
        )
        x += size_of(piece.latex(nth))[0] + size_of(GAP)[0]


def _told(model: Model) -> str:
    """The equations in one line, for alt text."""
    lines = [f"d{name}/dt = {to_text(tree)}" for name, tree in right_hand_side(model.structure).items()]
    more = {**model.structure.definitions, **model.structure.observables}
    lines += [f"{name} = {to_text(tree)}" for name, tree in more.items()]
    return f"Equations of {model.name}: {'; '.join(lines)}."
