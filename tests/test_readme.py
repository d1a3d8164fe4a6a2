"""What the README says is so: its commands, its code, its table of models, its list of files, its links."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from matplotlib import image

import cartsim as cs
from cartsim.cli import COMMANDS

from .test_layers import FLOORS, machine_paths

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")

DEMO = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/cartsim demo"
TESTS = 'python3 -m venv .venv && .venv/bin/pip install -e ".[test]" && .venv/bin/python -m pytest'
PICTURE = "examples/pictures/demo.png"


def blocks(language: str) -> list[str]:
    """The texts between the fences of one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


PROSE = re.sub(r"^```\w*\n.*?^```$", "", TEXT, flags=re.MULTILINE | re.DOTALL)
FIRST, PATIENT, CHANGED, ASKED, OWN_MODEL, TEACHING, MANY = blocks("python")


def snippets(block: str) -> dict[str, str]:
    """The parts of a block between empty lines, by what their first line says before its colon."""
    return {part.partition(":")[0].lstrip("# "): part for part in block.strip().split("\n\n")}


SNIPPETS, STORIES = snippets(ASKED), snippets(CHANGED)


# ------------------------------------------------------------------ commands


def test_the_two_commands_stand_alone_and_are_the_only_lines_of_their_kind() -> None:
    assert [line for line in TEXT.splitlines() if line.startswith("python3 -m venv")] == [DEMO, TESTS]
    assert blocks("sh")[:2] == [f"{DEMO}\n", f"{TESTS}\n"]


def command_lines() -> list[str]:
    """The lines that show the command cartsim."""
    return [line for line in blocks("sh")[2].splitlines() if line]


@pytest.mark.parametrize("line", command_lines())
def test_a_command_of_the_readme_succeeds(line: str, tmp_path: Path) -> None:
    program, *arguments = shlex.split(line)
    assert program == "cartsim"
    start = [sys.executable, "-c", "import sys; from cartsim.cli import main; sys.exit(main())"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*start, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) > 1
    wanted = [word for word in arguments if word.endswith((".png", ".csv"))]
    wanted += arguments[1:2] if arguments[0] == "key" else []
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(wanted)


def test_every_command_is_shown() -> None:
    shown = {line.split()[1] for line in command_lines()} | {DEMO.split()[-1]}
    assert shown == set(COMMANDS)


def test_the_command_of_the_benchmarks_exists() -> None:
    assert "`.venv/bin/python -m tests.benchmarks`" in TEXT
    assert (ROOT / "tests" / "benchmarks" / "__main__.py").is_file()


# ------------------------------------------------------------------ code


def after(*codes: str) -> dict[str, Any]:
    """The names after running pieces of code one after the other, and what they printed as ``printed``."""
    names: dict[str, Any] = {}
    printed = io.StringIO()
    with matplotlib.rc_context({"backend": "agg"}), contextlib.redirect_stdout(printed):
        for code in codes:
            exec(compile(code, "README.md", "exec"), names)
    return {**names, "printed": printed.getvalue()}


@pytest.fixture
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_five_lines_run_and_do_what_is_said_of_them(in_an_empty_folder: Path) -> None:
    assert len(FIRST.splitlines()) == 5
    found = after(FIRST)
    run = found["run"]
    assert next((o.kind, o.time, o.amount) for o in run.occurrences) == ("dose", 42.0, 2e6)
    assert "cmax" in found["printed"]
    assert found["ax"].lines
    (named,) = re.findall(r'`run\["(\w+)"\]`', PROSE)
    for name in (named, "killing", "tumour"):
        assert run[name].shape == run.t.shape
    saving = re.search(r"`(cs\.plots\.save\(.*?\))`", PROSE)
    assert saving is not None
    after(FIRST, saving[1])
    assert [path.name for path in in_an_empty_folder.iterdir()] == ["mouse.png"]


@pytest.mark.parametrize("question", SNIPPETS)
def test_each_answer_to_what_you_can_ask_runs_after_the_five_lines(
    question: str, in_an_empty_folder: Path
) -> None:
    assert after(FIRST, SNIPPETS[question])["run"].t[-1] == 200


def test_every_kind_of_question_is_asked() -> None:
    asked = "doses compared, own parameters, fluxes, equations, diagram, data over a curve, cite, table"
    assert list(SNIPPETS) == asked.split(", ")
    assert all(part.startswith("# ") for part in SNIPPETS.values())


@pytest.mark.slow
@pytest.mark.filterwarnings("default::DeprecationWarning")  # of the widgets' own libraries
def test_what_is_for_teaching_runs_and_leaves_pages_and_a_film(in_an_empty_folder: Path) -> None:
    found = after("import cartsim as cs", TEACHING)
    assert "Not yet." in found["printed"]
    assert "cytokine release syndrome" in found["printed"]
    made = {path.relative_to(in_an_empty_folder).as_posix() for path in in_an_empty_folder.rglob("*.*")}
    assert {"lesson.html", "film.gif", "lecture/index.html"} <= made


