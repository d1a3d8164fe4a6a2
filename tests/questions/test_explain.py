"""What an explanation says of runs with every ending, against closed forms, and how it is shown."""

from __future__ import annotations

import dataclasses
import math

import pytest

import cartsim as cs
from cartsim import Change, Dose, Model, ModelError, Process, Species
from cartsim.questions.explain import CAUTION, Explanation, explain
from cartsim.questions.explain_tumour import TumourStory


def told(model: Model, until: float, **options: object) -> Explanation:
    return explain(cs.simulate(model, until, **options))


def treated(
    positive: float = 1e9,
    negative: float = 0.0,
    kill: float = 1.5,
    stop: float = 10.0,
    limit: float | None = None,
) -> Model:
    """A tumour that grows at 0.5 a day; from day 2 to `stop` what has the antigen is killed at `kill` a day.

    CAR-T cells: 1e8 on day 2, lost at 0.3 a day.
    """
    return Model(
        "treated",
        species={
            "C": Species(0, "cell", "CAR-T cells", extinct_below=1.0),
            "P": Species(positive, "cell", "cells with antigen", extinct_below=limit),
            "N": Species(negative, "cell", "cells without antigen", extinct_below=limit),
        },
        parameters={"g": 0.5, "k": 0.0, "d": 0.3},
        processes={
            "growth": Process("-> P", "g * P", "they divide"),
            "escape": Process("-> N", "g * N", "they divide too"),
            "killing": Process("P ->", "k * P", "they are killed"),
            "loss": Process("C ->", "d * C", "CAR-T cells die"),
        },
        roles={
            "car_t": "C",
            "tumour": "P + N",
            "antigen_positive_tumour": "P",
            "antigen_negative_tumour": "N",
        },
        events=(Dose(1e8, into="C", at=2), Change("k", to=kill, start=2, stop=stop)),
    )


def the_story(found: Explanation) -> TumourStory:
    (story,) = found.tumour
    return story


def test_a_relapse_with_antigen_is_told_with_its_numbers() -> None:
    story = the_story(told(treated(), 40))
    first = 1e9 * math.exp(1.0)
    assert (story.ending, story.antigen_negative) == ("relapse", 0.0)
    assert story.first == pytest.approx(first, rel=1e-5)
    assert story.nadir == pytest.approx(first * math.exp(-8), rel=1e-4)
    assert (story.nadir_time, story.back) == (10.0, pytest.approx(26.0, rel=1e-4))
    assert f"{1e8 * math.exp(-0.3 * 24):.3g}" == "7.47e+04"
    assert "CAR-T cells when it was back: 74700 cells." in story.text
    assert "It came back with the antigen: 100 % of its cells carried it" in story.text
    assert "1.5 per day (mostly killing: they are killed), against growth of 0.5 per day" in story.text
    assert "On day 26 removal was 0 per day against growth of 0.5 per day." in story.text
    assert story.text.endswith("So removal lost: nothing of its best was left.")


def test_a_relapse_without_antigen_is_told_so() -> None:
    story = the_story(told(treated(negative=1e4, stop=60), 40))
    first = (1e9 + 1e4) * math.exp(1.0)
    assert story.ending == "relapse"
    assert story.antigen_negative > 0.999
    assert story.back == pytest.approx(2 + math.log(first / (1e4 * math.exp(1.0))) / 0.5, rel=1e-3)
    assert (
        "It came back without the antigen: 100 % of its cells lacked it, and less than 0.1 % at" in story.text
    )
    assert "So they were there, but most of the tumour did not carry what they recognise." in story.text


def test_a_relapse_after_the_car_t_cells_were_lost_is_told_so() -> None:
    story = the_story(told(treated(stop=22, positive=1e12).with_values(d=1.0), 80))
    assert story.ending == "relapse"
    assert "CAR-T cells when it was back: none." in story.text
    assert "So the CAR-T cells were lost, before the nadir." in story.text
    after = the_story(told(treated(stop=12).with_values(d=1.0), 60))
    assert "So the CAR-T cells were lost, after the nadir." in after.text


def test_a_relapse_before_exhausted_cells_is_told_so() -> None:
    model = treated()
    tired = dataclasses.replace(model, roles={**model.roles, "exhausted_car_t": "0.8 * C"})
    assert "(80 % exhausted)" in told(tired, 40).tumour[0].text
    assert "most of them were exhausted" in told(tired, 40).tumour[0].text


