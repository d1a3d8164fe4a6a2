"""What was done to a patient: the marks of a run in days, one for a lymphodepletion, none for the culture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from matplotlib.axes import Axes

from ..language.model import Model
from .annotate import draw_marks
from .culture import behind
from .marks import Mark, marks_of
from .style import INK
from .view import View
from .words import spoken

DRUGS = ("fludarabine", "cyclophosphamide")
MEDICINES = ("tocilizumab", "anakinra", "g_csf", "chemotherapy", *DRUGS)
LYMPHODEPLETION = "lymphodepletion"


def marks_in(view: View) -> list[Mark]:
    """What was done to the patient, in days and within the view; what was done to the culture is left out.

    The infusions of a lymphodepletion are one mark, from the first to a day after the last.
    """
    model = view.run.model
    drugs = {name: role for role in MEDICINES for name in behind(model, role)}
    marks = [
        _named(
            replace(mark, start=float(view.days(mark.start)), stop=float(view.days(mark.stop))),
            drugs.get(mark.name, mark.name).replace("_", "-" if mark.name in drugs else "_"),
        )
        for mark in marks_of([view.run])
    ]
    marks = _one_lymphodepletion(marks, model)
    return [mark for mark in marks if mark.start <= view.last and max(mark.start, mark.stop) >= view.first]


def _named(mark: Mark, word: str) -> Mark:
    """A mark that says which medicine it is, with an amount in a unit such as 10⁹ cells as a product."""
    if mark.kind not in ("dose", "infusion"):
        return mark
    texts = (re.sub(rf"\b{mark.name}\b(?=\)?$)", word, text) for text in (mark.text, mark.said))
    text, said = (re.sub(r"([\d.,]+) (10\S*) cells (?=.*cells)", r"\1×\2 ", text) for text in texts)
    if word == "chemotherapy":  # 1 is the dose of one cycle
        text, said = (re.sub(r"^1 (?=chemo)", "", words) for words in (text, said))
    return replace(mark, text=text, said=said)


def draw_given(axes: Sequence[Axes], marks: Sequence[Mark]) -> None:
    """Draw the marks; the word for a lymphodepletion stands left of what follows, if there is room."""
    one = next((mark for mark in marks if mark.name == LYMPHODEPLETION), None)
    if one is None or any(mark.text and mark.start < one.start for mark in marks):
        draw_marks(axes, marks)
        return
    draw_marks(axes, [replace(mark, text="") if mark is one else mark for mark in marks])
    note = axes[0].annotate(
        one.text,
        (one.stop, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0.0, 0.75),
        textcoords="offset fontsize",
        ha="right",
        va="bottom",
        size="x-small",
        color=INK,
        annotation_clip=False,
    )
    note.set_gid(f"given:{LYMPHODEPLETION}")


def _one_lymphodepletion(marks: list[Mark], model: Model) -> list[Mark]:
    drugs = behind(model, *DRUGS)
    own = [mark for mark in marks if mark.kind in ("dose", "infusion") and mark.name in drugs]
    if not own:
        return marks
    times = [f"{n} times {said}" if n > 1 else said for said, n in Counter(m.said for m in own).items()]
    days = " and ".join(dict.fromkeys(spoken(day) for day in (own[0].start, own[-1].start)))
    said = f"{' and '.join(times)} (lymphodepletion, first and last on days {days})"
    start, stop = own[0].start, max(mark.stop for mark in own) + 1.0
    one = Mark("infusion", LYMPHODEPLETION, start, stop, LYMPHODEPLETION, said)
    return sorted([*(mark for mark in marks if mark not in own), one], key=lambda mark: mark.start)
