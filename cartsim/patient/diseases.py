"""The diseases: what is typical of the tumour, of the patient and of the treatment in each.

A number is a pair: its value, and where it comes from (a row of the reference table, a published model, or
"calibrated" with the target it serves).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .products import B_ALL, LYMPHOMA, MYELOMA, SOLID, Product, Sourced


@dataclass(frozen=True)
class Disease:
    """A disease as a preset knows it.

    Attributes
    ----------
    title : str
    solid : bool
        Whether the tumour lets few CAR-T cells in.
    usual : mapping of str to (float, str)
        Keywords, with where their value comes from.
    values : mapping of str to (float, str)
        Parameters of the model, with where they come from.
    products : mapping of str to Product
    product : str
        The usual one.
    regimen : str
        The usual lymphodepletion.
    """

    title: str
    usual: Sourced
    values: Sourced
    products: Mapping[str, Product]
    product: str
    regimen: str
    solid: bool = False


# fmt: off
DISEASES: Mapping[str, Disease] = {
    "b_all": Disease(
        title="B-cell acute lymphoblastic leukaemia",
        usual=dict(
            weight        = (40, "assumed: a child or a young adult"),
        ),
        values=dict(
            r_T = (0.069, "liu_2022 (liu22.model_params_CR.rB): doubling in 10 days"),
        ),
        products=B_ALL, product="4-1BB", regimen="flu30x4-cy500x2",
    ),
    "lymphoma": Disease(
        title="large B-cell lymphoma",
        usual=dict(
            weight        = (80, "assumed: an adult"),
        ),
        values={},
        products=LYMPHOMA, product="CD28", regimen="flu30x3-cy500x3",
    ),
    "myeloma": Disease(
        title="multiple myeloma",
        usual=dict(
            antigen_density = (12590, "singh_2021 (bcma.cell_line)"),
            weight        = (80, "assumed: an adult"),
        ),
        values=dict(
            r_T  = (0.0174, "Collins 2023: growth of M protein"),
            on_B = (0, "BCMA is on plasma cells, hardly on B cells"),
        ),
        products=MYELOMA, product="4-1BB", regimen="flu30x3-cy300x3",
    ),
    "glioblastoma": Disease(
        title="glioblastoma",
        usual=dict(
            tumour_burden = (2e10, "assumed: symptoms begin at 1e10 to 1e11 cells"),
            antigen_negative_fraction = (0.2, "solid.gbm_egfrviii: the antigen is missing on many"),
            access        = (0.06, "calibrated: solid.pooled_orr"),
            suppression   = (0.5, "calibrated: solid.pooled_orr"),
            weight        = (80, "assumed: an adult"),
        ),
        values=dict(
            r_T  = (0.0329, "doubling.gbm.median: 21.1 days"),
        ),
        products=SOLID, product="CD28", regimen="flu30x3-cy300x3", solid=True,
    ),
    "neuroblastoma": Disease(
        title="neuroblastoma",
        usual=dict(
            tumour_burden = (2e10, "assumed: symptoms begin at 1e10 to 1e11 cells"),
            antigen_negative_fraction = (0.02, "calibrated: solid.gd2"),
            access        = (0.1, "calibrated: solid.gd2"),
            suppression   = (0.45, "calibrated: solid.gd2"),
            weight        = (20, "assumed: a child"),
        ),
        values=dict(
            r_T  = (0.035, "assumed: doubling in 20 days"),
        ),
        products=SOLID, product="CD28", regimen="flu30x3-cy300x3", solid=True,
    ),
}
# fmt: on
