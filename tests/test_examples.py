"""The examples: short, explained, and printing today what stands in their ``.out`` files."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "examples"
RUNNER = FOLDER / "run_all.py"
EXAMPLES = sorted(path for path in FOLDER.glob("*.py") if path.name not in ("run_all.py", "gallery.py"))
MOST_LINES = 20

_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}

each_example = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)


def lines_of_code(text: str) -> int:
    """How many lines hold code: blank lines, comments and the docstring do not count."""
    first = ast.parse(text).body[0]
    docstring: set[int] = set()
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        docstring = set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _NO_CODE:
            lines |= set(range(token.start[0], token.end[0] + 1))
    return len(lines - docstring)


def test_blank_lines_comments_and_the_docstring_are_no_code() -> None:
    assert lines_of_code('"""One.\n\nTwo."""\n\n# why\na = 1\n\nb = [\n    2,\n]\n') == 4


def test_there_are_examples() -> None:
    assert EXAMPLES


@each_example
def test_it_is_short(path: Path) -> None:
    assert 0 < lines_of_code(path.read_text(encoding="utf-8")) <= MOST_LINES


@each_example
def test_it_says_what_it_is_for(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert said
    assert said.splitlines()[0].endswith((".", "?"))


@each_example
def test_its_output_is_on_record_and_no_failure(path: Path) -> None:
    expected = path.with_suffix(".out").read_text(encoding="utf-8")
    assert expected.strip()
    assert "Traceback" not in expected
    assert "exit code" not in expected


def test_no_record_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.out")} == {path.stem for path in EXAMPLES}


@pytest.mark.slow
def test_each_example_prints_what_is_on_record() -> None:
    done = subprocess.run([sys.executable, str(RUNNER)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(EXAMPLES)} passed, 0 failed" in done.stdout


def test_the_gallery_shows_every_example_with_what_its_picture_says() -> None:
    sys.path.insert(0, str(FOLDER))
    try:
        import gallery
    finally:
        sys.path.remove(str(FOLDER))
    assert gallery.examples() == EXAMPLES
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == gallery.page()
    drawn = [path for path in EXAMPLES if re.search(r"plots\.save\(|animate\(", path.read_text("utf-8"))]
    assert {path.stem for path in drawn} == {path.stem for path in gallery.THUMBNAILS.glob("*.png")} - {
        "demo"
    }
    alts = re.findall(r'<img [^>]*alt="([^"]*)"', gallery.page())
    assert len(alts) == len(drawn)
    assert min(len(alt) for alt in alts) > 40
