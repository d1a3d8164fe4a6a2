"""Thin lines: every run is there, as one collection, and the median over them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import cartsim as cs
from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.plots.artists import corners, course, with_gid
from cartsim.plots.labels import labels_of
from cartsim.plots.spaghetti import opacity, spaghetti
from cartsim.plots.style import COLOURS
from cartsim.solving.ensemble import Ensemble

from .test_fan import bundle, half_extinct, lines


def test_every_run_is_a_line_of_one_collection_with_its_own_values() -> None:
    values = lines(12)
    (threads,) = with_gid(spaghetti(bundle(values)).collections, "runs:")
    segments = threads.get_segments()
    np.testing.assert_allclose([segment[:, 1] for segment in segments], values)
    np.testing.assert_allclose([segment[:, 0] for segment in segments], [np.arange(5)] * 12)


def test_the_median_lies_over_the_lines_and_is_named() -> None:
    ax = spaghetti(bundle(lines(12)))
    (line,) = with_gid(ax.lines, "curve:")
    np.testing.assert_allclose(course(line)[1], np.median(lines(12), axis=0))
    (threads,) = with_gid(ax.collections, "runs:")
    assert line.get_zorder() > threads.get_zorder()
    assert line.get_linewidth() > 2 * threads.get_linewidth()[0]
    assert [note.get_text() for note in labels_of(ax)] == ["median of 12 runs"]


def test_a_single_run_is_its_own_median() -> None:
    ax = spaghetti(bundle(lines(1)))
    assert [note.get_text() for note in labels_of(ax)] == ["median of 1 run"]


def test_the_more_runs_the_paler_is_each() -> None:
    shades = [opacity(n) for n in (1, 10, 100, 1000, 100_000)]
    assert shades == sorted(shades, reverse=True)
    assert shades[1] > shades[2] > shades[3]
    assert shades[-1] > 0.02
    assert shades[0] < 1.0
    drawn = [with_gid(spaghetti(bundle(lines(n))).collections, "runs:")[0].get_alpha() for n in (10, 100)]
    assert drawn == [opacity(10), opacity(100)]


def test_extinct_runs_go_on_in_the_strip_under_one_cell() -> None:
    ax = spaghetti(bundle(half_extinct()))
    (threads,) = with_gid(ax.collections, "runs:")
    ends = np.array([segment[-1, 1] for segment in threads.get_segments()])
    assert (ends < 1.0).sum() == 6
    assert (ends > ax.get_ylim()[0]).all()
    assert ends.max() == pytest.approx(1e9)


def test_a_value_that_is_none_interrupts_the_line_and_the_median_does_without_it() -> None:
    values = np.array([[1.0, np.nan, 3.0], [2.0, 4.0, 5.0], [9.0, 8.0, np.inf]])
    ax = spaghetti(bundle(values))
    np.testing.assert_allclose(course(with_gid(ax.lines, "curve:")[0])[1], [2, 6, 4])
    (threads,) = with_gid(ax.collections, "runs:")
    drawn = [corners(path)[:, 1] for path in threads.get_paths()]
    np.testing.assert_allclose(drawn, np.where(np.isfinite(values), values, np.nan))


def test_arms_have_a_colour_each() -> None:
    ax = spaghetti({"low": bundle(lines(5)), "high": bundle(2 * lines(7), failed=2)})
    assert [len(threads.get_segments()) for threads in with_gid(ax.collections, "runs:")] == [5, 7]
    assert [line.get_color() for line in with_gid(ax.lines, "curve:")] == list(COLOURS[:2])
    assert [note.get_text() for note in with_gid(ax.texts, "runs-note")] == [
        "thick lines: medians; 2 of 14 runs failed"
    ]


@pytest.mark.slow
def test_a_thousand_runs_make_a_small_svg(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    walks = 1e6 * np.exp(np.cumsum(0.1 * rng.standard_normal((1000, 200)), axis=1))
    path = tmp_path / "many.svg"
    cs.plots.save(spaghetti(bundle(walks)), path)
    # as 200,000 corners of about 15 characters each it would be 3 MB
    assert 10_000 < path.stat().st_size < 1_000_000
    assert "median of 1,000 runs" in path.read_text(encoding="utf-8")


def test_few_runs_stay_lines_in_an_svg(tmp_path: Path) -> None:
    path = tmp_path / "few.svg"
    cs.plots.save(spaghetti(bundle(lines(12))), path)
    assert "<image" not in path.read_text(encoding="utf-8")


def test_the_figure_can_be_saved_at_another_size_and_is_as_before(tmp_path: Path) -> None:
    ax = spaghetti(bundle(lines(12)))
    (threads,) = with_gid(ax.collections, "runs:")
    before = list(threads.get_linewidth())
    cs.plots.save(ax, tmp_path / "print.png", for_="print")
    assert threads.get_linewidth() == pytest.approx(before)


def test_an_empty_ensemble_and_an_unknown_name_are_refused() -> None:
    with pytest.raises(ModelError, match="no finished run to draw"):
        spaghetti(Ensemble({}))
    with pytest.raises(UnknownNameError, match="did you mean 'tumour'"):
        spaghetti(bundle(lines(2)), "tumor")
    with pytest.raises(ModelError, match="spaghetti draws an Ensemble"):
        spaghetti(None)  # type: ignore[arg-type]
