"""Where an explorer begins: other patients to choose from, how long to look, which curves to see first."""

from __future__ import annotations

from collections.abc import Mapping

from ..language.events import Dose, Infusion
from ..language.model import Model
from ..language.tree import symbols
from ..language.units import convert
from ..patient import therapies
from ..patient.diseases import DISEASES
from ..patient.presets import patient
from .control_ranges import is_patient
from .settled import settled

_CONDITIONING = ("fludarabine", "cyclophosphamide")
_AFTER_EVENTS = 150.0
"""Days that a picture of a published model goes on after its last event, at the least."""


def presets(model: Model) -> dict[str, Model]:
    """Models with the same equations to begin from, by a label: the model itself first.

    Parameters
    ----------
    model : Model

    Returns
    -------
    dict of str to Model
        For a published model its variants; for a teaching patient the same patient treated otherwise, and
        typical patients of the same kind.

    Examples
    --------
    >>> from cartsim.models import kimmel_2021
    >>> list(presets(kimmel_2021))[:2]
    ['as given', 'slow tumour']
    """
    found = {"as given": model}
    if is_patient(model):
        return found | _treated_otherwise(model) | _others(model)
    for label, variant in model.variants.items():
        words = variant.meaning or label
        found[words if words not in found else f"{words} ({label})"] = model.variant(label)
    return found


def opening(models: Mapping[str, Model]) -> str:
    """The label to begin with: the first model that ever has CAR-T cells, or else the first of all.

    Examples
    --------
    >>> from cartsim.models import barros_2021
    >>> opening(presets(barros_2021))
    'HDLM-2, 2e6 CAR-T cells at once'
    """
    return next((label for label, model in models.items() if _has_cells(model)), next(iter(models)))


def _has_cells(model: Model) -> bool:
    """Whether something is given, or there are CAR-T cells at the start, as far as can be told."""
    if any(isinstance(event, Dose | Infusion) for event in model.events) or "car_t" not in model.roles:
        return True
    cells = symbols(model.structure.roles["car_t"]) & model.species.keys()
    return any(model.species[name].initial != 0.0 for name in cells)


def horizon(model: Model) -> float:
    """When a picture of the model ends, unless told otherwise, in the model's time.

    A year after day 0 for a patient. For any other model as soon as its curves show how they go on
    (`cartsim.questions.settled`), at the latest a year after the start or 150 days after the last event.

    Examples
    --------
    >>> from cartsim.patient.presets import b_all
    >>> horizon(b_all())
    365.0
    >>> from cartsim.models import stein_2019
    >>> horizon(stein_2019)
    120.0
    """
    year = convert(365.0, "day", model.time)
    if is_patient(model):
        return year
    ends = [event.stop if hasattr(event, "stop") else getattr(event, "at", None) for event in model.events]
    last = max((end for end in ends if end is not None), default=model.start)
    end = max(model.start + year, last + convert(_AFTER_EVENTS, "day", model.time))
    return settled(model, shown(model), last, end)


def shown(model: Model) -> tuple[str, ...]:
    """The names of the curves to see first: roles where the model has them, or else its species.

    Examples
    --------
    >>> from cartsim.models import barros_2021
    >>> shown(barros_2021)
    ('tumour', 'car_t')
    """
    roles = [name for name in ("tumour", "car_t") if name in model.roles]
    return tuple(roles) or tuple(model.species)[:6]


def _treated_otherwise(model: Model) -> dict[str, Model]:
    drugs = {*_CONDITIONING, *(model.roles[name] for name in _CONDITIONING)}
    unprepared = [event for event in model.events if getattr(event, "into", None) not in drugs]
    found = {
        "tocilizumab from CRS grade 2": model.with_events(therapies.tocilizumab(when="crs_grade >= 2")),
        "corticosteroid from ICANS grade 2": model.with_events(
            therapies.corticosteroid(when="icans_grade >= 2")
        ),
    }
    if len(unprepared) < len(model.events):
        found["without lymphodepletion"] = model.without_events().with_events(*unprepared)
    return found


def _others(model: Model) -> dict[str, Model]:
    """The typical patients with the same species, by disease and product."""
    found = {}
    for disease, known in DISEASES.items():
        for product in known.products:
            other = patient(disease, product=product)
            if other.species.keys() == model.species.keys() and other.name != model.name:
                found[f"{known.title}, {product}"] = other
    return found
