"""`Lot`: runs of an ensemble that are read together."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from ..language.model import Model
from ..solving.bundle import Bundle
from ..solving.ensemble import Ensemble
from ..solving.trajectory import Trajectory

WORTH_IT = 24
"""From so many runs of one structure on, they are read together."""


@dataclass(frozen=True, eq=False)
class Lot:
    """Some runs of an ensemble.

    Attributes
    ----------
    places : list of int
        In the ensemble.
    labels : sequence of str
    model : Model
        Of the first of them.
    runs : Bundle, or list of Trajectory
        The runs, in the order of `places`.
    """

    places: list[int]
    labels: Sequence[str]
    model: Model
    runs: Bundle | list[Trajectory]


def lots_of(ensemble: Ensemble) -> list[Lot]:
    """The runs of an ensemble, those together that can be read together, by the first of each.

    Many runs that share structure, roles, units and number of rows make a lot; every other run is one by
    itself.
    """
    places = {label: i for i, label in enumerate(ensemble.labels)}
    lots = []
    alone = dict.fromkeys(ensemble.labels)
    for bundle in ensemble.bundles:
        if len(bundle) >= WORTH_IT:
            for label in bundle.labels:
                del alone[label]
            own = [places[label] for label in bundle.labels]
            lots.append(Lot(own, bundle.labels, bundle.model_of(bundle.labels[0]), bundle))
    groups: dict[Hashable, list[str]] = {}
    runs = {label: ensemble[label] for label in alone}
    for label, run in runs.items():
        groups.setdefault(_likeness(run), []).append(label)
    for group in groups.values():
        for labels in [group] if len(group) >= WORTH_IT else [[label] for label in group]:
            some = [runs[label] for label in labels]
            lots.append(Lot([places[label] for label in labels], labels, some[0].model, some))
    return sorted(lots, key=lambda lot: min(lot.places))


def _likeness(run: Trajectory) -> Hashable:
    """What runs have in common that can be read together."""
    model = run.model
    units = [
        part.unit for group in (model.species, model.parameters, model.observables) for part in group.values()
    ]
    whole = run.kept is None
    return id(model.structure), tuple(model.roles.items()), model.time, tuple(units), len(run), whole
