"""The words of the glossary that belong to a model, as plain data for its page."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..language.model import Model
from ..questions.glossary import Entry, entries
from ..questions.glossary_numbers import NUMBERS

__all__ = ["page_glossary"]

_DISEASES = ("leukaemia", "lymphoma", "myeloma", "glioma", "neuroblastoma")
_SOLID = "solid tumour"


def page_glossary(model: Model, readouts: Collection[str] = ()) -> list[dict[str, Any]]:
    """The entries of `cartsim.help` that a reader of the page of a model may need, in the order it has them.

    These are all words of curves, models and solvers; and of the field those whose role or read-out the
    model has, or that are general words beside CAR-T cells. Of the diseases it has its own.

    Parameters
    ----------
    model : Model
    readouts : collection of str
        The names of the read-outs that the page shows.

    Returns
    -------
    list of dict
        ``term``, ``words``, ``group``, ``also``, ``unit``, ``see`` as in the glossary; ``roles`` and
        ``readouts`` only those that the page has.

    Examples
    --------
    >>> import cartsim as cs
    >>> words = {entry["term"]: entry for entry in page_glossary(cs.models.barros_2021, ["cmax"])}
    >>> "half-life" in words, "memory cell" in words, "CRS" in words
    (True, True, False)
    """
    kept = [entry for entry in entries() if _belongs(entry, model, readouts)]
    terms = {entry.term for entry in kept}
    return [
        {
            "term": entry.term,
            "words": entry.words,
            "group": entry.group,
            "also": list(entry.also),
            "unit": entry.unit,
            "see": [term for term in entry.see if term in terms],
            "roles": [role for role in entry.roles if role in model.roles],
            "readouts": [name for name in entry.readouts if name in readouts],
        }
        for entry in kept
    ]


def _belongs(entry: Entry, model: Model, readouts: Collection[str]) -> bool:
    if entry in NUMBERS:
        return True
    if entry.term in (*_DISEASES, _SOLID):
        return "tumour" in model.roles and entry.term in _of_title(model.title)
    if entry.roles or entry.readouts:
        return any(role in model.roles for role in entry.roles) or any(
            name in readouts for name in entry.readouts
        )
    return "car_t" in model.roles


def _of_title(title: str) -> set[str]:
    """The diseases that a title names, and what these are a kind of."""
    said = title.lower()
    named = [
        entry
        for entry in entries()
        if entry.term in (*_DISEASES, _SOLID)
        and any(name.lower() in said for name in (entry.term, *entry.also))
    ]
    return {entry.term for entry in named} | {_SOLID for entry in named if _SOLID in entry.see}
