"""The dashboard: panels by roles, lines that mean something, grades as bands, a line on what happened."""

from __future__ import annotations

import math
from dataclasses import replace

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

import cartsim as cs
from cartsim.plots.artists import course, gid, with_gid
from cartsim.plots.culture import of_the_culture
from cartsim.plots.dashboard import DAYS
from cartsim.plots.given import marks_in
from cartsim.plots.grade_colours import GRADE_COLOURS
from cartsim.plots.headline import headline
from cartsim.plots.strips import GRADE, NUMBER, grade_bands
from cartsim.plots.view import view_of
from cartsim.solving.trajectory import Trajectory

from .cases import PATIENT, growth, treated
from .crowded import faults

P, Q, S = cs.Parameter, cs.Process, cs.Species
FOOTER = "Illustrative, not for clinical use."


@pytest.fixture(scope="module")
def run() -> Trajectory:
    """A patient with leukaemia, given tocilizumab on day 6."""
    patient = cs.patients.b_all(product="4-1BB").with_events(cs.Dose(560, into="TOCI", at=6))
    return cs.simulate(patient, until=90)


@pytest.fixture(scope="module")
def shown(run: Trajectory) -> Figure:
    return cs.plots.dashboard(run, for_="print")


def labels(figure: Figure) -> list[str]:
    return [ax.get_ylabel().split("\n")[0] for ax in figure.axes]


def graded(onset: float = 2.0, top: float = 9.0) -> cs.Model:
    """A model that has grades and little else: 1 from `onset`, 3 from day 4 to 5, 0 from `top` on."""
    return cs.Model(
        "graded",
        species={"X": S(1.0, "1")},
        parameters={"k": P(0.0, "1/day"), "u": P(1.0, "1/day")},
        processes={"decay": Q("X ->", "k*X")},
        observables={
            "G": cs.Observable(f"step(u*t - {onset}) + 2*step(u*t - 4) - 2*step(u*t - 5) - step(u*t - {top})")
        },
        roles={"crs_grade": "G"},
    )


# ------------------------------------------------------------------ what is there


def test_a_patient_has_all_panels_over_the_same_days(shown: Figure) -> None:
    expected = ["CAR-T cells", "tumour cells", "cytokines", "temperature", "grade", "blood counts"]
    assert labels(shown) == expected
    assert {ax.get_xlim() for ax in shown.axes} == {DAYS}
    assert [bool(ax.get_xlabel()) for ax in shown.axes] == [False] * 5 + [True]


def test_the_curves_are_those_of_the_run(shown: Figure, run: Trajectory) -> None:
    inside = (run.t >= DAYS[0]) & (run.t <= DAYS[1])
    for line in [line for ax in shown.axes for line in with_gid(ax.lines, "curve:")]:
        role = gid(line).removeprefix("curve:")
        t, y = course(line)
        for day, value in list(zip(run.t[inside], run[role][inside], strict=True))[::37]:
            at = y[np.flatnonzero(t == day)]
            assert np.any(at == value) or np.isnan(at).any(), (role, day)


def test_panels_without_a_role_are_left_out() -> None:
    assert labels(cs.plots.dashboard(treated(), for_="print")) == ["CAR-T cells", "tumour cells", "cytokines"]
    assert labels(cs.plots.dashboard(cs.simulate(graded(), until=12), for_="print")) == ["grade"]


def test_a_published_model_with_some_of_the_roles_has_its_panels() -> None:
    run = cs.simulate(cs.models.hardiansyah_2019.variant("upn1"), until=60)
    shown = cs.plots.dashboard(run, for_="print")
    assert labels(shown) == ["CAR-T cells", "tumour cells", "cytokines"]
    assert shown.axes[0].get_xlim() == (0.0, 60.0)


def test_a_model_without_any_role_is_refused_in_a_sentence() -> None:
    with pytest.raises(cs.ModelError, match=r"'growth' has nothing for a dashboard: none of the roles car_t"):
        cs.plots.dashboard(growth())
    assert plt.get_fignums() == []


def test_several_runs_are_refused() -> None:
    runs = cs.simulate({"a": PATIENT, "b": PATIENT}, until=2)
    with pytest.raises(cs.ModelError, match="dashboard draws one run"):
        cs.plots.dashboard(runs)  # type: ignore[arg-type]


