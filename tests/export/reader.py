"""A reader of a page in tests: opens it, types numbers, reads read-outs, and sees that nothing went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.export.browser import Browser, Window

LAPTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
REST = 900  # milliseconds after which everything slow has followed
_PAINTED = """id => {
  const canvas = document.getElementById(id);
  const d = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let n = 0;
  for (let i = 4; i < d.length; i += 4) n += d[i] !== d[0] || d[i + 1] !== d[1] || d[i + 2] !== d[2];
  return n;
}"""


@contextmanager
def opened(chromium: Browser, path: Path, fragment: str = "", **settings: Any) -> Iterator[Window]:
    """The page at rest; nothing may go wrong in it, and it may ask for no file but itself."""
    settings.setdefault("viewport", LAPTOP)
    with chromium.window(path, **settings) as window:
        asked: list[str] = []
        window.page.on("request", lambda request: asked.append(request.url))
        window.page.goto("about:blank")
        window.page.goto(path.resolve().as_uri() + fragment)
        window.page.wait_for_timeout(REST)
        yield window
        assert window.errors == []
        assert [url for url in asked if not url.startswith(("file:", "about:", "blob:"))] == []
        assert len({url.partition("#")[0] for url in asked if url.startswith("file:")}) == 1


def typed(window: Window, control: str, text: str) -> None:
    """Type a number into the field of a control."""
    window.page.locator(f"#control-{control}").locator("xpath=..").locator("input.number").fill(text)
    window.page.keyboard.press("Enter")
    window.page.wait_for_timeout(REST)


def readout(window: Window, words: str) -> list[str]:
    """The cells of a row of read-outs."""
    row = window.page.locator("#readouts-body tr").filter(has_text=words).first
    return [str(text) for text in row.locator("td").all_inner_texts()]


def painted(window: Window, canvas: str) -> int:
    """How many pixels of a canvas are not paper."""
    return int(window.run(_PAINTED, canvas))
