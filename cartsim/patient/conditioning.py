"""Conditioning: fludarabine and cyclophosphamide clear the host's T cells, and interleukin 15 rises.

Equations (witness)
-------------------
dFLU/dt  = -k_FLU*FLU
dCY/dt   = -k_CY*CY
dL/dt    = r_L*L*(1 - L/K_L) - (e_FLU*FLU + e_CY*CY)*L
dIL15/dt = k_15*(IL15_0 - (u_15 + (1 - u_15)*L/K_L + w_15*(C_E + C_M)/K_L)*IL15)

Rests on
--------
Regrowth of normal T cells and how few conditioning leaves: `kimmel_2021` (r_N, K_N, N_0). One compartment
for each drug, with the clearances of `fludarabine_cyclophosphamide_pk`. T cells use up the cytokines that
are made at a constant rate, so these rise when the T cells are gone: the idea of `park_2025` and
`kimmel_2021`, here with the cytokine itself.

Assumptions and deviations
--------------------------
- Logistic regrowth instead of Gompertz, so that division and crowding are two processes.
- Interleukin 15 stands for all homeostatic cytokines; no published ODE of them with numbers was found.
  Its resting level, and that it rises about fivefold, were measured after transplants (Pulliam 2013, PLoS
  ONE 8:e55876).
- Dividing CAR-T cells use ``w_15`` times as much as resting T cells do. So they end the plenty that lets
  them grow, which limits their number.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Parameter, Process
from .shared import C_E, C_M, CY, FLU, IL15, IL15_0, K_L, L

# fmt: off
model = Model(
    name="conditioning",
    species=dict(FLU=FLU, CY=CY, L=L, IL15=IL15, C_E=C_E, C_M=C_M),
    parameters=dict(
        k_FLU = Parameter(1.73, "1/day", "elimination of fludarabine",
                          "derived: clearance 7.88 L/h (eGFR 100) over 109 L, "
                          "fludarabine_cyclophosphamide_pk"),
        k_CY  = Parameter(2.79, "1/day", "elimination of cyclophosphamide",
                          "derived: clearance 5.41 L/h over 46.5 L, fludarabine_cyclophosphamide_pk"),
        e_FLU = Parameter(0.047, "m^2/(mg*day)", "killing of T cells by fludarabine",
                          "calibrated: 3e9 T cells left on day 0 (kimmel.params.N0), half of the killing"),
        e_CY  = Parameter(0.00455, "m^2/(mg*day)", "killing of T cells by cyclophosphamide",
                          "calibrated: 3e9 T cells left on day 0 (kimmel.params.N0), half of the killing"),
        K_L   = K_L,
        r_L   = Parameter(0.17,   "1/day",       "regrowth of T cells",               "kimmel_2021, r_N"),
        IL15_0 = IL15_0,
        k_15  = Parameter(1.0, "1/day", "turnover of interleukin 15", "calibrated: il15.peak_day"),
        u_15  = Parameter(0.1, "1", "share of its clearance that needs no T cells",
                          "calibrated: expansion without conditioning is lower"),
        w_15  = Parameter(10, "1", "use by a CAR-T cell, relative to a resting T cell",
                          "calibrated: tisa.ball.tmax_pop"),
    ),
    processes=dict(
        fludarabine_elimination      = Process("FLU ->", "k_FLU*FLU",       "leaves through the kidneys"),
        cyclophosphamide_elimination = Process("CY ->",  "k_CY*CY",         "broken down in the liver"),
        t_cell_division  = Process("-> L", "r_L*L",                         "normal T cells divide"),
        t_cell_crowding  = Process("L ->", "r_L*L*L/K_L", "normal T cells die for want of room"),
        t_cell_depletion = Process("L ->", "(e_FLU*FLU + e_CY*CY)*L",       "conditioning kills T cells"),
        il15_production  = Process("-> IL15", "k_15*IL15_0", "made by the stroma at a constant rate"),
        il15_uptake      = Process("IL15 ->", "k_15*(u_15 + (1 - u_15)*L/K_L + w_15*(C_E + C_M)/K_L)*IL15",
                                   "used up by T cells and CAR-T cells"),
    ),
    roles=dict(il15="IL15", fludarabine="FLU", cyclophosphamide="CY"),
    title="Lymphodepletion and what it makes room for",
)
# fmt: on
