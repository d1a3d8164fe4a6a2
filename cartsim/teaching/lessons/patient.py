"""Exercises of the notebook on one patient: read-outs, units, powers of ten, and one thing changed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ...language.errors import ModelError, UnknownNameError, shorten
from ...patient import presets, therapies
from ...questions.readouts import readouts
from ...solving.simulate import simulate
from .exercise import Exercise, Mistake

DRAWN = 21.0
"""The day of task 2."""
GIVEN = (  # what the patient and the disease bring along
    "tumour_burden",
    "antigen_negative_fraction",
    "antigen_density",
    "doubling_time",
    "cytokine_response",
    "weight",
    "egfr",
    "crp",
    "ferritin",
)
"""Keywords that an answer may not change where the treatment was asked."""


def day_of(name: str) -> float:
    """The day of a peak of the typical lymphoma patient."""
    return float(readouts(simulate(presets.lymphoma(), until=60))[name].value)


def crp_after_il6() -> float:
    """Task 1: days from the peak of interleukin 6 to that of CRP."""
    return day_of("crp_peak_day") - day_of("il6_peak_day")


def in_a_drop(name: str = "car_t_per_uL") -> float:
    """Task 2: CAR-T cells in 1 uL of blood on the day when it is drawn; of another name, that."""
    return float(simulate(presets.lymphoma(), until=DRAWN)[name][-1])


def powers_of_ten() -> float:
    """Task 3: how many powers of ten smaller the tumour is at its nadir."""
    return float(readouts(simulate(presets.lymphoma(), until=365))["log10_kill"].value)


def where_are_the_b_cells() -> str:
    """Task 4: whether the B cells are back on day 60 if the CAR-T cells are lost on day 5."""
    patient = presets.lymphoma()
    arms = {"kept": patient, "lost": patient.with_events(therapies.ablation(day=5))}
    left = {name: run["b_cells"][-1] for name, run in simulate(arms, until=60).items()}
    return "b" if left["lost"] > 100 * left["kept"] else "a"


def milder(answer: Any) -> str:
    """Task 5: what is wrong with keywords for a complete response with a CRS of grade 1 at the most."""
    if not isinstance(answer, Mapping) or not all(isinstance(name, str) for name in answer):
        return f'Give keywords and values, such as {{"dose": 1e8}}, not {shorten(answer)}.'
    for name in GIVEN:
        if name in answer:
            return f"{name} belongs to the patient and the disease, which are given; change the treatment."
    try:
        patient = presets.lymphoma(**answer)
    except (ModelError, UnknownNameError) as error:
        return str(error)
    found = readouts(simulate(patient, until=90))
    grade, response = found["crs_max_grade"].value, found["best_response"].value
    if response < 3:
        return "The response is never complete with these keywords."
    return "" if grade <= 1 else f"CRS still reaches grade {grade:.0f} with these keywords."


def _fold() -> float:
    return math.pow(10.0, powers_of_ten())


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="patient-1",
        question="How many days after the peak of IL-6 is CRP at its peak, in cs.patients.lymphoma()?",
        unit="day",
        solution=crp_after_il6,
        rtol=0.1,
        hints=(
            "Two read-outs hold the days of the two peaks.",
            'cs.readouts(run)["..."].value is a read-out as a number; two names end in peak_day.',
        ),
        mistakes=(
            Mistake(
                "the day for the delay",
                lambda right: day_of("crp_peak_day"),
                "That is the day of the peak of CRP, counted from the infusion. How much later than the peak "
                "of IL-6 is it?",
            ),
            Mistake(
                "the day of IL-6",
                lambda right: day_of("il6_peak_day"),
                "That is the day of the peak of IL-6, counted from the infusion. How much later is that of "
                "CRP?",
            ),
        ),
        because="CRP is made on the signal of IL-6 and leaves the blood slowly, so it follows with a delay.",
        rubric=("1 point: the right two read-outs", "1 point: their difference, not one of the days"),
    ),
    Exercise(
        name="patient-2",
        question="On day 21, how many CAR-T cells are in one microlitre of blood of cs.patients.lymphoma()?",
        unit="cell/uL",
        solution=in_a_drop,
        rtol=0.05,
        hints=(
            "Section 3 uses the name of the curve that counts cells in one uL.",
            "cs.simulate(patient, until=21) ends on the day that is asked; [-1] is the last value.",
        ),
        mistakes=(
            Mistake(
                "cells in the body",
                lambda right: in_a_drop("car_t"),
                "That is the number of cells in the whole body. One cell in each uL of blood stands for "
                'patient.values["V"] cells in the body.',
            ),
            Mistake(
                "copies for cells",
                lambda right: in_a_drop("car_t_copies"),
                "That is copies of the gene in one ug of DNA. Cells in one uL were asked.",
            ),
            Mistake(
                "five litres of blood",
                lambda right: in_a_drop("car_t") / 5e6,
                "You divided by the volume of the blood, as if all CAR-T cells were in it. Most are in lymph "
                "nodes, spleen and marrow.",
            ),
        ),
        because="The model's observable car_t_per_uL divides the cells in the body by V, which includes the "
        "cells that are not in the blood.",
        rubric=("1 point: cells in one uL, not in the body", "1 point: on day 21"),
    ),
    Exercise(
        name="patient-3",
        question=(
            "By how many powers of ten is the tumour of cs.patients.lymphoma() smaller at its lowest point "
            "than it was at the infusion?"
        ),
        unit="1",
        solution=powers_of_ten,
        rtol=0.02,
        hints=(
            "How many times smaller is it? 100 times is two powers of ten, 1000 times three.",
            "Powers of ten are the decimal logarithm: log10 from math.",
            "A read-out says the same: it counts the kill in log10.",
        ),
        mistakes=(
            Mistake(
                "the factor for its logarithm",
                lambda right: _fold(),
                "That is how many times smaller it is. How many zeros has that number, roughly?",
            ),
            Mistake(
                "doublings for powers of ten",
                lambda right: right * math.log2(10),
                "You took the logarithm to the base 2: how often it was halved. Powers of ten were asked.",
            ),
        ),
        because=(
            "The nadir is a few thousandths of the tumour on day 0; its decimal logarithm says by how much."
        ),
        rubric=("1 point: divides the tumour on day 0 by its nadir", "1 point: takes the decimal logarithm"),
    ),
    Exercise(
        name="patient-4",
        question="On day 60 cs.patients.lymphoma() has practically no B cells. Why, in this model?",
        solution=where_are_the_b_cells,
        choices=(
            "the chemotherapy before the infusion killed them, and they need longer than that to come back",
            "CAR-T cells kill them, since they carry the antigen too",
            "the lymphoma takes their room",
            "fever and cytokines kill them",
        ),
        hints=(
            "Make a second arm: patient.with_events(cs.therapies.ablation(day=5)), and plot b_cells of both.",
            "Which of the four causes is gone in that arm, and which are still there?",
        ),
        mistakes=(
            Mistake(
                "conditioning",
                "a",
                "The chemotherapy does kill them, but without CAR-T cells they are coming back by day 60. "
                "Try cs.therapies.ablation(day=5).",
            ),
            Mistake(
                "want of room",
                "c",
                "Nothing in this model lets the lymphoma displace B cells; and on day 60 there is "
                "little of it.",
            ),
            Mistake(
                "cytokines",
                "d",
                "Fever and cytokines are over by day 15, and the B cells are still gone on day 60.",
            ),
        ),
        because=(
            "Healthy B cells carry CD19, the antigen of these CAR-T cells. As long as CAR-T cells are there, "
            "even few, new B cells are killed. If they are lost, the B cells come back."
        ),
        rubric=("1 point: the right cause", "1 point: an arm without CAR-T cells that shows it"),
    ),
    Exercise(
        name="patient-5",
        question=(
            "Find keywords of cs.patients.lymphoma that treat the patient in another way, so that CRS is "
            "never above grade 1 and the response is complete at some time; the disease is given."
        ),
        accepts=milder,
        example=lambda: {"bridging": True},
        hints=(
            "What drives CRS? Less antigen on day 0, or cells that release less, make less of it.",
            "What can be done about the tumour before day 0? And is there another product?",
        ),
        because=(
            "Bridging leaves less tumour on day 0, so CAR-T cells meet less antigen; 4-1BB cells release "
            "less interferon gamma here. Neither keeps the tumour from coming back without its antigen."
        ),
        rubric=(
            "1 point: keywords with CRS of grade 1 at the most and a complete response",
            "1 point: says how it works: less antigen, or less interferon gamma",
            "1 point: says what it costs, such as fewer neutrophils, or a relapse as before",
        ),
    ),
)
