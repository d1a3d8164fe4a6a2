"""The course: made from its texts, clean as it is committed, in one form; every task can be solved."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

import cartsim

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
HEADINGS = ("Aim", "What you should know", "Tasks", "Summary", "Sources")
FIRST_SCREEN = 4
"""Cells within which the first picture is drawn."""
_A_MACHINES_PATH = re.compile(r"(?:/(?:home|Users|work|tmp|root|mnt|opt|var|usr)/|\b[A-Za-z]:\\)")
_DRAWS = re.compile(r"^ *ax = ", re.MULTILINE)
_PREDICTION = re.compile(r"^\*My prediction", re.MULTILINE)
_PLACE = re.compile(r"^(answer_\w+) = None", re.MULTILINE)
_CHECK = re.compile(r'cs\.lessons\.check\("([a-z]+-[0-9]+)", (answer_\w+)\)')

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def notebook(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[Any]:
    return [cell for cell in notebook(path).cells if cell.cell_type == "code"]


def prose(path: Path) -> str:
    return "\n\n".join(cell.source for cell in notebook(path).cells if cell.cell_type == "markdown")


# ------------------------------------------------------------------ as files


def test_there_is_a_course() -> None:
    assert len(NOTEBOOKS) >= 12
    assert [path.stem[:2] for path in NOTEBOOKS] == [f"{i:02d}" for i in range(len(NOTEBOOKS))]


def test_the_notebooks_are_those_of_the_texts() -> None:
    assert {path.stem for path in NOTEBOOKS} == {path.stem for path in (FOLDER / "text").glob("*.md")}
    command = [sys.executable, str(FOLDER / "build.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "no notebooks differ from their texts\n")


@each_notebook
def test_it_is_valid(path: Path) -> None:
    raw = nbformat.reads(path.read_text(encoding="utf-8"), as_version=nbformat.NO_CONVERT)
    nbformat.validate(raw)
    assert (raw.nbformat, raw.nbformat_minor) >= (4, 5)
    assert raw.metadata.kernelspec.name == "python3"
    names = [cell.id for cell in raw.cells]
    assert len(set(names)) == len(names)


@each_notebook
def test_it_is_committed_without_outputs(path: Path) -> None:
    for cell in code_cells(path):
        assert cell.outputs == [], cell.id
        assert cell.execution_count is None, cell.id


@each_notebook
def test_every_code_cell_parses(path: Path) -> None:
    cells = code_cells(path)
    assert cells
    for cell in cells:
        assert ast.parse(cell.source).body, f"{cell.id} is empty"


@each_notebook
def test_it_names_no_path_of_a_machine(path: Path) -> None:
    for cell in notebook(path).cells:
        assert not _A_MACHINES_PATH.findall(cell.source)


def test_a_path_of_a_machine_is_recognised() -> None:
    for text in ("/home/me/a.csv", "see /Users/me", r"C:\Users\me", "'/tmp/x'"):
        assert _A_MACHINES_PATH.search(text), text
    for text in ("h/(h + T)", "doi:10.3390/cancers13122941", "1/(cell*day)"):
        assert not _A_MACHINES_PATH.search(text), text


# ------------------------------------------------------------------ as lessons


@each_notebook
def test_it_has_the_form_of_the_course(path: Path) -> None:
    words = prose(path)
    assert re.match(r"# \S", notebook(path).cells[0].source)
    assert len(re.findall(r"^# ", words, re.MULTILINE)) == 1
    headings = re.findall(r"^## (.+)$", words, re.MULTILINE)
    assert [heading for heading in headings if heading in HEADINGS] == list(HEADINGS)
    assert len([heading for heading in headings if re.match(r"\d\. ", heading)]) >= 3
    top = " ".join(notebook(path).cells[0].source.split())
    assert re.search(r"\b[2-4]\d minutes", top)
    assert "not for clinical use" in top


@each_notebook
def test_a_picture_comes_within_the_first_screen(path: Path) -> None:
    first = notebook(path).cells[:FIRST_SCREEN]
    assert any(cell.cell_type == "code" and _DRAWS.search(cell.source) for cell in first)


@each_notebook
def test_what_is_simulated_is_predicted_first(path: Path) -> None:
    cells = notebook(path).cells
    predictions = [i for i, cell in enumerate(cells) if _PREDICTION.search(cell.source)]
    assert len(predictions) >= 3
    for i in predictions:
        later = [cell for cell in cells[i + 1 : i + 3] if cell.cell_type == "code"]
        assert later, f"no simulation after the prediction in cell {i}"


@each_notebook
def test_each_task_has_a_place_for_the_answer_and_a_check(path: Path) -> None:
    code = "\n".join(cell.source for cell in code_cells(path))
    places, checks = _PLACE.findall(code), _CHECK.findall(code)
    assert len(checks) >= 3
    assert [answer for _, answer in checks] == places
    assert len({name for name, _ in checks}) == len(checks)


# ------------------------------------------------------------------ as run


def solved(path: Path, folder: Path) -> dict[str, Any]:
    """The code cells by their id, run as in a notebook, with a right answer in each place."""
    from nbclient import NotebookClient

    book = notebook(path)
    names = {answer: name for cell in book.cells for name, answer in _CHECK.findall(cell.source)}
    for cell in book.cells:
        cell.source = _PLACE.sub(lambda found: _right(found[1], names[found[1]]), cell.source)
    client = NotebookClient(
        book, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env=environment())
    return {cell.id: cell for cell in book.cells if cell.cell_type == "code"}


def _right(answer: str, name: str) -> str:
    """Code that puts a right answer in place; what follows on the line is a comment."""
    found = f"__import__('cartsim.teaching.lessons.index', fromlist=['find']).find({name!r})"
    return f"{answer} = (lambda e: (e.example or e.solution)())({found})  # was: None"


def environment() -> dict[str, str]:
    """As a reader's: figures go into the notebook, and this cartsim is found wherever the kernel starts."""
    root = str(Path(cartsim.__file__).resolve().parents[1])
    paths = [root, os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
    }


def told(cell: Any) -> str:
    """The texts that a cell prints or shows."""
    shown = [output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return "\n".join([*(o.text for o in cell.outputs if o.output_type == "stream"), *shown])


@pytest.mark.slow
@pytest.mark.filterwarnings("default::DeprecationWarning")  # of the kernel's own libraries
@each_notebook
def test_each_picture_is_shown_once_and_right_answers_are_right(path: Path, tmp_path: Path) -> None:
    cells = solved(path, tmp_path)
    drawing = {name: cell for name, cell in cells.items() if _DRAWS.search(cell.source)}
    assert drawing
    pictures = {
        name: sum("image/png" in output.get("data", {}) for output in cell.outputs)
        for name, cell in drawing.items()
    }
    assert pictures == dict.fromkeys(drawing, 1)
    verdicts = {m[0]: told(cell) for cell in cells.values() for m in _CHECK.findall(cell.source)}
    assert [name for name, text in verdicts.items() if not text.strip().startswith("Right.")] == []
    warned = [name for name, cell in cells.items() if any(o.get("name") == "stderr" for o in cell.outputs)]
    assert warned == []
    assert list(tmp_path.iterdir()) == []
