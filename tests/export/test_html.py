"""`cs.export.html` and `cs.export.gallery`, from Python's side: what is in the files, and what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import cartsim as cs
from cartsim.export.gallery_card import picture, sentence
from cartsim.export.html import SCRIPTS, html, page_text
from cartsim.export.page_equations import page_equations
from cartsim.export.page_words import READOUTS, page_words
from cartsim.export.payload import script_texts
from cartsim.language.errors import ModelError
from cartsim.questions.needs import NEEDS

PAGE = Path(cs.__file__).parent / "export" / "page"
HOSTILE = "</script><img src=x onerror=alert(1)>\u2028]]> <!-- {{model}}"
MOST = 1_000_000  # bytes
SMALL = cs.Model(
    "small",
    species={"T": cs.Species(1e6, "cell", "tumour cells"), "C": 10.0},
    parameters={"r": cs.Parameter(0.1, "1/day", "growth"), "k": 0.01},
    processes={"growth": cs.Process("-> T", "r*T", "division"), "loss": cs.Process("2 C ->", "k*C + 1e-3*C")},
)


def hostile() -> cs.Model:
    """A model in whose every text somebody tries to write markup."""
    return cs.Model(
        "small",
        species={"T": cs.Species(1e6, "cell", HOSTILE, HOSTILE)},
        parameters={"r": cs.Parameter(0.1, "1/day", HOSTILE, HOSTILE)},
        processes={"growth": cs.Process("-> T", "r*T", HOSTILE, HOSTILE)},
        title=HOSTILE,
        source=cs.Source(authors=HOSTILE, year=2020, title=HOSTILE, journal=HOSTILE, doi="10.1/x"),
    )


def data_of(text: str, element: str) -> dict[str, object]:
    """The JSON that an element of a page holds."""
    found = re.search(rf'<script type="application/json" id="{element}">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


@pytest.fixture(scope="module")
def mouse() -> str:
    return page_text(cs.models.barros_2021)


def test_the_path_comes_back_and_the_file_is_the_page(tmp_path: Path) -> None:
    path = cs.export.html(SMALL, tmp_path / "lesson.html", until=30)
    assert path == tmp_path / "lesson.html"
    assert path.read_text(encoding="utf-8") == page_text(SMALL, until=30)
    assert [file.name for file in tmp_path.iterdir()] == ["lesson.html"]


def test_the_same_model_gives_the_same_file(mouse: str) -> None:
    assert page_text(cs.models.barros_2021) == mouse


def test_a_page_is_at_most_a_megabyte(mouse: str) -> None:
    assert 50_000 < len(mouse.encode()) < MOST


def test_no_page_asks_for_anything_from_elsewhere(mouse: str) -> None:
    code = re.sub(r'<script type="application/json".*?</script>', "", mouse, flags=re.DOTALL)
    for asks in (
        "fetch(",
        "XMLHttpRequest",
        "WebSocket",
        "EventSource",
        "importScripts",
        "import(",
        "@import",
    ):
        assert asks not in code, f"the page has {asks}"
    assert not re.search(r"url\((?!data:)", code)
    assert not re.search(r"""\b(?:src|srcset|action|poster)\s*=\s*["'a-z/]""", code)
    assert "<link" not in code
    addresses = set(re.findall(r"https?://[^\s\"'`<>)]*", code))
    assert addresses <= {"https://doi.org/${source.doi}", "http://www.w3.org/2000/svg"}
    assert "default-src 'none'" in code
    assert "connect-src" not in code


def test_hostile_texts_stay_texts() -> None:
    text = page_text(hostile(), title=f"Lesson {HOSTILE}")
    assert "<img" not in text
    assert text.count("</script>") == len(SCRIPTS) + len(script_texts()) + 3  # data twice, and the printed
    page = data_of(text, "page")
    assert page["title"] == f"Lesson {HOSTILE}"
    assert data_of(text, "model")["title"] == HOSTILE


def test_what_is_put_into_the_page_is_not_searched_for_holes() -> None:
    assert "<title>a {{style}} b</title>" in page_text(SMALL, title="a {{style}} b")


def test_every_script_of_the_folder_is_in_the_page_once(mouse: str) -> None:
    files = {file.name for file in PAGE.glob("*.js")}
    from cartsim.export.payload import SCRIPTS as ENGINE

    assert files == {f"{name}.js" for name in SCRIPTS} | set(ENGINE)
    assert len(SCRIPTS) == len(set(SCRIPTS))
    assert mouse.count("const Loop = (() => {") == 1


def test_every_script_has_at_most_300_lines_and_begins_strictly() -> None:
    for file in PAGE.glob("*.js"):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 300, f"{file.name} has {len(lines)} lines"
        assert lines[0] == '"use strict";', file.name


def test_every_element_that_a_script_asks_for_is_in_the_frame() -> None:
    frame = (PAGE / "page.html").read_text(encoding="utf-8")
    there = set(re.findall(r'id="([\w-]+)"', frame))
    for file in PAGE.glob("*.js"):
        asked = set(re.findall(r'byId\("([\w-]+)"\)', file.read_text(encoding="utf-8")))
        assert asked <= there, f"{file.name} asks for {asked - there}"


