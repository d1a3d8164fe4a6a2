"""Blood counts, inflammation, rescue drugs and their windows, against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

import cartsim as cs
from cartsim import Dose, Infusion, Model, Parameter, Process, Species, When
from cartsim.questions import lots
from cartsim.questions.hematotox import points
from cartsim.questions.readout import Readout, ReadoutTable
from cartsim.questions.windows import windows

N = 24  # as many as are read together

UNITS = {  # of a role, and what 1 of the unit that the limits are in is in it
    "cell/uL": 1.0,
    "1e9 cell/L": 1e-3,
    "cell/mL": 1e3,
}


def wave(w: float = 0.1, unit: str = "cell/uL", start: float = -20.0, **more: str) -> Model:
    """X = cos(w t) turns blood counts and signs of inflammation up and down; CAR-T cells come on day 0."""
    one = UNITS[unit]
    angle = w * start
    return Model(
        "wave",
        species={
            "C": Species(0, "cell"),
            "U": Species(2 + math.cos(angle), "1"),
            "V": Species(2 + math.sin(angle), "1"),
            "L": Species(0, "mg"),
            "A": Species(0, "mg"),
            "B": Species(0, "mg"),
            "S": Species(0, "mg"),
        },
        parameters={
            "w": Parameter(w, "1/day"),
            "d": Parameter(0.5, "1/day"),
            "n": Parameter(1000 * one, unit),
            "p": Parameter(100_000 * one, unit),
            "ig": Parameter(500, "mg/dL"),
            "hb": Parameter(8, "g/dL"),
            "c": Parameter(5, "mg/L"),
            "f": Parameter(1000, "ng/mL"),
            "T": Parameter(38, "degC"),
            "dT": Parameter(2, "degC"),
        },
        definitions={"X": "U - 2", "Y": "V - 2"},
        processes={
            "down": Process("U ->", "w * Y"),
            "up": Process("-> V", "w * X"),
            "loss": Process("C ->", "d * C"),
            "one": Process("L ->", "d * L"),
            "two": Process("A ->", "d * A"),
            "three": Process("S ->", "d * S"),
        },
        roles={
            "car_t": "C",
            "neutrophils": "n * (1 + X)",
            "platelets": "p * (1 + X)",
            "immunoglobulin": "ig * (1 + X)",
            "haemoglobin": "hb + 0 * hb * X",
            "b_cells": "n * (1 + X)**2",
            "crp": "c * (2 - X)",
            "ferritin": "f * (2 - X)",
            "temperature": "T - dT * X",
            "blood_pressure": "f * (2 + X)",
            "oxygen_saturation": "1 + 0.1 * X",
            "il15": "f * (2 - Y)",
            "anakinra": "A",
            "corticosteroid": "S",
            **more,
        },
        events=(Dose(1e8, into="C", at=0), Dose(30, into="L", at=-5)),
        start=start,
    )


def asked(model: Model, until: float = 100.0) -> ReadoutTable[Readout]:
    return cs.readouts(cs.simulate(model, until, rtol=1e-9))


def below(part: float, w: float, until: float = 100.0) -> float:
    """How many of the days 0 to `until` 1 + cos(w t) is below `part`."""
    t = np.linspace(0, until, 200_001)
    return float(until * (1 + np.cos(w * t) < part).mean())


@pytest.mark.parametrize("unit", UNITS)
def test_days_below_limits_are_those_of_the_cosine(unit: str) -> None:
    found = asked(wave(unit=unit))
    assert found["neutropenia_days"].value == pytest.approx(below(0.5, 0.1), abs=2e-3)
    assert found["thrombocytopenia_days"].value == pytest.approx(below(0.5, 0.1), abs=2e-3)
    assert found["bleeding_risk_days"].value == pytest.approx(below(0.2, 0.1), abs=2e-3)
    assert found["infection_risk_days"].value == pytest.approx(below(0.8, 0.1), abs=2e-3)
    assert "teaching" in found["infection_risk_days"].meaning
    assert "immunoglobulin below 400 mg/dL" in found["infection_risk_days"].meaning
    assert found["neutrophil_nadir"].value == pytest.approx(0.0, abs=1e-3 * UNITS[unit])
    once = asked(wave(unit=unit), until=60)
    assert once["neutrophil_nadir_day"].value == pytest.approx(10 * math.pi, abs=0.01)


def test_b_cells_are_gone_and_come_back() -> None:
    found = asked(wave(w=math.pi / 40), until=60)
    first = 1 + math.cos(math.pi / 40 * -20)  # of which a hundredth is left
    edge = math.sqrt(0.01) * first
    away = math.acos(1 - edge) / (math.pi / 40)  # before and after day 40
    assert found["b_cell_aplasia_days"].value == pytest.approx(2 * away, abs=0.01)
    assert found["b_cell_recovery_day"].value == pytest.approx(40 + away, abs=0.01)
    then = 1000 * (1 + math.cos(math.pi / 40 * 28)) ** 2
    assert found["b_cells_day_28"].value == pytest.approx(then, rel=1e-4)
    short = asked(wave(w=math.pi / 40), until=40)
    assert short["b_cell_recovery_day"].reason.startswith("not reached: still below at the end of the run")
    early = asked(wave(w=math.pi / 40), until=20)
    assert early["b_cell_recovery_day"].reason.startswith("not defined: never below 1%")
    assert early["b_cells_day_28"].reason.startswith("not reached: the run ends on day 20")


def test_signs_of_inflammation_have_their_peaks_and_lowest_points() -> None:
    found = asked(wave(), until=50)
    half = 10 * math.pi
    for role, peak in {"crp": 15.0, "ferritin": 3000.0, "temperature": 40.0}.items():
        assert found[f"{role}_peak"].value == pytest.approx(peak, rel=1e-6)
        assert found[f"{role}_peak_day"].value == pytest.approx(half, abs=0.01)
    assert found["il15_peak"].value == pytest.approx(3000, rel=1e-6)
    assert found["il15_peak_day"].value == pytest.approx(1.5 * half, abs=0.01)
    assert found["blood_pressure_nadir"].value == pytest.approx(1000, rel=1e-6)
    assert found["oxygen_saturation_nadir"].value == pytest.approx(0.9, rel=1e-6)


def test_counts_that_are_no_concentration_have_a_reason() -> None:
    for unit, said in (("cell", "are in 'cell' here"), (None, "have no unit here")):
        model = Model("cells", species={"N": Species(3, unit)}, roles={"neutrophils": "N", "platelets": "N"})
        found = asked(model)
        for name in ("neutropenia_days", "infection_risk_days", "thrombocytopenia_days"):
            assert math.isnan(found[name].value)
            assert said in found[name].reason
        assert found["neutrophil_nadir"].value == 3.0
        assert windows(cs.simulate(model, 10)) == {}


def test_the_score_is_that_of_the_published_example() -> None:
    example = {"platelets": 110, "neutrophils": 950, "haemoglobin": 10.1, "crp": 4.2, "ferritin": 540}
    assert sum(float(points(role, np.array(value))) for role, value in example.items()) == 3.0


def test_the_score_is_taken_right_before_the_lymphodepletion() -> None:
    # On day -5 X is cos(0.5) = 0.88: platelets 188e9/L, neutrophils 1878, CRP 0.56 mg/dL, ferritin 1122.
    found = asked(wave())
    assert str(found["car_hematotox"]) == "2 (high risk)"  # of haemoglobin and ferritin
    # Without it, the start counts: X is cos(-2) = -0.42: 58e9/L, 584, 1.2 mg/dL, 2416 ng/mL.
    model = wave()
    alone = asked(model.without_events().with_events(Dose(1e8, into="C", at=0)))
    assert str(alone["car_hematotox"]) == "6 (high risk)"
    rescued = model.without_events().with_events(Dose(1e8, into="C", at=0), Dose(1, into="A", at=-5))
    assert asked(rescued)["car_hematotox"].value == 6.0, "a rescue drug is no lymphodepletion"
    bridging = Dose(30, into="B", at=-19)
    assert asked(wave().with_events(bridging))["car_hematotox"].value == 6.0
    told = wave(cyclophosphamide="L").with_events(bridging)
    assert asked(told)["car_hematotox"].value == 2.0, "the role says what the lymphodepletion is"


def test_the_score_needs_units_and_all_five_roles() -> None:
    roles = dict.fromkeys(("platelets", "neutrophils", "haemoglobin", "crp", "ferritin"), "X")
    found = asked(Model("bare", species={"X": 1.0}, roles=roles))
    assert found["car_hematotox"].reason.startswith("not defined: platelets must be in a unit such as")
    with pytest.raises(cs.UnknownNameError, match="needs the role 'ferritin'"):
        asked(Model("four", species={"X": 1.0}, roles=dict(list(roles.items())[:4])))["car_hematotox"]


def test_rescue_drugs_are_counted_since_the_infusion() -> None:
    given = (
        Dose(10, into="S", at=-2),
        *(Dose(10, into="S", at=3 + 0.25 * i) for i in range(6)),
        Infusion(10, into="S", start=7, duration=0.5),
        When("C > 1e6", then=Dose(5, into="A"), at_most=1),
    )
    found = asked(wave().with_events(*given))
    assert found["corticosteroid_doses"].value == 7.0
    assert found["corticosteroid_days"].value == 3.0
    assert found["anakinra_doses"].value == 1.0
    assert asked(wave())["anakinra_doses"].value == 0.0


def test_a_model_with_a_rescue_drug_alone_counts_it() -> None:
    model = Model("drug", species={"D": Species(0, "mg")}, roles={"tocilizumab": "D"})
    found = cs.readouts(cs.simulate(model.with_events(Dose(8, into="D", at=1)), 5))
    assert {name: entry.value for name, entry in found.items()} == {"tocilizumab_doses": 1.0}
    runs = cs.simulate({f"{i}": model.with_events(Dose(8, into="D", at=1)) for i in range(N)}, 5)
    assert cs.readouts(runs)["tocilizumab_doses"].values.tolist() == [1.0] * N


def test_windows_are_the_spans_of_the_read_outs() -> None:
    run = cs.simulate(wave(crs_grade="step(-X - 0.5)"), 100, rtol=1e-9)
    found, numbers = windows(run), cs.readouts(run)
    assert list(found) == [
        "fever",
        "crs",
        "neutropenia",
        "thrombocytopenia",
        "infection_risk",
        "bleeding_risk",
        "b_cell_aplasia",
    ]
    quarter = 5 * math.pi
    assert found["fever"][0] == pytest.approx((-20.0, -quarter), abs=1e-3)  # from the start of the run
    assert found["fever"][1] == pytest.approx((quarter, 3 * quarter), abs=1e-3)
    onset = 10 * math.acos(-0.5)
    assert found["crs"][0] == pytest.approx((onset, 20 * math.pi - onset), abs=1e-3)
    for name in ("neutropenia", "thrombocytopenia", "infection_risk", "bleeding_risk", "b_cell_aplasia"):
        total = sum(stop - max(start, 0.0) for start, stop in found[name] if stop > 0)
        assert total == pytest.approx(numbers[f"{name}_days"].value, abs=1e-3), name
        assert total > 5, name


def test_windows_are_those_of_one_run() -> None:
    with pytest.raises(cs.ModelError, match="windows takes one run"):
        windows(cs.simulate({"a": wave()}, 100))  # type: ignore[arg-type]


def test_many_runs_are_read_as_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    members = {f"patient {i}": wave(w=w) for i, w in enumerate(np.linspace(0.06, 0.14, N))}
    runs = cs.simulate(members, 80)
    together = cs.readouts(runs)
    expected = [below(0.5, w, 80) for w in np.linspace(0.06, 0.14, N)]
    np.testing.assert_allclose(together["neutropenia_days"].values, expected, atol=0.01)
    monkeypatch.setattr(lots, "WORTH_IT", math.inf)
    alone = cs.readouts(runs)
    assert list(together) == list(alone)
    for name, entry in alone.items():
        np.testing.assert_allclose(together[name].values, entry.values, rtol=1e-3, atol=0.01, err_msg=name)
        assert set(together[name].reasons) == set(entry.reasons), name


def test_a_summary_has_the_read_outs_of_the_runs() -> None:
    people = cs.cohort(wave(crs_grade="step(-X - 0.5)"), 24, spread={"w": 0.1}, seed=1)
    summary, found = cs.summarise(people, 40), cs.readouts(cs.simulate(people, 40))
    assert list(summary.readouts) == list(found)
    assert "crs_onset" in found
    for name, entry in found.items():
        own = summary.readouts[name]
        np.testing.assert_allclose(own.values, entry.values, rtol=1e-4, atol=1e-3, err_msg=name)
        assert own.meaning == entry.meaning


def test_a_model_without_the_role_among_others_says_so() -> None:
    bare = Model("bare", species={"C": Species(1.0, "cell")}, roles={"car_t": "C"}, start=-20)
    found = cs.readouts(cs.simulate({"wave": wave(), "bare": bare}, 60))
    assert dict(found["neutropenia_days"].reasons) == {
        "bare": "not defined: the model has no role 'neutrophils'"
    }
    assert found["car_hematotox"].reasons["bare"] == "not defined: the model has no role 'platelets'"
