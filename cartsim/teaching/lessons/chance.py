"""Exercises of the notebook "Chance and cure": few cells, probabilities, and how sure one is of them."""

from __future__ import annotations

from ...language.model import Model
from ...language.parts import Parameter, Process, Species
from ...models import kimmel_2021
from ...solving.simulate import simulate
from ...solving.stochastic import simulate_stochastic
from .exercise import Exercise, Mistake


def few_cells(number: float, division: float, death: float) -> Model:
    """So many tumour cells that divide and die at these rates, in 1/day; nothing else happens to them."""
    return Model(
        "few_cells",
        species={"T": Species(number, "cell", "tumour cells")},
        parameters={"b": Parameter(division, "1/day"), "d": Parameter(death, "1/day")},
        processes={"division": Process("-> T", "b*T"), "death": Process("T ->", "d*T")},
    )


def died_out(model: Model, until: float, runs: int) -> float:
    """The share of stochastic runs in which T, or the tumour, has no cell left at the end."""
    name = "T" if "T" in model.species else "tumour"
    return simulate_stochastic(model, until, runs=runs, seed=1, at=[until]).extinction(name).value


def _family(cells: int) -> float:
    """The theory, on the numbers of the model; a thousand runs give the same within their interval."""
    numbers = few_cells(cells, 0.8, 0.6).values
    return (numbers["d"] / numbers["b"]) ** cells


def _three_cells() -> float:
    return _family(3)


def _one_of_three() -> float:
    return _family(1)


def _most_cells() -> float:
    most = 0
    while died_out(few_cells(most + 1, 0.2, 0.1), until=40, runs=800) >= 0.1:
        most += 1
    return most


def _likeliest() -> str:
    tumours = {"a": (0.15, 0.05), "b": (0.5, 0.4), "c": (0.5, 0.3)}
    shares = {letter: died_out(few_cells(10, *rates), 40, 100) for letter, rates in tumours.items()}
    return max(shares, key=lambda letter: shares[letter])


def _faster() -> Model:
    return kimmel_2021.variant("slow").with_values(rB=0.12)


def _cured() -> float:
    """From day 35 on, when some thousand cells are left, so that it is quick: chance has no say before."""
    run = simulate(_faster(), until=35)
    left = _faster().with_values({name: float(run[name][-1]) for name in run.model.species})
    runs = simulate_stochastic(left, 150, start=35, runs=400, seed=1, at=[150])
    return runs.extinction("tumour").value


def _as_the_slow_one() -> float:
    return died_out(kimmel_2021.variant("slow"), until=150, runs=100)