def test_a_tumour_that_dies_out_is_told_with_the_day() -> None:
    story = the_story(told(treated(limit=1.0, stop=60), 60))
    died = 2 + (math.log(1e9) + 1) / 1.0
    assert (story.ending, story.nadir) == ("died out", 0.0)
    assert story.nadir_time == pytest.approx(died, rel=1e-5)
    assert f"It died out on day {died:.1f}, {died - 2:.1f} days later, and did not come back." in story.text


@pytest.mark.parametrize(
    ("model", "until", "ending", "said"),
    [
        (treated(stop=60), 15, "still falling", "halving every 0.693 days."),
        (treated(), 18, "growing back", "It fell to 912000 cells on day 10 and was growing back"),
        (treated(), 10.5, "held down", "was less than twice that on day 10.5"),
        (treated(kill=0.4), 30, "never responded", "So even at its best removal lost."),
        (treated(kill=0.55, stop=5), 30, "never responded", "it only fell to 2.34e9 cells on day 5."),
        (treated(positive=0.0), 30, "no tumour", "There was no tumour at the first CAR-T infusion (day 2)"),
    ],
)
def test_every_other_ending_is_told(model: Model, until: float, ending: str, said: str) -> None:
    story = the_story(told(model, until))
    assert story.ending == ending
    assert said in story.text


def test_tumour_cells_given_again_begin_a_story_of_their_own() -> None:
    model = treated(limit=1.0, stop=60).with_events(Dose(1e4, into="P", at=40), Dose(1e4, into="P", at=70))
    first, second, third = told(model, 80).tumour
    assert (first.ending, second.ending, third.ending) == ("died out", "died out", "never responded")
    assert second.nadir_time == pytest.approx(40 + math.log(1e4), rel=1e-5)
    assert (third.start, third.first) == (70.0, pytest.approx(1e4))
    assert "At the time when tumour cells were given (day 70)" in third.text


def test_a_relapse_that_passed_below_one_cell_is_warned_of_with_day_and_number() -> None:
    found = told(treated(stop=30), 80)
    (warning,) = found.warnings
    first, least = 1e9 * math.exp(1.0), 1e9 * math.exp(1.0 - 28.0)
    assert warning.species == "P"
    assert warning.start == pytest.approx(2 + math.log(first), rel=1e-3)
    assert (warning.time, warning.least) == (pytest.approx(30.0), pytest.approx(least, rel=1e-3))
    assert warning.returned == pytest.approx(30 - math.log(least) / 0.5, rel=1e-3)
    assert "extinct_below=1 (one cell)" in warning.text
    assert "simulate_stochastic" in warning.text
    assert "Beware: less than one cell" in found.text


def test_a_cure_below_one_cell_is_warned_of_and_one_at_one_cell_is_not() -> None:
    (warning,) = told(treated(stop=60), 50).warnings
    assert math.isnan(warning.returned)
    assert "No part of a cell can live" in warning.text
    (warning,) = told(treated(stop=60, limit=1e-6), 50).warnings
    assert "It died out on day 37.5, at its own limit of 1e-6 cells." in warning.text
    assert told(treated(stop=60, limit=1.0), 50).warnings == ()


def test_cells_far_from_the_tumour_are_warned_of_in_fewer_words() -> None:
    found = told(cs.models.leon_triana_2020, 1000)
    (warning,) = found.warnings
    assert warning.species == "B"
    assert "It did not come back" in warning.text
    assert "simulate_stochastic" not in warning.text


def test_the_slowest_tumour_of_kimmel_2021_is_warned_of() -> None:
    found = told(cs.models.kimmel_2021.variant("biomodels"), 400)
    assert the_story(found).ending == "growing back"
    (warning,) = found.warnings
    assert (warning.time, warning.least) == (
        pytest.approx(the_story(found).nadir_time, rel=1e-3),
        pytest.approx(the_story(found).nadir, rel=1e-2),
    )
    assert told(cs.models.kimmel_2021, 200).warnings == ()
    assert "in this model all tumour cells carry it" in found.text


def test_scaled_numbers_are_no_cells() -> None:
    found = told(cs.models.sahoo_2020.variant("scaled_coexists"), 100)
    assert found.warnings == ()
    assert any("scaled numbers" in note for note in found.notes)


