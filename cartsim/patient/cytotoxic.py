"""Comparators: chemotherapy, between collection and infusion or instead of CAR-T cells, and radiation.

Each gives a tuple of events for `Model.with_events`, into roles, in days. Illustrative, not for clinical use.
"""

from __future__ import annotations

from ..language.errors import ModelError
from ..language.events import Dose
from ..language.values import finite
from .timing import whole, within


def bridging_chemotherapy(*, day: float, dose: float = 1.0) -> tuple[Dose, ...]:
    """One cycle of chemotherapy while the CAR-T cells are made, to hold the tumour.

    Parameters
    ----------
    day : float
        Between leukapheresis and infusion, so below 0.
    dose : float
        In doses of one cycle, up to 3.

    Returns
    -------
    tuple of Dose
        A dose into the role ``chemotherapy``.

    Raises
    ------
    ModelError
        If the day is not below 0, or the dose beyond its range.

    Notes
    -----
    Assumed: one cycle, of the same strength as any other. The keyword ``bridging=True`` of a patient gives
    the same midway.

    Examples
    --------
    >>> bridging_chemotherapy(day=-20)
    (Dose(amount=1.0, into='chemotherapy', at=-20.0),)
    """
    first = finite(day, "day= of bridging_chemotherapy")
    if first >= 0.0:
        raise ModelError(
            f"day={first:g} of bridging_chemotherapy must be below 0: it bridges the days from leukapheresis "
            "to the infusion on day 0; for later cycles use chemotherapy(day=...)"
        )
    return chemotherapy(day=first, cycles=1, dose=dose)


def chemotherapy(*, day: float, cycles: int = 6, every: float = 21.0, dose: float = 1.0) -> tuple[Dose, ...]:
    """Cycles of chemotherapy, which kills what divides: tumour, lymphocytes and precursors of blood alike.

    Parameters
    ----------
    day : float
        Of the first cycle.
    cycles : int
        From 1 to 20.
    every : float
        Days from one to the next, from 1 to 365.
    dose : float
        In doses of one cycle, up to 3.

    Returns
    -------
    tuple of Dose
        Doses into the role ``chemotherapy``, whose unit is the dose of one cycle.

    Raises
    ------
    ModelError
        If a number is beyond its range.

    Notes
    -----
    Assumed: six cycles, three weeks apart, each of which kills the same share; no drug in particular.

    Examples
    --------
    >>> [cycle.at for cycle in chemotherapy(day=0, cycles=3)]
    [0.0, 21.0, 42.0]
    """
    first = finite(day, "day= of chemotherapy")
    apart = within("every", every, 1.0, 365.0, "days")
    amount = within("dose", dose, 0.0, 3.0, "doses of one cycle")
    number = whole("cycles", cycles, 20)
    return tuple(Dose(amount, into="chemotherapy", at=first + i * apart) for i in range(number))


def radiation(*, day: float, fractions: int = 30, gray: float = 2.0, a_week: int = 5) -> tuple[Dose, ...]:
    """Radiation of the tumour in fractions, on working days.

    Parameters
    ----------
    day : float
        Of the first fraction.
    fractions : int
        From 1 to 60.
    gray : float
        Gy each, up to 30.
    a_week : int
        Fractions in each week, from 1 to 7, on days that follow each other.

    Returns
    -------
    tuple of Dose
        Doses in Gy into the role ``radiation``.

    Raises
    ------
    ModelError
        If a number is beyond its range.

    Notes
    -----
    30 fractions of 2 Gy: glioblastoma (46 Gy in 23 and 14 Gy in 7). Assumed: five a week. The tumour alone is
    irradiated, all of it; the model has the linear term of the linear-quadratic law only, fitted at 2 Gy, so
    large fractions do too little in it.

    Examples
    --------
    >>> [fraction.at for fraction in radiation(day=0, fractions=7)]
    [0.0, 1.0, 2.0, 3.0, 4.0, 7.0, 8.0]
    """
    first = finite(day, "day= of radiation")
    amount = within("gray", gray, 0.0, 30.0, "Gy")
    number, weekly = whole("fractions", fractions, 60), whole("a_week", a_week, 7)
    days = [first + 7 * (i // weekly) + i % weekly for i in range(number)]
    return tuple(Dose(amount, into="radiation", at=each) for each in days)
