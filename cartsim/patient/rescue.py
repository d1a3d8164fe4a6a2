"""Therapies of rescue from CRS and ICANS: tocilizumab, corticosteroid, anakinra.

Each gives a tuple of events for `Model.with_events`, into roles, in days and mg. Illustrative, not for
clinical use.
"""

from __future__ import annotations

from typing import Any

from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from ..language.events import Dose, Event
from .keywords import checked
from .timing import doses_in, timed, whole, within

EIGHT_HOURS = 1.0 / 3.0
DEXAMETHASONE = 0.75 / 4.0
"""mg of dexamethasone that 1 mg of methylprednisolone is worth (4 mg for 0.75 mg, globalrph converter)."""

# fmt: off
COURSES: dict[str, tuple[float, float, float]] = {  # mg of dexamethasone, days from one to the next, days
    "low":  (10.0, 0.5,  1.0),
    "high": (10.0, 0.25, 3.0),
}
PULSE = ((500.0, 3), (250.0, 2), (125.0, 2))  # mg of methylprednisolone every 12 h, and for how many days
# fmt: on


def tocilizumab(
    *,
    day: float | None = None,
    when: str | None = None,
    doses: int | None = None,
    weight: float = 70.0,
    delay: float = 0.0,
) -> tuple[Event, ...]:
    """Tocilizumab, which blocks the receptor of interleukin 6: 8 mg/kg, on a day or by a rule.

    Parameters
    ----------
    day : float, optional
        Of the first dose, in days after the infusion.
    when : str, optional
        Instead: the condition of a rule, such as ``"crs_grade >= 2"``. It is given when the condition becomes
        true, and again each 8 hours while that holds.
    doses : int, optional
        From 1 to 4. On a day: how many, 8 hours apart (1 by default); by rule: how many at most (4 by
        default).
    weight : float
        kg, from 3 to 250; say the weight that the patient was made with. Below 30 kg the dose is 12 mg/kg; it
        is 800 mg at the most.
    delay : float
        By rule: days from the condition to the dose.

    Returns
    -------
    tuple of Event
        Doses in mg into the role ``tocilizumab``.

    Raises
    ------
    ModelError
        If `day` and `when` are both or neither given, or a number is beyond its range.

    Notes
    -----
    Dose, interval and number: label of tisagenlecleucel (reference row ``toci.dose_ge30kg``). Assumed: it is
    given at once, where the guideline has one hour. The role's species must be in mg.

    Examples
    --------
    >>> tocilizumab(day=5)
    (Dose(amount=560.0, into='tocilizumab', at=5.0),)
    >>> tocilizumab(when="crs_grade >= 2", weight=20)[0].at_most
    4
    """
    kilograms = checked("weight", weight)
    dose = min(800.0, (8.0 if kilograms >= 30.0 else 12.0) * kilograms)
    usual = 1 if when is None else 4
    return timed(
        "tocilizumab",
        (Dose(dose, into="tocilizumab"),),
        day=day,
        when=when,
        delay=delay,
        times=usual if doses is None else whole("doses", doses, 4),
        apart=EIGHT_HOURS,
    )


def corticosteroid(
    *,
    day: float | None = None,
    when: str | None = None,
    dose: str | float = "low",
    days: float | None = None,
    every: float | None = None,
    taper: float = 0.0,
    drug: str = "dexamethasone",
    courses: int = 1,
    delay: float = 0.0,
) -> tuple[Event, ...]:
    """A course of a corticosteroid, low, high or a pulse, on a day or by a rule.

    Parameters
    ----------
    day : float, optional
        Of the first dose, in days after the infusion.
    when : str, optional
        Instead: the condition of a rule, such as ``"icans_grade >= 2"``.
    dose : {"low", "high", "pulse"} or float
        ``"low"``: 10 mg of dexamethasone, 12 hours apart, 1 day. ``"high"``: 10 mg each 6 hours, 3 days.
        ``"pulse"``: methylprednisolone each 12 hours, 500 mg for 3 days, 250 for 2, 125 for 2. Or mg of
        `drug` each time, up to 2000, each 12 hours for 1 day.
    days : float, optional
        How long, up to 100 days, instead of the above; not with ``"pulse"``.
    every : float, optional
        Days from one dose to the next, from 1/24 to 7, instead of the above; not with ``"pulse"``.
    taper : float
        Days after them over which the dose falls to nothing in equal steps, up to 100.
    drug : {"dexamethasone", "methylprednisolone"}
        What a number in `dose` means; 4 mg of methylprednisolone count as 0.75 mg of dexamethasone.
    courses : int
        From 1 to 20. By rule: how often at most, one after the other while the condition holds. On a day: how
        often.
    delay : float
        By rule: days from the condition to the first dose, such as 0.5 for "no better after 12 hours".

    Returns
    -------
    tuple of Event
        Doses in mg of dexamethasone into the role ``corticosteroid``.

    Raises
    ------
    ModelError
        If `day` and `when` are both or neither given, arguments contradict each other or are beyond their
        range.

    Notes
    -----
    ASCO guideline (guidelinecentral 1475467): two doses of 10 mg in ICANS of grade 2, 10 mg each 6 hours in
    CRS of grade 3, the pulse in CRS of grade 4 (which goes on with 60 mg, left out here). For 1 to 3 days:
    PMC10573998. Assumed: 12 hours between the two doses (the guideline repeats after 6 to 12); equal steps of
    the taper.

    Examples
    --------
    >>> corticosteroid(when="icans_grade >= 2")[0].actions
    (Dose(amount=10.0, into='corticosteroid', at=0.0), Dose(amount=10.0, into='corticosteroid', at=0.5))
    >>> too_early_and_too_long = corticosteroid(day=2, days=14, dose="high")
    >>> len(too_early_and_too_long), too_early_and_too_long[-1].at
    (56, 15.75)
    """
    if dose == "pulse":
        course, length = _pulse(days, every, drug)
        step = 0.5
    else:
        course, length, step = _course(dose, days, every, drug)
    if taper != 0.0:
        course += _tapering(course[-1].amount, length, step, within("taper", taper, 0.0, 100.0, "days"))
        length += taper
    number = whole("courses", courses, 20)
    return timed("corticosteroid", course, day=day, when=when, delay=delay, times=number, apart=length)


