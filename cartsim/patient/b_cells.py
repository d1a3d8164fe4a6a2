"""B cells and immunoglobulin: made by precursors, gone while CAR-T cells persist, back when they go.

Equations (witness)
-------------------
dPRO/dt = (s_PRO + g_PRO*PRO)*(1 - PRO) - k_PRO*on_B*(C_E + C_M)/(K_B + C_E + C_M)*PRO
dB/dt   = d_B*(B_0*PRO - B) - (b_FLU*FLU + b_CY*CY)*B
dIgG/dt = k_IgG*(IgG_0*(f_IgG + (1 - f_IgG)*B/(B + K_IgG*B_0)*(1 + K_IgG)) - IgG)

Rests on
--------
Mature B cells that live for `leon_triana_2020`'s tau_B and are made by precursors. These carry the
antigen and are killed too, as in the five-compartment model of `leon_triana_2020`, and come back from
stem cells, which takes months. How many there are: `park_2025` (B_0).

Assumptions and deviations
--------------------------
- A share ``f_IgG`` of immunoglobulin comes from plasma cells that CAR-T cells do not see and that live
  on.
- The rate at which immunoglobulin falls is set so that its lowest point comes about half a year after the
  infusion.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Parameter, Process, Species
from .shared import B_0, C_E, C_M, CY, FLU, K_B, ON_B, B

# fmt: off
model = Model(
    name="b_cells",
    species=dict(
        PRO = Species(1, "1", "precursors of B cells, relative to rest", "at rest"),
        B   = B,
        IgG = Species("IgG_0", "mg/dL", "immunoglobulin G", "at rest"),
        FLU=FLU, CY=CY, C_E=C_E, C_M=C_M,
    ),
    parameters=dict(
        B_0   = B_0,
        K_B   = K_B,
        on_B  = ON_B,
        d_B   = Parameter(0.01667, "1/day", "turnover of mature B cells",
                          "leon_triana_2020 (1/tau_B, 60 days)"),
        s_PRO = Parameter(5e-5, "1/day", "precursors that come from stem cells",
                          "calibrated: B cells back in 58 % at one year"),
        g_PRO = Parameter(0.025, "1/day", "division of precursors",
                          "calibrated: B cells back in 58 % at one year"),
        k_PRO = Parameter(1, "1/day", "killing of precursors", "assumed: fast beside their division"),
        b_FLU = Parameter(0.047, "m^2/(mg*day)", "killing of B cells by fludarabine", "assumed: as T cells"),
        b_CY  = Parameter(0.00455, "m^2/(mg*day)", "killing of B cells by cyclophosphamide",
                          "assumed: as T cells"),
        IgG_0 = Parameter(700, "mg/dL", "immunoglobulin at rest",
                          "assumed: patients come with less than the healthy"),
        f_IgG = Parameter(0.5, "1", "share made by long-lived plasma cells",
                          "calibrated: logue (IgG nadir d180)"),
        k_IgG = Parameter(0.03, "1/day", "turnover of immunoglobulin", "calibrated: logue (IgG nadir d180)"),
        K_IgG = Parameter(0.2,     "1",          "B cells, relative to rest, at half of the rest", "assumed"),
    ),
    processes=dict(
        precursor_growth  = Process("-> PRO", "s_PRO + g_PRO*PRO",
                                    "precursors come from stem cells and divide"),
        precursor_crowding= Process("PRO ->", "(s_PRO + g_PRO*PRO)*PRO", "as many as there is room for"),
        precursor_killing = Process("PRO ->", "k_PRO*on_B*(C_E + C_M)/(K_B + C_E + C_M)*PRO",
                                    "CAR-T cells kill precursors that carry the antigen"),
        b_cell_birth      = Process("-> B", "d_B*B_0*PRO", "made in the marrow by precursors"),
        b_cell_death      = Process("B ->",   "d_B*B",                         "death of old age"),
        b_cell_depletion  = Process("B ->",   "(b_FLU*FLU + b_CY*CY)*B",       "conditioning kills B cells"),
        immunoglobulin_made = Process("-> IgG",
                                      "k_IgG*IgG_0*(f_IgG + (1 - f_IgG)*B/(B + K_IgG*B_0)*(1 + K_IgG))",
                                      "made by plasma cells, old and new"),
        immunoglobulin_lost = Process("IgG ->", "k_IgG*IgG",                   "broken down"),
    ),
    roles=dict(immunoglobulin="IgG"),
    title="B cells and immunoglobulin",
)
# fmt: on
