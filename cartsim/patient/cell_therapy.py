"""Cells given and taken away: lymphodepletion, infusions, tumour cells given again, loss of CAR-T cells.

Each gives a tuple of events for `Model.with_events`, into roles, in days and cells. Illustrative, not for
clinical use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from ..language.events import Dose
from ..language.values import finite
from .keywords import checked, one_of
from .regimens import REGIMENS, Regimen
from .timing import whole, within

_ANTIGEN = {
    "positive": "antigen_positive_tumour",
    "negative": "antigen_negative_tumour",
    "any": "tumour",
}


def lymphodepletion(regimen: str | Regimen = "flu30x3-cy500x3", *, before: float = 0.0) -> tuple[Dose, ...]:
    """Fludarabine and cyclophosphamide on the days before an infusion.

    Parameters
    ----------
    regimen : str or Regimen
        A key of `REGIMENS`: mg/m2 and days of both drugs, such as ``"flu30x3-cy300x3"``.
    before : float
        The day of the infusion that it prepares; the first one is on day 0.

    Returns
    -------
    tuple of Dose
        Doses in mg/m2 into the roles ``fludarabine`` and ``cyclophosphamide``.

    Raises
    ------
    UnknownNameError
        If the regimen is not known; the nearest is offered.

    Notes
    -----
    Doses: the reference row that each regimen names. A patient of `cs.patients` is conditioned already,
    unless it was made with ``lymphodepletion=False``; this is for a second infusion, or for another regimen.
    Assumed: each dose is given at once.

    Examples
    --------
    >>> lymphodepletion("flu30x3-cy500x3", before=90)[0]
    Dose(amount=30.0, into='fludarabine', at=85.0)
    """
    chosen = regimen if isinstance(regimen, Regimen) else one_of("regimen", regimen, REGIMENS, "regimens")
    shift = finite(before, "before= of lymphodepletion")
    return tuple(replace(dose, at=dose.at + shift) for dose in chosen.doses)


def infusion(
    dose: float, *, day: float = 0.0, split: Sequence[float] = (1.0,), every: float = 1.0
) -> tuple[Dose, ...]:
    """CAR-T cells given at once, or in shares on several days.

    Parameters
    ----------
    dose : float
        Living CAR-T cells in all, from 1e4 to 1e10.
    day : float
        Of the first share.
    split : sequence of float
        Shares, above 0, that add up to 1.
    every : float
        Days from one share to the next, up to 365.

    Returns
    -------
    tuple of Dose
        Doses in cells into the role ``infused``.

    Raises
    ------
    ModelError
        If the shares do not add up to 1, or a number is beyond its range.

    Notes
    -----
    It is added to what the model already has: a patient of `cs.patients` is infused on day 0. Assumed: the
    cells are there, so the bag is not emptied by it; an infusion of minutes is given at once.

    Examples
    --------
    >>> [(share.at, share.amount) for share in infusion(1e8, split=(0.25, 0.75))]
    [(0.0, 25000000.0), (1.0, 75000000.0)]
    """
    cells, first = checked("dose", dose), finite(day, "day= of infusion")
    apart = within("every", every, 0.0, 365.0, "days")
    shares = _shares(split)
    return tuple(Dose(share * cells, into="infused", at=first + i * apart) for i, share in enumerate(shares))


def _shares(split: Sequence[float]) -> list[float]:
    if isinstance(split, str) or not isinstance(split, Sequence):
        raise ModelError(f"split= is a sequence of shares, such as (0.1, 0.3, 0.6), not {shorten(split)}")
    shares = [finite(share, "a share in split=") for share in split]
    if not 0 < len(shares) <= 30 or min(shares) <= 0.0 or abs(sum(shares) - 1.0) > 1e-9:
        raise ModelError(
            f"split={shorten(split)} must be up to 30 shares, each above 0, that add up to 1, "
            "such as (0.1, 0.3, 0.6)"
        )
    return shares


def second_infusion(
    dose: float,
    *,
    day: float,
    regimen: str | Regimen | None = None,
) -> tuple[Dose, ...]:
    """CAR-T cells given once more, with or without another lymphodepletion before.

    Parameters
    ----------
    dose : float
        Living CAR-T cells, from 1e4 to 1e10.
    day : float
        After the first infusion, so above 0.
    regimen : str or Regimen, optional
        Of `lymphodepletion`; without it there is none.

    Returns
    -------
    tuple of Dose
        Doses into the role ``infused`` and, with a regimen, into those of `lymphodepletion`.

    Raises
    ------
    ModelError
        If the day is not above 0, or a number is beyond its range.

    Notes
    -----
    Assumed: the second product is as good as the first and is not rejected. Among children given CD19 CAR-T
    cells again against relapse, 52 % lost their B cells again (reference row ``reinfusion.restores_bca``).

    Examples
    --------
    >>> second_infusion(1e8, day=90)
    (Dose(amount=100000000.0, into='infused', at=90.0),)
    """
    if finite(day, "day= of second_infusion") <= 0.0:
        raise ModelError(
            f"day={day:g} of second_infusion must be above 0, the day of the first; for the first use "
            "infusion(...)"
        )
    conditioning = () if regimen is None else lymphodepletion(regimen, before=day)
    return (*conditioning, *infusion(dose, day=day))


def rechallenge(cells: float, *, day: float, antigen: str = "positive") -> tuple[Dose, ...]:
    """Tumour cells given again, to see whether memory clears them.

    Parameters
    ----------
    cells : float
        From 1 to 1e12.
    day : float
        When they are given.
    antigen : {"positive", "negative", "any"}
        Whether they carry the target antigen; ``"any"`` for a model that does not tell the two apart.

    Returns
    -------
    tuple of Dose
        A dose in cells into the role ``antigen_positive_tumour``, ``antigen_negative_tumour`` or ``tumour``.

    Raises
    ------
    UnknownNameError
        If `antigen` is none of the three.
    ModelError
        If a number is beyond its range.

    Notes
    -----
    An experiment in mice (`barros_2021`, `sahoo_2020`), here for thought only: no patient is given tumour
    cells.

    Examples
    --------
    >>> rechallenge(1e6, day=400)
    (Dose(amount=1000000.0, into='antigen_positive_tumour', at=400.0),)
    """
    if not isinstance(antigen, str) or antigen not in _ANTIGEN:
        raise UnknownNameError(
            f"antigen={shorten(antigen)} is not known" + suggestion(antigen, _ANTIGEN, plural="choices")
        )
    given = within("cells", cells, 1.0, 1e12, "cells")
    return (Dose(given, into=_ANTIGEN[antigen], at=finite(day, "day= of rechallenge")),)


def ablation(*, day: float, doses: int = 1, every: float = 1.0) -> tuple[Dose, ...]:
    """The loss of all CAR-T cells: a safety switch is thrown, as by the drug that a suicide gene answers to.

    Parameters
    ----------
    day : float
        Of the first dose.
    doses : int
        From 1 to 20.
    every : float
        Days from one to the next, up to 30.

    Returns
    -------
    tuple of Dose
        Doses into the role ``safety_switch``, in units of one dose.

    Raises
    ------
    ModelError
        If a number is beyond its range.

    Notes
    -----
    An event adds and never takes away, so the model must have the switch: join it with
    `cartsim.patient.safety_switch` if it has none. How many cells a dose spares is said there.

    Examples
    --------
    >>> ablation(day=60)
    (Dose(amount=1.0, into='safety_switch', at=60.0),)
    """
    first = finite(day, "day= of ablation")
    apart = within("every", every, 0.0, 30.0, "days")
    number = whole("doses", doses, 20)
    return tuple(Dose(1.0, into="safety_switch", at=first + i * apart) for i in range(number))
