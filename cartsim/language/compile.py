"""From a checked structure to functions that run.

What is executed is text printed here from checked trees, with declared names and finite numbers; no
builtins are within its reach. One factory is compiled a structure and kept; calling it with parameter
values gives the functions for one patient.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .block import Block
from .checks import Structure
from .functions import BATCHED, SCALAR
from .mathematics import jacobian_program, jumps
from .printers.python import Batched, Scalar
from .tree import Expression, Number, Product, Sum, Symbol

Array = NDArray[np.float64]
Derivative = Callable[[float, Array], Array]

ARITHMETIC_ERRORS = (ZeroDivisionError, OverflowError, ValueError)
"""What a rate can raise when it is evaluated."""


class Trouble(list[tuple[float, Array]]):
    """Times and states at which a rate could not be evaluated, oldest first."""


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
        first_seen: list[float] | None = None,
        reuse: bool = False,
    ) -> Derivative:
        """The time derivatives for these parameter values.

        Parameters
        ----------
        parameters : sequence of float, length n_parameters
            In the order of ``structure.parameters``.
        trouble : Trouble, optional
            Filled when a rate cannot be evaluated, before the error is raised.
        watches : tuple of Expression
            Compared, at every evaluation, with `thresholds` (as many numbers; infinity switches one off).
        first_seen : list of one float
            Its entry becomes the earliest time at which a watch reached its threshold, if that is earlier.
        reuse : bool
            Whether every call writes into the same array, which saves a quarter of the time in the compiled
            driver; who keeps a result must then copy it.

        Returns
        -------
        callable
            ``f(t, y)`` with `y` an array of shape (n_species,) gives an array of shape (n_species,).
        """
        make = _right_hand_side_factory(self.structure, watches)
        slopes = np.empty(len(self.structure.species))
        function: Derivative = make(
            trouble, *thresholds, first_seen, _packer(len(slopes)), slopes, *parameters
        )
        return function if reuse else lambda t, y: function(t, y).copy()

    def jacobian(self, parameters: Sequence[float]) -> Callable[[float, Array], Array]:
        """The exact Jacobian for these parameter values.

        Returns
        -------
        callable
            ``J(t, y)``, shape (n_species, n_species); row i holds the derivatives of species i.
        """
        entries = self._jacobian(None, None, None, None, *parameters)
        shape = (len(self.structure.species),) * 2

        def evaluate(t: float, y: Array) -> Array:
            return np.array(entries(t, y)).reshape(shape)

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
        function: Callable[..., list[float]] = _scalar_factory(self.structure, conditions)(
            None, None, None, None, *parameters
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
        function = _batched_function(self.structure, tuple(trees))
        with np.errstate(all="ignore"):
            return [np.broadcast_to(np.asarray(value, float), t.shape) for value in function(t, y, p)]

    def initial(self, initial: Mapping[str, float | str], parameters: Sequence[float]) -> Array:
        """The state at the start, shape (n_species,), with arithmetic on parameters evaluated.

        Raises
        ------
        ZeroDivisionError, OverflowError, ValueError
            If the arithmetic has no value.
        """
        y = np.array([0.0 if isinstance(value, str) else value for value in initial.values()])
        if self.structure.initial:
            trees = tuple(self.structure.initial.values())
            values = _scalar_factory(self.structure, trees)(None, None, None, None, *parameters)(0.0, y)
            places = {name: i for i, name in enumerate(self.structure.species)}
            for name, value in zip(self.structure.initial, values, strict=True):
                if isinstance(initial[name], str):
                    y[places[name]] = value
        return y

    def jump_times(self, parameters: Sequence[float]) -> list[float]:
        """The times at which a ``step`` of time alone switches, for these parameter values."""
        if not self._jumps:
            return []
        nowhere = np.zeros(len(self.structure.species))
        try:
            times = _scalar_factory(self.structure, self._jumps)(None, None, None, None, *parameters)(
                0.0, nowhere
            )
        except ARITHMETIC_ERRORS:  # such as step(t*k - 1) with k = 0: it never switches
            return []
        return sorted({time for time in times if math.isfinite(time)})

    @cached_property
    def _jumps(self) -> tuple[Expression, ...]:
        return jumps(self.structure)

    @property
    def has_jumps(self) -> bool:
        """Whether a rate may switch at a known time."""
        return bool(self._jumps)

    @cached_property
    def _jacobian(self) -> Callable[..., Any]:
        slopes, entries = jacobian_program(self.structure)
        names = self.structure.species
        outputs = [entries.get((row, column), Number(0.0)) for row in names for column in names]
        return _factory(self.structure, {**self.structure.definitions, **slopes}, outputs)


@lru_cache(maxsize=256)
def compiled(structure: Structure) -> Compiled:
    """The `Compiled` of a structure; equal structures share one."""
    return Compiled(structure)


def _scaled(number: float, node: Expression) -> Expression:
    factors = node.factors if isinstance(node, Product) else (node,)
    return node if number == 1.0 else Product((Number(number), *factors))


# ------------------------------------------------------------------ text, then function


@lru_cache(maxsize=512)
def _right_hand_side_factory(structure: Structure, watches: tuple[Expression, ...]) -> Callable[..., Any]:
    sums: dict[str, list[Expression]] = {name: [] for name in structure.species}
    for process, changes in structure.stoichiometry:
        for species, number in changes:
            once = len(changes) == 1  # then it is written in place, not assigned first
            sums[species].append(_scaled(number, structure.rates[process] if once else Symbol(process)))
    outputs = [Sum(tuple(terms)) if terms else Number(0.0) for terms in sums.values()]
    assigned = {**structure.definitions, **_observed(structure)}
    return _factory(structure, assigned, outputs, watches=watches, packed=True)


@lru_cache(maxsize=512)
def _scalar_factory(structure: Structure, trees: tuple[Expression, ...]) -> Callable[..., Any]:
    assigned = {**structure.definitions, **_observed(structure)}
    return _factory(structure, assigned, trees)


def _observed(structure: Structure) -> dict[str, Expression]:
    names = {*structure.species, *structure.parameters, *structure.definitions}
    roles = {
        role: tree for role, tree in structure.roles.items() if role not in names | set(structure.observables)
    }
    return {**structure.rates, **structure.observables, **roles}


def _factory(
    structure: Structure,
    assigned: Mapping[str, Expression],
    outputs: Iterable[Expression],
    *,
    watches: tuple[Expression, ...] = (),
    packed: bool = False,
) -> Callable[..., Any]:
    """``make(_trouble, *thresholds, _first_seen, _pack, _slopes, *parameters)`` that returns ``f(t, y)``.

    It works on plain floats and returns a list, or `_slopes` filled through `_pack` if `packed`.
    """
    outputs = list(outputs)
    block = Block(Scalar(), assigned, [*outputs, *watches], constants=structure.parameters)
    thresholds = [f"_threshold{i}" for i in range(len(watches))]
    arguments = ["_trouble", *thresholds, "_first_seen", "_pack", "_slopes", *structure.parameters]
    watched = block.results[len(outputs) :]
    lines = [
        f"def make({', '.join(arguments)}):",
        *(f"    {line}" for line in block.constant_lines),
        "    def function(t, y):",
        "        try:",
        f"            {', '.join(structure.species)}, = y.tolist()",
        *(f"            {line}" for line in block.lines),
        *(
            f"            if {value} >= {limit} and t < _first_seen[0]: _first_seen[0] = t"
            for value, limit in zip(watched, thresholds, strict=True)
        ),
        *(f"            {line}" for line in _returned(block.results[: len(outputs)], packed)),
        "        except _errors:",
        "            if _trouble is not None:",
        "                _trouble.append((t, y.copy()))",
        "            raise",
        "    return function",
    ]
    return run_printed(lines, {**SCALAR, "_errors": ARITHMETIC_ERRORS}, "make")


def _returned(results: list[str], packed: bool) -> list[str]:
    if packed:
        return [f"_pack(_slopes, 0, {', '.join(results)})", "return _slopes"]
    return [f"return [{', '.join(results)}]"]


@lru_cache(maxsize=64)
def _packer(length: int) -> Callable[..., None]:
    """Writes `length` floats into an array: three times faster than making one of a list."""
    return struct.Struct(f"{length}d").pack_into


@lru_cache(maxsize=512)
def _batched_function(structure: Structure, trees: tuple[Expression, ...]) -> Callable[..., Any]:
    """``f(t, y, p)`` on arrays; returns a list with one array (or number) a tree."""
    block = Block(Batched(), {**structure.definitions, **_observed(structure)}, list(trees), constants=())
    lines = ["def function(t, y, p):", f"    {', '.join(structure.species)}, = y"]
    if structure.parameters:
        lines.append(f"    {', '.join(structure.parameters)}, = p")
    lines += [*(f"    {line}" for line in block.lines), f"    return [{', '.join(block.results)}]"]
    return run_printed(lines, BATCHED)


def run_printed(lines: list[str], names: Mapping[str, Any], name: str = "function") -> Callable[..., Any]:
    """The function `name` of lines printed by us, which see `names` and nothing else."""
    space: dict[str, Any] = {"__builtins__": {}, **names}
    exec(compile("\n".join(lines), "<printed by cartsim>", "exec"), space)
    function: Callable[..., Any] = space[name]
    return function
