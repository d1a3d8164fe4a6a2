"""What every test stands on: no windows, no open figures left behind, no deadlines on a shared machine."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import settings

os.environ.setdefault("MPLBACKEND", "Agg")
# Compiled code of earlier sessions must neither help nor choose the solver.
os.environ["CARTSIM_CACHE"] = tempfile.mkdtemp(prefix="cartsim-tests-")
atexit.register(shutil.rmtree, os.environ["CARTSIM_CACHE"], ignore_errors=True)

# The time of one example depends on who else uses the machine; it is no property of cartsim.
settings.register_profile("cartsim", deadline=None, print_blob=True)
# CI draws the same examples every time, so that it fails because of a change and not by chance; new ones are
# looked for wherever the tests are run by hand.
settings.register_profile("ci", settings.get_profile("cartsim"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "cartsim")


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    """Closes the figures of a test; matplotlib warns about more than 20, and warnings are errors."""
    yield
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")
