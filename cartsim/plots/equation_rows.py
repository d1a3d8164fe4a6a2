"""The rows of a picture of equations: left side, and the terms, each with the colour of its process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser

from ..language.mathematics import right_hand_side
from ..language.model import Model
from ..language.printers.infix import split_sign
from ..language.printers.latex import name_to_latex, to_latex
from ..language.tree import Expression, Sum
from .colours_of_terms import colours_of
from .style import INK, readable

FONT = "stix"
GAP = r"\;"
"""What stands between two terms of a line."""

Size = tuple[float, float, float]
"""Width, height above the base line, and depth below it, in font sizes."""


@dataclass(frozen=True)
class Piece:
    """A term: its sign and the rest in LaTeX, the process it comes from, and its colour."""

    sign: str
    body: str
    process: str = ""
    colour: str = INK

    def latex(self, nth: int) -> str:
        """The text of the `nth` piece in a line; the sign of the first is not set between two terms."""
        between = rf"{{}}{self.sign}{self.body}"
        return between if nth else f"{self.sign}{self.body}"


@dataclass(frozen=True)
class Row:
    """One equation: its left side, and the pieces between which its right side may be broken."""

    left: str
    pieces: tuple[Piece, ...]
    colour: str = INK
    name: str = ""

    @property
    def is_heading(self) -> bool:
        return not self.pieces


def rows_of(model: Model, *, tall: bool) -> Iterator[Row]:
    """Every equation in its order; with `tall`, fractions are set at full size."""
    tints = colours_of(model)
    for name, tree in right_hand_side(model.structure).items():
        left = rf"\frac{{\mathrm{{d}}{name_to_latex(name)}}}{{\mathrm{{d}}t}}"
        pieces = tuple(_pieces(tree, tall, _owners(model, name), tints))
        yield Row(_tall(left) if tall else left, pieces, readable(tints[name]), name)
    for heading, trees in (("where", model.structure.definitions), ("observed", model.structure.observables)):
        if trees:
            yield Row(heading, ())
            for name, tree in trees.items():
                yield Row(name_to_latex(name), tuple(_pieces(tree, tall, [], tints)), name=name)


def _owners(model: Model, species: str) -> list[str]:
    """The process of each term in the right-hand side of `species`; a rate that is a sum has several."""
    found = []
    for process, changes in model.structure.stoichiometry:
        rate = model.structure.rates[process]
        for name, number in changes:
            if name == species:
                spread = isinstance(rate, Sum) and abs(number) == 1.0
                found += [process] * (len(rate.terms) if spread and isinstance(rate, Sum) else 1)
    return found


def _pieces(tree: Expression, tall: bool, owners: list[str], tints: dict[str, str]) -> Iterator[Piece]:
    """The terms with their signs; between them, the right side may be broken."""
    terms = tree.terms if isinstance(tree, Sum) and len(owners) != 1 else (tree,)
    for nth, term in enumerate(terms):
        minus, rest = split_sign(term)
        sign = ("-" if minus else "") if nth == 0 else (r"-\," if minus else r"+\,")
        text = rf"\left({to_latex(rest)}\right)" if minus and isinstance(rest, Sum) else to_latex(rest)
        owner = owners[nth] if owners else ""
        colour = readable(tints[owner]) if owner else INK
        yield Piece(sign, _tall(text) if tall else text, owner, colour)


def _tall(latex: str) -> str:
    """The text with its outermost fractions at full size; those inside others stay small."""
    text, depth = "", 0
    for position, character in enumerate(latex):
        depth += (character == "{") - (character == "}")
        text += r"\d" if depth == 0 and latex.startswith(r"\frac", position) else character
    return text


# ------------------------------------------------------------------ sizes


@lru_cache(maxsize=4096)
def size_of(latex: str) -> Size:
    """The size of a text in LaTeX, in font sizes."""
    font = FontProperties(size=100.0, math_fontfamily=FONT)
    width, height, depth, *_ = MathTextParser("path").parse(f"${latex}$", dpi=72.0, prop=font)
    return width / 100.0, (height - depth) / 100.0, depth / 100.0


def size_of_line(line: list[Piece]) -> Size:
    """The size of pieces beside each other."""
    sizes = [size_of(piece.latex(nth)) for nth, piece in enumerate(line)]
    widths, heights, depths = zip(*sizes, strict=True)
    return sum(widths) + size_of(GAP)[0] * (len(sizes) - 1), max(heights), max(depths)
