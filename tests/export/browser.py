"""A real browser for tests of the page: it opens a file, runs JavaScript in it, and gives back numbers.

Playwright drives the Chromium of the system. Where one of the two is missing a test is skipped; but in CI, or
with ``CARTSIM_BROWSER=1``, it fails.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def missing(what: str) -> None:
    """Skip the test because `what` is missing; fail it where the browser must be there."""
    if os.environ.get("CI") or os.environ.get("CARTSIM_BROWSER") == "1":
        pytest.fail(f"{what}, and this run must test the page in a real browser")
    pytest.skip(f"{what}; with it, this test opens the page in a real browser")


class Window:
    """An open page.

    Attributes
    ----------
    page : playwright.sync_api.Page
    errors : list of str
        What went wrong in the page so far: exceptions that nobody caught, and errors on its console.
    """

    def __init__(self, page: Any) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda text: self.errors.append(text.text) if text.type == "error" else None)

    def run(self, script: str, argument: Any = None) -> Any:
        """What a JavaScript function (``"x => x + 1"``) or expression gives, as numbers, texts and lists."""
        return self.page.evaluate(script, argument)


class Browser:
    """A browser without a window on the screen."""

    def __init__(self, chromium: Any) -> None:
        self._chromium = chromium

    @contextmanager
    def window(self, path: Path, **settings: Any) -> Iterator[Window]:
        """Open a file; `settings` are those of a browser context (``viewport``, ``color_scheme``, ...)."""
        context = self._chromium.new_context(offline=True, **settings)
        try:
            opened = Window(context.new_page())
            opened.page.goto(path.resolve().as_uri())
            yield opened
        finally:
            context.close()


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser for some tests; see `missing` for where there is none."""
    program = next((found for found in map(shutil.which, PROGRAMS) if found), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed (pip install playwright)")
    if program is None:
        missing(f"no browser is installed (looked for {', '.join(PROGRAMS)})")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, headless=True, args=list(FLAGS))
        try:
            yield Browser(chromium)
        finally:
            chromium.close()
