"""A part of a diagram: some species, and the processes that move them or that they drive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..language.errors import ModelError, UnknownNameError, suggestion
from ..language.graph import Graph
from ..language.model import Model
from .quantities import species_behind

_MOST = 12
"""A model with more species is shown by its CAR-T cells and its tumour, where it has these."""


def telling(model: Model) -> tuple[str, ...]:
    """The species to show of a model: all, or in a large one those of the CAR-T cells and of the tumour.

    Examples
    --------
    >>> import cartsim as cs
    >>> telling(cs.models.barros_2021)
    ('C_T', 'C_M', 'T')
    """
    roles = [role for role in ("car_t", "tumour") if role in model.roles]
    if len(model.species) <= _MOST or not roles:
        return tuple(model.species)
    return chosen(model, roles)


def chosen(model: Model, what: str | Iterable[str]) -> tuple[str, ...]:
    """The species among these names or behind them, in the order of the model.

    Raises
    ------
    UnknownNameError
        For a name that is no species, role, definition or observable.
    ModelError
        If there is none.
    """
    names = [what] if isinstance(what, str) else list(what)
    known = [*model.species, *model.roles, *model.definitions, *model.observables]
    found: set[str] = set()
    for name in names:
        if name not in known:
            raise UnknownNameError(
                f"{name!r} is no species or role of {model.name!r}" + suggestion(name, known, plural="names")
            )
        found |= species_behind(model, name)
    if not found:
        raise ModelError(f"what= names no species of {model.name!r}; leave it out to see its diagram")
    return tuple(name for name in model.species if name in found)


def part(whole: Graph, species: Iterable[str], *, without: Iterable[str] = ()) -> Graph:
    """The graph of these species alone, without the processes named."""
    kept, left_out = set(species), set(without)
    arrows = []
    for arrow in whole.arrows:
        sources = tuple(end for end in arrow.sources if end[0] in kept)
        targets = tuple(end for end in arrow.targets if end[0] in kept)
        if arrow.process not in left_out and (sources or targets):
            arrows.append(replace(arrow, sources=sources, targets=targets))
    shown = {arrow.process for arrow in arrows}
    return Graph(
        tuple(name for name in whole.species if name in kept),
        tuple(arrows),
        tuple(pull for pull in whole.influences if pull.species in kept and pull.process in shown),
    )
