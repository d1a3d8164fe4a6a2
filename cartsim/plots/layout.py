"""The layout of a diagram: where boxes, names and arrows go. Arrays in, arrays out; nothing is drawn here.

Boxes are arranged on a grid (`layout_grid`), names choose their places along the arrows (`layout_names`),
empty strips are squeezed out, and each influence takes the bend that hits and crosses least. No chance is
involved: the same model always gives the same picture. Lengths are in points of the unscaled drawing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .layout_geometry import Array, crossings, curve, length, outside, segments, through
from .layout_grid import arrange, grids
from .layout_names import ARROW, CIRCLE, LINE, MARGIN, Ends, Naming, spreads

_BENDS = np.array([0.0, 0.12, -0.12, 0.25, -0.25, 0.4, -0.4, 0.6, -0.6, 0.85, -0.85, 1.2, -1.2])
_POINTS = 33  # of a drawn curve
_GAP = 3.0  # between the end of an arrow and what it points to
_TIGHTNESS = (2.1, 1.5)  # rows are that many births or deaths apart
_SHRINK = 200.0  # what it costs to make the text half as large


@dataclass(frozen=True)
class Layout:
    """Where everything goes; the origin is at the bottom left.

    Attributes
    ----------
    boxes : ndarray, shape (n_species, 2)
        Middles.
    labels, voids : ndarray, shape (n_processes, 2)
        Middles of the names, and of the empty circles (not-a-number where there is none).
    flows : tuple of (process, ndarray of shape (k, 2), bool)
        The arrows' lines, from start to end, and whether the end has a head.
    pulls : tuple of ndarray, shape (k, 2)
        The influences' lines, from species to name.
    size : (float, float)
        Width and height of everything.
    """

    boxes: Array
    labels: Array
    voids: Array
    flows: tuple[tuple[int, Array, bool], ...]
    pulls: tuple[Array, ...]
    size: tuple[float, float]


def lay_out(
    box_sizes: Array,
    label_sizes: Array,
    *,
    ends: tuple[Ends, ...],
    pulls: tuple[tuple[int, int], ...] = (),
    frame: tuple[float, float] = (900.0, 460.0),
) -> Layout:
    """The best layout found.

    Parameters
    ----------
    box_sizes : ndarray, shape (n_species, 2)
        Width and height of each species' box.
    label_sizes : ndarray, shape (n_processes, 2)
        Width and height of each process' name.
    ends : tuple of (sources, targets)
        For each process, the indices of the species that it removes from and adds to; not both empty.
    pulls : tuple of (species, process)
        The influences.
    frame : (float, float)
        The room there is, width and height; a layout that must be shrunk to fit in is worse.

    Examples
    --------
    >>> plan = lay_out(np.array([[80.0, 40.0]]), np.array([[50.0, 15.0]]), ends=(((), (0,)),))
    >>> plan.labels.shape, bool(plan.labels[0, 1] > plan.boxes[0, 1])
    ((1, 2), True)
    """
    halves = np.asarray(box_sizes, dtype=float).reshape(-1, 2) / 2.0
    plates = np.asarray(label_sizes, dtype=float).reshape(-1, 2) / 2.0
    best: tuple[float, Layout] | None = None
    wider = float(spreads(ends, plates, len(halves)).max(initial=0.0))
    for cells in _arrangements(len(halves), _links(ends, pulls), aspect=frame[0] / frame[1]):
        for tightness in _TIGHTNESS:
            naming = Naming(cells * _pitch(halves, plates, tightness, wider), halves, plates, ends, pulls)
            if naming.settle(give_up_at=np.inf if best is None else best[0]) == np.inf:
                continue
            plan, line_cost = _finished(naming)
            scale = min(frame[0] / plan.size[0], frame[1] / plan.size[1], 1.0)
            cost = naming.cost + line_cost + _SHRINK * (1.0 / scale - 1.0)
            if best is None or cost < best[0] - 1e-6:
                best = cost, plan
    assert best is not None  # the first arrangement cannot be given up
    return best[1]


def _arrangements(number: int, links: list[tuple[int, int, float]], *, aspect: float) -> list[Array]:
    """The cells worth trying, without empty columns and rows, each arrangement once."""
    found: dict[bytes, Array] = {}
    for columns, rows in grids(number, aspect=aspect):
        for cells in arrange(number, links, columns=columns, rows=rows)[:2]:
            close = np.stack([np.unique(cells[:, axis], return_inverse=True)[1] for axis in (0, 1)], axis=1)
            found.setdefault(close.astype(float).tobytes(), close.astype(float))
    return list(found.values())


def _links(ends: tuple[Ends, ...], pulls: tuple[tuple[int, int], ...]) -> list[tuple[int, int, float]]:
    """Pairs of species that want to be near: joined by a flow, or one in the rate of the other's process."""
    weights: dict[tuple[int, int], float] = {}
    for sources, targets in ends:
        together = [*sources, *targets]
        for a in together:
            for b in together:
                if a < b:
                    weights[a, b] = weights.get((a, b), 0.0) + 3.0 / (len(together) - 1)
    for species, process in pulls:
        moved = [*ends[process][0], *ends[process][1]]
        for other in moved:
            key = (min(species, other), max(species, other))
            weights[key] = weights.get(key, 0.0) + 1.0 / len(moved)
    return [(a, b, weight) for (a, b), weight in weights.items() if a != b]


