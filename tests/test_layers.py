"""The staircase of imports, and the other habits that a machine can check in every file of the package.

Each gate takes the folder of a package and returns one sentence for each fault. It is run over cartsim, and
over small packages that are broken on purpose and that it must catch. A module whose name is only computed
while running (`import_module(name)`) cannot be seen here.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CARTSIM = ROOT / "cartsim"

STAIRCASE = "language | models datasets | patient | solving | questions | plots | export | teaching | cli"
FLOORS = {folder: floor for floor, names in enumerate(STAIRCASE.split(" | ")) for folder in names.split()}
HOUSE = "the package itself"
"""The folder of `cartsim/__init__.py`. Its names come from every floor, so only `cli` may import it."""

DRAWING: set[str] = set()
"""Files outside `plots/` that may import matplotlib."""

COMPILER = "language/printed.py"
PICKLES = {"pickle", "_pickle", "cloudpickle", "dill", "shelve"}

MAX_LINES = 300
LONG_FILES: Mapping[str, str] = {}
"""Files that may be longer, and why; one that has become short again must leave the list."""


@dataclass(frozen=True)
class Import:
    """One imported name; `lazy` inside a function, `typing` under ``if TYPE_CHECKING``."""

    target: str
    line: int
    lazy: bool
    typing: bool


@cache
def parsed(text: str) -> ast.Module:
    """The tree of a module; every gate reads all of them."""
    return ast.parse(text)


def modules(package: Path) -> Iterator[tuple[str, ast.Module]]:
    """Every module of a package: its path inside the package, and its syntax tree."""
    for path in sorted(package.rglob("*.py")):
        yield path.relative_to(package).as_posix(), parsed(path.read_text(encoding="utf-8"))


def folder_of(inside: str) -> str:
    """The folder, or the module beside the folders, that a path inside the package belongs to."""
    return HOUSE if inside == "__init__.py" else inside.split("/")[0].removesuffix(".py")


def imports(tree: ast.Module, inside: str, package: str) -> Iterator[Import]:
    """Everything a module imports by name, relative names made absolute."""
    here = [package, *inside.split("/")[:-1]]

    def absolute(name: str) -> str:
        bare = name.lstrip(".")
        level = len(name) - len(bare)
        return ".".join([*here[: len(here) - level + 1], bare]) if level else name

    def walk(node: ast.AST, lazy: bool, typing: bool) -> Iterator[Import]:
        for target in targets(node):
            yield Import(absolute(target), getattr(node, "lineno", 0), lazy, typing)
        lazy = lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        only_types = isinstance(node, ast.If) and ast.unparse(node.test).split(".")[-1] == "TYPE_CHECKING"
        guarded = node.body if isinstance(node, ast.If) and only_types else []
        for child in ast.iter_child_nodes(node):
            yield from walk(child, lazy, typing or child in guarded)

    return walk(tree, False, False)


def targets(node: ast.AST) -> list[str]:
    """The dotted names, possibly relative, that one node of the syntax tree imports."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=module, names=names, level=level):
            base = "." * level + (f"{module}." if module else "")
            return [base + alias.name for alias in names]
        case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called), args=[first, *_]):
            text = first.values[0] if isinstance(first, ast.JoinedStr) and first.values else first
            if called in ("import_module", "__import__") and isinstance(text, ast.Constant):
                return [str(text.value)]
    return []


# ------------------------------------------------------------------ the gates


def staircase(package: Path) -> list[str]:
    """A file imports only from its own folder and from lower floors."""
    faults = []
    for inside, tree in modules(package):
        own = folder_of(inside)
        if own not in FLOORS and own != HOUSE:
            faults.append(f"{inside} stands on no floor; give {own!r} a place in STAIRCASE")
            continue
        for found in imports(tree, inside, package.name):
            first, *rest = found.target.split(".")
            other = rest[0] if rest and rest[0] in FLOORS else HOUSE
            if first == package.name and not _may_import(own, other, found):
                faults.append(f"{inside}, line {found.line}: {own} may not import {found.target} ({other})")
    return faults


def _may_import(own: str, other: str, found: Import) -> bool:
    if own == HOUSE:
        return found.lazy or found.typing
    if other == HOUSE:
        return own == "cli"
    return own == other or FLOORS[other] < FLOORS[own]


def drawing(package: Path) -> list[str]:
    """Only the plots and a few files know matplotlib; the command line meets it inside a function."""
    faults = []
    for inside, tree in modules(package):
        own = folder_of(inside)
        for found in imports(tree, inside, package.name):
            allowed = own == "plots" or inside in DRAWING
            allowed = allowed or (own == "cli" and found.lazy) or (own == HOUSE and found.typing)
            if found.target.split(".")[0] in ("matplotlib", "mpl_toolkits") and not allowed:
                faults.append(
                    f"{inside}, line {found.line}: imports {found.target}; pictures belong in plots/"
                )
    return faults


