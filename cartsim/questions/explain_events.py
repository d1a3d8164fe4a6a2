"""The time line: what was done to the run, what happened in it, and what its curves passed, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..language.roles import ROLES
from ..solving.timeline import Occurrence
from .explain_curves import GRADES, PEAKS, Reading
from .explain_tumour import COMPLETE, MRD, TumourStory
from .explain_words import converted, named, shown, words_of

FEVER, NEUTROPENIA, THROMBOCYTOPENIA, APLASIA = 38.0, 500.0, 50_000.0, 0.01
"""Degrees C; cells/uL, twice; and a part of the B cells at the start of the run."""
_RISEN = 1.1  # times its start: what has risen less has no peak to tell of


@dataclass(frozen=True)
class Happening:
    """One entry of the time line.

    Attributes
    ----------
    time : float
        In the model's unit.
    kind : str
        ``"dose"``, ``"infusion"``, ``"change"``, ``"rule"``, ``"extinction"``, ``"peak"``, ``"nadir"``,
        ``"response"``, ``"relapse"``, ``"grade"``, or ``"sign"`` for what begins or ends.
    name : str
        The species, parameter, role or condition.
    value : float
        What is given, or what the quantity is or passes; nan if there is no number.
    text : str
        In a sentence.
    when : str
        The time in words.
    """

    time: float
    kind: str
    name: str
    value: float
    text: str
    when: str = ""

    def __str__(self) -> str:
        return f"{self.when}: {self.text}"


def happenings(reading: Reading, stories: tuple[TumourStory, ...]) -> tuple[Happening, ...]:
    """Everything on the time line, in order."""
    found = [
        *_occurred(reading),
        *_peaks(reading),
        *(entry for story in stories for entry in _passed(reading, story)),
        *(entry for role in GRADES if reading.has(role) for entry in _grades(reading, role)),
        *_signs(reading),
    ]
    inside = [entry for entry in found if reading.start <= entry.time <= reading.end]
    inside.sort(key=lambda entry: entry.time)
    clock = reading.clock
    return tuple(
        Happening(entry.time, entry.kind, entry.name, entry.value, entry.text, clock.at(entry.time))
        for entry in inside
    )


# ------------------------------------------------------------------ what was done, and what died out


def _occurred(reading: Reading) -> Iterator[Happening]:
    for event in reading.run.occurrences:
        yield Happening(event.time, event.kind, event.name, event.amount, _told(reading, event))


def _told(reading: Reading, event: Occurrence) -> str:
    model, clock, name = reading.model, reading.clock, named(reading.model, event.name)
    match event.kind:
        case "dose":
            return f"dose of {shown(event.amount, model.species[event.name].unit or '')} into {name}."
        case "infusion":
            amount = shown(event.amount, model.species[event.name].unit or "")
            return f"infusion of {amount} into {name}, until {clock.when(event.stop)}."
        case "change":
            return _change(reading, event)
        case "rule":
            return f"the rule '{event.name}' is met."
        case _:
            limit = model.species[event.name].extinct_below
            below = f", below {shown(limit, model.species[event.name].unit or '')}" if limit else ""
            return f"{name} dies out{below}."


def _change(reading: Reading, event: Occurrence) -> str:
    run, name = reading.run, event.name
    place = list(reading.model.parameters).index(name)
    values, ends = run.segment_parameters[:, place], run.segment_end
    after = min(int(np.searchsorted(ends, event.time, side="right")), len(values) - 1)
    first = event.time <= reading.start
    before = reading.model.parameters[name].value if first else float(values[max(after - 1, 0)])
    unit = reading.model.parameters[name].unit or ""
    told = (
        f"{named(reading.model, name)} goes from {shown(before, unit)} to {shown(float(values[after]), unit)}"
    )
    return told + (f", until {reading.clock.when(event.stop)}." if event.stop < reading.end else ".")


# ------------------------------------------------------------------ what the curves show


def _peaks(reading: Reading) -> Iterator[Happening]:
    if reading.has("car_t"):
        line = reading.line("car_t")
        time, value = line.highest(reading.origin.time, reading.end)
        if value > 0.0:
            rising = time >= reading.end and line.slopes[-1] > 0.0
            words = (
                "CAR-T cells are highest at the end of the run and still rising"
                if rising
                else ("CAR-T cells are at their peak")
            )
            yield Happening(time, "peak", "car_t", value, f"{words}, {shown(value, line.unit)}.")
    for role in PEAKS:
        if reading.has(role):
            line = reading.line(role)
            time, value = line.highest(reading.start, reading.end)
            if reading.start < time < reading.end and value > _RISEN * line.at(reading.start):
                told = f"{ROLES[role]} is at its peak, {shown(value, line.unit)}."
                yield Happening(time, "peak", role, value, told)


def _passed(reading: Reading, story: TumourStory) -> Iterator[Happening]:
    """What the tumour passes on its way down and up again."""
    line, first = reading.line("tumour"), story.first
    if first <= 0.0:
        return
    down = {
        COMPLETE: "the tumour is below 1 % of what it was at the infusion (complete response).",
        MRD: "the tumour is below 1 in 10,000 of what it was at the infusion (MRD not detected).",
    }
    up = {
        COMPLETE: "the tumour is above 1 % again (complete response lost).",
        MRD: "the tumour is above 1 in 10,000 again (MRD detected).",
    }
    if story.start > reading.origin.time or not reading.origin.infused:
        down = {part: text.replace("at the infusion", "at first") for part, text in down.items()}
    for part, told in down.items():
        for time, above in line.crossings(part * first, story.start):
            if time < story.stop or story.stop >= reading.end:
                kind = "relapse" if above else "response"
                yield Happening(time, kind, "tumour", part * first, up[part] if above else told)
    if story.start < story.nadir_time < story.stop and story.nadir > 0.0:
        told = f"the tumour is at its nadir, {shown(story.nadir, line.unit)}."
        yield Happening(story.nadir_time, "nadir", "tumour", story.nadir, told)
    if story.nadir <= 0.0 and len(_species_that_died(reading, story.nadir_time)) != 1:
        yield Happening(story.nadir_time, "extinction", "tumour", 0.0, "no tumour cell is left.")
    if math.isfinite(story.back):
        told = f"the tumour is back at what it was at first, {shown(first, line.unit)} (relapse)."
        yield Happening(story.back, "relapse", "tumour", first, told)


def _species_that_died(reading: Reading, time: float) -> list[str]:
    occurrences = reading.run.occurrences
    return [event.name for event in occurrences if event.kind == "extinction" and event.time == time]


def _grades(reading: Reading, role: str) -> Iterator[Happening]:
    what, before = {"crs_grade": "CRS", "icans_grade": "ICANS"}[role], 0
    for time, grade in reading.grades(role):
        if grade == 0 and before:
            yield Happening(time, "grade", role, 0.0, f"{what} is over (grade 0, from {before}).")
        elif grade > before:
            yield Happening(time, "grade", role, grade, f"{what} rises to grade {grade}, from {before}.")
        elif grade < before:
            yield Happening(time, "grade", role, grade, f"{what} falls to grade {grade}, from {before}.")
        before = grade


def _signs(reading: Reading) -> Iterator[Happening]:
    def level(role: str, value: float, unit: str) -> float | None:
        return converted(value, unit, reading.line(role).unit) if reading.has(role) else None

    b_cells = APLASIA * reading.line("b_cells").at(reading.start) if reading.has("b_cells") else None
    rows = (
        ("temperature", level("temperature", FEVER, "degC"), "fever", True),
        ("neutrophils", level("neutrophils", NEUTROPENIA, "cell/uL"), "neutropenia", False),
        ("platelets", level("platelets", THROMBOCYTOPENIA, "cell/uL"), "thrombocytopenia", False),
        ("b_cells", b_cells, "B-cell aplasia", False),
    )
    for role, limit, what, high in rows:
        if not limit:
            continue
        line = reading.line(role)
        side = "above" if high else "below"
        of = f"{words_of(reading.model, role)} {side} {shown(limit, line.unit)}"
        of += ", 1 % of the start" if role == "b_cells" else ""
        if (line.at(reading.start) > limit) == high:
            yield Happening(reading.start, "sign", role, limit, f"{what} from the start ({of}).")
        for time, above in line.crossings(limit, reading.start):
            told = f"{what} begins ({of})." if above == high else f"{what} ends."
            yield Happening(time, "sign", role, limit, told)