def _pitch(halves: Array, plates: Array, tightness: float, wider: float) -> Array:
    """Width and height of a cell: room for a box, a plate with its arrow, and the circles above and below."""
    widest, highest = halves.max(axis=0) * 2.0
    if len(plates) == 0:
        return np.array([widest + 4.0 * MARGIN, highest + 4.0 * MARGIN])
    plate_width, plate_height = plates.max(axis=0) * 2.0
    stub = ARROW + LINE + plate_height + 2.0 * CIRCLE + MARGIN
    tightness += 2.0 * (wider > 0.0)  # then the names stand in three rows
    return np.array([widest + plate_width + 2.6 * ARROW + wider, highest + tightness * stub])


# ------------------------------------------------------------------ finishing


def _finished(naming: Naming) -> tuple[Layout, float]:
    """The layout with empty strips squeezed out and lines bent, and what the lines cost."""
    boxes, labels, voids = naming.boxes, naming.plates, naming.voids
    centres = np.vstack([boxes, labels, voids])
    halves = np.vstack([naming.halves, naming.plate_halves, naming.void_halves])
    here = np.isfinite(centres[:, 0])
    for axis in (0, 1):
        centres[here, axis] = squeeze(centres[here, axis], halves[here, axis], gap=ARROW + 2.0)
    boxes, labels, voids = np.split(centres, [len(boxes), len(boxes) + len(labels)])
    flows = _flows(naming, boxes, labels, voids)
    lines, cost = _bent(naming, flows, boxes, labels, voids)
    low = (centres - halves)[here].min(axis=0)
    high = (centres + halves)[here].max(axis=0)
    for line in [line for _, line, _ in flows] + lines:
        low, high = np.minimum(low, line.min(axis=0)), np.maximum(high, line.max(axis=0))
    moved = tuple((j, line - low, head) for j, line, head in flows)
    size = (float(high[0] - low[0]), float(high[1] - low[1]))
    return Layout(
        boxes - low, labels - low, voids - low, moved, tuple(line - low for line in lines), size
    ), cost


def squeeze(centres: Array, halves: Array, *, gap: float) -> Array:
    """Intervals moved together where nothing lies between them.

    Parameters
    ----------
    centres, halves : ndarray, shape (n,)
        Middle and half length of each interval.
    gap : float
        Empty strips wider than this become as wide as this; narrower ones stay.

    Returns
    -------
    ndarray, shape (n,)
        The new middles.

    Examples
    --------
    >>> squeeze(np.array([0.0, 100.0]), np.array([5.0, 5.0]), gap=10.0)
    array([ 0., 20.])
    """
    order = np.argsort(centres - halves, kind="stable")
    moved = np.array(centres, dtype=float)
    shift, reached = 0.0, np.inf
    for index in order:
        start = centres[index] - halves[index]
        shift += max(start - reached - gap, 0.0)
        moved[index] -= shift
        reached = max(centres[index] + halves[index], reached if np.isfinite(reached) else -np.inf)
    return moved


