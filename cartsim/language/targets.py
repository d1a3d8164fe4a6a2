"""What is checked when an event meets a model: that the species, parameters and conditions exist there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .checks import unknown_symbol
from .errors import UnknownNameError, shorten, suggestion
from .events import Change, Dose, Event, Infusion, When
from .expression import parse_condition
from .roles import ROLES
from .tree import Expression, Symbol, symbols

if TYPE_CHECKING:
    from .model import Model


def target_species(model: Model, into: str) -> str:
    """The species that ``into=`` means: its own name, or a role that is a single species.

    Raises
    ------
    UnknownNameError
        If it is neither; a known role that the model lacks is explained.
    """
    if into in model.species:
        return into
    role = model.structure.roles.get(into)
    if isinstance(role, Symbol) and role.name in model.species:
        return role.name
    if role is not None:
        behind = [used for used in symbols(role) if used in model.species]
        raise UnknownNameError(
            f"a dose into the role {shorten(into)} is not possible in {model.name!r}: it is "
            f"{shorten(model.roles[into])}, not one species; choose one of {_listed(behind or model.species)}"
        )
    if into in ROLES:
        raise UnknownNameError(
            f"a dose goes into the role {_meant(into)}, which {model.name!r} does not have; "
            "take a model that has it, such as a patient of cs.patients, "
            f"or a dose into one of its own species: {_listed(model.species)}"
        )
    known = [*model.species, *_single_species(model)]
    raise UnknownNameError(
        f"a dose goes into {shorten(into)}, which is not a species of {model.name!r}"
        + suggestion(into, known, plural="species, and roles that are one of them,")
    )


def _meant(role: str) -> str:
    """A known role with what it means, unless that is its name again."""
    return f"{role!r}" if ROLES[role].lower() == role else f"{role!r} ({ROLES[role]})"


def _single_species(model: Model) -> list[str]:
    """The roles that a dose can go into."""
    roles = model.structure.roles.items()
    return [name for name, tree in roles if isinstance(tree, Symbol) and tree.name in model.species]


def _listed(names: Iterable[str]) -> str:
    given = list(names)
    return ", ".join(given[:12]) + (", ..." if len(given) > 12 else "")


def condition_tree(model: Model, condition: str) -> Expression:
    """The condition of a rule as a tree that is zero or more where it holds.

    Raises
    ------
    UnknownNameError
        If it uses a name that the model has not; a known role that the model lacks is explained.
    """
    where = f"the rule {condition!r}"
    tree = parse_condition(condition, where)
    known = [name for name in model.structure.names() if name not in model.processes]
    for used in symbols(tree):
        if used == "t" or used in known:
            continue
        if used in ROLES:
            raise UnknownNameError(
                f"{where} asks for the role {_meant(used)}, which {model.name!r} does not have; "
                "take a model that has it, such as a patient of cs.patients, or a rule on "
                f"{_listed([*model.roles, *model.species])}"
            )
        raise UnknownNameError(unknown_symbol(used, where, known, f"of {model.name!r}"))
    return tree


def check_events(model: Model, events: Iterable[Event]) -> None:
    """Raise `UnknownNameError` for the first event that names what `model` has not."""
    for event in events:
        match event:
            case Dose(into=into) | Infusion(into=into):
                target_species(model, into)
            case Change(parameter=parameter):
                if parameter not in model.parameters:
                    kind = "a species" if parameter in model.species else "not a parameter"
                    raise UnknownNameError(
                        f"a change of {shorten(parameter)} is not possible: it is {kind} of {model.name!r}"
                        + suggestion(parameter, model.parameters, plural="parameters")
                    )
            case When(condition=condition):
                condition_tree(model, condition)
                check_events(model, event.actions)
