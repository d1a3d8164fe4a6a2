"""``cartsim key``: both files, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from cartsim.cli import main
from cartsim.teaching import lessons

Captured = pytest.CaptureFixture[str]


def test_it_writes_the_key_and_the_rubric_into_a_new_folder(tmp_path: Path, capsys: Captured) -> None:
    folder = tmp_path / "for" / "me"
    assert main(["key", str(folder), "--topic", "units"]) == 0
    assert {path.name for path in folder.iterdir()} == {"key.md", "rubric.md"}
    assert (folder / "key.md").read_text("utf-8") == lessons.key(["units"])
    assert (folder / "rubric.md").read_text("utf-8") == lessons.rubric(["units"])
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("answers to 5 exercises: ")
    assert str(folder / "key.md") in said.out


def test_a_file_that_is_there_is_kept_unless_it_may_be_replaced(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "rubric.md").write_text("mine")
    assert main(["key", str(tmp_path), "--topic", "units"]) == 2
    assert "rubric.md is there already; name another folder, or add --overwrite" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["rubric.md"]
    assert (tmp_path / "rubric.md").read_text() == "mine"
    assert main(["key", str(tmp_path), "--topic", "units", "--overwrite"]) == 0
    assert (tmp_path / "rubric.md").read_text("utf-8") == lessons.rubric(["units"])


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        ([], "required: FOLDER; see 'cartsim key --help'", 2),
        (["new", "--topic", "unit"], "there is no topic 'unit'; did you mean 'units'?", 2),
        (["taken", "--topic", "units"], "taken: ", 1),
    ],
)
def test_a_wrong_key_is_refused_and_writes_nothing(
    words: list[str], said: str, code: int, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("a file, no folder")
    assert main(["key", *words]) == code
    said_in_all = capsys.readouterr()
    assert said in said_in_all.err
    assert said_in_all.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.slow
def test_without_a_topic_it_has_every_exercise(tmp_path: Path, capsys: Captured) -> None:
    assert main(["key", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith(f"answers to {len(lessons.names())} exercises: ")
    text = (tmp_path / "key.md").read_text("utf-8")
    assert [name for name in lessons.names() if f"### {name} (" not in text] == []
