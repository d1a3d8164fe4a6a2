"""`cohort`: virtual patients, drawn so that each keeps their numbers whatever else is drawn.

Patient 7 has the same clearance in a cohort of ten and of ten thousand, alone and in company, on one machine
and on many. So two cohorts differ where they were told to differ, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..language.correlations import EVEN, correlate
from ..language.errors import ModelError, shorten
from ..language.lookup import centre_of, kind_of
from ..language.model import Model
from ..language.spreads import Spread, as_spread
from ..language.values import finite, frozen
from .people import Cohort

Array = NDArray[np.float64]

MAX_PATIENTS = 10_000_000
"""More are refused: a hundred numbers each would need 8 GB."""


def cohort(
    model: Model,
    n: int,
    *,
    spread: Mapping[str, Spread | float] | None = None,
    correlation: Mapping[tuple[str, str], float] | None = None,
    covariates: Mapping[str, Sequence[float]] | None = None,
    seed: int | None = None,
) -> Cohort:
    """Virtual patients: `n` copies of a model that differ in some of its numbers.

    Parameters
    ----------
    model : Model
        The typical patient.
    n : int
        How many, at least 1; a whole number such as 1e3 will do.
    spread : mapping of str to Spread or float, optional
        How a parameter, or the initial amount of a species, differs between patients. A number is the
        coefficient of variation of a `LogNormal` around the model's own value; 0 is the same for all. For
        names left out holds what the model itself declares (``Parameter(..., spread=0.3)``).
    correlation : mapping of (str, str) to float, optional
        By pairs of names that have a spread: the correlation of their normal scores (of the logarithms, for
        two log-normal spreads), which ties them by a Gaussian copula. It is 0 for pairs that are left out.
    covariates : mapping of str to sequence of float, optional
        `n` known numbers by name, such as real patients' weights. They replace what the model declares.
    seed : int
        Whole number, zero or more; needed if anything is drawn. What is drawn for a name depends on the seed,
        the name and the patient's number only. So a larger cohort begins with the patients of a smaller one,
        and another spread leaves the others as they are. (Correlated names are drawn together, in their order
        in the model's declarations and then in `spread`.)

    Returns
    -------
    Cohort
        A mapping from "patient 1", "patient 2", ... to models, for `simulate`.

    Raises
    ------
    UnknownNameError
        If a name is neither a parameter nor a species of `model`; the nearest one is offered.
    ModelError
        If nothing would differ, a seed is missing, the correlations contradict one another, or a number comes
        out that is not finite or, for an initial amount, negative.

    Examples
    --------
    >>> from cartsim.language.spreads import LogNormal
    >>> growth = Model("growth", species={"T": 1e6}, parameters={"r": 0.1})
    >>> people = cohort(growth, 1000, spread={"r": 0.3, "T": LogNormal(sd=1.0)}, seed=1)
    >>> bool(people["patient 7"].values["r"] == people.values("r")[6])
    True
    """
    if not isinstance(model, Model):
        raise ModelError(f"a cohort is made of a model, not of {shorten(model)}")
    size = _whole(n, "n, the number of patients,", 1)
    if size > MAX_PATIENTS:
        raise ModelError(f"n is {size:,}; a cohort has at most {MAX_PATIENTS:,} patients")
    given = frozen(spread, "spread")
    known = _covariates(model, frozen(covariates, "covariates"), size, given)
    spreads = _spreads(model, given, known)
    if not spreads and not known:
        raise ModelError(
            f"nothing differs between the patients: {model.name!r} declares no spread, so give one, such as "
            "spread={'name': 0.3} for 30 %, or Parameter(..., spread=0.3) in the model"
        )
    if spreads and seed is None:
        raise ModelError(
            "a cohort is drawn at random and needs a seed, such as seed=1, so that the same patients can be "
            "drawn again"
        )
    number = 0 if seed is None else _whole(seed, "the seed", 0)
    drawn = draw(model, spreads, correlation, seed=number, first=0, last=size)
    return Cohort(model, {**drawn, **known})


def draw(
    model: Model,
    spreads: Mapping[str, Spread],
    correlation: Mapping[tuple[str, str], float] | None = None,
    *,
    seed: int,
    first: int,
    last: int,
) -> dict[str, Array]:
    """The numbers of the patients at places `first` up to, but not at, `last`.

    Every operation is one patient's alone, so a part is equal to the last bit to the same part of the whole.

    Parameters
    ----------
    model : Model
        Its values are what the spreads are around.
    spreads, correlation, seed
        As for `cohort`.
    first, last : int
        Places, from 0.

    Returns
    -------
    dict of str to ndarray, shape (last - first,)
        By name, in the order and the units of `spreads`.
    """
    even = {name: uniforms(seed, name, first=first, last=last) for name in spreads}
    drawn = {}
    for name, u in correlate(even, {} if correlation is None else correlation).items():
        try:
            drawn[name] = spreads[name].quantile(u, centre_of(model, name))
        except ModelError as error:
            raise ModelError(f"the spread of {name!r}: {error}") from None
    return drawn


def uniforms(seed: int, name: str, *, first: int, last: int) -> Array:
    """Even numbers above 0 and below 1 for one name, one a patient, shape (last - first,).

    Each name has a stream of its own, and each patient the place of their number in it.
    """
    stream = np.random.PCG64(np.random.SeedSequence([seed, *name.encode()]))
    stream.advance(first)
    even = np.random.Generator(stream).random(last - first)  # multiples of 2**-53 from 0, which is moved off
    return np.clip(even + 2.0**-54, *EVEN)


def _spreads(model: Model, given: Mapping[str, Any], known: Mapping[str, Array]) -> dict[str, Spread]:
    """The spreads that hold: the model's own in its order, changed and followed by those given."""
    parts: dict[str, Any] = {**model.parameters, **model.species}
    declared = {name: part.spread for name, part in parts.items() if part.spread is not None}
    for name in given:
        kind_of(model, name)
    return {
        name: as_spread(value, f"the spread of {name!r}")
        for name, value in {**declared, **given}.items()
        if name not in known
    }


def _covariates(
    model: Model, covariates: Mapping[str, Any], n: int, given: Mapping[str, Any]
) -> dict[str, Array]:
    """The known numbers of the patients, by name, each of shape (n,)."""
    known = {}
    for name, values in covariates.items():
        kind_of(model, name)
        if name in given:
            raise ModelError(f"{name!r} has a spread and is a covariate too; its numbers are drawn, or known")
        column = _column(values)
        if column is None:
            raise ModelError(f"the covariate {name!r} must be a list of numbers, not {shorten(values)}")
        if len(column) != n:
            raise ModelError(f"the covariate {name!r} has {len(column):,} numbers for {n:,} patients")
        for place in np.flatnonzero(~np.isfinite(column))[:1]:
            finite(column[place], f"the covariate {name!r} of patient {place + 1}")
        known[name] = column
    return known


def _column(values: Any) -> Array | None:
    """A sequence of numbers as an array; None if it is something else."""
    try:
        column = np.asarray(values)
    except ValueError:  # rows of unequal length
        return None
    return column.astype(float) if column.ndim == 1 and column.dtype.kind in "iuf" else None


def _whole(value: Any, what: str, least: int) -> int:
    number = finite(value, what)
    if number != int(number) or number < least:
        raise ModelError(f"{what} is {shorten(value)}; it must be a whole number, {least} or more")
    return int(value)


__all__ = ["MAX_PATIENTS", "Cohort", "cohort", "correlate", "draw", "uniforms"]
