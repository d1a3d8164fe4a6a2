"""Comparators: chemotherapy and radiation kill what divides, tumour and healthy cells alike, and are gone.

Equations (witness)
-------------------
dCHEMO/dt = -k_CHEMO*CHEMO
dRAD/dt   = -k_RAD*RAD
dT_pos/dt = -(e_CHEMO*CHEMO + a_RAD*k_RAD*RAD)*T_pos
dT_neg/dt = -(e_CHEMO*CHEMO + a_RAD*k_RAD*RAD)*T_neg
dL/dt     = -h_CHEMO*CHEMO*L
dB/dt     = -h_CHEMO*CHEMO*B
dC_E/dt   = -h_CHEMO*CHEMO*C_E
dC_M/dt   = -h_CHEMO*CHEMO*C_M

Rests on
--------
A stated simplification: each cycle kills the same share of what is there (log kill), and what divides pays.

Assumptions and deviations
--------------------------
- The unit of chemotherapy is the dose of one cycle.
- Radiation goes to the tumour only and kills by the linear term of the linear-quadratic law.
- Resistance does not arise: the tumour comes back because some of it is left.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Parameter, Process
from .shared import B_0, C_E, C_M, CHEMO, K_L, RAD, T_NEG, T_POS, TUMOUR, B, L

# fmt: off
model = Model(
    name="chemotherapy",
    species=dict(CHEMO=CHEMO, RAD=RAD, T_pos=T_POS, T_neg=T_NEG, L=L, B=B, C_E=C_E, C_M=C_M),
    parameters=dict(
        **TUMOUR,
        K_L=K_L, B_0=B_0,
        k_CHEMO = Parameter(1,   "1/day",  "fading of chemotherapy",                   "assumed"),
        e_CHEMO = Parameter(2.3, "1/day", "killing of tumour cells by one dose",
                            "assumed: one cycle kills nine of ten"),
        h_CHEMO = Parameter(1.2, "1/day", "killing of lymphocytes by one dose",
                            "assumed: one cycle kills two of three"),
        k_RAD   = Parameter(24, "1/day", "radiation takes effect", "assumed: within an hour"),
        a_RAD   = Parameter(0.15, "1/Gy", "killing by radiation",
                            "Pedicini: alpha 0.12, beta 0.015 for glioblastoma, at 2 Gy a fraction"),
    ),
    processes=dict(
        chemotherapy_fading   = Process("CHEMO ->", "k_CHEMO*CHEMO",           "eliminated"),
        radiation_done        = Process("RAD ->",   "k_RAD*RAD",               "has taken effect"),
        chemo_kills_tumour    = Process("T_pos ->", "e_CHEMO*CHEMO*T_pos",
                                        "chemotherapy kills tumour cells with antigen"),
        chemo_kills_negative  = Process("T_neg ->", "e_CHEMO*CHEMO*T_neg",
                                        "chemotherapy kills tumour cells without antigen"),
        radiation_kills_tumour   = Process("T_pos ->", "a_RAD*k_RAD*RAD*T_pos",
                                           "radiation kills tumour cells with antigen"),
        radiation_kills_negative = Process("T_neg ->", "a_RAD*k_RAD*RAD*T_neg",
                                           "radiation kills tumour cells without antigen"),
        chemo_kills_t_cells   = Process("L ->", "h_CHEMO*CHEMO*L", "chemotherapy kills normal T cells"),
        chemo_kills_b_cells   = Process("B ->",     "h_CHEMO*CHEMO*B",         "chemotherapy kills B cells"),
        chemo_kills_effectors = Process("C_E ->", "h_CHEMO*CHEMO*C_E", "chemotherapy kills effectors"),
        chemo_kills_memory    = Process("C_M ->", "h_CHEMO*CHEMO*C_M", "chemotherapy kills memory cells"),
    ),
    roles=dict(chemotherapy="CHEMO", radiation="RAD"),
    title="Chemotherapy and radiation",
)
# fmt: on
