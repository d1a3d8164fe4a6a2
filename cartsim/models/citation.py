"""`cite`: the reference of a model, as text and as BibTeX."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..language.errors import ModelError, shorten
from ..language.model import Model
from ..language.parts import Source

_SPECIAL = re.compile(r"([&%$#_{}])")


@dataclass(frozen=True)
class Citation:
    """A reference; printing it gives the text, then the BibTeX entry.

    Attributes
    ----------
    text : str
        One line for a slide or a caption.
    bibtex : str
        An ``@article`` entry.
    """

    text: str
    bibtex: str

    def __str__(self) -> str:
        return f"{self.text}\n\n{self.bibtex}"


def cite(model: Model) -> Citation:
    """The reference of the paper that a model comes from.

    Parameters
    ----------
    model : Model
        From the shelf, or made from one; changed numbers and events do not change where it comes from.

    Raises
    ------
    ModelError
        If the model has no source.

    Examples
    --------
    >>> import cartsim as cs
    >>> print(cite(cs.models.stein_2019).bibtex.splitlines()[0])
    @article{stein_2019,
    """
    if not isinstance(model, Model):
        raise ModelError(f"cite takes a model, such as cs.models.barros_2021, not {shorten(model)}")
    if model.source is None:
        raise ModelError(
            f"{model.name!r} has no source to cite; give it one with Model(..., source=Source(...))"
        )
    return Citation(text=_text(model.source), bibtex=_bibtex(model.name.split("/")[0], model.source))


def _text(source: Source) -> str:
    place = source.journal
    if source.volume:
        place += f" {source.volume}"
    if source.pages:
        place += f":{source.pages}"
    parts = [
        f"{source.authors} ({source.year})",
        source.title,
        place,
        f"doi:{source.doi}" if source.doi else "",
    ]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _bibtex(key: str, source: Source) -> str:
    authors = re.sub(r",?\s*et al\.?", ", others", source.authors)
    names = [name.strip() for name in authors.split(",") if name.strip()]
    entries = {
        "author": " and ".join(_author(name) for name in names),
        "title": "{" + _escaped(source.title) + "}",
        "journal": _escaped(source.journal),
        "year": str(source.year),
        "volume": source.volume,
        "pages": source.pages.replace("-", "--") if "--" not in source.pages else source.pages,
        "doi": source.doi,
    }
    lines = [f"  {field:<8}= {{{value}}}," for field, value in entries.items() if value]
    return "\n".join([f"@article{{{re.sub(r'[^A-Za-z0-9_-]', '_', key)},", *lines, "}"])


def _author(name: str) -> str:
    """``"Barros LRC"`` as ``"Barros, L. R. C."``; what does not look like this stays as it is."""
    match = re.fullmatch(r"(.+?)\s+([A-Z]{1,4})", name)
    if match is None:
        return _escaped(name)
    return f"{_escaped(match[1])}, {' '.join(f'{initial}.' for initial in match[2])}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
