"""The equations of a model as a picture, set by matplotlib alone: no LaTeX is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser

from ..language.errors import ModelError, shorten
from ..language.mathematics import right_hand_side
from ..language.model import Model
from ..language.printers.infix import split_sign
from ..language.printers.latex import name_to_latex, to_latex
from ..language.printers.python import to_text
from ..language.tree import Expression, Sum
from .artists import TOLD
from .diagram import species_colours
from .sheet import MADE_FOR
from .style import GREY, INK, SIZES, readable, style

_FONT = "stix"
_LARGEST, _SMALLEST = 28.0, 5.0  # points
_READABLE = 14.0  # a new figure grows rather than use smaller letters
_GENEROUS = 18.0  # from here on, there is room for fractions at full size
_LEADING, _APART = 0.28, 0.55  # between the lines of one equation and between equations, in font sizes
_RIM = 0.9  # left free at the edge of the axes, in font sizes
_INDENT = 1.3  # of the second and later lines of an equation, in font sizes

Size = tuple[float, float, float]
"""Width, height above the base line, and depth below it, in font sizes."""


def equations(model: Model, *, ax: Axes | None = None) -> Axes:
    """The differential equations of a model, and its definitions and observables, as a picture.

    Parameters
    ----------
    model : Model
        Terms stand in the order of its processes.
    ax : matplotlib Axes, optional
        Where to draw; the letters are as large as the room allows. Without it, a new figure, as wide as a
        slide.

    Returns
    -------
    matplotlib Axes
        With the equations as plain text for its label.

    Raises
    ------
    ModelError
        If `model` is not a model.

    Examples
    --------
    >>> import cartsim as cs
    >>> ax = equations(cs.models.barros_2021)
    >>> len(ax.texts) >= 3
    True
    """
    if not isinstance(model, Model):
        raise ModelError(f"equations are drawn of a Model, not of {shorten(model)}")
    with style("slide"):
        if ax is None:
            ax = _new_axes(model)
        ax.set_axis_off()
        ax.figure.figure.draw_without_rendering()  # until then, a layout engine has not placed the axes
        window = ax.get_window_extent()
        wide, high = window.width * 72.0 / ax.figure.dpi, window.height * 72.0 / ax.figure.dpi
        rows, font = _fitted(model, wide, high)
        _draw(ax, _broken(rows, wide / font), font, wide, high)
    ax.set_gid(TOLD)
    ax.set_label(_told(model))
    return ax


@dataclass(frozen=True)
class _Row:
    """One equation: its left side, and the pieces between which its right side may be broken."""

    left: str
    pieces: tuple[str, ...]
    colour: str = INK
    name: str = ""

    @property
    def is_heading(self) -> bool:
        return not self.pieces


def _rows(model: Model, *, tall: bool) -> Iterator[_Row]:
    """Every equation in its order; with `tall`, fractions are set at full size."""
    tints = species_colours(model)
    for name, tree in right_hand_side(model.structure).items():
        left = rf"\frac{{\mathrm{{d}}{name_to_latex(name)}}}{{\mathrm{{d}}t}}"
        yield _Row(_tall(left) if tall else left, tuple(_pieces(tree, tall)), readable(tints[name]), name)
    for heading, trees in (("where", model.structure.definitions), ("observed", model.structure.observables)):
        if trees:
            yield _Row(heading, ())
            for name, tree in trees.items():
                yield _Row(name_to_latex(name), tuple(_pieces(tree, tall)), name=name)


def _pieces(tree: Expression, tall: bool) -> Iterator[str]:
    """The terms with their signs; between them, the right side may be broken."""
    terms = tree.terms if isinstance(tree, Sum) else (tree,)
    for nth, term in enumerate(terms):
        minus, rest = split_sign(term)
        sign = ("-" if minus else "") if nth == 0 else (r"-\," if minus else r"+\,")
        text = rf"\left({to_latex(rest)}\right)" if minus and isinstance(rest, Sum) else to_latex(rest)
        yield sign + (_tall(text) if tall else text)


def _tall(latex: str) -> str:
    """The text with its outermost fractions at full size; those inside others stay small."""
    text, depth = "", 0
    for position, character in enumerate(latex):
        depth += (character == "{") - (character == "}")
        text += r"\d" if depth == 0 and latex.startswith(r"\frac", position) else character
    return text


# ------------------------------------------------------------------ sizes


@lru_cache(maxsize=4096)
def _size(latex: str) -> Size:
    font = FontProperties(size=100.0, math_fontfamily=_FONT)
    width, height, depth, *_ = MathTextParser("path").parse(f"${latex}$", dpi=72.0, prop=font)
    return width / 100.0, (height - depth) / 100.0, depth / 100.0


def _left_width(rows: list[_Row]) -> float:
    return max(_size(row.left)[0] for row in rows if not row.is_heading)


def _broken(rows: list[_Row], wide: float) -> list[tuple[_Row, list[str]]]:
    """Each row with its right side broken into lines that fit into `wide` font sizes, where pieces allow."""
    room = wide - 2.0 * _RIM - _left_width(rows) - _size("=")[0] - 0.6
    result = []
    for row in rows:
        lines: list[str] = []
        for piece in row.pieces:
            joined = rf"{lines[-1]}\;{piece}" if lines else piece
            if lines and _size(joined)[0] + (_INDENT if len(lines) > 1 else 0.0) > room:
                lines.append(piece)
            else:
                lines[-1:] = [joined]
        result.append((row, lines))
    return result


def _height(broken: list[tuple[_Row, list[str]]]) -> float:
    """The height of it all, in font sizes."""
    total = 2.0 * _RIM
    for row, lines in broken:
        left = _size(r"\mathrm{where}" if row.is_heading else row.left)
        sizes = [_size(line) for line in lines] or [left]
        above, below = max(sizes[0][1], left[1]), max(sizes[0][2], left[2])
        total += above + below + sum(up + down + _LEADING for _, up, down in sizes[1:]) + _APART
    return total - _APART


def _fits(rows: list[_Row], font: float, wide: float, high: float) -> bool:
    broken = _broken(rows, wide / font)
    room = wide / font - 2.0 * _RIM - _left_width(rows) - _size("=")[0] - 0.6
    widest = max(
        _size(line)[0] + (_INDENT if nth else 0.0) for _, lines in broken for nth, line in enumerate(lines)
    )
    return widest <= room and _height(broken) * font <= high


def _largest_font(rows: list[_Row], wide: float, high: float) -> float:
    """The largest letters with which everything stays inside, in steps of half a point."""
    for font in np.arange(_LARGEST, _SMALLEST, -0.5):
        if _fits(rows, float(font), wide, high):
            return float(font)
    font = _SMALLEST
    while not _fits(rows, font, wide, high) and font > 0.1:
        font *= 0.9
    return font


def _fitted(model: Model, wide: float, high: float) -> tuple[list[_Row], float]:
    """The rows and the font size for this room; fractions at full size if the letters stay large."""
    rows = list(_rows(model, tall=True))
    font = _largest_font(rows, wide, high)
    if font < _GENEROUS:
        rows = list(_rows(model, tall=False))
        font = _largest_font(rows, wide, high)
    return rows, font


def _new_axes(model: Model) -> Axes:
    """Axes that fill a new figure: as wide as a slide, as high as readable letters need."""
    size = SIZES["slide"]
    wide = size.width * 72.0
    rows, font = _fitted(model, wide, size.height * 72.0)
    font = max(font, min(_READABLE, _largest_font(rows, wide, np.inf)))
    high = max(_height(_broken(rows, wide / font)) * font / 72.0 + 0.02, 1.0)
    figure = plt.figure(figsize=(size.width, high))
    figure.set_gid(f"{MADE_FOR}slide")
    return figure.add_axes((0.0, 0.0, 1.0, 1.0))


# ------------------------------------------------------------------ drawing


def _draw(ax: Axes, broken: list[tuple[_Row, list[str]]], font: float, wide: float, high: float) -> None:
    ax.set_xlim(0.0, wide / font)
    ax.set_ylim(-high / font, 0.0)
    look: dict[str, Any] = {"fontsize": font, "va": "baseline", "math_fontfamily": _FONT}
    equals = _RIM + _left_width([row for row, _ in broken]) + 0.3
    start = equals + _size("=")[0] + 0.3
    y = -_RIM - max(0.0, (high / font - _height(broken)) / 2.0)
    for row, lines in broken:
        if row.is_heading:
            up, down = _size(r"\mathrm{where}")[1:]
            ax.text(_RIM, y - up, row.left, fontsize=0.85 * font, va="baseline", color=GREY)
            y -= up + down + _APART
            continue
        left, first = _size(row.left), _size(lines[0])
        y -= max(left[1], first[1])
        ax.text(
            equals - 0.3, y, f"${row.left}$", ha="right", color=row.colour, gid=f"equation:{row.name}", **look
        )
        ax.text(equals, y, "$=$", **look)
        ax.text(start, y, f"${lines[0]}$", **look)
        y -= max(left[2], first[2])
        for line in lines[1:]:
            y -= _LEADING + _size(line)[1]
            ax.text(start + _INDENT, y, f"${line}$", **look)
            y -= _size(line)[2]
        y -= _APART


def _told(model: Model) -> str:
    """The equations in one line, for alt text."""
    lines = [f"d{name}/dt = {to_text(tree)}" for name, tree in right_hand_side(model.structure).items()]
    more = {**model.structure.definitions, **model.structure.observables}
    lines += [f"{name} = {to_text(tree)}" for name, tree in more.items()]
    return f"Equations of {model.name}: {'; '.join(lines)}."
