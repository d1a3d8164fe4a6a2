"""What every argument goes through: finite numbers, amounts, texts, read-only mappings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from .errors import ModelError, shorten


def finite(value: Any, what: str) -> float:
    """`value` as a plain float.

    Raises
    ------
    ModelError
        If it is not a number, or not finite; the sentence begins with `what`.
    """
    try:
        if isinstance(value, (str, bytes, bool, np.bool_)):
            raise TypeError
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise ModelError(f"{what} must be a number, not {shorten(value)}") from None
    if not math.isfinite(number):
        raise ModelError(f"{what} is {number}; it must be a finite number")
    return number


def amount(value: Any, what: str) -> float:
    """`value` as a plain float that is zero or more, or a `ModelError`."""
    number = finite(value, what)
    if number < 0.0:
        raise ModelError(f"{what} is {number:g}; it cannot be negative")
    return number


def text(value: Any, what: str) -> str:
    """`value` itself if it is a text, or a `ModelError`."""
    if not isinstance(value, str):
        raise ModelError(f"{what} must be a text, not {shorten(value)}")
    return value


def frozen(mapping: Any, what: str) -> Mapping[str, Any]:
    """A read-only copy of `mapping` in the same order; None gives an empty one."""
    if mapping is None:
        mapping = {}
    if not isinstance(mapping, Mapping):
        raise ModelError(
            f"{what} must be a mapping from names, such as {what}=dict(...), not {shorten(mapping)}"
        )
    return MappingProxyType(dict(mapping))
