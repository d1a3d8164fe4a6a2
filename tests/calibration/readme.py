"""What the README shows of the teaching patient: the table of calibration, and the picture with its words."""

from __future__ import annotations

import re
from pathlib import Path

from cartsim.plots import alt_text, style
from cartsim.plots.dashboard import DAYS
from cartsim.plots.demo import draw, example
from cartsim.plots.findings import Finding, findings
from cartsim.plots.headline import headline
from cartsim.plots.view import view_of
from cartsim.solving.trajectory import Trajectory

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
ACHIEVED = Path(__file__).with_name("achieved.md")
PICTURE = "examples/pictures/demo.png"
BEGIN, END = "<!-- calibration: begin -->", "<!-- calibration: end -->"
_ALT = re.compile(rf"!\[[^\]]*\]\({re.escape(PICTURE)}\)")
_WIDTH = 1600  # pixels


def block(text: str) -> str:
    """What stands in a README between the two marks of the table, without the empty lines around it.

    Examples
    --------
    >>> block(with_block(f"before\\n\\n{BEGIN}\\nold\\n{END}\\n", "new"))
    'new'
    """
    inside, end, _ = text.partition(BEGIN)[2].partition(END)
    if not end:
        raise ValueError(f"README.md needs a line {BEGIN!r} and below it a line {END!r}")
    return inside.strip("\n")


def with_block(text: str, table: str) -> str:
    """The text of a README with another table between the two marks."""
    block(text)  # both marks are there
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{table.strip()}\n\n{END}{rest.partition(END)[2]}"


def with_words(text: str, words: str) -> str:
    """The text of a README with other words for the picture."""
    changed, times = _ALT.subn(lambda _: f"![{words}]({PICTURE})", text)
    if times != 1:
        raise ValueError(f"README.md needs the picture {PICTURE} once, not {times} times")
    return changed


def update_table() -> None:
    """Put the table that was written last into the README."""
    text = README.read_text(encoding="utf-8")
    README.write_text(with_block(text, ACHIEVED.read_text(encoding="utf-8")), encoding="utf-8")


def update_picture() -> None:
    """Draw the demo into the picture of the README, and tell it there in words."""
    run = example()
    figure = draw(run, findings(run), for_="slide")
    with style("slide"):
        pixels = _WIDTH / figure.get_size_inches()[0]
        figure.savefig(ROOT / PICTURE, dpi=pixels, metadata={"Description": alt_text(figure)})
    text = README.read_text(encoding="utf-8")
    README.write_text(with_words(text, in_words(run)), encoding="utf-8")


def in_words(run: Trajectory) -> str:
    """The picture of a run in a few sentences: its headline, and what was found."""
    shown = (
        "The demo: one patient, from ten days before CAR-T cells to a year after, the first weeks widened."
    )
    title = "; ".join(headline(view_of(run, None, DAYS, "the README")))
    said = [f"{_begun(finding)}." for finding in findings(run)]
    return " ".join([shown, f"{title}.", *said, "Illustrative, not for clinical use."])


def _begun(finding: Finding) -> str:
    """The sentence of a finding with what it is about in front, unless it begins so itself."""
    about, sentence = finding.about.capitalize(), finding.sentence
    return about + sentence[len(about) :] if sentence.startswith(finding.about) else f"{about}: {sentence}"
