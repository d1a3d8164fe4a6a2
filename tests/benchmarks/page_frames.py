"""The page without Python: frames while the full teaching patient is dragged, and what a year of it costs.

In a real headless chromium, which must be installed; without a graphics card, so a laptop is quicker. A frame
is counted when the page has solved the model and painted the picture. The yardstick of the ratios is a year
of the same patient by `cs.simulate`, taken in turn with a year by the page's own solver.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import cartsim as cs
from tests.export.browser import Window, browser

from .timing import Row, in_turn

FRAMES = 20.0
"""Frames a second that are wanted at least."""
SCREENS = {"laptop": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}
DRAG = """async ([id, seconds]) => {
  const range = document.getElementById(id), start = performance.now(), before = Loop.frames();
  for (let n = 0; performance.now() - start < 1000 * seconds; n++) {
    await new Promise(requestAnimationFrame);
    range.value = 300 + (7 * n) % 500;
    range.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return (1000 * (Loop.frames() - before)) / (performance.now() - start);
}"""


def measure(rounds: int = 7) -> list[Row]:
    """The rows; the ratio of the page's year is to that of `cs.simulate`."""
    patient = cs.patients.b_all()
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        path = cs.export.html(patient, Path(folder) / "page.html")
        rows: list[Row] = []
        for name, screen in SCREENS.items():
            with chromium.window(path, viewport=screen) as window:
                window.page.wait_for_timeout(1500)
                rows.append(_dragged(window, name, rounds))
                if name == "laptop":
                    rows[:0] = _solved(window, patient, rounds)
    return rows


def _dragged(window: Window, screen: str, rounds: int) -> Row:
    frames = np.array([window.run(DRAG, ["control-burden", 2.0]) for _ in range(rounds)])
    said = f"{np.median(frames):.0f} a second ({frames.min():.0f} to {frames.max():.0f}); target {FRAMES:.0f}"
    return Row(f"a frame while dragging, {screen}", 1000.0 / frames, note=said)


def _solved(window: Window, patient: cs.Model, rounds: int) -> Iterator[Row]:
    calls = {
        "a year by cs.simulate": lambda: cs.simulate(patient, until=365),
        "a year by window.cartsim.run": lambda: window.run("() => { window.cartsim.run({}); return 0; }"),
    }
    seconds = in_turn(calls, rounds)
    yardstick, page = seconds.values()
    yield Row("a year by cs.simulate", 1e3 * yardstick)
    yield Row("a year by window.cartsim.run", 1e3 * page, page / yardstick, note="with the call from outside")