# ------------------------------------------------------------------ the days


def test_the_days_asked_for_are_shown_as_far_as_the_run_goes(run: Trajectory) -> None:
    late = PATIENT.with_events(cs.Dose(1e9, into="C", at=30))
    shown = cs.plots.dashboard(cs.simulate(late, until=60), days=(-20, 1000), for_="print")
    assert shown.axes[0].get_xlim() == (-20, 30)
    assert view_of(run, (-1, 12), DAYS, "test").t[[0, -1]].tolist() == [-1, 12]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((200, 300), r"the run goes from day −43 to day 90, counted from the first CAR-T infusion"),
        ((5, 5), "must end after it begins"),
        (5, "must be a pair such as"),
        ((0, math.nan), "the last of days="),
    ],
)
def test_wrong_days_are_refused(days: object, said: str, run: Trajectory) -> None:
    with pytest.raises(cs.ModelError, match=said):
        cs.plots.dashboard(run, days=days)  # type: ignore[arg-type]


def test_widened_days_go_by_square_roots_to_the_end_of_the_run_and_can_be_inverted() -> None:
    late = PATIENT.with_events(cs.Dose(1e9, into="C", at=30))
    ax = cs.plots.dashboard(cs.simulate(late, until=120), widened=True, for_="print").axes[-1]
    assert ax.get_xlim() == (-10.0, 90.0)
    assert "first weeks widened" in ax.get_xlabel()
    places = ax.transData.transform([[day, 1.0] for day in (0.0, 7.0, 14.0, 28.0, 35.0)])[:, 0]
    weeks = places[1] - places[0], places[2] - places[1], places[4] - places[3]
    assert weeks[0] > 1.3 * weeks[1] > 1.8 * weeks[2]
    assert ax.transData.inverted().transform([[places[1], 10.0]])[0, 0] == pytest.approx(7.0)


def test_the_days_count_from_the_infusion_whatever_unit_and_start_the_model_has() -> None:
    late = PATIENT.with_events(cs.Dose(1e9, into="C", at=30))
    ax = cs.plots.dashboard(cs.simulate(late, until=60), for_="print").axes[0]
    assert ax.get_xlim() == (-10.0, 30.0)
    (arrow,) = with_gid(ax.lines, "event:dose")
    assert course(arrow)[0][0] == 0.0


# ------------------------------------------------------------------ lines and scales


def test_the_tumour_stands_on_one_cell_and_has_the_limit_of_residual_disease(
    shown: Figure, run: Trajectory
) -> None:
    ax = shown.axes[1]
    (floor,) = with_gid(ax.lines, "floor")
    assert course(floor)[1].tolist() == [1.0, 1.0]
    assert "1 cell" in [tick.get_text() for tick in ax.get_yticklabels()]
    (limit,) = with_gid(ax.lines, "level:")
    assert course(limit)[1][0] == pytest.approx(1e-4 * np.interp(0.0, run.t, run["tumour"]), rel=1e-9)
    assert "MRD limit, 10⁻⁴ of day 0" in [note.get_text() for note in ax.texts]


def test_fever_and_five_hundred_neutrophils_are_lines(shown: Figure) -> None:
    (fever,) = with_gid(shown.axes[3].lines, "level:")
    assert course(fever)[1].tolist() == [38.0, 38.0]
    (neutropenia,) = with_gid(shown.axes[5].lines, "level:")
    assert course(neutropenia)[1].tolist() == [500.0, 500.0]
    assert "500" in [tick.get_text() for tick in shown.axes[5].get_yticklabels()]


def test_counts_in_different_units_are_shown_in_percent_of_their_beginning() -> None:
    model = cs.Model(
        "counts",
        species={"N": S(4000.0, "cell/uL"), "P": S(250.0, "1e9 cell/L")},
        parameters={"k": P(0.1, "1/day")},
        processes={"loss": Q("N ->", "k*N"), "fall": Q("P ->", "k*P")},
        roles={"neutrophils": "N", "platelets": "P"},
    )
    run = cs.simulate(model, until=30)
    (ax,) = cs.plots.dashboard(run, for_="print").axes
    assert "(%)" in ax.get_ylabel()
    for line in with_gid(ax.lines, "curve:"):
        assert course(line)[1][0] == 100.0
        assert course(line)[1][-1] == pytest.approx(100 * math.exp(-3.0), rel=1e-4)
    assert with_gid(ax.lines, "level:") == []


