"""The nouns: `Readout` of one run, `Readouts` of several, and the table that holds them by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from types import MappingProxyType
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..language.errors import UnknownNameError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Readout:
    """One number that a run is asked for.

    Parameters
    ----------
    value : float
        The number; nan when it is missing.
    unit : str
        Its unit; empty where the model gives none.
    meaning : str
        How it is defined, in words.
    reason : str
        Why it is missing or infinite, or what to bear in mind; usually empty.

    Examples
    --------
    >>> print(Readout(1.2e9, "cell"))
    1.2e9 cell
    >>> print(Readout(math.nan, "day", reason="not reached: it never doubles"))
    not reached: it never doubles
    """

    value: float
    unit: str
    meaning: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", float(self.value))

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        if not math.isfinite(self.value):
            return self.reason
        text = quantity(self.value, self.unit)
        return f"{text} ({self.reason})" if self.reason else text


@dataclass(frozen=True, eq=False)
class Readouts:
    """One number that each of several runs is asked for.

    Parameters
    ----------
    values : ndarray, shape (n_runs,)
        In the order of the ensemble's labels; nan where missing.
    unit : str
        Their unit.
    meaning : str
        How they are defined, in words.
    labels : tuple of str, length n_runs
        The runs.
    reasons : mapping of str to str
        By label: why a value is missing or infinite, or what to bear in mind.
    """

    values: Array
    unit: str
    meaning: str
    labels: tuple[str, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=float)
        values.flags.writeable = False
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "reasons", MappingProxyType(dict(self.reasons)))

    def __getitem__(self, label: str) -> Readout:
        """The read-out of one run."""
        if label not in self.labels:
            from ..language.errors import shorten, suggestion

            raise UnknownNameError(
                f"there is no run {shorten(label)}" + suggestion(label, self.labels, plural="runs")
            )
        value = float(self.values[self.labels.index(label)])
        return Readout(value, self.unit, self.meaning, self.reasons.get(label, ""))

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Readout]:
        return (self[label] for label in self.labels)

    def __str__(self) -> str:
        known = self.values[~np.isnan(self.values)]
        if not len(known):
            reasons = sorted(set(self.reasons.values()))
            return reasons[0] if len(reasons) == 1 else f"missing in all {len(self)} runs"
        middle = sorted(known)[(len(known) - 1) // 2 : len(known) // 2 + 1]
        text = f"median {quantity(sum(middle) / len(middle), self.unit)}"
        text += f", {spelled(known.min())} to {spelled(known.max())}"
        return text if len(known) == len(self) else f"{text} ({len(known)} of {len(self)} runs)"

    def __repr__(self) -> str:
        return f"<Readouts of {len(self)} runs: {self}>"


Entry = TypeVar("Entry", bound=Readout | Readouts)


class ReadoutTable(Mapping[str, Entry], Generic[Entry]):
    """Read-outs by name, in the order in which a reader meets them.

    Parameters
    ----------
    entries : mapping of str to Readout or Readouts
    title : str
        What was asked.
    unknown : callable
        Makes the sentence about a name that is not here.
    """

    def __init__(self, entries: Mapping[str, Entry], *, title: str, unknown: Callable[[object], str]) -> None:
        self._entries: dict[str, Entry] = dict(entries)
        self._unknown = unknown
        self.title = title

    def __getitem__(self, name: str) -> Entry:
        if name not in self._entries:
            raise UnknownNameError(self._unknown(name))
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __str__(self) -> str:
        width = max(map(len, self._entries))
        return "\n".join([self.title, *(f"  {name:<{width}}  {entry}" for name, entry in self.items())])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        cells = ((name, str(entry), entry.meaning) for name, entry in self.items())
        cell = '<td style="text-align:left">{}</td>'
        rows = "".join(f"<tr>{''.join(cell.format(escape(text)) for text in row)}</tr>" for row in cells)
        head = "<tr><th>read-out</th><th>value</th><th>meaning</th></tr>"
        return f"<table><caption>{escape(self.title)}</caption>{head}{rows}</table>"


def quantity(number: float, unit: str) -> str:
    """A number with its unit.

    Examples
    --------
    >>> quantity(3.0, "day"), quantity(0.93, "1e9 cell"), quantity(3900.0, "1")
    ('3 day', '0.93 × 1e9 cell', '3900')
    """
    if unit in ("", "1"):
        return spelled(number)
    return f"{spelled(number)} {'× ' if unit[0].isdigit() else ''}{unit}"


@lru_cache(maxsize=4096)
def spelled(number: float) -> str:
    """A number with four digits, as it is written by hand.

    Examples
    --------
    >>> spelled(24000.0), spelled(1.2e9), spelled(0.77959), spelled(-3.2e-7), spelled(99999.9)
    ('24000', '1.2e9', '0.7796', '-3.2e-7', '100000')
    """
    if not math.isfinite(number):
        return {math.inf: "infinite", -math.inf: "-infinite"}.get(number, "nan")
    rounded = float(f"{number:.4g}") + 0.0  # not -0
    if rounded == 0.0 or 1e-3 <= abs(rounded) < 1e6:
        return np.format_float_positional(rounded, trim="-")
    digits, _, exponent = f"{number:.3e}".partition("e")
    return f"{digits.rstrip('0').rstrip('.')}e{int(exponent)}"
