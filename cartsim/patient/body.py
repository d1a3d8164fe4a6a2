"""The parts joined: a patient with a blood cancer, and one with a solid tumour."""

from __future__ import annotations

from functools import cache

from ..language.join import join
from ..language.model import Model
from . import (
    b_cells,
    blood,
    car_t,
    chemotherapy,
    conditioning,
    cytokines,
    inflammation,
    killing,
    manufacturing,
    medicines,
    solid_tumour,
    toxicity,
    tumour,
)
from .readings import reading
from .safety_switch import switch

EVERYBODY = tuple(
    part.model
    for part in (
        manufacturing,
        conditioning,
        cytokines,
        inflammation,
        toxicity,
        blood,
        b_cells,
        medicines,
        chemotherapy,
    )
)
"""The parts that every patient has."""


@cache
def blood_cancer() -> Model:
    """A patient whose tumour the CAR-T cells of the blood meet: leukaemia, lymphoma, myeloma."""
    own = (tumour.model, car_t.model, killing.model, *EVERYBODY, switch(), reading("C_I + C_E + C_M + C_X"))
    return join("patient", *own, title="A patient with a blood cancer")


@cache
def solid_cancer() -> Model:
    """A patient whose tumour lets few CAR-T cells in: glioblastoma, neuroblastoma."""
    own = (tumour.model, solid_tumour.model, *EVERYBODY, switch(solid=True), reading("C_I + C_E + C_M"))
    return join("patient", *own, title="A patient with a solid tumour")


def parts() -> tuple[Model, ...]:
    """Every part that a patient may have, in the order in which they are joined."""
    return (tumour.model, car_t.model, killing.model, solid_tumour.model, *EVERYBODY, switch())
