"""The diagram of a small model as plain data for its page: where boxes, names and lines stand."""

from __future__ import annotations

from textwrap import shorten as cut
from textwrap import wrap
from typing import Any

import numpy as np

from ..language.graph import Graph, graph, told
from ..language.model import Model
from ..plots.colours_of_terms import looks_of
from ..plots.diagram import process_label
from ..plots.layout import Layout, lay_out
from ..plots.quantities import words_for

__all__ = ["MOST", "page_diagram"]

MOST = 12
"""Species up to which a page shows the whole diagram."""
FEW = 4
"""Species up to which it is arranged anew for a phone; of more, a phone shows a part of the wide one."""
FRAMES = {"wide": (860.0, 420.0), "narrow": (350.0, 620.0)}
"""The room there is on a laptop and on a phone, in pixels."""
_SYMBOL, _SMALL, _LINE = 17.0, 12.0, 15.0  # sizes of letters, and from line to line
_WIDTH = 0.6  # of a letter, as a part of its size: that of wide letters, as a page takes those that there are
_ROUND = 1


def page_diagram(model: Model) -> dict[str, Any] | None:
    """Where everything in the diagram of a model stands, in pixels from the upper left; None if it is large.

    Returns
    -------
    dict or None
        ``told``, the diagram in sentences; ``kinds``, the kinds of line that there are; and ``wide`` and, for
        few species, ``narrow``: ``size``, ``boxes``, ``plates``, ``flows``, ``pulls`` and ``voids``.

    Examples
    --------
    >>> import cartsim as cs
    >>> found = page_diagram(cs.models.barros_2021)
    >>> [box["name"] for box in found["wide"]["boxes"]], len(found["wide"]["plates"])
    (['C_T', 'C_M', 'T'], 8)
    >>> page_diagram(cs.patients.b_all()) is None
    True
    """
    if len(model.species) > MOST:
        return None
    shown = graph(model)
    if not shown.arrows:
        return None
    frames = FRAMES if len(model.species) <= FEW else {"wide": FRAMES["wide"]}
    signs = {pull.sign for pull in shown.influences}
    kinds = {
        "birth": any(not arrow.sources for arrow in shown.arrows),
        "death": any(not arrow.targets for arrow in shown.arrows),
        "faster": 1 in signs,
        "slower": -1 in signs,
        "either": 0 in signs,
    }
    return {
        "told": told(model, shown),
        "kinds": [kind for kind, here in kinds.items() if here],
        **{name: _drawn(model, shown, frame) for name, frame in frames.items()},
    }


def _drawn(model: Model, shown: Graph, frame: tuple[float, float]) -> dict[str, Any]:
    boxes = [_box_lines(model, name) for name in shown.species]
    plates = [process_label(arrow).split("\n") for arrow in shown.arrows]
    box_sizes = [_box_size(name, lines) for name, lines in zip(shown.species, boxes, strict=True)]
    plate_sizes = [_size(lines, _SMALL, 12.0, 6.0) for lines in plates]
    places = {name: i for i, name in enumerate(shown.species)}
    processes = {arrow.process: j for j, arrow in enumerate(shown.arrows)}
    plan = lay_out(
        np.array(box_sizes),
        np.array(plate_sizes),
        ends=tuple(
            (tuple(places[n] for n, _ in arrow.sources), tuple(places[n] for n, _ in arrow.targets))
            for arrow in shown.arrows
        ),
        pulls=tuple((places[pull.species], processes[pull.process]) for pull in shown.influences),
        frame=frame,
    )
    looks = looks_of(model)
    return {
        "size": [_rounded(length) for length in plan.size],
        "boxes": [
            {"name": name, "lines": lines, "colour": looks[name].colour, **_placed(plan, centre, size)}
            for name, lines, centre, size in zip(shown.species, boxes, plan.boxes, box_sizes, strict=True)
        ],
        "plates": [
            {"name": arrow.process, "lines": lines, **_placed(plan, centre, size)}
            for arrow, lines, centre, size in zip(shown.arrows, plates, plan.labels, plate_sizes, strict=True)
        ],
        "flows": [
            {"name": shown.arrows[nth].process, "head": bool(head), "line": _line(plan, line)}
            for nth, line, head in plan.flows
        ],
        "pulls": [
            {"name": pull.species, "sign": pull.sign, "line": _line(plan, line[::2])}
            for pull, line in zip(shown.influences, plan.pulls, strict=True)
        ],
        "voids": _line(plan, plan.voids[np.isfinite(plan.voids[:, 0])]),
    }


def _box_lines(model: Model, name: str) -> list[str]:
    """The meaning of a species in short lines; none where it has no other words than its name."""
    words = words_for(model, name)
    if not model.species[name].meaning or words == name.replace("_", " "):
        return []
    return wrap(cut(words, 38, placeholder=" …"), 19)


def _box_size(name: str, lines: list[str]) -> tuple[float, float]:
    width, height = _size(lines, _SMALL, 24.0, 16.0)
    return max(width, _WIDTH * _SYMBOL * len(name) + 24.0), height + 22.0


def _size(lines: list[str], letters: float, aside: float, above: float) -> tuple[float, float]:
    widest = max((len(line) for line in lines), default=0)
    return _WIDTH * letters * widest + aside, _LINE * len(lines) + above


def _placed(plan: Layout, centre: Any, size: tuple[float, float]) -> dict[str, float]:
    x, y = float(centre[0]), plan.size[1] - float(centre[1])
    return {"x": _rounded(x), "y": _rounded(y), "w": _rounded(size[0]), "h": _rounded(size[1])}


def _line(plan: Layout, points: Any) -> list[list[float]]:
    return [[_rounded(float(x)), _rounded(plan.size[1] - float(y))] for x, y in points]


def _rounded(length: float) -> float:
    return round(float(length), _ROUND)
