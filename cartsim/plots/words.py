"""Numbers and units as a reader wants them: ``2×10⁶``, ``cells/µL``, and in words for alt text."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from ..language.errors import UnitError
from ..language.units import Unit, parse_unit

_UP = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_WORDS = {1e12: "trillion", 1e9: "billion", 1e6: "million"}


def number(value: float, digits: int = 3) -> str:
    """A number for a label, with at most `digits` figures.

    Examples
    --------
    >>> number(1.5e6), number(12345.0), number(0.5), number(2e-7), number(0)
    ('1.5×10⁶', '12,300', '0.5', '2×10⁻⁷', '0')
    """
    if value == 0.0 or not math.isfinite(value):
        return "0" if value == 0.0 else str(value)
    if 1e-3 <= abs(value) < 99_950:
        return _plain(value, digits)
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    front = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    ten = power_of_ten(int(exponent))
    return {"1": ten, "-1": f"−{ten}"}.get(front, f"{front.replace('-', '−')}×{ten}")


def power_of_ten(exponent: int) -> str:
    """``10⁶``, for example, in plain text."""
    return f"10{str(exponent).translate(_UP)}"


def _plain(value: float, digits: int) -> str:
    rounded = float(f"{value:.{digits - 1}e}")
    text = f"{rounded:,.10f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def spoken(value: float) -> str:
    """A number that a screen reader reads well.

    Examples
    --------
    >>> spoken(1.5e6), spoken(300.0), spoken(2.5e15), spoken(3e-9)
    ('1.5 million', '300', '2.5e+15', '3e-09')
    """
    value += 0.0  # no minus zero
    for size, word in _WORDS.items():
        if size <= abs(value) < 1000 * size:
            return f"{_plain(value / size, 3).replace('−', 'minus ')} {word}"
    if value == 0.0 or 1e-4 <= abs(value) < 1e6:
        return _plain(value, 3).replace("−", "minus ")
    return f"{value:.3g}"


def pretty(unit: str) -> str:
    """A unit for a label; empty for a pure number.

    Examples
    --------
    >>> pretty("cell/uL"), pretty("1e9 cell"), pretty("1/day"), pretty("m^2"), pretty("1")
    ('cells/µL', '10⁹ cells', '1/day', 'm²', '')
    """
    if unit in ("", "1", "dimensionless"):
        return ""
    above, bar, below = unit.partition("/")
    text = re.sub(r"\bcell\b", "cells", above) + bar + below
    text = re.sub(r"\bu(?=[gLM]\b|mol\b)", "µ", text)
    text = re.sub(r"(?:\^|\*\*)\(?(-?\d+)\)?", lambda match: match[1].translate(_UP), text)
    text = re.sub(r"\b(\d[\d.]*e[+-]?\d+)(?=\s)", lambda match: number(float(match[1])), text)
    return text.replace("degC", "°C").replace("percent", "%").replace("*", "·")


def unit_or_none(unit: str) -> Unit | None:
    """The parsed unit, or None where the text is empty or none that cartsim knows."""
    try:
        return parse_unit(unit) if unit else None
    except UnitError:
        return None


def one_cell(unit: str) -> float | None:
    """How much one cell is in `unit`, or None if the unit does not count cells.

    Examples
    --------
    >>> one_cell("1e9 cell"), one_cell("cell/uL")
    (1e-09, None)
    """
    parsed = unit_or_none(unit)
    if parsed is None or dict(parsed.dimensions) != {"cell": Fraction(1)}:
        return None
    return 1.0 / parsed.scale


def what_it_measures(unit: str) -> str:
    """A word for what is measured in `unit`, for an axis that several quantities share."""
    parsed = unit_or_none(unit)
    if parsed is None or not parsed.dimensions:
        return "amount"
    exponents = {base: float(exponent) for base, exponent in parsed.dimensions}
    if exponents == {"cell": 1.0}:
        return "number of cells" if parsed.scale == 1.0 else "number"
    if exponents == {"degC": 1.0}:
        return "temperature"
    if exponents.get("day", 0.0) < 0.0:
        return "rate"
    return "concentration" if exponents.get("mL", 0.0) == -1.0 else "amount"


def axis_label(words: str, unit: str) -> str:
    """``"words (unit)"``, without the brackets where they would add nothing.

    Examples
    --------
    >>> axis_label("number of cells", "cell"), axis_label("interleukin 6", "pg/mL")
    ('number of cells', 'interleukin 6 (pg/mL)')
    """
    shown = pretty(unit)
    if not shown or (shown == "cells" and words.endswith("cells")):
        return words
    return f"{words} ({shown})"


def unit_on_axis(label: str) -> str | None:
    """The unit that an axis label made here states, or None.

    Examples
    --------
    >>> unit_on_axis("time after CAR-T dose (day)"), unit_on_axis("number of cells")
    ('day', 'cell')
    """
    match = re.search(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*$", " ".join(label.split()))
    if match:
        return match[1]
    return "cell" if label.endswith("cells") else None


def slug(text: str) -> str:
    """`text` as part of an identifier in SVG: letters, digits and hyphens."""
    return re.sub(r"[^A-Za-z0-9_.]+", "-", text).strip("-") or "x"
