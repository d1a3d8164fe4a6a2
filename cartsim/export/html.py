"""A model as one self-contained page: sliders, curves, fluxes, equations, read-outs; no network is needed."""

from __future__ import annotations

import re
from html import escape
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from os import PathLike, fspath
from pathlib import Path

from ..language.errors import ModelError, shorten
from ..language.model import Model
from ..language.values import finite
from .page_diagram import page_diagram
from .page_glossary import page_glossary
from .page_words import page_words
from .payload import as_json, payload, script_texts

__all__ = ["html"]

SCRIPTS = (
    *("numbers", "colours", "scales", "timeaxis", "markup", "frame", "paths", "labels"),
    *("state", "runs", "course", "kinetics", "readouts", "marks", "curves", "fluxes", "terms"),
    *("words", "notes", "sliders", "pins", "readings", "sentences", "tables", "diagram", "equations"),
    *("tabs", "pointer", "toolbar", "about", "main"),
)
"""The scripts of the page beside the engine, in the order in which it takes them."""
_HOLE = re.compile(r"\{\{(\w+)\}\}")


def html(
    model: Model, path: str | PathLike[str], *, until: float | None = None, title: str | None = None
) -> Path:
    """Write a model as one page that needs no network, no server and no Python.

    The page has the sliders of `cartsim.questions.controls`, curves, pins to compare, gains and losses of
    each species, equations, the diagram of a small model, read-outs, a table, the words of `cartsim.help`
    that belong to the model, and its state in its address. In it,
    ``window.cartsim.run({name: value})`` gives the times and every species by name.

    Parameters
    ----------
    model : Model
        From the shelf, a patient, or one's own.
    path : str or path
        The file to write, which ends in ``.html``.
    until : float, optional
        Where the runs end, in the model's time; by default `cartsim.questions.controls.horizon`.
    title : str, optional
        The heading; by default the title of the model.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ModelError
        If `model` is not a model, or an argument is not what it should be.
    SolveError
        If the model cannot be run to the end.

    Examples
    --------
    >>> import tempfile
    >>> import cartsim as cs
    >>> folder = tempfile.TemporaryDirectory()
    >>> page = html(cs.models.barros_2021, f"{folder.name}/lesson.html", until=200)
    >>> page.name, page.stat().st_size < 1_000_000
    ('lesson.html', True)
    >>> folder.cleanup()
    """
    target = _target(path)
    target.write_text(page_text(model, until=until, title=title), encoding="utf-8", newline="\n")
    return target


def page_text(model: Model, *, until: float | None = None, title: str | None = None) -> str:
    """The text of the page of a model; see `html`."""
    if not isinstance(model, Model):
        raise ModelError(
            f"a page is made of one Model, such as cs.patients.b_all(), not of {shorten(model)}; "
            "for several, use cs.export.gallery(folder, models)"
        )
    if until is not None:
        until = finite(until, "until")
        if until <= model.start:
            raise ModelError(f"until={until:g} must lie after the start of {model.name!r}, {model.start:g}")
    if title is not None and (not isinstance(title, str) or not title.strip()):
        raise ModelError(f"the title of a page must be a text, not {shorten(title)}")
    found = payload(model, until=until)
    words = page_words(model, until=found.data["until"], title=title)
    words["glossary"] = page_glossary(model, [entry["name"] for entry in words["readouts"]])
    words["diagram"] = page_diagram(model)
    return _filled(
        {
            "title": escape(words["title"]),
            "subtitle": escape(words["subtitle"]),
            "caution": escape(words["caution"]),
            "version": escape(_version()),
            "style": _part("page.css"),
            "model": found.json,
            "page": as_json(words),
            "scripts": "\n".join(_scripts(found.script)),
        }
    )


def _target(path: str | PathLike[str]) -> Path:
    try:
        target = Path(fspath(path))
    except TypeError:
        raise ModelError(f"the file of a page must be a path, not {shorten(path)}") from None
    if target.suffix.lower() not in (".html", ".htm"):
        raise ModelError(f"a page is written to a file that ends in .html, not to {str(target)!r}")
    if not target.parent.is_dir():
        raise ModelError(
            f"there is no folder {str(target.parent)!r} to write {target.name!r} into; make it first"
        )
    return target


def _scripts(printed: str) -> list[str]:
    """Each script of the page in an element of its own; none of them holds what would end it."""
    texts = [*script_texts(), f'"use strict";\nconst CartsimPrinted = {printed};\n']
    texts += [_part(f"{name}.js") for name in SCRIPTS]
    return [f"<script>\n{text}</script>" for text in texts]


def _part(name: str) -> str:
    return (files("cartsim.export") / "page" / name).read_text(encoding="utf-8")


def _filled(values: dict[str, str]) -> str:
    """The frame of the page with its holes filled, each once: what is put in is not looked through again."""
    return _HOLE.sub(lambda hole: values[hole[1]], _part("page.html"))


def _version() -> str:
    try:
        return version("cartsim")
    except PackageNotFoundError:  # a copy that is not installed
        return ""
