"""Joining parts into one model."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartsim.language.errors import ModelError
from cartsim.language.events import Dose
from cartsim.language.join import join
from cartsim.language.mathematics import right_hand_side
from cartsim.language.model import Model
from cartsim.language.parts import Observable, Parameter, Process, Source, Species
from cartsim.language.printers.python import to_text


def growth(**changes: Any) -> Model:
    return Model(
        "growth",
        **{
            "species": {"T": Species(1e6, "cell")},
            "parameters": {"r": Parameter(0.1, "1/day")},
            "processes": {"birth": Process("-> T", "r*T")},
            "definitions": {"load": "2*T"},
            "observables": {"seen": Observable("T", "cell")},
            "roles": {"tumour": "T"},
        }
        | changes,
    )


def killing(**changes: Any) -> Model:
    return Model(
        "killing",
        **{
            "species": {"C": Species(1e5, "cell"), "T": Species(1e6, "cell")},
            "parameters": {"k": Parameter(1e-7, "1/(cell*day)")},
            "processes": {"kill": Process("T ->", "k*C*T")},
            "roles": {"car_t": "C"},
        }
        | changes,
    )


def test_parts_share_what_has_the_same_name() -> None:
    both = join("both", growth(), killing())
    assert list(both.species) == ["T", "C"]
    assert to_text(right_hand_side(both.structure)["T"]) == "r*T - k*C*T"
    assert both.roles == {"tumour": "T", "car_t": "C"}
    assert both.definitions == {"load": "2*T"}


def test_a_single_part_is_joined_to_itself_without_change() -> None:
    assert join("growth", growth()) == growth()
    assert join("growth", growth(), growth()) == growth()


@given(st.permutations(["growth", "killing", "decay"]))
def test_the_order_of_parts_changes_only_the_order_of_terms(order: list[str]) -> None:
    decay = Model(
        "decay", species={"C": Species(1e5, "cell")}, parameters={"d": Parameter(0.2, "1/day")},
        processes={"decay": Process("C ->", "d*C")},
    )  # fmt: skip
    parts = {"growth": growth(), "killing": killing(), "decay": decay}
    assert join("all", *(parts[name] for name in order)) == join("all", *parts.values())


def test_events_follow_one_another_and_the_earliest_start_counts() -> None:
    first, second = Dose(1.0, into="T", at=3), Dose(2.0, into="C", at=1)
    both = join("both", growth(events=[first], start=-2.0), killing(events=[second], start=5.0))
    assert both.events == (first, second)
    assert both.start == -2.0


def test_title_and_source_are_those_of_the_joined_model() -> None:
    source = Source("A", 2020, "B")
    both = join("both", growth(title="grows"), killing(), title="all", source=source)
    assert (both.title, both.source) == ("all", source)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"species": {"T": Species(2e6, "cell")}}, "'growth' and 'other' disagree on the initial of 'T'"),
        (
            {
                "species": {"T": Species(1e6, "mL")},
                "parameters": {"r": Parameter(0.1, "1/day")},
                "observables": {},
            },
            "disagree on the unit of 'T'",
        ),
        ({"species": {"T": Species(1e6, "cell", extinct_below=1)}}, "disagree on the extinct_below of 'T'"),
        (
            {"parameters": {"r": Parameter(0.2, "1/day")}},
            r"disagree on the value of 'r' \(parameters\): 0.1 and 0.2",
        ),
        ({"processes": {"birth": Process("-> T", "2*r*T")}}, "disagree on the rate of 'birth'"),
        ({"processes": {"birth": Process("-> 2 T", "r*T")}}, "disagree on the flow of 'birth'"),
        ({"definitions": {"load": "3*T"}}, r"disagree on 'load' \(definitions\): '2\*T' and '3\*T'"),
        ({"observables": {"seen": Observable("2*T")}}, "disagree on the expression of 'seen'"),
        ({"roles": {"tumour": "2*T"}}, r"disagree on 'tumour' \(roles\)"),
    ],
)
def test_parts_that_disagree_are_refused_by_name(changes: dict[str, Any], sentence: str) -> None:
    other = growth(**changes)
    other = Model.from_dict(other.to_dict() | {"name": "other"})
    with pytest.raises(ModelError, match=sentence) as caught:
        join("both", growth(), other)
    assert "make them equal or rename one" in str(caught.value)


def test_parts_in_different_units_of_time_are_refused() -> None:
    slow = Model("slow", species={"T": 1.0}, time="hour")
    with pytest.raises(ModelError, match=r"'growth' \(time in day\) and 'slow' \(time in hour\)"):
        join("both", growth(), slow)


def test_a_name_that_is_a_species_in_one_part_and_a_parameter_in_another_is_refused() -> None:
    other = Model("other", species={"X": 1.0}, parameters={"T": 1.0})
    with pytest.raises(ModelError, match="'T' for a species and for a parameter"):
        join("both", growth(), other)


@pytest.mark.parametrize("thing", [None, 5, "growth", {"growth": 1}, [growth()]])
def test_what_is_no_model_cannot_be_joined(thing: Any) -> None:
    with pytest.raises(ModelError, match=r"join\('both'\) takes models, not"):
        join("both", growth(), thing)


def test_nothing_cannot_be_joined() -> None:
    with pytest.raises(ModelError, match="at least one part"):
        join("both")


def test_meanings_and_sources_come_from_the_first_part_that_gives_them() -> None:
    plain = growth()
    told = growth(
        species={"T": Species(1e6, "cell", "tumour cells", "Table 1")},
        parameters={"r": Parameter(0.1, "1/day", "growth rate", "Table 2")},
    )
    for parts in ((plain, told), (told, plain)):
        joined = join("both", *parts)
        assert (joined.species["T"].meaning, joined.species["T"].source) == ("tumour cells", "Table 1")
        assert (joined.parameters["r"].meaning, joined.parameters["r"].source) == ("growth rate", "Table 2")
