"""``cartsim show``: a model's equations, and its numbers with their sources."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from ..language.model import Model
from ..language.printers.python import number_text
from .which import add_model, chosen_model, page


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which model, and in what form."""
    add_model(parser)
    parser.add_argument("--json", action="store_true", help="the whole model as JSON, to be changed and run")
    parser.add_argument(
        "--page", action="store_true", help="its whole page: source trace, assumptions, deviations"
    )


def run(chosen: argparse.Namespace) -> int:
    """Print the model."""
    model = chosen_model(chosen)
    if chosen.json:
        print(json.dumps(model.to_dict(), indent=2))
    elif chosen.page:
        print(page(model.name.split("/")[0]) or model)
    else:
        print(describe(model))
    return 0


def describe(model: Model) -> str:
    """Equations, species, parameters, processes, roles and variants as aligned text."""
    parts = [str(model)]
    species = [
        (
            name,
            s.initial if isinstance(s.initial, str) else number_text(s.initial),
            s.unit or "",
            s.meaning,
            s.source,
        )
        for name, s in model.species.items()
    ]
    parts.append(_table("species at the start", species))
    values = [
        (n, number_text(p.value), p.unit or "", p.meaning, p.source) for n, p in model.parameters.items()
    ]
    parts.append(_table("parameters", values))
    parts.append(
        _table("processes", [(n, p.flow.strip(), p.rate, p.meaning) for n, p in model.processes.items()])
    )
    parts.append(_table("roles", list(model.roles.items())))
    parts.append(
        _table("variants (--variant NAME)", [(n, v.meaning, v.source) for n, v in model.variants.items()])
    )
    parts.append(_table("given", [(str(event),) for event in model.events]))
    if model.source is not None:
        parts.append(f"source: {model.source.authors} ({model.source.year}), doi:{model.source.doi}")
        parts.append(f"confidence: {model.source.confidence}")
    return "\n\n".join(part for part in parts if part)


def _table(heading: str, rows: Sequence[tuple[object, ...]]) -> str:
    if not rows:
        return ""
    widths = [max(len(str(row[i])) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  " + "  ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([heading, *lines])
