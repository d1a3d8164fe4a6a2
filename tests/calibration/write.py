"""Writes fitted numbers into `cartsim/patient/calibrated.py`: the whole file anew."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

import cartsim.patient.calibrated as calibrated

FILE = Path(calibrated.__file__)
WIDTH = 106


def _block(name: str, entries: Mapping[str, str]) -> str:
    inside = ", ".join(f'"{key}":\N{NO-BREAK SPACE}{value}' for key, value in entries.items())
    lines = textwrap.wrap(inside, WIDTH - 8, break_long_words=False, break_on_hyphens=False)
    body = "\n".join(" " * 8 + line.replace("\N{NO-BREAK SPACE}", " ") for line in lines)
    return f'    "{name}": {{\n{body},\n    }},\n'


def _spread(sd: float, high: float | None) -> str:
    return f"({sd:.4g},\N{NO-BREAK SPACE}{'None' if high is None else f'{high:.4g}'})"


def module(
    values: Mapping[str, Mapping[str, float]],
    spreads: Mapping[str, Mapping[str, tuple[float, float | None]]],
    serves: Mapping[str, str],
) -> str:
    """The text of the module that holds these numbers."""
    doc = calibrated.__doc__ or ""
    parts = [
        f'"""{doc}"""\n\nfrom __future__ import annotations\n\n',
        "from collections.abc import Mapping\n\n# fmt: off\n",
    ]
    parts.append("VALUES: Mapping[str, Mapping[str, float]] = {\n")
    parts += [
        _block(name, {key: f"{value:.4g}" for key, value in row.items()}) for name, row in values.items()
    ]
    parts.append("}\nSPREADS: Mapping[str, Mapping[str, tuple[float, float | None]]] = {\n")
    parts += [
        _block(name, {key: _spread(*pair) for key, pair in row.items()}) for name, row in spreads.items()
    ]
    parts.append("}\nSERVES: Mapping[str, str] = {\n")
    parts += [f'    "{key}": "{value}",\n' for key, value in serves.items()]
    return "".join([*parts, "}\n# fmt: on\n"])


def write(name: str, numbers: Mapping[str, float]) -> None:
    """Put the numbers of one product into the file.

    Raises
    ------
    KeyError
        If there is no such product, or it has no such number.
    """
    row = calibrated.VALUES[name]
    for number in numbers:
        row[number]
    values = {**calibrated.VALUES, name: {**row, **numbers}}
    FILE.write_text(module(values, calibrated.SPREADS, calibrated.SERVES), encoding="utf-8")
    calibrated.VALUES = values
