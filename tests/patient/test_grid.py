"""Grids of patients: every combination, labels that say the place, and sentences for what is not possible."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.patient.grid import coordinates, grid
from cartsim.patient.presets import b_all


def test_every_combination_is_a_patient_with_its_own_label() -> None:
    patients = grid("b_all", dose=[1e6, 1e7], tumour_burden=np.array([1e9, 1e10, 1e11]))
    assert len(patients) == 6
    assert list(patients)[:3] == [
        "dose=1e+06, tumour_burden=1e+09",
        "dose=1e+06, tumour_burden=1e+10",
        "dose=1e+06, tumour_burden=1e+11",
    ]
    one = patients["dose=1e+07, tumour_burden=1e+10"]
    same = b_all(dose=1e7, tumour_burden=1e10)
    assert one.values == same.values
    assert one.events == same.events


def test_what_is_no_list_is_the_same_for_all() -> None:
    patients = grid("lymphoma", product=["CD28", "4-1BB"], split=(0.5, 0.5), lymphodepletion=False)
    assert list(patients) == ["product=CD28", "product=4-1BB"]
    for patient in patients.values():
        assert sum(getattr(event, "into", "") == "C_I" for event in patient.events) == 2
        assert not any(getattr(event, "into", "") == "FLU" for event in patient.events)


def test_a_label_gives_its_place_back() -> None:
    for label in grid("b_all", dose=[1e6, 2.5e7], lymphodepletion=[True, False]):
        place = coordinates(label)
        assert place is not None
        assert set(place) == {"dose", "lymphodepletion"}
    assert coordinates("dose=1e+06, lymphodepletion=True") == {"dose": "1e+06", "lymphodepletion": "True"}
    assert coordinates("dose=, x=1") is None


@pytest.mark.parametrize(
    ("keywords", "sentence"),
    [
        ({"dose": 1e8}, "no keyword is given as a list"),
        (
            {"dose": [1e7, 1e8], "weight": [60, 70], "culture_days": [9, 10]},
            "3 keywords are given as a list",
        ),
        ({"dose": []}, "the list of dose= is empty"),
        ({"dose": [1e6, 1e7, 1e6]}, "says '1e\\+06' twice"),
        ({"dose": [1e7, 1e30]}, r"dose=1e\+30 .* \(in the grid at dose=1e\+30\)"),
    ],
)
def test_what_makes_no_grid_is_refused_in_a_sentence(keywords: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        grid("b_all", **keywords)


def test_a_misspelt_keyword_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'dose'"):
        grid("b_all", dos=[1e7, 1e8])
