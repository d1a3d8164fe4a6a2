"""What is checked when a model is made: names, flows, circles, and units.

The result is a `Structure`: the trees of every expression, shared by all models that differ only in
numbers and events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from .dimensions import require, unit_of
from .errors import ModelError, UnitError, UnknownNameError, shorten, suggestion
from .expression import check_name, parse
from .roles import misspelt
from .tree import Expression, Symbol, symbols
from .units import Unit, parse_unit

if TYPE_CHECKING:
    from .model import Model

Trees = Mapping[str, Expression]


@dataclass(frozen=True)
class Structure:
    """The checked trees of a model, and the units of everything it names.

    Two models have equal structures when they differ in numbers and events only.

    Attributes
    ----------
    species, parameters : tuple of str
        Names, in order.
    definitions : mapping of str to Expression
        In an order in which each uses only those before it.
    rates, observables, roles, initial : mapping of str to Expression
        `initial` holds the species whose initial amount is arithmetic.
    stoichiometry : tuple of (process, tuple of (species, number))
        What each process adds to each species.
    units : mapping of str to Unit or None
        Of every name; None where it was not given.
    """

    key: tuple[Any, ...]
    species: tuple[str, ...] = field(compare=False)
    parameters: tuple[str, ...] = field(compare=False)
    definitions: Trees = field(compare=False)
    rates: Trees = field(compare=False)
    observables: Trees = field(compare=False)
    roles: Trees = field(compare=False)
    initial: Trees = field(compare=False)
    stoichiometry: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = field(compare=False)
    units: Mapping[str, Unit | None] = field(compare=False)

    def names(self) -> tuple[str, ...]:
        """Everything a run can be asked for by name."""
        everything = (
            self.species,
            self.rates,
            self.definitions,
            self.observables,
            self.roles,
            self.parameters,
        )
        return tuple(dict.fromkeys(name for group in everything for name in group))

    def expression(self, name: str) -> Expression | None:
        """The tree behind a process, definition, observable, role, species or parameter."""
        for group in (self.rates, self.definitions, self.observables, self.roles):
            if name in group:
                return group[name]
        return Symbol(name) if name in self.species or name in self.parameters else None


def check_structure(model: Model) -> Structure:
    """The structure of `model`.

    Raises
    ------
    ModelError
        The first thing that is wrong, as a sentence.
    """
    _check_names(model)
    basic = [*model.species, *model.parameters]
    known = [*basic, *model.definitions]
    of = f"of {model.name!r}"
    definitions = _trees(model.definitions, "definition", known, of)
    rates = _trees({name: p.rate for name, p in model.processes.items()}, "process", known, of)
    observables = _trees(
        {name: o.expression for name, o in model.observables.items()}, "observable", known, of
    )
    roles = _trees(model.roles, "role", [*known, *model.observables], of)
    texts = {name: s.initial for name, s in model.species.items() if isinstance(s.initial, str)}
    initial = _trees(texts, "the initial amount of", [*model.parameters], of, time=False)
    _check_flows(model)
    definitions = in_order(definitions)
    structure = Structure(
        key=_key(model),
        species=tuple(model.species),
        parameters=tuple(model.parameters),
        definitions=definitions,
        rates=rates,
        observables=observables,
        roles=roles,
        initial=initial,
        stoichiometry=tuple(
            (name, tuple((s, n) for s, n in process.stoichiometry.items() if n))
            for name, process in model.processes.items()
        ),
        units={},
    )
    object.__setattr__(structure, "units", _check_units(model, structure))
    return structure


def _key(model: Model) -> tuple[Any, ...]:
    return (
        model.time,
        tuple(
            (name, s.unit, s.initial if isinstance(s.initial, str) else None)
            for name, s in model.species.items()
        ),
        tuple((name, p.unit) for name, p in model.parameters.items()),
        tuple((name, p.flow, p.rate) for name, p in model.processes.items()),
        tuple(model.definitions.items()),
        tuple((name, o.expression, o.unit) for name, o in model.observables.items()),
        tuple(model.roles.items()),
    )


# ------------------------------------------------------------------ names


def _check_names(model: Model) -> None:
    if not model.species:
        raise ModelError(f"{model.name!r} has no species; a model needs at least one amount that changes")
    seen: dict[str, str] = {}
    for kind, names in (
        ("species", model.species),
        ("parameter", model.parameters),
        ("process", model.processes),
        ("definition", model.definitions),
        ("observable", model.observables),
    ):
        for name in names:
            check_name(name, f"{kind} of {model.name!r},")
            if name in seen:
                raise ModelError(
                    f"{model.name!r} uses the name {name!r} for a {seen[name]} and for a {kind}; "
                    "rename one of them"
                )
            seen[name] = kind
    for role, text in model.roles.items():
        check_name(role, f"role of {model.name!r},")
        meant = misspelt(role)
        if meant is not None:
            raise UnknownNameError(f"{model.name!r} has a role {role!r}; did you mean {meant!r}?")
        if role in seen and text.strip() != role:
            raise ModelError(
                f"{model.name!r} has a role {role!r} that is not its {seen[role]} {role!r}; rename one"
            )


def _trees(texts: Mapping[str, Any], kind: str, known: Iterable[str], of: str, *, time: bool = True) -> Trees:
    trees = {}
    names = dict.fromkeys([*known, "t"] if time else known)
    for name, text in texts.items():
        where = f"{kind} {name!r}"
        tree = parse(text, where)
        for used in symbols(tree):
            if used not in names:
                raise UnknownNameError(unknown_symbol(used, where, names, of))
        trees[name] = tree
    return trees


def unknown_symbol(used: str, where: str, names: Iterable[str], of: str) -> str:
    """The sentence about a name that an expression uses and the model has not."""
    return f"{where} uses {shorten(used)}, which is neither a species nor a parameter {of}" + suggestion(
        used, names
    )


def _check_flows(model: Model) -> None:
    for name, process in model.processes.items():
        for species in process.stoichiometry:
            if species not in model.species:
                raise UnknownNameError(
                    f"process {name!r}: the flow {process.flow!r} names {species!r}, which is not a species "
                    f"of {model.name!r}" + suggestion(species, model.species, plural="species")
                )


def in_order(trees: Trees) -> Trees:
    """The definitions, each after those it uses.

    Raises
    ------
    ModelError
        If they form a circle, printed as ``a > b > a``.
    """
    uses = {name: [used for used in symbols(tree) if used in trees] for name, tree in trees.items()}
    try:
        names = list(TopologicalSorter(uses).static_order())
    except CycleError as error:
        circle = " > ".join(reversed(error.args[1]))
        raise ModelError(f"definitions form a circle: {circle}; one of them must not use the next") from None
    return {name: trees[name] for name in names}


# ------------------------------------------------------------------ units


def _read_unit(text: str | None, where: str) -> Unit | None:
    if text is None:
        return None
    try:
        return parse_unit(text)
    except UnitError as error:
        raise UnitError(f"{where}: {error}") from None


def _check_units(model: Model, structure: Structure) -> Mapping[str, Unit | None]:
    time = parse_unit(model.time)
    if not time.same_dimension(parse_unit("day")):
        raise UnitError(
            f"the time of {model.name!r} is in {model.time!r}, which is not a unit of time; use 'day'"
        )
    given = [s.unit for s in model.species.values()] + [p.unit for p in model.parameters.values()]
    units: dict[str, Unit | None] = {"t": time if any(given) else None}  # all bare numbers: so is step(t - 7)
    for name, species in model.species.items():
        units[name] = _read_unit(species.unit, f"species {name!r}")
    for name, parameter in model.parameters.items():
        units[name] = _read_unit(parameter.unit, f"parameter {name!r}")
    for name, tree in structure.definitions.items():
        units[name] = unit_of(tree, units, f"definition {name!r}")
    for name, tree in structure.initial.items():
        where = f"the initial amount of {name!r}"
        require(unit_of(tree, units, where), units[name], where, "it")
    for name, process in model.processes.items():
        units[name] = _process_unit(name, process.stoichiometry, structure.rates[name], units, time)
    for name, observable in model.observables.items():
        found = unit_of(structure.observables[name], units, f"observable {name!r}")
        declared = _read_unit(observable.unit, f"observable {name!r}")
        require(found, declared, f"observable {name!r}", "it")
        units[name] = found if declared is None else declared
    for name, tree in structure.roles.items():
        units.setdefault(name, unit_of(tree, units, f"role {name!r}"))
    return units


def _process_unit(
    name: str,
    stoichiometry: Mapping[str, float],
    rate: Expression,
    units: Mapping[str, Unit | None],
    time: Unit,
) -> Unit | None:
    where = f"process {name!r}"
    found = unit_of(rate, units, where)
    for species in stoichiometry:
        per_species = units[species]
        if per_species is None:
            continue
        expected = per_species / time
        require(found, expected, where, f"its rate, which fills or empties {species!r},")
        found = expected
    return found
