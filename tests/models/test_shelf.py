"""The shelf: names, table, and how a model is reached."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import cartsim as cs
from cartsim.models import INDEX


@pytest.mark.parametrize("name", INDEX)
def test_a_model_is_reached_by_the_name_of_its_file(name: str) -> None:
    model = getattr(cs.models, name)
    assert isinstance(model, cs.Model)
    assert model.name == name
    assert importlib.import_module(f"cartsim.models.{name}").model is model
    assert getattr(cs.models, name) is model


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if i else []) for i, name in enumerate(INDEX)]
)
def test_importing_the_file_first_does_not_hide_the_model(name: str) -> None:
    code = f"import cartsim.models.{name}, cartsim as cs; assert isinstance(cs.models.{name}, cs.Model)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_a_misspelt_model_is_answered_with_the_right_one() -> None:
    with pytest.raises(AttributeError, match="did you mean 'barros_2021'"):
        cs.models.baros_2021  # noqa: B018


def test_the_table_has_a_row_for_every_model() -> None:
    rows = cs.models.table()
    assert [row.name for row in rows] == list(INDEX)
    for row in rows:
        assert row.title
        assert row.doi.startswith("10.")
        assert row.confidence
        assert row.species == len(getattr(cs.models, row.name).species)
        assert row.name in str(rows)
        assert row.doi in rows._repr_html_()


def test_the_table_can_be_cut_and_counted() -> None:
    rows = cs.models.table()
    assert len(rows[:2]) == 2
    assert rows[0] in rows


def test_every_file_of_the_folder_is_in_the_index() -> None:
    from pathlib import Path

    folder = Path(importlib.import_module("cartsim.models.table").__file__ or "").parent
    files = {path.stem for path in folder.glob("*_[0-9][0-9][0-9][0-9].py")}
    assert files == set(INDEX)
