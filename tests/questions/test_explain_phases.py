"""The phases of the CAR-T curve and their drivers, against closed forms and independent integrals."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

import cartsim as cs
from cartsim import Change, Dose, Infusion, Model, Process, Species
from cartsim.questions.explain import Explanation, explain
from cartsim.questions.explain_movers import Movers


def told(model: Model, until: float, **options: object) -> Explanation:
    return explain(cs.simulate(model, until, **options))


def kinds(found: Explanation) -> list[str]:
    return [phase.kind for phase in found.phases]


def stretches(*growth: tuple[float, float]) -> Model:
    """1e6 cells that grow at each rate from its time on: divide at rate + 1, die at 1."""
    stops = [*(start for start, _ in growth[2:]), None]
    changes = [
        Change("g", to=1.0 + rate, start=start, stop=stop)
        for (start, rate), stop in zip(growth[1:], stops, strict=False)
    ]
    return Model(
        "stretches",
        species={"C": Species(1e6, "cell", "CAR-T cells")},
        parameters={"g": 1.0 + growth[0][1], "d": 1.0},
        processes={
            "division": Process("-> C", "g * C", "they divide"),
            "death": Process("C ->", "d * C", "they die"),
        },
        roles={"car_t": "C"},
        events=tuple(changes),
    )


def test_four_phases_of_known_rates_are_found_where_they_are() -> None:
    found = told(stretches((0, -0.4), (3, 0.9), (10, -0.3), (25, -0.01)), 200)
    assert kinds(found) == ["distribution", "expansion", "contraction", "persistence"]
    edges = [0, 3, 10, 25, 200]
    for phase, start, stop, rate in zip(
        found.phases, edges[:-1], edges[1:], (0.4, 0.9, 0.3, 0.01), strict=True
    ):
        assert phase.start == pytest.approx(start, abs=0.4)  # the step between output times
        assert phase.stop == pytest.approx(stop, abs=0.4)
        assert phase.rate == pytest.approx(math.log(2) / rate, rel=1e-3)
        assert phase.average == pytest.approx(math.log(2) / rate, rel=0.05)
    assert [phase.driver.name for phase in found.phases if phase.driver] == [
        "death",
        "division",
        "death",
        "death",
    ]
    assert found.phases[1].driver is not None
    assert found.phases[1].driver.share == 1.0
    assert found.phases[1].lost / found.phases[1].gained == pytest.approx(1 / 1.9, rel=1e-4)
    assert "doubling time 0.77 days" in found.phases[1].text
    assert "Losses took 53 % of what was gained" in found.phases[1].text


@pytest.mark.parametrize(
    ("growth", "expected"),
    [
        (((0, 0.5),), ["expansion"]),
        (((0, -0.5),), ["contraction"]),
        (((0, 0.5), (10, -0.2)), ["expansion", "contraction"]),
        (((0, -0.5), (10, -0.02)), ["contraction", "persistence"]),
        (((0, -0.2), (30, 0.5)), ["contraction", "expansion"]),  # too long for a distribution
        (((0, 0.001),), ["persistence"]),
        (((0, 0.5), (10, -0.3), (20, 0.5), (28, -0.3)), ["expansion", "contraction"] * 2),
    ],
)
def test_no_phase_is_assumed(growth: tuple[tuple[float, float], ...], expected: list[str]) -> None:
    assert kinds(told(stretches(*growth), 45)) == expected


def test_cells_that_stay_level_have_a_phase_that_says_so() -> None:
    phase = told(stretches((0, 0.0)), 20).phases[0]
    assert (phase.kind, phase.average) == ("persistence", math.inf)
    assert phase.text.startswith("Persistence, day 0 to 20: nearly level, from 1e6 cells to 1e6 cells.")


def test_an_empty_curve_has_no_phases_and_an_extinct_one_ends_where_it_dies() -> None:
    def dying(initial: float) -> Model:
        return Model(
            "dying",
            species={"C": Species(initial, "cell", extinct_below=1.0)},
            parameters={"d": 1.0},
            processes={"death": Process("C ->", "d * C")},
            roles={"car_t": "C"},
        )

    assert told(dying(0.0), 30).phases == ()
    (phase,) = told(dying(1e6), 30).phases
    assert phase.stop == pytest.approx(math.log(1e6), rel=1e-6)
    assert phase.rate == pytest.approx(math.log(2), rel=1e-3)


def test_a_second_dose_begins_new_phases() -> None:
    model = stretches((0, 0.3), (10, -0.3)).with_events(Dose(1e8, into="C", at=20))
    found = told(model, 40)
    assert kinds(found) == ["expansion", "contraction", "contraction"]
    assert found.phases[2].start == 20.0
    assert found.phases[2].first == pytest.approx(1e8 + 1e6, rel=1e-5)


def test_a_rise_that_flows_in_is_an_infusion_and_no_expansion() -> None:
    model = stretches((0, -0.3)).with_events(Infusion(1e8, into="C", start=5, duration=2))
    found = told(model, 20)
    assert kinds(found) == ["contraction", "infusion", "contraction"]
    infusion = found.phases[1]
    assert (infusion.start, infusion.stop) == (5.0, 7.0)
    assert infusion.driver is not None
    inside = 1e8 / (1e8 + 0.7 * integral_while_infused())
    assert infusion.driver.name == "infusion"
    assert infusion.driver.share == pytest.approx(inside, rel=1e-4)
    assert "doubling" not in infusion.text


def integral_while_infused() -> float:
    """Of C' = 5e7 - 0.3 C over two days, from 1e6 exp(-1.5)."""
    first, level = 1e6 * math.exp(-1.5), 5e7 / 0.3
    return level * 2 + (first - level) * (1 - math.exp(-0.6)) / 0.3


