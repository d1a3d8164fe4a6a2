"""`Labels`: what the patients of a cohort are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, overload

from ..language.errors import UnknownNameError, shorten

_LABEL = re.compile(r"patient ([1-9][0-9]{0,11})")


class Labels(Sequence[str]):
    """The labels "patient 1", "patient 2", ... of a cohort: computed, not stored.

    Parameters
    ----------
    numbers : range
        The patients' numbers, from 1.
    """

    def __init__(self, numbers: range) -> None:
        self._numbers = numbers

    def index(self, label: object, *_: Any) -> int:
        """The place of a label, from 0.

        Raises
        ------
        UnknownNameError
            If there is no such patient.
        """
        match = _LABEL.fullmatch(label) if isinstance(label, str) else None
        if match is None or int(match[1]) not in self._numbers:
            there = f"the labels are {self[0]!r} to {self[-1]!r}" if len(self) else "it is empty"
            raise UnknownNameError(f"the cohort has no {shorten(label)}; {there}")
        return self._numbers.index(int(match[1]))

    def __contains__(self, label: object) -> bool:
        match = _LABEL.fullmatch(label) if isinstance(label, str) else None
        return match is not None and int(match[1]) in self._numbers

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> Labels: ...

    def __getitem__(self, index: int | slice) -> str | Labels:
        found = self._numbers[index]
        return Labels(found) if isinstance(found, range) else f"patient {found}"

    def __len__(self) -> int:
        return len(self._numbers)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Labels):
            return self._numbers == other._numbers
        return tuple(self) == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"<{len(self)} labels{f': {self[0]} to {self[-1]}' if len(self) else ''}>"
