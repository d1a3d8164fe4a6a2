"""One run, many on arrays and many compiled agree on models drawn at random, with deaths, doses and rules."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest

from cartsim.language.events import Change, Dose, Event, Infusion, When
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Species
from cartsim.solving.native_choice import available
from cartsim.solving.simulate import simulate
from cartsim.solving.trajectory import Trajectory

MEMBERS = 5
RULES: tuple[Event, ...] = (
    When("B < 20", then=Dose(30.0, into="B"), delay=0.25, at_most=2),
    When("A < 5", then=Dose(10.0, into="A"), at_most=2),
)


def drawn(seed: int) -> tuple[dict[str, Model], float, list[float]]:
    """Members, the end of their runs, and a few output times; every second draw has rules."""
    random = np.random.default_rng(seed)
    start = float(random.choice([-43.0, -5.0, -0.1, 0.0, 3.0]))
    end = start + float(random.choice([6.0, 20.0]))

    def day() -> float:
        return round(float(random.uniform(start, end)), int(random.integers(1, 5)))

    events: list[Event] = list(RULES) if seed % 2 else []
    for kind in random.integers(0, 3, random.integers(0, 5)):
        if kind == 0:
            amount = float(10.0 ** random.uniform(-1, 3))
            events.append(Dose(amount, into=str(random.choice(["A", "B", "D"])), at=day()))
        elif kind == 1:
            events.append(Infusion(float(random.uniform(1, 900)), into="A", start=day(), duration=1.5))
        else:
            factor, begins = float(random.uniform(0.3, 3.0)), day()
            name = str(random.choice(["k", "q", "s"]))
            events.append(Change(name, factor=factor, start=begins, stop=begins + 2.0))
    model = Model(
        "drawn",
        start=start,
        species={
            "A": Species(float(10.0 ** random.uniform(0, 4)), extinct_below=1.0),
            "B": Species(float(10.0 ** random.uniform(0, 8)), extinct_below=1.0),
            "D": Species(0.0, extinct_below=2.0),
            "E": Species(0.0),
        },
        parameters={
            name: Parameter(value)
            for name, value in {
                "k": 1.0,
                "q": 2.0,
                "g": 0.3,
                "s": 3.0 * (seed % 3),
                "on": start + 1.0,
            }.items()
        },
        processes={
            "loss": Process("A -> D", "k*A"),
            "decay": Process("B ->", "q*B"),
            "source": Process("-> D", "s*step(t - on)*step(on + 2 - t)"),
            "end": Process("D -> E", "g*D"),
        },
        events=events,
    )
    numbers = {name: value for name, value in model.values.items() if name != "on"}
    members = {
        f"member {i}": model.with_values(
            {name: value * float(random.uniform(0.2, 5.0)) for name, value in numbers.items()}
        )
        for i in range(MEMBERS)
    }
    return members, end, sorted({day() for _ in range(int(random.integers(1, 12)))})


def assert_agree(many: Mapping[str, Trajectory], alone: Mapping[str, Trajectory]) -> None:
    """Equal up to what the solvers may be wrong by, and the same happens at the same times."""
    for label, run in alone.items():
        other = many[label]
        np.testing.assert_array_equal(other.t, run.t)
        np.testing.assert_allclose(other.y, run.y, rtol=1e-4, atol=1e-4, err_msg=label)
        happened = [
            sorted((event.kind, event.name, event.time) for event in each.occurrences)
            for each in (other, run)
        ]
        assert [event[:2] for event in happened[0]] == [event[:2] for event in happened[1]], label
        for one, two in zip(*happened, strict=True):
            assert math.isclose(one[2], two[2], abs_tol=2e-3), (label, one, two)


def check(seeds: range, methods: tuple[str, ...]) -> int:
    """How many deaths there were in the draws in which all agree."""
    deaths = 0
    for seed in seeds:
        members, end, at = drawn(seed)
        alone = {
            label: simulate(member, end, at=at, rtol=1e-9, atol=1e-11) for label, member in members.items()
        }
        for method in methods:
            runs = simulate(members, end, at=at, rtol=1e-9, atol=1e-11, method=method)
            assert not runs.failures
            assert_agree(runs, alone)
        deaths += sum(event.kind == "extinction" for run in alone.values() for event in run.occurrences)
    return deaths


def test_one_by_one_or_on_arrays_the_runs_of_random_models_are_the_same() -> None:
    assert check(range(8), ("batch",)) > 8 * MEMBERS


@pytest.mark.slow
def test_compiled_or_in_a_loop_they_are_too() -> None:
    methods = ("batch", "odeint", "Radau", *(["numba"] if available() else []))
    assert check(range(8, 32), methods) > 24 * MEMBERS
