"""What solves the thousand patients: cartsim, a student's script and other engines.

Each function gives an `Engine`, or None if what it needs is not installed. Compilation is over before an
engine is timed, as each solves some patients before. Tolerances and output times are those of the workload.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import cartsim as cs
from cartsim.solving.native_choice import available

from . import student
from .equations import written
from .sbml_engine import runner
from .workload import ATOL, CART11, OUTPUT_TIMES, RTOL, UNTIL, WORKLOAD

Array = NDArray[np.float64]
People = Mapping[str, Mapping[str, float]]

SLOW = 40
"""How many patients are enough to time an engine that needs long; the time of one is told anyway."""
_DOSE = CART11["dose"]
_DAY: float = _DOSE["at"]
_BEFORE = np.append(OUTPUT_TIMES[OUTPUT_TIMES < _DAY], _DAY)
_AFTER = np.insert(OUTPUT_TIMES[OUTPUT_TIMES >= _DAY], 0, _DAY)
_DOSED = list(CART11["species"]).index(_DOSE["into"])


@dataclass(frozen=True)
class Engine:
    """One way to solve patients.

    Attributes
    ----------
    solve : callable
        From the numbers of patients by label to their states by label, each of shape (11, 500).
    cores : int
        How many it may use.
    most : int, optional
        It is timed on so many patients, if there are more.
    """

    solve: Callable[[People], Mapping[str, Array]]
    cores: int = 1
    most: int | None = None


def loop() -> Engine:
    """A loop over single runs."""

    def solve(people: People) -> Mapping[str, Array]:
        found = {}
        for label, values in people.items():
            model = WORKLOAD.with_values(values)
            run = cs.simulate(model, UNTIL, at=OUTPUT_TIMES, method="odeint", rtol=RTOL, atol=ATOL)
            found[label] = run.y
        return found

    return Engine(solve)


def together(method: str, *, on: int = 1) -> Engine | None:
    """All patients by one `cs.simulate`, as the cohort that has their numbers."""
    if method == "numba" and not available():
        return None

    def solve(people: People) -> Mapping[str, Array]:
        names = next(iter(people.values()))
        known = {name: [values[name] for values in people.values()] for name in names}
        cohort = cs.cohort(WORKLOAD, len(people), covariates=known)
        runs = cs.simulate(cohort, UNTIL, at=OUTPUT_TIMES, method=method, rtol=RTOL, atol=ATOL)
        return {label: run.y for label, run in zip(people, runs.values(), strict=True)}

    return Engine(solve, cores=on)


def script(solver: Callable[..., Array]) -> Engine:
    """The student's script in a loop."""

    def solve(people: People) -> Mapping[str, Array]:
        found = {}
        for label, values in people.items():
            with student.patient(values):
                found[label] = solver(OUTPUT_TIMES, rtol=RTOL, atol=ATOL)
        return found

    return Engine(solve, most=SLOW)


def roadrunner() -> Engine | None:
    """A loop over libRoadRunner."""
    run = runner(CART11, OUTPUT_TIMES, event=False)
    if run is None:
        return None
    return Engine(lambda people: {label: run(values) for label, values in people.items()})


def numbalsoda() -> Engine | None:
    """LSODA with a right-hand side that Numba has compiled; the loop over patients is Python."""
    try:
        import numba
        from numbalsoda import lsoda, lsoda_sig
    except ImportError:
        return None
    space: dict[str, Any] = {}
    text = written(
        "t, _species, _out, _parameters",
        before="_{kind}[{i}]",
        largest="max",
        result="_out[{i}] = {text}",
    )
    exec(text, space)
    address = numba.cfunc(lsoda_sig)(space["right_hand_side"]).address

    def part(y: Array, p: Array, times: Array) -> Array:
        found, success = lsoda(address, y, times, p, rtol=RTOL, atol=ATOL, mxstep=100_000)
        if not success:
            raise RuntimeError("numbalsoda did not finish a run of the benchmarks")
        result: Array = found
        return result

    def solve(people: People) -> Mapping[str, Array]:
        found = {}
        for label, (y, p) in states_and_parameters(people):
            first = part(y, p, _BEFORE)
            y = first[-1].copy()
            y[_DOSED] += _DOSE["amount"]
            found[label] = np.vstack([first[:-1], part(y, p, _AFTER)[1:]]).T
        return found

    return Engine(solve)


def diffrax() -> Engine | None:
    """Kvaerno5 for many patients at once (vmap), in double precision; compiled for `SLOW` of them."""
    try:
        import diffrax as dfx
        import jax
    except ImportError:
        return None
    jax.config.update("jax_enable_x64", True)
    slopes = ", ".join(f"_d{i}" for i in range(len(CART11["species"])))
    text = written(
        "t, _species, _parameters", before="_{kind}[{i}]", largest="_larger", result="_d{i} = {text}"
    )
    space: dict[str, Any] = {"_larger": jax.numpy.maximum, "_stack": jax.numpy.stack}
    exec(f"{text}    return _stack([{slopes}])\n", space)
    term = dfx.ODETerm(lambda t, y, p: space["right_hand_side"](t, y, p))
    controller = dfx.PIDController(rtol=RTOL, atol=ATOL)

    def part(y: Any, p: Any, times: Array) -> Any:
        solution = dfx.diffeqsolve(
            *(term, dfx.Kvaerno5(), times[0], times[-1], None, y, p),
            saveat=dfx.SaveAt(ts=times),
            stepsize_controller=controller,
            max_steps=100_000,
        )
        return solution.ys

    def whole(y: Any, p: Any) -> Any:
        first = part(y, p, np.insert(_BEFORE, 0, 0.0))[1:]
        second = part(first[-1].at[_DOSED].add(_DOSE["amount"]), p, _AFTER)
        return jax.numpy.concatenate([first[:-1], second[1:]])

    compiled = jax.jit(jax.vmap(whole))

    def solve(people: People) -> Mapping[str, Array]:
        labels, numbers = zip(*states_and_parameters(people), strict=True)
        found = np.asarray(compiled(*(np.array(each) for each in zip(*numbers, strict=True))))
        return {label: y.T for label, y in zip(labels, found, strict=True)}

    return Engine(solve, most=SLOW)


def states_and_parameters(people: People) -> Iterator[tuple[str, tuple[Array, Array]]]:
    """The initial state, shape (11,), and the parameters, shape (38,), of each patient."""
    for label, values in people.items():
        y, p = (
            np.array([values.get(name, usual) for name, usual in CART11[kind].items()])
            for kind in ("species", "parameters")
        )
        yield label, (y, p)
