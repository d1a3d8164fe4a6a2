"""The one style: sizes for slide, print and poster, colours for the colour-blind, line styles.

The colours are those of Okabe and Ito (Color Universal Design), as matplotlib 3.11 carries them under
``color_sequences["okabe_ito"]``; the yellow is left out, as it is not seen on white. Every curve has a line
style too, for black-and-white print.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import matplotlib
from matplotlib.colors import to_hex, to_rgb

from ..language.errors import UnknownNameError, shorten, suggestion

Stroke: TypeAlias = str | tuple[int, tuple[float, ...]]
"""A line style as matplotlib takes it: a name, or an offset and the lengths of dashes and gaps."""


@dataclass(frozen=True)
class Size:
    """How big things are for one purpose: a figure in inches (`tallest` with several axes), else points.

    `font` is the size of the text, `least` that of the smallest letters that are still read there.
    """

    width: float
    height: float
    font: float
    line: float
    dpi: float
    tallest: float
    least: float


SIZES = {
    "slide": Size(12.0, 6.2, 20.0, 3.0, 160.0, 6.9, 13.3),
    "print": Size(6.3, 3.9, 10.5, 1.5, 300.0, 8.5, 7.0),
    "poster": Size(16.0, 9.5, 26.7, 4.0, 200.0, 20.0, 18.0),
}
"""Sizes by purpose: a slide of 13.3 x 7.5 inches under its heading; the column of text of a page of A4, 16 cm
wide; a poster of A0 that is read from 2 m. Letters are to the width as on a slide, so that a figure saved
for another purpose looks the same."""

BLUE, VERMILLION, GREEN, ORANGE = "#0072b2", "#d55e00", "#009e73", "#e69f00"
PURPLE, SKY, BLACK = "#cc79a7", "#56b4e9", "#000000"
COLOURS = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY, BLACK)
STROKES: tuple[Stroke, ...] = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (9, 2)))
ROLE_COLOURS = {
    "car_t": BLUE,
    "tumour": VERMILLION,
    "effector_car_t": SKY,
    "memory_car_t": GREEN,
    "antigen_positive_tumour": ORANGE,
    "antigen_negative_tumour": PURPLE,
}
"""What a quantity is, it stays: all CAR-T cells are blue and the tumour is vermillion on every figure."""

INK, GREY, PALE = "#222222", "#666666", "#e4e4e4"


@contextmanager
def style(for_: str = "slide") -> Iterator[Size]:
    """A context in which figures are made in cartsim's style; the global settings come back at its end.

    Parameters
    ----------
    for_ : {"slide", "print", "poster"}
        What the figure is for.

    Yields
    ------
    Size
        The sizes in force.

    Raises
    ------
    UnknownNameError
        If there is no such purpose.

    Examples
    --------
    >>> import matplotlib
    >>> with style("print") as size:
    ...     matplotlib.rcParams["font.size"] == size.font == 10.5
    True
    """
    size = size_for(for_)
    ours = settings(size)
    before = {name: matplotlib.rcParams[name] for name in ours}
    matplotlib.rcParams.update(ours)
    try:
        yield size
    finally:
        # Not rc_context: it would also undo what a notebook's backend switches on when the first figure
        # loads it, and every later figure would stay hidden.
        matplotlib.rcParams.update(before)


def size_for(for_: str) -> Size:
    """The sizes for a purpose, or an `UnknownNameError` that names the nearest one."""
    if for_ not in SIZES:
        raise UnknownNameError(
            f"for_={shorten(for_)} is not a size of figure" + suggestion(for_, SIZES, plural="sizes")
        )
    return SIZES[for_]


def settings(size: Size) -> Any:
    """The matplotlib settings of a size."""
    return {
        "figure.figsize": (size.width, size.height),
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
        "font.size": size.font,
        "font.family": ["sans-serif"],
        "font.sans-serif": matplotlib.rcParamsDefault["font.sans-serif"],
        "text.color": INK,
        "axes.facecolor": "white",
        "axes.edgecolor": GREY,
        "axes.labelcolor": INK,
        "axes.labelsize": "medium",
        "axes.titlesize": "large",
        "axes.titlelocation": "left",
        "axes.linewidth": 0.35 * size.line,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": False,
        "axes.axisbelow": True,
        "xtick.color": GREY,
        "xtick.labelcolor": INK,
        "ytick.color": GREY,
        "ytick.labelcolor": INK,
        "xtick.labelsize": "small",
        "ytick.labelsize": "small",
        "xtick.direction": "out",
        "ytick.direction": "out",
        "xtick.major.width": 0.35 * size.line,
        "ytick.major.width": 0.35 * size.line,
        "xtick.major.size": 0.3 * size.font,
        "ytick.major.size": 0.3 * size.font,
        "lines.linewidth": size.line,
        "lines.markersize": 0.5 * size.font,
        "lines.dash_capstyle": "butt",
        "lines.solid_capstyle": "round",
        "legend.frameon": False,
        "legend.fontsize": "small",
        "svg.fonttype": "none",
    }


@contextmanager
def in_style(for_: str | None) -> Iterator[None]:
    """`style`, or nothing where `for_` is None: a figure that was made elsewhere keeps its own sizes."""
    if for_ is None:
        yield
    else:
        with style(for_):
            yield


def colours(roles: Sequence[str | None]) -> list[str]:
    """A colour for each quantity by its role, or None: those of `ROLE_COLOURS`, the others in order.

    Examples
    --------
    >>> colours(["tumour", None]) == [VERMILLION, BLUE]
    True
    """
    found = [ROLE_COLOURS.get(role or "") for role in roles]
    free = [colour for colour in COLOURS if colour not in found] or list(COLOURS)
    return [colour or free[found[:i].count(None) % len(free)] for i, colour in enumerate(found)]


def shades(n: int) -> list[str]:
    """`n` colours from dark to light for curves that form a series, such as rising doses."""
    scale = matplotlib.colormaps["viridis"]
    return [to_hex(scale(0.82 * i / max(n - 1, 1))) for i in range(n)]


def readable(colour: Any) -> str:
    """`colour`, darkened until text in it is read on white: a contrast of 4.5 (WCAG 2.1, criterion 1.4.3).

    Examples
    --------
    >>> readable("#0072b2"), readable("#e69f00")
    ('#0072b2', '#9c6c00')
    """
    rgb = to_rgb(colour)
    for step in range(50):
        darker = (rgb[0] * (1 - step / 50), rgb[1] * (1 - step / 50), rgb[2] * (1 - step / 50))
        if contrast_with_white(darker) >= 4.5:
            return str(to_hex(darker))
    return BLACK


def contrast_with_white(colour: Any) -> float:
    """The contrast ratio of WCAG 2.1 between `colour` and white, from 1 to 21."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
