"""How time and memory grow with the number of patients; every row is a process of its own.

The patients are ``cs.cohort`` of the workload with the coefficients of variation of ``cart11.json``. A
process first solves `WARM` of them, so that nothing is imported or compiled while the clock runs; then it
draws and solves all. Its memory is the most that it ever held, all imports and all results included.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

import cartsim as cs

from .timing import Row
from .workload import ATOL, CART11, OUTPUT_TIMES, RTOL, UNTIL, WORKLOAD

ROOT = Path(__file__).resolve().parents[2]
SIZES = {100: 3, 1000: 3, 10_000: 3}
"""How many patients, in how many processes; the most patients in one alone for the batch, which is slower."""
MANY = 100_000
WARM = 250
EXPONENT = 1.1
"""Time wants to grow by a smaller power of the number of patients than this."""
MEMORY = 1.5
"""GB, in which `MANY` patients want to be summarised."""


def kept(n: int, method: str) -> object:
    """All runs of `n` patients, 500 output times each."""
    return cs.simulate(people(n), UNTIL, at=OUTPUT_TIMES, method=method, rtol=RTOL, atol=ATOL)


def summarised(n: int, method: str) -> object:
    """The read-outs of `n` patients and the quantiles of their curves, day by day."""
    from cartsim.questions.summary import summarise

    return summarise(people(n), UNTIL, every=1, method=method, rtol=RTOL, atol=ATOL)


def people(n: int) -> Mapping[str, cs.Model]:
    """The first `n` patients."""
    spread = {**CART11["cohort"]["lognormal_cv"], **CART11["cohort"]["initial"]}
    return cs.cohort(WORKLOAD, n, spread=spread, seed=1)


WAYS: dict[str, Callable[[int, str], object]] = {"kept": kept, "summarised": summarised}


def growth() -> list[Row]:
    """Rows by method and number of patients, in milliseconds a patient."""
    found = []
    for method in _methods():
        seconds = {}
        for n, times in SIZES.items():
            once = method == "batch" and n == max(SIZES)
            each = [in_a_process("kept", n, method) for _ in range(1 if once else times)]
            seconds[n] = np.array([seconds for seconds, _ in each])
            note = _gigabytes(max(bytes_held for _, bytes_held in each))
            if n // 10 in seconds:
                power = float(np.log10(np.median(seconds[n]) / np.median(seconds[n // 10])))
                note += f"; time grows with n**{power:.2f} from {n // 10:,}"
                if n == max(SIZES):
                    note += f", target below {EXPONENT:g}: {'met' if power < EXPONENT else 'missed'}"
            found.append(Row(f"{method}, {n:,} patients", 1e3 * seconds[n] / n, note=note))
    return found


def summaries() -> list[Row]:
    """A hundred thousand patients whose runs are not kept; takes minutes."""
    method = _methods()[-1]
    seconds, held = in_a_process("summarised", MANY, method)
    note = f"{seconds:.0f} s; {_gigabytes(held)}, target below {MEMORY:g} GB: "
    note += "met" if held < MEMORY * 1e9 else "missed"
    return [Row(f"summarise, {method}, {MANY:,} patients", np.array([1e3 * seconds / MANY]), note=note)]


def in_a_process(way: str, n: int, method: str) -> tuple[float, float]:
    """Seconds for `n` patients, and bytes of memory, of a new process."""
    command = [sys.executable, "-m", "tests.benchmarks.growth", way, str(n), method]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    seconds, held = json.loads(done.stdout)
    return seconds, held


def _methods() -> Sequence[str]:
    if find_spec("numba") is None:
        print("  numba: not installed", flush=True)
        return ["batch"]
    return ["batch", "numba"]


def _gigabytes(held: float) -> str:
    return f"at most {held / 1e9:.2f} GB" if held == held else "memory is not measured on this system"


# ------------------------------------------------------------------ inside such a process


def main(way: str, n: int, method: str) -> None:
    """Print the seconds and the bytes as JSON."""
    import time

    WAYS[way](WARM, method)
    start = time.perf_counter()
    result = WAYS[way](n, method)
    seconds = time.perf_counter() - start
    del result
    print(json.dumps([seconds, peak()]))


def peak() -> float:
    """The most memory that this process has held, in bytes; not-a-number where the system does not tell.

    Linux lets ``ru_maxrss`` begin with the memory of the process that started this one, so its own status is
    asked first.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        if "VmHWM" in lines:
            return 1024.0 * int(lines["VmHWM"].split()[0])
    try:
        import resource
    except ImportError:
        return float("nan")
    unit = 1 if sys.platform == "darwin" else 1024
    return float(unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