@pytest.mark.parametrize(
    ("name", "until", "ending"),
    [
        ("barros_2021", 200, "never responded"),
        ("barros_2021/single_2e6", 200, "died out"),
        ("barros_2021/raji", 60, "never responded"),
        ("kimmel_2021", 250, "relapse"),
        ("kimmel_2021/slow", 60, "still falling"),
        ("kimmel_2021/fast", 250, "relapse"),
        ("leon_triana_2020", 300, "growing back"),
        ("hardiansyah_2019/upn1", 100, "held down"),
        ("hardiansyah_2019/upn3", 100, "still falling"),
        ("sahoo_2020", 100, "never responded"),
        ("sahoo_2020/scaled_falls", 20, "still falling"),
    ],
)
def test_every_published_model_has_its_ending(name: str, until: float, ending: str) -> None:
    base, _, variant = name.partition("/")
    model = getattr(cs.models, base)
    found = told(model.variant(variant) if variant else model, until)
    assert the_story(found).ending == ending
    assert "nan" not in found.text


# ------------------------------------------------------------------ how it is shown


def test_the_text_has_its_headings_and_short_lines() -> None:
    text = str(told(treated(stop=30), 80))
    lines = text.splitlines()
    assert lines[0] == "What happened in treated, day 0 to 80"
    headings = [line for line in lines[1:] if line and not line.startswith(" ")]
    assert headings == ["Time line", "Phases of the CAR-T cells", "The tumour", "Beware: less than one cell"]
    assert max(map(len, lines)) <= 100
    assert not any(line.strip().startswith("%") for line in lines)


def test_html_and_markdown_escape_what_a_model_says() -> None:
    model = Model(
        "hostile",
        species={"C_T": Species(1e6, "cell", "<script>alert(1)</script> *cells*")},
        parameters={"d": 0.1},
        processes={"death": Process("C_T ->", "d * C_T", "<b>they</b> | die")},
        roles={"car_t": "C_T"},
        events=(Dose(1e6, into="C_T", at=1),),
    )
    found = told(model, 20)
    html, markdown = found._repr_html_(), found.to_markdown()
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<b>" not in html
    assert r"\<script\>alert(1)\</script\> \*cells\*" in markdown
    assert r"C\_T" in markdown
    assert "The model has no role 'tumour', so nothing is said of a tumour." in found.notes


def test_times_are_in_the_unit_of_the_model() -> None:
    model = Model(
        "slow",
        species={"C": Species(1e6, "cell")},
        parameters={"d": 0.1},
        processes={"death": Process("C ->", "d * C")},
        roles={"car_t": "C"},
        events=(Dose(1e6, into="C", at=1),),
        time="hour",
    )
    found = told(model, 20)
    assert found.time == "hour"
    assert str(found.events[0]).startswith("Hour 1: dose of 1e6 cells into C.")
    assert "half-life 6.93 hours" in found.text


def test_the_caution_is_said_of_patients_and_of_them_alone() -> None:
    model = treated()
    graded = dataclasses.replace(model, roles={**model.roles, "crs_grade": "step(C - C/d)"})
    assert told(graded, 40).text.endswith(CAUTION)
    assert CAUTION not in told(model, 40).text


def test_an_explanation_is_frozen() -> None:
    found = told(treated(), 40)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.title = "another"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.phases[0].kind = "another"  # type: ignore[misc]


def test_a_model_with_other_roles_has_its_time_line() -> None:
    model = dataclasses.replace(treated(), roles={"bone_marrow": "P"})
    found = told(model, 40)
    assert (found.phases, found.tumour) == ((), ())
    assert [event.kind for event in found.events][:2] == ["dose", "change"]
    assert len(found.notes) == 2


def test_what_cannot_be_explained_is_refused_in_a_sentence() -> None:
    model = treated()
    ensemble = cs.simulate({"low dose": model, "high dose": model}, 20)
    with pytest.raises(ModelError, match=r"one run and these are 2; explain\(runs\['low dose'\]\)"):
        explain(ensemble)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="takes a run, not a model"):
        explain(model)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="what simulate gives back"):
        explain(3)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=r"kept tumour alone.*leave out keep"):
        explain(cs.simulate(model, 20, keep=["tumour"]))
    with pytest.raises(ModelError, match="single output time"):
        explain(cs.simulate(model, 20, at=[20]))
    with pytest.raises(ModelError, match=r"has no roles.*roles=dict"):
        explain(cs.simulate(dataclasses.replace(model, roles={}), 20))
    few = model.with_values(P=50, N=0).without_events()
    with pytest.raises(ModelError, match="random events"):
        explain(cs.simulate_stochastic(few, until=1, runs=1, seed=1)["run 1"])
