"""Why the tumour came back, or why it did not: composition, CAR-T cells, and killing against growth."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from .explain_curves import Line, Reading
from .explain_fight import fight
from .explain_words import fold, percent, shown

COMPLETE, PARTIAL, MRD = 0.01, 0.5, 1e-4
"""Of the tumour at the infusion: complete response, partial response, and the usual limit of MRD."""
_AGAIN = 1.05  # times as much tumour after a dose of it as before: a new beginning
_REGROWN = 2.0  # times its nadir: it is growing back


@dataclass(frozen=True)
class TumourStory:
    """What became of the tumour, and why.

    Attributes
    ----------
    ending : str
        ``"died out"``, ``"relapse"`` (back at `first`), ``"growing back"`` (at least twice the nadir at the
        end), ``"held down"``, ``"still falling"``, ``"never responded"`` (never below half of `first`), or
        ``"no tumour"``.
    start, stop : float
        From the first CAR-T infusion, the start of the run or a dose of tumour cells, until the next such
        dose or the end of the run; in the model's unit of time.
    first, nadir, last : float
        Amounts at the start, at the lowest and at the stop, in the unit of the role ``tumour``.
    nadir_time : float
    back : float
        When it was back at `first` after the nadir; nan if never.
    antigen_negative : float
        Share of the tumour without the antigen when it came back (or at the stop); nan if the model does not
        say.
    text : str
        The story in sentences.
    """

    ending: str
    start: float
    stop: float
    first: float
    nadir: float
    last: float
    nadir_time: float
    back: float = math.nan
    antigen_negative: float = math.nan
    text: str = ""

    def __str__(self) -> str:
        return self.text


def tumour_stories(reading: Reading) -> tuple[TumourStory, ...]:
    """The story of the role ``tumour``: one, or one more for each time that tumour cells were given."""
    line = reading.line("tumour")
    begins = [reading.origin.time]
    for start, stop in reading.given("tumour"):
        if stop > reading.origin.time and line.at(stop) > _AGAIN * line.before(start) and stop < reading.end:
            begins.append(stop)
    stops = [*begins[1:], reading.end]
    stories = [_story(reading, line, start, stop) for start, stop in zip(begins, stops, strict=True)]
    some = [story for story in stories if story.ending != "no tumour"]
    return tuple(some or stories[:1])


def _story(reading: Reading, line: Line, start: float, stop: float) -> TumourStory:
    first = line.at(start)
    given = any(time >= stop for _, time in reading.given("tumour"))  # not part of this story any more
    until = float(np.nextafter(stop, -np.inf)) if stop < reading.end or given else stop
    last = line.at(until)
    low, nadir = line.lowest(start, until)
    story = TumourStory("", start, stop, first, nadir, last, low)
    back = float(line.curves.first_crossing(np.array([first]), np.array([low]))[0])
    if first <= 0.0 and line.highest(start, until)[1] <= 0.0:
        ending = "no tumour"
    elif last <= 0.0:
        ending = "died out"
    elif low >= until:
        ending = "still falling"
    elif nadir > PARTIAL * first:
        ending = "never responded"
    elif back < stop:
        ending = "relapse"
    else:
        ending = "growing back" if last >= _REGROWN * nadir else "held down"
    story = replace(story, ending=ending, back=back if ending == "relapse" else math.nan)
    story = replace(story, antigen_negative=_negative(reading, line, _when_back(story)))
    return replace(story, text=" ".join(_sentences(reading, line, story)))


def _when_back(story: TumourStory) -> float:
    return story.back if story.ending == "relapse" else story.stop


def _negative(reading: Reading, line: Line, time: float) -> float:
    """The share without antigen; nan if the model does not say or there is no tumour."""
    whole = line.at(time)
    for role in ("antigen_negative_tumour", "antigen_positive_tumour"):
        if whole > 0.0 and reading.has(role) and reading.line(role).unit == line.unit:
            share = min(max(reading.line(role).at(time) / whole, 0.0), 1.0)
            return share if role == "antigen_negative_tumour" else 1.0 - share
    return math.nan


# ------------------------------------------------------------------ in words


def _sentences(reading: Reading, line: Line, story: TumourStory) -> list[str]:
    clock, unit = reading.clock, line.unit
    since = f"{_since(reading, story.start)} ({clock.when(story.start)})"
    had = f"At {since} the tumour was {shown(story.first, unit)}."
    low = f"{shown(story.nadir, unit)} on {clock.when(story.nadir_time)}"
    end = f"on {clock.when(story.stop)}"
    match story.ending:
        case "no tumour":
            return [f"There was no tumour at {since}, nor later."]
        case "died out":
            lasted = clock.lasting(story.nadir_time - story.start)
            told = f"It died out on {clock.when(story.nadir_time)}, {lasted} later, and did not come back."
            return [had, told, _car_t_at(reading, story.nadir_time, "then")]
        case "still falling":
            part = percent(story.last / story.first)
            told = f"It was still falling at the end, {end}: {shown(story.last, unit)}, {part} of that"
            return [had, told + _halving(reading, line, story), _car_t_at(reading, story.stop, "then")]
        case "never responded":
            told = "It never responded: it was never smaller than that."
            if story.nadir < story.first:
                told = f"It never responded: it only fell to {low}."
            told += f" On {clock.when(story.stop)} it was {shown(story.last, unit)}."
            return [had, told, *_without(reading), fight(reading, story.start, story.stop)]
        case "held down":
            told = f"It fell to {low} and was less than twice that {end}: {shown(story.last, unit)}."
            return [had, told, _car_t_at(reading, story.stop, "then")]
        case "growing back":
            told = f"It fell to {low} and was growing back: {end} it was {shown(story.last, unit)},"
            told += f" {fold(story.last / story.nadir)} the nadir," if story.nadir > 0.0 else ""
            told += " but not yet what it had been."
        case _:
            told = f"It fell to {low} and came back: on {clock.when(story.back)} it was as large as before."
    back = _when_back(story)
    why = [_antigen(reading, story), *_car_t(reading, story, back)]
    why.append(fight(reading, story.start, story.nadir_time, back))
    return [had, told, *why, *_in_the_end(reading, line, story)]


def _since(reading: Reading, time: float) -> str:
    if time > reading.origin.time:
        return "the time when tumour cells were given"
    return "the first CAR-T infusion" if reading.origin.infused else "the start of the run"


def _halving(reading: Reading, line: Line, story: TumourStory) -> str:
    speed = -float(line.slopes[-1]) / story.last if story.stop >= reading.end else 0.0
    return f", halving every {reading.clock.lasting(math.log(2.0) / speed)}." if speed > 0.0 else "."


def _antigen(reading: Reading, story: TumourStory) -> str:
    roles, share = reading.model.roles, story.antigen_negative
    if "antigen_negative_tumour" not in roles and roles.get("antigen_positive_tumour") == roles["tumour"]:
        return "It came back with the antigen: in this model all tumour cells carry it."
    if math.isnan(share):
        return "The model does not say whether tumour cells carry the antigen."
    which, what = ("without", "lacked") if share > 0.5 else ("with", "carried")
    part = share if share > 0.5 else 1.0 - share
    before = _negative(reading, reading.line("tumour"), story.start)
    earlier = before if share > 0.5 else 1.0 - before
    told = f"It came back {which} the antigen: {percent(part)} of its cells {what} it"
    return told + (f", and {percent(earlier)} at the beginning." if not math.isnan(before) else ".")


def _car_t(reading: Reading, story: TumourStory, back: float) -> list[str]:
    if not reading.has("car_t"):
        return []
    line = reading.line("car_t")
    told = [
        _car_t_at(reading, story.nadir_time, "at the nadir"),
        _car_t_at(reading, back, _words_back(reading, story)),
    ]
    at_nadir, now = line.at(story.nadir_time), line.at(back)
    if _gone(reading, back):
        when = "before the nadir" if _gone(reading, story.nadir_time) else "after the nadir"
        told.append(f"So the CAR-T cells were lost, {when}.")
    elif story.antigen_negative > 0.5:
        told.append("So they were there, but most of the tumour did not carry what they recognise.")
    elif _share(reading, "exhausted_car_t", back) > 0.5:
        told.append("So they were there, but most of them were exhausted.")
    elif at_nadir > 0.0:
        more = f"{percent(now / at_nadir)} of" if now < at_nadir else fold(now / at_nadir)
        told.append(f"So they were there: {more} the number at the nadir.")
    return told


def _words_back(reading: Reading, story: TumourStory) -> str:
    return "when it was back" if story.ending == "relapse" else f"on {reading.clock.when(story.stop)}"


def _gone(reading: Reading, time: float) -> bool:
    return reading.line("car_t").at(time) < (reading.cell("car_t") or np.nextafter(0.0, 1.0))


def _share(reading: Reading, role: str, time: float) -> float:
    """The part of the CAR-T cells that a role is; nan if it cannot be said."""
    whole = reading.line("car_t")
    if not reading.has(role) or reading.line(role).unit != whole.unit or whole.at(time) <= 0.0:
        return math.nan
    return min(max(reading.line(role).at(time) / whole.at(time), 0.0), 1.0)


def _car_t_at(reading: Reading, time: float, when: str) -> str:
    if not reading.has("car_t"):
        return "The model has no role 'car_t', so nothing is said of CAR-T cells."
    line = reading.line("car_t")
    if line.at(time) <= 0.0:
        return f"CAR-T cells {when}: none."
    if _gone(reading, time):
        return f"CAR-T cells {when}: less than one ({shown(line.at(time), line.unit)})."
    kinds = (("effector_car_t", "effectors"), ("memory_car_t", "memory"), ("exhausted_car_t", "exhausted"))
    shares = [(_share(reading, role, time), word) for role, word in kinds]
    parts = [f"{percent(share)} {word}" for share, word in shares if not math.isnan(share)]
    among = f" ({', '.join(parts)})" if parts else ""
    return f"CAR-T cells {when}: {shown(line.at(time), line.unit)}{among}."


def _without(reading: Reading) -> list[str]:
    if reading.has("car_t") and reading.line("car_t").highest(reading.start, reading.end)[1] <= 0.0:
        return ["There were no CAR-T cells in this run."]
    return []


def _in_the_end(reading: Reading, line: Line, story: TumourStory) -> list[str]:
    """What a relapse came to, if the tumour is small again."""
    if story.ending != "relapse" or story.last >= PARTIAL * story.first:
        return []
    return [f"Later it fell again: {shown(story.last, line.unit)} on {reading.clock.when(story.stop)}."]
