"""Limits that keep still: round, and changed only where a curve asks for it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartsim.plots.live_scale import steady, still_fits
from cartsim.plots.scales import Scale

numbers = st.floats(1e-3, 1e13)


@given(numbers, numbers)
def test_round_limits_hold_every_value(low: float, high: float) -> None:
    values = np.array([low, high])
    for log in (None, False, True):
        if log and max(low, high) <= 10.0:
            continue  # nothing above one cell
        scale = steady([values], "cell", log)
        shown = scale.shown(values)
        assert (scale.low <= shown).all()
        assert (shown <= scale.high).all()


@given(numbers)
def test_a_logarithmic_axis_ends_at_a_power_of_ten(top: float) -> None:
    scale = steady([np.array([top * 1e-5, top])], "pg/mL", True)
    exponent = math.log10(scale.high)
    assert exponent == pytest.approx(round(exponent))


def test_a_logarithmic_axis_of_nothing_is_an_axis_still() -> None:
    scale = steady([np.zeros(3)], "cell", True)
    assert scale.log
    assert scale.low < scale.nothing < scale.high


def test_an_axis_stays_while_the_curves_fit_and_fill_half_of_it() -> None:
    drawn = steady([np.array([0.0, 181.0])], "pg/mL", False)
    assert still_fits(drawn, steady([np.array([0.0, 120.0])], "pg/mL", False))
    assert not still_fits(drawn, steady([np.array([0.0, 30.0])], "pg/mL", False))
    assert not still_fits(drawn, steady([np.array([0.0, 260.0])], "pg/mL", False))
    assert not still_fits(drawn, Scale(True, 1.0, 200.0))
