"""Exercises of the notebook "A thousand patients": shares, chance in small groups, and the same people "
"twice."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...models import kimmel_2021
from ...solving.cohort import cohort
from ...solving.ensemble import Ensemble
from ...solving.people import Cohort
from ...solving.simulate import simulate
from .exercise import Exercise, Mistake

SPREAD = {"C": 1.0, "KC": 0.3, "N": 0.5, "rB": 0.4, "B": 1.5}
"""The spreads of the notebook: invented, about as wide in the blood as the patients of ZUMA-1."""


@cache
def _people() -> Cohort:
    return cohort(kimmel_2021, 1000, spread=SPREAD, seed=1)


@cache
def _runs() -> Ensemble:
    return simulate(_people(), until=120, method="batch")


def _cleared(runs: Ensemble) -> NDArray[np.bool_]:
    """Whether the tumour of each falls below one cell, shape (n_patients,)."""
    return np.asarray(runs.array("tumour").min(axis=1) < 1.0)


def _grown() -> float:
    tumour = _runs().array("tumour")
    return float((tumour[:, -1] > tumour[:, 0]).mean())


def _between_groups() -> float:
    counts = _cleared(_runs()).reshape(10, 100).sum(axis=1)
    return float(counts.max() - counts.min())


def _highest() -> float:
    return float(_cleared(_runs()).reshape(10, 100).sum(axis=1).max())


def _better() -> NDArray[np.bool_]:
    return _cleared(simulate(_people().with_values(gB=1.4), until=120, method="batch"))


def _rescued() -> float:
    return float((_better() & ~_cleared(_runs())).sum())


def _all_cleared() -> float:
    return float(_better().sum())


def _ranks(values: Any) -> NDArray[np.intp]:
    return np.argsort(np.argsort(values))


def _telling() -> str:
    peaks = _ranks(_runs().array("car_t").max(axis=1))
    names = {"a": "C", "b": "KC", "c": "N", "d": "rB"}
    size = {x: abs(np.corrcoef(_ranks(_people().values(name)), peaks)[0, 1]) for x, name in names.items()}
    return max(size, key=lambda letter: size[letter])


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="cohort-1",
        question="What fraction of the thousand patients has more tumour cells on day 120 than at the start?",
        unit="1",
        solution=_grown,
        rtol=0.0,
        atol=0.005,
        hints=(
            "tumour = runs.array('tumour') has one row a patient; the first column is the start.",
            "Compare the last column with the first: a comparison gives True or False for each patient.",
            "The mean of True and False is the fraction that is True.",
        ),
        mistakes=(
            Mistake(
                "patients for a fraction",
                lambda right: 1000.0 * right,
                "You counted patients; a fraction was asked. Divide by the number of patients.",
            ),
            Mistake(
                "the other part",
                lambda right: 1.0 - right,
                "That is the fraction whose tumour is smaller than at first; larger was asked.",
            ),
        ),
        because="In these patients CAR-T cells were few or the tumour fast: within 120 days it has made "
        "good what was killed.",
        rubric=("1 point: compares each patient with their own start", "1 point: gives a fraction"),
    ),
    Exercise(
        name="cohort-2",
        question="Cut the thousand into ten groups of a hundred, in their order, and count in each how many "
        "are cleared (fewer than one tumour cell at some time until day 120). What is the difference "
        "between the highest and the lowest count?",
        unit="1",
        solution=_between_groups,
        rtol=0.0,
        atol=0.5,
        hints=(
            "cleared[0:100].sum() counts the first group, cleared[100:200].sum() the second.",
            "Ten counts in a list; then max(...) - min(...).",
        ),
        mistakes=(
            Mistake(
                "the highest alone",
                lambda right: _highest(),
                "That is the highest of the ten counts; subtract the lowest.",
            ),
            Mistake(
                "fraction for patients",
                lambda right: right / 100.0,
                "You took fractions of a hundred; counts of patients were asked.",
            ),
        ),
        because="All groups come from the same population and get the same treatment: only chance makes them "
        "differ. A difference of this size between two arms of a hundred would prove nothing.",
        rubric=(
            "1 point: counts by group",
            "1 point: says that nothing but chance makes the groups differ",
        ),
    ),
    Exercise(
        name="cohort-3",
        question="The same thousand patients get cells with gB = 1.4 per day. How many of those who were not "
        "cleared before are cleared now, by day 120?",
        unit="1",
        solution=_rescued,
        rtol=0.0,
        atol=1.5,
        hints=(
            "people.with_values(gB=1.4) are the same people with other cells.",
            "You need the patients who are cleared now and were not before: (now & ~before).sum().",
        ),
        mistakes=(
            Mistake(
                "all who are cleared",
                lambda right: _all_cleared(),
                "That is everyone who is cleared now; those who were cleared before are among them.",
            ),
            Mistake(
                "fraction for patients",
                lambda right: right / 1000.0,
                "You gave a fraction of the thousand; a number of patients was asked.",
            ),
        ),
        because="A better killer changes the fate of those only whose tumour came near to one cell before. "
        "The others were cleared already, or are too far away.",
        rubric=(
            "1 point: the same people were simulated again, not a new cohort",
            "1 point: patient by patient, not the difference of two unpaired groups of others",
        ),
    ),
    Exercise(
        name="cohort-4",
        question="Which number of a patient, measured before the treatment, tells most about the peak of "
        "the CAR-T cells, by the size of the rank correlation in the thousand?",
        solution=_telling,
        choices=(
            "the CAR-T cells in the bag, C",
            "the room for CAR-T cells, KC",
            "the normal T cells, N",
            "the growth of the tumour, rB",
        ),
        hints=(
            "The peaks are runs.array('car_t').max(axis=1).",
            "Repeat the loop of section 3 with the peaks. A large negative correlation tells as much as a "
            "positive one.",
        ),
        mistakes=(
            Mistake(
                "the dose",
                "the CAR-T cells in the bag, C",
                "More cells in the bag do make a higher peak, but expansion levels most of it. Compare the "
                "sizes.",
            ),
            Mistake(
                "competitors",
                "the normal T cells, N",
                "They take room from the CAR-T cells, and their correlation is not small; but another one is "
                "larger. Compare all four, without the sign.",
            ),
            Mistake(
                "growth",
                "the growth of the tumour, rB",
                "In this model the tumour does not act on the CAR-T cells at all, so its growth cannot.",
            ),
        ),
        because="Expansion goes on until the room is used up: where there is more room, there are more "
        "cells, whatever was in the bag. (In a clinic nobody can measure KC; that is a weakness of the "
        "model's answer.)",
        rubric=("1 point: rank correlations with the peak", "1 point: compares their sizes without the sign"),
    ),
)
