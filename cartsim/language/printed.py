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
def right_hand_side_factory(
    structure: Structure, watches: tuple[Expression, ...], mortal: tuple[tuple[int, float], ...] = ()
) -> Callable[..., Any]:
    """The factory of the time derivatives, which also look at `watches` and `mortal`; see `factory`."""
    outputs = list(quick_right_hand_side(structure).values())
    assigned = {**structure.definitions, **observed(structure)}
    return factory(structure, assigned, outputs, watches=watches, mortal=mortal, packed=True)


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
    mortal: tuple[tuple[int, float], ...] = (),
    packed: bool = False,
) -> Callable[..., Any]:
    """``make(_trouble, *thresholds, _lives, _seen, _packers, _slopes, *parameters)`` that gives ``f(t, y)``.

    It works on plain floats and returns a list, or `_slopes` filled through `_packers` if `packed`. With
    `watches` or `mortal` it looks out: see `cartsim.language.compile.Compiled.right_hand_side`.
    """
    outputs = list(outputs)
    block = Block(Scalar(), assigned, [*outputs, *watches], constants=structure.parameters)
    thresholds = [f"_threshold{i}" for i in range(len(watches))]
    packers = [f"_pack{i}" for i in range(len(range(0, len(outputs), PACKED)))] if packed else []
    arguments = ["_trouble", *thresholds, "_lives", "_seen", "_packers", "_slopes", *structure.parameters]
    looked = _looked_out(structure, dict(zip(thresholds, block.results[len(outputs) :], strict=True)), mortal)
    returned = _returned(block.results[: len(outputs)], packers)
    bound = "".join(f", {name}={name}" for name in block.constants_used([*arguments, *packers]))
    lines = [
        f"def _make({', '.join(arguments)}):",
        *([f"    {', '.join(packers)}, = _packers"] if packers else []),
        *(f"    {line}" for line in block.constant_lines),
        f"    def _function(t, _y{bound}):",
        *(f"        {line}" for line in (_SEEN if looked else ())),
        "        try:",
        f"            {', '.join(structure.species)}, = _y.tolist()",
        *(f"            {line}" for line in [*block.lines, *looked, *returned]),
        "        except _errors:",
        "            if _trouble is not None:",
        "                _trouble.append((t, _y.copy()))",
        "            raise",
        "    return _function",
    ]
    return run_printed(lines, {**SCALAR, "_errors": ARITHMETIC_ERRORS}, "_make")


_SEEN = ("if _seen[1]:", "    _seen[1] += 1", "    _slopes.fill(0.0)", "    return _slopes")


def _looked_out(
    structure: Structure, watched: Mapping[str, str], mortal: tuple[tuple[int, float], ...]
) -> list[str]:
    """Lines that note the time when a value is at its threshold, or a species falls below its limit."""
    lines = []
    for i, (place, limit) in enumerate(mortal):
        lines += [
            f"if {structure.species[place]} < {limit!r}:",
            f"    if _lives[{i}]: _seen[:] = t, 1",
            f"elif not _lives[{i}]: _lives[{i}] = True",
        ]
    if watched:
        met = " or ".join(f"{value} >= {threshold}" for threshold, value in watched.items())
        lines.append(f"if {met}: _seen[:] = t, 1")
    return lines


def _returned(results: list[str], packers: list[str]) -> list[str]:
    """The last lines: each of the `packers` writes the next `PACKED` of the results."""
    if not packers:
        return [f"return [{', '.join(results)}]"]
    groups = [results[first : first + PACKED] for first in range(0, len(results), PACKED)]
    written = zip(packers, range(0, 8 * len(results), 8 * PACKED), groups, strict=True)
    return [*(f"{pack}(_slopes, {at}, {', '.join(some)})" for pack, at, some in written), "return _slopes"]


PACKED = 25
"""Floats written into an array by one call: from 31 arguments on, Python makes a list of them first."""


@lru_cache(maxsize=64)
def packers_of(length: int) -> tuple[Callable[..., None], ...]:
    """What writes `length` floats into an array, `PACKED` at a time: quicker than making one of a list."""
    sizes = (min(PACKED, length - first) for first in range(0, length, PACKED))
    return tuple(struct.Struct(f"{size}d").pack_into for size in sizes)


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
