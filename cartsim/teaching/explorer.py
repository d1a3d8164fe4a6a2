"""`Explorer`: a model under sliders, with its curves, its pinned curves and the code that makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..language.errors import ModelError, SolveError, UnknownNameError, shorten, suggestion
from ..language.model import Model
from ..language.values import finite
from ..plots.live import LivePicture
from ..questions.controls import Control, controls, horizon, moved, opening, shown
from ..solving.simulate import simulate
from ..solving.trajectory import Trajectory
from .explore_code import code_for
from .explore_times import quick_run
from .explore_words import Told, moves, told

LETTERS = "ABCDEFGH"


@dataclass(eq=False)
class Pin:
    """A curve that stays.

    Attributes
    ----------
    letter : str
        By which the picture names it.
    label : str
        What had been moved.
    model : Model
    until : float
    names : tuple of str
        The curves that were shown.
    """

    letter: str
    label: str
    model: Model
    until: float
    names: tuple[str, ...]
    drawn: Trajectory = field(repr=False)

    @cached_property
    def run(self) -> Trajectory:
        """The run, as `simulate` gives it."""
        return simulate(self.model, self.until)

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """Its read-outs in words."""
        return told(self.run, self.names)


class Explorer:
    """A model whose numbers are moved, and the curves that follow; shown in a notebook with sliders.

    Made by `cartsim.explore`. Everything a slider does can be done by name too.

    Parameters
    ----------
    models : mapping of str to Model
        What one may begin from, by label; the first with CAR-T cells is begun with.
    what : sequence of str, optional
        The curves; by default those of `cartsim.questions.controls.shown`.
    until : float, optional
        The end of the runs; by default `cartsim.questions.controls.horizon`.
    live : bool
        Whether the picture follows a slider while it moves, or once it is released.

    Attributes
    ----------
    model : Model
        As moved.
    message : str
        Why the model as moved could not be solved; the picture then shows the last that could. Usually empty.
    pins : list of Pin
    picture : LivePicture
    """

    def __init__(
        self,
        models: Mapping[str, Model],
        what: Sequence[str] | None = None,
        *,
        until: float | None = None,
        live: bool = True,
    ) -> None:
        self.models = dict(models)
        self.preset = opening(self.models)
        self.live = live
        self.pins: list[Pin] = []
        self.message = ""
        self._what, self._until = what, until
        self._listeners: list[Callable[[str], None]] = []
        self._log: bool | None = None
        self._moved: dict[str, float] = {}
        self._run: Trajectory | None = None
        self._begin(self.preset)

    # ------------------------------------------------------------------ what there is

    @property
    def values(self) -> dict[str, float]:
        """Where everything stands that can be moved, by name."""
        return {control.name: control.value for control in self.controls} | self._moved

    @property
    def moved(self) -> dict[str, float]:
        """What stands elsewhere than at first."""
        return dict(self._moved)

    @property
    def until(self) -> float:
        """The end of the runs, in the model's time."""
        return horizon(self._base) if self._until is None else self._until

    @property
    def names(self) -> tuple[str, ...]:
        """The curves that are shown."""
        return tuple(shown(self._base) if self._what is None else self._what)

    @property
    def run(self) -> Trajectory:
        """The run that the picture shows, as `simulate` gives it."""
        if self._run is None:
            self._run = simulate(self._drawn.model, self.until)
        return self._run

    @property
    def told(self) -> tuple[Told, ...]:
        """The telling read-outs of `run`, in words."""
        return told(self.run, self.names)

    def code(self) -> str:
        """The lines of Python that make this curve without sliders."""
        return code_for(self.model, next(iter(self.models.values())), self.until, self.names)

    # ------------------------------------------------------------------ what can be done

    def set(self, values: Mapping[str, float] | None = None, /, **named: float) -> None:
        """Move controls, parameters or initial amounts.

        Raises
        ------
        UnknownNameError
            If there is no such name; the nearest is offered.
        ModelError
            If a number is not finite, or an amount is negative.
        """
        changed = {**self._moved, **(values or {}), **named}
        first = {control.name: control.value for control in self.controls}
        changed = {name: float(v) for name, v in changed.items() if first.get(name) != v}
        self.model = moved(self._base, changed)
        self._moved = changed
        self._solve()
        self._tell("values")

    def reset(self) -> None:
        """Everything as it was at first; pinned curves stay."""
        self._begin(self.preset)
        self._tell("preset")

    def choose(self, label: str) -> None:
        """Begin from another of the `models`.

        Raises
        ------
        UnknownNameError
            If there is none of that label; the nearest is offered.
        """
        if label not in self.models:
            raise UnknownNameError(
                f"there is no preset {shorten(label)}" + suggestion(label, self.models, plural="presets")
            )
        self._begin(label)
        self._tell("preset")

    def show(self, *names: str, until: float | None = None, log: bool | str | None = "as it is") -> None:
        """Other curves, another end, or logarithmic (True), linear (False) or suitable (None) axes.

        Raises
        ------
        UnknownNameError
            If the model has no such name.
        ModelError
            If the end does not come after the start.
        """
        before = self._what, self._until, self._log
        self._what = names or self._what
        self._until = self._until if until is None else finite(until, "until")
        self._log = self._log if isinstance(log, str) else log
        try:
            self._picture()
        except ModelError:
            self._what, self._until, self._log = before
            raise
        self._tell("picture")

    def pin(self) -> Pin:
        """Keep the present curve behind those that follow.

        Raises
        ------
        ModelError
            If there are too many already, or the model as moved could not be solved.
        """
        free = [letter for letter in LETTERS if letter not in {pin.letter for pin in self.pins}]
        if not free:
            raise ModelError(f"{len(LETTERS)} curves are pinned already; unpin one first, or nobody can see")
        if self.message:
            raise ModelError("what could not be solved cannot be pinned; move a slider back first")
        preset = self.preset if self.preset != next(iter(self.models)) else ""
        label = "; ".join(part for part in (preset, moves(self.controls, self._moved)) if part)
        pin = Pin(free[0], label or self.preset, self.model, self.until, self.names, self._drawn)
        self.pins.append(pin)
        self._draw_pins()
        self._tell("pins")
        return pin

    def unpin(self, letter: str | None = None) -> None:
        """Let one pinned curve go, or all of them.

        Raises
        ------
        UnknownNameError
            If none has this letter.
        """
        known = [pin.letter for pin in self.pins]
        if letter is not None and letter not in known:
            raise UnknownNameError(f"no curve is pinned as {shorten(letter)}; pinned are {known}")
        self.pins = [pin for pin in self.pins if letter is not None and pin.letter != letter]
        self._draw_pins()
        self._tell("pins")

    def listen(self, listener: Callable[[str], None]) -> None:
        """Have a function called after every change, with what changed: values, preset, picture or pins."""
        self._listeners.append(listener)

    # ------------------------------------------------------------------ how it is done

    def _begin(self, label: str) -> None:
        base = self.models[label]
        self.preset, self._base, self.model = label, base, base
        self.controls: tuple[Control, ...] = controls(base)
        self._moved = {}
        self.message = ""
        self._picture()

    def _picture(self) -> None:
        """A new picture: other curves, another end, or another beginning."""
        drawn = quick_run(self.model, self.until)
        self.picture = LivePicture(drawn, self.names, log=self._log)
        self._drawn, self._run, self.message = drawn, None, ""
        if self.pins:
            self._draw_pins()

    def _draw_pins(self) -> None:
        self.picture.set_pins({pin.letter: pin.drawn for pin in self.pins})

    def _solve(self) -> None:
        try:
            drawn = quick_run(self.model, self.until)
        except (ModelError, SolveError) as error:
            self.message = f"This cannot be solved: {error}. The picture is that of the last that could."
            return
        self._drawn, self._run, self.message = drawn, None, ""
        self.picture.show(drawn)

    def _tell(self, what: str) -> None:
        for listener in self._listeners:
            listener(what)

    # ------------------------------------------------------------------ how it is shown

    @cached_property
    def widget(self) -> Any:
        """The sliders and the picture, an ipywidgets box.

        Raises
        ------
        MissingExtraError
            If ipywidgets is not installed (``pip install "cartsim[notebook]"``).
        """
        from .explore_shown import view_of

        return view_of(self).box

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        from .explore_shown import bundle

        return bundle(self)

    def __repr__(self) -> str:
        from .explore_shown import sentence

        return sentence(self)
