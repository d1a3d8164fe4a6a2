"""`grid`: a patient for every combination of keywords, such as dose against tumour burden."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..language.errors import ModelError, shorten
from ..language.model import Model

__all__ = ["coordinates", "grid"]

MOST_AXES = 2
"""Keywords with several values; a picture has no more sides."""


def grid(disease: str = "b_all", **keywords: Any) -> dict[str, Model]:
    """Patients for every combination of one or two keywords that are given as lists.

    Parameters
    ----------
    disease : str
        A key of `DISEASES`.
    **keywords
        As for `patient`. Those given as a list (or tuple, range, array) take each of its values in turn; the
        others, ``split`` among them, are the same for all.

    Returns
    -------
    dict of str to Model
        For `simulate`; the first list changes slowest. A label says where its patient stands in the grid,
        ``"dose=1e+06, tumour_burden=1e+10"``, and `cs.plots.grid` reads it there.

    Raises
    ------
    ModelError
        If no keyword or more than two are lists, a list is empty or says the same twice, or a patient is not
        possible: the sentence says which.
    UnknownNameError
        If the disease or a keyword is not known; the nearest is offered.

    Examples
    --------
    >>> patients = grid("b_all", dose=[1e6, 1e8], tumour_burden=[1e9, 1e11])
    >>> list(patients)[:2]
    ['dose=1e+06, tumour_burden=1e+09', 'dose=1e+06, tumour_burden=1e+11']
    """
    varied = {name: list(values) for name, values in keywords.items() if _is_list(name, values)}
    if not 0 < len(varied) <= MOST_AXES:
        found = f"{len(varied)} keywords are" if varied else "no keyword is"
        raise ModelError(
            f"a grid has one or two keywords with a list of values, such as dose=[1e6, 1e7, 1e8]; "
            f"{found} given as a list"
        )
    for name, values in varied.items():
        said = [spelt(value) for value in values]
        if not said or len(set(said)) < len(said):
            what = "is empty" if not said else f"says {shorten(_first_twice(said))} twice"
            raise ModelError(f"the list of {name}= {what}; give each value once")
    fixed = {name: value for name, value in keywords.items() if name not in varied}
    patients = {}
    for chosen in itertools.product(*varied.values()):
        place = dict(zip(varied, chosen, strict=True))
        patients[label(place)] = _patient(disease, fixed, place)
    return patients


def _is_list(name: str, values: Any) -> bool:
    return name != "split" and isinstance(values, list | tuple | range | np.ndarray)


def _first_twice(said: Iterable[str]) -> str:
    said = list(said)
    return next(text for i, text in enumerate(said) if text in said[:i])


def _patient(disease: str, fixed: Mapping[str, Any], place: Mapping[str, Any]) -> Model:
    from .presets import patient  # which offers `grid` among the patients

    try:
        return patient(disease, **fixed, **place)
    except ModelError as error:
        raise type(error)(f"{error} (in the grid at {label(place)})") from None


def spelt(value: Any) -> str:
    """A value of a keyword as a label says it.

    Examples
    --------
    >>> spelt(1e6), spelt(30), spelt("CD28"), spelt(True)
    ('1e+06', '30', 'CD28', 'True')
    """
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return f"{value:.6g}" if number else str(value)


def label(place: Mapping[str, Any]) -> str:
    """The label of a patient in a grid, from its keywords."""
    return ", ".join(f"{name}={spelt(value)}" for name, value in place.items())


def coordinates(label: str) -> dict[str, str] | None:
    """What a label says of the place in the grid; None if it says nothing of the kind.

    Examples
    --------
    >>> coordinates("dose=1e+06, product=CD28"), coordinates("patient 7")
    ({'dose': '1e+06', 'product': 'CD28'}, None)
    """
    pairs = [part.partition("=") for part in label.split(", ")]
    if not all(name.strip() and mark and value.strip() for name, mark, value in pairs):
        return None
    return {name.strip(): value.strip() for name, _, value in pairs}
