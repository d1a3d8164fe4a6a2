"""Exercises of the notebook on the journey: manufacturing, waiting, bridging and lymphodepletion."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...language.errors import ModelError, UnknownNameError, shorten
from ...patient import presets
from ...solving.simulate import simulate
from .exercise import Exercise, Mistake

QUICK, MOST, FACTORY, FEW = 25.0, 5e10, 35.0, 1e10
"""Days of task 1; tumour cells of task 2; days and tumour cells of task 5."""
_GIVEN = ("tumour_burden", "doubling_time", "antigen_negative_fraction")  # the disease, not its treatment


def tumour_at_infusion(**keywords: Any) -> float:
    """Tumour cells on day 0 of a patient with B-ALL."""
    return float(simulate(presets.b_all(**keywords), until=0)["tumour"][-1])


def quicker() -> float:
    """Task 1: tumour cells on day 0 after 25 days."""
    return tumour_at_infusion(vein_to_vein=QUICK)


def longest_way() -> float:
    """Task 2: the days in which the tumour grows to 5e10 cells."""
    run = simulate(presets.b_all(vein_to_vein=100), until=0)
    return float(np.interp(math.log(MOST), np.log(run["tumour"]), run.t - run.t[0]))


def share_given() -> float:
    """Task 3: the dose, as a share of what the bag holds before it is taken out."""
    run = simulate(presets.b_all(), until=0)
    return float(run["infused"][-1] / run["bag"].max())


def why_room() -> str:
    """Task 4: what differs on day 0 between a patient with and one without lymphodepletion."""
    runs = simulate({"with": presets.b_all(), "without": presets.b_all(lymphodepletion=False)}, until=0)
    more = {
        name: runs["with"][name][-1] / runs["without"][name][-1] for name in ("tumour", "antigen", "IL15")
    }
    made = runs["with"]["il15_production"]
    if more["tumour"] < 0.99:
        return "a"
    if more["antigen"] > 1.01:
        return "c"
    return "b" if more["IL15"] > 2.0 and made.max() == made.min() else "d"


def planned(answer: Any) -> str:
    """Task 5: what is wrong with the keywords of a patient whose way is long and whose tumour stays small."""
    if not isinstance(answer, Mapping) or not all(isinstance(name, str) for name in answer):
        return f'Give keywords and values, such as {{"vein_to_vein": 40}}, not {shorten(answer)}.'
    for name in _GIVEN:
        if name in answer:
            return f"{name} belongs to the disease, which is given; change how the patient is treated."
    try:
        patient = presets.b_all(**answer)
    except (ModelError, UnknownNameError) as error:
        return str(error)
    if -patient.start < FACTORY:
        return f"From vein to vein it takes {-patient.start:g} days; the factory needs {FACTORY:g} or more."
    cells = tumour_at_infusion(**answer)
    return "" if cells < FEW else f"The tumour has {cells:.2g} cells on day 0, more than {FEW:.0e}."


def _burden() -> float:
    return presets.b_all().values["burden"]


def _growth() -> float:
    return presets.b_all().values["r_T"]


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="journey-1",
        question=(
            "With a vein-to-vein time of 25 days, how many tumour cells has a patient of cs.patients.b_all "
            "on day 0?"
        ),
        unit="cell",
        solution=quicker,
        rtol=0.05,
        hints=(
            "How many tumour cells are there at leukapheresis, and how often do they double in 25 days?",
            "At a constant rate per head r, a tumour grows by the factor exp(r*days).",
            'To run it: cs.simulate(cs.patients.b_all(vein_to_vein=...), until=0)["tumour"][-1].',
        ),
        mistakes=(
            Mistake(
                "no growth",
                lambda right: _burden(),
                "That is the tumour at leukapheresis. It grows until day 0.",
            ),
            Mistake(
                "linear growth",
                lambda right: _burden() * (1 + _growth() * QUICK),
                "You let the tumour grow by the same number of cells each day. The growth per head is "
                "constant, so more cells bring more growth.",
            ),
            Mistake(
                "2 for e",
                lambda right: _burden() * 2 ** (_growth() * QUICK),
                "You took 2 to the power of rate times days. A rate per head goes with e; with 2 goes "
                "the number of doublings, which is days divided by the doubling time.",
            ),
            Mistake(
                "the usual way",
                lambda right: tumour_at_infusion(),
                "That is the tumour after the usual vein-to-vein time of this patient, not after 25 days.",
            ),
        ),
        because="The tumour is far from its ceiling, so in 25 days it grows by the factor exp(r*25).",
        rubric=(
            "1 point: starts from the burden at leukapheresis",
            "1 point: grows it exponentially for 25 days, on paper or by a run",
        ),
    ),
    Exercise(
        name="journey-2",
        question=(
            "How many days may pass from vein to vein if the tumour of a patient of cs.patients.b_all shall "
            "have at most 5e10 cells on day 0, without bridging?"
        ),
        unit="day",
        solution=longest_way,
        rtol=0.03,
        hints=(
            "By what factor may the tumour grow?",
            "How many doublings is that, and how long does one of them take?",
            "Solve 5e10 = burden*exp(r*days) for the days; log in Python is the natural logarithm.",
        ),
        mistakes=(
            Mistake(
                "doublings for days",
                lambda right: math.log2(MOST / _burden()),
                "That is the number of doublings. Each of them takes log(2)/r_T days.",
            ),
            Mistake(
                "linear growth",
                lambda right: (MOST / _burden() - 1) / _growth(),
                "You let the tumour grow by the same number of cells each day. More cells bring more growth, "
                "so it gets there much earlier.",
            ),
        ),
        because="The days are the logarithm of the factor by which it may grow, over its rate per head.",
        rubric=(
            "1 point: finds the factor by which the tumour may grow",
            "1 point: turns it into days with the natural logarithm and the rate, or by trying runs",
        ),
    ),
    Exercise(
        name="journey-3",
        question=(
            "What share of the CAR-T cells in the bag of cs.patients.b_all() is infused on day 0? A number "
            "between 0 and 1."
        ),
        unit="1",
        solution=share_given,
        rtol=0.03,
        hints=(
            "How many cells does the bag hold at most? See section 2.",
            "The dose is 1e8 cells. Divide one number by the other; which by which?",
        ),
        mistakes=(
            Mistake(
                "the culture for the bag",
                lambda right: right * presets.b_all().values["viability"],
                "You divided by the CAR-T cells in culture. Not all of them survive freezing and thawing.",
            ),
            Mistake(
                "what is left",
                lambda right: 1 - right,
                "That is the share that stays in the bag; the share that is infused was asked.",
            ),
            Mistake(
                "upside down",
                lambda right: 1 / right,
                "You divided the bag by the dose. A share of the bag is at most 1.",
            ),
        ),
        because="The bag holds far more than one dose; the rest can be kept for a second infusion.",
        rubric=("1 point: reads what the bag holds", "1 point: divides the dose by it"),
    ),
    Exercise(
        name="journey-4",
        question="In this model, why do the CAR-T cells expand more after lymphodepletion?",
        solution=why_room,
        choices=(
            "the drugs have made the tumour smaller, so there is less work to do",
            "few normal T cells are left to use up IL-15, so the CAR-T cells find plenty of it",
            "the drugs make the tumour show more of its antigen",
            "the body makes more IL-15 than before",
        ),
        hints=(
            "Compare the tumour of the two patients on day 0.",
            "In the picture of what adds IL-15 and what removes it: which of the two changes on day -6?",
        ),
        mistakes=(
            Mistake(
                "a smaller tumour",
                "a",
                "On day 0 the tumours are alike: the drugs do not touch it in this model. And a smaller "
                "tumour would drive expansion less, not more.",
            ),
            Mistake(
                "more antigen",
                "c",
                "The antigen on a tumour cell is a constant of this model, and the number of tumour cells is "
                "the same with and without the drugs.",
            ),
            Mistake(
                "more is made",
                "d",
                "Look at the picture again: what is added is the same on every day. Less is removed.",
            ),
        ),
        because=(
            "IL-15 is made at a constant rate and used up by T cells. When these are gone it piles up, and "
            "the CAR-T cells, which need it to divide, find plenty."
        ),
        rubric=("1 point: less is used up, rather than more is made",),
    ),
    Exercise(
        name="journey-5",
        question=(
            "Find keywords of cs.patients.b_all with which the way from vein to vein takes 35 days or more "
            "and the tumour still has fewer than 1e10 cells on day 0; the disease is given."
        ),
        accepts=planned,
        example=lambda: {"vein_to_vein": 38, "bridging": True},
        hints=(
            "What could hold the tumour back while the product is made? See the table of new words.",
            "Two keywords are enough: one says how long the way is, the other is True or False.",
        ),
        because=(
            "Bridging chemotherapy kills most of the tumour on the way. It also hits neutrophils; and a "
            "smaller tumour drives a lower peak of CAR-T cells, with a milder CRS."
        ),
        rubric=(
            "1 point: keywords that hold the tumour back",
            "1 point: names what else has changed: neutrophils, the peak of CAR-T cells, or CRS",
        ),
    ),
)
