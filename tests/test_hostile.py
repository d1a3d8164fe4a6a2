"""A model from a stranger is data: it runs no code, opens no file, and wastes no time."""

from __future__ import annotations

import html.parser
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartsim.language.compile import compiled
from cartsim.language.errors import ModelError, SolveError
from cartsim.language.expression import check_name, parse, parse_condition
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Source, Species, Variant, parse_flow
from cartsim.language.units import parse_unit
from cartsim.solving.simulate import simulate

CODE = [
    "__import__('os').system('touch x')",
    "open('x', 'w')",
    "().__class__.__base__.__subclasses__()",
    "exp.__globals__['__builtins__']",
    "A.__class__",
    "(lambda: A)()",
    "[A for A in (1, 2)]",
    "{A for A in (1, 2)}",
    "f'{A}'",
    "(x := A)",
    "'A'*99999999",
    "print(A)",
    "exec('A')",
    "eval('A')",
    "globals()",
    "__builtins__",
    "__debug__",
    "None",
    "True",
    "A if A else A",
    "yield A",
    "await A",
    "A; open('x', 'w')",
    "A\nopen('x', 'w')",
    "A)\n    open('x', 'w'",
    "A]; open('x', 'w'); [A",
    "import os",
    "*A",
    "A,",
    "max(*[A])",
    "exp(**{})",
    "A\\\n.real",
    "A # \N{RIGHT-TO-LEFT OVERRIDE}",
    "\N{FULLWIDTH LATIN SMALL LETTER E}xp(A)",
    "A\x00",
    "A\x0c\x1b[31m.real",
    "0x1F.real",
    "1 .real",
    "A@A",
    "...",
]


def data(**changes: Any) -> dict[str, Any]:
    """A small model as JSON would bring it."""
    return {
        "format": "cartsim model",
        "version": 1,
        "name": "stranger",
        "species": {"A": {"initial": 1.0}},
        "parameters": {"k": {"value": 0.5}},
        "processes": {"p": {"flow": "A ->", "rate": "k*A"}},
        **changes,
    }


def places(text: str) -> dict[str, dict[str, Any]]:
    """The small model with `text` in every place where a text can stand that is read."""
    dose = {"kind": "Dose", "amount": 1.0, "into": "A"}
    return {
        "rate": data(processes={"p": {"flow": "A ->", "rate": text}}),
        "flow": data(processes={"p": {"flow": f"{text} ->", "rate": "A"}}),
        "definition": data(definitions={"d": text}),
        "observable": data(observables={"o": {"expression": text}}),
        "role": data(roles={"tumour": text}),
        "initial": data(species={"A": {"initial": text}}),
        "unit": data(parameters={"k": {"value": 0.5, "unit": text}}),
        "time": data(time=text),
        "condition": data(events=[{"kind": "When", "condition": f"{text} > 1", "then": [dose]}]),
        "species": data(species={"A": {"initial": 1.0}, text: {"initial": 1.0}}),
        "parameter": data(parameters={"k": {"value": 0.5}, text: {"value": 1.0}}),
        "process": data(processes={text: {"flow": "A ->", "rate": "k*A"}}),
        "named definition": data(definitions={text: "A"}),
        "named role": data(roles={text: "A"}),
        "dose": data(events=[dose | {"into": text}]),
        "change": data(events=[{"kind": "Change", "parameter": text, "to": 1.0}]),
        "kind": data(events=[dose | {"kind": text}]),
        "key": data(**{text: 1}),
        "format": data(format=text),
    }


