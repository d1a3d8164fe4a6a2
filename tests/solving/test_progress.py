"""Progress is shown where somebody looks, with tqdm or as a plain line, and never elsewhere."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import pytest

import cartsim as cs
from cartsim.solving import progress
from cartsim.solving.progress import Progress

MODEL = cs.Model(
    "loss", species={"A": 1.0}, parameters={"k": 1.0}, processes={"loss": cs.Process("A ->", "k*A")}
)
FEW = {f"k={k}": MODEL.with_values(k=k) for k in range(1, 40)}


@pytest.fixture
def no_tqdm(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("tqdm"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)


@pytest.mark.usefixtures("no_tqdm")
def test_a_plain_line_counts_the_runs(capsys: pytest.CaptureFixture[str]) -> None:
    cs.simulate(FEW, 1.0, progress=True)
    shown = capsys.readouterr().err
    assert shown.startswith("\r")
    assert "39 of 39 runs" in shown.split("\r")[-1]
    assert shown.endswith("\n")


def test_with_tqdm_there_is_its_bar(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    with Progress(10, True) as shown:
        shown.add(4)
    assert "4/10" in capsys.readouterr().err


def test_nothing_is_shown_where_the_output_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    cs.simulate(FEW, 1.0)
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("no_tqdm")
def test_at_a_terminal_it_waits_a_second_and_then_shows(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Progress(2, None) as shown:
        shown.add(1)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    with Progress(2, None) as shown:
        shown.add(2)
    assert "2 of 2 runs" in capsys.readouterr().err
    with Progress(2, False) as shown:
        shown.add(2)
    assert capsys.readouterr().err == ""
