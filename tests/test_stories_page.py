"""The page of the sixteen stories: every piece of code on it runs, and is as short as it promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cartsim as cs

PAGE = (Path(__file__).resolve().parents[1] / "examples" / "sixteen_stories.md").read_text(encoding="utf-8")
STORIES = re.findall(
    r"^## (\d+)\. ([^\n]+)\n\n```python\n(.*?)^```\n\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL
)
FAST = {"5", "8", "14"}
"""The stories that are told in every test run; the others only in the slow one."""


def test_there_are_sixteen_of_four_lines_at_most_and_two_sentences() -> None:
    assert [int(number) for number, *_ in STORIES] == list(range(1, 17))
    for _, title, code, words in STORIES:
        assert 0 < len(code.splitlines()) <= 4, title
        assert len(re.findall(r"[.!?](?=\s|$)", words)) == 2, title
        assert "picture = " in code or "print(" in code, title
    assert "not for clinical use" in PAGE


@pytest.mark.parametrize(
    ("title", "code"),
    [
        pytest.param(title, code, id=number, marks=() if number in FAST else pytest.mark.slow)
        for number, title, code, _ in STORIES
    ],
)
def test_every_story_can_be_told(title: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {"cs": cs}
    exec(compile(code, title, "exec"), names)
    printed = capsys.readouterr().out
    assert ("print(" in code) == bool(printed.strip())
    assert ("picture = " in code) == ("picture" in names)
    assert "nan" not in printed