def forbidden_names(package: Path) -> list[str]:
    """No printing outside the command line, no evaluated text, no pickle."""
    faults = []
    for inside, tree in modules(package):
        refused = {"eval", "allow_pickle"} | PICKLES
        refused |= {"print"} if folder_of(inside) != "cli" else set()
        refused |= {"exec"} if inside != COMPILER else set()
        for node in ast.walk(tree):
            words = [word for word in _used(node) if word in refused or word.endswith("_pickle")]
            faults += [f"{inside}, line {getattr(node, 'lineno', 0)}: uses {word}" for word in words]
    return faults


def _used(node: ast.AST) -> list[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="builtins"), attr=name):
            return [name]
        case ast.Attribute(attr=name) if name.endswith("_pickle"):
            return [name]
        case ast.keyword(arg="allow_pickle") if ast.unparse(node) != "allow_pickle=False":
            return ["allow_pickle"]
    imported = [target.lstrip(".").split(".") for target in targets(node)]
    return [part for first, *rest in imported for part in (rest if first == "builtins" else [first])]


def long_files(package: Path, allowed: Mapping[str, str] = LONG_FILES) -> list[str]:
    """A file has at most 300 lines, unless it is on the list and needs to be."""
    texts = {path.relative_to(package).as_posix(): path.read_text("utf-8") for path in package.rglob("*.py")}
    too_long = {name: n for name, text in texts.items() if (n := len(text.splitlines())) > MAX_LINES}
    return [
        f"{name} has {n} lines; what is the second noun?"
        for name, n in too_long.items()
        if name not in allowed
    ] + [
        f"{name} is on the list of long files without need; take it off"
        for name in set(allowed) - set(too_long)
    ]


def folders_without_init(package: Path) -> list[str]:
    """Every folder with modules has an `__init__.py`; without it the wheel would leave the folder out."""
    folders = {path.parent for path in package.rglob("*.py")}
    return [f"{f.name}/ has no __init__.py" for f in sorted(folders) if not (f / "__init__.py").exists()]


def heavy_imports(package: Path) -> list[str]:
    """Importing the package, in a new Python, loads neither SciPy's integrators nor matplotlib."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import cartsim;"
        "print(*({'scipy.integrate', 'matplotlib'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program, str(package.parent)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return [f"importing cartsim loads {name}" for name in done.stdout.split()]


def machine_paths(files: Iterable[Path]) -> list[str]:
    """No file names a folder of the machine it was written on; a URL such as host/work/ is not one."""
    pattern = re.compile(rb"(?<![\w.~-])/(?:work/|tmp/bash)")
    hits = [(path.name, match) for path in files if (match := pattern.search(path.read_bytes()))]
    return [f"{name} has the path of one machine: {match.group().decode()}" for name, match in hits]


GATES = (staircase, drawing, forbidden_names, long_files, folders_without_init, heavy_imports)


# ------------------------------------------------------------------ over cartsim


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.__name__)
def test_cartsim_passes_the_gate(gate: Callable[[Path], list[str]]) -> None:
    assert len(list(modules(CARTSIM))) > 10
    assert gate(CARTSIM) == []


def repository_files() -> list[Path]:
    """Every file that is committed or about to be; without git, every file outside the ignored folders."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        files = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        ignored = re.compile(r"\.git|\.venv|build|dist|__pycache__|\..*_cache|\.hypothesis|.*\.egg-info")
        files = [p for p in ROOT.rglob("*") if not any(map(ignored.fullmatch, p.relative_to(ROOT).parts))]
    return [path for path in files if path.is_file()]


def test_no_committed_file_names_a_path_of_one_machine() -> None:
    files = repository_files()
    assert Path(__file__).resolve() in files
    assert machine_paths(files) == []


# ------------------------------------------------------------------ over packages broken on purpose


def written(folder: Path, inside: str, text: str) -> Path:
    """A package called cartsim with one module of interest."""
    package = folder / "cartsim"
    path = package / inside
    path.parent.mkdir(parents=True, exist_ok=True)
    for parent in {package, path.parent}:
        (parent / "__init__.py").touch()
    path.write_text(text, encoding="utf-8")
    return package