# ------------------------------------------------------------------ grades


def test_grades_are_bands_whose_ends_do_not_depend_on_the_output_times() -> None:
    for times in (None, np.linspace(0.0, 12.0, 9)):
        view = view_of(cs.simulate(graded(onset=2.3, top=9.1), until=12, at=times), None, (-10, 60), "test")
        bands = grade_bands(view, "crs_grade")
        assert [band.grade for band in bands] == [1, 3, 1]
        ends = [(band.start, band.stop) for band in bands]
        assert ends == [pytest.approx(pair, abs=1e-6) for pair in ((2.3, 4.0), (4.0, 5.0), (5.0, 9.1))]


def test_a_band_has_the_colour_of_its_grade_and_the_number_in_it() -> None:
    (ax,) = cs.plots.dashboard(cs.simulate(graded(), until=12), for_="print").axes
    bands = with_gid(ax.patches, GRADE)
    assert [matplotlib.colors.to_hex(band.get_facecolor()) for band in bands] == [
        GRADE_COLOURS[grade] for grade in (1, 3, 1)
    ]
    numbers = with_gid(ax.texts, NUMBER)
    assert [note.get_text() for note in numbers] == ["1", "3", "1"]
    assert [bool(note.get_visible()) for note in numbers] == [True, True, True]
    for band, note in zip(bands, numbers, strict=True):
        assert band.get_x() < note.get_position()[0] < band.get_x() + band.get_width()


def test_of_bands_too_narrow_for_their_number_the_highest_keeps_it() -> None:
    run = cs.simulate(graded(onset=3.9, top=300.0), until=400)
    (ax,) = cs.plots.dashboard(run, days=(0, 400), for_="print").axes
    visible = [note.get_text() for note in with_gid(ax.texts, NUMBER) if note.get_visible()]
    assert visible == ["3", "1"]


# ------------------------------------------------------------------ interventions


def test_interventions_stand_once_above_and_go_through_all_panels(shown: Figure) -> None:
    texts = [note.get_text() for note in with_gid(shown.axes[0].texts, "event-text:", "given:")]
    assert sorted(texts) == ["10⁸ CAR-T cells", "560 mg tocilizumab", "lymphodepletion"]
    assert all(not with_gid(ax.texts, "event-text:", "given:") for ax in shown.axes[1:])
    for ax in shown.axes:
        assert sorted(course(line)[0][0] for line in with_gid(ax.lines, "event:dose")) == [0.0, 6.0]
        (span,) = with_gid(ax.patches, "event:infusion")
        assert span.get_x() == -6.0


def test_what_is_done_to_the_culture_is_not_done_to_the_patient(run: Trajectory) -> None:
    assert of_the_culture(run.model) >= {"transducing", "growing", "harvesting", "thawing"}
    assert "p_E" not in of_the_culture(run.model)
    whole = marks_in(view_of(run, (-43, 90), (-10, 60), "test"))
    assert [mark.kind for mark in whole] == ["infusion", "dose", "dose"]


def test_a_change_of_the_patients_own_parameter_stays() -> None:
    changed = PATIENT.with_events(cs.Dose(1e9, into="C", at=0), cs.Change("g", factor=0.5, start=5, stop=9))
    (mark,) = [m for m in marks_in(view_of(cs.simulate(changed, until=20), None, DAYS, "test")) if m.lasts]
    assert (mark.start, mark.stop, mark.text) == (5.0, 9.0, "g × 0.5")


# ------------------------------------------------------------------ the headline, the footer, alt text


def test_the_headline_has_the_numbers_of_the_read_outs(run: Trajectory, shown: Figure) -> None:
    found, title = cs.readouts(run), shown.get_suptitle()
    words = {3.0: "Complete response by", 2.0: "Partial response by", 1.0: "Stable", 0.0: "The tumour grows"}
    assert title.startswith(words[found["best_response"].value])
    onset, lasts = found["crs_onset"].value, found["crs_duration"].value
    assert f"CRS grade {found['crs_max_grade'].value:.0f}, days {onset:.0f}–{onset + lasts:.0f}" in title
    assert "\n" not in title


