"""What a linearly implicit method needs of a structure, in whatever language it is printed.

The Jacobian's entries, the plan of the elimination, and the derivatives with respect to time are the same for
arrays (`batched.py`), for Numba (`native.py`) and for JavaScript (`script.py`), which differ in how a line is
written and how a function begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from .block import Block
from .checks import Structure
from .derivative import differentiate
from .elimination import Pivot, factor_lines, plan
from .mathematics import jacobian_program, right_hand_side
from .printers.infix import Infix
from .tree import ZERO, Expression, add, multiply, symbols


class Implicit:
    """The trees of one structure, and the order of its elimination.

    Parameters
    ----------
    structure : Structure
        From `Model.structure`.

    Examples
    --------
    >>> from cartsim.language.model import Model
    >>> from cartsim.language.parts import Process
    >>> model = Model("fading", species={"A": 1}, processes={"death": Process("A ->", "A/t")})
    >>> Implicit(model.structure).depends_on_time
    True
    """

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.size = len(structure.species)

    @property
    def depends_on_time(self) -> bool:
        """Whether a rate changes with ``t`` other than by a step."""
        return any(tree != ZERO for tree in self._time_slopes)

    @cached_property
    def _time_slopes(self) -> list[Expression]:
        return list(time_derivatives(self.structure).values())

    @cached_property
    def _program(self) -> tuple[dict[str, Expression], dict[tuple[str, str], Expression]]:
        return jacobian_program(self.structure)

    @cached_property
    def _pivots(self) -> tuple[Pivot, ...]:
        places = {name: i for i, name in enumerate(self.structure.species)}
        return plan(self.size, [(places[row], places[column]) for row, column in self._program[1]])

    @cached_property
    def _factor_names(self) -> list[str]:
        """What the elimination leaves for the solution, in the order in which it is used."""
        below = [f"_w_{i}_{pivot.index}" for pivot in self._pivots for i in pivot.rows]
        above = [f"_w_{pivot.index}_{j}" for pivot in self._pivots for j in pivot.columns]
        return [*below, *above, *(f"_r_{i}" for i in range(self.size))]

    def _factor_lines(self, printer: Infix) -> list[str]:
        """Assignments that factorise ``_heavy*I - J``; `_factor_names` then hold the factors."""
        slopes, entries = self._program
        block = Block(printer, {**self.structure.definitions, **slopes}, list(entries.values()), constants=())
        names = self.structure.species
        diagonal = dict.fromkeys(range(self.size), "_heavy")
        lines = list(block.lines)
        for (row, column), value in zip(entries, block.results, strict=True):
            i, j = names.index(row), names.index(column)
            if i == j:
                diagonal[i] = f"_heavy - ({value})"
            else:
                lines.append(f"_w_{i}_{j} = -({value})")
        lines += [f"_w_{i}_{i} = {text}" for i, text in diagonal.items()]
        return lines + factor_lines(self._pivots)


def time_derivatives(structure: Structure) -> Mapping[str, Expression]:
    """The partial derivative of each species' right-hand side with respect to ``t``, definitions followed."""
    slopes: dict[str, Expression] = {}

    def total(tree: Expression) -> Expression:
        terms = [differentiate(tree, "t")]
        for used in symbols(tree):
            if slopes.get(used, ZERO) != ZERO:
                terms.append(multiply(differentiate(tree, used), slopes[used]))
        return add(*terms)

    for name, tree in structure.definitions.items():
        slopes[name] = total(tree)
    return {species: total(tree) for species, tree in right_hand_side(structure).items()}
