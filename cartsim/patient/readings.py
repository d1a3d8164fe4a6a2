"""What a laboratory would read: counts in blood, and copies of the transgene.

Rests on
--------
150,000 diploid genomes are in 1 ug of DNA (reference row ``units.copies_per_ug_to_fraction``), so copies
in 1 ug are 150,000 times the share of CAR-T cells among nucleated cells, at one copy a cell.

Assumptions and deviations
--------------------------
- Nucleated cells of the blood are T cells, B cells, CAR-T cells and neutrophils; the rest is left out.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Observable, Parameter
from .blood import model as blood
from .car_t import model as car_t
from .shared import B_0, C_E, C_I, C_M, C_X, K_L, B, L


def reading(cells: str) -> Model:
    """The readings of a patient.

    Parameters
    ----------
    cells : str
        The CAR-T cells in blood, as a sum of species.
    """
    # fmt: off
    return Model(
        name="readings",
        species=dict(C_I=C_I, C_E=C_E, C_M=C_M, C_X=C_X, L=L, B=B, N=blood.species["N"]),
        parameters=dict(
            V       = car_t.parameters["V"],
            K_L     = K_L,
            B_0     = B_0,
            ANC_0   = blood.parameters["ANC_0"],
            genomes = Parameter(150000, "copies/ug", "diploid genomes in 1 ug of DNA",
                                "units.copies_per_ug_to_fraction"),
        ),
        definitions=dict(blood_car_t = cells),
        observables=dict(
            car_t_per_uL   = Observable("blood_car_t/V", "cell/uL", "CAR-T cells in blood"),
            car_t_copies   = Observable("genomes*blood_car_t/(blood_car_t + L + B + N*V)", "copies/ug",
                                        "copies of the transgene in blood"),
            t_cells_per_uL = Observable("L/V", "cell/uL", "normal T cells in blood"),
            b_cells_per_uL = Observable("B/V", "cell/uL", "healthy B cells in blood"),
        ),
        roles=dict(t_cells="L/V", b_cells="B/V"),
        title="What a laboratory would read",
    )
    # fmt: on
