"""What follows from the processes: right-hand side, exact Jacobian, and the times at which rates jump."""

from __future__ import annotations

from .checks import Structure
from .derivative import differentiate
from .tree import (
    MINUS_ONE,
    ONE,
    ZERO,
    Call,
    Expression,
    Number,
    Power,
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


def quick_right_hand_side(structure: Structure) -> dict[str, Expression]:
    """The time derivatives in a form that takes few operations, for printing code.

    What every process does to a species is written in place where it is a plain product, or affects that
    species only; otherwise the process is left as a name. What is proportional to the species itself is
    gathered as one factor, so that ``r*T - d*T - k*C*T`` becomes ``(r - d - k*C)*T``.
    """
    quick: dict[str, Expression] = {}
    touched = {process: len(changes) for process, changes in structure.stoichiometry}
    terms: dict[str, list[Expression]] = {name: [] for name in structure.species}
    for process, changes in structure.stoichiometry:
        rate = structure.rates[process]
        written = rate if touched[process] == 1 or _is_plain(rate) else Symbol(process)
        for species, number in changes:
            terms[species].extend(_times(number, written))
    for species, parts in terms.items():
        own, other = [], []
        for part in parts:
            factors = part.factors if isinstance(part, Product) else (part,)
            if Symbol(species) in factors:
                rest = list(factors)
                rest.remove(Symbol(species))
                own.append(Product(tuple(rest)) if len(rest) > 1 else rest[0] if rest else ONE)
            else:
                other.append(part)
        if len(own) > 1:
            other.insert(0, Product((Sum(tuple(own)), Symbol(species))))
        else:
            other = parts
        quick[species] = other[0] if len(other) == 1 else Sum(tuple(other)) if other else ZERO
    return quick


def _is_plain(rate: Expression) -> bool:
    """Whether a rate is so cheap that computing it twice costs less than keeping it."""
    factors = rate.factors if isinstance(rate, Product) else (rate,)
    return len(factors) <= 3 and not any(isinstance(node, (Call, Power)) for node in walk(rate))


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
        ``_d0_act_T`` is the derivative of ``act`` with respect to ``T``; each uses only those before it.
    entries : dict of (str, str) to Expression
        The derivative of the right-hand side of the first species with respect to the second; zeros left out.
    """
    slopes: dict[str, Expression] = {}
    known: dict[tuple[str, str], Expression] = {}
    behind: dict[str, dict[str, None]] = {name: {name: None} for name in structure.species}
    for group in (structure.definitions, structure.rates):
        for name, tree in group.items():
            behind[name] = {species: None for used in symbols(tree) for species in behind.get(used, {})}
            for species in behind[name]:
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
            for species in behind[process]:
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
        spelled[label] = simplify(_inlined(tree, spelled) or tree)
    return {place: simplify(_inlined(entry, spelled) or entry) for place, entry in entries.items()}


def jumps(structure: Structure) -> tuple[Expression, ...]:
    """The times, as arithmetic on parameters, at which a ``step(...)`` of time alone switches.

    A step whose argument is not linear in ``t``, depends on a species, or takes more than `MAX_INLINED` parts
    to write down without definitions is left to the solver.
    """
    allowed = {"t", *structure.parameters}
    inlined: dict[str, Expression] = {}
    for name, tree in structure.definitions.items():
        if set(symbols(tree)) <= allowed | set(inlined):
            written = _inlined(tree, inlined)
            if written is not None:
                inlined[name] = written
    times: dict[Expression, None] = {}
    for tree in (*structure.definitions.values(), *structure.rates.values()):
        for node in walk(tree):
            if isinstance(node, Call) and node.function == "step":
                argument = _inlined(node.arguments[0], inlined)
                time = None if argument is None else zero_in_time(simplify(argument), allowed)
                if time is not None:
                    times[time] = None
    return tuple(times)


def zero_in_time(argument: Expression, allowed: set[str]) -> Expression | None:
    """Where an argument that is linear in ``t`` passes through zero, or None."""
    used, slope = set(symbols(argument)), differentiate(argument, "t")
    if "t" not in used or not used <= allowed or "t" in symbols(slope) or slope == ZERO:
        return None
    at_zero = simplify(substitute(argument, {"t": ZERO}))
    return divide(multiply(MINUS_ONE, at_zero), slope)


MAX_INLINED = 300
"""Parts of an expression in which definitions are still written out; they can double at every level."""


def _inlined(tree: Expression, values: dict[str, Expression]) -> Expression | None:
    """The tree with `values` written in, or None if that would be too long to be of use."""
    length = 0
    for node in walk(tree):
        held = values.get(node.name) if isinstance(node, Symbol) else None
        length += 1 if held is None else sum(1 for _ in walk(held))
        if length > MAX_INLINED:
            return None
    return substitute(tree, values)