def _flows(naming: Naming, boxes: Array, labels: Array, voids: Array) -> list[tuple[int, Array, bool]]:
    """The lines of the arrows; three species or more meet at the name."""
    flows = []
    for j, (sources, targets) in enumerate(naming.ends):
        species = [*sources, *targets]
        if len(species) == 1:
            flows.append((j, _stub(naming, j, boxes[species[0]], labels[j], voids[j]), True))
            continue
        if len(sources) == len(targets) == 1:
            a, b = boxes[species[0]], boxes[species[1]]
            line = curve(a, 2.0 * labels[j] - (a + b) / 2.0, b, points=_POINTS)
            line = outside(line, a, naming.halves[species[0]])
            flows.append((j, outside(line[::-1], b, naming.halves[species[1]], gap=_GAP)[::-1], True))
            continue
        for index in species:
            line = np.linspace(boxes[index], labels[j], _POINTS)
            line = outside(line, boxes[index], naming.halves[index], gap=_GAP if index in targets else 0.0)
            flows.append((j, line[::-1] if index in targets else line, index in targets))
        if np.isfinite(voids[j, 0]):
            line = outside(np.linspace(voids[j], labels[j], _POINTS), voids[j], np.full(2, CIRCLE), gap=_GAP)
            flows.append((j, line[::-1] if sources else line, bool(sources)))
    return flows


def _stub(naming: Naming, j: int, box: Array, label: Array, void: Array) -> Array:
    """The line of a birth or a death, in its direction."""
    species = (naming.ends[j][0] + naming.ends[j][1])[0]
    half = naming.halves[species]
    inset = np.clip(label - box, -(half - 10.0), half - 10.0)
    foot = box + np.where(np.abs(label - box) > half, inset, label - box)
    vertical = abs(void[0] - label[0]) < abs(void[1] - label[1])
    foot[int(vertical)] = box[int(vertical)] + np.sign(label - box)[int(vertical)] * half[int(vertical)]
    death = bool(naming.ends[j][0])
    toward_foot, toward_void = (
        (foot - label) / np.linalg.norm(foot - label),
        (void - label) / np.linalg.norm(void - label),
    )
    near = foot - toward_foot * (0.0 if death else _GAP)
    far = void - toward_void * (CIRCLE + (_GAP if death else 0.0))
    line = np.vstack([far, label, near])
    return line[::-1] if death else line


def _bent(
    naming: Naming, flows: list[tuple[int, Array, bool]], boxes: Array, labels: Array, voids: Array
) -> tuple[list[Array], float]:
    """The influences' lines, each with the bend that hits and crosses least, and the cost of them all."""
    centres = np.vstack([boxes, labels, voids])
    halves = np.vstack([naming.halves, naming.plate_halves, naming.void_halves]) + 3.0
    solid = np.concatenate(
        [segments(line[:: max(1, len(line) // 9)]) for _, line, _ in flows] or [np.empty((0, 2, 2))]
    )
    options = [_options(boxes[s], labels[j]) for s, j in naming.pulls]
    coarse = [segments(option[:, ::4]) for option in options]
    own = []
    for (s, j), option, pieces in zip(naming.pulls, options, coarse, strict=True):
        hit = through(pieces, centres, halves)
        hit[..., [s, len(boxes) + j]] = False
        cost = 30.0 * hit.any(axis=1).sum(axis=-1) + 3.0 * crossings(pieces, solid).sum(axis=(1, 2))
        own.append(cost + 0.02 * length(option) + 3.0 * np.abs(_BENDS))
    chosen = [int(np.argmin(cost)) for cost in own]
    total = 0.0
    for _ in range(4 if options else 0):
        before, total = list(chosen), 0.0
        for i, pieces in enumerate(coarse):
            others = [coarse[k][chosen[k]] for k in range(len(coarse)) if k != i]
            crossed = crossings(pieces, np.concatenate([*others, np.empty((0, 2, 2))])).sum(axis=(1, 2))
            costs = own[i] + 2.0 * crossed
            chosen[i] = int(np.argmin(costs))
            total += float(costs[chosen[i]])
        if chosen == before:
            break
    lines = []
    for (s, j), option, k in zip(naming.pulls, options, chosen, strict=True):
        line = outside(option[k], boxes[s], naming.halves[s])
        lines.append(outside(line[::-1], labels[j], naming.plate_halves[j], gap=_GAP)[::-1])
    return lines, total


def _options(start: Array, stop: Array) -> Array:
    """The curves an influence may take, shape (n_bends, _POINTS, 2)."""
    across = np.array([start[1] - stop[1], stop[0] - start[0]])
    control = (start + stop) / 2.0 + _BENDS[:, None] * across
    return curve(
        np.broadcast_to(start, control.shape), control, np.broadcast_to(stop, control.shape), points=_POINTS
    )
