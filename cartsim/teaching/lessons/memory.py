"""Exercises of the notebook on memory: how long it lasts, how much is enough, and what it does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...language.errors import ModelError, UnknownNameError, shorten
from ...language.events import Dose
from ...language.model import Model
from ...models import barros_2021
from ...patient import presets, therapies
from ...solving.simulate import simulate
from .exercise import Exercise, Mistake
from .patient import GIVEN

CELLS, LATE, UNTIL = 1e6, 400.0, 700.0
"""Tumour cells given again; the day on which, and the day by which they must be gone, in task 5."""


def the_patient(**keywords: Any) -> Model:
    """The patient of the notebook, whose tumour cells all carry the antigen."""
    return presets.b_all(**{**keywords, "antigen_negative_fraction": 0})


def rate(name: str) -> float:
    """A number of that patient."""
    return the_patient().values[name]


def a_tenth() -> float:
    """Task 1: days until a tenth of the memory cells is left, from their fall in a run."""
    run = simulate(the_patient(), until=365)
    first, last = np.interp([200.0, 300.0], run.t, np.log(np.maximum(run["memory_car_t"], 1e-9)))
    return float(math.log(10) * 100.0 / (first - last))


def just_enough() -> float:
    """Task 2: memory cells at the moment when a small tumour, given on day 300, turns."""
    run = simulate(the_patient().with_events(therapies.rechallenge(CELLS, day=300)), until=600)
    after = run.t > 300
    return float(run["memory_car_t"][after][run["tumour"][after].argmin()])


def end_of_the_watch(**keywords: Any) -> float:
    """The day on which fewer memory cells are left than just hold a small tumour."""
    patient = the_patient(**keywords)
    run = simulate(patient, until=1000)
    falling = run.t > 60
    kills = patient.values["k_K"] * run["recognition"][0]
    enough = patient.values["K_W"] * patient.values["r_T"] / (kills - patient.values["r_T"])
    return float(np.interp(-math.log(enough), -np.log(run["memory_car_t"][falling]), run.t[falling]))


def longer() -> float:
    """Task 3: days by which the watch lasts longer if memory forms twice as readily."""
    return end_of_the_watch(memory=2.0) - end_of_the_watch()


def two_memories() -> str:
    """Task 4: which process each model can do without, and still clears the rechallenge."""
    patient = the_patient().with_events(therapies.rechallenge(CELLS, day=90))
    mouse = barros_2021.with_events(Dose(2e6, into="C_T", at=42), Dose(CELLS, into="T", at=250))
    arms = {"patient": patient.with_values(k_R=0), "mouse": mouse.with_values(theta=0)}
    gone = {name: simulate(arm, until=300)["tumour"][-1] == 0 for name, arm in arms.items()}
    return {(False, False): "a", (True, True): "b", (True, False): "c"}.get(tuple(gone.values()), "d")


def longer_watch(answer: Any) -> str:
    """Task 5: what is wrong with the keywords of a patient who shall clear a late rechallenge."""
    if not isinstance(answer, Mapping) or not all(isinstance(name, str) for name in answer):
        return f'Give keywords and values, such as {{"dose": 1e9}}, not {shorten(answer)}.'
    for name in GIVEN:
        if name in answer and answer[name] != 0:
            return f"{name} belongs to the patient and the disease, which are given; change the product."
    try:
        patient = the_patient(**{name: answer[name] for name in answer if name not in GIVEN})
    except (ModelError, UnknownNameError) as error:
        return str(error)
    run = simulate(patient.with_events(therapies.rechallenge(CELLS, day=LATE)), until=UNTIL)
    if float(np.interp(LATE - 1.0, run.t, run["tumour"])) > 0.0:
        return "The first tumour is still there on day 399, so nothing can be said of the second."
    left = run["tumour"][-1]
    return "" if left == 0.0 else f"On day {UNTIL:g} there are {left:.2g} tumour cells."


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="memory-1",
        question=(
            "After how many days without antigen is a tenth of the memory cells of cs.patients.b_all() left?"
        ),
        unit="day",
        solution=a_tenth,
        rtol=0.03,
        hints=(
            "Memory cells are lost at a constant rate per head: what is left falls as exp(-d_M*t).",
            "Solve exp(-d_M*t) = 0.1 for t; log in Python is the natural logarithm.",
            'The rate is patient.values["d_M"].',
        ),
        mistakes=(
            Mistake(
                "one over the rate",
                lambda right: 1.0 / rate("d_M"),
                "You took one over the rate. By then a share of 1/e is left, more than a third.",
            ),
            Mistake(
                "a tenth is lost",
                lambda right: math.log(10 / 9) / rate("d_M"),
                "By then a tenth is lost, and nine tenths are left.",
            ),
            Mistake(
                "five half-lives",
                lambda right: 5 * math.log(2) / rate("d_M"),
                "After five half-lives 1/32 is left. How many halvings make a tenth?",
            ),
            Mistake(
                "a straight line",
                lambda right: 1.8 * math.log(2) / rate("d_M"),
                "You drew a straight line on through the half-life. Each half-life takes half of "
                "what is left.",
            ),
        ),
        because="exp(-d_M*t) = 1/10 at t = log(10)/d_M, which is 3.3 half-lives.",
        rubric=("1 point: an exponential fall", "1 point: log(10) over the rate, or 3.3 half-lives"),
    ),
    Exercise(
        name="memory-2",
        question=(
            "How many memory cells of cs.patients.b_all() just hold a small tumour, so that it neither grows "
            "nor shrinks?"
        ),
        unit="cell",
        solution=just_enough,
        rtol=0.1,
        hints=(
            "Neither grows nor shrinks: killing per head equals growth per head.",
            "Solve k_K*recognition*C_M/(K_W + C_M) = r_T for C_M.",
            "Or take a run of section 4: how many memory cells are there when the tumour is at its lowest?",
        ),
        mistakes=(
            Mistake(
                "half of the fastest killing",
                lambda right: rate("K_W"),
                "K_W is the number with half of the fastest killing. That is far more than growth.",
            ),
            Mistake(
                "the most there are",
                lambda right: float(simulate(the_patient(), until=365)["memory_car_t"].max()),
                "That is the largest number of memory cells of this patient: it holds more than needed.",
            ),
        ),
        because=(
            "Killing per head rises with the memory cells and does not depend on a small tumour. Where it "
            "equals growth, C_M = K_W*r_T/(k_K*recognition - r_T)."
        ),
        rubric=("1 point: killing per head equals growth", "1 point: solves it, or reads it off a run"),
    ),
    Exercise(
        name="memory-3",
        question=(
            "With cs.patients.b_all(memory=2), how many days longer does the watch over a small tumour last? "
            "All its cells carry the antigen."
        ),
        unit="day",
        solution=longer,
        rtol=0.06,
        hints=(
            "With how many memory cells does the patient begin, and how many are enough? See task 2.",
            "How long does it take until twice as many cells have become as few as the others were?",
        ),
        mistakes=(
            Mistake(
                "the day for the difference",
                lambda right: end_of_the_watch(memory=2.0),
                "That is the day on which the longer watch ends. How much later than the other is it?",
            ),
            Mistake(
                "twice as long",
                lambda right: end_of_the_watch(),
                "You took the watch to last twice as long. Twice the cells are lost in little more time: "
                "they fall exponentially.",
            ),
        ),
        because=(
            "Twice as many cells take one half-life more to become too few, however many were there before: "
            "in each half-life half of what is left is lost."
        ),
        rubric=("1 point: compares the two watches", "1 point: says why it is about one half-life"),
    ),
    Exercise(
        name="memory-4",
        question=(
            "A million tumour cells are given to the patient on day 90, to the mouse on day 250. Which "
            "sentence is right, of these models?"
        ),
        solution=two_memories,
        choices=(
            "in both, memory cells become effectors, and these remove the tumour",
            "in both, memory cells remove the tumour themselves",
            "in the patient memory cells remove the tumour themselves, in the mouse they become effectors "
            "that do",
            "in the patient memory cells become effectors that remove the tumour, in the mouse they do it "
            "themselves",
        ),
        hints=(
            "In each model, switch recall off. In which is the tumour still cleared?",
            "In the patient the number is called k_R, in the mouse theta.",
        ),
        mistakes=(
            Mistake(
                "recall in both",
                "a",
                "Look at section 2 again: without recall the patient clears the tumour just as well.",
            ),
            Mistake(
                "surveillance in both",
                "b",
                "In the mouse model memory cells do not kill; without recall the tumour grows.",
            ),
            Mistake(
                "the other way round",
                "d",
                "It is the other way round: compare the pictures without recall of sections 2 and 3.",
            ),
        ),
        because=(
            "The patient's memory cells keep watch and kill; the mouse's become effectors. Each model was "
            "built that way, and the course of the tumour alone does not tell which is true."
        ),
        rubric=("1 point: the right sentence", "1 point: names the run without recall as the evidence"),
    ),
    Exercise(
        name="memory-5",
        question=(
            "Find keywords of cs.patients.b_all with which a million tumour cells with antigen, given on day "
            "400, are gone by day 700; the disease is given."
        ),
        accepts=longer_watch,
        example=lambda: {"memory": 4},
        hints=(
            "What must there be more of on day 400? When is it made?",
            "One keyword says how readily effectors become memory cells.",
        ),
        because=(
            "More memory cells at the start are still enough later. The model has one number for it and does "
            "not say what makes it; the cells collected, the culture and the signalling domain could."
        ),
        rubric=(
            "1 point: keywords with which the late tumour dies out",
            "1 point: names a step: the cells collected, the culture, the signalling domain",
        ),
    ),
)
