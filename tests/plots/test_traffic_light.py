"""The traffic light: the worst grade of each day, vital signs, medicines, and many patients in rows."""

from __future__ import annotations

from functools import cache
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

import cartsim as cs
from cartsim.language.errors import ModelError
from cartsim.plots.artists import course, gid, with_gid
from cartsim.plots.grade_colours import GRADE_COLOURS
from cartsim.plots.traffic_light import CELL, GIVEN, NUMBER, traffic_light

from .cases import infused
from .toxic import TOXIC, TREATED, toxic

SIZES = ["slide", *(pytest.param(size, marks=pytest.mark.slow) for size in ("print", "poster"))]


@cache
def treated() -> cs.Trajectory:
    return cs.simulate(TREATED, until=30)


@cache
def several() -> cs.Ensemble:
    return toxic(0.5, 3.0, 1.5, 4.5)


@cache
def drawn() -> plt.Axes:
    """The picture of `treated`, for tests that only look at it."""
    return traffic_light(treated())


@cache
def rows() -> Any:
    return traffic_light(several())


def grades(ax: plt.Axes, role: str) -> dict[float, str]:
    """The colour of each day."""
    return {cell.get_x(): cell.get_facecolor() for cell in with_gid(ax.patches, f"{CELL}{role}")}


def colour(grade: int) -> tuple[float, ...]:
    return tuple(plt.matplotlib.colors.to_rgba(GRADE_COLOURS[grade]))


def small_words(ax: plt.Axes) -> str:
    return ax.figure.get_supxlabel()


def test_each_day_has_the_colour_of_its_worst_grade_and_the_number() -> None:
    ax = drawn()
    crs = [0, 0, 0, 1, 2, 2, 1, *[0] * 7]
    assert grades(ax, "crs_grade") == {float(day): colour(grade) for day, grade in enumerate(crs)}
    assert [t.get_text() for t in with_gid(ax.texts, f"{NUMBER}crs_grade")] == [str(grade) for grade in crs]
    icans = [0] * 8 + [1, 1] + [0] * 4
    assert [t.get_text() for t in with_gid(ax.texts, f"{NUMBER}icans_grade")] == [str(g) for g in icans]


def test_a_grade_between_output_times_is_seen() -> None:
    run = cs.simulate(TOXIC.with_values(high=2.4), until=30, every=3)
    assert run["CRS"].max() == 1.0  # at the output times
    found = grades(traffic_light(run, days=(0, 14)), "crs_grade")  # 1 from day 3.6 to 6.4, 2 from 4.6 to 5.4
    expected = {2.0: 0, 3.0: 1, 4.0: 2, 5.0: 2, 6.0: 1, 7.0: 0}
    assert {day: found[day] for day in expected} == {day: colour(grade) for day, grade in expected.items()}


def test_the_days_that_are_asked_for_are_shown_and_narrow_cells_share_a_number() -> None:
    ax = traffic_light(treated(), days=(-1, 30))  # the run begins on day 0
    assert ax.get_xlim() == (0.0, 30.0)
    assert len(with_gid(ax.texts, f"{NUMBER}icans_grade")) == 30
    narrow = traffic_light(cs.simulate(TOXIC, until=90), days=(0, 90))
    assert [text.get_text() for text in with_gid(narrow.texts, f"{NUMBER}icans_grade")] == ["0", "1", "0"]


def test_numbers_are_left_out_if_they_are_not_wanted() -> None:
    assert with_gid(traffic_light(treated(), label=False).texts, NUMBER) == []


def test_temperature_says_its_highest_and_fever_is_shaded() -> None:
    ax = drawn()
    (curve,) = with_gid(ax.lines, "vital:temperature")
    t, height = course(curve)
    assert t[height.argmax()] == pytest.approx(5.0, abs=0.1)
    assert "up to 40 °C" in [text.get_text() for text in ax.texts]
    assert len(with_gid(ax.collections, "fever")) == 1
    cool = traffic_light(cs.simulate(TOXIC.with_values(high=0.5), until=20))
    assert with_gid(cool.collections, "fever") == []


def test_what_was_given_has_a_row_with_its_doses_and_the_rest_is_named_below() -> None:
    ax = drawn()
    (signs,) = with_gid(ax.lines, f"{GIVEN}tocilizumab")
    assert course(signs)[0].tolist() == [4.0, 4.5]
    named = [tick.get_text() for tick in ax.get_yticklabels()]
    assert named == ["CRS grade", "ICANS grade", "temperature", "tocilizumab"]
    assert "2 doses" in [text.get_text() for text in ax.texts]
    assert small_words(ax).splitlines() == [
        "Not given: corticosteroid.",
        "Illustrative, not for clinical use.",
    ]


def test_a_grade_that_goes_on_beyond_what_is_shown_is_said() -> None:
    ax = traffic_light(treated(), days=(0, 9))
    assert "Beyond what is shown: ICANS lasts until day 10." in small_words(ax)
    assert "Beyond" not in small_words(drawn())


def test_the_heading_says_the_highest_grades_and_their_days() -> None:
    ax = drawn()
    assert ax.figure.get_suptitle() == "CRS up to grade 2 on day 4; ICANS up to grade 1 on day 8"
    calm = cs.simulate(TOXIC.with_values(high=0.5), until=6)
    assert traffic_light(calm).figure.get_suptitle() == "No CRS; no ICANS"
    assert traffic_light(calm, title="Mine").figure.get_suptitle() == "Mine"


