"""`Stage`: a part of the way from the collection of cells to the follow-up, and the strip that shows them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from numpy.typing import NDArray

from ..language.model import Model
from .annotate import TEXT
from .artists import font_size, pixels_per_point, renderer_of, with_gid
from .culture import behind
from .given import DRUGS
from .style import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, VERMILLION, readable
from .view import View
from .words import slug, spoken

Array = NDArray[np.float64]

STAGE, INSIDE = "stage:", "stage-words:"
"""The gid of a band begins with the first, that of the words inside it with the second."""
_PALER = 0.45  # of white in a band, so that words are read on it
# fmt: off
COLOURS = {
    "leukapheresis":               GREY,
    "engineering":                 PURPLE,
    "expansion in the laboratory": SKY,
    "waiting":                     "#bdbdbd",
    "waiting, bridging":           "#bdbdbd",
    "conditioning":                ORANGE,
    "expansion":                   BLUE,
    "contraction":                 VERMILLION,
    "memory, surveillance":        GREEN,
}
# fmt: on


@dataclass(frozen=True)
class Stage:
    """A part of the way, in days after the infusion."""

    name: str
    start: float
    stop: float


def stages_of(view: View) -> list[Stage]:
    """The stages of a run, as its processes and doses have them, in order.

    What happens to the cells in culture is read from the processes between the roles ``culture``,
    ``cultured_car_t`` and ``bag``, conditioning from the doses of its drugs. Expansion goes on to the peak of
    the CAR-T cells, contraction until half of them are memory cells.
    """
    found = [*_laboratory(view), *_after(view)]
    inside = [
        Stage(stage.name, max(stage.start, view.first), min(stage.stop, view.last))
        for stage in found
        if stage.stop > view.first and stage.start < view.last
    ]
    return [stage for stage in inside if stage.stop > stage.start]


def _laboratory(view: View) -> list[Stage]:
    """Collection, engineering, expansion outside the body, waiting, conditioning."""
    model, start = view.run.model, float(view.days(view.run.t[0]))
    engineering = _active(view, _processes(model, "culture", "cultured_car_t"))
    growth = _active(view, _processes(model, None, "cultured_car_t"))
    packing = _active(view, _processes(model, "cultured_car_t", "bag"))
    doses = _given(view, *DRUGS)
    stages: list[Stage] = []
    if engineering:
        stages.append(Stage("leukapheresis", start, engineering[0]))
        stages.append(Stage("engineering", *engineering))
    if growth:
        stages.append(Stage("expansion in the laboratory", *growth))
    before = [time for time in (*doses, 0.0) if view.infused and (not packing or time > packing[1])]
    if packing and before:
        bridged = any(
            start < time < before[0] for time in _given(view, "chemotherapy", "radiation", "corticosteroid")
        )
        stages.append(Stage("waiting, bridging" if bridged else "waiting", packing[1], before[0]))
    if doses and doses[0] < 0.0 and view.infused:
        stages.append(Stage("conditioning", doses[0], 0.0))
    return stages


def _after(view: View) -> list[Stage]:
    """What the CAR-T cells do in the patient."""
    if not view.infused or "car_t" not in view:
        return []
    t, cells = np.asarray(view.days(view.run.t), float), view.run["car_t"]
    since = np.flatnonzero(t >= 0.0)
    top = int(since[int(np.argmax(cells[since]))])
    end = float(t[-1])
    stages = [Stage("expansion", 0.0, float(t[top]))]
    if cells[top] <= 0.0 or top == len(t) - 1:
        return stages
    turn = end
    if "memory_car_t" in view:
        half = np.flatnonzero(view.run["memory_car_t"][top:] >= 0.5 * cells[top:])
        turn = float(t[top + int(half[0])]) if len(half) and cells[top + int(half[0])] > 0.0 else end
    return [*stages, Stage("contraction", float(t[top]), turn), Stage("memory, surveillance", turn, end)]


def _processes(model: Model, source: str | None, target: str) -> list[str]:
    """The processes that add to a role what they take from another, or from nothing."""
    into, out = behind(model, target), behind(model, source) if source else frozenset[str]()
    found = []
    for name, process in model.processes.items():
        gains = {species for species, n in process.stoichiometry.items() if n > 0.0}
        losses = {species for species, n in process.stoichiometry.items() if n < 0.0}
        if gains & into and (losses & out if source else not losses):
            found.append(name)
    return found


def _active(view: View, processes: list[str]) -> tuple[float, float] | tuple[()]:
    """From when until when any of the processes goes on; empty where none ever does."""
    t = np.asarray(view.days(view.run.t), float)
    on = np.zeros(len(t), dtype=bool)
    for name in processes:
        on |= view.run[name] > 0.0
    places = np.flatnonzero(on)
    return (float(t[places[0]]), float(t[places[-1]])) if len(places) else ()


def _given(view: View, *roles: str) -> list[float]:
    """The days on which something is given into the roles."""
    species = behind(view.run.model, *roles)
    return sorted(
        float(view.days(happened.time))
        for happened in view.run.occurrences
        if happened.kind in ("dose", "infusion") and happened.name in species and happened.amount > 0.0
    )


# ------------------------------------------------------------------ the strip


def draw_stages(ax: Axes, stages: list[Stage]) -> None:
    """A band for each stage, its name inside and above; `settle_stages` keeps the one that fits."""
    for stage in stages:
        colour = COLOURS[stage.name]
        tint = tuple(_PALER + (1.0 - _PALER) * part for part in to_rgb(colour))
        band = Rectangle(
            (stage.start, 0.0), stage.stop - stage.start, 1.0, facecolor=tint, edgecolor="white", zorder=2
        )
        band.set_gid(f"{STAGE}{slug(stage.name)}")
        band.set_label(f"_{stage.name}")
        ax.add_patch(band)
        middle = ax.transData.transform([[stage.start, 0.0], [stage.stop, 0.0]])[:, 0].mean()
        day = float(ax.transData.inverted().transform((middle, 0.0))[0])
        inside = ax.text(day, 0.5, stage.name, ha="center", va="center", size="x-small", zorder=3)
        inside.set(color=INK, gid=f"{INSIDE}{slug(stage.name)}")
        above = ax.annotate(
            stage.name,
            (stage.start, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 8),
            textcoords="offset points",
            ha="left",
            va="bottom",
            size="x-small",
            color=readable(GREY if stage.name.startswith("waiting") else colour),
            annotation_clip=False,
        )
        above.set_gid(f"{TEXT}{slug(stage.name)}")
    ax.set_ylim(0.0, 1.0)
    ax.set_yticks([])
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.set_ylabel("stage", rotation=0, ha="right", va="center", size="small")


def settle_stages(ax: Axes) -> None:
    """Leave each name inside its band if it fits there, and else above it."""
    renderer = renderer_of(ax)
    for inside in with_gid(ax.texts, INSIDE):
        name = str(inside.get_gid()).removeprefix(INSIDE)
        (band,) = [patch for patch in with_gid(ax.patches, STAGE) if patch.get_gid() == f"{STAGE}{name}"]
        (above,) = [note for note in with_gid(ax.texts, TEXT) if note.get_gid() == f"{TEXT}{name}"]
        room = band.get_window_extent(renderer).width - 0.6 * font_size(inside) * pixels_per_point(ax)
        (above if Text.get_window_extent(inside, renderer).width < room else inside).remove()


def told_stages(stages: list[Stage]) -> str:
    """The stages in a sentence, for alt text."""
    said = [f"{stage.name} from day {spoken(stage.start)} to {spoken(stage.stop)}" for stage in stages]
    return f"Stages: {'; '.join(said)}." if said else ""
