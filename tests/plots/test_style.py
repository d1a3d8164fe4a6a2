"""The style: colours that can be told apart and read, and settings that end with their context."""

from __future__ import annotations

import matplotlib
import pytest

from cartsim.language.errors import UnknownNameError
from cartsim.plots import style
from cartsim.plots.quantities import default_names, quantities
from cartsim.plots.style import COLOURS, SIZES, STROKES, colours, contrast_with_white, readable
from cartsim.plots.words import axis_label, number, one_cell, pretty, spoken, unit_on_axis

from .cases import PATIENT, treated


def test_the_settings_end_with_the_context() -> None:
    before = dict(matplotlib.rcParams)
    with style("poster") as size:
        assert matplotlib.rcParams["font.size"] == size.font
        assert dict(matplotlib.rcParams) != before
    assert dict(matplotlib.rcParams) == before


def test_what_a_backend_switches_on_within_the_context_stays_on() -> None:
    """As a notebook's does when the first figure loads it; without it no later figure is shown."""
    with matplotlib.rc_context():
        matplotlib.interactive(False)
        with style():
            matplotlib.interactive(True)
        assert matplotlib.is_interactive()


def test_an_unknown_size_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'poster'"), style("posters"):
        pass


def test_the_colours_are_those_of_okabe_and_ito_without_the_yellow() -> None:
    if "okabe_ito" not in matplotlib.color_sequences:
        pytest.skip("this matplotlib does not carry the colours")
    theirs = {matplotlib.colors.to_hex(colour) for colour in matplotlib.color_sequences["okabe_ito"]}
    assert theirs - set(COLOURS) == {"#f0e442"}
    assert set(COLOURS) < theirs


@pytest.mark.parametrize("colour", COLOURS)
def test_text_in_the_colour_of_a_curve_is_readable(colour: str) -> None:
    assert contrast_with_white(readable(colour)) >= 4.5


def test_black_on_white_has_the_contrast_21() -> None:
    assert contrast_with_white("black") == pytest.approx(21)
    assert contrast_with_white("white") == pytest.approx(1)


def test_seven_curves_differ_in_colour_and_five_in_line_style() -> None:
    assert len(set(colours([None] * 7))) == 7
    assert len(set(STROKES)) == 5
    assert len(colours([None] * 20)) == 20


def test_letters_are_big_enough_for_the_last_row() -> None:
    assert SIZES["slide"].font >= 18
    assert SIZES["print"].font >= 8


@pytest.mark.parametrize(
    ("value", "text", "words"),
    [
        (0.0, "0", "0"),
        (1.0, "1", "1"),
        (1500.0, "1,500", "1,500"),
        (99_960.0, "10⁵", "100,000"),
        (2e6, "2×10⁶", "2 million"),
        (-2.5e9, "−2.5×10⁹", "minus 2.5 billion"),
        (1.2e-7, "1.2×10⁻⁷", "1.2e-07"),
    ],
)
def test_numbers_are_written_for_labels_and_for_screen_readers(value: float, text: str, words: str) -> None:
    assert number(value) == text
    assert spoken(value) == words


@pytest.mark.parametrize(
    ("unit", "shown"),
    [
        ("cell", "cells"),
        ("cell/day", "cells/day"),
        ("1/(cell*day)", "1/(cell·day)"),
        ("copies/ug", "copies/µg"),
        ("degC", "°C"),
        ("1", ""),
        ("", ""),
    ],
)
def test_units_are_written_as_readers_know_them(unit: str, shown: str) -> None:
    assert pretty(unit) == shown


@pytest.mark.parametrize("unit", ["pg/mL", "cell/uL", "1/day", "1e9 cell"])
def test_the_unit_on_an_axis_can_be_read_back(unit: str) -> None:
    assert unit_on_axis(axis_label("something", unit)) == pretty(unit)


def test_only_counts_know_one_cell() -> None:
    assert one_cell("cell") == 1.0
    assert one_cell("mg") is None
    assert one_cell("") is None


def test_the_usual_names_are_the_roles_or_else_the_species() -> None:
    assert default_names(PATIENT) == ["car_t", "tumour"]
    bare = treated().model.from_dict({**PATIENT.to_dict(), "roles": {}})
    assert default_names(bare) == ["C", "T", "I", "D"]


def test_equal_words_are_told_apart_by_their_names() -> None:
    words = [quantity.words for quantity in quantities(treated(), ["tumour", "T"])]
    assert words == ["tumour cells (tumour)", "tumour cells (T)"]
