"""Files: the right size, texts as texts, and the alt text inside."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import matplotlib.image
import numpy as np
import pytest

import cartsim as cs
from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.plots.artists import font_size
from cartsim.plots.labels import labels_of
from cartsim.plots.style import SIZES

from .cases import treated


def test_an_svg_has_real_text_and_the_alt_text_as_its_description(tmp_path: Path) -> None:
    ax = cs.plot(treated(), title="One patient")
    cs.plots.save(ax, tmp_path / "a.svg")
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    texts = ["".join(node.itertext()).strip() for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "tumour cells" in texts
    assert "died out" in texts
    assert root.findtext("{http://www.w3.org/2000/svg}title") == "One patient"
    (described,) = root.iter("{http://purl.org/dc/elements/1.1/}description")
    assert described.text == cs.plots.alt_text(ax)
    ids = {node.get("id") for node in root.iter()}
    assert {"curve:car_t", "curve:tumour"} <= ids


def test_a_png_has_the_pixels_of_its_size_and_the_alt_text(tmp_path: Path) -> None:
    ax = cs.plot(treated(), for_="print")
    cs.plots.save(ax, tmp_path / "a.png")
    size = SIZES["print"]
    height, width = matplotlib.image.imread(tmp_path / "a.png").shape[:2]
    assert (width, height) == pytest.approx((size.width * size.dpi, size.height * size.dpi), abs=1)
    content = (tmp_path / "a.png").read_bytes()
    assert cs.plots.alt_text(ax)[:60].encode() in content
    assert b"Description" in content


def test_a_pdf_is_written_with_its_title(tmp_path: Path) -> None:
    cs.plots.save(cs.plot(treated(), title="One patient"), tmp_path / "a.pdf", for_="poster")
    content = (tmp_path / "a.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert b"(One patient)" in content


def test_the_same_figure_gives_the_same_file(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        cs.plots.save(cs.plot(treated()), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.slow
def test_saving_for_another_purpose_changes_the_file_and_not_the_figure(tmp_path: Path) -> None:
    ax = cs.plot(treated(), for_="slide")
    before = [font_size(text) for text in [*ax.texts, ax.xaxis.label]], ax.lines[0].get_linewidth()
    inches = ax.figure.get_size_inches().tolist()
    cs.plots.save(ax, tmp_path / "a.png", for_="print")
    width = matplotlib.image.imread(tmp_path / "a.png").shape[1]
    assert width == pytest.approx(SIZES["print"].width * SIZES["print"].dpi, abs=1)
    assert ax.figure.get_size_inches().tolist() == inches
    after = [font_size(text) for text in [*ax.texts, ax.xaxis.label]], ax.lines[0].get_linewidth()
    np.testing.assert_allclose(after[0], before[0])
    assert after[1] == pytest.approx(before[1])
    ticks = [font_size(text) for text in ax.get_xticklabels()]
    np.testing.assert_allclose(ticks, ticks[0])


@pytest.mark.slow
def test_letters_have_the_size_of_the_purpose_inside_the_file(tmp_path: Path) -> None:
    ax = cs.plot(treated(), for_="slide")
    cs.plots.save(ax, tmp_path / "a.svg", for_="print")
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    texts = {"".join(node.itertext()).strip(): node for node in root.iter("{http://www.w3.org/2000/svg}text")}
    style = texts["tumour cells"].get("style") or ""
    ratio = SIZES["print"].font / SIZES["slide"].font
    size = float(style.split("font-size: ")[1].split("px")[0])
    assert size == pytest.approx(font_size(labels_of(ax)[0]) * ratio, rel=1e-3)


def test_ones_own_alt_text_is_taken(tmp_path: Path) -> None:
    cs.plots.save(cs.plot(treated()), tmp_path / "a.svg", alt="My words.")
    assert "My words." in (tmp_path / "a.svg").read_text()


def test_an_unknown_ending_or_size_is_refused_and_nothing_written(tmp_path: Path) -> None:
    ax = cs.plot(treated())
    with pytest.raises(ModelError, match="png, svg, pdf"):
        cs.plots.save(ax, tmp_path / "a.jpg")
    with pytest.raises(UnknownNameError, match="did you mean 'print'"):
        cs.plots.save(ax, tmp_path / "a.png", for_="prints")
    assert list(tmp_path.iterdir()) == []
