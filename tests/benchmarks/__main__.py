"""Print one table: speed and accuracy of one run and of a thousand, and the time to the first trajectory.

From the folder of the project::

    python -m tests.benchmarks              # everything, about two minutes
    python -m tests.benchmarks single_run   # or many_runs, startup

Nothing is asserted: machines are noisy, and what counts are the medians of the ratios, taken round by round.
libRoadRunner takes part if it is installed (``pip install "cartsim[bench]"``); its compilation is not timed.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable

import numpy
import scipy

from . import many_runs
from .single_run import measure
from .startup import first_trajectory, small_processes, stages
from .timing import HEADER, Row

SECTIONS: dict[str, list[tuple[str, Callable[[], list[Row]]]]] = {
    "single_run": [("One run of the workload: 11 states, one dose, 365 days, 500 output times", measure)],
    "many_runs": [("A thousand patients on one core, a patient", many_runs.measure)],
    "startup": [
        ("A whole process, from start to first trajectory", first_trajectory),
        ("A whole process without a trajectory", small_processes),
        ("Stages inside a new process, one after the other", stages),
    ],
}


def main(wanted: list[str]) -> None:
    """Measure and print the sections named in `wanted`, or all of them."""
    unknown = set(wanted) - set(SECTIONS)
    if unknown:
        sys.exit(f"there is no section {unknown.pop()!r}; the sections are {', '.join(SECTIONS)}")
    print(f"Python {platform.python_version()}, NumPy {numpy.__version__}, SciPy {scipy.__version__}\n")
    print(HEADER)
    for name in wanted or SECTIONS:
        for title, measured in SECTIONS[name]:
            print(f"{title}", flush=True)
            for row in measured():
                print(row, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