@pytest.fixture(autouse=True)
def nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Every test runs in an empty folder, which must stay empty."""
    monkeypatch.chdir(tmp_path)
    yield
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", CODE)
def test_code_is_refused_in_a_sentence_wherever_it_stands(text: str) -> None:
    for place, stranger in places(text).items():
        with pytest.raises(ModelError) as caught:
            Model.from_dict(stranger)
        assert len(str(caught.value)) < 1000, place


BROKEN_NAMES = [
    "A\nB",
    "A;B",
    "A:\n    pass\ndef f(",
    "A=1",
    "A)",
    "A, B",
    "__A",
    "A\r",
    "A\u2028B",
    "A.B",
    "A B",
    "if",
]


@pytest.mark.parametrize("name", BROKEN_NAMES)
def test_no_name_can_break_out_of_the_printed_code(name: str) -> None:
    for kind in ("species", "parameters", "processes", "definitions", "observables", "roles"):
        part: Any = {
            "species": {"initial": 1.0},
            "parameters": {"value": 1.0},
            "processes": {"flow": "A ->", "rate": "A"},
            "definitions": "A",
            "observables": {"expression": "A"},
            "roles": "A",
        }[kind]
        stranger = data()
        stranger[kind] = {**stranger.get(kind, {}), name: part}
        with pytest.raises(ModelError):
            Model.from_dict(stranger)


@given(st.text(max_size=40) | st.sampled_from(CODE))
@settings(max_examples=200)
def test_every_text_is_read_or_refused_with_an_error_of_cartsim(text: str) -> None:
    readers: list[Any] = [parse, parse_condition, parse_unit, parse_flow, lambda s: check_name(s, "species")]
    for read in readers:
        sentence = ""
        try:
            accepted = read(text) is not None
        except ModelError as error:
            accepted, sentence = False, str(error)
        assert accepted or sentence


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["A", "k*A", "A ->"]),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.text(max_size=5)
            | st.sampled_from(["initial", "value", "flow", "rate", "kind", "into", "amount", "then"]),
            below,
            max_size=3,
        )
    ),
    max_leaves=8,
)
_KEYS = [
    "format",
    "version",
    "name",
    "title",
    "time",
    "start",
    "source",
    "species",
    "parameters",
    "processes",
    "definitions",
    "observables",
    "roles",
    "events",
    "variants",
]


@given(st.sampled_from(_KEYS), _JSON)
@settings(max_examples=300)
def test_any_json_is_a_model_or_an_error_of_cartsim(key: str, thing: Any) -> None:
    try:
        model = Model.from_dict(data(**{key: thing}))
    except ModelError:
        return
    assert Model.from_dict(json.loads(json.dumps(model.to_dict()))) == model


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "-Infinity", "1e999", "true", "null", '"1"', "[1]", "1" * 500]
)
def test_a_number_in_json_that_is_none_is_refused(text: str) -> None:
    for stranger in (
        '{"species": {"A": {"initial": %s}}}',
        '{"species": {"A": {"initial": 1, "extinct_below": %s}}}',
        '{"parameters": {"k": {"value": %s}}}',
        '{"start": %s}',
        '{"events": [{"kind": "Dose", "amount": %s, "into": "A"}]}',
        '{"events": [{"kind": "Dose", "amount": 1, "into": "A", "at": %s}]}',
        '{"variants": {"v": {"values": {"k": %s}}}}',
    ):
        if (text == "null" and "extinct_below" in stranger) or (
            text == '"1"' and '"initial": %s}}' in stranger
        ):
            continue  # no threshold; and a text as initial amount is arithmetic
        with pytest.raises(ModelError):
            Model.from_dict(data(**json.loads(stranger % text)))


# ------------------------------------------------------------------ pages


class _Tags(html.parser.HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


INJECTION = "<script>alert(1)</script><img src=x onerror='alert(1)'>\"><b>&lt;"


def test_no_text_of_a_model_becomes_a_mark_of_the_page() -> None:
    def model(text: str) -> Model:
        return Model(
            "stranger",
            title=text,
            species={"A": Species(1.0, "cell", text, text)},
            parameters={"k": Parameter(0.5, "1/day", text, text)},
            processes={"p": Process("A ->", "k*A", text, text)},
            source=Source(text, 2020, text),
            variants={"v": Variant({}, text, text)},
        )

    page, plain = model(INJECTION)._repr_html_(), model("plain")._repr_html_()
    assert "alert(1)" in page
    assert _Tags(page).tags == _Tags(plain).tags
    assert _Tags(page).attributes == _Tags(plain).attributes
    assert "<script" not in page


def test_the_name_of_a_variant_becomes_no_mark_of_the_page() -> None:
    try:
        model = Model("m", species={"A": 1.0}, variants={INJECTION: Variant({})}).variant(INJECTION)
    except ModelError:
        return
    assert "<script" not in model._repr_html_()


# ------------------------------------------------------------------ time


def finishes(code: str, folder: Path, seconds: float = 10.0) -> str:
    """What the code prints, in a process of its own that is ended if it takes longer."""
    opening = "from cartsim.language.model import Model\nfrom cartsim.language.parts import *\n"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-c", opening + code],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.fail(f"it did not finish within {seconds:g} seconds")
    assert done.returncode == 0, done.stderr[-800:]
    return done.stdout


TOWERS = [
    "9**9**9",
    "9**9**9**9",
    "A**9**9**9",
    "(9**9)**9**9",
    "9**(9**(9*A))",
    "exp(exp(exp(9 + A)))",
    "9**-9**9",
]


@pytest.mark.parametrize("tower", TOWERS)
def test_a_tower_of_powers_raises_or_is_not_finite_or_is_a_number_at_once(tower: str) -> None:
    model = Model("m", species={"A": 2.0}, processes={"p": Process("A ->", f"({tower})*A")})
    (array,) = compiled(model.structure).evaluate(
        [parse(tower)], np.zeros(1), np.array([[2.0]]), np.zeros((0, 1))
    )
    try:
        slope = compiled(model.structure).right_hand_side([])(0.0, np.array([2.0]))[0]
    except (OverflowError, ValueError):
        assert not np.isfinite(array).any()
        with pytest.raises(SolveError):
            simulate(model, until=1)
    else:
        assert slope == pytest.approx(-2.0 * array[0])


@pytest.mark.parametrize("rate", ["A/k", "1/k", "log(k)*A", "hill(A, k, 2)", "A**(1/k)"])
def test_a_parameter_that_leaves_a_rate_without_value_is_a_solve_error(rate: str) -> None:
    model = Model("m", species={"A": 1.0}, parameters={"k": 0.0}, processes={"p": Process("A ->", rate)})
    with pytest.raises(SolveError):
        simulate(model, until=1)


def test_many_steps_at_one_time_and_at_many_times_are_solved() -> None:
    many = " + ".join(f"step(t - {i}*k)" for i in range(1, 90))
    model = Model(
        "m",
        species={"A": 0.0},
        parameters={"k": 0.01, "z": 0.0},
        processes={
            "p": Process("-> A", many),
            "q": Process("-> A", "step(t)*step(t - z)*step(z - t)*step(A - A)*z"),
        },
    )
    run = simulate(model, until=1)
    assert run["A"][-1] == pytest.approx(sum(1 - 0.01 * i for i in range(1, 90)), rel=1e-6)


@pytest.mark.slow
def test_definitions_that_double_at_every_level_are_solved(tmp_path: Path) -> None:
    code = """
