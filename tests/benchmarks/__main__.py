"""Print one table: speed and accuracy of one run and of a thousand, growth with their number, and start-up.

From the folder of the project::

    python -m tests.benchmarks                    # everything but summaries and page, about eight minutes
    python -m tests.benchmarks many_runs growth   # or single_run, startup, summaries

Nothing is asserted: machines are noisy, and what counts are the medians of the ratios, taken round by round.
Other engines take part if they are installed (``pip install "cartsim[bench]"``); compilation is not timed.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable

import numpy
import scipy

from . import explorer, growth, many_runs, page_frames, patient_run, right_hand_sides
from .single_run import measure
from .startup import first_trajectory, small_processes, stages
from .timing import HEADER, Row

SECTIONS: dict[str, list[tuple[str, Callable[[], list[Row]]]]] = {
    "single_run": [("One run of the workload: 11 states, one dose, 365 days, 500 output times", measure)],
    "many_runs": [
        ("A thousand patients side by side, a patient", many_runs.measure),
        ("The compiled path beside its right-hand sides, a patient on one core", right_hand_sides.measure),
    ],
    "patient": [
        (
            "One run of the teaching patient, to a year after the infusion",
            patient_run.one_run,
        ),
        ("A thousand teaching patients to read-outs, a patient on one core", patient_run.many),
    ],
    "explore": [("From a slider to pixels, the full patient over a year", explorer.measure)],
    "page": [("The page of the full patient, in a headless chromium", page_frames.measure)],
    "growth": [("More patients, a patient on all cores", growth.growth)],
    "summaries": [("A hundred thousand patients, runs not kept, a patient on all cores", growth.summaries)],
    "startup": [
        ("A whole process, from start to first trajectory", first_trajectory),
        ("A whole process without a trajectory", small_processes),
        ("Stages inside a new process, one after the other", stages),
    ],
}
ON_REQUEST = {"summaries", "page"}
"""Sections that take long or need a browser; measured only if they are named."""


def main(wanted: list[str]) -> None:
    """Measure and print the sections named in `wanted`, or all but those `ON_REQUEST`."""
    unknown = set(wanted) - set(SECTIONS)
    if unknown:
        sys.exit(f"there is no section {unknown.pop()!r}; the sections are {', '.join(SECTIONS)}")
    print(f"Python {platform.python_version()}, NumPy {numpy.__version__}, SciPy {scipy.__version__}\n")
    print(HEADER)
    for name in wanted or [name for name in SECTIONS if name not in ON_REQUEST]:
        for title, measured in SECTIONS[name]:
            print(f"{title}", flush=True)
            for row in measured():
                print(row, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
