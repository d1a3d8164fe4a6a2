"""Which model a word on the command line means: one of the shelf, or a JSON file."""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
from pathlib import Path

from ..language.errors import ModelError, UnknownNameError, suggestion
from ..language.model import Model


def add_model(parser: argparse.ArgumentParser) -> None:
    """The arguments that choose a model."""
    parser.add_argument("model", metavar="MODEL", help="a name from 'cartsim list', or a JSON file")
    parser.add_argument("--variant", metavar="NAME", help="another set of numbers of the same paper")


def chosen_model(arguments: argparse.Namespace) -> Model:
    """The model that the arguments name.

    Raises
    ------
    UnknownNameError
        If there is no such model; the nearest is offered.
    ModelError
        If the file does not hold a model.
    """
    model = _file(arguments.model) if arguments.model.endswith(".json") else _shelf(arguments.model)
    return model.variant(arguments.variant) if arguments.variant else model


def page(name: str) -> str:
    """The page of a model of the shelf, the text at the head of its file; empty for one from a JSON file."""
    from ..models import INDEX

    if name not in INDEX:
        return ""
    return inspect.cleandoc(importlib.import_module(f"cartsim.models.{name}").__doc__ or "")


def _shelf(words: str) -> Model:
    """The model of a name, or of the ``name/variant`` that runs and figures print."""
    from .. import models

    name, _, variant = words.partition("/")
    if name not in models.INDEX:
        raise UnknownNameError(
            f"there is no model {name!r}" + suggestion(name, models.INDEX, plural="models")
        )
    found: Model = getattr(models, name)
    return found.variant(variant) if variant else found


def _file(path: str) -> Model:
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path} is not JSON: {error}") from None
    try:
        return Model.from_dict(data)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from None
