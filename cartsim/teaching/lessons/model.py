"""Exercises of the notebook "A model of your own": balance, units, a surprise, memory, and a rule."""

from __future__ import annotations

from typing import Any

from ...language.errors import UnitError
from ...language.events import Change, Dose, When
from ...language.join import join
from ...language.model import Model
from ...language.parts import Parameter, Process, Species
from ...questions.readouts import readouts
from ...solving.simulate import simulate
from .exercise import Exercise, Mistake

_DOSE = Dose(1e7, into="C", at=10)


def fight() -> Model:
    """The model of the notebook, with its dose; all numbers are invented."""
    return Model(
        "mine",
        species={
            "C": Species(0, "cell", "CAR-T cells"),
            "T": Species(1e10, "cell", "tumour cells", extinct_below=1),
        },
        parameters={
            "r": Parameter(0.08, "1/day"),
            "K": Parameter(1e12, "cell"),
            "h": Parameter(1e9, "cell"),
            "k": Parameter(1.5, "1/day"),
            "p": Parameter(1.0, "1/day"),
            "d": Parameter(0.15, "1/day"),
        },
        processes={
            "growth": Process("-> T", "r*T"),
            "crowding": Process("T ->", "r*T*T/K"),
            "killing": Process("T ->", "k*C*T/(h + T)"),
            "expansion": Process("-> C", "p*C*T/(h + T)"),
            "death": Process("C ->", "d*C"),
        },
        roles={"car_t": "C", "infused": "C", "tumour": "T"},
    ).with_events(_DOSE)


def with_messenger() -> Model:
    """The same with interleukin 6, joined."""
    messenger = Model(
        "messenger",
        species={**fight().species, "IL6": Species(5, "pg/mL", "interleukin 6")},
        parameters={
            "h": Parameter(1e9, "cell"),
            "q": Parameter(2e-7, "pg/mL/(cell*day)"),
            "c": Parameter(2, "1/day"),
            "base": Parameter(5, "pg/mL"),
        },
        processes={
            "secretion": Process("-> IL6", "q*C*T/(h + T)"),
            "clearance": Process("IL6 ->", "c*(IL6 - base)"),
        },
        roles={"il6": "IL6"},
    )
    return join("fight_and_fever", fight(), messenger)


def _balance() -> float:
    """Where killing and growth of a single tumour cell are equal, read from two rates of a run."""
    run = simulate(fight().without_events().with_values(C=1e7, T=1e3), until=1.0, at=[0.0, 1.0])
    return float(1e7 * run["growth"][0] / run["killing"][0])


_UNITS = {"a": "1/day", "b": "pg/mL/day", "c": "pg/(mL*cell*day)", "d": "pg/(mL*cell^2*day)"}


def _fitting_unit() -> str:
    """The letter of the unit with which the machine takes the process."""
    for letter, unit in _UNITS.items():
        try:
            Model(
                "secretion",
                species={"C": Species(1, "cell"), "T": Species(1, "cell"), "IFN": Species(0, "pg/mL")},
                parameters={"s": Parameter(1, unit)},
                processes={"secretion": Process("-> IFN", "s*C*T")},
            )
        except UnitError:
            continue
        return letter
    raise UnitError("none of the units fits")


def _peak(killing: float) -> float:
    return float(simulate(fight().with_values(k=killing), until=60)["C"].max())


def _higher() -> float:
    return _peak(0.5) / _peak(1.5)


def _remembering() -> Model:
    start = fight()
    return Model(
        "with_memory",
        species={**start.species, "M": Species(0, "cell", "memory CAR-T cells")},
        parameters={**start.parameters, "m": Parameter(0.01, "1/day"), "e": Parameter(0.005, "1/day")},
        processes={
            **start.processes,
            "remembering": Process("C -> M", "m*C"),
            "forgetting": Process("M ->", "e*M"),
        },
        roles={**start.roles, "car_t": "C + M"},
        events=start.events,
    )


