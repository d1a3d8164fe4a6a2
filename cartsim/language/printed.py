"""From text printed here to functions that run.

What is executed is printed from checked trees, with declared names and finite numbers, and no builtins are
within its reach. Names of our own begin with an underscore, which a model's names cannot.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .block import Block
from .checks import Structure
from .functions import BATCHED, SCALAR
from .mathematics import quick_right_hand_side
from .printers.python import Batched, Scalar
from .tree import Expression

Array = NDArray[np.float64]

ARITHMETIC_ERRORS = (ZeroDivisionError, OverflowError, ValueError)
"""What a rate can raise when it is evaluated."""


class Trouble(list[tuple[float, Array]]):
    """Times and states at which a rate could not be evaluated, oldest first."""


def made(make: Callable[..., Any], trouble: Trouble | None, *rest: Any) -> Callable[..., Any]:
    """``make(trouble, *rest)``; where arithmetic on parameters has no value, what raises if called."""
    try:
        function: Callable[..., Any] = make(trouble, *rest)
        return function
    except ARITHMETIC_ERRORS as error:
        kind, words = type(error), error.args

    def failing(t: float, y: Array) -> Any:
        if trouble is not None:
            trouble.append((t, y.copy()))
        raise kind(*words)

    return failing


@lru_cache(maxsize=512)
def right_hand_side_factory(structure: Structure, watches: tuple[Expression, ...]) -> Callable[..., Any]:
    """The factory of the time derivatives, which also look at the `watches`; see `factory`."""
    outputs = list(quick_right_hand_side(structure).values())
    assigned = {**structure.definitions, **observed(structure)}
    return factory(structure, assigned, outputs, watches=watches, packed=True)


@lru_cache(maxsize=512)
def scalar_factory(structure: Structure, trees: tuple[Expression, ...]) -> Callable[..., Any]:
    """The factory of a list of expressions; see `factory`."""
    assigned = {**structure.definitions, **observed(structure)}
    return factory(structure, assigned, trees)


def observed(structure: Structure) -> dict[str, Expression]:
    """Rates, observables, and those roles whose name is not taken."""
    names = {*structure.species, *structure.parameters, *structure.definitions}
    roles = {
        role: tree for role, tree in structure.roles.items() if role not in names | set(structure.observables)
    }
    return {**structure.rates, **structure.observables, **roles}


def factory(
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
    bound = "".join(f", {name}={name}" for name in block.constants_used(arguments))
    lines = [
        f"def _make({', '.join(arguments)}):",
        *(f"    {line}" for line in block.constant_lines),
        f"    def _function(t, _y{bound}):",
        "        try:",
        f"            {', '.join(structure.species)}, = _y.tolist()",
        *(f"            {line}" for line in block.lines),
        *(
            f"            if {value} >= {limit} and t < _first_seen[0]: _first_seen[0] = t"
            for value, limit in zip(watched, thresholds, strict=True)
        ),
        *(f"            {line}" for line in _returned(block.results[: len(outputs)], packed)),
        "        except _errors:",
        "            if _trouble is not None:",
        "                _trouble.append((t, _y.copy()))",
        "            raise",
        "    return _function",
    ]
    return run_printed(lines, {**SCALAR, "_errors": ARITHMETIC_ERRORS}, "_make")


def _returned(results: list[str], packed: bool) -> list[str]:
    if packed:
        return [f"_pack(_slopes, 0, {', '.join(results)})" if results else "pass", "return _slopes"]
    return [f"return [{', '.join(results)}]"]


@lru_cache(maxsize=64)
def packer(length: int) -> Callable[..., None]:
    """Writes `length` floats into an array: three times faster than making one of a list."""
    return struct.Struct(f"{length}d").pack_into


@lru_cache(maxsize=512)
def batched_function(structure: Structure, trees: tuple[Expression, ...]) -> Callable[..., Any]:
    """``f(t, y, p)`` on arrays; returns a list with one array (or number) a tree."""
    block = Block(Batched(), {**structure.definitions, **observed(structure)}, list(trees), constants=())
    lines = ["def _function(t, _y, _p):", f"    {', '.join(structure.species)}, = _y"]
    if structure.parameters:
        lines.append(f"    {', '.join(structure.parameters)}, = _p")
    lines += [*(f"    {line}" for line in block.lines), f"    return [{', '.join(block.results)}]"]
    return run_printed(lines, BATCHED)


def run_printed(lines: list[str], names: Mapping[str, Any], name: str = "_function") -> Callable[..., Any]:
    """The function `name` of lines printed by us, which see `names` and nothing else."""
    space: dict[str, Any] = {"__builtins__": {}, **names}
    exec(compile("\n".join(lines), "<printed by cartsim>", "exec"), space)
    function: Callable[..., Any] = space[name]
    return function
