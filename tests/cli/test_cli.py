"""The command line: every command, every refusal as one sentence, and a start that loads next to nothing."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cartsim as cs
from cartsim.cli import COMMANDS, main
from cartsim.cli.demo import SIZES, lines
from cartsim.plots.demo import example
from cartsim.plots.findings import Finding, findings
from cartsim.plots.style import SIZES as STYLES

Captured = pytest.CaptureFixture[str]
ROOT = Path(cs.__file__).parents[1]
PNG = b"\x89PNG\r\n"


def output(capsys: Captured, *words: str) -> str:
    """What a command that succeeds prints."""
    code = main(words)
    said = capsys.readouterr()
    assert (code, said.err) == (0, "")
    return said.out


def refusal(capsys: Captured, *words: str, code: int = 2) -> str:
    """What a command that fails says: one line on stderr, nothing on stdout."""
    assert main(words) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert re.fullmatch(r"cartsim: [^\n]+\n", said.err)
    assert "Traceback" not in said.err
    return said.err


def python(program: str, *, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A program in a new Python."""
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
        env={**os.environ, **(env or {})},
    )


def shell(*words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A command as the shell gives it, in a process of its own."""
    argv = ["cartsim", *words]
    return python(f"import sys; sys.argv = {argv!r}; from cartsim.cli import main; sys.exit(main())", env=env)


def readout(text: str, name: str) -> str:
    """What the table of read-outs has after a name."""
    (line,) = [line for line in text.splitlines() if line.split()[:1] == [name]]
    return line.split(maxsplit=1)[1]


# ------------------------------------------------------------------ the start


def test_help_loads_no_numpy_no_scipy_and_no_matplotlib() -> None:
    done = python(
        "import sys; from cartsim.cli import main\n"
        "assert main(['--help']) == 0\n"
        "print('LOADED', *sorted({'numpy', 'scipy', 'matplotlib'} & set(sys.modules)))"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "LOADED"
    assert "COMMAND" in done.stdout


@pytest.mark.parametrize("words", [["--version"], ["lst"]])
def test_neither_does_the_version_nor_an_unknown_command(words: list[str]) -> None:
    done = python(
        f"import sys; from cartsim.cli import main; main({words!r})\n"
        "print('LOADED', *sorted({'numpy', 'scipy', 'matplotlib'} & set(sys.modules)))"
    )
    assert done.stdout.splitlines()[-1] == "LOADED", done.stderr


def test_without_a_command_the_help_is_printed(capsys: Captured) -> None:
    text = output(capsys)
    assert text == output(capsys, "--help")
    assert all(command in text for command in COMMANDS)
    assert "not for clinical use" in text


def test_the_version_is_that_of_the_package(capsys: Captured) -> None:
    assert output(capsys, "--version") == f"{cs.__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_that_says_what_it_does(command: str, capsys: Captured) -> None:
    text = output(capsys, command, "--help")
    assert f"usage: cartsim {command}" in text
    assert COMMANDS[command][1:] in " ".join(text.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lst"], "no command 'lst'; did you mean 'list'?"),
        (["xyz"], "the commands are demo, list"),
        (["--frobnicate"], "unrecognized arguments: --frobnicate"),
        (["list", "extra"], "unrecognized arguments: extra"),
        (["show"], "required: MODEL; see 'cartsim show --help'"),
        (["cite"], "required: MODEL"),
    ],
)
def test_a_wrong_command_line_is_refused(words: list[str], said: str, capsys: Captured) -> None:
    assert said in refusal(capsys, *words)


def test_it_works_from_the_shell() -> None:
    done = shell("list")
    assert (done.returncode, done.stderr) == (0, "")
    assert "kimmel_2021" in done.stdout


def test_a_refusal_reaches_the_shell() -> None:
    done = shell("run", "kimmel_2022")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "cartsim: there is no model 'kimmel_2022'; did you mean 'kimmel_2021'?\n"


def test_it_is_installed_as_a_command() -> None:
    from importlib.metadata import entry_points

    (command,) = entry_points(group="console_scripts", name="cartsim")
    assert command.load() is main


def test_a_terminal_that_lacks_a_sign_still_gets_the_rest() -> None:
    text = "cartsim: there is no command '\u00b5'"
    done = shell("\u00b5", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 2
    assert done.stderr.startswith(text.replace("\u00b5", "?"))


@pytest.mark.skipif(os.name != "posix", reason="a pipe that closes early is told differently elsewhere")
def test_a_reader_that_stops_early_costs_neither_the_files_nor_a_traceback(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    program = (
        "import os, sys; sys.stdout.reconfigure(line_buffering=True)\n"
        "reading, writing = os.pipe(); os.dup2(writing, 1); os.close(writing); os.close(reading)\n"
        "from cartsim.cli import main\n"
        f"sys.exit(main(['run', 'kimmel_2021', '--until', '5', '--csv', {str(file)!r}]))"
    )
    done = python(program)
    assert (done.returncode, done.stderr) == (0, "")
    assert file.read_text(encoding="utf-8").startswith("t ")


# ------------------------------------------------------------------ list, cite, doctor


def test_list_names_every_model_of_the_shelf(capsys: Captured) -> None:
    rows = output(capsys, "list").splitlines()
    assert [row.split()[0] for row in rows[1:]] == list(cs.models.INDEX)


@pytest.mark.parametrize("name", cs.models.INDEX)
def test_cite_prints_the_reference_and_bibtex(name: str, capsys: Captured) -> None:
    text = output(capsys, "cite", name)
    source = getattr(cs.models, name).source
    assert f"doi:{source.doi}" in text
    assert f"@article{{{name}," in text


def test_doctor_reports_versions_and_that_all_works(capsys: Captured) -> None:
    rows = output(capsys, "doctor").splitlines()
    first = {row.split()[0]: row.split()[1] for row in rows}
    assert first["numpy"] == np.__version__
    assert first["cartsim"] == cs.__version__
    assert first["solver"] == "works"
    assert first["pictures"] == "work"


@pytest.mark.parametrize("broken", ["_solver_works", "_pictures_work"])
def test_doctor_fails_where_something_is_broken(
    broken: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> str:
        raise ImportError("no such library")

    monkeypatch.setattr(f"cartsim.cli.doctor.{broken}", fails)
    assert main(["doctor"]) == 1
    assert "FAILS: ImportError: no such library" in capsys.readouterr().out


# ------------------------------------------------------------------ show


@pytest.mark.parametrize("name", cs.models.INDEX)
def test_show_prints_equations_numbers_and_sources(name: str, capsys: Captured) -> None:
    text, model = output(capsys, "show", name), getattr(cs.models, name)
    for species in model.species:
        assert f"d{species}/dt = " in text
    words = text.split()
    assert set(model.parameters) | set(model.processes) <= set(words)
    assert all(parameter.source in text for parameter in model.parameters.values())
    assert model.source.doi in text
    assert all(variant in words for variant in model.variants)


def test_show_of_a_variant_has_its_number(capsys: Captured) -> None:
    def row(*words: str) -> list[str]:
        lines_ = output(capsys, "show", *words).splitlines()
        return next(line.split()[:2] for line in lines_ if line.split()[:1] == ["rB"])

    assert row("kimmel_2021") == ["rB", "0.19"]
    assert row("kimmel_2021", "--variant", "slow") == row("kimmel_2021/slow") == ["rB", "0.105"]


def test_show_page_is_the_head_of_the_file(capsys: Captured) -> None:
    text = output(capsys, "show", "kimmel_2021", "--page")
    assert "Assumptions and deviations" in text
    assert "dB/dt = rB*B - gB*B*C/(kB + C)" in text


@pytest.mark.parametrize("name", cs.models.INDEX)
def test_json_comes_back_as_the_same_model(name: str, capsys: Captured) -> None:
    data = json.loads(output(capsys, "show", name, "--json"))
    assert cs.Model.from_dict(data).to_dict() == getattr(cs.models, name).to_dict()


def test_a_json_file_runs_as_the_model_does(capsys: Captured, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(output(capsys, "show", "kimmel_2021", "--json"), encoding="utf-8")
    assert output(capsys, "run", str(file)) == output(capsys, "run", "kimmel_2021")
    assert output(capsys, "cite", str(file)) == output(capsys, "cite", "kimmel_2021")
    assert output(capsys, "show", str(file)) == output(capsys, "show", "kimmel_2021")
    assert "rB" in output(capsys, "show", str(file), "--page")


# ------------------------------------------------------------------ run


def test_run_prints_the_read_outs(capsys: Captured) -> None:
    text = output(capsys, "run", "kimmel_2021", "--variant", "slow", "--until", "100")
    run = cs.simulate(cs.models.kimmel_2021.variant("slow"), until=100)
    for name, entry in cs.readouts(run).items():
        assert readout(text, name) == str(entry)


def test_set_changes_a_parameter_or_an_initial_amount(capsys: Captured) -> None:
    words = ["run", "kimmel_2021", "--until", "40", "--set", "gB=0", "--set", "B=5e9"]
    assert readout(output(capsys, *words), "tumour_nadir").startswith("5e9 cell")
    assert not readout(output(capsys, *words[:-4]), "tumour_nadir").startswith("5e9 cell")


def test_a_dose_goes_where_and_when_it_is_said(capsys: Captured) -> None:
    text = output(capsys, "run", "barros_2021", "--dose", "C_T=2e6@42", "--dose", "1e6@44", "--until", "60")
    doses = cs.Dose(2e6, into="C_T", at=42), cs.Dose(1e6, into="infused", at=44)
    run = cs.simulate(cs.models.barros_2021.with_events(*doses), until=60)
    assert readout(text, "cmax") == str(cs.readouts(run)["cmax"])
    happened = [line for line in text.splitlines() if line.startswith("day ")]
    assert len(happened) == len(run.occurrences)
    assert happened[0].startswith("day 42: ")
    assert happened[1].startswith("day 44: ")


def test_a_dose_is_given_at_the_start_unless_said(capsys: Captured) -> None:
    text = output(capsys, "run", "barros_2021", "--dose", "2e6", "--until", "5")
    assert "day 0: " in text


def test_a_run_ends_after_a_year_unless_said(capsys: Captured, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    output(capsys, "run", "kimmel_2021", "--csv", str(file))
    assert float(file.read_text(encoding="utf-8").splitlines()[-1].split(",")[0]) == 365.0


def test_csv_holds_the_run(capsys: Captured, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    text = output(capsys, "run", "barros_2021", "--dose", "2e6@42", "--until", "60", "--csv", str(file))
    assert text.splitlines()[-1] == f"table: {file}"
    run = cs.simulate(cs.models.barros_2021.with_events(cs.Dose(2e6, into="C_T", at=42)), until=60)
    header, *rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
    names = [cell.split()[0] for cell in header]
    assert names[:4] == ["t", "C_T", "C_M", "T"]
    columns = dict(zip(names, np.array(rows, float).T, strict=True))
    np.testing.assert_allclose(columns["t"], run.t, rtol=1e-12)
    for name in ("C_T", "C_M", "T"):
        np.testing.assert_allclose(columns[name], run[name], rtol=1e-9)
    assert (columns["t"] == 42.0).sum() == 2


@pytest.mark.parametrize(("ending", "begins"), [("png", PNG), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_plot_writes_a_picture(ending: str, begins: bytes, capsys: Captured, tmp_path: Path) -> None:
    file = tmp_path / f"a.{ending}"
    text = output(capsys, "run", "kimmel_2021", "--until", "50", "--plot", str(file))
    assert text.splitlines()[-1] == f"picture: {file}"
    assert file.read_bytes().startswith(begins)


def test_a_picture_of_several_panels_is_written(capsys: Captured, tmp_path: Path) -> None:
    several = [name for name in cs.models.INDEX if len({s.unit for s in _species(name)}) > 1]
    assert several
    for name in several:
        output(capsys, "run", name, "--until", "5", "--plot", str(tmp_path / f"{name}.png"))
        assert (tmp_path / f"{name}.png").read_bytes().startswith(PNG)


def _species(name: str) -> Any:
    return getattr(cs.models, name).species.values()


def test_a_model_without_roles_tells_its_ends(capsys: Captured, tmp_path: Path) -> None:
    growth = cs.Model(
        "growth",
        species={"T": cs.Species(10.0)},
        parameters={"r": cs.Parameter(0.1)},
        processes={"birth": cs.Process("-> T", "r * T")},
    )
    file = tmp_path / "growth.json"
    file.write_text(json.dumps(growth.to_dict()), encoding="utf-8")
    text = output(capsys, "run", str(file), "--until", "10")
    assert text == "T: 10 at the start, 27.1828 at the end\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["kimmel_2022"], "no model 'kimmel_2022'; did you mean 'kimmel_2021'?"),
        (["zzz"], "no model 'zzz'; the models are barros_2021"),
        (["kimmel_2021", "--variant", "slwo"], "no variant 'slwo'; did you mean 'slow'?"),
        (["kimmel_2021/slwo"], "no variant 'slwo'; did you mean 'slow'?"),
        (["kimmel_2021", "--set", "rb=1"], "'rb' is neither a parameter nor a species"),
        (["kimmel_2021", "--set", "rb=1"], "did you mean 'rB'?"),
        (["kimmel_2021", "--set", "rB"], "--set 'rB' must be NAME=VALUE"),
        (["kimmel_2021", "--set", "rB=fast"], "--set rB=fast: 'fast' is not a number"),
        (["kimmel_2021", "--set", "rB="], "'' is not a number"),
        (["kimmel_2021", "--set", "rB=1e999"], "'rB' is inf; it must be a finite number"),
        (["kimmel_2021", "--set", "C=-1"], "'C'"),
        (["kimmel_2021", "--dose", "many"], "--dose many: 'many' is not a number"),
        (["kimmel_2021", "--dose", "1e6@"], "'' is not a number"),
        (["kimmel_2021", "--dose", "1e6@soon"], "'soon' is not a number"),
        (["kimmel_2021", "--dose", "Q=1e6"], "a dose goes into 'Q', which is not a species"),
        (["barros_2021", "--dose", "CT=1e6"], "did you mean 'C_T'?"),
        (["kimmel_2021", "--dose", "1e6@50", "--until", "20"], "use until=50 or more, not 20"),
        (["kimmel_2021", "--until", "soon"], "invalid float value: 'soon'"),
        (["kimmel_2021", "--until", "nan"], "until is nan"),
        (["kimmel_2021", "--until", "-5"], "must lie after the start"),
        (["kimmel_2021", "--until", "5", "--plot", "a.xyz"], "save writes png, svg, pdf"),
    ],
)
def test_a_wrong_run_is_refused(words: list[str], said: str, capsys: Captured) -> None:
    assert said in refusal(capsys, "run", *words)


# ------------------------------------------------------------------ files


def test_a_missing_file_is_told(capsys: Captured, tmp_path: Path) -> None:
    file = str(tmp_path / "none.json")
    assert refusal(capsys, "run", file, code=1) == f"cartsim: {file}: No such file or directory\n"


@pytest.mark.parametrize("content", [b"hello", b"", b"{", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_file_that_is_not_json_is_told(content: bytes, capsys: Captured, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(content)
    assert f"{file} is not JSON: " in refusal(capsys, "run", str(file))


@pytest.mark.parametrize("content", ["null", "[1]", "{}", '"model"', "3", "NaN"])
def test_json_that_is_no_model_is_told(content: str, capsys: Captured, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(content, encoding="utf-8")
    assert f"{file}: a model " in refusal(capsys, "show", str(file))


def changed(data: Any, path: list[str], value: Any) -> Any:
    """The same data with one entry changed or added."""
    first, *rest = path
    return {**data, first: changed(data[first], rest, value) if rest else value}


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["extra"], 1, "unknown key 'extra'"),
        (["parametrs"], {}, "did you mean 'parameters'?"),
        (["species", "C", "colour"], "blue", "unknown key 'colour'"),
        (["species", "C", "initial"], None, "must be a number, not None"),
        (["species"], [], "must be a mapping"),
        (["processes", "killing", "rate"], "__import__('os')", "'killing'"),
        (["processes", "killing", "rate"], "gB * B * D", "'D'"),
    ],
)
def test_json_of_a_faulty_model_is_told(
    path: list[str], value: Any, said: str, capsys: Captured, tmp_path: Path
) -> None:
    file = tmp_path / "a.json"
    data = changed(cs.models.kimmel_2021.to_dict(), path, value)
    file.write_text(json.dumps(data), encoding="utf-8")
    assert said in refusal(capsys, "run", str(file))


@pytest.mark.parametrize("option", ["--csv", "--plot"])
def test_a_file_that_cannot_be_written_is_told(option: str, capsys: Captured, tmp_path: Path) -> None:
    file = str(tmp_path / "none" / "a.png")
    words = ["run", "kimmel_2021", "--until", "5", option, file]
    assert refusal(capsys, *words, code=1) == f"cartsim: {file}: No such file or directory\n"


def test_a_run_that_fails_is_told(capsys: Captured, tmp_path: Path) -> None:
    bursting = cs.Model(
        "bursting",
        species={"T": cs.Species(1.0)},
        parameters={"r": cs.Parameter(1.0)},
        processes={"birth": cs.Process("-> T", "r * T**2")},
    )
    file = tmp_path / "bursting.json"
    file.write_text(json.dumps(bursting.to_dict()), encoding="utf-8")
    assert "'T'" in refusal(capsys, "run", str(file), "--until", "5", code=1)


# ------------------------------------------------------------------ demo


def test_demo_writes_its_picture_here_and_tells_it_one_thing_a_line(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import matplotlib.pyplot as plt

    monkeypatch.chdir(tmp_path)
    text = output(capsys, "demo")
    assert (tmp_path / "cartsim-demo.png").read_bytes().startswith(PNG)
    assert [path.name for path in tmp_path.iterdir()] == ["cartsim-demo.png"]
    assert plt.get_fignums() == []
    told, rows = findings(example()), text.splitlines()
    assert [row.split()[0] for row in rows] == ["patient", *(finding.about for finding in told), "saved"]
    assert all(finding.sentence in row for finding, row in zip(told, rows[1:-1], strict=True))
    assert "B-cell acute lymphoblastic leukaemia" in rows[0]
    assert "illustrative, not for clinical use" in rows[0]
    assert "cartsim-demo.png" in rows[-1]


def test_demo_tells_what_was_found_in_the_order_it_was_found() -> None:
    rows = lines([Finding("peak", "12 cells"), Finding("fever", "none")], "My patient", "mine.svg")
    assert rows[1:3] == ["peak     12 cells", "fever    none"]
    assert rows[0].startswith("patient  My patient; ")
    assert rows[3].startswith("saved    mine.svg; ")


def test_the_ways_on_that_demo_names_lead_on(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    last = lines([], "My patient", "a.png")[-1]
    commands = re.findall(r"cartsim ((?:list|show|run)[^,]*)", last)
    assert [command.split()[0] for command in commands] == ["list", "show", "run"]
    for command in commands:
        output(capsys, *command.split())
    assert last.endswith("import cartsim as cs; cs.demo()")


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_demo_has_the_size_asked_for(size: str, capsys: Captured, tmp_path: Path) -> None:
    file = tmp_path / "mine.png"
    assert str(file) in output(capsys, "demo", "--out", str(file), "--for", size)
    width = int.from_bytes(file.read_bytes()[16:20], "big")
    assert width == round(STYLES[size].width * STYLES[size].dpi)


def test_demo_offers_every_size_of_figure() -> None:
    assert set(SIZES) == set(STYLES)


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (["--for", "slid"], "invalid choice: 'slid' (choose from", 2),
        (["--out", "a.xyz"], "save writes png, svg, pdf; 'a.xyz'", 2),
        (["--out", "none/a.png"], "none/a.png: No such file or directory", 1),
        (["kimmel_2021"], "unrecognized arguments: kimmel_2021", 2),
    ],
)
def test_a_wrong_demo_is_refused(
    words: list[str], said: str, code: int, capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in refusal(capsys, "demo", *words, code=code)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_from_the_shell_it_draws_without_windows_whatever_the_environment_says(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    env = {"MPLBACKEND": "module://no_such_backend"}
    done = shell("run", "kimmel_2021", "--until", "5", "--plot", str(file), env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert file.read_bytes().startswith(PNG)


@pytest.mark.slow
def test_called_from_python_it_leaves_the_settings_of_matplotlib(capsys: Captured, tmp_path: Path) -> None:
    import matplotlib

    before, environment = dict(matplotlib.rcParams), dict(os.environ)
    output(capsys, "demo", "--out", str(tmp_path / "a.png"), "--for", "print")
    assert dict(matplotlib.rcParams) == before
    assert dict(os.environ) == environment
