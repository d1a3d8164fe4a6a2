"""Every error that cartsim raises: what is wrong, where, and the likely fix, in the user's words.

All derive from ``ValueError`` (the question was wrong) or ``RuntimeError`` (the answer could not be
computed), so a caller who knows nothing of cartsim still catches them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any


class ModelError(ValueError):
    """A model, an event or an argument contradicts itself or the model it is used with."""


class ExpressionError(ModelError):
    """A text is not arithmetic in cartsim's language."""


class UnitError(ModelError):
    """A unit cannot be read, or two units do not agree."""


class UnknownNameError(ModelError, KeyError):
    """A name that nothing carries; the nearest known name is offered.

    It is a ``KeyError`` too, so that ``name in run`` and ``runs.get(label)`` behave as for any mapping.
    """

    __str__ = ValueError.__str__  # KeyError would print the sentence in quotation marks


class MissingExtraError(RuntimeError, ImportError):
    """An optional library is not installed; the message names the extra that brings it."""


class SolveError(RuntimeError):
    """A run could not be finished.

    Attributes
    ----------
    time : float
        Where the solution stopped, in the model's time unit.
    species : str
        The species that could not be continued.
    partial : cartsim.Trajectory or None
        What was computed up to `time`.
    """

    def __init__(self, message: str, *, time: float, species: str, partial: Any = None) -> None:
        super().__init__(message)
        self.time = time
        self.species = species
        self.partial = partial

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_solve_error, (str(self), self.time, self.species, self.partial)


class UnfinishedError(RuntimeError):
    """Nobody finished a run of several: its worker was lost, or the work was interrupted."""


def _rebuild_solve_error(message: str, time: float, species: str, partial: Any) -> SolveError:
    return SolveError(message, time=time, species=species, partial=partial)


def nearest(name: object, known: Iterable[str]) -> str | None:
    """The known name that `name` most likely meant, or None.

    Examples
    --------
    >>> nearest("gama", ["gamma", "phi"])
    'gamma'
    """
    names = sorted(set(known))
    text = name[:200] if isinstance(name, str) else shorten(name)
    lowered = {n.lower(): n for n in names}
    if text.lower() in lowered:
        return lowered[text.lower()]
    found = difflib.get_close_matches(text.lower(), lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else None


def suggestion(name: object, known: Iterable[str], *, plural: str = "names") -> str:
    """The end of a sentence about an unknown name: the nearest one, or what there is to choose from.

    Examples
    --------
    >>> suggestion("gama", ["gamma", "phi"])
    "; did you mean 'gamma'?"
    >>> suggestion("x", ["gamma", "phi"], plural="parameters")
    '; the parameters are gamma, phi'
    """
    names = list(dict.fromkeys(known))
    close = nearest(name, names)
    if close is not None:
        return f"; did you mean {close!r}?"
    if not names:
        return f"; there are no {plural}"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"; the {plural} are {shown}"


def shorten(text: object, length: int = 60) -> str:
    """`text` in quotation marks, cut in the middle when it is long, for use inside a sentence."""
    try:
        shown = repr(text)
    except (ValueError, RecursionError):  # a number of thousands of digits, a list nested in itself
        return f"a {type(text).__name__} too large to show"
    return shown if len(shown) <= length else f"{shown[: length - 12]}...{shown[-8:]}"
