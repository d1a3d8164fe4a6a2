"""Exercises of the first curves: a threshold, one number moved, a third population."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...language.errors import ModelError, SolveError, shorten
from ...language.events import Dose
from ...language.model import Model
from ...language.parts import Parameter, Process, Species
from ...models import barros_2021
from ...solving.simulate import simulate
from .exercise import Exercise, Mistake

_STEP = 0.05e6
_SMALL = barros_2021.with_events(Dose(0.2e6, into="C_T", at=42))


def fewest_cells(dose: float) -> float:
    """The fewest tumour cells of the mouse that is given this dose on day 42."""
    return float(simulate(barros_2021.with_events(Dose(dose, into="C_T", at=42)), until=200)["tumour"].min())


def smallest_dose() -> float:
    """The first of the doses 0.05, 0.1, 0.15, ... million cells that leaves less than one tumour cell."""
    return next(_STEP * n for n in range(1, 41) if fewest_cells(_STEP * n) < 1)


def saved(answer: Any) -> str:
    """What is wrong with one changed parameter that should save the mouse with the small dose."""
    if not isinstance(answer, Mapping) or len(answer) != 1:
        return 'Give one name and one value, such as {"alpha": 2.25e-8}.'
    ((name, value),) = answer.items()
    if name == "alpha":
        return "alpha was halved in section 3 already. Which other number decides between growth and killing?"
    if name not in barros_2021.parameters:
        return (
            f"{shorten(name)} is not a parameter of the model; cs.models.barros_2021.parameters lists them."
        )
    try:
        factor = float(value) / barros_2021.values[name]
        left = simulate(_SMALL.with_values({name: float(value)}), until=200)["tumour"][-1]
    except (ModelError, SolveError, TypeError, ValueError) as error:
        return f"The model cannot take that value: {error}."
    if not 0.475 <= factor <= 2.1:  # a factor of two, rounded
        return f"That is {factor:.3g} times the published value; a factor of two at most was allowed."
    if left >= 1e6:
        return f"With it {left:.2g} tumour cells are left on day 200; fewer than a million are wanted."
    return ""


def killing_doubled() -> dict[str, float]:
    """Cells that kill twice as fast."""
    return {"gamma": 2 * barros_2021.values["gamma"]}


def unseen(answer: Any) -> str:
    """What is wrong with a model in which a part of the tumour lacks the antigen."""
    if not isinstance(answer, Model):
        return "Give a model: answer_3 = cs.Model(...)."
    missing = [name for name in ("C", "T", "N") if name not in answer.species]
    if missing:
        return f"The model has no species {missing[0]!r}; it needs C, T and N."
    lacking = [role for role in ("car_t", "tumour") if role not in answer.roles]
    if lacking:
        return f'The model lacks the role {lacking[0]!r}; give roles={{"car_t": "C", "tumour": "T + N"}}.'
    run = simulate(answer, until=150)
    if run["N"][0] != 100:
        return f"There should be 100 cells without the antigen at the start, not {run['N'][0]:g}."
    if run["N"][-1] <= run["N"][0]:
        return "N does not grow; do CAR-T cells kill it? They should not see it."
    few, many = (simulate(answer.with_values(N=n), until=20)["C"][-1] for n in (100, 1e9))
    if not np.isclose(few, many, rtol=1e-3):
        return "The number of CAR-T cells depends on N: do they divide because of N? They should not see it."
    if run["T"][-1] > 0:
        return "T is not gone by day 150; is it still the model of section 8, with extinct_below=1?"
    if not np.allclose(run["tumour"], run["T"] + run["N"]):
        return 'The role tumour should be "T + N".'
    return "" if run["car_t"][-1] > 0 else "No CAR-T cells are left; do they still decay as in section 8?"


def two_tumours() -> Model:
    """The invented model of section 8 with a population that is not seen."""
    return Model(
        "two_tumours",
        species={
            "C": Species(1e6, "cell"),
            "T": Species(1e9, "cell", extinct_below=1),
            "N": Species(100, "cell"),
        },
        parameters={
            "r": Parameter(0.1, "1/day"),
            "p": Parameter(0.9, "1/day"),
            "d": Parameter(0.1, "1/day"),
            "k": Parameter(1.0, "1/day"),
            "h": Parameter(1e9, "cell"),
        },
        processes={
            "growth": Process("-> T", "r*T"),
            "growth_of_N": Process("-> N", "r*N"),
            "killing": Process("T ->", "k*C*T/(h + T)"),
            "expansion": Process("-> C", "p*C*T/(h + T)"),
            "death": Process("C ->", "d*C"),
        },
        roles={"car_t": "C", "tumour": "T + N"},
    )


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="curves-1",
        question=(
            "What is the smallest dose on day 42, in steps of 0.05 million CAR-T cells, that "
            "leaves the mouse of barros_2021 with less than one tumour cell at the lowest point "
            "before day 200? In cells."
        ),
        unit="cell",
        solution=smallest_dose,
        rtol=0.02,
        hints=(
            "Between which two of the doses of section 2 does the mouse's fate change?",
            (
                "Write a function of the dose that gives the fewest tumour cells, and try doses "
                "between those two."
            ),
            (
                'simulate(...)["tumour"].min() is the lowest point; compare it with 1, from the '
                "smallest dose upwards."
            ),
        ),
        mistakes=(
            Mistake(
                "millions for cells",
                lambda right: right / 1e6,
                "You gave the dose in millions of cells; the dose in cells was asked.",
            ),
            Mistake(
                "one step too small",
                lambda right: right - _STEP,
                "With this dose at least one tumour cell is left at the lowest point. One step is missing.",
            ),
            Mistake(
                "one step too large",
                lambda right: right + _STEP,
                "This dose is enough, but is it the smallest?",
            ),
        ),
        because=(
            "Below this dose the tumour suppresses the effectors before they have killed enough; "
            "from it on killing wins. The change from one fate to the other is sudden: a "
            "threshold."
        ),
        rubric=(
            "1 point: doses are tried in order, with the lowest point of each",
            "1 point: compared with one cell, not with zero",
            "1 point: the smallest dose that is enough",
        ),
    ),
    Exercise(
        name="curves-2",
        question=(
            "The mouse was given 0.2 million cells on day 42, and the tumour escaped. Change one "
            "parameter other than alpha, by a factor of two at most, so that fewer than a million "
            "tumour cells are left on day 200. Give its name and its value."
        ),
        accepts=saved,
        example=killing_doubled,
        hints=(
            "Which processes stand in the equation of the tumour, and which in that of the effectors?",
            (
                "Try each parameter at half and at twice its value, in a loop, and print what is left "
                "on day 200."
            ),
        ),
        because=(
            "Several numbers do it, since the small dose lies near the threshold. A CAR-T cell can"
            " be built to kill or to divide faster; that a tumour grows more slowly would need a "
            "second drug; the loss of memory plays no part in the first weeks."
        ),
        rubric=(
            "1 point: one parameter, by a factor of two at most",
            "1 point: fewer than a million cells on day 200",
            "1 point: says which change could be built, and which is hard to believe",
        ),
    ),
    Exercise(
        name="curves-3",
        question=(
            "Add to the invented model of section 8 a third population N: 100 tumour cells without"
            " the antigen, which grow like the others and are not seen. Let the role tumour be T +"
            " N. Give the model."
        ),
        accepts=unseen,
        example=two_tumours,
        hints=(
            "N needs a species and one process. Which of the processes of T does it not need?",
            (
                'processes={..., "growth_of_N": cs.Process("-> N", "r*N")}, and nothing of N in '
                "killing or expansion."
            ),
        ),
        because=(
            "T is killed and dies out while N grows on, although CAR-T cells are still there: a "
            "relapse without antigen. In section 6 the tumour came back with its antigen, because "
            "the CAR-T cells were too few."
        ),
        rubric=(
            "1 point: N grows and is not killed",
            "1 point: CAR-T cells do not divide because of N",
            "1 point: the two kinds of relapse are told apart in words",
        ),
    ),
)
