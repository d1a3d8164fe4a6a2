"""The picture that moves: what is drawn of the run that is shown, what stays, and its pixels."""

from __future__ import annotations

import io

import matplotlib.image
import numpy as np
import pytest

import cartsim as cs
from cartsim.language.model import Model
from cartsim.plots.artists import with_gid
from cartsim.plots.live import LivePicture
from cartsim.plots.live_pixels import png_of

MOUSE = cs.models.barros_2021.variant("single_2e6")
RUN = cs.simulate(MOUSE, until=100)
OTHER = cs.simulate(MOUSE.with_values(T=3e6, gamma=3e-6), until=100)


def line_of(picture: LivePicture, gid: str) -> tuple[np.ndarray, np.ndarray]:
    (line,) = [
        found for axis in picture.axes for found in with_gid(axis.ax.lines, gid) if found.get_gid() == gid
    ]
    return np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)


def pixels(picture: LivePicture) -> np.ndarray:
    return matplotlib.image.imread(io.BytesIO(picture.png()))


def test_another_run_moves_the_curves_to_its_values() -> None:
    picture = LivePicture(RUN)
    picture.show(OTHER)
    for role in ("tumour", "car_t"):
        t, y = line_of(picture, f"curve:{role}")
        known = np.isfinite(y) & np.isin(t, OTHER.t)
        assert known.sum() > 100
        at_twice = np.isin(t, [one.at for one in MOUSE.events])  # an event has two rows
        expected = np.interp(t[known & ~at_twice], OTHER.t, OTHER[role])
        np.testing.assert_allclose(y[known & ~at_twice], expected)


@pytest.mark.slow
def test_the_pixels_are_those_of_a_picture_drawn_anew() -> None:
    moved, fresh = LivePicture(RUN), LivePicture(OTHER)
    moved.png()
    moved.show(OTHER)
    assert moved.axes[0].scale == fresh.axes[0].scale
    assert not np.array_equal(pixels(moved), pixels(LivePicture(RUN)))
    np.testing.assert_array_equal(pixels(moved), pixels(fresh))


def test_small_moves_do_not_draw_the_axes_again_and_large_ones_do() -> None:
    picture = LivePicture(RUN, log=False)
    picture.paint()
    for burden in (2.05e6, 2.1e6, 2.15e6):
        picture.show(cs.simulate(MOUSE.with_values(T=burden), until=100))
        picture.paint()
    assert picture.redraws == 1
    picture.show(cs.simulate(MOUSE.with_values(T=2e8), until=100))
    picture.paint()
    assert picture.redraws == 2


def test_a_dose_that_moves_takes_its_mark_and_words_along() -> None:
    picture = LivePicture(RUN)
    picture.paint()
    assert "2×10⁶ CAR-T cells" in [text.get_text() for text in picture.axes[0].ax.texts]
    later = MOUSE.without_events().with_events(cs.Dose(1e6, into="C_T", at=43))
    picture.show(cs.simulate(later, until=100))
    picture.paint()
    ax = picture.axes[0].ax
    assert [line.get_xdata()[0] for line in with_gid(ax.lines, "event:dose")] == [43]
    assert "10⁶ CAR-T cells" in [text.get_text() for text in ax.texts]
    assert picture.redraws == 1


def test_a_population_that_dies_out_has_its_circle_and_a_living_one_has_none() -> None:
    picture = LivePicture(RUN)
    assert line_of(picture, "extinction:tumour")[0] == pytest.approx(
        [o.time for o in RUN.occurrences if o.kind == "extinction" and o.name == "T"]
    )
    picture.show(cs.simulate(MOUSE.without_events(), until=100))
    assert not with_gid(picture.axes[0].ax.lines, "extinction:tumour")
    assert not any(curve.died_words.get_visible() for curve in picture.axes[0].curves)


def test_pinned_runs_stay_behind_and_go_again() -> None:
    picture = LivePicture(RUN)
    picture.set_pins({"A": RUN, "B": OTHER})
    before = line_of(picture, "curve:tumour-A")[1].copy()
    picture.show(OTHER)
    np.testing.assert_array_equal(line_of(picture, "curve:tumour-A")[1], before)
    assert {text.get_text() for text in with_gid(picture.axes[0].ax.texts, "pin:")} == {"A", "B"}
    assert "pinned as A" in picture.alt_text()
    picture.set_pins({})
    assert "pinned" not in picture.alt_text()


def test_a_pinned_run_that_is_higher_widens_the_axis() -> None:
    picture = LivePicture(RUN, log=False)
    high = cs.simulate(MOUSE.without_events(), until=100)
    picture.set_pins({"A": high})
    assert picture.axes[0].ax.get_ylim()[1] >= high["tumour"].max()


def test_logarithmic_and_linear_axes_hold_the_same_values() -> None:
    picture = LivePicture(RUN)
    assert picture.axes[0].ax.get_yscale() == "log"
    picture.set_log(False)
    assert picture.axes[0].ax.get_yscale() == "linear"
    _, y = line_of(picture, "curve:tumour")
    np.testing.assert_array_equal(y, RUN["tumour"])
    picture.set_log(None)
    assert picture.axes[0].ax.get_yscale() == "log"


@pytest.mark.slow
def test_each_unit_has_its_axis_and_names_do_not_overlap() -> None:
    model = Model(
        "two",
        species={"A": cs.Species(2.0, "cell"), "B": cs.Species(2.0, "cell"), "Z": cs.Species(1.0, "mg")},
    )
    picture = LivePicture(cs.simulate(model, until=5), ["A", "B", "Z"])
    assert len(picture.axes) == 2
    renderer = picture.canvas.get_renderer()
    first, second = (curve.name.get_window_extent(renderer) for curve in picture.axes[0].curves)
    assert not first.overlaps(second)


def test_a_misspelt_curve_is_answered_with_the_nearest() -> None:
    with pytest.raises(cs.UnknownNameError, match="tumour"):
        LivePicture(RUN, ["tumuor"])


def test_the_file_holds_the_pixels() -> None:
    colours = np.random.default_rng(1).integers(0, 256, (13, 7, 4), dtype=np.uint8)
    read = matplotlib.image.imread(io.BytesIO(png_of(colours)))
    np.testing.assert_array_equal((255 * read).round().astype(np.uint8), colours[:, :, :3])


def test_a_picture_changes_no_settings_and_follows_none() -> None:
    import matplotlib

    usual = LivePicture(RUN).png()
    before = dict(matplotlib.rcParams)
    with matplotlib.rc_context({"font.size": 30.0, "lines.linewidth": 9.0}):
        picture = LivePicture(RUN)
        assert picture.png() == usual
    assert dict(matplotlib.rcParams) == before


def test_what_lies_long_before_day_0_is_left_out() -> None:
    model = Model("early", species={"A": cs.Species(1.0, "cell")}, start=-40.0)
    assert LivePicture(cs.simulate(model, until=30)).axes[0].ax.get_xlim() == (-10.0, 30.0)
