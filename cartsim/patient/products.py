"""The products: CAR-T cells with one signalling domain or the other, and how they are given.

CD28 cells expand faster and higher and leave sooner; 4-1BB cells last. What was fitted to each is in
`calibrated`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Sourced = Mapping[str, tuple[float, str]]


@dataclass(frozen=True)
class Product:
    """A product as a preset knows it.

    Attributes
    ----------
    like : str
        The product on the market that its numbers were fitted to, for orientation.
    fitted : str
        Under which name `calibrated` has its numbers.
    usual : mapping of str to (float, str)
        Keywords, with where their value comes from.
    """

    like: str
    fitted: str
    usual: Sourced


# fmt: off
TISA_BALL = Product("tisagenlecleucel in B-ALL", "b_all 4-1BB", dict(
    dose         = (1e8, "tisa.ball.dose_observed_total"),
    vein_to_vein = (43, "enrol_to_infusion.tisa.ball"),
))
AXI_BALL = Product("CD28 cells as in lymphoma, in B-ALL", "b_all CD28", dict(
    dose         = (8e7, "brexu.ball.dose_per_kg would be 4e7 at 40 kg; axi.lbcl.dose_per_kg 8e7"),
    vein_to_vein = (30.4, "v2v.axi"),
))
AXI_LBCL = Product("axicabtagene ciloleucel in large B-cell lymphoma", "lymphoma CD28", dict(
    dose         = (1.6e8, "axi.lbcl.dose_per_kg, at 80 kg"),
    vein_to_vein = (30.4, "v2v.axi"),
))
LISO_LBCL = Product("lisocabtagene maraleucel in large B-cell lymphoma", "lymphoma 4-1BB", dict(
    dose         = (1e8, "liso.lbcl.dose, within 5e7 to 1.1e8"),
    vein_to_vein = (35.9, "v2v.liso"),
))
IDE_MM = Product("idecabtagene vicleucel in myeloma", "myeloma 4-1BB", dict(
    dose         = (4.45e8, "ide.mm.dose_karmma3"),
    vein_to_vein = (49, "v2v.ide"),
))
CILTA_MM = Product("ciltacabtagene autoleucel in myeloma", "myeloma 4-1BB cilta-like", dict(
    dose         = (6e7, "cilta.mm.dose_per_kg, at 80 kg"),
    vein_to_vein = (44, "v2v.cilta"),
))
CD28_MM = Product("none on the market", "myeloma CD28", IDE_MM.usual)
CD28_SOLID = Product("none on the market", "solid CD28", dict(
    dose         = (1e8, "assumed"),
    vein_to_vein = (35, "assumed"),
))
BB_SOLID = Product("none on the market", "solid 4-1BB", CD28_SOLID.usual)

B_ALL    = {"4-1BB": TISA_BALL, "CD28": AXI_BALL}
LYMPHOMA = {"CD28": AXI_LBCL, "4-1BB": LISO_LBCL}
MYELOMA  = {"4-1BB": IDE_MM, "4-1BB cilta-like": CILTA_MM, "CD28": CD28_MM}
SOLID    = {"CD28": CD28_SOLID, "4-1BB": BB_SOLID}
# fmt: on
