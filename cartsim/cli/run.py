"""``cartsim run``: solve a model with doses and other numbers, to a table or a picture."""

from __future__ import annotations

import argparse

from ..language.errors import ModelError, shorten
from ..language.events import Dose
from ..language.model import Model
from .which import add_model, chosen_model


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
        help="a dose, into the CAR-T cells that are infused unless named, at time 0 unless given (repeatable)",
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
    if {"car_t", "tumour"} & set(model.roles):
        from ..questions.readouts import readouts

        print(readouts(result))
    else:
        for name in model.species:
            print(f"{name}: {result[name][0]:g} at the start, {result[name][-1]:g} at the end")
    for occurrence in result.occurrences:
        print(f"{model.time} {occurrence.time:g}: {occurrence}")
    if chosen.csv:
        result.to_csv(chosen.csv)
        print(f"table: {chosen.csv}")
    if chosen.plot:
        _draw(result, chosen.plot)
        print(f"picture: {chosen.plot}")
    return 0


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
    amount, _, time = text.partition("@")
    into, equals, number = amount.rpartition("=")
    where = f"--dose {text}"
    return Dose(
        _number(number, where), into=into.strip() if equals else "infused", at=_number(time or "0", where)
    )


def _number(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ModelError(f"{where}: {shorten(text)} is not a number") from None


def _default_end(model: Model) -> float:
    from ..language.units import convert

    return model.start + convert(365.0, "day", model.time)


def _draw(result: object, path: str) -> None:
    import matplotlib

    matplotlib.use("agg")
    from ..plots import save
    from ..plots.plot import plot

    axes = plot(result)
    first = axes if hasattr(axes, "figure") else axes[0]
    save(first.figure, path)
