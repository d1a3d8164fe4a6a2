"""Mermaid: the same graph as text, and nothing in it that a stranger could use."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

import cartsim as cs
from cartsim.export.diagram import escaped

MODEL = cs.Model(
    "small",
    species={"A": cs.Species(1, meaning='the "first" <b>; #1'), "B": 1, "end": 1},
    parameters={"k": 1},
    processes={
        "arrival": cs.Process("-> A", "k/(1 + B)"),
        "turn_over": cs.Process("A -> 2 end", "k*A*B"),
        "loss": cs.Process("end ->", "k*end*B/(1 + B**2)"),
    },
)


def test_every_species_process_and_influence_has_its_line() -> None:
    assert cs.export.mermaid(MODEL).splitlines() == [
        "flowchart LR",
        '    s_A["A<br/>the #34;first#34; #60;b#62;#59; #35;1"]',
        '    s_B["B"]',
        '    s_end["end"]',
        '    p_arrival(["arrival"])',
        "    n_arrival(( )) --- p_arrival",
        "    p_arrival --> s_A",
        '    p_turn_over(["turn over"])',
        "    s_A --- p_turn_over",
        '    p_turn_over -->|"2"| s_end',
        '    p_loss(["loss"])',
        "    s_end --- p_loss",
        "    p_loss --> n_loss(( ))",
        "    s_B -.-x p_arrival",
        "    s_B -.-> p_turn_over",
        "    s_B -.-o p_loss",
    ]


@pytest.mark.parametrize(
    "words", ['"]; click s_A "javascript:x"', "`*b*`", "a\nb --> c", "<script>", "%%{init}%%", "a&b"]
)
def test_words_of_a_stranger_stay_words(words: str) -> None:
    text = re.sub(r"#\d+;", "", escaped(words))
    assert not set(text) & set('"<>`;&#{}[]|\n')


@pytest.mark.parametrize("name", ["barros_2021", "hardiansyah_2019"])
def test_every_line_of_a_published_model_is_of_a_known_form(name: str) -> None:
    node = r"[snp]_\w+"
    known = rf'{node}\["[^"]*"\]|{node}\(\["[^"]*"\]\)'
    known += rf'|{node}(\(\( \)\))? (---|-->)(\|"[^"]*"\|)? {node}(\(\( \)\))?'
    known += rf"|{node} -\.-[>xo] {node}"
    lines = cs.export.mermaid(getattr(cs.models, name)).splitlines()[1:]
    assert len(lines) > 8
    assert [line for line in lines if not re.fullmatch(known, line.strip())] == []


def test_the_picture_is_that_of_the_plots() -> None:
    ax = cs.export.diagram(MODEL)
    assert {patch.get_gid() for patch in ax.patches} >= {"box:A", "box:B", "box:end", "plate:loss"}


def test_text_needs_no_matplotlib() -> None:
    program = (
        "import sys, cartsim as cs; m = cs.models.barros_2021; cs.export.mermaid(m); cs.export.equations(m);"
        "sys.exit('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=120, check=False).returncode == 0


def test_a_misspelt_export_names_the_nearest() -> None:
    with pytest.raises(AttributeError, match="did you mean 'mermaid'"):
        _ = cs.export.mermade


def test_it_refuses_what_is_no_model() -> None:
    with pytest.raises(cs.ModelError, match="a diagram is made of a Model"):
        cs.export.mermaid("T")
