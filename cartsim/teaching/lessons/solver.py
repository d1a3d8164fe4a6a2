"""Exercises of the notebook "How a solver works": steps, stability, order, instants, and relapses from "
"noise."""

from __future__ import annotations

import math

import numpy as np

from ...language.compile import compiled
from ...language.events import Change
from ...language.model import Model
from ...language.parts import Parameter, Process, Species
from ...solving.simulate import simulate
from .exercise import Exercise, Mistake


def _changing(rate: float, amount: float = 1e9) -> Model:
    """A tumour that does nothing but grow at this rate, in 1/day, or shrink if it is below zero."""
    flow, speed = ("-> T", "r*T") if rate > 0 else ("T ->", "-r*T")
    return Model(
        "changing",
        species={"T": Species(amount, "cell", "tumour cells")},
        parameters={"r": Parameter(rate, "1/day")},
        processes={"change": Process(flow, speed)},
    )


def euler(model: Model, step: float, steps: int) -> float:
    """The amount of the first species after so many steps of Euler's method, each of `step` days."""
    slope = compiled(model.structure).right_hand_side(list(model.values.values()))
    y = compiled(model.structure).initial(model, list(model.values.values()))
    for number in range(steps):
        y = y + step * slope(number * step, y)
    return float(y[0])


def _one_step() -> float:
    return euler(_changing(-0.5), 1.0, 1)


def _exactly() -> float:
    return float(simulate(_changing(-0.5), until=1.0)["T"][-1])


def _longest_step() -> float:
    """Where the swings neither grow nor shrink: the factor of a step, 1 + step*slope per head, is -1."""
    model = _changing(-100.0)
    jacobian = compiled(model.structure).jacobian(list(model.values.values()))
    return -2.0 / float(jacobian(0.0, np.array([1e9]))[0, 0])


def _error(steps: int) -> float:
    return abs(euler(_changing(0.2), 20.0 / steps, steps) / (1e9 * math.exp(0.2 * 20.0)) - 1.0)


def _many_steps() -> float:
    """By bisection on the number of steps; the error falls with each one more."""
    wanted, low, high = _error(80) / 100.0, 80, 16_000
    while high - low > 50:
        middle = (low + high) // 2
        low, high = (low, middle) if _error(middle) <= wanted else (middle, high)
    return float(high)


def _at_noon(*changes: Change) -> float:
    """The rate r at the very instant of day 20."""
    clock = Model(
        "clock",
        species={"A": Species(0, "cell")},
        parameters={"r": Parameter(0.2, "1/day"), "one": Parameter(1, "cell")},
        processes={"making": Process("-> A", "r*one")},
    ).with_events(*changes)
    return float(simulate(clock, until=40, at=[19, 20, 21])["making"][1])


_FIRST, _SECOND = Change("r", factor=0.5, start=10, stop=20), Change("r", factor=0.1, start=20, stop=30)


def _second_only() -> float:
    return _at_noon(_FIRST, _SECOND)


