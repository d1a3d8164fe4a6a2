"""Chemotherapy against CAR-T cells: what a cycle is worth, and what it does to dividing cells."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from ...patient.cytotoxic import chemotherapy
from ...patient.presets import b_all
from ...questions.readouts import readouts
from ...solving.simulate import simulate
from ...solving.trajectory import Trajectory
from .exercise import Exercise, Mistake

THREE_WEEKS = 21.0


@cache
def _one_cycle(burden: float | None = None) -> Trajectory:
    """A leukaemia under one cycle on day 0, without CAR-T cells."""
    patient = b_all() if burden is None else b_all(tumour_burden=burden)
    alone = patient.without_events().with_events(*chemotherapy(day=0.0, cycles=1))
    return simulate(alone, until=60.0)


def _tumour(run: Trajectory, day: float) -> float:
    return float(np.interp(day, run.t, run["tumour"]))


def _before(run: Trajectory) -> float:
    """Tumour cells just before day 0."""
    return float(run["tumour"][np.searchsorted(run.t, 0.0) - 1])


def worth_of_a_cycle() -> float:
    """Powers of ten from just before the first cycle to just before the second, 21 days later."""
    run = _one_cycle()
    return math.log10(_tumour(run, 0.0) / _tumour(run, THREE_WEEKS))


def interval_of_no_gain() -> float:
    """Days until a small tumour is back at what it was before a cycle."""
    run = _one_cycle(1e6)
    start, after = _tumour(run, 0.0), run.t > 5.0
    return float(np.interp(math.log(start), np.log(run["tumour"][after]), run.t[after]))


@cache
def _day_0(*, bridging: bool) -> float:
    return _before(simulate(b_all(bridging=bridging), until=1.0))


def bridged() -> float:
    """How many times as large the tumour is on day 0 without bridging."""
    return _day_0(bridging=False) / _day_0(bridging=True)


DAYS = {"day -12, before the infusion": -12.0, "day 3": 3.0, "day 7": 7.0, "day 14": 14.0}


def worst_day() -> str:
    """The day of one cycle that lowers the peak of the CAR-T cells most."""
    peaks = {
        text: float(
            readouts(simulate(b_all().with_events(*chemotherapy(day=day, cycles=1)), until=30.0))[
                "cmax"
            ].value
        )
        for text, day in DAYS.items()
    }
    return min(peaks, key=peaks.__getitem__)


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="chemotherapy-1",
        question="A leukaemia is given a cycle of chemotherapy each 21 days (b_all without CAR-T cells). By "
        "how many powers of ten is the tumour smaller just before the second cycle than just before the "
        "first?",
        unit="1",
        solution=worth_of_a_cycle,
        rtol=0.04,
        atol=0.01,
        hints=(
            "Read run['tumour'] at the last time before day 0 and at the last time before day 21.",
            "np.log10 of their ratio. The lowest point in between is not what is asked.",
        ),
        mistakes=(
            Mistake(
                "growth forgotten",
                lambda right: math.log10(math.exp(b_all().values["e_CHEMO"] / b_all().values["k_CHEMO"])),
                "That is what a cycle kills. In the 21 days until the next one the tumour grows.",
            ),
            Mistake(
                "the lowest point",
                lambda right: math.log10(
                    _tumour(_one_cycle(), 0.0) / _one_cycle()["tumour"][_one_cycle().t > 0.0].min()
                ),
                "You compared with the lowest point, a few days after the cycle. Take the day before the "
                "next one.",
            ),
            Mistake(
                "the ratio itself",
                lambda right: 10.0**right,
                "That is how many times as small it is; as a power of ten it is the logarithm of that.",
            ),
        ),
        because="one cycle kills one power of ten, and three weeks of growth, with a doubling in ten days, "
        "take more than half of it back. What remains decides how many cycles it takes.",
        rubric=(
            "1 point: the tumour just before both cycles",
            "1 point: the logarithm to the base of ten",
            "1 point: says that growth takes back the rest",
        ),
    ),
    Exercise(
        name="chemotherapy-2",
        question="At which interval between cycles, in days, does the growth of a small leukaemia take back "
        "all that a cycle kills?",
        unit="day",
        solution=interval_of_no_gain,
        rtol=0.04,
        hints=(
            "After a cycle a tenth is left. How long does it take to grow tenfold?",
            "exp(r_T*t) = 10; solve for t. Or try intervals with chemo(day=0, every=...), on a patient with "
            "a small tumour_burden.",
        ),
        mistakes=(
            Mistake(
                "doubling time",
                lambda right: math.log(2.0) / b_all().values["r_T"],
                "In that time it doubles. It must become ten times as large.",
            ),
            Mistake(
                "log10 for ln in the growth",
                lambda right: 1.0 / b_all().values["r_T"],
                "You took log10(10) = 1. The growth is exp(r_T*t), so the natural logarithm belongs here.",
            ),
            Mistake(
                "ten doublings",
                lambda right: 10.0 * math.log(2.0) / b_all().values["r_T"],
                "Ten doublings make a thousand, not ten.",
            ),
        ),
        because="the kill of a cycle is a factor of ten, and so is growth over log(10)/r_T days. Beyond that "
        "interval the tumour grows in spite of the cycles; a faster tumour shortens it.",
        rubric=(
            "1 point: growth by the same factor as the kill",
            "1 point: the time for it, from r_T or from a run",
        ),
    ),
    Exercise(
        name="chemotherapy-3",
        question="By which factor does bridging lower the number of tumour cells just before the infusion in "
        "cs.patients.b_all(bridging=True), compared with none?",
        unit="1",
        solution=bridged,
        rtol=0.02,
        hints=(
            "Two runs, and run['tumour'][run.t < 0][-1] of each.",
            "The larger number over the smaller one. It is not exactly what a cycle kills: why?",
        ),
        mistakes=(
            Mistake(
                "upside down",
                lambda right: 1.0 / right,
                "That is the share that is left. The factor by which it is lowered is one over it.",
            ),
            Mistake(
                "the kill of the cycle",
                lambda right: 10.0,
                "That is about what a cycle kills. But the smaller tumour grows a little faster afterwards, "
                "since it has more room. Read the two runs.",
            ),
            Mistake(
                "logarithm of the factor",
                lambda right: math.log10(right),
                "That is the number of powers of ten; the factor itself was asked.",
            ),
        ),
        because="the cycle kills nine of ten, midway between collection and infusion; then both tumours "
        "grow, the smaller one a little faster, because crowding slows the larger one.",
        rubric=(
            "1 point: both numbers just before the infusion",
            "1 point: their ratio, above 1",
        ),
    ),
    Exercise(
        name="chemotherapy-4",
        question="One cycle of chemotherapy is given to cs.patients.b_all(). On which day does it lower the "
        "peak of the CAR-T cells (cmax) most?",
        choices=tuple(DAYS),
        solution=worst_day,
        hints=(
            "Four runs: plain.with_events(chemo(day=..., cycles=1)), and cs.readouts(run)['cmax'] of each.",
            "There are two ways to a lower peak: fewer CAR-T cells, or less of what they divide on.",
        ),
        mistakes=(
            Mistake(
                "only the CAR-T cells counted",
                "day 3",
                "On that day it kills two of three of the cells that expand, and they make up for a part of "
                "it. Compare with the cycle that takes away what they expand on.",
            ),
            Mistake(
                "near the peak",
                "day 7",
                "Near the peak it takes effectors when they are many. Compare the four peaks.",
            ),
            Mistake(
                "after the peak",
                "day 14",
                "The peak is over by then. It costs memory, but not the peak.",
            ),
        ),
        because="before the infusion it kills no CAR-T cell at all, but nine of ten of the antigen-bearing "
        "cells on which they would expand, and that lowers the peak more than the loss of two thirds of a "
        "population that is still doubling. A lower peak is not a worse outcome: there is less to kill.",
        rubric=(
            "1 point: the right choice, from four runs",
            "1 point: says that antigen, not killing of CAR-T cells, is the reason",
        ),
    ),
)
