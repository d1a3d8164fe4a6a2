"""``cartsim doctor``: what is installed, and whether it works."""

from __future__ import annotations

import argparse
import importlib.util
import math
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

EXTRAS = {
    "tables": ("pandas", "xarray"),
    "notebook": ("ipywidgets", "jupyterlab"),
    "fast": ("numba",),
    "progress": ("tqdm",),
    "cluster": ("dask", "distributed"),
    "test": ("pytest", "hypothesis"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(chosen: argparse.Namespace) -> int:
    """Print versions and the result of two checks; the exit code is 1 if one of them fails."""
    print(f"python      {platform.python_version()} ({sys.executable})")
    print(f"system      {platform.platform()}")
    for name in ("cartsim", "numpy", "scipy", "matplotlib"):
        print(f"{name:<11} {_version(name)}")
    for extra, names in EXTRAS.items():
        present = [f"{name} {_version(name)}" for name in names if importlib.util.find_spec(name)]
        missing = [name for name in names if not importlib.util.find_spec(name)]
        advice = f'; without {", ".join(missing)}: pip install "cartsim[{extra}]"' if missing else ""
        print(f"[{extra}]".ljust(11), ", ".join(present) + advice if present else advice.lstrip("; "))
    checks = {"solver": _solver_works, "pictures": _pictures_work}
    problems = 0
    for name, check in checks.items():
        try:
            verdict = check()
        except Exception as error:  # whatever is broken in an installation, the doctor reports it
            verdict = f"FAILS: {type(error).__name__}: {error}"
        problems += verdict.startswith("FAILS")
        print(f"{name:<11} {verdict}")
    return 1 if problems else 0


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _solver_works() -> str:
    """Solve growth against its closed form."""
    from ..language.model import Model
    from ..language.parts import Parameter, Process, Species
    from ..solving.simulate import simulate

    growth = Model(
        "growth",
        species={"T": Species(1.0)},
        parameters={"r": Parameter(0.1)},
        processes={"birth": Process("-> T", "r*T")},
    )
    error = abs(float(simulate(growth, 10.0)["T"][-1]) / math.e - 1.0)
    return f"works (relative error {error:.1e})" if error < 1e-5 else f"FAILS: relative error {error:.1e}"


def _pictures_work() -> str:
    """Draw a small picture into memory."""
    import io

    from matplotlib.figure import Figure

    figure = Figure(figsize=(1, 1))
    figure.add_subplot().plot([0, 1], [0, 1])
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return (
        f"work ({len(file.getvalue())} bytes of PNG)"
        if file.getvalue().startswith(b"\x89PNG")
        else "FAILS: no PNG"
    )
