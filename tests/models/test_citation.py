"""References as text and as BibTeX."""

from __future__ import annotations

import pytest

import cartsim as cs
from cartsim.models import INDEX

PAPER = cs.Source(
    authors="Barros LRC, Paixao EA, et al.",
    year=2021,
    title="A model of 50% & more",
    journal="Cancers",
    volume="13",
    pages="1-9",
    doi="10.1/x",
)
MODEL = cs.Model("cited", species={"A": 1}, source=PAPER)


def test_the_text_has_authors_year_title_journal_and_doi() -> None:
    assert cs.cite(MODEL).text == (
        "Barros LRC, Paixao EA, et al. (2021). A model of 50% & more. Cancers 13:1-9. doi:10.1/x."
    )


def test_the_bibtex_spells_initials_and_escapes_what_latex_would_read() -> None:
    bibtex = cs.cite(MODEL).bibtex
    assert "author  = {Barros, L. R. C. and Paixao, E. A. and others}" in bibtex
    assert r"50\% \& more" in bibtex
    assert "pages   = {1--9}" in bibtex
    assert bibtex.count("{") == bibtex.count("}")


def test_events_and_other_numbers_leave_the_reference_as_it_is() -> None:
    treated = MODEL.with_values(A=2).with_events(cs.Dose(1, into="A", at=0))
    assert cs.cite(treated) == cs.cite(MODEL)


def test_a_model_without_source_says_how_to_give_it_one() -> None:
    with pytest.raises(cs.ModelError, match="no source to cite"):
        cs.cite(cs.Model("mine", species={"A": 1}))


def test_what_is_not_a_model_is_refused() -> None:
    with pytest.raises(cs.ModelError, match="cite takes a model"):
        cs.cite("barros_2021")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", INDEX)
def test_every_model_of_the_shelf_can_be_cited(name: str) -> None:
    model = getattr(cs.models, name)
    citation = cs.cite(model)
    assert model.source is not None
    assert str(model.source.year) in citation.text
    assert f"@article{{{name}," in citation.bibtex
    assert model.source.doi in citation.bibtex
