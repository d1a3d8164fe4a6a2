"""The glossary: every word is explained once, and every name that it points to exists."""

from __future__ import annotations

import re

import pytest

import cartsim as cs
from cartsim.language.roles import ROLES
from cartsim.questions.glossary import Entry, Glossary, Help, entries, help, where_in
from cartsim.questions.needs import NEEDS

ENTRIES = entries()
NAMES = [name for entry in ENTRIES for name in (entry.term, *entry.also)]
each = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.term)


def found(word: str) -> Help:
    answer = help(word)
    assert isinstance(answer, Help)
    return answer


@each
def test_an_entry_points_only_to_what_there_is(entry: Entry) -> None:
    terms = {other.term for other in ENTRIES}
    assert set(entry.roles) <= ROLES.keys()
    assert set(entry.readouts) <= NEEDS.keys()
    assert set(entry.see) <= terms - {entry.term}


@each
def test_an_entry_is_a_sentence_in_plain_words(entry: Entry) -> None:
    assert re.match(r"[A-Z]", entry.words)
    assert entry.words.endswith(".")
    assert 20 < len(entry.words) < 260


def test_no_word_is_explained_twice() -> None:
    lower = [name.lower() for name in NAMES]
    assert sorted(set(lower)) == sorted(lower)


@pytest.mark.parametrize("name", NAMES)
def test_every_spelling_finds_its_entry(name: str) -> None:
    entry = found(name.upper()).entry
    assert name in (entry.term, *entry.also)


def test_roles_and_readouts_are_answered_too() -> None:
    assert found("crs_grade").entry.term == "CRS"
    assert found("terminal_half_life").entry.term in ("persistence", "half-life")


def test_a_word_is_told_where_the_model_has_it() -> None:
    told = str(found("CRS"))
    assert told.startswith("CRS (cytokine release syndrome), in grade\n")
    assert "in the teaching patient: the role 'temperature' (Temp), in degC" in told
    mouse = cs.models.barros_2021
    (tumour,) = where_in(found("tumour burden").entry, mouse)
    assert tumour == "in 'barros_2021': the role 'tumour' (T), in cell"
    assert where_in(found("CRS").entry, mouse) == ()


def test_it_shows_itself_in_a_notebook_with_its_texts_escaped() -> None:
    hostile = Help(Entry("<b>", "a & b <script>", "g"), ("x < y",))
    page = hostile._repr_html_()
    assert "<script>" not in page
    assert "a &amp; b &lt;script&gt;" in page
    assert "x &lt; y" in page


def test_without_a_word_all_are_listed() -> None:
    listed = help()
    assert isinstance(listed, Glossary)
    told = " ".join(str(listed).split())
    assert [entry.term for entry in ENTRIES if entry.term not in told] == []
    assert listed._repr_html_().count("<tr>") == len(ENTRIES)


def test_a_misspelt_word_is_answered_with_the_right_one() -> None:
    with pytest.raises(cs.UnknownNameError, match="did you mean 'lymphodepletion'"):
        help("lymphodepletoin")
    with pytest.raises(cs.ModelError, match="must be a text"):
        help(3)  # type: ignore[arg-type]
