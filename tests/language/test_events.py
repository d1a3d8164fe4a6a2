"""Doses, infusions, changes and rules: what they hold and refuse."""

from __future__ import annotations

import math
import pickle
from typing import Any

import pytest

from cartsim.language.errors import ModelError
from cartsim.language.events import Change, Dose, Event, Infusion, When, check_event, starts

DOSE = Dose(1.0, into="A", at=2)
EVENTS: list[Event] = [
    DOSE,
    Infusion(4.0, into="A", start=1, duration=2),
    Change("k", factor=0.5, start=3, stop=10),
    Change("k", to=0.0),
    When("A >= 2", then=(DOSE, Change("k", to=1.0)), delay=1.0, at_most=3, apart=0.5),
]
NOT_NUMBERS: list[Any] = [True, None, "2", [2.0], math.nan, math.inf, -math.inf, 10**400]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_is_hashable_equal_to_its_copy_and_survives_pickling(event: Event) -> None:
    again = pickle.loads(pickle.dumps(event))
    assert again == event
    assert hash(again) == hash(event)
    assert check_event(event) is event


def test_when_an_event_begins_is_known_except_for_a_rule() -> None:
    assert [starts(event) for event in EVENTS] == [2.0, 1.0, 3.0, 0.0, None]
    assert Infusion(4.0, into="A", start=1, duration=2).stop == 3.0


@pytest.mark.parametrize("thing", NOT_NUMBERS, ids=lambda x: repr(x)[:8])
def test_a_number_that_is_none_is_refused_wherever_it_stands(thing: Any) -> None:
    makers = [
        lambda: Dose(thing, into="A"),
        lambda: Dose(1.0, into="A", at=thing),
        lambda: Infusion(thing, into="A", duration=1),
        lambda: Infusion(1.0, into="A", start=thing, duration=1),
        lambda: Infusion(1.0, into="A", duration=thing),
        lambda: Change("k", factor=thing),
        lambda: Change("k", to=thing),
        lambda: Change("k", to=1.0, start=thing),
        lambda: When("A > 1", then=DOSE, delay=thing),
        lambda: When("A > 1", then=DOSE, apart=thing),
    ]
    for make in makers:
        with pytest.raises(ModelError):
            make()


@pytest.mark.parametrize("name", [None, 5, True, ["A"], b"A"])
def test_a_name_that_is_no_text_is_refused(name: Any) -> None:
    for make in (
        lambda: Dose(1.0, into=name),
        lambda: Infusion(1.0, into=name, duration=1),
        lambda: Change(name, to=1.0),
    ):
        with pytest.raises(ModelError, match="must be a text, not"):
            make()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Dose(-1.0, into="A"), "the dose into 'A' is -1; it cannot be negative"),
        (lambda: Infusion(-1.0, into="A", duration=1), "the infusion into 'A' is -1; it cannot be negative"),
        (lambda: Infusion(1.0, into="A"), r"must be above zero, or use Dose\(\.\.\.\)"),
        (lambda: Infusion(1.0, into="A", duration=-2), "the duration of the infusion into 'A' is -2"),
        (lambda: Change("k"), "needs either factor= or to=, and not both"),
        (lambda: Change("k", factor=1.0, to=1.0), "needs either factor= or to=, and not both"),
        (lambda: Change("k", to=1.0, start=3, stop=3), "stops at 3, not after its start at 3"),
        (lambda: Change("k", to=1.0, start=3, stop=2), "stops at 2, not after its start at 3"),
        (lambda: When("A > 1", then=()), "a rule must do something"),
        (lambda: When("A > 1", then="Dose"), "a rule can do Dose"),  # type: ignore[arg-type]
        (lambda: When("A > 1", then=When("A > 1", then=DOSE)), "a rule can do Dose"),  # type: ignore[arg-type]
        (lambda: When("A > 1", then=Dose(1.0, "A", at=-1)), "cannot be negative"),
        (lambda: When("A > 1", then=DOSE, at_most=0), "a whole number from 1, not 0"),
        (lambda: When("A > 1", then=DOSE, at_most=True), "a whole number from 1, not True"),
        (lambda: When("A > 1", then=DOSE, at_most=1.5), "a whole number from 1, not 1.5"),  # type: ignore[arg-type]
        (lambda: When("A > 1", then=DOSE, delay=-1), "the delay of a rule is -1; it cannot be negative"),
        (lambda: When("A", then=DOSE), "is not a condition; write a comparison"),
        (lambda: When("", then=DOSE), "the condition of a rule is empty"),
    ],
)
def test_an_event_that_contradicts_itself_is_refused_in_a_sentence(make: Any, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        make()


@pytest.mark.parametrize("thing", [None, 5, "Dose", {"kind": "Dose"}, Dose, ("A", 1)])
def test_what_is_no_event_is_refused_with_an_example(thing: Any) -> None:
    with pytest.raises(ModelError, match=r"is not an event; use .* for example Dose"):
        check_event(thing)


def test_the_actions_of_a_rule_are_always_a_tuple() -> None:
    assert When("A > 1", then=DOSE).actions == (DOSE,)
    assert When("A > 1", then=[DOSE, DOSE]).actions == (DOSE, DOSE)  # type: ignore[arg-type]
