"""Whether the compiled path (``cartsim[fast]``) is there, and whether it pays for so many runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from ..language.checks import Structure
from ..language.model import Model
from ..language.tree import Expression
from .stretches import Engine

WORTH_COMPILING = 5_000
"""From so many runs on, compiling a structure for the first time is won back.

It took 8 s for the benchmark workload of eleven states, and each of its runs was then 2 ms shorter.
"""


def available() -> bool:
    """Whether Numba is installed."""
    return find_spec("numba") is not None


def quickest(
    structure: Structure, watches: Sequence[Expression], rtol: float, atol: NDArray[np.float64]
) -> Engine:
    """The engine for stretches of a structure: the compiled one, if nothing has to be compiled for it."""
    if available():
        from .native_module import at_hand

        if at_hand(structure, watches):
            from .native import Native

            return Native(structure, watches, rtol, atol)
    from .batch import Batch

    return Batch(structure, watches, rtol, atol)


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
