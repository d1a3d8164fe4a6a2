"""`Compiled`: the functions of one structure, on floats for one patient and on arrays for many states."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .checks import Structure
from .mathematics import jacobian_program, jumps
from .printed import (
    ARITHMETIC_ERRORS,
    Trouble,
    batched_function,
    factory,
    made,
    packers_of,
    right_hand_side_factory,
    scalar_factory,
)
from .tree import Expression

if TYPE_CHECKING:
    from .model import Model

Array = NDArray[np.float64]
Derivative = Callable[[float, Array], Array]


class Compiled:
    """The functions of one structure, each compiled when it is first needed.

    Parameters
    ----------
    structure : Structure
        From `Model.structure`.
    """

    def __init__(self, structure: Structure) -> None:
        self.structure = structure

    def right_hand_side(
        self,
        parameters: Sequence[float],
        trouble: Trouble | None = None,
        *,
        watches: tuple[Expression, ...] = (),
        thresholds: Sequence[float] = (),
        mortal: tuple[tuple[int, float], ...] = (),
        lives: list[bool] | None = None,
        seen: list[float] | None = None,
        reuse: bool = False,
    ) -> Derivative:
        """The time derivatives for these parameter values.

        It may look out as well: for a watch that reaches its threshold, or a species that falls below its
        limit. From then on nothing moves any more (the derivatives are zero), so that a solver which cannot
        be stopped is soon at its end.

        Parameters
        ----------
        parameters : sequence of float, length n_parameters
            In the order of ``structure.parameters``.
        trouble : Trouble, optional
            Filled when a rate cannot be evaluated, before the error is raised.
        watches : tuple of Expression
            Compared, at every evaluation, with `thresholds` (as many numbers; infinity switches one off).
        mortal : tuple of (int, float)
            Places of species, each with its limit.
        lives : list of bool, length of `mortal`
            Whether each has been at its limit: only then can it fall below. It is kept up to date.
        seen : list of two floats
            At first ``[inf, 0]``; becomes the time at which something was seen, and the number of
            evaluations from this one on.
        reuse : bool
            Whether every call writes into the same array, which saves a quarter of the time in the compiled
            driver; who keeps a result must then copy it.

        Returns
        -------
        callable
            ``f(t, y)`` with `y` an array of shape (n_species,) gives an array of shape (n_species,).
        """
        make = right_hand_side_factory(self.structure, watches, mortal)
        slopes = np.empty(len(self.structure.species))
        function: Derivative = made(
            make, trouble, *thresholds, lives, seen, packers_of(len(slopes)), slopes, *parameters
        )
        return function if reuse else lambda t, y: function(t, y).copy()

    def jacobian(
        self, parameters: Sequence[float], *, reuse: bool = False
    ) -> Callable[[float, Array], Array]:
        """The exact Jacobian for these parameter values.

        Parameters
        ----------
        parameters : sequence of float, length n_parameters
        reuse : bool
            Whether every call writes into the same array; who keeps a result must then copy it.

        Returns
        -------
        callable
            ``J(t, y)``, shape (n_species, n_species); row i holds the derivatives of species i.
        """
        size, places = len(self.structure.species), self._jacobian_places
        values, matrix = np.empty(len(places)), np.zeros(size * size)
        entries = made(self._jacobian, None, None, None, packers_of(len(places)), values, *parameters)
        square = matrix.reshape(size, size)

        def evaluate(t: float, y: Array) -> Array:
            entries(t, y)
            matrix[places] = values
            return square if reuse else square.copy()

        return evaluate

    def watch(
        self, conditions: tuple[Expression, ...], parameters: Sequence[float]
    ) -> Callable[..., list[float]]:
        """Expressions on plain floats, for rules and for the watch on extinction.

        Returns
        -------
        callable
            ``g(t, y)`` gives a list with the value of each expression.
        """
        function: Callable[..., list[float]] = scalar_factory(self.structure, conditions)(
            None, None, None, None, None, *parameters
        )
        return function

    def evaluate(self, trees: Sequence[Expression], t: Array, y: Array, p: Array) -> list[Array]:
        """Expressions at many states at once.

        Parameters
        ----------
        trees : sequence of Expression
            On species, parameters, definitions, observables and ``t``.
        t : ndarray, shape (n,)
        y : ndarray, shape (n_species, n)
        p : ndarray, shape (n_parameters, n) or (n_parameters, 1)

        Returns
        -------
        list of ndarray, shape (n,)
            Not finite where the arithmetic has no value.
        """
        function = batched_function(self.structure, tuple(trees))
        with np.errstate(all="ignore"):
            return [np.broadcast_to(np.asarray(value, float), t.shape) for value in function(t, y, p)]

    def initial(self, model: Model, parameters: Sequence[float]) -> Array:
        """The state at the start, shape (n_species,), with arithmetic on parameters evaluated.

        Raises
        ------
        ZeroDivisionError, OverflowError, ValueError
            If the arithmetic has no value.
        """
        written = [species.initial for species in model.species.values()]
        y = np.array([0.0 if isinstance(value, str) else value for value in written])
        trees = self.structure.initial
        if trees:
            values = self.watch(tuple(trees.values()), parameters)(model.start, y)
            found = dict(zip(trees, values, strict=True))
            for i, name in enumerate(self.structure.species):
                if isinstance(written[i], str):
                    y[i] = found[name]
        return y

    def jump_times(self, parameters: Sequence[float]) -> list[float]:
        """The times at which a ``step`` of time alone switches, for these parameter values."""
        return self.times(self._jumps, parameters)

    def times(self, trees: Sequence[Expression], parameters: Sequence[float]) -> list[float]:
        """Times given as arithmetic on parameters, in order, each once; without a value, left out."""
        nowhere = np.zeros(len(self.structure.species))
        found: set[float] = set()
        for tree in trees:
            try:
                found.update(self.watch((tree,), parameters)(0.0, nowhere))
            except ARITHMETIC_ERRORS:  # such as step(t*k - 1) with k = 0: it never switches
                continue
        return sorted(time for time in found if math.isfinite(time))

    @cached_property
    def _jumps(self) -> tuple[Expression, ...]:
        return jumps(self.structure)

    @property
    def has_jumps(self) -> bool:
        """Whether a rate may switch at a known time."""
        return bool(self._jumps)

    @cached_property
    def _jacobian_program(self) -> tuple[dict[str, Expression], dict[tuple[str, str], Expression]]:
        return jacobian_program(self.structure)

    @cached_property
    def _jacobian(self) -> Callable[..., Any]:
        slopes, entries = self._jacobian_program
        assigned = {**self.structure.definitions, **slopes}
        return factory(self.structure, assigned, list(entries.values()), packed=True)

    @cached_property
    def _jacobian_places(self) -> NDArray[np.intp]:
        """Where the entries that are not zero stand, row by row."""
        places = {name: i for i, name in enumerate(self.structure.species)}
        entries = self._jacobian_program[1]
        return np.array(
            [places[row] * len(places) + places[column] for row, column in entries], dtype=np.intp
        )


@lru_cache(maxsize=256)
def compiled(structure: Structure) -> Compiled:
    """The `Compiled` of a structure; equal structures share one."""
    return Compiled(structure)


__all__ = ["ARITHMETIC_ERRORS", "Compiled", "Derivative", "Trouble", "compiled"]
