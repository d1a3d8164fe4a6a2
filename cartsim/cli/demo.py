"""``cartsim demo``: the teaching patient on one annotated page, and in words what it shows."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..plots.findings import Finding

FILE = "cartsim-demo.png"
SIZES = ("slide", "print", "poster")
MODEL, VARIANT = "kimmel_2021", "slow"
"""The published model that the last line leads on to."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the figure goes, and its size."""
    parser.add_argument("--out", metavar="FILE", default=FILE, help=f"png, svg or pdf (default: {FILE})")
    parser.add_argument(
        "--for", dest="size", choices=SIZES, default="slide", help="the size (default: slide)"
    )


def run(chosen: argparse.Namespace) -> int:
    """Draw, save, and say what the figure shows, one thing a line, and how to go on."""
    from ..plots.demo import draw, example
    from ..plots.findings import findings
    from .picture import check, write

    check(chosen.out)
    shown = example()
    told = findings(shown)
    write(draw(shown, told, for_=chosen.size), chosen.out)
    for line in lines(told, shown.model.title, chosen.out):
        print(line)
    return 0


def lines(told: Sequence[Finding], title: str, path: str) -> list[str]:
    """Who the patient is, what was found, one thing a line, and how to go on."""
    from ..plots.caution import CAUTION

    rows = [
        ("patient", f"{title}; {CAUTION[0].lower()}{CAUTION[1:].rstrip('.')}"),
        *((finding.about, finding.sentence) for finding in told),
        (
            "saved",
            f"{path}; go on with: cartsim list, cartsim show {MODEL}, "
            f"cartsim run {MODEL} --variant {VARIANT}, or in Python: import cartsim as cs; cs.demo()",
        ),
    ]
    width = max(len(about) for about, _ in rows) + 2
    return [f"{about:<{width}}{words}" for about, words in rows]
