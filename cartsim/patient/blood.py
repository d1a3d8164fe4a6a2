"""Blood counts: neutrophils, platelets and haemoglobin under conditioning, inflammation and chemotherapy.

Equations (witness)
-------------------
dN_P/dt = k_N4*N_P*feedback*(1 - harm) - k_N4*N_P
dN_1/dt = k_N4*(N_P - N_1)
dN_2/dt = k_N4*(N_1 - N_2)
dN_3/dt = k_N4*(N_2 - N_3)
dN/dt   = k_N4*(N_3 - N)
dP_P/dt = k_P*P_P*(PLT_0/max(PLT, least))**g_P*(1 - harm_P) - k_P*P_P
dP_1/dt = k_P*(P_P - P_1)
dPLT/dt = k_PLT*(P_1 - PLT) - x_PLT*leak*PLT
dHb/dt  = k_HB*(HB_0*(1 - min(1, inflamed)) - Hb)
feedback = (ANC_0/max(N, least))**g_N*(1 + a_GCSF*GCSF/(K_GCSF + GCSF))
harm     = s_FLU*FLU + s_CY*CY + s_CHEMO*CHEMO + inflamed
harm_P   = s_P*(s_FLU*FLU + s_CY*CY + s_CHEMO*CHEMO) + inflamed
inflamed = i_FER*max(FER - FER_0, 0)/(K_I + max(FER - FER_0, 0))

Rests on
--------
The chain of `friberg_2002` (proliferating cells, three transit steps, feedback by what circulates), with
the mean transit time and feedback that `park_2025` uses after lymphodepletion. Late suppression by
inflammation makes the second dip (``neutrophil.biphasic``).

Assumptions and deviations
--------------------------
- Ferritin stands for the activity of macrophages that suppresses the marrow.
- Platelets have one transit step, and leaking vessels use them up.
- Haemoglobin has no chain: it follows inflammation slowly.
- G-CSF speeds up proliferation, up to ``1 + a_GCSF`` times.
"""

from __future__ import annotations

from ..language.model import Model
from ..language.parts import Parameter, Process, Species
from .shared import CHEMO, CY, FER, FER_0, FLU, leak

