"""Whether the compiled path (``cartsim[fast]``) is there, and whether it pays for so many runs."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

from ..language.model import Model

WORTH_COMPILING = 5_000
"""From so many runs on, compiling a structure for the first time is won back.

It took 8 s for the benchmark workload of eleven states, and each of its runs was then 2 ms shorter.
"""


def available() -> bool:
    """Whether Numba is installed."""
    return find_spec("numba") is not None


def pays(group: Mapping[str, Model]) -> bool:
    """Whether runs of one structure and one set of rules are quicker compiled.

    They are if Numba is installed, and either they are at least `WORTH_COMPILING`, or nothing needs to be
    compiled: this process has done it already, or the cache folder holds what an earlier one left there.
    Numba is not imported to find out.
    """
    if not group or not available():
        return False
    if len(group) >= WORTH_COMPILING:
        return True
    from .native_module import at_hand
    from .watch import Watch

    model = group[next(iter(group))]
    return at_hand(model.structure, Watch(model).trees)
