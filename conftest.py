"""What tests and doctests share: no windows, no open figures left behind, garbage collected less often."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator

import pytest

os.environ.setdefault("MPLBACKEND", "Agg")
# Models and figures are many small objects in circles. To look for circles less often, and never among what
# was there before the first test, saves a seventh of the time.
gc.set_threshold(20_000, 20, 50)


def pytest_collection_finish() -> None:
    gc.freeze()


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    """Closes the figures of a test; matplotlib warns about more than 20, and warnings are errors."""
    yield
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")
