"""`Quantity`: what a curve shows, in words and with its unit; and which ones a run is drawn with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from ..language.model import Model
from ..language.roles import ROLES
from ..language.tree import Symbol, symbols
from ..solving.trajectory import Trajectory, units_of

MAX_DEFAULT = 6  # more curves than this are not told apart
_LONGEST = 34  # characters of a meaning that still serve as a label


@dataclass(frozen=True)
class Quantity:
    """A name of a model, the words for it, its unit (empty if not known) and its role."""

    name: str
    words: str
    unit: str
    role: str | None = None


def default_names(model: Model) -> list[str]:
    """The roles ``car_t`` and ``tumour`` where the model has them, else its first six species."""
    roles = [role for role in ("car_t", "tumour") if role in model.roles]
    return roles or list(model.species)[:MAX_DEFAULT]


def quantities(run: Trajectory, names: str | Iterable[str] | None) -> list[Quantity]:
    """What to draw: these names, each once.

    Raises
    ------
    UnknownNameError
        For a name that the run has not; the nearest one is offered.
    """
    chosen = default_names(run.model) if names is None else [names] if isinstance(names, str) else list(names)
    if not chosen:
        raise ModelError(
            "there is nothing to draw: names is empty; leave it out to draw the usual quantities"
        )
    for name in chosen:
        if not isinstance(name, str) or name not in run or name == "t":
            raise UnknownNameError(
                f"{shorten(name)} is not a name in {run.model.name!r}" + suggestion(name, run.names)
            )
    units = units_of(run.model)
    found = [
        Quantity(name, words_for(run.model, name), units.get(name, ""), role_of(run.model, name))
        for name in dict.fromkeys(chosen)
    ]
    words = [quantity.words for quantity in found]
    return [replace(q, words=f"{q.words} ({q.name})") if words.count(q.words) > 1 else q for q in found]


def words_for(model: Model, name: str) -> str:
    """What a name means, short enough for a label; the name itself where nothing short is known."""
    for group in (model.species, model.processes, model.observables, model.parameters):
        if name in group:
            meaning = group[name].meaning.strip()
            short = meaning if len(meaning) <= _LONGEST else meaning.split(",")[0].split(" (")[0]
            return short if 0 < len(short) <= _LONGEST else name.replace("_", " ")
    if name in model.roles:
        return ROLES.get(name, name.replace("_", " ")).split(",")[0]
    return name.replace("_", " ")


def role_of(model: Model, name: str) -> str | None:
    """The role that `name` is, or that is this one name and nothing else."""
    if name in model.roles:
        return name
    return next((role for role, text in model.roles.items() if text.strip() == name), None)


def by_unit(chosen: list[Quantity]) -> dict[str, list[Quantity]]:
    """The quantities grouped by unit, in the order in which the units first come."""
    groups: dict[str, list[Quantity]] = {}
    for quantity in chosen:
        groups.setdefault(quantity.unit, []).append(quantity)
    return groups


def species_behind(model: Model, name: str) -> frozenset[str]:
    """The species that a name is made of, through definitions, observables and roles."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        if current not in model.species:
            tree = model.structure.expression(current)
            waiting += [] if tree is None or tree == Symbol(current) else list(symbols(tree))
    return frozenset(seen & set(model.species))
