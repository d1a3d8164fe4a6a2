"""The page in a real browser: by keys and for the ear, in the dark, on paper, on a phone, in a frame."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cartsim as cs
from tests.benchmarks.page_frames import DRAG
from tests.export.browser import Browser
from tests.export.reader import LAPTOP, PHONE, REST, opened, painted, typed

pytestmark = pytest.mark.slow

_CONTRAST = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const aside = element.closest("script, style, noscript, .unseen, svg");
    if (!own || !element.checkVisibility() || aside) continue;
    const ratio = Colours.contrast(rgb(getComputedStyle(element).color), rgb(ground(element)));
    const words = element.textContent.trim().slice(0, 30);
    if (ratio < 4.5) found.push(`${element.tagName}.${element.className} "${words}" ${ratio}`);
  }
  return found;
}"""

_NAMELESS = """() => [...document.querySelectorAll("input, select, button, canvas, svg")].filter((one) => {
  const said = (name) => one.getAttribute(name);
  return !(one.labels?.length || said("aria-label") || one.textContent.trim() || said("aria-hidden"));
}).map((one) => one.outerHTML.slice(0, 80))"""


# ------------------------------------------------------------------ keys and ears


def test_everything_is_reached_and_moved_by_keys(chromium: Browser, mouse: Path) -> None:
    with opened(chromium, mouse) as window:
        keys = window.page.keyboard
        reached = []
        for _ in range(60):
            keys.press("Tab")
            reached.append(window.run("document.activeElement.id || document.activeElement.textContent"))
        for wanted in (
            "pin",
            "log",
            "from",
            "to",
            "picture",
            "preset",
            "reset",
            "control-dose",
            "control-phi",
        ):
            assert wanted in reached, f"the Tab key never comes to {wanted}"
        window.page.focus("#tab-fluxes")
        for key, chosen in (("ArrowRight", "equations"), ("End", "about"), ("ArrowRight", "fluxes")):
            keys.press(key)
            assert window.run("document.activeElement.id") == f"tab-{chosen}"
            assert window.page.locator(f"#panel-{chosen}").is_visible()
        assert window.page.locator("[role=tab][aria-selected=true]").count() == 1


def test_arrows_on_the_picture_read_the_curves_at_a_time(chromium: Browser, mouse: Path) -> None:
    with opened(chromium, mouse) as window:
        window.page.focus("#picture")
        for key in ("Home", "ArrowRight", "ArrowRight"):
            window.page.keyboard.press(key)
        window.page.wait_for_timeout(200)
        assert window.page.inner_text("#cursor").startswith("day 2: tumour cells 2.24×10⁶")
        window.page.keyboard.press("End")
        window.page.wait_for_timeout(200)
        assert window.page.inner_text("#live").startswith("day 365: ")


def test_a_change_is_said_once_it_is_over(chromium: Browser, patient: Path) -> None:
    with opened(chromium, patient) as window:
        typed(window, "dose", "1e6")
        said = window.page.inner_text("#live")
        assert "CAR-T cells given 10⁶" in said or "10⁶ CAR-T cells given" in said
        assert "CRS, highest grade: 2" in said
        assert re.search(r"peak of the CAR-T cells: 1[78]\.\d billion cells", said)
        assert window.page.locator("#live").get_attribute("aria-live") == "polite"


def test_every_control_has_a_name_for_a_screen_reader(chromium: Browser, patient: Path) -> None:
    with opened(chromium, patient) as window:
        nameless = window.run(_NAMELESS)
        assert nameless == []
        ids = window.run("[...document.querySelectorAll('[id]')].map((one) => one.id)")
        assert len(ids) == len(set(ids))


# ------------------------------------------------------------------ dragging


def test_the_picture_follows_while_a_slider_is_dragged_and_ends_where_it_is_let_go(
    chromium: Browser, patient: Path
) -> None:
    """How quickly, `python -m tests.benchmarks page` measures."""
    with opened(chromium, patient) as window:
        before = window.run("Loop.frames()")
        window.run(DRAG, ["control-burden", 1.0])
        assert window.run("Loop.frames()") > before + 1
        window.page.wait_for_timeout(REST)
        field = window.page.locator("#control-burden").locator("xpath=..").locator("input.number")
        burden = float(field.input_value())
        assert burden != cs.patients.b_all().values["burden"]
        address = window.run("decodeURIComponent(window.location.hash)")
        assert float(re.search(r"burden=([^&]+)", address)[1]) == pytest.approx(burden, rel=1e-2)


