"""The noun `Exercise`: a question, the way to its answer, and what leads to it.

An exercise holds no answer but a function that computes it by running cartsim, so that a changed model
changes the answer with it. `units.py` is the pattern. A file of exercises imports from the floors below
(``from ...solving.simulate import simulate``), never ``cartsim`` itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...language.errors import ModelError, UnitError, shorten
from ...language.units import Unit, parse_unit
from .mistake import Mistake
from .required import LETTERS, folded, points, requirements

__all__ = ["LETTERS", "Exercise", "Mistake", "folded", "points"]

_NAME = re.compile(r"([a-z][a-z0-9_]*)-([1-9][0-9]*)")


@dataclass(frozen=True, eq=False, kw_only=True)
class Exercise:
    """A question, the way to its answer, and what leads to it.

    Parameters
    ----------
    name : str
        The topic, which is the name of the file, and a number, such as ``"relapse-3"``.
    question : str
        What is asked; it names the unit.
    unit : str
        The unit of the number that is asked, ``"1"`` for a number without unit; empty for a choice, or with
        `accepts`.
    solution : callable, optional
        A function without arguments that computes the answer by running cartsim: a number in `unit`, or for
        a choice its text or its letter. It shall take less than a second or so.
    rtol, atol : float
        An answer ``x`` is right if ``abs(x - right) <= atol + rtol * abs(right)``; `atol` in `unit`.
    choices : tuple of str
        The texts to choose from, of which the answer is one; they are called a, b, c, ... in this order.
    accepts : callable, optional
        Instead of `solution`, where many answers are right, or the answer is a model or a mapping: a
        function of the answer that returns ``""`` if it is right, and else a sentence about what is wrong.
    example : callable, optional
        With `accepts`: a function without arguments that returns one right answer.
    hints : tuple of str
        Two or more, each leading further than the one before; the answer is in none of them.
    mistakes : tuple of Mistake
        Wrong answers of this exercise, beside the usual ones that every number is compared with.
    because : str
        Why the answer is what it is: shown once it has been found, and in the key.
    rubric : tuple of str
        What points are given for, such as ``"1 point: the peak is read from the right curve"``.
    volume : float, optional
        Where cells or cells per volume are asked: the volume of the model, in uL, by which students mix up
        the two.
    day_zero : float, optional
        Where a day, counted from the infusion, is asked: the time of the infusion in the run, in `unit`.

    Raises
    ------
    ModelError
        If the parts contradict each other; the sentence begins with the name.

    Examples
    --------
    >>> import math
    >>> half_life = Exercise(
    ...     name="decay-1", question="Cells die at 0.1 per day. What is their half-life, in days?",
    ...     unit="day", solution=lambda: math.log(2) / 0.1, hints=("Solve exp(-0.1*t) = 1/2.", "Use log(2)."),
    ...     because="half is left when 0.1*t = ln 2", rubric=("1 point: solved for t",))
    >>> half_life.topic, half_life.kind, half_life.points
    ('decay', 'number', 1)
    """

    name: str
    question: str
    unit: str = ""
    solution: Callable[[], Any] | None = None
    rtol: float = 0.05
    atol: float = 0.0
    choices: tuple[str, ...] = ()
    accepts: Callable[[Any], str] | None = None
    example: Callable[[], Any] | None = None
    hints: tuple[str, ...]
    mistakes: tuple[Mistake, ...] = ()
    because: str
    rubric: tuple[str, ...]
    volume: float | None = None
    day_zero: float | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise ModelError(
                f"an exercise is named by its topic and a number, such as 'relapse-3', not"
                f" {shorten(self.name)}"
            )
        try:
            requirements(self)
        except UnitError as error:
            raise UnitError(f"exercise {self.name}: {error}") from None
        except ModelError as error:
            raise ModelError(f"exercise {self.name}: {error}") from None

    @property
    def kind(self) -> str:
        """What is asked: ``"number"``, ``"choice"``, or ``"open"``, where many answers are right."""
        return "open" if self.accepts is not None else "choice" if self.choices else "number"

    @property
    def topic(self) -> str:
        """The name of the file it stands in."""
        return self.name.rpartition("-")[0]

    @property
    def points(self) -> int:
        """The points of its rubric."""
        return sum(map(points, self.rubric))

    @property
    def measured_in(self) -> Unit:
        """The unit of the answer; dimensionless where no number is asked."""
        return parse_unit(self.unit or "1")

    def chosen(self, answer: str) -> str | None:
        """The choice that a text or a letter means, or None.

        Parameters
        ----------
        answer : str
            The text of a choice, whatever its case and spaces, or its letter: ``b``, ``B``, ``b)``.
        """
        plain = folded(answer)
        texts = {folded(choice): choice for choice in self.choices}
        letters = dict(zip(LETTERS, self.choices, strict=False))
        return texts.get(plain) or letters.get(plain.strip("(). "))
