"""The equations of a page, cut into terms: one piece of MathML for each process of each species."""

from __future__ import annotations

from typing import Any

from ..language.model import Model
from ..language.printers.infix import PRODUCT
from ..language.printers.mathml import MathML, name_to_mathml, to_mathml
from ..language.tree import Expression, Number

__all__ = ["page_equations"]


def page_equations(model: Model) -> dict[str, Any]:
    """What a page shows of the mathematics of a model, as plain data for JSON.

    Returns
    -------
    dict
        ``species``: by name, ``left`` (the symbol) and ``terms``, one for each process that changes it, with
        ``process``, ``number`` (how many of the species a process makes, negative where it removes them) and
        ``body``, the absolute value as MathML without ``<math>`` around it. ``definitions`` and
        ``observables``: by name, ``left`` and ``right``. ``symbols``: the parameters as MathML.

    Examples
    --------
    >>> from cartsim.language.parts import Process
    >>> killing = Process("T ->", "k*C*T")
    >>> model = Model("m", species={"C": 1, "T": 1}, parameters={"k": 1}, processes={"killing": killing})
    >>> [(term["process"], term["number"]) for term in page_equations(model)["species"]["T"]["terms"]]
    [('killing', -1.0)]
    """
    structure = model.structure
    terms: dict[str, list[dict[str, Any]]] = {name: [] for name in structure.species}
    for process, changes in structure.stoichiometry:
        for species, number in changes:
            if number:
                body = _factor(abs(number), structure.rates[process])
                terms[species].append({"process": process, "number": number, "body": body})
    return {
        "species": {name: {"left": name_to_mathml(name), "terms": found} for name, found in terms.items()},
        "definitions": _lines(structure.definitions),
        "observables": _lines(structure.observables),
        "symbols": {name: name_to_mathml(name) for name in model.parameters},
    }


def _factor(number: float, rate: Expression) -> str:
    """``number * rate``; a sum stands in parentheses, as a sign comes before it."""
    printer = MathML()
    body = printer.show(rate, PRODUCT)
    if number != 1.0:
        body = f"{printer.show(Number(number))}{printer.dot}{body}"
    return f"<mrow>{body}</mrow>"


def _lines(trees: Any) -> dict[str, dict[str, str]]:
    return {
        name: {"left": name_to_mathml(name), "right": to_mathml(tree)} for name, tree in dict(trees).items()
    }
