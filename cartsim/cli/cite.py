"""``cartsim cite``: the reference of a model."""

from __future__ import annotations

import argparse

from .which import add_model, chosen_model


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which model."""
    add_model(parser)


def run(chosen: argparse.Namespace) -> int:
    """Print the reference as text and as BibTeX."""
    from ..models.citation import cite

    print(cite(chosen_model(chosen)))
    return 0
