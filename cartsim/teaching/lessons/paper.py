"""Exercises of the notebook "Reading a paper's model, and extending it": terms, doubts, misprints, a new "
"part."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...language.join import join
from ...language.model import Model
from ...language.parts import Parameter, Process, Species
from ...models import leon_triana_2020
from ...solving.simulate import simulate
from .exercise import Exercise, Mistake

BLIND = 1e4
"""Leukaemic cells without CD19 at the start, invented as in the notebook."""


def core(tau_C: float = 14.0) -> Model:
    """The paper's Eqs. 4, as the notebook rebuilds them: without the role of the tumour."""
    paper = leon_triana_2020.values
    return Model(
        "core",
        species={"C": Species(1e7, "cell"), "L": Species(5e10, "cell"), "B": Species(2.5e10, "cell")},
        parameters={
            "alpha": Parameter(paper["alpha"], "1/(cell*day)"),
            "rho_C": Parameter(paper["rho_C"], "1/(cell*day)"),
            "tau_C": Parameter(tau_C, "day"),
            "tau_B": Parameter(paper["tau_B"], "day"),
            "rho_L": Parameter(paper["rho_L"], "1/day"),
        },
        processes={
            "feeding": Process("-> C", "rho_C*(L + B)*C"),
            "wearing_out": Process("C ->", "C/tau_C"),
            "growth": Process("-> L", "rho_L*L"),
            "killing": Process("L ->", "alpha*L*C"),
            "aplasia": Process("B ->", "alpha*B*C"),
            "ageing": Process("B ->", "B/tau_B"),
        },
        roles={"car_t": "C"},
    )


def escape(blind: float = BLIND) -> Model:
    """The part with the cells that CAR-T cells do not see."""
    return Model(
        "escape",
        species={"L": Species(5e10, "cell"), "N": Species(blind, "cell", "leukaemic cells without CD19")},
        parameters={"rho_L": Parameter(leon_triana_2020.values["rho_L"], "1/day")},
        processes={"blind_growth": Process("-> N", "rho_L*N")},
        roles={"tumour": "L + N", "antigen_positive_tumour": "L", "antigen_negative_tumour": "N"},
    )


def _enough() -> float:
    """What they feed on when their number is at its first peak."""
    run = simulate(leon_triana_2020, until=20, at=np.linspace(0.0, 20.0, 4001))
    at_peak = int(run["C"].argmax())
    return float(run["L"][at_peak] + run["B"][at_peak])


def _fewest_leukaemic() -> float:
    return float(simulate(core(25.0), until=300)["L"].min())


def _fewest_car_t() -> float:
    return float(simulate(core(25.0), until=300)["C"].min())


def _fewest_as_published() -> float:
    return float(simulate(core(), until=300)["L"].min())


def _misprint() -> str:
    """Whether the cells of both places stay as many as they were, without deaths, as printed and as meant."""
    kept = {}
    for letter, arriving in {"as printed": "M", "as meant": "E"}.items():
        flows = {
            "leave": Process("E ->", "a*E*(1 - f)"),
            "arrive": Process("-> M", f"a*{arriving}*(1 - f)"),
            "back": Process("M -> E", "m*M*f"),
        }
        rates = {"a": Parameter(0.1, "1/day"), "m": Parameter(0.2, "1/day"), "f": Parameter(0.3, "1")}
        cells = {"E": Species(1e6, "cell"), "M": Species(1e3, "cell")}
        run = simulate(Model("both", species=cells, parameters=rates, processes=flows), until=20)
        kept[letter] = abs((run["E"] + run["M"])[-1] / 1.001e6 - 1.0) < 1e-3
    return "b" if kept["as meant"] and not kept["as printed"] else "d"


def _back(level: float = 1e10, blind: float = 1e8) -> float:
    run = simulate(join("with_escape", core(), escape(blind)), until=400, every=0.25)
    low = int(run["tumour"].argmin())
    return float(run.t[low:][run["tumour"][low:] >= level][0])


def _back_of_few() -> float:
    return _back(blind=BLIND)


def _with_bystanders(omega: float = 4e-12) -> Model:
    killing = Model(
        "bystanders",
        species={"C": Species(1e7, "cell"), "N": Species(BLIND, "cell", "leukaemic cells without CD19")},
        parameters={"omega": Parameter(omega, "1/(cell*day)", "bystander killing")},
        processes={"bystander": Process("N ->", "omega*C*N")},
    )
    return join("with_bystanders", core(), escape(), killing)


def _blind_cells(model: Model) -> float:
    return float(simulate(model.with_values(N=BLIND).without_events(), until=100)["N"][-1])


