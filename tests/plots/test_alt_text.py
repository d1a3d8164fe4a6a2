"""Alt text: true sentences about what is drawn."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

import cartsim as cs
from cartsim.plots.chance import chance
from cartsim.plots.fan import fan
from cartsim.plots.spaghetti import spaghetti

from .cases import arms, growth, infused, treated
from .test_chance import walks
from .test_fan import bundle, half_extinct, lines


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


def test_a_fan_is_told_by_its_median_and_the_ends_of_its_bands() -> None:
    assert cs.plots.alt_text(fan(bundle(lines(), failed=4))) == (
        "Fan chart of tumour cells against time (day), 0 to 4. "
        "median of 21 runs: rising from 100 to 140. "
        "middle 90 % of runs: at day 4 (lowest 104, highest 176). "
        "middle 50 % of runs: at day 4 (lowest 120, highest 160). "
        "4 of 25 runs failed."
    )


def test_a_band_is_told_where_it_is_widest_too() -> None:
    narrowing = [[100, 50 + 10 * i, 100 + i] for i in range(11)]
    text = cs.plots.alt_text(fan(bundle(narrowing), quantiles=(0, 1)))
    assert "all runs: widest at day 1 (lowest 50, highest 150); at day 2 (lowest 100, highest 110)." in text


def test_what_is_below_the_floor_is_no_amount() -> None:
    text = cs.plots.alt_text(fan(bundle(half_extinct()), quantiles=(0.05, 0.95)))
    assert "middle 90 % of runs: at day 4 (lowest below one cell, highest 1 billion)." in text
    text = cs.plots.alt_text(spaghetti(bundle(half_extinct())))
    assert "10 thin lines; at their ends lowest below one cell, highest 1 billion." in text
    everyone = cs.plots.alt_text(spaghetti(bundle(half_extinct()[:6])))
    assert "6 thin lines; at their ends all below one cell." in everyone


def test_runs_and_bands_without_values_are_told_as_far_as_they_go() -> None:
    values = np.array([[1.0, 2.0, np.nan], [2.0, 4.0, np.nan], [np.nan, np.nan, np.nan], [3.0, 3.0, 7.0]])
    text = cs.plots.alt_text(spaghetti(bundle(values)))
    assert "4 thin lines; at their ends all 7." in text
    text = cs.plots.alt_text(fan(bundle(values[:2]), quantiles=(0, 1)))
    assert "all runs: at day 1 (lowest 2, highest 4)." in text


def test_the_share_that_died_out_is_told() -> None:
    ode, runs = walks()
    share = (runs.array("T")[:, -1] == 0).mean()
    assert f" {100 * share:.3g} % of 60 runs died out." in cs.plots.alt_text(chance(ode, runs))


def test_a_figure_and_its_axis_have_the_same_text() -> None:
    ax = cs.plot(growth())
    assert cs.plots.alt_text(ax) == cs.plots.alt_text(ax.figure)


@pytest.mark.parametrize("make", [plt.figure, lambda: plt.subplots()[0]])
def test_an_empty_figure_is_said_to_be_empty(make: object) -> None:
    assert cs.plots.alt_text(make()) == "An empty figure."  # type: ignore[operator]
