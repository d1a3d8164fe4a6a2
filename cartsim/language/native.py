"""The functions of one structure as text for Numba: on the numbers of one run, into arrays that are there.

What `cartsim.language.batched` prints for arrays with one number a run is printed here for plain numbers:
the same blocks and the same elimination, so the same arithmetic. The names that are printed, and what each
takes, are those of `cartsim.solving.native_pattern`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence

from . import functions
from .block import Block
from .checks import Structure
from .elimination import solve_lines
from .implicit import Implicit
from .mathematics import quick_right_hand_side
from .printed import observed
from .printers.python import Batched
from .tree import Expression

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_AS_THEY_ARE = (functions.hill, functions.hill_slope, functions.step, functions.above)
_IN_NUMPYS_WAY = '''\
@compiled
def _smaller(a, b):
    """The smaller; not-a-number if either is."""
    return a if a < b or a != a else b


@compiled
def _larger(a, b):
    """The larger; not-a-number if either is."""
    return a if a > b or a != a else b


@compiled
def sign(x):
    """-1, 0 or 1; not-a-number if `x` is."""
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x
'''


class Numba(Batched):
    """Code for plain numbers; the names it calls are those of `library`."""

    def call(self, function: str, arguments: tuple[Expression, ...]) -> str:
        return super().call({"min": "_smaller", "max": "_larger"}.get(function, function), arguments)


def library() -> str:
    """The functions that a rate may use, as text; it needs the names ``compiled`` and ``math``."""
    written = [f"@compiled\n{inspect.getsource(function)}" for function in _AS_THEY_ARE]
    return "\n\n".join(["from math import exp, log, pow, sqrt, tanh\n", _IN_NUMPYS_WAY, *written])


class NativeText(Implicit):
    """What is printed for one structure, and for what its runs look out for.

    Parameters
    ----------
    structure : Structure
        From `Model.structure`.
    watches : sequence of Expression
        Compared with thresholds while a run goes on.

    Examples
    --------
    >>> from cartsim.language.model import Model
    >>> from cartsim.language.parts import Process
    >>> death = {"death": Process("A ->", "k*A")}
    >>> model = Model("decay", species={"A": 1}, parameters={"k": 2}, processes=death)
    >>> print(NativeText(model.structure, ()).right_hand_side)
    @compiled
    def right_hand_side(t, _y, _p, _out):
        A = _y[0]
        k = _p[0]
        _out[0] = -k*A
    """

    def __init__(self, structure: Structure, watches: Sequence[Expression]) -> None:
        super().__init__(structure)
        self.watches = tuple(watches)

    def __str__(self) -> str:
        """Constants and functions, each after those that it needs."""
        constants = [
            f"N_SPECIES = {self.size}",
            f"N_FACTORS = {len(self._factor_names)}",
            f"N_WATCHES = {len(self.watches)}",
            f"DEPENDS_ON_TIME = {self.depends_on_time}",
        ]
        parts = [self.right_hand_side, self.time_derivative, self.factor, self.solve, self.watch]
        return "\n\n\n".join(["\n".join(constants), library().rstrip(), *parts]) + "\n"

    @property
    def right_hand_side(self) -> str:
        """Writes the time derivatives."""
        assigned = {**self.structure.definitions, **self.structure.rates}
        outputs = list(quick_right_hand_side(self.structure).values())
        return self._written("right_hand_side", assigned, outputs)

    @property
    def time_derivative(self) -> str:
        """Writes the partial derivatives of the right-hand side with respect to ``t``."""
        return self._written("time_derivative", self.structure.definitions, self._time_slopes)

    @property
    def watch(self) -> str:
        """Writes the values of the watches."""
        assigned = {**self.structure.definitions, **observed(self.structure)}
        return self._written("watch", assigned, self.watches)

    @property
    def factor(self) -> str:
        """Writes the factorised ``heavy*I - J``, for `solve` and for nothing else."""
        lines = self._factor_lines(Numba())
        lines += [f"_w[{k}] = {name}" for k, name in enumerate(self._factor_names)]
        return self._function("factor(t, _y, _p, _heavy, _w)", lines)

    @property
    def solve(self) -> str:
        """Replaces a right-hand side by the solution."""
        lines = [f"{name} = _w[{k}]" for k, name in enumerate(self._factor_names)]
        lines += [f"_x_{i} = _x[{i}]" for i in range(self.size)]
        lines += solve_lines(self._pivots)
        lines += [f"_x[{i}] = _x_{i}" for i in range(self.size)]
        return _defined("solve(_w, _x)", lines)

    def _written(self, name: str, assigned: Mapping[str, Expression], outputs: Sequence[Expression]) -> str:
        block = Block(Numba(), assigned, outputs, constants=())
        stored = [f"_out[{i}] = {value}" for i, value in enumerate(block.results)]
        return self._function(f"{name}(t, _y, _p, _out)", [*block.lines, *stored])

    def _function(self, head: str, lines: Sequence[str]) -> str:
        used = {name for line in lines for name in _NAME.findall(line)}
        taken = [f"{name} = _y[{i}]" for i, name in enumerate(self.structure.species) if name in used]
        taken += [f"{name} = _p[{i}]" for i, name in enumerate(self.structure.parameters) if name in used]
        return _defined(head, [*taken, *lines])


def _defined(head: str, lines: Sequence[str]) -> str:
    return "\n".join(["@compiled", f"def {head}:", *(f"    {line}" for line in lines or ["pass"])])