def test_the_response_in_the_headline_is_on_the_day_the_tumour_passes_one_percent(run: Trajectory) -> None:
    clause = headline(view_of(run, None, DAYS, "test"))[0]
    day = int(clause.split("day ")[1])
    tumour = np.interp([0.0, day - 1.0, day], run.t, run["tumour"])
    assert tumour[2] <= 0.01 * tumour[0] < tumour[1]


def test_the_headline_tells_a_tumour_that_grows_on_and_a_patient_without_toxicity() -> None:
    patient = cs.simulate(cs.patients.glioblastoma(lymphodepletion=False, dose=1e6), until=60)
    clauses = headline(view_of(patient, None, DAYS, "test"))
    assert clauses == ["The tumour grows on", "no CRS", "no ICANS"]


@pytest.mark.slow
def test_a_headline_too_long_for_its_line_is_shortened_from_its_end(run: Trajectory) -> None:
    figure = cs.plots.dashboard(run, for_="slide")
    renderer = figure._get_renderer()  # type: ignore[attr-defined]
    assert figure._suptitle.get_window_extent(renderer).x1 < figure.bbox.x1  # type: ignore[attr-defined]
    assert "; ".join(headline(view_of(run, None, DAYS, "test"))).startswith(figure.get_suptitle())


def test_a_title_of_ones_own_takes_its_place() -> None:
    assert cs.plots.dashboard(treated(), title="My patient", for_="print").get_suptitle() == "My patient"


@pytest.mark.parametrize("model", [cs.models.hardiansyah_2019.variant("upn1"), replace(PATIENT, title="Toy")])
def test_the_footer_says_which_model_and_that_it_is_not_for_the_clinic(model: cs.Model) -> None:
    footer = cs.plots.dashboard(cs.simulate(model, until=10), for_="print").get_supxlabel()
    assert FOOTER in footer
    assert model.name in footer


def test_alt_text_tells_headline_curves_events_grades_and_lines(shown: Figure) -> None:
    words = cs.plots.alt_text(shown)
    assert words.startswith(shown.get_suptitle())
    assert "6 panels" in words
    assert "dose of 560 mg tocilizumab at day 6" in words
    assert "lymphodepletion" in words
    assert "CRS: grade 1 from day" in words
    assert "ICANS: " in words
    assert "fever (temperature)" in words
    assert words.endswith(FOOTER)
    assert "\n" not in words


# ------------------------------------------------------------------ how it looks


def test_no_text_overlaps_another_or_leaves_the_page(shown: Figure) -> None:
    assert faults(shown, "print") == []


@pytest.mark.slow
@pytest.mark.parametrize("size", ["slide", "print", "poster"])
@pytest.mark.parametrize("disease", ["b_all", "lymphoma", "myeloma", "glioblastoma", "neuroblastoma"])
def test_no_text_overlaps_another_for_any_preset_at_any_size(disease: str, size: str) -> None:
    patient = getattr(cs.patients, disease)().with_events(cs.Dose(560, into="tocilizumab", at=6))
    assert faults(cs.plots.dashboard(cs.simulate(patient, until=90), for_=size), size) == []


def test_curves_of_a_panel_differ_in_colour_and_in_line_style(shown: Figure) -> None:
    for ax in shown.axes:
        lines = with_gid(ax.lines, "curve:")
        assert len({line.get_color() for line in lines}) == len(lines)
        assert len({str(line.get_linestyle()) + str(line._dash_pattern) for line in lines}) == len(lines)


def test_the_settings_of_matplotlib_stay_as_they_were() -> None:
    before = dict(matplotlib.rcParams)
    cs.plots.dashboard(treated(), for_="print")
    assert dict(matplotlib.rcParams) == before


def test_an_unknown_size_is_refused_with_the_nearest() -> None:
    with pytest.raises(cs.UnknownNameError, match="did you mean 'print'"):
        cs.plots.dashboard(treated(), for_="prnt")
    assert plt.get_fignums() == []


@pytest.mark.slow
def test_it_is_saved_as_svg_with_its_texts_as_texts(shown: Figure, tmp_path: object) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "dashboard.svg"
    cs.plots.save(shown, file)
    assert "MRD limit" in file.read_text(encoding="utf-8")
