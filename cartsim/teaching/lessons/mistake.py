"""The noun `Mistake`: a wrong answer that is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .required import sentence


@dataclass(frozen=True, eq=False)
class Mistake:
    """A wrong answer that students are known to give, and what to tell them.

    Parameters
    ----------
    name : str
        A few words for the teacher, such as ``"ln for log10"``.
    wrong : callable or str
        For a number: a function of the right answer that returns the wrong one, both in the unit of the
        exercise; it may also run a model and ignore its argument. For a choice: its text or its letter.
    explanation : str
        What was done, and how to get from there to what was asked; never the right answer.

    Examples
    --------
    >>> doubled = Mistake("diameter", lambda right: 2 * right, "That is the diameter; the radius was asked.")
    >>> doubled.wrong(1.5)
    3.0
    """

    name: str
    wrong: Callable[[float], float] | str
    explanation: str

    def __post_init__(self) -> None:
        sentence(self.name, "the name of a mistake")
        if not callable(self.wrong):
            sentence(self.wrong, f"mistake {self.name!r}: wrong, if it is no function of the right answer,")
        sentence(self.explanation, f"mistake {self.name!r}: explanation")
