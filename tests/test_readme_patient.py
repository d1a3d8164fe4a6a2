"""What the README says of the teaching patient is so: its code, its names, its table, its picture."""

from __future__ import annotations

import re

import pytest

import cartsim as cs
from cartsim.patient.keywords import Keywords
from cartsim.plots.demo import example

from .calibration import readme
from .calibration.table import ROWS
from .test_readme import PATIENT, PICTURE, STORIES, TEXT, after

SECTION = TEXT[TEXT.index("## The teaching patient\n") : TEXT.index("## What you can ask\n")]


def offered(about: str) -> list[str]:
    """The names that the section lists about something."""
    (line,) = re.findall(rf"^- {about}, .*?(?=\n- |\n\n)", SECTION, re.MULTILINE | re.DOTALL)
    names = re.findall(r"`([^`]+)`", line.partition(": ")[2])
    return [name.removeprefix("product=").strip('"') for name in names]


def test_the_four_lines_of_the_patient_draw_a_dashboard_and_say_what_happened() -> None:
    assert len(PATIENT.splitlines()) == 4
    found = after("import cartsim as cs", PATIENT)
    assert "Phases of the CAR-T cells" in found["printed"]
    assert "Illustrative, not for clinical use." in found["printed"]
    assert found["run"].t[-1] == 365


@pytest.mark.slow
def test_each_change_of_the_patient_runs_and_shows_what_its_line_says() -> None:
    start = "import cartsim as cs", 'patient = cs.patients.b_all(product="4-1BB")'
    assert list(STORIES) == ["rescue", "dose against burden", "relapse", "a cohort"]
    rescued = cs.simulate(after(*start, STORIES["rescue"])["rescued"], until=90)
    assert cs.readouts(rescued)["tocilizumab_doses"].value >= 1
    patients = after(*start, STORIES["dose against burden"])["patients"]
    found = cs.readouts(cs.simulate(patients, until=60))
    peaks, grades = (found[name].values.reshape(3, 3) for name in ("cmax", "crs_max_grade"))  # dose, burden
    assert (peaks.max(axis=0) < 3 * peaks.min(axis=0)).all()
    assert (peaks[:, 2] > 5 * peaks[:, 0]).all()
    assert (grades[:, 2] > grades[:, 0]).all()
    one_target, two_targets = after(*start, STORIES["relapse"])["printed"].splitlines()
    assert ("without" in one_target, "no relapse" in two_targets) == (True, True), (one_target, two_targets)


@pytest.mark.slow
def test_three_hundred_patients_of_the_readme_differ_in_their_response() -> None:
    start = "import cartsim as cs", 'patient = cs.patients.b_all(product="4-1BB")'
    found = after(*start, STORIES["a cohort"])["found"]
    assert 0.2 < (found["best_response"].values == 3).mean() < 1.0
    assert set(found["relapse_kind"].values) >= {1.0, 2.0}


def test_every_disease_therapy_and_picture_that_is_named_is_there_and_none_is_forgotten() -> None:
    diseases = [name for name in offered("Patients") if name in cs.patients.DISEASES]
    assert diseases == list(cs.patients.DISEASES)
    assert all(callable(getattr(cs.patients, name)) for name in diseases)
    assert sorted(offered("Therapies")) == sorted(cs.therapies.__all__)
    assert all(callable(getattr(cs.plots, name)) for name in offered("Pictures"))


def test_every_keyword_and_product_that_is_named_is_one_of_a_patient() -> None:
    named = set(offered("Patients")) - set(cs.patients.DISEASES)
    keywords = set(Keywords.__annotations__)
    assert {"dose", "tumour_burden"} < named & keywords
    assert named - keywords == {name for known in cs.patients.DISEASES.values() for name in known.products}


def test_the_table_of_calibration_is_the_one_that_was_written_last() -> None:
    assert readme.block(TEXT) == readme.ACHIEVED.read_text(encoding="utf-8").strip("\n")


def test_every_published_number_has_a_verdict_and_every_miss_a_reason() -> None:
    table = readme.block(TEXT)
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if "`" in line
    ]
    rows = [row for row in rows if len(row) > 1]
    assert sorted(row[-1] for row in rows) == sorted(f"`{row.key}`" for row in ROWS)
    notes = dict(re.findall(r"^(\d+)\. (.+)$", table, re.MULTILINE))
    verdict = re.compile(r"met|\*\*missed\*\* \(\S+ to \S+\), see (\d+)")
    given = [verdict.fullmatch(row[-2]) for row in rows]
    assert [row for row, words in zip(rows, given, strict=True) if words is None] == []
    assert {words[1] for words in given if words and words[1]} == set(notes)
    assert [note for note in notes.values() if "not looked into" in note or len(note.split()) < 5] == []
    hits = sum(row[-2] == "met" for row in rows)
    assert f"{hits} of {len(rows)} rows are met." in table


def test_the_picture_is_told_as_the_demo_is_now() -> None:
    (words,) = re.findall(rf"!\[([^\]]*)\]\({re.escape(PICTURE)}\)", TEXT)
    assert words == readme.in_words(example())
