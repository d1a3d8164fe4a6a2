"""Every picture of a patient says that it is not for clinical use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

import cartsim as cs
from cartsim.plots.artists import figure_of
from cartsim.plots.caution import CAUTION
from cartsim.solving.ensemble import Ensemble
from tests.plots.toxic import toxic


def said(drawn: Any) -> str:
    """Every word on the figure."""
    figure = drawn if isinstance(drawn, Figure) else figure_of(np.ravel(np.asarray(drawn, dtype=object))[0])
    return "\n".join(text.get_text() for text in figure.findobj(lambda part: hasattr(part, "get_text")))


@pytest.fixture(scope="module")
def runs() -> Ensemble:
    return toxic(39.0, 40.0, 38.5)


PICTURES: dict[str, Callable[[Ensemble], Any]] = {
    "plot": lambda runs: cs.plot(runs[runs.labels[0]]),
    "plot of several": lambda runs: cs.plot(runs, "temperature"),
    "spaghetti": lambda runs: cs.plots.spaghetti(runs, "temperature"),
    "fan": lambda runs: cs.plots.fan(runs, "temperature"),
    "distribution": lambda runs: cs.plots.distribution(runs, "temperature_peak"),
    "survival": lambda runs: cs.plots.survival(runs, read="crs_onset"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_a_patient_says_that_it_is_not_for_clinical_use(name: str, runs: Ensemble) -> None:
    assert CAUTION in said(PICTURES[name](runs)).replace("\n", " ")


def test_a_picture_of_a_published_model_does_not_say_so() -> None:
    assert CAUTION not in said(cs.plot(cs.simulate(cs.models.barros_2021, until=5)))
