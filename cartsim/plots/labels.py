"""Where the names of processes go: each has a handful of places along its arrow, and takes the least crowded.

A process is drawn as its name on a small plate, with its arrow running through the plate. That of a birth or
a death stands beside its species, with an empty circle beyond it; any other stands between its species.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .geometry import Array, crossings, curve, length, overlaps, segments, through

ARROW = 24.0  # room for an arrow between a box and a plate
STUB = 11.0  # between a plate and the circle beyond it
CIRCLE = 5.0  # radius of the circle that stands for nothing
MARGIN = 7.0  # kept free around boxes and plates
PIECES = 6  # a curve is tested as so many segments

_OVERLAP, _HIT, _LIGHT_HIT = 400.0, 40.0, 16.0
_CROSS, _LIGHT_CROSS, _FAINT_CROSS = 8.0, 3.0, 1.5
_LENGTH, _LIGHT_LENGTH = 0.02, 0.012
_SWEEPS = 6

Ends = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Candidates:
    """The places for one name: k of them.

    `plates` and `voids`, shape (k, 2), are the middles of plate and circle; `lines`, shape
    (k, PIECES, 2, 2), the arrow as segments; `cost`, shape (k,), what speaks against the place itself.
    """

    plates: Array
    voids: Array
    lines: Array
    cost: Array


def candidates(ends: Ends, plate: Array, boxes: Array, halves: Array) -> Candidates:
    """The places for one name.

    Parameters
    ----------
    ends : (sources, targets)
        Indices of species.
    plate : ndarray, shape (2,)
        Half the size of the plate.
    boxes, halves : ndarray, shape (n_species, 2)
        Middles of the boxes, and half their sizes.
    """
    species = [*ends[0], *ends[1]]
    if len(species) == 1:
        return _beside(species[0], bool(ends[0]), plate, boxes, halves)
    return _between(species, plate, boxes, halves)


def _beside(species: int, death: bool, plate: Array, boxes: Array, halves: Array) -> Candidates:
    places, voids, attached, disliked = [], [], [], []
    for axis in (1, 0):
        other = 1 - axis
        reach = max(halves[species, other] + plate[other] - 12.0, 1.0) if axis else halves[species, other] * 0.5
        inset = halves[species, other] - 10.0
        for sign in (1.0, -1.0):
            for row in range(2):
                far = halves[species, axis] + ARROW + plate[axis] + row * (2.0 * plate[axis] + MARGIN + 4.0)
                for shift in np.linspace(-1.0, 1.0, 11 if axis else 3) * reach:
                    away = np.zeros(2)
                    away[axis], away[other] = sign * far, shift
                    beyond, foot = away.copy(), away.copy()
                    beyond[axis] += sign * (plate[axis] + STUB + CIRCLE)
                    foot[axis], foot[other] = sign * halves[species, axis], np.clip(shift, -inset, inset)
                    places.append(boxes[species] + away)
                    voids.append(boxes[species] + beyond)
                    attached.append(boxes[species] + foot)
                    wrong_way = 0.6 * (sign > 0) if death else 0.6 * (sign < 0)
                    slant = abs(shift - foot[other])
                    disliked.append(wrong_way + 3.0 * row + 0.08 * slant + 0.01 * abs(shift) + 0.5 * (axis == 0))
    p, v, a = np.array(places), np.array(voids), np.array(attached)
    lines = np.full((len(p), PIECES, 2, 2), np.nan)
    lines[:, :2] = segments(np.stack([v, p, a], axis=1))
    return Candidates(p, v, lines, np.array(disliked))


def _between(species: list[int], plate: Array, boxes: Array, halves: Array) -> Candidates:
    first, last = boxes[species[0]], boxes[species[-1]]
    way = last - first if len(species) == 2 else np.array([1.0, 0.0])
    distance = max(float(np.linalg.norm(way)), 1.0)
    along, across = way / distance, np.array([-way[1], way[0]]) / distance
    room = distance if len(species) == 2 else 300.0
    middle = _gap_middle(first, last, halves[species[0]], halves[species[-1]], along)
    if len(species) > 2:
        middle = boxes[species].mean(axis=0)
    steps = np.array([0.0, 20.0, -20.0, 34.0, -34.0, 50.0, -50.0, 70.0, -70.0, 95.0, -95.0, 130.0, -130.0])
    shifts = np.array([0.0, 0.06, -0.06, 0.12, -0.12, 0.2, -0.2]) * room
    a, b = (grid.ravel() for grid in np.meshgrid(shifts, steps, indexing="ij"))
    p = middle + a[:, None] * along + b[:, None] * across
    lines = np.full((len(p), PIECES, 2, 2), np.nan)
    if len(species) == 2:
        control = 2.0 * p - (first + last) / 2.0
        lines[:] = segments(curve(np.broadcast_to(first, p.shape), control, last, points=PIECES + 1))
    else:
        for place, index in enumerate(species[:PIECES]):
            lines[:, place, 0], lines[:, place, 1] = boxes[index], p
    cost = 0.03 * np.abs(b) + 0.02 * np.abs(a)
    return Candidates(p, np.full_like(p, np.nan), lines, cost)


def _gap_middle(first: Array, last: Array, half: Array, other_half: Array, along: Array) -> Array:
    """The middle of what can be seen of the line between two boxes."""
    with np.errstate(divide="ignore"):
        leave = np.min(half / np.abs(along))
        arrive = np.min(other_half / np.abs(along))
    return (first + last + (leave - arrive) * along) / 2.0


class Labelling:
    """The places of all names for given boxes, improved one name at a time until none wants to move.

    Parameters
    ----------
    boxes, halves : ndarray, shape (n_species, 2)
    plates : ndarray, shape (n_processes, 2)
        Half the sizes of the plates.
    ends : sequence of (sources, targets)
    pulls : sequence of (species, process)
        The influences, drawn as straight lines for now.
    """

    def __init__(
        self, boxes: Array, halves: Array, plates: Array, ends: tuple[Ends, ...], pulls: tuple[tuple[int, int], ...]
    ) -> None:
        self.boxes, self.halves, self.ends, self.pulls = boxes, halves, ends, pulls
        self.plate_halves = plates
        self.void_halves = np.full_like(plates, CIRCLE)
        self.choices = [candidates(e, h, boxes, halves) for e, h in zip(ends, plates, strict=True)]
        self.own_cost = [self._against_boxes(j) for j in range(len(ends))]
        self.plates = np.full((len(ends), 2), np.nan)
        self.voids = np.full((len(ends), 2), np.nan)
        self.lines = np.full((len(ends), PIECES, 2, 2), np.nan)
        self.cost = np.inf

    def settle(self) -> float:
        """Let every name choose in turn, until none moves; the cost of what results."""
        most_bound_first = sorted(range(len(self.ends)), key=lambda j: (-len(self.ends[j][0] + self.ends[j][1]), j))
        chosen: dict[int, int] = {}
        for _ in range(_SWEEPS):
            before, total = dict(chosen), 0.0
            for j in most_bound_first:
                costs = self._costs(j)
                best = int(np.argmin(costs))
                if j in chosen and costs[chosen[j]] <= costs[best] + 1e-9:
                    best = chosen[j]
                chosen[j] = best
                total += float(costs[best])
                option = self.choices[j]
                self.plates[j], self.voids[j], self.lines[j] = option.plates[best], option.voids[best], option.lines[best]
            if chosen == before:
                break
        self.cost = total if self.ends else 0.0
        return self.cost

    def _against_boxes(self, j: int) -> Array:
        option, own = self.choices[j], [*self.ends[j][0], *self.ends[j][1]]
        cost = option.cost + _LENGTH * np.nansum(length(option.lines), axis=-1)
        for centres, half in ((option.plates, self.plate_halves[j]), (option.voids, self.void_halves[j])):
            halves = np.broadcast_to(half, centres.shape)
            cost = cost + _OVERLAP * overlaps(centres, halves, self.boxes, self.halves, margin=MARGIN + 5.0).sum(axis=-1)
        hit = through(option.lines, self.boxes, self.halves + MARGIN)
        hit[..., own] = False
        return np.asarray(cost + _HIT * hit.sum(axis=(1, 2)))

    def _costs(self, j: int) -> Array:
        """What speaks against each place of name `j`, with the others where they are."""
        option = self.choices[j]
        others = np.arange(len(self.ends)) != j
        centres = np.vstack([self.plates[others], self.voids[others]])
        halves = np.vstack([self.plate_halves[others], self.void_halves[others]])
        solid = self.lines[others].reshape(-1, 2, 2)
        dashed = self._pull_lines([(s, k) for s, k in self.pulls if k != j])
        cost = self.own_cost[j].copy()
        for places, half in ((option.plates, self.plate_halves[j]), (option.voids, self.void_halves[j])):
            own = np.broadcast_to(half, places.shape)
            cost += _OVERLAP * overlaps(places, own, centres, halves, margin=MARGIN).sum(axis=-1)
            for lines, price in ((solid, _HIT), (dashed, _LIGHT_HIT)):
                cost += price * through(lines, places, own + 3.0).sum(axis=0)
        cost += _HIT * through(option.lines, centres, halves + 3.0).sum(axis=(1, 2))
        cost += _CROSS * crossings(option.lines, solid).sum(axis=(1, 2))
        cost += _LIGHT_CROSS * crossings(option.lines, dashed).sum(axis=(1, 2))
        for species in (s for s, k in self.pulls if k == j):
            cost += self._against_pull(species, option, centres, halves, solid, dashed)
        return cost

    def _against_pull(
        self, species: int, option: Candidates, centres: Array, halves: Array, solid: Array, dashed: Array
    ) -> Array:
        start = np.broadcast_to(self.boxes[species], option.plates.shape)
        line = np.stack([start, option.plates], axis=1)
        boxes = through(line, self.boxes, self.halves)
        boxes[:, species] = False
        hits = boxes.sum(axis=-1) + through(line, centres, halves).sum(axis=-1)
        cost = _LIGHT_HIT * hits + _LIGHT_LENGTH * length(line)
        cost = cost + _LIGHT_CROSS * crossings(line, solid).sum(axis=-1)
        return np.asarray(cost + _FAINT_CROSS * crossings(line, dashed).sum(axis=-1))

    def _pull_lines(self, pulls: list[tuple[int, int]]) -> Array:
        """The influences as segments, shape (n, 2, 2)."""
        if not pulls:
            return np.empty((0, 2, 2))
        species, processes = np.array(pulls).T
        return np.stack([self.boxes[species], self.plates[processes]], axis=1)
