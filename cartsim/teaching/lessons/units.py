"""Exercises about units: rate, doubling time, half-life, powers of ten, cells per microlitre.

They go with the notebook of the first curves, and are the pattern for the files of the other topics.
"""

from __future__ import annotations

import math

import numpy as np

from ...models import barros_2021, kimmel_2021
from ...questions.readouts import readouts
from ...solving.simulate import simulate
from .exercise import Exercise, Mistake


def growth_of_the_mouse() -> float:
    """Cells that the tumour of the mouse gains in a day, on day 42."""
    return float(simulate(barros_2021, until=42)["tumour_growth"][-1])


def tumour_of_the_mouse() -> float:
    """Tumour cells of the mouse on day 42: the amount beside that rate."""
    return float(simulate(barros_2021, until=42)["T"][-1])


def doubling_of_the_lymphoma() -> float:
    """Days in which the lymphoma doubles while nobody kills it."""
    run = simulate(kimmel_2021.with_values(gB=0), until=20)
    return float(np.interp(2 * run["B"][0], run["B"], run.t))


def rate_of_contraction() -> float:
    """The rate that belongs to the half-life which the read-outs have."""
    half_life = readouts(simulate(kimmel_2021, until=100))["contraction_half_life"]
    return math.log(2) / half_life.value


def powers_of_ten() -> float:
    """The logarithm of how many times smaller the tumour is on day 14."""
    tumour = simulate(kimmel_2021, until=14)["tumour"]
    return math.log10(tumour[0] / tumour[-1])


def until_the_nadir() -> float:
    """The read-out that goes on to the lowest point."""
    return readouts(simulate(kimmel_2021, until=100))["log10_kill"].value


def per_microlitre() -> float:
    """CAR-T cells, divided by the volume of the model."""
    return float(simulate(kimmel_2021, until=14)["car_t_per_uL"][-1])


def peak_per_microlitre() -> float:
    """The highest concentration before that day."""
    return float(simulate(kimmel_2021, until=14)["car_t_per_uL"].max())


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="units-1",
        question=(
            "The mouse of barros_2021 is not treated. How many tumour cells does growth add per day, on "
            "day 42, in cell/day?"
        ),
        unit="cell/day",
        solution=growth_of_the_mouse,
        hints=(
            "How much there is, is an amount; how much is added in each day is a rate. A process has a rate.",
            "A run knows its processes: simulate(..., until=42) ends on the day that is asked.",
            'The process is called tumour_growth: look at the last entry of run["tumour_growth"].',
        ),
        mistakes=(
            Mistake(
                "amount for rate",
                lambda right: tumour_of_the_mouse(),
                (
                    "You gave how many tumour cells there are: an amount. What growth adds in each day "
                    "was asked: a rate."
                ),
            ),
            Mistake(
                "rate per head for rate",
                lambda right: barros_2021.values["r"],
                "You gave the rate per head, in 1/day: what each cell adds. Multiply by the number of cells.",
            ),
        ),
        because=(
            "The rate of growth is r*T*(1 - b*T): the rate per head, times the cells that are there. A "
            "larger tumour gains more cells per day, although each cell divides as before."
        ),
        rubric=(
            "1 point: a rate is given, not an amount",
            "1 point: it is that of day 42, in cell/day",
        ),
    ),
    Exercise(
        name="units-2",
        question=(
            "In kimmel_2021 a tumour cell divides at the rate rB. In how many days does the tumour double "
            "while no CAR-T cell kills any?"
        ),
        unit="day",
        solution=doubling_of_the_lymphoma,
        hints=(
            "The rate per head is in 1/day, and the answer in days: something is divided by the rate.",
            "Solve exp(rB * t) = 2 for t. cs.models.kimmel_2021.values has rB.",
        ),
        because=(
            "A population that grows at a constant rate per head doubles in ln 2 divided by that rate, "
            "from any size on. One divided by the rate would be the time to grow e-fold."
        ),
        rubric=(
            "1 point: exp(rB * t) = 2, or a curve from which it is read",
            "1 point: solved for t, in days",
        ),
    ),
    Exercise(
        name="units-3",
        question=(
            "After the peak the CAR-T cells of kimmel_2021 (run until day 100) contract: the read-out"
            " contraction_half_life says how fast. Which rate per head, in 1/day, belongs to it?"
        ),
        unit="1/day",
        solution=rate_of_contraction,
        hints=(
            (
                "A half-life is a time; the rate that belongs to it is in 1/day. Which is the larger if "
                "cells die faster?"
            ),
            "After one half-life, exp(-rate * t) is one half. Solve for the rate.",
        ),
        because=(
            "Half-life and rate per head say the same: their product is ln 2. The rate here is that of "
            "loss less that of division; CAR-T cells divide all the time."
        ),
        rubric=(
            "1 point: the half-life is read from cs.readouts",
            "1 point: ln 2 is divided by it, and the unit is 1/day",
        ),
    ),
    Exercise(
        name="units-4",
        question=(
            "By how many powers of ten (log10) has the tumour of kimmel_2021 become smaller by day 14, "
            "compared with the day of the infusion?"
        ),
        unit="1",
        solution=powers_of_ten,
        rtol=0.02,
        hints=(
            "A tenth of the tumour left is one power of ten; a hundredth is two.",
            "Divide the tumour at the start by the tumour on that day, and take np.log10 of it.",
        ),
        mistakes=(
            Mistake(
                "until the lowest point",
                lambda right: until_the_nadir(),
                (
                    "You gave log10_kill, which goes on to the lowest point of the tumour; an earlier day "
                    "was asked."
                ),
            ),
        ),
        because=(
            "Treatments are compared by powers of ten, because each takes as much again on a logarithmic "
            "axis. From a large tumour even many of them leave cells behind."
        ),
        rubric=(
            "1 point: the ratio of the first and the last amount",
            "1 point: its logarithm to base 10, with the sign of a decrease that is asked as one",
        ),
    ),
    Exercise(
        name="units-5",
        question=(
            "A laboratory reports CAR-T cells per microlitre of blood. What does it report on day 14 for "
            "kimmel_2021, in cell/uL?"
        ),
        unit="cell/uL",
        solution=per_microlitre,
        volume=kimmel_2021.values["V"],
        hints=(
            "The model counts all cells. A concentration is cells divided by the volume in which they are.",
            "The volume of the model is V, in uL; the observable car_t_per_uL has divided by it already.",
        ),
        mistakes=(
            Mistake(
                "the peak for the day",
                lambda right: peak_per_microlitre(),
                "You gave the peak of the curve; by the day that was asked the cells have become fewer.",
            ),
        ),
        because=(
            "C counts all CAR-T cells of the body; divided by V it is what a sample of blood shows. V is "
            "larger than the volume of blood, since most of these cells are elsewhere."
        ),
        rubric=("1 point: divided by the volume, or the observable used", "1 point: read on day 14"),
    ),
)
