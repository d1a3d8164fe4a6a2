"""The compiled engine: the answers of the engine on arrays, whoever computes them, kept between processes."""

from __future__ import annotations

import json
import math
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import cartsim as cs
from cartsim.language.events import Change, Dose, Infusion, When
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Species
from cartsim.solving import native, native_choice, native_module, native_pattern, native_runs
from cartsim.solving.batch import Batch
from cartsim.solving.native import Native
from cartsim.solving.native_choice import WORTH_COMPILING, pays
from cartsim.solving.simulate import simulate
from cartsim.solving.stretches import Engine, Solved, Stretches
from cartsim.solving.tolerances import absolute_tolerances
from cartsim.solving.watch import ABOVE_ZERO, Watch
from tests.solving.test_batch import _UNTIL, _cohort, _error

RTOL = 1e-6
AGREE = 0.1 * RTOL
"""The steps are the same, so only rounding differs, and what the model makes of it."""

PREY = Model(
    "prey",
    species={"T": Species(100.0, extinct_below=0.1), "C": Species(1.0)},
    parameters={"r": Parameter(0.3), "b": Parameter(1e-3), "g": Parameter(0.02), "d": Parameter(0.2)},
    processes={
        "growth": Process("-> T", "r*T*(1 - b*T)"),
        "killing": Process("T ->", "g*C*T"),
        "expansion": Process("-> C", "0.5*g*C*T/(1 + 0.01*T)"),
        "death": Process("C ->", "d*C"),
    },
)
WAVE = Model(  # a decay with a known death, and something that it drives and that depends on time
    "wave",
    species={"A": Species(1000.0, extinct_below=1.0), "B": Species(0.0)},
    parameters={
        "k": Parameter(0.5),
        "K": Parameter(30.0),
        "n": Parameter(2.5),
        "tau": Parameter(3.0),
        "end": Parameter(9.0),
    },
    processes={
        "loss": Process("A ->", "k*A"),
        "made": Process("-> B", "max(hill(A, K, n), 0.2)*exp(-t/tau) + 9*step(t - end)"),
        "lost": Process("B ->", "B"),
    },
)


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache folder of this file's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(native_module.FOLDER_VARIABLE, str(tmp_path_factory.mktemp("kept")))
        yield native_module.cache_folder()


def _spread(model: Model, n: int) -> np.ndarray:
    """Parameters of `n` members, shape (n_parameters, n)."""
    factors = np.exp(0.3 * np.random.default_rng(3).standard_normal((len(model.values), n)))
    return np.array(list(model.values.values()))[:, np.newaxis] * factors


def _stretches(model: Model, n: int, end: float = 20.0) -> Stretches:
    """One stretch a member, each over another time, the odd ones watched, with an infusion into the last."""
    initial = [float(species.initial) for species in model.species.values()]
    watched = np.arange(n) % 2 == 1
    inflow = np.zeros((len(initial), n))
    inflow[-1] = 0.01 * np.arange(n)
    ends = end * (1.0 + 0.01 * np.arange(n))
    times = np.linspace(0.1, 0.99, 30) * ends[:, np.newaxis]
    times[::3, 20:] = math.inf
    parameters = _spread(model, n)
    if "end" in model.values:
        parameters[-1] = ends  # what is switched on at the end of a stretch is not felt in it
    falls = np.where(watched, ABOVE_ZERO, math.inf)
    return Stretches(
        start=0.01 * np.arange(n),
        end=ends,
        y=np.repeat(np.array(initial)[:, np.newaxis], n, axis=1),
        parameters=parameters,
        inflow=inflow,
        thresholds=np.stack([falls, np.full(n, math.inf)]),
        times=times,
    )


def _engine(kind: type, model: Model, **options: int) -> Engine:
    tolerances = absolute_tolerances(model, None, RTOL)
    engine: Engine = kind(model.structure, Watch(model).trees, RTOL, tolerances, **options)
    return engine


def _assert_same(found: Solved, expected: Solved, which: slice | np.ndarray = slice(None)) -> None:
    """To the last bit."""
    for name in ("filled", "end", "hit", "stuck"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name)[which])
    np.testing.assert_array_equal(found.y, expected.y[:, which])
    for row, other, filled in zip(found.rows, expected.rows[which], found.filled, strict=True):
        np.testing.assert_array_equal(row[:filled], other[:filled])


# ------------------------------------------------------------------ the same answers


