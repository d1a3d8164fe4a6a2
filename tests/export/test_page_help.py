"""What the page tells on request: the notes beside names, the list of words, the diagram of a small model."""

from __future__ import annotations

from pathlib import Path

import pytest

import cartsim as cs
from cartsim.plots.colours_of_terms import colours_of
from cartsim.questions.glossary import entries
from tests.export.browser import Browser
from tests.export.reader import LAPTOP, PHONE, REST, opened

pytestmark = pytest.mark.slow

_RATIOS = """() => [...document.querySelectorAll("#diagram .told")].map((group) => {
  const box = group.querySelector("rect").getBoundingClientRect();
  return [...group.querySelectorAll("text")].map((text) => text.getBoundingClientRect().width / box.width);
}).flat()"""
_SPILLS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def words_of(term: str) -> str:
    (entry,) = (entry for entry in entries() if entry.term == term)
    return entry.words


def test_a_slider_tells_its_meaning_its_source_and_the_words_in_it(chromium: Browser, patient: Path) -> None:
    burden = cs.patients.b_all().parameters["burden"]
    settings = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    with opened(chromium, patient, **settings) as window:
        page, note = window.page, window.page.locator("#note")
        page.tap("[aria-label='about tumour cells at leukapheresis']")
        said = note.inner_text()
        assert burden.meaning[1:] in said
        assert burden.source[1:] in said
        assert words_of("leukapheresis") in said
        box = note.bounding_box()
        assert box is not None
        assert (box["x"], round(box["width"])) == (0, PHONE["width"])
        assert box["y"] + box["height"] == pytest.approx(PHONE["height"], abs=1)
        page.tap("#picture")
        assert note.is_hidden()


def test_notes_open_and_close_by_keys_and_give_the_focus_back(chromium: Browser, patient: Path) -> None:
    with opened(chromium, patient) as window:
        page, keys, note = window.page, window.page.keyboard, window.page.locator("#note")
        for place, told in (
            ("[aria-label='about CAR-T cells']", words_of("CAR-T cell")),
            ("#readouts-body button:has-text('fewest tumour cells')", words_of("nadir")),
            ("[aria-label='about CAR-T cells given']", words_of("dose")),
        ):
            page.locator(place).first.focus()
            keys.press("Enter")
            assert told in note.inner_text()
            keys.press("Escape")
            assert note.is_hidden()
            assert page.locator(place).first.evaluate("one => document.activeElement === one")
        assert note.evaluate("one => one.getAttribute('role')") == "dialog"


def test_a_note_stands_within_the_window_beside_what_was_asked(chromium: Browser, patient: Path) -> None:
    with opened(chromium, patient) as window:
        buttons = window.page.locator("#groups .ask:visible, #readouts .name:visible").all()[::5]
        assert len(buttons) > 5
        for button in buttons:
            button.click()
            box = window.page.locator("#note").bounding_box()
            assert box is not None
            assert min(box["x"], box["y"]) >= 0
            assert box["x"] + box["width"] <= LAPTOP["width"]
            assert box["y"] + box["height"] <= LAPTOP["height"]
            window.page.keyboard.press("Escape")


def test_the_list_of_words_is_that_of_python_and_leads_on(chromium: Browser, patient: Path) -> None:
    with opened(chromium, patient) as window:
        page = window.page
        page.click("[aria-label='about CAR-T cells given']")
        page.click("[aria-label='dose in the list of words']")
        page.wait_for_timeout(REST)
        assert page.locator("#panel-words").is_visible()
        assert page.evaluate("document.activeElement.id") == "word-dose"
        assert words_of("dose") in page.inner_text("#word-dose")
        page.fill("#find-word", "tocilizumab")
        shown = page.locator(".word:visible dt").all_inner_texts()
        assert "tocilizumab" in shown
        assert "dose" not in shown
        page.fill("#find-word", "")
        page.click("#word-IL-6 button:has-text('interleukin 6')")
        page.wait_for_timeout(REST)
        assert "il6" in window.run("State.state.curves")


def test_the_words_of_another_disease_are_not_on_the_page(
    chromium: Browser, patient: Path, mouse: Path
) -> None:
    with opened(chromium, patient, "#tab=words") as window:
        terms = set(window.page.locator("#words dt").all_inner_texts())
    assert {"leukaemia", "CRS", "half-life", "solver"} <= terms
    assert not {"myeloma", "glioma"} & terms
    with opened(chromium, mouse, "#tab=words") as window:
        terms = set(window.page.locator("#words dt").all_inner_texts())
    assert {"memory cell", "half-life"} <= terms
    assert not {"CRS", "ICE score", "leukaemia"} & terms


@pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_the_diagram_has_every_species_and_process_in_its_colour(
    chromium: Browser, mouse: Path, viewport: dict[str, int]
) -> None:
    model = cs.models.barros_2021
    with opened(chromium, mouse, "#tab=equations", viewport=viewport, color_scheme="light") as window:
        page = window.page
        page.wait_for_timeout(REST)
        assert page.locator("#diagram .told").count() == len(model.species) + len(model.processes)
        killing = page.locator("#diagram .told", has_text="killing")
        term = page.locator("#system [data-process='killing']").first
        colour = killing.locator("rect").get_attribute("stroke")
        assert colour == colours_of(model)["killing"]
        assert term.evaluate("one => getComputedStyle(one).borderBottomColor") == page.evaluate(
            "hex => `rgb(${Colours.rgb(hex).join(', ')})`", colour
        )
        assert max(window.run(_RATIOS)) < 1  # words stay inside their boxes
        assert window.run(_SPILLS) <= 0
        killing.focus()
        page.keyboard.press("Enter")
        assert model.processes["killing"].rate in page.inner_text("#note")


def test_a_large_model_has_no_diagram_and_a_term_tells_about_itself(chromium: Browser, patient: Path) -> None:
    model = cs.patients.b_all()
    with opened(chromium, patient) as window:
        assert window.page.locator("#diagram svg").count() == 0
        assert window.page.inner_text("#tab-equations") == "Equations and numbers"
        term = window.page.locator("#equation .term").first
        process = str(term.get_attribute("data-process"))
        term.click()
        assert model.processes[process].rate in window.page.inner_text("#note")
