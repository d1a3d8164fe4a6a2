"""Whether the texts of a figure stand clear of each other and inside it."""

from __future__ import annotations

import itertools

from matplotlib.figure import Figure
from matplotlib.text import Text

from cartsim.plots.artists import renderer_of
from cartsim.plots.style import SIZES


def seen(figure: Figure) -> list[Text]:
    """Every text that is drawn: of the ticks, those within the limits."""
    hidden: set[Text] = set()
    for ax in figure.axes:
        for axis, (low, high) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
            for tick in axis.get_major_ticks():
                if not low <= tick.get_loc() <= high or not tick.label1.get_visible():
                    hidden.add(tick.label1)
    found = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
    return [text for text in found if text not in hidden]


def faults(figure: Figure, size: str) -> list[str]:
    """The texts that leave the figure, and the pairs that overlap by more than a pixel."""
    figure.set_dpi(SIZES[size].dpi)
    figure.draw_without_rendering()
    renderer, page = renderer_of(figure), figure.bbox
    boxes = {text: Text.get_window_extent(text, renderer).padded(-1.0) for text in seen(figure)}
    said = [
        f"outside: {text.get_text()!r}"
        for text, box in boxes.items()
        if box.x0 < page.x0 or box.x1 > page.x1 or box.y0 < page.y0 or box.y1 > page.y1
    ]
    said += [
        f"overlap: {one.get_text()!r} and {other.get_text()!r}"
        for one, other in itertools.combinations(boxes, 2)
        if boxes[one].overlaps(boxes[other])
    ]
    return said
