"""Swimmer plots: lanes in order, responses, relapses, and what was given."""

from __future__ import annotations

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pytest

import cartsim as cs
from cartsim.language.errors import ModelError
from cartsim.plots.artists import course, gid, with_gid
from cartsim.plots.patients import REMARK
from cartsim.plots.swimmer import swimmer

from .cases import PATIENT, S


@cache
def mice(*doses: float) -> cs.Ensemble:
    """Mice with tumours, treated on day 42: 1e3 cells never shrink one, 2e5 do for 27 days, 2e6 cure."""
    mouse = cs.models.barros_2021
    each = {f"mouse {d:g}": mouse.with_events(cs.Dose(d, into="C_T", at=42)) for d in doses}
    return cs.simulate(each, until=142)


def remarks(ax: plt.Axes) -> str:
    return " ".join(text.get_text() for text in ax.texts if gid(text) == REMARK)


def signs(ax: plt.Axes, words: str) -> list[tuple[float, float]]:
    """Day and lane of each sign."""
    lines = [line for line in ax.lines if gid(line) == f"sign:{words}"]
    return [place for line in lines for place in zip(*course(line), strict=True)]


def in_legend(ax: plt.Axes) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in ax.get_legend().get_texts()]


def test_lanes_begin_at_the_infusion_and_the_longest_response_is_on_top() -> None:
    ax = swimmer(mice(2e6, 1e3, 2e5, 1e5))
    lanes = with_gid(ax.patches, "lane")
    assert [bar.get_x() for bar in lanes] == [0.0] * 4
    np.testing.assert_allclose([bar.get_width() for bar in lanes], 100.0)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["1000", "100000", "200000", "2e+06"]
    assert ax.get_ylabel() == "mouse"
    assert ax.get_xlabel() == "time after CAR-T infusion (day)"


def test_a_response_lasts_from_the_infusion_to_the_relapse() -> None:
    runs = mice(2e6, 1e3, 2e5, 1e5)
    relapse = cs.readouts(runs)["relapse_day"]
    ax = swimmer(runs)
    wide = {bar.get_y() + bar.get_height() / 2: bar.get_width() for bar in with_gid(ax.patches, "response")}
    assert sorted(wide) == pytest.approx([1.0, 2.0, 3.0])  # the lowest lane never responds
    # Between output times a straight line of logarithms is drawn, the read-out follows the solution.
    expected = [relapse["mouse 100000"].value, relapse["mouse 200000"].value, 100.0]
    np.testing.assert_allclose([wide[y] for y in sorted(wide)], expected, rtol=0.02)
    np.testing.assert_allclose([day for day, _ in signs(ax, "relapse")], expected[:2], rtol=0.02)
    assert [y for _, y in signs(ax, "relapse")] == [1, 2]


def test_an_arrow_says_who_still_responds_and_a_circle_where_the_tumour_died_out() -> None:
    runs = mice(2e6, 1e3, 2e5, 1e5)
    ax = swimmer(runs)
    ((beyond, lane),) = signs(ax, "still-responding")
    assert (beyond > 100.0, lane) == (True, 3)
    ((day, lane),) = signs(ax, "tumour-died-out")
    assert lane == 3
    alone = cs.simulate(runs["mouse 2e+06"].model, until=142)  # has a row where the tumour dies out
    assert day == pytest.approx(cs.readouts(alone)["tumour_nadir_day"].value, rel=1e-6)


def test_a_limit_of_the_tumour_shortens_responses() -> None:
    ax = swimmer(mice(2e6, 1e3, 2e5, 1e5), tumour_limit=1e3)
    ((_, lane),) = signs(ax, "still-responding")
    assert lane == 3
    (bar,) = with_gid(ax.patches, "response")
    assert bar.get_x() > 0.0
    assert "tumour below 1,000 cells" in in_legend(ax)


def test_what_was_given_is_marked_in_each_lane() -> None:
    given = PATIENT.with_events(
        cs.Infusion(1e8, into="C", start=0, duration=2),
        cs.Dose(560, into="D", at=5),
        cs.Change("g", factor=0.5, start=6, stop=9),
        cs.When("T < 9e9", cs.Dose(1e7, into="C", at=0)),
        cs.When("I > 4", cs.Change("s", factor=0.5, start=0)),
    )
    ax = swimmer(cs.simulate({"a": given, "b": given.with_values(g=0.55)}, until=12))
    said = in_legend(ax)
    for words in ("CAR-T cells given", "tocilizumab given", "CAR-T cells given by a rule", "g × 0.5"):
        assert words in said
    assert signs(ax, "tocilizumab-given") == [(5.0, 0.0), (5.0, 1.0)]
    assert signs(ax, "CAR-T-cells-given") == [(0.0, 0.0), (0.0, 1.0)]
    spans = with_gid(ax.patches, "given:CAR-T-cells-given")
    assert [(bar.get_x(), bar.get_width()) for bar in spans] == [(0.0, 2.0)] * 2
    assert [(bar.get_x(), bar.get_width()) for bar in with_gid(ax.patches, "given:g-0.5")] == [(6.0, 3.0)] * 2
    assert len(signs(ax, "CAR-T-cells-given-by-a-rule")) == 2


