"""`help`: what a word means, in plain words, and where a model has it."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from ..language.model import Model
from ..solving.trajectory import units_of
from .glossary_entry import Entry
from .glossary_numbers import NUMBERS
from .glossary_terms import TERMS

__all__ = ["Entry", "Glossary", "Help", "entries", "help", "where_in"]


@dataclass(frozen=True)
class Help:
    """The answer to a question about a word; it shows itself in a notebook and in a terminal.

    Attributes
    ----------
    entry : Entry
    where : tuple of str
        A sentence for each place where the models have it.
    """

    entry: Entry
    where: tuple[str, ...]

    def __str__(self) -> str:
        lines = [self._title(), *_wrapped(self.entry.words), *self.where]
        if self.entry.readouts:
            lines.append(f"read-outs: {', '.join(self.entry.readouts)}")
        if self.entry.see:
            lines.append(f"see also: {', '.join(self.entry.see)}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        said = html.escape
        where = "".join(f"<li>{said(line)}</li>" for line in self.where)
        reads = ", ".join(f"<code>{said(name)}</code>" for name in self.entry.readouts)
        see = ", ".join(said(term) for term in self.entry.see)
        return (
            f"<p><strong>{said(self._title())}</strong><br>{said(self.entry.words)}</p>"
            + (f"<ul>{where}</ul>" if where else "")
            + (f"<p>read-outs: {reads}</p>" if reads else "")
            + (f"<p>see also: {see}</p>" if see else "")
        )

    def _title(self) -> str:
        also = f" ({', '.join(self.entry.also)})" if self.entry.also else ""
        unit = f", in {self.entry.unit}" if self.entry.unit else ""
        return f"{self.entry.term}{also}{unit}"


def entries() -> tuple[Entry, ...]:
    """Every word of the glossary, heading by heading.

    Examples
    --------
    >>> len({entry.term for entry in entries()}) == len(entries())
    True
    """
    return (*TERMS, *NUMBERS)


@dataclass(frozen=True)
class Glossary:
    """All words, heading by heading; it shows itself in a notebook and in a terminal."""

    entries: tuple[Entry, ...]

    def __str__(self) -> str:
        headings = dict.fromkeys(entry.group for entry in self.entries)
        terms = {
            heading: ", ".join(entry.term for entry in self.entries if entry.group == heading)
            for heading in headings
        }
        lines = [line for heading in headings for line in (heading, *_wrapped(terms[heading], indent="  "))]
        return "\n".join([*lines, "cs.help('CRS') explains a word."])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th scope='row'>{html.escape(entry.term)}</th><td>{html.escape(entry.words)}</td></tr>"
            for entry in self.entries
        )
        return f"<table>{rows}</table>"


def help(word: str | None = None, *, model: Model | None = None) -> Help | Glossary:
    """What a word of the field means, and where a model has it; without a word, all of them.

    Parameters
    ----------
    word : str, optional
        A term, an abbreviation or another spelling of it, or the name of a role or a read-out; capital
        letters do not matter.
    model : Model, optional
        Say where this model has it; by default the teaching patient with leukaemia.

    Returns
    -------
    Help or Glossary

    Raises
    ------
    UnknownNameError
        If the glossary lacks the word; the nearest one is offered.

    Examples
    --------
    >>> print(help("nadir"))
    nadir
    The lowest point of a curve.
    read-outs: tumour_nadir, tumour_nadir_day, neutrophil_nadir, platelet_nadir
    >>> help("cytokine release syndrom")
    Traceback (most recent call last):
    ...
    cartsim.language.errors.UnknownNameError: the glossary has no word 'cytokine release syndrom'; did ...
    """
    found = entries()
    if word is None:
        return Glossary(found)
    if not isinstance(word, str):
        raise ModelError(f"the word to explain must be a text such as 'CRS', not {shorten(word)}")
    for names in (_own_names, _names_in_models):
        for entry in found:
            if _plain(word) in {_plain(name) for name in names(entry)}:
                return Help(entry, where_in(entry, model))
    offered = {name.lower(): name for entry in found for name in _own_names(entry)}
    close = suggestion(word.lower(), offered, plural="words")
    raise UnknownNameError(f"the glossary has no word {shorten(word)}" + close)


def where_in(entry: Entry, model: Model | None = None) -> tuple[str, ...]:
    """A sentence for each role of a model that is the thing, or shows it.

    Examples
    --------
    >>> (burden,) = (entry for entry in entries() if entry.term == "tumour burden")
    >>> where_in(burden)
    ("in the teaching patient: the role 'tumour' (T_pos + T_neg), in cell",)
    """
    if model is None:
        from ..patient.presets import b_all

        model, named = b_all(), "the teaching patient"
    else:
        named = repr(model.name)
    units, sentences = units_of(model), []
    for role in entry.roles:
        if role in model.roles:
            unit = units.get(role, "")
            sentence = f"in {named}: the role {role!r} ({model.roles[role]})"
            sentences.append(sentence + (f", in {unit}" if unit not in ("", "1") else ""))
    return tuple(sentences)


def _own_names(entry: Entry) -> Sequence[str]:
    return (entry.term, *entry.also)


def _names_in_models(entry: Entry) -> Sequence[str]:
    return (*entry.roles, *entry.readouts)


def _plain(word: str) -> str:
    """Without capitals, hyphens, underscores and a plural's s."""
    plain = re.sub(r"[\s_-]+", " ", word.strip().lower())
    return plain.removesuffix("s") if len(plain) > 4 else plain


def _wrapped(words: str, *, indent: str = "", width: int = 100) -> list[str]:
    return textwrap.wrap(words, width, initial_indent=indent, subsequent_indent=indent)
