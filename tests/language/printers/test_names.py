"""How names are read as symbols with subscripts."""

from __future__ import annotations

import pytest

from cartsim.language.errors import ExpressionError
from cartsim.language.printers.names import GREEK, kind, split_name


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("T", ("T", ())),
        ("C_T", ("C", ("T",))),
        ("rho", ("rho", ())),
        ("rho_C", ("rho", ("C",))),
        ("rhoC", ("rho", ("C",))),
        ("tau_0", ("tau", ("0",))),
        ("x_a_b", ("x", ("a", "b"))),
        ("k1", ("k", ("1",))),
        ("k1_max", ("k", ("1", "max"))),
        ("kB2", ("k", ("B2",))),
        ("gB", ("g", ("B",))),
        ("KBC", ("K", ("BC",))),
        ("C50", ("C", ("50",))),
        ("beta", ("beta", ())),
        ("theta2", ("theta", ("2",))),
        ("lambda_", ("lambda", ())),
        ("r__max", ("r", ("max",))),
        ("IL6", ("IL6", ())),
        ("IFNg", ("IFNg", ())),
        ("CAR_T", ("CAR", ("T",))),
        ("CD19", ("CD19", ())),
        ("EC50_rho", ("EC50", ("rho",))),
        ("Tt", ("Tt", ())),
        ("alphabet", ("alphabet", ())),
    ],
)
def test_a_name_splits_into_symbol_and_subscripts(name: str, parts: tuple[str, tuple[str, ...]]) -> None:
    assert split_name(name) == parts


@pytest.mark.parametrize("name", list(GREEK))
def test_a_greek_name_is_one_letter_with_or_without_a_subscript(name: str) -> None:
    assert kind(name) == "greek"
    assert split_name(name) == (name, ())
    assert split_name(name + "_1") == split_name(name + "1") == (name, ("1",))


def test_pieces_are_set_by_kind() -> None:
    pieces = ["gamma", "0", "50", "T", "BC", "EP", "IL", "max", "C2", "KBC"]
    kinds = ["greek", "number", "number", "letters", "letters", "letters", "word", "word", "word", "word"]
    assert [kind(piece) for piece in pieces] == kinds


@pytest.mark.parametrize(
    "name", ["", "_", "_x", "1x", "a b", "a-b", r"\alpha", "a}b", "<b>", "a&b", "ä", "T\n"]
)
def test_what_is_not_an_identifier_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(ExpressionError, match="cannot be printed; a name begins with a letter"):
        split_name(name)
