"""Errors: what they derive from, the nearest name they offer, and that they travel between processes."""

from __future__ import annotations

import pickle

import pytest

import cartsim
from cartsim.language.errors import (
    ExpressionError,
    MissingExtraError,
    ModelError,
    SolveError,
    UnitError,
    UnknownNameError,
    nearest,
    shorten,
    suggestion,
)


@pytest.mark.parametrize("kind", [ModelError, ExpressionError, UnitError, UnknownNameError])
def test_a_wrong_question_is_a_value_error(kind: type[Exception]) -> None:
    assert issubclass(kind, ModelError)
    assert issubclass(kind, ValueError)


@pytest.mark.parametrize("kind", [MissingExtraError, SolveError])
def test_an_answer_that_cannot_be_computed_is_a_runtime_error(kind: type[Exception]) -> None:
    assert issubclass(kind, RuntimeError)
    assert not issubclass(kind, ValueError)


def test_an_unknown_name_is_a_key_error_whose_sentence_has_no_quotation_marks_around_it() -> None:
    assert isinstance(UnknownNameError("x"), KeyError)
    assert str(UnknownNameError("'gama' is unknown")) == "'gama' is unknown"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gama", "gamma"),
        ("GAMMA", "gamma"),
        ("c_t", "C_T"),
        ("tumor", "tumour"),
        ("zzzz", None),
        ("", None),
        (None, None),
        (5, None),
    ],
)
def test_the_nearest_name_is_the_one_that_was_meant(name: object, expected: str | None) -> None:
    assert nearest(name, ["gamma", "C_T", "tumour", "phi"]) == expected


def test_without_a_near_name_the_choice_is_shown_and_a_long_one_is_cut() -> None:
    assert suggestion("zzzz", ["a", "b", "a"], plural="species") == "; the species are a, b"
    assert suggestion("zzzz", [], plural="roles") == "; there are no roles"
    many = suggestion("zzzz", [f"k{i}" for i in range(1000)])
    assert many.endswith("k11, ...")


THINGS = ["x" * 10_000, ["a"] * 10_000, "\n" * 500, b"\x00" * 900, 10**3000, 10**5000]


@pytest.mark.parametrize("thing", THINGS, ids=["text", "list", "lines", "bytes", "integer", "huge integer"])
def test_anything_fits_into_a_sentence_once_it_is_shortened(thing: object) -> None:
    shown = shorten(thing)
    assert len(shown) <= 60
    assert "\n" not in shown


def test_a_short_thing_is_shown_whole() -> None:
    assert shorten("gamma") == "'gamma'"


def test_a_solve_error_keeps_where_it_stopped_when_it_is_pickled() -> None:
    error = SolveError("stopped", time=3.5, species="T", partial={"T": [1.0]})
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.time, again.species, again.partial) == ("stopped", 3.5, "T", {"T": [1.0]})


@pytest.mark.parametrize(
    "kind", [ModelError, ExpressionError, UnitError, UnknownNameError, MissingExtraError]
)
def test_every_other_error_can_be_pickled(kind: type[Exception]) -> None:
    again = pickle.loads(pickle.dumps(kind("a sentence")))
    assert type(again) is kind
    assert str(again) == "a sentence"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("simulat", "simulate"),
        ("model", "Model|models"),
        ("Dos", "Dose"),
        ("Spezies", "Species"),
        ("jion", "join"),
    ],
)
def test_a_misspelt_public_name_offers_the_right_one(written: str, meant: str) -> None:
    with pytest.raises(AttributeError, match=f"cartsim has no '{written}'; did you mean '({meant})'"):
        getattr(cartsim, written)
