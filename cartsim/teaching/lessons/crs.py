"""Cytokine release syndrome: how fast it comes, who gets it, and what treats it."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from ...language.errors import ModelError, SolveError, UnknownNameError, shorten
from ...language.model import Model
from ...patient.presets import b_all
from ...patient.rescue import tocilizumab
from ...questions.readouts import readouts
from ...solving.simulate import simulate
from ...solving.trajectory import Trajectory
from .exercise import Exercise, Mistake

LARGE = 5e10
DAYS_OF_ILLNESS = 25.0


@cache
def _untreated() -> Trajectory:
    return simulate(b_all(), until=DAYS_OF_ILLNESS)


@cache
def _treated() -> Trajectory:
    return simulate(b_all().with_events(tocilizumab(day=5.0, weight=40.0)), until=DAYS_OF_ILLNESS)


def _first(run: Trajectory, grade: float) -> float:
    return float(run.t[np.argmax(run["crs_grade"] >= grade)])


def _il6(run: Trajectory, day: float) -> float:
    return float(np.interp(day, run.t, run["il6"]))


def from_fever_to_grade_2() -> float:
    """Days from the first fever to the first day of grade 2."""
    run = simulate(b_all(), until=6.0, at=np.linspace(0.0, 6.0, 1201))
    return _first(run, 2.0) - float(readouts(run)["crs_onset"].value)


def times_as_high() -> float:
    """Interleukin 6 in serum on day 7, with tocilizumab on day 5, over that without."""
    return _il6(_treated(), 7.0) / _il6(_untreated(), 7.0)


@cache
def burden_of_grade_3() -> float:
    """The smallest burden at leukapheresis with which the untreated patient reaches grade 3."""
    low, high = 1e9, 1e11
    for _ in range(10):
        middle = math.sqrt(low * high)
        run = simulate(b_all(tumour_burden=middle), until=DAYS_OF_ILLNESS)
        low, high = (low, middle) if run["crs_grade"].max() >= 3.0 else (middle, high)
    return math.sqrt(low * high)


def _on_day_0() -> float:
    run = simulate(b_all(tumour_burden=burden_of_grade_3()), until=0.0)
    return float(run["tumour"][-1])


def _large() -> Model:
    return b_all(tumour_burden=LARGE)


def treats(answer: Any) -> str:
    """What is wrong with a therapy for the patient with a large burden."""
    events = tuple(answer) if isinstance(answer, tuple | list) else (answer,)
    try:
        run = simulate(_large().with_events(*events), until=60.0)
    except (ModelError, SolveError, UnknownNameError) as error:
        return str(error)
    except (TypeError, AttributeError):
        return f"give a therapy, such as cs.therapies.tocilizumab(day=20), not {shorten(answer)}"
    found, alone = readouts(run), readouts(simulate(_large(), until=60.0))
    if found["tocilizumab_doses"].value > 2.0:
        return f"these are {found['tocilizumab_doses'].value:.0f} doses of tocilizumab; two are allowed"
    if found["cmax"].value < 0.9 * alone["cmax"].value:
        lost = 1.0 - found["cmax"].value / alone["cmax"].value
        return f"the peak of the CAR-T cells is {100 * lost:.0f} % lower than without treatment"
    if found["crs_max_grade"].value > 2.0:
        return f"CRS still reaches grade {found['crs_max_grade'].value:.0f}; when does grade 3 begin?"
    if run["tumour"][-1] >= 1.0:
        return f"on day 60 there are still {run['tumour'][-1]:.2g} tumour cells"
    return ""


def _tocilizumab_on_day_4() -> Any:
    return tocilizumab(day=4.0, weight=40.0)


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="crs-1",
        question="In cs.patients.b_all(), to whom nothing is given: how many days after the fever begins "
        "does the grade of CRS become 2?",
        unit="day",
        solution=from_fever_to_grade_2,
        rtol=0.05,
        atol=0.1,
        hints=(
            "The events in cs.explain(run).events carry their .time; print those whose name is 'crs_grade'.",
            "Grade 1 is fever alone. Two days are needed, and the difference between them.",
        ),
        mistakes=(
            Mistake(
                "the day instead of the difference",
                lambda right: _first(_untreated(), 2.0),
                "That is the day of grade 2 counted from the infusion; it was asked from the beginning of "
                "the fever.",
            ),
            Mistake(
                "the onset of fever",
                lambda right: float(readouts(_untreated())["crs_onset"].value),
                "That is the day on which the fever begins. How much later is the grade 2?",
            ),
            Mistake(
                "the wait until CRS is over",
                lambda right: float(readouts(_untreated())["crs_duration"].value),
                "That is how long the whole CRS lasts.",
            ),
        ),
        because="fever needs little signal, leaking vessels need more of it, and the signal doubles with "
        "the CAR-T cells in less than a day. There is time to act, but not much of it.",
        rubric=(
            "1 point: both days are read from the run",
            "1 point: the difference is given in days",
        ),
    ),
    Exercise(
        name="crs-2",
        question="cs.patients.b_all() is given tocilizumab on day 5 (weight=40). On day 7, how many times "
        "as high is interleukin 6 in serum as in the same patient without it?",
        unit="1",
        solution=times_as_high,
        rtol=0.06,
        hints=(
            "np.interp(7, run.t, run['il6']) reads a curve on day 7. Read both arms.",
            "It is a ratio of two levels on the same day, not of one patient's level before and after.",
        ),
        mistakes=(
            Mistake(
                "before and after",
                lambda right: _il6(_treated(), 7.0) / _il6(_treated(), 5.0),
                "You compared day 7 with day 5 in the treated patient. It would have risen in those two "
                "days without tocilizumab too; compare the two arms on day 7.",
            ),
            Mistake(
                "difference for ratio",
                lambda right: _il6(_treated(), 7.0) - _il6(_untreated(), 7.0),
                "That is the difference in pg/mL; the question is how many times as high.",
            ),
            Mistake(
                "upside down",
                lambda right: 1.0 / right,
                "You divided the level without tocilizumab by that with it. Which of them is the higher?",
            ),
            Mistake(
                "the ratio of the peaks",
                lambda right: float(
                    readouts(_treated())["il6_peak"].value / readouts(_untreated())["il6_peak"].value
                ),
                "That is the ratio of the two peaks, which come on different days; take both on day 7.",
            ),
        ),
        because="release is as before, but four fifths of the clearance go through the receptor, which is "
        "blocked. So the level climbs towards five times what it would be, without a stronger signal.",
        rubric=(
            "1 point: both levels on the same day",
            "1 point: their ratio, the right way round",
        ),
    ),
    Exercise(
        name="crs-3",
        question="From how many tumour cells at leukapheresis on does "
        "cs.patients.b_all(tumour_burden=...) reach CRS of grade 3, if nothing is given?",
        unit="cell",
        solution=burden_of_grade_3,
        rtol=0.15,
        hints=(
            "The traffic light of section 2 gives you one burden below and one above.",
            "Halve the interval, on a logarithmic scale: take the square root of the product of both ends, "
            "and see which side it is on. cs.readouts(run)['crs_max_grade'] says the grade.",
        ),
        mistakes=(
            Mistake(
                "burden on the day of the infusion",
                lambda right: _on_day_0(),
                "That is the tumour on day 0. The keyword, and the question, mean the day of leukapheresis, "
                "43 days earlier; the tumour has grown since.",
            ),
            Mistake(
                "the largest burden of section 2",
                lambda right: LARGE,
                "With that burden the grade is 3, but it is not the smallest with which it is.",
            ),
        ),
        because="interferon gamma saturates, but the macrophages answer more and more steeply, so that a "
        "small step in burden is a large one in interleukin 6. The number belongs to this model and to no "
        "real patient; that there is such a step is the lesson.",
        rubric=(
            "1 point: one burden with grade 2 and one with grade 3 that are near each other",
            "1 point: the burden at leukapheresis, not on day 0",
        ),
    ),
    Exercise(
        name="crs-4",
        question="Treat cs.patients.b_all(tumour_burden=5e10): CRS never above grade 2, at most two doses "
        "of tocilizumab, the peak of the CAR-T cells at least nine tenths of that without treatment, and no "
        "tumour cell left on day 60. Give the therapy.",
        accepts=treats,
        example=_tocilizumab_on_day_4,
        hints=(
            "When does the untreated patient come to grade 3? A therapy after that day is late.",
            "Which of the two drugs leaves the CAR-T cells alone?",
        ),
        because="tocilizumab takes away the signal and leaves the CAR-T cells alone, so it costs nothing "
        "here if it comes before grade 3. A steroid early enough to help lowers the peak.",
        rubric=(
            "1 point: CRS stays at grade 2 or less",
            "1 point: peak and tumour are as good as without treatment",
            "1 point: says why it was this drug, and why on this day",
        ),
    ),
)
