"""JavaScript printed from checked trees: against text written by hand, and run where there is Node."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import cartsim as cs
from cartsim.language.batched import batched
from cartsim.language.compile import compiled
from cartsim.language.events import When
from cartsim.language.expression import parse
from cartsim.language.functions import DERIVED, FUNCTIONS
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Species
from cartsim.language.printers.javascript import JavaScript
from cartsim.language.script import Script
from cartsim.language.targets import condition_tree
from cartsim.language.tree import Call, Expression, Number, Product, Sum, Symbol
from cartsim.models import INDEX
from tests.strategies import NAMES, TREES, tame, value

RESERVED_BY_JAVASCRIPT = ("new", "var", "function", "this", "Math", "arguments", "undefined", "let", "NaN")
TOKENS = re.compile(r"\s+|[$A-Za-z_][$\w]*|\d[\d.]*(?:e[-+]?\d+)?|[-+*/(),.?:=!>&]")


def show(text: str) -> str:
    return JavaScript().show(parse(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("r*T*(1 - b*T)", "r*T*(1.0 - b*T)"),
        ("-T**2/(h + T)", "-Math.pow(T, 2.0)/(h + T)"),
        ("2**-n", "Math.pow(2.0, -n)"),
        ("exp(-t) + sqrt(T) + log(T)", "Math.exp(-t) + Math.sqrt(T) + Math.log(T)"),
        ("max(a, b, 0)", "Math.max(Math.max(a, b), 0.0)"),
        ("step(t - 7)", "(t - 7.0 >= 0.0 ? 1.0 : 0.0)"),
        ("new + var", "$new + $var"),
        ("1e-300*T", "1e-300*T"),
    ],
)
def test_arithmetic_is_printed_as_a_person_would_write_it(text: str, expected: str) -> None:
    assert show(text) == expected


def test_a_hill_function_is_written_out_in_place_with_the_name_of_what_it_keeps() -> None:
    printer = JavaScript()
    assert printer.show(parse("hill(T, K, n)")) == (
        "((_h1 = Math.min(Math.pow(Math.max(T, 0.0)/K, n), 1e300))/(1.0 + _h1))"
    )
    assert printer.held == ["_h1"]


def test_two_minus_signs_never_meet() -> None:
    for tree in (
        Product((Number(-1.0), Number(-0.0))),
        Sum((Symbol("a"), Product((Number(-1.0), Number(-2.0))))),
        Product((Number(-1.0), Sum((Number(-2.0), Symbol("a"))))),
    ):
        assert "--" not in JavaScript().show(tree)


def test_every_function_of_the_language_has_javascript() -> None:
    arguments = tuple(Symbol(name) for name in "abc")
    for name, function in {**FUNCTIONS, **DERIVED}.items():
        assert JavaScript().show(Call(name, arguments[: function.arity]))
    with pytest.raises(ValueError, match="'eval' has no JavaScript"):
        JavaScript().show(Call("eval", arguments))


@given(TREES)
def test_what_is_printed_holds_names_numbers_and_operators_only(tree: Expression) -> None:
    printer = JavaScript()
    text = printer.show(tree)
    tokens = TOKENS.findall(text)
    assert "".join(tokens) == text
    words = {token for token in tokens if re.match(r"[$A-Za-z_]", token)}
    called = {"Math", "exp", "log", "sqrt", "tanh", "abs", "min", "max", "sign", "pow"}
    assert words <= {*NAMES, *called, *printer.held}
    assert "--" not in text


# ------------------------------------------------------------------ whole functions

LOGISTIC = Model(
    "logistic",
    species={"T": Species(1.0, extinct_below=0.1), "D": 0.0},
    parameters={"r": 0.5, "K": 10.0, "k": 2.0},
    processes={
        "growth": Process("-> T", "r*T*(1 - T/K)"),
        "killing": Process("T ->", "k*D*T"),
        "decay": Process("D ->", "D"),
    },
    roles={"tumour": "T"},
)


def test_the_right_hand_side_is_the_one_written_by_hand() -> None:
    assert Script(LOGISTIC.structure).right_hand_side == "\n".join(
        [
            "function rightHandSide(t, _y, _p, _out) {",
            "  const T = _y[0];",
            "  const D = _y[1];",
            "  const r = _p[0];",
            "  const K = _p[1];",
            "  const k = _p[2];",
            "  _out[0] = (r*(1.0 - T/K) - k*D)*T;",
            "  _out[1] = -D;",
            "}",
        ]
    )


def test_the_solution_is_the_elimination_written_by_hand() -> None:
    """The Jacobian is upper triangular: T depends on D, but D on nothing."""
    assert Script(LOGISTIC.structure).solve == "\n".join(
        [
            "function solve(_w, _x) {",
            "  let _w_0_1 = _w[0];",
            "  let _r_0 = _w[1];",
            "  let _r_1 = _w[2];",
            "  let _x_0 = _x[0];",
            "  let _x_1 = _x[1];",
            "  _x_1 = _x_1*_r_1;",
            "  _x_0 = (_x_0 - _w_0_1*_x_1)*_r_0;",
            "  _x[0] = _x_0;",
            "  _x[1] = _x_1;",
            "}",
        ]
    )


def test_what_a_run_can_be_asked_for_is_printed_in_the_order_of_its_names() -> None:
    script = Script(LOGISTIC.structure)
    assert script.output_names == ("growth", "killing", "decay", "tumour")
    assert script.outputs.endswith("  _out[2] = decay;\n  _out[3] = tumour;\n}")
    assert script.sizes["outputs"] == 4


# ------------------------------------------------------------------ numbers, where there is Node


def in_node(script: str) -> Any:
    """What a script of JavaScript gives back."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed; with it, this test runs the printed JavaScript")
    text = f"process.stdout.write(JSON.stringify((() => {{ {script} }})()))"
    done = subprocess.run([node, "-"], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


EVERYTHING = Model(
    "everything",
    species={"new": Species(3.0, extinct_below=0.5), "A": Species("k + n"), "Math": Species(0.7)},
    parameters={"k": Parameter(0.8), "n": Parameter(1.7), "arguments": Parameter(0.4)},
    definitions={"act": "hill(A, k, n) + tanh(new/5)", "var": "exp(-t*k)*sqrt(A) + log(1 + Math)"},
    processes={
        "one": Process("-> new", "max(A, 0.1, k)*act + var*arguments"),
        "two": Process("new -> A", "min(new, 4)*abs(A - 3)*step(t - k)"),
        "three": Process("A + new -> 2 Math", "A**n*new**2/(k + Math)"),
    },
    roles={"tumour": "new + A"},
)
SHELF = [*INDEX, "everything", "b_all", "glioblastoma"]


def _model(name: str) -> Model:
    if name == "everything":
        return EVERYTHING
    model: Model = getattr(cs.models, name) if name in INDEX else getattr(cs.patients, name)()
    return model


@pytest.mark.slow
@pytest.mark.parametrize("name", SHELF)
def test_the_printed_functions_agree_with_those_on_arrays(name: str) -> None:
    model = _model(name)
    rng, size = np.random.default_rng(5), len(model.species)
    p = list(model.values.values())
    start = compiled(model.structure).initial(model, p)
    points = [((start + 1.0) * rng.uniform(0.5, 2.0, size)).tolist() for _ in range(5)]
    right = rng.normal(size=size).tolist()
    script, arrays = Script(model.structure), batched(model.structure)
    found = in_node(
        f"""
        const P = {script}, p = {p}, m = {len(script.output_names)};
        const at = (y, f, n) => {{ const out = new Float64Array(n); f(out); return Array.from(out); }};
        return {points}.map((y) => ({{
          f: at(y, (out) => P.rightHandSide(3.25, y, p, out), {size}),
          dt: at(y, (out) => P.timeDerivative(3.25, y, p, out), {size}),
          outputs: at(y, (out) => P.outputs(3.25, y, p, out), m),
          x: at(y, (out) => {{
            const w = new Float64Array({script.sizes["factors"]});
            P.factor(3.25, y, p, 2.5, w);
            out.set({right});
            P.solve(w, out);
          }}, {size}),
        }}));
        """
    )
    for y, js in zip(points, found, strict=True):
        columns = np.array([3.25]), np.array(y)[:, np.newaxis], np.array(p)[:, np.newaxis]
        slopes = np.empty((size, 1))
        arrays.right_hand_side(*columns, slopes)
        scale = np.abs(slopes).max()
        assert scale > 0.0
        np.testing.assert_allclose(js["f"], slopes[:, 0], rtol=1e-11, atol=1e-14 * scale)
        arrays.time_derivative(*columns, slopes)
        np.testing.assert_allclose(js["dt"], slopes[:, 0], rtol=1e-11)
        trees = [model.structure.expression(name) for name in script.output_names]
        expected = compiled(model.structure).evaluate([t for t in trees if t is not None], *columns)
        np.testing.assert_allclose(js["outputs"], np.concatenate(expected), rtol=1e-11, atol=1e-14 * scale)
        matrix = 2.5 * np.eye(size) - compiled(model.structure).jacobian(p)(3.25, np.array(y))
        residual = matrix @ np.array(js["x"]) - right
        norms = np.abs(matrix) @ np.abs(js["x"]) + np.abs(right)
        assert np.abs(residual / norms).max() < 1e-11


@pytest.mark.slow
def test_random_trees_have_the_value_of_their_definition() -> None:
    trees: list[tuple[Expression, dict[str, float]]] = []

    @given(TREES)
    def collect(tree: Expression) -> None:
        at = {"A": 1.3, "B": 0.7, "k": 2.1, "n": 1.6}
        tame(tree, at)
        trees.append((tree, at))

    collect()
    lines = []
    for tree, at in trees:
        printer = JavaScript()
        text = printer.show(tree)
        held = f"let {', '.join(printer.held)};" if printer.held else ""
        lines.append(
            f"(({', '.join(at)}) => {{ {held} return {text}; }})({', '.join(map(repr, at.values()))})"
        )
    found = in_node(f"return [{', '.join(lines)}]")
    assert len(found) > 20
    for (tree, at), js in zip(trees, found, strict=True):
        assert js == pytest.approx(value(tree, at), rel=1e-9, abs=1e-9)


@pytest.mark.slow
def test_rules_jumps_and_initial_amounts_have_their_values() -> None:
    rule = When("new > A and t >= n or tumour < 2", then=cs.Dose(1, "A"))
    whole = condition_tree(EVERYTHING, rule.condition)
    script = Script(
        EVERYTHING.structure,
        comparisons=[parse("new - A"), parse("t - n")],
        conditions=[whole],
        instants=[parse("n")],
    )
    found = in_node(
        f"""
        const P = {script}, p = [0.8, 1.7, 0.4], out = {{}};
        for (const name of ["watch", "conditions", "jumps", "instants", "initial"]) {{
          out[name] = [0, 0, 0];
          P[name](3.0, [2.0, 1.5, 0.1], p, out[name]);
        }}
        return out;
        """
    )
    assert found["watch"][:2] == pytest.approx([0.5, 1.3])
    assert found["conditions"][0] == pytest.approx(0.5)
    assert found["jumps"][0] == 0.8
    assert found["instants"][0] == 1.7
    assert found["initial"] == [0, 2.5, 0]


def test_names_that_javascript_keeps_for_itself_are_set_apart_in_every_function() -> None:
    model = Model(
        "reserved",
        species=dict.fromkeys(RESERVED_BY_JAVASCRIPT, 1.0),
        processes={f"p{i}": Process(f"{name} ->", name) for i, name in enumerate(RESERVED_BY_JAVASCRIPT)},
        definitions={"delete": "new + this"},
        observables={"static": "2*delete"},
    )
    text = str(Script(model.structure))
    for name in ("new", "var", "this", "arguments", "undefined"):
        assert f"const ${name} = _y" in text
        assert not re.search(rf"(const|let) {name} ", text)
    assert "let $delete = $new + $this;" in text
    assert not re.search(r"const Math\b", text)
