"""The gallery: run every example, make a thumbnail of its picture, and write ``README.md`` of this folder.

``python examples/gallery.py`` writes; the thumbnails and the page are committed. The words under a thumbnail
are the first line of its example, and its alt text is the description that the picture carries.
"""

import ast
import html
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

HERE = Path(__file__).resolve().parent
THUMBNAILS = HERE / "pictures"
WIDTH = 480
"""Pixels across a thumbnail: sharp at half of that on a page."""
ACROSS = 3
NO_EXAMPLES = ("run_all.py", "gallery.py")

HEAD = """\
# Examples

One script for each common job, twenty lines at most. `run_all.py` compares what each prints with its `.out`
file; `gallery.py` writes this page. [Sixteen stories](sixteen_stories.md) tell what one patient can teach,
[a million patients](a_million_patients.md) how to use many machines.

Pictures of patients are illustrative, not for clinical use.
"""


def examples() -> list[Path]:
    """The scripts, in the order of their names."""
    return sorted(path for path in HERE.glob("*.py") if path.name not in NO_EXAMPLES)


def job(example: Path) -> str:
    """What an example is for: the first line of its docstring."""
    return (ast.get_docstring(ast.parse(example.read_text(encoding="utf-8"))) or "").splitlines()[0]


def picture_of(example: Path, folder: Path) -> Path | None:
    """The first picture that an example writes into an empty folder, or None if it writes none."""
    environment = {**os.environ, "MPLBACKEND": "agg"}
    subprocess.run(
        [sys.executable, str(example)], cwd=folder, env=environment, check=True, capture_output=True
    )
    found = [
        folder / name for name in re.findall(r'"([\w.]+\.(?:png|gif))"', example.read_text(encoding="utf-8"))
    ]
    return next((path for path in found if path.exists()), None)


def thumbnail(picture: Path, target: Path) -> None:
    """Write a small copy of a picture, with its description."""
    with Image.open(picture) as opened:
        words = PngInfo()
        words.add_itxt("Description", described(picture))
        opened.seek(getattr(opened, "n_frames", 1) - 1)  # of a film, its end
        small = opened.convert("RGB")
    small.thumbnail((WIDTH, WIDTH), Image.Resampling.LANCZOS)
    small.quantize(96, dither=Image.Dither.NONE).save(target, pnginfo=words, optimize=True)


def described(picture: Path) -> str:
    """The description that a picture carries."""
    with Image.open(picture) as opened:
        return str(opened.info.get("Description") or opened.info.get("comment", b"").decode() or "")


def cell(example: Path) -> str:
    """One example on the page, as a cell of a table."""
    name, picture = example.stem, THUMBNAILS / f"{example.stem}.png"
    alt = html.escape(described(picture) or job(example))
    image = f'<a href="{name}.py"><img src="pictures/{name}.png" width="{WIDTH // 2}" alt="{alt}"></a>'
    words = f'<a href="{name}.py">{name}</a>: {html.escape(job(example))}'
    return f'<td valign="top" width="33%">{image}<br>{words}</td>'


def page() -> str:
    """The page, from the scripts and the thumbnails that there are."""
    drawn = [example for example in examples() if (THUMBNAILS / f"{example.stem}.png").exists()]
    rows = [drawn[i : i + ACROSS] for i in range(0, len(drawn), ACROSS)]
    table = "\n".join("<tr>\n" + "\n".join(map(cell, row)) + "\n</tr>" for row in rows)
    others = [f"- [{path.stem}]({path.name}): {job(path)}" for path in examples() if path not in drawn]
    return "\n".join([HEAD, "<table>", table, "</table>", "", "Without a picture:", "", *others, ""])


def main() -> None:
    """Run the examples, then write thumbnails and page."""
    for example in examples():
        with tempfile.TemporaryDirectory() as folder:
            picture = picture_of(example, Path(folder))
            if picture is not None:
                thumbnail(picture, THUMBNAILS / f"{example.stem}.png")
    (HERE / "README.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
