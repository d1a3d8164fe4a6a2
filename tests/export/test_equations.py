"""Equations as LaTeX, plain text and MathML: every line, well formed, with nothing of a stranger's in it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from matplotlib.mathtext import MathTextParser

import cartsim as cs
from cartsim.export.equations import latex_words
from cartsim.language.mathematics import right_hand_side
from cartsim.language.printers.latex import name_to_latex, to_latex

MODEL = cs.Model(
    "small",
    species={"T": 1e6, "C_T": 1e5},
    parameters={
        "r": cs.Parameter(0.1, "1/day", "growth, 50% & more_or_less"),
        "gamma": cs.Parameter(4.5e-8, "1/(cell*day)", r"killing \input{x} <b>"),
        "h": cs.Parameter(1e5, "cell"),
    },
    definitions={"kill": "gamma*C_T*T"},
    observables={"all": "T + C_T"},
    processes={
        "growth": cs.Process("-> T", "r*T"),
        "killing": cs.Process("T ->", "kill"),
        "recruitment": cs.Process("-> C_T", "r*C_T*T/(h + T)"),
    },
)


def test_latex_has_one_line_for_each_equation_in_order() -> None:
    text = cs.export.equations(MODEL)
    assert text.splitlines() == [
        r"\begin{align*}",
        r"\frac{\mathrm{d}T}{\mathrm{d}t} &= r\,T - \mathrm{kill} \\",
        r"\frac{\mathrm{d}C_{T}}{\mathrm{d}t} &= \frac{r\,C_{T}\,T}{h + T} \\",
        r"\text{where}\quad & \\",
        r"\mathrm{kill} &= \gamma\,C_{T}\,T \\",
        r"\text{observed}\quad & \\",
        r"\mathrm{all} &= T + C_{T}",
        r"\end{align*}",
    ]


@pytest.mark.parametrize("name", ["barros_2021", "hardiansyah_2019", "leon_triana_2020"])
def test_every_equation_of_the_shelf_can_be_set(name: str) -> None:
    model = getattr(cs.models, name)
    body = cs.export.equations(model).splitlines()[1:-1]
    assert len([line for line in body if "&=" in line]) == sum(
        map(len, (model.species, model.definitions, model.observables))
    )
    for line in (line for line in body if "&=" in line):
        assert line.count("{") == line.count("}")
        assert MathTextParser("path").parse(f"${line.removesuffix(chr(92) * 2).replace('&', '')}$").width > 0
    for name_, tree in right_hand_side(model.structure).items():
        assert any(
            name_to_latex(name_) in line and line.split("&= ")[-1].startswith(to_latex(tree)) for line in body
        )


def test_the_table_of_parameters_has_symbol_value_unit_and_meaning() -> None:
    text = cs.export.equations(MODEL, parameters=True)
    rows = text.split(r"\hline")[1].splitlines()
    assert (
        rows[1]
        == r"r & 0.1 & \text{1/day} & \text{growth, 50}\%\text{ }\&\text{ more}\_\text{or}\_\text{less} \\"
    )
    assert rows[2].startswith(r"\gamma & 4.5 \times 10^{-8} & \text{1/(cell*day)} & ")
    assert rows[3] == r"h & 10^{5} & \text{cell} &  \\"
    assert cs.export.equations(MODEL) in text


def test_a_stranger_cannot_smuggle_a_command_into_latex() -> None:
    text = latex_words("\\input{/etc/passwd} $x$ ^~ % # & _")
    outside = re.sub(r"\\text\{[^\\{}$&#^_~%]*\}", "", text)
    assert set(re.findall(r"\\[A-Za-z]+", outside)) == {r"\backslash", r"\wedge", r"\sim"}


def test_plain_text_is_what_printing_the_model_gives() -> None:
    assert cs.export.equations(MODEL, notation="text") == str(MODEL)


def test_plain_text_with_parameters_is_aligned() -> None:
    lines = cs.export.equations(MODEL, notation="text", parameters=True).splitlines()
    table = lines[lines.index("parameters") + 1 :]
    assert len(table) == 3
    assert {line.index(unit) for line, unit in zip(table, ("1/day", "1/(cell", "cell"), strict=True)} == {17}


def test_mathml_is_well_formed_with_one_row_for_each_equation() -> None:
    text = cs.export.equations(MODEL, notation="mathml", parameters=True)
    page = ET.fromstring(f"<div>{text}</div>")
    name = "{http://www.w3.org/1998/Math/MathML}"
    rows = page.findall(f".//{name}mtr")
    assert len([row for row in rows if row[1].findtext(f"{name}mo") == "="]) == 4
    assert len(page.findall(".//tbody/tr")) == 3
    assert "<b>" not in text
    assert "&lt;b&gt;" in text


def test_a_misspelt_notation_names_the_nearest() -> None:
    with pytest.raises(cs.UnknownNameError, match="did you mean 'latex'"):
        cs.export.equations(MODEL, notation="latx")


def test_it_refuses_what_is_no_model() -> None:
    with pytest.raises(cs.ModelError, match="equations are written for a Model"):
        cs.export.equations("T")