def _course(
    dose: Any, days: float | None, every: float | None, drug: str
) -> tuple[tuple[Dose, ...], float, float]:
    """The doses of a steady course, how many days it takes, and the days from one dose to the next."""
    worth = _worth(drug)
    if isinstance(dose, str):
        if dose not in COURSES:
            raise UnknownNameError(
                f"dose={shorten(dose)} is not a course of a corticosteroid"
                + suggestion(dose, [*COURSES, "pulse"], plural="courses")
            )
        if drug != "dexamethasone":
            raise ModelError(
                f"dose={dose!r} is a course of dexamethasone; with drug={drug!r} give a dose in mg, such as "
                "dose=80, or dose='pulse'"
            )
        amount, step, length = COURSES[dose]
    else:
        amount, step, length = worth * within("dose", dose, 0.0, 2000.0, f"mg of {drug}"), 0.5, 1.0
    step = step if every is None else within("every", every, 1.0 / 24.0, 7.0, "days")
    length = length if days is None else within("days", days, 0.0, 100.0, "days")
    number = doses_in(length, step)
    return tuple(Dose(amount, into="corticosteroid", at=i * step) for i in range(number)), number * step, step


def _worth(drug: Any) -> float:
    known = {"dexamethasone": 1.0, "methylprednisolone": DEXAMETHASONE}
    if not isinstance(drug, str) or drug not in known:
        raise UnknownNameError(
            f"drug={shorten(drug)} is not a corticosteroid here" + suggestion(drug, known, plural="drugs")
        )
    return known[drug]


def _pulse(days: float | None, every: float | None, drug: str) -> tuple[tuple[Dose, ...], float]:
    _worth(drug)
    if days is not None or every is not None:
        raise ModelError(
            "dose='pulse' has its own days and intervals; leave out days= and every=, or give mg"
        )
    each = [amount * DEXAMETHASONE for amount, length in PULSE for _ in range(2 * length)]
    return tuple(Dose(mg, into="corticosteroid", at=i / 2) for i, mg in enumerate(each)), len(each) / 2


def _tapering(amount: float, start: float, step: float, days: float) -> tuple[Dose, ...]:
    number = doses_in(days, step)
    return tuple(
        Dose(amount * (1.0 - (i + 1) / (number + 1)), into="corticosteroid", at=start + i * step)
        for i in range(number)
    )


def anakinra(
    *,
    day: float | None = None,
    when: str | None = None,
    dose: float = 100.0,
    days: float = 7.0,
    every: float = 1.0,
    delay: float = 0.0,
) -> tuple[Event, ...]:
    """Anakinra, which blocks the receptor of interleukin 1: 100 mg a day, from a day on or by a rule.

    Parameters
    ----------
    day : float, optional
        Of the first dose, in days after the infusion.
    when : str, optional
        Instead: the condition of a rule; it is given each `every` days while the condition holds.
    dose : float
        mg each time, up to 1000.
    days : float
        How long, up to 60 days; by rule, at most so many doses as fit into them.
    every : float
        Days from one dose to the next, from 0.25 to 7.
    delay : float
        By rule: days from the condition to the dose.

    Returns
    -------
    tuple of Event
        Doses in mg into the role ``anakinra``.

    Raises
    ------
    ModelError
        If `day` and `when` are both or neither given, or a number is beyond its range.

    Notes
    -----
    100 mg a day: label of anakinra (rheumatoid arthritis). Assumed: seven days, and the whole dose at once
    where it is injected under the skin.

    Examples
    --------
    >>> len(anakinra(day=6, days=3))
    3
    """
    step = within("every", every, 0.25, 7.0, "days")
    given = (Dose(within("dose", dose, 0.0, 1000.0, "mg"), into="anakinra"),)
    number = doses_in(within("days", days, 0.0, 60.0, "days"), step)
    return timed("anakinra", given, day=day, when=when, delay=delay, times=number, apart=step)
