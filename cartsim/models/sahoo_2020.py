"""CARRGO: tumour cells and CAR-T cells as prey and predator, where contact either stimulates or exhausts.

Equations (Sahoo et al. 2020)
-----------------------------
dX/dt = rho*X*(1 - X/K) - k1*X*Y
dY/dt = k2*X*Y - theta*Y

Source
------
Sahoo P, Yang X, Abler D, et al (2020) Mathematical deconvolution of CAR T-cell proliferation and
exhaustion from real-time killing assay data. J R Soc Interface 17:20190734. doi:10.1098/rsif.2019.0734.

Population
----------
The paper's patient data: the lesions T6, T7 and T9. The paper also fits the equations to cultures of the
lines PBT138-H, PBT030 and HT1080-H in a real-time killing assay, where amounts may be given as cell
indices.

Source trace
------------
Confidence: paper_pdf (+ third_party_code for K and IC example).

- rho, k1, k2, theta of the lesions: the paper. T6 and T7 differ in rho only, which the text gives as 0.06
  for T6 and 0.07 for T7, and the panels of the figure the other way round. The text is followed.
- K: of the order of 1e9 cells in the paper for T6 and T7; the value 1e9 comes from the Julia code of a
  third party's sensitivity analysis. For T9 no K is known to us and the same is used.
- X and Y at the start: 1.25e4 tumour cells and 625 CAR-T cells, of the same third-party code. They are
  not the paper's, and serve all three lesions.
- A and B of the scaled variants: Fig. 1 of the paper. Their amounts at the start are those of the
  reference solutions.

Assumptions and deviations
--------------------------
- The lesions' doses and initial amounts are in a supplement that was not available, so these runs are
  examples and not the course of a patient.
- Of the cultures only rho is known in numbers (0.72, 1.07 and 2.1 a day for the three lines, in the
  panels with an effector to target ratio of 1:20); the rest are bar charts. So they are not among the
  variants.
- k2 is the net effect of contact: stimulation where it is above zero, exhaustion below. One process
  carries it, so in lesion T9 the flux of `contact` is negative.
- The "scaled" variants are the paper's equations in its own scaling: time is rho*t, x is X/K, y is
  k1*Y/rho, A is theta/rho, B is k2*K/rho. The same equations give them with rho, K and k1 set to 1, k2 to
  B and theta to A. They meet the units only formally: "1 cell" then means K cells for X and rho/k1 cells
  for Y, and "1 day" means 1/rho days.
- No population dies out at one cell: over the 1,000 days of the reference solution neither falls below
  600 cells, and in the scaled variants an amount of 1 is not a cell.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Parameter, Process, Source, Species, Variant

_THIRD = "a third party's code, not the paper"


def _scaled(A: float, B: float, x: float, y: float, meaning: str) -> Variant:
    """The paper's scaled equations as numbers for the ones with units."""
    return Variant(
        {"rho": 1, "K": 1, "k1": 1, "k2": B, "theta": A, "X": x, "Y": y},
        f"scaled, A {A:g} and B {B:g}: {meaning}",
        "Fig. 1 for A and B; start as in the reference solutions",
    )


# fmt: off
model = Model(
    name="sahoo_2020",
    time="day",
    title="CARRGO: tumour cells and CAR-T cells as prey and predator",
    source=Source(
        authors="Sahoo P, Yang X, Abler D, et al",
        year=2020,
        title="Mathematical deconvolution of CAR T-cell proliferation and exhaustion from real-time killing "
              "assay data",
        journal="J R Soc Interface",
        volume="17",
        pages="20190734",
        doi="10.1098/rsif.2019.0734",
        confidence="paper_pdf (+ third_party_code for K and IC example)",
        population="lesions T6, T7 and T9 of patients",
    ),
    species=dict(
        X = Species(1.25e4, "cell", "tumour cells", _THIRD),
        Y = Species(625,    "cell", "CAR-T cells",  _THIRD),
    ),
    parameters=dict(
        rho   = Parameter(0.06,  "1/day",        "growth of a small tumour",
                          "lesion T6, text"),
        K     = Parameter(1e9,   "cell",         "tumour cells that the place can hold",
                          f"{_THIRD}; of the order of 1e9 in the paper"),
        k1    = Parameter(6e-9,  "1/(cell*day)", "killing, per CAR-T cell",
                          "lesions T6 and T7"),
        k2    = Parameter(3e-11, "1/(cell*day)", "net stimulation, per tumour cell; exhaustion if negative",
                          "lesions T6 and T7"),
        theta = Parameter(1e-6,  "1/day",        "death of CAR-T cells",
                          "lesions T6 and T7"),
    ),
    processes=dict(
        growth  = Process("  -> X", "rho * X * (1 - X/K)", "tumour cells divide, slower in a crowd"),
        killing = Process("X ->  ", "k1 * X * Y",          "CAR-T cells kill tumour cells"),
        contact = Process("  -> Y", "k2 * X * Y",          "stimulation of CAR-T cells, or exhaustion"),
        death   = Process("Y ->  ", "theta * Y",           "CAR-T cells die"),
    ),
    roles=dict(
        car_t   = "Y",
        infused = "Y",
        tumour  = "X",
    ),
    variants=dict(
        T7 = Variant({"rho": 0.07}, "lesion T7", "text; a panel of the figure has 0.06"),
        T9 = Variant({"rho": 0.2, "k1": 9e-8, "k2": -2e-13, "theta": 5e-5},
                     "lesion T9, where contact exhausts the CAR-T cells", "paper; K and start as for T6"),
        scaled_rises_then_falls = _scaled(0,    0.2,  0.5, 0.25, "the tumour grows at first, then yields"),
        scaled_falls            = _scaled(0,    0.2,  0.5, 1.2,  "the tumour yields from the start"),
        scaled_escapes          = _scaled(0,    -0.2, 0.5, 0.6,  "exhaustion lets the tumour escape"),
        scaled_outlasts         = _scaled(0,    -0.2, 0.5, 1.5,  "enough cells outlast exhaustion"),
        scaled_coexists         = _scaled(0.14, 1.6,  0.5, 0.5,  "waves that settle, both remain"),
    ),
)
# fmt: on
