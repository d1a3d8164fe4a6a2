"""What several parts of the patient share: the same species, declared once.

A part declares every species that it names, also those that another part governs; `join` puts them together.
Initial amounts are those at apheresis.
"""

from __future__ import annotations

from ..language.parts import Parameter, Species

# fmt: off
T_POS  = Species("burden*(1 - negative)*step(burden*(1 - negative) - one)", "cell",
                 "tumour cells with the antigen", "none, if there would be less than one",
                 extinct_below=1.0)
T_NEG  = Species("burden*negative*step(burden*negative - one)", "cell", "tumour cells without the antigen",
                 "none, if there would be less than one", extinct_below=1.0)
C_I    = Species(0, "cell", "infused CAR-T cells, not settled yet", extinct_below=1.0)
C_E    = Species(0, "cell", "effector CAR-T cells", extinct_below=1.0)
C_M    = Species(0, "cell", "memory CAR-T cells",   extinct_below=1.0)
C_X    = Species(0, "cell", "exhausted CAR-T cells", extinct_below=1.0)
C_S    = Species(0, "cell", "CAR-T cells inside the solid tumour", extinct_below=1.0)
L      = Species("K_L", "cell", "normal T cells", "as many as the body holds")
B      = Species("B_0", "cell", "healthy B cells", "as many as the body makes")
IL15   = Species("IL15_0", "pg/mL", "interleukin 15", "at rest")
IFNg   = Species("IFN_0", "pg/mL", "interferon gamma", "at rest")
IL6    = Species("IL6_0", "pg/mL", "interleukin 6 in serum", "at rest")
FER    = Species("FER_0", "ng/mL", "ferritin", "at rest")
leak   = Species(0, "1", "leakiness of the blood vessels", "none at rest")
FLU    = Species(0, "mg/m^2", "fludarabine, for each m2 of body surface")
CY     = Species(0, "mg/m^2", "cyclophosphamide, for each m2 of body surface")
TOCI   = Species(0, "mg", "tocilizumab in plasma")
DEX    = Species(0, "mg", "dexamethasone, or its equivalent, in the body")
ANA    = Species(0, "mg", "anakinra in the body")
CHEMO  = Species(0, "1", "chemotherapy, in doses of one cycle")
RAD    = Species(0, "Gy", "radiation, given and not yet taken effect")

TUMOUR = dict(
    burden   = Parameter(1.33e10, "cell", "tumour cells on the day of leukapheresis",
                         "calibrated: the burden on day 0"),
    negative = Parameter(1e-10, "1", "share of them without the antigen",
                         "calibrated: share of relapses without antigen"),
    one      = Parameter(1,       "cell", "one cell: less is none",                   "by definition"),
)
IL15_0 = Parameter(2.4, "pg/mL", "interleukin 15 at rest", "PLoS ONE 8:e55876, median before conditioning")
FER_0  = Parameter(500, "ng/mL", "ferritin at rest",
                   "assumed: below the first cut-off of CAR-HEMATOTOX, 650 ng/mL")
IFN_0  = Parameter(2.3, "pg/mL", "interferon gamma at rest",
                   "hardiansyah_2019, patient UPN1, read off its Fig. 1b")
IL6_0  = Parameter(1.7, "pg/mL", "interleukin 6 at rest",
                   "hardiansyah_2019, patient UPN1, read off its Fig. 1b")
K_L    = Parameter(2.5e11, "cell", "normal T cells that the body holds", "kimmel_2021, K_N")
B_0    = Parameter(7.15e10, "cell", "healthy B cells at rest", "park_2025 (143 in 1 uL, times V)")
K_K    = Parameter(2.02e9, "cell", "effectors at half of the fastest killing", "kimmel_2021 (k_B)")
K_B    = Parameter(1e6, "cell", "CAR-T cells at half of what they do to B cells",
                   "calibrated: logue.bcells_undetectable_d30, back in 58 % at one year")
ON_B   = Parameter(1, "1", "1 if healthy B cells carry the antigen", "CD19 is on B cells")
J_DEX  = Parameter(0.9, "1", "largest part of cytokine release that dexamethasone stops", "assumed: story 9")
K_DEX  = Parameter(10, "mg", "dexamethasone at half effect", "assumed: one usual dose")
# fmt: on
