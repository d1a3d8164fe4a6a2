"""Animations: artists move with time, files hold every frame or say so, nothing comes from the network."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from PIL import Image

import cartsim as cs
from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.models import INDEX
from cartsim.plots.animate import animate
from cartsim.plots.animate_diagram import alive, animate_diagram, shares
from cartsim.plots.animation import Animation
from cartsim.plots.animation_page import controls
from cartsim.plots.artists import course, with_gid

from .cases import PATIENT, TREATED, infused, treated


@lru_cache
def moving() -> Animation:
    """Forty days of a treated patient in five frames."""
    return animate(treated(), seconds=0.5, fps=10)


@lru_cache
def moving_diagram() -> Animation:
    return animate_diagram(treated(), seconds=0.5, fps=10)


@lru_cache
def patient_run() -> cs.Trajectory:
    return cs.simulate(cs.patients.b_all(), until=30, at=np.linspace(-43, 30, 147))


def frames_in(path: Path) -> int:
    with Image.open(path) as film:
        return int(getattr(film, "n_frames", 1))


def artist(animation: Animation, gid: str) -> Any:
    """The one artist of that name."""
    (found,) = [a for a in animation.figure.findobj() if a.get_gid() == gid]
    return found


def test_a_curve_ends_at_the_time_of_the_frame_with_a_dot_at_its_end() -> None:
    run, animation = treated(), moving()
    animation.at(10.0)
    t, y = course(artist(animation, "curve:car_t"))
    assert t[-1] == 10.0
    assert y[-1] == pytest.approx(np.interp(10.0, run.t, run["car_t"]), rel=1e-2)
    assert course(artist(animation, "now:curve:car_t"))[0].tolist() == [10.0]
    animation.at(40.0)
    whole = course(artist(animation, "curve:car_t"))[0]
    assert (whole[0], whole[-1]) == (0.0, 40.0)


def test_the_counter_shows_the_time_and_the_frames_share_it_evenly() -> None:
    animation = moving()
    np.testing.assert_allclose(animation.times, [0, 10, 20, 30, 40])
    animation.at(20.0)
    assert artist(animation, "counter").get_text() == "day 20"


def test_what_is_given_lights_up_at_its_time_and_who_dies_out_is_marked_then() -> None:
    animation = moving()
    ax = animation.figure.axes[0]
    (change,) = with_gid(ax.texts, "event-text:change")
    (circle,) = with_gid(ax.lines, "extinction:")
    died = float(course(circle)[0][0])
    assert 10.0 < died < 40.0
    animation.at(0.0)
    assert change.get_alpha() < 0.5
    assert not circle.get_visible()
    animation.at(30.0)
    assert change.get_alpha() == 1.0
    assert circle.get_visible() == (died <= 30.0)
    animation.at(40.0)
    assert circle.get_visible()


def test_the_frames_move_artists_and_make_none() -> None:
    animation = moving()
    before = {id(a) for a in animation.figure.findobj()}
    for time in animation.times:
        animation.at(float(time))
    assert {id(a) for a in animation.figure.findobj()} == before


def test_a_gif_has_every_frame_and_holds_the_last(tmp_path: Path) -> None:
    file = tmp_path / "a.gif"
    moving().save(file)
    assert frames_in(file) == 5
    with Image.open(file) as film:
        lengths = []
        for frame in range(5):
            film.seek(frame)
            lengths.append(film.info["duration"])
        assert film.info["loop"] == 0
        assert film.convert("RGB").getpixel((2, 2)) == (255, 255, 255)
        assert 900 <= film.size[0] <= 1000
    assert lengths[:4] == [100] * 4
    assert lengths[4] == 1100


def test_a_page_holds_every_frame_works_without_network_and_has_alt_text(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    moving().save(file)
    page = file.read_text()
    assert len(re.findall(r"frames\[\d+\] = ", page)) == 5
    assert "http" not in re.sub(r"data:image/png;base64,[^\"]*", "", page)
    assert "<link" not in page
    assert 'class="fa' not in page
    assert f'alt="{moving().alt}"' in page
    assert page.count("aria-label=") >= 10
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.slow
def test_a_page_that_would_be_too_large_has_fewer_frames_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    moving().save(file, limit=0.2)
    page = file.read_text()
    frames = len(re.findall(r"frames\[\d+\] = ", page))
    assert 2 <= frames < 5
    assert f"{frames} of 5 frames" in page
    assert file.stat().st_size < 0.3 * 2**20


def test_frames_that_are_missing_from_a_page_are_an_error() -> None:
    with pytest.raises(RuntimeError, match="1 of 2 frames"):
        controls('<img id="_anim_img0a">frames[0] = "x"', "words", frames=2)


@pytest.mark.parametrize("name", ["a.mp4", "a.webm"])
def test_films_are_refused_with_the_reason(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"GIF or HTML.*mp4 needs ffmpeg, which cartsim does not use"):
        moving().save(tmp_path / name)
    with pytest.raises(ModelError, match=r"neither \.gif nor \.html$"):
        moving().save(tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"seconds": 0.0}, "0 frames"),
        ({"seconds": 1e4}, "2 to 1,000"),
        ({"until": 100}, "not in the run"),
        ({"start": 30, "until": 20}, "not in the run"),
    ],
)
def test_frames_that_cannot_be_are_refused(options: dict[str, float], words: str) -> None:
    with pytest.raises(ModelError, match=words):
        animate(treated(), **options)  # type: ignore[arg-type]


def test_settings_are_as_before() -> None:
    before = dict(matplotlib.rcParams)
    moving().at(3.0)
    assert dict(matplotlib.rcParams) == before


# ------------------------------------------------------------------ of the diagram


def test_the_arrow_of_the_largest_flux_is_widest_and_has_its_colour() -> None:
    animation, run = moving_diagram(), treated()
    wanted = cs.plots.colours_of(run.model)
    rates = {name: run[name] for name in ("killing", "growth", "expansion", "death")}
    at = {name: float(np.interp(10.0, run.t, values)) for name, values in rates.items()}
    animation.at(10.0)
    ax = animation.figure.axes[0]
    widths = {name: with_gid(ax.lines, f"flow:{name}")[0].get_linewidth() for name in rates}
    order = sorted(at, key=at.__getitem__)
    assert all(widths[low] <= widths[high] for low, high in pairwise(order))
    assert widths[order[0]] < 0.5 * widths[order[-1]]
    line = with_gid(ax.lines, f"flow:{order[-1]}")[0]
    assert np.abs(np.array(to_rgb(line.get_color())) - to_rgb(wanted[order[-1]])).max() < 0.5
    weak = with_gid(ax.lines, f"flow:{order[0]}")[0]
    assert to_hex(weak.get_color()) == "#dcdcdc"


def test_boxes_fill_with_the_logarithm_of_the_amount() -> None:
    animation, run = moving_diagram(), treated()
    most = max(run["C"].max(), run["T"].max())
    fill = artist(animation, "fill:T")
    box: Any = artist(animation, "box:T")
    animation.at(10.0)
    share = np.log(np.interp(10.0, run.t, run["T"])) / np.log(most)
    assert fill.get_height() / box.get_height() == pytest.approx(share, abs=0.02)
    animation.at(40.0)
    assert fill.get_height() == 0.0


def test_the_line_below_stands_at_the_time() -> None:
    animation = moving_diagram()
    animation.at(30.0)
    assert set(course(artist(animation, "now"))[0]) == {30.0}


def test_what_stays_at_zero_is_left_out() -> None:
    shown = alive(cs.simulate(PATIENT, until=5), None)
    assert "D" not in shown.species
    assert {arrow.process for arrow in shown.arrows} == {"growth", "release", "clearance"}
    with pytest.raises(ModelError, match="give a dose"):
        alive(cs.simulate(PATIENT, until=5), "D")


def test_shares_are_between_nothing_and_all() -> None:
    values = np.array([0.0, -1.0, np.nan, 1e9, 10.0])
    np.testing.assert_allclose(shares(values, 100.0, 1.0), [0, 0, 0, 1, 0.5])
    assert shares(values, 0.0, 0.0).tolist() == [0.0] * 5


def test_the_words_for_those_who_cannot_see_name_arrows_and_curves() -> None:
    assert moving_diagram().alt.startswith("Animation, day 0 to 40: arrows are as strong as the fluxes")
    assert "killing removes T, made faster by C." in moving_diagram().alt
    assert "Events: " in moving_diagram().alt
    assert moving().alt.startswith("Animation, day 0 to 40. Line chart of")


def test_it_refuses_several_runs_and_misspelt_names() -> None:
    with pytest.raises(ModelError, match="one run"):
        animate_diagram({"a": infused()})  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="did you mean 'tumour'"):
        animate_diagram(infused(), "tumor")


# ------------------------------------------------------------------ every model, and the files


@pytest.mark.slow
@pytest.mark.parametrize("name", INDEX)
def test_every_model_of_the_shelf_moves(name: str, tmp_path: Path) -> None:
    model = getattr(cs.models, name)
    if "infused" in model.roles:
        model = model.with_events(cs.Dose(1e6, into=model.roles["infused"], at=5))
    run = cs.simulate(model, until=30)
    for nth, animation in enumerate(
        (animate(run, seconds=0.4, fps=5), animate_diagram(run, seconds=0.4, fps=5))
    ):
        animation.save(tmp_path / f"{nth}.gif")
        assert frames_in(tmp_path / f"{nth}.gif") == 2
        plt.close(animation.figure)


@pytest.mark.slow
def test_a_patient_shows_tumour_and_car_t_cells_and_says_illustrative() -> None:
    run = patient_run()
    for animation in (animate(run, seconds=1, fps=5), animate_diagram(run, seconds=1, fps=5)):
        assert animation.times[0] == -10.0
        assert animation.alt.endswith("Illustrative, not for clinical use.")
        texts = " ".join(text.get_text() for text in animation.figure.findobj(matplotlib.text.Text))
        assert "Illustrative, not for clinical use." in texts
        assert "harvesting" not in texts
    assert set(alive(run, None).species) <= {"T_pos", "T_neg", "C_I", "C_E", "C_M", "C_X"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", [animate, animate_diagram])
def test_eight_seconds_at_the_size_of_a_slide_take_less_than_three_megabytes(
    kind: Any, tmp_path: Path
) -> None:
    kind(cs.simulate(TREATED, until=40)).save(tmp_path / "a.gif")
    assert (tmp_path / "a.gif").stat().st_size < 3e6
