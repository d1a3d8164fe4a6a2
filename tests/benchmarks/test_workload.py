"""The benchmark workload has the equations of its reference, in cartsim and in the student's script."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

import cartsim as cs
from cartsim.language.compile import compiled

from . import student
from .workload import CART11, OUTPUT_TIMES, UNTREATED, WORKLOAD

Array = NDArray[np.float64]

# Each derivative is a sum of a few products of rounded numbers, in another order.
ROUNDING = 1e-13


def written(expression: str, names: dict[str, float]) -> float:
    """The value of one expression of the reference, which is text of our own."""
    return float(eval(expression, {"__builtins__": {}, "max": max}, names))


def reference(y: Array) -> tuple[Array, Array]:
    """The derivatives that the reference gives at `y`, and the scale of the numbers they are made of."""
    names = {**CART11["parameters"], **dict(zip(CART11["species"], y.tolist(), strict=True))}
    for name, text in CART11["definitions"].items():
        names[name] = written(text, names)
    slopes = [written(text, names) for text in CART11["derivatives"].values()]
    # the same expressions with every difference turned into a sum, so that nothing cancels
    scales = [written(text.replace("-", "+"), names) for text in CART11["derivatives"].values()]
    return np.array(slopes), np.abs(scales)


def random_states() -> list[Array]:
    """States that reach from far below to far above those of a run, some empty, some negative."""
    random = np.random.default_rng(11)
    states = [10.0 ** random.uniform(-6, 3, len(CART11["species"])) for _ in range(40)]
    for state in states[:10]:
        state[random.random(len(state)) < 0.3] = 0.0
    for state in states[10:15]:  # as in trial steps of a solver, where only max(0, ...) keeps powers real
        state[[1, 8]] *= -0.1
    return states


def in_cartsim(y: Array) -> Array:
    return compiled(UNTREATED.structure).right_hand_side(list(UNTREATED.values.values()))(0.0, y)


def in_the_script(y: Array) -> Array:
    return student.rhs(0.0, y)


@pytest.mark.parametrize("derivatives", [in_cartsim, in_the_script])
@pytest.mark.parametrize("y", random_states(), ids=lambda y: f"{math.log10(y[0] + 1e-99):.2f}")
def test_derivatives_are_those_of_the_reference(derivatives: Callable[[Array], Array], y: Array) -> None:
    expected, scale = reference(y)
    assert np.count_nonzero(expected) >= 5
    assert (np.abs(derivatives(y) - expected) <= ROUNDING * scale).all()


def test_a_wrong_number_in_a_rate_would_be_seen() -> None:
    y = random_states()[-1]
    for name in UNTREATED.parameters:
        other = UNTREATED.with_values({name: UNTREATED.values[name] * 1.001})
        changed = compiled(other.structure).right_hand_side(list(other.values.values()))(0.0, y)
        expected, scale = reference(y)
        assert (np.abs(changed - expected) > ROUNDING * scale).any(), name


def test_the_state_at_the_start_and_the_dose_are_those_of_the_reference() -> None:
    assert list(CART11["species"]) == list(WORKLOAD.species)
    assert set(CART11["parameters"]) == set(WORKLOAD.parameters)
    assert student.y0.tolist() == [s.initial for s in WORKLOAD.species.values()]
    assert student.y0.tolist() == list(CART11["species"].values())
    assert vars(WORKLOAD.events[0]) == CART11["dose"]
    given = {"into": list(WORKLOAD.species)[10], "amount": student.dose, "at": student.dose_day}
    assert (given, student.last_day) == (CART11["dose"], CART11["until"])


def test_cartsim_and_the_script_draw_the_same_curves() -> None:
    run = cs.simulate(WORKLOAD, CART11["until"], at=OUTPUT_TIMES, rtol=1e-9, atol=1e-12)
    theirs = student.with_odeint(OUTPUT_TIMES, rtol=1e-9, atol=1e-12)
    assert run.y.shape == theirs.shape == (11, CART11["output_points"])
    assert (run.y.max(axis=1) > 0.0).all()
    assert run.y == pytest.approx(theirs, rel=1e-5, abs=1e-9)
