"""What comes back: `Verdict`, and `Words` for a question or a hint; both as plain text and for a notebook."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape

_WIDTH = 92
_BOX = (
    '<div role="status" style="border-left:4px solid {colour};padding:.2em 0 .2em .9em;margin:.3em 0;'
    'max-width:46em;line-height:1.5">{inside}</div>'
)
_PARAGRAPH = '<div style="margin:.2em 0">{}</div>'


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, and what helps if it is not.

    Parameters
    ----------
    name : str
        The exercise.
    right : bool
        Whether the answer is right; also what ``if check(...):`` asks.
    message : str
        Why it is right, or what was done instead of what was asked.
    mistake : str
        The mistake that was recognised, in a few words; empty if none was.
    hint : str
        What may lead further; empty if the answer is right or the message says it.
    answered : bool
        False if there was nothing to judge.

    Examples
    --------
    >>> Verdict("units-2", False, "You answered in hours; days were asked.", "hours for days")
    Not yet. You answered in hours; days were asked.
    """

    name: str
    right: bool
    message: str
    mistake: str = ""
    hint: str = ""
    answered: bool = True

    def __bool__(self) -> bool:
        return self.right

    def __str__(self) -> str:
        _, _, word = self._look()
        lines = [f"{word} {self.message}".strip(), f"Hint: {self.hint}" if self.hint else ""]
        return "\n".join(textwrap.fill(line, _WIDTH, break_on_hyphens=False) for line in lines if line)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        colour, symbol, word = self._look()
        inside = _PARAGRAPH.format(
            f'<span aria-hidden="true" style="color:{colour};font-weight:bold">{symbol}</span> '
            f"<strong>{word}</strong> {escape(self.message)}"
        )
        if self.hint:
            inside += _PARAGRAPH.format(f"<em>Hint:</em> {escape(self.hint)}")
        return _BOX.format(colour=colour, inside=inside)

    def _look(self) -> tuple[str, str, str]:
        """Colour, symbol and word."""
        if self.right:
            return "#008f6b", "\N{CHECK MARK}", "Right."
        if not self.answered:
            return "#8c8c8c", "\N{HORIZONTAL ELLIPSIS}", "No answer yet."
        return "#c87800", "\N{CLOCKWISE OPEN CIRCLE ARROW}", "Not yet."


class Words(str):
    """A text that a notebook shows as it reads, without quotation marks.

    Examples
    --------
    >>> Words("Which process removes them?")
    Which process removes them?
    """

    def __repr__(self) -> str:
        return "\n".join(textwrap.fill(line, _WIDTH, break_on_hyphens=False) for line in self.splitlines())

    def _repr_html_(self) -> str:
        inside = "".join(_PARAGRAPH.format(escape(line)) for line in self.splitlines())
        return _BOX.format(colour="#8c8c8c", inside=inside).replace(' role="status"', "")
