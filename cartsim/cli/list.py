"""``cartsim list``: the published models."""

from __future__ import annotations

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(chosen: argparse.Namespace) -> int:
    """Print the table of the shelf."""
    from ..models import table

    print(table())
    return 0