@pytest.mark.parametrize("model", [PREY, pytest.param(WAVE, marks=pytest.mark.slow)], ids=["prey", "wave"])
def test_the_answers_are_those_of_the_engine_on_arrays(model: Model) -> None:
    stretches = _stretches(model, 40)
    found = _engine(Native, model).solve(stretches)
    expected = _engine(Batch, model).solve(stretches)
    for name in ("filled", "hit", "stuck"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    np.testing.assert_allclose(found.end, expected.end, rtol=AGREE)
    assert _error(found.y, expected.y) < AGREE
    assert found.filled.min() > 0
    for i, filled in enumerate(found.filled):
        assert _error(found.rows[i, :filled].T, expected.rows[i, :filled].T) < AGREE
    assert (found.hit >= 0).any(), "some must die"
    assert (found.hit < 0).any(), "some must not"


@pytest.mark.slow
def test_a_death_is_met_where_it_happens() -> None:
    stretches = _stretches(WAVE, 20, end=60.0)
    found = _engine(Native, WAVE).solve(stretches)
    watched = np.isfinite(stretches.thresholds[0])
    exact = stretches.start + np.log(1000.0) / stretches.parameters[0]
    dies = watched & (exact < stretches.end)
    assert dies.sum() > 5
    np.testing.assert_array_equal(found.hit, np.where(dies, 0, -1))
    np.testing.assert_allclose(found.end[dies], exact[dies], rtol=1e-5)
    np.testing.assert_allclose(found.y[0, dies], 1.0, rtol=1e-12)
    np.testing.assert_array_equal(found.end[~dies], stretches.end[~dies])
    seen = (stretches.times < found.end[:, np.newaxis]).sum(axis=1)
    np.testing.assert_array_equal(found.filled, seen)


def test_events_and_deaths_go_through_simulate() -> None:
    events = [
        Dose(20, into="C", at=2),
        Infusion(5, into="T", start=4, duration=3),
        Change("g", factor=2, start=6),
    ]
    members = {f"{g:g}": PREY.with_values(g=g).with_events(*events) for g in (0.001, 0.01, 0.02)}
    at = np.linspace(0, 25, 51)
    found = simulate(members, 25, at=at, method="numba")
    deaths = 0
    for label, member in members.items():
        alone = simulate(member, 25, at=at, rtol=1e-10)
        assert _error(found[label].y, alone.y) < 1e-3  # after a death times differ, and so does what follows
        times = {o.name: o.time for o in alone.occurrences if o.kind == "extinction"}
        mine = {o.name: o.time for o in found[label].occurrences if o.kind == "extinction"}
        assert mine == pytest.approx(times, rel=1e-5)
        deaths += len(times)
    assert 0 < deaths < 3


def test_a_member_that_fails_leaves_the_others_alone() -> None:
    at = np.linspace(0, 10, 11)
    members = {"calm": PREY, "explodes": PREY.with_values(b=-1.0), "calm too": PREY.with_values(r=0.2)}
    with pytest.warns(RuntimeWarning, match="explodes"):
        found = simulate(members, 10, at=at, method="numba")
    assert list(found.labels) == ["calm", "calm too"]
    alone = simulate({label: members[label] for label in found.labels}, 10, at=at, method="numba")
    for label in found.labels:
        np.testing.assert_array_equal(found[label].y, alone[label].y)


def test_a_run_without_numbers_is_stuck_and_raises_nothing() -> None:
    stretches = _stretches(PREY, 3)
    stretches.parameters[1, 1] = math.nan
    stretches.parameters[0, 2] = math.inf
    found = _engine(Native, PREY).solve(stretches)
    assert found.stuck.tolist() == [False, True, True]
    np.testing.assert_array_equal(found.end[1:], stretches.start[1:])


# ------------------------------------------------------------------ whoever computes them


def test_answers_do_not_depend_on_threads_or_company_to_the_last_bit() -> None:
    stretches = _stretches(PREY, 70)
    whole = _engine(Native, PREY, threads=1).solve(stretches)
    for threads in (2, 5):
        _assert_same(_engine(Native, PREY, threads=threads).solve(stretches), whole)
    some = np.random.default_rng(1).permutation(70)[:11]
    _assert_same(_engine(Native, PREY).solve(stretches.part(some)), whole, some)


def test_several_threads_of_the_user_may_solve_at_once() -> None:
    stretches = _stretches(PREY, 70)
    engine = _engine(Native, PREY, threads=2)
    whole = engine.solve(stretches)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: engine.solve(stretches), range(8)):
            _assert_same(found, whole)


def test_shared_times_and_a_part_of_a_larger_array_are_taken_as_they_are() -> None:
    stretches = _stretches(PREY, 6)
    stretches.inflow = None
    stretches.times = np.broadcast_to(np.linspace(1, 15, 8), (6, 8))
    room = np.full((6, 20, 2), -1.0)
    engine = _engine(Native, PREY)
    found = engine.solve(stretches, room[:, 3:11])
    assert np.shares_memory(found.rows, room)
    assert (room[:, :3] == -1.0).all()
    assert (room[:, 11:] == -1.0).all()
    stretches.times = stretches.times.copy()
    stretches.inflow = np.zeros((2, 6))
    again = engine.solve(stretches)
    _assert_same(again, found)
    assert len(engine._kernel.signatures) == 1, "nothing is compiled for another layout"


