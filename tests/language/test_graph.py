"""The graph of a model: what flows, and the sign of every influence."""

from __future__ import annotations

import pytest

from cartsim.language.graph import Influence, graph, told
from cartsim.language.model import Model
from cartsim.language.parts import Process, Species


def sign_of(rate: str, **definitions: str) -> int:
    """The sign of the influence of B on a birth of A with this rate."""
    model = Model(
        "m",
        species={"A": Species(1e6), "B": Species(0.0)},
        parameters={"k": 2.0, "h": 3.0, "n": 2.0},
        definitions=definitions,
        processes={"p": Process("-> A", rate)},
    )
    (influence,) = graph(model).influences
    assert influence == Influence("B", "p", influence.sign)
    return influence.sign


# fmt: off
SIGNS = [
    ("k*A*B", 1), ("k*A/(h + B)", -1), ("hill(B, h, n)", 1), ("1 - hill(B, h, n)", -1), ("exp(-B)", -1),
    ("k*A*(1 - (A + B)/h)", -1), ("B*(h - B)", 0), ("B/(h + B**2)", 0), ("step(B - h)", 0), ("max(B, h)", 1),
    ("abs(B)", 1), ("k - B", -1), ("B - B", 0), ("t*B", 1),
]
# fmt: on


@pytest.mark.parametrize(("rate", "sign"), SIGNS)
def test_the_sign_is_that_of_the_slope(rate: str, sign: int) -> None:
    assert sign_of(rate) == sign


def test_the_slope_is_followed_through_definitions() -> None:
    assert sign_of("k*A/drug", drug="1 + inner", inner="B/h") == -1
    assert sign_of("inner - outer", inner="k*B", outer="inner") == 0  # they cancel
    assert sign_of("1/(1 + inner)", inner="1/(1 + B)") == 1


def test_what_a_process_moves_is_no_influence_and_a_catalyst_is() -> None:
    model = Model(
        "m",
        species={"A": 1, "C": 1},
        parameters={"k": 1},
        processes={"use": Process("A ->", "k*A"), "help": Process("C -> C + A", "k*C")},
    )
    found = graph(model)
    assert found.influences == (Influence("C", "help", 1),)
    assert found.arrows[1].sources == ()
    assert found.arrows[1].targets == (("A", 1.0),)


def test_a_process_that_changes_nothing_is_left_out() -> None:
    model = Model("m", species={"A": 1, "B": 1}, processes={"idle": Process("A -> A", "A*B")})
    assert graph(model).arrows == ()
    assert graph(model).influences == ()


def test_the_words_say_who_does_what() -> None:
    model = Model(
        "m",
        species={"A": 1, "B": 1, "C": 1},
        parameters={"k": 1},
        processes={"turn_over": Process("A -> B", "k*A*C"), "loss": Process("B ->", "k*B/(1 + A)")},
    )
    assert told(model, graph(model)) == (
        "Diagram of m: 3 species, 2 processes. turn over turns A into B, made faster by C. "
        "loss removes B, made slower by A."
    )
