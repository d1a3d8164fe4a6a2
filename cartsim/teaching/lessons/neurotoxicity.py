"""Neurotoxicity and blood counts: delays, a drug that does not reach, support, and the way back."""

from __future__ import annotations

from functools import cache

import numpy as np

from ...language.model import Model
from ...patient.cell_therapy import ablation
from ...patient.presets import b_all, lymphoma
from ...patient.rescue import tocilizumab
from ...patient.support import g_csf
from ...questions.readouts import readouts
from ...solving.simulate import simulate
from ...solving.trajectory import Trajectory
from .exercise import Exercise, Mistake

LOST = 60.0


@cache
def _lymphoma() -> Trajectory:
    return simulate(lymphoma(), until=30.0)


def _read(run: Trajectory, name: str) -> float:
    return float(readouts(run)[name].value)


def from_crs_to_icans() -> float:
    """Days from the onset of CRS to the onset of ICANS."""
    return _read(_lymphoma(), "icans_onset") - _read(_lymphoma(), "crs_onset")


WHY = (
    "it comes too late; given before the fever it prevents ICANS",
    "one dose is too little; four doses prevent it",
    "what reaches the brain is what is released, and that goes on; the drug does not get there",
    "in this model ICANS does not depend on cytokines at all",
)


def why_not() -> str:
    """What early tocilizumab, more of it, and a patient without interferon gamma show."""
    worst = float(_lymphoma()["neuro"].max())

    def lower(model: Model) -> bool:
        return float(simulate(model, until=30.0)["neuro"].max()) < 0.99 * worst

    if lower(lymphoma().with_events(tocilizumab(day=1.0, weight=80.0))):
        return WHY[0]
    if lower(lymphoma().with_events(tocilizumab(day=1.0, doses=4, weight=80.0))):
        return WHY[1]
    return WHY[2] if lower(lymphoma().with_values(q_IFN=0.0)) else WHY[3]


def _many() -> Model:
    return b_all(tumour_burden=8e10)


@cache
def _neutropenia(helped: bool) -> float:
    events = g_csf(day=5.0, weight=40.0) if helped else ()
    return _read(simulate(_many().with_events(*events), until=100.0), "neutropenia_days")


def days_saved() -> float:
    """By how many days G-CSF shortens the neutropenia of a patient with much leukaemia."""
    return _neutropenia(helped=False) - _neutropenia(helped=True)


@cache
def _back() -> float:
    run = simulate(b_all().with_events(*ablation(day=LOST)), until=400.0)
    return _read(run, "b_cell_recovery_day")


def way_back() -> float:
    """Days from the loss of the CAR-T cells to B cells above a hundredth of what they were."""
    return _back() - LOST


