"""What the help of a preset shows: its keywords in the signature, and the numbers of the typical patient."""

from __future__ import annotations

import inspect
import math
import textwrap
from collections.abc import Callable, Iterator
from typing import TypeVar

from .diseases import DISEASES, Disease
from .keywords import EVERYWHERE, KEYWORDS, SOLID_ONLY, Keywords
from .numbers import Sourced, fitted
from .products import Product
from .regimens import REGIMENS

Preset = TypeVar("Preset", bound=Callable[..., object])

_KEYWORD_OF = {"burden": "tumour_burden", "negative": "antigen_negative_fraction"}
_GROWTH = "r_T"


def described(disease: str) -> Callable[[Preset], Preset]:
    """A decorator that gives a preset the signature and the notes of its disease.

    Examples
    --------
    >>> @described("myeloma")
    ... def somebody(**keywords): "Somebody."
    >>> inspect.signature(somebody).parameters["product"].default
    '4-1BB'
    """

    def complete(preset: Preset) -> Preset:
        known = DISEASES[disease]
        vars(preset)["__signature__"] = _signature(known)
        before, mark, examples = (preset.__doc__ or "").partition("\n    Examples\n")
        preset.__doc__ = f"{before}{textwrap.indent(_notes(known), '    ')}{mark}{examples}"
        return preset

    return complete


def usual(known: Disease, product: Product) -> Sourced:
    """The keywords of the typical patient that have a number of their own, with where it comes from.

    Examples
    --------
    >>> leukaemia = DISEASES["b_all"]
    >>> usual(leukaemia, leukaemia.products["4-1BB"])["dose"]
    (100000000.0, 'tisa.ball.dose_observed_total')
    """
    return {**_of_disease(known), **_of_product(product)}


def _of_disease(known: Disease) -> Sourced:
    return {**EVERYWHERE, **known.usual, **_as_keywords(known.values)}


def _of_product(product: Product) -> Sourced:
    return {**product.usual, **_as_keywords(fitted(product.fitted))}


def _as_keywords(numbers: Sourced) -> Sourced:
    """Those parameters that a keyword sets, by the name of the keyword."""
    found = {}
    for name, (value, source) in numbers.items():
        if name == _GROWTH:
            found["doubling_time"] = (math.log(2) / value, source)
        elif name in _KEYWORD_OF:
            found[_KEYWORD_OF[name]] = (value, source)
    return found


def _signature(known: Disease) -> inspect.Signature:
    """The keywords with their usual values; ``...`` where it is a number of the model itself."""
    defaults = {name: value for name, (value, _) in usual(known, known.products[known.product]).items()}
    fixed = {
        "product": known.product,
        "split": (1.0,),
        "lymphodepletion": True,
        "dual_target": False,
        "bridging": False,
    }
    parameters = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=fixed.get(name, defaults.get(name, ...)),
            annotation=getattr(kind, "__forward_arg__", kind),
        )
        for name, kind in Keywords.__annotations__.items()
        if known.solid or name not in SOLID_ONLY
    ]
    return inspect.Signature(parameters, return_annotation="Model")


def _notes(known: Disease) -> str:
    lines = [
        "",
        "Notes",
        "-----",
        "What is typical, and the row of the reference table or paper that says so:",
        "",
    ]
    lines += _wrapped(f"- of the disease: {'; '.join(_said(_of_disease(known)))};")
    lines += _wrapped(f"- lymphodepletion={known.regimen!r} ({REGIMENS[known.regimen].source});")
    for name, product in known.products.items():
        like = f", like {product.like}" if product.like[:4] != "none" else ", of which none is on the market"
        lines += _wrapped(f"- product={name!r}{like}: {'; '.join(_said(_of_product(product)))};")
    lines += _wrapped("- other keywords: the number of the part of the model that they belong to.")
    return "\n".join([*lines, "", "Illustrative, not for clinical use.", ""])


def _said(numbers: Sourced) -> Iterator[str]:
    for name, (value, source) in numbers.items():
        if source != "by definition":
            unit = f" {KEYWORDS[name].unit}" if KEYWORDS[name].unit else ""
            yield f"{name}={value:.4g}{unit} ({source})"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 100, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
