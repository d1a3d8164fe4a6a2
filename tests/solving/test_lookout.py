"""Where within a step the first of several watches is met, for many runs at once."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cartsim.language.batched import batched
from cartsim.language.compile import compiled
from cartsim.language.expression import parse
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Species
from cartsim.language.tree import Expression
from cartsim.solving.lookout import Lookout
from cartsim.solving.rosenbrock import Attempt, Rosenbrock

DECAY = Model(
    "decay",
    species={"A": Species(1.0), "B": Species(0.0)},
    parameters={"k": Parameter(1.0)},
    processes={"loss": Process("A -> B", "k*A")},
)
NEVER = math.inf


def _attempt(speeds: list[float], h: float = 0.5, t: float = 0.0) -> tuple[Attempt, np.ndarray]:
    """One step of A' = -k*A for patients of different speed, from A = 1, B = 0."""
    n = len(speeds)
    p = np.array([speeds])
    y = np.vstack([np.ones(n), np.zeros(n)])
    stepper = Rosenbrock(batched(DECAY.structure), 1e-6, np.full(2, 1e-9))
    inside = np.array([[-np.inf] * n, [np.inf] * n])
    return stepper.attempt(np.full(n, t), np.full(n, h), y, p, None, inside), p


def _lookout(*texts: str) -> Lookout:
    trees: list[Expression] = [parse(text, "a watch") for text in texts]
    return Lookout(trees, compiled(DECAY.structure).evaluate)


def _all(n: int) -> np.ndarray:
    return np.ones(n, dtype=bool)


def test_each_patient_meets_its_watch_at_its_own_place() -> None:
    speeds = [0.5, 1.0, 1.5, 2.0]
    attempt, p = _attempt(speeds)
    hit, where = _lookout("B").first_met(attempt, _all(4), p, np.full((1, 4), 0.3))
    for i, k in enumerate(speeds):
        time = -math.log(0.7) / k
        assert hit[i] == (0 if time <= 0.5 else -1)
        assert where[i] * 0.5 == pytest.approx(min(time, 0.5), rel=1e-3)


def test_the_watch_is_met_where_it_was_found_and_not_a_moment_before() -> None:
    attempt, p = _attempt([1.0, 2.0, 3.0], t=40.0)
    limits = np.array([[0.2, 0.3, 0.6]])
    hit, where = _lookout("B").first_met(attempt, _all(3), p, limits)
    assert hit.tolist() == [0, 0, 0]
    dense = attempt.inside(np.arange(3))
    assert (dense(where)[1] >= limits[0]).all()
    earlier = where - 16 * np.spacing(40.0) / 0.5
    assert (dense(earlier)[1] < limits[0]).all()


def test_of_several_watches_the_first_in_time_is_named_and_not_the_first_in_order() -> None:
    attempt, p = _attempt([1.0, 1.0])
    thresholds = np.array([[0.35, 0.1], [-0.8, -0.7], [0.3, 0.3]])
    hit, where = _lookout("B", "-A", "B").first_met(attempt, _all(2), p, thresholds)
    assert hit.tolist() == [1, 0]
    np.testing.assert_allclose(0.5 * where, [-math.log(0.8), -math.log(0.9)], rtol=1e-4)


def test_nobody_looks_where_the_threshold_is_infinite() -> None:
    attempt, p = _attempt([1.0, 1.0])
    hit, where = _lookout("B", "-A").first_met(attempt, _all(2), p, np.array([[NEVER, NEVER], [NEVER, -0.9]]))
    assert hit.tolist() == [-1, 1]
    assert where[0] == 1.0


def test_a_step_that_was_not_accepted_meets_nothing() -> None:
    attempt, p = _attempt([1.0, 1.0])
    hit, where = _lookout("B").first_met(attempt, np.array([False, True]), p, np.full((1, 2), 0.1))
    assert hit.tolist() == [-1, 0]
    assert where[0] == 1.0


def test_what_is_met_at_the_very_end_only_is_found_there() -> None:
    attempt, p = _attempt([1.0])
    limit = attempt.y_new[1:2].copy()
    hit, where = _lookout("B").first_met(attempt, _all(1), p, limit)
    assert hit.tolist() == [0]
    assert where[0] == pytest.approx(1.0, rel=1e-12)
    hit, where = _lookout("B").first_met(attempt, _all(1), p, np.nextafter(limit, 1.0))
    assert (hit.tolist(), where.tolist()) == ([-1], [1.0])


@pytest.mark.parametrize("middle", [0.2, 0.5, 0.7])
def test_what_holds_for_a_part_of_the_step_only_is_found_at_its_beginning(middle: float) -> None:
    attempt, p = _attempt([1.0])
    watch = f"0.13 - abs(t - {0.5 * middle})*2"  # holds for more than a quarter of the step
    hit, where = _lookout(watch).first_met(attempt, _all(1), p, np.zeros((1, 1)))
    assert hit.tolist() == [0]
    assert 0.5 * where[0] == pytest.approx(0.5 * middle - 0.065, abs=1e-12)


def test_a_watch_without_a_value_is_not_met() -> None:
    attempt, p = _attempt([1.0, 1.0])
    hit, where = _lookout("log(-A)", "1/(A - A)*0").first_met(attempt, _all(2), p, np.full((2, 2), -5.0))
    assert hit.tolist() == [-1, -1]
    assert where.tolist() == [1.0, 1.0]


def test_no_watches_and_nobody_looking_cost_nothing() -> None:
    attempt, p = _attempt([1.0, 1.0])

    def evaluate(*_: object) -> list[np.ndarray]:
        raise AssertionError("nothing is to be looked at")

    for trees, rows in (([], 0), ([parse("B", "a watch")], 1)):
        hit, where = Lookout(trees, evaluate).first_met(attempt, _all(2), p, np.full((rows, 2), NEVER))
        assert hit.tolist() == [-1, -1]
        assert where.tolist() == [1.0, 1.0]


def test_where_one_patient_meets_its_watch_does_not_depend_on_the_others() -> None:
    speeds = [0.8, 1.1, 1.7, 3.0]
    attempt, p = _attempt(speeds, t=3.0)
    _, together = _lookout("B").first_met(attempt, _all(4), p, np.full((1, 4), 0.3))
    for i, speed in enumerate(speeds):
        alone, q = _attempt([speed], t=3.0)
        _, where = _lookout("B").first_met(alone, _all(1), q, np.full((1, 1), 0.3))
        assert where[0] == pytest.approx(together[i], abs=8 * np.spacing(3.5) / 0.5)
