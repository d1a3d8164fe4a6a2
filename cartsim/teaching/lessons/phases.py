"""Exercises of the notebook on the three phases: rates and times, the peak, the bend, and what brakes."""

from __future__ import annotations

import math

import numpy as np

from ...patient import presets
from ...questions.readouts import readouts
from ...solving.simulate import simulate
from .exercise import Exercise, Mistake

_BRAKES = {
    "the use of IL-15 by a CAR-T cell, w_15": "w_15",
    "the antigen at half stimulation, K_A": "K_A",
    "exhaustion, k_X": "k_X",
    "the death of effectors, d_E": "d_E",
}
WANTED = 3.0
"""Days: the half-life of task 3."""


def fastest_expansion() -> float:
    """Task 1: the rate per head that belongs to the doubling time of the lymphoma patient."""
    return math.log(2) / doubling_time()


def doubling_time() -> float:
    """Days in which the CAR-T cells of the lymphoma patient double at their fastest."""
    return float(readouts(simulate(presets.lymphoma(), until=30))["doubling_time"].value)


def fold(first: float = 2.0, last: float = 6.0) -> float:
    """How many times more CAR-T cells there are on a later day."""
    run = simulate(presets.b_all(), until=30)
    early, late = np.interp([first, last], run.t, run["car_t"])
    return float(late / early)


def doublings() -> float:
    """Task 2: how often the CAR-T cells double between day 2 and day 6."""
    return math.log2(fold())


def quicker_death() -> float:
    """Task 3: the rate of death with which the half-life in contraction is 3 days."""
    rate = math.log(2) / WANTED
    for _ in range(2):  # the two are nearly proportional, so two corrections are enough
        found = readouts(simulate(presets.b_all().with_values(d_E=rate), until=60))
        rate *= found["contraction_half_life"].value / WANTED
    return rate


def bend(since: str = "infusion") -> float:
    """Task 4: the day on which memory cells outnumber the effectors; or the day of their own peak."""
    run = simulate(presets.b_all(), until=100)
    if since == "memory peak":
        return float(run.t[run["memory_car_t"].argmax()])
    later = run.t > 5
    ratio = np.log(run["memory_car_t"][later] / run["effector_car_t"][later])
    return float(np.interp(0.0, ratio, run.t[later]))


