"""What a role stands for on species, parameters and time alone, and what decides when a grade changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language.checks import Structure
from ..language.functions import BATCHED
from ..language.tree import Call, Expression, Number, Power, Product, Sum, Symbol, substitute, symbols

HIGHEST_GRADE = 4
_SWITCH = "#"  # between a role and the number of a switch: no name of a model has it


@lru_cache(maxsize=256)
def inlined(structure: Structure, name: str) -> tuple[Expression, tuple[str, ...]]:
    """What a role or a switch stands for on species, parameters and time, and the species it depends on."""
    role, is_switch, number = name.partition(_SWITCH)
    if is_switch:
        tree = switches(structure, role).arguments[int(number)]
    else:
        spelled: dict[str, Expression] = {}
        for group in (structure.definitions, structure.observables):
            for key, part in group.items():
                spelled[key] = substitute(part, spelled)
        tree = substitute(structure.roles[role], spelled)
    return tree, tuple(found for found in symbols(tree) if found in structure.species)


def tree_of(structure: Structure, name: str) -> Expression:
    """What a role or a switch stands for, definitions left as they are in a role."""
    return structure.roles[name] if _SWITCH not in name else inlined(structure, name)[0]


def role_of(name: str) -> str:
    """The role that a switch belongs to, or the role itself.

    Examples
    --------
    >>> role_of("crs_grade#2"), role_of("il6")
    ('crs_grade', 'il6')
    """
    return name.partition(_SWITCH)[0]


@dataclass(frozen=True)
class Switches:
    """A quantity that only changes where one of its switches does.

    Attributes
    ----------
    tree : Expression
        The quantity, with a name from `names` in the place of each switch; its value is 1 or 0.
    arguments : tuple of Expression
        A switch is 1 where its argument is zero or above.
    names : tuple of str
        Of the arguments, for `inlined` and `tree_of`.
    """

    tree: Expression
    arguments: tuple[Expression, ...]
    names: tuple[str, ...]

    def values(self, on: NDArray[np.bool_]) -> NDArray[np.float64]:
        """The quantity where the switches are `on`, shape (n_switches, k) to (k,)."""
        known = {name: row.astype(float) for name, row in zip(self.names, on, strict=True)}
        return np.broadcast_to(np.asarray(_value(self.tree, known), dtype=float), on.shape[1:])


@lru_cache(maxsize=64)
def switches(structure: Structure, role: str) -> Switches:
    """The switches of a grade.

    A role that is arithmetic on ``step(...)`` and numbers alone has the arguments of its steps, those of
    ``step(max(a, b))`` one by one; any other is rounded down, and has one switch a grade.
    """
    whole = inlined(structure, role)[0]
    arguments: dict[Expression, Symbol] = {}
    tree = _without_steps(whole, role, arguments)
    if set(symbols(tree)) - {symbol.name for symbol in arguments.values()}:
        arguments = {}
        levels = (Sum((whole, Number(-float(grade)))) for grade in range(1, HIGHEST_GRADE + 1))
        tree = Sum(tuple(_switch(level, role, arguments) for level in levels))
    return Switches(tree, tuple(arguments), tuple(symbol.name for symbol in arguments.values()))


def _without_steps(node: Expression, role: str, arguments: dict[Expression, Symbol]) -> Expression:
    match node:
        case Call(function="step", arguments=(argument,)):
            return _switch(argument, role, arguments)
        case Sum(terms=below) | Product(factors=below):
            return type(node)(tuple(_without_steps(child, role, arguments) for child in below))
        case Power(base=base, exponent=exponent):
            return Power(_without_steps(base, role, arguments), _without_steps(exponent, role, arguments))
        case Call(function=function, arguments=below):
            return Call(function, tuple(_without_steps(child, role, arguments) for child in below))
        case _:
            return node


def _switch(argument: Expression, role: str, arguments: dict[Expression, Symbol]) -> Expression:
    """The step of an argument; a step never falls, so that of the larger is the larger of the steps."""
    match argument:
        case Number(value=value):
            return Number(1.0 if value >= 0.0 else 0.0)
        case Call(function="max" | "min" as function, arguments=below):
            return Call(function, tuple(_switch(child, role, arguments) for child in below))
    return arguments.setdefault(argument, Symbol(f"{role}{_SWITCH}{len(arguments)}"))


def _value(node: Expression, known: Mapping[str, Any]) -> Any:
    """The value of a tree of numbers and known names."""
    match node:
        case Number(value=value):
            return value
        case Symbol(name=name):
            return known[name]
        case Sum(terms=below):
            return sum(_value(child, known) for child in below)
        case Product(factors=below):
            return np.prod(np.broadcast_arrays(*(_value(child, known) for child in below)), axis=0)
        case Power(base=base, exponent=exponent):
            with np.errstate(all="ignore"):
                return np.power(_value(base, known), _value(exponent, known))
        case Call(function=function, arguments=below):
            first, *rest = (_value(child, known) for child in below)
            for other in rest if function in ("min", "max") else ():
                first = BATCHED[function](first, other)
            return first if function in ("min", "max") else BATCHED[function](first, *rest)