# fmt: off
model = Model(
    name="blood",
    species=dict(
        N_P = Species("ANC_0", "cell/uL", "dividing precursors of neutrophils", "at rest"),
        N_1 = Species("ANC_0", "cell/uL", "neutrophils maturing, first step",   "at rest"),
        N_2 = Species("ANC_0", "cell/uL", "neutrophils maturing, second step",  "at rest"),
        N_3 = Species("ANC_0", "cell/uL", "neutrophils maturing, third step",   "at rest"),
        N   = Species("ANC_0", "cell/uL", "neutrophils in blood",               "at rest"),
        P_P = Species("PLT_0", "cell/uL", "dividing precursors of platelets",   "at rest"),
        P_1 = Species("PLT_0", "cell/uL", "platelets maturing",                 "at rest"),
        PLT = Species("PLT_0", "cell/uL", "platelets in blood",                 "at rest"),
        Hb  = Species("HB_0",  "g/dL",    "haemoglobin",                        "at rest"),
        GCSF= Species(0,       "ug",      "G-CSF in the body"),
        FER=FER, leak=leak, FLU=FLU, CY=CY, CHEMO=CHEMO,
    ),
    parameters=dict(
        ANC_0   = Parameter(3500, "cell/uL", "neutrophils at rest", "assumed: within the normal range"),
        k_N4    = Parameter(0.92, "1/day", "rate of each step, 4 over the mean transit time",
                            "park_2025 (4/4.35 days)"),
        g_N     = Parameter(0.14, "1", "feedback by circulating neutrophils", "park_2025 (gam)"),
        least   = Parameter(1,      "cell/uL",    "below this, fewer cells call for no more",  "assumed"),
        s_FLU   = Parameter(0.036, "m^2/mg", "harm to precursors by fludarabine",
                            "calibrated: cht.severe_neutropenia_days"),
        s_CY    = Parameter(0.0054, "m^2/mg", "harm to precursors by cyclophosphamide",
                            "calibrated: cht.severe_neutropenia_days"),
        s_CHEMO = Parameter(2.5, "1", "harm to precursors by one cycle of chemotherapy", "assumed: story 14"),
        i_FER   = Parameter(0.9, "1", "largest suppression by inflammation",
                            "calibrated: neutrophil.biphasic"),
        K_I     = Parameter(4500, "ng/mL", "rise of ferritin at half of it",
                            "calibrated: neutrophil.biphasic"),
        FER_0   = FER_0,
        PLT_0   = Parameter(180000, "cell/uL", "platelets at rest", "assumed: within the normal range"),
        k_P     = Parameter(0.3, "1/day", "rate of their precursors' steps",
                            "calibrated: cilta.g34.thrombocytopenia, jain.recovery_1mo.plt"),
        k_PLT   = Parameter(0.1, "1/day", "loss of platelets", "platelet.lifespan, 10 days"),
        g_P     = Parameter(0.2, "1", "feedback by circulating platelets",
                            "friberg_2002 (0.14 to 0.24 for other drugs)"),
        s_P     = Parameter(0.6, "1", "harm to their precursors, relative to those of neutrophils",
                            "calibrated: eliana.g34.thrombocytopenia"),
        x_PLT   = Parameter(0.05, "1/day", "use of platelets for each unit of leak",
                            "calibrated: eliana.g34.thrombocytopenia"),
        HB_0    = Parameter(10.5, "g/dL", "haemoglobin at rest", "assumed: patients come anaemic"),
        k_HB    = Parameter(0.03, "1/day", "how fast haemoglobin follows", "calibrated: eliana.g34.anaemia"),
        a_GCSF  = Parameter(1.5,    "1",          "largest speeding up by G-CSF",           "assumed"),
        K_GCSF  = Parameter(100,    "ug",         "G-CSF at half of it",                    "assumed"),
    ),
    definitions=dict(
        inflamed = "i_FER*max(FER - FER_0, 0)/(K_I + max(FER - FER_0, 0))",
        poison   = "s_FLU*FLU + s_CY*CY + s_CHEMO*CHEMO",
        birth_N  = "k_N4*N_P*(ANC_0/max(N, least))**g_N*(1 + a_GCSF*GCSF/(K_GCSF + GCSF))",
        birth_P  = "k_P*P_P*(PLT_0/max(PLT, least))**g_P",
    ),
    processes=dict(
        neutrophil_birth  = Process("-> N_P", "birth_N", "precursors divide, the more the fewer circulate"),
        neutrophil_harm   = Process("N_P ->", "birth_N*(poison + inflamed)",
                                    "drugs and inflammation kill or stop precursors"),
        maturation_1      = Process("N_P -> N_1", "k_N4*N_P",                     "maturation in the marrow"),
        maturation_2      = Process("N_1 -> N_2", "k_N4*N_1",                     "maturation in the marrow"),
        maturation_3      = Process("N_2 -> N_3", "k_N4*N_2",                     "maturation in the marrow"),
        neutrophil_release= Process("N_3 -> N",  "k_N4*N_3",                      "into the blood"),
        neutrophil_loss   = Process("N ->",      "k_N4*N",                        "out of the blood"),
        platelet_birth    = Process("-> P_P", "birth_P", "precursors divide, the more the fewer circulate"),
        platelet_harm     = Process("P_P ->", "birth_P*(s_P*poison + inflamed)",
                                    "drugs and inflammation kill or stop precursors"),
        platelet_precursor_loss = Process("P_P ->", "k_P*P_P",                    "precursors mature"),
        platelet_maturation = Process("-> P_1",  "k_P*P_P",                       "maturation in the marrow"),
        platelet_step     = Process("P_1 ->",    "k_P*P_1",                       "and on"),
        platelet_release  = Process("-> PLT",    "k_PLT*P_1",                     "into the blood"),
        platelet_loss     = Process("PLT ->",    "k_PLT*PLT",                     "out of the blood"),
        platelet_use      = Process("PLT ->", "x_PLT*leak*PLT", "used up where vessels leak"),
        haemoglobin_made  = Process("-> Hb", "k_HB*HB_0*(1 - min(1, inflamed))",
                                    "made, less under inflammation"),
        haemoglobin_lost  = Process("Hb ->",     "k_HB*Hb",                       "lost with old red cells"),
    ),
    roles=dict(neutrophils="N", platelets="PLT", haemoglobin="Hb", g_csf="GCSF"),
    title="Neutrophils, platelets and haemoglobin",
)
# fmt: on