def test_what_was_given_before_the_infusion_stands_left_of_zero() -> None:
    given = PATIENT.with_events(cs.Dose(560, into="D", at=2), cs.Dose(1e8, into="C", at=5))
    ax = swimmer(cs.simulate({"a": given, "b": given.with_values(g=0.55)}, until=12))
    assert [day for day, _ in signs(ax, "tocilizumab-given")] == [-3.0, -3.0]
    assert ax.get_xlim()[0] < -3.0
    assert [bar.get_width() for bar in with_gid(ax.patches, "lane")] == [7.0, 7.0]


def test_of_many_patients_an_even_sample_is_drawn_and_said() -> None:
    runs = mice(1e3, 1e5, 2e5, 4e5, 2e6)
    ax = swimmer(runs, most=3)
    assert len(with_gid(ax.patches, "lane")) == 3
    assert {tick.get_text() for tick in ax.get_yticklabels()} == {"1000", "200000", "2e+06"}
    assert "3 of 5 patients, evenly picked" in remarks(ax)
    assert "picked" not in remarks(swimmer(runs))


def test_sixty_lanes_fit_and_their_signs_do_not_overlap_their_neighbours() -> None:
    few = mice(1e3, 1e5, 2e5, 4e5, 2e6)
    many = cs.Ensemble({f"mouse {i}": few[few.labels[i % 5]] for i in range(60)})
    ax = swimmer(many)
    lane = ax.transData.transform([(0, 0), (0, 1)])[:, 1]
    for line in with_gid(ax.lines, "sign:"):
        assert line.get_markersize() * ax.figure.dpi / 72.0 <= lane[1] - lane[0]
    assert ax.get_ylabel() == "60 patients" or len(ax.get_yticklabels()) == 60


def test_failed_runs_are_mentioned() -> None:
    failed = cs.Ensemble(dict(mice(1e5, 2e6)), {"x": ModelError("no")})
    assert "1 of 3 runs failed" in remarks(swimmer(failed))


def test_without_a_tumour_there_are_lanes_and_doses_alone() -> None:
    model = cs.Model("drug", species={"D": S(0, "mg", "tocilizumab")}, processes={}).with_events(
        cs.Dose(8, into="D", at=1)
    )
    runs = cs.simulate({"a": model}, until=5)
    ax = swimmer(runs)
    assert with_gid(ax.patches, "response") == []
    assert in_legend(ax) == ["tocilizumab given"]
    with pytest.raises(ModelError, match="needs the role 'tumour', which 'drug' has not"):
        swimmer(runs, tumour_limit=1.0)


def test_alt_text_counts_responses_relapses_and_what_was_given() -> None:
    said = cs.plots.alt_text(swimmer(mice(2e6, 1e3, 2e5, 1e5), title="Four mice"))
    assert said == (
        "Four mice. Swimmer plot of 4 patients, a lane each, the longest response on top, against time after "
        "CAR-T infusion (day), 0 to 100. tumour smaller than on day 0: 3 patients, 1 of them at the end; 2 "
        "relapse. The tumour dies out in 1. CAR-T cells given: in 4 patients."
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"most": 0}, "whole number of lanes"),
        ({"most": 2.5}, "whole number of lanes"),
        ({"tumour_limit": 0}, "must be above zero"),
        ({"tumour_limit": "low"}, "must be a number"),
    ],
)
def test_options_that_make_no_lanes_are_refused(options: dict[str, object], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        swimmer(mice(1e5, 2e6), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [PATIENT, "runs", {"a": 1}])
def test_what_is_no_ensemble_is_refused(wrong: object) -> None:
    with pytest.raises(ModelError, match="swimmer draws an Ensemble"):
        swimmer(wrong)  # type: ignore[arg-type]


def test_no_finished_run_is_refused_and_the_given_axis_comes_back() -> None:
    with pytest.raises(ModelError, match=r"see \.failures"):
        swimmer(cs.Ensemble({}))
    _, ax = plt.subplots()
    size = tuple(ax.figure.get_size_inches())
    assert swimmer(mice(1e5, 2e6), ax=ax) is ax
    assert tuple(ax.figure.get_size_inches()) == size
