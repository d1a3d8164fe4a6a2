"""The notebooks: clean as they are committed; every picture is shown, every task can be solved."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

import cartsim

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
_A_MACHINES_PATH = re.compile(r"(?:/(?:home|Users|work|tmp|root|mnt|opt|var|usr)/|\b[A-Za-z]:\\)")
_DRAWS = re.compile(r"^ax = ", re.MULTILINE)

SOLUTIONS = {  # notebook: cell of the answer: (an answer that is right, one that is wrong)
    "01_first_curves.ipynb": {
        "task-1": ("answer_1 = 0.5e6", "answer_1 = 0.55e6"),
        "task-2-answer": (
            'answer_2 = {"gamma": 2 * mouse.values["gamma"]}',
            'answer_2 = {"mu": mouse.values["mu"] / 2}',
        ),
        "task-3-answer": (
            """
own = my_model(extinct_below=1)
answer_3 = cs.Model(
    "two_tumours",
    species={**own.species, "N": cs.Species(100, "cell")},
    parameters=own.parameters,
    processes={**own.processes, "growth_of_N": cs.Process("-> N", "r*N")},
    roles={"car_t": "C", "tumour": "T + N"},
)
""",
            """
own = my_model(extinct_below=1)
answer_3 = cs.Model(
    "seen_after_all",
    species={**own.species, "N": cs.Species(100, "cell", extinct_below=1)},
    parameters=own.parameters,
    processes={
        **own.processes,
        "growth_of_N": cs.Process("-> N", "r*N"),
        "killing_of_N": cs.Process("N ->", "k*C*N/(h + T)"),
    },
    roles={"car_t": "C", "tumour": "T + N"},
)
""",
        ),
    }
}

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def notebook(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[Any]:
    return [cell for cell in notebook(path).cells if cell.cell_type == "code"]


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


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
def test_it_begins_with_one_title(path: Path) -> None:
    first = notebook(path).cells[0]
    assert first.cell_type == "markdown"
    assert re.match(r"# \S", first.source)
    words = "\n".join(cell.source for cell in notebook(path).cells if cell.cell_type == "markdown")
    assert len(re.findall(r"^# ", words, re.MULTILINE)) == 1


@each_notebook
def test_every_code_cell_parses(path: Path) -> None:
    cells = code_cells(path)
    assert cells
    for cell in cells:
        assert ast.parse(cell.source).body, f"{cell.id} is empty"


@each_notebook
def test_it_names_no_path_of_a_machine(path: Path) -> None:
    assert not _A_MACHINES_PATH.findall(path.read_text(encoding="utf-8"))


def test_a_path_of_a_machine_is_recognised() -> None:
    for text in ("/home/me/a.csv", "see /Users/me", r"C:\Users\me", "'/tmp/x'"):
        assert _A_MACHINES_PATH.search(text), text
    for text in ("h/(h + T)", "doi:10.3390/cancers13122941", "1/(cell*day)"):
        assert not _A_MACHINES_PATH.search(text), text


def executed(path: Path, folder: Path, answers: dict[str, str]) -> dict[str, Any]:
    """The code cells by their id, run as in a notebook, with answers in the place of some."""
    from nbclient import NotebookClient

    book = notebook(path)
    for cell in book.cells:
        cell.source = answers.get(cell.id, cell.source)
    client = NotebookClient(
        book, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env=environment())
    return {cell.id: cell for cell in book.cells if cell.cell_type == "code"}


def environment() -> dict[str, str]:
    """As a reader's: figures go into the notebook, and this cartsim is found wherever the kernel starts."""
    root = str(Path(cartsim.__file__).resolve().parents[1])
    paths = [root, os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
    }


def printed(cell: Any) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


@pytest.mark.slow
@pytest.mark.filterwarnings("default::DeprecationWarning")  # of the kernel's own libraries
@each_notebook
def test_every_picture_that_is_drawn_is_shown(path: Path, tmp_path: Path) -> None:
    cells = executed(path, tmp_path, {})
    drawing = {name: cell for name, cell in cells.items() if _DRAWS.search(cell.source)}
    assert drawing
    shown = {
        name: [o for o in cell.outputs if "image/png" in o.get("data", {})] for name, cell in drawing.items()
    }
    assert {name: len(pictures) for name, pictures in shown.items()} == dict.fromkeys(drawing, 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.filterwarnings("default::DeprecationWarning")  # of the kernel's own libraries
@pytest.mark.parametrize("name", SOLUTIONS)
@pytest.mark.parametrize(("which", "verdict"), [(0, "right"), (1, "not yet")])
def test_the_tasks_tell_a_right_answer_from_a_wrong_one(
    name: str, which: int, verdict: str, tmp_path: Path
) -> None:
    answers = {cell: pair[which] for cell, pair in SOLUTIONS[name].items()}
    cells = executed(FOLDER / name, tmp_path, answers)
    verdicts = [printed(cell).splitlines()[-1] for label, cell in cells.items() if label.endswith("-check")]
    assert len(verdicts) == len(answers)
    assert all(line.startswith(verdict) for line in verdicts), verdicts
