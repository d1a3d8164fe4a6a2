"""CAR-T cells in the body: they settle, expand on antigen and cytokine, contract, remember and tire.

Equations (witness)
-------------------
dC_I/dt = -k_I*C_I
dC_E/dt = f_I*k_I*C_I + expansion*C_E + k_R*stimulus*C_M
      - (d_E*(1 + a_DEX*DEX/(K_DEX + DEX)) + k_M + k_X*stimulus)*C_E
dC_M/dt = k_M*C_E - k_R*stimulus*C_M - d_M*C_M
dC_X/dt = k_X*stimulus*C_E - d_X*C_X
dIFNg/dt = q_IFN*provocation**2*(C_E + C_I)*K_K/(K_K + C_E)*(1 - j_DEX*DEX/(K_DEX + DEX))
expansion = p_E*stimulus*plenty*(1 - i_DEX*DEX/(K_DEX + DEX))
stimulus  = recognition*(T_pos + dual*T_neg + on_B*B)/(recognition*(T_pos + dual*T_neg + on_B*B) + K_A)
provocation = recognition*(T_pos + dual*T_neg + on_B*B)/(recognition*(T_pos + dual*T_neg + on_B*B) + K_G)
plenty    = IL15**2/(K_15**2 + IL15**2)
recognition = (antigen_density*affinity/K_D)**2/(1 + (antigen_density*affinity/K_D)**2)

Rests on
--------
Effector and memory cells as in `barros_2021` and `mueller_schoell_2021`; expansion that saturates in the
antigen as in `singh_2021` (Kexp_max) and `mueller_schoell_2021`; toggling between effector and memory by
antigen as in `kirouac_2023`; exhaustion by antigen as in `kareva_2024`, in one step; infused cells that
leave the blood first as in `singh_2021`. How many molecules of antigen a cell must carry:
`cd19.threshold_function`.

Assumptions and deviations
--------------------------
- Expansion needs both antigen and homeostatic cytokine (the product of two saturating terms).
- Exhausted cells neither divide nor kill, and do not recover.
- Healthy B cells carry CD19 and so keep CD19 CAR-T cells stimulated; ``on_B`` is 0 for other antigens.
- Release of interferon gamma needs more antigen than division does (``provocation``, squared), and like
  killing it saturates in the effectors (K_K).
- Dexamethasone slows division and hastens death of effectors, with one half-effect amount for all it
  does.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Parameter, Process
from .shared import (
    B_0,
    C_E,
    C_I,
    C_M,
    C_X,
    DEX,
    IFN_0,
    IL15,
    IL15_0,
    J_DEX,
    K_DEX,
    K_K,
    ON_B,
    T_NEG,
    T_POS,
    TUMOUR,
    B,
    IFNg,
)

RECOGNITION = "hill(antigen_density*affinity, K_D, 2)"
ANTIGEN = "recognition*(T_pos + dual*T_neg + on_B*B)"

# fmt: off
ANTIGEN_PARAMETERS = dict(
    antigen_density = Parameter(14000, "copies/cell", "molecules of antigen on a tumour cell",
                                "park_2025 (Ag_CD19)"),
    affinity        = Parameter(1, "1", "strength of binding, relative to the product's own",
                                "by definition"),
    K_D             = Parameter(2000, "copies/cell", "molecules at which half of the cells are recognised",
                                "cd19.threshold_function"),
    dual            = Parameter(0,     "1",           "1 if a second target is recognised too", "a choice"),
    B_0             = B_0,
    on_B            = ON_B,
)
model = Model(
    name="car_t",
    species=dict(
        C_I=C_I, C_E=C_E, C_M=C_M, C_X=C_X, T_pos=T_POS, T_neg=T_NEG, B=B, IL15=IL15, IFNg=IFNg, DEX=DEX,
    ),
    parameters=dict(
        **TUMOUR,
        k_I   = Parameter(1.71,  "1/day", "infused cells leave the blood",      "singh_2021 (K12)"),
        f_I   = Parameter(0.3, "1", "share of infused cells that settle", "calibrated: tisa.ball.foldx_pop"),
        p_E   = Parameter(1.6, "1/day", "fastest expansion", "calibrated: tisa.ball.expansion_rate"),
        K_A   = Parameter(1e9,   "cell",  "antigen-bearing cells at half stimulation",
                          "calibrated: small tumours are cleared too"),
        K_G   = Parameter(1e10,  "cell",  "antigen-bearing cells at half provocation of cytokines",
                          "leon_triana_2021 (g_T)"),
        IL15_0 = IL15_0,
        K_15  = Parameter(5.2, "pg/mL", "interleukin 15 at half effect",
                          "calibrated: expansion without conditioning is lower"),
        d_E   = Parameter(0.173, "1/day", "death of effectors", "calibrated: tisa.ball.alpha"),
        k_M   = Parameter(0.0012, "1/day", "effectors that become memory cells", "calibrated: tisa.ball.FB"),
        d_M   = Parameter(0.0019, "1/day", "death of memory cells",             "calibrated: tisa.ball.beta"),
        k_R   = Parameter(0.02, "1/day", "memory cells recalled by antigen",
                          "calibrated: rechallenge is cleared"),
        k_X   = Parameter(0.01, "1/day", "exhaustion of stimulated effectors", "calibrated: tisa.ball.alpha"),
        d_X   = Parameter(0.2,   "1/day", "death of exhausted cells",           "calibrated: as effectors"),
        K_DEX = K_DEX,
        K_K   = K_K,
        IFN_0 = IFN_0,
        i_DEX = Parameter(0.9, "1", "largest part of division that dexamethasone stops", "assumed: story 10"),
        a_DEX = Parameter(1.5, "1", "largest addition to the death of effectors by dexamethasone, times d_E",
                          "assumed: story 10"),
        q_IFN = Parameter(1e-7, "pg/(mL*day*cell)", "interferon gamma by a stimulated CAR-T cell",
                          "calibrated: crs.any, crs.g3plus"),
        j_DEX = J_DEX,
        V     = Parameter(5e8, "uL", "cells in the body for one cell in 1 uL of blood",
                          "kimmel_2021 (2.5e11 cells for 500 in 1 uL)"),
        **ANTIGEN_PARAMETERS,
    ),
    definitions=dict(
        recognition = RECOGNITION,
        antigen     = ANTIGEN,
        stimulus    = "antigen/(antigen + K_A)",
        provocation = "antigen/(antigen + K_G)",
        plenty      = "hill(IL15, K_15, 2)",
        brake_DEX   = "DEX/(K_DEX + DEX)",
    ),
    processes=dict(
        settling         = Process("C_I -> C_E", "f_I*k_I*C_I", "infused cells settle and are activated"),
        infused_loss     = Process("C_I ->    ", "(1 - f_I)*k_I*C_I",
                                   "infused cells are lost in lung, liver and spleen"),
        expansion        = Process("    -> C_E", "p_E*stimulus*plenty*(1 - i_DEX*brake_DEX)*C_E",
                                   "effectors divide, driven by antigen and cytokine"),
        effector_death   = Process("C_E ->    ", "d_E*(1 + a_DEX*brake_DEX)*C_E", "effectors die"),
        memory_formation = Process("C_E -> C_M", "k_M*C_E", "effectors become memory cells"),
        recall           = Process("C_M -> C_E", "k_R*stimulus*C_M",
                                   "memory cells meet antigen and become effectors"),
        memory_death     = Process("C_M ->    ", "d_M*C_M",                     "memory cells die"),
        exhaustion       = Process("C_E -> C_X", "k_X*stimulus*C_E",            "effectors tire of antigen"),
        exhausted_death  = Process("C_X ->    ", "d_X*C_X",                     "exhausted cells die"),
        ifn_release      = Process("   -> IFNg",
                                   "q_IFN*provocation*provocation*(C_E + C_I)*K_K/(K_K + C_E)*(1 - "
                                   "j_DEX*brake_DEX)", "released by CAR-T cells that meet antigen"),
    ),
    roles=dict(
        car_t="C_I + C_E + C_M + C_X",
        effector_car_t="C_E", memory_car_t="C_M", exhausted_car_t="C_X", infused="C_I",
    ),
    title="CAR-T cells from infusion to memory",
)
# fmt: on
