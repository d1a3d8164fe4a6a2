"""The equations as a picture: aligned, inside the figure, and all of them there."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest
from matplotlib.axes import Axes

import cartsim as cs
from cartsim.plots.equations import equations


def sum_of(terms: int) -> cs.Model:
    """A model whose right-hand side is that long."""
    return cs.Model(
        "long",
        species={"T": 1, "C": 1},
        parameters={f"k_{i}": 1 for i in range(terms + 5)},
        definitions={"act": "T/(k_1 + T)"},
        observables={"both": "T + C"},
        processes={
            **{f"p{i}": cs.Process("-> T", f"k_{i}*T*C/(k_{i} + T)") for i in range(terms)},
            "death": cs.Process("T ->", "act*T"),
        },
    )


LONG, SHORTER = sum_of(25), sum_of(12)
"""Both are broken into several lines."""
ONE_TERM = cs.Model(
    "product",
    species={"T": 1},
    parameters={f"parameter_{i}": 1 for i in range(60)},
    processes={"p": cs.Process("-> T", "*".join(f"parameter_{i}" for i in range(60)))},
)


def inside(ax: Axes) -> bool:
    ax.figure.canvas.draw()
    frame = ax.get_window_extent()
    texts = [text.get_window_extent() for text in ax.texts]
    return all((frame.min <= t.min).all() and (t.max <= frame.max).all() for t in texts)


@pytest.mark.parametrize("name", ["barros_2021", "hardiansyah_2019", "leon_triana_2020"])
def test_every_equation_of_the_shelf_is_there_and_nothing_leaves_the_figure(name: str) -> None:
    model = getattr(cs.models, name)
    ax = equations(model)
    assert inside(ax)
    left = {text.get_gid()[9:] for text in ax.texts if (text.get_gid() or "").startswith("equation:")}
    assert left == {*model.species, *model.definitions, *model.observables}


@pytest.mark.slow
@pytest.mark.parametrize("model", [LONG, ONE_TERM], ids=lambda model: model.name)
def test_long_right_hand_sides_stay_inside(model: cs.Model) -> None:
    assert inside(equations(model))


def broken(ax: Axes) -> list[str]:
    """The lines that go on from the one above."""
    return [text.get_text() for text in ax.texts if text.get_text().startswith((r"$+\,", r"$-\,"))]


@pytest.mark.slow
def test_long_lines_are_broken_at_a_sign() -> None:
    ax = equations(LONG)
    lines = [text.get_text() for text in ax.texts]
    assert len(broken(ax)) >= 2
    assert sum(line.count("k_{24}") for line in lines) == 2


def test_the_equals_signs_stand_in_one_column() -> None:
    ax = equations(SHORTER)
    assert broken(ax)
    columns = {round(text.get_position()[0], 6) for text in ax.texts if text.get_text() == "$=$"}
    assert len(columns) == 1


def test_definitions_stand_below_under_where_and_outputs_under_observed() -> None:
    ax = equations(SHORTER)
    heights = {text.get_text(): text.get_position()[1] for text in ax.texts}
    act = next(h for text, h in heights.items() if text.startswith(r"$\mathrm{act}"))
    both = next(h for text, h in heights.items() if text.startswith(r"$\mathrm{both}"))
    assert heights["where"] > act > heights["observed"] > both


def test_the_letters_of_a_small_model_are_large() -> None:
    assert equations(cs.models.barros_2021).texts[0].get_fontsize() >= 24.0


@pytest.mark.parametrize("model", [SHORTER, pytest.param(LONG, marks=pytest.mark.slow)])
def test_lines_do_not_overlap(model: cs.Model) -> None:
    ax = equations(model)
    ax.figure.canvas.draw()
    extents = [text.get_window_extent() for text in ax.texts]
    for i, a in enumerate(extents):
        for b in extents[i + 1 :]:
            width, height = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
            assert width <= 1.0 or height <= 1.0


@pytest.mark.slow
def test_it_draws_into_given_axes() -> None:
    _, ax = plt.subplots(figsize=(5, 3), layout="constrained")
    assert equations(LONG, ax=ax) is ax
    assert inside(ax)


def test_the_description_holds_the_equations_as_text() -> None:
    ax = equations(cs.models.barros_2021)
    assert "dT/dt = r*T*(1 - b*T) - gamma*C_T*T" in ax.get_label()
    assert ax.get_gid() == "told"


def test_it_refuses_what_is_no_model() -> None:
    with pytest.raises(cs.ModelError, match="equations are drawn of a Model"):
        equations({"T": 1})
