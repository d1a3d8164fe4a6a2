"""Alt text: true sentences about what is drawn."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest

import cartsim as cs

from .cases import arms, growth, infused, treated


def test_a_rising_curve_is_told_from_its_first_value_to_its_last() -> None:
    assert cs.plots.alt_text(cs.plot(growth())) == (
        "Line chart of tumour cells against time (day), 0 to 5. tumour cells: rising from 10 to 1,480."
    )


def test_peaks_extinctions_and_events_are_told() -> None:
    run = treated()
    died = next(o.time for o in run.occurrences if o.kind == "extinction")
    text = cs.plots.alt_text(cs.plot(run, title="One patient"))
    assert text.startswith("One patient. Line chart of number of cells (logarithmic axis)")
    assert "CAR-T cells: from below one cell, a peak of 1.97 billion at day 0.5" in text
    assert f"to below one cell (died out at day {died:.3g})" in text
    assert "infusion of 2 billion CAR-T cells at day 0" in text
    assert "dose of 560 mg tocilizumab at day 2 and 3" in text
    assert "change g times 0.5 at day 20" in text


def test_no_power_of_ten_is_left_to_be_read_as_a_plain_number() -> None:
    text = cs.plots.alt_text(cs.plot(treated(), ["car_t", "il6"]))
    assert "2 panels" in text
    assert not set("⁰¹²³⁴⁵⁶⁷⁸⁹×") & set(text)


def test_gains_and_losses_are_told_by_size() -> None:
    text = cs.plots.alt_text(cs.plots.fluxes(infused(), "C", log=False))
    assert "Gains, largest first: infusion, antigen-driven expansion." in text
    assert "Losses, largest first: contraction." in text


def test_data_are_told() -> None:
    text = cs.plots.alt_text(cs.plots.data(cs.datasets.load("zuma1_moffitt_car_per_uL")))
    assert "4 points (ZUMA-1: median and quartiles): from 27.5 at 7 to 0.1 at 90." in text


def test_many_curves_are_told_together() -> None:
    runs = arms(8)
    text = cs.plots.alt_text(cs.plot(runs, "car_t"))
    assert "8 curves: " in text
    assert text.count("a peak of") == 0
    assert all(label in text for label in runs.labels)


def test_a_figure_and_its_axis_have_the_same_text() -> None:
    ax = cs.plot(growth())
    assert cs.plots.alt_text(ax) == cs.plots.alt_text(ax.figure)


@pytest.mark.parametrize("make", [plt.figure, lambda: plt.subplots()[0]])
def test_an_empty_figure_is_said_to_be_empty(make: object) -> None:
    assert cs.plots.alt_text(make()) == "An empty figure."  # type: ignore[operator]