def _memory(answer: Any) -> str:
    """What is wrong with a student's model with memory cells, or an empty text."""
    if not isinstance(answer, Model):
        return "The answer is a model: cs.Model(..., species={..., 'M': cs.Species(0, 'cell')}, ...)."
    if not {"C", "T", "M"} <= set(answer.species):
        return "The model needs the species C, T and M."
    moves = [process for process in answer.processes.values() if _moves(process, "C", "M")]
    if not moves:
        return "No process moves cells: C -> M takes a cell out of C and puts it into M."
    if answer.roles.get("car_t", "").replace(" ", "") not in ("C+M", "M+C"):
        return "Let the role car_t be 'C + M', so that read-outs and pictures count both."
    run = simulate(answer, until=100)
    if run["T"].min() >= 1.0:
        return f"The tumour is not cleared: at its lowest there are {run['T'].min():.3g} cells."
    if run["M"][-1] <= run["C"][-1]:
        return f"On day 100 there are {run['M'][-1]:.3g} memory cells and {run['C'][-1]:.3g} others."
    return ""


def _moves(process: Process, from_: str, into: str) -> bool:
    left, _, right = process.flow.partition("->")
    return left.strip() == from_ and right.strip() == into


def _careful() -> Model:
    return with_messenger().with_events(When("il6 > 100", then=Change("q", factor=0.15, stop=10)))


def _rule(answer: Any) -> str:
    """What is wrong with a student's model with a rule, or an empty text."""
    both = with_messenger()
    if not isinstance(answer, Model):
        return "The answer is a model: both.with_events(cs.When(...))."
    if dict(answer.processes) != dict(both.processes) or answer.values != both.values:
        return "Leave the processes and the numbers of both as they are, and add a rule."
    rules = [event for event in answer.events if isinstance(event, When)]
    if len(rules) != 1 or [event for event in answer.events if not isinstance(event, When)] != [_DOSE]:
        return "Beside the dose on day 10 there must be one rule, cs.When(...), and nothing else."
    for change in rules[0].actions:
        if not isinstance(change, Change):
            return "The rule changes a parameter: then=cs.Change(...)."
        factor = change.factor if change.factor is not None else _relative(change, both)
        if not 0.1 <= factor <= 10.0:
            return f"{change.parameter} is changed by a factor of {factor:.3g}; at most ten either way."
    run = simulate(answer, until=60)
    peak = readouts(run)["il6_peak"]
    if peak.value > 400.0:
        return f"IL-6 reaches {peak}."
    if run["T"][-1] > 0.0:
        return f"On day 60 there are still {run['T'][-1]:.3g} tumour cells."
    return ""


def _relative(change: Change, model: Model) -> float:
    return (change.to or 0.0) / model.values[change.parameter]


_CHOICES = ("1/day", "pg/mL/day", "pg/(mL cell day)", "pg/(mL cell^2 day)")

EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="model-1",
        question="For a small tumour (T far below h), how many CAR-T cells hold it in balance, with the "
        "numbers of the notebook's model (r 0.08, k 1.5, h 1e9)?",
        unit="cell",
        solution=_balance,
        rtol=0.02,
        hints=(
            "In balance, growth and killing are equal: r*T = k*C*T/(h + T).",
            "T cancels. What is left of h + T where T is far below h?",
        ),
        mistakes=(
            Mistake(
                "upside down",
                lambda right: 1.5 / 0.08 * 1e9,
                "You have the quotient upside down: a tumour that grows faster needs more CAR-T cells.",
            ),
            Mistake(
                "without h",
                lambda right: 0.08 / 1.5,
                "h is missing: r = k*C/h.",
            ),
            Mistake(
                "a large tumour",
                lambda right: 0.08 / 1.5 * 2e9,
                "That is where T equals h; it was asked where T is far below h.",
            ),
        ),
        because="r = k*C/h, whatever the number of tumour cells. With fewer CAR-T cells the last tumour "
        "cells grow back, with more they die out.",
        rubric=("1 point: sets growth equal to killing", "1 point: T far below h, so that T cancels"),
    ),
    Exercise(
        name="model-2",
        question="The process '-> IFN' has the rate s*C*T; IFN is in pg/mL, C and T are in cells, time in "
        "days. In which unit is s?",
        solution=_fitting_unit,
        choices=_CHOICES,
        hints=(
            "The rate must come out in pg/mL per day.",
            "Divide that by the unit of C*T.",
        ),
        mistakes=(
            Mistake("rate per head", "1/day", "Then the rate would be in cells squared per day."),
            Mistake(
                "the rate's unit", "pg/mL/day", "That is the unit of the whole rate; divide by that of C*T."
            ),
            Mistake(
                "one population", "pg/(mL cell day)", "That would do for s*C. There are two populations."
            ),
        ),
        because="s is the whole rate divided by C*T: two populations, so per cell and per cell.",
        rubric=("1 point: the unit of the whole rate, divided by cells squared",),
    ),
    Exercise(
        name="model-3",
        question="In the notebook's model k is set to 0.5 per day instead of 1.5. How many times as high is "
        "the peak of the CAR-T cells?",
        unit="1",
        solution=_higher,
        rtol=0.03,
        hints=(
            "model.with_values(k=0.5), and the maximum of run['C'] of both.",
            "Divide the new peak by the old one.",
        ),
        mistakes=(
            Mistake(
                "upside down",
                lambda right: 1.0 / right,
                "You divided the old peak by the new one.",
            ),
            Mistake(
                "no change",
                lambda right: 1.0,
                "Did the model that you ran get the new number? with_values gives back a new model.",
            ),
            Mistake(
                "the peak itself",
                lambda right: _peak(0.5),
                "That is the peak, in cells. Divide it by the peak of the model as it was.",
            ),
        ),
        because="What is killed more slowly is there for longer, and CAR-T cells divide as long as it is. "
        "The tumour's cells are used up either way; the fewer a CAR-T cell kills, the more CAR-T cells come "
        "of them.",
        rubric=("1 point: the factor", "1 point: antigen lasts longer, so expansion does"),
    ),
    Exercise(
        name="model-4",
        question="Add memory cells M to the notebook's model: C turns into M, M dies more slowly. The "
        "tumour is cleared, and on day 100 M is larger than C. The answer is the model.",
        accepts=_memory,
        example=_remembering,
        hints=(
            "Two processes more: 'C -> M' and 'M ->', each with a rate per head of your own.",
            "Start from {**model.processes, ...}, and do the same with species and parameters.",
            "Do not forget events=model.events, or nothing is ever given.",
        ),
        because="Effectors die within weeks; what has turned into memory by then stays. A small rate is "
        "enough, and a large one would cost the killers that clear the tumour.",
        rubric=(
            "1 point: a process that moves, not one that makes memory from nothing",
            "1 point: units of both new parameters",
            "1 point: says what a large rate would cost",
        ),
    ),
    Exercise(
        name="model-5",
        question="Give the model with interleukin 6 one rule with a Change, so that IL-6 never exceeds 400 "
        "pg/mL and the last tumour cell dies before day 60. The answer is the model.",
        accepts=_rule,
        example=_careful,
        hints=(
            "The rule must act early: what condition comes true some days before 400 pg/mL?",
            "Which parameters make IL-6, and which make CAR-T cells? They are not the same.",
            "How long must the change last? Until the tumour is gone.",
        ),
        because="A drug against the messenger leaves the CAR-T cells alone; a drug against their division "
        "lowers both. Either can do, if it comes early and lasts.",
        rubric=(
            "1 point: a rule that acts before the limit is reached",
            "1 point: says what the change costs, and what in a clinic it would stand for",
        ),
    ),
)
