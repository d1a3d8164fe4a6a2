"""What follows from the processes: right-hand side, exact Jacobian, and the times at which rates jump."""

from __future__ import annotations

from .checks import Structure
from .derivative import differentiate
from .tree import (
    MINUS_ONE,
    ZERO,
    Call,
    Expression,
    Number,
    Product,
    Sum,
    Symbol,
    add,
    divide,
    multiply,
    negative,
    simplify,
    substitute,
    symbols,
    walk,
)

Entries = dict[tuple[str, str], Expression]


def right_hand_side(structure: Structure) -> dict[str, Expression]:
    """The time derivative of each species: its processes' rates as written, in their order.

    Examples
    --------
    >>> from cartsim.language.model import Model
    >>> from cartsim.language.parts import Process
    >>> from cartsim.language.printers.python import to_text
    >>> split = {"split": Process("A -> 2 B", "k*A")}
    >>> flow = Model("flow", species={"A": 1, "B": 0}, parameters={"k": 2}, processes=split)
    >>> {name: to_text(tree) for name, tree in right_hand_side(flow.structure).items()}
    {'A': '-k*A', 'B': '2*k*A'}
    """
    terms: dict[str, list[Expression]] = {name: [] for name in structure.species}
    for process, changes in structure.stoichiometry:
        for species, number in changes:
            terms[species].extend(_times(number, structure.rates[process]))
    return {
        name: parts[0] if len(parts) == 1 else Sum(tuple(parts)) if parts else ZERO
        for name, parts in terms.items()
    }


def _times(number: float, rate: Expression) -> list[Expression]:
    """The rate as it was written, `number` times: a sum is spread when only its sign changes."""
    if number == 1.0:
        return list(rate.terms) if isinstance(rate, Sum) else [rate]
    if isinstance(rate, Sum) and number == -1.0:
        return [negative(term) for term in rate.terms]
    factors = rate.factors if isinstance(rate, Product) else (rate,)
    return [negative(rate) if number == -1.0 else Product((Number(number), *factors))]


def jacobian_program(structure: Structure) -> tuple[dict[str, Expression], Entries]:
    """The Jacobian as a short program: named slopes of definitions and rates, then the entries.

    Returns
    -------
    slopes : dict of str to Expression
        ``_d0_act_T`` is the total derivative of ``act`` with respect to ``T``; each uses only those before it.
    entries : dict of (str, str) to Expression
        The derivative of the right-hand side of the first species with respect to the second; zeros left out.
    """
    slopes: dict[str, Expression] = {}
    known: dict[tuple[str, str], Expression] = {}
    for group in (structure.definitions, structure.rates):
        for name, tree in group.items():
            for species in structure.species:
                slope = _total(tree, species, structure, known)
                if slope == ZERO:
                    continue
                if not isinstance(slope, (Number, Symbol)):
                    label = f"_d{len(slopes)}_{name}_{species}"  # numbered: a_b by c and a by b_c must differ
                    slopes[label] = slope
                    slope = Symbol(label)
                known[name, species] = slope
    entries: Entries = {}
    for process, changes in structure.stoichiometry:
        for target, number in changes:
            for species in structure.species:
                slope = known.get((process, species), ZERO)
                if slope != ZERO:
                    term = multiply(Number(number), slope)
                    entries[target, species] = add(entries.get((target, species), ZERO), term)
    return slopes, {place: entry for place, entry in entries.items() if entry != ZERO}


def _total(tree: Expression, species: str, structure: Structure, known: Entries) -> Expression:
    terms = [differentiate(tree, species)]
    for used in symbols(tree):
        if used in structure.definitions and (used, species) in known:
            terms.append(multiply(differentiate(tree, used), known[used, species]))
    return add(*terms)


def jacobian(structure: Structure) -> Entries:
    """The exact Jacobian, one readable expression an entry; zeros are left out.

    Returns
    -------
    dict of (str, str) to Expression
        ``[A, B]`` is the derivative of ``dA/dt`` with respect to ``B``. Definitions keep their names.
    """
    slopes, entries = jacobian_program(structure)
    spelled: dict[str, Expression] = {}
    for label, tree in slopes.items():
        spelled[label] = simplify(substitute(tree, spelled))
    return {place: simplify(substitute(entry, spelled)) for place, entry in entries.items()}


def jumps(structure: Structure) -> tuple[Expression, ...]:
    """The times, as arithmetic on parameters, at which a ``step(...)`` of time alone switches.

    A step whose argument is not linear in ``t``, or depends on a species, is left to the solver.
    """
    inlined: dict[str, Expression] = {}
    for name, tree in structure.definitions.items():
        inlined[name] = substitute(tree, inlined)
    allowed = {"t", *structure.parameters}
    times: dict[Expression, None] = {}
    for tree in (*structure.definitions.values(), *structure.rates.values()):
        for node in walk(substitute(tree, inlined)):
            if not (isinstance(node, Call) and node.function == "step"):
                continue
            argument = simplify(node.arguments[0])
            used = set(symbols(argument))
            slope = differentiate(argument, "t")
            if "t" in used and used <= allowed and "t" not in symbols(slope) and slope != ZERO:
                at_zero = simplify(substitute(argument, {"t": ZERO}))
                times[divide(multiply(MINUS_ONE, at_zero), slope)] = None
    return tuple(times)
