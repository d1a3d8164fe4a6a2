"""`colours_of`: one colour for each species and each process of a model, on every picture of it.

So an equation is read off a picture: the killing term in `equations`, the killing arrow in `diagram`, the
killing band in `fluxes` and the curve of ``cs.plot(run, "killing")`` have one colour; and so have the left
side of an equation, the box of its species and the curve of its amount.

Species take the colours of `ROLE_COLOURS`, and the others of Okabe and Ito. Processes have nine colours of
their own, so that none is mistaken for the blue of CAR-T cells or the vermillion of the tumour. Both go by
the order in the model. Processes that change the same species differ in colour; only where a species has more
than nine, they differ in line style and hatching instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..language.model import Model
from .quantities import role_of, species_behind
from .style import BLACK, BLUE, COLOURS, ROLE_COLOURS, STROKES, VERMILLION, Stroke

TERM_COLOURS = (
    "#8305bc",  # purple
    "#089301",  # green
    "#fe5184",  # pink
    "#89535d",  # mauve
    "#37a1ba",  # turquoise
    "#085205",  # dark green
    "#a771fd",  # lilac
    "#093e80",  # dark blue
    "#1222ff",  # blue
)
"""The colours of processes, found by search: each has a contrast of 3 with white, and the two nearest of them
are further apart than those of Okabe and Ito, with usual sight, without red and without green cones."""
HATCHES = ("", "///", "...", "xxx", "---")
"""The hatching of a band, by how often its species has had its colour before."""
_FAMILIES = {"car_t": BLUE, "tumour": VERMILLION}


@dataclass(frozen=True)
class Look:
    """What a name of a model looks like: a colour, the style of a line, the hatching of an area."""

    colour: str
    stroke: Stroke = STROKES[0]
    hatch: str = ""


def colours_of(model: Model) -> dict[str, str]:
    """The colour of each species, process, definition, observable and role of a model, as ``"#rrggbb"``.

    Text in one of them on white is better set in ``readable(colour)`` of `cartsim.plots.style`.

    Examples
    --------
    >>> import cartsim as cs
    >>> colours = colours_of(cs.models.barros_2021)
    >>> colours["T"], colours["tumour"], colours["killing"]
    ('#d55e00', '#d55e00', '#093e80')
    """
    return {name: look.colour for name, look in looks_of(model).items()}


def looks_of(model: Model) -> dict[str, Look]:
    """The look of each species, process, definition, observable and role of a model."""
    looks = {name: Look(colour) for name, colour in species_colours(model).items()}
    found = _looks_of_processes(model)
    free = _free([*(look.colour for look in looks.values()), *_reserved(model)])
    for i, name in enumerate([*model.observables, *model.definitions]):
        colour = ROLE_COLOURS.get(role_of(model, name) or "") or _behind(model, name, looks)
        found.setdefault(name, Look(colour or free[i % len(free)]))
    looks = {**found, **looks}
    for i, (role, text) in enumerate(model.roles.items()):
        own = ROLE_COLOURS.get(role)
        looks.setdefault(role, Look(own) if own else looks.get(text.strip(), Look(free[i % len(free)])))
    return looks


def species_colours(model: Model) -> dict[str, str]:
    """A colour for each species: that of its role; that of CAR-T cells or tumour for the first part of these
    that has no role of its own; of the others in their order, those first that are not yet taken."""
    found: dict[str, str] = {}
    for name in model.species:
        own = ROLE_COLOURS.get(role_of(model, name) or "")
        if own:
            found[name] = own
    for role, colour in _FAMILIES.items():
        if role in model.roles and colour not in found.values():
            parts = species_behind(model, role)
            first = next((name for name in model.species if name in parts and name not in found), None)
            if first is not None:
                found[first] = colour
    free = _free([*found.values(), *_reserved(model)])
    others = [name for name in model.species if name not in found]
    found |= {name: free[i % len(free)] for i, name in enumerate(others)}
    return {name: found[name] for name in model.species}


def distinct(looks: Sequence[Look]) -> list[Look]:
    """The looks of curves on one axis: as they are, but a colour or a line style that an earlier curve has
    gives way to the next free one, so that all can be told apart, in black and white too.

    Examples
    --------
    >>> [look.stroke for look in distinct([Look("#8305bc"), Look("#089301")])]
    ['-', (0, (5, 1.5))]
    """
    shown: list[Look] = []
    for look in looks:
        colours, strokes = [one.colour for one in shown], [one.stroke for one in shown]
        if look.colour in colours:
            palette = TERM_COLOURS if look.colour in TERM_COLOURS else COLOURS
            wanted = [one.colour for one in looks]
            look = replace(look, colour=next((c for c in palette if c not in colours + wanted), look.colour))
        if look.stroke in strokes:
            rarest = min(STROKES, key=lambda stroke: (strokes.count(stroke), STROKES.index(stroke)))
            look = replace(look, stroke=rarest)
        shown.append(look)
    return shown


def _behind(model: Model, name: str, looks: Mapping[str, Look]) -> str | None:
    """The colour of what `name` measures: its only species, or CAR-T cells or tumour alone; else None."""
    species = species_behind(model, name)
    if len(species) == 1:
        return looks[next(iter(species))].colour
    for role, colour in _FAMILIES.items():
        if species and role in model.roles and species <= species_behind(model, role):
            return colour
    return None


def _reserved(model: Model) -> list[str]:
    """The colours of all CAR-T cells and of the whole tumour, where the model has these roles."""
    return [colour for role, colour in _FAMILIES.items() if role in model.roles]


def _free(taken: Sequence[str]) -> list[str]:
    """The colours for what has no role: those not taken, then the others but for blue and vermillion."""
    unused = [colour for colour in COLOURS if colour not in taken]
    used = [colour for colour in COLOURS if colour in taken and colour not in _FAMILIES.values()]
    return [*unused, *used] or [BLACK]


def _looks_of_processes(model: Model) -> dict[str, Look]:
    looks: dict[str, Look] = {}
    moved = {name: set(process.stoichiometry) for name, process in model.processes.items()}
    for name in model.processes:
        beside = [looks[other].colour for other in looks if moved[other] & moved[name]]
        given = [look.colour for look in looks.values()]
        least = min(beside.count(colour) for colour in TERM_COLOURS)
        allowed = [colour for colour in TERM_COLOURS if beside.count(colour) == least]
        colour = min(allowed, key=given.count)
        again = beside.count(colour)
        looks[name] = Look(colour, STROKES[again % len(STROKES)], HATCHES[again % len(HATCHES)])
    return looks
