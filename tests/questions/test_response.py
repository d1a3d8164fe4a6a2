"""Response, relapse and the days until an event, against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

import cartsim as cs
from cartsim import Change, Dose, Model, Process, Species
from cartsim.questions import lots
from cartsim.questions.readout import Readout, ReadoutTable
from cartsim.questions.survival import censored_in, event_times, follow_up

N = 24  # as many as are read together


def treated(kill: float = 1.5, start: float = 2.0, stop: float = 10.0) -> Model:
    """Two tumours that grow at 0.5 a day; that with antigen falls at `kill` a day from `start` to `stop`."""
    return Model(
        "treated",
        species={
            "P": Species(1e9, "cell", extinct_below=1.0),
            "M": Species(1e3, "cell", extinct_below=1.0),
        },
        parameters={"g": 0.5, "h": 0.5},
        processes={"growth": Process("-> P", "g * P"), "escape": Process("-> M", "h * M")},
        roles={"tumour": "P + M", "antigen_negative_tumour": "M"},
        events=(Change("g", to=-kill, start=start, stop=stop),),
    )


def asked(model: Model, until: float, **options: object) -> ReadoutTable[Readout]:
    return cs.readouts(cs.simulate(model, until, rtol=1e-9), **options)


def test_the_response_is_told_in_numbers_and_words() -> None:
    found = asked(treated(), 100)
    shares = {day: float(np.exp(0.5 * day - 16) + 1e-6 * np.exp(0.5 * day)) for day in (28, 90)}
    assert found["mrd_day_28"].value == pytest.approx(shares[28], rel=1e-5)
    assert shares[28] > 1.25
    assert str(found["response_day_28"]) == "0 (progressive)"
    assert str(found["best_response"]) == "3 (complete)"
    assert "simplification of this library" in found["best_response"].meaning


@pytest.mark.parametrize(
    ("rate", "value", "word"),
    [(-0.2, 3.0, "complete"), (-0.05, 2.0, "partial"), (-0.01, 1.0, "stable"), (0.05, 0.0, "progressive")],
)
def test_each_response_has_its_limits(rate: float, value: float, word: str) -> None:
    model = Model(
        "straight",
        species={"T": Species(1e9, "cell")},
        parameters={"g": rate},
        processes={"growth": Process("-> T", "g * T")},
        roles={"tumour": "T"},
    )
    found = asked(model, 30)
    for name in ("response_day_28", "best_response"):
        assert (found[name].value, found[name].reason) == (value, word), name
    assert math.isnan(found["response_day_90"].value)
    assert found["response_day_90"].reason == (
        "not reached: the run ends on day 30 after the start of the run"
    )


def test_minimal_residual_disease_ends_on_the_day_of_the_closed_form() -> None:
    model = treated().with_values(M=0.0)
    found = asked(model, 60)
    assert found["mrd_negative_day"].value == pytest.approx(2 + (math.log(1e4) + 1) / 1.5, rel=1e-6)
    assert str(asked(treated(kill=0.1), 60)["mrd_negative_day"]).startswith(
        "not reached: the tumour is above"
    )


def test_a_relapse_has_a_kind() -> None:
    without = asked(treated(), 100)
    assert str(without["relapse_kind"]) == "2 (without antigen)"
    assert str(asked(treated().with_values(M=1.0), 100)["relapse_kind"]) == "1 (with antigen)"
    none = asked(treated(stop=60).with_values(M=0.0), 60)
    assert str(none["relapse_kind"]) == "no relapse"
    with pytest.raises(cs.UnknownNameError, match="needs the role 'antigen_negative_tumour'"):
        asked(Model("one", species={"T": 1.0}, roles={"tumour": "T"}), 5)["relapse_kind"]


def test_days_without_an_event_end_with_a_relapse_a_progression_or_the_run() -> None:
    relapsed = asked(treated(), 100)
    assert relapsed["event_free_days"].value == relapsed["relapse_day"].value
    assert relapsed["event_free_days"].reason == "relapse"
    responded = 2 + (math.log(100) + 1) / 1.5
    expected = relapsed["relapse_day"].value - responded
    assert relapsed["relapse_free_days"].value == pytest.approx(expected, rel=1e-4)
    grown = asked(treated().without_events().with_values(M=0.0), 20)
    assert grown["event_free_days"].value == pytest.approx(math.log(1.25) / 0.5, rel=1e-6)
    assert grown["event_free_days"].reason == "progression"
    assert grown["relapse_free_days"].reason == "not defined: there is no complete response"
    cured = asked(treated(stop=60).with_values(M=0.0), 60)
    assert str(cured["event_free_days"]) == "60 day (censored: no event until the end of the run, day 60)"
    assert cured["relapse_free_days"].value == pytest.approx(60 - responded, rel=1e-6)
    assert cured["relapse_free_days"].reason.startswith("censored: no relapse")


def test_growth_before_a_response_is_no_progression() -> None:
    found = asked(treated(start=4.0, stop=60).with_values(M=0.0), 60)  # sevenfold on day 4
    assert found["event_free_days"].reason.startswith("censored")
    assert found["event_free_days"].value == 60.0


def test_without_a_tumour_nothing_responds() -> None:
    found = asked(treated().with_values(P=0.0, M=0.0), 100)
    for name in ("response_day_28", "best_response", "mrd_day_28", "event_free_days", "relapse_free_days"):
        assert math.isnan(found[name].value), name
        assert found[name].reason == "not defined: there is no tumour at the start of the run", name


def test_days_count_from_the_infusion() -> None:
    model = Model(
        "late",
        species={"C": Species(0, "cell"), "T": Species(1e6, "cell")},
        parameters={"g": 0.1, "k": 1.0},
        processes={"growth": Process("-> T", "g * T"), "killing": Process("T ->", "k * C * T")},
        roles={"car_t": "C", "tumour": "T"},
        events=(Dose(0.6, into="C", at=20),),
    )
    found = asked(model, 60)
    assert found["mrd_day_28"].value == pytest.approx(math.exp(-0.5 * 28), rel=1e-5)
    assert found["mrd_negative_day"].value == pytest.approx(math.log(1e4) / 0.5, rel=1e-6)


def members() -> dict[str, Model]:
    chance = np.random.default_rng(3)
    some = {f"patient {i}": treated(kill=1.5) for i in range(N)}
    for i, (label, model) in enumerate(some.items()):
        some[label] = model.with_values(M=0.0 if i % 3 else 10 ** chance.uniform(0.5, 6), P=10 ** (6 + i / 8))
    return some


def test_many_runs_are_read_as_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = cs.simulate(members(), 100)
    together = cs.readouts(runs)
    monkeypatch.setattr(lots, "WORTH_IT", math.inf)
    alone = cs.readouts(runs)
    assert list(together) == list(alone)
    assert {1.0, 2.0} <= set(alone["relapse_kind"].values.tolist())
    assert set(map(str, alone["event_free_days"].reasons.values())) >= {"relapse"}
    for name, entry in alone.items():
        np.testing.assert_allclose(together[name].values, entry.values, rtol=1e-3, err_msg=name)
        assert set(together[name].reasons) == set(entry.reasons), name


def test_survival_takes_the_days_without_an_event_as_they_are() -> None:
    some = members() | {"cured": treated(stop=60).with_values(M=0.0)}
    runs = cs.simulate(some, 100)
    entry = cs.readouts(runs)["event_free_days"]
    days, happened = event_times(entry)
    assert 0 < happened.sum() < len(days) == len(runs)
    np.testing.assert_array_equal(happened, ~censored_in(entry))
    np.testing.assert_array_equal(days, entry.values)
    again = event_times(entry, follow_up(runs))
    np.testing.assert_array_equal(again[1], happened)
    early = event_times(entry, 20.0)
    assert not early[1][entry.values > 20].any()
    assert early[0].max() == 20.0


def test_survival_asks_for_the_end_where_a_read_out_does_not_say_it() -> None:
    runs = cs.simulate(members() | {"cured": treated(stop=60).with_values(M=0.0)}, 100)
    with pytest.raises(cs.ModelError, match="give the end of the follow-up"):
        event_times(cs.readouts(runs)["relapse_day"])