def _peaks_apart() -> float:
    run = _lymphoma()
    return float(run.t[np.argmax(run["neuro"])] - run.t[np.argmax(run["temperature"])])


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="neurotoxicity-1",
        question="In cs.patients.lymphoma(), to whom nothing is given: how many days after the onset of CRS "
        "does ICANS begin?",
        unit="day",
        solution=from_crs_to_icans,
        rtol=0.05,
        atol=0.1,
        hints=(
            "There are read-outs for both: cs.readouts(run)['crs_onset'] is one of them.",
            "Both count from the infusion. The question counts from the onset of CRS.",
        ),
        mistakes=(
            Mistake(
                "the day instead of the difference",
                lambda right: _read(_lymphoma(), "icans_onset"),
                "That is the onset of ICANS counted from the infusion; it was asked from the onset of CRS.",
            ),
            Mistake(
                "the onset of CRS",
                lambda right: _read(_lymphoma(), "crs_onset"),
                "That is the onset of CRS. How much later does ICANS begin?",
            ),
            Mistake(
                "between the peaks",
                lambda right: _peaks_apart(),
                "So much lies between the peaks of temperature and severity, and between the first boxes of "
                "the picture, which are whole days. The onsets themselves are closer: ask the read-outs.",
            ),
        ),
        because="the cytokines must first reach the brain, and the brain must suffer: two delays, of two "
        "days (1/k_CSF) and of one (1/k_N) in the model, set so that ICANS begins when it does in trials.",
        rubric=(
            "1 point: both onsets are read from the run",
            "1 point: the difference, with the right sign",
        ),
    ),
    Exercise(
        name="neurotoxicity-2",
        question="Why does tocilizumab leave ICANS as it is in this model?",
        choices=WHY,
        solution=why_not,
        hints=(
            "Try it: cs.therapies.tocilizumab(day=1, doses=4, weight=80). Does run['neuro'].max() change?",
            "Look at the rate of the process 'to_the_brain'. Which drugs stand in it?",
        ),
        mistakes=(
            Mistake(
                "too late",
                WHY[0],
                "Give it on day 1 and look at run['neuro']. Is it lower?",
            ),
            Mistake(
                "too little",
                WHY[1],
                "Give four doses and look at run['neuro']. Is it lower?",
            ),
            Mistake(
                "no cytokines",
                WHY[3],
                "Set q_IFN=0, so that CAR-T cells release no interferon gamma, and look at run['neuro'].",
            ),
        ),
        because="the model's 'to_the_brain' takes what is released, not the level in serum and not the "
        "signal at the receptor; the antibody is in the blood. The serum level, which tocilizumab raises, "
        "does not count here. That antibodies hardly pass into the brain is known; the rest is a choice.",
        rubric=(
            "1 point: the right choice",
            "1 point: supported by a run with an earlier or a larger dose, or by the rate of the process",
        ),
    ),
    Exercise(
        name="neurotoxicity-3",
        question="By how many days do two weeks of G-CSF from day 5 on (g_csf(day=5, weight=40)) shorten the "
        "neutropenia of cs.patients.b_all(tumour_burden=8e10)?",
        unit="day",
        solution=days_saved,
        rtol=0.05,
        atol=0.3,
        hints=(
            "Two runs until day 100; cs.readouts(run)['neutropenia_days'] of each.",
            "The read-out adds up all days below 500, in both dips. Take the difference.",
        ),
        mistakes=(
            Mistake(
                "what remains",
                lambda right: _neutropenia(helped=True),
                "Those are the days of neutropenia that remain with G-CSF. How many days were saved?",
            ),
            Mistake(
                "without G-CSF",
                lambda right: _neutropenia(helped=False),
                "Those are the days of neutropenia without G-CSF. How many of them does G-CSF save?",
            ),
            Mistake(
                "ratio for difference",
                lambda right: _neutropenia(helped=False) / _neutropenia(helped=True),
                "You divided the two; by how many days they differ was asked.",
            ),
        ),
        because="G-CSF drives the precursors that are left to divide, so they fall less deep and climb "
        "sooner; the harm itself it does not prevent, and after two weeks it is over while the inflammation "
        "is not. How strong it is was assumed, so take the direction and not the number.",
        rubric=(
            "1 point: both runs, over the same days",
            "1 point: the difference of the read-outs",
        ),
    ),
    Exercise(
        name="neurotoxicity-4",
        question="The CAR-T cells of cs.patients.b_all() are lost on day 60 (cs.therapies.ablation). How "
        "many days after that are the B cells back above 1 % of their number at the start?",
        unit="day",
        solution=way_back,
        rtol=0.03,
        atol=1.0,
        hints=(
            "cs.readouts(run)['b_cell_recovery_day'], from a run of a year or more.",
            "That day counts from the infusion. Then do the same with day=30 and day=90.",
        ),
        mistakes=(
            Mistake(
                "counted from the infusion",
                lambda right: right + LOST,
                "You counted from the infusion. It was asked from the loss of the CAR-T cells, on day 60.",
            ),
            Mistake(
                "counted from leukapheresis",
                lambda right: right + LOST - b_all().start,
                "You counted from the start of the run, the leukapheresis; it was asked from day 60.",
            ),
        ),
        because="once the killing stops, precursors come from stem cells and divide, at the same rates "
        "whenever it begins: so it takes as long after day 30 and day 90. B cells that come back are a "
        "clock: they say when the CAR-T cells were lost.",
        rubric=(
            "1 point: the recovery day is read from a run that is long enough",
            "1 point: counted from the loss",
            "1 point: says that it takes as long on other days, and why",
        ),
    ),
)
