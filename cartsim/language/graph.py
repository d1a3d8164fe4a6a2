"""A model as a graph: what flows from where to where, and which species speed it up or slow it down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .compile import compiled
from .derivative import differentiate
from .model import Model
from .tree import ZERO, Expression, symbols

Array = NDArray[np.float64]

_POINTS = 400
_DECADES = 1.5
_NOISE = 1e-10  # an effect this small beside the rate is what rounding leaves


@dataclass(frozen=True)
class Arrow:
    """One process: species and how many of each it removes (`sources`) and adds (`targets`)."""

    process: str
    sources: tuple[tuple[str, float], ...]
    targets: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Influence:
    """A species in the rate of a process that leaves its amount alone.

    `sign` is +1 if more of it always means faster, -1 if slower, and 0 if that depends or is not known.
    """

    species: str
    process: str
    sign: int


@dataclass(frozen=True)
class Graph:
    """The species, arrows and influences of a model, in the model's order."""

    species: tuple[str, ...]
    arrows: tuple[Arrow, ...]
    influences: tuple[Influence, ...]


def graph(model: Model) -> Graph:
    """The graph of a model; a process that changes nothing is left out.

    Examples
    --------
    >>> from cartsim.language.parts import Process
    >>> killing = {"killing": Process("T ->", "k*C*T")}
    >>> graph(Model("m", species={"C": 1, "T": 1}, parameters={"k": 1}, processes=killing)).influences
    (Influence(species='C', process='killing', sign=1),)
    """
    structure = model.structure
    arrows = []
    influences = []
    slopes = _signs(model)
    for process, changes in structure.stoichiometry:
        if not changes:
            continue
        sources = tuple((name, -number) for name, number in changes if number < 0)
        targets = tuple((name, number) for name, number in changes if number > 0)
        arrows.append(Arrow(process, sources, targets))
        moved = {name for name, _ in changes}
        influences += [
            Influence(name, process, slopes[process, name])
            for name in structure.species
            if (process, name) in slopes and name not in moved
        ]
    return Graph(structure.species, tuple(arrows), tuple(influences))


def told(model: Model, shown: Graph) -> str:
    """The graph in sentences, for those who cannot see its picture.

    Examples
    --------
    >>> from .parts import Process
    >>> killing = Process("T ->", "k*C*T")
    >>> model = Model("m", species={"C": 1, "T": 1}, parameters={"k": 1}, processes={"killing": killing})
    >>> told(model, graph(model))
    'Diagram of m: 2 species, 1 process. killing removes T, made faster by C.'
    """
    count = len(shown.arrows)
    sentences = [
        f"Diagram of {model.name}: {len(shown.species)} species, {count} process{'' if count == 1 else 'es'}."
    ]
    how = {1: "made faster by", -1: "made slower by", 0: "depending on"}
    for arrow in shown.arrows:
        sources, targets = (", ".join(name for name, _ in side) for side in (arrow.sources, arrow.targets))
        does = f"adds {targets}" if not sources else f"turns {sources} into {targets}"
        does = does if targets else f"removes {sources}"
        pulls = [i for i in shown.influences if i.process == arrow.process]
        because = ""
        for sign, words in how.items():
            names = ", ".join(pull.species for pull in pulls if pull.sign == sign)
            because += f", {words} {names}" if names else ""
        sentences.append(f"{arrow.process.replace('_', ' ')} {does}{because}.")
    return " ".join(sentences)


def _signs(model: Model) -> dict[tuple[str, str], int]:
    """The sign of the slope of each process' rate in each species that the rate uses, directly or not.

    The derivatives are exact; their signs are read at many positive states, spread over decades around the
    sizes that the model itself mentions.
    """
    structure = model.structure
    evaluator = compiled(structure)
    t, y, p = _states(model)
    slopes: dict[tuple[str, str], Array] = {}
    uses: dict[str, set[str]] = {}

    def value(tree: Expression) -> Array:
        return evaluator.evaluate([tree], t, y, p)[0]

    for name, tree in {**structure.definitions, **structure.rates}.items():
        named = symbols(tree)
        inner = [used for used in named if used in structure.definitions]
        uses[name] = {used for used in named if used in structure.species}.union(
            *(uses[used] for used in inner)
        )
        outer = {used: value(differentiate(tree, used)) for used in inner}
        for species in structure.species:
            if species not in uses[name]:
                continue
            partial = differentiate(tree, species)
            total = np.zeros_like(t) if partial == ZERO else value(partial)
            for used in inner:
                if species in uses[used]:
                    total = total + outer[used] * slopes[used, species]
            slopes[name, species] = total
    place = {name: i for i, name in enumerate(structure.species)}
    rates = {name: value(tree) for name, tree in structure.rates.items()}
    return {
        (name, species): _sign(slope, slope * y[place[species]], rates[name])
        for (name, species), slope in slopes.items()
        if name in rates
    }


def _sign(slopes: Array, effects: Array, rates: Array) -> int:
    """The sign that all slopes share, or 0; `effects` are the slopes times the amount of the species."""
    with np.errstate(invalid="ignore"):
        real = np.isfinite(slopes) & (np.abs(effects) > _NOISE * np.abs(rates))
    known = slopes[real]
    if known.size == 0 or (known.min() < 0.0 < known.max()):
        return 0
    return 1 if known[0] > 0.0 else -1


def _states(model: Model) -> tuple[Array, Array, Array]:
    """Times (n,), states (n_species, n) and parameters (n_parameters, 1) at which slopes are read."""
    random = np.random.default_rng(20210612)
    values = list(model.values.values())
    start = compiled(model.structure).initial(model, values)
    mentioned = np.abs([*start, *values, 1.0])
    mentioned = mentioned[(mentioned > 1e-30) & (mentioned < 1e30)]
    sizes = np.unique([*mentioned, *(1.0 / mentioned)])  # a ceiling may be written as 1 - b*T
    shape = (len(model.species), _POINTS)
    y = random.choice(sizes, shape) * 10.0 ** random.uniform(-_DECADES, _DECADES, shape)
    t = model.start + 10.0 ** random.uniform(-1.0, 2.0, _POINTS)
    return t, y, np.array(values).reshape(-1, 1)
