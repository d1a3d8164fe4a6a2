"""From a slider to pixels: the explorer of the full teaching patient beside a full replot of the same curves.

A move of the slider sets the widget's value, as the message of a browser does; the clock stops when the PNG
is in the widget of the image. The read-outs follow in a pause, and are a row of their own. The replot is
what a callback without an explorer would do: `cs.simulate`, `cs.plot`, and a PNG of as many pixels. Both
are taken in turn, each to another burden, within one round. The way to the browser, and the time in it, are
not counted. Processor time is given as well, since a busy machine lets everyone wait.
"""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable, Iterator
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

import cartsim as cs
from cartsim.teaching.explore import explore

from .timing import Row, in_turn

Array = NDArray[np.float64]

REPLOT = "a full replot: cs.simulate, cs.plot, PNG"
MOVE = "the explorer: slider to pixels"
AXES = "the same where the axes are drawn again"
READ = "its read-outs, in the next pause"
TARGET = 60.0
"""Milliseconds that a move may take at most."""
_YEAR = 365.0


def measure(rounds: int = 15) -> list[Row]:
    """The rows; the ratios are to the full replot."""
    return asyncio.run(_measured(rounds))


async def _measured(rounds: int) -> list[Row]:
    """Inside a running loop, as in a kernel, so that the read-outs wait for a pause."""
    import matplotlib.pyplot as plt

    from cartsim.teaching.explore_view import View

    patient = cs.patients.b_all()
    view = View(explore(patient))
    picture = view.explorer.picture
    slider, burdens = view.groups.rows["burden"].slider, cycle(np.geomspace(3e9, 1e10, 12))

    def replot() -> None:
        run = cs.simulate(patient.with_values(burden=next(burdens)), until=_YEAR)
        figure = cs.plot(run, view.explorer.names).figure
        figure.set_size_inches(picture.figure.get_size_inches())
        figure.savefig(io.BytesIO(), format="png", dpi=picture.figure.dpi)
        plt.close(figure)

    def move() -> None:
        slider.value = next(burdens)

    def redraw() -> None:
        picture.set_pins({})
        move()

    calls: dict[str, Callable[[], object]] = {
        REPLOT: replot,
        MOVE: move,
        AXES: redraw,
        READ: view._settle,
    }
    for call in calls.values():
        call()
    seconds = in_turn(calls, rounds)
    return list(_rows(seconds, _processor_time(move, rounds)))


def _processor_time(call: Callable[[], object], rounds: int) -> float:
    """The median of what a call takes of the processor, in milliseconds."""
    found = []
    for _ in range(rounds):
        begin = time.process_time()
        call()
        found.append(1e3 * (time.process_time() - begin))
    return float(np.median(found))


def _rows(seconds: dict[str, Array], processor: float) -> Iterator[Row]:
    for name, each in seconds.items():
        note = ""
        if name == MOVE:
            middle, least = 1e3 * float(np.median(each)), 1e3 * float(each.min())
            verdict = "met" if middle <= TARGET else "missed"
            note = f"least {least:.0f} ms, of the processor {processor:.0f} ms; "
            note += f"target at most {TARGET:g} ms: {verdict}"
        yield Row(name, 1e3 * each, None if name == REPLOT else each / seconds[REPLOT], note=note)
