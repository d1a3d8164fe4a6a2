"""A block of straight-line code: assignments in order, shared terms computed once, constants taken out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from .printers.infix import Infix
from .tree import Call, Expression, Number, Power, Product, Sum, Symbol, children, symbols

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Block:
    """Lines of code that compute `outputs` from named assignments.

    Parameters
    ----------
    printer : Infix
        The notation.
    assigned : mapping of str to Expression
        Named intermediate values, each using only those before it; the unused ones are left out.
    outputs : sequence of Expression
        What is wanted.
    constants : sequence of str
        Names that do not change between calls; arithmetic on them alone goes to `constant_lines`.

    Attributes
    ----------
    constant_lines, lines : list of str
        Assignments to be done once, and at each call.
    results : list of str
        One text an output.
    """

    def __init__(
        self,
        printer: Infix,
        assigned: Mapping[str, Expression],
        outputs: Sequence[Expression],
        *,
        constants: Sequence[str],
    ) -> None:
        self._printer = printer
        self._constant_names = set(constants)
        self._constant_symbols: dict[Expression, Symbol] = {}
        self.constant_lines: list[str] = []
        self.lines: list[str] = []
        program: dict[str, Expression] = {}
        for name, tree in _needed(assigned, outputs).items():
            if constants and set(symbols(tree)) <= self._constant_names:
                self._constant_names.add(name)
                self.constant_lines.append(f"{name} = {printer.show(tree)}")
            else:
                program[name] = self._without_constants(tree)
        wanted = [self._without_constants(tree) for tree in outputs]
        self._shared = _shared([*program.values(), *wanted])
        self._temporaries: dict[Expression, Symbol] = {}
        for name, tree in program.items():
            text = printer.show(self._compute_shared(tree, top=True))
            self.lines.append(f"{name} = {text}")
            self._temporaries.setdefault(tree, Symbol(name))
        self.results = [printer.show(self._compute_shared(tree)) for tree in wanted]

    def constants_used(self, more: Sequence[str]) -> list[str]:
        """The names among constants and `more` that the lines done at each call use, each once.

        Bound as default arguments they are local names there, which are the quickest to look up.
        """
        text = " ".join([*self.lines, *self.results])
        used = set(_NAME.findall(text))
        return [name for name in dict.fromkeys([*more, *sorted(self._constant_names)]) if name in used]

    def _without_constants(self, node: Expression) -> Expression:
        """The tree with every part that is arithmetic on constants replaced by a name computed once."""
        if not self._constant_names or isinstance(node, (Number, Symbol)):
            return node
        if set(symbols(node)) <= self._constant_names:
            return self._constant(node) if symbols(node) else node
        match node:
            case Sum(terms=parts) | Product(factors=parts):
                fixed = tuple(p for p in parts if set(symbols(p)) <= self._constant_names)
                moving = tuple(self._without_constants(p) for p in parts if p not in fixed)
                if len(fixed) > 1 and any(map(symbols, fixed)):
                    return type(node)((self._constant(type(node)(fixed)), *moving))
                return type(node)(tuple(self._without_constants(p) for p in parts))
            case Power(base=base, exponent=exponent):
                return Power(self._without_constants(base), self._without_constants(exponent))
            case Call(function=function, arguments=arguments):
                return Call(function, tuple(self._without_constants(a) for a in arguments))
        return node

    def _constant(self, node: Expression) -> Expression:
        if node not in self._constant_symbols:
            name = f"_c{len(self._constant_symbols)}"
            self._constant_symbols[node] = Symbol(name)
            self._constant_names.add(name)
            self.constant_lines.append(f"{name} = {self._printer.show(node)}")
        return self._constant_symbols[node]

    def _compute_shared(self, node: Expression, *, top: bool = False) -> Expression:
        """The tree with shared parts replaced by the names they are computed under."""
        if isinstance(node, (Number, Symbol)):
            return node
        if node in self._temporaries:
            return self._temporaries[node]
        match node:
            case Sum(terms=terms):
                built: Expression = Sum(tuple(self._compute_shared(n) for n in terms))
            case Product(factors=factors):
                built = Product(tuple(self._compute_shared(n) for n in factors))
            case Power(base=base, exponent=exponent):
                built = Power(self._compute_shared(base), self._compute_shared(exponent))
            case Call(function=function, arguments=arguments):
                built = Call(function, tuple(self._compute_shared(n) for n in arguments))
        if node in self._shared and not top:
            name = f"_s{len(self._temporaries)}"
            self.lines.append(f"{name} = {self._printer.show(built)}")
            self._temporaries[node] = Symbol(name)
            return self._temporaries[node]
        return built


def _needed(assigned: Mapping[str, Expression], outputs: Sequence[Expression]) -> dict[str, Expression]:
    wanted = {name for tree in outputs for name in symbols(tree)}
    for name, tree in reversed(list(assigned.items())):
        if name in wanted:
            wanted.update(symbols(tree))
    return {name: tree for name, tree in assigned.items() if name in wanted}


def _shared(trees: Sequence[Expression]) -> set[Expression]:
    """The compound parts that stand in more than one place; parts of a shared part count once."""
    counts: Counter[Expression] = Counter()

    def visit(node: Expression) -> None:
        if isinstance(node, (Number, Symbol)):
            return
        counts[node] += 1
        if counts[node] == 1:
            for child in children(node):
                visit(child)

    for tree in trees:
        visit(tree)
    return {node for node, count in counts.items() if count > 1}
