"""``cartsim demo``: one annotated figure, and in words what it shows."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..datasets.dataset import Dataset
    from ..plots.demo import Story

FILE = "cartsim-demo.png"
SIZES = ("slide", "print", "poster")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the figure goes, and its size."""
    parser.add_argument("--out", metavar="FILE", default=FILE, help=f"png, svg or pdf (default: {FILE})")
    parser.add_argument(
        "--for", dest="size", choices=SIZES, default="slide", help="the size (default: slide)"
    )


def run(chosen: argparse.Namespace) -> int:
    """Draw, save, and say in six lines what the figure shows and how to go on."""
    from ..datasets.load import load
    from ..plots.demo import POINTS, draw, example, story
    from .picture import write

    shown, patients = example(), load(POINTS)
    write(draw(shown, patients, for_=chosen.size), chosen.out)
    for line in lines(story(shown), patients, chosen.out):
        print(line)
    return 0


def lines(told: Story, patients: Dataset, path: str) -> list[str]:
    """What the figure shows, one thing a line."""
    from ..plots.demo import MODEL, VARIANT, rounded

    days = ", ".join(f"{day:g}" for day in patients["day"])
    tumour = f"{rounded(told.nadir)} of {rounded(told.start)} tumour cells are left"
    return [
        f"peak         {told.peak:.3g} CAR-T cells in 1 uL of blood on day {told.peak_day:.1f}, "
        f"{told.fold:.0f} times as many as at the infusion",
        f"contraction  then halved in {told.halving:.1f} days; those that persist are halved in "
        f"{told.late_halving:.0f} days",
        f"nadir        {tumour} on day {told.nadir_day:.0f}: near one cell, chance decides",
        f"return       if they survive, the tumour is as large as at first on day {told.back_day:.0f}",
        f"points       medians and quartiles on days {days}: {patients.source.population}; "
        "illustrative, not for clinical use",
        f"saved        {path}; go on with: cartsim list, cartsim show {MODEL}, "
        f"cartsim run {MODEL} --variant {VARIANT}, or in Python: import cartsim as cs; cs.demo()",
    ]
