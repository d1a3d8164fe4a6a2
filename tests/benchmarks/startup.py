"""From the start of a process to the first trajectory, and what making and compiling a model costs.

Whole processes take turns: cartsim on Barros et al. 2021 with one dose, and the least that NumPy and SciPy
need for the same equations, written by hand. Imports are most of it, on both sides.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from .timing import Row, in_turn, rows

ROOT = Path(__file__).resolve().parents[2]

BARE = "numpy and odeint, by hand"
CARTSIM = "cartsim, the same model and dose"
NOTHING = "python -c pass"
TARGET = 1.2
"""How much longer than the bare script cartsim wants to take at most."""

# the numbers of cartsim/models/barros_2021.py
BARE_SCRIPT = """
import numpy as np
from scipy.integrate import odeint
phi, rho, epsilon, theta, alpha, mu = 0.265, 0.35, 0.15, 6e-6, 4.5e-8, 0.005
r, b, gamma = 0.05650026, 1.404029e-12, 3.715843e-6
def rhs(t, y):
    C_T, C_M, T = y
    return [phi*C_T - rho*C_T + theta*T*C_M - alpha*T*C_T,
            epsilon*C_T - theta*T*C_M - mu*C_M,
            r*T*(1 - b*T) - gamma*C_T*T]
t = np.linspace(0, 200, 501)
first = odeint(rhs, [0, 0, 2e6], np.append(t[t < 42], 42), tfirst=True, rtol=1e-6, atol=1e-6)
y = first[-1] + [2e6, 0, 0]
second = odeint(rhs, y, np.insert(t[t > 42], 0, 42), tfirst=True, rtol=1e-6, atol=1e-6)
"""
CARTSIM_SCRIPT = """
import cartsim as cs
mouse = cs.models.barros_2021.with_events(cs.Dose(2e6, into="C_T", at=42))
run = cs.simulate(mouse, until=200)
"""
STAGES = {  # in this order, in one new process
    "import numpy": "import numpy",
    "import odeint": "from scipy.integrate import odeint",
    "import cartsim": "import cartsim as cs",
    "load the language": "cs.Model, cs.Species, cs.Dose",
    "load the solving": "cs.simulate",
    "make barros_2021, 7 variants": "mouse = cs.models.barros_2021",
    "with_values, first": "mouse.with_values(r=0.05)",
    "with_values, again": "mouse.with_values(r=0.06)",
    "with_events": "treated = mouse.with_events(cs.Dose(2e6, into='C_T', at=42))",
    "simulate barros_2021, first": "cs.simulate(treated, until=200)",
    "simulate barros_2021, again": "cs.simulate(treated, until=200)",
    "make the workload": "from tests.benchmarks.workload import WORKLOAD",
    "simulate the workload, first": "cs.simulate(WORKLOAD, until=365)",
    "simulate the workload, again": "cs.simulate(WORKLOAD, until=365)",
    "simulate it with other numbers": "cs.simulate(WORKLOAD.with_values(rT=0.07), until=365)",
}
_STAGED = """
import json, sys, time
stages, space, seconds = json.loads(sys.argv[1]), {}, []
for text in stages:
    code = compile(text, "stage", "exec")
    start = time.perf_counter()
    exec(code, space)
    seconds.append(time.perf_counter() - start)
print(json.dumps(seconds))
"""


def run(*arguments: str) -> str:
    """What a program prints that runs to its end in the folder of the project; it must not fail."""
    done = subprocess.run(
        arguments, cwd=ROOT, env=_environment(), check=True, capture_output=True, text=True, timeout=120
    )
    return done.stdout


@cache
def _bytecode() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="cartsim-bytecode-")


def _environment() -> dict[str, str]:
    """Every import finds its bytecode, as after an installation; the untimed first call of each writes it.

    Where Python is told to write none, cartsim's own files would be compiled anew in each process, and those
    of NumPy and SciPy, which pip has compiled, would not.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": _bytecode().name}


def _python(script: str) -> Callable[[], str]:
    return lambda: run(sys.executable, "-c", script)


def first_trajectory(pairs: int = 11) -> list[Row]:
    """Whole processes that end with one trajectory; the ratio is to the bare script."""
    seconds = in_turn({BARE: _python(BARE_SCRIPT), CARTSIM: _python(CARTSIM_SCRIPT)}, pairs)
    ratio = float(np.median(seconds[CARTSIM] / seconds[BARE]))
    note = f"target below {TARGET:g}: {'met' if ratio < TARGET else 'missed'}"
    return rows(seconds, BARE, notes={CARTSIM: note})


def small_processes(rounds: int = 11) -> list[Row]:
    """Whole processes that solve nothing; the ratio is to a Python that does nothing."""
    calls = {NOTHING: _python("pass"), "import cartsim": _python("import cartsim")}
    calls["import numpy"] = _python("import numpy")
    command = Path(sys.executable).with_name("cartsim")
    if command.exists() and hasattr(importlib.import_module("cartsim.cli"), "main"):
        calls["cartsim --help"] = lambda: run(str(command), "--help")
    return rows(in_turn(calls, rounds), NOTHING)


def stages(processes: int = 7) -> list[Row]:
    """What each step costs in a new process, from the first import to the second run."""
    found = [_staged(list(STAGES.values())) for _ in range(processes + 1)][1:]
    return [
        Row(name, 1e3 * np.array(seconds))
        for name, seconds in zip(STAGES, zip(*found, strict=True), strict=True)
    ]


def _staged(texts: Sequence[str]) -> list[float]:
    seconds: list[float] = json.loads(run(sys.executable, "-c", _STAGED, json.dumps(texts)))
    return seconds
