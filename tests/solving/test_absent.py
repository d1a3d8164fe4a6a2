"""The equations without the species that never come into being in a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from cartsim.language.events import Dose, Event, Infusion, When
from cartsim.language.model import Model
from cartsim.language.parts import Parameter, Process, Species
from cartsim.solving import absent
from cartsim.solving.absent import WORTH_IT, present
from cartsim.solving.simulate import simulate

DRUGS = [f"D{i}" for i in range(WORTH_IT)]


def treated(
    *events: Event, killing: str = "k*D0*T", made: str = "0*D1", definition: str = "D2/(D2 + k)"
) -> Model:
    """A tumour, as many drugs as are worth it, and what they do."""
    lost = {f"{drug}_lost": Process(f"{drug} ->", f"k*{drug}") for drug in DRUGS}
    return Model(
        "treated",
        species={"T": Species(1e3, extinct_below=1.0), **dict.fromkeys(DRUGS, 0.0)},
        parameters={"k": Parameter(0.5)},
        definitions={"blocked": definition},
        processes={
            **lost,
            "growth": Process("-> T", "0.1*T*(1 - blocked)"),
            "killing": Process("T ->", killing),
            "loss": Process("T ->", "0.3*T"),
            "making": Process(f"-> {DRUGS[3]}", made),
        },
        events=events,
    )


def left_out(model: Model) -> set[str]:
    """The species that stand in no equation any more."""
    y = np.array([0.0 if isinstance(s.initial, str) else s.initial for s in model.species.values()])
    moved = {name for _, changes in present(model, y).stoichiometry for name, _ in changes}
    return set(model.species) - moved


def test_drugs_that_are_not_given_are_left_out_with_what_they_do() -> None:
    model = treated()
    shorter = present(model, np.array([1e3, *[0.0] * len(DRUGS)]))
    assert [process for process, _ in shorter.stoichiometry] == ["growth", "loss"]
    assert shorter != model.structure
    assert shorter.species == model.structure.species


@pytest.mark.parametrize(
    "event",
    [
        Dose(1.0, into="D0", at=3),
        Infusion(1.0, into="D0", start=3, duration=1),
        When("T < 500", then=Dose(1.0, into="D0", at=0)),
    ],
)
def test_what_is_given_at_any_time_stays(event: Event) -> None:
    assert present(treated(event), np.array([1e3, *[0.0] * len(DRUGS)])) == treated(event).structure


def test_what_is_made_stays() -> None:
    assert left_out(treated(made="k*T")) == set()  # four that are none are too few
    assert left_out(treated(made="k*D4")) == set(DRUGS)  # made of what is never there itself


def test_what_is_there_at_the_start_stays() -> None:
    model = treated()
    y = np.array([1e3, 0.1, *[0.0] * (len(DRUGS) - 1)])
    assert present(model, y) is model.structure


@pytest.mark.parametrize("killing", ["D0*log(T)", "D0/T", "D0*T**k", "T*D0**-1", "D0*sqrt(T - 1)"])
def test_nothing_is_left_out_where_that_could_hide_that_a_rate_has_no_value(killing: str) -> None:
    assert left_out(treated(killing=killing)) == set()


def test_a_definition_without_a_value_is_not_hidden_either() -> None:
    assert left_out(treated(definition="1/T", killing="D0*blocked")) == set()
    assert left_out(treated(definition="hill(T, k, 2)", killing="D0*blocked")) == set(DRUGS)


def with_rule() -> Sequence[Event]:
    return (When("blocked >= 0 and T < 300", then=Dose(500.0, into="T", at=0)),)


@pytest.mark.parametrize("events", [(), with_rule()], ids=["alone", "a rule on what has vanished"])
def test_the_run_is_that_of_the_whole_equations(
    events: Sequence[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = treated(*events)
    short = simulate(model, until=60)
    monkeypatch.setattr(absent, "WORTH_IT", 100)
    whole = simulate(model, until=60)
    assert [event.kind for event in short.occurrences] == [event.kind for event in whole.occurrences]
    assert any(event.kind == "extinction" for event in short.occurrences)
    times = np.linspace(0, 60, 7)
    np.testing.assert_allclose(
        *(np.interp(times, run.t, run["T"]) for run in (short, whole)), rtol=1e-9, atol=1e-12
    )
    assert (short["killing"] == 0.0).all()