def which_brake() -> str:
    """Task 5: the number which, halved, raises the peak most."""
    patient = presets.b_all()
    arms = {text: patient.with_values(**{name: patient.values[name] / 2}) for text, name in _BRAKES.items()}
    peaks = {text: run["car_t"].max() for text, run in simulate(arms, until=30).items()}
    return max(peaks, key=lambda text: float(peaks[text]))


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="phases-1",
        question=(
            "How fast do the CAR-T cells of cs.patients.lymphoma() expand at their fastest, as a rate per "
            "head, in 1/day?"
        ),
        unit="1/day",
        solution=fastest_expansion,
        rtol=0.03,
        hints=(
            "The read-out doubling_time is a time, in days. A rate per head is per day.",
            "After one doubling time t, exp(rate*t) is 2. Solve that for the rate.",
        ),
        mistakes=(
            Mistake(
                "the other patient",
                lambda right: (
                    math.log(2) / readouts(simulate(presets.b_all(), until=30))["doubling_time"].value
                ),
                "That is the rate of the patient with leukaemia. The one with lymphoma was asked.",
            ),
            Mistake(
                "one over the time",
                lambda right: 1.0 / doubling_time(),
                "You took one over the doubling time. In that time a population grows by a factor of 2, not "
                "of e, so log(2) belongs on top.",
            ),
        ),
        because="exp(rate*t) = 2 gives rate = log(2)/t: the shorter the doubling time, the larger the rate.",
        rubric=("1 point: the right read-out", "1 point: log(2) over the doubling time"),
    ),
    Exercise(
        name="phases-2",
        question="How often do the CAR-T cells of cs.patients.b_all() double between day 2 and day 6?",
        unit="1",
        solution=doublings,
        rtol=0.03,
        hints=(
            "How many times more cells are there on day 6 than on day 2?",
            "Once is twofold, two doublings are fourfold, three are eightfold. Which logarithm counts that?",
            "log2 from math.",
        ),
        mistakes=(
            Mistake(
                "the factor for the doublings",
                lambda right: fold(),
                "That is how many times more cells there are. How often must they double for that?",
            ),
            Mistake(
                "ln for log2",
                lambda right: right * math.log(2),
                "You took the natural logarithm, which counts factors of e. Doublings are factors of "
                "2: log2.",
            ),
            Mistake(
                "half of the factor",
                lambda right: fold() / 2,
                "You divided the factor by two. Each doubling multiplies by two, so count with log2.",
            ),
        ),
        because="The logarithm to the base 2 counts how often a number was doubled.",
        rubric=("1 point: the factor between the two days", "1 point: its logarithm to the base 2"),
    ),
    Exercise(
        name="phases-3",
        question="Which rate of death d_E of cs.patients.b_all() makes the half-life in contraction 3 days?",
        unit="1/day",
        solution=quicker_death,
        rtol=0.04,
        hints=(
            "In section 4 the half-life that was found and log(2)/d_E were nearly the same.",
            "Solve log(2)/d_E = 3 for d_E. Then run it: patient.with_values(d_E=...).",
        ),
        mistakes=(
            Mistake(
                "one over the half-life",
                lambda right: 1.0 / WANTED,
                "You took one over the half-life. After a half-life a half is left, so log(2) "
                "belongs on top.",
            ),
            Mistake(
                "the rate as it is",
                lambda right: presets.b_all().values["d_E"],
                "That is the rate that this patient has now, with a half-life above 4 days.",
            ),
        ),
        because=(
            "Contraction is the death of effectors that no longer divide, so its half-life is log(2)/d_E."
        ),
        rubric=("1 point: a rate from a half-life", "1 point: checked with a run"),
    ),
    Exercise(
        name="phases-4",
        question=(
            "On which day after the infusion do the memory cells of cs.patients.b_all() begin to outnumber "
            "the effectors?"
        ),
        unit="day",
        solution=bend,
        rtol=0.02,
        atol=2.0,
        hints=(
            "In the last picture of section 5, where do the two curves cross?",
            'Compare run["memory_car_t"] and run["effector_car_t"] after the first days.',
            "run.t[condition] are the days on which a condition holds; the first of them is [0].",
        ),
        mistakes=(
            Mistake(
                "the peak of memory",
                lambda right: bend("memory peak"),
                "That is the day with most memory cells. The effectors are still more then.",
            ),
            Mistake(
                "since leukapheresis",
                lambda right: right - presets.b_all().start,
                "You counted from the leukapheresis. Day 0 is the infusion.",
            ),
        ),
        because=(
            "Effectors fall with a half-life of days, memory cells of months. Where they cross, the curve "
            "of all CAR-T cells bends from the first slope to the second."
        ),
        rubric=("1 point: compares the right two populations", "1 point: finds where they cross"),
    ),
    Exercise(
        name="phases-5",
        question=(
            "You may halve one number of cs.patients.b_all(). Which one raises the peak of the CAR-T cells "
            "most?"
        ),
        solution=which_brake,
        choices=tuple(_BRAKES),
        hints=(
            "Which of the four had become a limit when the cells were at their peak? See section 3.",
            'Try: patient.with_values(k_X=patient.values["k_X"] / 2), and the others likewise.',
        ),
        mistakes=(
            Mistake(
                "antigen",
                "b",
                "Until the peak there is far more antigen than is needed for half stimulation, so a smaller "
                "need changes next to nothing.",
            ),
            Mistake(
                "exhaustion",
                "c",
                "Exhaustion takes about one effector in a hundred each day: next to nothing beside division.",
            ),
            Mistake(
                "death",
                "d",
                "It does help a little. But at the peak it is not death that is large: division has stopped.",
            ),
        ),
        because=(
            "The cells divide until they have used up the IL-15. If each uses half as much, nearly twice as "
            "many can be there before it is scarce."
        ),
        rubric=("1 point: a reason from section 3", "1 point: tried with runs"),
    ),
)
