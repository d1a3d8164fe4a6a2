"""``cartsim run``: solve a model with doses and other numbers, to a table or a picture."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..language.errors import ModelError, shorten
from ..language.events import Dose
from ..language.model import Model
from .which import add_model, chosen_model

if TYPE_CHECKING:
    from ..solving.trajectory import Trajectory

_WRITTEN = {"csv": "table", "plot": "picture"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to solve, and what to write."""
    add_model(parser)
    parser.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], help="another number (repeatable)"
    )
    parser.add_argument(
        "--dose",
        metavar="[SPECIES=]AMOUNT[@TIME]",
        action="append",
        default=[],
        help="a dose, by default into the CAR-T cells that are infused, and at time 0 (repeatable)",
    )
    parser.add_argument(
        "--until", type=float, default=None, metavar="TIME", help="the end (default: 365 days)"
    )
    parser.add_argument("--csv", metavar="FILE", help="write times and amounts as a table")
    parser.add_argument("--plot", metavar="FILE", help="draw the run (png, svg or pdf)")


def run(chosen: argparse.Namespace) -> int:
    """Solve, write what was asked for, and print the read-outs."""
    from ..solving.simulate import simulate

    model = treated(chosen_model(chosen), chosen.set, chosen.dose)
    until = _default_end(model) if chosen.until is None else chosen.until
    result = simulate(model, until)
    if chosen.csv:
        result.to_csv(chosen.csv)
    if chosen.plot:
        _draw(result, chosen.plot)
    _print(result)  # after the files, which are wanted even if the reader of a pipe stops here
    for what in ("csv", "plot"):
        if getattr(chosen, what):
            print(f"{_WRITTEN[what]}: {getattr(chosen, what)}")
    return 0


def _print(result: Trajectory) -> None:
    """The read-outs, and what happened in the run."""
    model = result.model
    if {"car_t", "tumour"} & set(model.roles):
        from ..questions.readouts import readouts

        print(readouts(result))
    else:
        for name in model.species:
            print(f"{name}: {result[name][0]:g} at the start, {result[name][-1]:g} at the end")
    for occurrence in result.occurrences:
        print(f"{model.time} {occurrence.time:g}: {occurrence}")


def treated(model: Model, settings: list[str], doses: list[str]) -> Model:
    """The model with ``NAME=VALUE`` and ``[SPECIES=]AMOUNT[@TIME]`` put in.

    Raises
    ------
    ModelError
        If a text is not of that form, or the model lacks the name.
    """
    values = {}
    for text in settings:
        name, equals, value = text.partition("=")
        if not equals:
            raise ModelError(f"--set {shorten(text)} must be NAME=VALUE, for example --set gamma=1e-6")
        values[name.strip()] = _number(value, f"--set {text}")
    return model.with_values(values).with_events(*(_dose(text) for text in doses))


def _dose(text: str) -> Dose:
    amount, at, time = text.partition("@")
    into, equals, number = amount.rpartition("=")
    where = f"--dose {text}"
    return Dose(
        _number(number, where),
        into=into.strip() if equals else "infused",
        at=_number(time, where) if at else 0.0,
    )


def _number(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ModelError(f"{where}: {shorten(text)} is not a number") from None


def _default_end(model: Model) -> float:
    from ..language.units import convert

    return model.start + convert(365.0, "day", model.time)


def _draw(result: Trajectory, path: str) -> None:
    from ..plots.artists import figure_of
    from ..plots.plot import plot
    from .picture import write

    write(figure_of(plot(result)), path)