def _never_seen() -> float:
    runs = simulate_stochastic(few_cells(1, 0.1, 0.0), until=1, runs=20, seed=1, at=[1])
    return runs.extinction("T").high


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        name="chance-1",
        question="Three tumour cells divide at 0.8 per day each and die at 0.6 per day each. With what "
        "probability do all of them, and all that come from them, die out? (A number between 0 and 1.)",
        unit="1",
        solution=_three_cells,
        rtol=0.0,
        atol=0.05,
        hints=(
            "What is the probability for a single cell? Look at the theory in section 1.",
            "All three families must die out, and they know nothing of each other: multiply.",
            "Or count: cs.simulate_stochastic(few_cells(3, b=..., d=...), until=60, runs=1000, seed=1).",
        ),
        mistakes=(
            Mistake(
                "one cell for three",
                lambda right: _one_of_three(),
                "That is the probability for one cell. Here the families of all three must die out.",
            ),
            Mistake(
                "survival for extinction",
                lambda right: 1.0 - right,
                "That is the probability that some cells survive; it was asked that none does.",
            ),
            Mistake(
                "the ODE's answer",
                lambda right: 0.0,
                "The ODE grows, so it never reaches zero. Random events can: run them, or use the theory.",
            ),
        ),
        because="The family of one cell dies out with the probability d/b, and three families are "
        "independent: (d/b)**3. The share that is counted in many runs is the same within its interval.",
        rubric=(
            "1 point: the probability for one cell is d/b, or enough runs were counted",
            "1 point: the three families are independent, so probabilities are multiplied",
        ),
    ),
    Exercise(
        name="chance-2",
        question="Cells divide at 0.2 per day and die at 0.1 per day. What is the largest number of cells "
        "that dies out with a probability of at least 10 %?",
        unit="cell",
        solution=_most_cells,
        rtol=0.0,
        atol=0.1,
        hints=(
            "How does the probability change with each cell more?",
            "Begin with one cell and add one at a time, by the theory of section 1 or by counting runs.",
            "The number is the last one whose probability is still 0.1 or more.",
        ),
        mistakes=(
            Mistake(
                "one too many",
                lambda right: right + 1.0,
                "With so many cells the probability is just below 10 %; at least 10 % was asked.",
            ),
        ),
        because="Each cell more multiplies the probability by d/b, here by one half: it falls very quickly.",
        rubric=(
            "1 point: the probability falls by the same factor with each cell",
            "1 point: the right side of 10 %",
        ),
    ),
    Exercise(
        name="chance-3",
        question="Of three tumours of ten cells, a divides at 0.15 and dies at 0.05 per day, b divides at "
        "0.5 and dies at 0.4 per day, c divides at 0.5 and dies at 0.3 per day. Which is most likely to die "
        "out?",
        solution=_likeliest,
        choices=("tumour a", "tumour b", "tumour c"),
        hints=(
            "Two of them have the same ODE. It is not the net growth alone that decides.",
            "What is the probability that the family of a single cell dies out?",
        ),
        mistakes=(
            Mistake(
                "slowest turnover",
                "tumour a",
                "Tumour a has the same net growth as b, but its cells hardly ever die: few events, little "
                "chance.",
            ),
            Mistake(
                "turnover alone",
                "tumour c",
                "c turns over as well, but its net growth is twice as large as that of b. Compare d/b.",
            ),
        ),
        because="What counts is d/b: it is largest where cells die nearly as often as they divide.",
        rubric=("1 point: compares the quotients of death and division, or counts runs of all three",),
    ),
    Exercise(
        name="chance-4",
        question="In the patient of this notebook (kimmel_2021, variant slow) the tumour grows at rB = 0.12 "
        "per day. What is the probability of a cure by day 150? (A number between 0 and 1.)",
        unit="1",
        solution=_cured,
        rtol=0.0,
        atol=0.085,
        hints=(
            "patient.with_values(...) gives you the patient with another growth rate.",
            "cs.simulate_stochastic(..., until=150, runs=200, seed=1).extinction('tumour') has .value.",
        ),
        mistakes=(
            Mistake(
                "the slow tumour",
                lambda right: _as_the_slow_one(),
                "That is the patient as published, with rB = 0.105. Was the new growth rate given to the "
                "model that you ran?",
            ),
            Mistake(
                "relapse for cure",
                lambda right: 1.0 - right,
                "That is the share that relapses; the share that is cured was asked.",
            ),
        ),
        because="The ODE comes down to some seven cells, where killing and growth are about equal; in a part "
        "of the runs chance removes them all before the CAR-T cells are too few.",
        rubric=(
            "1 point: the growth rate was changed in the right model",
            "1 point: the probability was counted in enough runs",
        ),
    ),
    Exercise(
        name="chance-5",
        question="In none of 20 mice does the tumour die out. How large may the probability of a cure be, "
        "at the upper end of the 95 % interval? (A number between 0 and 1.)",
        unit="1",
        solution=_never_seen,
        rtol=0.05,
        hints=(
            "Make 20 runs in which nothing can die out: few_cells(1, d=0).",
            "extinction('T') has .value, .low and .high.",
        ),
        mistakes=(
            Mistake(
                "the share for the interval",
                lambda right: 0.0,
                "That is the share that was seen. The true probability may be larger; ask for .high.",
            ),
            Mistake(
                "one mouse in twenty",
                lambda right: 0.05,
                "That would be one of 20. Ask the interval: which probability still lets 20 mice in a row "
                "fail?",
            ),
            Mistake(
                "the rule of three",
                lambda right: 3.0 / 20.0,
                "That is the rule of three: an interval with one side, all 5 % of the error on it. That of "
                "extinction has two sides, 2.5 % on each, and reaches a little higher.",
            ),
        ),
        because="If the probability were any larger, 20 failures in a row would be seen in less than 2.5 % "
        "of such experiments. 'Never seen' is not 'impossible'.",
        rubric=(
            "1 point: says that zero of 20 is compatible with a probability above zero",
            "1 point: reads the upper end of the interval",
        ),
    ),
)
