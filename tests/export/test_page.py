"""The page in a real browser, as a reader uses it: sliders, pins, presets, addresses, and what goes wrong."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import cartsim as cs
from cartsim.export.html import html
from cartsim.language.model import Model
from tests.export.browser import Browser
from tests.export.reader import REST, opened, painted, readout, typed
from tests.export.test_html import HOSTILE, hostile

pytestmark = pytest.mark.slow


# ------------------------------------------------------------------ from nothing to a comparison


def test_two_doses_are_compared_with_two_clicks_and_a_number(chromium: Browser, patient: Path) -> None:
    with opened(chromium, patient) as window:
        page = window.page
        before = readout(window, "CAR-T cells peak on day")
        page.click("text=Pin this curve")
        assert "Pinned as A. Now move a slider" in page.inner_text("#changed")
        typed(window, "dose", "1e6")
        assert page.locator("#readouts-head th").all_inner_texts()[1:] == ["now", "A"]
        now, pinned = readout(window, "CAR-T cells peak on day")
        assert [pinned] == before
        assert float(now) > float(pinned) + 3
        assert page.inner_text("#changed").startswith("Compared with A: ")
        assert page.locator("#pins input").input_value() == "dose 10⁸ cells"
        page.click("text=Pin this curve")
        assert page.locator("#pins li").count() == 3  # now, A and B
        page.click("[aria-label='set sliders as for A']")
        page.wait_for_timeout(REST)
        assert page.locator("#control-dose").get_attribute("aria-valuetext") == "100 million cells"
        page.click("text=Take all pins away")
        assert page.locator("#pins").is_hidden()


def test_a_slider_moves_the_run_and_the_arrow_leads_back(chromium: Browser, mouse: Path) -> None:
    with opened(chromium, mouse) as window:
        page = window.page
        before = readout(window, "peak of the CAR-T cells")
        page.focus("#control-dose")
        page.keyboard.press("PageDown")
        page.wait_for_timeout(REST)
        assert readout(window, "peak of the CAR-T cells") != before
        assert "dose" in page.evaluate("Object.keys(State.state.values)")
        page.click("[aria-label^='CAR-T cells given: back to']")
        page.wait_for_timeout(REST)
        assert readout(window, "peak of the CAR-T cells") == before
        assert page.evaluate("Object.keys(State.state.values)") == []


def test_what_is_typed_wrongly_is_answered_in_a_sentence(chromium: Browser, mouse: Path) -> None:
    with opened(chromium, mouse) as window:
        note = window.page.locator("#control-phi").locator("xpath=..").locator(".note")
        typed(window, "phi", "many")
        assert note.inner_text() == "“many” is not a number; write for example 0.265."
        typed(window, "phi", "1e9")
        assert note.inner_text() == "This goes from 0.0265 1/day to 2.65 1/day; it is now 2.65 1/day."
        typed(window, "phi", "0,3")
        assert note.is_hidden()
        assert window.run("State.state.values.phi") == 0.3


@pytest.mark.parametrize(
    ("text", "number"),
    [("2e8", 2e8), ("2×10⁸", 2e8), ("2*10^8", 2e8), ("1,000,000", 1e6), ("10⁻³", 1e-3), ("−3", -3.0)],
)
def test_numbers_are_read_as_people_write_them(
    chromium: Browser, mouse: Path, text: str, number: float
) -> None:
    with opened(chromium, mouse) as window:
        assert window.run("text => Numbers.typed(text)", text) == pytest.approx(number, rel=1e-12)


def test_a_preset_is_chosen_and_reset_leads_back(chromium: Browser, mouse: Path) -> None:
    with opened(chromium, mouse) as window:
        page = window.page
        assert page.evaluate("State.state.preset") == 1  # the first with CAR-T cells
        page.select_option("#preset", label="HDLM-2, four doses of 0.5e6 CAR-T cells, a week apart")
        page.wait_for_timeout(REST)
        assert "the first of 4 doses" in page.inner_text("#groups")
        typed(window, "r", "0.2")
        page.uncheck("#curve-tumour")
        page.click("#reset")
        page.wait_for_timeout(REST)
        state = page.evaluate("State.state")
        assert (state["preset"], state["values"], state["curves"]) == (1, {}, ["tumour", "car_t"])
        assert page.evaluate("window.location.hash") == ""


# ------------------------------------------------------------------ address


def test_the_address_holds_what_was_chosen_and_gives_it_back(chromium: Browser, patient: Path) -> None:
    with opened(chromium, patient) as window:
        page = window.page
        page.select_option("#preset", label="without lymphodepletion")
        typed(window, "dose", "5e7")
        page.click("text=Pin this curve")
        page.fill("#pins input", "half; a&b=c|d ½")
        page.keyboard.press("Enter")
        typed(window, "r_T", "0.1")
        page.check("#curve-il6")
        page.select_option("#log", "0")
        page.fill("#from", "0")
        page.fill("#to", "60")
        page.keyboard.press("Enter")
        page.click("#tab-equations")
        page.wait_for_timeout(REST)
        fragment, before = page.evaluate("window.location.hash"), page.evaluate("State.state")
        shown = readout(window, "CAR-T cells peak on day")
    with opened(chromium, patient, fragment) as window:
        after = window.run("State.state")
        assert after == {**before, "head": after["head"]}
        assert before["values"] == {"dose": 5e7, "r_T": 0.1}
        assert before["view"] == [0, 60]
        assert before["pins"][0]["label"] == "half; a&b=c|d ½"
        assert readout(window, "CAR-T cells peak on day") == shown


def test_a_wrong_address_is_answered_and_the_page_still_shows(chromium: Browser, mouse: Path) -> None:
    with opened(chromium, mouse, "#gama=3&curves=nothing&pin=x&log=1") as window:
        said = window.page.inner_text("#alert")
        assert "gama = 3, which means nothing on this page" in said
        assert "a pinned curve in the address, x," in said
        assert painted(window, "picture") > 2000


def test_a_later_end_makes_the_run_longer(chromium: Browser, mouse: Path) -> None:
    with opened(chromium, mouse) as window:
        window.page.fill("#to", "500")
        window.page.keyboard.press("Enter")
        window.page.wait_for_timeout(REST)
        assert window.run("Loop.whole()") == [0, 500]
        assert window.run("window.location.hash") == "#until=500"
        assert readout(window, "CAR-T cells last until day") == ["> 458"]  # from the dose on day 42


def test_dragging_over_the_picture_zooms_and_a_double_click_leads_back(
    chromium: Browser, mouse: Path
) -> None:
    with opened(chromium, mouse) as window:
        mice, box = window.page.mouse, window.page.locator("#picture").bounding_box()
        assert box is not None
        mice.move(box["x"] + 200, box["y"] + 200)
        mice.down()
        mice.move(box["x"] + 300, box["y"] + 200)
        mice.up()
        window.page.wait_for_timeout(REST)
        first, last = window.run("State.state.view")
        assert 0 < first < last < 365
        window.page.dblclick("#picture", position={"x": 250, "y": 200})
        assert window.run("State.state.view") is None


# ------------------------------------------------------------------ failures


def test_a_run_that_fails_says_so_and_leaves_the_last_curve(chromium: Browser, tmp_path: Path) -> None:
    bursting = Model(
        "bursting",
        species={"x": cs.Species(1.0)},
        parameters={"k": cs.Parameter(0.01)},
        processes={"growth": cs.Process("-> x", "k*x*x")},
    )
    with opened(chromium, html(bursting, tmp_path / "page.html", until=50)) as window:
        assert window.page.locator("#alert").is_hidden()
        typed(window, "k", "0.1")
        said = window.page.inner_text("#alert")
        assert "'bursting' could not be solved beyond day 10" in said
        assert painted(window, "picture") > 500
        typed(window, "k", "0.01")
        assert window.page.locator("#alert").is_hidden()


def test_a_model_without_units_words_or_roles_has_a_page(chromium: Browser, tmp_path: Path) -> None:
    bare = Model(
        "bare",
        species={"constructor": 5.0, "log_": 0.0},
        parameters={"preset": 0.3, "toString": -1.0},
        processes={"hasOwnProperty": cs.Process("constructor -> log_", "preset*constructor*(toString + 2)")},
        time="hour",
    )
    with opened(chromium, html(bare, tmp_path / "page.html", until=20)) as window:
        assert window.page.locator("#readouts").is_hidden()
        typed(window, "preset", "0.1")
        assert "#.preset=0.1" in window.run("window.location.hash")
        assert window.run("cartsim.run({preset: 0.1}, {at: [0, 10]})")["constructor"][1] == pytest.approx(
            5 * math.exp(-1), rel=1e-4
        )
        assert painted(window, "picture") > 500
        assert painted(window, "flux") > 500


def test_hostile_words_are_shown_as_words(chromium: Browser, tmp_path: Path) -> None:
    with opened(chromium, html(hostile(), tmp_path / "page.html", until=10)) as window:
        for tab in ("equations", "table", "about", "fluxes"):
            window.page.click(f"#tab-{tab}")
            window.page.wait_for_timeout(REST)
        assert window.page.locator("img").count() == 0
        assert window.page.inner_text("h1").split() == HOSTILE.split()
