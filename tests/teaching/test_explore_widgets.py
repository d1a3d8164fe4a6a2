"""The sliders, without a browser: a widget's value moves the curve, and the other way round."""

from __future__ import annotations

import base64
import builtins
from typing import Any

import numpy as np
import pytest

import cartsim as cs
from cartsim.teaching import explore_shown
from cartsim.teaching.explore import explore

MOUSE = cs.models.barros_2021.variant("single_2e6")
pytest.importorskip("ipywidgets")


@pytest.fixture
def view() -> Any:
    from cartsim.teaching.explore_view import View

    return View(explore(MOUSE, until=60))


def test_a_slider_moves_the_curve_and_its_field_and_sends_other_pixels(view: Any) -> None:
    before, row = view.image.value, view.groups.rows["dose"]
    row.slider.value = 123456.0
    assert view.explorer.model.events[0].amount == 123000.0  # round, as a slider gives it
    assert row.field.value == "123000"
    assert bytes(view.image.value) == view.explorer.picture.png() != bytes(before)


@pytest.mark.slow
def test_a_number_can_be_typed_also_beyond_the_slider(view: Any) -> None:
    row = view.groups.rows["dose"]
    row.field.value = "3e9"
    assert view.explorer.values["dose"] == 3e9
    assert row.slider.value == pytest.approx(row.control.high)


def test_what_is_not_a_number_is_refused_in_a_sentence_and_goes_back(view: Any) -> None:
    row = view.groups.rows["dose"]
    for wrong in ("many", "-5"):
        row.field.value = wrong
        assert 'role="alert"' in view.said.value
        assert view.explorer.moved == {}
        assert float(row.field.value) == 2e6
    row.field.value = "1e6"
    assert view.said.value == ""


@pytest.mark.slow
def test_a_browser_that_puts_a_slider_on_its_nearest_step_moves_nothing(view: Any) -> None:
    row = view.groups.rows["gamma"] if "gamma" in view.groups.rows else view.groups.rows["dose"]
    row.slider.value = row.control.at(row.control.fraction(row.control.value) + 0.4 / 200)
    assert view.explorer.moved == {}


@pytest.mark.slow
def test_moves_by_name_are_followed_by_the_sliders(view: Any) -> None:
    view.explorer.set(dose=5e5)
    assert view.groups.rows["dose"].slider.value == pytest.approx(5e5)
    assert view.groups.rows["dose"].field.value == "500000"
    view.reset.click()
    assert view.explorer.moved == {}
    assert view.groups.rows["dose"].slider.value == pytest.approx(2e6)


@pytest.mark.slow
def test_pin_and_unpin_are_buttons_and_the_table_compares(view: Any) -> None:
    view.pin.click()
    view.groups.rows["dose"].slider.value = 2e5
    assert len(view.pinned.children) == 1
    assert "pinned A" in view.table.value
    words, unpin = view.pinned.children[0].children
    assert "as given" in words.value
    unpin.click()
    assert view.pinned.children == ()
    assert view.explorer.pins == []


@pytest.mark.slow
def test_presets_scale_and_end_are_chosen(view: Any) -> None:
    label = list(view.explorer.models)[1]
    view.preset.value = label
    assert view.explorer.model is view.explorer.models[label]
    view.scale.value = "linear"
    assert view.explorer.picture.axes[0].ax.get_yscale() == "linear"
    view.until.value = "50"
    assert view.explorer.until == 50.0
    view.until.value = "soon"
    assert "not a number" in view.said.value


@pytest.mark.slow
def test_groups_are_made_when_they_are_opened_and_curves_are_ticked(view: Any) -> None:
    closed = [section for section in view.groups.sections if section.selected_index is None]
    before = len(view.groups.rows)
    for section in closed:
        section.selected_index = 0
    assert len(view.groups.rows) == len(view.explorer.controls) >= before
    view.curves.section.selected_index = 0
    view.curves.boxes["car_t"].value = False
    assert view.explorer.names == ("tumour",)
    view.curves.boxes["tumour"].value = False  # the last one stays
    assert view.curves.boxes["tumour"].value
    assert view.explorer.names == ("tumour",)


@pytest.mark.slow
def test_every_slider_says_what_it_means(view: Any) -> None:
    for row in view.groups.rows.values():
        assert row.control.label in row.slider.description
        assert row.control.name in row.slider.tooltip
        assert row.slider.continuous_update
    assert "tumour cells" in view.alt.value


@pytest.mark.slow
def test_a_slider_that_is_not_live_waits_for_its_release() -> None:
    from cartsim.teaching.explore_view import View

    rows = View(explore(MOUSE, until=60, live=False)).groups.rows
    assert not rows["dose"].slider.continuous_update


@pytest.mark.slow
def test_in_a_kernel_the_sliders_come_with_a_picture_for_viewers_without(monkeypatch: Any) -> None:
    monkeypatch.setattr(explore_shown, "_in_kernel", lambda: True)
    explorer = explore(MOUSE, until=60)
    bundle = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    still = base64.b64decode(bundle["image/png"])
    assert still.startswith(b"\x89PNG")
    assert still != explorer.picture.png()  # it says that it is only a picture
    assert "Explorer of barros_2021" in bundle["text/plain"]


def test_without_a_kernel_the_picture_says_so() -> None:
    explorer = explore(MOUSE, until=60)
    bundle = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" not in bundle
    assert "running Python kernel" in bundle["text/html"]
    assert 'alt="Line chart' in bundle["text/html"]
    assert "running Python kernel" in repr(explorer)


@pytest.mark.slow
def test_without_ipywidgets_the_sentence_names_the_extra(monkeypatch: Any) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("ipywidgets"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(explore_shown, "_in_kernel", lambda: True)
    monkeypatch.setattr(builtins, "__import__", without)
    explorer = explore(MOUSE, until=60)
    assert 'pip install "cartsim[notebook]"' in explorer._repr_mimebundle_()["text/plain"]
    monkeypatch.delitem(__import__("sys").modules, "cartsim.teaching.explore_view", raising=False)
    with pytest.raises(cs.MissingExtraError, match="notebook"):
        _ = explorer.widget


@pytest.mark.slow
def test_the_read_outs_wait_for_a_pause_where_there_is_a_loop(view: Any) -> None:
    import asyncio

    async def drag() -> tuple[str, str, str]:
        before = view.table.value
        for dose in np.geomspace(1e4, 1e6, 3):
            view.groups.rows["dose"].slider.value = dose
        during = view.table.value
        await asyncio.sleep(0.4)
        return before, during, view.table.value

    before, during, after = asyncio.run(drag())
    assert before == during != after