def _bystanders(answer: Any) -> str:
    """What is wrong with a student's joined model, or an empty text."""
    if not isinstance(answer, Model):
        return "The answer is a model: cs.join('with_bystanders', core(), part, my_part)."
    missing = [name for name in ("C", "L", "B", "N") if name not in answer.species]
    if missing:
        return f"The model has no {missing[0]}; join core(), part and a part of your own."
    if set(answer.processes) <= {*core().processes, *escape().processes}:
        return "The model has no new process; it is the one of section 5."
    before, after = _blind_cells(join("plain", core(), escape())), _blind_cells(answer)
    if _blind_cells(answer.with_values(C=0)) < 0.999 * before:
        return "N is less without any CAR-T cell, too. Let the new rate depend on C."
    if after > 0.5 * before:
        return f"On day 100 N is still {after / before:.0%} of what it was without bystander killing."
    if after < 0.98 * _blind_cells(_with_bystanders(leon_triana_2020.values["alpha"] / 10.0)):
        return "N falls further than a killing of a tenth of alpha would bring it."
    return ""


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="paper-1",
        question="How many cells with CD19, leukaemic and healthy together, must there be so that the CAR-T "
        "cells of leon_triana_2020 neither grow nor shrink?",
        unit="cell",
        solution=_enough,
        rtol=0.03,
        hints=(
            "Write dC/dt without the progenitors (I0 is 0), and set it to zero. C cancels.",
            "What is left is rho_C*(L + B) = 1/tau_C.",
            "On the curve: what is L + B when C is at its peak?",
        ),
        mistakes=(
            Mistake(
                "half-life for mean life",
                lambda right: right * np.log(2.0),
                "You put ln 2 in; tau_C is a mean life, and the rate is 1/tau_C.",
            ),
            Mistake(
                "tau_C as a rate",
                lambda right: right * leon_triana_2020.values["tau_C"] ** 2,
                "You divided tau_C by rho_C; the rate at which CAR-T cells die is 1/tau_C.",
            ),
            Mistake(
                "alpha for rho_C",
                lambda right: right * leon_triana_2020.values["rho_C"] / leon_triana_2020.values["alpha"],
                "You took alpha, which is about killing; for the expansion it is rho_C.",
            ),
        ),
        because="Per CAR-T cell, rho_C*(L + B) is what comes and 1/tau_C what goes. They are equal at the "
        "peak, whatever the dose was.",
        rubric=(
            "1 point: sets the gain per CAR-T cell equal to its loss",
            "1 point: the number, with its unit",
        ),
    ),
    Exercise(
        name="paper-2",
        question="With CAR-T cells that live 25 days (tau_C), how many leukaemic cells are there at the "
        "lowest point before day 300?",
        unit="cell",
        solution=_fewest_leukaemic,
        rtol=0.03,
        hints=(
            "paper.with_values(tau_C=25), or core(tau_C=25).",
            "Simulate until day 300 and take the minimum of run['L'].",
        ),
        mistakes=(
            Mistake(
                "the CAR-T cells",
                lambda right: _fewest_car_t(),
                "Those are the CAR-T cells; the leukaemic cells, L, were asked.",
            ),
            Mistake(
                "14 days",
                lambda right: _fewest_as_published(),
                "That is the patient as published, whose CAR-T cells live 14 days.",
            ),
        ),
        because="So few that chance has a say, which these equations do not know: they let the leukaemia "
        "come back from any number. With a somewhat longer life it is less than one cell. A report "
        "says how low the curve went, and calls neither outcome certain.",
        rubric=(
            "1 point: the number",
            "2 points: says that near one cell chance decides, and that an ODE always lets them come back",
        ),
    ),
    Exercise(
        name="paper-3",
        question="A supplement prints dE/dt = ... - a*E*(1 - f) + m*M*f and dM/dt = ... + a*M*(1 - f) - "
        "m*M*f. What is wrong with it?",
        solution=_misprint,
        choices=(
            "the units of a term",
            "cells that leave E do not arrive in M",
            "the sign of a term",
            "nothing",
        ),
        hints=(
            "Add both lines: what moves between E and M should cancel.",
            "Which two terms should be the same but for the sign, and are they?",
        ),
        mistakes=(
            Mistake(
                "units", "the units of a term", "E and M are both in cells, so a*M and a*E have one unit."
            ),
            Mistake("sign", "the sign of a term", "The signs are right: what leaves E arrives in M."),
            Mistake("nothing", "nothing", "Add both lines. Do the terms that move cells cancel?"),
        ),
        because="a*E*(1 - f) leaves E, but a*M*(1 - f) arrives in M: one letter. Units and signs are right, "
        "so only the sum of both lines shows it. Written as one process 'E -> M' it could not have happened.",
        rubric=("1 point: adds the lines, or follows a cell from E to M", "1 point: names the term"),
    ),
    Exercise(
        name="paper-4",
        question="In the extended model, 1e8 cells without CD19 are there at the start. On which day is the "
        "whole leukaemia (L + N) back at 1e10 cells, after it had fallen?",
        unit="day",
        solution=_back,
        rtol=0.02,
        hints=(
            "Change N at the start: extended.with_values(N=1e8).",
            "Find the lowest point of run['tumour'] first, and look at the days after it.",
            "With a pencil: N grows undisturbed at 1/30 per day, from 1e8 to 1e10.",
        ),
        mistakes=(
            Mistake(
                "as many blind cells as before",
                lambda right: _back_of_few(),
                "That is the model with 1e4 cells without CD19 at the start.",
            ),
            Mistake(
                "log10 for ln",
                lambda right: right / np.log(10.0),
                "You took the decimal logarithm: exp(t/30) = 100 asks for the natural one.",
            ),
        ),
        because="Nothing touches N, so the day can be told with a pencil: 30 days times the natural "
        "logarithm of 100. The CAR-T cells change only how much of L is there besides.",
        rubric=("1 point: changed N in the extended model", "1 point: the day, after the nadir"),
    ),
    Exercise(
        name="paper-5",
        question="Add a process that removes N by CAR-T cells, at most a tenth as strong as alpha, so "
        "that N on day 100 is at most half of what it was. The answer is your joined model.",
        accepts=_bystanders,
        example=_with_bystanders,
        hints=(
            "Your part declares C and N with the same initial amounts and units as the other parts.",
            "A rate such as omega*C*N is in cells per day if omega is in 1/(cell*day).",
            "By what factor N is less on day 100 depends on omega times the area under the curve of C, "
            "and half is left where that product is ln 2. Read the area off cs.readouts.",
        ),
        because="Even a weak bystander effect counts while CAR-T cells are many. After that N grows as "
        "before: it was delayed, not cured.",
        rubric=(
            "1 point: the parts join (same names, amounts and units)",
            "1 point: the rate depends on CAR-T cells and N, in the right unit",
            "1 point: says that N is delayed, not removed",
        ),
    ),
)