FOR_TYPES = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    "
# fmt: off
BROKEN = [
    (staircase, "solving/single.py",     "from ..plots import curves"),
    (staircase, "solving/single.py",     "from .. import plots"),
    (staircase, "solving/single.py",     "import cartsim.plots.style"),
    (staircase, "solving/single.py",     "from cartsim import simulate"),
    (staircase, "solving/single.py",     "import cartsim as cs"),
    (staircase, "solving/single.py",     "def f():\n    from ..export import sbml"),
    (staircase, "solving/single.py",     "x = importlib.import_module('cartsim.plots')"),
    (staircase, "solving/single.py",     "x = import_module(f'..plots.{1}', __package__)"),
    (staircase, "solving/single.py",     FOR_TYPES + "from ..plots import x"),
    (staircase, "language/a/b.py",       "from ...models import index"),
    (staircase, "models/index.py",       "from ..datasets import load"),
    (staircase, "questions/fit.py",      "from ..export import tables"),
    (staircase, "utils.py",              "x = 1"),
    (staircase, "__init__.py",           "from .language import errors"),
    (staircase, "__init__.py",           "try:\n    import cartsim.plots\nexcept ImportError:\n    pass"),
    (drawing, "questions/fit.py",        "def f():\n    import matplotlib.pyplot as plt"),
    (drawing, "export/html.py",          "from matplotlib import figure"),
    (drawing, "cli.py",                  "import matplotlib"),
    (drawing, "__init__.py",             "def demo():\n    import matplotlib.pyplot"),
    (forbidden_names, "models/index.py", "print('hello')"),
    (forbidden_names, "models/index.py", "show = print"),
    (forbidden_names, "cli.py",          "eval('1')"),
    (forbidden_names, "models/index.py", "import builtins\nbuiltins.eval('1')"),
    (forbidden_names, "models/index.py", "exec('x = 1')"),
    (forbidden_names, COMPILER,          "from builtins import eval as f"),
    (forbidden_names, "models/index.py", "import pickle"),
    (forbidden_names, "models/index.py", "from pickle import loads"),
    (forbidden_names, "models/index.py", "x = f('a.npy', allow_pickle=True)"),
    (forbidden_names, "models/index.py", "frame.to_pickle('a')"),
    (long_files, "models/index.py",      "x = 1\n" * (MAX_LINES + 1)),
    (heavy_imports, "__init__.py",       "import scipy.integrate"),
    (heavy_imports, "__init__.py",       "import matplotlib.pyplot"),
]
SOUND = [
    (staircase, "solving/single.py",     "from ..patient import x\nfrom ..models import y\nfrom . import z"),
    (staircase, "models/index.py",       "x = importlib.import_module(f'.{1}', __package__)"),
    (staircase, "cli.py",                "import cartsim as cs\nfrom cartsim.teaching import explore"),
    (staircase, "__init__.py",           "def __getattr__(name):\n    from . import plots\n    return plots"),
    (staircase, "__init__.py",           FOR_TYPES + "from .plots import x"),
    (drawing, "plots/curves.py",         "import matplotlib.pyplot as plt"),
    (drawing, "plots/pages.py",          "from matplotlib.figure import Figure"),
    (drawing, "cli.py",                  "def main():\n    import matplotlib"),
    (forbidden_names, "cli.py",          "print('hello')"),
    (forbidden_names, COMPILER,          "exec('x = 1', {})"),
    (forbidden_names, "models/index.py", "'print(x)'\nx = f('a.npy', allow_pickle=False)"),
    (long_files, "models/index.py",      "x = 1\n" * MAX_LINES),
    (heavy_imports, "__init__.py",       "import numpy"),
]
# fmt: on


@pytest.mark.parametrize(("gate", "inside", "text"), BROKEN)
def test_a_gate_catches_a_broken_package(
    gate: Callable[[Path], list[str]], inside: str, text: str, tmp_path: Path
) -> None:
    faults = gate(written(tmp_path, inside, text))
    assert len(faults) == 1
    assert "cartsim" in faults[0] or inside in faults[0]


@pytest.mark.parametrize(("gate", "inside", "text"), SOUND)
def test_a_gate_lets_a_sound_package_pass(
    gate: Callable[[Path], list[str]], inside: str, text: str, tmp_path: Path
) -> None:
    assert gate(written(tmp_path, inside, text)) == []


def test_a_file_leaves_the_list_of_long_files_when_it_is_short(tmp_path: Path) -> None:
    package = written(tmp_path, "models/index.py", "x = 1\n")
    assert long_files(package, {"models/index.py": "a table"}) != []
    (package / "models/index.py").write_text("x = 1\n" * 400)
    assert long_files(package, {"models/index.py": "a table"}) == []


def test_a_folder_that_the_wheel_would_leave_out_is_caught(tmp_path: Path) -> None:
    package = written(tmp_path, "models/index.py", "x = 1\n")
    assert folders_without_init(package) == []
    (package / "models/__init__.py").unlink()
    assert folders_without_init(package) == ["models/ has no __init__.py"]


@pytest.mark.parametrize("folder", ["/work" + "/shared", "open('/tmp" + "/bash_jobs/1')", "at /work" + "/a"])
def test_a_path_of_one_machine_is_caught(folder: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"see https://host.org/work/1 and ../work/ {folder}")
    assert len(machine_paths([tmp_path / "a.md"])) == 1


def test_a_url_is_not_a_path_of_one_machine(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("https://host.org/work/1, ../work/ and work/")
    assert machine_paths([tmp_path / "a.md"]) == []