def test_alt_text_has_grades_vital_signs_and_medicines() -> None:
    assert cs.plots.alt_text(drawn()) == (
        "CRS up to grade 2 on day 4; ICANS up to grade 1 on day 8. Grades day by day as coloured "
        "cells, day 0 to 14. CRS: grade 1 from day 3 to 4, grade 2 from day 4 to 6, grade 1 from day 6 to 7. "
        "ICANS: grade 1 from day 8 to 10. temperature: highest 40 °C on day 5. tocilizumab given on day "
        "4, 4.5. Not given: corticosteroid. Illustrative, not for clinical use."
    )


def test_patients_stand_in_rows_with_the_worst_on_top_and_are_counted() -> None:
    axes = rows()
    assert [tick.get_text() for tick in axes[0].get_yticklabels()] == ["4.5", "3", "1.5", "0.5"]
    shown = np.asarray(axes[0].collections[0].get_array()).reshape(4, -1)
    assert shown.max(axis=1).tolist() == [4, 2, 1, 0]
    assert axes[0].get_ylim() == (3.5, -0.5)
    counts = [text.get_text() for text in axes[0].get_legend().get_texts()]
    assert counts == ["0: 1", "1: 1", "2: 1", "3: 0", "4: 1"]
    assert [text.get_text() for text in axes[1].get_legend().get_texts()][:2] == ["0: 0", "1: 4"]
    assert axes[0].figure.get_suptitle().replace("\n", " ") == (
        "CRS in 3 of 4, grade 3 or more in 1; ICANS in 4 of 4, grade 3 or more in 0"
    )


def test_of_many_patients_an_even_sample_is_drawn_and_all_are_counted() -> None:
    axes = traffic_light(several(), most=2)
    assert len(axes[0].get_yticklabels()) == 2
    assert "2 of 4 patients, evenly picked" in small_words(axes[0])
    assert axes[0].get_legend().get_texts()[2].get_text() == "2: 1"


def test_the_first_dose_of_each_patient_is_marked_in_its_row() -> None:
    runs = cs.simulate({"a": TOXIC, "b": TREATED}, until=20)
    axes = traffic_light(runs)
    (signs,) = with_gid(axes[0].lines, "given:tocilizumab")
    named = [tick.get_text() for tick in axes[0].get_yticklabels()]
    assert course(signs)[0].tolist() == [4.0]
    assert named[int(course(signs)[1][0])] == "b"
    assert "first dose of tocilizumab (in 1 of 2)" in small_words(axes[0])


def test_rows_of_a_grid_have_their_values_and_long_labels_are_cut() -> None:
    grid = {f"high={h}, r={r}": TOXIC.with_values(high=h, r=r) for h in (1.5, 3.0) for r in (0.05, 0.06)}
    axes = traffic_light(cs.simulate(grid, until=15))
    assert axes[0].get_ylabel() == "high, r"
    assert axes[0].get_yticklabels()[0].get_text() == "3.0, 0.05"
    long = traffic_light(cs.simulate({"a label that is much too long": TOXIC, "b": TOXIC}, until=15))
    assert long[0].get_yticklabels()[0].get_text() == "a label that is mu…"


def test_failed_runs_are_mentioned() -> None:
    failed = cs.Ensemble(dict(several()), {"x": ModelError("no")})
    assert "1 of 5 runs failed" in small_words(traffic_light(failed)[0])


def test_a_given_axis_is_used_and_has_its_own_heading_and_small_words() -> None:
    _, ax = plt.subplots()
    assert traffic_light(treated(), ax=ax) is ax
    assert ax.get_title(loc="left").startswith("CRS up to grade 2")
    assert any("Illustrative" in text.get_text() for text in ax.texts)
    _, two = plt.subplots(1, 2)
    assert list(traffic_light(several(), ax=two)) == list(two)
    with pytest.raises(ModelError, match="there are 2 grades"):
        traffic_light(several(), ax=ax)


@pytest.mark.parametrize("for_", SIZES)
def test_no_text_overlaps_another_at_any_size(for_: str) -> None:
    ax = traffic_light(treated(), for_=for_)
    figure = ax.figure
    renderer = figure._get_renderer()
    texts: list[Any] = [*ax.texts, *ax.get_yticklabels(), *ax.get_xticklabels(), figure._suptitle]
    boxes = [t.get_window_extent(renderer) for t in texts if t.get_text() and t.get_visible()]
    for i, box in enumerate(boxes):
        assert figure.bbox.x0 - 1 <= box.x0
        assert box.x1 <= figure.bbox.x1 + 1
        assert not any(box.overlaps(other) for other in boxes[i + 1 :])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (TOXIC, "draws a run or an ensemble"),
        (cs.Ensemble({}), r"see \.failures"),
        (infused(), "needs the role 'crs_grade' or 'icans_grade', and 'patient' has neither"),
    ],
)
def test_what_has_no_grades_is_refused(wrong: Any, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        traffic_light(wrong)


def test_arguments_that_show_nothing_are_refused() -> None:
    with pytest.raises(ModelError, match="lies outside"):
        traffic_light(treated(), days=(40, 50))
    with pytest.raises(ModelError, match="whole number of rows"):
        traffic_light(several(), most=0)


def test_every_artist_of_a_grade_is_found_by_its_role() -> None:
    ax = drawn()
    assert {gid(cell) for cell in ax.patches} == {f"{CELL}crs_grade", f"{CELL}icans_grade"}
