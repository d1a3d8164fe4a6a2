"""The full teaching patient beside the workload of eleven states: one run, and a thousand to read-outs.

One run is `cs.simulate` as it comes, from leukapheresis to one year after the infusion, at about 500 times.
The workload is measured with the default tolerances too, and with those of its own benchmark, which are
looser: an absolute tolerance of 1e-9 for all. A thousand are `cs.summarise` of a cohort, read-outs and
quantiles; the workload is `cs.simulate` of a cohort with its own tolerances, as in ``growth``. They keep to
one core, no cohort is drawn while the clock runs, and the ratio is that of the times a patient and a state.
Every ratio is taken within one round.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

import cartsim as cs
from cartsim.solving.native_choice import available

from .cores import at_most
from .growth import people
from .timing import Row, in_turn, rounds_of
from .workload import ATOL, OUTPUT_TIMES, RTOL, UNTIL, WORKLOAD

Array = NDArray[np.float64]

PATIENT = "the patient, cs.simulate as it comes"
SAME = "the workload, cs.simulate as it comes"
LOOSE = "the workload with the tolerances of its own"
TARGET = 3.0
"""How many times as long as the workload the patient wants to take at most; of many, a state."""
ROUNDS = {"batch": 3, "numba": 9}
_YEAR = 365.0


def one_run(rounds: int = 15) -> list[Row]:
    """One run of each; the ratios are to the workload as it comes."""
    patient = cs.patients.b_all()
    calls: dict[str, Callable[[], object]] = {
        SAME: lambda: cs.simulate(WORKLOAD, UNTIL, at=OUTPUT_TIMES),
        LOOSE: lambda: cs.simulate(WORKLOAD, UNTIL, at=OUTPUT_TIMES, rtol=RTOL, atol=ATOL),
        PATIENT: lambda: cs.simulate(patient, until=_YEAR),
    }
    seconds = in_turn(calls, rounds)
    found = []
    for name, each in seconds.items():
        ratio = each / seconds[SAME]
        note = ""
        if name == PATIENT:
            other = _judged(each / seconds[LOOSE])
            note = f"{len(patient.species)} states; {_judged(ratio)}; to the second row: {other}"
        found.append(Row(name, 1e3 * each, None if name == SAME else ratio, note=note))
    return found


def many(n: int = 1000) -> list[Row]:
    """A thousand patients to read-outs, in milliseconds a patient; the ratio is that of the times a state."""
    patient, workload = cs.patients.b_all(), people(n)
    cohort = cs.cohort(patient, n, seed=1)
    states = len(patient.species) / len(WORKLOAD.species)
    found = []
    for method in ROUNDS if available() else ["batch"]:
        small_ones = partial(cs.simulate, at=OUTPUT_TIMES, rtol=RTOL, atol=ATOL, method=method)
        patients = partial(cs.summarise, until=_YEAR, method=method)
        calls: dict[str, Callable[[], object]] = {
            f"the workload, cs.simulate of all, {method}": partial(small_ones, workload, UNTIL),
            f"the patient, cs.summarise, {method}": partial(patients, cohort),
        }
        with at_most(1):
            small_ones(people(30), UNTIL)  # printed or compiled, and imported, before the clock runs
            patients(cs.cohort(patient, 30, seed=1))
            seconds = rounds_of(calls, ROUNDS[method])
        (first, small), (second, large) = seconds.items()
        ratio = large / small / states
        found.append(Row(first, 1e3 * small / n))
        found.append(Row(second, 1e3 * large / n, ratio, note=f"a state: {_judged(ratio)}"))
    return found


def _judged(ratio: Array) -> str:
    middle = float(np.median(ratio))
    return f"{middle:.2f} times, target at most {TARGET:g}: {'met' if middle <= TARGET else 'missed'}"