# ------------------------------------------------------------------ light, paper, width, frame


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out_from_their_ground(chromium: Browser, patient: Path, scheme: str) -> None:
    with opened(chromium, patient, color_scheme=scheme) as window:
        assert window.run("document.documentElement.dataset.theme") == scheme
        window.page.click("#pin")
        typed(window, "dose", "1e7")
        for tab in ("fluxes", "equations", "table", "about"):
            window.page.click(f"#tab-{tab}")
            window.page.wait_for_timeout(REST)
            assert window.run(_CONTRAST) == []


def test_the_switch_between_light_and_dark_redraws_the_picture(chromium: Browser, mouse: Path) -> None:
    with opened(chromium, mouse, color_scheme="dark") as window:
        corner = "[...document.getElementById('picture').getContext('2d').getImageData(1, 1, 1, 1).data]"
        assert window.run(corner) == [21, 24, 28, 255]
        window.page.click("#theme")
        window.page.wait_for_timeout(REST)
        assert window.run(corner) == [255, 255, 255, 255]
        assert window.run("window.location.hash") == "#theme=light"


def test_on_paper_the_picture_and_the_settings_are_light_and_the_sliders_are_gone(
    chromium: Browser, patient: Path
) -> None:
    with opened(chromium, patient, color_scheme="dark") as window:
        typed(window, "dose", "1e7")
        window.page.evaluate("""() => { window.seen = null; window.addEventListener("beforeprint", () => {
          const c = document.getElementById("picture");
          window.seen = [...c.getContext("2d").getImageData(1, 1, 1, 1).data].slice(0, 3); }); }""")
        assert len(window.page.pdf(format="A4")) > 20_000
        assert window.run("window.seen") == [255, 255, 255]
        window.page.wait_for_timeout(REST)
        assert window.run("document.documentElement.dataset.theme") == "dark"  # and back again
        window.page.emulate_media(media="print")
        for hidden in (".controls", ".toolbar", ".tabs", "#theme"):
            assert window.page.locator(hidden).is_hidden(), hidden
        assert "10⁷" in window.page.inner_text("#settings")
        assert "Illustrative, not for clinical use." in window.page.inner_text("footer")
        assert "calibrated" in window.page.inner_text("#footer-source")


@pytest.mark.parametrize("viewport", [LAPTOP, PHONE, {"width": 820, "height": 1180}])
def test_nothing_is_wider_than_the_screen(chromium: Browser, patient: Path, viewport: dict[str, int]) -> None:
    with opened(chromium, patient, viewport=viewport) as window:
        window.page.click("#pin")
        typed(window, "dose", "1e7")
        for tab in ("fluxes", "equations", "table", "about"):
            window.page.click(f"#tab-{tab}")
            window.page.wait_for_timeout(REST)
            assert window.run("document.documentElement.scrollWidth - window.innerWidth") <= 0, tab


def test_on_a_phone_the_picture_stays_in_view_while_a_slider_is_moved(
    chromium: Browser, patient: Path
) -> None:
    with opened(chromium, patient, viewport=PHONE, has_touch=True, is_mobile=True) as window:
        window.page.locator("#control-HB_0").scroll_into_view_if_needed()
        window.page.evaluate("document.getElementById('control-HB_0').scrollIntoView({block: 'end'})")
        window.page.wait_for_timeout(200)
        box = window.page.locator("#picture").bounding_box()
        assert box is not None
        assert 0 <= box["y"] < 5
        assert 200 < box["height"] < 0.6 * PHONE["height"]
        assert painted(window, "picture") > 5000


def test_it_works_inside_the_frame_of_a_learning_platform(
    chromium: Browser, mouse: Path, tmp_path: Path
) -> None:
    outer = tmp_path / "platform.html"
    frame = f'<iframe sandbox="allow-scripts" width="900" height="700" src="{mouse.as_uri()}"></iframe>'
    outer.write_text(f"<!doctype html><title>platform</title>{frame}", encoding="utf-8")
    with chromium.window(outer, viewport=LAPTOP) as window:
        window.page.wait_for_timeout(REST)
        inner = window.page.frames[1]
        inner.locator("#pin").click()
        inner.locator("#control-dose").focus()
        window.page.keyboard.press("PageUp")
        window.page.wait_for_timeout(REST)
        assert inner.locator("#changed").inner_text().startswith("Compared with A: ")
        assert window.errors == []