from cartsim.solving.simulate import simulate
d = {"d0": "A/2"} | {f"d{i}": f"d{i-1}*d{i-1}" for i in range(1, 60)}
m = Model("m", species={"A": 1.0}, definitions=d, processes={"p": Process("A ->", "d59 + A")})
print(simulate(m, until=1)["A"][-1])
"""
    assert float(finishes(code, tmp_path)) == pytest.approx(np.exp(-1), rel=1e-4)


@pytest.mark.slow
def test_definitions_that_deepen_at_every_level_are_solved(tmp_path: Path) -> None:
    code = """
from cartsim.solving.simulate import simulate
d = {"d0": "A"} | {f"d{i}": "tanh("*40 + f"d{i-1}" + ")"*40 for i in range(1, 60)}
m = Model("m", species={"A": 1.0}, definitions=d, processes={"p": Process("A ->", "d59*0 + A")})
print(simulate(m, until=1)["A"][-1])
"""
    assert float(finishes(code, tmp_path)) == pytest.approx(np.exp(-1), rel=1e-4)


@pytest.mark.slow
def test_a_hundred_thousand_species_are_read_within_seconds(tmp_path: Path) -> None:
    code = """
names = [f"S{i}" for i in range(100_000)]
data = {"format": "cartsim model", "version": 1, "name": "m", "species": {n: {"initial": 1.0} for n in names},
        "parameters": {"k": {"value": 1.0}},
        "processes": {f"p{i}": {"flow": f"{n} ->", "rate": f"k*{n}"} for i, n in enumerate(names[:20_000])}}
try:
    print(len(Model.from_dict(data).species))
except ValueError as error:
    print(error)
"""
    assert "100000" in finishes(code, tmp_path, 30.0).replace(",", "")


@pytest.mark.slow
def test_a_misspelt_name_among_a_hundred_thousand_is_found_within_seconds(tmp_path: Path) -> None:
    code = """
try:
    Model("m", species={f"S{i}": 1.0 for i in range(100_000)}, processes={"p": Process("S5 ->", "Sx7")})
except ValueError as error:
    print(error)
"""
    assert "did you mean" in finishes(code, tmp_path)


def test_a_rule_within_a_rule_a_thousand_times_is_refused() -> None:
    event: dict[str, Any] = {"kind": "Dose", "amount": 1.0, "into": "A"}
    for _ in range(2000):
        event = {"kind": "When", "condition": "A > 1", "then": [event]}
    with pytest.raises(ModelError):
        Model.from_dict(data(events=[event]))


def test_a_list_within_a_list_a_thousand_times_is_refused() -> None:
    nested: Any = []
    for _ in range(5000):
        nested = [nested]
    for key in ("name", "species", "events", "definitions", "source", "variants", "start"):
        with pytest.raises(ModelError):
            Model.from_dict(data(**{key: nested}))


@pytest.mark.parametrize("length", [10_000, 3_000_000])
def test_a_text_of_any_length_is_refused_in_a_short_sentence(length: int) -> None:
    for text in ("A" * length, "A+" * length, "(" * length, "9" * length, " " * length + "A A"):
        for place, stranger in places(text).items():
            with pytest.raises(ModelError) as caught:
                Model.from_dict(stranger)
            assert len(str(caught.value)) < 1000, place
