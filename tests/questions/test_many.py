"""The read-outs of many runs, read together, against those of each run read alone."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import cartsim as cs
from cartsim import Change, Dose, Ensemble, Model, ModelError, Process, Species
from cartsim.questions import lots
from cartsim.questions.readout import Readouts, ReadoutTable

SHELF = {  # a model, and how long it is run: past the first relapses, or to the end of its data
    "barros_2021": 242.0,
    "hardiansyah_2019": 200.0,
    "kimmel_2021": 400.0,
    "leon_triana_2020": 200.0,
    "sahoo_2020": 200.0,
    "stein_2019": 200.0,
}
DOSED = {"barros_2021": "single_2e6", "hardiansyah_2019": "upn1"}
N = 24  # as many as are read together
TIMES = (
    "tmax",
    "persistence",
    "relapse_day",
    "tumour_nadir_day",
    "il6_peak_day",
    "ifn_gamma_peak_day",
    "il10_peak_day",
)


def varied(model: Model, n: int, *, seed: int = 1) -> dict[str, Model]:
    """Members whose parameters are spread by a fifth, but for those that switch something on."""
    chance = np.random.default_rng(seed)
    members = {}
    for i in range(n):
        values = {
            name: part.value * math.exp(0.2 * chance.standard_normal())
            for name, part in model.parameters.items()
            if part.value not in (0.0, 1.0)
        }
        members[f"patient {i + 1}"] = model.with_values(**values)
    return members


def shelf(name: str) -> Model:
    model = getattr(cs.models, name)
    if name in DOSED:
        return model.variant(DOSED[name])
    return (
        model
        if "infused" not in model.roles
        else model.with_events(Dose(1e8, into="infused", at=model.start))
    )


def alone(runs: Ensemble, monkeypatch: pytest.MonkeyPatch, **options: object) -> ReadoutTable[Readouts]:
    with monkeypatch.context() as patch:
        patch.setattr(lots, "WORTH_IT", math.inf)
        return cs.readouts(runs, **options)


def masked(text: str) -> str:
    return re.sub(r"[-\d.]+(e-?\d+)?", "#", text)


def assert_same(together: ReadoutTable[Readouts], each: ReadoutTable[Readouts], length: float) -> None:
    assert list(together) == list(each)
    for name, found in together.items():
        known = each[name]
        assert (found.unit, found.meaning, found.labels) == (known.unit, known.meaning, known.labels)
        reasons = [{label: masked(text) for label, text in own.reasons.items()} for own in (found, known)]
        assert reasons[0] == reasons[1], name
        np.testing.assert_array_equal(np.isnan(found.values), np.isnan(known.values), err_msg=name)
        room = 1e-3 * length if name in TIMES else 0.0
        np.testing.assert_allclose(found.values, known.values, rtol=1e-3, atol=room, err_msg=name)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] if name == "hardiansyah_2019" else []) for name in SHELF],
)
def test_runs_of_the_shelf_read_together_are_as_each_read_alone(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = cs.simulate(varied(shelf(name), N), SHELF[name])
    assert_same(cs.readouts(runs), alone(runs, monkeypatch), SHELF[name])


@pytest.mark.slow
def test_runs_that_were_solved_together_and_die_out_are_as_each_read_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mouse = shelf("barros_2021")
    members = varied(mouse, N)
    for label, own in varied(mouse, N).items():  # cells that kill so slowly that no tumour is cured
        members[f"{label}, slow"] = own.with_values(gamma=own.values["gamma"] / 30)
    runs = cs.simulate(members, 242, method="batch")
    assert len(runs.bundles) == 1
    cured = [run["T"][-1] == 0.0 for run in runs.values()]
    assert 0 < sum(cured) < len(cured)
    assert_same(cs.readouts(runs), alone(runs, monkeypatch), 242)


def test_options_are_the_same_for_many_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = cs.simulate(varied(shelf("sahoo_2020"), N), 200)
    options = {"detection_limit": 20.0, "tumour_limit": 500.0, "windows": [(0, 3), (2, 90), (0, 900)]}
    assert_same(cs.readouts(runs, **options), alone(runs, monkeypatch, **options), 200)


def test_members_that_are_the_same_have_the_same_numbers_to_the_last_bit() -> None:
    model = shelf("barros_2021")
    found = cs.readouts(cs.simulate({f"mouse {i}": model for i in range(N)}, 242))
    for name, entry in found.items():
        assert len(set(map(repr, entry.values.tolist()))) == 1, name


def test_the_order_of_members_does_not_matter() -> None:
    members = varied(shelf("barros_2021"), 30)
    found = cs.readouts(cs.simulate(members, 242))
    turned = cs.readouts(cs.simulate(dict(reversed(members.items())), 242))
    for name, entry in found.items():
        np.testing.assert_allclose(turned[name].values[::-1], entry.values, rtol=1e-9, err_msg=name)
        assert dict(turned[name].reasons) == dict(entry.reasons), name


def cells(**parameters: float) -> Model:
    """CAR-T cells that grow until day `top` and fall from then on."""
    return Model(
        "cells",
        species={"C": Species(1e6, "cell")},
        parameters={"g": 0.5, "d": 0.1, "top": 7.3, **parameters},
        processes={
            "growth": Process("-> C", "g * C * (1 - step(t - top))"),
            "loss": Process("C ->", "d * C * step(t - top)"),
        },
        roles={"car_t": "C"},
    )


def test_one_member_without_cells_says_so_among_others() -> None:
    members = {f"patient {i}": cells() for i in range(N)}
    members["patient 5"] = cells().with_values(C=0.0)
    found = cs.readouts(cs.simulate(members, 60))
    assert found["cmax"].values[5] == 0.0
    assert np.isnan(found["tmax"].values[5])
    assert dict(found["tmax"].reasons) == {
        "patient 5": "not defined: there are no CAR-T cells after the start of the run"
    }
    assert np.isfinite(np.delete(found["tmax"].values, 5)).all()


def test_a_switch_between_two_times_is_read_exactly() -> None:
    tops = np.linspace(5.01, 9.87, N)
    members = {f"patient {i}": cells(top=top) for i, top in enumerate(tops)}
    found = cs.readouts(cs.simulate(members, 300, rtol=1e-9))  # a time every 0.6 days
    np.testing.assert_allclose(found["tmax"].values, tops, rtol=1e-9)
    np.testing.assert_allclose(found["cmax"].values, 1e6 * np.exp(0.5 * tops), rtol=1e-5)
    np.testing.assert_allclose(found["doubling_time"].values, math.log(2) / 0.5, rtol=1e-5)
    np.testing.assert_allclose(found["contraction_half_life"].values, math.log(2) / 0.1, rtol=1e-5)


def test_a_change_of_a_parameter_and_a_second_dose_are_read_exactly() -> None:
    events = (Dose(5e5, into="C", at=30), Change("d", factor=3, start=45))
    rates = np.linspace(0.05, 0.1, N)
    members = {f"patient {i}": cells(d=rate).with_events(*events) for i, rate in enumerate(rates)}
    found = cs.readouts(cs.simulate(members, 120, rtol=1e-9))
    np.testing.assert_allclose(found["terminal_half_life"].values, math.log(2) / (3 * rates), rtol=1e-5)
    # The days count from the dose; a tenth of what there is then is left on day 53 at the earliest.
    np.testing.assert_allclose(found["contraction_half_life"].values, math.log(2) / (3 * rates), rtol=1e-5)


@pytest.mark.parametrize("gain", [77.0, 2000.0])
def test_peaks_that_lie_between_two_times_are_found_by_solving_again(gain: float) -> None:
    # As the single cytokine of test_tumour.py: 3 mg drive IL-6, which follows at `gain` a day.
    members = {}
    gains = gain * np.linspace(1.0, 1.5, N)
    for i, own in enumerate(gains):
        members[f"patient {i}"] = Model(
            "cytokine",
            species={"D": Species(0, "mg"), "I": Species(0, "mg")},
            parameters={"k": own, "d": 5.0},
            processes={
                "loss": Process("D ->", "d * D"),
                "release": Process("-> I", "k * D"),
                "clearance": Process("I ->", "k * I"),
            },
            roles={"il6": "I"},
            events=(Dose(3, into="D", at=1),),
        )
    runs = cs.simulate(members, 60, rtol=1e-9)
    top = np.log(gains / 5) / (gains - 5)
    peak = 3 * gains / (gains - 5) * (np.exp(-5 * top) - np.exp(-gains * top))
    assert (runs.array("I").max(axis=1) < 0.9 * peak).all(), "the output times alone miss the peak"
    np.testing.assert_allclose(cs.readouts(runs)["il6_peak"].values, peak, rtol=1e-3)


def test_members_of_two_structures_keep_their_places() -> None:
    other = Model("other", species={"C": Species(5.0, "cell")}, roles={"car_t": "C"})
    members: dict[str, Model] = {}
    for i in range(N):
        members[f"a {i}"], members[f"b {i}"] = cells(), other
    found = cs.readouts(cs.simulate(members, 20))
    assert found["cmax"].labels == tuple(members)
    assert (found["cmax"].values[1::2] == 5.0).all()
    assert (found["cmax"].values[::2] > 1e6).all()


def test_many_runs_without_a_course_or_a_value_are_refused_in_the_same_sentences() -> None:
    members = {f"patient {i}": cells() for i in range(N)}
    with pytest.raises(ModelError, match="a single output time"):
        cs.readouts(cs.simulate(members, 20, at=[20]))
    broken = Model("broken", species={"C": Species(0.0, "cell")}, roles={"car_t": "C / C"})
    with pytest.raises(ModelError, match="'car_t' of 'broken' has no value at day 0"):
        cs.readouts(cs.simulate({f"patient {i}": broken for i in range(N)}, 20))


def test_runs_that_kept_too_little_are_refused_in_a_sentence() -> None:
    members = {f"patient {i}": cells() for i in range(N)}
    for some in (members, {"patient 0": cells()}):
        with pytest.raises(ModelError, match=r"kept car_t alone; read-outs need all of it"):
            cs.readouts(cs.simulate(some, 20, keep=["car_t"]))
