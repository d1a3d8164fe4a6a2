"""Grades between the output times, against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

import cartsim as cs
from cartsim import Dose, Model, Process, Species
from cartsim.questions import lots
from cartsim.questions.expanded import switches
from cartsim.questions.pieces import Spans
from cartsim.questions.readout import Readout, ReadoutTable

N = 24  # as many as are read together
YEAR = 365.0  # output times every 0.73 days


def wave(grade: str, w: float = 0.3, **more: str) -> Model:
    """X = sin(w t), and a grade of it."""
    return Model(
        "wave",
        species={"X": Species(0.0), "Y": Species(1.0)},
        parameters={"w": w, "one": 1.0},
        processes={"up": Process("-> X", "w * Y"), "down": Process("Y ->", "w * X")},
        roles={"crs_grade": grade, **more},
    )


def asked(model: Model, until: float = YEAR) -> ReadoutTable[Readout]:
    return cs.readouts(cs.simulate(model, until, rtol=1e-9))


def test_onset_and_duration_are_those_of_the_sine() -> None:
    found = asked(wave("step(X - 0.6) + step(X - 0.9) + step(X - 0.99) + 0 * step(X - 2)"))
    onset, over = math.asin(0.6) / 0.3, (math.pi - math.asin(0.6)) / 0.3
    assert found["crs_max_grade"].value == 3.0
    assert found["crs_onset"].value == pytest.approx(onset, abs=1e-3)
    assert found["crs_duration"].value == pytest.approx(over - onset, abs=1e-3)
    assert {entry.reason for entry in found.values()} == {""}


@pytest.mark.parametrize(
    ("grade", "highest", "level"),
    [
        ("step(max(X - 0.6, -X - 2))", 1.0, 0.6),
        ("step(min(X - 0.6, X + 5))", 1.0, 0.6),
        ("2 * step(X - 0.6) * step(X + 3)", 2.0, 0.6),
        ("max(step(X - 0.6), 3 * step(X - 0.8))", 3.0, 0.6),
        ("4 * X", 3.0, 0.25),  # rounded down: 1 from a quarter on, 3 from three quarters on, 4 never
        ("4 * X * step(X - 0.6)", 3.0, 0.6),
    ],
)
def test_a_grade_may_be_written_in_many_ways(grade: str, highest: float, level: float) -> None:
    found = asked(wave(grade).with_values(Y=0.999))
    amplitude = math.asin(level / 0.999)
    assert found["crs_max_grade"].value == highest
    assert found["crs_onset"].value == pytest.approx(amplitude / 0.3, abs=0.05)
    assert found["crs_duration"].value == pytest.approx((math.pi - 2 * amplitude) / 0.3, abs=0.05)


def test_short_pauses_belong_to_the_syndrome_and_long_ones_end_it() -> None:
    w = 2.2  # below 0.6 for 2 days a period, but for a little less
    pause = (math.pi + 2 * math.asin(0.6)) / w
    assert 1.9 < pause < 2.05
    fast, slow = wave("step(X - 0.6)", w=w * pause / 1.99), wave("step(X - 0.6)", w=w * pause / 2.01)
    assert asked(fast, 30)["crs_duration"].value > 25
    length = (math.pi - 2 * math.asin(0.6)) / w * 2.01 / pause
    assert asked(slow, 30)["crs_duration"].value == pytest.approx(length, abs=1e-3)


def test_no_grade_at_all_is_never() -> None:
    found = asked(wave("step(X - 1.5)"), 50)
    assert found["crs_max_grade"].value == 0.0
    assert str(found["crs_onset"]) == (
        "not reached: never, no grade of 1 or more until the end of the run, day 50"
    )
    assert str(found["crs_duration"]) == "not defined: never a grade of 1 or more"


def test_a_grade_at_the_end_is_not_over() -> None:
    found = asked(wave("step(X - 0.6)"), 5.0)
    assert found["crs_duration"].reason == "not over at the end of the run"
    assert found["crs_duration"].value == pytest.approx(5.0 - math.asin(0.6) / 0.3, abs=1e-3)


def test_a_grade_that_is_a_number_never_changes() -> None:
    found = asked(wave("0", icans_grade="2"), 10)
    assert found["crs_max_grade"].value == 0.0
    assert [found[f"icans_{what}"].value for what in ("max_grade", "onset", "duration")] == [2.0, 0.0, 10.0]


def test_a_grade_counts_from_the_infusion_and_follows_a_switch_of_time() -> None:
    model = Model(
        "late",
        species={"C": Species(0.0, "cell")},
        parameters={"d": 0.5, "begin": 23.456, "over": 27.656},
        processes={"loss": Process("C ->", "d * C")},
        roles={"car_t": "C", "icans_grade": "step(t - begin) - step(t - over)"},
        events=(Dose(1e6, into="C", at=20),),
    )
    found = asked(model, 400)
    assert found["icans_onset"].value == pytest.approx(3.456, abs=1e-6)
    assert found["icans_duration"].value == pytest.approx(4.2, abs=1e-6)


def test_a_sudden_rise_after_a_dose_is_seen_between_two_times() -> None:
    model = Model(
        "spike",
        species={"D": Species(0.0, "mg")},
        parameters={"k": 20.0, "level": 1.0},
        processes={"loss": Process("D ->", "k * D")},
        roles={"crs_grade": "step(D - level)"},
        events=(Dose(5, into="D", at=10),),
    )
    found = asked(model, 365)
    assert found["crs_onset"].value == 10.0
    assert found["crs_duration"].value == pytest.approx(math.log(5) / 20, abs=0.01)


def test_many_runs_have_the_grades_of_the_sine_and_of_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    speeds = np.linspace(0.2, 0.45, N)
    grade = "step(max(X - 0.6, -X - 2)) + step(X - 0.9)"
    members = {f"patient {i}": wave(grade, w=w, icans_grade="4 * X") for i, w in enumerate(speeds)}
    runs = cs.simulate(members, YEAR)
    together = cs.readouts(runs)
    np.testing.assert_allclose(together["crs_onset"].values, math.asin(0.6) / speeds, atol=5e-3)
    lasts = (math.pi - 2 * math.asin(0.6)) / speeds
    np.testing.assert_allclose(together["crs_duration"].values, lasts, atol=1e-2)
    assert (together["crs_max_grade"].values == 2.0).all()
    monkeypatch.setattr(lots, "WORTH_IT", math.inf)
    for name, entry in cs.readouts(runs).items():
        np.testing.assert_allclose(together[name].values, entry.values, rtol=1e-4, atol=1e-3, err_msg=name)
        assert together[name].reasons == entry.reasons, name


def test_the_switches_of_a_grade_are_told_apart_once() -> None:
    own = switches(wave("step(X - one) + 2 * step(max(X - one, Y)) - step(1)").structure, "crs_grade")
    assert own.names == ("crs_grade#0", "crs_grade#1")
    on = np.array([[False, True, False, True], [False, False, True, True]])
    assert own.values(on).tolist() == [-1.0, 2.0, 1.0, 2.0]


def test_spans_are_joined_over_short_pauses_of_one_run_alone() -> None:
    spans = Spans(3, np.array([0, 0, 0, 2]), np.array([0.0, 2.0, 9.0, 9.5]), np.array([1.0, 3.0, 9.4, 10.0]))
    joined = spans.joined(2.0)
    assert list(zip(joined.member, joined.start, joined.stop, strict=True)) == [
        (0, 0.0, 3.0),
        (0, 9.0, 9.4),
        (2, 9.5, 10.0),
    ]
    np.testing.assert_allclose(spans.total(), [2.4, 0.0, 0.5])
    np.testing.assert_array_equal(spans.first()[1], [1.0, np.nan, 10.0])
    np.testing.assert_array_equal(spans.last()[0], [9.0, np.nan, 9.5])
