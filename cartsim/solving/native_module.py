"""The compiled module of one structure: its text, the folder that keeps it, and its import.

Numba keeps what it has compiled beside the file of a function, so the text is written to a folder of the
user: ``CARTSIM_CACHE`` if that is set, else ``cartsim`` where the system keeps caches. What is run is always
the text that was printed now, whatever stands in the file. What Numba wrote beside it is trusted, so the
folder must be the user's own and closed to others; where there is none, a temporary one serves until the
process ends.
"""

from __future__ import annotations

import atexit
import hashlib
import inspect
import os
import stat
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.metadata import version
from importlib.util import module_from_spec
from pathlib import Path
from types import CodeType
from typing import Any

from ..language.checks import Structure
from ..language.native import NativeText
from ..language.tree import Expression
from . import native_runs, native_step, rodas5p

FOLDER_VARIABLE = "CARTSIM_CACHE"
_NUMBAS = "__pycache__"  # where Numba keeps what belongs to a file in the folder
_HEAD = '''\
"""Printed by cartsim for one structure and compiled by Numba; a change in this file changes nothing."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import boolean, float64, int64, intp, njit, types, void


def _array(kind, dimensions, *, read=False):
    """Any layout: a part of a larger array, and one row seen many times, are taken as they are."""
    return types.Array(kind, dimensions, "A", readonly=read)


_one, _two = _array(float64, 1, read=True), _array(float64, 2, read=True)
_read = (_one, _one, _one, _two, _two, _two, _two, _two)
_places = _array(intp, 1)
_written = (_array(float64, 3), _places, _array(float64, 1), _array(float64, 2), _places, _array(boolean, 1))

compiled = njit(error_model="numpy", nogil=True, forceinline=True)
entrance = njit(void(int64, int64, float64, *_read, *_written), error_model="numpy", nogil=True, cache=True)
'''

_NUMBERS_OF_STEP = ("ATOL_SHARE", "GAMMA", "LARGEST", "SAFETY", "SMALLEST", "STAGES")
_NUMBERS_OF_RUNS = ("MAX_STEPS", "PARTS")
_TABLES = ("A", "C", "D", "TIME_INCREMENT", "TIME_OF_STAGE")
_PROGRAM = (
    *(native_step.Room, native_step.room_for, native_step.larger_size, native_step.add_up),
    *(native_step.attempt, native_step.first_step, native_step.lengthening),
    *(native_step.interpolate, native_step.inside),
    *(native_runs.spacing, native_runs.looking, native_runs.met, native_runs.first_met),
    *(native_runs.part_of, native_runs.solve_run, native_runs.solve_runs),
)

Kernel = Callable[..., None]
_lock = threading.Lock()
_kernels: dict[str, Kernel] = {}


def module_text(structure: Structure, watches: Sequence[Expression]) -> str:
    """The whole module for one structure and for what its runs look out for."""
    return _module_text(structure, tuple(watches))


@lru_cache(maxsize=64)
def _module_text(structure: Structure, watches: tuple[Expression, ...]) -> str:
    numbers = [
        f"{name} = {getattr(module, name)!r}"
        for module, names in ((native_step, _NUMBERS_OF_STEP), (native_runs, _NUMBERS_OF_RUNS))
        for name in names
    ]
    tables = [f"{name} = np.array({getattr(rodas5p, name).tolist()!r})" for name in _TABLES]
    parts = [inspect.getsource(part) for part in _PROGRAM]
    return "\n\n".join([_HEAD, "\n".join([*numbers, *tables]), str(NativeText(structure, watches)), *parts])


def module_name(text: str) -> str:
    """The name of a module: another one for another text, Numba or Python."""
    whole = "\n".join([text, version("numba"), sys.version])
    return f"cartsim_{hashlib.sha256(whole.encode()).hexdigest()[:24]}"


def kernel(structure: Structure, watches: Sequence[Expression]) -> Kernel:
    """`cartsim.solving.native_runs.solve_runs`, compiled for one structure; one of them a process."""
    text = module_text(structure, watches)
    name = module_name(text)
    with _lock:
        if name not in _kernels:
            _kernels[name] = _loaded(name, text)
        return _kernels[name]


def at_hand(structure: Structure, watches: Sequence[Expression]) -> bool:
    """Whether nothing needs to be compiled, as this process or one before it has done so."""
    name = module_name(module_text(structure, watches))
    if name in _kernels:
        return True
    with suppress(OSError, RuntimeError):  # RuntimeError: there is no home
        kept = cache_folder() / _NUMBAS
        return kept.is_dir() and _closed_to_others(kept) and any(kept.glob(f"{name}.*.nbc"))
    return False


# ------------------------------------------------------------------ the folder


def cache_folder() -> Path:
    """Where compiled modules are kept; it need not exist."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "cartsim" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cartsim"


def own_folder() -> Path | None:
    """`cache_folder`, made if need be; None if it cannot be made, or others may write into it."""
    try:
        folder = cache_folder()
        for place in (folder, folder / _NUMBAS):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _closed_to_others(place):
                return None
        return folder
    except (OSError, RuntimeError):  # RuntimeError: there is no home
        return None


def _closed_to_others(folder: Path) -> bool:
    if sys.platform == "win32":
        return True
    found = folder.stat()
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


@lru_cache(maxsize=1)
def _temporary() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="cartsim_")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def write(folder: Path, name: str, text: str) -> Path:
    """The module's file, with this text and no other.

    Its time is always the same, so that what Numba keeps fits whoever wrote the file.
    """
    path, encoded = folder / f"{name}.py", text.encode()
    with suppress(OSError):
        if path.read_bytes() == encoded:
            return path
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f"{name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(encoded)
        os.utime(temporary, (0, 0))
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


# ------------------------------------------------------------------ the import


class _Printed(SourceFileLoader):
    """Loads a text that is at hand, as the file of the same text."""

    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self._text = text

    def get_code(self, fullname: str) -> CodeType:
        code: CodeType = self.source_to_code(self._text.encode(), self.path)
        return code


def _loaded(name: str, text: str) -> Kernel:
    folder = own_folder()
    if folder is not None:
        with suppress(OSError):  # such as a full disk
            path = write(folder, name, text)
            try:
                return _imported(name, path, text)
            except Exception:  # what Numba kept there may be damaged
                for old in (folder / _NUMBAS).glob(f"{name}.*"):
                    old.unlink(missing_ok=True)
                return _imported(name, path, text)
    return _imported(name, write(_temporary(), name, text), text)


def _imported(name: str, path: Path, text: str) -> Kernel:
    loader = _Printed(name, str(path), text)
    module: Any = module_from_spec(ModuleSpec(name, loader, origin=str(path)))
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    function: Kernel = module.solve_runs
    return function
