"""Every kind of picture at every purpose: letters are read there, nothing is cut off, no texts overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import pytest

import cartsim as cs
from cartsim.plots.artists import figure_of, font_size
from cartsim.plots.save import _at_size
from cartsim.plots.style import SIZES, settings, size_for

from .crowded import faults, seen

P = cs.plots


@lru_cache
def mouse() -> cs.Trajectory:
    return cs.simulate(cs.models.barros_2021.with_events(cs.Dose(1.5e6, into="C_T", at=42)), until=200)


@lru_cache
def mice() -> cs.Ensemble:
    model = cs.models.barros_2021
    doses = {f"{d:.0e} cells": model.with_events(cs.Dose(d, into="C_T", at=42)) for d in (1e4, 1e5, 2e6)}
    return cs.simulate(doses, until=150)


@lru_cache
def patient() -> cs.Trajectory:
    return cs.simulate(cs.patients.b_all(), until=90)


@lru_cache
def cohort() -> cs.Ensemble:
    return cs.simulate(cs.cohort(cs.patients.b_all(), n=12, seed=1), until=90)


@lru_cache
def two() -> cs.Ensemble:
    doses = {"low": cs.patients.b_all(dose=1e7), "high": cs.patients.b_all(dose=2e8)}
    return cs.simulate(doses, until=60)


KINDS: dict[str, Callable[[str], Any]] = {
    "plot": lambda f: P.plot(mouse(), for_=f),
    "plot of processes": lambda f: P.plot(mouse(), ["killing", "tumour_growth"], for_=f),
    "plot of doses": lambda f: P.plot(mice(), for_=f),
    "plot of a patient": lambda f: P.plot(patient(), ["car_t", "il6", "temperature"], for_=f),
    "fluxes": lambda f: P.fluxes(mouse(), "C_T", for_=f),
    "fluxes as bands": lambda f: P.fluxes(mouse(), "C_T", relative=True, for_=f),
    "diagram": lambda f: P.diagram(cs.models.barros_2021, for_=f),
    "equations": lambda f: P.equations(cs.models.stein_2019, for_=f),
    "fan": lambda f: P.fan(cohort(), "tumour", for_=f),
    "spaghetti": lambda f: P.spaghetti(cohort(), "car_t", for_=f),
    "groups": lambda f: P.groups(cohort(), by=cohort().array("tumour")[:, -1] < 1.0, for_=f),
    "dashboard": lambda f: P.dashboard(patient(), for_=f),
    "journey": lambda f: P.journey(patient(), for_=f),
    "phases": lambda f: P.phases(patient(), for_=f),
    "traffic light": lambda f: P.traffic_light(patient(), for_=f),
    "traffic lights": lambda f: P.traffic_light(cohort(), for_=f),
    "compare": lambda f: P.compare(two(), for_=f),
    "survival": lambda f: P.survival(cohort(), for_=f),
    "swimmer": lambda f: P.swimmer(cohort(), for_=f),
    "waterfall": lambda f: P.waterfall(cohort(), for_=f),
    "distribution": lambda f: P.distribution(cohort(), "cmax", for_=f),
    "chance of cure": lambda f: P.chance_of_cure(for_=f),
}


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def drawn_faults(figure: Any, for_: str) -> list[str]:
    """As `faults`, without the numbers of axes that are switched off."""
    off = {
        str(t.get_text())
        for ax in figure.axes
        if not ax.axison
        for t in ax.get_xticklabels() + ax.get_yticklabels()
    }
    return [fault for fault in faults(figure, for_) if not any(repr(text) in fault for text in off)]


@pytest.mark.slow
@pytest.mark.parametrize("for_", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_letters_are_read_there_and_stand_clear(kind: str, for_: str) -> None:
    figure = figure_of(KINDS[kind](for_))
    assert drawn_faults(figure, for_) == []
    assert figure.get_figwidth() == SIZES[for_].width
    assert min(font_size(text) for text in seen(figure)) >= SIZES[for_].least - 0.05


@pytest.mark.slow
@pytest.mark.parametrize(("made", "saved"), [("slide", "poster"), ("slide", "print"), ("poster", "slide")])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "plot of a patient"])
def test_a_figure_that_is_saved_for_another_purpose_stands_clear_too(
    kind: str, made: str, saved: str
) -> None:
    figure = figure_of(KINDS[kind](made))
    with plt.rc_context(settings(size_for(saved))), _at_size(figure, saved, made):
        assert drawn_faults(figure, saved) == []
        assert min(font_size(text) for text in seen(figure)) >= SIZES[saved].least - 0.05


def test_letters_are_to_the_width_as_on_a_slide() -> None:
    ratios = {name: size.font / size.width for name, size in SIZES.items()}
    assert ratios == pytest.approx(dict.fromkeys(SIZES, ratios["slide"]), rel=0.01)
    assert SIZES["print"].least >= 7.0


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_an_svg_holds_its_words_as_text(kind: str, tmp_path: Path) -> None:
    figure = figure_of(KINDS[kind]("slide"))
    P.save(figure, tmp_path / "a.svg")
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    names = "{http://www.w3.org/2000/svg}"
    texts = " ".join(" ".join("".join(node.itertext()).split()) for node in root.iter(f"{names}text"))
    said = [text.get_text() for text in seen(figure) if "$" not in text.get_text()]
    words = {word for text in said for word in text.split() if word.isalpha() and len(word) > 3}
    assert len(words) >= (1 if kind == "equations" else 3)
    assert {word for word in words if word not in texts} == set()
    glyphs = [node for node in root.iter() if "DejaVu" in (node.get("id") or "")]
    assert glyphs == []