def _whose_relapse() -> str:
    """Solve the fight of the notebook with two coarse tolerances, and see whether the relapses agree."""
    model = Model(
        "fight",
        species={"C": Species(1e9, "cell"), "T": Species(1e9, "cell")},
        parameters={
            "r": Parameter(0.2, "1/day"),
            "d": Parameter(0.1, "1/day"),
            "g": Parameter(7.2e-9, "1/(cell*day)"),
        },
        processes={
            "growth": Process("-> T", "r*T"),
            "killing": Process("T ->", "g*C*T"),
            "death": Process("C ->", "d*C"),
        },
    )
    runs = [simulate(model, until=400, atol=atol) for atol in (1e-6, 1e-9)]
    days = [run.t[(run.t > 60) & (run["T"] > 1e9)][0] for run in runs]
    follows_noise = abs(days[1] - days[0]) > 10 and min(run["T"].min() for run in runs) < 1e-3
    return "d" if follows_noise else "a"


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="solver-1",
        question="A tumour of 1e9 cells is killed at 0.5 per day, nothing else happens. How many cells does "
        "one Euler step of one day leave?",
        unit="cell",
        solution=_one_step,
        rtol=0.005,
        hints=(
            "New amount = old amount + step times slope. What is the slope at the start, with its sign?",
            "The slope is -0.5 per day times 1e9 cells.",
        ),
        mistakes=(
            Mistake(
                "the exact solution",
                lambda right: _exactly(),
                "That is what the equation leaves, exp(-0.5) of it. Euler's method was asked: a straight "
                "line.",
            ),
            Mistake(
                "the slope for the amount",
                lambda right: -0.5e9,
                "That is the slope, in cells per day. Add step times slope to what was there.",
            ),
            Mistake(
                "growth for killing",
                lambda right: 1.5e9,
                "Killing makes the slope negative.",
            ),
        ),
        because="Euler believes the first slope for the whole day. The equation itself leaves more, since "
        "fewer cells are there to be killed later in the day.",
        rubric=("1 point: the slope with its sign", "1 point: old amount plus step times slope"),
    ),
    Exercise(
        name="solver-2",
        question="A cytokine is cleared at 100 per day. What is the longest step, in days, with which the "
        "swings of Euler's method do not grow?",
        unit="day",
        solution=_longest_step,
        rtol=0.03,
        hints=(
            "After one step there is (1 - 100*step) times what was there before.",
            "The swings do not grow as long as that factor lies between -1 and 1.",
        ),
        mistakes=(
            Mistake(
                "where the swings begin",
                lambda right: right / 2.0,
                "With that step all is gone after one step; beyond it the amount swings through zero. Where "
                "do the swings begin to grow?",
            ),
            Mistake(
                "the half-life",
                lambda right: math.log(2.0) / 100.0,
                "That is the half-life of the cytokine. Look at the factor of one step, 1 - 100*step.",
            ),
        ),
        because="The factor of a step is 1 - 100*step; at -1 the swings keep their size, beyond they grow, "
        "whatever the rest of the model does. That is what makes a model stiff.",
        rubric=("1 point: the factor of one step", "1 point: the factor -1 as the limit"),
    ),
    Exercise(
        name="solver-3",
        question="With Euler's method and steps of 0.25 days the tumour of section 1 (growth 0.2 per day) "
        "has some error on day 20. How many steps does it take to get there with a hundredth of that error?",
        unit="1",
        solution=_many_steps,
        rtol=0.12,
        hints=(
            "What does the error do if the step is halved, once steps are small?",
            "A hundredth of the error needs about a hundredth of the step. How many steps are that in 20 "
            "days?",
        ),
        mistakes=(
            Mistake(
                "as a method of order 2",
                lambda right: 800.0,
                "Ten times the steps give a hundredth of the error with a method of order 2. Euler's has "
                "order 1.",
            ),
            Mistake(
                "the factor alone",
                lambda right: 100.0,
                "That is how many times more steps it takes, roughly; the number of steps was asked.",
            ),
        ),
        because="Order 1: the error goes with the step. It takes a few per cent more than a hundred times "
        "80, since with 80 steps the error is not yet quite in proportion.",
        rubric=("1 point: error in proportion to the step", "1 point: the number of steps in 20 days"),
    ),
    Exercise(
        name="solver-4",
        question="Change('r', factor=0.5, start=10, stop=20) is followed by Change('r', factor=0.1, "
        "start=20, stop=30). r is 0.2 per day. What is r at the very instant of day 20?",
        unit="1/day",
        solution=_second_only,
        rtol=0.01,
        hints=(
            "Intervals are half-open: the start belongs to them, the end does not.",
            "Which of the two changes holds on day 20?",
        ),
        mistakes=(
            Mistake(
                "both at once",
                lambda right: 0.5 * right,
                "You let both act at once. At day 20 the first is over.",
            ),
            Mistake(
                "the first only",
                lambda right: _at_noon(_FIRST, Change("r", factor=0.5, start=20, stop=30)),
                "That is what the first change makes of it, and it is over at day 20.",
            ),
            Mistake("neither", lambda right: _at_noon(), "That is r without any change. One of them holds."),
        ),
        because="[10, 20) and [20, 30): at day 20 the first has ended and the second has begun, so they "
        "never multiply, and there is no gap between them.",
        rubric=("1 point: the second change alone",),
    ),
    Exercise(
        name="solver-5",
        question="An ODE shows a relapse on day 250; the smallest number of tumour cells on the way was "
        "3e-7, and atol was 1e-6. What do you say?",
        solution=_whose_relapse,
        choices=(
            "the relapse is real, the day is exact",
            "the relapse is real, the day is not",
            "the solver made it, and a finer atol would settle whether the patient relapses",
            "the curve says nothing about a relapse: below atol is noise, below one cell are no cells",
        ),
        hints=(
            "Compare 3e-7 with atol, and then with one cell.",
            "What did a finer atol do to the day of the relapse in section 5, and what did it not do?",
        ),
        mistakes=(
            Mistake(
                "believes the curve",
                "the relapse is real, the day is exact",
                "Below its absolute tolerance the solver does not follow the tumour any more.",
            ),
            Mistake(
                "believes the relapse",
                "the relapse is real, the day is not",
                "It comes from less than one cell, so it cannot be real, whatever the day.",
            ),
            Mistake(
                "believes in tolerances",
                "the solver made it, and a finer atol would settle whether the patient relapses",
                "A finer atol gives the day of the equations, but a patient has no 3e-7 of a cell.",
            ),
        ),
        because="Two different limits were passed: that of the solver, below which the numbers are noise, "
        "and that of the model, below which they are no cells. The model needs a last cell (extinct_below), "
        "or chance.",
        rubric=("1 point: the limit of the solver", "1 point: the limit of the model"),
    ),
)
