"""Run every example in an empty folder and compare what it prints with its ``.out`` file.

``python examples/run_all.py`` says which differ, and exits with 1 if any does; with ``--accept`` it writes
the ``.out`` files anew, except of an example that fails.
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
FAILED = "failed with exit code"


def output_of(example: Path) -> str:
    """What the example prints, its errors included."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "MPLBACKEND": "agg", "PYTHONWARNINGS": "error"}
        command = [sys.executable, str(example)]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    text = done.stdout + (f"{done.stderr}{FAILED} {done.returncode}\n" if done.returncode else "")
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def main() -> int:
    """Compare, or accept; returns the exit code."""
    examples = sorted(path for path in HERE.glob("*.py") if path.name not in ("run_all.py", "gallery.py"))
    failed = 0
    with ThreadPoolExecutor(2) as pool:
        outputs = list(pool.map(output_of, examples))
    for example, found in zip(examples, outputs, strict=True):
        expected = example.with_suffix(".out")
        crashed = found.splitlines()[-1].startswith(FAILED)
        if "--accept" in sys.argv and not crashed:
            expected.write_text(found, encoding="utf-8")
        elif crashed or not expected.exists() or expected.read_text(encoding="utf-8") != found:
            failed += 1
            print(f"{example.name} differs from {expected.name}; it printed:\n{found}")
    print(f"{len(examples) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
