"""Phases: spans as `explain` finds them, their words, and the axis on which each has its own width."""

from __future__ import annotations

from functools import cache
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

import cartsim as cs
from cartsim.language.errors import ModelError
from cartsim.plots.artists import course, with_gid
from cartsim.plots.phase_axis import Clockwork
from cartsim.plots.phases import PHASE, WORDS, phases

from .cases import PATIENT, arms
from .toxic import TOXIC

S, P, Q = cs.Species, cs.Parameter, cs.Process

RISE_AND_FALL = cs.Model(
    "rise and fall",
    species={"C": S(1e6, "cell", "CAR-T cells")},
    parameters={"g": P(1, "1/day"), "d": P(0.1, "1/day"), "end": P(10, "day"), "one": P(1, "day")},
    processes={
        "division": Q("-> C", "g*C*step((end - t)/one)", "cells divide"),
        "death": Q("C ->", "d*C*step((t - end)/one)", "cells die"),
    },
    roles={"car_t": "C"},
)
"""Doubles every ln 2 days until day 10, is halved every 10 ln 2 days after it."""


SIZES = ["slide", *(pytest.param(size, marks=pytest.mark.slow) for size in ("print", "poster"))]


@cache
def run() -> cs.Trajectory:
    return cs.simulate(RISE_AND_FALL, until=40)


@cache
def drawn() -> plt.Axes:
    """The picture of `run`, for tests that only look at it."""
    return phases(run())


def words(ax: plt.Axes, i: int) -> str:
    return " ".join(text.get_text() for text in with_gid(ax.texts, f"{WORDS}{i}")).replace("\n", " ")


def test_the_spans_are_the_phases_that_explain_finds() -> None:
    ax = drawn()
    spans = with_gid(ax.patches, PHASE)
    found = cs.explain(run()).phases
    assert [span.get_label() for span in spans] == ["_expansion", "_contraction"]
    assert [phase.kind for phase in found] == ["expansion", "contraction"]
    for span, phase in zip(spans, found, strict=True):
        corners = span.get_path().vertices if not hasattr(span, "get_x") else None
        start = span.get_x() if corners is None else corners[:, 0].min()
        assert start == pytest.approx(phase.start)


def test_each_phase_says_its_speed_and_its_driver() -> None:
    ax = drawn()
    assert words(ax, 1) == "expansion doubling time 0.69\u00a0days cells divide"
    assert words(ax, 2) == "contraction half-life 6.9\u00a0days cells die"
    assert ax.figure.get_suptitle() == "CAR-T cells expand 22,000-fold, to 2.2×10¹⁰ cells on day 10"


def test_a_time_in_hours_is_told_in_days() -> None:
    hours = cs.Model(
        "hours",
        species={"C": S(1e6, "cell", "CAR-T cells")},
        parameters={"g": P(0.05, "1/h")},
        processes={"division": Q("-> C", "g*C", "cells divide")},
        roles={"car_t": "C"},
        time="h",
    )
    ax = phases(cs.simulate(hours, until=240))
    assert f"doubling time {np.log(2) / 0.05 / 24:.2g}\u00a0days" in words(ax, 1)
    assert ax.get_xlim() == (0.0, 10.0)


def test_the_curve_is_exact_on_a_logarithmic_axis() -> None:
    ax = drawn()
    (curve,) = with_gid(ax.lines, "curve:")
    t, cells = course(curve)
    exact = 1e6 * np.exp(np.where(t < 10, t, 10 - 0.1 * (t - 10)))
    np.testing.assert_allclose(cells, exact, rtol=1e-4)
    assert ax.get_yscale() == "log"


def test_a_dose_is_marked_and_days_count_from_it() -> None:
    ax = phases(cs.simulate(PATIENT.with_events(cs.Dose(1e9, into="C", at=5)), until=40))
    assert ax.get_xlabel().startswith("time after CAR-T infusion")
    assert ax.get_xlim()[0] == 0.0
    assert "10⁹ CAR-T cells" in [text.get_text() for text in ax.texts]
    quiet = phases(cs.simulate(PATIENT.with_events(cs.Dose(1e9, into="C", at=5)), until=40), events=False)
    assert not any("10⁹" in text.get_text() for text in quiet.texts)


