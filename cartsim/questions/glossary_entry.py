"""`Entry`: one word of the glossary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One word of the glossary.

    Attributes
    ----------
    term : str
        As it is usually written.
    words : str
        What it means, in plain words.
    group : str
        The heading under which it stands.
    also : tuple of str
        Other spellings, abbreviations, and the long form.
    unit : str
        That it is measured in, as the field writes it; empty where it has none.
    roles : tuple of str
        The roles of a model that are it, or show it.
    readouts : tuple of str
        The read-outs that say something about it.
    see : tuple of str
        Other terms.

    Examples
    --------
    >>> Entry("CRS", "Fever and more.", "harm", also=("cytokine release syndrome",)).term
    'CRS'
    """

    term: str
    words: str
    group: str
    also: tuple[str, ...] = ()
    unit: str = ""
    roles: tuple[str, ...] = ()
    readouts: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
