"""The workload on another engine: libRoadRunner, if it is installed (``pip install "cartsim[bench]"``).

It reads SBML, so the equations of ``cart11.json`` are written as SBML here, from the reference and not from
cartsim's model: states are parameters with rate rules, definitions are assignment rules, and ``max(0, x)`` is
a piecewise function.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_OPERATORS = {
    ast.Add: "plus",
    ast.Sub: "minus",
    ast.Mult: "times",
    ast.Div: "divide",
    ast.Pow: "power",
    ast.USub: "minus",
}
_SBML = """<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="{name}">
<listOfParameters>{parameters}</listOfParameters>
<listOfRules>{rules}</listOfRules>{events}
</model></sbml>"""
_EVENT = """
<listOfEvents><event id="dose" useValuesFromTriggerTime="true">
<trigger initialValue="false" persistent="true">{trigger}</trigger>
<listOfEventAssignments><eventAssignment variable="{into}">{amount}</eventAssignment></listOfEventAssignments>
</event></listOfEvents>"""
_TIME = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol>'


def sbml(workload: dict[str, Any], *, with_dose: bool) -> str:
    """The workload as an SBML document, its dose as an event if `with_dose`."""
    parameters = [_parameter(name, value, True) for name, value in workload["parameters"].items()]
    parameters += [_parameter(name, value, False) for name, value in workload["species"].items()]
    parameters += [_parameter(name, 0.0, False) for name in workload["definitions"]]
    rules = [
        f'<assignmentRule variable="{name}">{_math(text)}</assignmentRule>'
        for name, text in workload["definitions"].items()
    ]
    rules += [
        f'<rateRule variable="{name}">{_math(text)}</rateRule>'
        for name, text in workload["derivatives"].items()
    ]
    dose = workload["dose"]
    event = _EVENT.format(
        trigger=_wrapped(f"<apply><geq/>{_TIME}<cn>{dose['at']!r}</cn></apply>"),
        into=dose["into"],
        amount=_math(f"{dose['into']} + {dose['amount']!r}"),
    )
    return _SBML.format(
        name=workload["name"],
        parameters="".join(parameters),
        rules="\n".join(rules),
        events=event if with_dose else "",
    )


def _parameter(name: str, value: float, constant: bool) -> str:
    return f'<parameter id="{name}" value="{value!r}" constant="{str(constant).lower()}"/>\n'


def _math(expression: str) -> str:
    return _wrapped(_element(ast.parse(expression, mode="eval").body))


def _wrapped(content: str) -> str:
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{content}</math>'


def _element(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=value):
            return f"<cn>{value!r}</cn>"
        case ast.Name(id=name):
            return f"<ci>{name}</ci>"
        case ast.BinOp(left=left, op=op, right=right):
            return f"<apply><{_OPERATORS[type(op)]}/>{_element(left)}{_element(right)}</apply>"
        case ast.UnaryOp(op=op, operand=operand):
            return f"<apply><{_OPERATORS[type(op)]}/>{_element(operand)}</apply>"
        case ast.Call(func=ast.Name(id="max"), args=[one, other]):
            a, b = _element(one), _element(other)
            condition = f"<apply><gt/>{a}{b}</apply>"
            return f"<piecewise><piece>{a}{condition}</piece><otherwise>{b}</otherwise></piecewise>"
    raise ValueError(f"the SBML writer of the benchmarks does not know {ast.dump(node)}")


def runner(
    workload: dict[str, Any], times: Array, *, event: bool
) -> Callable[[Mapping[str, float] | None], Array] | None:
    """A function that solves the workload with libRoadRunner, or None if it is not installed.

    Reading the SBML and compiling it to machine code happen here, before any clock starts; the function only
    resets the state and integrates, with CVODE and the tolerances of the workload.

    Parameters
    ----------
    times : ndarray, shape (n,)
        Output times.
    event : bool
        The dose as an event of SBML, in one integration; or given by hand between two.

    Returns
    -------
    callable
        ``run(values)``, with other numbers by name, or None; its result has shape (n_species, n).
    """
    try:
        import roadrunner
    except ImportError:
        return None
    engine = roadrunner.RoadRunner(sbml(workload, with_dose=event))
    engine.integrator.relative_tolerance = workload["rtol"]
    engine.integrator.absolute_tolerance = workload["atol"]
    names = list(workload["species"])
    columns = ["time", *names]
    dose = workload["dose"]
    before = np.append(times[times < dose["at"]], dose["at"]).tolist()
    after = np.insert(times[times >= dose["at"]], 0, dose["at"]).tolist()

    def begin(values: Mapping[str, float] | None) -> None:
        engine.resetToOrigin()
        for name, value in (values or {}).items():
            engine[name] = value

    def in_one(values: Mapping[str, float] | None = None) -> Array:
        begin(values)
        return np.array(engine.simulate(times=times.tolist(), selections=columns))[:, 1:].T

    def in_two(values: Mapping[str, float] | None = None) -> Array:
        begin(values)
        first = np.array(engine.simulate(times=before, selections=columns))
        engine[dose["into"]] += dose["amount"]
        second = np.array(engine.simulate(times=after, selections=columns))
        return np.vstack([first[:-1], second[1:]])[:, 1:].T

    return in_one if event else in_two
