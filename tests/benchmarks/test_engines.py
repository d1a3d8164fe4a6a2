"""The engines of the benchmarks solve the same patients; what is counted and measured is counted rightly."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from cartsim.solving.native_choice import available

from . import engines, growth, right_hand_sides, student
from .equations import written
from .many_runs import exact, patients
from .test_workload import ROUNDING, random_states, reference
from .workload import CART11

# Ten thousand times the tolerance of a step; a patient with the numbers of another is off by more than 0.1.
CLOSE = 1e-2


def test_the_equations_as_text_are_those_of_the_reference() -> None:
    space: dict[str, Any] = {}
    exec(
        written(
            "_species, _parameters, _out", before="_{kind}[{i}]", largest="max", result="_out[{i}] = {text}"
        ),
        space,
    )
    for y in random_states():
        found = np.empty(len(y))
        space["right_hand_side"](y.tolist(), list(CART11["parameters"].values()), found)
        expected, scale = reference(y)
        assert (np.abs(found - expected) <= ROUNDING * scale).all()


def test_the_script_has_the_numbers_of_a_patient_only_while_they_are_in_it() -> None:
    before = student.pmax, student.y0.tolist()
    with student.patient({"pmax": 2.0, "Tp": 7.0}):
        assert student.pmax == 2.0
        assert student.y0.tolist() == [7.0 if value == 100.0 else value for value in before[1]]
    assert (student.pmax, student.y0.tolist()) == before


@pytest.mark.parametrize(
    "make",
    [
        engines.loop,
        partial(engines.together, "batch"),
        pytest.param(partial(engines.together, "numba"), marks=pytest.mark.slow),
        partial(engines.script, student.with_odeint),
        partial(engines.script, student.with_solve_ivp),
        engines.roadrunner,
    ],
)
def test_every_engine_solves_the_patients_that_it_is_given(make: Callable[[], engines.Engine | None]) -> None:
    engine = make()
    if engine is None:
        pytest.skip("not installed")
    people = dict(list(patients(3).items())[1:])
    right = exact(people)
    found = engine.solve(people)
    assert list(found) == list(people)
    tumour, drug = (list(CART11["species"]).index(name) for name in ("Tn", "D"))
    for label, y in right.items():
        assert found[label].shape == y.shape == (11, CART11["output_points"])
        for i in (tumour, drug):
            assert found[label][i] == pytest.approx(y[i], rel=CLOSE, abs=CLOSE * y[i].max())
    one, other = right.values()
    assert abs(one[tumour] - other[tumour]).max() > 0.1 * one[tumour].max()


@pytest.mark.slow
@pytest.mark.skipif(not available(), reason="Numba is not installed")
def test_a_right_hand_side_is_counted_eight_times_a_step_and_once_at_the_start() -> None:
    (counts,) = right_hand_sides.evaluations([right_hand_sides.stretches(patients(5), 0.0, 7.0)])
    assert counts.shape == (5,)
    assert (counts % 8 == 1).all()
    assert (counts > 8 * 10).all()


@pytest.mark.skipif(growth.peak() != growth.peak(), reason="the system does not tell")
def test_the_peak_of_memory_sees_an_array_that_is_gone_again() -> None:
    before = growth.peak()
    np.ones(int(before) // 8 + 12_500_000)  # 100 MB more than everything so far
    assert growth.peak() > before + 9e7
