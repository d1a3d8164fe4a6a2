"""The table of calibration is that of the numbers as they are now, and the README is written without loss."""

from __future__ import annotations

import pytest

from . import readme
from .rows import GROUPS, KINETICS
from .statistics import of_patient
from .table import achieved, met, words

SLOW = pytest.mark.slow
TYPICAL = list(dict.fromkeys(row.group for row in KINETICS))


def written(group: str) -> dict[str, float]:
    """What the table says of the model, by what it is."""
    found = {}
    for line in readme.ACHIEVED.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == GROUPS[group].title:
            found[cells[1]] = float(cells[3].replace(",", "").replace("none", "nan"))
    return found


@pytest.mark.parametrize("group", [TYPICAL[0], *(pytest.param(name, marks=SLOW) for name in TYPICAL[1:])])
def test_the_table_has_what_the_typical_patient_does(group: str) -> None:
    told, patient = written(group), of_patient(GROUPS[group].disease, GROUPS[group].product)
    rows = [row for row in KINETICS if row.group == group]
    assert {words(row.statistic): told[words(row.statistic)] for row in rows} == {
        words(row.statistic): pytest.approx(patient[row.statistic], rel=0.02) for row in rows
    }


@SLOW
@pytest.mark.parametrize("group", ["liso", "glioblastoma"])
def test_the_table_has_what_the_cohort_does(group: str) -> None:
    found = {words(name): value for name, value in achieved(group).items()}
    told = written(group)
    assert {name: found[name] for name in told} == pytest.approx(told, rel=0.02, abs=1.0, nan_ok=True)


def test_a_number_at_the_end_of_its_interval_is_met_and_one_beyond_is_not() -> None:
    row = KINETICS[0]
    assert [met(row, value) for value in (row.low, row.high, row.high * 1.001, float("nan"))] == [
        True,
        True,
        False,
        False,
    ]


def test_another_table_and_other_words_leave_the_rest_of_the_readme() -> None:
    text = f"one\n![old]({readme.PICTURE})\ntwo\n{readme.BEGIN}\n| old |\n{readme.END}\nthree\n"
    changed = readme.with_words(readme.with_block(text, "| new |\n"), r"new \1")
    assert readme.block(changed) == "| new |"
    assert f"![new \\1]({readme.PICTURE})" in changed
    assert [word for word in changed.split() if word in ("one", "two", "three", "old")] == [
        "one",
        "two",
        "three",
    ]
    assert readme.with_block(changed, "| new |") == changed


@pytest.mark.parametrize("text", ["", readme.BEGIN, f"{readme.END}\n"])
def test_a_readme_without_the_marks_or_the_picture_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"README.md needs a line"):
        readme.with_block(text, "| new |")
    with pytest.raises(ValueError, match=r"README.md needs the picture"):
        readme.with_words(text, "new")