def test_the_number_of_threads_is_numbas(monkeypatch: pytest.MonkeyPatch) -> None:
    import numba

    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", 3)
    assert native.default_threads() == 3
    monkeypatch.setattr(native.multiprocessing, "parent_process", lambda: object())
    assert native.default_threads() == 1
    monkeypatch.setenv("NUMBA_NUM_THREADS", "3")
    assert native.default_threads() == 3


def test_the_first_exception_of_a_thread_comes_back() -> None:
    def work(first: int) -> None:
        if first == 2:
            raise MemoryError("no room")

    with pytest.raises(MemoryError, match="no room"):
        native._in_threads(work, range(4), 2)


# ------------------------------------------------------------------ as plain Python


def test_the_program_is_plain_python_that_follows_a_decay_to_its_death() -> None:
    n, k = 3, np.array([[0.5, 1.0, 2.0]])
    times = np.tile(np.linspace(0.5, 3.5, 7), (n, 1))
    rows, y_end, ended = np.empty((n, 7, 1)), np.empty((1, n)), np.empty(n)
    filled, hit, stuck = np.empty(n, np.intp), np.empty(n, np.intp), np.empty(n, bool)
    native_runs.solve_runs(
        *(0, n, RTOL, np.array([1e-9]), np.zeros(n), np.full(n, 4.0), np.full((1, n), 5.0), k),
        *(np.zeros((1, n)), np.array([[math.inf, 0.0, 0.0]]), times, rows, filled, ended, y_end, hit, stuck),
    )
    assert native_pattern.N_SPECIES == 1
    np.testing.assert_allclose(ended, [4.0, math.log(5.0), math.log(5.0) / 2], rtol=1e-6)
    np.testing.assert_array_equal(hit, [-1, 0, 0])
    np.testing.assert_array_equal(filled, [7, 3, 1])
    np.testing.assert_allclose(y_end[0], [5.0 * math.exp(-2.0), 1.0, 1.0], rtol=1e-6)
    np.testing.assert_allclose(rows[0, :, 0], 5.0 * np.exp(-0.5 * times[0]), rtol=1e-5)
    assert not stuck.any()


# ------------------------------------------------------------------ kept between processes


def _run(program: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.slow
def test_another_process_compiles_nothing(folder: Path, tmp_path: Path) -> None:
    _engine(Native, PREY)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert any(path.suffix == ".nbc" for path in before)
    (tmp_path / "prey.json").write_text(json.dumps(PREY.to_dict()))
    program = (
        "import json, sys, cartsim as cs\n"
        "from cartsim.solving.native_choice import pays\n"
        "from cartsim.solving.native_module import kernel\n"
        "from cartsim.solving.watch import Watch\n"
        f"model = cs.Model.from_dict(json.load(open({str(tmp_path / 'prey.json')!r})))\n"
        "print(pays({'a': model}), 'numba' in sys.modules)\n"
        "function = kernel(model.structure, Watch(model).trees)\n"
        "print(sum(function.stats.cache_hits.values()), sum(function.stats.cache_misses.values()))\n"
    )
    assert _run(program) == ["True", "False", "1", "0"]
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()} == before


def test_numba_is_imported_by_those_alone_who_ask_for_it() -> None:
    program = (
        "import sys, cartsim as cs\n"
        "model = cs.models.barros_2021\n"
        "cs.simulate({str(i): model for i in range(3)}, 5, method='batch')\n"
        "cs.simulate({str(i): model for i in range(3)}, 5)\n"
        "print('numba' in sys.modules)\n"
    )
    assert _run(program) == ["False"]


