"""Speed and accuracy of a thousand patients side by side: one after the other, all together, other engines.

The patients are those of ``cart11.json``: log-normal spreads of eight parameters and of the tumour. Errors
are taken on the first `CHECKED` of them against single runs at 1e-10, in the norm of the solver and relative
where an amount is above 1e-6 of its own maximum; the worst patient counts. Every engine keeps to one core
unless its name says otherwise; making its patients from their numbers is part of its time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice

import numpy as np
from numpy.typing import NDArray

import cartsim as cs

from . import engines, student
from .cores import at_most, cores
from .engines import Engine, People
from .single_run import errors
from .timing import Row, Times, rounds_of, rows
from .workload import CART11, OUTPUT_TIMES, UNTIL, WORKLOAD

Array = NDArray[np.float64]

LOOP = "a loop over cs.simulate"
TOGETHER = "cs.simulate of all, batch"
ALONE = "cs.simulate of all, numba, 1 core"
COMPILED = "cs.simulate of all, numba, 2 cores"
ENGINE = "a loop over libRoadRunner"
CHECKED = 40
TARGET, LARGEST_ERROR = 1.5, 1e-3
"""How many times as fast as the other engine's loop the batch wants to be, and its relative error at most."""
COMPILED_TARGET = 8.0
"""The same of the compiled path on two cores; the loop of the other engine keeps to one."""


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


def compared() -> dict[str, Engine]:
    """What is compared, by name; a line is printed for what is left out."""
    makers: dict[str, Callable[[], Engine | None]] = {
        LOOP: engines.loop,
        TOGETHER: partial(engines.together, "batch"),
        ALONE: partial(engines.together, "numba"),
        COMPILED: partial(engines.together, "numba", on=2),
        "a student's loop: solve_ivp, LSODA": partial(engines.script, student.with_solve_ivp),
        "a student's loop: odeint": partial(engines.script, student.with_odeint),
        ENGINE: engines.roadrunner,
        "a loop over numbalsoda": engines.numbalsoda,
        "diffrax: Kvaerno5, vmap": engines.diffrax,
    }
    found = {}
    for name, make in makers.items():
        with at_most(1):
            engine = make()
        if engine is None:
            print(f"  {name}: not installed", flush=True)
        elif engine.cores > cores():
            print(f"  {name}: too few cores here", flush=True)
        else:
            found[name] = engine
    return found


def exact(people: People) -> dict[str, Array]:
    """The states to about 1e-9 by label, each of shape (11, 500)."""
    models = {label: WORKLOAD.with_values(values) for label, values in people.items()}
    runs = cs.simulate(models, UNTIL, at=OUTPUT_TIMES, method="odeint", rtol=1e-10, atol=1e-15)
    return {label: run.y for label, run in runs.items()}


def worst(engine: Engine, right: Mapping[str, Array], people: People) -> tuple[float, ...]:
    """The largest errors of any patient, in the norm of the solver and relative."""
    with at_most(engine.cores):
        found = engine.solve(people)
    each = np.array([errors(found[label], right[label]) for label in people])
    return tuple(each.max(axis=0).tolist())


def measure(n: int = 1000, rounds: int = 3) -> list[Row]:
    """One row an engine, in milliseconds a patient; the ratio is to libRoadRunner, or to the loop."""
    people, chosen = patients(n), compared()
    few = _first(people, CHECKED)
    right = exact(few)
    wrong = {name: worst(engine, right, few) for name, engine in chosen.items()}

    def timed(engine: Engine) -> Callable[[], None]:
        part = _first(people, engine.most or n)

        def call() -> None:
            with at_most(engine.cores):
                engine.solve(part)

        return call

    seconds = rounds_of({name: timed(engine) for name, engine in chosen.items()}, rounds)
    seconds = {name: seconds[name] / min(engine.most or n, n) for name, engine in chosen.items()}
    yardstick = ENGINE if ENGINE in seconds else LOOP
    return rows(seconds, yardstick, errors=wrong, notes=_notes(seconds, wrong))


def _first(people: People, n: int) -> People:
    return dict(islice(people.items(), n))


def _notes(seconds: Times, wrong: Mapping[str, tuple[float, ...]]) -> dict[str, str]:
    if ENGINE not in seconds:
        return {}
    notes = {}
    for name, target, largest in ((TOGETHER, TARGET, LARGEST_ERROR), (COMPILED, COMPILED_TARGET, np.inf)):
        if name in seconds:
            faster = float(np.median(seconds[ENGINE] / seconds[name]))
            met = faster >= target and wrong[name][1] <= largest
            notes[name] = f"{faster:.2f} times as fast as {ENGINE}, target {target:g}"
            notes[name] += "" if np.isinf(largest) else f" with a relative error up to {largest:g}"
            notes[name] += f": {'met' if met else 'missed'}"
    return notes
