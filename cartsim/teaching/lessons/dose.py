"""Exercises of the notebook on dose and burden: what the peak forgets, and what it does not."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from ...patient import presets
from ...questions.readouts import readouts
from ...solving.simulate import simulate
from .exercise import Exercise, Mistake

SMALL, USUAL = 1e6, 1e8
"""CAR-T cells, of tasks 1, 2 and 3."""


def found(name: str, **keywords: Any) -> float:
    """A read-out of a patient with B-ALL, with 60 days of follow-up."""
    return float(readouts(simulate(presets.b_all(**keywords), until=60))[name].value)


def later() -> float:
    """Task 1: how many days later the peak is after a hundredth of the dose."""
    return found("tmax", dose=SMALL) - found("tmax", dose=USUAL)


def higher() -> float:
    """Task 2: the peak after the usual dose, over that after a hundredth of it."""
    return found("cmax", dose=USUAL) / found("cmax", dose=SMALL)


def why_alike() -> str:
    """Task 3: how much interleukin 15 is left at the peak, after two doses."""
    doses = {"small": presets.b_all(dose=SMALL), "usual": presets.b_all(dose=USUAL)}
    runs = simulate(doses, until=40)
    at_peak = {label: run["IL15"][run["car_t"].argmax()] for label, run in runs.items()}
    settled = {label: run.model.values["f_I"] for label, run in runs.items()}
    if settled["small"] != settled["usual"]:
        return "a"
    used_up = all(level < 0.3 * runs[label]["IL15"].max() for label, level in at_peak.items())
    return "b" if used_up and math.isclose(at_peak["small"], at_peak["usual"], rel_tol=0.2) else "c"


@cache
def half_of_the_peak() -> float:
    """Task 4: the fitness with half of the usual peak, by halving an interval."""
    wanted, low, high = found("cmax") / 2, 0.3, 1.0
    for _ in range(9):
        middle = (low + high) / 2
        low, high = (middle, high) if found("cmax", fitness=middle) < wanted else (low, middle)
    return (low + high) / 2


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="dose-1",
        question=(
            "By how many days is the peak of the CAR-T cells later if cs.patients.b_all() is given 1e6 cells "
            "than if it is given 1e8?"
        ),
        unit="day",
        solution=later,
        rtol=0.05,
        hints=(
            "How many doublings make up for a factor of a hundred, and how long does one take?",
            "Or run both patients, and take the read-out tmax of each.",
        ),
        mistakes=(
            Mistake(
                "the day for the delay",
                lambda right: found("tmax", dose=SMALL),
                "That is the day of the peak after the small dose. How much later than with 1e8 cells is it?",
            ),
            Mistake(
                "one factor of ten",
                lambda right: right / 2,
                "That is about the delay for a factor of ten. From 1e8 to 1e6 it is a hundred.",
            ),
            Mistake(
                "doublings for days",
                lambda right: math.log2(USUAL / SMALL),
                "That is the number of doublings that are missing. Each takes three quarters of a day.",
            ),
        ),
        because="A hundredth of the cells needs log2(100) more doublings, each of one doubling time.",
        rubric=("1 point: the read-outs of both, or the doublings", "1 point: their difference in days"),
    ),
    Exercise(
        name="dose-2",
        question=(
            "How many times higher is the peak of the CAR-T cells of cs.patients.b_all() with 1e8 cells than "
            "with 1e6? Give two decimals."
        ),
        unit="1",
        solution=higher,
        rtol=0.03,
        hints=(
            "The read-out of the peak is cmax.",
            'cs.readouts(run)["cmax"].value for each of the two; then one over the other.',
        ),
        mistakes=(
            Mistake(
                "the doses",
                lambda right: USUAL / SMALL,
                "That is how many times larger the dose is. Look at the peaks in the picture of section 1.",
            ),
            Mistake(
                "upside down",
                lambda right: 1 / right,
                "You divided the peak of the small dose by that of the large one.",
            ),
            Mistake(
                "the excess",
                lambda right: right - 1,
                "That is by what share it is higher. For 'the same' the answer would be 1.",
            ),
        ),
        because="Both expand until the IL-15 is used up, and that is at the same number of cells.",
        rubric=("1 point: reads both peaks", "1 point: the larger dose over the smaller"),
    ),
    Exercise(
        name="dose-3",
        question="In this model, why does a hundred times the dose make nearly the same peak?",
        solution=why_alike,
        choices=(
            "most of a large dose is lost in lung, liver and spleen, and hardly any of a small one",
            "the cells divide until they have used up the IL-15, however many there were at the start",
            "with a large dose the tumour is dead before the cells can divide",
            "a large dose makes the cells tire (exhaustion)",
        ),
        hints=(
            "What do the four curves of IL-15 in section 1 have in common at the peak of their CAR-T cells?",
            "Which of the four reasons would hold with a dose of 1e5 cells as well?",
        ),
        mistakes=(
            Mistake(
                "losses",
                "a",
                "The share that settles is the same for every dose in this model (f_I).",
            ),
            Mistake(
                "a dead tumour",
                "c",
                "At the peak there are still many tumour cells, with every one of these doses.",
            ),
            Mistake(
                "exhaustion",
                "d",
                "Exhaustion goes with antigen, not with the dose, and is slow beside division.",
            ),
        ),
        because=(
            "Expansion ends where the CAR-T cells use IL-15 faster than it is made. That is a number of "
            "cells, and it does not remember how many were given."
        ),
        rubric=("1 point: the right reason", "1 point: shows it with IL-15, or with w_15 as in notebook 03"),
    ),
    Exercise(
        name="dose-4",
        question=(
            "Which fitness of cs.patients.b_all(), a number between 0 and 1, makes the peak of the CAR-T "
            "cells half of the usual one?"
        ),
        unit="1",
        solution=half_of_the_peak,
        rtol=0.04,
        hints=(
            "Start from two values of fitness with a peak above and below the half.",
            'cs.patients.grid("b_all", fitness=[0.4, 0.7, 1]) makes three patients to try.',
            "Halve the interval again and again, or draw the peaks against the fitness.",
        ),
        mistakes=(
            Mistake(
                "half the fitness",
                lambda right: 0.5,
                "With half of the fitness the peak is less than half: from the slower division the same "
                "death is taken away. Try it.",
            ),
        ),
        because=(
            "The peak is where division falls to the level of the losses. Slower cells reach that point "
            "while there is still more IL-15, so at fewer cells."
        ),
        rubric=("1 point: brackets the value by runs", "1 point: narrows it down"),
    ),
)
