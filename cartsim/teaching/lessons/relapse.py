"""Relapse: with the antigen and without it, how early, and what it tells about the CAR-T cells."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from ...language.errors import ModelError, SolveError, UnknownNameError, shorten
from ...patient.presets import b_all
from ...questions.readouts import readouts
from ...solving.simulate import simulate
from ...solving.trajectory import Trajectory
from .exercise import Exercise, Mistake

ONE_IN_A_MILLION = 1e-6
YEAR_AND_A_QUARTER = 450.0


@cache
def _escape(share: float) -> Trajectory:
    """A patient of whose tumour cells a share lacks the antigen."""
    return simulate(b_all(antigen_negative_fraction=share), until=YEAR_AND_A_QUARTER)


def _relapse(run: Trajectory) -> float:
    return float(readouts(run)["relapse_day"].value)


def majority_day() -> float:
    """The first day after the infusion on which more than half of the tumour lacks the antigen."""
    run = simulate(b_all(antigen_negative_fraction=ONE_IN_A_MILLION), until=30.0)
    share = run["antigen_negative_tumour"] / np.maximum(run["tumour"], 1.0)
    return float(run.t[np.argmax((run.t > 0.0) & (share > 0.5))])


def earlier_for_ten_times() -> float:
    """By how many days ten times as many cells without the antigen bring the relapse forward."""
    return _relapse(_escape(ONE_IN_A_MILLION / 10.0)) - _relapse(_escape(ONE_IN_A_MILLION))


def _growth() -> float:
    return b_all().values["r_T"]


FAINT = (
    "the CAR-T cells have died out",
    "tumour cells without the antigen have taken over",
    "with so little antigen most targets are not recognised, and killing is too slow",
    "most of the CAR-T cells are exhausted",
)


def what_went_wrong() -> str:
    """What the run of a tumour with a thousand molecules a cell shows on the day of its relapse."""
    run = simulate(b_all(antigen_density=1000.0), until=YEAR_AND_A_QUARTER)
    day = _relapse(run)

    def then(name: str) -> float:
        return float(np.interp(day, run.t, run[name]))

    if then("car_t") < 1.0:
        return FAINT[0]
    if then("antigen_negative_tumour") > 0.5 * then("tumour"):
        return FAINT[1]
    if then("exhausted_car_t") > 0.5 * then("car_t"):
        return FAINT[3]
    return FAINT[2]


def forgetful(answer: Any) -> str:
    """What is wrong with the keywords of a patient who should relapse for want of CAR-T cells."""
    if not isinstance(answer, dict) or not all(isinstance(name, str) for name in answer):
        return f"give the keywords as a mapping, such as {{'memory': 0.5}}, not {shorten(answer)}"
    if answer.get("antigen_negative_fraction", 0.0) != 0.0:
        return "no cell shall lack the antigen; leave antigen_negative_fraction out"
    try:
        run = simulate(b_all(**{**answer, "antigen_negative_fraction": 0.0}), until=YEAR_AND_A_QUARTER)
    except (ModelError, SolveError, UnknownNameError) as error:
        return str(error)
    found = readouts(run)
    if found["best_response"].value != 3.0:
        return "this patient never comes into complete remission; the cells must work at first"
    if found["relapse_kind"].value != 1.0:
        return "this patient has no relapse before day 450: memory holds the tumour, or none of it is left"
    left = float(np.interp(found["relapse_day"].value, run.t, run["car_t"]))
    if left >= 1e6:
        return (
            f"the tumour comes back while {left:.2g} CAR-T cells are still there: they are too weak, or too "
            "few for it, but not lost; shorten their life instead"
        )
    return ""


def _a_forgetful_product() -> dict[str, Any]:
    return {"product": "CD28", "memory": 0.0, "fitness": 0.8}


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="relapse-1",
        question="One tumour cell in a million lacks the antigen (b_all with "
        "antigen_negative_fraction=1e-6). On which day after the infusion do cells without the antigen "
        "become more than half of the tumour?",
        unit="day",
        solution=majority_day,
        rtol=0.03,
        atol=1.0,
        hints=(
            "Draw both kinds of tumour cells with log=True. Where do the curves cross?",
            "run['antigen_negative_tumour'] and run['tumour'] are arrays over run.t. Where is twice the "
            "first larger than the second, at times above 0?",
        ),
        mistakes=(
            Mistake(
                "the day of the relapse",
                lambda right: _relapse(_escape(ONE_IN_A_MILLION)),
                "That is the day of the relapse, on which the tumour is as large as at the infusion. The "
                "cells without the antigen were the majority long before, while the tumour was at its "
                "smallest.",
            ),
            Mistake(
                "counted from leukapheresis",
                lambda right: right - b_all().start,
                "You counted from the start of the run, the leukapheresis. Day 0 is the infusion: run.t "
                "says so.",
            ),
        ),
        because="the cells with the antigen are killed a millionfold within days, and then there are as "
        "many of them as of those that nobody saw. The tumour turns at about that time, and from then on "
        "it cannot be treated by the same cells, whatever the remission looks like.",
        rubric=(
            "1 point: both kinds of cells are compared at the same times",
            "1 point: the day is counted from the infusion",
        ),
    ),
    Exercise(
        name="relapse-2",
        question="By how many days does the relapse of a b_all patient come earlier if the share of tumour "
        "cells without the antigen is 1e-6 instead of 1e-7?",
        unit="day",
        solution=earlier_for_ten_times,
        rtol=0.05,
        hints=(
            "cs.readouts(run)['relapse_day'].value of two runs, both until 450; then the difference.",
            "For log(10)/r_T you assume that nothing but division changes the number. What is the thin "
            "strip below zero in the picture of the fluxes?",
        ),
        mistakes=(
            Mistake(
                "growth without bystander killing",
                lambda right: math.log(10.0) / _growth(),
                "That is log(10)/r_T: the time in which division alone makes ten of one. In the model a "
                "little bystander killing goes on at rest, so that they grow more slowly. Take the two "
                "runs.",
            ),
            Mistake(
                "doubling time",
                lambda right: math.log(2.0) / _growth(),
                "That is the time for a factor of two. A factor of ten was asked.",
            ),
            Mistake(
                "a day of relapse instead of the difference",
                lambda right: _relapse(_escape(ONE_IN_A_MILLION)),
                "That is the day of the relapse of one of the two patients; their difference was asked.",
            ),
        ),
        because="what is left grows exponentially, so ten times as many cells have the head start of one "
        "tenfold: log(10) divided by the net growth rate. That rate is r_T less the bystander killing at "
        "the resting level of interferon gamma, about an eighth of it here.",
        rubric=(
            "1 point: the difference of two relapse days",
            "1 point: says that bystander killing at rest makes net growth slower than r_T",
        ),
    ),
    Exercise(
        name="relapse-3",
        question="The tumour cells of b_all(antigen_density=1000) carry 1000 molecules of the antigen. The "
        "tumour comes back with the antigen, while there are many CAR-T cells. What went wrong?",
        choices=FAINT,
        solution=what_went_wrong,
        hints=(
            "Read cs.explain(run).tumour[0]: what kind of tumour cells, and which CAR-T cells, were there?",
            "run['recognition'] is the share of targets that are recognised. Compare it with the usual "
            "patient, and compare killing with growth in cs.plots.fluxes(run, 'T_pos', relative=True).",
        ),
        mistakes=(
            Mistake(
                "lost for weak",
                FAINT[0],
                "Count them: run['car_t'] on the day of the relapse is about a hundred million.",
            ),
            Mistake(
                "low antigen for no antigen",
                FAINT[1],
                "This patient has no cells without the antigen: run['antigen_negative_tumour'] is 0 "
                "throughout. Little antigen is not none.",
            ),
            Mistake(
                "exhaustion",
                FAINT[3],
                "Look at run['exhausted_car_t'] beside run['car_t'] on that day.",
            ),
        ),
        because="recognition rises steeply with the number of molecules (half at K_D = 2000). With 1000 a "
        "fifth of the targets is recognised; the fire that is left equals growth for a while, and loses "
        "when memory cells become fewer. A kind of relapse between the two: antigen there, cells there, "
        "and nearly blind.",
        rubric=(
            "1 point: the right choice",
            "1 point: supported by recognition, or by killing against growth, read from a run",
        ),
    ),
    Exercise(
        name="relapse-4",
        question="Give keywords for cs.patients.b_all, without cells that lack the antigen, with which the "
        "patient comes into complete remission and relapses before day 450 when fewer than a million CAR-T "
        "cells are left.",
        accepts=forgetful,
        example=_a_forgetful_product,
        hints=(
            "Which cells persist for months? Which keyword says how readily they are made?",
            "Without memory the effectors decide. If they die out the tumour first, they were too good: "
            "which product has the shorter life, and which keyword makes expansion weaker?",
        ),
        because="what is left after the contraction is memory. Without it the killing ends with the "
        "effectors, and if a few tumour cells outlive them these come back, with the antigen. Product and "
        "memory are properties of the cells, which depend on the patient they were made from; burden is "
        "the patient's.",
        rubric=(
            "1 point: a patient in complete remission who relapses with the antigen",
            "1 point: fewer than a million CAR-T cells on that day",
            "1 point: says which keywords belong to the product and which to the patient",
        ),
    ),
)
