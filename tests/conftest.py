"""What every test stands on: no compiled code of earlier sessions, no deadlines on a shared machine."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from hypothesis import settings

# Compiled code of earlier sessions must neither help nor choose the solver.
os.environ["CARTSIM_CACHE"] = tempfile.mkdtemp(prefix="cartsim-tests-")
atexit.register(shutil.rmtree, os.environ["CARTSIM_CACHE"], ignore_errors=True)

# The time of one example depends on who else uses the machine; it is no property of cartsim.
settings.register_profile("cartsim", deadline=None, print_blob=True, max_examples=50)
# CI draws the same examples every time, so that it fails because of a change and not by chance; new ones are
# looked for wherever the tests are run by hand.
settings.register_profile("ci", settings.get_profile("cartsim"), derandomize=True, max_examples=100)
settings.load_profile("ci" if os.environ.get("CI") else "cartsim")
