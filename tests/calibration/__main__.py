"""Calibrate the teaching patient, and print what it achieves beside what was published.

From the folder of the project::

    python -m tests.calibration                     # the table, misses included (about two minutes)
    python -m tests.calibration table axi liso      # of some groups
    python -m tests.calibration readme              # the last table and a new picture into the README
    python -m tests.calibration fit kinetics b_all  # fit the typical patient, write the numbers (minutes)
    python -m tests.calibration fit cohorts axi     # fit incidences and shares, likewise

The numbers are written into ``cartsim/patient/calibrated.py``; a new process reads them. The table of
all groups goes to the screen, into ``tests/calibration/achieved.md`` and into the README, with its picture.
"""

from __future__ import annotations

import sys

from cartsim.patient.diseases import DISEASES

from . import cohorts, kinetics
from .readme import ACHIEVED, update_picture, update_table
from .rows import GROUPS
from .table import SEED, N, achieved, table
from .write import write


def main(words: list[str]) -> None:
    """Do what the words say."""
    what, *rest = words or ["table"]
    if what == "table":
        _table(rest)
    elif what == "readme" and not rest:
        _readme()
    elif what == "fit" and rest and rest[0] in ("kinetics", "cohorts"):
        fit = kinetics.fit if rest[0] == "kinetics" else cohorts.fit
        for group in _groups(rest[1:]):
            known = GROUPS[group]
            write(DISEASES[known.disease].products[known.product].fitted, fit(group))
    else:
        sys.exit(__doc__)


def _groups(names: list[str]) -> list[str]:
    unknown = set(names) - set(GROUPS)
    if unknown:
        sys.exit(f"there is no group {unknown.pop()!r}; the groups are {', '.join(GROUPS)}")
    return names or list(GROUPS)


def _table(names: list[str]) -> None:
    lines = table({group: achieved(group) for group in _groups(names)})
    print(*lines, sep="\n")
    if not names:
        head = f"Cohorts of {N} virtual patients, seed {SEED}; written by `python -m tests.calibration`."
        ACHIEVED.write_text("\n".join([head, "", *lines]) + "\n", encoding="utf-8")
        _readme()


def _readme() -> None:
    update_table()
    update_picture()


if __name__ == "__main__":
    main(sys.argv[1:])
