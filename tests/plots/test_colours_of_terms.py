"""One colour for a term, its arrow, its band and its curve: they agree, and neighbours can be told apart."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from numpy.typing import NDArray

import cartsim as cs
from cartsim.models import INDEX
from cartsim.plots.artists import with_gid
from cartsim.plots.bands import bands_of
from cartsim.plots.colours_of_terms import TERM_COLOURS, Look, colours_of, distinct, looks_of
from cartsim.plots.style import BLUE, COLOURS, VERMILLION, contrast_with_white, readable

Array = NDArray[np.float64]

RED_BLIND = [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
]
GREEN_BLIND = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
"""Machado, Oliveira, Fernandes 2009, doi:10.1109/TVCG.2009.113, severity 1; for linear sRGB."""
SHELF = [n if n == "sahoo_2020" else pytest.param(n, marks=pytest.mark.slow) for n in INDEX]


def hub(n: int) -> cs.Model:
    """A species that `n` processes make."""
    made = {f"p{i}": cs.Process("-> A", "k") for i in range(n)}
    return cs.Model("hub", species={"A": 1.0}, parameters={"k": 1.0}, processes=made)


@lru_cache
def run_of(name: str) -> cs.Trajectory:
    model = getattr(cs.models, name)
    if "infused" in model.roles:
        model = model.with_events(cs.Dose(1e6, into=model.roles["infused"], at=1))
    return cs.simulate(model, until=20, at=np.linspace(0, 20, 41))


@pytest.mark.parametrize("name", SHELF)
def test_term_arrow_and_head_of_every_process_have_its_colour(name: str) -> None:
    model = getattr(cs.models, name)
    wanted = colours_of(model)
    drawn = cs.plots.diagram(model)
    arrows = {line.get_gid()[5:]: to_hex(line.get_color()) for line in with_gid(drawn.lines, "flow:")}
    heads = {head.get_gid()[5:]: to_hex(head.get_facecolor()) for head in with_gid(drawn.patches, "head:")}
    assert arrows == heads == {process: wanted[process] for process in model.processes}
    terms: dict[str, set[str]] = {}
    for text in with_gid(cs.plots.equations(model).texts, "term:"):
        terms.setdefault(text.get_gid().split(":")[2], set()).add(text.get_color())
    assert terms.pop("", {"#222222"}) == {"#222222"}  # of definitions and observables
    assert terms == {process: {readable(wanted[process])} for process in model.processes}


@pytest.mark.parametrize("name", SHELF)
def test_box_and_left_side_of_every_species_have_its_colour(name: str) -> None:
    model = getattr(cs.models, name)
    wanted = colours_of(model)
    boxes = {
        b.get_gid()[4:]: to_hex(b.get_edgecolor()) for b in with_gid(cs.plots.diagram(model).patches, "box:")
    }
    assert boxes == {species: wanted[species] for species in model.species}
    left = {t.get_gid()[9:]: t.get_color() for t in with_gid(cs.plots.equations(model).texts, "equation:")}
    assert {species: left[species] for species in model.species} == {
        species: readable(wanted[species]) for species in model.species
    }


@pytest.mark.parametrize("name", SHELF)
def test_bands_and_curves_of_processes_have_their_colours(name: str) -> None:
    run = run_of(name)
    wanted = colours_of(run.model)
    seen = set()
    for species in run.model.species:
        for band in bands_of(cs.plots.fluxes(run, species, log=False)):
            process = band.get_gid().split(":")[1]
            assert to_hex(band.get_facecolor()[0]) == wanted[process]
            seen.add(process)
    assert len(seen) >= 0.5 * len(run.model.processes)
    for process in list(run.model.processes)[:3]:
        (line,) = with_gid(cs.plot(run, process, log=False).lines, "curve:")
        assert line.get_color() == wanted[process]
    for species in list(run.model.species)[:2]:
        (line,) = with_gid(cs.plot(run, species, log=False).lines, "curve:")
        assert line.get_color() == wanted[species]


@pytest.mark.parametrize(
    "model", [*(getattr(cs.models, n) for n in INDEX), cs.patients.b_all()], ids=lambda m: m.name
)
def test_processes_that_change_the_same_species_differ_in_colour(model: cs.Model) -> None:
    wanted = colours_of(model)
    for species in model.species:
        beside = [n for n, p in model.processes.items() if species in p.stoichiometry]
        assert len({wanted[n] for n in beside}) == len(beside)


def test_where_a_species_has_more_processes_than_there_are_colours_line_and_hatching_differ() -> None:
    looks = list(looks_of(hub(25)).values())
    processes = [look for look in looks if look.colour in TERM_COLOURS]
    assert len(set(processes)) == 25
    assert {look.hatch for look in processes[:9]} == {""}
    assert {look.hatch for look in processes[9:18]} == {"///"}
    run = cs.simulate(hub(12), until=1)
    hatches = [band.get_hatch() for band in bands_of(cs.plots.fluxes(run, "A", log=False))]
    assert hatches.count("///") == 3


def test_the_colours_depend_on_the_order_in_the_model_alone() -> None:
    barros = cs.models.barros_2021
    assert colours_of(barros) == colours_of(barros.with_values(phi=0.1))
    assert [colours_of(hub(3))[f"p{i}"] for i in range(3)] == list(TERM_COLOURS[:3])


def test_no_process_looks_like_car_t_cells_or_the_tumour() -> None:
    colours = colours_of(cs.patients.b_all())
    assert (colours["car_t"], colours["tumour"]) == (BLUE, VERMILLION)
    assert not {BLUE, VERMILLION} & {colours[name] for name in cs.patients.b_all().processes}
    assert not set(TERM_COLOURS) & set(COLOURS)


def test_curves_on_one_axis_never_share_colour_or_stroke() -> None:
    shown = distinct([Look(TERM_COLOURS[0]), Look(TERM_COLOURS[1]), Look(TERM_COLOURS[0])])
    assert shown[0] == Look(TERM_COLOURS[0])
    assert shown[1].colour == TERM_COLOURS[1]
    assert len({look.colour for look in shown}) == len({look.stroke for look in shown}) == 3


def seen_by(colour: str, cones: Array) -> Array:
    """The colour in Oklab (Ottosson 2020), as eyes with these cones see it."""
    rgb = np.array(to_rgb(colour))
    linear = np.clip(cones @ np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4), 0, 1)
    to_cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    to_lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.asarray(to_lab @ np.cbrt(to_cones @ linear))


@pytest.mark.parametrize(
    "cones", [np.eye(3), np.array(RED_BLIND), np.array(GREEN_BLIND)], ids=["usual", "red", "green"]
)
def test_the_colours_of_processes_are_further_apart_than_those_of_okabe_and_ito(cones: Array) -> None:
    def nearest(colours: tuple[str, ...]) -> float:
        return min(
            float(np.linalg.norm(seen_by(a, cones) - seen_by(b, cones))) for a, b in combinations(colours, 2)
        )

    assert nearest(TERM_COLOURS) > nearest(COLOURS)


def test_every_line_is_seen_on_white() -> None:
    assert min(contrast_with_white(colour) for colour in TERM_COLOURS) >= 3.0
