"""One slider with its words and a field to type in, and the groups of them that open and close."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import ipywidgets as widgets

from ..plots.words import number, pretty
from ..questions.control import Control
from ..questions.readout import spelled

Set = Callable[[str, float], None]
OPEN = 2
"""How many groups are open at first."""
_STEPS = 200  # of a slider from end to end
_DIGITS = 3  # of a number that a slider gives


class Row:
    """A control as a slider (or a box to tick), and a field in which a number can be typed.

    Parameters
    ----------
    control : Control
    value : float
        Where it stands.
    moved : callable
        Called with the name and the number when a person has moved it.
    live : bool
        Whether it says so while it moves, or once it is released.
    """

    def __init__(self, control: Control, value: float, moved: Set, *, live: bool) -> None:
        self.control, self._moved, self._quiet = control, moved, False
        self.value = value
        self.slider = _switch(control, value) if control.kind == "switch" else _slider(control, value, live)
        self.slider.observe(self._slid, names="value")
        self.field: Any = None
        parts = [self.slider]
        if control.kind != "switch":
            self.field = widgets.Text(
                value=spelled(value),
                continuous_update=False,
                tooltip=f"type a number for: {control.label}",
                layout={"width": "84px", "flex": "none"},
            )
            self.field.observe(self._typed, names="value")
            parts.append(self.field)
        self.box = widgets.HBox(parts, layout={"align_items": "flex-end", "overflow": "hidden"})

    def put(self, value: float) -> None:
        """Stand where something else has moved it, without saying so."""
        self.value = value
        with self._silently():
            self.slider.value = bool(value) if self.field is None else self._held(value)
            if self.field is not None:
                self.field.value = spelled(value)

    def _held(self, value: float) -> float:
        return min(max(value, self.control.low), self.control.high)

    def _slid(self, change: Any) -> None:
        if self._quiet:
            return
        value = float(change["new"])
        if self.field is not None:
            value = self._meant(value)
            with self._silently():
                self.field.value = spelled(value)
        if value != self.value:
            self.value = value
            self._moved(self.control.name, value)

    def _meant(self, value: float) -> float:
        """The number that a place on the slider stands for: the model's own, where it is, or a round one.

        A browser puts a slider on the nearest of its steps and says so, although nobody moved it.
        """
        place = self.control.fraction(value)
        for known in (self.value, self.control.value):
            if abs(place - self.control.fraction(known)) <= 0.501 / _STEPS:
                return known
        return float(f"{value:.{_DIGITS}g}")

    def _typed(self, change: Any) -> None:
        if self._quiet:
            return
        try:
            value = float(str(change["new"]).replace("×10^", "e").replace(",", "").strip())
        except ValueError:
            value = math.nan
        with self._silently():
            if math.isfinite(value):
                self.slider.value = self._held(value)
                self.value = value
        self._moved(self.control.name, value)

    @contextmanager
    def _silently(self) -> Any:
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False


def _words(control: Control) -> str:
    unit = pretty(control.unit)
    return f"{control.label} ({unit})" if unit and unit != "cells" else control.label


def _meaning(control: Control) -> str:
    """The tooltip: name, unit, range, and where the model has it."""
    unit = f" {pretty(control.unit)}".rstrip()
    scale = ", by factors" if control.log else ""
    ends = f"from {number(control.low)} to {number(control.high)}{unit}{scale}"
    return f"{control.label} ({control.name}): {ends}; the model has {number(control.value)}{unit}"


def _slider(control: Control, value: float, live: bool) -> Any:
    held = min(max(value, control.low), control.high)
    common = {
        "description": _words(control),
        "tooltip": _meaning(control),
        "continuous_update": live,
        "readout": False,
        "layout": {"flex": "1 1 auto", "min_width": "120px", "width": "auto"},
    }
    if control.log:
        low, high = math.log10(control.low), math.log10(control.high)
        # the ends a rounding wider, so that 10**end does not shut out the end itself
        ends = {"min": low - 1e-9, "max": high + 1e-9, "step": (high - low) / _STEPS}
        slider = widgets.FloatLogSlider(value=held, base=10.0, **ends, **common)
    else:
        step = (control.high - control.low) / _STEPS
        slider = widgets.FloatSlider(value=held, min=control.low, max=control.high, step=step, **common)
    slider.add_class("cartsim-slider")
    return slider


def _switch(control: Control, value: float) -> Any:
    box = widgets.Checkbox(
        value=bool(value), description=_words(control), indent=False, layout={"width": "auto"}
    )
    box.tooltip = _meaning(control)
    return box


class Groups:
    """The controls of a model under headings; the rows of a group are made when it is first opened.

    Parameters
    ----------
    controls : sequence of Control
    values : mapping of str to float
    moved : callable
    live : bool
    """

    def __init__(
        self, controls: Sequence[Control], values: Mapping[str, float], moved: Set, *, live: bool
    ) -> None:
        self.rows: dict[str, Row] = {}
        self._values, self._moved, self._live = dict(values), moved, live
        grouped: dict[str, list[Control]] = {}
        for control in controls:
            grouped.setdefault(control.group, []).append(control)
        self.sections = [
            self._section(title, members, nth < OPEN) for nth, (title, members) in enumerate(grouped.items())
        ]

    def _section(self, title: str, members: list[Control], opened: bool) -> Any:
        body = widgets.VBox([])
        section = widgets.Accordion([body], titles=(title,), selected_index=None)
        section.add_class("cartsim-group")

        def fill(change: Any) -> None:
            if change["new"] is not None and not body.children:
                body.children = [self._row(control).box for control in members]

        section.observe(fill, names="selected_index")
        if opened:
            section.selected_index = 0
        return section

    def _row(self, control: Control) -> Row:
        row = Row(control, self._values.get(control.name, control.value), self._moved, live=self._live)
        self.rows[control.name] = row
        return row

    def put(self, values: Mapping[str, float]) -> None:
        """Let every row stand where its value is."""
        changed = {name: value for name, value in values.items() if self._values.get(name) != value}
        self._values = dict(values)
        for name in changed.keys() & self.rows.keys():
            self.rows[name].put(changed[name])
