"""The functions of one structure as JavaScript: what `cartsim.language.native` prints for Numba.

The same blocks and the same elimination, so the same arithmetic; nothing of a model's text goes into the
script but its names, its numbers and the operations of its checked trees.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from .block import Block
from .checks import Structure
from .elimination import solve_lines
from .implicit import Implicit
from .mathematics import jumps, quick_right_hand_side
from .printed import observed
from .printers.javascript import JavaScript
from .tree import Expression, Symbol

_NAME = re.compile(r"[$A-Za-z_][$A-Za-z0-9_]*")


class Script(Implicit):
    """What is printed for one structure, and for the rules of its runs.

    Every function but `factor` and `solve` writes its numbers into the array ``_out``; ``_y`` holds the
    amounts and ``_p`` the parameters, in the order of the structure.

    Parameters
    ----------
    structure : Structure
        From `Model.structure`.
    comparisons : sequence of Expression
        What rules compare, each zero or more where it holds.
    conditions : sequence of Expression
        Whole rules, each zero or more where it holds.
    instants : sequence of Expression
        When a comparison of time alone changes, as arithmetic on parameters.

    Examples
    --------
    >>> from cartsim.language.model import Model
    >>> from cartsim.language.parts import Process
    >>> death = {"death": Process("A ->", "k*A")}
    >>> model = Model("decay", species={"A": 1}, parameters={"k": 2}, processes=death)
    >>> print(Script(model.structure).right_hand_side)
    function rightHandSide(t, _y, _p, _out) {
      const A = _y[0];
      const k = _p[0];
      _out[0] = -k*A;
    }
    """

    def __init__(
        self,
        structure: Structure,
        *,
        comparisons: Sequence[Expression] = (),
        conditions: Sequence[Expression] = (),
        instants: Sequence[Expression] = (),
    ) -> None:
        super().__init__(structure)
        self._comparisons = tuple(comparisons)
        self._conditions = tuple(conditions)
        self._instants = tuple(instants)
        self._jumps = jumps(structure)

    def __str__(self) -> str:
        """One expression: an object of the functions."""
        functions = {
            "rightHandSide": self.right_hand_side,
            "timeDerivative": self.time_derivative,
            "factor": self.factor,
            "solve": self.solve,
            "watch": self.watch,
            "conditions": self.conditions,
            "outputs": self.outputs,
            "jumps": self.jumps,
            "instants": self.instants,
            "initial": self.initial,
        }
        parts = ["(() => {", '"use strict";', *functions.values(), f"return {{{', '.join(functions)}}};"]
        return "\n".join([*parts, "})()"])

    @property
    def sizes(self) -> dict[str, int]:
        """How many numbers each function writes, by its name in the script; ``factors`` for `factor`."""
        return {
            "watch": len(self._comparisons),
            "conditions": len(self._conditions),
            "outputs": len(self.output_names),
            "jumps": len(self._jumps),
            "instants": len(self._instants),
            "factors": len(self._factor_names),
        }

    @cached_property
    def output_names(self) -> tuple[str, ...]:
        """What `outputs` writes, in its order: processes, definitions, observables and roles."""
        named = {*self.structure.species, *self.structure.parameters}
        return tuple(name for name in self.structure.names() if name not in named)

    # -------------------------------------------------------------- the right-hand side

    @property
    def right_hand_side(self) -> str:
        """Writes the time derivatives."""
        assigned = {**self.structure.definitions, **self.structure.rates}
        return self._written("rightHandSide", assigned, list(quick_right_hand_side(self.structure).values()))

    @property
    def time_derivative(self) -> str:
        """Writes the partial derivatives of the right-hand side with respect to ``t``."""
        return self._written("timeDerivative", self.structure.definitions, self._time_slopes)

    @property
    def factor(self) -> str:
        """Writes the factorised ``heavy*I - J`` into ``_w``, for `solve` and for nothing else."""
        printer = JavaScript()
        lines = self._factor_lines(printer)
        stored = [f"_w[{k}] = {name}" for k, name in enumerate(self._factor_names)]
        return self._function("factor(t, _y, _p, _heavy, _w)", printer, lines, stored)

    @property
    def solve(self) -> str:
        """Replaces a right-hand side ``_x`` by the solution."""
        lines = [f"{name} = _w[{k}]" for k, name in enumerate(self._factor_names)]
        lines += [f"_x_{i} = _x[{i}]" for i in range(self.size)]
        lines += solve_lines(self._pivots)
        stored = [f"_x[{i}] = _x_{i}" for i in range(self.size)]
        return _defined("solve(_w, _x)", _declared(lines, JavaScript()), stored)

    # -------------------------------------------------------------- what else is asked of a state

    @property
    def watch(self) -> str:
        """Writes the values of the comparisons."""
        return self._written("watch", self._everything, self._comparisons)

    @property
    def conditions(self) -> str:
        """Writes the values of the whole rules."""
        return self._written("conditions", self._everything, self._conditions)

    @property
    def outputs(self) -> str:
        """Writes the values of `output_names`."""
        return self._written("outputs", self._everything, [Symbol(name) for name in self.output_names])

    # -------------------------------------------------------------- what follows from the parameters

    @property
    def jumps(self) -> str:
        """Writes the times at which a ``step`` of time alone switches."""
        return self._written("jumps", {}, self._jumps)

    @property
    def instants(self) -> str:
        """Writes the times at which a comparison of time alone changes."""
        return self._written("instants", {}, self._instants)

    @property
    def initial(self) -> str:
        """Writes the initial amounts that are arithmetic on parameters, each into its species' place."""
        trees = self.structure.initial
        places = [self.structure.species.index(name) for name in trees]
        return self._written("initial", {}, list(trees.values()), places)

    # -------------------------------------------------------------- printing

    @cached_property
    def _everything(self) -> dict[str, Expression]:
        return {**self.structure.definitions, **observed(self.structure)}

    def _written(
        self,
        name: str,
        assigned: Mapping[str, Expression],
        outputs: Sequence[Expression],
        places: Sequence[int] | None = None,
    ) -> str:
        printer = JavaScript()
        block = Block(printer, assigned, outputs, constants=())
        at = range(len(outputs)) if places is None else places
        stored = [f"_out[{i}] = {value}" for i, value in zip(at, block.results, strict=True)]
        return self._function(f"{name}(t, _y, _p, _out)", printer, block.lines, stored)

    def _function(self, head: str, printer: JavaScript, lines: Sequence[str], stored: Sequence[str]) -> str:
        used = {name for line in (*lines, *stored) for name in _NAME.findall(line)}
        taken = []
        for array, names in (("_y", self.structure.species), ("_p", self.structure.parameters)):
            symbols = [printer.symbol(name) for name in names]
            taken += [f"const {name} = {array}[{i}]" for i, name in enumerate(symbols) if name in used]
        if printer.held:
            taken.append(f"let {', '.join(printer.held)}")
        return _defined(head, [*taken, *_declared(lines, printer)], stored)


def _declared(lines: Sequence[str], printer: JavaScript) -> list[str]:
    """Assignments with each name declared where it is first assigned."""
    declared = set()
    written = []
    for line in lines:
        name, _, value = line.partition(" = ")
        written.append(f"{'' if name in declared else 'let '}{printer.symbol(name)} = {value}")
        declared.add(name)
    return written


def _defined(head: str, lines: Sequence[str], stored: Sequence[str]) -> str:
    return "\n".join([f"function {head} {{", *(f"  {line};" for line in (*lines, *stored)), "}"])
