"""Where the names of processes go: each has a handful of places along its arrow, and takes the least crowded.

A process is drawn as its name on a small plate, with its arrow running through the plate. That of a birth or
a death stands beside its species, with an empty circle beyond it; any other stands between its species.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .layout_geometry import Array, Mask, crossings, curve, length, overlaps, segments, through

ARROW, LINE = 22.0, 11.0  # room beside a plate, for the head of an arrow and for a bare line
CIRCLE = 5.0  # radius of the circle that stands for nothing
MARGIN = 7.0  # kept free around boxes and plates
PIECES = 5  # a curve is tested as so many segments

_OVERLAP, _HIT, _LIGHT_HIT = 400.0, 40.0, 16.0
_CROSS, _LIGHT_CROSS, _FAINT_CROSS = 8.0, 3.0, 1.5
_LENGTH, _LIGHT_LENGTH = 0.02, 0.012
_SWEEPS = 6

Ends = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Candidates:
    """The places for one name: k of them.

    `plates` and `voids`, shape (k, 2), are the middles of plate and circle; `lines`, shape
    (k, n_segments, 2, 2), the arrow as segments; `cost`, shape (k,), what speaks against the place itself.
    """

    plates: Array
    voids: Array
    lines: Array
    cost: Array

    def only(self, kept: Mask) -> Candidates:
        """The places that are `kept`, shape (k,)."""
        return Candidates(self.plates[kept], self.voids[kept], self.lines[kept], self.cost[kept])


def candidates(ends: Ends, plate: Array, boxes: Array, halves: Array, *, spread: float = 0.0) -> Candidates:
    """The places for one name.

    Parameters
    ----------
    ends : (sources, targets)
        Indices of species.
    plate : ndarray, shape (2,)
        Half the size of the plate.
    boxes, halves : ndarray, shape (n_species, 2)
        Middles of the boxes, and half their sizes.
    spread : float
        How much further to the sides a name may stand, where a species has many births and deaths.
    """
    species = [*ends[0], *ends[1]]
    if len(species) == 1:
        return _beside(species[0], bool(ends[0]), plate, boxes, halves, spread)
    between = _between(species, boxes, halves, direct=len(ends[0]) == len(ends[1]) == 1)
    return between if ends[0] and ends[1] else _with_circles(between, bool(ends[0]), plate)


def spreads(ends: tuple[Ends, ...], plates: Array, number: int) -> Array:
    """How much further to the sides the names at each species may stand, shape (number,)."""
    alone = [(sources + targets)[0] for sources, targets in ends if len(sources + targets) == 1]
    crowd = np.bincount(np.array(alone, dtype=int), minlength=number)
    widest = float(plates[:, 0].max(initial=0.0))
    return np.asarray(np.maximum(crowd - 6, 0) / 2.0 * widest)


def _beside(
    species: int, death: bool, plate: Array, boxes: Array, halves: Array, spread: float
) -> Candidates:
    places, voids, attached, disliked = [], [], [], []
    near, beyond_plate = (LINE, ARROW) if death else (ARROW, LINE)
    for axis in (1, 0):
        other = 1 - axis
        inset = halves[species, other] - 10.0
        reach = inset + plate[other] + spread if axis else inset * 0.5
        shifts = np.linspace(-reach, reach, 9 + 2 * int(spread / 20.0) if axis else 3)
        for sign in (1.0, -1.0):
            for row in range(3 if axis and spread else 2):
                far = halves[species, axis] + near + plate[axis] + row * (2.0 * plate[axis] + MARGIN + 4.0)
                for shift in shifts:
                    away = np.zeros(2)
                    away[axis], away[other] = sign * far, shift
                    beyond, foot = away.copy(), away.copy()
                    beyond[axis] += sign * (plate[axis] + beyond_plate + CIRCLE)
                    foot[axis], foot[other] = sign * halves[species, axis], np.clip(shift, -inset, inset)
                    places.append(boxes[species] + away)
                    voids.append(boxes[species] + beyond)
                    attached.append(boxes[species] + foot)
                    wrong_way = 0.6 * (sign > 0) if death else 0.6 * (sign < 0)
                    slant = abs(shift - foot[other])
                    disliked.append(
                        wrong_way + 3.0 * row + 0.14 * slant + 0.01 * abs(shift) + 0.5 * (axis == 0)
                    )
    p, v, a = np.array(places), np.array(voids), np.array(attached)
    return Candidates(p, v, segments(np.stack([v, p, a], axis=1)), np.array(disliked))


def _with_circles(between: Candidates, death: bool, plate: Array) -> Candidates:
    """The places between species, each with a circle to the right, left, above or below."""
    beyond = (ARROW if death else LINE) + CIRCLE
    ways = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    places = np.repeat(between.plates, 4, axis=0)
    voids = places + np.tile(ways * (plate + beyond), (len(between.plates), 1))
    tails = np.stack([places, voids], axis=1)[:, None]
    lines = np.concatenate([np.repeat(between.lines, 4, axis=0), tails], axis=1)
    return Candidates(places, voids, lines, np.repeat(between.cost, 4))


def _between(species: list[int], boxes: Array, halves: Array, *, direct: bool) -> Candidates:
    first, last = boxes[species[0]], boxes[species[-1]]
    way = last - first if len(species) == 2 else np.array([1.0, 0.0])
    distance = max(float(np.linalg.norm(way)), 1.0)
    along, across = way / distance, np.array([-way[1], way[0]]) / distance
    room = distance if len(species) == 2 else 300.0
    middle = _gap_middle(first, last, halves[species[0]], halves[species[-1]], along)
    if len(species) > 2:
        middle = boxes[species].mean(axis=0)
    steps = np.array([0.0, 20.0, -20.0, 34.0, -34.0, 50.0, -50.0, 70.0, -70.0, 110.0, -110.0])
    shifts = np.array([0.0, 0.08, -0.08, 0.18, -0.18]) * room
    a, b = (grid.ravel() for grid in np.meshgrid(shifts, steps, indexing="ij"))
    p = middle + a[:, None] * along + b[:, None] * across
    if direct:
        control = 2.0 * p - (first + last) / 2.0
        lines = segments(curve(np.broadcast_to(first, p.shape), control, last, points=PIECES + 1))
    else:
        lines = np.stack([np.stack([np.broadcast_to(boxes[i], p.shape), p], axis=1) for i in species], axis=1)
    cost = 0.03 * np.abs(b) + 0.02 * np.abs(a)
    return Candidates(p, np.full_like(p, np.nan), lines, cost)


def _gap_middle(first: Array, last: Array, half: Array, other_half: Array, along: Array) -> Array:
    """The middle of what can be seen of the line between two boxes."""
    with np.errstate(divide="ignore"):
        leave = np.min(half / np.abs(along))
        arrive = np.min(other_half / np.abs(along))
    return (first + last + (leave - arrive) * along) / 2.0


class Naming:
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
        self,
        boxes: Array,
        halves: Array,
        plates: Array,
        ends: tuple[Ends, ...],
        pulls: tuple[tuple[int, int], ...],
    ) -> None:
        self.boxes, self.halves, self.ends, self.pulls = boxes, halves, ends, pulls
        self.plate_halves = plates
        self.void_halves = np.full_like(plates, CIRCLE)
        wider = spreads(ends, plates, len(boxes))
        self.choices = [
            candidates(e, h, boxes, halves, spread=float(wider[(e[0] + e[1])[0]]))
            for e, h in zip(ends, plates, strict=True)
        ]
        self.own_cost = [self._against_boxes(j) for j in range(len(ends))]
        for j, cost in enumerate(self.own_cost):
            fair = cost <= cost.min(initial=np.inf) + _HIT
            self.choices[j], self.own_cost[j] = self.choices[j].only(fair), cost[fair]
        self.plates = np.full((len(ends), 2), np.nan)
        self.voids = np.full((len(ends), 2), np.nan)
        self.lines = [np.empty((0, 2, 2)) for _ in ends]
        self.cost = np.inf

    def settle(self, *, give_up_at: float = np.inf) -> float:
        """Let every name choose in turn, until none moves.

        Returns
        -------
        float
            The cost of what results; infinity if it stayed above `give_up_at` after two rounds.
        """
        most_bound_first = sorted(
            range(len(self.ends)), key=lambda j: (-len(self.ends[j][0] + self.ends[j][1]), j)
        )
        chosen: dict[int, int] = {}
        for sweep in range(_SWEEPS):
            before = dict(chosen)
            total = sum(self._choose(j, chosen) for j in most_bound_first)
            if sweep == 1 and total > give_up_at:
                return np.inf
            if chosen == before:
                break
        self.cost = total
        return self.cost

    def _choose(self, j: int, chosen: dict[int, int]) -> float:
        """Put name `j` where it costs least; it stays where it is if nothing is cheaper."""
        costs = self._costs(j)
        best = int(np.argmin(costs))
        if j in chosen and costs[chosen[j]] <= costs[best] + 1e-9:
            best = chosen[j]
        chosen[j] = best
        option = self.choices[j]
        self.plates[j], self.voids[j], self.lines[j] = (
            option.plates[best],
            option.voids[best],
            option.lines[best],
        )
        return float(costs[best])

    def _against_boxes(self, j: int) -> Array:
        option, own = self.choices[j], [*self.ends[j][0], *self.ends[j][1]]
        cost = option.cost + _LENGTH * length(option.lines).sum(axis=-1)
        for centres, half in ((option.plates, self.plate_halves[j]), (option.voids, self.void_halves[j])):
            halves = np.broadcast_to(half, centres.shape)
            cost = cost + _OVERLAP * overlaps(
                centres, halves, self.boxes, self.halves, margin=MARGIN + 3.0
            ).sum(axis=-1)
            if len(own) > 1:  # so that the head of the arrow is seen
                near = overlaps(centres, halves, self.boxes[own], self.halves[own], margin=ARROW)
                cost = cost + _LIGHT_HIT * near.sum(axis=-1)
        hit = through(option.lines, self.boxes, self.halves + MARGIN)
        hit[..., own] = False
        return np.asarray(cost + _HIT * hit.sum(axis=(1, 2)))

    def _costs(self, j: int) -> Array:
        """What speaks against each place of name `j`, with the others where they are."""
        option = self.choices[j]
        others = np.arange(len(self.ends)) != j
        centres = np.vstack([self.plates[others], self.voids[others]])
        here = np.isfinite(centres[:, 0])
        centres = centres[here]
        halves = np.vstack([self.plate_halves[others], self.void_halves[others]])[here]
        solid = np.concatenate([*(self.lines[i] for i in np.nonzero(others)[0]), np.empty((0, 2, 2))])
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
        lines = np.stack([self.boxes[species], self.plates[processes]], axis=1)
        return np.asarray(lines[np.isfinite(lines[:, 1, 0])])
