"""Solid tumours: which obstacle costs most, what it costs, and the part that cannot be seen."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from ...language.errors import ModelError, SolveError, UnknownNameError, shorten
from ...patient.presets import glioblastoma, neuroblastoma
from ...questions.readouts import readouts
from ...solving.simulate import simulate
from ...solving.trajectory import Trajectory
from .exercise import Exercise, Mistake

HALF_A_YEAR = 180.0
OBSTACLES = (
    "access",
    "suppression",
    "cells without the antigen",
    "none of them alone changes it by more than a tenth",
)
_WITHOUT: dict[str, dict[str, float]] = {
    OBSTACLES[0]: {"access": 1.0},
    OBSTACLES[1]: {"suppression": 0.0},
    OBSTACLES[2]: {"antigen_negative_fraction": 0.0},
}
CELLS = ("product", "dose", "fitness", "affinity", "dual_target", "access", "suppression")


def _smallest(**keywords: Any) -> float:
    """The smallest tumour between days 20 and 180, as a share of that on day 0."""
    run = simulate(neuroblastoma(**keywords), until=HALF_A_YEAR)
    return float(run["tumour"][run.t >= 20.0].min() / np.interp(0.0, run.t, run["tumour"]))


def costs_most() -> str:
    """The obstacle of a neuroblastoma without which the tumour becomes smallest."""
    usual = _smallest()
    left = {name: _smallest(**keywords) for name, keywords in _WITHOUT.items()}
    if all(abs(share - usual) < 0.1 * usual for share in left.values()):
        return OBSTACLES[3]
    return min(left, key=left.__getitem__)


@cache
def _inside(suppression: float | None) -> Trajectory:
    given = {} if suppression is None else {"suppression": suppression}
    return simulate(glioblastoma(**given), until=60.0)  # type: ignore[arg-type]


def _peak(name: str, suppression: float | None) -> float:
    return float(_inside(suppression)[name].max())


def price_of_suppression() -> float:
    """Powers of ten between the peaks inside the tumour, without and with suppression."""
    return math.log10(_peak("C_S", 0.0) / _peak("C_S", None))


def unseen_on_day_0() -> float:
    """The share of the glioblastoma without the antigen just before the infusion."""
    run = _inside(None)
    before = int(np.searchsorted(run.t, 0.0)) - 1
    return float(run["antigen_negative_tumour"][before] / run["tumour"][before])


def better_cells(answer: Any) -> str:
    """What is wrong with keywords that should bring a glioblastoma into complete remission."""
    if not isinstance(answer, dict) or not all(isinstance(name, str) for name in answer):
        return f"give the keywords as a mapping, such as {{'access': 0.1}}, not {shorten(answer)}"
    forbidden = [name for name in answer if name not in CELLS]
    if forbidden:
        return f"{forbidden[0]!r} is none of the keywords that may be changed: {', '.join(CELLS)}"
    try:
        model = glioblastoma(**answer)
        if model.values["suppression"] < 0.4:
            return "suppression must stay at 0.4 or more; help the cells in another way"
        run = simulate(model, until=HALF_A_YEAR)
    except (ModelError, SolveError, UnknownNameError) as error:
        return str(error)
    found = readouts(run)
    if found["best_response"].value == 3.0:
        return ""
    smallest = found["tumour_nadir"].value / float(np.interp(0.0, run.t, run["tumour"]))
    if smallest > 0.5:
        return "the tumour does not shrink; do the cells expand? Compare run['C_S'] with the usual patient"
    seen = "what the cells cannot see is left" if model.values["dual"] == 0.0 else "they kill too slowly"
    return f"the tumour falls to {100 * smallest:.2g} % of what it was, not below 1 %: {seen}"


def _more_get_in_and_see_more() -> dict[str, Any]:
    return {"suppression": 0.4, "access": 0.25, "dual_target": True}


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="solid-1",
        question="In cs.patients.neuroblastoma(), which obstacle, taken away alone (access=1, "
        "suppression=0 or antigen_negative_fraction=0), leaves the smallest tumour between day 20 and day "
        "180, as a share of that on day 0?",
        choices=OBSTACLES,
        solution=costs_most,
        hints=(
            "Do for neuroblastoma what section 2 does for glioblastoma: one run for each obstacle.",
            "run['tumour'][run.t >= 20].min() is the smallest number of cells. Divide it by that on day 0.",
        ),
        mistakes=(
            Mistake(
                "the door",
                OBSTACLES[0],
                "More cells come in, but what do they do inside? Compare the smallest tumour of each run.",
            ),
            Mistake(
                "the antigen",
                OBSTACLES[2],
                "An antigen on every cell helps only if there are CAR-T cells to see it. Compare the runs.",
            ),
            Mistake(
                "none",
                OBSTACLES[3],
                "One of the three changes it by far more than a tenth. Look at each run.",
            ),
        ),
        because="without suppression the cells that are in expand, and a hundredth of the tumour is left, "
        "mostly cells without the antigen, of which neuroblastoma has fewer here. The other two change "
        "little as long as nobody expands inside. The sizes of the obstacles were fitted, not measured.",
        rubric=(
            "1 point: the right choice",
            "1 point: a number for each of the three",
            "1 point: says that the ranking depends on the sizes that were chosen",
        ),
    ),
    Exercise(
        name="solid-2",
        question="By how many powers of ten is the peak of the CAR-T cells inside the glioblastoma (C_S) "
        "higher without suppression than with the usual one?",
        unit="1",
        solution=price_of_suppression,
        rtol=0.03,
        hints=(
            "run['C_S'].max() of two runs; how many times as high is one as the other?",
            "np.log10 of that ratio. np.log is the natural logarithm.",
        ),
        mistakes=(
            Mistake(
                "all CAR-T cells",
                lambda right: math.log10(_peak("car_t", 0.0) / _peak("car_t", None)),
                "You took the peak of all CAR-T cells. With suppression that is the infusion itself; take "
                "those inside, C_S.",
            ),
            Mistake(
                "the ratio itself",
                lambda right: 10.0**right,
                "That is how many times as high. As a power of ten it is the logarithm of that.",
            ),
            Mistake(
                "half the division, half the cells",
                lambda right: math.log10(2.0),
                "Half the division is not half the cells: the difference acts anew on every day.",
            ),
        ),
        because="suppression halves division and hastens exhaustion, so the net rate falls to about a third; "
        "over a week or two of expansion that makes a factor of hundreds, not of two.",
        rubric=(
            "1 point: both peaks are those of C_S",
            "1 point: the logarithm to the base of ten of their ratio",
        ),
    ),
    Exercise(
        name="solid-3",
        question="Which share of the glioblastoma lacks the antigen just before the infusion on day 0, if at "
        "leukapheresis a fifth of it does?",
        unit="1",
        solution=unseen_on_day_0,
        rtol=0.03,
        hints=(
            "run['antigen_negative_tumour'] / run['tumour'], at the last time before 0.",
            "Why does it differ from a fifth? Which process removes only cells without the antigen, even "
            "before the infusion? cs.plots.fluxes(run, 'T_neg', relative=True) shows it.",
        ),
        mistakes=(
            Mistake(
                "the share at leukapheresis",
                lambda right: glioblastoma().values["negative"],
                "That is the share at leukapheresis. It changes until day 0.",
            ),
            Mistake(
                "the share with the antigen",
                lambda right: 1.0 - right,
                "That is the share that carries the antigen.",
            ),
            Mistake(
                "ratio of the two kinds",
                lambda right: right / (1.0 - right),
                "You divided by the cells with the antigen; a share is of all tumour cells.",
            ),
        ),
        because="interferon gamma at rest keeps a little bystander killing going, which in this model hits "
        "only cells without the antigen. That is a weakness of the model rather than biology: before the "
        "infusion nothing should tell the two apart. It is why the kill can pass log10(5).",
        rubric=(
            "1 point: the share of all tumour cells, before the infusion",
            "1 point: names bystander killing at rest",
        ),
    ),
    Exercise(
        name="solid-4",
        question="Give keywords for cs.patients.glioblastoma with which the tumour falls below 1 % of that "
        "at the infusion before day 180. Suppression must stay at 0.4 or more; besides it product, dose, "
        "fitness, affinity, dual_target and access may be changed.",
        accepts=better_cells,
        example=_more_get_in_and_see_more,
        hints=(
            "Look at the grid of kills: where, with suppression of 0.4, do the cells expand at all?",
            "There the kill stops because a part cannot be seen. Which keyword lets the cells see it?",
        ),
        because="two things must come together: cells that expand inside (more of them let in, or fitter "
        "ones), and a second target for the part without the first. Either alone fails. Fitter cells are "
        "not free of charge in patients, whatever this patient says.",
        rubric=(
            "1 point: keywords that reach it within the rules",
            "1 point: says why each of them is needed, by leaving it out",
        ),
    ),
)
