"""The picture of a model, measured with the renderer: what is drawn, where, and that it can be read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

import cartsim as cs
from cartsim.plots.diagram import diagram

LOGISTIC = cs.Model(
    "logistic",
    species={"T": cs.Species(1e6, "cell", "tumour cells")},
    parameters={"r": cs.Parameter(0.1, "1/day"), "K": cs.Parameter(1e9, "cell")},
    processes={"growth": cs.Process("-> T", "r*T*(1 - T/K)")},
)
STUDENT = cs.Model(
    "student",
    species={"C": cs.Species(1e6, meaning="CAR-T cells"), "T": cs.Species(1e8, meaning="tumour cells")},
    parameters={"r": 0.1, "K": 1e9, "k": 1e-8, "p": 0.5, "h": 1e7, "d": 0.1},
    processes={
        "growth": cs.Process("-> T", "r*T*(1 - T/K)"),
        "killing": cs.Process("T ->", "k*C*T"),
        "expansion": cs.Process("-> C", "p*C*T/(h + T)"),
        "death": cs.Process("C ->", "d*C"),
    },
    roles={"tumour": "T", "car_t": "C"},
)
ODD = cs.Model(
    "odd",
    species={"A": 1, "B": 1, "C": 1, "D": 1, "alone": 1},
    parameters={"k": 1, "h": 2},
    processes={
        "binding": cs.Process("A + B -> C", "k*A*B"),
        "splitting": cs.Process("C -> 2 D", "k*C*B/(h + B**2)"),
        "mutual_destruction": cs.Process("C + D ->", "k*C*D"),
        "arrival": cs.Process("-> A + B", "k"),
        "catalysis": cs.Process("D -> D + A", "k*D"),
    },
)
BUSY = cs.Model(
    "busy",
    species={"X": 1, "Y": 1},
    parameters={"k": 1},
    processes={
        **{f"gain_number_{i}": cs.Process("-> X", "k*Y") for i in range(6)},
        **{f"loss_number_{i}": cs.Process("X ->", "k*X") for i in range(6)},
    },
)
RING = cs.Model(
    "ring",
    species={f"S{i}": cs.Species(1, meaning=f"the cells of kind number {i}") for i in range(11)},
    parameters={"k": 1},
    processes={
        **{
            f"turning_{i}": cs.Process(f"S{i} -> S{(i + 1) % 11}", f"k*S{i}*S{(i + 4) % 11}")
            for i in range(11)
        },
        **{f"long_word_{i}": cs.Process(f"-> S{i}", f"k/(1 + S{(i + 6) % 11})") for i in range(0, 11, 2)},
    },
)
HOSTILE = cs.Model(
    "hostile",
    species={
        "T": cs.Species(1, meaning=r"a $\frac{ <b> & 50% _x^2"),
        "t_e_s_t": cs.Species(1, meaning="x" * 90),
    },
    parameters={"k": 1},
    processes={"p" * 40: cs.Process("T -> t_e_s_t", "k*T")},
)
MODELS = {model.name: model for model in (LOGISTIC, STUDENT, ODD, BUSY, RING, HOSTILE)}
HEAVY = [pytest.param(name, marks=pytest.mark.slow) for name in ("ring", "hardiansyah_2019")]
NAMES = [*(name for name in MODELS if name != "ring"), "barros_2021", *HEAVY]


@lru_cache
def drawn(name: str) -> tuple[Axes, dict[str, Bbox]]:
    """The axes and, by gid, the pixels that each named thing takes."""
    ax = diagram(MODELS[name] if name in MODELS else getattr(cs.models, name))
    ax.figure.canvas.draw()
    artists = [*ax.texts, *ax.patches]
    return ax, {a.get_gid(): a.get_window_extent() for a in artists if a.get_gid()}


def within(outer: Bbox, inner: Bbox) -> bool:
    return bool((outer.min <= inner.min).all() and (inner.max <= outer.max).all())


def apart(a: Bbox, b: Bbox) -> bool:
    return bool((a.max <= b.min).any() or (b.max <= a.min).any())


def kinds(extents: dict[str, Bbox], *starts: str) -> Iterator[Bbox]:
    return (extent for name, extent in extents.items() if name.startswith(starts))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_no_box_or_name_overlaps_another(name: str) -> None:
    _, extents = drawn(name)
    solid = list(kinds(extents, "box:", "plate:"))
    assert len(solid) >= 1
    assert all(apart(a, b) for a, b in combinations(solid, 2))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_inside_the_axes_and_overlaps_no_other(name: str) -> None:
    ax, _ = drawn(name)
    texts = [text.get_window_extent() for text in ax.texts]
    assert all(within(ax.get_window_extent(), text) for text in texts)
    assert all(apart(a, b) for a, b in combinations(texts, 2))


@pytest.mark.parametrize("name", NAMES)
def test_every_word_fits_into_its_box_or_plate(name: str) -> None:
    ax, extents = drawn(name)
    frames = list(kinds(extents, "box:", "plate:"))
    key = {text for text in ax.texts if text.get_ha() == "left"}
    words = [text.get_window_extent() for text in ax.texts if text not in key]
    assert all(sum(within(frame, word) for frame in frames) == 1 for word in words)


@pytest.mark.parametrize("name", NAMES)
def test_every_species_process_and_influence_is_drawn(name: str) -> None:
    ax, extents = drawn(name)
    model = MODELS[name] if name in MODELS else getattr(cs.models, name)
    assert {gid[4:] for gid in extents if gid.startswith("box:")} == set(model.species)
    assert {gid[6:] for gid in extents if gid.startswith("plate:")} == set(model.processes)
    flows = {line.get_gid()[5:] for line in ax.lines if (line.get_gid() or "").startswith("flow:")}
    assert flows == set(model.processes)


@pytest.mark.parametrize("name", [*NAMES[:4], "barros_2021", HEAVY[1]])
def test_the_letters_are_large_enough_for_a_slide(name: str) -> None:
    ax, _ = drawn(name)
    assert min(text.get_fontsize() for text in ax.texts) >= 7.5


def test_the_influences_of_barros_2021_are_those_of_its_equations() -> None:
    ax, _ = drawn("barros_2021")
    pulls = {line.get_gid() for line in ax.lines if (line.get_gid() or "").startswith("pull:")}
    assert pulls == {"pull:T:recall", "pull:T:suppression", "pull:C_T:memory_formation", "pull:C_T:killing"}


def test_the_key_explains_only_what_occurs() -> None:
    def key(name: str) -> list[str]:
        return [text.get_text() for text in drawn(name)[0].texts if text.get_ha() == "left"]

    assert key("logistic") == ["is newly made"]
    assert key("student") == ["is newly made", "leaves or dies", "makes faster"]
    assert key("odd")[-1] == "faster or slower"


def test_numbers_other_than_one_stand_with_the_name() -> None:
    texts = [text.get_text() for text in drawn("odd")[0].texts]
    assert "splitting\nC → 2 D" in texts


def test_the_meaning_of_a_species_is_never_read_as_mathematics() -> None:
    texts = "".join(text.get_text() for text in drawn("hostile")[0].texts)
    assert r"$\frac{" in texts


def test_the_description_names_every_process_and_what_drives_it() -> None:
    words = drawn("student")[0].get_label()
    assert words.startswith("Diagram of student: 2 species, 4 processes.")
    assert "killing removes T, made faster by C." in words
    assert "expansion adds C, made faster by T." in words
    assert drawn("student")[0].get_gid() == "told"


def test_the_same_model_gives_the_same_picture() -> None:
    pixels = []
    for _ in range(2):
        figure = diagram(STUDENT).figure
        figure.canvas.draw()
        pixels.append(np.asarray(figure.canvas.buffer_rgba()).copy())
    assert np.array_equal(*pixels)


def test_it_draws_into_given_axes_and_leaves_the_others_alone() -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
    assert diagram(STUDENT, ax=left) is left
    figure.canvas.draw()
    frame = left.get_window_extent()
    assert all(within(frame, text.get_window_extent()) for text in left.texts)
    assert not right.texts


def test_it_refuses_what_is_no_model() -> None:
    with pytest.raises(cs.ModelError, match="a diagram is drawn of a Model, not of 'T'"):
        diagram("T")
