"""Which curves are shown: boxes to tick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from ..language.model import Model
from ..plots.quantities import words_for
from ..plots.words import pretty
from ..solving.trajectory import units_of

MOST = 8
"""Curves at once; more are not told apart."""


class Curves:
    """A section in which the curves of the picture are chosen; its boxes are made when it is opened.

    Parameters
    ----------
    model : Model
    names : sequence of str
        The curves that are shown.
    chosen : callable
        Called with the names when a person has ticked or unticked one.

    Attributes
    ----------
    section : ipywidgets.Accordion
    boxes : dict of str to ipywidgets.Checkbox
    """

    def __init__(self, model: Model, names: Sequence[str], chosen: Callable[[tuple[str, ...]], None]) -> None:
        self.boxes: dict[str, Any] = {}
        self._model, self._names, self._chosen = model, tuple(names), chosen
        self._body = widgets.VBox([])
        self.section = widgets.Accordion([self._body], titles=("curves in the picture",), selected_index=None)
        self.section.add_class("cartsim-group")
        self.section.observe(self._fill, names="selected_index")

    def _fill(self, change: Any) -> None:
        if change["new"] is None or self.boxes:
            return
        units = units_of(self._model)
        offered = [*self._model.roles] or [*self._model.species, *self._model.observables]
        for name in dict.fromkeys([*self._names, *offered]):
            unit = pretty(units.get(name, ""))
            words = words_for(self._model, name) + (f" ({unit})" if unit and unit != "cells" else "")
            self.boxes[name] = widgets.Checkbox(
                value=name in self._names, description=words, indent=False, tooltip=name
            )
            self.boxes[name].observe(self._ticked, names="value")
        self._body.children = list(self.boxes.values())

    def _ticked(self, change: Any) -> None:
        names = tuple(name for name, box in self.boxes.items() if box.value)
        if 0 < len(names) <= MOST:
            self._chosen(names)
        else:  # none, or too many to be told apart: as it was
            change["owner"].value = not change["new"]