def test_a_move_inside_the_role_counts_for_nothing_and_one_out_is_net_of_its_return() -> None:
    model = Model(
        "places",
        species={"E": Species(1e8, "cell"), "M": Species(0, "cell"), "T": Species(0, "cell")},
        parameters={"m": 5.0, "out": 50.0, "back": 2.0, "d": 0.1},
        processes={
            "memory": Process("E -> M", "m * E"),
            "leave": Process("E -> T", "out * E"),
            "enter": Process("T -> E", "back * T"),
            "death": Process("M ->", "d * M"),
        },
        roles={"car_t": "E + M"},
    )
    found = told(model, 30)
    names = {phase.driver.name for phase in found.phases if phase.driver}
    assert "memory" not in names
    assert kinds(found)[0] == "distribution"
    first = found.phases[0].driver
    assert first is not None
    assert (first.name, first.net_of) == ("leave", "enter")
    assert "leave less enter" in str(first)
    assert found.phases[1].driver is not None
    assert (found.phases[1].kind, found.phases[1].driver.name) == ("expansion", "enter")


def barros(t: float, y: NDArray[np.float64]) -> list[float]:
    """The model written out by hand, with the integrals of the five fluxes of all CAR-T cells."""
    c, m, tumour = y[:3]
    gains = 0.265 * c, 0.15 * c
    losses = 0.35 * c, 4.5e-8 * tumour * c, 0.005 * m
    recall = 6e-6 * tumour * m
    return [
        gains[0] - losses[0] + recall - losses[1],
        gains[1] - recall - losses[2],
        0.05650026 * tumour * (1 - 1.404029e-12 * tumour) - 3.715843e-6 * c * tumour,
        *gains,
        *losses,
    ]


