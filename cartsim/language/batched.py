"""Many patients at once: right-hand side, factorised Jacobian and its solution as code on arrays.

Every amount is an array with one number a patient. The sparse matrix ``I/(h*gamma) - J`` of each patient is a
handful of such arrays, and its elimination (`cartsim.language.elimination`) a few dozen operations on them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .block import Block
from .checks import Structure
from .elimination import solve_lines
from .functions import BATCHED
from .implicit import Implicit
from .mathematics import quick_right_hand_side
from .printed import run_printed
from .printers.python import Batched
from .tree import symbols

Array = NDArray[np.float64]
Factors = tuple[Array, ...]


class BatchedFunctions(Implicit):
    """The functions of one structure on arrays, each printed and compiled when it is first needed.

    Parameters
    ----------
    structure : Structure
        From `Model.structure`.
    """

    def right_hand_side(self, t: Array, y: Array, p: Array, out: Array) -> None:
        """Write the time derivatives into `out`.

        Parameters
        ----------
        t : ndarray, shape (n,)
        y, out : ndarray, shape (n_species, n)
        p : ndarray, shape (n_parameters, n)
        """
        self._right_hand_side(t, y, p, out)

    def factor(self, t: Array, y: Array, p: Array, heavy: Array) -> Factors:
        """The factorised ``heavy*I - J`` of each patient.

        Parameters
        ----------
        t, y, p
            As for `right_hand_side`.
        heavy : ndarray, shape (n,)
            One over step size times gamma.

        Returns
        -------
        tuple of ndarray, shape (n,)
            For `solve`, and for nothing else.
        """
        factors: Factors = self._factor(t, y, p, heavy)
        return factors

    def solve(self, factors: Factors, x: Array) -> None:
        """Replace the right-hand sides `x`, shape (n_species, n), by the solutions."""
        self._solve(x, *factors)

    @cached_property
    def names_time(self) -> bool:
        """Whether ``t`` is written anywhere in the rates, be it in a step."""
        trees = (*self.structure.definitions.values(), *self.structure.rates.values())
        return any("t" in symbols(tree) for tree in trees)

    def time_derivative(self, t: Array, y: Array, p: Array, out: Array) -> None:
        """Write the partial derivatives of the right-hand side with respect to ``t`` into `out`."""
        self._time_derivative(t, y, p, out)

    # -------------------------------------------------------------- printed when first needed

    @cached_property
    def _right_hand_side(self) -> Callable[..., None]:
        outputs = list(quick_right_hand_side(self.structure).values())
        assigned = {**self.structure.definitions, **self.structure.rates}
        block = Block(Batched(), assigned, outputs, constants=())
        stored = [f"_out[{i}] = {value}" for i, value in enumerate(block.results)]
        return self._function("t, _y, _p, _out", [*block.lines, *stored])

    @cached_property
    def _factor(self) -> Callable[..., Factors]:
        lines = [*self._factor_lines(Batched()), f"return {', '.join(self._factor_names)},"]
        return self._function("t, _y, _p, _heavy", lines)

    @cached_property
    def _solve(self) -> Callable[..., None]:
        unpack = ", ".join(f"_x_{i}" for i in range(self.size)) + ", = _x"
        stored = [f"_x[{i}] = _x_{i}" for i in range(self.size)]
        lines = [unpack, *solve_lines(self._pivots), *stored]
        return run_printed(
            [f"def _function(_x, {', '.join(self._factor_names)}):", *_indented(lines)], BATCHED
        )

    @cached_property
    def _time_derivative(self) -> Callable[..., None]:
        block = Block(Batched(), self.structure.definitions, self._time_slopes, constants=())
        stored = [f"_out[{i}] = {value}" for i, value in enumerate(block.results)]
        return self._function("t, _y, _p, _out", [*block.lines, *stored])

    def _function(self, arguments: str, lines: list[str]) -> Callable[..., Any]:
        head = [f"{', '.join(self.structure.species)}, = _y"]
        if self.structure.parameters:
            head.append(f"{', '.join(self.structure.parameters)}, = _p")
        return run_printed([f"def _function({arguments}):", *_indented([*head, *lines])], BATCHED)


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


@lru_cache(maxsize=64)
def batched(structure: Structure) -> BatchedFunctions:
    """The `BatchedFunctions` of a structure; equal structures share one."""
    return BatchedFunctions(structure)
