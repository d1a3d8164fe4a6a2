"""Species that stay exactly zero in a run, such as drugs that are not given, and the equations without them.

A model of a whole patient names every drug that could be given. What is none and is never made costs time in
every evaluation all the same; the equations without it are shorter, and have the same solution.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..language.checks import Structure
from ..language.events import Action, Dose, Infusion, When
from ..language.model import Model
from ..language.targets import target_species
from ..language.tree import (
    ZERO,
    Call,
    Expression,
    Number,
    Power,
    Product,
    Symbol,
    children,
    simplify,
    substitute,
    symbols,
    walk,
)

WORTH_IT = 5
"""From so many species on, other equations are worth their printing."""
_ALWAYS_FINITE = {"hill", "min", "max", "abs", "step", "tanh"}


def present(model: Model, y: NDArray[np.float64]) -> Structure:
    """The equations for a run that starts at `y`: those of the model, or shorter ones.

    Parameters
    ----------
    model : Model
        With all the events of the run.
    y : ndarray, shape (n_species,)

    Examples
    --------
    >>> from cartsim.language.parts import Process
    >>> drugs = {f"D{i}": 0.0 for i in range(5)}
    >>> lost = {f"{name}_lost": Process(f"{name} ->", f"k*{name}") for name in drugs}
    >>> killed = {"killed": Process("T ->", "D0*T"), "lost": Process("T ->", "k*T")}
    >>> model = Model("m", species={"T": 1.0, **drugs}, parameters={"k": 1.0}, processes={**lost, **killed})
    >>> present(model, np.array([1.0, 0, 0, 0, 0, 0])).stoichiometry
    (('lost', (('T', -1.0),)),)
    """
    none = {name for name, amount in zip(model.species, y.tolist(), strict=True) if amount == 0.0}
    none -= given(model)
    if len(none) < WORTH_IT:
        return model.structure
    return _without(model.structure, frozenset(none))


def given(model: Model) -> set[str]:
    """The species into which something is given, now or by a rule."""
    actions: list[Action] = []
    for event in model.events:
        actions += event.actions if isinstance(event, When) else [event]
    return {target_species(model, action.into) for action in actions if isinstance(action, Dose | Infusion)}


@lru_cache(maxsize=256)
def _without(structure: Structure, none: frozenset[str]) -> Structure:
    """The structure without those species, of the ones that are `none` now, that are never made."""
    while len(none) >= WORTH_IT:
        shorter, sure = _shorter(structure, none)
        made = none & {name for _, changes in shorter.stoichiometry for name, _ in changes}
        if not made:
            return shorter if sure else structure
        none -= made
    return structure


def _shorter(structure: Structure, none: Collection[str]) -> tuple[Structure, bool]:
    """The structure with zero for some species, and whether this hides nowhere that a rate has no value."""
    known: dict[str, Expression] = dict.fromkeys(none, ZERO)
    finite = {"t", *structure.parameters, *structure.species}
    definitions, rates, sure = dict[str, Expression](), dict[str, Expression](), True
    for trees, found in ((structure.definitions, definitions), (structure.rates, rates)):
        for name, tree in trees.items():
            found[name] = tree
            if not known.keys().isdisjoint(symbols(tree)):
                written = substitute(tree, known)
                found[name] = simplify(written)
                sure = sure and _certain(written, structure, finite)
            if _always_finite(tree, structure, finite):
                finite.add(name)
            if isinstance(found[name], Number) and name in structure.definitions:
                known[name] = found[name]
    shorter = replace(
        structure,
        key=(*structure.key, "without", *sorted(none)),
        definitions=definitions,
        rates=rates,
        stoichiometry=tuple(entry for entry in structure.stoichiometry if rates[entry[0]] != ZERO),
    )
    return shorter, sure


def _certain(node: Expression, structure: Structure, finite: set[str]) -> bool:
    """Whether all that vanishes in an expression would be zero whatever the amounts of the others are.

    ``0*log(T)`` is not: it has no value where T is zero, and a run must not go on there.
    """
    match node:
        case Power(base=base, exponent=exponent):
            if not _whole(exponent) and simplify(base) == ZERO:
                return False
        case Product(factors=factors) if any(simplify(factor) == ZERO for factor in factors):
            return all(_always_finite(factor, structure, finite) for factor in factors)
        case Call(function="log" | "sqrt", arguments=(argument,)) if simplify(argument) == ZERO:
            return False
    return all(_certain(child, structure, finite) for child in children(node))


def _always_finite(node: Expression, structure: Structure, finite: set[str]) -> bool:
    """Whether an expression has a value whatever the species are; its parameters alone are not looked at."""
    for part in walk(node):
        named = set(symbols(part))
        if isinstance(part, Symbol) and part.name not in finite:
            return False
        if named <= set(structure.parameters):
            continue
        if isinstance(part, Call) and part.function not in _ALWAYS_FINITE:
            return False
        if isinstance(part, Power) and not (_whole(part.exponent) or named <= set(structure.parameters)):
            return False
    return True


def _whole(exponent: Expression) -> bool:
    return isinstance(exponent, Number) and exponent.value > 0.0 and exponent.value.is_integer()