@pytest.mark.slow
def test_the_patients_and_the_chance_of_the_readme_run_and_do_what_is_said(in_an_empty_folder: Path) -> None:
    found = after(FIRST, MANY)
    mice, runs, late = found["mice"], found["runs"], found["late"]
    assert len(mice) == len(runs) == len(late) == len(found["gain"]) == 300
    assert (
        mice["patient 7"].values
        == found["cs"]
        .cohort(found["mouse"], 10, spread={"phi": 0.1, "gamma": 0.3, "r": cs.Uniform(0.04, 0.08)}, seed=1)[
            "patient 7"
        ]
        .values
    )
    assert next(o.time for o in late["patient 1"].occurrences) == 60.0
    assert "T died out in" in found["printed"]
    assert found["summary"]["tumour"].shape == (5, len(found["summary"].t))
    pictures = re.findall(r"`(\w+)`", PROSE[PROSE.index("`fan`") : PROSE.index("in `cs.plots` draw them")])
    assert len(pictures) == 8
    assert all(callable(getattr(cs.plots, name)) for name in pictures)


def test_the_model_of_ones_own_takes_ten_lines_and_has_a_story_to_show(in_an_empty_folder: Path) -> None:
    assert len(OWN_MODEL.splitlines()) == 10
    run = cs.simulate(after(FIRST, OWN_MODEL)["model"], until=60)
    assert run["C"].max() > 100 * run["C"][0]
    assert run["T"].max() > run["T"][0]
    assert run["T"][-1] == 0


def test_a_misspelt_name_is_answered_with_the_nearest_as_promised() -> None:
    assert "a misspelt name is answered with the nearest one" in SNIPPETS["own parameters"]
    with pytest.raises(cs.UnknownNameError, match="did you mean 'gamma'"):
        after(FIRST, "mouse.with_values(gama=1)")


# ------------------------------------------------------------------ models


def test_the_table_of_models_is_the_table_of_the_shelf() -> None:
    written = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| \[(.+?)\]\((.+?)\) \|$", TEXT, re.MULTILINE)
    expected = [
        (row.name, row.disease, row.title, row.doi, f"https://doi.org/{row.doi}") for row in cs.models.table()
    ]
    assert len(expected) > 1
    assert written == expected


# ------------------------------------------------------------------ files


def listed() -> tuple[list[str], list[str]]:
    """The folders and the files of the list, in its order, as paths from the root of the repository.

    A line that is neither a folder nor a file with its meaning is a fault of the list.
    """
    folders: list[str] = []
    files: list[str] = []
    for line in blocks("text")[0].splitlines():
        if folder := re.fullmatch(r"(cartsim/(?:\w+/)*) +(\S.*)", line):
            folders.append(folder[1])
        elif file := re.fullmatch(r" {4}(\w+\.(?:py|js|css|html)) +(\S.*)", line):
            files.append(folders[-1] + file[1])
        else:
            assert not line, f"this line of the README's list says nothing of a file: {line}"
    return folders, files


def test_every_file_of_the_package_has_one_line_and_no_line_is_of_a_file_that_is_gone() -> None:
    kinds = {".py", ".js", ".css", ".html"}
    present = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "cartsim").rglob("*.*") if path.suffix in kinds
    }
    _, files = listed()
    assert {"not in the README": sorted(present - set(files)), "gone": sorted(set(files) - present)} == {
        "not in the README": [],
        "gone": [],
    }
    assert len(files) == len(set(files)) > 10


def test_folders_stand_on_their_floors_from_the_ground_up() -> None:
    said = re.findall(r"^cartsim/(\w+)/ +floor (\d)", blocks("text")[0], re.MULTILINE)
    assert [int(floor) for _, floor in said] == [FLOORS[name] for name, _ in said]
    assert said == sorted(said, key=lambda pair: pair[1])
    folders, _ = listed()
    top = {folder.split("/")[1] for folder in folders} - {""}
    assert {name for name, _ in said} == top


# ------------------------------------------------------------------ links


def links() -> list[str]:
    """What the links and pictures outside the code lead to."""
    return re.findall(r"\]\(([^)\s]+)\)", PROSE)


def test_every_relative_link_and_picture_leads_to_something() -> None:
    relative = [target for target in links() if not target.startswith("https://")]
    assert {PICTURE, "LICENSE", "CITATION.cff", "CONTRIBUTING.md"} <= set(relative)
    assert [target for target in relative if not (ROOT / target).exists()] == []


def test_the_picture_is_told_in_words_and_light_enough_for_a_slow_line() -> None:
    (words,) = re.findall(rf"!\[([^\]]*)\]\({re.escape(PICTURE)}\)", TEXT)
    assert len(words.split()) > 15
    picture = ROOT / PICTURE
    assert picture.stat().st_size < 400_000
    assert 600 < image.imread(picture).shape[1] <= 1600


def test_no_link_and_no_line_has_the_path_of_one_machine() -> None:
    assert machine_paths([README]) == []
    assert not re.search(r"/home/|/Users/|/tmp/|file://|[A-Z]:\\", TEXT)
