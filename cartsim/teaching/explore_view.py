"""The box that a notebook shows: sliders, the picture, the read-outs beside it, and what is pinned."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from ..language.errors import ModelError, SolveError
from .explore_curves import Curves
from .explore_look import CSS, table
from .explore_shown import ASLEEP
from .explore_sliders import Groups

if TYPE_CHECKING:
    from .explorer import Explorer, Pin

PAUSE = 0.15
"""Seconds without a move after which read-outs, alt text and code follow the picture."""
_SCALES = {"automatic axes": None, "logarithmic": True, "linear": False}


class View:
    """Widgets that show an explorer, and tell it what a person does.

    Parameters
    ----------
    explorer : Explorer

    Attributes
    ----------
    box : ipywidgets.VBox
    image : ipywidgets.Image
    groups : Groups
    """

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self._waiting: Any = None  # the read-outs that are to come
        self.image = widgets.Image(format="png", layout={"width": "100%", "object_fit": "contain"})
        self.said = widgets.HTML()  # why something was not done
        self.table, self.alt, self.code = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.pinned = widgets.VBox([])
        self._tools()
        self.groups = self._groups()
        self.sliders = widgets.VBox([])
        self.sliders.add_class("cartsim-sliders")
        self.box = self._box()
        self._fill_sliders()
        self._paint()
        self._settle()
        explorer.listen(self._follow)

    # ------------------------------------------------------------------ parts

    def _tools(self) -> None:
        explorer, narrow = self.explorer, {"width": "auto"}
        self.preset = widgets.Dropdown(
            options=list(explorer.models),
            value=explorer.preset,
            tooltip="where to begin from",
            layout={"width": "auto", "max_width": "300px", "flex": "1 1 160px"},
        )
        self.until = widgets.Text(
            value=f"{explorer.until:g}",
            description=f"until {explorer.model.time}",
            continuous_update=False,
            tooltip="the end of the picture",
            style={"description_width": "initial"},
            layout={"width": "120px"},
        )
        self.scale = widgets.Dropdown(
            options=list(_SCALES), tooltip="axes of values", layout={"width": "130px"}
        )
        self.reset = widgets.Button(
            description="Reset", tooltip="everything as it was at first", layout=narrow
        )
        self.pin = widgets.Button(
            description="Pin this curve", button_style="primary", tooltip="keep it to compare", layout=narrow
        )
        self.preset.observe(lambda change: self._do(explorer.choose, change["new"]), names="value")
        self.until.observe(self._until, names="value")
        self.scale.observe(lambda change: self._do(explorer.show, log=_SCALES[change["new"]]), names="value")
        self.reset.on_click(lambda _: self._do(explorer.reset))
        self.pin.on_click(lambda _: self._do(explorer.pin))

    def _groups(self) -> Groups:
        explorer = self.explorer
        return Groups(explorer.controls, explorer.values, self._move, live=explorer.live)

    def _fill_sliders(self) -> None:
        code = widgets.Accordion([self.code], titles=("the Python code of this curve",), selected_index=None)
        code.add_class("cartsim-group")
        code.observe(lambda change: self._code(), names="selected_index")
        self._code_shown = code
        self.curves = Curves(self.explorer.model, self.explorer.names, self._choose)
        self.sliders.children = [*self.groups.sections, self.curves.section, code]

    def _box(self) -> Any:
        tools = widgets.HBox([self.preset, self.until, self.scale, self.reset, self.pin])
        tools.add_class("cartsim-tools")
        picture = widgets.VBox([self.said, self.image, self.alt, self.pinned, self.table])
        picture.add_class("cartsim-picture")
        both = widgets.HBox([picture, self.sliders])
        both.add_class("cartsim-both")
        asleep = widgets.HTML(f'<p class="cartsim-note">{escape(ASLEEP)}</p>')
        box = widgets.VBox([widgets.HTML(f"<style>{CSS}</style>"), tools, both, asleep])
        box.add_class("cartsim-explore")
        return box

    # ------------------------------------------------------------------ what a person does

    def _move(self, name: str, value: float) -> None:
        self._do(self.explorer.set, {name: value})
        if self.explorer.values[name] != value:  # it was refused
            self.groups.rows[name].put(self.explorer.values[name])

    def _choose(self, names: tuple[str, ...]) -> None:
        self._do(self.explorer.show, *names)

    def _until(self, change: Any) -> None:
        try:
            end = float(change["new"])
        except ValueError:
            self._say(f"{change['new']!r} is not a number; type a time such as 90")
            return
        if end != self.explorer.until:
            self._do(self.explorer.show, until=end)

    def _do(self, what: Callable[..., Any], *given: Any, **named: Any) -> None:
        """Do it, or say why not: nobody reads what a kernel prints while a slider moves."""
        try:
            what(*given, **named)
        except (ModelError, SolveError) as error:
            self._say(str(error))

    def _say(self, sentence: str) -> None:
        text = f'<p class="cartsim-said" role="alert">{escape(sentence)}</p>' if sentence else ""
        if self.said.value != text:
            self.said.value = text

    # ------------------------------------------------------------------ what follows

    def _follow(self, what: str) -> None:
        explorer = self.explorer
        if what == "preset":
            self.preset.value = explorer.preset
            self.groups = self._groups()
            self._fill_sliders()
        elif what == "values":
            self.groups.put(explorer.values)
        self._say(explorer.message)
        self._paint()
        if what == "pins":
            self._list_pins()
        self._later()

    def _paint(self) -> None:
        self.image.value = self.explorer.picture.png()

    def _later(self) -> None:
        """The read-outs, once nothing has moved for a while; at once where nothing can wait."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._settle()
            return
        self._waiting = loop.call_later(PAUSE, self._settle)

    def _settle(self) -> None:
        """Bring read-outs, alt text and code up to date."""
        self._waiting = None
        self.until.value = f"{self.explorer.until:g}"
        self._do(self._tell)
        self.alt.value = f'<p class="cartsim-alt">{escape(self.explorer.picture.alt_text())}</p>'
        self._code()

    def _tell(self) -> None:
        self.table.value = table(self.explorer)

    def _code(self) -> None:
        if self._code_shown.selected_index is not None:
            self.code.value = f'<pre class="cartsim-code">{escape(self.explorer.code())}</pre>'

    def _list_pins(self) -> None:
        self.pinned.children = [self._pin_row(pin) for pin in self.explorer.pins]

    def _pin_row(self, pin: Pin) -> Any:
        words = widgets.HTML(f"<b>{pin.letter}</b>&ensp;{escape(pin.label)}", layout={"flex": "1 1 auto"})
        words.add_class("cartsim-pin")
        unpin = widgets.Button(
            description="Unpin",
            tooltip=f"let curve {pin.letter} go",
            layout={"width": "auto", "flex": "none"},
        )
        unpin.on_click(lambda _: self._do(self.explorer.unpin, pin.letter))
        return widgets.HBox([words, unpin])
