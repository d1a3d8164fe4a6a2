"""Small models for the tests of the pictures."""

from __future__ import annotations

import cartsim as cs
from cartsim.solving.ensemble import Ensemble
from cartsim.solving.trajectory import Trajectory

S, P, Q = cs.Species, cs.Parameter, cs.Process

PATIENT = cs.Model(
    "patient",
    species={
        "C": S(0, "cell", "CAR-T cells in blood"),
        "T": S(1e10, "cell", "tumour cells", extinct_below=1.0),
        "I": S(5, "pg/mL", "interleukin 6"),
        "D": S(0, "mg", "tocilizumab"),
    },
    parameters={
        "g": P(0.6, "1/day"),
        "K": P(1e10, "cell"),
        "d": P(0.25, "1/day"),
        "kill": P(3e-9, "1/(cell*day)"),
        "r": P(0.05, "1/day"),
        "s": P(3e-6, "pg/(mL*cell*day)"),
        "b": P(5, "pg/(mL*day)"),
        "e": P(1, "1/day"),
        "cl": P(0.1, "1/day"),
    },
    processes={
        "expansion": Q("-> C", "g*C*T/(T+K)", "antigen-driven expansion"),
        "death": Q("C ->", "d*C", "contraction"),
        "killing": Q("T ->", "kill*C*T", "killing by CAR-T cells"),
        "growth": Q("-> T", "r*T", "tumour growth"),
        "release": Q("-> I", "b + s*C*T/(T+K)", "release"),
        "clearance": Q("I ->", "e*I", "clearance"),
        "elimination": Q("D ->", "cl*D", "elimination"),
    },
    observables={"share": cs.Observable("C/(C + T)", "1", "share of CAR-T cells")},
    roles={"car_t": "C", "tumour": "T", "il6": "I"},
)
TREATED = PATIENT.with_events(
    cs.Infusion(2e9, into="C", start=0, duration=0.5),
    cs.Dose(560, into="D", at=2),
    cs.Dose(560, into="D", at=3),
    cs.Change("g", factor=0.5, start=20, stop=26),
)
"""Infusion, two equal doses, a change, and a tumour that dies out."""


def treated() -> Trajectory:
    return cs.simulate(TREATED, until=40)


def infused() -> Trajectory:
    return cs.simulate(PATIENT.with_events(cs.Infusion(2e9, into="C", start=0, duration=0.5)), until=6)


def arms(n: int = 3) -> Ensemble:
    doses = {f"{10 ** (8 + i)} cells": 10.0 ** (8 + i) for i in range(n)}
    return cs.simulate(
        {name: PATIENT.with_events(cs.Dose(d, into="C", at=1)) for name, d in doses.items()}, until=30
    )


def growth(until: float = 5, start: float = 10.0) -> Trajectory:
    model = cs.Model(
        "growth",
        species={"T": S(start, "cell", "tumour cells")},
        parameters={"r": P(1, "1/day")},
        processes={"birth": Q("-> T", "r*T", "births")},
    )
    return cs.simulate(model, until=until)
