"""Groups: each run in its group, and a group for each run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import cartsim as cs
from cartsim.language.errors import ModelError, UnknownNameError
from cartsim.plots.artists import course, with_gid
from cartsim.plots.groups import groups
from cartsim.plots.labels import labels_of
from cartsim.plots.style import COLOURS
from cartsim.solving.ensemble import Ensemble

from .test_fan import bundle, half_extinct, lines

CURED = half_extinct()[:, -1] == 0.0


def medians(ax: Any) -> dict[str, float]:
    """The last value of the median of each group."""
    return {str(line.get_label()): float(course(line)[1][-1]) for line in with_gid(ax.lines, "curve:")}


def test_truths_make_two_groups_with_the_true_one_first() -> None:
    ax = groups(bundle(half_extinct()), by=~CURED, words=("relapsed", "cured"), log=False)
    assert medians(ax) == {"relapsed (n = 4)": 1e9, "cured (n = 6)": 0.0}
    lines_ = with_gid(ax.lines, "curve:")
    assert [line.get_color() for line in lines_] == list(COLOURS[:2])
    assert len({line._unscaled_dash_pattern[1] for line in lines_}) == 2
    assert [note.get_text().split("\N{NO-BREAK SPACE}")[0] for note in labels_of(ax)] == [
        "relapsed (n",
        "cured (n",
    ]


def test_truths_without_words_are_yes_and_no() -> None:
    assert list(medians(groups(bundle(half_extinct()), by=CURED))) == ["yes (n = 6)", "no (n = 4)"]
    assert list(medians(groups(bundle(half_extinct()), by=CURED | True))) == ["yes (n = 10)"]


def test_a_mapping_a_sequence_and_truths_say_the_same() -> None:
    runs = bundle(half_extinct())
    names = ["cured" if one else "not" for one in CURED]
    by_label = dict(reversed(list(zip(runs.labels, names, strict=True))))  # its own order is no matter
    pictures = [
        groups(runs, by=by_label, log=False),
        groups(runs, by=names, log=False),
        groups(runs, by=CURED, words=("cured", "not"), log=False),
    ]
    assert [medians(ax) for ax in pictures] == [{"cured (n = 6)": 0.0, "not (n = 4)": 1e9}] * 3


def test_groups_may_be_numbers_such_as_grades() -> None:
    found = medians(groups(bundle(lines(5)), by=[3, 0, 0, 3, 0]))
    # slopes 0 to 4 over four days from 100: runs 0 and 3, then 1, 2 and 4
    assert found == {"3 (n = 2)": 106.0, "0 (n = 3)": 108.0}


def test_thin_lines_may_be_drawn_instead_of_bands() -> None:
    ax = groups(bundle(half_extinct()), by=CURED, kind="spaghetti")
    assert [len(threads.get_segments()) for threads in with_gid(ax.collections, "runs:")] == [6, 4]
    assert with_gid(ax.collections, "range:") == []
    assert len(with_gid(groups(bundle(half_extinct()), by=CURED).collections, "range:")) == 2


def test_failed_runs_are_told_once_and_need_no_group() -> None:
    ax = groups(bundle(half_extinct(), failed=2), by=CURED)
    (note,) = with_gid(ax.texts, "runs-note")
    assert note.get_text().endswith("2 of 12 runs failed")


def test_a_label_without_a_group_is_named_with_the_nearest() -> None:
    runs = bundle(lines(3))
    by = {"patient 1": "a", "patient 2": "b", "patent 3": "b"}
    with pytest.raises(UnknownNameError, match=r"1 of 3 runs.*'patient 3'; did you mean 'patent 3'"):
        groups(runs, by=by)


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (["a", "b"], "2 groups for 3 finished runs"),
        (np.array([True] * 4), "4 groups for 3 finished runs"),
        ("abc", "neither a mapping"),
        (np.ones((3, 2), bool), "neither a mapping"),
        (7, "neither a mapping"),
    ],
)
def test_by_must_give_one_group_a_run(by: Any, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        groups(bundle(lines(3)), by=by)


def test_too_many_groups_are_refused() -> None:
    with pytest.raises(ModelError, match="6 groups, and more than 5"):
        groups(bundle(lines(6)), by=list("abcdef"))


def test_wrong_runs_names_and_kinds_are_refused() -> None:
    with pytest.raises(ModelError, match="no finished run"):
        groups(Ensemble({}), by={})
    with pytest.raises(ModelError, match="groups draws an Ensemble"):
        groups({"a": bundle(lines(2))}, by={})  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="did you mean 'tumour'"):
        groups(bundle(lines(2)), "tumuor", by=[1, 2])
    with pytest.raises(UnknownNameError, match="did you mean 'spaghetti'"):
        groups(bundle(lines(2)), by=[1, 2], kind="spagetti")


def test_a_group_is_the_same_picture_as_an_ensemble_of_its_own() -> None:
    alone = cs.plots.alt_text(groups(bundle(half_extinct()[:6]), by=["cured"] * 6))
    assert "cured (n = 6)" in alone
