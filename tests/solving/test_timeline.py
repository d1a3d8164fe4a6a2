"""`Timeline`: what is given and when."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartsim.language.errors import ModelError
from cartsim.language.events import Change, Dose, Event, Infusion, When
from cartsim.language.model import Model
from cartsim.solving.timeline import Occurrence, Timeline

plain = Model("plain", species={"A": 1.0, "B": 2.0}, parameters={"k": 4.0, "q": 5.0}, roles={"tumour": "B"})


def timeline(*events: Event, start: float = 0.0, until: float = 10.0) -> Timeline:
    return Timeline(plain.with_events(*events), start, until)


def test_an_empty_timeline_has_no_instants() -> None:
    line = timeline()
    assert line.instants() == set()
    assert line.next_after(0.0) == math.inf
    assert line.inflow_at(3.0) is None
    assert line.parameters_at(3.0).tolist() == [4.0, 5.0]


def test_every_beginning_and_end_is_an_instant() -> None:
    line = timeline(
        Dose(1, "A", at=3),
        Infusion(1, "B", 2, 4),
        Change("k", to=1, start=5),
        Change("q", to=1, start=1, stop=7),
    )
    assert line.instants() == {3.0, 2.0, 6.0, 5.0, 1.0, 7.0}
    assert [line.next_after(t) for t in (0, 1, 2.5, 3, 6.5, 7)] == [1, 2, 3, 5, 7, math.inf]


def test_a_change_holds_from_its_start_up_to_but_not_at_its_stop() -> None:
    line = timeline(Change("k", factor=0.5, start=2, stop=4))
    times = [np.nextafter(2, 0), 2.0, np.nextafter(4, 0), 4.0]
    assert [line.parameters_at(t)[0] for t in times] == [4.0, 2.0, 2.0, 4.0]


def test_an_infusion_flows_from_its_start_up_to_but_not_at_its_stop() -> None:
    line = timeline(Infusion(6, "tumour", 2, 3))
    times = [np.nextafter(2, 0), 2.0, np.nextafter(5, 0), 5.0]
    flows = [line.inflow_at(t) for t in times]
    assert [None if flow is None else flow.tolist() for flow in flows] == [None, [0, 2], [0, 2], None]


SETTINGS = [Change("k", factor=2), Change("k", factor=3), Change("k", to=10), Change("k", to=10)]


@given(st.permutations(SETTINGS))
@settings(max_examples=24)
def test_one_setting_comes_first_and_all_factors_multiply_it_in_any_order(changes: list[Change]) -> None:
    assert timeline(*changes).parameters_at(0.0).tolist() == [60.0, 5.0]


def test_a_factor_or_setting_of_zero_is_not_forgotten() -> None:
    assert timeline(Change("k", to=0)).parameters_at(0)[0] == 0.0
    assert timeline(Change("k", factor=0)).parameters_at(0)[0] == 0.0
    assert timeline(Change("k", factor=0)).begin(0)[1][0].amount == 0.0


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (Change("k", to=1), Change("k", to=2, start=5), True),
        (Change("k", to=1, stop=5), Change("k", to=2, start=5), False),
        (Change("k", to=1, start=6), Change("k", to=2, start=1, stop=7), True),
        (Change("k", to=1), Change("k", to=1, start=5), False),
        (Change("k", to=1), Change("q", to=2), False),
        (Change("k", to=1), Change("k", factor=2), False),
    ],
)
def test_only_settings_that_differ_and_overlap_are_refused(one: Change, other: Change, clash: bool) -> None:
    for pair in ((one, other), (other, one)):
        if clash:
            with pytest.raises(ModelError, match=r"two changes set 'k' at once.*or use factor="):
                timeline(*pair)
        else:
            assert timeline(*pair).changes == list(pair)


def test_a_refused_setting_names_both_values_and_the_day() -> None:
    with pytest.raises(ModelError, match=r"to 1 and to 2 \(day 5\)"):
        timeline(Change("k", to=1, start=3), Change("k", to=2, start=5))


@pytest.mark.parametrize("event", [Dose(1, "A", at=11), Infusion(1, "A", 11, 1), Change("k", to=1, start=11)])
def test_an_event_after_the_end_says_how_long_the_run_should_be(event: Event) -> None:
    with pytest.raises(
        ModelError, match=r"day 11 lies after the end of the run; use until=11 or more, not 10"
    ):
        timeline(event)


@pytest.mark.parametrize("event", [Dose(1, "A", at=-1), Infusion(1, "A", -1, 9), Change("k", to=1, start=-1)])
def test_an_event_before_the_start_is_refused_even_if_it_lasts(event: Event) -> None:
    with pytest.raises(ModelError, match=r"at day -1 lies before the start of the run at day 0"):
        timeline(event)


def test_what_begins_is_given_once_and_logged() -> None:
    line = timeline(
        Dose(3, "A", at=2), Dose(4, "tumour", at=2), Infusion(6, "A", 2, 3), Change("k", to=1, start=2)
    )
    assert line.begin(1.0)[0].tolist() == [0.0, 0.0]
    amounts, log = line.begin(2.0)
    assert amounts.tolist() == [3.0, 4.0]
    assert log == [
        Occurrence(2.0, "dose", "A", 3.0, 2.0),
        Occurrence(2.0, "dose", "B", 4.0, 2.0),
        Occurrence(2.0, "infusion", "A", 6.0, 5.0),
        Occurrence(2.0, "change", "k", 1.0, math.inf),
    ]
    assert line.begin(2.0)[0].tolist() == [0.0, 0.0]
    assert line.begin(2.0)[1] == []


def test_one_dose_listed_twice_is_given_twice() -> None:
    dose = Dose(3, "A", at=2)
    assert timeline(dose, dose).begin(2.0)[0].tolist() == [6.0, 0.0]


def test_what_a_rule_does_is_moved_to_its_time() -> None:
    line = timeline(When("A > 5", then=Dose(1, "A")))
    assert line.instants() == set()
    line.add((Dose(3, "A", at=1), Infusion(6, "B", 0.5, 2), Change("k", factor=2, start=1, stop=3)), 4.0)
    assert line.instants() == {5.0, 4.5, 6.5, 7.0}
    assert line.parameters_at(5.0)[0] == 8.0
    assert line.parameters_at(7.0)[0] == 4.0


def test_what_a_rule_would_do_after_the_end_is_dropped() -> None:
    line = timeline()
    line.add((Dose(3, "A", at=1), Dose(4, "A", at=7)), 4.0)
    assert line.doses == [Dose(3, "A", at=5)]
    line.add((Dose(4, "A", at=6),), 4.0)
    assert line.doses[1] == Dose(4, "A", at=10)


def test_a_rule_cannot_set_what_something_else_sets() -> None:
    line = timeline(Change("k", to=1, start=3, stop=6))
    line.add((Change("k", to=2),), 6.0)
    with pytest.raises(ModelError, match="two changes set 'k' at once"):
        line.add((Change("k", to=3),), 8.0)


def test_an_occurrence_speaks_in_words() -> None:
    assert str(Occurrence(1, "dose", "A", 1.5e6)) == "dose of 1.5e+06 into A"
    assert str(Occurrence(1, "infusion", "A", 2)) == "infusion of 2 into A"
    assert str(Occurrence(1, "change", "k", 0.5)) == "k changed (0.5)"
    assert str(Occurrence(1, "rule", "A > 5")) == "rule A > 5"
    assert str(Occurrence(1, "extinction", "A")) == "A died out"
