"""Speed and accuracy of a thousand patients on one core: a loop, all together, and another engine.

The patients are those of ``cart11.json``: log-normal spreads of eight parameters and of the tumour. Errors
are taken on the first `CHECKED` of them against single runs at 1e-10, in the norm of the solver and relative
where an amount is above 1e-6 of its own maximum; the worst patient counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

import cartsim as cs

from .sbml_engine import runner
from .single_run import errors
from .timing import Row, in_turn, rows
from .workload import ATOL, CART11, OUTPUT_TIMES, RTOL, UNTIL, WORKLOAD

Array = NDArray[np.float64]
Engine = Callable[[Mapping[str, Mapping[str, float]]], Mapping[str, Array]]

LOOP = "a loop over cs.simulate"
TOGETHER = "cs.simulate of all, together"
ENGINE = "a loop over libRoadRunner"
CHECKED = 40
TARGET = 1.5
"""How many times as fast as the other engine's loop all together want to be, with errors up to 1e-3."""


def patients(n: int) -> dict[str, dict[str, float]]:
    """The numbers of `n` patients by label, mean-preserving log-normal, the same for every `n`."""
    spreads = {**CART11["cohort"]["lognormal_cv"], **CART11["cohort"]["initial"]}
    usual = {**CART11["parameters"], **CART11["species"]}
    found = {}
    for i in range(n):
        z = np.random.default_rng([20261122, i]).normal(size=len(spreads))
        s = np.sqrt(np.log1p(np.square(list(spreads.values()))))
        factors = np.exp(s * z - s**2 / 2)
        found[f"patient {i}"] = {name: usual[name] * f for name, f in zip(spreads, factors, strict=True)}
    return found


def with_cartsim(method: str) -> Engine:
    """All patients by `cs.simulate`, with this method."""

    def run(people: Mapping[str, Mapping[str, float]]) -> Mapping[str, Array]:
        models = {label: WORKLOAD.with_values(values) for label, values in people.items()}
        runs = cs.simulate(models, UNTIL, at=OUTPUT_TIMES, method=method, rtol=RTOL, atol=ATOL)
        return {label: found.y for label, found in runs.items()}

    return run


def engines() -> dict[str, Engine]:
    """What is compared."""
    found: dict[str, Engine] = {LOOP: with_cartsim("odeint"), TOGETHER: with_cartsim("batch")}
    other = runner(CART11, OUTPUT_TIMES, event=False)
    if other is not None:
        found[ENGINE] = lambda people: {label: other(values) for label, values in people.items()}
    return found


def measure(n: int = 1000, rounds: int = 3) -> list[Row]:
    """One row an engine, in milliseconds a patient; the ratio is to the other engine, or to the loop."""
    people = patients(n)
    compared = engines()
    few = dict(list(people.items())[:CHECKED])
    exact = {
        label: cs.simulate(WORKLOAD.with_values(v), UNTIL, at=OUTPUT_TIMES, rtol=1e-10, atol=1e-15).y
        for label, v in few.items()
    }
    worst = {}
    for name, engine in compared.items():
        found = engine(few)
        each = np.array([errors(found[label], exact[label]) for label in few])
        worst[name] = tuple(each.max(axis=0).tolist())
    timed = {name: lambda engine=engine: engine(people) for name, engine in compared.items()}
    seconds = {name: values / n for name, values in in_turn(timed, rounds).items()}
    yardstick = ENGINE if ENGINE in seconds else LOOP
    faster = float(np.median(seconds[yardstick] / seconds[TOGETHER]))
    note = f"{faster:.2f} times as fast as {yardstick}"
    if yardstick == ENGINE:
        note += f", target {TARGET:g}: {'met' if faster >= TARGET else 'missed'}"
    return rows(seconds, yardstick, errors=worst, notes={TOGETHER: note})