def test_a_title_of_ones_own_is_the_heading_and_the_models_the_line_below() -> None:
    words = page_words(cs.models.barros_2021, until=100, title="Lecture 3")
    assert (words["title"], words["subtitle"][:8]) == ("Lecture 3", "Effector")


def test_what_a_page_computes_is_what_python_calls_a_read_out() -> None:
    assert set(READOUTS) <= set(NEEDS)
    found = page_words(cs.models.barros_2021, until=100)["readouts"]
    own = {name for name in READOUTS if set(NEEDS[name]) <= {"car_t", "tumour"}}
    assert {entry["name"] for entry in found} == own


def test_terms_of_an_equation_are_those_of_its_processes_with_their_signs() -> None:
    found = page_equations(SMALL)["species"]
    assert [(term["process"], term["number"]) for term in found["C"]["terms"]] == [("loss", -2.0)]
    body = found["C"]["terms"][0]["body"]
    assert body.startswith("<mrow><mn>2</mn>")
    assert "<mo>(</mo>" in body  # twice a sum


def test_curves_have_a_colour_and_a_name_of_their_own() -> None:
    curves = page_words(cs.models.hardiansyah_2019, until=100)["curves"]
    assert len({(curve["words"], curve["unit"]) for curve in curves}) == len(curves)
    assert all(re.fullmatch("#[0-9a-f]{6}", curve["colour"]) for curve in curves)


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize("wrong", [{"a": SMALL}, "small", None, cs.simulate(SMALL, 1)])
def test_what_is_no_model_is_refused_in_a_sentence(wrong: object, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"a page is made of one Model, such as .*gallery\(folder"):
        html(wrong, tmp_path / "x.html")  # type: ignore[arg-type]


def test_a_file_of_another_kind_or_in_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"ends in \.html, not to '.*lesson\.pdf'"):
        html(SMALL, tmp_path / "lesson.pdf")
    with pytest.raises(ModelError, match=r"there is no folder .*nowhere.*make it first"):
        html(SMALL, tmp_path / "nowhere" / "lesson.html")
    with pytest.raises(ModelError, match="must be a path, not 3"):
        html(SMALL, 3)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_an_end_before_the_start_and_an_empty_title_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="until=-1 must lie after the start of 'small', 0"):
        html(SMALL, tmp_path / "x.html", until=-1)
    with pytest.raises(ModelError, match="title of a page must be a text"):
        html(SMALL, tmp_path / "x.html", title=" ")


# ------------------------------------------------------------------ the gallery


def test_a_gallery_has_a_page_and_a_card_for_each_model(tmp_path: Path) -> None:
    index = cs.export.gallery(tmp_path / "new" / "lecture", {"Index": SMALL, "Mäuse!": SMALL, "m use": SMALL})
    assert index == tmp_path / "new" / "lecture" / "index.html"
    names = {file.name for file in index.parent.iterdir()}
    assert names == {"index.html", "index-2.html", "m-use.html", "m-use-2.html"}
    text = index.read_text(encoding="utf-8")
    assert re.findall(r'href="([^"]*)"', text) == ["index-2.html", "m-use.html", "m-use-2.html"]
    assert (text.count("<svg"), text.count("Mäuse!")) == (3, 1)
    assert "script" not in text
    assert "Illustrative" not in text  # nobody is treated here


def test_a_gallery_of_nothing_or_of_one_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"for one, use cs\.export\.html"):
        cs.export.gallery(tmp_path / "g", SMALL)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=r"needs a mapping from words to models, not \{\}"):
        cs.export.gallery(tmp_path / "g", {})
    with pytest.raises(ModelError, match="the card 'a' needs a Model, not 3"):
        cs.export.gallery(tmp_path / "g", {"a": 3})  # type: ignore[dict-item]
    assert not (tmp_path / "g").exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="is a file; a gallery is written into a folder"):
        cs.export.gallery(tmp_path / "file", {"a": SMALL})


def test_a_card_shows_the_curves_and_says_what_happened() -> None:
    run = cs.simulate(cs.models.barros_2021.variant("single_2e6"), 200)
    drawn = picture(run)
    assert drawn.count("<polyline") == 2
    assert "nan" not in drawn
    assert re.match(r"CAR-T cells peak at .* on day .*; best response complete\.", sentence(run))
    assert sentence(cs.simulate(SMALL, 1)) == "2 species, 2 processes."


@pytest.mark.slow
def test_the_gallery_has_every_patient_and_the_whole_shelf(tmp_path: Path) -> None:
    index = cs.export.gallery(tmp_path)
    pages = [file for file in tmp_path.iterdir() if file.name != "index.html"]
    text = index.read_text(encoding="utf-8")
    assert len(pages) == text.count("<svg") == 11 + 6
    assert "Illustrative, not for clinical use." in text
    for file in pages:
        assert file.stat().st_size < MOST, file.name
        patient = any(word in file.name for word in ("all", "lymphoma", "myeloma", "blastoma"))
        assert patient == ("Illustrative, not for clinical use." in file.read_text(encoding="utf-8"))
