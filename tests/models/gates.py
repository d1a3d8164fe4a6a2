"""Gates for every published model: each returns the faults of a model (or of its page) as sentences."""

from __future__ import annotations

import math
import re

import numpy as np

import cartsim as cs
from cartsim.language.compile import Compiled, compiled
from cartsim.language.events import starts
from cartsim.language.expression import parse
from cartsim.language.tree import substitute, symbols
from cartsim.language.units import parse_unit

DERIVATIVE = re.compile(r"^d(\w+)/dt += (.+)$", re.MULTILINE)
DEFINITION = re.compile(r"^(\w+) += (.+)$", re.MULTILINE)
HEADINGS = ("Equations", "Source", "Population", "Source trace", "Assumptions and deviations")


def equations_section(page: str) -> str:
    """The part of a page under its heading "Equations"."""
    match = re.search(
        r"^Equations[^\n]*\n-+\n(.*?)(?=^[A-Z][^\n]*\n-{3,}\n|\Z)", page, re.MULTILINE | re.DOTALL
    )
    return re.sub(r"\n {6,}", " ", match[1]) if match else ""


def witness_faults(model: cs.Model, page: str, *, points: int = 20, seed: int = 1) -> list[str]:
    """The equations as the paper prints them against the sum of the processes, at random points."""
    section = equations_section(page)
    printed = {name: parse(text) for name, text in DERIVATIVE.findall(section)}
    defined = {name: parse(text) for name, text in DEFINITION.findall(section)}
    faults = [f"the page has no equation for {name!r}" for name in model.species if name not in printed]
    faults += [
        f"the page has an equation for {name!r}, which is no species"
        for name in printed
        if name not in model.species
    ]
    if faults:
        return faults
    for _ in range(len(defined)):
        printed = {name: substitute(tree, defined) for name, tree in printed.items()}
    known = {*model.species, *model.parameters, *model.definitions, "t"}
    for name, tree in printed.items():
        faults += [f"the equation for {name!r} uses {used!r}" for used in symbols(tree) if used not in known]
    if faults:
        return faults
    generator = np.random.default_rng(seed)
    functions = compiled(model.structure)
    magnitudes = np.array([_magnitude(model, name) for name in model.species])
    for _ in range(points):
        y = magnitudes * 10 ** generator.uniform(-3, 1, len(magnitudes))
        values = np.array([v * generator.uniform(0.5, 2.0) for v in model.values.values()])
        t = float(generator.uniform(0, 40))
        found = functions.right_hand_side(values.tolist())(t, y)
        trees = list(printed.values())
        wanted = functions.evaluate(trees, np.array([t]), y[:, None], values[:, None])
        scale = _gross(model, functions, t, y, values)
        for name, ours, theirs in zip(
            printed, [found[list(model.species).index(n)] for n in printed], wanted, strict=True
        ):
            if not abs(ours - theirs[0]) <= 1e-10 * scale[name] + 1e-300:
                faults.append(f"d{name}/dt is {ours:.12g} by the processes and {theirs[0]:.12g} by the page")
        if faults:
            break
    return faults


def _magnitude(model: cs.Model, name: str) -> float:
    initial = model.species[name].initial
    return initial if isinstance(initial, float) and initial > 0 else 1.0


def _gross(
    model: cs.Model, functions: Compiled, t: float, y: np.ndarray, values: np.ndarray
) -> dict[str, float]:
    """The sum of the sizes of all rates that touch a species: what rounding errors are measured by."""
    rates = functions.evaluate(
        list(model.structure.rates.values()), np.array([t]), y[:, None], values[:, None]
    )
    by_name = {name: abs(rate[0]) for name, rate in zip(model.processes, rates, strict=True)}
    return {
        species: sum(by_name[p] for p, changes in model.structure.stoichiometry if species in dict(changes))
        + 1e-300
        for species in model.species
    }


def page_faults(page: str) -> list[str]:
    """The fixed headings of a model's page."""
    return [
        f"the page has no heading {h!r}"
        for h in HEADINGS
        if not re.search(rf"^{h}[^\n]*\n-+\n", page, re.MULTILINE)
    ]


def unit_faults(model: cs.Model) -> list[str]:
    """A published model may not have bare numbers."""
    groups = {"species": model.species, "parameter": model.parameters}
    return [
        f"{kind} {name!r} has no unit"
        for kind, parts in groups.items()
        for name, part in parts.items()
        if not part.unit
    ]


def source_faults(model: cs.Model) -> list[str]:
    """Every number has a meaning and a source; the model has a reference."""
    faults = [f"parameter {n!r} has no source" for n, p in model.parameters.items() if not p.source.strip()]
    for kind in ("species", "parameters", "processes"):
        faults += [
            f"{kind} {n!r} has no meaning"
            for n, part in getattr(model, kind).items()
            if not part.meaning.strip()
        ]
    faults += [f"variant {n!r} has no source" for n, v in model.variants.items() if not v.source.strip()]
    if model.source is None or not re.match(r"10\.\d{4,}/", model.source.doi):
        faults.append("the model has no source with a DOI")
    elif not model.source.confidence:
        faults.append("the source does not say where the numbers were read")
    return faults


def dose_faults(model: cs.Model, *, until: float = 60.0) -> list[str]:
    """A dose of CAR-T cells must change the CAR-T cells, and the tumour where there is one."""
    if "car_t" not in model.roles:
        return ["the model has no role 'car_t'"]
    if "infused" not in model.roles:
        return []
    unit = parse_unit(model.species[model.role("infused")].unit or "1")
    size = 1e8 / unit.scale
    plain = model.without_events()
    at = np.linspace(model.start, model.start + until, 61)
    given = plain.with_events(cs.Dose(size, into="infused", at=model.start))
    untreated, treated = cs.simulate(plain, at[-1], at=at), cs.simulate(given, at[-1], at=at)
    return [
        f"a dose of {size:g} leaves {role!r} as it was"
        for role in ("car_t", "tumour")
        if role in model.roles and np.allclose(untreated[role], treated[role], rtol=1e-6, atol=0)
    ]


def finite_faults(model: cs.Model, *, days: float = 200.0) -> list[str]:
    """Nothing that can be asked of a run is ever not-a-number, and no amount is negative."""
    last = max([starts(e) or 0.0 for e in model.events], default=0.0)
    run = cs.simulate(model, max(last, model.start) + days)
    faults = [f"{name!r} is not finite" for name in run.names if not np.isfinite(run[name]).all()]
    for name in model.species:
        if run[name].min() < -1e-6 * max(1e-30, run[name].max()):
            faults.append(f"{name!r} falls to {run[name].min():g}")
        if math.isclose(run[name].max(), 0.0) and math.isclose(run[name].min(), 0.0) and model.events:
            faults.append(f"{name!r} stays at zero although something is given")
    return faults


def conservation_faults(model: cs.Model) -> list[str]:
    """What flows from one species into another is neither multiplied nor lost on the way."""
    faults = []
    for name, process in model.processes.items():
        same_unit = len({model.species[s].unit for s in process.stoichiometry}) == 1
        if process.reactants and process.products and same_unit and sum(process.stoichiometry.values()):
            faults.append(f"process {name!r}, {process.flow!r}, does not conserve what flows")
    return faults
