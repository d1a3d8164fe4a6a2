"""Therapies of support after CAR-T cells: G-CSF for neutrophils, immunoglobulin for antibodies.

Each gives a tuple of events for `Model.with_events`, into roles, in days. Illustrative, not for clinical use.
"""

from __future__ import annotations

from ..language.events import Dose, Event
from ..language.values import finite
from .keywords import checked
from .timing import timed, whole, within

IGG_VOLUME = (3.0 + 1.4) / 70.0
"""L/kg: 3.0 and 1.4 L (Li 2022), assumed to be those of 70 kg and to go with the weight."""


def g_csf(
    *,
    day: float | None = None,
    when: str | None = None,
    dose: float = 5.0,
    days: int = 14,
    until: float = 10000.0,
    weight: float = 70.0,
    delay: float = 0.0,
) -> tuple[Event, ...]:
    """G-CSF (filgrastim), which makes neutrophils: 5 ug/kg a day, from a day on or by a rule.

    Parameters
    ----------
    day : float, optional
        From this day after the infusion on, each day, as long as there are fewer than `until` neutrophils.
    when : str, optional
        Instead: the condition of a rule, such as ``"neutrophils < 500"``; each day while it holds. `until` is
        then not used.
    dose : float
        ug/kg, up to 20.
    days : int
        Doses at most, from 1 to 60.
    until : float
        Neutrophils in cells/uL at which it is stopped, from 500 to 50000.
    weight : float
        kg, from 3 to 250; say the weight that the patient was made with.
    delay : float
        By rule: days from the condition to the dose.

    Returns
    -------
    tuple of Event
        One rule that gives ug into the role ``g_csf``; it needs the role ``neutrophils`` in cells/uL.

    Raises
    ------
    ModelError
        If `day` and `when` are both or neither given, or a number is beyond its range.

    Notes
    -----
    Label of filgrastim: 5 ug/kg a day, up to two weeks, stopped at 10,000 neutrophils in 1 uL. Assumed: the
    whole dose at once, where it is injected under the skin.

    Examples
    --------
    >>> g_csf(day=5)[0].condition
    't >= 5.0 and neutrophils < 10000.0'
    >>> g_csf(when="neutrophils < 500")[0].apart
    1.0
    """
    micrograms = within("dose", dose, 0.0, 20.0, "ug/kg") * checked("weight", weight)
    given = (Dose(micrograms, into="g_csf"),)
    number = whole("days", days, 60)
    limit = within("until", until, 500.0, 50000.0, "neutrophils in 1 uL")
    timed("g_csf", given, day=day, when=when, delay=delay)  # the checks of day=, when= and delay=
    if when is None:
        first = finite(day, "day= of g_csf")
        when = f"t >= {first!r} and neutrophils < {limit!r}"
    return timed("g_csf", given, day=None, when=when, delay=delay, times=number, apart=1.0)


def immunoglobulin(
    *,
    day: float | None = None,
    when: str | None = None,
    dose: float = 0.4,
    doses: int | None = None,
    every: float = 28.0,
    delay: float = 0.0,
) -> tuple[Event, ...]:
    """Immunoglobulin from donors: 0.4 g/kg, from a day on or whenever it is low.

    Parameters
    ----------
    day : float, optional
        Of the first dose, in days after the infusion.
    when : str, optional
        Instead: the condition of a rule, such as ``"immunoglobulin < 400"`` (mg/dL).
    dose : float
        g/kg each time, up to 2.
    doses : int, optional
        From 1 to 60. On a day: how many (1 by default); by rule: how many at most (12 by default).
    every : float
        Days from one dose to the next, from 1 to 365; by rule, the least.
    delay : float
        By rule: days from the condition to the dose.

    Returns
    -------
    tuple of Event
        Doses into the role ``immunoglobulin``, in mg/dL.

    Raises
    ------
    ModelError
        If `day` and `when` are both or neither given, or a number is beyond its range.

    Notes
    -----
    Given at 400 mg/dL or less: PMC11272770. Grams become mg/dL by the volume in which immunoglobulin spreads,
    3.0 and 1.4 L (Li 2022). Assumed: that these are of 70 kg and go with the weight, so that the weight
    cancels; that the dose spreads at once; a dose each four weeks.

    Examples
    --------
    >>> round(immunoglobulin(day=60)[0].amount)
    636
    """
    rise = within("dose", dose, 0.0, 2.0, "g/kg") * 100.0 / IGG_VOLUME  # g/L are 100 mg/dL
    usual = 1 if when is None else 12
    return timed(
        "immunoglobulin",
        (Dose(rise, into="immunoglobulin"),),
        day=day,
        when=when,
        delay=delay,
        times=usual if doses is None else whole("doses", doses, 60),
        apart=within("every", every, 1.0, 365.0, "days"),
    )
