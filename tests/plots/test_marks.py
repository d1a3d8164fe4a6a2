"""Events: every one is drawn, said once, and the extinct are where they died."""

from __future__ import annotations

import numpy as np
import pytest

import cartsim as cs
from cartsim.plots.annotate import TEXT
from cartsim.plots.artists import course, renderer_of, with_gid
from cartsim.plots.labels import box_of
from cartsim.plots.marks import extinctions, marks_of

from .cases import PATIENT, TREATED, arms, treated


def test_doses_are_arrows_and_lasting_events_spans_on_every_axis() -> None:
    axes = cs.plot(treated(), ["car_t", "il6"])
    for ax in axes:
        assert [course(line)[0][0] for line in with_gid(ax.lines, "event:dose")] == [2, 3]
        spans = with_gid(ax.patches, "event:")
        assert [span.get_gid() for span in spans] == ["event:infusion", "event:change"]
        edges = [span.get_path().transformed(span.get_patch_transform()).get_extents() for span in spans]
        np.testing.assert_allclose([(box.x0, box.x1) for box in edges], [(0, 0.5), (20, 26)])
    assert len(with_gid(axes[0].lines, "event-sign:dose")) == 2
    assert with_gid(axes[1].lines, "event-sign:dose") == []


def test_the_texts_of_events_say_what_was_given_and_equal_ones_are_said_once() -> None:
    texts = [text.get_text() for text in with_gid(cs.plot(treated()).texts, TEXT)]
    assert texts == ["2×10⁹ CAR-T cells", "2 × (560 mg tocilizumab)", "g × 0.5"]


@pytest.mark.parametrize("size", ["slide", "print"])
def test_the_texts_of_events_do_not_overlap(size: str) -> None:
    doses = [cs.Dose(10.0**i, into="C", at=i / 2) for i in range(4, 9)]
    ax = cs.plot(cs.simulate(PATIENT.with_events(*doses), until=40), for_=size)
    boxes = [box_of(note, renderer_of(ax)) for note in with_gid(ax.texts, TEXT) if note.get_visible()]
    assert len(boxes) == 5
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_a_rule_is_drawn_with_its_condition_and_what_it_gave() -> None:
    model = PATIENT.with_events(
        cs.Dose(2e9, into="C", at=0), cs.When("I >= 300", then=cs.Dose(560, into="D"), at_most=1)
    )
    ax = cs.plot(cs.simulate(model, until=20))
    texts = [text.get_text() for text in with_gid(ax.texts, TEXT)]
    assert "I ≥ 300" in texts
    assert "560 mg tocilizumab" in texts
    assert len(with_gid(ax.lines, "event-sign:rule")) == 1


@pytest.mark.parametrize(("change", "text"), [({"factor": 2.0}, "g × 2"), ({"to": 2.0}, "g = 2")])
def test_a_change_says_whether_it_multiplies_or_sets(change: dict[str, float], text: str) -> None:
    run = cs.simulate(PATIENT.with_events(cs.Change("g", start=2, **change)), until=5)
    (mark,) = marks_of([run])
    assert mark.text == text
    ax = cs.plot(run)
    (span,) = with_gid(ax.patches, "event:change")
    assert span.get_path().transformed(span.get_patch_transform()).get_extents().x1 == pytest.approx(5)


def test_an_extinction_is_an_open_circle_where_the_curve_ends() -> None:
    run = treated()
    (died,) = [o.time for o in run.occurrences if o.kind == "extinction"]
    ax = cs.plot(run)
    (circle,) = with_gid(ax.lines, "extinction:")
    (time,), (height,) = course(circle)
    assert time == died
    assert ax.get_ylim()[0] < height <= 1.001
    assert circle.get_markerfacecolor() == "white"
    assert [text.get_text() for text in with_gid(ax.texts, "extinction-text")] == ["died out"]


def test_only_what_is_zero_has_died_out() -> None:
    run = treated()
    assert len(extinctions(run, "tumour")) == len(extinctions(run, "T")) == 1
    assert extinctions(run, "C") == []
    assert extinctions(run, "killing") == []


def test_without_events_nothing_of_them_is_drawn() -> None:
    ax = cs.plot(treated(), events=False)
    drawn = [*ax.lines, *ax.patches, *ax.texts]
    assert with_gid(drawn, "event", "extinction") == []


def test_doses_that_differ_between_runs_are_one_arrow_without_an_amount() -> None:
    marks = marks_of(list(arms(3).values()))
    assert [(mark.start, mark.text) for mark in marks] == [(1.0, "CAR-T cells: doses differ")]


def test_the_log_of_a_run_is_all_drawn() -> None:
    run = cs.simulate(TREATED, until=40)
    logged = [o for o in run.occurrences if o.kind != "extinction"]
    assert len(marks_of([run])) == len(logged) == 4
    assert np.isfinite([mark.stop for mark in marks_of([run])]).all()
