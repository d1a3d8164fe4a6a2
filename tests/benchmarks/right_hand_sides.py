"""What the compiled path costs beyond its right-hand sides, a patient, on one core.

Counted are evaluations of the right-hand side: eight in each step that is tried, whether it is taken or not,
and one before the first step of a stretch. The factorisations, one a step tried, are not counted: they are
part of what comes on top. The number comes from a copy of the compiled module that counts; the same printed
right-hand side is then evaluated alone as often, at states of the same runs, with the numbers of the patient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartsim.language.native import NativeText
from cartsim.solving.native_choice import available
from cartsim.solving.stretches import Stretches

from . import engines
from .cores import at_most
from .many_runs import ALONE, patients
from .timing import Row, in_turn, rows
from .workload import ATOL, CART11, OUTPUT_TIMES, RTOL, UNTIL, WORKLOAD

Array = NDArray[np.float64]

ONLY = "the right-hand sides alone"
ENGINE = "the compiled engine"
TARGET = 2.5
"""How many times the right-hand sides alone the compiled path wants to take at most."""
_STATES = 64  # of each run; a power of two, so that taking them in turn costs nothing

_EVALUATE = '''
@njit(error_model="numpy", nogil=True)
def evaluate(counts, states, parameters, results):
    """Evaluate the right-hand side `counts` times for each run, shape (n,)."""
    p = np.empty(len(parameters))
    for run in range(len(counts)):
        for j in range(len(p)):
            p[j] = parameters[j, run]
        for k in range(counts[run]):
            right_hand_side(0.0, states[run, k & MASK], p, results[k & 7])
'''


def measure(n: int = 1000, rounds: int = 5) -> list[Row]:
    """The right-hand sides alone, the engine alone, and `cs.simulate` with it; the ratio is to the first."""
    if not available():
        print("  Numba: not installed", flush=True)
        return []
    from cartsim.solving.native import Native

    people = patients(n)
    native = Native(WORKLOAD.structure, (), RTOL, np.full(len(CART11["species"]), ATOL), threads=1)
    first = stretches(people, 0.0, CART11["dose"]["at"])
    second = stretches(people, CART11["dose"]["at"], UNTIL, y=native.solve(first).y)
    second.y[list(CART11["species"]).index(CART11["dose"]["into"])] += CART11["dose"]["amount"]
    counts = np.sum(evaluations((first, second)), axis=0)
    evaluate = right_hand_sides()
    found = np.concatenate([native.solve(part).rows for part in (first, second)], axis=1)
    states = np.ascontiguousarray(found[:, np.linspace(0, found.shape[1] - 1, _STATES).astype(int)])
    results = np.empty((8, len(CART11["species"])))
    whole = engines.together("numba")
    assert whole is not None
    calls: dict[str, Callable[[], object]] = {
        ONLY: lambda: evaluate(counts, states, first.parameters, results),
        ENGINE: lambda: [native.solve(part) for part in (first, second)],
        ALONE: lambda: whole.solve(people),
    }
    with at_most(1):
        seconds = {name: values / n for name, values in in_turn(calls, rounds).items()}
    each = 1e9 * float(np.median(seconds[ONLY])) / counts.mean()
    notes = {ONLY: f"{counts.mean():.0f} evaluations, {each:.0f} ns each"}
    for name in (ENGINE, ALONE):
        ratio = float(np.median(seconds[name] / seconds[ONLY]))
        notes[name] = f"target at most {TARGET:g}: {'met' if ratio <= TARGET else 'missed'}"
    return rows(seconds, ONLY, notes=notes)


def stretches(people: engines.People, start: float, end: float, *, y: Array | None = None) -> Stretches:
    """The patients' way between two events, with the output times that lie on it."""
    numbers = [each for _, each in engines.states_and_parameters(people)]
    n = len(numbers)
    times = np.array([time for time in OUTPUT_TIMES.tolist() if start < time < end])
    return Stretches(
        start=np.full(n, start),
        end=np.full(n, end),
        y=np.array([initial for initial, _ in numbers]).T.copy() if y is None else y.copy(),
        parameters=np.array([parameters for _, parameters in numbers]).T.copy(),
        inflow=None,
        thresholds=np.empty((0, n)),
        times=np.broadcast_to(times, (n, len(times))),
    )


def evaluations(parts: Iterable[Stretches]) -> list[NDArray[np.int64]]:
    """How often the compiled engine evaluates the right-hand side, shape (n,) for each of the parts.

    The module is compiled once more with a counter behind the parameters, which comes back as the end state.
    """
    from cartsim.solving.native import Native
    from cartsim.solving.native_module import module_text

    head, last = "def right_hand_side(t, _y, _p, _out):\n", "y_end[i, run] = room.y[i]\n"
    text = module_text(WORKLOAD.structure, ())
    if text.count(head) != 1 or text.count(last) != 1:
        raise RuntimeError("the compiled module has another text than this benchmark knows how to count in")
    text = text.replace(head, f"{head}    _p[-1] += 1.0\n").replace(last, "y_end[i, run] = room.p[-1]\n")
    native = Native(WORKLOAD.structure, (), RTOL, np.full(len(CART11["species"]), ATOL), threads=1)
    native._kernel = _compiled(text)["solve_runs"]
    counters = (replace(p, parameters=np.vstack([p.parameters, np.zeros((1, len(p)))])) for p in parts)
    return [native.solve(part).y[0].astype(np.int64) for part in counters]


def right_hand_sides() -> Callable[..., None]:
    """``evaluate(counts, states, parameters, results)``, compiled."""
    from cartsim.solving.native_module import _HEAD

    text = "\n\n".join([_HEAD, str(NativeText(WORKLOAD.structure, ())), f"MASK = {_STATES - 1}", _EVALUATE])
    evaluate: Callable[..., None] = _compiled(text)["evaluate"]
    return evaluate


def _compiled(text: str) -> dict[str, Any]:
    """The names of a module whose text stands in no file, so that nothing of it is kept."""
    space: dict[str, Any] = {"__name__": "counted"}
    exec(text.replace(", cache=True", ""), space)
    return space
