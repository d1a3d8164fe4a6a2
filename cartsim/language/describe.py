"""A model in words: its equations as text, and as a page for a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from .mathematics import right_hand_side
from .printers.python import number_text, to_text

if TYPE_CHECKING:
    from .model import Model


def equations_text(model: Model) -> str:
    """The equations as plain text, one line each: derivatives, then definitions and observables."""
    lines = [f"{model.name} (time in {model.time})"]
    if model.title:
        lines.append(f"  {model.title}")
    lines += [f"  d{name}/dt = {to_text(tree)}" for name, tree in right_hand_side(model.structure).items()]
    for heading, trees in (("where", model.structure.definitions), ("observed", model.structure.observables)):
        if trees:
            lines += [heading, *(f"  {name} = {to_text(tree)}" for name, tree in trees.items())]
    return "\n".join(lines)


def equations_html(model: Model) -> str:
    """The equations as MathML and the parameters as a table; needs no script and no network."""
    from .printers.mathml import name_to_mathml, to_mathml

    def line(left: str, right: str) -> str:
        return f'<math display="block"><mrow>{left}<mo>=</mo>{right}</mrow></math>'

    parts = [f"<h4>{escape(model.name)}</h4>", f"<p>{escape(model.title)}</p>" if model.title else ""]
    for name, tree in right_hand_side(model.structure).items():
        symbol = name_to_mathml(name)
        left = f"<mfrac><mrow><mi>d</mi>{symbol}</mrow><mrow><mi>d</mi><mi>t</mi></mrow></mfrac>"
        parts.append(line(left, to_mathml(tree)))
    for name, tree in {**model.structure.definitions, **model.structure.observables}.items():
        parts.append(line(name_to_mathml(name), to_mathml(tree)))
    rows = [
        f"<tr><td><math>{name_to_mathml(name)}</math></td><td>{number_text(p.value)}</td>"
        f"<td>{escape(p.unit or '')}</td><td>{escape(p.meaning)}</td><td>{escape(p.source)}</td></tr>"
        for name, p in model.parameters.items()
    ]
    head = "<tr><th>parameter</th><th>value</th><th>unit</th><th>meaning</th><th>source</th></tr>"
    if rows:
        parts.append(f"<table>{head}{''.join(rows)}</table>")
    return "".join(parts)
