"""How a name is read as a symbol with subscripts, for every notation that has them."""

from __future__ import annotations

import re
from typing import Literal

from ..errors import ExpressionError, shorten

Kind = Literal["greek", "number", "letters", "word"]

# fmt: off
GREEK: dict[str, tuple[str, str]] = {
    "alpha":   (r"\alpha",   "α"), "beta":    (r"\beta",    "β"), "gamma":   (r"\gamma",   "γ"),
    "delta":   (r"\delta",   "δ"), "epsilon": (r"\epsilon", "ϵ"), "eps":  (r"\varepsilon", "ε"),
    "zeta":    (r"\zeta",    "ζ"), "eta":     (r"\eta",     "η"), "theta":   (r"\theta",   "θ"),
    "iota":    (r"\iota",    "ι"), "kappa":   (r"\kappa",   "κ"), "lambda":  (r"\lambda",  "λ"),
    "lam":     (r"\lambda",  "λ"), "mu":      (r"\mu",      "μ"), "nu":      (r"\nu",      "ν"),
    "xi":      (r"\xi",      "ξ"), "pi":      (r"\pi",      "π"), "rho":     (r"\rho",     "ρ"),
    "sigma":   (r"\sigma",   "σ"), "tau":     (r"\tau",     "τ"), "upsilon": (r"\upsilon", "\u03c5"),
    "phi":     (r"\phi",     "ϕ"), "chi":     (r"\chi",     "χ"), "psi":     (r"\psi",     "ψ"),
    "omega":   (r"\omega",   "ω"),
    "Gamma":   (r"\Gamma",   "Γ"), "Delta":   (r"\Delta",   "Δ"), "Theta":   (r"\Theta",   "Θ"),
    "Lambda":  (r"\Lambda",  "Λ"), "Xi":      (r"\Xi",      "Ξ"), "Pi":      (r"\Pi",      "Π"),
    "Sigma":   (r"\Sigma",   "Σ"), "Upsilon": (r"\Upsilon", "\u03a5"), "Phi":     (r"\Phi",     "Φ"),
    "Psi":     (r"\Psi",     "Ψ"), "Omega":   (r"\Omega",   "Ω"),
}
"""Name -> (LaTeX command, character). ``lam`` stands in for ``lambda``, which Python keeps for itself."""
# fmt: on

# In capitals like K_BC, but read as one word.
_ABBREVIATIONS = frozenset({"CAR", "CL", "CRP", "CRS", "IFN", "IL", "LDC", "MTT", "NEU", "NK", "TMZ", "TNF"})

_HEAD = re.compile(rf"({'|'.join(GREEK)}|[a-z])([A-Z0-9]+)|([A-Z])([0-9]+|[A-Z]+)")


def split_name(name: str) -> tuple[str, tuple[str, ...]]:
    """The symbol in `name` and its subscripts, from left to right.

    An underscore begins a subscript, and so do digits or capitals after a single letter or a Greek name;
    any other word stays whole. ``x1`` and ``x_1`` therefore look the same.

    Parameters
    ----------
    name : str
        An ASCII identifier that begins with a letter.

    Raises
    ------
    ExpressionError
        If it is not one; so no character with a meaning in LaTeX or XML reaches a printer.

    Examples
    --------
    >>> split_name("rho_C"), split_name("rhoC"), split_name("k1_max"), split_name("IL6")
    (('rho', ('C',)), ('rho', ('C',)), ('k', ('1', 'max')), ('IL6', ()))
    """
    if not (name.isascii() and name.isidentifier() and name[0] != "_"):
        raise ExpressionError(
            f"the name {shorten(name)} cannot be printed; "
            "a name begins with a letter and has only ASCII letters, digits and underscores"
        )
    head, *subscripts = (part for part in name.split("_") if part)
    found = _HEAD.fullmatch(head)
    if found is None or head in GREEK or head in _ABBREVIATIONS:
        return head, tuple(subscripts)
    symbol, first = (group for group in found.groups() if group is not None)
    return symbol, (first, *subscripts)


def kind(piece: str) -> Kind:
    """How a piece of a name is set: a Greek letter, a number, letters in italics, or an upright word.

    Examples
    --------
    >>> kind("rho"), kind("50"), kind("T"), kind("BC"), kind("max")
    ('greek', 'number', 'letters', 'letters', 'word')
    """
    if piece in GREEK:
        return "greek"
    if piece.isdigit():
        return "number"
    pair = len(piece) == 2 and piece.isalpha() and piece.isupper() and piece not in _ABBREVIATIONS
    return "letters" if pair or (len(piece) == 1) else "word"
