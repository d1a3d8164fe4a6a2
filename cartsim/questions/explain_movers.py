"""`Movers`: what every process adds to a role, by the chain rule, at a time or over a span."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..language.checks import Structure
from ..language.model import Model
from ..language.printed import batched_function
from ..language.tree import Expression
from .explain_words import percent
from .many_curves import Curves
from .rows import Rows, slope_trees

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Movers:
    """What each process, and infusions together, add to a role a unit of time.

    Attributes
    ----------
    names : tuple of str, length n
        Processes; ``"infusion"`` and ``"time"`` where infusions or the clock itself move the role.
    curves : Curves
        Of n quantities.
    back : mapping of str to str
        Of each move between two places, such as blood and tissue, the move back.
    """

    names: tuple[str, ...]
    curves: Curves
    back: Mapping[str, str]

    def over(self, start: float, stop: float) -> dict[str, float]:
        """What each adds from `start` to `stop`, in the unit of the role; net of moves back."""
        n = len(self.names)
        area = self.curves.integral(np.full(n, start), np.full(n, stop)) if n else np.empty(0)
        return self._net(area)

    def at(self, time: float) -> dict[str, float]:
        """What each adds at a time, a unit of time; net of moves back."""
        return self._net(self.curves.value(np.full(len(self.names), time)) if self.names else np.empty(0))

    def losses(self) -> Array:
        """All that is taken away at each row, a unit of time and net of moves back, shape (n_rows,)."""
        amounts = dict(zip(self.names, self.curves.y, strict=True))
        for move, other in self.back.items():
            if move in amounts and other in amounts:
                amounts[move] = amounts[move] + amounts.pop(other)
        taken = [np.maximum(-amount, 0.0) for amount in amounts.values()]
        return np.asarray(np.sum(taken, axis=0)) if taken else np.zeros(self.curves.y.shape[1])

    def opposite(self, name: str) -> str:
        """The move back of a move; empty if there is none."""
        return next((b if a == name else a for a, b in self.back.items() if name in (a, b)), "")

    def _net(self, amounts: Array) -> dict[str, float]:
        found = dict(zip(self.names, amounts.tolist(), strict=True))
        for move, other in self.back.items():
            if move in found and other in found:
                larger, smaller = sorted((move, other), key=lambda name: -abs(found[name]))
                found[larger] += found.pop(smaller)
        return found


@dataclass(frozen=True)
class Driver:
    """The process behind most of a gain or a loss.

    Attributes
    ----------
    name, meaning : str
        Of the process; ``"infusion"`` stands for all infusions.
    share : float
        Its part of all gains, or of all losses, between 0 and 1.
    of : str
        ``"gains"`` or ``"losses"``.
    net_of : str
        The move back, if the process is a move between two places: what moves back is taken off.
    """

    name: str
    meaning: str
    share: float
    of: str
    net_of: str = ""

    def __str__(self) -> str:
        what = f"{self.name} ({self.meaning})" if self.meaning not in ("", self.name) else self.name
        what += f" less {self.net_of}" if self.net_of else ""
        return f"{what}, {percent(self.share)} of all {self.of}"


def driver_of(model: Model, movers: Movers, moved: Mapping[str, float], *, gains: bool) -> Driver | None:
    """The largest of the gains or of the losses; None if there are none."""
    sign = 1.0 if gains else -1.0
    parts = {name: sign * amount for name, amount in moved.items() if sign * amount > 0.0}
    if not parts:
        return None
    name = max(parts, key=parts.__getitem__)
    meaning = model.processes[name].meaning if name in model.processes else ""
    share = parts[name] / sum(parts.values())
    return Driver(name, meaning, share, "gains" if gains else "losses", movers.opposite(name))


def movers_of(rows: Rows, role: str) -> Movers:
    """What moves a role: by the chain rule, so that a move inside the role counts for nothing."""
    run, structure = rows.run, rows.run.model.structure
    in_time, partial = slope_trees(structure, role)
    factors = {name: tree for name, tree, _ in partial}
    moving = {
        process: [(species, number) for species, number in pairs if species in factors]
        for process, pairs in structure.stoichiometry
    }
    moving = {process: pairs for process, pairs in moving.items() if pairs}
    trees = (in_time, *factors.values(), *(structure.rates[process] for process in moving))
    own_time, *values = _along(rows, trees)
    factor = dict(zip(factors, values[: len(factors)], strict=True))
    found: dict[str, Array] = {}
    for (process, pairs), rate in zip(moving.items(), values[len(factors) :], strict=True):
        found[process] = sum((number * factor[s] for s, number in pairs), np.zeros(len(rows.t))) * rate
    inflow = run.segment_inflow[rows.segment]
    places = {name: structure.species.index(name) for name in factors}
    added = sum((factor[name] * inflow[:, place] for name, place in places.items()), np.zeros(len(rows.t)))
    found |= {"infusion": added} if added.any() else {}
    found |= {"time": own_time} if own_time.any() else {}
    flux = np.nan_to_num(np.array(list(found.values())).reshape(len(found), len(rows.t)))
    curves = Curves(rows.t[None], flux, _slopes(rows, flux), rows.smooth[None])
    return Movers(tuple(found), curves, _returns(structure, moving))


def _returns(structure: Structure, processes: Collection[str]) -> dict[str, str]:
    """Each move from one species to another that has a move back, and that."""
    flows = {name: dict(pairs) for name, pairs in structure.stoichiometry if name in processes}
    moves = {name: flow for name, flow in flows.items() if min(flow.values()) < 0.0 < max(flow.values())}
    pairs: dict[str, str] = {}
    for name, flow in moves.items():
        opposite = {species: -number for species, number in flow.items()}
        again = (other for other, its in moves.items() if its == opposite)
        other = next((other for other in again if other not in pairs.values() and other not in pairs), None)
        if other is not None and name not in pairs.values():
            pairs[name] = other
    return pairs


def _along(rows: Rows, trees: Sequence[Expression]) -> list[Array]:
    """Expressions at every row, each of shape (n,)."""
    run = rows.run
    inside = np.minimum(rows.t, np.nextafter(run.segment_end[rows.segment], -np.inf))
    evaluate = batched_function(run.model.structure, tuple(trees))
    with np.errstate(all="ignore"):
        found = evaluate(inside, rows.y, run.segment_parameters[rows.segment].T)
    return [np.broadcast_to(np.asarray(values, float), rows.t.shape) for values in found]


def _slopes(rows: Rows, values: Array) -> Array:
    """The slopes of the values, shape (n, m), by differences inside each smooth part."""
    slope = np.zeros_like(values)
    edges = np.diff(np.concatenate(([0], rows.smooth.astype(int), [0])))
    for first, last in zip(np.flatnonzero(edges > 0), np.flatnonzero(edges < 0), strict=True):
        part = slice(int(first), int(last) + 1)
        order: Literal[1, 2] = 2 if last - first >= 2 else 1
        for own, values_of_one in zip(slope, values, strict=True):
            own[part] = np.gradient(values_of_one[part], rows.t[part], edge_order=order)
    return slope