TINY = "def solve_runs():\n    return 42\n"
"""Stands for a module: how it is kept has nothing to do with what is in it."""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder that is not there yet."""
    monkeypatch.setenv(native_module.FOLDER_VARIABLE, str(tmp_path / "a" / "kept"))
    return tmp_path / "a" / "kept"


def test_the_folder_is_the_users_alone(own: Path) -> None:
    assert native_module._loaded("cartsim_tiny", TINY)() == 42
    assert stat.S_IMODE(own.stat().st_mode) == 0o700
    assert (own / "cartsim_tiny.py").read_text() == TINY
    assert sorted(path.name for path in own.iterdir()) == ["__pycache__", "cartsim_tiny.py"]


def test_to_ask_whether_it_pays_makes_no_folder(own: Path) -> None:
    assert not pays({"a": PREY.with_events(When("T >= 300", then=Dose(40, into="C")))})
    assert not own.parent.exists()


def test_a_file_that_was_changed_is_not_run_but_replaced(own: Path) -> None:
    native_module._loaded("cartsim_tiny", TINY)
    file = own / "cartsim_tiny.py"
    file.write_text(TINY.replace("return 42", "return 43"))
    assert native_module._loaded("cartsim_tiny", TINY)() == 42
    assert file.read_text() == TINY


def test_bytecode_that_was_left_there_is_not_run(own: Path) -> None:
    import py_compile

    native_module._loaded("cartsim_tiny", TINY)
    file = own / "cartsim_tiny.py"
    file.write_text(TINY.replace("return 42", "return 43"))
    os.utime(file, (0, 0))
    py_compile.compile(
        str(file), cfile=str(own / "__pycache__" / f"cartsim_tiny.{sys.implementation.cache_tag}.pyc")
    )
    file.write_text(TINY)
    os.utime(file, (0, 0))
    assert native_module._loaded("cartsim_tiny", TINY)() == 42


def test_a_folder_into_which_others_may_write_is_not_used(own: Path) -> None:
    own.mkdir(parents=True)
    own.chmod(0o777)
    assert native_module._loaded("cartsim_tiny", TINY)() == 42
    assert list(own.rglob("*")) == []


def test_without_a_folder_to_write_into_it_still_works(own: Path) -> None:
    own.parent.mkdir()
    own.write_text("a file, where a folder is wanted")
    assert native_module._loaded("cartsim_tiny", TINY)() == 42


def test_what_was_kept_and_is_damaged_is_thrown_away(own: Path) -> None:
    native_module._loaded("cartsim_tiny", TINY)
    damaged = own / "__pycache__" / "cartsim_tiny.nbc"
    damaged.write_bytes(b"x")
    text = f"import pathlib\nif pathlib.Path({str(damaged)!r}).exists():\n    raise EOFError\n{TINY}"
    assert native_module._loaded("cartsim_tiny", text)() == 42
    assert not damaged.exists()


def test_the_folder_is_found_in_the_system_s_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(native_module.FOLDER_VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert native_module.cache_folder().relative_to(tmp_path).parts[0] == "cartsim"


def test_another_text_has_another_name() -> None:
    prey, wave = (native_module.module_text(model.structure, Watch(model).trees) for model in (PREY, WAVE))
    assert native_module.module_name(prey) == native_module.module_name(prey)
    assert native_module.module_name(prey) != native_module.module_name(wave)


# ------------------------------------------------------------------ when it pays


def test_it_pays_once_compiled_or_for_very_many(monkeypatch: pytest.MonkeyPatch) -> None:
    _engine(Native, PREY)
    assert pays({"a": PREY.with_values(r=0.1)})
    other = PREY.with_events(When("T >= 300", then=Dose(40, into="C")))
    assert not pays({"a": other})
    assert pays(dict.fromkeys(range(WORTH_COMPILING), other))
    assert not pays({})
    monkeypatch.setattr(native_choice, "find_spec", lambda name: None)
    assert not pays({"a": PREY})


# ------------------------------------------------------------------ whole models


@pytest.mark.slow
@pytest.mark.parametrize("name", list(_UNTIL))
def test_every_published_model_gives_the_answers_of_the_engine_on_arrays(name: str) -> None:
    model, until = getattr(cs.models, name), _UNTIL[name]
    at = np.linspace(0, until, 41)
    members = _cohort(model, 30)
    found, expected = (simulate(members, until, at=at, method=method) for method in ("numba", "batch"))
    assert found.labels == expected.labels
    errors = {label: _error(found[label].y, expected[label].y) for label in found.labels}
    worst = max(errors, key=lambda label: errors[label])
    assert errors[worst] < 10 * RTOL, f"member {worst} of {name} is off by {errors[worst]:.1e}"


@pytest.mark.slow
def test_rules_act_at_each_members_own_time() -> None:
    event = When("T >= 200", then=Dose(40, into="C"), at_most=3, apart=2)
    members = {f"{g:g}": PREY.with_values(g=g).with_events(event) for g in (0.001, 0.01, 0.05)}
    at = np.linspace(0, 20, 41)
    found = simulate(members, 20, at=at, method="numba")
    expected = simulate(members, 20, at=at, method="batch")
    acted = [sum(o.kind == "rule" for o in found[label].occurrences) for label in members]
    assert len(set(acted)) > 1, "the members must differ in what happens to them"
    for label in members:
        mine, other = found[label].occurrences, expected[label].occurrences
        assert [o.kind for o in mine] == [o.kind for o in other]
        assert [o.time for o in mine] == pytest.approx([o.time for o in other], rel=1e-6)
        assert _error(found[label].y, expected[label].y) < 10 * RTOL
