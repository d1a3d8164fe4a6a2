"""``cartsim key``: the answers of all exercises, and what points are given for, as two files."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..language.errors import ModelError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to write, and of which topics."""
    parser.add_argument(
        "folder", metavar="FOLDER", help="where to write key.md and rubric.md; made if missing"
    )
    parser.add_argument(
        "--topic", metavar="NAME", action="append", help="only this topic, such as relapse (repeatable)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace the files of an earlier time")


def run(chosen: argparse.Namespace) -> int:
    """Solve every exercise, and write both files."""
    from ..teaching import lessons

    folder = Path(chosen.folder)
    paths = folder / "key.md", folder / "rubric.md"
    for path in paths:
        if path.exists() and not chosen.overwrite:
            raise ModelError(f"{path} is there already; name another folder, or add --overwrite")
    asked = [name for topic in chosen.topic or lessons.TOPICS for name in lessons.names(topic)]
    folder.mkdir(parents=True, exist_ok=True)
    texts = lessons.key(chosen.topic), lessons.rubric(chosen.topic)
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    print(f"answers to {len(set(asked))} exercises: {paths[0]}")
    print(f"points for them: {paths[1]}")
    return 0
