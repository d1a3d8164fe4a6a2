"""Write the notebooks from their texts: ``python notebooks/build.py``; with ``--check``, say which differ.

The texts in ``text/`` are what people write and review (Markdown, by Jupytext); the notebooks beside this
file are what people open. They hold no outputs, and a cell keeps its name as long as its place.
"""

import re
import sys
from pathlib import Path

import jupytext
import nbformat

HERE = Path(__file__).resolve().parent
TEXTS = HERE / "text"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def notebook_of(text: Path) -> str:
    """The notebook of a text, as JSON: no outputs, and the same text always gives the same bytes."""
    book = jupytext.read(text)
    for number, cell in enumerate(book.cells):
        cell["id"] = f"{_slug(text.stem)}-{number:02d}"
        cell["metadata"] = {}
        if cell.cell_type == "code":
            cell["outputs"], cell["execution_count"] = [], None
    book["metadata"] = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    book["nbformat"], book["nbformat_minor"] = 4, 5
    nbformat.validate(book)
    return str(nbformat.writes(book)) + "\n"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def main() -> int:
    """Write, or compare; returns the exit code."""
    differ = []
    for text in sorted(TEXTS.glob("*.md")):
        made, path = notebook_of(text), HERE / f"{text.stem}.ipynb"
        if path.exists() and path.read_text(encoding="utf-8") == made:
            continue
        differ.append(path.name)
        if "--check" not in sys.argv:
            path.write_text(made, encoding="utf-8")
    verb = "differ from their texts" if "--check" in sys.argv else "written"
    print(f"{', '.join(differ) or 'no notebooks'} {verb}")
    return 1 if differ and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