def test_shares_are_those_of_an_independent_solution() -> None:
    model = cs.models.barros_2021.variant("single_2e6")
    run = cs.simulate(model, 200)
    found = explain(run)
    assert kinds(found) == ["distribution", "expansion", "contraction"]
    before = cs.simulate(model, 42)["T"][-1]
    fluxes = ("proliferation", "memory_formation", "effector_loss", "suppression", "memory_loss")
    start = [2e6, 0.0, before, 0, 0, 0, 0, 0]
    solved = solve_ivp(barros, (42, 200), start, "LSODA", rtol=1e-10, atol=1e-9, dense_output=True)
    for phase in found.phases:
        moved = dict(zip(fluxes, (solved.sol(phase.stop) - solved.sol(phase.start))[3:], strict=True))
        gains = {name: moved[name] for name in fluxes[:2]}
        losses = {name: moved[name] for name in fluxes[2:]}
        parts = gains if phase.kind == "expansion" else losses
        name = max(parts, key=lambda key: parts[key])
        assert phase.driver is not None
        assert phase.driver.name == name
        assert phase.driver.share == pytest.approx(parts[name] / sum(parts.values()), rel=1e-3)
        assert phase.gained == pytest.approx(sum(gains.values()), rel=1e-3)
        assert phase.lost == pytest.approx(sum(losses.values()), rel=1e-3)
        assert phase.gained - phase.lost == pytest.approx(phase.last - phase.first, rel=1e-3)


def test_stein_2019_has_the_rates_that_its_paper_gives() -> None:
    found = told(cs.models.stein_2019, 365)
    assert kinds(found) == ["expansion", "contraction", "persistence"]
    expansion, contraction, persistence = found.phases
    assert (expansion.start, expansion.stop) == (0.0, pytest.approx(9.3))
    assert expansion.rate == pytest.approx(0.78, rel=1e-3)
    assert contraction.rate == pytest.approx(4.33, rel=0.15)  # it ends where the last decline takes over
    assert persistence.rate == pytest.approx(217, rel=0.01)
    drivers = [phase.driver.name for phase in found.phases if phase.driver]
    assert drivers == ["expansion", "contraction", "memory_loss"]
    assert str(found).splitlines()[0] == "What happened in stein_2019, day 0 to 365"


@pytest.mark.parametrize("name", ["kimmel_2021", "leon_triana_2020", "hardiansyah_2019/upn1", "sahoo_2020"])
def test_gains_less_losses_are_the_change_over_every_phase(name: str) -> None:
    base, _, variant = name.partition("/")
    model = getattr(cs.models, base)
    found = told(model.variant(variant) if variant else model, 300)
    assert found.phases
    for phase in found.phases:
        change = phase.last - phase.first
        assert phase.gained - phase.lost == pytest.approx(change, abs=1e-3 * (phase.gained + phase.lost))
    for one, other in zip(found.phases, found.phases[1:], strict=False):
        assert one.stop <= other.start


def test_a_run_with_few_output_times_is_told_as_the_full_one() -> None:
    model = cs.models.barros_2021.variant("single_2e6")
    few = told(model, 200, at=[0, 30, 60, 90, 200])
    full = told(model, 200)
    assert kinds(few) == kinds(full)
    assert [phase.start for phase in few.phases] == pytest.approx([phase.start for phase in full.phases])
    assert [event.text for event in few.events] == [event.text for event in full.events]
    assert few.tumour[0].nadir_time == pytest.approx(47.57, abs=0.01)


def test_a_run_that_is_seen_late_and_left_early_is_told_from_its_beginning() -> None:
    model = cs.models.barros_2021.variant("single_2e6").with_events(Dose(1e6, into="T", at=150))
    late = told(model, 200, at=[60, 100, 140])
    full = told(cs.models.barros_2021.variant("single_2e6"), 140)
    assert late.text == full.text


def test_a_late_run_that_cannot_be_solved_again_says_so_and_invents_nothing() -> None:
    base = stretches((0, 0.2))
    run = cs.simulate(base.with_events(Dose(1e6, into="C", at=2)), 30, at=[5, 10, 20, 30])
    other = dataclasses.replace(run, model=base.with_events(Dose(3e6, into="C", at=2)))
    found = explain(other)
    assert any("times and amounts are rough" in note for note in found.notes)
    assert (found.phases[0].start, found.phases[0].rate) == (5.0, pytest.approx(math.log(2) / 0.2, rel=1e-4))
    assert not [event for event in found.events if event.time < 5]


def test_shares_that_do_not_add_up_are_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Movers, "over", lambda self, start, stop: {"division": 1.0})
    (phase,) = told(stretches((0, 0.2)), 20).phases
    assert phase.driver is None
    assert math.isnan(phase.gained)
    assert phase.text.endswith("What drove it was too quick to be summed from this run.")
