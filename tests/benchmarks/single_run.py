"""Speed and accuracy of one run of the workload, side by side with what a student would write.

All runs end on day 365 and give the same 500 output times. Errors are the largest over all states and times,
against a solution of the student's equations at 1e-11: ``|error| / (atol + rtol*|y|)`` with the tolerances of
the workload, and ``|error| / |y|`` where ``|y|`` is above 1e-6 of the state's own maximum.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

import cartsim as cs

from . import student
from .sbml_engine import runner
from .timing import Row, in_turn, rows
from .workload import ATOL, CART11, OUTPUT_TIMES, RTOL, UNTIL, WORKLOAD

Array = NDArray[np.float64]

STUDENT = "a student's script: solve_ivp, LSODA"
CARTSIM = "cs.simulate, same tolerances"
TARGET = 5.0
"""How many times as fast as the student's script cartsim wants to be, at no larger error."""
SAME = 1.01
"""Both are LSODA, so their errors differ in late digits only, by chance; up to this factor they are equal."""


def reference() -> Array:
    """The states at the output times to about 1e-10, shape (11, 500)."""
    return student.with_solve_ivp(OUTPUT_TIMES, method="Radau", rtol=1e-11, atol=1e-15)


def errors(y: Array, exact: Array) -> tuple[float, float]:
    """The largest error in the norm of the solver, and the largest relative one."""
    error = np.abs(y - exact)
    counts = np.abs(exact) > 1e-6 * np.abs(exact).max(axis=1, keepdims=True)
    relative = error[counts] / np.abs(exact[counts])
    return float((error / (ATOL + RTOL * np.abs(exact))).max()), float(relative.max())


def engines() -> dict[str, Callable[[], Array]]:
    """What is compared: name, and a function that gives the states, shape (11, 500)."""
    found: dict[str, Callable[[], Array] | None] = {
        STUDENT: lambda: student.with_solve_ivp(OUTPUT_TIMES, rtol=RTOL, atol=ATOL),
        CARTSIM: lambda: cs.simulate(WORKLOAD, UNTIL, at=OUTPUT_TIMES, rtol=RTOL, atol=ATOL).y,
        "cs.simulate, default atol": lambda: cs.simulate(WORKLOAD, UNTIL, at=OUTPUT_TIMES).y,
        "the student's equations with odeint": lambda: student.with_odeint(OUTPUT_TIMES, RTOL, ATOL),
        "libRoadRunner, dose as an event": runner(CART11, OUTPUT_TIMES, event=True),
        "libRoadRunner, dose between two runs": runner(CART11, OUTPUT_TIMES, event=False),
    }
    return {name: engine for name, engine in found.items() if engine is not None}


def measure(rounds: int = 15) -> list[Row]:
    """One row an engine; the ratio is to the student's script."""
    compared, exact = engines(), reference()
    found = {name: errors(engine(), exact) for name, engine in compared.items()}
    seconds = in_turn(compared, rounds)
    faster = float(np.median(seconds[STUDENT] / seconds[CARTSIM]))
    as_good = all(ours <= SAME * theirs for ours, theirs in zip(found[CARTSIM], found[STUDENT], strict=True))
    note = f"{faster:.2f} times as fast, target {TARGET:g}: {'met' if faster >= TARGET else 'missed'}"
    note += "; error no larger" if as_good else "; BUT A LARGER ERROR"
    return rows(seconds, STUDENT, errors=found, notes={CARTSIM: note})
