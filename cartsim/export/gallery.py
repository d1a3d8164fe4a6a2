"""A folder of pages for a whole lecture, with a card for each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from os import PathLike, fspath
from pathlib import Path

from ..language.errors import ModelError, shorten
from ..language.model import Model
from ..models import INDEX
from ..patient.diseases import DISEASES
from ..patient.presets import patient
from ..questions.explain import CAUTION
from .gallery_card import card
from .html import html

__all__ = ["gallery"]

_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #222; --grey: #5c5c5c; --pale: #d7dadd; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #15181c; --ink: #eceff1; --grey: #a4abb3; --pale: #3a424b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1200px; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 16px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
ul { list-style: none; padding: 0; display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(300px, 100%), 1fr)); }
a { display: block; height: 100%; padding: .8rem; border: 1px solid var(--pale); border-radius: 10px;
  color: inherit; text-decoration: none; }
a:hover { border-color: currentColor; }
a:focus-visible { outline: 3px solid #0072b2; outline-offset: 2px; }
h1 { font-size: 1.4rem; }
h2 { font-size: 1.02rem; margin: .5rem 0 .2rem; text-decoration: underline; text-underline-offset: .2em; }
p { margin: .2rem 0; color: var(--grey); font-size: .92rem; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: currentColor; font-size: 11px; }
svg .axis { fill: none; stroke: var(--grey); }
@media print { li { break-inside: avoid; } ul { grid-template-columns: 1fr 1fr; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def gallery(
    folder: str | PathLike[str], models: Mapping[str, Model] | None = None, *, title: str | None = None
) -> Path:
    """Write a page for each model and an index with a card for each: a picture, the title, a sentence.

    Parameters
    ----------
    folder : str or path
        Where to write; it is made if there is none. Files of the same names are replaced.
    models : mapping of str to Model, optional
        By the words on the card. By default every typical patient and every model of the shelf.
    title : str, optional
        The heading of the index.

    Returns
    -------
    Path
        The index.

    Raises
    ------
    ModelError
        If there is no model, one of them is not a model, or the folder cannot be made.

    Examples
    --------
    >>> import tempfile
    >>> import cartsim as cs
    >>> folder = tempfile.TemporaryDirectory()
    >>> index = gallery(folder.name, {"mice": cs.models.barros_2021})
    >>> sorted(file.name for file in index.parent.iterdir())
    ['index.html', 'mice.html']
    >>> folder.cleanup()
    """
    chosen = everything() if models is None else _checked(models)
    target = _folder(folder)
    names = _file_names({label: model.name if models is None else label for label, model in chosen.items()})
    cards = []
    for label, model in chosen.items():
        html(model, target / names[label], title=label)
        cards.append(card(label, model, names[label]))
    index = target / "index.html"
    heading = title or "CAR-T cells: pages to try"
    caution = any("crs_grade" in model.roles for model in chosen.values())
    index.write_text(_index(heading, cards, CAUTION if caution else ""), encoding="utf-8", newline="\n")
    return index


def everything() -> dict[str, Model]:
    """Every typical patient and every model of the shelf, by the words on its card."""
    from .. import models as shelf

    found = {
        f"{known.title[:1].upper()}{known.title[1:]}, {product} CAR-T cells": patient(
            disease, product=product
        )
        for disease, known in DISEASES.items()
        for product in known.products
    }
    return found | {_of_paper(getattr(shelf, name)): getattr(shelf, name) for name in INDEX}


def _of_paper(model: Model) -> str:
    first = model.source.authors.split(",")[0].split()[0] if model.source else model.name
    return f"{model.title} ({first} {model.source.year})" if model.source else model.title


def _checked(models: Mapping[str, Model]) -> dict[str, Model]:
    if isinstance(models, Model):
        raise ModelError("a gallery is made of several models: {'words for the card': model, ...}; "
                         "for one, use cs.export.html(model, path)")  # fmt: skip
    if not isinstance(models, Mapping) or not models:
        raise ModelError(f"a gallery needs a mapping from words to models, not {shorten(models)}")
    for label, model in models.items():
        if not isinstance(label, str) or not label.strip():
            raise ModelError(f"the words on a card must be a text, not {shorten(label)}")
        if not isinstance(model, Model):
            raise ModelError(f"the card {shorten(label)} needs a Model, not {shorten(model)}")
    return dict(models)


def _folder(folder: str | PathLike[str]) -> Path:
    try:
        target = Path(fspath(folder))
    except TypeError:
        raise ModelError(f"the folder of a gallery must be a path, not {shorten(folder)}") from None
    try:
        target.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise ModelError(f"{str(target)!r} is a file; a gallery is written into a folder") from None
    return target


def _file_names(words: Mapping[str, str]) -> dict[str, str]:
    """A file name for each label, in plain letters, none of them twice and none of them that of the index."""
    names: dict[str, str] = {}
    for label, text in words.items():
        plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:50].strip("-") or "page"
        number, name = 1, f"{plain}.html"
        while name == "index.html" or name in names.values():
            number += 1
            name = f"{plain}-{number}.html"
        names[label] = name
    return names


def _index(heading: str, cards: list[str], caution: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{escape(heading)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(heading)}</h1>\n<p>Each opens a page with sliders that works without a network.</p>\n"
        f"<ul>\n{chr(10).join(cards)}\n</ul>\n<p>{escape(caution)}</p>\n</body>\n</html>\n"
    )