def test_many_phases_are_numbered_and_told_below() -> None:
    doses = [cs.Dose(1e6, into="C", at=20.0 * i) for i in range(7)]
    ax = phases(cs.simulate(RISE_AND_FALL.with_values(g=0.2).with_events(*doses), until=140))
    n = len(with_gid(ax.patches, PHASE))
    assert n > 5
    assert [words(ax, i).strip() for i in range(1, n + 1)] == [str(i) for i in range(1, n + 1)]
    assert f"{n} contraction, half-life" in ax.figure.get_supxlabel().replace("\n", " ")


def test_cells_that_never_expand_are_said_to() -> None:
    ax = phases(cs.simulate(TOXIC, until=30))
    assert ax.figure.get_suptitle() == "The CAR-T cells never expand"
    assert ax.figure.get_supxlabel() == "Illustrative, not for clinical use."
    assert drawn().figure.get_supxlabel() == ""


def test_alt_text_has_every_phase_in_the_words_of_explain() -> None:
    said = cs.plots.alt_text(drawn())
    for phase in cs.explain(run()).phases:
        assert phase.text in said


def test_labels_and_a_title_of_ones_own() -> None:
    ax = phases(run(), label=False, title="Mine")
    assert with_gid(ax.texts, WORDS) == []
    assert ax.figure.get_suptitle() == "Mine"


@pytest.mark.parametrize("for_", SIZES)
def test_the_words_stay_inside_their_phase_and_above_the_curve(for_: str) -> None:
    ax = phases(run(), for_=for_)
    renderer = ax.figure._get_renderer()
    (curve,) = with_gid(ax.lines, "curve:")
    points = ax.transData.transform(np.column_stack(course(curve)))
    for i in (1, 2):
        for text in with_gid(ax.texts, f"{WORDS}{i}"):
            box = text.get_window_extent(renderer)
            inside = (points[:, 0] > box.x0) & (points[:, 0] < box.x1)
            assert (points[inside, 1] < box.y0).all()
            assert ax.bbox.x0 - 1 < box.x0
            assert box.x1 < ax.bbox.x1 + 1


def test_the_clockwork_goes_forth_and_back() -> None:
    clock = Clockwork.of([(0.0, 0.5), (0.5, 12.0), (12.0, 365.0)])
    days = np.array([-3.0, 0.0, 0.3, 6.0, 100.0, 365.0, 400.0])
    np.testing.assert_allclose(clock.day(clock.place(days)), days, atol=1e-9)
    assert (np.diff(clock.place(days)) > 0.0).all()
    assert (np.diff(clock.place(np.array([0.0, 0.5, 12.0, 365.0]))) >= 0.25 - 1e-12).all()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (cs.models.hardiansyah_2019, "takes a run, not a model"),
        (arms(2), "explain tells the story of one run"),
    ],
)
def test_what_is_no_single_run_is_refused(wrong: Any, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        phases(wrong)


def test_a_model_without_car_t_cells_is_refused_in_a_sentence() -> None:
    tumour = cs.Model(
        "alone",
        species={"T": S(10, "cell", "tumour cells")},
        parameters={"r": P(0.1, "1/day")},
        processes={"growth": Q("-> T", "r*T")},
        roles={"tumour": "T"},
    )
    with pytest.raises(ModelError, match="phases needs the role 'car_t', which 'alone' has not"):
        phases(cs.simulate(tumour, until=5))
    with pytest.raises(ModelError, match="there are no CAR-T cells in this run of 'patient'"):
        phases(cs.simulate(PATIENT, until=5))


def test_the_given_axis_comes_back() -> None:
    _, ax = plt.subplots()
    assert phases(run(), ax=ax) is ax
    assert ax.get_title(loc="left").startswith("CAR-T cells expand")
