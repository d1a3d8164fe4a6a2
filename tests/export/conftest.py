"""A browser, and two pages that many tests open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import cartsim as cs
from cartsim.export.html import html
from tests.export.browser import Browser, browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return html(cs.patients.b_all(), tmp_path_factory.mktemp("page") / "patient.html")


@pytest.fixture(scope="module")
def mouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return html(cs.models.barros_2021, tmp_path_factory.mktemp("page") / "mouse.html")
