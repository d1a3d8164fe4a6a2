r"""A model's equations as text for a slide, a paper or a web page: LaTeX, plain text or MathML."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Literal

from ..language.describe import equations_text
from ..language.errors import ModelError, UnknownNameError, shorten, suggestion
from ..language.mathematics import right_hand_side
from ..language.model import Model
from ..language.printers.latex import name_to_latex, to_latex
from ..language.printers.mathml import name_to_mathml, to_mathml
from ..language.printers.python import number_text
from ..language.tree import Expression, Number

Notation = Literal["latex", "text", "mathml"]

_HEAD = ("parameter", "value", "unit", "meaning")

# Outside \text{}, because LaTeX and MathJax disagree about what these mean inside it.
_SPECIAL = {
    **{character: f"\\{character}" for character in "#$%&_{}"},
    "\\": r"\backslash ",
    "^": r"{\wedge}",
    "~": r"{\sim}",
    "<": "<",
    ">": ">",
    "|": "|",
}


def equations(model: Model, *, notation: Notation = "latex", parameters: bool = False) -> str:
    r"""The differential equations, definitions and observables of a model, one a line.

    Parameters
    ----------
    model : Model
        Terms stand in the order of its processes.
    notation : {"latex", "text", "mathml"}
        LaTeX as an ``align*`` environment, which compiles with the package amsmath and renders in MathJax
        as it is; plain text; or MathML, which a browser shows without a script.
    parameters : bool
        Whether a table of the parameters follows: symbol, value, unit and meaning.

    Returns
    -------
    str

    Raises
    ------
    ModelError
        If `model` is not a model, or there is no such notation.

    Examples
    --------
    >>> from cartsim.language.parts import Process
    >>> birth = Process("-> T", "r*T")
    >>> growth = Model("growth", species={"T": 1}, parameters={"r": 0.1}, processes={"birth": birth})
    >>> print(equations(growth))
    \begin{align*}
    \frac{\mathrm{d}T}{\mathrm{d}t} &= r\,T
    \end{align*}
    """
    if not isinstance(model, Model):
        raise ModelError(f"equations are written for a Model, not for {shorten(model)}")
    writers = {"latex": _latex, "text": _text, "mathml": _mathml}
    if notation not in writers:
        raise UnknownNameError(
            f"there is no notation {shorten(notation)}" + suggestion(notation, writers, plural="notations")
        )
    return writers[notation](model, parameters)


def _groups(model: Model) -> Iterator[tuple[str, dict[str, Expression]]]:
    """Each heading and the equations below it; the differential equations have none."""
    structure = model.structure
    yield "", right_hand_side(structure)
    for heading, trees in (("where", structure.definitions), ("observed", structure.observables)):
        if trees:
            yield heading, dict(trees)


def _rows(model: Model) -> list[tuple[str, str, str, str]]:
    """The texts of the table of parameters, names as they are in the model."""
    return [(name, number_text(p.value), p.unit or "", p.meaning) for name, p in model.parameters.items()]


# ------------------------------------------------------------------ LaTeX


def _latex(model: Model, parameters: bool) -> str:
    lines = []
    for heading, trees in _groups(model):
        if heading:
            lines.append(rf"\text{{{heading}}}\quad &")
        for name, tree in trees.items():
            symbol = name_to_latex(name)
            left = symbol if heading else rf"\frac{{\mathrm{{d}}{symbol}}}{{\mathrm{{d}}t}}"
            lines.append(f"{left} &= {to_latex(tree)}")
    text = "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"
    return f"{text}\n{_latex_table(model)}" if parameters and model.parameters else text


def _latex_table(model: Model) -> str:
    rows = [" & ".join(rf"\text{{{word}}}" for word in _HEAD) + r" \\ \hline"]
    for name, p in model.parameters.items():
        cells = (
            name_to_latex(name),
            to_latex(Number(p.value)),
            latex_words(p.unit or ""),
            latex_words(p.meaning),
        )
        rows.append(" & ".join(cells) + r" \\")
    body = "\n".join(rows)
    return f"\\begin{{equation*}}\n\\begin{{array}}{{lrll}}\n{body}\n\\end{{array}}\n\\end{{equation*}}"


def latex_words(words: str) -> str:
    r"""Words of a person, in LaTeX's mathematics mode; nothing in them is read as a command.

    Examples
    --------
    >>> print(latex_words("50% of dose_1"))
    \text{50}\%\text{ of dose}\_\text{1}
    """
    pieces, plain = [], ""
    for character in " ".join(words.split()):
        if character in _SPECIAL:
            pieces += [rf"\text{{{plain}}}"] * bool(plain) + [_SPECIAL[character]]
            plain = ""
        else:
            plain += character
    return "".join(pieces + [rf"\text{{{plain}}}"] * bool(plain))


# ------------------------------------------------------------------ plain text


def _text(model: Model, parameters: bool) -> str:
    text = equations_text(model)
    if not (parameters and model.parameters):
        return text
    rows = _rows(model)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([name.ljust(widths[0]), value.rjust(widths[1]), unit.ljust(widths[2]), meaning]).rstrip()
        for name, value, unit, meaning in rows
    ]
    return "\n".join([text, "parameters", *(f"  {line}" for line in lines)])


# ------------------------------------------------------------------ MathML


def _mathml(model: Model, parameters: bool) -> str:
    rows = []
    for heading, trees in _groups(model):
        if heading:
            rows.append(f"<mtr><mtd><mtext>{heading}</mtext></mtd><mtd></mtd><mtd></mtd></mtr>")
        for name, tree in trees.items():
            symbol = name_to_mathml(name)
            left = symbol if heading else _mathml_derivative(symbol)
            cells = (left, "<mo>=</mo>", to_mathml(tree))
            rows.append("<mtr>" + "".join(f"<mtd>{cell}</mtd>" for cell in cells) + "</mtr>")
    table = f'<mtable columnalign="right center left" displaystyle="true">{"".join(rows)}</mtable>'
    text = f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">{table}</math>'
    return f"{text}\n{_html_table(model)}" if parameters and model.parameters else text


def _mathml_derivative(symbol: str) -> str:
    d = '<mi mathvariant="normal">d</mi>'
    return f"<mfrac><mrow>{d}{symbol}</mrow><mrow>{d}<mi>t</mi></mrow></mfrac>"


def _html_table(model: Model) -> str:
    head = "".join(f'<th scope="col">{word}</th>' for word in _HEAD)
    rows = "".join(
        f"<tr><td><math>{name_to_mathml(name)}</math></td>"
        + "".join(f"<td>{escape(word)}</td>" for word in words)
        + "</tr>"
        for name, *words in _rows(model)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
